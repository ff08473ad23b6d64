"""TOML: what is accepted, what is refused, and where."""

from __future__ import annotations

import sys

import pytest

from setpoint.budget import Budget
from setpoint.errors import ConfigParseError
from setpoint.formats import decode, locate

VALID = [
    ("", {}),
    ("# only a comment", {}),
    ("\ufeffa = 1\r\nb = 2\r\n", {"a": 1, "b": 2}),
    ('a.b."c.d" = 1\na.e = [1, 2,\n # why\n 3,]\n', {"a": {"b": {"c.d": 1}, "e": [1, 2, 3]}}),
    ("[a.b]\nc = 1\n[a]\nd = 2\n", {"a": {"b": {"c": 1}, "d": 2}}),
    ("[[a]]\nb.c = 1\n[a.d]\n[[a]]\nb.c = 2\n", {"a": [{"b": {"c": 1}, "d": {}}, {"b": {"c": 2}}]}),
    ("a = {b = 1, c.d = {e = 'x'}}", {"a": {"b": 1, "c": {"d": {"e": "x"}}}}),
    ('a = """\r\none\\\n   two"" """""', {"a": 'onetwo"" ""'}),
    ("a = '''\n'x'\\'''''", {"a": "'x'\\''"}),
    ('"" = "\\u00e9\\U0001F600\\t"', {"": "é😀\t"}),
    ("a = 0xFF\nb = 0o17\nc = 0b1_0\nd = +1_000\ne = -0.5e-3\nf = 0x00000000000000000001", None),
    ("a = 18446744073709551615\nb = -9223372036854775808", {"a": 2**64 - 1, "b": -(2**63)}),
]

