"""Entries of JSON and JSONC moved with their comments: the exact text that comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from json_case import BLANK, FORCE, HUG, LEAD, NOTES, STD, TRAIL, WRAP, check, named, swapped

from setpoint.editing.change import Move

if TYPE_CHECKING:
    from setpoint.editing.change import Change

MOVE = [
    (
        "down among its neighbours",
        STD,
        Move(("a",), (), 2, "a"),
        '{\n  "b": {\n    "x": true\n  },\n  "c": [1, 2, 3],\n  "a": 1\n}\n',
    ),
    ("up", STD, Move(("c",), (), 0, "c"), '{\n  "c": [1, 2, 3],\n  "a": 1,\n  "b": {\n    "x": true\n  }\n}\n'),
    (
        "into an object",
        STD,
        Move(("a",), ("b",), 0, "a"),
        '{\n  "b": {\n    "a": 1,\n    "x": true\n  },\n  "c": [1, 2, 3]\n}\n',
    ),
    (
        "into a list, without its key",
        STD,
        Move(("a",), ("c",), 1, None),
        '{\n  "b": {\n    "x": true\n  },\n  "c": [1, 1, 2, 3]\n}\n',
    ),
    (
        "an object into a list on a line",
        STD,
        Move(("b",), ("c",), 3, None),
        '{\n  "a": 1,\n  "c": [1, 2, 3, {\n    "x": true\n  }]\n}\n',
    ),
    (
        "out of a list, with a key",
        STD,
        Move(("c", 0), (), 0, "first"),
        '{\n  "first": 1,\n  "a": 1,\n  "b": {\n    "x": true\n  },\n  "c": [2, 3]\n}\n',
    ),
    (
        "out of an object, which is empty then",
        STD,
        Move(("b", "x"), (), 0, "x"),
        '{\n  "x": true,\n  "a": 1,\n  "b": {},\n  "c": [1, 2, 3]\n}\n',
    ),
    (
        "with another key",
        STD,
        Move(("a",), ("b",), 1, "z"),
        '{\n  "b": {\n    "x": true,\n    "z": 1\n  },\n  "c": [1, 2, 3]\n}\n',
    ),
    (
        "to where it is, with another key",
        STD,
        Move(("a",), (), 0, "z"),
        '{\n  "z": 1,\n  "b": {\n    "x": true\n  },\n  "c": [1, 2, 3]\n}\n',
    ),
    (
        "with its comments, to the end of others",
        NOTES,
        Move(("a",), (), 2, "a"),
        swapped(
            NOTES,
            ('  // about a\n  "a": 1, // beside a\n\n', ""),
            ('  "d": [\n', '  // about a\n  "a": 1, // beside a\n  "d": [\n'),
        ),
    ),
    (
        "with its comments, deeper",
        NOTES,
        Move(("a",), ("c",), 0, "a"),
        swapped(
            NOTES,
            ('  // about a\n  "a": 1, // beside a\n\n', ""),
            ("    // about x\n", '    // about a\n    "a": 1, // beside a\n    // about x\n'),
        ),
    ),
    (
        "a comment of two lines, deeper",
        NOTES,
        Move(("b",), ("c",), 1, "b"),
        swapped(
            NOTES,
            ('  /* about b,\n     two lines */\n  "b": 2 /* in b */, // beside b\n', ""),
            (
                '    "x": 1 // beside x\n',
                '    "x": 1, // beside x\n    /* about b,\n       two lines */\n    "b": 2 /* in b */ // beside b\n',
            ),
        ),
    ),
    (
        "with its comments into a list",
        NOTES,
        Move(("a",), ("d",), 2, None),
        swapped(
            NOTES,
            ('  // about a\n  "a": 1, // beside a\n\n', ""),
            ("    2 // two\n", "    2, // two\n    // about a\n    1 // beside a\n"),
        ),
    ),
    (
        "an object with comments inside, deeper",
        NOTES,
        Move(("c",), ("d",), 0, None),
        swapped(
            NOTES,
            ('  // about c\n  "c": {\n    // about x\n    "x": 1 // beside x\n    // after x\n  }, // beside c\n', ""),
            (
                "    1, // one\n",
                '    // about c\n    {\n      // about x\n      "x": 1 // beside x\n      // after x\n'
                "    }, // beside c\n    1, // one\n",
            ),
        ),
    ),
    (
        "out, with its comments",
        NOTES,
        Move(("c", "x"), (), 0, "x"),
        swapped(
            NOTES,
            ("  // about a\n", '  // about x\n  "x": 1, // beside x\n  // about a\n'),
            ('    // about x\n    "x": 1 // beside x\n', ""),
        ),
    ),
    (
        "an item with its comment into an object",
        NOTES,
        Move(("d", 1), ("c",), 0, "two"),
        swapped(
            NOTES,
            ("    // about x\n", '    "two": 2, // two\n    // about x\n'),
            ("    1, // one\n    2 // two\n", "    1 // one\n"),
        ),
    ),
    (
        "behind the last: the comma comes before the comment",
        NOTES,
        Move(("a",), (), 3, "a"),
        swapped(
            NOTES,
            ('  // about a\n  "a": 1, // beside a\n\n', ""),
            ("  ]\n", '  ],\n  // about a\n  "a": 1 // beside a\n'),
        ),
    ),
    (
        "comments get lines in b at 1",
        FORCE,
        Move(("a",), ("b",), 1, "a"),
        '{\n  "b": {"x": 1,\n    // why\n    "a": 1 // because\n  },\n  "c": [1, 2],\n  "d": {}\n}',
    ),
    (
        "comments get lines in b at 0",
        FORCE,
        Move(("a",), ("b",), 0, "a"),
        '{\n  "b": {\n    // why\n    "a": 1, // because\n    "x": 1},\n  "c": [1, 2],\n  "d": {}\n}',
    ),
    (
        "comments get lines in c at 1",
        FORCE,
        Move(("a",), ("c",), 1, None),
        '{\n  "b": {"x": 1},\n  "c": [1,\n    // why\n    1, // because\n    2],\n  "d": {}\n}',
    ),
    (
        "comments get lines in d at 0",
        FORCE,
        Move(("a",), ("d",), 0, "a"),
        '{\n  "b": {"x": 1},\n  "c": [1, 2],\n  "d": {\n    // why\n    "a": 1 // because\n  }\n}',
    ),
    ("a wrapped list", WRAP, Move((6,), (), 0, None), "[\n  7, 1, 2, 3,\n  4, 5, 6\n]\n"),
    ("objects that hug", HUG, Move((0,), (), 1, None), '[{\n  "x": 2\n}, {\n  "x": 1\n}]\n'),
    ("leading commas, first to last", LEAD, Move(("a",), (), 2, "a"), '{\n  "b": 2 // b\n  , "c": 3\n  , "a": 1\n}\n'),
    (
        "leading commas, last to first",
        LEAD,
        Move(("c",), (), 0, "c"),
        '{\n    "c": 3\n  , "a": 1\n  , "b": 2 // b\n}\n',
    ),
    ("one line", '{"a": 1, "b": {"x": 1}}', Move(("a",), ("b",), 1, "a"), '{"b": {"x": 1, "a": 1}}'),
    ("compact", '{"a":1,"b":{"x":1}}', Move(("b", "x"), (), 1, "y"), '{"a":1,"y":1,"b":{}}'),
    (
        "a comment in the key goes along",
        '{"a" /* k */ : /* v */ 1, "b": []}',
        Move(("a",), ("b",), 0, None),
        '{"b": [/* k */ /* v */ 1]}',
    ),
    (
        "inner layout goes along",
        '{\n  "a": {"x":1,\n    "y" : [ 1,2 ]},\n  "b": {\n    "c": {\n      "d": 1\n    }\n  }\n}',
        Move(("a",), ("b", "c"), 0, "a"),
        '{\n  "b": {\n    "c": {\n      "a": {"x":1,\n        "y" : [ 1,2 ]},\n      "d": 1\n    }\n  }\n}',
    ),
    (
        "tabs and blanks",
        '{\n\t"a": {\n\t\t"x": 1\n\t},\n\t"b": {\n\t\t"c": 1\n\t}\n}',
        Move(("a",), ("b",), 1, "a"),
        '{\n\t"b": {\n\t\t"c": 1,\n\t\t"a": {\n\t\t\t"x": 1\n\t\t}\n\t}\n}',
    ),
    (
        "CRLF",
        '{\r\n  // a\r\n  "a": [\r\n    1\r\n  ],\r\n  "b": {}\r\n}',
        Move(("a",), ("b",), 0, "a"),
        '{\r\n  "b": {\r\n    // a\r\n    "a": [\r\n      1\r\n    ]\r\n  }\r\n}',
    ),
    (
        "a block comment into one line",
        '{"a": 1 /* a */, "b": [2]}',
        Move(("a",), ("b",), 1, None),
        '{"b": [2, 1 /* a */]}',
    ),
    ("its number keeps its writing", '{"a": 1.50, "b": {}}', Move(("a",), ("b",), 0, "c"), '{"b": {"c": 1.50}}'),
    (
        "a trailing comma in both",
        TRAIL,
        Move(("a",), ("b",), 1, None),
        '{\n  "b": [\n    1,\n    1,\n  ],\n  "c": [1, 2,],\n}\n',
    ),
    ("across blank lines", BLANK, Move(("b",), (), 2, "b"), '{\n\n  "a": 1,\n\n  "c": 3,\n  "b": 2\n\n}\n'),
]


@pytest.mark.parametrize(("text", "change", "expected"), **named(MOVE))
def test_move(text: str, change: Change, expected: str) -> None:
    """An entry goes to another place with its text and its comments, indented as its new place is."""
    check(text, change, expected)
