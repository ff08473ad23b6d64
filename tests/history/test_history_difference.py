"""Two contents as a unified diff."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.history.difference import text_diff

TEXTS = st.lists(st.sampled_from(["a: 1\n", "b: 2\n", "c\r\n", "é\u2028x\n", "\x0c", "last"])).map("".join)


def test_equal_contents_have_no_difference() -> None:
    """Not even a header."""
    assert text_diff(b"a\n", b"a\n", "old", "new") == ""


def test_a_changed_line_is_shown_with_its_neighbours() -> None:
    """Under the two names, each on one line whatever is in it."""
    assert text_diff(b"a\nb\nc\n", b"a\nB\nc\n", "m.yml 1", "m.yml\n2") == (
        "--- m.yml 1\n+++ m.yml?2\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"
    )


def test_a_missing_last_line_break_is_marked() -> None:
    """As diff does it."""
    assert text_diff(b"a", b"a\n", "o", "n") == "--- o\n+++ n\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"


def test_bytes_that_are_no_text_are_replaced() -> None:
    """And when only they differ, that is said."""
    assert "-\ufffd\n+x\n" in text_diff(b"\xff\n", b"x\n", "o", "n")
    assert text_diff(b"\xff\n", b"\xfe\n", "o", "n") == "o and n differ in bytes that are no UTF-8\n"


@given(TEXTS, TEXTS)
def test_patch_makes_the_new_text_of_the_old(tmp_path_factory: pytest.TempPathFactory, old: str, new: str) -> None:
    """What is shown is a patch that the usual tool applies."""
    patch = text_diff(old.encode(), new.encode(), "a", "b")
    if not patch:
        assert old == new
        return
    folder: Path = tmp_path_factory.mktemp("patch")
    (folder / "file").write_bytes(old.encode())
    done = subprocess.run(
        ["git", "apply", "--unsafe-paths", "--whitespace=nowarn", "-p0", "-"],
        input=patch.replace("--- a", "--- file", 1).replace("+++ b", "+++ file", 1).encode(),
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "file").read_bytes() == new.encode()
