"""Entries taken out of JSON and JSONC: the exact text that comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from json_case import BLANK, HUG, LEAD, MIX, NOTES, STD, TRAIL, WRAP, check, named, swapped

from setpoint.editing.change import Remove

if TYPE_CHECKING:
    from setpoint.editing.change import Change

REMOVE = [
    ("first", STD, Remove(("a",)), '{\n  "b": {\n    "x": true\n  },\n  "c": [1, 2, 3]\n}\n'),
    ("in the middle", STD, Remove(("b",)), '{\n  "a": 1,\n  "c": [1, 2, 3]\n}\n'),
    ("last", STD, Remove(("c",)), '{\n  "a": 1,\n  "b": {\n    "x": true\n  }\n}\n'),
    ("the only one", STD, Remove(("b", "x")), '{\n  "a": 1,\n  "b": {},\n  "c": [1, 2, 3]\n}\n'),
    ("first on a line", STD, Remove(("c", 0)), '{\n  "a": 1,\n  "b": {\n    "x": true\n  },\n  "c": [2, 3]\n}\n'),
    (
        "in the middle of a line",
        STD,
        Remove(("c", 1)),
        '{\n  "a": 1,\n  "b": {\n    "x": true\n  },\n  "c": [1, 3]\n}\n',
    ),
    ("last on a line", STD, Remove(("c", 2)), '{\n  "a": 1,\n  "b": {\n    "x": true\n  },\n  "c": [1, 2]\n}\n'),
    ("with its comments", NOTES, Remove(("a",)), swapped(NOTES, ('  // about a\n  "a": 1, // beside a\n\n', ""))),
    (
        "with a comment of two lines",
        NOTES,
        Remove(("b",)),
        swapped(NOTES, ('  /* about b,\n     two lines */\n  "b": 2 /* in b */, // beside b\n', "")),
    ),
    (
        "loose comments stay",
        NOTES,
        Remove(("c",)),
        swapped(
            NOTES,
            ('  // about c\n  "c": {\n    // about x\n    "x": 1 // beside x\n    // after x\n  }, // beside c\n', ""),
        ),
    ),
    (
        "comments behind the last entry stay",
        NOTES,
        Remove(("c", "x")),
        swapped(NOTES, ('    // about x\n    "x": 1 // beside x\n', "")),
    ),
    (
        "the comments at the end stay",
        NOTES,
        Remove(("d",)),
        swapped(NOTES, ('  }, // beside c\n  "d": [\n    1, // one\n    2 // two\n  ]\n', "  } // beside c\n")),
    ),
    ("the first of a list with its comment", NOTES, Remove(("d", 0)), swapped(NOTES, ("    1, // one\n", ""))),
    (
        "the last of a list: the comma before it goes",
        NOTES,
        Remove(("d", 1)),
        swapped(NOTES, ("    1, // one\n    2 // two\n", "    1 // one\n")),
    ),
    ("compact, first", '{"a":1,"b":2}', Remove(("a",)), '{"b":2}'),
    ("compact, last", '{"a":1,"b":2}', Remove(("b",)), '{"a":1}'),
    ("padded, first", '{ "a": 1, "b": 2 }', Remove(("a",)), '{ "b": 2 }'),
    ("padded, last", '{ "a": 1, "b": 2 }', Remove(("b",)), '{ "a": 1 }'),
    ("padded, the only one", '{ "a": 1 }', Remove(("a",)), "{}"),
    ("a wrapped list, 0", WRAP, Remove((0,)), "[\n  2, 3,\n  4, 5, 6,\n  7\n]\n"),
    ("a wrapped list, 1", WRAP, Remove((1,)), "[\n  1, 3,\n  4, 5, 6,\n  7\n]\n"),
    ("a wrapped list, 2", WRAP, Remove((2,)), "[\n  1, 2,\n  4, 5, 6,\n  7\n]\n"),
    ("a wrapped list, 3", WRAP, Remove((3,)), "[\n  1, 2, 3,\n  5, 6,\n  7\n]\n"),
    ("a wrapped list, 6", WRAP, Remove((6,)), "[\n  1, 2, 3,\n  4, 5, 6\n]\n"),
    ("objects that hug, first", HUG, Remove((0,)), '[{\n  "x": 2\n}]\n'),
    ("objects that hug, last", HUG, Remove((1,)), '[{\n  "x": 1\n}]\n'),
    ("hanging, first", "[1,\n 2]\n", Remove((0,)), "[2]\n"),
    ("hanging, last", "[1,\n 2]\n", Remove((1,)), "[1]\n"),
    ("the first beside the bracket, with its comment", MIX, Remove(("a",)), '{\n  "b": 2}'),
    ("the last beside the bracket", MIX, Remove(("b",)), '{"a": 1 // why\n  }'),
    ("leading commas, a", LEAD, Remove(("a",)), '{\n  "b": 2 // b\n  , "c": 3\n}\n'),
    ("leading commas, b", LEAD, Remove(("b",)), '{\n    "a": 1\n  , "c": 3\n}\n'),
    ("leading commas, c", LEAD, Remove(("c",)), '{\n    "a": 1\n  , "b": 2 // b\n}\n'),
    ("a trailing comma stays", TRAIL, Remove(("c",)), '{\n  "a": 1,\n  "b": [\n    1,\n  ],\n}\n'),
    ("the only one with a trailing comma", TRAIL, Remove(("b", 0)), '{\n  "a": 1,\n  "b": [],\n  "c": [1, 2,],\n}\n'),
    (
        "the last on a line with a trailing comma",
        TRAIL,
        Remove(("c", 1)),
        '{\n  "a": 1,\n  "b": [\n    1,\n  ],\n  "c": [1,],\n}\n',
    ),
    (
        "the first on a line with a trailing comma",
        TRAIL,
        Remove(("c", 0)),
        '{\n  "a": 1,\n  "b": [\n    1,\n  ],\n  "c": [2,],\n}\n',
    ),
    ("between blank lines, a", BLANK, Remove(("a",)), '{\n\n  "b": 2,\n\n  "c": 3\n\n}\n'),
    ("between blank lines, b", BLANK, Remove(("b",)), '{\n\n  "a": 1,\n\n  "c": 3\n\n}\n'),
    ("between blank lines, c", BLANK, Remove(("c",)), '{\n\n  "a": 1,\n\n  "b": 2\n\n}\n'),
    ("groups are not joined", '{\n  "a": 1,\n  "b": 2,\n\n  "c": 3\n}', Remove(("b",)), '{\n  "a": 1,\n\n  "c": 3\n}'),
    ("the head of a group", '{\n  "a": 1,\n\n  "b": 2,\n  "c": 3\n}', Remove(("b",)), '{\n  "a": 1,\n\n  "c": 3\n}'),
    ("a group of one, last", '{\n  "a": 1,\n\n  "b": 2\n}', Remove(("b",)), '{\n  "a": 1\n}'),
    ("a group of one, first", '{\n  "a": 1,\n\n  "b": 2\n}', Remove(("a",)), '{\n  "b": 2\n}'),
    ("the only one, a comment beside the bracket stays", '{ // why\n  "a": 1 // b\n}', Remove(("a",)), "{ // why\n}"),
    ("the only one, with comments of its own", '{ /* a */ "a": 1 /* b */ }', Remove(("a",)), "{}"),
    ("the only one, a loose comment stays", '{\n  // x\n\n  "a": 1\n}', Remove(("a",)), "{\n  // x\n}"),
    ("a comment at the end of a shared line stays", "[\n  1, 2 // odd\n]", Remove((1,)), "[\n  1 // odd\n]"),
    ("a comment above a shared line stays", "[\n  // odd\n  1, 2\n]", Remove((0,)), "[\n  // odd\n  2\n]"),
    ("a comment before it on the line goes", "[1, /* two */ 2, 3]", Remove((1,)), "[1, 3]"),
    ("a comment before the next stays", "[1, 2, /* three */ 3]", Remove((1,)), "[1, /* three */ 3]"),
    ("a comment before the comma goes", "[1, 2 /* two */, 3]", Remove((1,)), "[1, 3]"),
    ("comments around the colon go", '{"a" /* k */ : /* v */ 1, "b": 2}', Remove(("a",)), '{"b": 2}'),
    (
        "an outdented comment above stays",
        '{\n  "a": 1,\n// "z": 1,\n  "b": 2\n}',
        Remove(("b",)),
        '{\n  "a": 1\n// "z": 1,\n}',
    ),
    (
        "two comments above go, a third behind a blank line stays",
        '{\n  "a": 1,\n  // one\n\n  // two\n  /* three */\n  "b": 2\n}',
        Remove(("b",)),
        '{\n  "a": 1\n  // one\n}',
    ),
    ("CRLF", '{\r\n  "a": 1, // a\r\n\r\n  "b": 2\r\n}\r\n', Remove(("a",)), '{\r\n  "b": 2\r\n}\r\n'),
    ("CR", '{\r  "a": 1,\r  "b": 2\r}\r', Remove(("b",)), '{\r  "a": 1\r}\r'),
    (
        "an entry of several lines between others on its lines",
        '{"a": 1, "b": {\n  "x": 1\n}, "c": 2}',
        Remove(("b",)),
        '{"a": 1, "c": 2}',
    ),
    ("a comma on a line of its own", "[\n  1\n  ,\n  2\n]", Remove((1,)), "[\n  1\n]"),
    ("a comma on a line of its own, first", "[\n  1\n  ,\n  2\n]", Remove((0,)), "[\n  2\n]"),
]


@pytest.mark.parametrize(("text", "change", "expected"), **named(REMOVE))
def test_remove(text: str, change: Change, expected: str) -> None:
    """An entry goes with the comments that belong to it, and takes no other comment or group with it."""
    check(text, change, expected)
