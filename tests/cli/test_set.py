"""``setpoint set``: one value changes, checked first, and nothing else of its file."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from setpoint import ConfigSystem
from setpoint.secret import MASK

Tool = Callable[..., Any]
FILE = Path("config/messaging.yml")
SOURCE = str(Path(__file__).parents[2] / "src")


def own(name: str, text: str, schema: dict[str, Any] | None = None) -> None:
    """Make a document of the test's own, with a schema if there is one."""
    Path("config", name).write_text(text)
    if schema is not None:
        Path("config/schemas").mkdir(exist_ok=True)
        Path(f"config/schemas/{name.partition('.')[0]}.schema.json").write_text(json.dumps(schema))


def test_one_value_changes_and_nothing_else(setpoint: Tool) -> None:
    """The place, the old and the new value in one line, and the revision; all other bytes are as they were."""
    before = FILE.read_bytes()
    ran = setpoint("set", "messaging.queue.max_size", "5000", "--reason", "more traffic")
    assert ran == (0, "config/messaging.yml:23: max_size: 2500 -> 5000\nrevision 2 of messaging\n", "")
    assert FILE.read_bytes() == before.replace(b"max_size: 2500", b"max_size: 5000")
    revision = ConfigSystem("config").history("messaging")[0]
    assert (revision.author, revision.cause, revision.reason) == ("alice", "set", "more traffic")


def test_as_json_it_says_all_that_was_done(setpoint: Tool) -> None:
    """One object: the revisions, the unified diffs by file, the notes."""
    ran = setpoint("set", "messaging.queue.max_size", "5000", "--author", "bob", "--format", "json")
    facts = ran.facts
    (revision,) = facts.pop("revisions")
    (diff,) = facts.pop("diffs").items()
    assert facts == {
        "ok": True,
        "diagnostics": [],
        "address": "messaging.queue.max_size",
        "dry_run": False,
        "changed": True,
        "notes": [],
    }
    assert revision == ConfigSystem("config").history("messaging")[0].to_dict()
    assert (revision["number"], revision["author"], revision["cause"]) == (2, "bob", "set")
    assert diff[0] == "config/messaging.yml"
    assert "\n-  max_size: 2500\n+  max_size: 5000\n" in diff[1]


def test_a_dry_run_writes_nothing_at_all(setpoint: Tool) -> None:
    """Not even the state directory; a wrong value is told all the same."""
    before = sorted(Path().rglob("*"))
    content = FILE.read_bytes()
    ran = setpoint("set", "messaging.queue.max_size", "5000", "--dry-run")
    assert ran == (0, "config/messaging.yml:23: max_size: 2500 -> 5000\ndry run: nothing was written\n", "")
    facts = setpoint("set", "messaging.queue.max_size", "5000", "--dry-run", "--format", "json").facts
    assert (facts["dry_run"], facts["changed"], facts["revisions"]) == (True, True, [])
    assert setpoint("set", "messaging.queue.max_size", "0", "--dry-run").code == 1
    assert (sorted(Path().rglob("*")), FILE.read_bytes()) == (before, content)


def test_what_is_there_already_is_not_written(setpoint: Tool) -> None:
    """Nothing had to change, so there is no revision."""
    assert setpoint("set", "messaging.queue.max_size", "2500") == (0, "nothing had to change\n", "")
    assert not setpoint("set", "messaging.queue.max_size", "2500", "--format", "json").facts["changed"]


TYPES: list[tuple[dict[str, Any], str, Any]] = [
    ({"type": "integer"}, "12", 12),
    ({"type": "integer"}, "-12", -12),
    ({"type": "number"}, "0.5", 0.5),
    ({"type": "boolean"}, "yes", True),
    ({"type": "boolean"}, "0", False),
    ({"type": "string"}, "12", "12"),
    ({"type": "string"}, "true", "true"),
    ({"type": ["string", "null"]}, "null", None),
    ({"type": ["integer", "string"]}, "12", 12),
    ({"type": "array", "items": {"type": "string"}}, "1, b", ["1", "b"]),
    ({"type": "array", "items": {"type": "integer"}}, "[1, 2]", [1, 2]),
    ({"type": "object"}, '{"a": [1]}', {"a": [1]}),
    ({"enum": [1, 2]}, "2", 2),
]


