"""`.env` files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.budget import DEFAULT_BUDGET, Budget
from setpoint.sources.dotenv import parse_dotenv, read_dotenv


def values(text: str) -> dict[str, str]:
    variables, findings = parse_dotenv(text.encode(), DEFAULT_BUDGET)
    assert findings == []
    return {one.name: one.text for one in variables}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A=1", "1"),
        ("export A=1", "1"),
        ("  A = 1  ", "1"),
        ("A=", ""),
        ("A=# note", ""),
        ("A=x # note", "x"),
        ("A=x#y", "x#y"),
        ("A=a b c", "a b c"),
        ("A=$B ${C}", "$B ${C}"),
        ("A='a\\n$B \" # x' # note", 'a\\n$B " # x'),
        ('A="a\\n\\t\\"\\\\ \\$B # x"', 'a\n\t"\\ $B # x'),
        ('A="one\ntwo"', "one\ntwo"),
        ("A=it's", "it's"),
        ("A=b=c", "b=c"),
        ("A=ü", "ü"),
    ],
)
def test_an_assignment_gives_its_value(line: str, expected: str) -> None:
    """Plain, in single quotes and in double quotes; nothing is put in for a dollar sign."""
    assert values(line) == {"A": expected}


def test_comments_blank_lines_and_any_line_end_are_read() -> None:
    """A byte order mark, carriage returns and lines without anything do no harm."""
    variables, findings = parse_dotenv(b"\xef\xbb\xbf# c\r\n\r\nA=1\r\n  B=2\n", DEFAULT_BUDGET, "config/.env")
    assert findings == []
    assert [(one.name, one.text, one.file, one.line, one.column) for one in variables] == [
        ("A", "1", "config/.env", 3, 1),
        ("B", "2", "config/.env", 4, 3),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A=1\nwhat is this\nB=2", (2, 1)),
        ("A=1\n=5\nB=2", (2, 1)),
        ('A=1\nC="x\\q"\nB=2', (2, 5)),
        ("A=1\nC='x' y\nB=2", (2, 7)),
    ],
)
def test_a_bad_line_is_told_and_left_out(text: str, place: tuple[int, int]) -> None:
    """The finding has the line and the column, never the value; the other lines count."""
    variables, (finding,) = parse_dotenv(text.encode(), DEFAULT_BUDGET)
    assert [one.name for one in variables] == ["A", "B"]
    assert (finding.rule, finding.severity, finding.line, finding.column) == ("bad-dotenv", "error", *place)
    assert finding.excerpt is None


def test_a_quote_that_is_never_closed_is_told_where_it_opens() -> None:
    """Nothing behind it is read as an assignment."""
    variables, (finding,) = parse_dotenv(b"A=1\nB='x\nC=3\n", DEFAULT_BUDGET)
    assert [one.name for one in variables] == ["A"]
    assert (finding.rule, finding.line, finding.column) == ("bad-dotenv", 2, 3)


def test_of_two_assignments_the_last_counts_and_a_warning_says_so() -> None:
    """As in a shell; the warning names the line of the first."""
    variables, (finding,) = parse_dotenv(b"A=1\nA=2\n", DEFAULT_BUDGET)
    assert [one.text for one in variables] == ["2"]
    assert (finding.rule, finding.severity, finding.line) == ("variable-conflict", "warning", 2)
    assert "line 1" in finding.message


@pytest.mark.parametrize(
    ("data", "rule"), [(b"A=\xff", "not-utf8"), (b"A=\0", "control-character"), (b"A=" * 9, "file-too-large")]
)
def test_a_file_that_is_no_text_is_told(data: bytes, rule: str) -> None:
    """With the ids that all files have, and without showing any of it."""
    variables, (finding,) = parse_dotenv(data, Budget(size=10), "x/.env")
    assert (variables, finding.rule, finding.file, finding.excerpt) == ([], rule, "x/.env", None)


def test_a_missing_file_is_empty(tmp_path: Path) -> None:
    """A `.env` file is never needed; one that is there is read."""
    assert read_dotenv(str(tmp_path / ".env"), DEFAULT_BUDGET) == ([], [])
    (tmp_path / ".env").write_text("A=1\n")
    variables, _ = read_dotenv(str(tmp_path / ".env"), DEFAULT_BUDGET, "shown/.env")
    assert [(one.name, one.file) for one in variables] == [("A", "shown/.env")]


def written(value: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "$": "\\$"}
    return '"' + "".join(escapes.get(character, character) for character in value) + '"'


TEXTS: Any = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(st.dictionaries(st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True), TEXTS))
def test_what_is_written_in_double_quotes_is_read_back(variables: dict[str, str]) -> None:
    """Whatever the text."""
    text = "".join(f"{name}={written(value)}\n" for name, value in variables.items())
    assert values(text) == variables


@given(st.text(st.sampled_from("AB=\"'\\n# \n\r$x"), max_size=40))
def test_any_text_is_read_or_told(text: str) -> None:
    """No text raises anything, and every finding has a place."""
    _, findings = parse_dotenv(text.encode(), DEFAULT_BUDGET)
    assert all(one.line is not None and one.column is not None for one in findings)
