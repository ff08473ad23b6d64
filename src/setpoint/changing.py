"""``Changing``: the half of ``ConfigSystem`` that changes files, and knows what was changed before."""

from __future__ import annotations

from .change import ANY_VALUE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from .cache.config_cache import ConfigCache
    from .candidate import Candidate
    from .commit.committer import Committer
    from .history.history import History
    from .revision import Revision
    from .rules.book import RuleBook
    from .saved import Saved
    from .state import State
    from .transaction.draft import Draft
    from .transaction.step import Step
    from .transaction.transaction import Transaction
    from .workspace import Workspace


class Changing:
    """Changes of documents: judged before they are written, durable, on record, and reversible.

    Nothing of it is imported, opened or made before the first call.
    """

    def __init__(self, workspace: Workspace, cache: ConfigCache, rules: RuleBook, state: State) -> None:
        from .audience import Audience
        from .commit.journal import Journal
        from .serving import Serving

        self._audience = Audience(workspace.settings.reload.get("prepare_timeout", 10.0))
        self._serving = Serving(
            workspace, cache, Journal(state.journal_file, state.root), self._get_committer, self._audience
        )
        self._audience.measure = self._serving.meter.callback_seconds.observe
        self._rules = rules
        self._state = state
        self._opened_record: History | None = None
        self._committer: Committer | None = None

    def set(
        self,
        address: str,
        value: Any,
        *,
        reason: str | None = None,
        expect: Any = ANY_VALUE,
        layer: str = "base",
        author: str | None = None,
        dry_run: bool = False,
    ) -> Saved:
        """Change one value in a document's file, and touch nothing else of it.

        Arguments: ``address`` is ``NAME.path.to.key``; ``expect`` is the value that must be there now, else
        ``ConflictError``; ``layer`` is ``base``, ``local`` or ``profile:NAME``; ``reason`` and ``author`` go on record
        (``SETPOINT_AUTHOR``, else the user's name); with ``dry_run`` nothing is written.

        The result is validated in all layers before anything is written. Returns what was done, once it would survive a
        power cut. Raises ``UsageError`` when another layer shadows the value, ``ConfigValidationError``,
        ``ConflictError``, ``EditRefusedError``, ``UnavailableError``: then nothing was changed.
        """
        with self._transaction(reason, author, "set", dry_run) as changes:
            changes.set(address, value, expect=expect, layer=layer)
        return changes.outcome

    def unset(
        self,
        address: str,
        *,
        reason: str | None = None,
        layer: str = "base",
        author: str | None = None,
        dry_run: bool = False,
    ) -> Saved:
        """Take one key or item out of a document's file, with the comments that belong to it.

        Arguments and errors as for ``set``; ``ConfigNotFoundError`` when the file does not set it.
        """
        with self._transaction(reason, author, "unset", dry_run) as changes:
            changes.unset(address, layer=layer)
        return changes.outcome

    def save_config(
        self,
        name: str,
        tree: Mapping[str, Any],
        *,
        reason: str | None = None,
        format: str | None = None,  # noqa: A002
        author: str | None = None,
        dry_run: bool = False,
    ) -> Saved:
        """Make a document this tree: what differs from it is changed in the base file, and nothing else.

        What other layers and defaults bring is not written. A name that is new makes a new document. Arguments:
        ``format`` is ``yaml``, ``json``, ``jsonc`` or ``toml``: the base file is converted to it. Raises as ``set``
        does, and ``ConflictError`` when the files were changed since the document was loaded.
        """
        with self._transaction(reason, author, "save", dry_run) as changes:
            changes.save_config(name, tree, format=format)
        return changes.outcome

    def transaction(
        self, *, reason: str | None = None, author: str | None = None, dry_run: bool = False
    ) -> Transaction:
        """Return a context manager that stages changes of several documents, and makes all of them or none.

        ``with system.transaction(reason=...) as tx: tx.set(...); tx.set(...)``. Leaving it judges them together and
        commits; an error inside it drops them.
        """
        return self._transaction(reason, author, "transaction", dry_run)

    def history(self, name: str, *, limit: int | None = None, before: int | None = None) -> tuple[Revision, ...]:
        """Return what is on record of a document, the newest revision first.

        Arguments: ``limit`` is how many at most, ``before`` a number that all are below. A document that was never
        changed through Setpoint has none.
        """
        return self.record().revisions(name, limit=limit, before=before)

    def diff(self, name: str, old: int, new: int | None = None) -> str:
        """Return the difference of a document's files between two revisions, with secrets masked.

        Arguments: without ``new``, what is on the disk now is compared. Raises ``ConfigNotFoundError``.
        """
        from .transaction.record import shown_between

        self._serving.lookout.wait()
        return shown_between(self._serving.workspace.relisted(), self.record(), name, old, new)

    def rollback(
        self,
        name: str,
        *,
        to: int,
        reason: str | None = None,
        force: bool = False,
        author: str | None = None,
        dry_run: bool = False,
    ) -> Saved:
        """Give a document's files exactly the bytes they had at a revision. That is a new revision itself.

        Arguments: with ``force`` also when the result is not valid now. Raises as ``set`` does, and
        ``ConfigNotFoundError`` when there is no such revision.
        """
        return self._rolled_back(name, to, (), reason=reason, force=force, author=author, dry_run=dry_run)

    def _rolled_back(
        self,
        name: str,
        to: int,
        then: Iterable[Step],
        *,
        reason: str | None,
        force: bool,
        author: str | None,
        dry_run: bool,
    ) -> Saved:
        files = self.record().files(name, to)
        with self._transaction(reason or f"back to revision {to}", author, "rollback", dry_run) as changes:
            changes.restore(name, files, force=force)
            for step in then:
                changes.stage(step)
        return changes.outcome

    def record(self) -> History:
        """Return the record of all documents, to verify, prune, purge, export or import it."""
        return self._record

    def _transaction(
        self,
        reason: str | None,
        author: str | None,
        cause: str,
        dry_run: bool,
        before: Callable[[Mapping[str, Draft]], None] | None = None,
    ) -> Transaction:
        from .transaction.transaction import Changer, Transaction

        changer = Changer(self._serving, self._rules, self._get_committer(), self._applied)
        return Transaction(changer, reason=reason, author=author, cause=cause, dry_run=dry_run, before=before)

    def _applied(self, saved: Saved, candidates: Mapping[str, Candidate]) -> None:  # noqa: ARG002 - for who keeps them
        """Tell of a change that was made; ``candidates`` are what is served since."""
        self._audience.publish(saved)

    def _get_committer(self) -> Committer:
        if self._committer is None:
            from .commit.committer import Committer

            self._committer = Committer(
                self._state, self._record, self._folders, keeping=self._serving.workspace.settings.history
            )
        return self._committer

    def _folders(self) -> list[str]:
        return self._serving.workspace.folders()

    @property
    def _record(self) -> History:
        if self._opened_record is None:
            from .history.history import History

            self._opened_record = History(self._state.folder)
        return self._opened_record

    def _close_record(self) -> None:
        if self._opened_record is not None:
            self._opened_record.close()
            self._opened_record = None
            self._committer = None
