"""How a change is shown: in one line where one line changes, else as a unified diff."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.cli.difference import one_line, show_difference
from setpoint.history.difference import text_diff

START = "# one\na: 1\nb: 2\nc: 3\nd: 4\n"


def shown(old: str, new: str, file: str = "c/d.yaml") -> str | None:
    """The difference of two texts in one line."""
    return one_line(text_diff(old.encode(), new.encode(), file, file))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("a: 1", "a: 2", "a: 1 -> 2"),
        ("  a: 1  # why", "  a: 2  # why", "a: 1 -> 2"),
        ("  a: 1  # why", "  a: 2  # because", "a: 1  # why -> 2  # because"),
        ('"a": 1,', '"a": 2,', '"a": 1 -> 2'),
        ('"a": 1,', '"a": 2', '"a": 1, -> 2'),
        ('"a": 1, // why', '"a": 2, // why', '"a": 1 -> 2'),
        ('"a b:": "x, y",', '"a b:": "x, z",', '"a b:": "x, y" -> "x, z"'),
        ("a = 1", "a = 2", "a = 1 -> 2"),
        ("a.b = [1, 2]", "a.b = [1, 3]", "a.b = [1, 2] -> [1, 3]"),
        ("'a': x-y", "'a': z-y", "'a': x-y -> z-y"),
        ("a: '1 # no'", "a: '2 # no'", "a: '1 # no' -> '2 # no'"),
        ("- a: 1", "- a: 2", "a: 1 -> 2"),
        ("- x", "- y", "- x -> - y"),
        ("a: 1", "b: 1", "a: 1 -> b: 1"),
        ("a:", "a: 1", "a: -> a: 1"),
        ("a: 1", "a:", "a: 1 -> a:"),
        ("a: 1 ", "a: 1", "a: 1 -> 1"),
        ("{a: 1}", "{a: 2}", "{a: 1} -> {a: 2}"),
        ("", "x", " -> x"),
    ],
)
def test_a_line_that_changes_is_shown_with_its_key_once(old: str, new: str, said: str) -> None:
    """The old and the new value, without the comma or comment that both have."""
    found = shown(f"# one\n{old}\n# three\n", f"# one\n{new}\n# three\n")
    assert found is not None
    assert found.removeprefix("c/d.yaml:2: ").strip() == said.strip()
    assert found.startswith("c/d.yaml:2: ")


def test_a_line_that_comes_or_goes_is_shown_with_its_number() -> None:
    """Its number in the text that has it."""
    assert shown(START, START.replace("c: 3\n", "")) == "c/d.yaml:4: removed c: 3"
    assert shown(START, START.replace("c: 3\n", "c: 3\n  new: x\n")) == "c/d.yaml:5: added new: x"
    assert shown(START, START + "e: 5\n") == "c/d.yaml:6: added e: 5"


@pytest.mark.parametrize(
    "new",
    [
        START.replace("a: 1\nb: 2\n", "a: 2\nb: 3\n"),
        START.replace("a: 1\n", "b: 2\na: 1\n").replace("2\nc", "2\nb2: 1\nc"),
        START.replace("a: 1\nb: 2\n", ""),
        START.replace("b: 2\n", "").replace("d: 4\n", "d: 4\nb: 2\n"),
        START.rstrip("\n"),
        "",
    ],
)
def test_all_else_is_no_single_line(new: str) -> None:
    """Several lines, a line that moved, a line break lost at the end, a file that is new or gone."""
    assert shown(START, new) is None or new == START
    assert one_line(text_diff(b"", b"a: 1\n", "/dev/null", "c/d.yaml")) is None
    assert one_line(text_diff(b"a: 1\n", b"", "c/d.yaml", "/dev/null")) is None


def test_a_file_without_a_line_break_at_its_end_is_no_exception() -> None:
    """In one line as well, as long as none is added or lost."""
    assert shown("a: 1\nb: 2", "a: 1\nb: 3") == "c/d.yaml:2: b: 2 -> 3"
    assert shown("a: 1\nb: 2", "a: 2\nb: 2") == "c/d.yaml:1: a: 1 -> 2"


def test_a_long_line_is_shown_where_it_changes() -> None:
    """A whole document in one line is cut around the change."""
    old = '{"k": [' + "0, " * 5000 + "7" + ", 0" * 5000 + "]}"
    found = shown(old, old.replace("7", "8"))
    assert found is not None
    assert len(found) < 300
    assert "… 0, 0, 0, 0, 0, 0, 7, 0" in found.replace("…0", "… 0").replace("…,", "…")
    assert "8, 0, 0" in found


def test_windows_line_ends_are_not_shown() -> None:
    """Where every line of the file has one."""
    assert shown("a: 1\r\nb: 2\r\n", "a: 1\r\nb: 3\r\n") == "c/d.yaml:2: b: 2 -> 3"


def test_a_diff_is_printed_whole_and_cannot_act_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Tabs stay, control characters are shown as escapes, and only a terminal gets colour."""
    diff = text_diff(b"a: 1\n\tb\n", "a: \x1b[31m\u202e\n\tc\n".encode(), "x", "x")
    show_difference(diff)
    assert capsys.readouterr().out == diff.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")
    show_difference(text_diff(b"a: 1\n", b"a: \x1b[31m\n", "x", "x"), brief=True)
    assert capsys.readouterr().out == "x:1: a: 1 -> \\x1b[31m\n"


def test_a_terminal_gets_colour(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Green for what comes, red for what goes."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    show_difference(text_diff(b"a\n", b"b\n", "x", "x"))
    assert "\x1b[31m-a\x1b[0m\n\x1b[32m+b\x1b[0m\n" in capsys.readouterr().out


LINES = st.lists(
    st.sampled_from(["a: 1", "b: 2", "- c", "--- x", "+++ y", "-- x", "++ y", "@@ -1 +1 @@", "", "\\ x"]), max_size=6
)


@given(LINES, LINES, st.booleans(), st.booleans())
def test_what_is_shown_in_one_line_is_the_whole_change(
    old: list[str], new: list[str], old_ends: bool, new_ends: bool
) -> None:
    """Whatever the lines look like: the number is that of the first line that differs, and only one does."""
    before = "\n".join(old) + "\n" * old_ends
    after = "\n".join(new) + "\n" * new_ends
    found = shown(before, after)
    if found is None:
        return
    number = re.match(r"c/d\.yaml:(\d+): ", found)
    assert number is not None
    at = int(number[1]) - 1
    left, right = before.split("\n"), after.split("\n")
    assert abs(len(left) - len(right)) <= 1
    gone = left[:at] + left[at + 1 :]
    come = right[:at] + right[at + 1 :]
    assert gone in (come, right) or left == come