# text, then for each finding: rule, line, column, words of its message, words of its suggestion
INVALID = [
    ("a = ", [("syntax", 1, 3, "value is missing", '""')]),
    ("a = # x", [("syntax", 1, 3, "value is missing", '""')]),
    ("b = 1\na\n", [("syntax", 2, 2, "'=' and a value", "key = value")]),
    ("a b = 1", [("syntax", 1, 3, "several words", "=")]),
    ("a: 1", [("syntax", 1, 2, "found ':'", "'='")]),
    ("= 1", [("syntax", 1, 1, "key is missing", '""')]),
    ("a..b = 1", [("syntax", 1, 3, "part of the key", None)]),
    ("é = 1", [("syntax", 1, 1, "é", "quotes")]),
    ("naïve = 1", [("syntax", 1, 3, "ï", "quotes")]),
    ("// x", [("syntax", 1, 1, "comment starts with #", "#")]),
    ('é = "x', [("syntax", 1, 1, "é", "quotes")]),
    ('"é" = "x\nb = 1', [("syntax", 1, 7, "not closed on its line", '"')]),
    ("a = 'x", [("syntax", 1, 5, "not closed on its line", "'")]),
    ('a = """x\n\ny"', [("syntax", 1, 5, "never closed", '"""')]),
    ("a = '''x", [("syntax", 1, 5, "never closed", "'''")]),
    ('a = "C:\\Users"', [("syntax", 1, 8, "\\U", "single quotes")]),
    ('a = "\\x41"', [("syntax", 1, 6, "\\x", "single quotes")]),
    ('a = "\\ud800"', [("syntax", 1, 6, "\\u", "single quotes")]),
    ('a = """\n\\  x"""', [("syntax", 2, 1, "backslash", "single quotes")]),
    ("a = hello", [("syntax", 1, 5, "stands in quotes", "quotes")]),
    ("a = True", [("syntax", 1, 5, "true and false", "true")]),
    ("a = off", [("syntax", 1, 5, "true and false", "false")]),
    ("a = null", [("syntax", 1, 5, "no null", "leave")]),
    ("a = 012", [("syntax", 1, 5, "leading zeros", "quotes")]),
    ("a = .5", [("syntax", 1, 5, "before its point", "0")]),
    ("a = 5.", [("syntax", 1, 5, "after the number's point", None)]),
    ("a = 1__0", [("syntax", 1, 5, "'_'", None)]),
    ("a = 0xG", [("syntax", 1, 5, "0x", None)]),
    ("a = 1.2.3", [("syntax", 1, 5, "not a number", "quotes")]),
    ("a = 2023-02-30", [("syntax", 1, 5, "no such day", "correct")]),
    ("a = 2023-13-01", [("syntax", 1, 5, "no date", "1979")]),
    ("a = 25:00:00", [("syntax", 1, 5, "no date", "1979")]),
    ("a = 12:30", [("syntax", 1, 5, "no date", "1979")]),
    ("a = 1 b = 2", [("syntax", 1, 7, "end of the line", "new line")]),
    ("a = 1,", [("syntax", 1, 6, "no comma", "remove")]),
    ("a = [1 2]", [("syntax", 1, 7, "',' or ']'", "add")]),
    ("a = [1, 2\nb = 3", [("syntax", 1, 10, "',' or ']'", "add")]),
    ("a = [1,,2]", [("syntax", 1, 8, "value is missing", None)]),
    ("b = 1\na = [[1],", [("syntax", 2, 5, "never closed", "]")]),
    ("a = {b = 1,\n c = 2}", [("syntax", 1, 5, "not closed on its line", "}")]),
    ("a = {b = 1,}", [("syntax", 1, 11, "no comma follows", "remove")]),
    ("a = {b = 1 c = 2}", [("syntax", 1, 11, "',' or '}'", "add")]),
    ("[a", [("syntax", 1, 1, "not closed on its line", "]")]),
    ("[a b]", [("syntax", 1, 4, "expected ']'", "quotes")]),
    ("[[a]", [("syntax", 1, 1, "not closed on its line", "]")]),
    ("[[a] # x", [("syntax", 1, 5, "expected ']'", None)]),
    ("[]", [("syntax", 1, 1, "needs a name", "[name]")]),
    ("[a] b = 1", [("syntax", 1, 5, "end of the line", "new line")]),
    ("a = 1\rb = 2", [("control-character", 1, 6, "U+000D", "remove")]),
    ('a = "x\x1by"', [("control-character", 1, 7, "U+001B", "\\u001b")]),
    ("# x\x7f", [("control-character", 1, 4, "U+007F", "remove")]),
    (
        "a = nan\nb = [-inf, 1e999]",
        [
            ("not-finite", 1, 5, "nan", "finite"),
            ("not-finite", 2, 6, "-inf", "finite"),
            ("not-finite", 2, 12, "64-bit float", "finite"),
        ],
    ),
    ("a = 18446744073709551616", [("integer-too-large", 1, 5, "20 digits", "quotes")]),
    ("a = -9223372036854775809", [("integer-too-large", 1, 5, "19 digits", "quotes")]),
    ("a = 0x1_0000_0000_0000_0000", [("integer-too-large", 1, 5, "17 digits", "quotes")]),
    ("a = " + "9" * 5000, [("integer-too-large", 1, 5, "5000 digits", "quotes")]),
    ('a = 1\nb = 2\n"\\u0061" = 3', [("duplicate-key", 3, 1, "'a' is set twice; it first stands on line 1", "keep")]),
    ("x = {a = 1, a = 2}", [("duplicate-key", 1, 13, "line 1", "keep")]),
    ("[a]\n\n[a]", [("duplicate-key", 3, 2, "opened twice; it first stands on line 1", "move")]),
    ("[a]\n[[a]]", [("duplicate-key", 2, 3, "a table already", "rename")]),
    ("[[a]]\n[a]", [("duplicate-key", 2, 2, "array of tables", "[[")]),
    ("a = []\n[[a]]", [("duplicate-key", 2, 3, "has a value already", "rename")]),
    ("a = 1\n[a.b]", [("duplicate-key", 2, 2, "has a value already", "rename")]),
    ("a.b = 1\n[a]", [("duplicate-key", 2, 2, "dotted key", "one of the two")]),
    ("[a.b]\n[a]\nb.c = 1", [("duplicate-key", 3, 1, "completed elsewhere", "header")]),
    (
        "a = {}\na.b = 1\na = 2",
        [
            ("duplicate-key", 2, 1, "has a value already", "rename"),
            ("duplicate-key", 3, 1, "set twice", "keep"),
        ],
    ),
]


