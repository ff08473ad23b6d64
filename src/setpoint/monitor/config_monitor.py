"""``ConfigMonitor``: watches over one system: its health, its figures, its alerts, and a day of their history."""

from __future__ import annotations

import atexit
import os
import time
import weakref
from contextlib import suppress
from threading import Event, RLock, Thread, current_thread

from ..errors import SetpointError, UsageError
from ..forks import watch
from .chronicle import Chronicle
from .limits import Limits
from .sampler import TITLE, Sampler
from .store_file import NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Any

    from ..system import ConfigSystem
    from .alerting import AlertEngine
    from .channels import Channels
    from .health import Health
    from .store import SampleStore

INTERVAL = 30.0  # seconds between two looks, unless said otherwise
_SHORTEST, _LONGEST = 0.05, 300.0  # the store takes a process that is silent for ten minutes for gone
_FIRST = 0.25  # seconds that the start waits for documents to be judged; the rest are judged right behind it
_LATER = 1.0  # the same of each later look
_PAUSE = 0.01  # seconds between looks that still have documents to judge
_PATIENCE = 10.0  # seconds that somebody who stops waits for a look that is under way
_FAREWELL = 0.5  # seconds that the end of the interpreter waits for a look that is under way
_RANK = 40  # for forks.watch: a look takes other locks, and never holds this one meanwhile

_every: weakref.WeakSet[ConfigMonitor] = weakref.WeakSet()


