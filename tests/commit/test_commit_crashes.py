"""Changes that are killed, that fail, and that lose their power at every step."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from three_documents import AND_MORE, BEFORE, CONVERSION, CUTS, EVERY, SET, TRANSACTION, must_be_whole, warm

from crash import errno_points, kill_points, power_cuts

# What is done, and whether Setpoint has changed the directory before. All six with SETPOINT_EXAMPLES=1000.
CASES = [
    pytest.param(change, begun, id=f"{'later' if begun else 'first'} {name}")
    for name, change, cases in (
        ("set", SET, (False, True) if EVERY else (False,)),
        ("transaction", TRANSACTION, (False, True) if EVERY else (True,)),
        ("conversion", CONVERSION, (False, True) if EVERY else (True,)),
    )
    for begun in cases
]
QUICKER = CASES if EVERY else CASES[:2]


def start(begun: bool, folder: Path) -> Mapping[str, bytes] | Path:
    """The directory to start with."""
    return warm(folder / "warm") if begun else BEFORE


@pytest.mark.parametrize(("change", "begun"), CASES)
def test_a_kill_leaves_all_of_a_change_or_nothing(change: str, begun: bool, tmp_path: Path) -> None:
    """Killed before any of its calls, a change is there whole or not at all for whoever opens the directory next."""
    seen = []
    for outcome in kill_points(change, start(begun, tmp_path), tmp_path / "runs", stride=1 if EVERY else 20):
        seen.append(must_be_whole(outcome.directory, change, outcome.acknowledged, outcome.point))
    assert seen[0] is False
    assert seen[-1] is True
    assert seen == sorted(seen), "once made, always made"


@pytest.mark.parametrize(("change", "begun"), QUICKER)
def test_a_power_cut_leaves_all_of_a_change_or_nothing(change: str, begun: bool, tmp_path: Path) -> None:
    """No power cut leaves half a change, or loses an acknowledged one or its revision."""
    number = acknowledged = made = 0
    change += AND_MORE
    for cut in power_cuts(change, start(begun, tmp_path), tmp_path / "runs", cuts=CUTS):
        number += 1
        acknowledged += bool(cut.acknowledged)
        made += must_be_whole(cut.directory, change, cut.acknowledged, cut.point)
    assert number / 5 < acknowledged <= made < number


@pytest.mark.parametrize(("change", "begun"), QUICKER)
def test_every_error_of_the_system_takes_the_whole_change_back(change: str, begun: bool, tmp_path: Path) -> None:
    """Each failing call ends in exit code 5, one clear sentence and nothing changed; a harmless one in success."""
    failures = 0
    for outcome in errno_points(change, start(begun, tmp_path), tmp_path / "runs", stride=1 if EVERY else 45):
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
