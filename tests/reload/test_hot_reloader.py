"""``ConfigHotReloader``: one function, called with every document that changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from setpoint import Config, ConfigHotReloader, ConfigNotFoundError, ConfigSystem, SetpointError, UsageError

from .live import until


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "config"
    home.mkdir()
    for name in ("a", "b"):
        (home / f"{name}.yaml").write_text("n: 0\n")
    return home


class Calls:
    """What the function was called with."""

    def __init__(self) -> None:
        self.made: list[tuple[str, Any]] = []

    def __call__(self, name: str, config: Config) -> None:
        assert isinstance(config, Config)
        self.made.append((name, config["n"]))

    def come_to(self, *calls: tuple[str, Any]) -> bool:
        return until(lambda: self.made == list(calls), 60) or bool(pytest.fail(f"{self.made} and not {calls}"))


@pytest.fixture
def calls() -> Iterator[Calls]:
    yield Calls()
    assert until(lambda: "setpoint-watch" not in [one.name for one in threading.enumerate()])


def write(file: Path, text: str) -> None:
    new = file.parent.parent / "new"
    new.write_text(text)
    new.replace(file)


def settled(reloader: ConfigHotReloader) -> bool:
    """Everything that happened so far was told."""
    follower = reloader.system._follower
    assert follower is not None
    return follower.watch.look(60) and reloader.system._audience.bus.drain(60)


def test_the_function_is_called_with_each_document_that_changed(home: Path, calls: Calls) -> None:
    """With its name and its new configuration, in order, and not before something changed."""
    with ConfigHotReloader(home, calls) as reloader:
        assert reloader.running
        assert settled(reloader)
        assert calls.made == []
        write(home / "a.yaml", "n: 1\n")
        assert calls.come_to(("a", 1))
        write(home / "b.yaml", "n: 2\n")
        assert calls.come_to(("a", 1), ("b", 2))
        write(home / "c.yaml", "n: 3\n")
        assert calls.come_to(("a", 1), ("b", 2), ("c", 3))
        assert settled(reloader)
    assert not reloader.running
    assert len(calls.made) == 3


def test_what_is_not_valid_calls_nothing(home: Path, calls: Calls) -> None:
    """What was before stays; once the file is good it is called, also for one that was bad at the start."""
    (home / "b.yaml").write_text("n: [\n")
    with ConfigHotReloader(home, calls) as reloader, reloader.system.events() as events:
        write(home / "a.yaml", "n: }\n")
        while "a" not in events.get(60).documents:
            pass
        assert settled(reloader)
        assert calls.made == []
        assert reloader.system.load_config("a")["n"] == 0
        write(home / "b.yaml", "n: 5\n")
        assert calls.come_to(("b", 5))
        write(home / "a.yaml", "n: 6\n")
        assert calls.come_to(("b", 5), ("a", 6))


def test_it_starts_and_stops_as_often_as_wanted(home: Path, calls: Calls) -> None:
    """Stopped it calls nothing; started again it goes on, with what is there then."""
    reloader = ConfigHotReloader(home, calls)
    for number in range(1, 4):
        reloader.start()
        reloader.start()
        assert reloader.running
        write(home / "a.yaml", f"n: {number}\n")
        assert until(lambda: calls.made[-1:] == [("a", number)])  # noqa: B023 - called at once
        reloader.stop()
        reloader.stop()
        assert not reloader.running
        write(home / "b.yaml", f"n: {number}\n")
    assert [call for call in calls.made if call[0] == "a"] == [("a", 1), ("a", 2), ("a", 3)]
    assert ("b", 3) not in calls.made
    reloader.system.close()


def test_further_files_are_watched_until_they_are_removed(home: Path, tmp_path: Path, calls: Calls) -> None:
    """Added and removed while it runs or not; the file need not be in the directory."""
    more, other = tmp_path / "elsewhere" / "more.yaml", tmp_path / "elsewhere" / "other.toml"
    more.parent.mkdir()
    more.write_text("n: 0\n")
    other.write_text("n = 0\n")
    reloader = ConfigHotReloader(home, calls)
    assert reloader.add_file(more) == "more"
    with reloader:
        write(more, "n: 1\n")
        assert calls.come_to(("more", 1))
        assert reloader.add_file(other) == "other"
        assert reloader.add_file(str(other)) == "other"
        write(other, "n = 2\n")
        assert calls.come_to(("more", 1), ("other", 2))
        assert reloader.remove_file(more)
        assert not reloader.remove_file(more)
        write(more, "n: 3\n")
        write(other, "n = 4\n")
        assert calls.come_to(("more", 1), ("other", 2), ("other", 4))
    with reloader:
        write(other, "n = 5\n")
        assert until(lambda: calls.made[-1] == ("other", 5))
    assert ("more", 3) not in calls.made


def test_a_file_of_the_directory_may_be_left_out_and_taken_in_again(home: Path, calls: Calls) -> None:
    """The others are called for meanwhile."""
    with ConfigHotReloader(home, calls) as reloader:
        assert reloader.remove_file(home / "a.yaml")
        assert not reloader.remove_file(home / "a.yaml")
        write(home / "a.yaml", "n: 1\n")
        assert until(lambda: reloader.system.load_config("a")["n"] == 1)
        assert settled(reloader)
        write(home / "b.yaml", "n: 1\n")
        assert calls.come_to(("b", 1))
        assert reloader.add_file(home / "a.yaml") == "a"
        write(home / "a.yaml", "n: 2\n")
        assert calls.come_to(("b", 1), ("a", 2))


def test_what_cannot_be_watched_is_refused(home: Path, tmp_path: Path, calls: Calls) -> None:
    """With the reason, and nothing changes by it."""
    with pytest.raises(ConfigNotFoundError):
        ConfigHotReloader(tmp_path / "none", calls)
    with pytest.raises(UsageError):
        ConfigHotReloader(home, None)  # type: ignore[arg-type]
    with ConfigHotReloader(home, calls) as reloader:
        with pytest.raises(ConfigNotFoundError):
            reloader.add_file(tmp_path / "none.yaml")
        (tmp_path / "picture.png").write_bytes(b"\x89PNG")
        with pytest.raises(SetpointError):
            reloader.add_file(tmp_path / "picture.png")
        (tmp_path / "a.yaml").write_text("n: 9\n")
        with pytest.raises(UsageError, match="a document named 'a' is watched already"):
            reloader.add_file(tmp_path / "a.yaml")
        assert not reloader.remove_file(tmp_path / "none.yaml")
        write(home / "a.yaml", "n: 1\n")
        assert calls.come_to(("a", 1))


def test_a_single_file_may_be_watched(tmp_path: Path, calls: Calls) -> None:
    """In the place of a directory."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "app.json").write_text('{"n": 0}')
    with ConfigHotReloader(folder / "app.json", calls):
        write(folder / "app.json", '{"n": 1}')
        assert calls.come_to(("app", 1))


