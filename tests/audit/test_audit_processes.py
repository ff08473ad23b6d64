"""Several processes and threads on one trail, forks, and processes that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from setpoint.audit import AuditTrail

WRITER = """\
import sys
from setpoint.audit import AuditTrail
trail = AuditTrail(sys.argv[1], timeout=60)
for number in range(int(sys.argv[3])):
    made = trail.append(who=sys.argv[2], token=None, address=None, request=None, action="set", outcome="done",
                        detail="x" * (number * 97 % 1500))
    print(made.number, flush=True)
"""
KILLED = int(os.environ.get("SETPOINT_EXAMPLES", "100")) // 20  # rounds


def writer(folder: Path, who: str, count: int) -> subprocess.Popen[str]:
    """A process that appends, and prints the number of each entry that was acknowledged."""
    command = [sys.executable, "-c", WRITER, str(folder), who, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_four_processes_append_fifty_entries_each(tmp_path: Path) -> None:
    """Every number is given once, none is missing, and the chain holds."""
    writers = [writer(tmp_path, who, 50) for who in "abcd"]
    numbers = [int(line) for one in writers for line in one.communicate(timeout=120)[0].split()]
    assert sorted(numbers) == list(range(1, 201))
    trail = AuditTrail(tmp_path)
    assert trail.verify() == ()
    assert [len(trail.entries(who=who)) for who in "abcd"] == [50] * 4


def test_threads_share_a_trail_and_have_their_own(tmp_path: Path) -> None:
    """Through one object or several, nothing is lost."""
    shared = AuditTrail(tmp_path)
    facts = {"token": None, "address": None, "request": None}

    def work(trail: AuditTrail, who: str) -> None:
        for _ in range(10):
            trail.append(who=who, **facts, action="set", outcome="done")

    pairs = [(shared, "a"), (shared, "b"), (AuditTrail(tmp_path), "c")]
    threads = [threading.Thread(target=work, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shared.entries(limit=None)) == 30
    assert shared.verify() == ()


def test_a_killed_process_leaves_a_trail_that_holds(tmp_path: Path) -> None:
    """Everything that it was told is on record is on record, and others go on."""
    acknowledged = 0
    for round_number in range(max(3, KILLED)):
        process = writer(tmp_path, f"w{round_number}", 10_000)
        assert process.stdout is not None
        for _ in range(5 + round_number):
            acknowledged = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        told = [line for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
        process.wait(timeout=30)
        process.stdout.close()
        acknowledged = int(told[-1]) if told else acknowledged
        trail = AuditTrail(tmp_path)
        assert trail.verify() == ()
        assert trail.entries(limit=1)[0].number >= acknowledged


def test_a_forked_child_goes_on_with_the_trail(tmp_path: Path) -> None:
    """Its entries and those of its parent are one chain."""
    trail = AuditTrail(tmp_path)
    facts = {"token": None, "address": None, "request": None}
    trail.append(who="parent", **facts, action="set", outcome="done")
    child = os.fork()
    if not child:
        trail.append(who="child", **facts, action="set", outcome="done")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    trail.append(who="parent", **facts, action="set", outcome="done")
    assert [one.who for one in trail.entries()] == ["parent", "child", "parent"]
    assert trail.verify() == ()
