"""``judge``: from bytes to a tree and a report, with lines, and without secrets."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.budget import Budget
from setpoint.errors import SchemaError
from setpoint.formats import decode
from setpoint.validation.family import Family
from setpoint.validation.judge import judge
from setpoint.validation.library import Library
from setpoint.validation.masking import masked, masked_by_name
from setpoint.validation.schema import Schema

SERVICE = Family.of(
    "service",
    Schema(
        {
            "type": "object",
            "properties": {
                "port": {"type": "integer", "minimum": 1, "maximum": 65535},
                "name": {"type": "string"},
                "hosts": {"type": "array", "items": {"type": "string"}},
                "password": {"type": "string", "minLength": 12},
                "door": {"type": "string", "pattern": "^[a-z]+$", "writeOnly": True},
                "hook": {"type": "object", "x-setpoint-secret": True, "properties": {"to": {"type": "integer"}}},
            },
            "required": ["port"],
            "additionalProperties": False,
        }
    ),
)


def text_of(report: Any) -> str:
    """Everything that a report could show."""
    shown = []
    for one in report:
        shown += [str(one), str(one.note), json.dumps(one.to_dict())]
        shown += [text for _, text in one.excerpt.lines] if one.excerpt else []
    return "\n".join(shown)


def test_a_document_that_fits() -> None:
    """Its tree comes with an empty report that says what it was held against."""
    found = judge(b'{"port": 80}', "json", SERVICE, file="f.json", document="d")
    assert found.tree == {"port": 80}
    assert found.parsed
    assert found.report.ok
    assert (len(found.report), found.report.schema, found.report.file, found.report.document) == (
        0,
        "service",
        "f.json",
        "d",
    )


@pytest.mark.parametrize(
    ("format_name", "text", "places"),
    [
        ("json", '{\n  "name": 3,\n  "port": "x"\n}', [(2, 11, "/name"), (3, 11, "/port")]),
        ("jsonc", '{\n  // why\n  "name": 3,\n  "port": "x",\n}', [(3, 11, "/name"), (4, 11, "/port")]),
        ("yaml", "# why\nname: 3\nport: x\n", [(2, 7, "/name"), (3, 7, "/port")]),
        ("toml", 'name = 3\nport = "x"\n', [(1, 8, "/name"), (2, 8, "/port")]),
    ],
)
def test_findings_have_their_places(format_name: str, text: str, places: list[Any]) -> None:
    """In every format alike: line, column, path, file, layer and document, in the order of the text."""
    found = judge(text.encode(), format_name, SERVICE, file="f", layer="local", document="d")
    assert [(one.line, one.column, one.path) for one in found.report] == places
    assert {(one.file, one.layer, one.document) for one in found.report} == {("f", "local", "d")}
    assert all(one.excerpt is not None and one.excerpt.line == one.line for one in found.report)
    assert found.tree is not None


def test_a_finding_about_a_key_is_at_the_key() -> None:
    """An unknown key is underlined itself, not its value."""
    (found,) = judge(b'{"port": 1, "zzzzzz": [1, 2]}', "json", SERVICE).report
    assert (found.at, found.column, found.end_column) == ("key", 13, 21)


def test_a_finding_about_the_whole_document_is_one_line() -> None:
    """What is missing at the root is shown at its first line, however long the document is."""
    (found,) = judge(b'{\n"name": "x",\n"hosts": []\n}', "json", SERVICE).report
    assert (found.line, found.end_line, found.path) == (1, 1, "")


def test_a_document_that_cannot_be_parsed() -> None:
    """There is no tree, the findings are those of the format, with file, layer and document."""
    found = judge(b'{"port": }', "json", SERVICE, file="f.json", layer="base", document="d")
    assert not found.parsed
    assert found.tree is None
    assert found.report.schema == "service"
    assert [(one.file, one.line, one.document) for one in found.report] == [("f.json", 1, "d")]


@pytest.mark.parametrize("family", [None, SERVICE])
def test_a_document_over_its_budget(family: Family | None) -> None:
    """The limits are those that are given."""
    found = judge(b'{"port": 80}', "json", family, budget=Budget(size=5))
    assert not found.report.ok
    assert "5 bytes" in found.report[0].message


def test_a_document_without_a_schema_is_checked_for_its_form() -> None:
    """Its report's schema is None."""
    found = judge(b'{"anything": 1}', "json", None)
    assert found.report.ok
    assert found.report.schema is None
    assert not judge(b'{"a": 1, "a": 2}', "json", None).report.ok


