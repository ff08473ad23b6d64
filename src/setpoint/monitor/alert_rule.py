"""Rules: what is looked for in a sample and in the state of health, and what it is called when it is found."""

from __future__ import annotations

from math import isnan, nan

from .alert import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

    from .health import Health


class Reading:
    """A sample beside the one before it. Arguments: both by name; ``previous`` is None for the first one."""

    __slots__ = ("_previous", "sample")

    def __init__(self, sample: Mapping[str, float], previous: Mapping[str, float] | None = None) -> None:
        self.sample = sample
        self._previous = previous

    def value(self, name: str) -> float:
        """Return a value; NaN when there is none."""
        return float(self.sample.get(name, nan))

    def increase(self, name: str) -> float:
        """Return by how much a counter grew since the sample before: since it began, in the first sample."""
        value = self.value(name)
        before = float(self._previous.get(name, 0.0)) if self._previous is not None else 0.0
        return value if isnan(before) or value < before else value - before


class Finding:
    """What a rule has found.

    Arguments: ``subject`` tells it from others of the same rule; ``message`` says in a sentence what is the matter, and
    ``advice`` what to do; ``severity`` replaces the rule's own; ``value`` and ``threshold`` are NaN where nothing is
    measured.
    """

    __slots__ = ("advice", "documents", "message", "severity", "subject", "threshold", "value")

    def __init__(
        self,
        message: str,
        *,
        subject: str = "",
        advice: str = "",
        severity: str | None = None,
        documents: Iterable[str] = (),
        value: float = nan,
        threshold: float = nan,
    ) -> None:
        self.message = message
        self.subject = subject
        self.advice = advice
        self.severity = severity
        self.documents = tuple(documents)
        self.value = value
        self.threshold = threshold


