"""Links, directories and files that come and go."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from setpoint.budget import DEFAULT_BUDGET
from setpoint.errors import UsageError
from setpoint.reading import key_of, read_with_key
from setpoint.watching.content import ABSENT, Content
from setpoint.watching.places import Places

from .witness import BY_SIGNALS, put, until

Make = Callable[..., object]


def switch(link: Path, target: str) -> None:
    """Point a symbolic link elsewhere in one step, as `ln -sfn` and Kubernetes do."""
    new = link.with_name(link.name + ".new")
    new.symlink_to(target)
    new.replace(link)


def test_a_swap_of_a_kubernetes_volume_is_seen_each_time(backend: str, folder: Path, witness: Make) -> None:
    """When ``..data`` is swapped, the files that lead through it are seen; that the old ones go is nothing."""
    names = ("a.yaml", "b.yaml")
    (folder / "..0").mkdir()
    for name in names:
        (folder / "..0" / name).write_text("0")
        (folder / name).symlink_to(f"..data/{name}")
    (folder / "..data").symlink_to("..0")
    places = Places([str(folder / name) for name in names], [str(folder)], lambda name: name.endswith(".yaml"))
    seer = witness(places, **BY_SIGNALS)
    for number in range(1, 6):
        (folder / f"..{number}").mkdir()
        for name in names:
            (folder / f"..{number}" / name).write_text(str(number))
        switch(folder / "..data", f"..{number}")
        for name in names:
            (folder / f"..{number - 1}" / name).unlink()
        (folder / f"..{number - 1}").rmdir()
        assert all(seer.has(folder / name, str(number).encode()) for name in names)
    assert seer.looks()
    assert not any(seen.gone or seen.directories for seen in seer.seen)
    assert all(found == [b"1", b"2", b"3", b"4", b"5"] for found in seer.contents.values())
    if backend == "signals":
        assert seer.watch.tally.found_by_reconcile == 0


def test_a_symbolic_link_that_is_switched_is_seen(backend: str, folder: Path, tmp_path: Path, witness: Make) -> None:
    """A link that points elsewhere is a change, and so is a change of the file it points to from then on."""
    for number in range(4):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "target").write_text(str(number))
    link = folder / "app.yaml"
    link.symlink_to("../0/target")
    seer = witness(Places([str(link)]), **BY_SIGNALS)
    for number in range(1, 4):
        switch(link, f"../{number}/target")
        assert seer.has(link, str(number).encode())
        put(tmp_path / str(number) / "target", f"{number} again")
        assert seer.has(link, f"{number} again".encode())
        (tmp_path / str(number - 1) / "target").write_text("nobody leads here any more")
    assert seer.looks()
    assert seer.told(link) == 6
    if backend == "signals":
        assert seer.watch.tally.found_by_reconcile == 0


def test_a_directory_that_is_a_link_may_be_switched(backend: str, tmp_path: Path, witness: Make) -> None:
    """`current -> release-1` that becomes `current -> release-2` is seen in the files below it."""
    for number in range(4):
        (tmp_path / f"release-{number}" / "config").mkdir(parents=True)
        (tmp_path / f"release-{number}" / "config" / "app.yaml").write_text(str(number))
    (tmp_path / "current").symlink_to("release-0")
    file = tmp_path / "current" / "config" / "app.yaml"
    seer = witness(Places([str(file)], [str(file.parent)]), **BY_SIGNALS)
    for number in range(1, 4):
        switch(tmp_path / "current", f"release-{number}")
        assert seer.has(file, str(number).encode())
        file.write_text(f"{number} again")
        assert seer.has(file, f"{number} again".encode())
    assert seer.looks()
    assert seer.last(file) == b"3 again"
    if backend == "signals":
        assert seer.watch.tally.found_by_reconcile == 0


def test_a_directory_that_is_renamed_and_back_is_seen_again(backend: str, folder: Path, witness: Make) -> None:
    """Its files are gone while it is away, and are followed again when it is back."""
    file = folder / "app.yaml"
    file.write_text("0")
    seer = witness(Places([str(file)], [str(folder)]))
    for number in range(3):
        folder.rename(folder.with_name("away"))
        assert seer.has(file, None)
        folder.with_name("away").rename(folder)
        assert seer.has(file, b"0" if number == 0 else f"{number}".encode())
        file.write_text(f"{number + 1}")
        assert seer.has(file, f"{number + 1}".encode())


def test_a_directory_that_is_replaced_by_another_is_followed(backend: str, folder: Path, witness: Make) -> None:
    """What is written in the old one is nothing any more; what is written in the new one is seen."""
    file = folder / "app.yaml"
    file.write_text("0")
    # Between the two renames it is gone, for as long as this process is kept waiting then.
    seer = witness(Places([str(file)]), quiet=60, poll_quiet=60, patience=600)
    other = folder.with_name("other")
    other.mkdir()
    put(other / "app.yaml", "other")
    folder.rename(folder.with_name("away"))
    other.rename(folder)
    assert seer.has(file, b"other")
    put(folder.with_name("away") / "app.yaml", "in the wrong place")
    put(file, "in the right place")
    assert seer.has(file, b"in the right place")
    assert seer.looks()
    assert seer.told(file) == 2


def test_the_parent_may_come_later(backend: str, tmp_path: Path, witness: Make) -> None:
    """A file in a directory that does not exist yet is seen when both are made, also after both were removed."""
    file = tmp_path / "deep" / "down" / "app.yaml"
    seer = witness(Places([str(file)], [str(file.parent)]))
    for number in range(2):
        file.parent.mkdir(parents=True)
        file.write_text(str(number))
        assert seer.has(file, str(number).encode())
        file.unlink()
        file.parent.rmdir()
        file.parent.parent.rmdir()
        assert seer.has(file, None)
    new, gone = [seen.new for seen in seer.seen if seen.new], [seen.gone for seen in seer.seen if seen.gone]
    assert new == gone == [{str(file)}, {str(file)}]


def test_names_that_come_and_go_are_told_with_their_directory(backend: str, folder: Path, witness: Make) -> None:
    """A new name that counts, and its removal, are told; names that do not count are not."""
    seer = witness(Places([], [str(folder)], lambda name: not name.startswith(".")))
    for number, name in enumerate((".hidden", "seen.yaml", ".swp"), 1):
        (folder / name).write_text("x")
        assert number < 2 or until(lambda: seer.told(folder) == 1)
        assert seer.looks()
        assert seer.told(folder) == (number >= 2)
    (folder / ".swp").unlink()
    (folder / "seen.yaml").unlink()
    assert until(lambda: seer.told(folder) == 2)
    (folder / "below").mkdir()
    assert until(lambda: seer.told(folder) == 3)
    assert seer.looks()
    assert seer.told(folder) == 3


def test_records_in_a_directory_below_wake_nobody(folder: Path, witness: Make) -> None:
    """A database, a lock and a journal that are written in ``.setpoint`` make no signal at all."""
    file, state = folder / "app.yaml", folder / ".setpoint"
    file.write_text("0")
    state.mkdir()
    seer = witness(Places([str(file)], [str(folder)], lambda name: name.endswith(".yaml")), **BY_SIGNALS)
    for number in range(20):
        with contextlib.closing(sqlite3.connect(state / "history.db")) as database:
            database.execute("create table if not exists revisions (number)")
            database.execute("insert into revisions values (?)", (number,))
            database.commit()
        (state / "lock").touch()
        (state / "journal.new").write_text("{}")
        (state / "journal.new").replace(state / "journal")
        (state / "journal").unlink()
    file.write_text("1")
    assert seer.has(file, b"1")
    assert seer.looks()
    assert seer.watch.tally.signals == 1
    assert seer.told(folder) == 0


def test_places_may_change_while_it_runs(backend: str, folder: Path, witness: Make) -> None:
    """A file that is found in a directory, and is asked for from then on, is followed; one that is not is forgotten."""
    (folder / "a.yaml").write_text("a")

    def places() -> Places:
        nonlocal known
        files = {str(path) for path in folder.glob("*.yaml")}
        if files != set(known.files):
            known = Places(dict(known.files) | dict.fromkeys(files - set(known.files)), [str(folder)])
            for gone in set(known.files) - files:
                del known.files[gone]
        return known

    known = Places([], [str(folder)])
    seer = witness(places)
    (folder / "b.yaml").write_text("b")
    assert until(lambda: seer.told(folder) == 1 and seer.watch.tally.files == 2)
    (folder / "b.yaml").write_text("b again")
    assert seer.has(folder / "b.yaml", b"b again")
    (folder / "b.yaml").unlink()
    assert until(lambda: seer.told(folder) == 2 and seer.watch.tally.files == 1)
    assert seer.looks()
    assert (seer.told(folder), seer.told(folder / "a.yaml")) == (2, 0)


def test_what_changed_before_it_started_is_told(backend: str, folder: Path, witness: Make) -> None:
    """Given what the program read, a watch tells of what is other by now, and of nothing else."""
    same, touched, other, new, gone = (folder / f"{name}.yaml" for name in ("same", "touched", "other", "new", "gone"))
    for file in (same, touched, other, gone):
        file.write_text("before")
    known: dict[str, Content | None] = {}
    for file in (same, touched, other, gone):
        known[str(file)] = Content.of(*read_with_key(str(file), DEFAULT_BUDGET))
    known[str(new)] = ABSENT
    listed = key_of(os.stat(folder))
    os.utime(touched)
    other.write_text("after!")
    new.write_text("new")
    gone.unlink()
    seer = witness(Places(known, {str(folder): listed}))
    assert seer.has(new, b"new")
    assert seer.has(other, b"after!")
    assert seer.has(gone, None)
    assert seer.looks()
    assert seer.told(same) == seer.told(touched) == 0
    assert seer.told(folder) == 1
    told = [seen for seen in seer.seen if str(new) in seen.paths]
    assert [str(new) in seen.new for seen in told] == [True]


def test_what_is_no_file_is_reported_and_harms_nothing(backend: str, folder: Path, witness: Make) -> None:
    """A pipe, a directory or a device in a file's place is told as unreadable, and the file that returns as changed."""
    file = folder / "app.yaml"
    file.write_text("0")
    seer = witness(Places([str(file)]))
    for make, undo in (
        (lambda: os.mkfifo(file), file.unlink),
        (file.mkdir, file.rmdir),
        (lambda: file.symlink_to("/dev/zero"), file.unlink),
        (lambda: file.symlink_to(file.name), file.unlink),
    ):
        count = len(seer.seen)
        file.unlink()
        make()
        assert until(lambda: any(seen.unreadable for seen in seer.seen[count:]))  # noqa: B023 - called at once
        (told,) = [seen.unreadable[str(file)] for seen in seer.seen[count:] if seen.unreadable]
        assert told
        assert seer.looks()
        assert sum(bool(seen.unreadable) for seen in seer.seen[count:]) == 1
        undo()
        file.write_text("0")
        assert seer.has(file, b"0")
        seer.contents.clear()


