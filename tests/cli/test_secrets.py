"""No secret is ever shown: not by any command, in any format, nor by any error or diagnostic.

Every planted secret is made of ``Zq`` words or of the digits ``4815162342``, so that any piece of it can be told in an
output. Nothing else holds either.
"""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint import ConfigSystem, ConfigValidator, SetpointError
from setpoint.cli.main import main
from setpoint.diagnostic import Diagnostic
from setpoint.validation.judge import judge

DIGITS = "4815162342"
FORMATS = ("text", "json", "sarif", "github")

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "password": {"type": "string", "minLength": 200, "description": "What opens the database."},
        "api_key": {"type": "string", "pattern": "^k-[0-9]+$"},
        "token": {"enum": ["one", "two"]},
        "webhook_url": {"type": "string", "format": "uri", "pattern": "^https://"},
        "pin": {"type": "string", "writeOnly": True},
        "seed": {"x-setpoint-secret": True, "type": "array", "items": {"type": "integer"}, "uniqueItems": True},
        "credentials": {
            "writeOnly": True,
            "type": "object",
            "additionalProperties": {"type": "integer"},
            "maxProperties": 1,
        },
        "pass_phrase": {"writeOnly": True, "anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 3}]},
        "db": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"password": {"type": "string", "maxLength": 3}, "port": {"type": "integer"}},
        },
        "port": {"type": "integer"},
        "url": {"type": "integer"},
    },
}