class AlertRule:
    """One rule.

    Arguments: ``number`` is its id, in kebab-case; ``severity`` is one of ``alert.SEVERITIES``; ``hold`` is for how
    many seconds it must be found before an alert is raised; ``shared`` says that every process which watches the
    directory finds the same, so that one alert is enough. One that is not ``enabled`` finds nothing.
    """

    __slots__ = ("enabled", "hold", "id", "severity", "shared")

    def __init__(self, number: str, severity: str, *, hold: float = 0.0, shared: bool = True) -> None:
        self.id = number
        self.severity = severity
        self.hold = hold
        self.shared = shared
        self.enabled = True

    def findings(self, reading: Reading, health: Health | None, is_open: Container[str]) -> Iterable[Finding]:
        """Return what is found. Arguments: ``is_open`` are the subjects that have an open alert of this rule."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}, {self.severity}>"


class ThresholdRule(AlertRule):
    """A number that is too large, or too small.

    Arguments: ``measure`` takes the number from a reading, NaN when it cannot be told, which is never too much; the
    alert is raised when it is above ``threshold`` (below it, with ``below``), and over when it is back at ``clear``.
    ``says`` makes the message of the number and the threshold; ``subject`` is what the number is of; ``kinds`` are the
    reasons of health that mean the same, and raise the same alert.
    """

    __slots__ = ("advice", "below", "clear", "kinds", "measure", "says", "subject", "threshold")

    def __init__(
        self,
        number: str,
        severity: str,
        measure: Callable[[Reading], float],
        *,
        threshold: float,
        clear: float,
        says: Callable[[float, float], str],
        advice: str,
        below: bool = False,
        hold: float = 0.0,
        shared: bool = False,
        subject: str = "",
        kinds: tuple[str, ...] = (),
    ) -> None:
        super().__init__(number, severity, hold=hold, shared=shared)
        self.kinds = kinds
        self.measure = measure
        self.threshold = threshold
        self.clear = clear
        self.says = says
        self.advice = advice
        self.below = below
        self.subject = subject

    def findings(self, reading: Reading, health: Health | None, is_open: Container[str]) -> Iterable[Finding]:
        """Return one finding, or none."""
        value = self.measure(reading)
        limit = self.clear if self.subject in is_open else self.threshold
        said = reasons_found(health, self.kinds, subject=self.subject)
        if not isnan(value) and ((value < limit) if self.below else (value > limit)):
            severity = said[0].severity if said else None  # the graver of both counts
            graver = severity is not None and SEVERITIES.index(severity) > SEVERITIES.index(self.severity)
            yield Finding(
                self.says(value, self.threshold),
                subject=self.subject,
                advice=self.advice,
                severity=severity if graver else None,
                value=value,
                threshold=self.threshold,
            )
        else:
            yield from said


class HealthRule(AlertRule):
    """Kinds of reasons for which the health is not what it should be: one alert for each document that is concerned.

    Arguments: ``kinds`` are the ``rule`` of the reasons; without a ``severity`` it follows from that of the reason.
    What is about the same document as a reason of the kinds ``unless``, or about no document while there is one, is
    told by another rule.
    """

    __slots__ = ("kinds", "own_severity", "unless")

    def __init__(
        self,
        number: str,
        kinds: tuple[str, ...],
        severity: str | None = None,
        *,
        hold: float = 0.0,
        shared: bool = True,
        unless: tuple[str, ...] = (),
        enabled: bool = True,
    ) -> None:
        super().__init__(number, severity or "medium", hold=hold, shared=shared)
        self.kinds = kinds
        self.own_severity = severity
        self.unless = unless
        self.enabled = enabled

    def findings(self, reading: Reading, health: Health | None, is_open: Container[str]) -> Iterable[Finding]:
        """Return one finding for each document of each reason of the kinds, or one for the reason."""
        del reading, is_open
        told = reasons_found(health, self.unless)
        subjects = {one.subject for one in told if one.documents}
        for one in reasons_found(health, self.kinds, self.own_severity):
            if not (one.subject in subjects if one.documents else told and self.unless):
                yield one


def reasons_found(
    health: Health | None, kinds: Iterable[str], severity: str | None = None, subject: str | None = None
) -> list[Finding]:
    """Return what some kinds of reasons say: of each subject, what the first kind does, with the gravest severity.

    Arguments: ``severity`` and ``subject`` take the place of the reasons' own.
    """
    found: dict[str, Finding] = {}
    reasons = () if health is None else health.reasons
    for reason in (one for kind in kinds for one in reasons if one.rule == kind):
        gravity = severity or SEVERITY_OF[reason.severity]
        for about in (subject,) if subject is not None else reason.documents or (reason.subject,):
            known = found.get(about)
            if known is None:
                found[about] = Finding(
                    reason.message,
                    subject=about,
                    advice=reason.advice,
                    severity=gravity,
                    documents=(about,) if about in reason.documents else (),
                )
            elif known.severity is not None and SEVERITIES.index(gravity) > SEVERITIES.index(known.severity):
                known.severity = gravity
    return list(found.values())


# What the words for health are as severities of alerts.
SEVERITY_OF = {"degraded": "medium", "warning": "high", "critical": "critical"}


class OwnRule(AlertRule):
    """A rule of the program.

    Arguments: ``function`` takes the sample and the health, and returns something false when all is well, else True or
    a message.
    """

    __slots__ = ("function",)

    def __init__(
        self,
        number: str,
        severity: str,
        function: Callable[[Mapping[str, float], Health | None], object],
        *,
        hold: float = 0.0,
        shared: bool = False,
    ) -> None:
        super().__init__(number, severity, hold=hold, shared=shared)
        self.function = function

    def findings(self, reading: Reading, health: Health | None, is_open: Container[str]) -> Iterable[Finding]:
        """Return one finding, or none. Raises what the function raises."""
        del is_open
        found = self.function(reading.sample, health)
        if found:
            yield Finding(found if isinstance(found, str) else f"the rule {self.id} of this program applies")
