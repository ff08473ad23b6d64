"""``Observer``: turns signals and looks into what really changed. It has no thread: whoever has one drives it."""

from __future__ import annotations

from time import monotonic

from .hearsay import Hearsay
from .ledger import Ledger
from .seen import POLL, RECONCILE, SIGNAL, Seen
from .signals import open_signals
from .sweep import Sweep
from .territory import Territory
from .unsettled import Unsettled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..budget import Budget
    from .content import Content
    from .places import Places
    from .rhythm import Rhythm
    from .signals import Signal, Signals
    from .tally import Tally
    from .trail import Trail


class Observer:
    """Knows what every place was like, hears signals, looks, and collects what is to be reported.

    Arguments: ``tally`` is what is counted in, ``complain`` is told what failed, ``opener`` makes the signals, and the
    rest is as in ``Watch``.
    """

    def __init__(
        self,
        places: Callable[[], Places],
        tally: Tally,
        rhythm: Rhythm,
        budget: Budget,
        *,
        complain: Callable[[str, BaseException], None],
        opener: Callable[[], Signals] = open_signals,
    ) -> None:
        self._ask = places
        self._complain = complain
        self._places: Places | None = None
        self._tally = tally
        self._rhythm = rhythm
        self._opener = opener
        self._ledger = Ledger(budget)
        self._territory = Territory(self._ledger)
        self._hearsay = Hearsay(self._ledger, self._territory, tally)
        self._unsettled = Unsettled(rhythm.patience)
        self._sweep = Sweep(self._round)
        self._asked: list[tuple[float, tuple[str, ...]]] = []
        self._deferred: set[str] = set()
        self._next_slice = 0.0
        self._seen: Seen | None = None
        self.signals: Signals = opener()

    # -- what is looked at, and how

    def begin(self) -> None:
        """Take account of all places: whatever changes after this returned will be found.

        What the caller said it knows of them is to be compared with a look at everything, which is not done here.
        """
        self._take_places(monotonic())
        self._next_slice = monotonic() + self.interval

    def reopen(self) -> None:
        """Hear with signals of its own, as a forked process must; after that, everything is to be looked at."""
        self.signals.abandon()
        self.signals = self._opener()
        if self.hears:
            self._territory.adopt()
        self._hearsay.clear()
        self._deferred.clear()
        self._sweep.drop()

    def ask_places(self) -> None:
        """Ask which places matter now, and take account of what was added."""
        now = monotonic()
        for path in self._take_places(now):
            self._examine(path, now, complete=False)

    def _take_places(self, now: float) -> list[str]:
        try:
            places = self._ask()
        except Exception as error:
            if self._places is None:
                raise
            self._complain("the places that matter could not be told", error)
            return []
        if places is self._places:
            return []
        added = self._ledger.adopt(places, now)
        if self.hears:
            known: dict[str, Trail] = {}
            followed: set[str] = set()
            for directory in self._territory.adopt():
                if self._follow(directory, known, followed):  # what changed before it was heard made no signal
                    added += (directory, *self._territory.parents[directory].members)
        # At last: when this failed half way, or was cut off by a fork, it is done again.
        self._places = places
        self._count()
        return added

    def _count(self) -> None:
        tally = self._tally
        tally.files = len(self._ledger.files)
        tally.directories = len(self._ledger.directories)
        tally.backend = self.signals.backend
        tally.reason = self.signals.reason
        paths = tally.files + (len(self._territory.parents) if self.hears else tally.directories)
        tally.effective_interval = self._sweep.effective_interval(paths, self.interval, self._share)

    @property
    def polls(self) -> bool:
        """True when something is not heard of, so that looking is what finds its changes."""
        return self.signals.reason is not None

    @property
    def hears(self) -> bool:
        """True when there are signals at all."""
        return self.signals.backend != "polling"

    @property
    def interval(self) -> float:
        """Seconds from one slice of looking to the next."""
        return self._rhythm.poll_interval if self.polls else self._rhythm.interval

    @property
    def _share(self) -> float:
        return self._rhythm.poll_share if self.polls else self._rhythm.share

    # -- hearing

    def hear(self, signals: Iterable[Signal]) -> bool:
        """Note what signals concern, and return True when that is anything that matters."""
        return self._hearsay.hear(signals, None if self._places is None else self._places.counts)

    @property
    def has_heard(self) -> bool:
        """True when signals were heard that nobody attended to yet."""
        return self._hearsay.since is not None

    @property
    def settle(self) -> float:
        """For how many seconds no further signal must come before what was heard is attended to."""
        return self._rhythm.settle_of_burst if self._hearsay.is_burst else self._rhythm.settle

    def attend(self) -> None:
        """Look at what the signals concern."""
        now = monotonic()
        heard = self._hearsay
        if heard.overflowed:
            heard.clear()
            self.look_at_everything()
            return
        complete, suspect, moved, since = heard.complete, heard.suspect, heard.moved, heard.since
        heard.clear()
        for directory in moved:
            suspect.add(directory)
            suspect.update(self._territory.parents[directory].members if directory in self._territory.parents else ())
        complete |= self._retraced(complete)
        suspect |= self._retraced(suspect)
        for path in complete:
            self._examine(path, now, complete=True, since=since)
        for path in suspect - complete:
            self._examine(path, now, complete=False, since=since)
        for path in list(self._deferred):  # no signal was about these
            self._examine(path, now, complete=False)

    def _retraced(self, paths: set[str]) -> set[str]:
        """Follow anew those that may lead elsewhere now, and return what else is to be looked at for it."""
        more: set[str] = set()
        for path in paths:
            if path in self._territory.parents and path not in self._ledger.files:
                if self._follow(path, {}, set()):
                    more.update(self._territory.parents[path].members)
            elif self._territory.is_link(path) and self._territory.retrace_link(path):
                for way in self._territory.ways_of_link(path):
                    self.signals.follow(way)
        return more

    def _follow(self, directory: str, known: dict[str, Trail], followed: set[str]) -> bool:
        """Hear of a directory wherever it is now, and return True when it was not heard of there before.

        Arguments: ``known`` are trails and ``followed`` directories that this look has met already.
        """
        fresh = self._territory.retrace(directory, known)
        for way in self._territory.ways(directory):
            if way not in followed:
                followed.add(way)
                fresh = self.signals.follow(way) or fresh
        return fresh

    # -- looking

    def look_at_everything(self) -> None:
        """Look at every path now, however long it takes."""
        self._sweep.whole()
        self._next_slice = monotonic() + self.interval

    def next_time(self) -> float:
        """Return when something is due, by ``time.monotonic``."""
        due = self._unsettled.due()
        times = [self._next_slice, *(when for when, _ in self._asked)]
        if due is not None:
            times.append(due)
        return min(times)

    def tick(self) -> None:
        """Do what is due: a slice of the look without a signal, and second looks."""
        now = monotonic()
        for path in self._unsettled.ripe(now):
            self._examine(path, now, complete=False)
        if self._asked:
            self._look_again(now)
        if now >= self._next_slice:
            self._next_slice = max(self._next_slice + self.interval, now)
            if not self._sweep.under_way:
                self.ask_places()
                if self.signals.passing:
                    self._try_signals()
            self._sweep.slice(self._share * self.interval)

    def _try_signals(self) -> None:
        signals = self._opener()
        old = self.signals
        self.signals = signals  # before the other is closed: whoever wakes must find an open one
        old.close()
        if self.hears:
            self._territory.adopt()

    def _round(self) -> Iterator[None]:
        """Look at everything once, one path at a time."""
        known: dict[str, Trail] = {}
        followed: set[str] = set()
        ledger = self._ledger
        for directory in list(self._territory.parents if self.hears else ledger.directories):
            self._examine(directory, monotonic(), complete=False)
            if self.hears and self._follow(directory, known, followed):
                for path in self._territory.parents[directory].members:
                    self._examine(path, monotonic(), complete=False)
                    yield
            yield
        if self.hears:
            self.signals.keep_only(self._territory.wanted())
        for path in list(ledger.files):
            if not ledger.stands(path):
                self._examine(path, monotonic(), complete=False)
            yield
        if self.polls:
            self._tally.polls += 1
        else:
            self._tally.reconciles += 1
        self._count()

    def _examine(self, path: str, now: float, *, complete: bool, since: float | None = None) -> None:
        """Look at one path, and report it when it changed and that can be believed.

        Arguments: ``complete`` is True when a signal said that its writer is done; ``since`` is when the first signal
        about it came, None when none did.
        """
        found = self._ledger.look(path, now, read=complete, held=self._unsettled.content(path))
        if found is None:
            self._unsettled.drop(path)
            self._deferred.discard(path)
            return
        told = since is not None
        if not complete or found.digest is None:
            quiet = self._rhythm.poll_quiet if self.polls else self._rhythm.quiet
            if self._unsettled.hold(path, found, now, quiet, age=self._ledger.age(path, found), told=told):
                return
        if not told and path not in self._deferred and self.is_overtaken():
            self._deferred.add(path)  # once: however many signals come, it is reported
            return
        self._deferred.discard(path)
        held_since, was_told = self._unsettled.drop(path)
        first = min(when for when in (now, since, held_since) if when is not None)
        self._report(path, found, first, now, told or was_told)

    def is_overtaken(self) -> bool:
        """True when signals came while a look was under way, one of which may be about what it found."""
        if self.has_heard:
            return True
        return self.hears and self.signals.more(0) and self.hear(self.signals.take())

    def _report(self, path: str, found: Content, first: float, now: float, told: bool) -> None:
        is_directory = path not in self._ledger.files
        before = (self._ledger.directories if is_directory else self._ledger.files)[path]
        seen = Seen(first)
        if found.trouble is not None:
            seen.unreadable[path] = found.trouble
        elif is_directory:
            seen.directories.add(path)
        elif found.digest is None:
            seen.gone.add(path)
        elif before.digest is None and before.trouble is None:
            seen.new.add(path)
        else:
            seen.changed.add(path)
        if told:
            seen.by.add(SIGNAL)
        else:
            seen.by.add(POLL if self.polls else RECONCILE)
            self._tally.found_by_reconcile += not self.polls
        self._add(seen)  # before the ledger is changed: a process forked off in between finds it twice, never lost
        self._ledger.accept(path, found, now)

    # -- what was found

    def _add(self, seen: Seen) -> None:
        if self._seen is None:
            self._seen = seen
        else:
            self._seen.take_in(seen)

    @property
    def found(self) -> Seen | None:
        """What is to be reported, and was not yet."""
        return self._seen

    def reported(self, seen: Seen) -> None:
        """Take note that a report was delivered, and of what it asks for."""
        if self._seen is seen:
            self._seen = None
        told = seen.changed | seen.new | seen.gone | seen.directories
        self._asked = [
            (when, left) for when, paths in self._asked if (left := tuple(path for path in paths if path not in told))
        ]
        self._asked += seen.again

    def _look_again(self, now: float) -> None:
        ripe = [one for one in self._asked if one[0] <= now]
        if not ripe:
            return
        self._asked = [one for one in self._asked if one[0] > now]
        seen = Seen(now)
        for _, paths in ripe:
            for path in paths:
                self._examine(path, now, complete=False)
            seen.asked.update(paths)
        self._add(seen)
