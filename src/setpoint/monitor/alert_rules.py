"""The rules that every monitor looks with, and what the settings say of them."""

from __future__ import annotations

from math import nan

from ..platform import host_name
from .alert_rule import HealthRule, Reading, ThresholdRule
from .limits import Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from .alert_rule import AlertRule

_BACK = 0.9  # part of a limit to which a figure must fall for its alert to be over
_CLEARLY = 1.2  # times a limit to which room must grow for its alert to be over
_FEWEST_READS = 100  # in one interval; of fewer a ratio says little


def _hit_ratio(reading: Reading) -> float:
    # Nothing could have answered the first read of a document: a start with many of them is no fault of the cache.
    first = reading.increase("documents_served")
    reads = reading.increase("cache_reads") - (first if first > 0 else 0.0)
    return reading.increase("cache_hits") / reads if reads >= _FEWEST_READS else nan


def _value(name: str) -> Callable[[Reading], float]:
    return lambda reading: reading.value(name)


def _grown(name: str) -> Callable[[Reading], float]:
    return lambda reading: reading.increase(name)


def _share(what: str) -> Callable[[float, float], str]:
    return lambda value, limit: f"{what}: {value * 100:.1f} %, the limit is {limit * 100:g} %"


def _percent(what: str) -> Callable[[float, float], str]:
    return lambda value, limit: f"{what}: {value:.1f} %, the limit is {limit:g} %"


def _seconds(what: str) -> Callable[[float, float], str]:
    return lambda value, limit: f"{what}: {value:.2f} s, the limit is {limit:g} s"


def _times(what: str) -> Callable[[float, float], str]:
    return lambda value, limit: f"{what}: {value:g}, the limit is {limit:g}"


def _documents_behind(value: float, limit: float) -> str:
    more = f", the limit is {limit:g}" if limit else ""
    return f"{value:g} {'document is' if value == 1 else 'documents are'} not at the newest version{more}"


def _used_disk(limits: Limits) -> Callable[[Reading], float]:
    """What is used of a disk in percent, as long as the room that is left is too little in bytes too."""
    most = limits.disk_free * _CLEARLY
    return lambda reading: reading.value("disk_used_percent") if reading.value("disk_free_bytes") < most else 0.0


def threshold_rules(limits: Limits) -> list[ThresholdRule]:
    """Return the rules over numbers, as they are when no setting says otherwise.

    Arguments: ``limits`` are those of the health, so that it and the alerts agree on what is scarce.
    """
    machine = host_name()
    return [
        ThresholdRule(
            "cache-hit-ratio",
            "medium",
            _hit_ratio,
            threshold=0.8,
            clear=0.9,
            below=True,
            says=_share("reads since the last sample that the cache could answer"),
            advice="look for code that invalidates or reloads often, or give the cache more room ([cache] max_bytes)",
        ),
        ThresholdRule(
            "cache-compression",
            "low",
            _value("cache_compression_ratio"),
            threshold=0.8,
            clear=0.7,
            says=_share("size of compressed documents by their size before"),
            advice="documents that hardly get smaller cost more time than they save: set [cache] compression_level = 0",
        ),
        ThresholdRule(
            "slow-loads",
            "medium",
            _value("load_seconds"),
            threshold=0.5,
            clear=0.25,
            says=_seconds("mean time to load a document since the last sample"),
            advice="look at the size of the documents and at the load of the disk and the machine",
        ),
        ThresholdRule(
            "slow-reloads",
            "medium",
            _value("reload_seconds"),
            threshold=0.5,
            clear=0.25,
            says=_seconds("mean time from seeing a change to serving it since the last sample"),
            advice="look at callbacks of on_prepare, at the size of the documents and at the load of the machine",
        ),
        ThresholdRule(
            "migration-failures",
            "high",
            _grown("migration_failures"),
            threshold=0,
            clear=0,
            says=_times("migrations that failed since the last sample"),
            advice="'setpoint migrate NAME --plan' says what is in the way",
        ),
        ThresholdRule(
            "migration-pending",
            "low",
            _value("migrations_pending"),
            threshold=0,
            clear=0,
            hold=600,  # whoever brings new migrations is about to run them
            shared=True,
            says=_documents_behind,
            advice="'setpoint migrate --check' says which, and 'setpoint migrate --all' carries them there",
        ),
        ThresholdRule(
            "cpu",
            "high",
            _value("machine_cpu_percent"),
            threshold=limits.cpu,
            clear=limits.cpu * _BACK,
            hold=60,
            shared=True,
            subject=machine,
            says=_percent("processor time of the machine that is used"),
            advice="see which process it is, with top",
            kinds=("cpu", "process-cpu"),
        ),
        ThresholdRule(
            "memory",
            "high",
            _value("machine_memory_percent"),
            threshold=limits.memory,
            clear=limits.memory * _BACK,
            shared=True,
            subject=machine,
            says=_percent("memory of the machine, or of its container, that is used"),
            advice="see which process it is, with top; a machine that runs out of it ends processes",
            kinds=("memory", "process-memory"),
        ),
        ThresholdRule(
            "disk-full",
            "high",
            _used_disk(limits),
            threshold=100 - limits.disk_free_percent,
            clear=100 - limits.disk_free_percent * _CLEARLY,
            shared=True,
            subject=machine,
            says=_percent("used space where Setpoint keeps its own files"),
            advice="make room: a full disk keeps changes from being made and recorded",
            kinds=("disk-full",),
        ),
        ThresholdRule(
            "descriptors",
            "high",
            _value("descriptors_percent"),
            threshold=limits.descriptors,
            clear=limits.descriptors * _BACK,
            says=_percent("open files of the process by the most it may have"),
            advice="look for files and sockets that are not closed, or raise the limit (ulimit -n)",
            kinds=("descriptors",),
        ),
    ]


