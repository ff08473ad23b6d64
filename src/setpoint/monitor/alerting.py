"""``AlertEngine``: what the rules find becomes alerts, which are raised once, told again, and resolved."""

from __future__ import annotations

import os
from math import isnan

from ..errors import UsageError
from .alert import SEVERITIES, Alert, AlertEvent, AlertRaised, AlertRepeated, AlertResolved
from .alert_rule import Finding, HealthRule, OwnRule, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, TypeAlias

    from .alert_rule import AlertRule
    from .health import Health
    from .limits import Limits
    from .store import SampleStore
    from .store_alerts import OpenAlerts

    Key: TypeAlias = tuple[str, str, int]  # rule, subject, and the process that it is about, 0 for all of them

_MOST_SUBJECTS = 20  # of one rule that have an alert of their own
_OTHERS = "others"
FAILED = "alert-rule-failed"


class AlertEngine:
    """Looks at samples and health with rules, and keeps the alerts that follow in a store.

    Arguments: ``repeat`` is after how many seconds an open alert is told of again; ``settle`` for how many seconds
    nothing must be found before one is resolved; ``returning`` for how many after it was resolved the same alert is
    opened again instead of a new one raised, and then it must be quiet for as long before it is resolved once more. So
    a cause that comes and goes is told of about every ``returning`` seconds, however fast it does.

    An alert that all processes share belongs to the one that raised it; the others say nothing of it. When that one is
    gone, the next to look takes it over: it goes on if its cause is still found, and is resolved if not. An alert about
    a process that is gone is resolved. The time may be set back or forth: what was seen later than now, was seen
    now.
    """

    __slots__ = (
        "_first",
        "_held",
        "_owner",
        "_previous",
        "_rules",
        "_store",
        "repeat",
        "returning",
        "settle",
    )

    def __init__(
        self,
        rules: Iterable[AlertRule],
        store: SampleStore,
        *,
        repeat: float = 3600.0,
        settle: float = 60.0,
        returning: float = 600.0,
    ) -> None:
        self._store = store
        self._rules = {rule.id: rule for rule in rules}
        self.repeat = repeat
        self.settle = settle
        self.returning = returning
        self._previous: Mapping[str, float] | None = None
        self._first: dict[Key, float] = {}  # when something was found that has no alert yet
        self._held: dict[str, Alert] = {}  # open alerts of this process, for when the store loses them
        self._owner = os.getpid()

    @classmethod
    def of(cls, settings: Mapping[str, Any], store: SampleStore, limits: Limits | None = None) -> AlertEngine:
        """Return the engine that the settings want.

        Arguments: ``settings`` is the table ``[monitor]``; ``limits`` are those of the health, by default the settings'
        own. Raises ``UsageError`` for settings that make no sense.
        """
        from .alert_rules import rules_of
        from .limits import Limits

        times = {name: float(settings[name]) for name in ("repeat", "settle", "returning") if name in settings}
        scarce = limits if limits is not None else Limits(**settings.get("limits", {}))
        return cls(rules_of(settings.get("alerts", {}), scarce), store, **times)

    @property
    def rules(self) -> tuple[AlertRule, ...]:
        """The rules, in the order in which they are looked at."""
        return tuple(self._rules.values())

    def add_rule(
        self,
        function: Callable[[Mapping[str, float], Health | None], object],
        *,
        id: str | None = None,  # noqa: A002 - what it is called everywhere else
        severity: str = "medium",
        hold: float = 0.0,
        shared: bool = False,
    ) -> None:
        """Look with a function of the program too: it takes a sample and the health, and returns whether to alert.

        Arguments: the function returns a message, True, or something false; ``id`` by default is its name; ``hold`` and
        ``shared`` as for ``AlertRule``. Raises ``UsageError`` for an id that is taken, or a severity that is none.
        """
        number = id if id is not None else getattr(function, "__name__", type(function).__name__).replace("_", "-")
        if severity not in SEVERITIES:
            raise UsageError(f"severity {severity!r}: it is one of {', '.join(SEVERITIES)}")
        if not number or number in self._rules or number == FAILED:
            raise UsageError(f"the rule {number!r}: there is a rule of that id; give it another one: id=...")
        self._rules[number] = OwnRule(number, severity, function, hold=hold, shared=shared)

    def alerts(
        self, severity: str | None = None, since: float | None = None, until: float | None = None
    ) -> list[dict[str, Any]]:
        """Return alerts, open and past, the oldest first; arguments as for ``StoredAlerts.find``."""
        return [one.to_dict() for one in self._store.alerts.find(severity, since, until)]

    def evaluate(self, sample: Mapping[str, float], health: Health | None, now: float) -> list[AlertEvent]:
        """Look once, and return what happened to alerts, the gravest first.

        Arguments: ``health`` has ``reasons``, or is None; ``now`` in seconds since 1970.
        """
        if self._owner != os.getpid():  # a child has what it finds itself, and none of its parent's alerts
            self._owner = os.getpid()
            self._held.clear()
            self._first.clear()
        before = self._store.alerts.open()
        found = self._found(Reading(sample, self._previous), health, before)
        self._previous = dict(sample)
        due = self._due(found, before, now)
        if not before and not due and not self._held:
            return []
        events = self._store.alerts.change(lambda stored: self._changed(stored, found, due, now))
        return sorted(events, key=lambda event: -SEVERITIES.index(event.alert["severity"]))

    # -- finding -----------------------------------------------------------------------------------------------------

    def _found(self, reading: Reading, health: Health | None, before: list[Alert]) -> dict[Key, Finding]:
        found: dict[Key, Finding] = {}
        for rule in (*(one for one in self.rules if one.enabled), *self._rules_of(health)):
            is_open = {one.subject for one in before if one.rule == rule.id}
            try:
                findings = list(rule.findings(reading, health, is_open))
            except Exception as error:  # noqa: BLE001 - a rule of the program may raise anything, and harms no other
                self._complain(rule, error, found)
                continue
            process = 0 if rule.shared else self._store.process
            for one in _bounded(findings, is_open):
                one.severity = one.severity or rule.severity
                found[(rule.id, one.subject, process)] = one
        return found

    def _rules_of(self, health: Health | None) -> list[AlertRule]:
        """Return a rule for each kind of reason there is that no other rule knows."""
        if health is None:
            return []
        known = {kind for rule in self.rules for kind in getattr(rule, "kinds", ())}
        return [
            HealthRule(kind, (kind,)) for kind in dict.fromkeys(one.rule for one in health.reasons) if kind not in known
        ]

    def _complain(self, rule: AlertRule, error: Exception, found: dict[Key, Finding]) -> None:
        """Make an alert of a rule that cannot look, without the error's own message: it may quote a value."""
        found[(FAILED, rule.id, self._store.process)] = Finding(
            f"the rule {rule.id} raised {type(error).__name__}, so it looks at nothing",
            subject=rule.id,
            severity="medium",
            advice="correct the function that was given to monitor.rule",
        )

    def _due(self, found: dict[Key, Finding], before: list[Alert], now: float) -> set[Key]:
        """Return what was found for long enough to become an alert, or is one already."""
        is_open = {_key(one) for one in before}
        self._first = {
            key: min(self._first.get(key, now), now) for key in found
        }  # what was not found now begins anew the next time
        return {key for key in found if key in is_open or now - self._first[key] >= self._hold(key)}

    def _hold(self, key: Key) -> float:
        rule = self._rules.get(key[0])
        return rule.hold if rule is not None else 0.0

    # -- the life of an alert ----------------------------------------------------------------------------------------

    def _changed(self, stored: OpenAlerts, found: dict[Key, Finding], due: set[Key], now: float) -> list[AlertEvent]:
        for one in self._held.values():
            if not stored.has(one.id):
                stored.put([one])
        me, alive = self._store.process, stored.alive(now)
        events: list[AlertEvent] = []
        is_open = {_key(one): one for one in stored.open()}
        touched: list[Alert] = []
        for key, one in is_open.items():
            if one.process != me and one.process in alive:
                continue  # its own process looks after it
            if one.process != me and not one.shared:
                _end(one, now, "the process that it was about is gone")
                events.append(AlertResolved(one, at=now))
            elif key in found:
                one.process = me
                events += self._lasts(one, found[key], now)
            else:
                one.process = me
                events += self._is_quiet(one, now)
            touched.append(one)
        for key in sorted(due - is_open.keys()):
            one = self._raised(stored, key, found[key], now)
            events.append(AlertRaised(one, at=now))
            touched.append(one)
        stored.put(touched)
        self._held = {one.id: one for one in touched if one.is_open}
        return events

    def _raised(self, stored: OpenAlerts, key: Key, finding: Finding, now: float) -> Alert:
        rule, subject, process = key
        earlier = stored.latest(rule, subject, now - self.returning)
        if earlier is not None and earlier.shared == (process == 0) and (earlier.resolved or 0.0) <= now:
            earlier.resolved = None
            earlier.returns += 1
            earlier.ending = ""
            earlier.process = self._store.process
            earlier.told = now
            _update(earlier, finding, now)
            return earlier
        return Alert(
            os.urandom(8).hex(),
            rule,
            subject,
            self._store.process,
            severity=finding.severity or "medium",
            message=finding.message,
            advice=finding.advice,
            documents=finding.documents,
            value=finding.value,
            threshold=finding.threshold,
            shared=process == 0,
            raised=now,
        )

    def _lasts(self, one: Alert, finding: Finding, now: float) -> Iterable[AlertEvent]:
        graver = SEVERITIES.index(finding.severity or one.severity) > SEVERITIES.index(one.severity)
        _update(one, finding, now)
        one.told = min(one.told, now)
        if graver:
            one.told = now
            yield AlertRaised(one, at=now)
        elif now - one.told >= self.repeat:
            one.told = now
            one.repeats += 1
            yield AlertRepeated(one, at=now)

    def _is_quiet(self, one: Alert, now: float) -> Iterable[AlertEvent]:
        one.seen = min(one.seen, now)
        if now - one.seen >= max(self.settle, self.returning if one.returns else 0.0):
            _end(one, now, "nothing of it is found any more")
            yield AlertResolved(one, at=now)

    def __repr__(self) -> str:
        return f"<AlertEngine with {len(self._rules)} rules>"


