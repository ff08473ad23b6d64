"""``Committer``: making changes of files happen, one at a time, whole and on record."""

from __future__ import annotations

from contextlib import suppress

from ..atomic.changed import FileChangedError
from ..errors import SetpointError, UnavailableError
from .journal import Journal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from typing import Any

    from ..history.entry import Entry
    from ..history.history import History
    from ..revision import Revision
    from ..state import State
    from .file_change import FileChange
    from .journal import Decided

# How often the oldest revisions are looked at: at every twentieth revision of a document.
_PRUNED_EVERY = 20


class Committed:
    """What a commit did: the revisions it made, and sentences about what could not be as it should."""

    __slots__ = ("notes", "revisions")

    def __init__(self, revisions: Sequence[Revision], notes: Sequence[str]) -> None:
        self.revisions = tuple(revisions)
        self.notes = tuple(notes)


class Committer:
    """Changes the files of one configuration directory.

    Arguments: ``state`` is its state directory; ``history`` its record; ``folders`` returns the folders that its files
    are in; ``timeout`` is how long to wait for other processes, in seconds; ``keeping`` says how many revisions of a
    document stay (``keep``), and for how many ``days``: what either keeps stays, and everything without it.

    ``made`` are the bytes that the last commit wrote, by path: the very objects, since they may be decoded.
    """

    __slots__ = ("_folders", "_keeping", "_swept", "_timeout", "history", "journal", "made", "state")

    def __init__(
        self,
        state: State,
        history: History,
        folders: Callable[[], Iterable[str]],
        timeout: float = 10.0,
        keeping: Mapping[str, Any] | None = None,
    ) -> None:
        self.state = state
        self.history = history
        self.journal = Journal(state.journal_file, state.root)
        self.made: dict[str, bytes] = {}
        self._folders = folders
        self._swept = False
        self._timeout = timeout
        self._keeping = dict(keeping or {})

    def alone(self) -> AbstractContextManager[None]:
        """Return a context manager in which no other thread or process changes the directory through Setpoint.

        On entering, whatever a killed process left is finished and tidied up. Raises ``UnavailableError``.
        """
        from contextlib import contextmanager

        from ..atomic.file_lock import FileLock

        @contextmanager
        def locked() -> Iterator[None]:
            self.state.make()
            with FileLock(self.state.lock_file, self._timeout, shown=self.state.root):
                self._tidy()
                yield

        return locked()

    def tidy(self) -> bool:
        """Finish and tidy up what a killed process left; False when somebody is at work or nothing may be written."""
        from ..atomic.file_lock import FileLock

        try:
            with FileLock(self.state.lock_file, 0, shown=self.state.root):
                self._swept = False
                self._tidy()
        except SetpointError:
            return False
        return True

    def commit(self, changes: Sequence[FileChange], entries: Sequence[Entry], *, always: bool = False) -> Committed:
        """Make changes of files, all of them or none, and put entries on record. Only within ``alone``.

        Arguments: ``always`` as for ``History.append``. Returns when all of it would survive a power cut, or ``notes``
        say what might not. Raises ``FileChangedError`` when a file is not as it was, ``UnavailableError`` when the
        system refuses: then all files are as they were.
        """
        changes = [one for one in changes if one.before != one.after]
        made: list[FileChange] = []
        notes: list[str] = []
        try:
            numbers = {document: self._number(document) for document in {one.document for one in entries}}
            if len(changes) > 1:
                self.journal.write(changes, entries, numbers)
            for one in changes:
                notes += one.make(self.state.root)
                made.append(one)
            revisions = self._recorded(entries, numbers, notes, always=always)
        except SetpointError as error:
            self._undo(made, error)
            raise
        except BaseException as error:  # interrupted anywhere, perhaps just after a file was written
            self._undo([one for one in changes if _content(one) == one.after], error)
            raise
        if len(changes) > 1:
            try:
                notes += self.journal.remove()
            except UnavailableError as error:
                # The change is made and on record; the next one to come removes the journal.
                notes.append(error.message)
        self.made = {one.path: one.after for one in changes if one.after is not None}
        self._prune(revisions, notes)
        return Committed(revisions, notes)

    def _prune(self, revisions: Sequence[Revision], notes: list[str]) -> None:
        """Let old revisions go as the settings say; looked at now and then, since it takes a while."""
        keep, days = self._keeping.get("keep"), self._keeping.get("days")
        if keep is None and days is None:
            return
        import time

        for one in revisions:
            if one.number % _PRUNED_EVERY == 0:
                older_than = None if days is None else time.time() - days * 86_400
                try:
                    self.history.prune(one.document, keep=keep, older_than=older_than)
                except UnavailableError as error:  # the change is made; what is too much goes the next time
                    notes.append(f"old revisions of {one.document} could not be removed: {error.message}")

    def _undo(self, made: Sequence[FileChange], error: BaseException) -> None:
        """Take back what was made of a change that failed; if that fails too, say so in the error."""
        try:
            decided = self.journal.exists()
            if decided:
                self.journal.turn_back()
            for one in reversed(made):
                one.undone().make(self.state.root)
            if decided:
                self.journal.remove()
        except SetpointError as second:
            left = ", ".join(one.shown for one in made)
            raise UnavailableError(
                f"{error}; and {left} could not be put back: {second.message}. Look at the files before trying again"
            ) from error

    def _tidy(self) -> None:
        from ..atomic.sweep import sweep

        decided = self.journal.read() if self.journal.exists() else None
        if decided is not None:
            self._finish(decided)
            self.journal.remove()
        if not self._swept:
            for folder in (self.state.folder, *self._folders()):
                sweep(folder)
            self._swept = True

    def _finish(self, decided: Decided) -> None:
        """Make what is not made yet of a change that was decided, and record it unless it is on record."""
        later = set()
        for one in decided.changes:
            if _content(one) == one.before:
                with suppress(FileChangedError):
                    one.make(self.state.root)
            if _content(one) != one.after:
                later.add(one.name)  # somebody has changed the file since: that is later than this change, and stays
        self.history.append(
            [
                one
                for one in decided.entries
                if self._number(one.document) <= decided.numbers[one.document] and later.isdisjoint(one.files)
            ]
        )

    def _recorded(
        self, entries: Sequence[Entry], numbers: Mapping[str, int], notes: list[str], *, always: bool
    ) -> Sequence[Revision]:
        """Put entries on record, and return a revision for each.

        SQLite may fail after it has committed, when it cannot sync the end of its journal: then the record holds the
        entries, and taking the change back would make it wrong. So the record is asked.
        """
        try:
            return self.history.append(entries, always=always)
        except UnavailableError as error:
            try:
                latest = {one.document: self.history.latest(one.document) for one in entries}
            except SetpointError:
                raise error from None
            revisions = [one for entry in entries if (one := latest[entry.document]) is not None]
            if len(revisions) < len(entries) or any(one.number <= numbers[one.document] for one in revisions):
                raise
            notes.append(f"{error.message}; the change is on record all the same, but a power cut might take it out")
            return revisions

    def _number(self, document: str) -> int:
        latest = self.history.latest(document)
        return latest.number if latest is not None else 0


def _content(change: FileChange) -> bytes | None:
    from ..budget import Budget
    from ..errors import ConfigNotFoundError
    from ..reading import read_file

    try:
        return read_file(change.path, Budget(size=1 << 30), change.shown)
    except ConfigNotFoundError:
        return None
