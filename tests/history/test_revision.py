"""Revisions: plain facts that cannot be changed."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.revision import Revision, rfc3339

REVISION = Revision(
    "messaging",
    3,
    time=1_773_390_600.25,
    author="alice",
    cause="set",
    reason="more traffic",
    version="2.1.0",
    digest="ab" * 32,
    group=7,
    entry=8,
)


def test_nothing_can_be_assigned() -> None:
    """Each assignment and each removal is refused, and says what it was about."""
    for name in Revision.__slots__:
        with pytest.raises(AttributeError, match=name):
            setattr(REVISION, name, None)
        with pytest.raises(AttributeError, match=name):
            delattr(REVISION, name)


def test_its_json_has_every_fact_and_the_time_in_utc() -> None:
    """The facts survive JSON, and the time is RFC 3339 with milliseconds."""
    shown = json.loads(json.dumps(REVISION.to_dict()))
    assert shown["time"] == "2026-03-13T08:30:00.250Z"
    assert set(shown) == set(Revision.__slots__)
    assert (shown["document"], shown["number"], shown["reason"], shown["deleted"]) == (
        "messaging",
        3,
        "more traffic",
        False,
    )


def test_its_text_names_who_and_when() -> None:
    """The repr is one line, and marks what is deleted or purged."""
    assert repr(REVISION) == "<Revision 3 of messaging: set by alice at 2026-03-13T08:30:00.250Z>"
    gone = Revision("a", 1, time=0, author="b", cause="c", deleted=True, purged=True)
    assert repr(gone) == "<Revision 1 of a: c by b at 1970-01-01T00:00:00.000Z, deleted, purged>"


def test_copies_are_equal() -> None:
    """Pickled and copied revisions equal the original; one with another fact does not."""
    assert pickle.loads(pickle.dumps(REVISION)) == REVISION == copy.deepcopy(REVISION)
    assert hash(copy.copy(REVISION)) == hash(REVISION)
    assert Revision("messaging", 3, time=0, author="alice", cause="set") != REVISION
    assert REVISION != "messaging"


@given(st.integers(0, 253_402_300_799_999))
def test_a_time_is_written_as_datetime_writes_it(milliseconds: int) -> None:
    """Every moment until the year 9999 agrees with datetime's own ISO format."""
    whole, rest = divmod(milliseconds, 1000)
    expected = datetime.fromtimestamp(whole, UTC).replace(microsecond=rest * 1000)
    assert rfc3339(milliseconds / 1000) == expected.isoformat(timespec="milliseconds").replace("+00:00", "Z")
