"""``WatchingProbe``: whether changes of files are seen."""

from __future__ import annotations

from .health import CRITICAL, DEGRADED, WARNING, Reason
from .probe import Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..reload.follower import Follower
    from ..system import ConfigSystem
    from .canary import Canary

_PATIENCE = 2.0  # seconds after which a change that was not seen is a reason: a loaded machine may take one
_LAST_CHANCE = 1.0  # seconds to answer when asked once more
_DEAD = 30.0  # seconds after which whoever is busy for so long counts as dead
_RESTART = "system.stop_hot_reload() and system.start_hot_reload() begin anew"


class WatchingProbe:
    """Looks at whoever follows the files; does nothing while nobody was asked to.

    Arguments: ``canary`` returns a file to be changed, None where nothing may be written.
    """

    title = "the following of files"

    def __init__(self, system: ConfigSystem) -> None:
        self._system = system
        self.canary: Canary | None = None
        self._errors = 0
        self._found = 0
        self._follower: Follower | None = None

    def look(self, now: float) -> Found:
        """Return what is wrong with the watch: its thread, its answers, its signals."""
        follower = self._system._follower
        if follower is None:
            self._follower = None
            return Found()
        tally = follower.watch.tally
        if follower is not self._follower:
            self._follower, self._errors, self._found = follower, tally.errors, tally.found_by_reconcile
            if self.canary is not None:
                self.canary.forgive()
        thread = follower.watch._thread
        if thread is None or not thread.is_alive():
            return Found(
                [
                    Reason(
                        "watcher-dead",
                        CRITICAL,
                        "hot reload was started, and the thread that follows the files has ended: changes are not seen",
                        _RESTART,
                    )
                ]
            )
        reasons = [*self._answers(follower, now), *self._signals(follower)]
        if follower.trouble is not None:
            reasons.append(
                Reason(
                    "watcher-trouble",
                    WARNING,
                    f"the files could not be looked at: {follower.trouble.message}",
                    "it goes on trying; repair what the message names",
                )
            )
        if tally.errors > self._errors:
            reasons.append(
                Reason(
                    "watcher-failed",
                    DEGRADED,
                    f"whoever follows the files has failed {tally.errors - self._errors} times since the last look, and"
                    " goes on",
                    "the logger setpoint.watching has the details",
                )
            )
            self._errors = tally.errors
        return Found(reasons)

    def _answers(self, follower: Follower, now: float) -> list[Reason]:
        """Return what is wrong with the answer to the last change of the canary, and change it again."""
        canary = self.canary
        if canary is None:
            return []
        waiting = canary.waiting
        patience = max(_PATIENCE, 3 * follower.watch.tally.effective_interval)
        if follower.canary is not canary:
            follower.canary = canary
            follower.watch.ask()
            return []  # from the next look on: it is not watched yet
        try:
            if waiting is None:
                canary.send()
                return []
            if waiting < patience or canary.ask_again(_LAST_CHANCE):
                return []
        except OSError:  # whoever gave it makes another one before the next look, and says why that fails
            self.canary = None
            return []
        dead = waiting >= _DEAD
        return [
            Reason(
                "watcher-silent",
                CRITICAL if dead else WARNING,
                f"whoever follows the files has not seen a change for {waiting:.0f} s: what changes now is not served",
                f"a callback of on_prepare or a file system may hold it; {_RESTART}",
                since=now - waiting,
            )
        ]

    def _signals(self, follower: Follower) -> list[Reason]:
        """Return what makes seeing changes slower than it should be."""
        tally = follower.watch.tally
        if tally.backend == "polling":
            why = f" ({tally.reason})" if tally.reason else ""
            return [
                Reason(
                    "watcher-polling",
                    DEGRADED,
                    f"the system gives no signals of changes{why}; the files are looked at every"
                    f" {tally.effective_interval:g} s",
                    "nothing has to be done if that is quick enough; docs/hot_reload.md says what helps",
                )
            ]
        missed = tally.found_by_reconcile - self._found
        self._found = tally.found_by_reconcile
        if missed:
            return [
                Reason(
                    "signals-missing",
                    DEGRADED,
                    f"{missed} changes since the last look came without a signal of the system, and were found by"
                    f" looking, at most {tally.effective_interval:g} s later",
                    "a network file system, or a limit of inotify (docs/hot_reload.md), may be the reason",
                )
            ]
        return []
