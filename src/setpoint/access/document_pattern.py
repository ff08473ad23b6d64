"""``DocumentPattern``: which documents something is about, by their names."""

from __future__ import annotations

from ..errors import UsageError

_LONGEST = 500  # characters of a pattern
_MOST = 50  # steps of a pattern: the work of a match grows with it


class DocumentPattern:
    """The documents that a pattern means: ``messaging``, ``team/*``, ``team/**``, ``**``.

    Arguments: ``text`` is a name, whose steps are separated by ``/``. In place of a step, ``*`` stands for any one
    step, and ``**`` for any number of them, also none. A star inside a step means nothing and is refused: who writes
    ``prod*`` would learn too late what it lets in.

    Raises ``UsageError`` that says what to write.
    """

    __slots__ = ("_exact", "_fixed", "_steps", "is_any", "text")

    def __init__(self, text: str) -> None:
        self.text = _checked(text)
        self._steps = tuple(text.split("/"))
        self._exact = "*" not in text
        self._fixed = "**" not in self._steps  # as many steps as it says
        self.is_any = all(step == "**" for step in self._steps)

    def matches(self, name: str) -> bool:
        """True when it means the document of this name."""
        if self.is_any:
            return True
        if self._exact:
            return name == self.text
        parts = name.split("/")
        if self._fixed:
            return len(parts) == len(self._steps) and all(
                step in ("*", part) for step, part in zip(self._steps, parts, strict=True)
            )
        # Where in the pattern one can be after each step of the name; no backtracking, whatever the pattern is.
        reached = self._settled({0})
        for part in parts:
            reached = self._settled(
                {
                    at if self._steps[at] == "**" else at + 1
                    for at in reached
                    if at < len(self._steps) and self._steps[at] in ("**", "*", part)
                }
            )
            if not reached:
                return False
        return len(self._steps) in reached

    def _settled(self, reached: set[int]) -> set[int]:
        """Add the places behind each ``**`` that was come to: it may stand for nothing."""
        for at, step in enumerate(self._steps):
            if step == "**" and at in reached:
                reached.add(at + 1)
        return reached

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, DocumentPattern) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"DocumentPattern({self.text!r})"


def _checked(text: str) -> str:
    if not isinstance(text, str):
        raise UsageError(f"a pattern of documents is a text, not {type(text).__name__}")
    if len(text) > _LONGEST or text.count("/") >= _MOST:
        raise UsageError(f"a pattern of documents has at most {_LONGEST} characters and {_MOST} steps")
    if not text or not text.isprintable():
        raise UsageError(f"cannot read the pattern {text!r}: it names documents, e.g. messaging, team/* or **")
    for step in text.split("/"):
        if not step:
            raise UsageError(f"cannot read the pattern {text!r}: a step is missing; there is one on each side of '/'")
        if "*" in step and step not in ("*", "**"):
            raise UsageError(
                f"cannot read the pattern {text!r}: * and ** stand alone between slashes, and not in {step!r}"
            )
    return text
