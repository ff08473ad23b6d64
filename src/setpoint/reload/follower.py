"""``Follower``: looks by itself when files change."""

from __future__ import annotations

import time

from ..errors import SetpointError
from ..watching.rhythm import Rhythm
from ..watching.seen import SIGNAL
from ..watching.watch import Watch
from .surroundings import Surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Protocol

    from ..watching.places import Places
    from ..watching.seen import Seen
    from ..workspace import Workspace
    from .journey import Reload

    class Canary(Protocol):
        """A file that somebody changes to find out whether changes are seen. ``heard`` is called when one is."""

        path: str

        def heard(self, by: set[str]) -> None: ...


# A file that looks unfinished is looked at again so many seconds later, and judged when it is still as it was then.
# Most writers that truncate first write within a millisecond; a process that is not scheduled may take some tens.
_SECOND_LOOK = 0.1
# What one signal says is complete is read and judged at once, and only served if nothing else was told meanwhile: that
# takes longer than the pauses of most who change several files, and costs the one who waits for it nothing.
_SETTLE = 0.0
_MOST_POSTPONED = 10
_PATIENCE = 2.0  # seconds after which a file is judged that looks unfinished, and other each time


class Follower:
    """Keeps what is served as the files are, until it is stopped.

    Arguments: ``reload`` is what looks; ``refresh`` returns a workspace that has read settings, variables and schemas
    anew; ``extra`` returns further files to be watched, by the document that they are about; ``interval`` is how many
    seconds pass between looks that no signal of the operating system caused.

    ``trouble`` says why the last look failed as a whole, None when it did not. ``canary`` may be set to a file that is
    watched as well, and whose changes say nothing but that changes are seen.
    """

    __slots__ = (
        "_extra",
        "_incomplete",
        "_is_early",
        "_known",
        "_postponed",
        "_refresh",
        "_reload",
        "_surroundings",
        "_unsure",
        "canary",
        "trouble",
        "watch",
    )

    def __init__(
        self,
        reload: Reload,
        refresh: Callable[[], Workspace],
        extra: Callable[[], Mapping[str, str]],
        interval: float,
    ) -> None:
        self._reload = reload
        self._refresh = refresh
        self._extra = extra
        self._surroundings: Surroundings | None = None
        self._known: tuple[object, ...] = ()
        self._unsure: dict[str, float] = {}
        self._incomplete: set[str] = set()  # those that wait for what changed beside them to be seen
        self._postponed = 0  # so many times in a row nothing was decided, because more changed
        self._is_early = False  # signals told of that
        self.canary: Canary | None = None
        self.trouble: SetpointError | None = None
        self.watch = Watch(
            self._places,
            self._on_change,
            rhythm=Rhythm(interval=interval, settle=_SETTLE),
            budget=reload.serving.workspace.budget,
        )

    def start(self) -> None:
        """Follow from now on. Raises as a listing of the directory does."""
        _warm_up()
        self.watch.start()
        self._reload.serving.came = self.watch.ask

    def stop(self) -> bool:
        """Follow no longer; True when the thread has ended."""
        self._reload.serving.came = None
        return self.watch.stop()

    def status(self) -> dict[str, Any]:
        """Return how it works at present, and what it has counted."""
        trouble = self.trouble.message if self.trouble is not None else None
        return {**self.watch.tally.to_dict(), "running": self.watch.running, "trouble": trouble}

    def _places(self) -> Places:
        serving = self._reload.serving
        extra = self._extra()
        if self.canary is not None:
            extra = {**extra, self.canary.path: ""}
        known = (serving.workspace, len(serving.cache), extra)
        if self._surroundings is None or known != self._known:
            _, cells = serving.hold()
            self._surroundings = Surroundings(known[0], cells, serving.cache, extra)
            self._known = known
        return self._surroundings.places

    def _on_change(self, seen: Seen) -> None:
        """Look at what was seen."""
        surroundings = self._surroundings
        assert surroundings is not None
        paths = seen.paths
        if self.canary is not None and self.canary.path in paths:
            if self.canary.path not in seen.asked:
                self.canary.heard(seen.by)
            paths = paths - {self.canary.path}
            if not paths:
                return
        workspace: Workspace | None = None
        names = surroundings.named(paths)
        # A file that is gone is told of before its directory's names are: it is not missed, the listing is out of date.
        trusting = surroundings.folders.isdisjoint(paths) and not (seen.gone or seen.asked or seen.unreadable)
        try:
            if not surroundings.frame.isdisjoint(paths):
                workspace, trusting = self._refresh(), False
                names.update(self._reload.serving.hold()[1])
            if not trusting:
                names |= self._concerned(workspace)
            self._look(seen, workspace, names, trusting)
        except SetpointError as error:
            self._fail(error)
            seen.look_again(paths, _SECOND_LOOK if time.monotonic() - seen.first < _PATIENCE else 1.0)
        else:
            self.trouble = None

    def _look(self, seen: Seen, workspace: Workspace | None, names: set[str], trusting: bool) -> None:
        now = time.monotonic()
        names |= self._incomplete
        self._is_early = False
        overdue = any(now - self._unsure.get(name, now) > _PATIENCE for name in names)
        outcome = self._reload.look(
            workspace,
            names=names,
            beside=() if overdue else self._beside(seen),
            trusting=trusting,
            certain=overdue or seen.asked >= (seen.paths - seen.directories),
            since=time.perf_counter() - (now - seen.first),
            is_overtaken=self._is_overtaken,
        )
        self._incomplete = set(outcome.unsure) if outcome.incomplete else set()
        self._postponed = self._postponed + 1 if outcome.incomplete else 0
        others = {name: when for name, when in self._unsure.items() if name not in names}
        self._unsure = others | {name: self._unsure.get(name, now) for name in outcome.unsure}
        if outcome.unsure:
            seen.look_again(seen.paths, 0.0 if self._is_early else _SECOND_LOOK)

    def _is_overtaken(self) -> bool:
        """True when more changes: a change of several files is whole only with what is told of it now.

        Whoever changes several files in one transaction holds their readers up until the last is written; its signal
        has come when the files can be read. But someone may change files all the time.
        """
        self._is_early = self._postponed < _MOST_POSTPONED and self.watch.is_overtaken()
        return self._is_early

    def _beside(self, seen: Seen) -> set[str]:
        """Return the documents beside those that were seen to change, where these may not be all.

        Without a signal one file is found after the other, and a whole directory may have been replaced.
        """
        surroundings = self._surroundings
        assert surroundings is not None
        return set() if seen.by == {SIGNAL} else surroundings.beside(seen.paths)

    def _concerned(self, workspace: Workspace | None) -> set[str]:
        """Return the documents that other names in the directory concern: with other files, new ones, gone ones.

        Arguments: ``workspace`` is the one that counts from now on, None when that is the present one.
        """
        serving = self._reload.serving
        before = serving.workspace.listing()
        now = (serving.workspace.relisted() if workspace is None else workspace).listing()
        concerned = set()
        for name in before.entries.keys() | now.entries.keys() | now.unusable.keys():
            old, new = before.entries.get(name), now.entries.get(name)
            if old is None or new is None or not old.same_files(new):
                concerned.add(name)
        return concerned

    def _fail(self, error: SetpointError) -> None:
        """Say that nothing could be looked at, unless that was said before."""
        if self.trouble is None or self.trouble.message != error.message:
            self.trouble = error
            self._reload.tell_failure(error)


def _warm_up() -> None:
    """Import now what the first change needs: it would be served tens of milliseconds later."""
    from ..change import differences
    from ..tree import canonical

    canonical({})
    list(differences("", {"a": 1}, {"a": 2}))
