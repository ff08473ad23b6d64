"""What a value should have been, in words and as something to write."""

from __future__ import annotations

from typing import Any

import pytest
from diagnosing import diagnosed, only

from setpoint.diagnosis.expectation import nearest_value


@pytest.mark.parametrize(
    ("value", "allowed", "suggestion"),
    [
        (3.1, ["3.1", "3.10"], 'write "3.1", in quotes'),
        (3.1, ["3.9", "3.10", "3.11"], 'write "3.10", in quotes'),
        (3.1, ["3.10", "3.100"], None),
        (1.0, ["1", "1.00"], 'write "1.00", in quotes'),
        (3, ["read", "write", "none"], None),
        (3, ["read", "in"], None),
        (2, ["1", "2"], 'write "2", in quotes'),
        (True, ["true", "false", "auto"], 'write "true", in quotes'),
        ("yes", [True, "auto"], "write true"),
        ("2", [2, 3], "write 2 without quotes"),
        ("4", [2, 3], None),
        ("no", [True], None),
    ],
)
def test_a_suggested_value_is_an_allowed_one(value: Any, allowed: list[Any], suggestion: str | None) -> None:
    """What is suggested is always one of the allowed values, also for a number that lost its last zeros."""
    assert nearest_value(value, allowed, secret=False) == suggestion


def test_a_secret_gets_no_suggestion() -> None:
    """A secret value is not repeated in a suggestion."""
    assert nearest_value(3.1, ["3.10"], secret=True) is None


def test_a_pattern_stays_on_one_line() -> None:
    """A line break in a pattern is shown as an escape, wherever the pattern is told."""
    pattern = "^a[\r\n]*$"
    assert only({"pattern": pattern}, "b").message == r"expected a string that matches ^a[\r\n]*$, found the string 'b'"
    found = diagnosed({"patternProperties": {pattern: {}}, "additionalProperties": False}, {"zzz": 1})
    assert [problem.message for problem in found] == [r"unknown key 'zzz'; allowed here: keys that match ^a[\r\n]*$"]
    refused = only({"not": {"pattern": pattern}}, "a\n")
    assert refused.message == r"expected a string that does not match ^a[\r\n]*$, found the string 'a\n'"
