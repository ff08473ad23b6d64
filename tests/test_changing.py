"""The half of ``ConfigSystem`` that changes things, as a whole: what it costs who does not use it, and its life."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from setpoint import ConfigSystem
from setpoint.history.history import History


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A directory with one document."""
    config = tmp_path / "config"
    config.mkdir()
    (config / "a.json").write_text('{"n": 1}\n')
    return config


def test_who_only_reads_loads_nothing_of_it(home: Path) -> None:
    """No module of transactions, edits, the record or SQLite is imported before the first change."""
    script = (
        "import sys; from setpoint import ConfigSystem; s = ConfigSystem(sys.argv[1], environ={}); s.load_config('a')\n"
        "s.snapshot(); s.reload(); s.close()\n"
        "rooms = ('transaction', 'editing', 'history', 'atomic', 'commit.committer')\n"
        "print(*[m for m in sys.modules if m.startswith(('sqlite3', *(f'setpoint.{room}' for room in rooms)))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(home)],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "\n"


def test_a_closed_system_can_change_again(home: Path) -> None:
    """It opens the record anew, and leaves none open."""
    system = ConfigSystem(home, environ={})
    for number in (2, 3):
        system.set("a.n", number, expect=number - 1)
        system.close()
        opened = [os.readlink(path) for path in Path("/proc/self/fd").iterdir() if path.exists()]
        assert not [path for path in opened if path.startswith(str(home))]
    assert [one.number for one in system.history("a")] == [3, 2, 1]


def test_the_record_can_be_verified_pruned_and_exported(home: Path) -> None:
    """Through the system, while it goes on."""
    with ConfigSystem(home, environ={}) as system:
        assert isinstance(system.record(), History)
        for number in range(2, 6):
            system.set("a.n", number)
        assert system.record().verify().ok
        system.record().prune("a", keep=2)
        assert [one.number for one in system.history("a")] == [5, 4]
        system.set("a.n", 9)
        assert system.record().verify().ok
        assert system.record().export(home.parent / "export") > 0


def test_an_author_is_somebody(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is named in the call, else by SETPOINT_AUTHOR, else the user."""
    monkeypatch.delenv("SETPOINT_AUTHOR", raising=False)
    with ConfigSystem(home, environ={}) as system:
        user = system.set("a.n", 2).revision
        monkeypatch.setenv("SETPOINT_AUTHOR", "from the environment")
        named = system.set("a.n", 3).revision
        given = system.set("a.n", 4, author="given").revision
    assert user is not None
    assert named is not None
    assert given is not None
    assert (named.author, given.author) == ("from the environment", "given")
    assert user.author not in ("", "from the environment")


def test_what_a_change_returns_is_shown_when_asked(home: Path) -> None:
    """Its differences are worked out then, and say what was changed, whatever has happened since."""
    with ConfigSystem(home, environ={}) as system:
        saved = system.set("a.n", 2)
        system.set("a.n", 3)
        assert repr(saved) == f"<Saved {home / 'a.json'}>"
        assert '-{"n": 1}\n+{"n": 2}\n' in saved.diff
        assert saved.diffs == {str(home / "a.json"): saved.diff}
