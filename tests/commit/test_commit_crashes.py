"""Changes that are killed, that fail, and that lose their power at every step."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from three_documents import AND_MORE, BEFORE, BUSY, CONVERSION, CUTS, EVERY, SET, TRANSACTION, must_be_whole, warm

from crash import errno_points, kill_points, power_cuts

NOT_BUSY: Mapping[str, str] = {}
# What is done, whether Setpoint has changed the directory before, and whether the same process has. There are nine with
# SETPOINT_EXAMPLES=1000, and fewer without.
CASES = [
    pytest.param(change, begun, busy, id=f"{'later' if begun else 'first'} {name}{' of several' if busy else ''}")
    for name, change, cases in (
        ("set", SET, ((False, NOT_BUSY), (True, BUSY), (True, NOT_BUSY))[: 3 if EVERY else 2]),
        ("transaction", TRANSACTION, ((True, NOT_BUSY), (False, NOT_BUSY), (True, BUSY))[: 3 if EVERY else 1]),
        ("conversion", CONVERSION, ((True, NOT_BUSY), (False, NOT_BUSY), (True, BUSY))[: 3 if EVERY else 1]),
    )
    for begun, busy in cases
]
QUICKER = CASES if EVERY else CASES[:3]


def start(begun: bool, folder: Path) -> Mapping[str, bytes] | Path:
    """The directory to start with."""
    return warm(folder / "warm") if begun else BEFORE


@pytest.mark.parametrize(("change", "begun", "busy"), CASES)
def test_a_kill_leaves_all_of_a_change_or_nothing(
    change: str, begun: bool, busy: Mapping[str, str], tmp_path: Path
) -> None:
    """Killed before any of its calls, a change is there whole or not at all for whoever opens the directory next."""
    seen = []
    for outcome in kill_points(
        change, start(begun, tmp_path), tmp_path / "runs", environment=busy, stride=1 if EVERY else 20
    ):
        seen.append(must_be_whole(outcome.directory, change, outcome.acknowledged, outcome.point))
    assert seen[0] is False
    assert seen[-1] is True
    assert seen == sorted(seen), "once made, always made"


@pytest.mark.parametrize(("change", "begun", "busy"), QUICKER)
def test_a_power_cut_leaves_all_of_a_change_or_nothing(
    change: str, begun: bool, busy: Mapping[str, str], tmp_path: Path
) -> None:
    """No power cut leaves half a change, or loses an acknowledged one or its revision."""
    number = acknowledged = made = 0
    change += AND_MORE
    for cut in power_cuts(change, start(begun, tmp_path), tmp_path / "runs", environment=busy, cuts=CUTS):
        number += 1
        acknowledged += bool(cut.acknowledged)
        made += must_be_whole(cut.directory, change, cut.acknowledged, cut.point)
    assert number / 5 < acknowledged <= made < number


@pytest.mark.parametrize(("change", "begun", "busy"), QUICKER)
def test_every_error_of_the_system_takes_the_whole_change_back(
    change: str, begun: bool, busy: Mapping[str, str], tmp_path: Path
) -> None:
    """Each failing call ends in exit code 5, one clear sentence and nothing changed; a harmless one in success."""
    failures = 0
    for outcome in errno_points(
        change, start(begun, tmp_path), tmp_path / "runs", environment=busy, stride=1 if EVERY else 45
    ):
        told = outcome.stderr.decode()
        made = must_be_whole(outcome.directory, change, outcome.acknowledged, outcome.point)
        assert outcome.exit_code in (0, 5), f"{outcome.point}: {told}"
        assert made == (outcome.exit_code == 0), f"{outcome.point}: {told}"
        if outcome.exit_code:
            failures += 1
            assert outcome.acknowledged == ()
            assert told.startswith("UnavailableError: "), f"{outcome.point}: {told}"
            assert told.count("\n") == 1, f"{outcome.point}: {told}"
    assert failures >= 3