@pytest.mark.parametrize("text", ["[]", "3", "null", '"x"'])
@pytest.mark.parametrize("family", [None, Family.of("open", Schema(True))])
def test_a_document_that_must_be_a_mapping(text: str, family: Family | None) -> None:
    """Whoever needs a mapping gets a finding for anything else, even where the schema allows it."""
    assert judge(text.encode(), "json", family).report.ok
    found = judge(text.encode(), "json", family, mapping=True)
    assert [(one.rule, one.path, one.line) for one in found.report] == [("not-a-mapping", "", 1)]
    assert len(judge(text.encode(), "json", SERVICE, mapping=True).report) == 1


def test_the_decoders_warnings_come_along() -> None:
    """What a format only doubts is in the report, in its place, and the document is fine."""
    found = judge(b"port: 80\nname: 012\n", "yaml", SERVICE, file="f.yaml")
    assert found.report.ok
    assert [(one.severity, one.line, one.file) for one in found.report] == [("warning", 2, "f.yaml")]


def test_near_misses_only_on_request() -> None:
    """An unknown key of an open mapping that is nearly a known one is a warning for those who ask."""
    family = Family.of("open", Schema({"properties": {"timeout": {"type": "integer"}}}))
    assert len(judge(b'{"timeuot": 1}', "json", family).report) == 0
    found = judge(b'{"timeuot": 1}', "json", family, near_misses=True)
    assert found.report.ok
    assert [(one.rule, one.line) for one in found.report] == [("similar-key", 1)]


def test_a_schema_that_cannot_work_is_not_the_documents_fault() -> None:
    """A SchemaError is raised, whatever the document is like."""
    with pytest.raises(SchemaError):
        judge(b"{}", "json", Family.of("x", Schema({"type": "strin"})))


def test_the_version_is_in_the_report() -> None:
    """An unknown one is located at the stamp, and nothing else is said about the document."""
    library = Library()
    family = library.family("unified_config")
    found = judge(b'{\n "version": "9.0.0",\n "nonsense": 1\n}', "json", family)
    assert [(one.rule, one.line, one.path) for one in found.report] == [("unknown-version", 2, "/version")]
    assert found.version is None
    found = judge(b'{\n "version": "2.0.0"\n}', "json", family)
    assert found.version == found.report.version == "2.0.0"


SECRET = "Hunter2-Hunter2"


@pytest.mark.parametrize(
    ("format_name", "text"),
    [
        ("json", f'{{"port": "x", "door": "{SECRET}"}}'),
        ("json", f'{{"port": 1, "door": ["{SECRET}"]}}'),
        ("json", f'{{"port": 1, "hook": {{"to": "{SECRET}"}}}}'),
        ("json", f'{{"port": 1, "hook": "{SECRET}"}}'),
        ("json", f'{{"port": 1, "password": "{SECRET[:9]}", "name": 3}}'),
        ("json", f'{{"port": 1, "api_token": "{SECRET}"}}'),
        ("json", f'{{"port": 1, "passwrod": "{SECRET}"}}'),
        ("json", f'{{"port": "{SECRET}", "door": "{SECRET}"}}'),
        ("yaml", f"port: x\ndoor: {SECRET}\n"),
        ("yaml", f"door: |\n  {SECRET}\n  {SECRET}\nport: x\n"),
        ("yaml", f"hook:\n  to: {SECRET}\n  too: [{SECRET}]\nport: 1\n"),
        ("toml", f'door = "{SECRET}"\nport = "x"\n'),
        # not well-formed: only the names are known
        ("json", f'{{"port": 1, "door": "{SECRET}",, }}'),
        ("json", f'{{"port": 1, "password": "{SECRET}" "x": 1}}'),
        ("json", f'{{"door": "{SECRET}", "door": "{SECRET}"}}'),
        ("yaml", f"port: 1\ndoor: {SECRET}: {SECRET}\n"),
        ("yaml", f"hook:\n  to: {SECRET}\n  too: {SECRET}: x\n"),
        ("yaml", f"door: '{SECRET}\n"),
        ("toml", f'port = 1\ndoor = "{SECRET}\n'),
        ("toml", f"door = {SECRET}\n"),
    ],
)
def test_a_secret_is_never_shown(format_name: str, text: str) -> None:
    """Whether the schema marks it or its name gives it away: not in a message, a suggestion, a note or an excerpt."""
    report = judge(text.encode(), format_name, SERVICE, file="f").report
    assert not report.ok
    shown = text_of(report)
    assert SECRET not in shown
    assert SECRET[:7] not in shown