# A document that is wrong, by what is wrong with it: the file's ending, and its text.
WRONG: dict[str, tuple[str, str]] = {
    # refused by the schema
    "too short": ("yaml", "password: Zq-one Zq-two\n"),
    "wrong type": ("yaml", "password: [Zq-one, Zq-two]\n"),
    "wrong type, a number": ("yaml", f"pin: {DIGITS}\n"),
    "wrong type, in json": ("json", '{"password": ["Zq-one", "Zq-two"], "pin": {"a": ["Zq-one"]}}'),
    "wrong type, in toml": ("toml", f"pin = {DIGITS}\n"),
    "wrong pattern": ("yaml", "api_key: Zq-one\n"),
    "wrong pattern, in json": ("json", '{"api_key": "Zq-one"}'),
    "wrong pattern, in toml": ("toml", "api_key = 'Zq-one'\n"),
    "not one of the allowed": ("yaml", "token: Zq-one\n"),
    "not one of the allowed, in toml": ("toml", 'token = "Zq-one"\n'),
    "wrong address": ("yaml", "webhook_url: Zq-one\n"),
    "wrong address, in jsonc": ("jsonc", '{/* hook */ "webhook_url": "http://h/Zq-one",}'),
    "wrong items": ("yaml", "seed: [Zq-one, Zq-two]\n"),
    "items twice": ("json", '{"seed": ["Zq-one", "Zq-one"]}'),
    "inside a secret": ("yaml", "credentials:\n  user: Zq-one\n  other: Zq-two\n"),
    "no branch of a union": ("toml", "pass_phrase = 'Zq-one'\n"),
    "misspelt key": ("yaml", "passwrod: Zq-one\n"),
    "misspelt key, in json": ("json", '{"pasword": "Zq-one", "apikey": "Zq-two"}'),
    "misspelt key, in toml": ("toml", "webhok_url = 'Zq-one'\n"),
    "misspelt key of a marked value": ("yaml", "pni: Zq-one\n"),
    "unknown key with a secret's name": ("yaml", "their_token: Zq-one\n"),
    "beside a wrong value": ("yaml", "db: {password: Zq-one, port: x}\n"),
    "beside a wrong value, in json": ("json", '{"db": {"port": "x", "password": "Zq-one"}, "port": "y"}'),
    "beside a wrong value, in toml": ("toml", "db = {password = 'Zq-one', port = 'x'}\n"),
    "above a wrong value": ("yaml", "password: |\n  Zq-one\n  Zq-two\nport: x\n"),
    "above a wrong value, in toml": ("toml", 'password = """\nZq-one\nZq-two"""\nport = "x"\n'),
    "in several lines": ("yaml", "api_key: >-\n  Zq-one\n  Zq-two\n"),
    "in several plain lines": ("yaml", "api_key: Zq-one\n  Zq-two\n"),
    "in several lines, in toml": ("toml", "api_key = '''\nZq-one\nZq-two'''\n"),
    "said again elsewhere": ("yaml", "password: Zq-one\nurl: http://me:Zq-one@host\n"),
    "used by an alias": ("yaml", "password: &p Zq-one\nport: *p\n"),
    "merged": ("yaml", "db: &d {password: Zq-one-and-more, port: 1}\ncredentials: {<<: *d}\n"),
    "far right on a long line": ("json", '{"db": {"password": "' + "Zq-" * 100 + '", "port": "x"}}'),
    "escaped": ("json", '{"api_key": "\\u005aq-one\\n\\u005aq-two", "port": "x"}'),
    # accepted with doubts
    "a doubtful number": ("yaml", f"pin: 0{DIGITS}\n"),
    # not well-formed, or not allowed in any format
    "a key twice": ("yaml", "password: Zq-one\npassword: Zq-two\n"),
    "a key twice, in json": ("json", '{"password": "Zq-one", "password": "Zq-two"}'),
    "a key twice, in jsonc": ("jsonc", '{"pin": "Zq-one",\n "pin": "Zq-two"}'),
    "a key twice, in toml": ("toml", "password = 'Zq-one'\npassword = 'Zq-two'\n"),
    "a marked key twice": ("yaml", "pin: Zq-one\npin: Zq-two\n"),
    "a marked key twice, in a line": ("yaml", "{pin: Zq-one, pin: Zq-two}\n"),
    "never closed": ("yaml", 'password: "Zq-one\n'),
    "never closed, in json": ("json", '{"password": "Zq-one'),
    "never closed, over lines, in json": ("json", '{"password": "Zq-one\nZq-two"}'),
    "never closed, in toml": ("toml", 'password = "Zq-one\n'),
    "never closed, over lines, in toml": ("toml", 'password = """\nZq-one\nZq-two\n'),
    "never closed list": ("yaml", "tokens: [Zq-one,\n  Zq-two\n"),
    "without quotes, in json": ("json", '{"password": Zq-one}'),
    "without quotes, in toml": ("toml", "password = Zq-one\n"),
    "something behind it": ("toml", "password = 'Zq-one' Zq-two\n"),
    "something behind it, in yaml": ("yaml", 'password: "Zq-one" Zq-two\n'),
    "something behind it, in json": ("json", '{"password": "Zq-one" "Zq-two"}'),
    "before a fault on its line": ("json", '{"password": "Zq-one", "port": }'),
    "before a fault on its line, in toml": ("toml", "db = {password = 'Zq-one', port = }\n"),
    "behind a fault on its line": ("json", '{"port": , "password": "Zq-one"}'),
    "a colon in it": ("yaml", "password: Zq-one: Zq-two\n"),
    "a marked one with a colon": ("yaml", "pin: Zq-one: Zq-two\n"),
    "an escape that is none": ("yaml", 'password: "Zq-one\\q Zq-two"\n'),
    "an escape that is none, in json": ("json", '{"password": "Zq-one\\q"}'),
    "an escape that is none, in toml": ("toml", 'password = "Zq-one\\q"\n'),
    "it starts like an alias": ("yaml", "password: *Zq-one\n"),
    "it starts like an anchor": ("yaml", "password: &Zq-one\n  Zq-two: [\n"),
    "it starts like a tag": ("yaml", "password: !Zq-one Zq-two\n"),
    "it starts with a reserved sign": ("yaml", "password: @Zq-one\n"),
    "it starts with a backtick": ("yaml", "pin: `Zq-one`\n"),
    "it starts with a percent sign": ("yaml", "password: %Zq-one\n"),
    "it starts with a brace": ("yaml", "password: {Zq-one}}Zq-two\n"),
    "it is a list by mistake": ("yaml", "password: - Zq-one\n"),
    "a block that ends too soon": ("yaml", "private_key: |\n    Zq-one\n  Zq-two\nport: 1\n"),
    "a block without its bar": ("yaml", "private_key:\n  Zq-one\n  Zq-two: [\n"),
    "a key file pasted flush left": ("yaml", "private_key: -----BEGIN KEY-----\nZq-one\nZq-two\n-----END KEY-----\n"),
    "a block pasted flush left": ("yaml", "private_key: |\nZq-one\nZq-two\n"),
    "a list of them": ("yaml", "tokens:\n- Zq-one\n- Zq-two: [\n"),
    "deep below": ("yaml", "credentials:\n  a:\n    - b: Zq-one\n      c: {Zq-two\n"),
    "a tab": ("yaml", "credentials:\n\tuser: Zq-one\n"),
    "a number too large": ("yaml", f"pin: {DIGITS * 3}\n"),
    "a number too large, in json": ("json", f'{{"password": {DIGITS * 3}}}'),
    "a number too large, in toml": ("toml", f"pin = {DIGITS * 3}\n"),
    "a number that is infinite": ("json", f'{{"password": {DIGITS}e999}}'),
    "a control character": ("json", '{"password": "Zq-one\x07Zq-two"}'),
    "a control character, in yaml": ("yaml", "password: Zq-one\x07\n"),
    "a control character, in toml": ("toml", 'password = "Zq-one\x07"\n'),
    "a NUL": ("yaml", "password: Zq-one\x00\n"),
    "a date that is none": ("toml", f"pin = 4815-16-23{DIGITS}\n"),
    "a dotted key": ("toml", "db.password = Zq-one\n"),
    "in a section": ("toml", "[db]\npassword = 'Zq-one' 'Zq-two'\n"),
    "a list, in toml": ("toml", "tokens = ['Zq-one', Zq-two]\n"),
    "a second document": ("yaml", "password: Zq-one\n---\npassword: Zq-two\n"),
    "something behind the end": ("json", '{"password": "Zq-one"} "Zq-two"'),
}


