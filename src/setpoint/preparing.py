"""``Preparers``: callbacks of a program that may refuse a change before it is served."""

from __future__ import annotations

from threading import RLock, Thread, get_ident

from .change import ABSENT
from .diagnostic import Diagnostic
from .errors import SetpointError, Veto

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from .candidate import Candidate
    from .change import Change
    from .pattern import Pattern


class Preparer:
    """One callback with its pattern. ``cancel`` has it asked no more."""

    __slots__ = ("_all", "callback", "name", "pattern")

    def __init__(self, pattern: Pattern, callback: Callable[..., object], name: str, among: list[Preparer]) -> None:
        self.pattern = pattern
        self.callback = callback
        self.name = name
        self._all = among

    def cancel(self) -> None:
        """Ask the callback no more. A second time does nothing."""
        if self in self._all:
            self._all.remove(self)

    def __repr__(self) -> str:
        return f"<Preparer {self.name} of {self.pattern}>"


class Preparers:
    """Everybody who is asked before documents change, in the order they were registered.

    Arguments: ``limit`` is how many seconds each may take.
    """

    __slots__ = ("_asked", "_lock", "_preparers", "limit")

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._preparers: list[Preparer] = []
        self._asked: set[int] = set()  # the threads that ask
        self._lock = RLock()

    def add(self, pattern: Pattern, callback: Callable[..., object], name: str) -> Preparer:
        """Ask a callback from now on."""
        preparer = Preparer(pattern, callback, name, self._preparers)
        self._preparers.append(preparer)
        return preparer

    def is_asked(self) -> bool:
        """True in a thread in which a callback is being asked."""
        return bool(self._asked) and get_ident() in self._asked

    def ask(self, changed: Mapping[str, Candidate]) -> None:
        """Ask everybody about the documents that are about to change. Raises ``Veto`` for the first who refuses."""
        for preparer in tuple(self._preparers):
            changes: list[Change] = []
            for name, one in changed.items():
                if preparer.pattern.matches(name):
                    before = one.before if one.before is not None else ABSENT
                    changes += preparer.pattern.select(name, before, one.config)
            if changes:
                self._ask(preparer, tuple(changes))

    def _ask(self, preparer: Preparer, changes: tuple[Change, ...]) -> None:
        """Ask in a thread of its own: what hangs must not hang the reload with it."""
        raised: list[BaseException] = []

        def run() -> None:
            self._asked.add(get_ident())
            try:
                answer: Any = preparer.callback(changes)
                if hasattr(answer, "__await__"):
                    import asyncio

                    asyncio.run(_awaited(answer))
            except BaseException as error:  # noqa: BLE001 - whatever it raises refuses the change
                raised.append(error)
            finally:
                self._asked.discard(get_ident())

        thread = Thread(target=run, name="setpoint-prepare", daemon=True)
        thread.start()
        thread.join(self.limit)
        if thread.is_alive():
            raise _veto(preparer, changes, f"gave no answer within {self.limit:g} s")
        if not raised:
            return
        error = raised[0]
        if isinstance(error, SetpointError):
            raise _veto(preparer, changes, f"refused it: {error.message}") from None
        what = f"raised {type(error).__name__}"  # not its message, which may quote a value
        raise _veto(preparer, changes, f'{what}; raise setpoint.Veto("why") to say why') from error


async def _awaited(answer: Any) -> None:
    await answer


def _veto(preparer: Preparer, changes: tuple[Change, ...], what: str) -> Veto:
    documents = tuple(dict.fromkeys(one.document for one in changes))
    message = f"{', '.join(documents)}: {preparer.name} (on_prepare) {what}; what was served before is served on"
    return Veto(message, [Diagnostic("vetoed", message, document=document) for document in documents])
