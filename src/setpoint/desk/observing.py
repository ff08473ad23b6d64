"""``Observing``: the part of a desk at which it is seen how a system is, what happens to it, and who did what."""

from __future__ import annotations

from ..access import VERBS
from .looking_at import shown_alert, shown_health, shown_number
from .post import Post
from .seeing import seen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..events import Event

_MOST_ALERTS = 10_000
_BATCH = 500  # entries of the audit trail that are read at a time


class Observing(Post):
    """Health, alerts, figures, events, and the audit trail.

    Names of documents that the principal may not read do not appear. What is said of such a document, or may be, says
    only that there is something.
    """

    __slots__ = ()

    def health(self) -> dict[str, Any]:
        """Return how the system is, and why: as ``ConfigMonitor.get_health_status``, without its figures."""
        self._check_anywhere("observe")
        return shown_health(self, self.backing.monitor.get_health_status())

    def alerts(
        self,
        severity: str | None = None,
        since: float | None = None,
        until: float | None = None,
        limit: int = 100,
    ) -> dict[str, Any]:
        """Return alerts, open and past, the newest first.

        Arguments: ``severity`` is the least that counts; of those that were open at some time from ``since`` until
        ``until``, in seconds since 1970; ``limit`` is how many at most. Raises ``UsageError`` for another severity.
        """
        self._check_anywhere("observe")
        found = self.backing.monitor.get_alerts(severity, since, until)
        shown = (shown_alert(self, one) for one in reversed(found[-_MOST_ALERTS:]))
        page = [one for one in shown if one is not None]
        return {"alerts": page[: max(limit, 0)]}

    def report(self, hours: float = 24, *, lines: bool = False) -> dict[str, Any]:
        """Return what the last hours were like, as ``ConfigMonitor.get_performance_report``; what is no number is None.

        It counts all documents, so it takes the role viewer over all of them. With ``lines`` each metric has the points
        of its chart too, as ``line``.
        """
        self._check_everywhere("observe")
        from ..monitor.report import as_json

        told: dict[str, Any] = as_json(self.backing.monitor.get_performance_report(hours, lines=lines))
        return told

    def figures(self) -> dict[str, Any]:
        """Return every figure as it is now, by its name; one that is not known is None.

        They count all documents, so it takes the role viewer over all of them.
        """
        self._check_everywhere("observe")
        return {"figures": {name: shown_number(value) for name, value in self.backing.system.metrics.values().items()}}

    def sees(self, event: Event) -> dict[str, Any] | None:
        """Return an event as the principal may see it; None when it concerns nothing that they may read."""
        return seen(self, event)

    def audit(
        self,
        *,
        limit: int = 100,
        before: int | None = None,
        who: str | None = None,
        action: str | None = None,
        document: str | None = None,
        since: float | None = None,
        until: float | None = None,
    ) -> dict[str, Any]:
        """Return who did or tried what, the newest first, of what concerns documents that the principal administers.

        Arguments: ``limit`` is how many at most, ``before`` a number that all are below; only entries by ``who``, of an
        ``action``, about a ``document``, from ``since`` until ``until`` (seconds since 1970). ``next`` is what
        ``before`` takes to go on, None at the end. What concerns no document takes the role over all of them.
        """
        self._check_anywhere("administer")
        trail = self.backing.audit
        most = max(limit, 0)
        entries: list[dict[str, Any]] = []
        is_admin_of_all = self.principal.may_everywhere("administer")
        may = self.principal.may
        at = before
        while trail is not None and len(entries) <= most:
            batch = trail.entries(
                limit=min(_BATCH, most + 1) if is_admin_of_all else _BATCH,
                before=at,
                who=who,
                action=action,
                document=document,
                since=since,
                until=until,
            )
            if not batch:
                break
            at = batch[-1].number
            for one in batch:
                if is_admin_of_all or (one.documents and all(may("administer", name) for name in one.documents)):
                    entries.append(one.to_dict())
        page = entries[:most]
        return {"entries": page, "next": page[-1]["number"] if page and len(entries) > len(page) else None}

    def whoami(self) -> dict[str, Any]:
        """Return who the principal is, what was granted to them, and what they may do to some document at least."""
        grants = [{"role": one.role, "documents": one.documents} for one in self.principal.grants]
        verbs = [verb for verb in VERBS if self.principal.may_anywhere(verb)]
        return {"name": self.principal.name, "grants": grants, "verbs": verbs}
