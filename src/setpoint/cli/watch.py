"""``setpoint watch``: what happens to configuration, as it happens."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from types import FrameType

    from ..bus.stream import EventStream
    from ..events import Event
    from ..system import ConfigSystem
    from .happening import Teller

HELP = "follow the files, and say what happens as it happens"
EXAMPLE = "setpoint -c config watch messaging"

_TICK = 0.5  # seconds between looks whether there is still somebody who reads
_MOST = 86_400.0 * 365


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the documents, and what ends it."""
    parser.add_argument("names", metavar="NAME", nargs="*", help="a document (default: all of them)")
    parser.add_argument("--count", metavar="N", type=_count, help="end after N events")
    parser.add_argument("--seconds", metavar="S", type=_seconds, help="end after S seconds")


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("at least one event")
    return number


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= _MOST:
        raise ValueError("a number of seconds, of at most a year")
    return seconds


def run(args: argparse.Namespace) -> int:
    """Print what is watched, and then each event, until Ctrl-C or SIGTERM: then the exit code is 0."""
    from ..system import ConfigSystem

    # What a program would do at its start with a document that is bad is no matter of watching it.
    system = ConfigSystem(args.config_dir, profile=args.profile, on_invalid="raise")
    for name in args.names:
        system.entry(name)
    try:
        with _ended_by_signals(), system:
            system._reloading.recorder.is_off = True  # whoever only looks leaves no trace
            _watch(system, args)
    except KeyboardInterrupt:
        return 0
    return 0


def _watch(system: ConfigSystem, args: argparse.Namespace) -> None:
    from .happening import Teller

    until = float("inf") if args.seconds is None else time.monotonic() + args.seconds
    teller = Teller(system, args.names, args.format)
    with system.events() as events:
        _follow(system)
        teller.begin()
        for told, event in enumerate(_coming(events, until, teller), 1):
            teller.tell(event)
            if told == args.count:
                return


def _follow(system: ConfigSystem) -> None:
    """Follow every document; one that is not valid now is an event like any that becomes so later."""
    from contextlib import suppress

    from ..errors import SetpointError

    bad = []
    for name in system.listing().entries:
        try:
            system.load_config(name)
        except SetpointError:
            bad.append(name)
    system.start_hot_reload()
    names = [*bad, *system.listing().unusable]
    if names:
        with suppress(SetpointError):  # it is told by the looks that follow
            system._reloading.look(names=names)


def _coming(events: EventStream, until: float, teller: Teller) -> Iterator[Event]:
    """Yield the events that are to be told, until the time is up or nobody reads any more."""
    while True:
        remaining = until - time.monotonic()
        event = events.get(max(0.0, min(_TICK, remaining)))
        for news in (event, teller.waiting()):
            if news is not None and teller.concerns(news):
                yield news
        if event is None:
            if remaining <= 0:
                return
            _check_reader()


def _check_reader() -> None:
    """Raise ``BrokenPipeError`` when whoever read the output went away: without an event nothing else would say so."""
    import select

    if sys.stdout is None or not hasattr(select, "poll"):
        return
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):  # a stream without a descriptor, as tests use
        return
    poll = select.poll()
    poll.register(descriptor, 0)
    if any(flags & (select.POLLERR | select.POLLHUP) for _, flags in poll.poll(0)):
        raise BrokenPipeError


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """While it is entered, SIGTERM ends the command as Ctrl-C does."""
    import signal
    from threading import current_thread, main_thread

    if current_thread() is not main_thread():  # no signal arrives here
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt
