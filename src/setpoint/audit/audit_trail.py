"""``AuditTrail``: who did or tried what, in one file that only grows."""

from __future__ import annotations

import os
import time as _time
from threading import RLock

from ..errors import UnavailableError, UsageError
from ..forks import watch
from ..platform import is_portable
from .entry import AuditEntry
from .line import DamagedLineError, entry_in, number_in, stated_hash
from .reading import backward, offset_behind, opened
from .trail_file import TrailFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from ..diagnostic import Diagnostic

_RANK = 95  # for forks.watch: whoever holds this lock waits for the one of files only
_LATEST = 253_402_300_799.0  # seconds: the end of the year 9999


class AuditTrail:
    """Who did or tried what: one line of JSON for each in ``audit.jsonl``, chained, which nothing here ever removes.

    Arguments: ``folder`` is the state directory; ``clock`` gives seconds since 1970; ``timeout`` is how long a call
    waits for other processes, in seconds.

    The first ``append`` makes the file (mode 0600), and its head beside it. Any number of threads, processes and forked
    children may use one trail at once; nothing stays open in between.
    """

    __slots__ = ("__weakref__", "_clock", "_file", "_folder", "_lock", "_timeout")

    def __init__(
        self, folder: str | os.PathLike[str], clock: Callable[[], float] = _time.time, *, timeout: float = 10.0
    ) -> None:
        self._folder = os.path.abspath(os.fspath(folder))
        self._clock = clock
        self._timeout = timeout
        self._file = TrailFile(self._folder)
        self._lock = RLock()
        watch(self, _lock=_RANK)

    @property
    def path(self) -> str:
        """Where the trail is, or will be."""
        return self._file.path

    def append(
        self,
        *,
        who: str,
        token: str | None,
        address: str | None,
        request: str | None,
        action: str,
        documents: Iterable[str] = (),
        outcome: str,
        detail: str = "",
        revisions: Iterable[tuple[str, int]] = (),
    ) -> AuditEntry:
        """Put an entry on record, and return it once it would survive a power cut; arguments as ``AuditEntry``.

        A value of a document has no place in it, and neither has a secret. Raises ``UnavailableError`` when it is not
        on record: whoever was about to do what it says must not do it then. ``UsageError`` for what no entry has.
        """
        from ..atomic.file_lock import FileLock

        now = min(max(round(self._clock(), 3), 0.0), _LATEST)
        names, made = tuple(documents), tuple(revisions)

        def make(number: int) -> AuditEntry:
            return AuditEntry(
                number,
                time=now,
                who=who,
                token=token,
                address=address,
                request=request,
                action=action,
                documents=names,
                outcome=outcome,
                detail=detail,
                revisions=made,
            )

        make(1)  # what cannot be an entry is told before anything is touched
        with self._lock:
            self._make_folder()
            with FileLock(os.path.join(self._folder, "audit.lock"), self._timeout, shown=self._file.path):
                return self._file.append(make)

    def entries(
        self,
        *,
        limit: int | None = 100,
        before: int | None = None,
        who: str | None = None,
        action: str | None = None,
        document: str | None = None,
        since: float | None = None,
        until: float | None = None,
    ) -> tuple[AuditEntry, ...]:
        """Return the entries that fulfil all that is given, the newest first.

        Arguments: ``limit`` is how many at most, None for all; ``before`` a number that all are below; ``since`` and
        ``until`` (exclusive) are in seconds since 1970. What is no entry any more is left out: ``verify`` names it.
        Raises ``UnavailableError``.
        """
        if limit is not None and limit < 1:
            raise UsageError("at least one entry has to be asked for")
        file = opened(self._file.path)
        if file is None:
            return ()
        wanted = [_as_json(text) for text in (who, action, document) if text is not None]
        found: list[AuditEntry] = []
        try:
            with file:
                end = os.fstat(file.fileno()).st_size if before is None else offset_behind(file, before)
                for line in backward(file, end):
                    # Most lines are passed over without being understood.
                    if not all(text in line for text in wanted):
                        continue
                    if before is not None and (number_in(line) or 0) >= before:
                        continue
                    try:
                        entry = entry_in(line)
                    except DamagedLineError:
                        continue
                    if (
                        (who is None or entry.who == who)
                        and (action is None or entry.action == action)
                        and (document is None or document in entry.documents)
                        and (since is None or entry.time >= since)
                        and (until is None or entry.time < until)
                    ):
                        found.append(entry)
                        if len(found) == limit:
                            break
        except OSError as error:
            raise self._unreadable(error) from None
        return tuple(found)

    def head(self) -> tuple[int, str]:
        """Return the number of the last entry and its hash: kept elsewhere, they prove later that nothing was cut.

        ``(0, "")`` when there is none. Raises ``UnavailableError``.
        """
        file = opened(self._file.path)
        if file is None:
            return 0, ""
        try:
            with file:
                for line in backward(file, os.fstat(file.fileno()).st_size):
                    number, stated = number_in(line), stated_hash(line)
                    if number is not None and stated is not None:
                        return number, stated.hex()
        except OSError as error:
            raise self._unreadable(error) from None
        return 0, ""

    def verify(self, expect: tuple[int, str] | None = None) -> tuple[Diagnostic, ...]:
        """Check the whole trail, and return what is wrong, the first bad entry first; nothing when it holds.

        Arguments: ``expect`` is a ``head`` that was kept in another place. Found are entries that were changed, moved,
        inserted or removed, and an end that was cut off. Not found is what somebody did who may write the folder, and
        worked out all hashes and ``audit.head`` anew: against that, keep the ``head`` where they cannot write. Raises
        ``UnavailableError``.
        """
        from .verification import expected_head, verify

        return verify(self._file.path, self._folder, expected_head(expect))

    def close(self) -> None:
        """Let go of what is remembered. The trail can still be used."""
        with self._lock:
            self._file.forget()

    def __enter__(self) -> AuditTrail:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"AuditTrail({self._folder!r})"

    def _make_folder(self) -> None:
        """Make the state directory. Root is refused in that of somebody else, who could not go on with the trail."""
        from ..history.creation import make_folder

        try:
            owner = os.stat(self._folder).st_uid
            if owner and not is_portable() and os.geteuid() == 0:
                raise UnavailableError(
                    f"{self._folder}: belongs to user {owner}, and this process is root: do it as that user, who could"
                    " not use the audit trail otherwise"
                )
            return
        except FileNotFoundError:
            pass  # the first entry makes it
        except OSError as error:
            raise UnavailableError(f"{self._folder}: cannot be used: {error.strerror or error}") from None
        try:
            make_folder(self._folder)
        except OSError as error:
            raise UnavailableError(f"{self._folder}: cannot be made: {error.strerror or error}") from None

    def _unreadable(self, error: OSError) -> UnavailableError:
        from ..atomic.refusal import refused

        return refused(self._file.path, "read", error, self._folder)


def _as_json(text: str) -> bytes:
    import json

    return json.dumps(text).encode("ascii")