# One fault often is several reasons of health. Of those of a line there is one alert, by the name in front; of a
# document, only the first line that applies to it counts.
_OF_DOCUMENTS = {
    "invalid-document": ("invalid", "refused", "stale"),
    "guarded-change": ("guarded",),
    "files-gone": ("files-gone",),
    "tampering": ("unrecorded",),
    "drift": ("drift",),
    "held-back": ("held-back",),
}
_OF_ALL = {
    "history-damaged": ("history-damaged",),
    "no-record": ("state-unusable", "history-unwritable", "history-unreadable", "not-recorded"),
    "migration-unclear": ("migration-unclear",),
}
_OF_A_PROCESS = {  # another process that watches the same directory may be well
    "watcher-dead": ("watcher-dead", "watcher-silent"),
    "watcher-trouble": ("watcher-trouble", "watcher-failed"),
    "watcher-polling": ("watcher-polling", "signals-missing"),
    "slow-callbacks": ("callback-slow", "callback-backlog"),
    "callback-errors": ("callback-failed",),
    "pending-restart": ("pending-restart",),
    "rule-failed": ("rule-failed",),
    "probe-failed": ("probe-failed",),
}
_SEVERITIES = {
    "tampering": "high",
    "watcher-polling": "low",
    "pending-restart": "low",
    "held-back": "low",
    "callback-errors": "medium",
    "slow-callbacks": "medium",
}
_SILENT = ("held-back",)  # whoever waits for another document; the alert is about that one
_CAUSED = {"no-record": "disk-full"}  # a fault that need not be told of while its cause is


def names() -> list[str]:
    """Return the ids of all rules, sorted: what ``[monitor.alerts]`` may be about."""
    return sorted({rule.id for rule in threshold_rules(Limits())} | {*_OF_DOCUMENTS, *_OF_ALL, *_OF_A_PROCESS})


def rules_of(given: Mapping[str, Any], limits: Limits | None = None) -> list[AlertRule]:
    """Return the rules as the settings want them.

    Arguments: ``given`` is the table ``[monitor.alerts]``: for a rule's id ``enabled``, ``severity``, ``threshold``,
    ``clear`` and ``for``; ``limits`` are those of the health, by default what they are without settings. With a new
    threshold and no ``clear`` the latter moves along in proportion. Raises ``UsageError`` for what makes no sense.
    """
    from ..errors import UsageError

    for number in given:
        if number not in names():
            from ..nearness import near

            close = " or ".join(repr(one) for one in near(number, names()))
            hint = f"did you mean {close}?" if close else f"there are {', '.join(names())}"
            raise UsageError(f"[monitor.alerts.{number}]: there is no such rule; {hint}")
    rules = threshold_rules(limits if limits is not None else Limits())
    for rule in rules:
        said = given.get(rule.id, {})
        rule.enabled = said.get("enabled", True)
        rule.severity = said.get("severity", rule.severity)
        rule.hold = said.get("for", rule.hold)
        if "threshold" in said:
            threshold = float(said["threshold"])
            rule.clear = rule.clear * threshold / rule.threshold if rule.threshold else threshold
            rule.threshold = threshold
        rule.clear = float(said.get("clear", rule.clear))
        if (rule.clear < rule.threshold) if rule.below else (rule.clear > rule.threshold):
            side = "below" if rule.below else "above"
            raise UsageError(
                f"[monitor.alerts.{rule.id}]: clear = {rule.clear:g} is {side} threshold = {rule.threshold:g}, so the"
                " alert would be over while it is raised"
            )
    return [*rules, *health_rules_of(given)]


def health_rules_of(given: Mapping[str, Any]) -> list[AlertRule]:
    """Return the rules over reasons of health as the settings want them; ``given`` as for ``rules_of``."""
    from ..errors import UsageError

    rules: list[AlertRule] = []
    before: tuple[str, ...] = ()
    for group in (_OF_DOCUMENTS, _OF_ALL, _OF_A_PROCESS):
        for number, kinds in group.items():
            said = given.get(number, {})
            for word in ("threshold", "clear"):
                if word in said:
                    raise UsageError(f"[monitor.alerts.{number}]: {word}: this rule is not about a number")
            rule = HealthRule(
                number,
                kinds,
                said.get("severity", _SEVERITIES.get(number)),
                hold=said.get("for", 0.0),
                shared=group is not _OF_A_PROCESS,
                unless=before if group is _OF_DOCUMENTS else _kinds_of(_CAUSED.get(number)),
                enabled=said.get("enabled", number not in _SILENT),
            )
            before += kinds
            rules.append(rule)
    return rules


def _kinds_of(number: str | None) -> tuple[str, ...]:
    return () if number is None else next(rule.kinds for rule in threshold_rules(Limits()) if rule.id == number)
