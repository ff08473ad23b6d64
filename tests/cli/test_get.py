"""``setpoint get``: one value, validated, as text or JSON, with its secrets masked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from setpoint.address import format_address
from setpoint.cli.main import main
from setpoint.secret import MASK

Get = Callable[..., tuple[int, str, str]]

VALUES: dict[str, Any] = {
    "text": "a: b # c",
    "lines": "one\ntwo\n",
    "empty": "",
    "letters": "ü€\U0001f600",
    "looks": "12",
    "whole": 42,
    "large": 18446744073709551615,
    "minus": -9223372036854775808,
    "part": 0.1,
    "tiny": 1e-300,
    "yes": True,
    "no": False,
    "nothing": None,
    "list": [1, "a", None, [True]],
    "mapping": {"b": 1, "a": {"c": []}},
    "none": {},
}


@pytest.fixture
def get(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Get:
    """Run ``setpoint get`` where ``config`` holds the documents given as text by file name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config" / "schemas").mkdir(parents=True)

    def run(files: dict[str, str], *arguments: str) -> tuple[int, str, str]:
        for name, text in files.items():
            (tmp_path / "config" / name).write_text(text)
        code = main(["get", *arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


@pytest.mark.parametrize("name", VALUES)
def test_each_kind_of_value_is_printed(get: Get, name: str) -> None:
    """Text exactly as it is, everything else as JSON that reads back to the same value and type."""
    code, out, err = get({"d.json": json.dumps(VALUES)}, f"d.{name}")
    assert (code, err) == (0, "")
    value = VALUES[name]
    if isinstance(value, str):
        assert out == f"{value}\n"
    else:
        assert json.loads(out) == value
        assert type(json.loads(out)) is type(value)


@pytest.mark.parametrize("name", VALUES)
def test_each_kind_of_value_is_shown_as_json(get: Get, name: str) -> None:
    """One object with the address and the value."""
    code, out, _ = get({"d.json": json.dumps(VALUES)}, f"d.{name}", "--format", "json")
    assert code == 0
    assert json.loads(out) == {"ok": True, "diagnostics": [], "address": f"d.{name}", "value": VALUES[name]}


def test_a_whole_document_is_printed_in_its_order(get: Get) -> None:
    """Without a path the address is the document."""
    _, out, _ = get({"d.yaml": "b: 1\na: [x]\n"}, "d")
    assert list(json.loads(out).items()) == [("b", 1), ("a", ["x"])]


def test_values_of_every_format_are_the_same(get: Get) -> None:
    """Dates of TOML and YAML are text; a number written as text stays one."""
    files = {
        "y.yaml": 'when: 2026-01-02\nport: "80"\n',
        "j.json": '{"when": "2026-01-02", "port": "80"}',
        "c.jsonc": '{"when": "2026-01-02", /* text */ "port": "80"}',
        "t.toml": 'when = 2026-01-02\nport = "80"\n',
    }
    shown = {get(files, name, "--format", "json")[1].partition('"value"')[2] for name in "yjct"}
    assert len(shown) == 1


@pytest.mark.parametrize(
    "keys",
    [
        ("a.b", "c"),
        ("",),
        ("a b",),
        ('say "hi"',),
        ("a[0]",),
        ("back\\slash",),
        ("new\nline",),
        ("ü\U0001f600",),
        ("list", 1, "deep.er"),
        ("-",),
        ("0",),
    ],
    ids=repr,
)
def test_odd_keys_have_an_address(get: Get, keys: tuple[str | int, ...]) -> None:
    """As the package itself writes it."""
    tree: Any = "found"
    for key in reversed(keys):
        tree = [None, tree] if isinstance(key, int) else {key: tree}
    assert get({"d.json": json.dumps(tree)}, format_address(("d", *keys))) == (0, "found\n", "")


def test_a_list_index_may_be_written_in_two_ways(get: Get) -> None:
    """In brackets or after a dot."""
    files = {"d.json": '{"a": [{"b": ["x", "y"]}]}'}
    assert get(files, "d.a[0].b[1]") == get(files, "d.a.0.b.1") == (0, "y\n", "")


@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("d.queue.max_sise", 4, "d.queue has no key 'max_sise'; did you mean 'max_size'?"),
        ("d.quue", 4, "d has no key 'quue'; did you mean 'queue'?"),
        ("d.queue.xyz", 4, "d.queue has no key 'xyz'; it has max_size, names"),
        ("d.queue.names[7]", 4, "d.queue.names is a list of 2, so it has no '7'"),
        ("d.queue.names.first", 4, "d.queue.names is a list of 2"),
        ("d.queue.max_size.x", 2, "d.queue.max_size is a single value"),
        ("dd", 4, "no document 'dd' in config; did you mean 'd'?"),
        ("", 2, "the address is empty"),
        ("d..x", 2, "cannot read the address 'd..x' at character 3"),
        ("d.queue[", 2, "cannot read the address 'd.queue['"),
        ('d["a', 2, "cannot read the address"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(get: Get, address: str, code: int, said: str) -> None:
    """4 with the near key, or 2 where the address makes no sense; nothing on standard output."""
    found, out, err = get({"d.yaml": "queue: {max_size: 1, names: [a, b]}"}, address)
    assert (found, out) == (code, "")
    assert err.startswith("setpoint: ")
    assert said in err
    shown = json.loads(get({}, address, "--format", "json")[1])
    assert (shown["ok"], shown["error"]["exit_code"]) == (False, code)
    assert said in shown["error"]["message"]


def test_the_near_keys_are_there_for_programs(get: Get) -> None:
    """In the error's ``near``."""
    _, out, _ = get({"d.yaml": "max_size: 1"}, "d.max_sise", "--format", "json")
    assert json.loads(out)["error"]["near"] == ["max_size"]


def test_an_invalid_document_gives_no_value(get: Get) -> None:
    """Not even the part of it that is right."""
    schema = '{"properties": {"b": {"type": "integer"}}}'
    code, out, err = get({"d.yaml": "a: 1\nb: x\n", "schemas/d.schema.json": schema}, "d.a")
    assert (code, out) == (1, "")
    assert "config/d.yaml:2:4: error[wrong-type]" in err


SECRETS = "db_password: hunter-two\nrows:\n- {token: [t-one, t-two], name: n}\npin: 123456\nplain: shown\n"
MARKED = '{"properties": {"pin": {"writeOnly": true}}}'


@pytest.mark.parametrize("schema", ["", MARKED], ids=["by name", "by schema"])
def test_secrets_are_masked_wherever_the_address_ends(get: Get, schema: str) -> None:
    """At the secret, above it and below it; --reveal shows them."""
    files = {"d.yaml": SECRETS} | ({"schemas/d.schema.json": schema} if schema else {})
    assert get(files, "d.db_password") == (0, f"{MASK}\n", "")
    assert get(files, "d.rows[0].token[1]") == (0, f"{MASK}\n", "")
    assert get(files, "d.rows[00].token[01]") == (0, f"{MASK}\n", "")
    assert json.loads(get(files, "d.rows")[1]) == [{"token": MASK, "name": "n"}]
    assert json.loads(get(files, "d")[1])["pin"] == (MASK if schema else 123456)
    assert get(files, "d.plain") == (0, "shown\n", "")
    whole = json.loads(get(files, "d", "--format", "json")[1])["value"]
    assert (whole["db_password"], whole["plain"]) == (MASK, "shown")
    assert get(files, "d.db_password", "--reveal") == (0, "hunter-two\n", "")
    assert json.loads(get(files, "d.pin", "--reveal", "--format", "json")[1])["value"] == 123456


def test_a_name_may_be_declared_harmless(get: Get) -> None:
    """``x-setpoint-secret: false`` says that a key with a secret's name holds none."""
    files = {
        "d.yaml": "token: yes-please\n",
        "schemas/d.schema.json": '{"properties": {"token": {"x-setpoint-secret": false}}}',
    }
    assert get(files, "d.token") == (0, "yes-please\n", "")


def test_nobody_learns_whether_a_secret_is_set(get: Get) -> None:
    """An empty text and null are masked like any other value."""
    files = {"d.yaml": "password: ''\ntoken: null\n"}
    assert get(files, "d.password") == get(files, "d.token") == (0, f"{MASK}\n", "")