@pytest.mark.parametrize(
    ("format_name", "text", "secret"),
    [
        ("json", '{"password": 123456789012345678901234567890}', "1234567890123"),
        ("yaml", "door: 0123456\nport: 1\n", "0123456"),
        ("yaml", "api_token: 0123456\n", "0123456"),
    ],
)
@pytest.mark.parametrize("family", [SERVICE, None])
def test_what_a_decoder_says_about_a_secret_is_masked(
    format_name: str, text: str, secret: str, family: Family | None
) -> None:
    """A number that is too large, or that readers disagree about, is not repeated when it is a secret."""
    report = judge(text.encode(), format_name, family).report
    assert len(report) >= 1
    if family is not None or "door" not in text:
        assert secret not in text_of(report)


def test_masking_a_value() -> None:
    """A value is shown with a mask for each secret in it, and is a mask when it lies inside one."""
    tree = {"a": {"password": "x", "list": [{"api_key": "y", "n": 1}]}, "token_count": 3}
    safe = {"a": {"password": "********", "list": [{"api_key": "********", "n": 1}]}, "token_count": 3}
    assert masked_by_name(tree, ()) == safe
    assert masked_by_name(tree, ("a", "list", "0")) == {"api_key": "********", "n": 1}
    assert masked_by_name(tree, ("a", "password")) == "********"
    assert masked(tree, ("a", "list"), [("a",)], "?") == "?"
    assert SERVICE.masked({"port": 1, "hook": {"to": 5}}, ("hook", "to"), "?") == "?"
    assert SERVICE.masked({"port": 1, "hook": {"to": 5}}, (), "?") == {"port": 1, "hook": "?"}
    with pytest.raises(KeyError):
        masked_by_name(tree, ("a", "nothing"))


@given(data=st.binary(max_size=60), format_name=st.sampled_from(["json", "jsonc", "yaml", "toml"]))
def test_any_bytes_are_judged(data: bytes, format_name: str) -> None:
    """Whatever a file holds, there is a report, and every finding in it has a place."""
    found = judge(data, format_name, SERVICE, file="f")
    assert found.parsed or not found.report.ok
    assert all(one.file == "f" and one.line is not None for one in found.report)


TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["port", "name", "hosts", "door", "hook", "Port", "x"]), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(tree=TREES)
def test_a_report_has_errors_exactly_where_the_schema_refuses(tree: Any) -> None:
    """The report and the schema never disagree, and each finding's place is in the text."""
    data = json.dumps(tree, indent=1).encode()
    found = judge(data, "json", SERVICE, file="f", near_misses=True)
    assert found.report.ok is SERVICE.only().accepts(tree)
    lines = data.decode().split("\n")
    for one in found.report:
        assert one.line is not None
        assert one.column is not None
        assert 1 <= one.line <= len(lines)
        assert 1 <= one.column <= len(lines[one.line - 1]) + 1


def test_good_documents_cost_little() -> None:
    """Beside decoding and one question to the engine, a good document takes three calls: judge, and its two results."""
    data = b'{"port": 80, "name": "service", "hosts": ["a", "b", "c"]}'
    judge(data, "json", SERVICE)  # compiles the schema, imports the format

    def calls(action: Callable[[], object]) -> int:
        counted = 0

        def count(_frame: object, event: str, _argument: object) -> None:
            nonlocal counted
            counted += event == "call"

        sys.setprofile(count)
        try:
            action()
        finally:
            sys.setprofile(None)
        return counted

    assert calls(lambda: judge(data, "json", SERVICE, file="f.json")) <= calls(lambda: decode(data, "json")) + 3
