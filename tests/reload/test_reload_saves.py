"""Every way in which programs save files ends with what was saved being served, once, and nothing else in between."""

from __future__ import annotations

import mmap
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from setpoint import ConfigSystem
from setpoint.watching import inotify

from .live import Live, Reader, make_home, number_of, put, text, until

MANY = int(os.environ.get("SETPOINT_EXAMPLES", "0")) >= 1000
ROUNDS = 20
FEW = ROUNDS if MANY else 2  # of what waits for looks without a signal, or is slow

Save = Callable[[Path, bytes], object]


def in_place(file: Path, data: bytes) -> None:
    file.write_bytes(data)


def over_in_place(file: Path, data: bytes) -> None:
    with file.open("r+b") as stream:
        stream.write(data)


def truncated_and_slow(file: Path, data: bytes) -> None:
    with file.open("wb", buffering=0) as stream:
        for start in range(0, len(data), 100):
            stream.write(data[start : start + 100])
            time.sleep(0.01)


def line_by_line(file: Path, data: bytes) -> None:
    """As a shell does with `for …; do echo … >>file; done`: opened and closed for each line."""
    file.write_bytes(b"")
    for line in data.splitlines(keepends=True):
        with file.open("ab") as stream:
            stream.write(line)


def temporary_and_rename(file: Path, data: bytes) -> None:
    temporary = file.with_name(f".{file.name}.tmp")
    temporary.write_bytes(data)
    temporary.replace(file)


def temporary_with_the_same_ending(file: Path, data: bytes) -> None:
    temporary = file.with_name(f"tmp_{file.name}")
    temporary.write_bytes(data)
    temporary.replace(file)


def vim_renames(file: Path, data: bytes) -> None:
    backup = file.with_name(file.name + "~")
    file.rename(backup)
    file.write_bytes(data)
    backup.unlink()


def vim_copies(file: Path, data: bytes) -> None:
    swap, backup = file.with_name(f".{file.name}.swp"), file.with_name(file.name + "~")
    swap.write_bytes(b"b0VIM 9.0")
    shutil.copy2(file, backup)
    file.write_bytes(data)
    backup.unlink()
    swap.unlink()


def sed_i(file: Path, data: bytes) -> None:
    source = file.parent.parent / "source"
    source.write_bytes(data)
    subprocess.run(["sed", "-i", "-e", f"1r {source}", "-e", "d", str(file)], check=True)
    assert file.read_bytes() == data


def git_checkout(file: Path, data: bytes) -> None:
    top = file.parent.parent

    def git(*arguments: str, given: bytes | None = None) -> bytes:
        return subprocess.run(["git", "-C", str(top), *arguments], check=True, capture_output=True, input=given).stdout

    if not (top / ".git").exists():
        git("init", "--quiet")
    name = str(file.relative_to(top))
    content = git("hash-object", "-w", "--stdin", given=data).decode().strip()
    git("update-index", "--add", "--cacheinfo", f"100644,{content},{name}")
    git("checkout", "--", name)
    assert file.read_bytes() == data


def cp_p(file: Path, data: bytes) -> None:
    source = file.parent.parent / "source"
    source.write_bytes(data)
    os.utime(source, (1_000_000, 1_000_000))
    subprocess.run(["cp", "-p", str(source), str(file)], check=True)


def like_rsync(file: Path, data: bytes) -> None:
    temporary = file.with_name(f".{file.name}.Xa3bC9")
    temporary.write_bytes(data)
    os.utime(temporary, (1_000_000, 1_000_000))
    temporary.replace(file)


def deleted_and_made_again(file: Path, data: bytes) -> None:
    file.unlink()
    file.write_bytes(data)


def link_switched(file: Path, data: bytes) -> None:
    target = file.parent.parent / "targets" / str(time.monotonic_ns())
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(data)
    link = file.with_name(f".{file.name}.link")
    link.symlink_to(target)
    link.replace(file)


def mapped(file: Path, data: bytes) -> None:
    with file.open("r+b") as stream, mmap.mmap(stream.fileno(), len(data)) as memory:
        memory[:] = data


def through_a_hard_link(file: Path, data: bytes) -> None:
    other = file.parent.parent / "hard link"
    other.unlink(missing_ok=True)
    os.link(file, other)
    with other.open("r+b") as stream:
        stream.write(data)


def with_its_time_restored(file: Path, data: bytes) -> None:
    status = file.stat()
    with file.open("r+b") as stream:
        stream.write(data)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def while_its_directory_is_away(file: Path, data: bytes) -> None:
    home, away = file.parent, file.parent.with_name("away")
    home.rename(away)
    (away / file.name).write_bytes(data)
    away.rename(home)


QUICK = [
    in_place,
    over_in_place,
    temporary_and_rename,
    temporary_with_the_same_ending,
    vim_renames,
    vim_copies,
    sed_i,
    git_checkout,
    cp_p,
    like_rsync,
    deleted_and_made_again,
    link_switched,
    mapped,
    with_its_time_restored,
]
SLOW = [truncated_and_slow, line_by_line, through_a_hard_link, while_its_directory_is_away]

# Those of which a signal tells nothing, or not that they are done: what they left is found by looking.
BY_LOOKING = [
    in_place,
    temporary_and_rename,
    truncated_and_slow,
    deleted_and_made_again,
    mapped,
    with_its_time_restored,
]


def save_and_see(live: Live, save: Save, rounds: int) -> None:
    file = live.home / "app.yaml"
    for number in range(1, rounds + 1):
        if save is while_its_directory_is_away:
            live.system.record()  # nothing is being put on record, which would fail without the directory
        save(file, text(number))
        assert live.serves(number), live.status
        assert until(lambda: len(live.told) >= number)  # noqa: B023 - called at once
    assert live.looks(1)
    assert live.numbers() == [(number - 1, number) for number in range(1, rounds + 1)]
    assert live.status["refused"] == {}
    # A temporary file that has a document's name is one, as long as it is there, and may be seen.
    others = live.status["generation"] - (rounds + 1)
    assert others >= 0 if save is temporary_with_the_same_ending else others == 0