@pytest.mark.parametrize(("text", "tree"), VALID)
def test_toml_is_decoded(text: str, tree: object) -> None:
    """Every TOML text gives its tree, and every value in it has a place."""
    found = decode(text.encode(), "toml")
    if tree is None:
        tree = {"a": 255, "b": 15, "c": 2, "d": 1000, "e": -0.0005, "f": 1}
    assert found == tree
    locate(text.encode(), "toml")


@pytest.mark.parametrize(("text", "expected"), INVALID, ids=[text[:20] for text, _ in INVALID])
def test_a_refusal_says_what_and_where(text: str, expected: list[tuple[str, int, int, str, str | None]]) -> None:
    """Everything that is wrong is named with its rule, its line and column, and what to do."""
    with pytest.raises(ConfigParseError) as caught:
        decode(text.encode(), "toml")
    found = caught.value.diagnostics
    assert [(one.rule, one.line, one.column) for one in found] == [wanted[:3] for wanted in expected]
    for one, (*_, message, suggestion) in zip(found, expected, strict=True):
        assert message in one.message
        assert (suggestion or "") in (one.suggestion or "")
        assert one.end_line is not None and one.end_column is not None
        assert (one.end_line, one.end_column) > (one.line, one.column)


@pytest.mark.parametrize(
    ("data", "rule", "place"),
    [
        (b'a = "\xff"', "not-utf8", (1, 6)),
        ("a = 1".encode("utf-16"), "not-utf8", (1, 1)),
        (b"a = 1\n\x00", "control-character", (2, 1)),
    ],
)
def test_what_is_no_utf8_text_is_refused(data: bytes, rule: str, place: tuple[int, int]) -> None:
    """Another encoding, a broken byte or a NUL is named as such."""
    with pytest.raises(ConfigParseError) as caught:
        decode(data, "toml")
    (found,) = caught.value.diagnostics
    assert (found.rule, found.line, found.column) == (rule, *place)


def test_a_finding_knows_its_path() -> None:
    """The path is a JSON Pointer through tables, dotted keys, arrays and inline tables."""
    text = "[[a.b]]\n[[a.b]]\nc.d = [0, {e.f = nan}]\nc.d = 1\ng = [1, [2"
    with pytest.raises(ConfigParseError) as caught:
        decode(text.encode(), "toml")
    assert [found.path for found in caught.value.diagnostics] == ["/a/b/1/c/d/1/e/f", "/a/b/1/c/d", "/a/b/1/g/1"]


def test_values_are_not_repeated_in_messages() -> None:
    """No message, and no excerpt under a secret's name, shows a value, for it may be a secret."""
    for text in (
        "password = hunter2",
        "password = 'hunter2",
        "password = 0hunter2",
        "password = 4242424242424242424242424242424242",
        "password = 'a' 'hunter2'",
        "password = [hunter2]",
    ):
        with pytest.raises(ConfigParseError) as caught:
            decode(text.encode(), "toml")
        (found,) = caught.value.diagnostics
        assert found.excerpt is not None
        told = f"{caught.value} {found} {found.suggestion} {found.excerpt.lines}"
        assert "hunter2" not in told
        assert "4242" not in told


@pytest.mark.parametrize(
    ("pattern", "levels_of_one"),
    [
        (lambda n: "a = " + "[" * n + "]" * n, 1),
        (lambda n: "a = " + "{a = " * n + "1" + "}" * n, 1),
        (lambda n: "a." * n + "a = 1", 1),
        (lambda n: "'x' . " * n + "a = 1", 1),
        (lambda n: "[" + "a." * (n - 1) + "a]" if n else "", 1),
        (lambda n: "b = {" + "a." * (n - 1) + "a = 1}", 1),
    ],
)
def test_depth_is_limited(pattern: object, levels_of_one: int) -> None:
    """Nesting of any kind is allowed up to the budget's depth and refused beyond, however far it goes."""
    assert callable(pattern)
    fits = 99 // levels_of_one
    assert decode(pattern(fits).encode(), "toml")
    for count in (fits + 1, 100_000):
        with pytest.raises(ConfigParseError) as caught:
            decode(pattern(count).encode(), "toml")
        (found,) = caught.value.diagnostics
        assert (found.rule, found.line) == ("too-deep", 1)


