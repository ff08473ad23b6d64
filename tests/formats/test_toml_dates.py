"""TOML's dates and times become RFC 3339 text."""

from __future__ import annotations

import pytest

from setpoint.formats import decode


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("1979-05-27T07:32:00Z", "1979-05-27T07:32:00Z"),
        ("1979-05-27 07:32:00z", "1979-05-27T07:32:00Z"),
        ("1979-05-27t00:32:00+00:00", "1979-05-27T00:32:00Z"),
        ("1979-05-27T00:32:00-07:00", "1979-05-27T00:32:00-07:00"),
        ("1979-05-27T00:32:00.500000+05:30", "1979-05-27T00:32:00.5+05:30"),
        ("1979-05-27T00:32:00.120Z", "1979-05-27T00:32:00.12Z"),
        ("1979-05-27T00:32:00.0", "1979-05-27T00:32:00"),
        ("1979-05-27T00:32:00.1234567", "1979-05-27T00:32:00.123456"),
        ("1979-05-27", "1979-05-27"),
        ("0001-01-01", "0001-01-01"),
        ("07:32:00", "07:32:00"),
        ("07:32:00.25", "07:32:00.25"),
    ],
)
def test_dates_become_text(written: str, text: str) -> None:
    """Each of TOML's four kinds is written as RFC 3339 does, wherever in the tree it stands."""
    document = f"a = {written}\nb = [{written}, {{c = {written}}}]\n[[d]]\ne.f = {written}\n"
    assert decode(document.encode(), "toml") == {"a": text, "b": [text, {"c": text}], "d": [{"e": {"f": text}}]}
