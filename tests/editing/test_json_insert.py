"""Entries put into JSON and JSONC: the exact text that comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from json_case import BLANK, EMPTY, HUG, LEAD, MIX, NOTES, STD, TRAIL, WRAP, check, named, swapped

from setpoint.editing.change import Insert

if TYPE_CHECKING:
    from setpoint.editing.change import Change

INSERT = [
    (
        "first",
        STD,
        Insert((), 0, "n", 1),
        '{\n  "n": 1,\n  "a": 1,\n  "b": {\n    "x": true\n  },\n  "c": [1, 2, 3]\n}\n',
    ),
    (
        "in the middle, an object on lines",
        STD,
        Insert((), 1, "n", {"u": [1, 2], "v": {"w": 1}}),
        swapped(STD, ('  "b": {\n', '  "n": {\n    "u": [1, 2],\n    "v": {\n      "w": 1\n    }\n  },\n  "b": {\n')),
    ),
    (
        "last, an empty list",
        STD,
        Insert((), 3, "n", []),
        '{\n  "a": 1,\n  "b": {\n    "x": true\n  },\n  "c": [1, 2, 3],\n  "n": []\n}\n',
    ),
    (
        "into an object inside",
        STD,
        Insert(("b",), 1, "y", "s"),
        '{\n  "a": 1,\n  "b": {\n    "x": true,\n    "y": "s"\n  },\n  "c": [1, 2, 3]\n}\n',
    ),
    (
        "first in a list on a line",
        STD,
        Insert(("c",), 0, None, 0),
        '{\n  "a": 1,\n  "b": {\n    "x": true\n  },\n  "c": [0, 1, 2, 3]\n}\n',
    ),
    (
        "in the middle of a list on a line",
        STD,
        Insert(("c",), 2, None, 0),
        '{\n  "a": 1,\n  "b": {\n    "x": true\n  },\n  "c": [1, 2, 0, 3]\n}\n',
    ),
    (
        "last in a list on a line",
        STD,
        Insert(("c",), 3, None, {"a": 1}),
        '{\n  "a": 1,\n  "b": {\n    "x": true\n  },\n  "c": [1, 2, 3, {"a": 1}]\n}\n',
    ),
    (
        "above the first entry's comment",
        NOTES,
        Insert((), 0, "n", 1),
        swapped(NOTES, ("  // about a\n", '  "n": 1,\n  // about a\n')),
    ),
    (
        "behind the comment beside",
        NOTES,
        Insert((), 1, "n", 1),
        swapped(NOTES, ("\n  /* about b,\n", '  "n": 1,\n\n  /* about b,\n')),
    ),
    (
        "behind an entry, before loose comments",
        NOTES,
        Insert((), 2, "n", 1),
        swapped(NOTES, ("  // loose\n", '  "n": 1,\n  // loose\n')),
    ),
    ("last, before the closing comments", NOTES, Insert((), 4, "n", 1), swapped(NOTES, ("  ]\n", '  ],\n  "n": 1\n'))),
    (
        "the comma goes before the comment beside",
        NOTES,
        Insert(("c",), 1, "n", 1),
        swapped(NOTES, ('    "x": 1 // beside x\n', '    "x": 1, // beside x\n    "n": 1\n')),
    ),
    (
        "the comma goes before the comment in a list",
        NOTES,
        Insert(("d",), 2, None, 3),
        swapped(NOTES, ("    2 // two\n", "    2, // two\n    3\n")),
    ),
    ("compact, first", '{"a":1}', Insert((), 0, "n", [1, 2]), '{"n":[1,2],"a":1}'),
    ("compact, last", '{"a":1}', Insert((), 1, "n", {"x": 1}), '{"a":1,"n":{"x":1}}'),
    ("one line, last", '{"a": 1, "b": 2}\n', Insert((), 2, "n", {"x": [1]}), '{"a": 1, "b": 2, "n": {"x": [1]}}\n'),
    ("one line, first", '{"a": 1, "b": 2}\n', Insert((), 0, "n", 1), '{"n": 1, "a": 1, "b": 2}\n'),
    ("padded, last", '{ "a": 1 }', Insert((), 1, "n", {"x": [1]}), '{ "a": 1, "n": { "x": [1] } }'),
    ("padded, first", '{ "a": 1 }', Insert((), 0, "n", 1), '{ "n": 1, "a": 1 }'),
    ("no blank behind the comma", "[1,2,3]", Insert((), 1, None, 9), "[1,9,2,3]"),
    ("two blanks behind the comma", "[1,  2,  3]", Insert((), 1, None, 9), "[1,  9,  2,  3]"),
    ("a wrapped list, last", WRAP, Insert((), 7, None, 8), "[\n  1, 2, 3,\n  4, 5, 6,\n  7, 8\n]\n"),
    (
        "a wrapped list whose last line is full",
        "[\n  1, 2, 3,\n  4, 5, 6\n]\n",
        Insert((), 6, None, 7),
        "[\n  1, 2, 3,\n  4, 5, 6,\n  7\n]\n",
    ),
    ("a wrapped list, first", WRAP, Insert((), 0, None, 0), "[\n  0, 1, 2, 3,\n  4, 5, 6,\n  7\n]\n"),
    ("a wrapped list, at the end of a line", WRAP, Insert((), 3, None, 0), "[\n  1, 2, 3, 0,\n  4, 5, 6,\n  7\n]\n"),
    ("a wrapped list, inside a line", WRAP, Insert((), 4, None, 0), "[\n  1, 2, 3,\n  4, 0, 5, 6,\n  7\n]\n"),
    (
        "objects that hug, last",
        HUG,
        Insert((), 2, None, {"x": 3}),
        '[{\n  "x": 1\n}, {\n  "x": 2\n}, {\n  "x": 3\n}]\n',
    ),
    (
        "objects that hug, first",
        HUG,
        Insert((), 0, None, {"x": 3}),
        '[{\n  "x": 3\n}, {\n  "x": 1\n}, {\n  "x": 2\n}]\n',
    ),
    ("entries hang from the bracket, last", "[1,\n 2]\n", Insert((), 2, None, 3), "[1,\n 2,\n 3]\n"),
    ("entries hang from the bracket, first", "[1,\n 2]\n", Insert((), 0, None, 3), "[3,\n 1,\n 2]\n"),
    ("first on the bracket's line", MIX, Insert((), 0, "c", 3), '{"c": 3,\n  "a": 1, // why\n  "b": 2}'),
    ("between two lines", MIX, Insert((), 1, "c", 3), '{"a": 1, // why\n  "c": 3,\n  "b": 2}'),
    ("last before a bracket on its line", MIX, Insert((), 2, "c", 3), '{"a": 1, // why\n  "b": 2,\n  "c": 3}'),
    ("leading commas, 0", LEAD, Insert((), 0, "n", 4), '{\n    "n": 4\n  , "a": 1\n  , "b": 2 // b\n  , "c": 3\n}\n'),
    ("leading commas, 1", LEAD, Insert((), 1, "n", 4), '{\n    "a": 1\n  , "n": 4\n  , "b": 2 // b\n  , "c": 3\n}\n'),
    ("leading commas, 2", LEAD, Insert((), 2, "n", 4), '{\n    "a": 1\n  , "b": 2 // b\n  , "n": 4\n  , "c": 3\n}\n'),
    ("leading commas, 3", LEAD, Insert((), 3, "n", 4), '{\n    "a": 1\n  , "b": 2 // b\n  , "c": 3\n  , "n": 4\n}\n'),
    (
        "a trailing comma, last",
        TRAIL,
        Insert((), 3, "n", 4),
        '{\n  "a": 1,\n  "b": [\n    1,\n  ],\n  "c": [1, 2,],\n  "n": 4,\n}\n',
    ),
    (
        "a trailing comma in a list of lines",
        TRAIL,
        Insert(("b",), 1, None, 2),
        '{\n  "a": 1,\n  "b": [\n    1,\n    2,\n  ],\n  "c": [1, 2,],\n}\n',
    ),
    (
        "a trailing comma in a list of one line",
        TRAIL,
        Insert(("c",), 2, None, 3),
        '{\n  "a": 1,\n  "b": [\n    1,\n  ],\n  "c": [1, 2, 3,],\n}\n',
    ),
    (
        "a trailing comma, first",
        TRAIL,
        Insert(("b",), 0, None, 0),
        '{\n  "a": 1,\n  "b": [\n    0,\n    1,\n  ],\n  "c": [1, 2,],\n}\n',
    ),
    ("a trailing comma behind a comment", "[\n  1, // one\n]", Insert((), 1, None, 2), "[\n  1, // one\n  2,\n]"),
    (
        "a trailing comma on a line of its own",
        "[\n  1 // one\n  ,\n]",
        Insert((), 1, None, 2),
        "[\n  1 // one\n  ,\n  2,\n]",
    ),
    (
        "into an empty one, a",
        EMPTY,
        Insert(("a",), 0, "n", 4),
        swapped(EMPTY, ('  "a": {},\n', '  "a": {\n    "n": 4\n  },\n')),
    ),
    (
        "into an empty one, b",
        EMPTY,
        Insert(("b",), 0, None, 4),
        swapped(EMPTY, ('  "b": [],\n', '  "b": [\n    4\n  ],\n')),
    ),
    ("into an empty one, c", EMPTY, Insert(("c",), 0, "n", 4), swapped(EMPTY, ("  },\n", '    "n": 4\n  },\n'))),
    ("into an empty one, d", EMPTY, Insert(("d",), 0, None, 4), swapped(EMPTY, ("  ],\n", "    4\n  ],\n"))),
    (
        "into an empty one, e",
        EMPTY,
        Insert(("e",), 0, "n", 4),
        swapped(EMPTY, ('  "e": { /* none */ }\n', '  "e": { /* none */ "n": 4 }\n')),
    ),
    (
        "a list on a line into an empty list like others",
        '{\n  "a": [],\n  "b": [1]\n}',
        Insert(("a",), 0, None, "s"),
        '{\n  "a": ["s"],\n  "b": [1]\n}',
    ),
    (
        "an object on one line like its neighbours",
        '{\n  "a": {},\n  "b": {"x": 1}\n}',
        Insert(("a",), 0, "n", 1),
        '{\n  "a": {"n": 1},\n  "b": {"x": 1}\n}',
    ),
    ("the root of one line", "{}", Insert((), 0, "n", 4), '{"n": 4}'),
    ("the root of one line with a line break", "{}\n", Insert((), 0, "n", {"a": 1}), '{"n": {"a": 1}}\n'),
    ("the root below a comment", "// x\n{}\n", Insert((), 0, "n", 4), '// x\n{\n  "n": 4\n}\n'),
    ("the root on two lines", "{\n}\n", Insert((), 0, "n", 4), '{\n  "n": 4\n}\n'),
    ("an empty padded object", '{"a": { }}', Insert(("a",), 0, "n", 1), '{"a": { "n": 1 }}'),
    ("an empty object with blank lines", "{\n\n\n}", Insert((), 0, "n", 1), '{\n  "n": 1\n}'),
    (
        "an object like its neighbours in a list",
        '[\n  {"x": 1},\n  {"x": 2}\n]',
        Insert((), 2, None, {"x": 3, "y": []}),
        '[\n  {"x": 1},\n  {"x": 2},\n  {"x": 3, "y": []}\n]',
    ),
    (
        "the indentation of the neighbours",
        '{\n    "a": 1\n}',
        Insert((), 1, "n", {"x": 1}),
        '{\n    "a": 1,\n    "n": {\n        "x": 1\n    }\n}',
    ),
    ("tabs", '{\n\t"a": 1\n}', Insert((), 1, "n", {"x": 1}), '{\n\t"a": 1,\n\t"n": {\n\t\t"x": 1\n\t}\n}'),
    ("no indentation", '{\n"a": 1\n}', Insert((), 1, "n", {"x": 1}), '{\n"a": 1,\n"n": {\n"x": 1\n}\n}'),
    (
        "CRLF",
        '{\r\n  "a": 1 // a\r\n}',
        Insert((), 1, "n", {"x": 1}),
        '{\r\n  "a": 1, // a\r\n  "n": {\r\n    "x": 1\r\n  }\r\n}',
    ),
    ("CR", '{\r  "a": 1\r}', Insert((), 0, "n", 1), '{\r  "n": 1,\r  "a": 1\r}'),
    ("behind a block comment", "[1, 2 /* two */]", Insert((), 2, None, 3), "[1, 2 /* two */, 3]"),
    ("before a line comment on a full line", "[\n  1, 2 // two\n]", Insert((), 2, None, 3), "[\n  1, 2, 3 // two\n]"),
    ("before an entry with a comment before it", "[1, /* two */ 2]", Insert((), 1, None, 3), "[1, 3, /* two */ 2]"),
    ("between groups", BLANK, Insert((), 1, "n", 1), '{\n\n  "a": 1,\n  "n": 1,\n\n  "b": 2,\n\n  "c": 3\n\n}\n'),
    (
        "last before a blank line",
        BLANK,
        Insert((), 3, "n", 1),
        '{\n\n  "a": 1,\n\n  "b": 2,\n\n  "c": 3,\n  "n": 1\n\n}\n',
    ),
    ("a colon with blanks", '{"a" : 1}', Insert((), 1, "n", 1), '{"a" : 1, "n" : 1}'),
    (
        "a colon without blanks in a text of lines",
        '{\n  "a":1\n}',
        Insert((), 1, "n", {"x": 1}),
        '{\n  "a":1,\n  "n":{\n    "x":1\n  }\n}',
    ),
    (
        "above loose comments at the top",
        '{\n  // all of it\n\n  "a": 1\n}',
        Insert((), 0, "n", 1),
        '{\n  // all of it\n\n  "n": 1,\n  "a": 1\n}',
    ),
    ("a key full of syntax", '{"a": 1}', Insert((), 1, '": {//', 1), '{"a": 1, "\\": {//": 1}'),
    (
        "between an outdented comment and its neighbour",
        '{\n  "a": 1,\n// "z": 1,\n  "b": 2\n}',
        Insert((), 1, "n", 1),
        '{\n  "a": 1,\n  "n": 1,\n// "z": 1,\n  "b": 2\n}',
    ),
]


@pytest.mark.parametrize(("text", "change", "expected"), **named(INSERT))
def test_insert(text: str, change: Change, expected: str) -> None:
    """A new entry stands where it should, written like its neighbours, with every comma and comment right."""
    check(text, change, expected)
