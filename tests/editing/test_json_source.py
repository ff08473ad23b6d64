"""A JSON text as an edit reads it: its census, what it refuses, and that it reads no more than it must."""

from __future__ import annotations

import math
from typing import Any

import pytest
from json_case import NOTES, change_text

from setpoint.editing.change import Insert, Move, Refusal, Remove, Rename, Replace
from setpoint.editing.json import read
from setpoint.formats import decode


def test_the_census_names_every_comment_in_order() -> None:
    """Comments are counted as they are written, without the indentation of their lines; those in strings are none."""
    text = '{ // one  \n  "// no": "/* no */", /* two\r\n     lines */\n"\\"//": 1 /**/}//'
    assert read(text, None).census() == ["// one", "/* two\nlines */", "/**/", "//"]


def test_a_text_without_comments_has_none() -> None:
    """Slashes and stars in strings are no comments."""
    assert read('{"a": "http://x", "b/*": "*/"}', None).census() == []


@pytest.mark.parametrize(
    ("parts", "holds"),
    [((), True), (("a",), False), (("b",), False), (("c",), True), (("c", "x"), False), (("d", 0), False)],
)
def test_marks_inside_a_value(parts: tuple[str | int, ...], holds: bool) -> None:
    """A comment counts as inside a value only between its first and its last character."""
    assert read(NOTES, None).holds_marks(parts) is holds


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 2**64, -(2**63) - 1, b"x", {1}, [[math.nan]]])
def test_what_json_cannot_write_is_refused(value: Any) -> None:
    """A value outside the data model is refused in words, whatever the change."""
    for change in (Replace(("a",), value), Insert((), 1, "b", {"x": value})):
        with pytest.raises(Refusal, match="JSON can write"):
            read('{"a": 1}', None).splices(change)


@pytest.mark.parametrize(
    ("change", "reason", "offset"),
    [
        (Remove(()), "cannot be taken out", -1),
        (Remove(("z",)), "there is nothing at 'z'", 1),
        (Replace(("b", 7), 1), "there is nothing at 7", 15),
        (Insert(("a",), 0, "x", 1), "single value", 7),
        (Insert(("b",), 0, "x", 1), "this is a list", 15),
        (Insert((), 0, None, 1), "this is an object", 1),
        (Rename(("b", 0), "x"), "has no key", 16),
        (Move(("a",), ("b",), 0, "x"), "this is a list", 7),
    ],
)
def test_a_change_that_does_not_fit_is_refused(change: Any, reason: str, offset: int) -> None:
    """A place that is not there, or of another kind, is refused with the place where the reading stopped."""
    with pytest.raises(Refusal, match=reason) as caught:
        read(' {"a": 1, "b": [2]}', None).splices(change)
    assert caught.value.offset == offset


def test_nothing_is_inside_a_single_value() -> None:
    """A document that is a single value has no entries."""
    with pytest.raises(Refusal, match="single value"):
        read("1", None).splices(Insert((), 0, "a", 1))


def test_one_reading_serves_many_changes() -> None:
    """Changes asked of one reading, deep ones first, are those that a reading of its own would give."""
    tree = decode(NOTES.encode(), "jsonc")
    changes = [
        Replace(("d", 1), 3), Insert(("c",), 0, "y", 1), Remove(("c", "x")), Insert((), 4, "e", []), Remove(("a",)),
        Rename(("d",), "D"), Move(("a",), ("d",), 0, None), Replace((), 1),
    ]  # fmt: skip
    shared = read(NOTES, tree)
    for change in changes:
        alone = [(s.start, s.end, s.text, s.dropped) for s in read(NOTES, tree).splices(change)]
        assert [(s.start, s.end, s.text, s.dropped) for s in shared.splices(change)] == alone


def test_deep_documents_need_no_deep_stack() -> None:
    """The deepest document a budget allows is edited at its bottom, and then at its top from the same reading."""
    depth = 400
    text = "[" * depth + "1" + "]" * depth
    source = read(text, None)
    (inner,) = source.splices(Insert((0,) * (depth - 1), 1, None, 2))
    assert (inner.start, inner.text) == (depth + 1, ", 2")
    (outer,) = source.splices(Insert((), 1, None, 2))
    assert (outer.start, outer.text) == (len(text) - 1, ", 2")


def test_an_escaped_key_is_found_by_its_text() -> None:
    """Keys are compared by what they stand for, and keep their writing when their value changes."""
    assert change_text('{"\\u0061\\n": 1}', Replace(("a\n",), 2)) == '{"\\u0061\\n": 2}'


def test_a_refusal_tells_no_value() -> None:
    """What cannot be written may be a secret: the reason names its kind only."""
    with pytest.raises(Refusal) as caught:
        read('{"a": 1}', None).splices(Replace(("a",), {"secret": b"hunter2"}))
    assert "hunter2" not in caught.value.reason