@pytest.mark.parametrize(("schema", "text", "value"), TYPES, ids=repr)
def test_the_schema_says_of_which_type_a_value_is(
    setpoint: Tool, schema: dict[str, Any], text: str, value: Any
) -> None:
    """As it does for environment variables, also where the key is new."""
    own("d.yaml", "a: {}\n", {"properties": {"a": {"properties": {"x": schema}}}})
    assert setpoint("set", "d.a.x", text).code == 0
    found = ConfigSystem("config").load_config("d")["a"]["x"]
    assert json.dumps(found) == json.dumps(value)


@pytest.mark.parametrize(
    ("before", "text", "value"),
    [
        ("null", "12", 12),
        ("null", "1.5", 1.5),
        ("null", "true", True),
        ("null", "null", None),
        ("null", "yes", "yes"),
        ("null", "012", "012"),
        ("null", "a b", "a b"),
        ("null", "[1, 2]", "[1, 2]"),
        ("text", "12", "12"),
        ("1", "2.5", 2.5),
        ("true", "off", False),
        ("[1]", "2,3", [2, 3]),
    ],
)
def test_without_a_schema_the_value_that_is_there_says_it(setpoint: Tool, before: str, text: str, value: Any) -> None:
    """Where nothing is there, an unambiguous JSON scalar is one, and all else is text."""
    own("d.yaml", f"x: {before}\n")
    assert setpoint("set", "d.x", text).code == 0
    found = ConfigSystem("config").load_config("d")["x"]
    assert json.dumps(found) == json.dumps(value)


def test_a_value_may_be_given_as_json(setpoint: Tool) -> None:
    """Whatever is there now, and whatever is to be expected."""
    own("d.yaml", "x: text\n")
    assert setpoint("set", "d.x", "12", "--json", "--expect", '"text"').code == 0
    assert setpoint("set", "d.x", '{"a": null}', "--json").code == 0
    assert ConfigSystem("config").load_config("d").to_dict() == {"x": {"a": None}}
    for text, said in (("{", "syntax"), ('{"a": 1, "a": 2}', "duplicate-key"), ("NaN", ""), ("[" * 9999, "too-deep")):
        ran = setpoint("set", "d.x", text, "--json")
        assert (ran.code, ran.out) == (2, "")
        assert "VALUE is not well-formed JSON at line 1, character" in ran.err
        assert said in ran.err


@pytest.mark.parametrize(
    ("address", "text", "said"),
    [
        ("messaging.queue.max_size", "lots", "VALUE cannot be read: expected a whole number, found 'lots'"),
        ("messaging.queue.max_size", "2.5", "expected a whole number, found '2.5'"),
        ("messaging.defaults.paste", "maybe", "expected true or false, found 'maybe'"),
        ("messaging.queue", "x", "expected a mapping as JSON"),
        ("messaging.queue", "{", "its JSON is not well-formed at character"),
        ("messaging", "{}", "is a whole document: name a value in it, or use 'setpoint edit messaging'"),
        ("messaging.queue.max_size.x", "1", "is a single value"),
        ("messaging..x", "1", "cannot read the address"),
    ],
)
def test_what_makes_no_sense_is_refused_as_usage(setpoint: Tool, address: str, text: str, said: str) -> None:
    """2, nothing on standard output, and the file as it was."""
    before = FILE.read_bytes()
    ran = setpoint("set", address, text)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert FILE.read_bytes() == before


def test_a_result_that_would_be_invalid_is_refused_with_its_place(setpoint: Tool) -> None:
    """1, the finding as ``check`` shows it, and the file as it was."""
    before = FILE.read_bytes()
    ran = setpoint("set", "messaging.queue.max_size", "0")
    assert (ran.code, ran.out) == (1, "")
    assert "nothing was written" in ran.err
    assert "config/messaging.yml:23:13: error[too-small]: expected at least 1, found 0" in ran.err
    facts = setpoint("set", "messaging.queue.max_siez", "1", "--format", "json").facts
    assert (facts["ok"], facts["error"]["exit_code"]) == (False, 1)
    assert [found["path"] for found in facts["diagnostics"]] == ["/queue/max_siez"]
    assert FILE.read_bytes() == before


def test_an_invalid_document_can_be_repaired(setpoint: Tool) -> None:
    """A set that makes it valid goes through; one that cannot be parsed is told with its place."""
    FILE.write_text(FILE.read_text().replace("max_size: 2500", "max_size: lots"))
    assert setpoint("set", "messaging.queue.max_size", "7").code == 0
    assert ConfigSystem("config").load_config("messaging").queue.max_size == 7
    FILE.write_text("queue: [\n")
    ran = setpoint("set", "messaging.queue.max_size", "7")
    assert ran.code == 1
    assert "config/messaging.yml:2:1: error[syntax]" in ran.err


