"""Where signals are scarce, lost, or not to be had."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

# Watches argv[1]/0 … argv[1]/3 and prints what it is told; for each line of its input, how it is doing.
WATCHING = """
import json, os, sys
folder = sys.argv[1]
from setpoint.watching.places import Places
from setpoint.watching.rhythm import Rhythm
from setpoint.watching.watch import Watch

files = [f"{folder}/{number}/app.yaml" for number in range(4)]
places = Places(files, [os.path.dirname(file) for file in files])

def told(seen):
    for path in sorted(seen.changed | seen.new):
        print(json.dumps([path, open(path).read()]), flush=True)

watch = Watch(lambda: places, told, rhythm=Rhythm(**json.loads(sys.argv[2])))
watch.start()
assert watch.look()  # the one at the start is over
print(json.dumps(watch.tally.to_dict()), flush=True)
for line in sys.stdin:
    print(json.dumps(watch.tally.to_dict()), flush=True)
watch.stop()
"""

# What a limit does to the calls, for systems on which an ordinary user can set none.
PRETENDED = """
import errno, os
from setpoint import platform
from setpoint.watching import inotify, signals
limits = {limits!r}
given = set()
open_inotify, add_watch = inotify.open_inotify, inotify.add_inotify_watch
def limited_open():
    if limits.get("instances") == 0:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    return open_inotify()
def limited_add(descriptor, directory, mask):
    if len(given | {{directory}}) > limits.get("watches", 1_000_000):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    given.add(directory)
    return add_watch(descriptor, directory, mask)
inotify.open_inotify, inotify.add_inotify_watch = limited_open, limited_add
"""


class Child:
    """A process that watches four files, under limits of the kernel."""

    def __init__(self, folder: Path, limits: dict[str, int] | None = None, **rhythm: float) -> None:
        self.folder = folder
        for number in range(4):
            (folder / str(number)).mkdir()
            (folder / str(number) / "app.yaml").write_text("0")
        code = WATCHING
        command = []
        if limits and not can_limit():
            code = PRETENDED.format(limits=limits) + code
        elif limits:
            # A user namespace has limits of its own (namespaces(7)), which bind this process alone.
            settings = [f"echo {most} >/proc/sys/user/max_inotify_{what}" for what, most in limits.items()]
            command = ["unshare", "--user", "--map-root-user", "sh", "-c", " && ".join([*settings, 'exec "$@"']), "sh"]
        options = {"interval": 0.1, "quiet": 0.1, "poll_interval": 0.05, "poll_quiet": 0.05} | rhythm
        self.process = subprocess.Popen(
            [*command, sys.executable, "-c", code, str(folder), json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._alarm = threading.Timer(60, self.process.kill)  # who waits for an answer must not do so for ever
        self._alarm.start()
        self.first = self.answer()

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *failure: object) -> None:
        self.process.kill() if failure[0] else self.process.stdin.close()  # type: ignore[union-attr]
        assert self.process.stdout is not None
        self.process.stdout.close()
        status = self.process.wait(60)
        self._alarm.cancel()
        self._alarm.join()
        assert status == 0 or failure[0]

    def answer(self) -> dict[str, object]:
        assert self.process.stdout is not None
        answer = json.loads(self.process.stdout.readline())
        return dict(answer) if isinstance(answer, dict) else {"told": answer}

    def tally(self) -> dict[str, object]:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.answer()

    def write(self, number: int, text: str) -> None:
        file, new = self.folder / str(number) / "app.yaml", self.folder / "new"
        new.write_text(text)
        new.replace(file)
        assert self.answer() == {"told": [str(file), text]}


def can_limit() -> bool:
    """Whether this process may have a user namespace with an inotify limit of its own."""
    try:
        done = subprocess.run(
            ["unshare", "--user", "--map-root-user", "sh", "-c", "echo 7 >/proc/sys/user/max_inotify_watches"],
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return False
    return done.returncode == 0


def test_without_limits_nothing_is_polled(tmp_path: Path) -> None:
    """All four directories are heard: the control of the tests below."""
    with Child(tmp_path, interval=1000) as child:
        assert (child.first["backend"], child.first["reason"]) == ("inotify", None)
        for number in range(4):
            child.write(number, "1")
        tally = child.tally()
    assert tally["errors"] == tally["polls"] == tally["found_by_reconcile"] == 0


def test_when_the_watches_run_out_the_rest_is_polled(tmp_path: Path) -> None:
    """With max_user_watches reached, every change is still seen, and the reason is told."""
    with Child(tmp_path, {"watches": 2}) as child:
        assert child.first["backend"] == "inotify"
        assert "2/app.yaml" not in str(child.first["reason"])
        assert f"{tmp_path}/2 and 1 more: no further directory can be followed" in str(child.first["reason"])
        assert "max_user_watches" in str(child.first["reason"])
        for text in "12":
            for number in range(4):
                child.write(number, text)
        tally = child.tally()
    assert tally["errors"] == 0
    assert tally["polls"] != 0


def test_when_there_is_no_instance_everything_is_polled(tmp_path: Path) -> None:
    """With max_user_instances reached, every change is still seen, and the reason is told."""
    with Child(tmp_path, {"instances": 0}) as child:
        assert child.first["backend"] == "polling"
        assert "max_user_instances" in str(child.first["reason"])
        for text in "12":
            for number in range(4):
                child.write(number, text)
        tally = child.tally()
    assert tally["errors"] == tally["signals"] == 0


LATER = """
import os, resource, sys, time
from setpoint.watching.places import Places
from setpoint.watching.rhythm import Rhythm
from setpoint.watching.watch import Watch
places = Places([sys.argv[1]], [os.path.dirname(sys.argv[1])])
watch = Watch(lambda: places, lambda seen: None, rhythm=Rhythm(poll_interval=0.02, poll_quiet=0.02))
watch.start(); watch.stop()  # everything is imported
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
highest = max(int(number) for number in os.listdir("/proc/self/fd"))
resource.setrlimit(resource.RLIMIT_NOFILE, (highest, hard))
held = []
try:
    while True:
        held.append(os.dup(0))
