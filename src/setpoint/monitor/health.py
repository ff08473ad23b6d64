"""``Health``: how a system is, and every reason why it is not healthy."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

HEALTHY = "healthy"
DEGRADED = "degraded"  # all that is promised is kept, with less than there should be: polling, no record
WARNING = "warning"  # something is wrong, and what was good is served meanwhile: somebody should look soon
CRITICAL = "critical"  # something that is asked for cannot be had, or changes are not seen: somebody should look now
STATUSES = (HEALTHY, DEGRADED, WARNING, CRITICAL)


class Reason:
    """Why a system is not healthy.

    Arguments: ``rule`` is the stable id of the kind of reason, in kebab-case; ``severity`` is ``degraded``,
    ``warning`` or ``critical``; ``message`` says what is the matter, in one sentence, without a value of any
    configuration; ``advice`` what to do; ``documents`` are those that it is about; ``since`` is when it began, in
    seconds since 1970, None when that is not known: then it is when it was first seen; ``subject`` tells several
    reasons of one rule apart.
    """

    __slots__ = ("advice", "documents", "message", "rule", "severity", "since", "subject")

    def __init__(
        self,
        rule: str,
        severity: str,
        message: str,
        advice: str,
        *,
        documents: Iterable[str] = (),
        since: float | None = None,
        subject: str = "",
    ) -> None:
        if severity not in STATUSES[1:]:
            raise ValueError(f"a reason's severity is one of {STATUSES[1:]}, not {severity!r}")
        self.rule = rule
        self.severity = severity
        self.message = message
        self.advice = advice
        self.documents = tuple(documents)
        self.since = since
        self.subject = subject

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "message": self.message,
            "advice": self.advice,
            "documents": list(self.documents),
            "since": self.since,
            "subject": self.subject,
        }

    def __repr__(self) -> str:
        return f"<Reason {self.rule}, {self.severity}: {self.message}>"


class Health:
    """How a system was at one look: the worst of its reasons, and all of them, the worst first.

    Arguments: ``at`` is when that was, and ``since`` when it began to be so, both in seconds since 1970;
    ``documents`` are the numbers of them: in all, served, invalid, …
    """

    __slots__ = ("at", "documents", "reasons", "since", "status")

    def __init__(self, reasons: Iterable[Reason], *, at: float, since: float, documents: dict[str, int]) -> None:
        self.reasons = tuple(sorted(reasons, key=lambda one: (-STATUSES.index(one.severity), one.rule, one.subject)))
        self.status = self.reasons[0].severity if self.reasons else HEALTHY
        self.at = at
        self.since = since
        self.documents = documents

    @property
    def is_healthy(self) -> bool:
        """True when there is no reason for anything else."""
        return not self.reasons

    @property
    def level(self) -> int:
        """The status as a number: 0 healthy, 1 degraded, 2 warning, 3 critical."""
        return STATUSES.index(self.status)

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "status": self.status,
            "reasons": [one.to_dict() for one in self.reasons],
            "documents": dict(self.documents),
            "since": self.since,
            "at": self.at,
        }

    def __repr__(self) -> str:
        return f"<Health: {self.status}{'; ' if self.reasons else ''}{', '.join(one.rule for one in self.reasons)}>"


def listed(names: Iterable[str], most: int = 5) -> str:
    """Return names for a sentence: the first few, and how many more there are."""
    all_names = list(names)
    more = f" and {len(all_names) - most} more" if len(all_names) > most else ""
    return f"{', '.join(all_names[:most])}{more}"
