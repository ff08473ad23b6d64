"""Where Setpoint keeps what it writes for itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from setpoint import ConfigSystem
from setpoint.state import State


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A configuration directory."""
    config = tmp_path / "config"
    config.mkdir()
    (config / "a.yaml").write_text("x: 1\n")
    return config


def changed(home: Path, **environ: str) -> None:
    with ConfigSystem(home, environ=environ) as system:
        system.set("a.x", system.load_config("a").x + 1)


def test_it_is_in_the_directory_by_itself(home: Path) -> None:
    """Named .setpoint, private, and ignored by git."""
    state = State(str(home), {})
    assert state.folder == str(home / ".setpoint")
    assert not (home / ".setpoint").exists()
    changed(home)
    assert (home / ".setpoint" / "history.sqlite3").exists()
    assert (home / ".setpoint").stat().st_mode & 0o777 == 0o700
    assert "*" in (home / ".setpoint" / ".gitignore").read_text().splitlines()


def test_a_variable_names_another_place(home: Path, tmp_path: Path) -> None:
    """Each configuration directory has a folder of its own there, and nothing is written into the directory."""
    other = tmp_path / "other" / "config"
    other.mkdir(parents=True)
    (other / "a.yaml").write_text("x: 1\n")
    for one in (home, other, home):
        changed(one, SETPOINT_STATE_DIR=str(tmp_path / "state"))
    folders = sorted((tmp_path / "state").iterdir())
    assert len(folders) == 2
    assert all(folder.name.startswith("config-") for folder in folders)
    assert {(folder / "history.sqlite3").stat().st_mode & 0o777 for folder in folders} == {0o600}
    assert sorted(path.name for path in home.iterdir()) == ["a.yaml"]


def test_an_empty_variable_is_none(home: Path) -> None:
    """As everywhere on Unix."""
    assert State(str(home), {"SETPOINT_STATE_DIR": ""}).folder == str(home / ".setpoint")


def test_a_directory_that_cannot_be_written_has_it_with_the_user(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In XDG_STATE_HOME, else in ~/.local/state, by the directory's real path."""
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != str(home) and real(path, mode))  # root may always
    user = home.parent / "user"
    folder = State(str(home), {"XDG_STATE_HOME": str(user)}).folder
    assert folder.startswith(str(user / "setpoint" / "config-"))
    (home.parent / "link").symlink_to(home)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert State(str(home.parent / "link"), {"XDG_STATE_HOME": str(user)}).folder == folder
    monkeypatch.setenv("HOME", str(user))
    assert State(str(home), {}).folder.startswith(str(user / ".local" / "state" / "setpoint" / "config-"))


def test_the_place_that_has_it_already_is_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that was begun with the user goes on there when the directory can be written again."""
    environ = {"XDG_STATE_HOME": str(home.parent / "user")}
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != str(home) and real(path, mode))
    state = State(str(home), environ)
    state.make()
    monkeypatch.undo()
    assert State(str(home), environ).folder == state.folder
    (home / ".setpoint").mkdir()
    assert State(str(home), environ).folder == str(home / ".setpoint")


def test_names_that_are_no_file_names_make_a_folder_all_the_same(tmp_path: Path) -> None:
    """Letters that a shell minds are left out, long names are cut, and no two directories share one."""
    folders = set()
    for name in ("a b", "a:b", "ä" * 80, "a" * 200, "$HOME"):
        state = State(str(tmp_path / name), {"SETPOINT_STATE_DIR": str(tmp_path)})
        folders.add(state.folder)
        state.make()
        state.make()
        assert os.path.isdir(state.folder)
    assert len(folders) == 5
