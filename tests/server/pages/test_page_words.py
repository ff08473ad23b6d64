"""What pages turn data into words with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.history.difference import text_diff
from setpoint.server.pages import words

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@given(ANY_TEXT)
def test_a_line_holds_nothing_that_cannot_be_seen(text: str) -> None:
    """Controls, directions and halves of pairs are shown as their escapes; what can be printed stays."""
    shown = words.line(text)
    assert shown.isprintable()
    shown.encode("utf-8")
    assert not text.isprintable() or shown == text


@given(ANY_TEXT)
def test_a_text_keeps_its_lines_and_tabs_and_nothing_else_unseen(text: str) -> None:
    """Of what cannot be printed only line ends and tabs are left."""
    shown = words.text(text)
    assert shown.replace("\n", "").replace("\t", "").isprintable()
    assert shown.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (0.5, "just now"),
        (59, "59 s ago"),
        (61, "1 min ago"),
        (3 * 3600 + 10, "3 h ago"),
        (72 * 3600, "1970-01-09"),
        (-3600, "1970-01-12"),
    ],
)
def test_how_long_ago_is_said_as_people_do(passed: float, said: str) -> None:
    """Seconds, minutes, hours; then the date, and the date too for what is still to come."""
    now = 1_000_000.0
    assert words.ago(now - passed, now) == said


@pytest.mark.parametrize("moment", [None, "", "yesterday", 1e300, float("nan"), float("inf"), "9999-99-99"])
def test_what_is_no_time_is_unknown(moment: object) -> None:
    """A damaged time is no reason for a page to fail."""
    assert words.stamp(moment) == "unknown"


def test_a_time_is_read_from_both_forms() -> None:
    """Seconds since 1970, and RFC 3339."""
    assert words.stamp(0.25) == words.stamp("1970-01-01T00:00:00.250Z") == "1970-01-01T00:00:00Z"


def test_a_difference_is_taken_apart_by_lines() -> None:
    """Each line has its kind and its mark; a line that only looks like the head of a file is one of the text."""
    diff = "--- a\n+++ b\n@@ -7,2 +7,2 @@\n same\n--- old\n+++ new\n--- c\n+++ c\n@@ -1 +0,0 @@\n-x\n"
    assert list(words.difference(diff)) == [
        ("file", "", "a → b"),
        ("place", "", "line 7"),
        ("same", " ", "same"),
        ("removed", "-", "-- old"),
        ("added", "+", "++ new"),
        ("file", "", "c"),
        ("place", "", "line 0"),
        ("removed", "-", "x"),
    ]


@given(ANY_TEXT, ANY_TEXT)
def test_no_difference_is_too_odd_to_be_shown(before: str, after: str) -> None:
    """Of any two texts, every line that differs is shown as removed or added, once."""
    diff = text_diff(before.encode("utf-8", "replace"), after.encode("utf-8", "replace"), "a", "b")
    shown = list(words.difference(diff))
    assert all(text.isprintable() or "\t" in text for _, _, text in shown)
    if before.isascii() and after.isascii() and before.isprintable() and after.isprintable() and before != after:
        assert [text for kind, _, text in shown if kind == "added"] == ([after] if after else [])


def test_things_are_counted_in_words() -> None:
    """One, several, and a plural in -ies."""
    assert [words.counted(number, "entry") for number in (0, 1, 1204)] == ["0 entries", "1 entry", "1,204 entries"]


def test_a_very_long_value_is_cut_and_says_so() -> None:
    """What is shown of it is bounded, and how long it is stands behind."""
    shown = words.shown("x" * 100_000)
    assert len(shown) < 5000
    assert shown.endswith("(100,002 characters)")
