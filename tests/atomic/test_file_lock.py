"""The lock: one at a time among threads and processes, whatever happens to them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from setpoint.atomic.file_lock import FileLock
from setpoint.atomic.write import write_file
from setpoint.errors import UnavailableError, UsageError

HOLD = """
import sys, time
from setpoint.atomic.file_lock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""
COUNT = """
import sys
from setpoint.atomic.file_lock import FileLock
from setpoint.atomic.write import write_file
folder, turns = sys.argv[1], int(sys.argv[2])
for _ in range(turns):
    with FileLock(f"{folder}/lock", 60):
        with open(f"{folder}/number", "rb") as file:
            before = file.read()
        write_file(f"{folder}/number", b"%d" % (int(before) + 1), expected=before)
"""


@pytest.fixture(params=["posix", "portable"])
def side(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both sides of the seam between operating systems."""
    if request.param == "portable":
        monkeypatch.setenv("SETPOINT_PORTABLE", "1")
    else:
        monkeypatch.delenv("SETPOINT_PORTABLE", raising=False)
    return str(request.param)


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def holding(lock: Path) -> subprocess.Popen[str]:
    """A process that has the lock."""
    process = start(HOLD, str(lock))
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_eight_processes_lose_no_increment(side: str, tmp_path: Path) -> None:
    """Each adds one 15 times, in a file, under the lock: the total is exact."""
    (tmp_path / "number").write_bytes(b"0")
    counters = [start(COUNT, str(tmp_path), "15") for _ in range(8)]
    for counter in counters:
        counter.communicate(timeout=120)
    assert [counter.returncode for counter in counters] == [0] * 8
    assert (tmp_path / "number").read_bytes() == b"120"


def test_eight_threads_lose_no_increment(side: str, tmp_path: Path) -> None:
    """The same among threads, half of which share one lock object."""
    number = tmp_path / "number"
    number.write_bytes(b"0")
    shared = FileLock(str(tmp_path / "lock"), 60)

    def count(own: FileLock) -> None:
        for _ in range(15):
            with own:
                before = number.read_bytes()
                write_file(str(number), b"%d" % (int(before) + 1), expected=before)

    own = [shared if turn % 2 else FileLock(str(tmp_path / "lock"), 60) for turn in range(8)]
    threads = [threading.Thread(target=count, args=(lock,)) for lock in own]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert number.read_bytes() == b"120"


def test_who_waits_too_long_is_told_who_holds_it(side: str, tmp_path: Path) -> None:
    """The error has exit code 5 and the holder's process id; after that the lock can be had as before."""
    lock = tmp_path / "lock"
    holder = holding(lock)
    with pytest.raises(UnavailableError, match=rf"^messaging: .* process {holder.pid},.* within 0.05 s") as caught:
        FileLock(str(lock), 0.05, shown="messaging").acquire()
    assert caught.value.exit_code == 5
    holder.communicate("\n", timeout=60)
    with FileLock(str(lock), 0) as held:
        assert held.held
    assert not held.held


def test_who_waits_gets_it_when_it_is_given_back(side: str, tmp_path: Path) -> None:
    """Among threads: the second comes when the first leaves, not before."""
    order: list[str] = []
    first = FileLock(str(tmp_path / "lock"))
    first.acquire()

    def second() -> None:
        with FileLock(str(tmp_path / "lock"), 60):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    time.sleep(0.05)
    order.append("first")
    first.release()
    thread.join()
    assert order == ["first", "second"]


def test_a_killed_process_holds_nothing(side: str, tmp_path: Path) -> None:
    """The kernel takes the lock from a process that dies by SIGKILL."""
    holder = holding(tmp_path / "lock")
    holder.send_signal(signal.SIGKILL)
    holder.communicate(timeout=60)
    with FileLock(str(tmp_path / "lock"), 0):
        pass


def test_a_thread_does_not_wait_for_itself(side: str, tmp_path: Path) -> None:
    """Taking it twice is told at once, by whatever path, and it stays held."""
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    with FileLock(str(tmp_path / "lock"), 60) as held:
        for again in (held, FileLock(str(tmp_path / "link" / "lock"), 60)):
            with pytest.raises(UsageError, match="this thread holds the lock already"):
                again.acquire()
        assert held.held
    with pytest.raises(UsageError, match="not held"):
        held.release()


def test_a_forked_child_has_not_the_lock_and_cannot_end_it(side: str, tmp_path: Path) -> None:
    """The child leaves the block it was forked in, and waits for its parent like everybody else."""
    lock = str(tmp_path / "lock")
    with FileLock(lock) as held:
        child = os.fork()
        if child == 0:
            seen = [held.held]
            held.__exit__(None, None, None)
            try:
                FileLock(lock, 0).acquire()
            except UnavailableError:
                seen.append(False)
            os._exit(0 if seen == [False, False] else 1)
        assert os.waitpid(child, 0)[1] == 0
        other = start(
            "import sys\nfrom setpoint.atomic.file_lock import FileLock\nFileLock(sys.argv[1], 0).acquire()", lock
        )
        other.communicate(timeout=60)
        assert other.returncode == 1  # still the parent's
        assert held.held


def test_a_forked_child_does_not_keep_the_lock_alive(side: str, tmp_path: Path) -> None:
    """When the parent is killed, a child that lives on does not hold its lock."""
    code = HOLD.replace('print("held"', 'import os\n    if os.fork() == 0: time.sleep(60)\n    print("held"')
    holder = start(code, str(tmp_path / "lock"))
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    children = Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text().split()
    try:
        holder.kill()
        holder.wait(timeout=60)
        with FileLock(str(tmp_path / "lock"), 5):
            pass
    finally:
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        holder.communicate(timeout=60)


def test_a_child_forked_while_its_parent_waits_does_not_keep_the_lock_alive(side: str, tmp_path: Path) -> None:
    """Nor does it when the parent got the lock after the fork."""
    code = """
import os, sys, threading, time
from setpoint.atomic.file_lock import FileLock
waiting = threading.Thread(target=lambda: (FileLock(sys.argv[1], 60).acquire(), print("held", flush=True)))
waiting.start()
time.sleep(0.2)
import warnings
warnings.simplefilter("ignore")
child = os.fork()
if child == 0:
    time.sleep(60)
print(child, flush=True)
time.sleep(60)
"""
    with FileLock(str(tmp_path / "lock")):
        waiter = start(code, str(tmp_path / "lock"))
        assert waiter.stdout is not None
        child = int(waiter.stdout.readline())
    try:
        assert waiter.stdout.readline() == "held\n"
        waiter.kill()
        waiter.wait(timeout=60)
        with FileLock(str(tmp_path / "lock"), 5):
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        waiter.communicate(timeout=60)


def test_forking_while_threads_lock_leaves_no_lock_behind(side: str, tmp_path: Path) -> None:
    """Children forked at any moment of other threads' locking can lock what those threads gave back."""
    done = threading.Event()
    lock = str(tmp_path / "lock")

    def keep_locking() -> None:
        while not done.is_set():
            with FileLock(lock, 60):
                pass

    threads = [threading.Thread(target=keep_locking) for _ in range(2)]
    for thread in threads:
        thread.start()
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # forking beside threads is what is tested here
            for _ in range(20):
                child = os.fork()
                if child == 0:
                    try:
                        with FileLock(lock, 30):
                            os._exit(0)
                    finally:
                        os._exit(1)
                assert os.waitpid(child, 0)[1] == 0
    finally:
        done.set()
        for thread in threads:
            thread.join()


def test_a_lock_file_that_somebody_removed_is_made_again(tmp_path: Path) -> None:
    """Who waits for the lock of a file without a name does not get it: it would keep nobody out."""
    lock = tmp_path / "lock"
    holder = holding(lock)
    lock.unlink()
    with FileLock(str(lock), 0) as held:
        assert held.held
        assert f"process {os.getpid()} " in lock.read_text()
    holder.communicate("\n", timeout=60)


def test_a_lock_that_cannot_be_had_is_told(side: str, tmp_path: Path) -> None:
    """No directory for it, a directory in its place, an impossible name."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.portable").mkdir()
    with pytest.raises(UnavailableError, match="cannot be locked"):
        FileLock(str(tmp_path / "nowhere" / "lock"), 0).acquire()
    with pytest.raises(UnavailableError, match="cannot be locked"):
        FileLock(str(tmp_path / "folder"), 0).acquire()
    with pytest.raises(UsageError):
        FileLock("a\0b", 0).acquire()


def test_a_lock_file_of_another_user_is_told() -> None:
    """The message names the lock file, which is what has to change."""
    assert os.geteuid() == 0, "this test changes the user of a child process: run it as root, as CI does"
    code = """
import fcntl, os, sys
from setpoint.atomic.file_lock import FileLock
from setpoint.errors import UnavailableError
os.setuid(65534)
try:
    FileLock(sys.argv[1], 0, shown="messaging").acquire()
except UnavailableError as error:
    print(error)
"""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        lock = Path(folder) / "lock"
        with FileLock(str(lock)):
            pass
        said, _ = start(code, str(lock)).communicate(timeout=60)
    assert said.startswith(f"messaging: cannot be locked: this user may not write the lock file {lock}; ")


def test_the_lock_file_is_private(side: str, tmp_path: Path) -> None:
    """It is for its owner only, and nothing is left open."""
    opened = len(os.listdir("/proc/self/fd"))
    before = os.umask(0)
    try:
        for _ in range(5):
            with FileLock(str(tmp_path / "lock")):
                pass
    finally:
        os.umask(before)
    assert [file.stat().st_mode & 0o077 for file in tmp_path.iterdir() if file.suffix != ".portable"] == [0]
    assert len(os.listdir("/proc/self/fd")) == opened
