"""``Transaction``: changes of one or several documents, made together or not at all."""

from __future__ import annotations

from contextlib import suppress
from time import perf_counter

from ..address import split_document
from ..change import ANY_VALUE
from ..config import Config
from ..errors import ConfigNotFoundError, ConfigParseError, ConflictError, SetpointError, UsageError
from .author import default_author
from .draft import Draft
from .step import Operate, Restore, Rewrite, Save, SetValue, Step, UnsetValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType
    from typing import Any, Self

    from ..candidate import Candidate
    from ..commit.committer import Committer
    from ..commit.file_change import FileChange
    from ..editing.operation import Operation
    from ..history.entry import Entry
    from ..layers.resolution import Resolution
    from ..rules.book import RuleBook
    from ..saved import Saved
    from ..serving import Serving
    from ..sources.texts import Texts
    from ..workspace import Workspace

_ATTEMPTS = 5


class Changer:
    """What a transaction needs of the system it belongs to.

    Arguments: ``applied`` is called with what was done, and the documents that are served since.
    """

    __slots__ = ("applied", "committer", "rules", "serving")

    def __init__(
        self,
        serving: Serving,
        rules: RuleBook,
        committer: Committer,
        applied: Callable[[Saved, Mapping[str, Candidate]], None],
    ) -> None:
        self.serving = serving
        self.rules = rules
        self.committer = committer
        self.applied = applied