def test_long_numbers_are_refused_where_they_are_located_too() -> None:
    """A number may have 4,300 characters, whatever else is in the document."""
    fits = "a = 0." + "1" * 4298
    assert decode(fits.encode(), "toml") == {"a": float("0." + "1" * 4298)}
    locate(fits.encode(), "toml")
    for text in (fits + "1", "a = 0x" + "0" * 4299, "a = [-1" + "_1" * 2150 + ".0]"):
        with pytest.raises(ConfigParseError) as caught:
            decode(text.encode(), "toml")
        assert [found.rule for found in caught.value.diagnostics] == ["number-too-long"]


def test_arrays_of_tables_count_twice_in_depth() -> None:
    """An array of tables is a list and a table in it, as it is in the tree."""
    assert decode(b"[[a]]\nb = []", "toml", Budget(depth=4))
    with pytest.raises(ConfigParseError) as caught:
        decode(b"[[a]]\nb = []", "toml", Budget(depth=3))
    (found,) = caught.value.diagnostics
    assert (found.rule, found.line, found.column) == ("too-deep", 2, 5)


def test_what_the_parser_cannot_follow_is_refused() -> None:
    """Nesting within the budget but beyond the interpreter's recursion is an error like any other."""
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(400)
        with pytest.raises(ConfigParseError) as caught:
            decode(b"a = " + b"[" * 390 + b"]" * 390, "toml", Budget(depth=400))
    finally:
        sys.setrecursionlimit(limit)
    (found,) = caught.value.diagnostics
    assert (found.rule, found.line, found.column) == ("too-deep", 1, 1)


def test_values_are_limited() -> None:
    """As many values as the budget allows are accepted, one more is refused."""
    budget = Budget(nodes=6)
    for text in ("a=1\nb=2\nc=3\nd=4\ne='x,y,z=,#,,,,,'", "a=[1,2,3,4,]", "[a.b.c.d.e]", "a=[[1,],[2,],]"):
        assert decode(text.encode(), "toml", budget)
    for text in ("a=1\nb=2\nc=3\nd=4\ne=5\nf=6", "a=[1,2,3,4,5]", "[a.b.c.d.e.f]", "a=[[1,],[2,],[]]"):
        with pytest.raises(ConfigParseError) as caught:
            decode(text.encode(), "toml", budget)
        (found,) = caught.value.diagnostics
        assert (found.rule, found.line, found.column, found.path) == ("too-many-values", 1, 1, "")


def test_where_tables_stand() -> None:
    """A table stands at its header, an implied one at the part of a name that made it, an array at its first header."""
    text = "[a.'b']\nx.y = 1\n[[c]]\n[[c]]\nz = {k = 2}\n[c.d]\n[a]\n"
    root = locate(text.encode(), "toml")

    def spans(*parts: str | int) -> tuple[str, str]:
        place = root.find(parts)
        assert place is not None
        key = text[place.key_start : place.key_end] if place.key_start >= 0 else ""
        return key, text[place.start : place.end]

    assert (root.start, root.end) == (0, len(text))
    assert spans("a") == ("a", "[a]")
    assert spans("a", "b") == ("'b'", "[a.'b']")
    assert spans("a", "b", "x") == ("x", "x")
    assert spans("a", "b", "x", "y") == ("y", "1")
    assert spans("c") == ("c", "[[c]]")
    first, second = root.find(("c", 0)), root.find(("c", 1))
    assert first is not None and second is not None
    assert (first.start, second.start) == (text.index("[[c]]"), text.rindex("[[c]]"))
    assert spans("c", 1, "z") == ("z", "{k = 2}")
    assert spans("c", 1, "z", "k") == ("k", "2")
    assert spans("c", 1, "d") == ("d", "[c.d]")
    implied = locate(b"[a.b]", "toml").find(("a",))
    assert implied is not None
    assert (implied.start, implied.end, implied.key_start, implied.key_end) == (1, 2, 1, 2)
