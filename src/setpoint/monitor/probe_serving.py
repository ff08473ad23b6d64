"""``ServingProbe``: documents that are not served as their files are, and why."""

from __future__ import annotations

from .health import DEGRADED, WARNING, Reason, listed
from .probe import Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..reload.refusals import Refusal
    from ..system import ConfigSystem

_FIX = "repair the file; it is served as soon as it is good, by hot reload or reload()"


class ServingProbe:
    """Tells what a system says of itself: what it refused, what is stale, what waits for a restart."""

    title = "what is served"

    def __init__(self, system: ConfigSystem) -> None:
        self._system = system

    def look(self, now: float) -> Found:  # noqa: ARG002
        """Return a reason for each kind of refusal."""
        system = self._system
        reload, rescue = system._opened_reload, system._rescue
        reasons = []
        if reload is not None:
            kinds: dict[str, dict[str, Refusal]] = {}
            for name, one in reload.refusals.standing.items():
                if name in system._serving.cache:  # what was never good is for the probe of documents to tell
                    kinds.setdefault(one.kind, {})[name] = one
            reasons += [_of_kind(kind, refused) for kind, refused in sorted(kinds.items())]
        stale = dict(rescue.stale) if rescue is not None else {}
        if stale:
            reasons.append(
                Reason(
                    "stale",
                    WARNING,
                    f"served as they were good last, because their files are not good: {listed(sorted(stale))}",
                    _FIX,
                    documents=sorted(stale),
                    since=min(one.since for one in stale.values()),
                )
            )
        waiting = sorted({one.document for one in system.pending_restart()})
        if waiting:
            reasons.append(
                Reason(
                    "pending-restart",
                    DEGRADED,
                    f"values of {listed(waiting)} have changed that count only after a restart (x-setpoint-restart)",
                    "start the program again",
                    documents=waiting,
                )
            )
        return Found(
            reasons, documents={"refused": len(reload.refusals.standing) if reload else 0, "stale": len(stale)}
        )


def _of_kind(kind: str, refused: dict[str, Refusal]) -> Reason:
    from ..reload.refusals import GONE, GUARD, WAITING

    names = sorted(refused)
    first = min(refused.values(), key=lambda one: one.since)
    what = {
        GUARD: ("guarded", "a change looks like an accident, and is not served", f"setpoint accept {names[0]}"),
        WAITING: ("held-back", "changed together with documents that are refused, and wait for these", _FIX),
        GONE: (
            "files-gone",
            "the files are gone; what they held is served",
            "put the file back, or start again without",
        ),
    }
    rule, words, advice = what.get(kind, ("refused", "what the files say is refused, what was good is served", _FIX))
    # The message of an error is worded by this package, and never quotes a secret.
    detail = f": {first.error.message}" if kind != WAITING else ""
    return Reason(rule, WARNING, f"{listed(names)}: {words}{detail}", advice, documents=names, since=first.since)
