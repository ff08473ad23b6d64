"""Entries that move in TOML texts, byte by byte."""

from __future__ import annotations

import pytest
from toml_case import changed

from setpoint.editing.change import Move

# what it is about, the text, the change, the text afterwards
CASES = [
    ("a key up", "a = 1\n# about b\nb = 2 # beside\n", Move(("b",), (), 0, "b"), "# about b\nb = 2 # beside\na = 1\n"),
    (
        "a key down",
        "# file\n\n# about a\na = 1\nb = 2\nc = 3\n",
        Move(("a",), (), 2, "a"),
        "# file\n\nb = 2\nc = 3\n# about a\na = 1\n",
    ),
    ("the last line up without a line break", "a = 1\nb = 2", Move(("b",), (), 0, "b"), "b = 2\na = 1"),
    ("the first down without a line break", "a = 1\nb = 2", Move(("a",), (), 1, "a"), "b = 2\na = 1"),
    ("to the same place under another key", "a = 1\nb = 2\n", Move(("a",), (), 0, "c"), "c = 1\nb = 2\n"),
    (
        "into a table",
        "# about a\na = [\n  1, # one\n] # beside\n\n[t]\n  b = 2\n",
        Move(("a",), ("t",), 1, "a"),
        "# about a\n\n[t]\n  b = 2\n  a = [\n    1, # one\n  ] # beside\n",
    ),
    (
        "a text of several lines into a table",
        'a = """\n  x\n"""\n\n[t]\n  b = 2\n',
        Move(("a",), ("t",), 1, "c"),
        '[t]\n  b = 2\n  c = """\n  x\n"""\n',
    ),
    (
        "out of a table",
        "x = 1\n\n[t]\n# about b\nb = 2 # beside\nc = 3\n",
        Move(("t", "b"), (), 1, "b"),
        "x = 1\n# about b\nb = 2 # beside\n\n[t]\nc = 3\n",
    ),
    (
        "out of a table to the end, which is before its headers",
        "x = 1\n\n[t]\nb = 2\nc = 3\n",
        Move(("t", "b"), (), 2, "b"),
        "x = 1\nb = 2\n\n[t]\nc = 3\n",
    ),
    (
        "the last out of an implied table",
        "x = 1\n\n[t.u]\nb = 2\n",
        Move(("t", "u"), (), 2, "u"),
        "x = 1\n\n[t]\n\n[u]\nb = 2\n",
    ),
    ("into a dotted table", "t.a = 1\nx = 2 # beside\n", Move(("x",), ("t",), 1, "b"), "t.a = 1\nt.b = 2 # beside\n"),
    ("out of a dotted table", "t.a = 1\nt.b = 2\nx = 2\n", Move(("t", "a"), (), 2, "a"), "t.b = 2\nx = 2\na = 1\n"),
    ("the last out of a dotted table", "t.a = 1\nx = 2\n", Move(("t", "a"), (), 2, "a"), "t = {}\nx = 2\na = 1\n"),
    (
        "a dotted table into a table",
        "t.a = 1 # one\nx = 2\n# about b\nt.b = 3\n\n[u]\ny = 1\n",
        Move(("t",), ("u",), 1, "v"),
        "x = 2\n\n[u]\ny = 1\nv.a = 1 # one\n# about b\nv.b = 3\n",
    ),
    (
        "a table into another",
        "# about a\n[a] # beside\nx = 1\n\n[a.b]\ny = 2\n\n[c]\nz = 3\n",
        Move(("a",), ("c",), 1, "d"),
        "# about a\n\n[c]\nz = 3\n\n[c.d] # beside\nx = 1\n\n[c.d.b]\ny = 2\n",
    ),
    (
        "a table out of another",
        "[a]\nx = 1\n\n# about b\n[a.b]\ny = 2\n\n[c]\n",
        Move(("a", "b"), (), 2, "b c"),
        '[a]\nx = 1\n\n[c]\n\n# about b\n["b c"]\ny = 2\n',
    ),
    (
        "a table up",
        "[a]\nx = 1\n\n# about b\n[b]\ny = 2\n",
        Move(("b",), (), 0, "b"),
        "# about b\n[b]\ny = 2\n\n[a]\nx = 1\n",
    ),
    (
        "a table down",
        "# file\n\n[a]\nx = 1\n\n[b]\ny = 2",
        Move(("a",), (), 1, "a"),
        "# file\n\n[b]\ny = 2\n\n[a]\nx = 1",
    ),
    (
        "a scattered table",
        "[a.b]\nx = 1\n\n[c]\n\n[a]\ny = 2\n",
        Move(("a", "b"), ("c",), 0, "b"),
        "[a]\ny = 2\n\n[c]\n\n[c.b]\nx = 1\n",
    ),
    (
        "an indented table",
        '[a]\n\n  # about b\n  [a.b]\n  x = """\n  text\n  """\n\n[c]\n',
        Move(("a", "b"), (), 2, "b"),
        '[a]\n\n[c]\n\n# about b\n[b]\nx = """\n  text\n  """\n',
    ),
    (
        "a list of tables",
        "[[a]]\nx = 1\n\n[[a]]\nx = 2\n\n[t]\ny = 1\n",
        Move(("a",), ("t",), 1, "b"),
        "[t]\ny = 1\n\n[[t.b]]\nx = 1\n\n[[t.b]]\nx = 2\n",
    ),
    (
        "an element up",
        "[[a]]\nx = 1\n\n# two\n[[a]]\nx = 2\n[a.t]\ny = 1\n",
        Move(("a", 1), ("a",), 0, None),
        "# two\n[[a]]\nx = 2\n[a.t]\ny = 1\n\n[[a]]\nx = 1\n",
    ),
    (
        "an element down",
        "[[a]]\nx = 1\n\n[[a]]\nx = 2\n\n[b]\n",
        Move(("a", 0), ("a",), 1, None),
        "[[a]]\nx = 2\n\n[[a]]\nx = 1\n\n[b]\n",
    ),
    (
        "an element to another list",
        "[[a]]\nx = 1\n\n[[a]]\nx = 2\n\n[[b]]\nx = 3\n",
        Move(("a", 0), ("b",), 1, None),
        "[[a]]\nx = 2\n\n[[b]]\nx = 3\n\n[[b]]\nx = 1\n",
    ),
    (
        "an element becomes a table",
        "[[a]]\nx = 1\n\n[[a]]\nx = 2 # two\n[a.t]\ny = 1\n",
        Move(("a", 1), (), 1, "b"),
        "[[a]]\nx = 1\n\n[b]\nx = 2 # two\n[b.t]\ny = 1\n",
    ),
    (
        "a table becomes an element",
        "[b]\nx = 2 # two\n\n[b.t]\ny = 1\n\n[[a]]\nx = 1\n",
        Move(("b",), ("a",), 1, None),
        "[[a]]\nx = 1\n\n[[a]]\nx = 2 # two\n\n[a.t]\ny = 1\n",
    ),
    (
        "an inline table becomes an element",
        "b = { x = 2 } # two\n\n[[a]]\nx = 1\n",
        Move(("b",), ("a",), 1, None),
        "[[a]]\nx = 1\n\n# two\n[[a]]\nx = 2\n",
    ),
    ("an item up", "a = [1, 2, 3]\n", Move(("a", 2), ("a",), 0, None), "a = [3, 1, 2]\n"),
    ("an item down", "a = [1, 2, 3]\n", Move(("a", 0), ("a",), 2, None), "a = [2, 3, 1]\n"),
    (
        "an item with its comments",
        "a = [\n  # about one\n  1, # one\n  2, # two\n  3 # three\n]\n",
        Move(("a", 0), ("a",), 2, None),
        "a = [\n  2, # two\n  3, # three\n  # about one\n  1 # one\n]\n",
    ),
    (
        "an item to another array",
        "a = [\n  1, # one\n  2,\n]\nb = [\n  3, # three\n]\n",
        Move(("a", 0), ("b",), 1, None),
        "a = [\n  2,\n]\nb = [\n  3, # three\n  1, # one\n]\n",
    ),
    (
        "an item to an array on one line",
        "a = [\n  1, # one\n  2,\n]\nb = [3]\n",
        Move(("a", 0), ("b",), 1, None),
        "a = [\n  2,\n]\n# one\nb = [3, 1]\n",
    ),
    (
        "an item becomes a key",
        "a = [\n  1, # one\n  2,\n]\nb = 3\n",
        Move(("a", 0), (), 2, "c"),
        "a = [\n  2,\n]\nb = 3\nc = 1 # one\n",
    ),
    (
        "a key becomes an item",
        "# about c\nc = 1 # one\na = [\n  2,\n]\n",
        Move(("c",), ("a",), 1, None),
        "# about c\na = [\n  2,\n  1, # one\n]\n",
    ),
    (
        "a key into an inline table",
        "# about c\nc = 1 # one\na = { b = 2 }\n",
        Move(("c",), ("a",), 0, "c"),
        "# about c\n# one\na = { c = 1, b = 2 }\n",
    ),
    (
        "a table into an inline table",
        'a = { b = 2 }\n\n[c]\nx = 1\n[c.d]\ny = "z"\n',
        Move(("c",), ("a",), 1, "c"),
        'a = { b = 2, c = { x = 1, d = { y = "z" } } }\n',
    ),
    (
        "out of an inline table",
        "a = { b = 2, c = [ 3 ] }\n",
        Move(("a", "c"), (), 0, "c"),
        "c = [ 3 ]\na = { b = 2 }\n",
    ),
    ("the only entry out of an inline table", "a = { b = 2 }\n", Move(("a", "b"), (), 1, "c"), "a = {}\nc = 2\n"),
    (
        "a scattered table to the end",
        "[a.b]\nx = 1\n\n[c]\n\n[a.d]\ny = 2\n",
        Move(("a", "b"), (), 2, "e"),
        "[a.d]\ny = 2\n\n[c]\n\n[e]\nx = 1\n",
    ),
    (
        "a scattered table to the front",
        "[a.b]\nx = 1\n\n[c]\n\n[a.d]\ny = 2\n",
        Move(("a", "b"), (), 0, "e"),
        "[e]\nx = 1\n\n[a.d]\ny = 2\n\n[c]\n",
    ),
    (
        "a table with comments into an inline table",
        "a = { b = 2 }\n\n# about c\n[c] # beside\nx = [ # inside\n  1,\n]\n",
        Move(("c",), ("a",), 1, "c"),
        "# about c\n# beside\n# inside\na = { b = 2, c = { x = [ 1 ] } }\n",
    ),
    (
        "a key with a comment inside to an element",
        "[c]\nx = { y = [ # inside\n  1,\n] }\n\n[[a]]\n",
        Move(("c", "x"), ("a",), 1, None),
        "[c]\n\n[[a]]\n\n# inside\n[[a]]\ny = [1]\n",
    ),
    (
        "a table of dotted keys with a comment apart",
        "a.b = 1\n# apart\n\na.c = 2\nd = 3\n",
        Move(("a",), (), 1, "e"),
        "# apart\n\nd = 3\ne.b = 1\ne.c = 2\n",
    ),
]


@pytest.mark.parametrize(("text", "change", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_move(text: str, change: Move, expected: str) -> None:
    """An entry goes to its new place with its comments and its layout."""
    assert changed(text, change) == expected
