"""``Problem``: one mistake in a tree, before it is known where that stands in a file."""

from __future__ import annotations

from ..diagnostic import ERROR


class Problem:
    """One mistake in a tree.

    Arguments:
        rule: the stable id of the kind of mistake, e.g. ``misspelt-key``; ``diagnosis`` lists them.
        message: what is wrong and what was expected, one sentence, never a secret value.
        parts: the keys and indexes to the place.
        at: ``key`` or ``value``, the half of the entry that is meant.
        severity: ``error`` or ``warning``.
        suggestion: what to do, ready to be shown: ``did you mean 'timeout'?``.
        note: what the schema says about the place.
    """

    __slots__ = ("at", "message", "note", "parts", "rule", "severity", "suggestion")

    def __init__(
        self,
        rule: str,
        message: str,
        parts: tuple[str | int, ...],
        at: str = "value",
        *,
        severity: str = ERROR,
        suggestion: str | None = None,
        note: str | None = None,
    ) -> None:
        self.rule = rule
        self.message = message
        self.parts = parts
        self.at = at
        self.severity = severity
        self.suggestion = suggestion
        self.note = note

    def moved(self, parts: tuple[str | int, ...]) -> Problem:
        """Return the same problem at another place."""
        return Problem(
            self.rule, self.message, parts, self.at, severity=self.severity, suggestion=self.suggestion, note=self.note
        )

    def __repr__(self) -> str:
        hint = f" ({self.suggestion})" if self.suggestion else ""
        return f"<Problem {list(self.parts)} {self.at}: {self.message}{hint} [{self.rule}]>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Problem):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash((self.rule, self.message, self.parts, self.at))
