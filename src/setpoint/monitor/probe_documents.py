"""``DocumentsProbe``: whether every document is valid now, and served as its files are."""

from __future__ import annotations

import os
import time

from ..errors import SetpointError, UsageError
from ..reading import key_of
from ..rules.book import RuleBook
from ..sources.texts import Texts
from .health import CRITICAL, DEGRADED, WARNING, Reason, listed
from .probe import Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..cache.cell import Cell
    from ..diagnostic import Diagnostic
    from ..reading import StatKey
    from ..report import Report
    from ..revision import Revision
    from ..sources.listing import Entry
    from ..system import ConfigSystem
    from ..workspace import Workspace

# So long after a file was touched it may be that the change is being looked at: whoever follows the files waits up to
# two seconds for one that looks unfinished, and what was found is put on record behind that.
_SETTLED = 3.0  # seconds
_SKEWED = 60.0  # seconds that a file may seem to come from the future: it was touched while this looked


class Known:
    """What is known of one document as long as nothing about it changes."""

    __slots__ = ("base", "cell", "is_as_served", "is_recorded", "keys", "problem", "since", "touched")

    def __init__(self, keys: tuple[StatKey | None, ...], cell: Cell | None, base: Workspace) -> None:
        self.keys = keys
        self.cell = cell
        self.base = base
        self.is_as_served = True
        self.is_recorded: bool | None = None  # None before it was compared with the record
        self.problem: str | None = None  # the first thing that is wrong with it
        self.since = 0.0  # when it was first seen to be wrong, in POSIX seconds
        # In POSIX seconds: the change time, since the other one is kept by those who put an older file in place.
        self.touched = max((key[4] for key in keys if key is not None), default=0) / 1e9