MARKED = ("pin", "credentials", "seed", "pass_phrase", "passwrod", "pasword", "webhok_url", "pni", "url:", "port: *p")


@pytest.fixture
def planted(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The wrong document, as three: ``d`` with its schema, as a layer of ``e``, and as ``f`` without a schema.

    The last only where names alone give the secrets away. All are in ``config``; returns their files.
    """
    ending, text = WRONG[request.param]
    monkeypatch.chdir(tmp_path)
    Path("config/schemas").mkdir(parents=True)
    for name in "de":
        Path(f"config/schemas/{name}.schema.json").write_text(json.dumps(SCHEMA))
    Path("config/e.json").write_text("{}")
    files = [f"config/d.{ending}", f"config/e.local.{ending}"]
    if not any(word in text for word in MARKED):
        files.append(f"config/f.{ending}")
    for file in files:
        Path(file).write_text(text)
    return files


def leaks(shown: str) -> list[str]:
    """The lines of an output that hold a piece of a secret."""
    return [line for line in shown.splitlines() if "Zq" in line or DIGITS[:6] in line or DIGITS[4:] in line]


def texts_of(found: Diagnostic) -> Iterator[str]:
    """Everything a diagnostic says."""
    yield from (str(found), repr(found), repr(found.to_dict()), repr(found.note), repr(found.path))
    if found.excerpt is not None:
        yield repr(found.excerpt.lines)


@pytest.mark.parametrize("planted", WRONG, indirect=True)
def test_no_command_shows_a_secret(planted: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Neither in text nor in JSON, SARIF or annotations."""
    commands = [["check", "--verbose", "--format", name] for name in FORMATS]
    commands += [
        ["check", "--strict", "--schema", "config/schemas/d.schema.json", place] for place in (planted[0], "config")
    ]
    commands += [["check", file] for file in planted]
    documents = [Path(file).stem for file in planted if ".local" not in file]
    commands += [["get", address, "--format", shape] for address in (*documents, "d.password") for shape in FORMATS[:2]]
    commands += [["list"], ["schema", "show", "d"]]
    found = []
    told = 0
    for command in commands:
        code = main(command)
        shown = capsys.readouterr()
        told += code == 1 or "warning" in shown.out
        found += [f"{' '.join(command)}: {line}" for line in leaks(shown.out + shown.err)]
    assert found == []
    assert told > 2, "the document was to be wrong"


@pytest.mark.parametrize("planted", WRONG, indirect=True)
def test_no_error_or_diagnostic_shows_a_secret(planted: list[str]) -> None:
    """Neither in its message, its repr, its arguments, its excerpt nor its pickled form."""
    said: list[str] = []
    for name in ("d", "f"):
        try:
            ConfigSystem("config").load_config(name)
        except SetpointError as error:
            said += [str(error), repr(error), repr(error.args), repr(error.__cause__)]
            said += [text for found in error.diagnostics for text in texts_of(found)]
            said.append(pickle.dumps(error).decode("latin-1"))
    for report in ConfigSystem("config").validate_all_configs().values():
        said += [repr(report), *(text for found in report for text in texts_of(found))]
    report = ConfigValidator("config/schemas").validate_file(planted[0], "d")
    said += [text for found in report for text in texts_of(found)]
    assert [line for text in said for line in leaks(text)] == []


GOOD = [
    ("yaml", "db:\n  host: h\n  password: Zq-one Zq-two\n  port: 1\ntokens: [Zq-three, Zq-four]\nlast: x\n"),
    ("yaml", "keys:\n  api_key: 'Zq-one'\n  secret: \"Zq-two\"\nprivate_key: |\n  Zq-three\n  Zq-four\nlast: x\n"),
    ("yaml", "{name: web, db: {password: Zq-one, port: 1}, tokens: ['Zq-three', Zq-four], last: x}\n"),
    ("yaml", "tokens:\n- Zq-one\n- Zq-two\nx: 1\nl:\n- api_key: Zq-three\n  name: x\n"),
    (
        "json",
        '{\n  "db": {\n    "password": "Zq-one Zq-two",\n    "port": 1\n  },\n  "tokens": ["Zq-three"]\n}',
    ),
    ("json", '{\n  "tokens": [\n    "Zq-one",\n    "Zq-two"\n  ],\n  "keys": {"api_key": "Zq-five", "z": 1}\n}'),
    ("json", '{"password":"Zq-one","tokens":["Zq-two"],"z":{"secret":"Zq-three","y":0}}'),
    ("toml", "name = 'web'\ntokens = ['Zq-one', \"Zq-two\"]\n[db]\nhost = 'h'\npassword = 'Zq-three'\nport = 1\n"),
    ("toml", '[keys]\napi_key = "Zq-one"\nprivate_key = """\nZq-two\nZq-three\n"""\nlast = 1\n'),
    ("toml", "tokens = [\n  'Zq-one',\n  'Zq-two',\n]\ndb = {password = 'Zq-three', port = 1}\n"),
]
NAMES = re.compile("private_key|password|tokens|api_key|secret")


@given(
    st.sampled_from([*GOOD, *(("jsonc", text) for kind, text in GOOD if kind == "json")]),
    st.integers(0, 10_000),
    st.sampled_from(["", *"[]{}\"',:#&*!|>%@`\n\t =\\-\x07"]),
    st.booleans(),
)
def test_no_slip_of_a_finger_reveals_a_secret(good: tuple[str, str], place: int, typed: str, is_replaced: bool) -> None:
    """One character lost, added or replaced anywhere but in a secret's own name: whatever is said shows no value."""
    kind, text = good
    place %= len(text)
    named = {offset for match in NAMES.finditer(text) for offset in range(match.start() - 1, match.end() + 1)}
    if place not in named:
        broken = text[:place] + typed + text[place + (is_replaced or not typed) :]
        report = judge(broken.encode(), kind, None, file="d").report
        assert [line for found in report for said in texts_of(found) for line in leaks(said)] == []


def test_the_leaks_would_be_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same mistakes under a harmless key do show the value: the search is not blind."""
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text("name: Zq-one: Zq-two\n")
    Path("b.yaml").write_text("name: Zq-one\n")
    Path("s.json").write_text('{"properties": {"name": {"type": "integer"}}}')
    for name in FORMATS[:1]:
        main(["check", "--format", name, "a.yaml"])
        assert leaks(capsys.readouterr().out)
    for name in FORMATS:
        main(["check", "--format", name, "--schema", "s.json", "b.yaml"])
        assert leaks(capsys.readouterr().out)