def test_a_change_that_expects_another_value_is_a_conflict(setpoint: Tool) -> None:
    """3; what is expected is typed as the value is."""
    ran = setpoint("set", "messaging.queue.max_size", "7", "--expect", "9")
    assert (ran.code, ran.out) == (3, "")
    assert "messaging.queue.max_size: it is 2500 and not what was expected" in ran.err
    facts = setpoint("set", "messaging.queue.max_size", "7", "--expect", "9", "--format", "json").facts
    assert (facts["error"]["kind"], facts["error"]["exit_code"]) == ("conflict", 3)
    assert setpoint("set", "messaging.queue.max_size", "7", "--expect", "2500").code == 0
    ran = setpoint("set", "messaging.queue.max_size", "7", "--expect", "some")
    assert ran.code == 2
    assert "--expect cannot be read: expected a whole number, found 'some'" in ran.err


def test_of_those_who_expect_the_same_one_wins(setpoint: Tool) -> None:
    """Four processes at once: one ends with 0, the others with 3, and the file has the winner's value."""
    command = [sys.executable, "-m", "setpoint", "set", "messaging.queue.max_size", "--expect", "2500"]
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    racing = [
        subprocess.Popen([*command, str(value)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for value in (11, 12, 13, 14)
    ]
    for one in racing:
        one.communicate(timeout=60)
    assert sorted(one.returncode for one in racing) == [0, 3, 3, 3]
    winner = next(value for one, value in zip(racing, (11, 12, 13, 14), strict=True) if one.returncode == 0)
    assert ConfigSystem("config").load_config("messaging").queue.max_size == winner
    assert len(ConfigSystem("config").history("messaging")) == 2


def test_a_layer_has_a_file_of_its_own(setpoint: Tool) -> None:
    """A profile's goes on record, the local one never; what lies below a layer cannot be set in vain."""
    base = FILE.read_bytes()
    ran = setpoint("set", "messaging.queue.max_size", "9", "--layer", "profile:prod")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "revision 2 of messaging")
    assert Path("config/messaging.prod.yml").read_text() == "queue:\n  max_size: 9\n"
    ran = setpoint("set", "messaging.queue.max_size", "10", "--layer", "profile:prod")
    assert ran.out.startswith("config/messaging.prod.yml:2: max_size: 9 -> 10\n")
    ran = setpoint("set", "messaging.queue.max_size", "7", "--layer", "local")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "not on record: a local file belongs to this machine alone")
    ran = setpoint("set", "messaging.queue.max_size", "8")
    assert ran.code == 2
    assert "it comes from local: config/messaging.local.yml:2:3" in ran.err
    assert setpoint("set", "messaging.queue.max_size", "8", "--layer", "prod").code == 2
    assert len(ConfigSystem("config").history("messaging")) == 3
    assert FILE.read_bytes() == base


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ('d["a.b"]["c d"]', "config/d.yaml:1: a.b: {c d: 1} -> {c d: 2}\n"),
        ('d[""]', 'config/d.yaml:2: "": 1 -> 2\n'),
        ("d.list[1].x", "config/d.yaml:5: x: 1 -> 2\n"),
        ("d.list.1.x", "config/d.yaml:5: x: 1 -> 2\n"),
        ("d.z", "config/d.yaml:6: added z: 2\n"),
    ],
)
def test_addresses_are_those_of_get(setpoint: Tool, address: str, said: str) -> None:
    """Odd keys and items of lists among them."""
    own("d.yaml", 'a.b: {c d: 1}\n"": 1\nlist:\n  - 0\n  - x: 1\n')
    ran = setpoint("set", address, "2")
    assert (ran.code, ran.out.partition("revision")[0]) == (0, said)
    assert setpoint("get", address).out == "2\n"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mesaging.x", "no document 'mesaging' in config; did you mean 'messaging'?"),
        ("unified_config.agents.coordinates.fallback_offset[7]", "is a list of 2"),
        ("unified_config.agents.coordinates.fallback_offset.x", "is a list of 2"),
    ],
)
def test_what_is_not_there_is_told(setpoint: Tool, address: str, said: str) -> None:
    """4, with what is there."""
    ran = setpoint("set", address, "1")
    assert (ran.code, ran.out) == (4, "")
    assert said in ran.err


