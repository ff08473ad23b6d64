"""Every way in which programs save files, seen by signals and by looking."""

from __future__ import annotations

import math
import mmap
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from setpoint.watching.places import Places

from .witness import BY_SIGNALS

ROUNDS = 3

Make = Callable[..., object]


def text(number: int) -> bytes:
    """The same length for every number, so that no size gives a change away."""
    return b"number: %06d\n" % number * 20


def in_place(file: Path, data: bytes) -> None:
    file.write_bytes(data)


def truncated_and_slow(file: Path, data: bytes) -> None:
    with file.open("wb", buffering=0) as stream:
        for start in range(0, len(data), 100):
            stream.write(data[start : start + 100])
            time.sleep(0.01)


def over_in_place(file: Path, data: bytes) -> None:
    with file.open("r+b") as stream:
        stream.write(data)


def temporary_and_rename(file: Path, data: bytes) -> None:
    temporary = file.with_name(f".{file.name}.tmp")
    temporary.write_bytes(data)
    temporary.replace(file)


def temporary_elsewhere(file: Path, data: bytes) -> None:
    temporary = file.parent.parent / "temporary"
    temporary.write_bytes(data)
    temporary.replace(file)


def vim_renames(file: Path, data: bytes) -> None:
    backup = file.with_name(file.name + "~")
    file.rename(backup)
    file.write_bytes(data)
    backup.unlink()


def vim_copies(file: Path, data: bytes) -> None:
    backup = file.with_name(file.name + "~")
    shutil.copy2(file, backup)
    file.write_bytes(data)
    backup.unlink()


def sed_i(file: Path, data: bytes) -> None:
    line = data.splitlines()[0].decode()
    subprocess.run(["sed", "-i", f"s/^number: .*/{line}/", str(file)], check=True)


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


def hard_linked_with_its_time_restored(file: Path, data: bytes) -> None:
    status = file.stat()
    through_a_hard_link(file, data)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


# A name is replaced in one step: nobody can find anything else than the old or the new.
IN_ONE_STEP = [temporary_and_rename, temporary_elsewhere, sed_i, like_rsync]

# Nothing happens in the directory of the file, so no signal tells of it.
ELSEWHERE = [through_a_hard_link, hard_linked_with_its_time_restored]

SAVES = [
    in_place,
    truncated_and_slow,
    over_in_place,
    temporary_and_rename,
    temporary_elsewhere,
    vim_renames,
    vim_copies,
    sed_i,
    cp_p,
    like_rsync,
    deleted_and_made_again,
    mapped,
    through_a_hard_link,
    with_its_time_restored,
    hard_linked_with_its_time_restored,
]


@pytest.mark.parametrize("save", SAVES, ids=lambda save: save.__name__)
def test_what_was_saved_is_seen_each_time(
    save: Callable[[Path, bytes], None], backend: str, folder: Path, witness: Make
) -> None:
    """However a file is saved, what it holds in the end is seen; where a signal tells that it is whole, seen once."""
    file = folder / "app.yaml"
    file.write_bytes(text(0))
    by_signals = backend == "signals" and save not in ELSEWHERE
    seer = witness(Places([str(file)]), **BY_SIGNALS if by_signals else {})
    for number in range(1, ROUNDS + 1):
        save(file, text(number))
        assert seer.has(file, text(number))
    assert seer.looks(1)
    told = seer.contents[str(file)]
    assert told[-1] == text(ROUNDS)
    if by_signals or save in IN_ONE_STEP:
        assert told == [text(number) for number in range(1, ROUNDS + 1)], "something was told that nobody saved"
    if by_signals:
        assert seer.watch.tally.found_by_reconcile == 0
    assert seer.watch.tally.backend == ("inotify" if backend == "signals" else "polling")


def touched(file: Path) -> None:
    os.utime(file)


def chmodded(file: Path) -> None:
    file.chmod(0o600)
    file.chmod(0o644)


def written_with_the_same(file: Path) -> None:
    file.write_bytes(file.read_bytes())


def replaced_by_the_same(file: Path) -> None:
    temporary_and_rename(file, file.read_bytes())


def moved_away_and_back(file: Path) -> None:
    file.rename(file.with_name("away"))
    file.with_name("away").rename(file)


def opened_for_writing(file: Path) -> None:
    file.open("ab").close()


WITH_A_GAP = [written_with_the_same, moved_away_and_back]


