"""JSON: what is accepted, what is refused, and where."""

from __future__ import annotations

import subprocess
import sys

import pytest

from setpoint.budget import Budget
from setpoint.errors import ConfigParseError
from setpoint.formats import decode, locate
from setpoint.formats import json as json_room

VALID = [
    ("{}", {}),
    ("[]", []),
    ('"text"', "text"),
    ("null", None),
    ("  true \r\n", True),
    ("-0", 0),
    ("1e20", 1e20),
    ("1E+2", 100.0),
    ("1e-400", 0.0),
    ("0.5", 0.5),
    ("18446744073709551615", 2**64 - 1),
    ("-9223372036854775808", -(2**63)),
    ("12345678901234567890123.5", 1.2345678901234568e22),
    ('"\\u00e9\\ud83d\\ude00\\n\\/"', "é😀\n/"),
    ('"\\u0000"', "\x00"),
    ('"\x7f\u2028"', "\x7f\u2028"),
    ('{"a": {"a": 1}, "A": [{"a": 2}]}', {"a": {"a": 1}, "A": [{"a": 2}]}),
    ('{"": 1, "b\\"": 2}', {"": 1, 'b"': 2}),
    ('{"sep": ": ", "quoted": "say \\": now"}', {"sep": ": ", "quoted": 'say ": now'}),
    ('{"id": "123456789012345678901234567890"}', {"id": "123456789012345678901234567890"}),
    ('{"card": "1234 5678 9012 3456 7890"}', {"card": "1234 5678 9012 3456 7890"}),
    ('{"a" :\r\n\t1}', {"a": 1}),
    ('\ufeff{"a": 1}', {"a": 1}),
]

# text, then for each finding: rule, line, column, words of its message, words of its suggestion
INVALID = [
    ("", [("syntax", 1, 1, "the document is empty", "{}")]),
    (" \n ", [("syntax", 1, 1, "the document is empty", "{}")]),
    ('{\n  "a": 1,\n}', [("syntax", 2, 9, "no comma follows", ".jsonc")]),
    ("[1, 2,\n]", [("syntax", 1, 6, "no comma follows", ".jsonc")]),
    ('{"a": 1\n "b": 2}', [("syntax", 1, 8, "',' is missing", "add")]),
    ("[1\n\n2]", [("syntax", 1, 3, "',' is missing", "add")]),
    ('{"a" 1}', [("syntax", 1, 5, "':' is missing", "add")]),
    ('{"a" = 1}', [("syntax", 1, 6, "found '='", "':'")]),
    ("{a: 1}", [("syntax", 1, 2, "double quotes", '"a"')]),
    ("{'a': 1}", [("syntax", 1, 2, "double quotes", '"')]),
    ("['a']", [("syntax", 1, 2, "double quotes", '"')]),
    ("{1: 2}", [("syntax", 1, 2, "expected a key", None)]),
    ('{"a": "b\n}', [("syntax", 1, 7, "not closed", "\\n")]),
    ('["abc', [("syntax", 1, 2, "not closed", '"')]),
    ('{"a": [1, 2', [("syntax", 1, 7, "list that opens here is never closed", "]")]),
    ('{\n "a": {"b": 1}', [("syntax", 1, 1, "object that opens here is never closed", "}")]),
    ('{"a": [1, 2}', [("syntax", 1, 12, "does not close the '['", None)]),
    ("[1]]", [("syntax", 1, 4, "nothing is open", "remove")]),
    ("}", [("syntax", 1, 1, "nothing is open", "remove")]),
    ("// why\n{}", [("syntax", 1, 1, "no comments", ".jsonc")]),
    ('{"a": 1 /* why */}', [("syntax", 1, 9, "no comments", ".jsonc")]),
    ("{} # why", [("syntax", 1, 4, "no comments", "remove")]),
    ('{"a": True}', [("syntax", 1, 7, "JSON writes true", "true")]),
    ("[None]", [("syntax", 1, 2, "JSON writes null", "null")]),
    ("[undefined]", [("syntax", 1, 2, "JSON writes null", "null")]),
    ("yes", [("syntax", 1, 1, "double quotes", "quotes")]),
    ("truely", [("syntax", 1, 1, "double quotes", "quotes")]),
    ("[01]", [("syntax", 1, 2, "leading zeros", "leave")]),
    ("[-012]", [("syntax", 1, 2, "leading zeros", "leave")]),
    ("[.5]", [("syntax", 1, 2, "digit before its point", "0")]),
    ("[5.]", [("syntax", 1, 2, "after the number's point", None)]),
    ("[+1]", [("syntax", 1, 2, "no leading '+'", "leave")]),
    ("[0x1F]", [("syntax", 1, 2, "decimal", "decimal")]),
    ("[1_000]", [("syntax", 1, 2, "'_'", "leave")]),
    ("[1e]", [("syntax", 1, 2, "exponent", None)]),
    ("[-]", [("syntax", 1, 2, "digits", None)]),
    ("[1.2.3]", [("syntax", 1, 2, "not a number", "quotes")]),
    ("{} {}", [("syntax", 1, 4, "exactly one", "list")]),
    ("[1;2]", [("syntax", 1, 3, "';'", "','")]),
    ('["a": 1]', [("syntax", 1, 5, "no keys", "{ }")]),
    ('{"a": }', [("syntax", 1, 7, "value is missing", None)]),
    ("[1,,2]", [("syntax", 1, 4, "value is missing", None)]),
    ('{"a": 1,,}', [("syntax", 1, 9, "entry is missing", "remove")]),
    ("\u00a01", [("syntax", 1, 1, "U+00A0", None)]),
    ('["a\tb"]', [("control-character", 1, 4, "a tab", "\\t")]),
    ('{"é€\x01": 1}', [("control-character", 1, 5, "U+0001", "\\u0001")]),
    ('["C:\\Users"]', [("syntax", 1, 5, "\\U", "\\\\")]),
    ('["\\u12G4"]', [("syntax", 1, 3, "four hexadecimal digits", "\\\\")]),
    ("[NaN]", [("not-finite", 1, 2, "NaN", "null")]),
    ("[-Infinity,\n 1e999]", [("not-finite", 1, 2, "-Infinity", "null"), ("not-finite", 2, 2, "64-bit float", "null")]),
    ('["\\ud800"]', [("lone-surrogate", 1, 3, "\\ud800", "both halves")]),
    ('["x\\udc00"]', [("lone-surrogate", 1, 4, "\\udc00", "both halves")]),
    ('["\\ud800\\u0041"]', [("lone-surrogate", 1, 3, "\\ud800", "both halves")]),
    ('{"\\ud800": 1}', [("lone-surrogate", 1, 3, "\\ud800", "both halves")]),
    ("[18446744073709551616]", [("integer-too-large", 1, 2, "20 digits", "quotes")]),
    ("[-9223372036854775809]", [("integer-too-large", 1, 2, "19 digits", "quotes")]),
    ("[" + "9" * 5000 + "]", [("integer-too-large", 1, 2, "5000 digits", "quotes")]),
    ('{"a": 1,\n "a": 2}', [("duplicate-key", 2, 2, "first set on line 1", "keep one")]),
    ('{"a": 1, "\\u0061": 1}', [("duplicate-key", 1, 10, '"a" is set twice', "keep one")]),
    (
        '{"a": {"x": 1, "x": 1},\r\n "b": [NaN],\r\n "a": 3}',
        [
            ("duplicate-key", 1, 16, '"x"', "keep one"),
            ("not-finite", 2, 8, "NaN", "null"),
            ("duplicate-key", 3, 2, "first set on line 1", "keep one"),
        ],
    ),
]