@pytest.mark.parametrize("save", [*QUICK, *SLOW], ids=lambda save: save.__name__)
def test_what_was_saved_is_served_each_time(save: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However a file is saved, what it holds in the end is served, and told of once; nobody ever reads half of it."""
    monkeypatch.delenv("SETPOINT_PORTABLE", raising=False)
    home = make_home(tmp_path, "app")
    with Live(home, "app", interval=0.1 if save is through_a_hard_link else 1.0) as live:
        save_and_see(live, save, ROUNDS if save in QUICK else FEW)
        assert live.status["backend"] == "inotify"


@pytest.mark.parametrize("save", [*QUICK, *SLOW] if MANY else BY_LOOKING, ids=lambda save: save.__name__)
def test_what_was_saved_is_served_where_nothing_tells_of_it(
    save: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By looking alone it is the same."""
    monkeypatch.setattr(inotify, "open_inotify", lambda: None)
    with Live(make_home(tmp_path, "app"), "app") as live:
        save_and_see(live, save, FEW)
        assert live.status["backend"] == "polling"


def switch(link: Path, target: str) -> None:
    """Point a symbolic link elsewhere in one step, as Kubernetes does."""
    new = link.with_name(link.name + "_tmp")
    new.symlink_to(target)
    new.replace(link)


def test_a_swap_of_a_kubernetes_volume_is_served_whole(tmp_path: Path, backend: str) -> None:
    """All files that lead through ``..data`` change in one moment: no reader sees one without the others."""
    names = ("a", "b", "c")
    rounds = ROUNDS if backend == "signals" else FEW
    home = make_home(tmp_path, *names)
    (home / "..0").mkdir()
    for name in names:
        (home / "..0" / f"{name}.yaml").write_bytes(text(0))
        (home / f"{name}.yaml").unlink()
        (home / f"{name}.yaml").symlink_to(f"..data/{name}.yaml")
    (home / "..data").symlink_to("..0")
    with Live(home, *names) as live:
        mixed = []

        def watch_out(_: object) -> None:
            snapshot = live.system.snapshot()
            numbers = {snapshot[name]["number"] for name in names}
            if len(numbers) != 1:
                mixed.append(numbers)

        reader = Reader(live.system, watch_out)
        for number in range(1, rounds + 1):
            (home / f"..{number}").mkdir()
            for name in names:
                (home / f"..{number}" / f"{name}.yaml").write_bytes(text(number))
            switch(home / "..data", f"..{number}")
            shutil.rmtree(home / f"..{number - 1}")
            assert live.serves(number), live.status
        assert live.looks(1)
        assert reader.end() > 0
        assert mixed == []
        assert live.numbers() == [(number - 1, number) for number in range(1, rounds + 1) for _ in names]
        reloaded = [event for event in live.happened() if event.documents]
        assert [(event.kind, set(event.documents)) for event in reloaded] == [("reloaded", set(names))] * rounds


def test_what_changed_beside_is_waited_for(tmp_path: Path) -> None:
    """Seen without a signal, a change may be half of what happened: nothing is decided before the rest is seen."""
    home = make_home(tmp_path, "a", "b", "c")
    with ConfigSystem(home, environ={}) as system:
        system.snapshot()
        put(home / "a.yaml", text(1))
        put(home / "b.yaml", text(1))
        outcome = system._reloading.look(names=["a"], beside=["a", "b", "c"])
        assert (outcome.replaced, outcome.unsure) == ((), ("a",))
        assert number_of(system.load_config("a")) == 0
        outcome = system._reloading.look(names=["a", "b"], beside=["a", "b", "c"])
        assert (set(outcome.replaced), outcome.unsure) == ({"a", "b"}, ())
        put(home / "c.yaml", b"number: none\n")
        system._reloading.look(names=["c"])
        put(home / "a.yaml", text(2))
        outcome = system._reloading.look(names=["a"], beside=["b", "c"])  # that c is refused is known
        assert (outcome.replaced, outcome.unsure) == (("a",), ())


def touched(file: Path) -> None:
    os.utime(file)


def chmodded(file: Path) -> None:
    file.chmod(0o600)
    file.chmod(0o644)


def written_with_the_same(file: Path) -> None:
    file.write_bytes(file.read_bytes())


def replaced_by_the_same(file: Path) -> None:
    put(file, file.read_bytes())


def directory_renamed_and_back(file: Path) -> None:
    file.parent.rename(file.parent.with_name("away"))
    file.parent.with_name("away").rename(file.parent)


def other_comment(file: Path) -> None:
    put(file, file.read_bytes() + b"# seen\n")


@pytest.mark.parametrize(
    "act",
    [touched, chmodded, written_with_the_same, replaced_by_the_same, directory_renamed_and_back, other_comment],
    ids=lambda act: act.__name__,
)
def test_nothing_happens_when_nothing_changed(act: Callable[[Path], None], tmp_path: Path, backend: str) -> None:
    """Neither a callback nor an event nor a generation, for as long as the values are the same."""
    home = make_home(tmp_path, "app")
    with Live(home, "app", interval=0.1) as live:
        for _ in range(3):
            act(home / "app.yaml")
            assert live.looks(1)
        assert live.looks(2)
        assert live.told == []
        assert [event for event in live.happened() if event.kind not in ("orphaned", "rejected")] == []
        assert live.status["generation"] == 1
        put(home / "app.yaml", text(1))  # it was not asleep
        assert live.serves(1)