def _key(one: Alert) -> Key:
    return (one.rule, one.subject, 0 if one.shared else one.process)


def _end(one: Alert, now: float, why: str) -> None:
    one.resolved = max(now, one.raised)
    one.ending = why


def _update(one: Alert, finding: Finding, now: float) -> None:
    """Bring an alert up to what is found now; its severity only grows as long as it is open."""
    one.seen = now
    one.message = finding.message[:1000]
    one.advice = finding.advice[:1000]
    one.documents = finding.documents
    if not isnan(finding.value):
        one.value, one.threshold = finding.value, finding.threshold
    if finding.severity is not None and SEVERITIES.index(finding.severity) > SEVERITIES.index(one.severity):
        one.severity = finding.severity


def _bounded(findings: list[Finding], is_open: set[str]) -> list[Finding]:
    """Return the findings that have an alert of their own, and one for all others when there are too many."""
    if len(findings) <= _MOST_SUBJECTS:
        return findings
    ordered = sorted(findings, key=lambda one: one.subject not in is_open)
    kept, rest = ordered[: _MOST_SUBJECTS - 1], ordered[_MOST_SUBJECTS - 1 :]
    gravest = max((one.severity for one in rest if one.severity is not None), key=SEVERITIES.index, default=None)
    documents = [name for one in rest for name in one.documents]
    kept.append(
        Finding(
            f"{len(rest)} more, such as: {rest[0].message}",
            subject=_OTHERS,
            advice=rest[0].advice,
            severity=gravest,
            documents=documents[:100],
        )
    )
    return kept
