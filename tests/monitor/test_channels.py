"""Telling people of alerts: by the log, a command, a webhook, a channel of the program; and no channel does harm."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from monitored import until
from receiver import KEY, Receiver, event, go_on, receiving

from setpoint.errors import UsageError
from setpoint.monitor.alert import AlertResolved
from setpoint.monitor.channel import DeliveryError
from setpoint.monitor.channel_command import CommandChannel
from setpoint.monitor.channel_queue import ChannelQueue
from setpoint.monitor.channels import Channels
from setpoint.platform import host_name

SOURCE = str(Path(__file__).parents[2] / "src")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver for one test."""
    with receiving() as server:
        yield server


# -- the command ---------------------------------------------------------------------------------------------------


def test_a_command_gets_the_event(tmp_path: Path) -> None:
    """As JSON on its standard input; its arguments are not looked at by a shell."""
    out = tmp_path / "out"
    code = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read() + sys.argv[2])"
    CommandChannel([sys.executable, "-c", code, str(out), "$(touch x); *"]).send(event().to_dict(), go_on)
    text = out.read_text()
    assert json.loads(text.removesuffix("$(touch x); *"))["alert"]["message"] == "it is hot"


def test_a_command_that_fails_is_told() -> None:
    """By its exit code, or why it cannot be started."""
    with pytest.raises(DeliveryError, match="ended with exit code 3"):
        CommandChannel([sys.executable, "-c", "raise SystemExit(3)"]).send({}, go_on)
    with pytest.raises(DeliveryError, match="/no/such/thing cannot be started: No such file or directory"):
        CommandChannel(["/no/such/thing"]).send({}, go_on)
    CommandChannel([sys.executable, "-c", ""]).send({"much": "x" * 1_000_000}, go_on)  # reads nothing of it


def test_a_command_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    """After its timeout."""
    file = tmp_path / "pid"
    code = 'sleep 60 & echo $! > "$0"; wait'  # what the second is for is not starting an interpreter
    began = time.monotonic()
    with pytest.raises(DeliveryError, match="took longer than 1 s, and was killed"):
        CommandChannel(["sh", "-c", code, str(file)], timeout=1.0).send({}, go_on)
    assert time.monotonic() - began < 10
    pid = int(file.read_text())
    until(lambda: is_gone(pid))


def is_gone(pid: int) -> bool:
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


# -- the queue -----------------------------------------------------------------------------------------------------


class Slow:
    """A channel that sends when it may."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.sent: list[Any] = []

    def send(self, message: Any, pause: Callable[[float], bool]) -> None:
        assert self.may.wait(30)
        self.sent.append(message)


def test_messages_are_sent_in_order_and_the_oldest_of_too_many_is_dropped(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody waits for it, and it is counted and logged."""
    slow = Slow()
    queue = ChannelQueue("slow", slow, most=5)
    with caplog.at_level(logging.WARNING, "setpoint.monitor"):
        for number in range(20):
            queue.put({"number": number})
        slow.may.set()
        assert queue.close(30)
    numbers = [one["number"] for one in slow.sent]
    assert numbers == sorted(numbers)
    assert numbers[-5:] == [15, 16, 17, 18, 19]
    assert queue.stats() == {
        "sent": len(numbers),
        "failed": 0,
        "dropped": 20 - len(numbers),
        "waiting": 0,
        "last_error": None,
    }
    assert "does not keep up" in caplog.text


def test_a_channel_that_raises_is_counted_and_logged_without_what_it_said(caplog: pytest.LogCaptureFixture) -> None:
    """Its message may quote a secret; the next message is sent."""

    class Odd:
        def send(self, message: Any, pause: Callable[[float], bool]) -> None:
            raise RuntimeError(KEY)

    queue = ChannelQueue("odd", Odd())
    with caplog.at_level(logging.WARNING, "setpoint.monitor"):
        queue.put({})
        queue.put({})
        assert queue.close(30)
    stats = queue.stats()
    assert (stats["failed"], stats["last_error"]) == (2, "it raised RuntimeError")
    assert "the channel odd could not tell of an alert: it raised RuntimeError" in caplog.text
    assert KEY not in caplog.text


def test_closing_does_not_wait_for_ever() -> None:
    """What waits is dropped, and a pause between two attempts is broken off; the channel can be used again."""
    began = threading.Event()

    class Patient:
        def send(self, message: Any, pause: Callable[[float], bool]) -> None:
            began.set()
            if message and not pause(3600):
                raise DeliveryError("broken off")

    queue = ChannelQueue("patient", Patient())
    queue.put({"a": 1})
    queue.put({"a": 2})
    assert began.wait(30)
    before = time.monotonic()
    assert not queue.close(0.05)
    assert time.monotonic() - before < 5
    until(lambda: not queue.stats()["waiting"])
    assert (queue.stats()["failed"], queue.stats()["dropped"]) == (1, 1)
    queue.put({})
    assert queue.close(30)
    assert queue.stats()["sent"] == 1


