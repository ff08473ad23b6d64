"""The source beside a finding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.excerpt import excerpt, unparsed_excerpt
from setpoint.secret import MASK
from setpoint.span import Lines


def shown(text: str, word: str, secrets: tuple[str, ...] = ()) -> tuple[str, str]:
    start = text.index(word)
    spans = [(text.index(secret), text.index(secret) + len(secret)) for secret in secrets]
    found = excerpt(Lines(text), start, start + len(word), spans)
    line = dict(found.lines)[found.line]
    return line, line[found.start - 1 : found.end - 1]


def test_the_line_and_the_one_before_it_are_shown() -> None:
    """Two lines, with the place underlined."""
    found = excerpt(Lines("a: 1\nb: 2\nc: 3\n"), 13, 14)
    assert found.lines == ((2, "b: 2"), (3, "c: 3"))
    assert (found.line, found.start, found.end) == (3, 4, 5)


def test_a_secret_beside_the_place_is_masked_and_the_caret_moves_along() -> None:
    """The underlining stays under what it is about."""
    line, marked = shown("{token: hunter2, port: x}", "x", ("hunter2",))
    assert line == f"{{token: {MASK}, port: x}}"
    assert marked == "x"


def test_a_secret_under_the_caret_is_masked_too() -> None:
    """The underlining then covers the mask."""
    line, marked = shown("token: hunter2 # mine", "hunter2", ("hunter2",))
    assert line == f"token: {MASK} # mine"
    assert marked == MASK


def test_a_long_line_is_cut_around_the_place() -> None:
    """Minified files are shown through a window."""
    text = "x" * 5000 + "HERE" + "y" * 5000
    line, marked = shown(text, "HERE")
    assert len(line) <= 160
    assert marked == "HERE"
    assert line.startswith("…")
    assert line.endswith("…")


def test_control_characters_never_reach_the_terminal() -> None:
    """An escape sequence in a file is shown as blanks."""
    line, _ = shown("a: \x1b[31mred b", "b")
    assert "\x1b" not in line


@pytest.mark.parametrize(
    "text",
    [
        "password: hunter2: x\n",
        "db:\n  password: |\n    hunter2\n    hunter2 more: [\n",
        '{"token": "hunter2" "b": 1}',
        "api_key = hunter2 oops\n",
        'secret = """\nhunter2\nhunter2\n',
        "tokens:\n  - hunter2\n  - hunter2: }\n",
        "passwords: 1\nclient_secret: hunter2 'x\n",
    ],
)
def test_an_unparsed_text_hides_what_a_secret_key_sets(text: str) -> None:
    """Wherever the error is, nothing under a key with a secret's name is shown."""
    for offset in range(len(text)):
        found = unparsed_excerpt(Lines(text), offset, offset + 1)
        assert "hunter2" not in "".join(line for _, line in found.lines)


@given(st.text(alphabet="ab: \n\tü\x1b", max_size=60), st.integers(0, 60), st.integers(0, 10))
def test_the_caret_is_always_under_the_line(text: str, start: int, length: int) -> None:
    """No place, however odd, gives an excerpt that cannot be drawn."""
    start = min(start, len(text))
    found = excerpt(Lines(text), start, start + length)
    line = dict(found.lines)[found.line]
    assert 1 <= found.start <= len(line) + 1
    assert found.start < found.end <= len(line) + 2
