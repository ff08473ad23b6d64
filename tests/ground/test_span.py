"""Offsets, lines and columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from setpoint.span import Lines, Place

texts = st.text(alphabet="ab\n\r\té€😀", max_size=40)


@given(texts)
def test_every_offset_has_its_line_and_column_and_comes_back(text: str) -> None:
    """Line and column agree with counting by hand, and lead back to the offset."""
    lines = Lines(text)
    line, column = 1, 1
    for offset, character in enumerate(text):
        assert lines.position(offset) == (line, column)
        assert lines.offset(line, column) == offset
        if character == "\n" or (character == "\r" and text[offset + 1 : offset + 2] != "\n"):
            line, column = line + 1, 1
        else:
            column += 1
    assert lines.position(len(text)) == (line, column)


def test_only_the_line_breaks_of_the_formats_count() -> None:
    """A line separator or a form feed inside a text is no line break."""
    lines = Lines("a\u2028b\x0cc\x85d\r\ne\rf")
    assert [lines.line(number) for number in range(1, len(lines) + 1)] == ["a\u2028b\x0cc\x85d", "e", "f"]


def test_places_are_found_by_their_parts() -> None:
    """Keys and indexes lead to a place, or to the nearest one above it."""
    inner = Place(5, 6, 3, 4)
    root = Place(0, 9, children={"a": Place(1, 8, children=[Place(2, 7, children={"b": inner})])})
    assert root.find(("a", 0, "b")) is inner
    assert root.find(("a", "0", "b")) is inner
    assert root.find(("a", 1)) is None
    assert root.find(("a", "-1")) is None
    assert root.find(("a", 0, "b", "c")) is None
    assert root.nearest(("a", 0, "b", "c")) is inner
    assert root.nearest(("x",)) is root