def test_a_forked_child_sends_by_a_thread_of_its_own() -> None:
    """Also when its parent was about to send."""
    slow = Slow()
    queue = ChannelQueue("slow", slow)
    queue.put({"of": "parent"})
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python says that threads and fork do not mix
        child = os.fork()
    if child == 0:
        status = 1
        try:
            slow.may = threading.Event()
            slow.may.set()
            queue.put({"of": "child"})
            done = queue.close(20)
            status = 0 if done and slow.sent == [{"of": "child"}] else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    slow.may.set()
    assert queue.close(30)
    assert slow.sent == [{"of": "parent"}]


# -- all of them ---------------------------------------------------------------------------------------------------


def test_without_settings_alerts_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    """By severity, in one line each, in which nothing can act on whoever reads it."""
    channels = Channels.of({})
    with caplog.at_level(logging.INFO, "setpoint.alerts"):
        channels.deliver([event("critical", "a\n\x1b[31mb"), event("low"), event(kind=AlertResolved)])
        assert channels.close(30)
    assert [(one.levelname, one.getMessage()) for one in caplog.records] == [
        ("CRITICAL", "raised: heat (oven), critical: a\\n\\x1b[31mb"),
        ("INFO", "raised: heat (oven), low: it is hot"),
        ("INFO", "resolved: heat (oven), high: it is hot"),
    ]
    assert channels.stats()["log"]["sent"] == 3


def test_settings_say_who_is_told_of_what(receiver: Receiver, tmp_path: Path) -> None:
    """Each channel from a severity on, with or without what is over; secrets come from the environment."""
    out = tmp_path / "out"
    code = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + '\\n')"
    settings = {
        "channels": {
            "log": {"type": "log", "enabled": False},
            "hook": {"type": "webhook", "url_from": "HOOK", "key_from": "HOOK_KEY", "severity": "high"},
            "file": {"type": "command", "argv": [sys.executable, "-c", code, str(out)], "resolved": False},
        }
    }
    channels = Channels.of(settings, {"HOOK": receiver.url, "HOOK_KEY": KEY})
    channels.deliver([event("low"), event("critical"), event(kind=AlertResolved)])
    assert channels.close(30)
    assert list(channels.stats()) == ["hook", "file"]
    told = [json.loads(body) for _, _, body in receiver.got]
    assert [(one["event"], one["alert"]["severity"]) for one in told] == [
        ("alertraised", "critical"),
        ("alertresolved", "high"),
    ]
    assert {(one["source"], one["host"], one["process"]) for one in told} == {("setpoint", host_name(), os.getpid())}
    assert [json.loads(line)["alert"]["severity"] for line in out.read_text().splitlines()] == ["low", "critical"]


def test_one_channel_does_not_wait_for_another() -> None:
    """A program's own channel is any object that can send."""
    slow, quick = Slow(), Slow()
    quick.may.set()
    channels = Channels()
    channels.add("slow", slow)
    channels.add("quick", quick)
    channels.deliver([event()])
    until(lambda: quick.sent)
    assert (len(quick.sent), len(slow.sent)) == (1, 0)
    slow.may.set()
    assert channels.close(30)
    with pytest.raises(UsageError, match="it is one of low"):
        channels.add("odd", slow, severity="dire")


@pytest.mark.parametrize(
    ("channel", "message"),
    [
        ({"type": "webhook"}, r"\[monitor.channels.a\]: either url, or url_from"),
        ({"type": "webhook", "url": "http://a/", "url_from": "B"}, "either url, or url_from"),
        ({"type": "webhook", "url_from": "GONE"}, "the environment variable GONE, named by url_from, is not set"),
        ({"type": "webhook", "url": "http://a/", "key_from": "GONE"}, "GONE, named by key_from, is not set"),
        ({"type": "webhook", "url": "gopher://a/"}, r"\[monitor.channels.a\]: the address of a webhook"),
        ({"type": "command"}, "argv is missing"),
        ({"type": "pigeon"}, "type is log, command or webhook"),
    ],
)
def test_a_channel_that_lacks_something_is_refused(channel: dict[str, Any], message: str) -> None:
    """With the place in the settings."""
    with pytest.raises(UsageError, match=message):
        Channels.of({"channels": {"a": channel}}, {})


def test_a_program_that_ends_has_told_what_it_knew(receiver: Receiver, tmp_path: Path) -> None:
    """What was handed over just before its end is sent; and one that hangs does not keep it from ending."""
    script = tmp_path / "ending.py"
    script.write_text(
        # A second is given to what is told at the end, which is not for importing on a busy machine.
        "import sys, hmac, http.client, json, random, urllib.request\n"
        "from setpoint.monitor.alert import Alert, AlertRaised\n"
        "from setpoint.monitor.channels import Channels\n"
        "settings = {'channels': {'hook': {'type': 'webhook', 'url': sys.argv[1], 'timeout': 60}}}\n"
        "channels = Channels.of(settings)\n"
        "alert = Alert('1', 'heat', '', 7, severity='high', message='hot', raised=5.0)\n"
        "channels.deliver([AlertRaised(alert, at=6.0)])\n"
    )
    for number, delay in ((1, 0.0), (2, 60.0)):
        receiver.delay = delay
        subprocess.run(
            [sys.executable, script, receiver.url], env={**os.environ, "PYTHONPATH": SOURCE}, timeout=30, check=True
        )
        until(lambda number=number: len(receiver.got) == number)  # the last one may be on its way still
    assert [json.loads(body)["alert"]["message"] for _, _, body in receiver.got] == ["hot", "hot"]
