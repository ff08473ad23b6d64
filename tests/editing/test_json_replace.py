"""Values and keys of JSON and JSONC replaced: the exact text that comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from json_case import NOTES, STD, check, named, swapped

from setpoint.editing.change import Rename, Replace

if TYPE_CHECKING:
    from setpoint.editing.change import Change

REPLACE = [
    ("a number", STD, Replace(("a",), 2), '{\n  "a": 2,\n  "b": {\n    "x": true\n  },\n  "c": [1, 2, 3]\n}\n'),
    (
        "the comment beside stays",
        NOTES,
        Replace(("a",), "new"),
        swapped(NOTES, ('  "a": 1, // beside a\n', '  "a": "new", // beside a\n')),
    ),
    (
        "the comment before the comma stays",
        NOTES,
        Replace(("b",), None),
        swapped(NOTES, ('  "b": 2 /* in b */, // beside b\n', '  "b": null /* in b */, // beside b\n')),
    ),
    (
        "the comments inside go with a replaced object",
        NOTES,
        Replace(("c",), 0),
        swapped(
            NOTES,
            (
                '  "c": {\n    // about x\n    "x": 1 // beside x\n    // after x\n  }, // beside c\n',
                '  "c": 0, // beside c\n',
            ),
        ),
    ),
    (
        "the comments inside go with a replaced list",
        NOTES,
        Replace(("d",), []),
        swapped(NOTES, ('  "d": [\n    1, // one\n    2 // two\n  ]\n', '  "d": []\n')),
    ),
    (
        "a number becomes an object on lines",
        STD,
        Replace(("a",), {"k": [1], "e": {}}),
        swapped(STD, ('  "a": 1,\n', '  "a": {\n    "k": [1],\n    "e": {}\n  },\n')),
    ),
    ("an object becomes a number", STD, Replace(("b",), 5), '{\n  "a": 1,\n  "b": 5,\n  "c": [1, 2, 3]\n}\n'),
    (
        "an object on lines stays on lines",
        STD,
        Replace(("b",), {"x": 1, "y": [1, 2]}),
        '{\n  "a": 1,\n  "b": {\n    "x": 1,\n    "y": [1, 2]\n  },\n  "c": [1, 2, 3]\n}\n',
    ),
    (
        "a list on a line stays on a line",
        STD,
        Replace(("c",), [4, {"z": []}]),
        '{\n  "a": 1,\n  "b": {\n    "x": true\n  },\n  "c": [4, {"z": []}]\n}\n',
    ),
    (
        "a list becomes an object",
        STD,
        Replace(("c",), {"q": 1}),
        '{\n  "a": 1,\n  "b": {\n    "x": true\n  },\n  "c": {\n    "q": 1\n  }\n}\n',
    ),
    (
        "an item of a list",
        STD,
        Replace(("c", 1), "two"),
        '{\n  "a": 1,\n  "b": {\n    "x": true\n  },\n  "c": [1, "two", 3]\n}\n',
    ),
    (
        "an item on a line becomes an object on that line",
        STD,
        Replace(("c", 1), {"q": [1]}),
        '{\n  "a": 1,\n  "b": {\n    "x": true\n  },\n  "c": [1, {"q": [1]}, 3]\n}\n',
    ),
    ("a root scalar", "1\n", Replace((), "x"), '"x"\n'),
    ("a root scalar between comments", "// a\n 1 /* b */\n", Replace((), 2.5), "// a\n 2.5 /* b */\n"),
    ("the root of one line", '{"a":1}\n', Replace((), {"b": [1, 2], "c": {}}), '{"b":[1,2],"c":{}}\n'),
    (
        "the root of several lines",
        '{\n\t"a": 1\n}\n',
        Replace((), {"b": [1], "c": {"d": 2}}),
        '{\n\t"b": [\n\t\t1\n\t],\n\t"c": {\n\t\t"d": 2\n\t}\n}\n',
    ),
    ("a list replaced at the root", "[\n  1\n]", Replace((), [1, [2]]), "[\n  1,\n  [\n    2\n  ]\n]"),
    (
        "padded brackets",
        '{ "a": { "x": 1 }, "b": 2 }',
        Replace(("b",), {"y": [1]}),
        '{ "a": { "x": 1 }, "b": { "y": [1] } }',
    ),
    ("compact", '{"a":1,"b":[1,2]}', Replace(("a",), {"x": 1, "y": 2}), '{"a":{"x":1,"y":2},"b":[1,2]}'),
    ("blanks around the colon stay", '{"a"  :\t1}', Replace(("a",), 2), '{"a"  :\t2}'),
    ("comments around the colon stay", '{"a" /* k */ : /* v */ 1}', Replace(("a",), 2), '{"a" /* k */ : /* v */ 2}'),
    ("a value on the line below its key", '{\n  "a":\n    1\n}', Replace(("a",), 2), '{\n  "a":\n    2\n}'),
    (
        "CRLF",
        '{\r\n  "a": {\r\n    "x": 1\r\n  }\r\n}\r\n',
        Replace(("a",), {"y": 1, "z": 2}),
        '{\r\n  "a": {\r\n    "y": 1,\r\n    "z": 2\r\n  }\r\n}\r\n',
    ),
    (
        "four blanks",
        '{\n    "a": 1,\n    "b": 2\n}',
        Replace(("a",), {"x": {"y": 1}}),
        '{\n    "a": {\n        "x": {\n            "y": 1\n        }\n    },\n    "b": 2\n}',
    ),
    (
        "no indentation at all",
        '{\n"a": 1,\n"b": 2\n}',
        Replace(("a",), {"x": {"y": 1}}),
        '{\n"a": {\n"x": {\n"y": 1\n}\n},\n"b": 2\n}',
    ),
    ("tabs", '{\n\t"a": 1\n}', Replace(("a",), {"x": 1}), '{\n\t"a": {\n\t\t"x": 1\n\t}\n}'),
    (
        "an empty object gets lines in a text of lines",
        '{\n  "a": {}\n}',
        Replace(("a",), {"x": 1}),
        '{\n  "a": {\n    "x": 1\n  }\n}',
    ),
    (
        "an empty list in a text with lists on lines",
        '{\n  "a": [],\n  "b": [\n    1\n  ]\n}',
        Replace(("a",), [1]),
        '{\n  "a": [\n    1\n  ],\n  "b": [\n    1\n  ]\n}',
    ),
    (
        "an empty list in a text with lists on one line",
        '{\n  "a": [],\n  "b": [1]\n}',
        Replace(("a",), [1, 2]),
        '{\n  "a": [1, 2],\n  "b": [1]\n}',
    ),
    (
        "an object like its neighbours, on one line",
        '[\n  {"x": 1},\n  {"x": 2}\n]',
        Replace((1,), {"x": 3, "y": [4]}),
        '[\n  {"x": 1},\n  {"x": 3, "y": [4]}\n]',
    ),
    (
        "a number like its object neighbours",
        '[\n  {"x": 1},\n  2\n]',
        Replace((1,), {"x": 3}),
        '[\n  {"x": 1},\n  {"x": 3}\n]',
    ),
    ("an aligned value", '{\n  "a":    1,\n  "long": 2\n}', Replace(("a",), 10), '{\n  "a":    10,\n  "long": 2\n}'),
    (
        "the colon of the narrowest neighbour",
        '{\n  "a":    1,\n  "long": 2\n}',
        Replace(("a",), {"x": 1}),
        '{\n  "a":    {\n    "x": 1\n  },\n  "long": 2\n}',
    ),
]

VALUE = [
    ("null", '{"a": 0}', Replace(("a",), None), '{"a": null}'),
    ("true", '{"a": 0}', Replace(("a",), True), '{"a": true}'),
    ("false", '{"a": 0}', Replace(("a",), False), '{"a": false}'),
    ("one", '{"a": 0}', Replace(("a",), 1), '{"a": 1}'),
    ("one as a float", '{"a": 0}', Replace(("a",), 1.0), '{"a": 1.0}'),
    ("minus zero", '{"a": 0}', Replace(("a",), -0.0), '{"a": -0.0}'),
    ("1e22", '{"a": 0}', Replace(("a",), 1e22), '{"a": 1e+22}'),
    ("1e-7", '{"a": 0}', Replace(("a",), 1e-07), '{"a": 1e-07}'),
    ("a tenth", '{"a": 0}', Replace(("a",), 0.1), '{"a": 0.1}'),
    ("the largest integer", '{"a": 0}', Replace(("a",), 2**64 - 1), '{"a": 18446744073709551615}'),
    ("the smallest integer", '{"a": 0}', Replace(("a",), -(2**63)), '{"a": -9223372036854775808}'),
    ("nothing", '{"a": 0}', Replace(("a",), ""), '{"a": ""}'),
    ("quotes", '{"a": 0}', Replace(("a",), 'say "hi"'), '{"a": "say \\"hi\\""}'),
    ("a backslash", '{"a": 0}', Replace(("a",), "C:\\x"), '{"a": "C:\\\\x"}'),
    ("line breaks", '{"a": 0}', Replace(("a",), "a\nb\r\nc\r"), '{"a": "a\\nb\\r\\nc\\r"}'),
    ("a tab", '{"a": 0}', Replace(("a",), "\t"), '{"a": "\\t"}'),
    (
        "NUL and other controls",
        '{"a": 0}',
        Replace(("a",), "\x00\x1f\x7f\x85"),
        '{"a": "\\u0000\\u001f\\u007f\\u0085"}',
    ),
    ("line separators", '{"a": 0}', Replace(("a",), "\u2028\u2029"), '{"a": "\\u2028\\u2029"}'),
    ("a byte order mark", '{"a": 0}', Replace(("a",), "\ufeffx"), '{"a": "\\ufeffx"}'),
    ("a closing script tag", '{"a": 0}', Replace(("a",), "</script>"), '{"a": "</script>"}'),
    ("a bracket", '{"a": 0}', Replace(("a",), '"}]'), '{"a": "\\"}]"}'),
    ("a comment", '{"a": 0}', Replace(("a",), "// no /* comment */"), '{"a": "// no /* comment */"}'),
    ("letters and emoji", '{"a": 0}', Replace(("a",), "\xfc\U0001f600"), '{"a": "ü😀"}'),
    ("a family", '{"a": 0}', Replace(("a",), "\U0001f469\u200d\U0001f469"), '{"a": "👩\u200d👩"}'),
    (
        "non-ASCII is escaped where the text does so",
        '{"a": "\\u00fc"}',
        Replace(("a",), "\xfc\U0001f600"),
        '{"a": "\\u00fc\\ud83d\\ude00"}',
    ),
    ("non-ASCII is not escaped where the text has it raw", '{"a": "ü \\u00fc"}', Replace(("a",), "\xfc"), '{"a": "ü"}'),
    ("an escaped control character is no habit of escaping", '{"a": "\\u001f"}', Replace(("a",), "\xfc"), '{"a": "ü"}'),
    ("a long text", '{"a": 0}', Replace(("a",), "x" * 200), '{"a": "' + "x" * 200 + '"}'),
    ("an equal value keeps its writing", '{"a": 1.50e0}', Replace(("a",), 1.5), '{"a": 1.50e0}'),
    ("an equal text keeps its writing", '{"a": "\\u0061"}', Replace(("a",), "a"), '{"a": "\\u0061"}'),
    ("an equal number of another type does not", '{"a": 1}', Replace(("a",), 1.0), '{"a": 1.0}'),
    ("true is not one", '{"a": 1}', Replace(("a",), True), '{"a": true}'),
    ("zero is not minus zero", '{"a": 0.0}', Replace(("a",), -0.0), '{"a": -0.0}'),
]

RENAME = [
    ("only the key changes", NOTES, Rename(("c",), "C"), swapped(NOTES, ('  "c": {\n', '  "C": {\n'))),
    ("comments around the colon stay", '{"a" /* k */ : /* v */ 1}', Rename(("a",), "b"), '{"b" /* k */ : /* v */ 1}'),
    ("a key with an escape", '{"\\u0061": 1, "b": 2}', Rename(("a",), "z"), '{"z": 1, "b": 2}'),
    (
        "to a key full of syntax",
        STD,
        Rename(("b", "x"), '": {//\n'),
        '{\n  "a": 1,\n  "b": {\n    "\\": {//\\n": true\n  },\n  "c": [1, 2, 3]\n}\n',
    ),
    ("to an empty key", STD, Rename(("a",), ""), '{\n  "": 1,\n  "b": {\n    "x": true\n  },\n  "c": [1, 2, 3]\n}\n'),
    ("to letters", '{"a":1}', Rename(("a",), "\u043a\u043b\u044e\u0447"), '{"ключ":1}'),
    ("to letters, escaped as the text does", '{"a":"\\u00fc"}', Rename(("a",), "\xfc"), '{"\\u00fc":"\\u00fc"}'),
    ("to itself", '{"\\u0061": 1}', Rename(("a",), "a"), '{"\\u0061": 1}'),
]


@pytest.mark.parametrize(("text", "change", "expected"), **named(REPLACE))
def test_replace(text: str, change: Change, expected: str) -> None:
    """A new value is written as the text around it is, and nothing outside it changes."""
    check(text, change, expected)


@pytest.mark.parametrize(("text", "change", "expected"), **named(VALUE))
def test_value(text: str, change: Change, expected: str) -> None:
    """Every value is written so that it is read back the same, whatever it contains."""
    check(text, change, expected)


@pytest.mark.parametrize(("text", "change", "expected"), **named(RENAME))
def test_rename(text: str, change: Change, expected: str) -> None:
    """A new key takes the place of the old one, and nothing else changes."""
    check(text, change, expected)