def test_a_system_that_is_there_is_used_and_left_running(home: Path, calls: Calls) -> None:
    """Its owner started it, and stops it."""
    with ConfigSystem(home, environ={}) as system:
        system.start_hot_reload()
        with ConfigHotReloader(system, calls) as reloader:
            assert reloader.system is system
            write(home / "a.yaml", "n: 1\n")
            assert calls.come_to(("a", 1))
        assert system.hot_reload_status()["running"]
        write(home / "a.yaml", "n: 2\n")
        assert until(lambda: system.load_config("a")["n"] == 2)
    assert calls.made == [("a", 1)]


def test_a_function_that_fails_is_called_again(home: Path, calls: Calls, caplog: pytest.LogCaptureFixture) -> None:
    """What it raises is logged."""

    def fail(name: str, config: Config) -> None:
        calls(name, config)
        raise LookupError("no such thing")

    with ConfigHotReloader(home, fail):
        for number in (1, 2):
            write(home / "a.yaml", f"n: {number}\n")
            assert until(lambda: len(calls.made) == number)  # noqa: B023 - called at once
    assert "LookupError" in caplog.text


def test_the_function_may_stop_it(home: Path, calls: Calls) -> None:
    """From within its own call."""
    stopped = threading.Event()

    def stop(name: str, config: Config) -> None:
        calls(name, config)
        reloader.stop()
        stopped.set()

    reloader = ConfigHotReloader(home, stop)
    reloader.start()
    write(home / "a.yaml", "n: 1\n")
    assert stopped.wait(60)
    write(home / "a.yaml", "n: 2\n")
    assert not reloader.running
    reloader.system.close()
    assert calls.made == [("a", 1)]
