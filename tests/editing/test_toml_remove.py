"""Entries that go from TOML texts, byte by byte."""

from __future__ import annotations

import pytest
from toml_case import changed

from setpoint.editing.change import Remove

# what it is about, the text, the change, the text afterwards
CASES = [
    ("the only key", "a = 1\n", Remove(("a",)), ""),
    ("the last line without a line break", "a = 1\nb = 2", Remove(("b",)), "a = 1"),
    ("the first", "a = 1\nb = 2\n", Remove(("a",)), "b = 2\n"),
    (
        "a key with the comments above and beside",
        "x = 1\n# about a\n# more\na = 1 # beside\n# about b\nb = 2\n",
        Remove(("a",)),
        "x = 1\n# about b\nb = 2\n",
    ),
    (
        "not a comment behind a blank line",
        "x = 1\n# apart\n\na = 1\nb = 2\n",
        Remove(("a",)),
        "x = 1\n# apart\n\nb = 2\n",
    ),
    ("not a comment at another indentation", "[t]\n# apart\n  a = 1\n", Remove(("t", "a")), "[t]\n# apart\n"),
    ("not the comment of the file", "# the file\na = 1\nb = 2\n", Remove(("a",)), "# the file\nb = 2\n"),
    (
        "the first comment below the comment of the file",
        "# the file\n\n# about a\na = 1\nb = 2\n",
        Remove(("a",)),
        "# the file\n\nb = 2\n",
    ),
    ("with one of two blank runs", "a = 1\n\nb = 2\n\nc = 3\n", Remove(("b",)), "a = 1\n\nc = 3\n"),
    ("the first of the file with the blank behind", "a = 1\n\nb = 2\n", Remove(("a",)), "b = 2\n"),
    ("the last of the file with the blank above", "a = 1\n\nb = 2\n", Remove(("b",)), "a = 1\n"),
    (
        "the last of a section keeps the groups apart",
        "[t]\na = 1\n\nb = 2\n[u]\n",
        Remove(("t", "b")),
        "[t]\na = 1\n\n[u]\n",
    ),
    ("not comments that follow the last", "[t]\na = 1\n# b = 2\n\n[u]\n", Remove(("t", "a")), "[t]\n# b = 2\n\n[u]\n"),
    ("windows line breaks", "a = 1\r\n\r\nb = 2\r\n\r\nc = 3\r\n", Remove(("b",)), "a = 1\r\n\r\nc = 3\r\n"),
    ("a text of several lines", 'a = """\n\n# none\n"""\nb = 1\n', Remove(("a",)), "b = 1\n"),
    ("the last of a table", "[t]\na = 1\n\n[u]\n", Remove(("t", "a")), "[t]\n\n[u]\n"),
    (
        "a table",
        "a = 1\n\n# about t\n[t] # beside\nx = 1\n\n# inside\n\ny = 2\n# still inside\n\n# apart\n\n[u]\n",
        Remove(("t",)),
        "a = 1\n\n# apart\n\n[u]\n",
    ),
    ("a table with its tables", "[t]\nx = 1\n[t.u]\ny = 2\n[v]\n", Remove(("t",)), "[v]\n"),
    ("a scattered table", "[t.u]\nx = 1\n\n[v]\n\n[t]\ny = 2\n", Remove(("t",)), "[v]\n"),
    ("a table behind its tables", "[t.u]\nx = 1\n\n[t]\ny = 2\n", Remove(("t", "u")), "[t]\ny = 2\n"),
    (
        "the last table of an implied one",
        "[a]\n\n# gone\n[t.u]\nx = 1\n\n[b]\n",
        Remove(("t", "u")),
        "[a]\n\n[t]\n\n[b]\n",
    ),
    ("one of the tables of an implied one", "[t.u]\nx = 1\n\n[t.v]\n", Remove(("t", "u")), "[t.v]\n"),
    (
        "the first mention of a table",
        "[t.u]\nx = 1\n\n[v]\n\n# about w\n[t.w]\ny = 2\n",
        Remove(("t", "u")),
        "# about w\n[t.w]\ny = 2\n\n[v]\n",
    ),
    (
        "the first dotted mention of a table",
        "t.u = 1\nx = 2\n# about v\nt.v = 3\n",
        Remove(("t", "u")),
        "# about v\nt.v = 3\nx = 2\n",
    ),
    ("the last of a dotted table", "t.u = 1 # gone\nx = 2\n", Remove(("t", "u")), "t = {}\nx = 2\n"),
    ("a dotted table", "t.u = 1\nx = 2\nt.v.w = 3\n", Remove(("t",)), "x = 2\n"),
    ("the last deep in a dotted table", "t.u.v = 1\n", Remove(("t", "u", "v")), "t.u = {}\n"),
    (
        "an element",
        "[[a]]\nx = 1\n\n# two\n[[a]]\nx = 2\n[a.t]\ny = 1\n\n[[a]]\nx = 3\n",
        Remove(("a", 1)),
        "[[a]]\nx = 1\n\n[[a]]\nx = 3\n",
    ),
    ("the first element", "[[a]]\nx = 1\n\n[[a]]\nx = 2\n", Remove(("a", 0)), "[[a]]\nx = 2\n"),
    (
        "the first element with another table behind",
        "[[a]]\nx = 1\n\n[b]\n\n[[a]]\nx = 2\n",
        Remove(("a", 0)),
        "[[a]]\nx = 2\n\n[b]\n",
    ),
    ("the only element", "k = 1\n\n[[a]]\nx = 1\n\n[b]\n", Remove(("a", 0)), "k = 1\na = []\n\n[b]\n"),
    (
        "the only element behind another table",
        "k = 1\n\n[b]\n\n[[a]]\nx = 1\n",
        Remove(("a", 0)),
        "k = 1\na = []\n\n[b]\n",
    ),
    ("a list of tables", "[[a]]\nx = 1\n\n[[a]]\nx = 2\n\n[b]\n", Remove(("a",)), "[b]\n"),
    ("a table of an element", "[[a]]\nx = 1\n[a.t]\ny = 1\n[[a]]\n", Remove(("a", 0, "t")), "[[a]]\nx = 1\n[[a]]\n"),
    ("a first item", "a = [1, 2, 3]\n", Remove(("a", 0)), "a = [2, 3]\n"),
    ("a middle item", "a = [1, 2, 3]\n", Remove(("a", 1)), "a = [1, 3]\n"),
    ("a last item", "a = [1, 2, 3]\n", Remove(("a", 2)), "a = [1, 2]\n"),
    ("a last item with its comma", "a = [1, 2, 3,]\n", Remove(("a", 2)), "a = [1, 2,]\n"),
    ("the only item", "a = [ 1, ]\n", Remove(("a", 0)), "a = []\n"),
    ("the only item of several lines", "a = [\n  1, # one\n]\n", Remove(("a", 0)), "a = []\n"),
    (
        "the only item beside a comment of the array",
        "a = [ # about all\n  1, # one\n]\n",
        Remove(("a", 0)),
        "a = [ # about all\n]\n",
    ),
    (
        "an item with its line",
        "a = [\n  1, # one\n  # about two\n  2, # two\n  3, # three\n]\n",
        Remove(("a", 1)),
        "a = [\n  1, # one\n  3, # three\n]\n",
    ),
    ("the last item with its line", "a = [\n  1, # one\n  2 # two\n]\n", Remove(("a", 1)), "a = [\n  1 # one\n]\n"),
    ("the last item with a comma and its line", "a = [\n  1,\n  2,\n]\n", Remove(("a", 1)), "a = [\n  1,\n]\n"),
    ("an item between blank lines", "a = [\n  1,\n\n  2,\n\n  3,\n]\n", Remove(("a", 1)), "a = [\n  1,\n\n  3,\n]\n"),
    (
        "an item that shares its line",
        "a = [\n  1, 2, # both\n  3,\n]\n",
        Remove(("a", 1)),
        "a = [\n  1, # both\n  3,\n]\n",
    ),
    ("an item that starts a shared line", "a = [\n  1, 2,\n  3,\n]\n", Remove(("a", 0)), "a = [\n  2,\n  3,\n]\n"),
    ("the last item before the bracket", "a = [1, # one\n     2]\n", Remove(("a", 1)), "a = [1 # one\n     ]\n"),
    ("the last item of a second line", "a = [1,\n     2]\n", Remove(("a", 1)), "a = [1]\n"),
    ("an item where commas lead", "a = [\n  1\n  , 2\n  , 3\n]\n", Remove(("a", 1)), "a = [\n  1\n  , 3\n]\n"),
    ("an entry of an inline table", "a = { x = 1, y = 2 }\n", Remove(("a", "x")), "a = { y = 2 }\n"),
    ("the last entry of an inline table", "a = { x = 1, y = 2 }\n", Remove(("a", "y")), "a = { x = 1 }\n"),
    ("the only entry of an inline table", "a = { x = 1 }\n", Remove(("a", "x")), "a = {}\n"),
    (
        "the last of a dotted table inside an inline one",
        "a = { b.c = 1, d = 2 }\n",
        Remove(("a", "b", "c")),
        "a = { b = {}, d = 2 }\n",
    ),
    ("a dotted table inside an inline one", "a = { b.c = 1, d = 2, b.e = 3 }\n", Remove(("a", "b")), "a = { d = 2 }\n"),
]


@pytest.mark.parametrize(("text", "change", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_remove(text: str, change: Remove, expected: str) -> None:
    """An entry goes with its lines and its own comments, and with nothing else."""
    assert changed(text, change) == expected