def test_an_address_as_long_as_you_like_is_refused(setpoint: Tool) -> None:
    """A level too many is a finding, not a crash."""
    assert setpoint("set", "messaging" + ".a" * 3000, "1").code == 1
    assert setpoint("unset", "messaging" + ".a" * 3000).code == 4


def test_a_value_with_a_dash_stands_behind_two(setpoint: Tool) -> None:
    """A negative number needs none."""
    address = "unified_config.agents.coordinates.fallback_offset[0]"
    assert setpoint("set", address, "-50").code == 0
    assert setpoint("set", address, "--expect", "-50", "--", "-5e1").code == 0
    assert setpoint("set", "messaging.defaults.sender", "--", "--office").code == 0
    assert setpoint("get", "messaging.defaults.sender").out == "--office\n"


def test_one_value_is_needed(setpoint: Tool) -> None:
    """2 for none and for several, none of which is repeated: they may be parts of a secret."""
    ran = setpoint("set", "messaging.defaults.sender")
    assert (ran.code, ran.out) == (2, "")
    assert "one VALUE is needed, and 0 are given" in ran.err
    ran = setpoint("set", "messaging.defaults.sender", "Zq-one", "Zq-two")
    assert (ran.code, ran.out) == (2, "")
    assert "text with blanks goes in quotes" in ran.err
    assert "Zq" not in ran.err


# -- standard input and secrets ----------------------------------------------------------------------------------------

SECRETS = "pin: '1111'\ndb: {password: Zq-old, port: 1}\nlist:\n- token: Zq-old\nplain: x\n"
MARKED = {"properties": {"pin": {"writeOnly": True, "type": "string", "minLength": 4}, "db": {"properties": {}}}}
HIDDEN = ["d.pin", "d.db.password", "d.list[0].token", "d.api_key", "d.db.webhook_url"]


@pytest.mark.parametrize("shape", ["text", "json"])
@pytest.mark.parametrize("address", HIDDEN)
def test_a_secret_is_not_taken_from_the_command_line(setpoint: Tool, address: str, shape: str) -> None:
    """2 with how to do it, whether a name or the schema gives it away; from standard input it is, and never shown."""
    own("d.yaml", SECRETS, MARKED)
    ran = setpoint("set", address, "Zq-new", "--format", shape)
    assert ran.code == 2
    said = ran.out + ran.err
    assert "holds a secret" in said
    assert f"setpoint set {address}" in said.replace("'", "").replace('\\"', "")
    assert "Zq" not in said
    ran = setpoint("set", address, "-", "--format", shape, stdin=b"Zq-new\n")
    assert ran.code == 0, ran
    assert MASK in ran.out
    assert "Zq" not in ran.out + ran.err
    assert setpoint("get", address, "--reveal").out == "Zq-new\n"


def test_a_secret_inside_a_value_is_one_too(setpoint: Tool) -> None:
    """A mapping that holds one is refused on the command line, as is one that lies in something secret."""
    own("d.yaml", SECRETS, {"properties": {"pin": {"writeOnly": True}}})
    for address, text in (("d.db", '{"password": "Zq"}'), ("d.pin.x", '"Zq"'), ("d.list", '[{"token": "Zq"}]')):
        ran = setpoint("set", address, text, "--json")
        assert (ran.code, "holds a secret" in ran.err, "Zq" in ran.err) == (2, True, False)
    assert setpoint("set", "d.db", '{"port": 2}', "--json").code == 0


def test_nothing_that_is_refused_shows_a_secret(setpoint: Tool) -> None:
    """Neither a wrong one, nor one that is expected, nor one that cannot be read."""
    own("d.yaml", SECRETS, MARKED)
    said = []
    for arguments, stdin, code in (
        (("d.pin", "-"), b"Zq\n", 1),
        (("d.pin", "-", "--json"), b'"Zq\n', 2),
        (("d.pin", "-", "--json"), b'["Zq-new"]\n', 1),
        (("d.pin", "-"), b"Zq\xff\n", 2),
        (("d.db.password", "-", "--expect", "Zq-old"), b"Zq-new\n", 2),
        (("d.db", "-", "--json"), b'{"password": {"Zq": [}}', 2),
        (("d.db", '{"password": "Zq"', "--json"), b"", 2),
        (("d.plain", "y", "--expect", "z"), b"", 3),
    ):
        for shape in ("text", "json"):
            ran = setpoint("set", *arguments, "--format", shape, stdin=stdin)
            assert ran.code == code, (arguments, ran)
            said.append(ran.out + ran.err)
    assert not any("Zq" in one for one in said)


