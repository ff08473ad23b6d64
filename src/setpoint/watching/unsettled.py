"""``Unsettled``: what looks changed, and may not be finished."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .content import Content


class _Held:
    __slots__ = ("content", "due", "first", "told")

    def __init__(self, content: Content, first: float, due: float, told: bool) -> None:
        self.content = content
        self.first = first
        self.due = due
        self.told = told


class Unsettled:
    """Paths that have other content, which nobody said is complete: they are looked at again before they are reported.

    That is what a file is like that was found half written, or between its removal and its return.

    Arguments: however often a path goes on changing, after ``patience`` seconds it is reported: a file that is written
    to all the time.
    """

    __slots__ = ("_held", "_patience")

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._held: dict[str, _Held] = {}

    def hold(self, path: str, content: Content, now: float, quiet: float, *, age: float | None, told: bool) -> bool:
        """Return True when the content is to be held; False when it has stood still for long enough.

        Arguments: ``quiet`` is for how many seconds it must; ``age`` is how long it did by its own stamp, if known;
        ``told`` is True when a signal told of it.
        """
        if age is not None and age >= quiet:
            return False
        held = self._held.get(path)
        if held is None:
            self._held[path] = _Held(content, now, now + quiet - (age or 0.0), told)
            return True
        held.told = held.told or told
        same = held.content.says_the_same(content) and held.content.key == content.key
        if now >= held.first + self._patience or (same and now >= held.due):
            return False
        if not same:
            held.content = content
            held.due = min(now + quiet - (age or 0.0), held.first + self._patience)
        return True

    def content(self, path: str) -> Content | None:
        """Return what a held path was like, None when it is not held."""
        held = self._held.get(path)
        return None if held is None else held.content

    def drop(self, path: str) -> tuple[float | None, bool]:
        """Hold a path no longer; return when it was first found changed, if it was held, and whether a signal told."""
        held = self._held.pop(path, None)
        return (None, False) if held is None else (held.first, held.told)

    def due(self) -> float | None:
        """Return when the next held path is to be looked at, None when none is held."""
        return min((held.due for held in self._held.values()), default=None)

    def ripe(self, now: float) -> list[str]:
        """Return the held paths whose time has come."""
        return [path for path, held in self._held.items() if held.due <= now]