@pytest.mark.parametrize(
    "act",
    [touched, chmodded, written_with_the_same, replaced_by_the_same, moved_away_and_back, opened_for_writing],
    ids=lambda act: act.__name__,
)
def test_nothing_is_told_when_nothing_changed(
    act: Callable[[Path], None], backend: str, folder: Path, witness: Make
) -> None:
    """Touching a file, changing its mode, or writing the bytes it has is no change."""
    file = folder / "app.yaml"
    file.write_bytes(text(0))
    # In the middle of some it is empty, or gone, for as long as this process is kept waiting then.
    patient = {"quiet": 60, "poll_quiet": 60, "patience": 600} if act in WITH_A_GAP else {}
    seer = witness(Places([str(file)], [str(folder)]), **patient)
    for _ in range(ROUNDS):
        act(file)
        assert seer.looks(1)
    assert seer.seen == []
    like_rsync(file, text(1))  # it was not asleep
    assert seer.has(file, text(1))


def test_a_store_into_memory_that_stays_mapped_is_seen(backend: str, folder: Path, witness: Make) -> None:
    """A program that keeps a file mapped, and never closes it, is seen to change it."""
    file = folder / "app.yaml"
    file.write_bytes(text(0))
    seer = witness(Places([str(file)]))
    with file.open("r+b") as stream, mmap.mmap(stream.fileno(), len(text(0))) as memory:
        for number in range(1, ROUNDS + 1):
            memory[:] = text(number)
            memory.flush()
            assert seer.has(file, text(number))


def test_a_pause_inside_a_save_is_waited_for(folder: Path, witness: Make, backend: str) -> None:
    """A writer that pauses half way, though less than the quiet time, is never seen half done."""
    file = folder / "app.yaml"
    file.write_bytes(text(0))
    quiet = 0.5
    seer = witness(Places([str(file)]), quiet=quiet, poll_quiet=quiet, interval=0.02, poll_interval=0.02)
    took = math.inf
    number = 0
    while took >= quiet:  # this machine was too busy to do it in time
        number += 1
        assert number < 50
        seer.contents.clear()
        begun = time.monotonic()
        with file.open("wb", buffering=0) as stream:
            stream.write(text(number)[:100])
            assert seer.looks(3)
            stream.write(text(number)[100:])
        took = time.monotonic() - begun
        assert seer.has(file, text(number))
    assert seer.contents[str(file)] == [text(number)]


def test_a_file_that_is_written_to_all_the_time_is_told_of(folder: Path, witness: Make) -> None:
    """A writer that never pauses nor closes does not keep its file from being seen."""
    file = folder / "app.yaml"
    file.write_bytes(b"")
    seer = witness(Places([str(file)]), patience=0.3)
    begun = time.monotonic()
    with file.open("wb", buffering=0) as stream:
        while not seer.seen and time.monotonic() < begun + 30:
            stream.write(b"more\n")
            time.sleep(0.01)
    assert seer.seen


def test_many_saves_in_a_row_end_with_the_last(backend: str, folder: Path, witness: Make) -> None:
    """However many saves, there is a report for each time to settle at most, and the last content is seen."""
    file = folder / "app.yaml"
    file.write_bytes(text(0))
    settle = 0.05
    times = {"settle": settle, "settle_of_burst": settle, "longest_settle": settle, "poll_quiet": settle}
    seer = witness(Places([str(file)]), **times, **BY_SIGNALS)
    begun = time.monotonic()
    for number in range(1, 401):
        temporary_elsewhere(file, text(number))
    assert seer.has(file, text(400))
    took = time.monotonic() - begun
    assert seer.looks()
    assert len(seer.seen) <= took / settle + 1


def test_files_saved_together_are_told_together(folder: Path, witness: Make) -> None:
    """Ten files that are replaced, one within the time to settle after the other, are reported at once."""
    files = [folder / f"{number}.yaml" for number in range(10)]
    for file in files:
        file.write_bytes(text(0))
    settle = 0.2
    times = {"settle": settle, "settle_of_burst": settle, "longest_settle": 60}
    seer = witness(Places([str(file) for file in files]), **times, **BY_SIGNALS)
    took = math.inf
    number = 0
    while took >= settle:  # this machine was too busy to do it in time
        number += 1
        assert number < 50
        assert seer.looks(1)
        seer.seen.clear()
        begun = time.monotonic()
        for file in files:
            temporary_and_rename(file, text(number))
        took = time.monotonic() - begun
        assert all(seer.has(file, text(number)) for file in files)
    assert [seen.changed for seen in seer.seen] == [{str(file) for file in files}]
