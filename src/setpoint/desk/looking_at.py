"""Health, reasons and alerts as somebody may be told."""

from __future__ import annotations

from math import isfinite

from .masks import scrubbed
from .telling import ELSEWHERE, secret_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .post import Post

_STATUSES = ("healthy", "degraded", "warning", "critical")
_ADVICE = "ask somebody who may see all documents"


def shown_health(post: Post, health: Mapping[str, Any]) -> dict[str, Any]:
    """Return the health of a system as a principal may be told.

    Its status counts whatever it comes from. How many documents there are, of whoever may not see all, are only those
    that they may see.
    """
    reasons = [shown_reason(post, one) for one in health["reasons"]]
    status: str = health["status"]
    trouble = post.backing.audit_trouble
    if trouble is not None:
        reasons.append(_audit_reason(post, trouble))
        status = max(status, "warning", key=_STATUSES.index)
    documents = dict(health["documents"])
    if not post.principal.may_everywhere("observe"):
        documents = {"total": len(post._visible())}
    return {
        "status": status,
        "reasons": reasons,
        "documents": documents,
        "since": health["since"],
        "at": health["at"],
    }


def shown_reason(post: Post, reason: Mapping[str, Any]) -> dict[str, Any]:
    """Return why a system is not healthy, without a word of documents that the principal may not see.

    A message that may be about such a one is not shown in parts: it is written anew, of what may be known.
    """
    facts = {name: reason[name] for name in ("rule", "severity", "message", "advice", "documents", "since", "subject")}
    return _without_others(post, facts)


def shown_alert(post: Post, alert: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return an alert as a principal may be told; None when it is about documents of which they may see none."""
    if alert["documents"] and not post._readable(alert["documents"]):
        return None
    return _without_others(post, dict(alert))


def shown_number(value: float) -> float | None:
    """Return a figure as JSON can hold it: one that is not known, or not finite, is None."""
    return value if isfinite(value) else None


def _without_others(post: Post, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a reason or an alert, with its words replaced if they may be about other documents.

    What names no document may still speak of some: of a file that could not be read, of a callback. Only whoever may
    observe all documents is told that in full. Secrets are masked in the words of a program's own rules.
    """
    named = list(facts["documents"])
    readable = post._readable(named)
    # What is wrong with a document may be the word of a rule that looks at another one as well.
    concerned = post.backing.system._rules.concerning(named) | frozenset(named)
    if post.principal.may_everywhere("observe") or (named and len(post._readable(concerned)) == len(concerned)):
        pattern = secret_words(post, concerned)
        facts["message"], facts["advice"] = scrubbed(facts["message"], pattern), scrubbed(facts["advice"], pattern)
        facts["documents"] = named
        return facts
    what = str(facts["rule"]).replace("-", " ")
    if not named:
        facts["message"] = f"{what}: this concerns the system as a whole"
    else:
        others = [ELSEWHERE] if len(readable) < len(named) else []
        facts["message"] = f"{what}: {', and '.join([*readable, *others])}"
    facts["documents"] = readable
    facts["advice"] = _ADVICE
    facts["subject"] = ""
    if "value" in facts:
        facts["value"] = facts["threshold"] = None
    return facts


def _audit_reason(post: Post, trouble: str) -> dict[str, Any]:
    """Return the reason that says that something was done and is not on the audit trail."""
    told = post.principal.may_everywhere("observe")
    return {
        "rule": "audit-incomplete",
        "severity": "warning",
        "message": f"something was done and could not be put on the audit trail{f': {trouble}' if told else ''}",
        "advice": "make the state directory writable; the trail says that it was begun, the log has the rest",
        "documents": [],
        "since": None,
        "subject": "",
    }
