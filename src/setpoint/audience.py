"""``Audience``: everybody whom a change of what is served concerns: bound objects, callbacks, listeners."""

from __future__ import annotations

import time

from .change import ABSENT
from .handles import Handles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from .bus.bus import Bus
    from .bus.stream import EventStream
    from .bus.subscription import Subscription
    from .candidate import Candidate
    from .change import Change
    from .config import Config
    from .events import Event
    from .pattern import Pattern
    from .preparing import Preparer, Preparers

    # What is delivered to callbacks: each document that changed, before and after.
    Turn: TypeAlias = Mapping[str, tuple[Config | None, Config]]


class Audience:
    """Who is asked before documents change, and told when they have.

    Arguments: ``limit`` is how many seconds a callback that is asked may take. ``measure`` may be set to a function
    that is called with how many seconds each callback that was told took.

    Nothing is made for it before somebody registers.
    """

    __slots__ = ("_awaited", "_bus", "_limit", "_preparers", "handles", "measure")

    def __init__(self, limit: float = 10.0) -> None:
        self.handles = Handles()
        self._limit = limit
        self.measure: Callable[[float], object] | None = None
        self._bus: Bus | None = None
        self._preparers: Preparers | None = None
        self._awaited: list[tuple[Pattern, Subscription]] = []

    @property
    def bus(self) -> Bus:
        """What calls the callbacks."""
        if self._bus is None:
            from .bus.bus import Bus

            self._bus = Bus(measure=self.measure)
        return self._bus

    def is_asked(self) -> bool:
        """True in a thread in which a callback is asked whether it agrees to a change."""
        return self._preparers is not None and self._preparers.is_asked()

    def prepare(self, changed: Mapping[str, Candidate], cause: str, since: float | None) -> Callable[[int], None]:
        """Make bound objects anew and ask everybody; return what tells them. Arguments as in ``Serving.stage``.

        Raises ``ConfigValidationError`` for a model that cannot be made, ``Veto`` when somebody refuses.
        """
        began = since if since is not None else time.perf_counter()
        put_in_place = self.handles.prepare(changed)
        if self._preparers is not None and changed:
            self._preparers.ask(changed)

        def finish(generation: int) -> None:
            put_in_place()
            if self._bus is not None and changed:
                self._tell({name: (one.before, one.config) for name, one in changed.items()}, generation, cause, began)

        return finish

    def on_prepare(self, pattern: str, callback: Callable[..., object]) -> Preparer:
        """Ask a callback before anything that a pattern selects changes."""
        from .bus.complaint import name_of
        from .pattern import Pattern
        from .preparing import Preparers

        if self._preparers is None:
            self._preparers = Preparers(self._limit)
        return self._preparers.add(Pattern(pattern), callback, name_of(callback))

    def on_change(self, pattern: str, callback: Callable[..., object]) -> Subscription:
        """Call a callback with the changes that a pattern selects, once they are served."""
        from .pattern import Pattern

        chosen = Pattern(pattern)

        def changes(turn: Turn) -> tuple[Change, ...] | None:
            found = [
                one for name, pair in turn.items() if chosen.matches(name) for one in _selected(chosen, name, pair)
            ]
            return tuple(found) or None

        subscription = self.bus.subscribe(callback, convert=changes, merge=_merged)
        self._awaited = [*(one for one in self._awaited if one[1].active), (chosen, subscription)]
        return subscription

    def on_turn(self, callback: Callable[[Turn], object]) -> Subscription:
        """Call a callback with every document that changes, before and after, once that is served."""
        return self.bus.subscribe(callback, merge=_merged)

    def awaits(self, name: str) -> bool:
        """True when a callback asks for changes of a document."""
        return any(subscription.active and pattern.matches(name) for pattern, subscription in self._awaited)

    def stream(self) -> EventStream:
        """Return every event from now on."""
        return self.bus.stream()

    def publish(self, event: Event) -> None:
        """Tell of something that happened."""
        if self._bus is not None:
            self._bus.publish(event, topic="events")

    def close(self) -> None:
        """Let go of bound objects, end streams, and have no callback called any more."""
        self.handles.clear()
        if self._bus is not None:
            self._bus.close()

    def _tell(self, turn: Turn, generation: int, cause: str, began: float) -> None:
        from .change import differences
        from .events import Reloaded

        assert self._bus is not None

        def changes() -> Iterator[Change]:
            for name, (before, after) in turn.items():
                yield from differences(name, before if before is not None else ABSENT, after)

        self._bus.publish(turn)
        seconds = time.perf_counter() - began
        self._bus.publish(Reloaded(tuple(turn), generation, seconds, changes, cause=cause), topic="events")


def _selected(pattern: Any, name: str, pair: tuple[Config | None, Config]) -> Sequence[Change]:
    before, after = pair
    selected: Sequence[Change] = pattern.select(name, before if before is not None else ABSENT, after)
    return selected


def _merged(older: Turn, newer: Turn) -> Turn:
    """Return one turn for two: from what was before the older one to what is after the newer one."""
    return {**older, **{name: (older[name][0] if name in older else one[0], one[1]) for name, one in newer.items()}}
