"""New entries of TOML texts, byte by byte."""

from __future__ import annotations

import pytest
from toml_case import changed

from setpoint.editing.change import Insert

# what it is about, the text, the change, the text afterwards
CASES = [
    ("into nothing", "", Insert((), 0, "a", 1), "a = 1\n"),
    ("below a comment", "# only\n", Insert((), 0, "a", 1), "# only\na = 1\n"),
    ("below a comment without a line break", "# only", Insert((), 0, "a", 1), "# only\na = 1"),
    ("at the end", "a = 1\n", Insert((), 1, "b", 2), "a = 1\nb = 2\n"),
    ("at the end without a line break", "a = 1", Insert((), 1, "b", 2), "a = 1\nb = 2"),
    ("in front", "a = 1\n", Insert((), 0, "b", 2), "b = 2\na = 1\n"),
    (
        "in front of a comment",
        "# file\n\n# about a\na = 1\n",
        Insert((), 0, "b", 2),
        "# file\n\nb = 2\n# about a\na = 1\n",
    ),
    ("below the comment of the file", "# file\na = 1\n", Insert((), 0, "b", 2), "# file\nb = 2\na = 1\n"),
    ("between", "a = 1\n\n# about c\nc = 3\n", Insert((), 1, "b", 2), "a = 1\nb = 2\n\n# about c\nc = 3\n"),
    ("with windows line breaks", "a = 1\r\nb = 2\r\n", Insert((), 1, "c", 3), "a = 1\r\nc = 3\r\nb = 2\r\n"),
    ("aligned", "a      = 1\nlonger = 2\n", Insert((), 2, "bb", 3), "a      = 1\nlonger = 2\nbb     = 3\n"),
    ("longer than aligned", "a   = 1\nbbb = 2\n", Insert((), 2, "longest", 3), "a   = 1\nbbb = 2\nlongest = 3\n"),
    ("without blanks around =", "a=1\n", Insert((), 1, "b", [1, {"c": 2}]), "a=1\nb=[1, { c=2 }]\n"),
    ("indented", "[t]\n  a = 1\n", Insert(("t",), 1, "b", 2), "[t]\n  a = 1\n  b = 2\n"),
    ("single quotes", "a = 'x'\nb = 'y'\n", Insert((), 2, "c", "z"), "a = 'x'\nb = 'y'\nc = 'z'\n"),
    ("a key that needs quotes", "a = 1\n", Insert((), 1, "b c", "d"), 'a = 1\n"b c" = "d"\n'),
    ("an empty key", "a = 1\n", Insert((), 1, "", "d"), 'a = 1\n"" = "d"\n'),
    ("a key with quotes", "a = 1\n", Insert((), 1, "\"\n'", 1), 'a = 1\n"\\"\\n\'" = 1\n'),
    ("a key that looks like a date", "a = 1\n", Insert((), 1, "2020-01-01", 1), "a = 1\n2020-01-01 = 1\n"),
    ("text that looks like a date", "a = 1\n", Insert((), 1, "b", "2020-01-01"), 'a = 1\nb = "2020-01-01"\n'),
    (
        "text of several lines",
        "a = 1\n",
        Insert((), 1, "b", 'a text of several lines\nwhich is "long" enough\n'),
        'a = 1\nb = """\na text of several lines\nwhich is "long" enough\n"""\n',
    ),
    ("before the first header", "a = 1\n\n[t]\nb = 2\n", Insert((), 2, "c", 3), "a = 1\nc = 3\n\n[t]\nb = 2\n"),
    (
        "before the first header of a file without pairs",
        "# file\n\n# about t\n[t]\nb = 2\n",
        Insert((), 1, "c", 3),
        "# file\n\nc = 3\n\n# about t\n[t]\nb = 2\n",
    ),
    ("into an empty table", "[t]\n\n[u]\n", Insert(("t",), 0, "a", 1), "[t]\na = 1\n\n[u]\n"),
    (
        "into an empty table with a comment",
        "[t]\n# a = 2\n\n[u]\n",
        Insert(("t",), 0, "a", 1),
        "[t]\na = 1\n# a = 2\n\n[u]\n",
    ),
    ("into an empty table at the end", "[t]", Insert(("t",), 0, "a", 1), "[t]\na = 1"),
    (
        "above the comment of what follows",
        "[t]\na = 1\n# about u\n[u]\n",
        Insert(("t",), 1, "b", 2),
        "[t]\na = 1\nb = 2\n# about u\n[u]\n",
    ),
    (
        "into a table with tables",
        "[t]\na = 1\n\n[t.u]\nb = 2\n",
        Insert(("t",), 2, "c", 3),
        "[t]\na = 1\nc = 3\n\n[t.u]\nb = 2\n",
    ),
    (
        "into an implied table",
        "[x]\n\n[t.u]\nb = 2\n",
        Insert(("t",), 1, "c", 3),
        "[x]\n\n[t]\nc = 3\n\n[t.u]\nb = 2\n",
    ),
    (
        "into a table that stands behind its tables",
        "[t.u]\nb = 2\n\n[t]\na = 1\n",
        Insert(("t",), 0, "c", 3),
        "[t.u]\nb = 2\n\n[t]\nc = 3\na = 1\n",
    ),
    ("into a dotted table", "a.b = 1\nx = 2\n", Insert(("a",), 1, "c", 3), "a.b = 1\na.c = 3\nx = 2\n"),
    (
        "into a dotted table in front",
        "# about\na.b = 1\nx = 2\n",
        Insert(("a",), 0, "c", 3),
        "# about\na.c = 3\na.b = 1\nx = 2\n",
    ),
    (
        "into a dotted table that is scattered",
        "a.b = 1\nx = 2\na.c = 3\n",
        Insert(("a",), 1, "d", 4),
        "a.b = 1\na.d = 4\nx = 2\na.c = 3\n",
    ),
    (
        "a table into a dotted table",
        "a.b = 1\n",
        Insert(("a",), 1, "c", {"d": 1, "e": {"f": 2}, "g": {}}),
        "a.b = 1\na.c.d = 1\na.c.e.f = 2\na.c.g = {}\n",
    ),
    (
        "a table among dotted ones",
        "a.b = 1\n",
        Insert((), 1, "c", {"d": 1, "e": {"f": 2}}),
        "a.b = 1\nc.d = 1\nc.e.f = 2\n",
    ),
    ("a table among inline ones", "a = {x = 1}\n", Insert((), 1, "c", {"d": 1}), "a = {x = 1}\nc = {d = 1}\n"),
    (
        "a table among tables",
        "[a]\nx = 1\n\n[b]\ny = 2\n",
        Insert((), 1, "c", {"d": 1, "e": {"f": 2}}),
        "[a]\nx = 1\n\n[c]\nd = 1\n\n[c.e]\nf = 2\n\n[b]\ny = 2\n",
    ),
    ("a table at the end", "[a]\nx = 1\n", Insert((), 1, "c", {"d": 1}), "[a]\nx = 1\n\n[c]\nd = 1\n"),
    ("a table at the end without a line break", "[a]\nx = 1", Insert((), 1, "c", {"d": 1}), "[a]\nx = 1\n\n[c]\nd = 1"),
    (
        "a table where no blank lines are",
        "[a]\nx = 1\n[b]\ny = 2\n",
        Insert((), 2, "c", {"d": 1}),
        "[a]\nx = 1\n[b]\ny = 2\n[c]\nd = 1\n",
    ),
    (
        "a table where two blank lines are",
        "[a]\n\n\n[b]\n",
        Insert((), 2, "c", {"d": 1}),
        "[a]\n\n\n[b]\n\n\n[c]\nd = 1\n",
    ),
    ("a table first of all", "a = 1\n", Insert((), 1, "c", {"d": {"e": 1}}), "a = 1\n\n[c.d]\ne = 1\n"),
    (
        "a table between pairs",
        "a = 1\nb = 2\n\n[t]\n",
        Insert((), 1, "c", {"d": 1}),
        "a = 1\nc = { d = 1 }\nb = 2\n\n[t]\n",
    ),
    ("an empty table", "a = 1\n", Insert((), 1, "c", {}), "a = 1\nc = {}\n"),
    ("an empty table among tables", "[a]\nx = 1\n", Insert((), 1, "c", {}), "[a]\nx = 1\n\n[c]\n"),
    (
        "a table below a table",
        "[a]\nx = 1\n\n[b]\n",
        Insert(("a",), 1, "c", {"d": 1}),
        "[a]\nx = 1\n\n[a.c]\nd = 1\n\n[b]\n",
    ),
    (
        "a table below an indented one",
        "[a]\n  [a.b]\n    x = 1\n",
        Insert(("a",), 1, "c", {"d": 1}),
        "[a]\n  [a.b]\n    x = 1\n  [a.c]\n    d = 1\n",
    ),
    (
        "a table whose single values come last",
        "[a]\n",
        Insert((), 1, "c", {"t": {"x": 1}, "d": 1, "u": {"y": 2}}),
        "[a]\n\n[c]\nt = { x = 1 }\nd = 1\n\n[c.u]\ny = 2\n",
    ),
    ("a list of tables, first of its kind", "[a]\n", Insert((), 1, "c", [{"d": 1}]), "c = [{ d = 1 }]\n\n[a]\n"),
    (
        "a list of tables among such",
        "[[a]]\nx = 1\n",
        Insert((), 1, "c", [{"d": 1}, {"e": {"f": 1}}]),
        "[[a]]\nx = 1\n\n[[c]]\nd = 1\n\n[[c]]\n\n[c.e]\nf = 1\n",
    ),
    (
        "a list of tables among inline ones",
        "a = [{x = 1}]\n",
        Insert((), 1, "c", [{"d": 1}]),
        "a = [{x = 1}]\nc = [{d = 1}]\n",
    ),
    (
        "an element at the end",
        "[[a]]\nx = 1\n\n[[a]]\nx = 2\n\n[b]\n",
        Insert(("a",), 2, None, {"x": 3}),
        "[[a]]\nx = 1\n\n[[a]]\nx = 2\n\n[[a]]\nx = 3\n\n[b]\n",
    ),
    (
        "an element in front",
        "# first\n[[a]]\nx = 1\n",
        Insert(("a",), 0, None, {"x": 3}),
        "# first\n\n[[a]]\nx = 3\n\n[[a]]\nx = 1\n",
    ),
    (
        "an element between",
        "# file\n\n[[a]]\nx = 1\n[a.t]\ny = 1\n\n# second\n[[a]]\nx = 2\n",
        Insert(("a",), 1, None, {"x": 3, "t": {"y": 2}}),
        "# file\n\n[[a]]\nx = 1\n[a.t]\ny = 1\n\n[[a]]\nx = 3\n\n[a.t]\ny = 2\n\n# second\n[[a]]\nx = 2\n",
    ),
    (
        "into an element",
        "[[a]]\nx = 1\n\n[[a]]\nx = 2\n",
        Insert(("a", 0), 1, "y", 3),
        "[[a]]\nx = 1\ny = 3\n\n[[a]]\nx = 2\n",
    ),
    (
        "a table into an element",
        "[[a]]\nx = 1\n\n[[a]]\nx = 2\n",
        Insert(("a", 0), 1, "y", {"z": 3}),
        "[[a]]\nx = 1\n\n[a.y]\nz = 3\n\n[[a]]\nx = 2\n",
    ),
    ("an item at the end", "a = [1, 2]\n", Insert(("a",), 2, None, 3), "a = [1, 2, 3]\n"),
    ("an item in front", "a = [ 1, 2 ]\n", Insert(("a",), 0, None, 3), "a = [ 3, 1, 2 ]\n"),
    ("an item between", "a = [1,2]\n", Insert(("a",), 1, None, 3), "a = [1,3,2]\n"),
    ("an item behind a last comma", "a = [1, 2,]\n", Insert(("a",), 2, None, 3), "a = [1, 2, 3,]\n"),
    ("into an empty array", "a = []\n", Insert(("a",), 0, None, "x"), 'a = ["x"]\n'),
    (
        "into an empty array like others",
        "a = [  ]\nb = [ 1 ]\n",
        Insert(("a",), 0, None, "x"),
        'a = [ "x" ]\nb = [ 1 ]\n',
    ),
    ("into an empty array over lines", "a = [\n]\n", Insert(("a",), 0, None, "x"), 'a = [\n    "x",\n]\n'),
    (
        "into an array with only a comment",
        "a = [\n  # none yet\n]\n",
        Insert(("a",), 0, None, "x"),
        'a = [\n  # none yet\n  "x",\n]\n',
    ),
    (
        "an item on its line",
        "a = [\n  1, # one\n  2, # two\n]\n",
        Insert(("a",), 1, None, 3),
        "a = [\n  1, # one\n  3,\n  2, # two\n]\n",
    ),
    (
        "an item on the last line",
        "a = [\n  1, # one\n  2 # two\n]\n",
        Insert(("a",), 2, None, 3),
        "a = [\n  1, # one\n  2, # two\n  3\n]\n",
    ),
    (
        "an item on the first line",
        "a = [\n  # about one\n  1,\n]\n",
        Insert(("a",), 0, None, 3),
        "a = [\n  3,\n  # about one\n  1,\n]\n",
    ),
    (
        "an item where the bracket follows",
        "a = [1,\n     2]\n",
        Insert(("a",), 2, None, 3),
        "a = [1,\n     2,\n     3]\n",
    ),
    (
        "an item among several a line",
        "a = [\n  1, 2,\n  3, 4,\n]\n",
        Insert(("a",), 2, None, 9),
        "a = [\n  1, 2,\n  9, 3, 4,\n]\n",
    ),
    (
        "an item at the end of several a line",
        "a = [\n  1, 2,\n  3, 4,\n]\n",
        Insert(("a",), 4, None, 9),
        "a = [\n  1, 2,\n  3, 4, 9,\n]\n",
    ),
    ("an item where commas lead", "a = [\n  1\n  , 2\n]\n", Insert(("a",), 1, None, 9), "a = [\n  1\n  , 9, 2\n]\n"),
    (
        "an item like its neighbours",
        "a = ['x', 'y']\nb = \"z\"\n",
        Insert(("a",), 2, None, "w"),
        "a = ['x', 'y', 'w']\nb = \"z\"\n",
    ),
    ("an array into an array", "a = [[1]]\n", Insert(("a",), 1, None, [2]), "a = [[1], [2]]\n"),
    ("into an inline table", "a = { x = 1 }\n", Insert(("a",), 1, "y", "z"), 'a = { x = 1, y = "z" }\n'),
    ("into an inline table in front", "a = {x=1}\n", Insert(("a",), 0, "y", {"z": 1}), "a = {y={z=1}, x=1}\n"),
    ("into an empty inline table", "a = {}\n", Insert(("a",), 0, "y", 1), "a = { y = 1 }\n"),
    (
        "into a dotted table inside an inline one",
        "a = {b.c = 1, d = 2}\n",
        Insert(("a", "b"), 1, "e", 3),
        "a = {b.c = 1, b.e = 3, d = 2}\n",
    ),
]


@pytest.mark.parametrize(("text", "change", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_insert(text: str, change: Insert, expected: str) -> None:
    """A new entry is written as its neighbours are, and nothing of them changes."""
    assert changed(text, change) == expected


@pytest.mark.parametrize(("text", "indent"), [("a = 1\n", "    "), ("a = [\n  1\n]\n", "  ")])
def test_a_long_array_goes_over_several_lines(text: str, indent: str) -> None:
    """An array that would make a line of more than 100 characters has one item a line, as deep as others."""
    items = [f"a text that is rather long {number}" for number in range(4)]
    lines = "".join(f'{indent}"{item}",\n' for item in items)
    assert changed(text, Insert((), 1, "b", items)) == f"{text}b = [\n{lines}]\n"
    assert changed("a = 1\n", Insert((), 1, "b", items[:2])) == f'a = 1\nb = ["{items[0]}", "{items[1]}"]\n'