class Transaction:
    """Changes that are staged, judged together, and made together or not at all.

    A context manager: leaving it without an error makes the changes, leaving it with one drops them. ``saved`` says
    afterwards what was done.

    Arguments: ``before`` is called with the drafts when everything is judged and nothing is written yet; what it raises
    keeps all as it was.
    """

    def __init__(
        self,
        changer: Changer,
        *,
        reason: str | None = None,
        author: str | None = None,
        cause: str = "transaction",
        dry_run: bool = False,
        before: Callable[[Mapping[str, Draft]], None] | None = None,
    ) -> None:
        self._changer = changer
        self._reason = reason
        self._author = author or default_author()
        self._cause = cause
        self._dry_run = dry_run
        self._before = before
        self._force = False
        self._steps: list[Step] = []
        self.saved: Saved | None = None

    def set(self, address: str, value: Any, *, expect: Any = ANY_VALUE, layer: str = "base") -> None:
        """Stage one value. Arguments as for ``ConfigSystem.set``."""
        name, parts = split_document(address)
        if not parts:
            raise UsageError(f"{address!r} is a whole document: name a value in it, or use save_config")
        self._add(SetValue(name, parts, value, _layer(layer), () if expect is ANY_VALUE else (expect,)))

    def unset(self, address: str, *, layer: str = "base") -> None:
        """Stage the removal of a key or item. Arguments as for ``ConfigSystem.unset``."""
        name, parts = split_document(address)
        if not parts:
            raise UsageError(f"{address!r} is a whole document: name a value in it")
        self._add(UnsetValue(name, parts, _layer(layer)))

    def edit(self, name: str, operations: Iterable[Operation], *, layer: str = "base") -> None:
        """Stage operations of ``setpoint.editing`` on the file of a layer."""
        self._add(Operate(name, list(operations), _layer(layer)))

    def save_config(self, name: str, tree: Mapping[str, Any], *, format: str | None = None) -> None:  # noqa: A002
        """Stage a whole tree. Arguments as for ``ConfigSystem.save_config``."""
        if not isinstance(tree, dict):
            raise UsageError(f"save_config({name!r}, tree): a document is a mapping, not {type(tree).__name__}")
        before: Config
        texts: Texts | None
        serving = self._changer.serving
        try:
            before, texts = serving.served(name)
        except ConfigNotFoundError:
            before, texts = Config(), None  # a new document
        self._add(Save(name, tree, before, texts, format))

    def rewrite(self, name: str, data: bytes, before: bytes | None, *, layer: str = "base") -> None:
        """Stage another text for the file of a layer, which must hold ``before`` still."""
        self._add(Rewrite(name, data, before, _layer(layer)))

    def restore(self, name: str, files: Mapping[str, bytes], *, force: bool = False) -> None:
        """Stage the files that a document had once; with ``force`` also if they are not valid now."""
        self._force = self._force or force
        self._add(Restore(name, files))

    def stage(self, step: Step) -> None:
        """Stage a step of another kind."""
        self._add(step)

    def commit(self) -> Saved:
        """Make the changes now, and return what was done.

        Raises ``ConfigValidationError`` when the result would not be valid, ``ConflictError`` when somebody else was
        faster, ``EditRefusedError`` when a file cannot be changed without harm, ``UsageError`` when another layer
        shadows a value, ``UnavailableError`` when the system refuses: then nothing was changed.
        """
        if self.saved is not None:
            raise UsageError("this transaction is over; begin another one")
        with self._changer.serving.looking():
            if self._dry_run:
                self._changer.serving.lookout.wait()
                self.saved = self._made(write=False)
            else:
                self.saved = self._counted()
        return self.saved

    def _counted(self) -> Saved:
        """Make the changes, and count that."""
        meter, began = self._changer.serving.meter, perf_counter()
        try:
            with self._changer.committer.alone():
                saved = self._retried()
        except SetpointError as error:
            meter.not_committed(error)
            raise
        if saved.documents:
            meter.committed(self._cause, len(saved.documents), began)
        return saved

    @property
    def outcome(self) -> Saved:
        """What was done. Raises ``UsageError`` before that."""
        if self.saved is None:
            raise UsageError("this transaction is not over yet")
        return self.saved

    def _retried(self) -> Saved:
        from ..atomic.changed import FileChangedError

        for _ in range(_ATTEMPTS - 1):
            try:
                return self._made(write=True)
            except FileChangedError:
                continue  # an editor came between reading and writing: the steps are done on what it left
        try:
            return self._made(write=True)
        except FileChangedError as error:
            raise ConflictError(error.message) from None

    def _made(self, *, write: bool) -> Saved:
        from ..saved import saved_by
        from .verdict import refuse_unparsed, refuse_worse

        changer = self._changer
        workspace = changer.serving.workspace.relisted()
        drafts = self._drafts(workspace)
        for step in self._steps:
            try:
                step.do(drafts[step.name])
            except ConfigParseError:
                refuse_unparsed(drafts[step.name], step.layer)
                raise
        for step in self._steps:
            step.verify(drafts[step.name])
        changes = [(draft, change) for draft in drafts.values() for change in draft.changes()]
        differences = {change.shown: _difference(draft, change) for draft, change in changes}
        resolutions = (
            refuse_worse(drafts, changer.rules, changer.serving)
            if not self._force
            else {name: draft.resolve() for name, draft in drafts.items() if draft.exists()}
        )
        if not write or not (changes or self._cause == "rollback"):
            return saved_by(self._cause)((), differences, documents={draft.name: None for draft, _ in changes})
        candidates = {name: self._candidate(drafts[name], one) for name, one in resolutions.items() if one.report.ok}
        if any(one.before is None or one.after is None for _, one in changes):
            workspace = workspace.relisted()  # what is served from then on lists what is made now
        # A document that is not served, and one that was not there before, have changed as well.
        for name in candidates:
            with suppress(SetpointError):
                changer.serving.load(name)
        finish = changer.serving.stage(candidates, self._cause, workspace=workspace, arrived=candidates)
        if self._before is not None:
            self._before(drafts)
        entries = list(self._entries(drafts, resolutions))
        done = changer.committer.commit(
            [change for _, change in changes],
            entries,
            # One that changes nothing is on record too. Else what was there before must not be recorded a second time.
            always=self._cause == "rollback" and not changes,
        )
        finish()
        made = [one for one, entry in zip(done.revisions, entries, strict=True) if entry.cause != "found"]
        documents = {draft.name: None for draft, _ in changes}
        saved = saved_by(self._cause)(made, differences, done.notes, documents=documents)
        changer.applied(saved, candidates)
        return saved

    def _candidate(self, draft: Draft, resolution: Resolution) -> Candidate:
        from ..candidate import Candidate

        if self._changer.serving.carrier is not None:
            return self._changer.serving.candidate(draft.workspace, draft.name, draft.texts())
        return Candidate(resolution, draft.texts())

    def _drafts(self, workspace: Workspace) -> dict[str, Draft]:
        overrides = self._changer.serving.overrides
        known = self._changer.committer.made
        drafts = {}
        for step in self._steps:
            if step.name in drafts:
                continue
            listing = workspace.listing()
            there = step.name in listing.entries or step.name in listing.unusable
            entry = None if there else step.new_entry(workspace)
            drafts[step.name] = Draft(workspace, step.name, overrides.get(step.name, ()), entry, known)
        return drafts

    def _entries(self, drafts: Mapping[str, Draft], resolutions: Mapping[str, Any]) -> Iterable[Entry]:
        """Yield what goes on record: what was there before, unless it is on record already, and what is there now."""
        from ..history.entry import Entry

        for name, draft in drafts.items():
            before, after = draft.recorded(before=True), draft.recorded()
            if before == after and self._cause != "rollback":
                continue  # only the layer of this machine changed, which never goes on record
            if before and before != after:
                # A way down asks which version the bytes of before are of.
                version = draft.resolve(before=True).report.version if self._cause == "migrate" else None
                yield Entry(name, before, author="unknown", cause="found", version=version)
            for cause, files, version in draft.passed:
                yield Entry(name, files, author=self._author, cause=cause, reason=self._reason, version=version)
            found = resolutions[name].report.version if name in resolutions else None
            yield Entry(
                name,
                after,
                author=self._author,
                cause="migrate" if draft.passed else self._cause,
                reason=self._reason,
                version=found or draft.version,
                deleted=not after,
            )

    def _add(self, step: Step) -> None:
        if self.saved is not None:
            raise UsageError("this transaction is over; begin another one")
        self._steps.append(step)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.commit()


def _difference(draft: Draft, change: FileChange) -> Callable[[], str]:
    """Return what works out the difference that a change makes, as people read it."""
    file = draft.file_at(change.path)
    workspace, name = draft.workspace, draft.name

    def difference() -> str:
        from .difference import shown_difference

        return shown_difference(workspace, name, file, change.before, change.after)

    return difference


def _layer(layer: str) -> str:
    """Return the label of a layer that has a file. Raises ``UsageError`` for others."""
    if layer in ("base", "local") or (layer.startswith("profile:") and layer != "profile:"):
        return layer
    raise UsageError(f"layer={layer!r}: a value is set in 'base', 'local' or 'profile:NAME'")