@pytest.fixture(params=["orjson", "standard library"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers: orjson, and the standard library for interpreters that orjson is not built for."""
    json_room.find_orjson()
    if request.param == "orjson":
        assert json_room.orjson is not None
    else:
        monkeypatch.setattr(json_room, "orjson", None)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("text", "tree"), VALID)
def test_json_is_decoded(text: str, tree: object) -> None:
    """Every JSON text gives its tree, with the same types."""
    found = decode(text.encode(), "json")
    assert found == tree
    assert type(found) is type(tree)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("text", "expected"), INVALID, ids=[text[:20] for text, _ in INVALID])
def test_a_refusal_says_what_and_where(text: str, expected: list[tuple[str, int, int, str, str | None]]) -> None:
    """Everything that is wrong is named with its rule, its line and column, and what to do."""
    with pytest.raises(ConfigParseError) as caught:
        decode(text.encode(), "json")
    found = caught.value.diagnostics
    assert [(one.rule, one.line, one.column) for one in found] == [wanted[:3] for wanted in expected]
    for one, (*_, message, suggestion) in zip(found, expected, strict=True):
        assert message in one.message
        assert (suggestion or "") in (one.suggestion or "")
        assert one.end_line is not None and one.end_column is not None
        assert (one.end_line, one.end_column) > (one.line, one.column)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("data", "rule", "place"),
    [
        (b'{"a": "\xff"}', "not-utf8", (1, 8)),
        (b'[\n"\xed\xa0\x80"]', "not-utf8", (2, 2)),
        ('{"a": 1}'.encode("utf-16"), "not-utf8", (1, 1)),
        ('{"a": 1}'.encode("utf-32"), "not-utf8", (1, 1)),
        (b'{"a":\n\x001}', "control-character", (2, 1)),
    ],
)
def test_what_is_no_utf8_text_is_refused(data: bytes, rule: str, place: tuple[int, int]) -> None:
    """Another encoding, a broken byte or a NUL is named as such."""
    with pytest.raises(ConfigParseError) as caught:
        decode(data, "json")
    (found,) = caught.value.diagnostics
    assert (found.rule, found.line, found.column) == (rule, *place)


def test_a_finding_knows_its_path() -> None:
    """The path is a JSON Pointer to the value, the key or the bracket that is meant."""
    text = '{"a/b": [0, {"c": NaN, "c": 1, "d": [1, 2}'
    with pytest.raises(ConfigParseError) as caught:
        decode(text.encode(), "json")
    assert [found.path for found in caught.value.diagnostics] == ["/a~1b/1/c", "/a~1b/1/c", "/a~1b/1/d"]
    assert str(caught.value).endswith("(and 2 more)")


def test_findings_stop_after_a_while() -> None:
    """A text in which everything is wrong is not reported in full."""
    with pytest.raises(ConfigParseError) as caught:
        decode(("[" + "NaN, " * 500 + "1]").encode(), "json")
    assert len(caught.value.diagnostics) == 20


def test_values_are_not_repeated_in_messages() -> None:
    """No message, and no excerpt under a secret's name, shows a value, for it may be a secret."""
    for text in (
        '{"password": hunter2}',
        '{"password": "hunter2}',
        '{"password": 0hunter2}',
        '{"password": 42424242424242424242424242424242424242}',
        '{"password": "hunter2" "b": 1}',
    ):
        with pytest.raises(ConfigParseError) as caught:
            decode(text.encode(), "json")
        (found,) = caught.value.diagnostics
        assert found.excerpt is not None
        told = f"{caught.value} {found} {found.suggestion} {found.excerpt.lines}"
        assert "hunter2" not in told
        assert "4242" not in told


@pytest.mark.usefixtures("parser")
def test_depth_is_limited() -> None:
    """Nesting is allowed up to the budget's depth, and refused at the bracket that goes beyond."""
    assert decode(b"[" * 100 + b"]" * 100, "json")
    with pytest.raises(ConfigParseError) as caught:
        decode(b"[" * 101 + b"]" * 101, "json")
    (found,) = caught.value.diagnostics
    assert (found.rule, found.line, found.column) == ("too-deep", 1, 101)
    assert decode(b"[" * 400 + b"]" * 400, "json", Budget(depth=400))
    for bomb in (b"[" * 100_000, b'{"a":' * 100_000, b'{"a":[' * 100_000):
        with pytest.raises(ConfigParseError) as caught:
            decode(bomb, "json")
        assert caught.value.diagnostics[0].rule == "too-deep"


@pytest.mark.usefixtures("parser")
def test_values_are_limited() -> None:
    """As many values as the budget allows are accepted, one more is refused."""
    budget = Budget(nodes=6)
    for text in ('{"a": [1, "x,y"], "b": {"c": 2}}', "[[],[],[],[],[]]", '["[],[],[],[],[],[],[]"]'):
        assert decode(text.encode(), "json", budget)
    for text in (
        "[1,2,3,4,5,6]",
        "[[],[],[],[],[],[]]",
        '["a,b","c","d","e","f","g"]',
        '{"a":{"b":{"c":{"d":[1,2]}}}}',
    ):
        with pytest.raises(ConfigParseError) as caught:
            decode(text.encode(), "json", budget)
        (found,) = caught.value.diagnostics
        assert (found.rule, found.line, found.column, found.path) == ("too-many-values", 1, 1, "")


def test_places_cover_keys_and_values() -> None:
    """A place gives the offsets of a value and of its key, in characters."""
    text = '{"é": [10, {"k\\n": "v"}]}'
    root = locate(text.encode(), "json")
    assert text[root.start : root.end] == text
    place = root.find(("é", 1, "k\n"))
    assert place is not None
    assert text[place.start : place.end] == '"v"'
    assert text[place.key_start : place.key_end] == '"k\\n"'
    assert root.find(("é", 2)) is None


def test_places_go_as_deep_as_the_document() -> None:
    """Finding places needs no recursion and knows no limit of its own."""
    depth = 100_000
    place = locate(b"[" * depth + b"]" * depth, "json")
    levels = 0
    while place.children:
        assert isinstance(place.children, list)
        (place,) = place.children
        levels += 1
    assert levels == depth - 1


def test_one_small_file_does_not_pay_for_importing_orjson() -> None:
    """orjson is imported when enough has been read to make up for it."""
    script = (
        "import sys; from setpoint.formats import decode\n"
        "decode(b'{\"a\": 1}', 'json'); print('orjson' in sys.modules)\n"
        "decode(b'[' + b'1, ' * 100_000 + b'1]', 'json'); print('orjson' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