UNREADABLE = """
import os, sys
from setpoint.watching.places import Places
from setpoint.watching.rhythm import Rhythm
from setpoint.watching.watch import Watch

def told(seen):
    for path, why in seen.unreadable.items():
        print("unreadable", why, flush=True)
    for path in seen.changed | seen.new:
        print("changed", open(path).read(), flush=True)

watch = Watch(lambda: places, told, rhythm=Rhythm(interval=0.05, quiet=0.05))
places = Places([sys.argv[1]], [os.path.dirname(sys.argv[1])])
watch.start()
if os.getuid() == 0:  # whom permissions do not bind
    os.setgid(65534)
    os.setuid(65534)
print("ready", flush=True)
sys.stdin.read()
watch.stop()
print(watch.tally.errors, flush=True)
"""


def test_a_file_that_may_not_be_read_is_reported_and_tried_again() -> None:
    """Permission that is taken away is told with its reason; given back, the file is seen again."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        file = folder / "app.yaml"
        file.write_text("0")
        file.chmod(0o644)
        child = subprocess.Popen(
            [sys.executable, "-c", UNREADABLE, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        alarm = threading.Timer(60, child.kill)  # who waits for a line must not do so for ever
        alarm.start()
        with child:
            assert child.stdin is not None
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            file.chmod(0o000)
            assert "Permission denied" in child.stdout.readline()
            file.chmod(0o644)
            assert child.stdout.readline() == "changed 0\n"
            folder.chmod(0o000)  # now the directory may be neither entered nor listed
            assert "Permission denied" in child.stdout.readline()
            assert "Permission denied" in child.stdout.readline()  # the file, and the directory's names
            folder.chmod(0o755)
            assert child.stdout.readline().startswith("changed ")
            child.stdin.close()
            assert child.stdout.readline() == "0\n"
        alarm.cancel()
        alarm.join()


def test_a_relative_path_is_refused() -> None:
    """What it means would change with the current directory."""
    for places in (["config/a.yaml"], {"a.yaml": None}):
        with pytest.raises(UsageError, match="absolute"):
            Places(places)
    with pytest.raises(UsageError, match="absolute"):
        Places([], ["config"])
