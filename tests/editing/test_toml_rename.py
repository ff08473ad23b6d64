"""Renamed keys of TOML texts, byte by byte."""

from __future__ import annotations

import pytest
from toml_case import changed

from setpoint.editing.change import Rename

# what it is about, the text, the change, the text afterwards
CASES = [
    ("a key", "a = 1 # x\n", Rename(("a",), "b"), "b = 1 # x\n"),
    ("a key that needs quotes", "a = 1\n", Rename(("a",), "b c"), '"b c" = 1\n'),
    ("a quoted key", '"a" = 1\n', Rename(("a",), "b"), '"b" = 1\n'),
    ("a literal key", "'a' = 1\n", Rename(("a",), "b\\c"), "'b\\c' = 1\n"),
    ("a literal key that cannot stay", "'a' = 1\n", Rename(("a",), "it's"), '"it\'s" = 1\n'),
    ("to an empty key", "a = 1\n", Rename(("a",), ""), '"" = 1\n'),
    ("to a key with a line break", "a = 1\n", Rename(("a",), "b\nc"), '"b\\nc" = 1\n'),
    ("an aligned key", "a   = 1\nbbb = 2\n", Rename(("a",), "cc"), "cc   = 1\nbbb = 2\n"),
    ("a dotted key everywhere", "a.b = 1\nx = 2\na . c = 3\n", Rename(("a",), "d"), "d.b = 1\nx = 2\nd . c = 3\n"),
    ("the end of a dotted key", "a.b.c = 1\n", Rename(("a", "b", "c"), "d"), "a.b.d = 1\n"),
    (
        "the middle of a dotted key",
        "a.b.c = 1\na.b.d = 2\n",
        Rename(("a", "b"), "x.y"),
        'a."x.y".c = 1\na."x.y".d = 2\n',
    ),
    (
        "a table in every header",
        "[a.b] # x\n[a]\nc.d = 1\n[a.b.e]\n[ a . f ]\n",
        Rename(("a",), "g"),
        "[g.b] # x\n[g]\nc.d = 1\n[g.b.e]\n[ g . f ]\n",
    ),
    ("a table below", "[a.b]\n[a.b.c]\n[b]\n", Rename(("a", "b"), "g"), "[a.g]\n[a.g.c]\n[b]\n"),
    ("a list of tables", "[[a]]\n[a.b]\n[[a]]\n[[a.c]]\n", Rename(("a",), "z"), "[[z]]\n[z.b]\n[[z]]\n[[z.c]]\n"),
    (
        "a table of one element",
        "[[a]]\n[a.b]\n[[a]]\n[a.b]\n",
        Rename(("a", 1, "b"), "c"),
        "[[a]]\n[a.b]\n[[a]]\n[a.c]\n",
    ),
    ("a key of an inline table", "a = { b = 1, c.d = 2 }\n", Rename(("a", "c"), "x y"), 'a = { b = 1, "x y".d = 2 }\n'),
    (
        "a key of a table in an array",
        "a = [\n  { b = 1 }, # one\n]\n",
        Rename(("a", 0, "b"), "c"),
        "a = [\n  { c = 1 }, # one\n]\n",
    ),
]


@pytest.mark.parametrize(("text", "change", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_rename(text: str, change: Rename, expected: str) -> None:
    """A key gets another name wherever it is written, and nothing else changes."""
    assert changed(text, change) == expected
