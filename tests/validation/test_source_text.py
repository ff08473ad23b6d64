"""``SourceText``: where a problem stands, and what is hidden beside it."""

from __future__ import annotations

import re

import pytest

from setpoint.diagnosis.problem import Problem
from setpoint.validation.source_text import SourceText

TEXT = b'{\n  "a": "one",\n  "b": {"c": [1, 2],\n        "d": ""}\n}'


@pytest.mark.parametrize(
    ("parts", "at", "place"),
    [
        (("a",), "value", (2, 8, 2, 13)),
        (("a",), "key", (2, 3, 2, 6)),
        (("b", "c", 1), "value", (3, 18, 3, 19)),
        (("b", "c", 1), "key", (3, 18, 3, 19)),
        (("b", "d"), "value", (4, 14, 4, 16)),
        # a mapping or list is shown by its first line
        (("b",), "value", (3, 8, 3, 21)),
        ((), "value", (1, 1, 1, 2)),
        ((), "key", (1, 1, 1, 2)),
        # what is not there is shown by what is around it
        (("b", "x"), "value", (3, 8, 3, 21)),
        (("b", "c", 9), "value", (3, 14, 3, 20)),
        (("a", "x"), "key", (2, 3, 2, 6)),
    ],
)
def test_where_a_problem_stands(parts: tuple[str | int, ...], at: str, place: tuple[int, ...]) -> None:
    """Line and column from 1, the end exclusive."""
    found = SourceText(TEXT, "json").diagnostic(Problem("rule", "message", parts, at), "f.json")
    assert (found.line, found.column, found.end_line, found.end_column) == place
    assert found.excerpt is not None
    assert found.excerpt.line == place[0]


def test_values_and_words_are_hidden() -> None:
    """A hidden value is masked, and so is each other place where the same words stand; neighbours are not."""
    source = SourceText(b'{"a": "one", "b": "two-one-three", "c": [1]}', "json")
    source.hide([("a",), ("c",)], re.compile("one|ne"))
    found = source.diagnostic(Problem("rule", "message", ("b",)), None)
    assert found.excerpt is not None
    assert found.excerpt.lines == ((1, '{"a": ********, "b": "two-********-three", "c": ********}'),)
    assert not source.hides(found)
    assert source.hides(source.diagnostic(Problem("rule", "message", ("a",)), None))


def test_hidden_values_that_touch_are_one() -> None:
    """Where two hidden places overlap, nothing of either is left over."""
    source = SourceText(b'{"a": "one-two-one-two"}', "json")
    source.hide([("a",)], re.compile("two-one"))
    found = source.diagnostic(Problem("rule", "message", ("a",)), None)
    assert found.excerpt is not None
    assert found.excerpt.lines == ((1, '{"a": ********}'),)