@pytest.mark.parametrize(
    ("stdin", "value"),
    [
        (b"a\n", "a"),
        (b"a\r\n", "a"),
        (b"a", "a"),
        (b"\n", ""),
        (b"a\n\n", "a\n"),
        (b"a\nb\n", "a\nb"),
        (b" a \n", " a "),
        ("ü€\n".encode(), "ü€"),
        (b"-\n", "-"),
        (b"a\r", "a\r"),
    ],
)
def test_the_line_break_at_the_end_is_no_part_of_the_value(setpoint: Tool, stdin: bytes, value: str) -> None:
    """One is dropped, and nothing else."""
    own("d.json", '{"x": "text"}')
    assert setpoint("set", "d.x", "-", stdin=stdin).code == 0
    assert ConfigSystem("config").load_config("d")["x"] == value


def test_standard_input_that_gives_nothing_changes_nothing(setpoint: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty (a pipe whose writer failed), too much, or closed."""
    own("d.yaml", "x: text\n")
    Path("setpoint.toml").write_text("[limits]\nsize = 1000\n")
    for stdin, said in ((b"", "there is nothing on standard input"), (b"a" * 2000, "has more than 1,000 bytes")):
        ran = setpoint("set", "d.x", "-", stdin=stdin)
        assert (ran.code, said in ran.err) == (2, True), ran
    done = subprocess.run(
        ["bash", "-c", f"exec {sys.executable} -m setpoint set d.x - <&-"],
        env={**os.environ, "PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "setpoint: there is no standard input to read the value from\n")
    assert Path("config/d.yaml").read_text() == "x: text\n"


def test_on_a_terminal_the_value_is_asked_for_and_not_shown(setpoint: Tool) -> None:
    """What is typed does not appear."""
    own("d.yaml", "password: old\n")
    child, terminal = pty.fork()
    if child == 0:
        os.environ["PYTHONPATH"] = SOURCE
        os.execv(sys.executable, [sys.executable, "-m", "setpoint", "set", "d.password", "-"])
    shown = b""
    while b"d.password: " not in shown:
        shown += os.read(terminal, 1000)
    os.write(terminal, b"Zq-new\n")
    try:
        while piece := os.read(terminal, 1000):
            shown += piece
    except OSError:
        pass  # how Linux says that the other side of a terminal is closed
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert b"revision 2 of d" in shown
    assert b"Zq" not in shown
    assert Path("config/d.yaml").read_text() == "password: Zq-new\n"


@settings(
    max_examples=max(settings.default.max_examples // 4, 10),  # type: ignore[union-attr] # the profile's is there
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(value=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60), kind=st.sampled_from("yjt"))
def test_any_text_arrives_as_it_was_given(setpoint: Tool, value: str, kind: str) -> None:
    """Through standard input, into each format, and back."""
    ending, text = {"y": ("yaml", "x: text\n"), "j": ("json", '{"x": "text"}\n'), "t": ("toml", 'x = "text"\n')}[kind]
    Path(f"config/{kind}.{ending}").write_text(text)
    end = "\r\n" if value.endswith("\r") else "\n"  # one line ending of either kind is taken off
    ran = setpoint("set", f"{kind}.x", "-", stdin=(value + end).encode())
    assert ran.code == 0, ran
    assert ConfigSystem("config").load_config(kind)["x"] == value


def test_reading_imports_nothing_that_changes(setpoint: Tool) -> None:
    """``get`` loads neither editing nor history nor the commands that change."""
    script = (
        "import sys; from setpoint.cli.main import main; code = main(['get', 'messaging.queue.max_size']);"
        "print(code, sorted(name for name in sys.modules if name in sys.argv[1:]))"
    )
    heavy = ["change", "given", "difference", "editor", "set_", "history"]
    names = [f"setpoint.cli.{name}" for name in heavy]
    names += ["setpoint.transaction.transaction", "setpoint.history.history", "setpoint.editing.edit", "sqlite3"]
    done = subprocess.run(
        [sys.executable, "-c", script, *names],
        env={**os.environ, "PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "2500\n0 []\n"
