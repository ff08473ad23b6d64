"""``Alert``: a rule that noticed something, with a severity and a life: raised, repeated, resolved."""

from __future__ import annotations

import json
from types import MappingProxyType

from ..events import Event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

SEVERITIES = ("low", "medium", "high", "critical")
_LONGEST = 1000  # characters of a message that are kept


class Alert:
    """One alert.

    ``rule`` is the id of the rule, ``subject`` what it is about: a document, a disk, or nothing in particular; there
    is at most one open alert for both. ``shared`` is False when it concerns the process that raised it alone.
    ``value`` and ``threshold`` are what was measured and what it was measured against, NaN where nothing was.
    ``raised``, ``seen``, ``told`` and ``resolved`` are seconds since 1970: when it began, when its cause was seen last,
    when it was last told of, and when it was over (None: it is open). ``repeats`` counts how often it was told of
    again, ``returns`` how often its cause came back shortly after it was over. ``ending`` says why it is over.
    """

    __slots__ = (
        "advice",
        "documents",
        "ending",
        "id",
        "message",
        "process",
        "raised",
        "repeats",
        "resolved",
        "returns",
        "rule",
        "seen",
        "severity",
        "shared",
        "subject",
        "threshold",
        "told",
        "value",
    )

    def __init__(
        self,
        number: str,
        rule: str,
        subject: str,
        process: int,
        *,
        severity: str,
        message: str,
        raised: float,
        documents: Iterable[str] = (),
        advice: str = "",
        value: float = float("nan"),
        threshold: float = float("nan"),
        shared: bool = True,
        resolved: float | None = None,
    ) -> None:
        self.id = number
        self.rule = rule
        self.subject = subject
        self.process = process
        self.severity = severity
        self.message = message[:_LONGEST]
        self.advice = advice[:_LONGEST]
        self.documents = tuple(documents)
        self.value = value
        self.threshold = threshold
        self.shared = shared
        self.raised = raised
        self.seen = raised
        self.told = raised
        self.resolved = resolved
        self.repeats = 0
        self.returns = 0
        self.ending = ""

    @property
    def is_open(self) -> bool:
        """True until it is resolved."""
        return self.resolved is None

    def facts(self) -> dict[str, Any]:
        """Return what a store keeps of it beside its columns."""
        return {
            "severity": self.severity,
            "message": self.message,
            "advice": self.advice,
            "documents": list(self.documents),
            "value": _number(self.value),
            "threshold": _number(self.threshold),
            "shared": self.shared,
            "seen": self.seen,
            "told": self.told,
            "repeats": self.repeats,
            "returns": self.returns,
            "ending": self.ending,
        }

    @classmethod
    def from_row(  # noqa: PLR0917 - the columns, in their order
        cls, number: str, rule: str, subject: str, process: int, facts: str, raised: float, resolved: float | None
    ) -> Alert | None:
        """Return the alert of a row; None when the row is damaged."""
        try:
            held: Mapping[str, Any] = json.loads(facts)
            severity = SEVERITIES[SEVERITIES.index(held["severity"])]
            alert = cls(
                number,
                rule,
                subject,
                process,
                severity=severity,
                message=str(held["message"]),
                advice=str(held["advice"]),
                documents=[str(name) for name in held["documents"]],
                value=_measured(held["value"]),
                threshold=_measured(held["threshold"]),
                shared=bool(held["shared"]),
                raised=float(raised),
                resolved=None if resolved is None else float(resolved),
            )
            alert.seen, alert.told = float(held["seen"]), float(held["told"])
            alert.repeats, alert.returns = int(held["repeats"]), int(held["returns"])
            alert.ending = str(held["ending"])
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        return alert

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold: a number that is none is None."""
        facts = self.facts()
        del facts["told"]
        return {
            "id": self.id,
            "rule": self.rule,
            "subject": self.subject,
            "state": "open" if self.resolved is None else "resolved",
            "raised": self.raised,
            "resolved": self.resolved,
            **facts,
        }

    def __repr__(self) -> str:
        about = f" of {self.subject}" if self.subject else ""
        return f"<Alert {self.severity}: {self.rule}{about}{'' if self.is_open else ', resolved'}>"


def _number(value: float) -> float | None:
    return value if abs(value) < float("inf") else None  # false for NaN too


def _measured(value: float | None) -> float:
    return float("nan") if value is None else float(value)


class AlertEvent(Event):
    """Something that happened to an alert. Arguments: ``alert`` as it was then, in the form of its ``to_dict``."""

    __slots__ = ("alert",)

    alert: Mapping[str, Any]

    def __init__(self, alert: Alert, *, at: float) -> None:
        super().__init__(alert.documents, at=at)
        self._place(alert=MappingProxyType(alert.to_dict()))

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {**super().to_dict(), "alert": dict(self.alert)}

    def _notes(self) -> Iterable[str]:
        return (f"{self.alert['severity']}: {self.alert['rule']}",)


class AlertRaised(AlertEvent):
    """A rule noticed something; or it came back, shortly after it was over."""

    __slots__ = ()


class AlertRepeated(AlertEvent):
    """What a rule noticed still lasts."""

    __slots__ = ()


class AlertResolved(AlertEvent):
    """What a rule noticed is over."""

    __slots__ = ()