except OSError:
    pass
watch.start()
print(watch.tally.backend, watch.tally.reason, flush=True)
for descriptor in held:
    os.close(descriptor)
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
end = time.monotonic() + 30
while watch.tally.backend != "inotify" and time.monotonic() < end:
    time.sleep(0.01)
print(watch.tally.backend, watch.tally.reason, watch.tally.errors)
"""


def test_signals_are_tried_again(tmp_path: Path) -> None:
    """A process without a free descriptor polls, says why, and hears signals as soon as it can."""
    (tmp_path / "app.yaml").write_text("0")
    done = subprocess.run(
        [sys.executable, "-c", LATER, str(tmp_path / "app.yaml")],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    first, second = done.stdout.splitlines()
    assert first.startswith("polling no further inotify instance or file can be opened")
    assert second == "inotify None 0"


def make_events(folder: Path, count: int) -> None:
    for number in range(count // 3):  # created, closed and removed
        name = f"{folder}/{number}"
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
        os.unlink(name)


def test_what_changed_while_the_process_was_stopped_is_seen(tmp_path: Path) -> None:
    """After twice the events that the kernel keeps (16,384 by default), it sees the change, and counts the loss."""
    kept = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    with Child(tmp_path, interval=1000) as child:  # it is the loss that makes it look
        os.kill(child.process.pid, signal.SIGSTOP)
        make_events(tmp_path / "0", 2 * kept)
        for number in range(4):
            (tmp_path / str(number) / "app.yaml").write_text("after")
        os.kill(child.process.pid, signal.SIGCONT)
        told = sorted(str(child.answer()["told"]) for _ in range(4))
        assert told == [f"['{tmp_path}/{number}/app.yaml', 'after']" for number in range(4)]
        tally = child.tally()
        assert tally["overflows"] == 1
        assert tally["errors"] == 0


def test_signals_of_others_change_nothing(tmp_path: Path) -> None:
    """Many signals about files that do not matter do not keep the ones that do from being seen."""
    with Child(tmp_path) as child:
        for number in range(20):
            make_events(tmp_path / "0", 300)
            child.write(0, str(number + 1))
        assert child.tally()["errors"] == 0


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "9p"])
def test_a_network_file_system_is_polled_too(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other machines' changes make no signal, so its directories are looked at as often as without any."""
    from setpoint.history import network
    from setpoint.watching.places import Places

    from .witness import Witness

    monkeypatch.delenv("SETPOINT_PORTABLE", raising=False)
    monkeypatch.setattr(network, "network_file_system", lambda folder: kind)
    seer = Witness(Places([str(tmp_path / "app.yaml")]))
    with seer.watch:
        assert seer.watch.tally.backend == "inotify"
        assert f"type {kind}" in str(seer.watch.tally.reason)
        (tmp_path / "app.yaml").write_text("0")
        assert seer.has(tmp_path / "app.yaml", b"0")
        assert seer.looks()
        assert seer.watch.tally.polls > 0