class DocumentsProbe:
    """Judges every document whose files, schema or variables have changed since the last look, and no other.

    A document that is served and is as its files are was judged when it was loaded. What a look cannot judge in
    ``seconds`` it leaves to the next one; ``unjudged`` is how many these are.
    """

    title = "the documents"

    def __init__(self, system: ConfigSystem) -> None:
        self._system = system
        self._known: dict[str, Known] = {}
        self._workspace: Workspace | None = None
        self._base: Workspace | None = None
        self._revisions: dict[str, Revision] = {}  # the newest of each document that is on record
        self._record_keys: tuple[object, ...] = ()
        self._broken_rule: str | None = None
        self.seconds = float("inf")
        self.end = float("inf")  # of the time for the look that was the last, by time.monotonic
        self.unjudged = 0

    @property
    def workspace(self) -> Workspace | None:
        """The documents that were there at the last look; None before the first."""
        return self._workspace

    def known(self, name: str) -> Known | None:
        """Return what is known of a document: another object when anything about it has changed."""
        return self._known.get(name)

    def look(self, now: float) -> Found:
        """Return what is invalid, what is not served as its files are, and what was changed while nobody watched."""
        serving = self._system._serving
        base = serving.workspace
        workspace = self._listed(base)
        listing = workspace.listing()
        cells = serving.cache.hold()
        doubtful: dict[str, Known] = {}
        end = self.end = time.monotonic() + self.seconds
        self.unjudged = 0
        for name, entry in listing.entries.items():
            keys = tuple(map(_key, (file.path for file in entry.all_files())))
            cell = cells.get(name)
            known = self._known.get(name)
            if known is not None and known.keys == keys and known.cell is cell and self._judges_like(known, base, name):
                continue
            if time.monotonic() > end:
                self.unjudged += 1
                continue
            made = Known(keys, cell, base)
            made.since = known.since if known is not None else 0.0
            if self._is_doubtful(made, entry, workspace):
                doubtful[name] = made
            self._known[name] = made
        gone = self._known.keys() - listing.entries.keys()
        for name in gone:
            del self._known[name]
        try:
            self._judge(doubtful, gone, workspace, end)
        except BaseException:
            for name in (*doubtful, *self._ruled()):  # nothing is known of them: the next look judges them
                self._known.pop(name, None)
            raise
        self._compare_with_record(workspace)
        return self._found(now, workspace, cells)

    # -- what is looked at -----------------------------------------------------------------------------------------

    def _listed(self, base: Workspace) -> Workspace:
        """Return a workspace like that of the system that has the files there are now."""
        workspace = self._workspace
        if workspace is None or base is not self._base or not workspace.listing_holds():
            # What the system has listed itself need not be listed again.
            workspace = base if base.listing_holds() else base.relisted()
            workspace.listing()
            self._workspace, self._base = workspace, base
        return workspace

    def _judges_like(self, known: Known, base: Workspace, name: str) -> bool:
        if known.base is base:
            return True
        if not base.judges_like(known.base, name):
            return False
        known.base = base
        return True

    def _is_doubtful(self, made: Known, entry: Entry, workspace: Workspace) -> bool:
        """Compare a document with what is served, and return True when it has to be judged."""
        serving, name = self._system._serving, entry.name
        if made.cell is None:
            return True
        try:
            now = Texts.read(entry.files(workspace.profile), workspace.budget)
            made.is_as_served = now == Texts.unpack(serving.cache.attached(made.cell))
        except SetpointError:
            made.is_as_served = False  # it cannot be read: judging says why
        if not made.is_as_served or name in serving.behind:
            return True
        # It was judged when it was loaded, as this program sees it: other profiles, and the files without what the
        # machine adds, were not.
        return len(entry.all_files()) > 1 or any(workspace.variables(name)) or name in self._ruled()

    def _ruled(self) -> Iterable[str]:
        return self._system._rules.documents()

    def _judge(self, doubtful: dict[str, Known], gone: set[str], workspace: Workspace, end: float) -> None:
        from ..checking import Checking

        ruled = set(self._ruled())
        overrides = self._system._serving.overrides
        checking = Checking(workspace, self._system._rules, overrides)
        if not ruled.isdisjoint((*doubtful, *gone)):  # a rule sees several documents, also those that are as they were
            together = [name for name in self._known if name in ruled]
            try:
                self._take(checking.reports(together))
                self._broken_rule = None
            except UsageError as error:  # a rule itself fails: the documents are judged without any
                # Not the message of what it raised, which may quote a value.
                self._broken_rule = type(error.__cause__ or error).__name__
                self._take(Checking(workspace, RuleBook(), overrides).reports(together))
        for name in doubtful:
            if name in ruled:
                continue
            if time.monotonic() > end:
                self.unjudged += 1
                del self._known[name]
                continue
            self._take(checking.reports([name]))

    def _take(self, reports: Iterable[tuple[str, Report]]) -> None:
        for name, report in reports:
            known = self._known[name]
            known.problem = None
            if not report.ok:
                first = report.errors[0] if report.errors else None
                known.problem = _worded(first) if first is not None else "it could not be judged"
                known.since = known.since or time.time()
            else:
                known.since = 0.0

    # -- the record ------------------------------------------------------------------------------------------------

    def _compare_with_record(self, workspace: Workspace) -> None:
        """Find documents whose files are not what the record has of them last.

        Whoever changes files through Setpoint, or while hot reload runs, is on record. What is not, was changed while
        nobody watched. One that somebody has accepted since counts as known.
        """
        from ..history.creation import NAME
        from ..history.tail import NAME as TAIL
        from .record_view import UnreadableError, record_view

        reload = self._system._opened_reload
        if reload is not None and reload.recorder.is_behind:
            return  # what was found is put on record behind what is served: the next look sees all of it
        folder = self._system._state.folder
        key = _key(os.path.join(folder, NAME))
        keys = (key, _key(os.path.join(folder, TAIL)))
        if key is None:
            self._revisions = {}
        elif keys != self._record_keys:
            try:
                with record_view(folder) as view:
                    latest = view.ledger.revisions("entry IN (SELECT max(entry) FROM entry GROUP BY document)", (), -1)
                    added = [row.revision() for row in view.added]
            except UnreadableError:  # the probe of the record says so
                return
            newest = {one.document: one for one in (*latest, *added)}
            self._revisions = {name: one for name, one in newest.items() if not one.deleted and not one.purged}
        self._record_keys = keys
        for name, revision in self._revisions.items():
            known = self._known.get(name)
            if known is not None and known.is_recorded is not True:
                known.is_recorded = self._is_recorded(name, revision, workspace)

    def _is_recorded(self, name: str, revision: Revision, workspace: Workspace) -> bool | None:
        from ..history.chain import digest_of

        try:
            entry = workspace.entry(name)
            texts = Texts.read(entry.files(workspace.profile), workspace.budget)
            if tuple(_key(file.path) for file in entry.all_files()) != self._known[name].keys:
                return None  # it changes just now: the next look sees what it became
            digest = digest_of(self._system._reloading.recorder.files(name, texts)).hex()
            return digest == revision.digest or self._system._acceptances().holds(name, texts.digest())
        except SetpointError:  # what cannot be read is said elsewhere
            return True

    # -- what is said ----------------------------------------------------------------------------------------------

    def _found(self, now: float, workspace: Workspace, cells: Mapping[str, Cell]) -> Found:
        system = self._system
        refused = system._opened_reload.refusals.standing if system._opened_reload is not None else {}
        stale = system._rescue.stale if system._rescue is not None else {}
        unusable = workspace.listing().unusable
        follows = system._follower is not None
        bad = {name: one for name, one in self._known.items() if one.problem is not None}
        settling, drifted, unrecorded = set(), [], []
        for name, one in self._known.items():
            settled = not -_SKEWED < now - one.touched < _SETTLED
            if follows and not settled:
                settling.add(name)  # whoever follows the files may not have decided about it yet
            if not one.is_as_served and name not in refused and name not in stale and (settled or not follows):
                drifted.append(name)
            # What is refused was seen, and goes on record once it is served.
            if one.is_recorded is False and settled and name not in refused and name not in stale:
                unrecorded.append(name)
        gone = [name for name in cells if name not in self._known and name not in unusable and name not in refused]
        gone = [name for name in gone if name not in workspace.listing().entries]
        reasons = []
        # What is refused or stale has a reason already, which says more.
        unsaid = {name: one for name, one in bad.items() if name not in refused and name not in stale}
        served = {name: one for name, one in unsaid.items() if name in cells and name not in settling}
        lost = {name: one for name, one in unsaid.items() if name not in cells}
        if served:
            reasons.append(_invalid(served, WARNING, "what was good is served"))
        if lost or unusable:
            reasons.append(
                _invalid(lost, CRITICAL, "loading it fails", {n: one.message for n, one in unusable.items()})
            )
        drifted = [name for name in drifted if name not in bad]
        if drifted or gone:
            names = sorted([*drifted, *gone])
            reasons.append(
                Reason(
                    "drift",
                    CRITICAL if follows else DEGRADED,
                    f"served otherwise than the files are: {listed(names)}",
                    "hot reload runs and has not served them: see the other reasons, or call reload()"
                    if follows
                    else "call reload(), or start_hot_reload() to follow the files",
                    documents=names,
                    since=min((self._known[name].touched for name in drifted), default=None),
                )
            )
        if self._broken_rule is not None:
            reasons.append(
                Reason(
                    "rule-failed",
                    DEGRADED,
                    f"a rule over several documents fails ({self._broken_rule}), and judges nothing",
                    "'setpoint check', or system.check() in the program, says which; correct its function",
                )
            )
        if unrecorded:
            unrecorded.sort()
            reasons.append(
                Reason(
                    "unrecorded",
                    DEGRADED,
                    f"changed since the last revision on record, while nothing watched: {listed(unrecorded)}",
                    f"'setpoint accept {unrecorded[0]} --force --dry-run' shows what, without --dry-run it says"
                    " that this is meant, and 'setpoint rollback' takes it back",
                    documents=unrecorded,
                    since=min(self._known[name].touched for name in unrecorded),
                )
            )
        invalid = len(bad) + len(unusable)
        numbers = {"total": len(self._known) + len(unusable) + self.unjudged, "served": len(cells), "invalid": invalid}
        numbers |= {"drifted": len(drifted) + len(gone), "unrecorded": len(unrecorded), "unjudged": self.unjudged}
        figures = {
            "documents": float(numbers["total"]),
            "documents_invalid": float(invalid),
            "documents_drifted": float(numbers["drifted"]),
            "documents_unrecorded": float(len(unrecorded)),
        }
        return Found(reasons, figures, numbers)


def _invalid(bad: Mapping[str, Known], severity: str, what: str, unusable: Mapping[str, str] | None = None) -> Reason:
    others = unusable or {}
    names = sorted([*bad, *others])
    message = others[names[0]] if names[0] in others else bad[names[0]].problem
    more = f"; and {len(names) - 1} more: {listed(names[1:])}" if len(names) > 1 else ""
    return Reason(
        "invalid",
        severity,
        f"{names[0]} is not valid, and {what}: {message}{more}",
        "'setpoint check' says everything that is wrong, to the line",
        documents=names,
        since=min((one.since for one in bad.values()), default=None),
        subject=what,
    )


def _worded(finding: Diagnostic) -> str:
    where = f"{finding.file}:{finding.line}:{finding.column}: " if finding.line is not None else f"{finding.file}: "
    hint = f"; {finding.suggestion}" if finding.suggestion else ""
    return f"{where if finding.file else ''}{finding.message}{hint}"


def _key(path: str) -> StatKey | None:
    try:
        return key_of(os.stat(path))
    except OSError:  # gone, or no longer ours to look at
        return None