class ConfigMonitor:
    """Looks at a system now and then, keeps what it finds, and tells of what somebody should know.

    Arguments: ``system`` is a ``ConfigSystem``; without it the one that ``initialize_enhanced_config`` has made, or
    makes now of ``./config``. ``limits`` say from where on a resource is scarce; ``store`` keeps samples and alerts, in
    the state directory without it; ``clock`` tells the time in seconds since 1970.

    It listens and looks, and changes nothing of what is served. Nothing is written before ``start_monitoring``: until
    then ``get_health_status`` looks when it is asked. Use ``start_monitoring`` and ``stop_monitoring``, as often as you
    like. A process that is forked off goes on with a thread of its own.
    """

    def __init__(
        self,
        system: ConfigSystem | None = None,
        *,
        limits: Limits | None = None,
        store: SampleStore | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.system: ConfigSystem = system if system is not None else default_system()
        self._settings = _settings_of(self.system)
        self._limits = limits if limits is not None else Limits(**self._settings.get("limits", {}))
        self._clock = clock
        self._chronicle = Chronicle(
            self._settings,
            os.path.join(self.system._state.folder, NAME),
            self.system._variables(),
            clock=clock,
            publish=self.system._audience.publish,
            store=store,
            limits=self._limits,
        )
        self._life = RLock()
        self._looking = RLock()
        self._stop: Event | None = None
        self._thread: Thread | None = None
        self._interval = INTERVAL
        self._latest: tuple[Health, dict[str, float]] | None = None
        self._looked = 0.0  # when, by time.monotonic
        self._sampler = self._new_sampler()
        watch(self, _life=_RANK)
        _every.add(self)

    # -- life ------------------------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """True from ``start_monitoring`` to ``stop_monitoring``."""
        return self._stop is not None

    @property
    def interval(self) -> float:
        """Seconds between two looks."""
        return self._interval

    def start_monitoring(self, interval: float | None = None) -> None:
        """Look now, and every ``interval`` seconds from then on, on a thread of its own. Again: with a new interval.

        Arguments: without an ``interval`` it is that of the settings (``[monitor] interval``), else 30 seconds.

        When it returns there is a first result, though of very many documents not all may be judged yet: they are in
        the next second. Raises ``UsageError`` for an interval that makes no sense.
        """
        if interval is None:
            interval = float(self._settings.get("interval", INTERVAL))
        if not isinstance(interval, int | float) or not _SHORTEST <= interval <= _LONGEST:
            raise UsageError(f"interval={interval!r}: the seconds between two looks are {_SHORTEST} to {_LONGEST:g}")
        self._chronicle.prepare()
        self._halt(_PATIENCE)
        self._sampler.documents.seconds = _FIRST
        with self._looking:
            self._open_state()
            self._look_and_keep()
        with self._life:
            self._interval = float(interval)
            self._begin_thread()
            if self.stop_monitoring not in self.system._companions:
                self.system._companions.append(self.stop_monitoring)

    def stop_monitoring(self) -> None:
        """Look no more. What was found stays, and ``start_monitoring`` goes on. Closing the system does this too."""
        with suppress(ValueError):  # it did not run
            self.system._companions.remove(self.stop_monitoring)
        self._halt(_PATIENCE)
        if not self._looking.acquire(timeout=_PATIENCE):
            return  # a look hangs in the operating system: nothing of it can be tidied up
        try:
            canary, self._sampler.watching.canary = self._sampler.watching.canary, None
            follower = self.system._follower
            if canary is not None:
                if follower is not None and follower.canary is canary:
                    follower.canary = None
                with suppress(OSError):  # it is of no use any more; whoever starts next removes it
                    canary.remove()
            self._chronicle.close()
        finally:
            self._looking.release()

    def _halt(self, timeout: float | None) -> None:
        with self._life:
            stop, thread = self._stop, self._thread
            self._stop = self._thread = None
        if stop is not None:
            stop.set()
        if thread is not None and thread is not current_thread():
            thread.join(timeout)

    def __enter__(self) -> ConfigMonitor:
        if not self.running:
            self.start_monitoring()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop_monitoring()

    # -- asking ----------------------------------------------------------------------------------------------------

    def get_health_status(self, *, refresh: bool = False) -> dict[str, Any]:
        """Return how the system is: ``status``, ``reasons``, ``documents``, ``since``, ``at`` and ``metrics``.

        ``status`` is ``healthy``, ``degraded``, ``warning`` or ``critical``. Each reason has its ``rule``,
        ``severity``, ``message``, ``advice``, ``documents`` and ``since``. Times are in seconds since 1970.

        While monitoring runs this is the last look, else one that is made now; with ``refresh`` always the latter.
        """
        health, sample = self._current(refresh=refresh)
        return {**health.to_dict(), "metrics": sample}

    def get_alerts(
        self,
        severity: str | None = None,
        since: float | datetime | None = None,
        until: float | datetime | None = None,
    ) -> list[dict[str, Any]]:
        """Return the alerts of the last day, open and past, the oldest first.

        Arguments: ``severity`` is the least that counts: ``low``, ``medium``, ``high`` or ``critical``; ``since`` and
        ``until`` limit the time in which they were open, as seconds since 1970 or a ``datetime``. Raises ``UsageError``
        for another severity.
        """
        return self.engine.alerts(severity, _seconds(since), _seconds(until))

    def get_performance_report(self, hours: float = 24, *, lines: bool = False) -> dict[str, Any]:
        """Return what the last hours were like: ``average_metrics`` by name, and each metric with its spread and trend.

        ``average_metrics["cache_hit_ratio"]`` is NaN as long as nothing was read. While monitoring runs, what was
        measured up to now counts. With ``lines`` each metric has the points of its chart too, as ``line``.
        """
        from .report import performance_report

        if self.running:
            self.look()
        return performance_report(self.store, hours, self._clock(), lines=lines)

    def generate_health_report(self, hours: float = 24) -> str:
        """Return a report for people: the health, why, the alerts, and what the last hours were like."""
        from .report import health_report

        health, _ = self._current(refresh=False)
        report = self.get_performance_report(hours)
        return health_report(health.to_dict(), report, self.get_alerts(since=self._clock() - hours * 3600))

    def look(self) -> Health:
        """Look now, and return the health; while monitoring runs, what was found is kept and told as at any look."""
        if self.running:
            with self._looking:
                return self._look_and_keep()
        return self._current(refresh=True)[0]

    def rule(
        self, function: Callable[[Mapping[str, float], Health | None], object], **options: Any
    ) -> Callable[[Mapping[str, float], Health | None], object]:
        """Alert when a function says so: it takes a sample and the health, and returns a message, True, or nothing.

        Returns the function, so that this can be a decorator. Arguments: ``options`` as for ``AlertEngine.add_rule``:
        ``id``, ``severity``, ``hold``.
        """
        self.engine.add_rule(function, **options)
        return function

    # -- parts -----------------------------------------------------------------------------------------------------

    @property
    def store(self) -> SampleStore:
        """What keeps samples and alerts."""
        return self._chronicle.store

    @property
    def engine(self) -> AlertEngine:
        """What makes alerts of samples and health."""
        return self._chronicle.engine

    @property
    def channels(self) -> Channels:
        """By which ways people are told of alerts."""
        return self._chronicle.channels

    # -- behind ----------------------------------------------------------------------------------------------------

    def _new_sampler(self) -> Sampler:
        sampler = Sampler(self.system, self._limits, self._clock)
        self.system.metrics.pull(TITLE, sampler.figures)
        return sampler

    def _current(self, *, refresh: bool) -> tuple[Health, dict[str, float]]:
        latest = self._latest
        # A thread that is late says nothing about now, and neither does one that is gone.
        fresh = time.monotonic() - self._looked < 2 * self._interval + 1.0
        if latest is not None and self.running and fresh and not refresh:
            return latest
        with self._looking:
            self._sampler.documents.seconds = float("inf")
            self._latest = latest = self._sampler.look()
            self._looked = time.monotonic()
        return latest

    def _open_state(self) -> None:
        """Make the state directory and the canary; where that cannot be, the probe of the directory says why."""
        from .canary import Canary

        state = self._sampler.state
        watching = self._sampler.watching
        try:
            self.system._state.make()
            canary = Canary(self.system._state.folder)
            canary.prepare()
        except (OSError, SetpointError) as error:
            state.trouble = getattr(error, "strerror", None) or str(error)
            watching.canary = None
            return
        state.trouble = None
        watching.canary = canary

    def _look_and_keep(self) -> Health:
        sampler = self._sampler
        if sampler.watching.canary is None or not os.path.exists(sampler.watching.canary.path):
            self._open_state()
        health, sample = self._latest = sampler.look()
        self._looked = time.monotonic()
        self._chronicle.keep(health, sample)
        return health

    def _begin_thread(self) -> None:
        stop = Event()
        thread = Thread(target=self._run, args=(stop,), name="setpoint-monitor", daemon=True)
        self._stop, self._thread = stop, thread
        try:
            thread.start()
        except BaseException:  # the system has no thread left
            self._stop = self._thread = None
            raise

    def _run(self, stop: Event) -> None:
        pid = os.getpid()
        due = time.monotonic()
        while not stop.is_set() and os.getpid() == pid:
            due = max(due + self._interval, time.monotonic())
            pause = _PAUSE if self._sampler.unjudged else due - time.monotonic()
            if stop.wait(pause):
                return
            self._sampler.documents.seconds = _LATER
            try:
                with self._looking:
                    if stop.is_set():
                        return
                    self._look_and_keep()
            except Exception as error:
                import logging

                logging.getLogger("setpoint.monitor").error("a look failed; the next one is made", exc_info=error)

    def _go_on_in_child(self) -> None:
        """Begin anew in a process that was forked off: whoever was looking is not here."""
        running = self._stop is not None
        self._looking = RLock()
        self._latest = None
        canary = self._sampler.watching.canary
        self._sampler = self._new_sampler()
        follower = self.system._follower
        if follower is not None and follower.canary is canary:
            follower.canary = None
        if running:
            self._sampler.documents.seconds = _FIRST
            self._begin_thread()

    def __repr__(self) -> str:
        return f"<ConfigMonitor of {self.system.path!r}{f', every {self._interval:g} s' if self.running else ''}>"


def default_system() -> ConfigSystem:
    """Return the system that ``initialize_enhanced_config`` made last, or makes now of ``./config``."""
    from ..system import initialize_enhanced_config, initialized_systems

    made = initialized_systems()
    return made[-1] if made else initialize_enhanced_config()


def _settings_of(system: ConfigSystem) -> Mapping[str, Any]:
    """Return the table ``[monitor]``; of older documents it warns where nobody but a person carries them further."""
    settings = system._serving.workspace.settings.monitor
    if system.migrate_on_load == "never":
        return settings
    pending = {"enabled": False, **settings.get("alerts", {}).get("migration-pending", {})}
    return {**settings, "alerts": {**settings.get("alerts", {}), "migration-pending": pending}}


def _seconds(moment: float | datetime | None) -> float | None:
    return moment if moment is None or isinstance(moment, int | float) else moment.timestamp()


def _in_child() -> None:
    for monitor in list(_every):
        monitor._go_on_in_child()


def _at_exit() -> None:
    for monitor in list(_every):
        if monitor.running:
            monitor._halt(_FAREWELL)
            canary = monitor._sampler.watching.canary
            if canary is not None:
                with suppress(OSError):
                    canary.remove()


if hasattr(os, "register_at_fork"):
    # Registered after the hooks of threading and of forks, which were imported first: they are done when this runs.
    os.register_at_fork(after_in_child=_in_child)
atexit.register(_at_exit)
