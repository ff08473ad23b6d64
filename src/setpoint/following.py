"""``Following``: the half of ``ConfigSystem`` that follows changes on the disk, and tells of every change."""

from __future__ import annotations

from .changing import Changing
from .errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    from .bus.stream import EventStream
    from .cache.config_cache import ConfigCache
    from .candidate import Candidate
    from .change import Change
    from .guard import GuardLimits
    from .history.history import History
    from .keeping.acceptance import Acceptances
    from .keeping.keeper import Keeper
    from .reload.follower import Follower
    from .reload.journey import Reload
    from .reload.rescue import Rescue
    from .rules.book import RuleBook
    from .saved import Saved
    from .sources.texts import Texts
    from .state import State
    from .workspace import Workspace

    F = TypeVar("F", bound=Callable[..., object])

_POLICIES = ("raise", "last-known-good")


class Following(Changing):
    """What is served follows the files, when that is wanted; and callbacks and streams hear of every change.

    Nothing of it is imported, opened or made before the first call.
    """

    def __init__(
        self, workspace: Workspace, cache: ConfigCache, rules: RuleBook, state: State, on_invalid: str | None
    ) -> None:
        super().__init__(workspace, cache, rules, state)
        self._opened_reload: Reload | None = None
        self._follower: Follower | None = None
        policy = on_invalid if on_invalid is not None else workspace.settings.reload.get("on_invalid", "raise")
        if policy not in _POLICIES:
            raise UsageError(
                f"on_invalid={policy!r}: a document that is bad at its first load is a matter of {_POLICIES}"
            )
        self.on_invalid: str = policy
        self._rescue: Rescue | None = None
        if policy == "last-known-good":
            from .reload.rescue import Rescue

            reload = self._reloading

            def make(name: str, texts: Texts) -> Candidate:
                return reload.made(self._serving.workspace, name, texts)

            self._rescue = self._serving.rescue = Rescue(self._keeper, reload.recorder, make)

    # -- hearing of changes ----------------------------------------------------------------------------------------

    def on_change(self, pattern: str, callback: F | None = None) -> Any:
        """Call a function with the changes of what a pattern selects, once they are served.

        ``@system.on_change("messaging.queue.*")``, or ``system.on_change("messaging", function)``, which returns a
        ``Subscription`` whose ``cancel()`` ends it. The function, or coroutine function, takes a tuple of ``Change``
        objects. Arguments: in ``pattern`` ``*`` is one level and ``**`` any number of them; a pattern without them
        selects its place and everything below. Raises ``UsageError`` for a pattern that cannot be one.

        It is called outside of every lock, on a thread of its own, in the order of the changes. What it raises is
        logged; however long it takes, others are called meanwhile.
        """
        if callback is None:

            def register(function: F) -> F:
                self.on_change(pattern, function)
                return function

            return register
        subscription = self._audience.on_change(pattern, callback)
        self._serve_subscribed()
        return subscription

    def on_prepare(self, pattern: str, callback: F | None = None) -> Any:
        """Ask a function before a change of what a pattern selects is served: what it raises keeps all as it was.

        Used and called as ``on_change``; the method form returns an object whose ``cancel()`` ends it. ``raise
        setpoint.Veto("why")`` says why. It is asked in a thread of its own and has 10 seconds (the setting
        ``prepare_timeout``); it may read, but neither change nor reload configuration.
        """
        if callback is None:

            def register(function: F) -> F:
                self.on_prepare(pattern, function)
                return function

            return register
        return self._audience.on_prepare(pattern, callback)

    def events(self) -> EventStream:
        """Return a stream of everything that happens from now on: ``async for event in system.events()``.

        The events are ``Reloaded``, ``Rejected``, ``Orphaned``, ``Saved``, ``Migrated`` and ``Restored``. A reader that
        is slower than they come loses the oldest beyond 1,000, and gets a ``Skipped`` in their place. In a thread,
        ``for event in stream`` and ``stream.get(timeout)`` do the same without asyncio.
        """
        return self._audience.stream()

    # -- following the files ---------------------------------------------------------------------------------------

    def start_hot_reload(self, interval: float | None = None) -> None:
        """Serve every document as its files are, from now on: a change is seen within milliseconds.

        Arguments: ``interval`` is how many seconds pass between looks that no signal of the operating system caused
        (the setting ``interval``, else 1). Does nothing when it runs already. Raises as ``listing`` does.

        Documents that are loaded, or that ``on_change`` asks for, are followed, and new ones are loaded when they come.
        """
        if self._follower is not None:
            return
        from .reload.follower import Follower

        seconds = interval if interval is not None else self._serving.workspace.settings.reload.get("interval", 1.0)
        follower = Follower(
            self._reloading, lambda: self._serving.workspace.again(self._variables()), self._awaited, seconds
        )
        follower.start()
        self._follower = follower
        self._serve_subscribed()

    def stop_hot_reload(self) -> None:
        """Follow the files no longer. What is served stays; ``start_hot_reload`` goes on."""
        follower, self._follower = self._follower, None
        if follower is not None:
            follower.stop()

    def hot_reload_status(self) -> dict[str, Any]:
        """Return how hot reload works at present, as JSON can hold it; docs/hot_reload.md names each figure.

        ``refused`` are documents whose files are not served as they are, with the reason; ``stale`` those that are
        served as they were good last.
        """
        status: dict[str, Any] = {"running": False} if self._follower is None else self._follower.status()
        reload, rescue = self._opened_reload, self._rescue
        trouble = reload.recorder.trouble if reload is not None else None
        return {
            **status,
            "generation": self._serving.generation,
            "refused": {name: one.to_dict() for name, one in reload.refusals.standing.items()} if reload else {},
            "stale": rescue.to_dict() if rescue is not None else {},
            "pending_restart": [one.address for one in self.pending_restart()],
            "record": trouble.message if trouble is not None else None,
        }

    def pending_restart(self) -> tuple[Change, ...]:
        """Return the values that the files have and that count only after a restart (``x-setpoint-restart``).

        Each ``Change`` has what is served as ``before``, and what waits as ``after``.
        """
        return tuple(one for changes in self._serving.waiting.values() for one in changes)

    def accept(self, name: str, *, author: str | None = None) -> bool:
        """Say that a change is meant which the guard has refused; it is served now, and wherever else it waits.

        Returns False when nothing of the document waits for that here. Raises ``ConfigNotFoundError`` when there is no
        such document, and as ``load_config`` does when its files cannot be read.
        """
        from .reload.refusals import GUARD
        from .transaction.author import default_author

        self._state.make()
        texts = self._serving.texts(name)
        waits = name in self._reloading.refusals.standing and self._reloading.refusals.standing[name].kind == GUARD
        self._acceptances().accept(name, texts.digest(), author=author or default_author())
        if waits:
            self._reloading.look(names=[name])
        return waits

    def record(self) -> History:
        """Return the record of all documents, to verify, prune, purge, export or import it."""
        if self._opened_reload is not None:
            self._opened_reload.recorder.drain()  # what was found on the disk is part of it
        return super().record()

    # -- behind ----------------------------------------------------------------------------------------------------

    @property
    def _reloading(self) -> Reload:
        if self._opened_reload is None:
            from .reload.guarding import Guard
            from .reload.journey import Reload
            from .reload.recorder import Recorder

            home = self._serving.workspace.home

            def limits() -> GuardLimits | None:
                return _limits(self._serving.workspace.settings.reload.get("guard", True))

            guard = Guard(limits, self._acceptances, self._is_ours, self._serving.workspace.budget)
            # The workspace is another one after each look.
            entry = lambda name: self._serving.workspace.entry(name)  # noqa: E731, PLW0108
            recorder = Recorder(self._get_committer, self._keeper, home, entry)
            self._opened_reload = Reload(self._serving, self._rules, guard, recorder, self._audience.publish)
        return self._opened_reload

    def _variables(self) -> Mapping[str, str]:
        """The environment's variables, as they are captured anew."""
        raise NotImplementedError

    def _applied(self, saved: Saved, candidates: Mapping[str, Candidate]) -> None:
        super()._applied(saved, candidates)
        if self._follower is not None or self._serving.rescue is not None:
            for name, one in candidates.items():
                self._reloading.recorder.good(name, one)
        if self._opened_reload is not None:
            self._opened_reload.refusals.update({}, candidates)

    def _serve_subscribed(self) -> None:
        """Load the documents that callbacks ask for: what is not served cannot change."""
        from .errors import SetpointError

        listing = self._serving.workspace.listing()
        bad = []
        for name in listing.entries:
            if self._audience.awaits(name) and name not in self._serving.cache:
                try:
                    self._serving.load(name)
                except SetpointError:
                    bad.append(name)
        if bad and self._follower is not None:
            self._reloading.look(names=bad)  # says what is wrong; and a refused document's files are watched

    def _awaited(self) -> dict[str, str]:
        """The files that documents which are refused wait for, by path, with the document's name.

        That is where somebody may say that a change is meant; and of a document that is not served, its own files.
        """
        from .reload.refusals import GUARD

        standing = self._reloading.refusals.standing
        if not standing:
            return {}
        acceptances = self._acceptances()
        awaited = {acceptances.path(name): name for name, one in standing.items() if one.kind == GUARD}
        entries = self._serving.workspace.listing().entries
        for name in standing:
            if name in entries and name not in self._serving.cache:
                awaited.update(dict.fromkeys(entries[name].places(), name))
        return awaited

    def _close_following(self) -> None:
        self.stop_hot_reload()
        if self._opened_reload is not None:
            self._opened_reload.recorder.close()
            self._opened_reload.refusals.clear()
        self._audience.close()

    def _keeper(self) -> Keeper:
        from .keeping.keeper import Keeper

        return Keeper(self._state.folder, self._state.root, profile=self._serving.workspace.profile)

    def _acceptances(self) -> Acceptances:
        from .keeping.acceptance import Acceptances

        return Acceptances(self._state.folder)

    def _is_ours(self, name: str, texts: Texts) -> bool:
        """True when what the files say is the newest revision on record, and was not just found there."""
        latest = self._record.latest(name)
        if latest is None or latest.cause == "found":
            return False
        return self._record.files(name, latest.number) == self._reloading.recorder.files(name, texts)


def _limits(guard: bool | Mapping[str, Any]) -> GuardLimits | None:
    from .guard import GuardLimits

    if guard is False:
        return None
    return GuardLimits() if guard is True else GuardLimits(**guard)
