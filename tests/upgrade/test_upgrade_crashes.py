"""A migration of five documents that is killed, or whose disk is full, at every step."""

from __future__ import annotations

import os
from pathlib import Path

from lamps import add_bells, documents

from crash import errno_points, kill_points, power_cuts
from setpoint import ConfigSystem
from setpoint.history.history import History

# With SETPOINT_EXAMPLES=1000 every call is disturbed; else every n-th, to end in some seconds.
EVERY = int(os.environ.get("SETPOINT_EXAMPLES", "0")) >= 1000
NAMES = [f"bell-{number}" for number in range(1, 6)]
SCRIPT = f"""
import sys
from setpoint import ConfigSystem, SetpointError
system = ConfigSystem("config", environ={{}})
system.snapshot()
begin()
try:
    system.migrate({NAMES!r}, author="me")
except SetpointError as error:
    print(f"{{type(error).__name__}}: {{error}}", file=sys.stderr)
    sys.exit(error.exit_code)
acknowledge()
"""
OLD = {
    f"{name}.yaml": f"# bell {number}\nversion: 1\ntone: {number}  # as tuned\n".encode()
    for number, name in enumerate(NAMES, 1)
}
NEW = {name: text.replace(b"version: 1", b"version: 2").replace(b"tone:", b"pitch:") for name, text in OLD.items()}


def start(folder: Path) -> Path:
    """The directory to start with."""
    home = folder / "warm" / "config"
    home.mkdir(parents=True)
    assert add_bells(home, 5) == NAMES
    assert documents(home) == OLD
    return home.parent


def must_be_whole(directory: Path, acknowledged: bool, point: object) -> bool:
    """Open a directory in which a migration was disturbed; True when it was made.

    All documents are old or all are new, as the next who opens the directory reads them; then nothing is left behind,
    and the backup of what was made holds the old bytes.
    """
    home = directory / "config"
    with ConfigSystem(home, environ={}) as system:
        read = system.snapshot()
        versions = [read[name]["version"] for name in NAMES]
        assert versions in ([1] * 5, [2] * 5), f"half a migration: {versions}: {point}"
        made = versions == [2] * 5
        assert documents(home) == (NEW if made else OLD), point
        assert made or not acknowledged, f"an acknowledged migration is lost: {point}"
        assert len(system.pending_migrations()) == (0 if made else 5), point
    state = home / ".setpoint"
    if made:
        for name in NAMES:
            [backup] = (state / "backups" / name).iterdir()
            assert (backup / f"{name}.yaml").read_bytes() == OLD[f"{name}.yaml"], point
    with ConfigSystem(home, environ={}) as system:  # and so it goes on
        if made:
            for name in NAMES:
                system.rollback(name, to=system.history(name)[-1].number)
            assert documents(home) == OLD, point
        else:
            system.migrate(NAMES)
            assert documents(home) == NEW, point
    assert not list(state.glob("journal*")), point
    assert not list(directory.rglob("*.tmp")), point
    with History(state) as history:
        assert history.verify().ok, point
    return made


def test_a_kill_leaves_all_documents_old_or_all_new(tmp_path: Path) -> None:
    """Killed before any of its calls, a migration of five documents is there whole or not at all."""
    seen = [
        must_be_whole(outcome.directory, bool(outcome.acknowledged), outcome.point)
        for outcome in kill_points(SCRIPT, start(tmp_path), tmp_path / "runs", stride=1 if EVERY else 40)
    ]
    assert seen[0] is False
    assert seen[-1] is True
    assert seen == sorted(seen), "once made, always made"


def test_a_power_cut_leaves_all_documents_old_or_all_new(tmp_path: Path) -> None:
    """No power cut leaves half a migration, or loses an acknowledged one, its record or its backup."""
    number = acknowledged = made = 0
    # What the process does afterwards, so that cuts come when the migration has been acknowledged.
    more = 'for more in range(40):\n    with open(f"more-{more}", "w") as file:\n        file.write("more")\n'
    for cut in power_cuts(SCRIPT + more, start(tmp_path), tmp_path / "runs", cuts=1000 if EVERY else 15):
        number += 1
        acknowledged += bool(cut.acknowledged)
        made += must_be_whole(cut.directory, bool(cut.acknowledged), cut.point)
    assert 0 < acknowledged <= made < number


def must_be_refused(directory: Path, exit_code: int, told: str, point: object) -> None:
    """A failed migration: exit code 5, one clear sentence, and no backup of what was not changed."""
    assert exit_code == 5, f"{point}: {told}"
    assert told.startswith("UnavailableError: ") and told.count("\n") == 1, f"{point}: {told}"
    assert not list((directory / "config" / ".setpoint").glob("backups/*/*")), f"{point}: {told}"
    assert not must_be_whole(directory, acknowledged=False, point=point)


def test_a_full_disk_refuses_the_whole_migration(tmp_path: Path) -> None:
    """Wherever there is no room any more, everything is as it was; or the migration succeeds all the same."""
    refused = 0
    for outcome in errno_points(
        SCRIPT, start(tmp_path), tmp_path / "runs", errnos=["ENOSPC"], stride=1 if EVERY else 40
    ):
        told = outcome.stderr.decode()
        if outcome.exit_code:
            refused += 1
            must_be_refused(outcome.directory, outcome.exit_code, told, outcome.point)
        else:
            assert must_be_whole(outcome.directory, bool(outcome.acknowledged), outcome.point)
    assert refused >= 3


def test_a_disk_that_is_full_while_backing_up_refuses_it(tmp_path: Path) -> None:
    """No folder for the copies of any of the five documents: nothing was written yet, and nothing is."""
    points = errno_points(
        SCRIPT, start(tmp_path), tmp_path / "runs", errnos=["ENOSPC"], only=["mkdirat"], stride=1 if EVERY else 3
    )
    refused = 0
    for outcome in points:
        refused += 1
        must_be_refused(outcome.directory, outcome.exit_code, outcome.stderr.decode(), outcome.point)
    assert refused >= 4
