"""``Journal``: a change of several files while it is made, so that it is made whole whatever happens.

The journal is written, durably and in one step, before the first file changes, and removed after the last: while it is
there, the change is decided. Whoever finds one finishes what it says; whoever only reads takes the files it holds for
those on the disk.
"""

from __future__ import annotations

import os
from contextlib import suppress

from ..errors import UnavailableError
from ..platform import is_portable
from ..reading import key_of
from .file_change import FileChange

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ..history.entry import Entry
    from ..reading import StatKey

_MAGIC = "setpoint journal 1"
_BACK = ".back"
_MOST = 1 << 30  # bytes that a journal may have


class Decided:
    """A change that was decided: its files, and what is to be recorded of it.

    Arguments: ``numbers`` are the latest revisions of its documents before it, 0 for none.
    """

    __slots__ = ("changes", "entries", "numbers")

    def __init__(self, changes: Sequence[FileChange], entries: Sequence[Entry], numbers: Mapping[str, int]) -> None:
        self.changes = tuple(changes)
        self.entries = tuple(entries)
        self.numbers = dict(numbers)


class Journal:
    """The journal of one state directory.

    Arguments: ``path`` is its file; ``root`` the configuration directory.
    """

    __slots__ = ("path", "root")

    def __init__(self, path: str, root: str) -> None:
        self.path = path
        self.root = root

    def exists(self) -> bool:
        """True while a change of several files is decided and not known to be finished."""
        # Asked before and after every look at a file: access() is the quickest way to ask.
        return os.access(self.path, os.F_OK) or os.access(f"{self.path}{_BACK}", os.F_OK)

    def mark(self) -> tuple[str, StatKey] | None:
        """Return what tells this journal from another one, or from the same turned back; None without one."""
        for path in (self.path, f"{self.path}{_BACK}"):
            try:
                return path, key_of(os.stat(path))
            except FileNotFoundError:
                continue
            except OSError as error:
                raise UnavailableError(f"{path}: cannot be read: {error.strerror or error}") from None
        return None

    def turn_back(self) -> None:
        """Decide to undo what was decided, in one step. Raises ``UnavailableError``."""
        from ..atomic.disk import Directory
        from ..atomic.refusal import refused

        folder, name = os.path.split(self.path)
        try:
            with Directory(folder) as directory:
                directory.replace(name, f"{name}{_BACK}")
                directory.sync()
        except OSError as error:
            raise refused(self.path, "written", error, folder) from None

    def write(self, changes: Sequence[FileChange], entries: Sequence[Entry], numbers: Mapping[str, int]) -> None:
        """Decide a change. Arguments as for ``Decided``. Raises ``UnavailableError``: then it is not decided."""
        import json
        from hashlib import sha256

        from ..atomic.changed import ABSENT
        from ..atomic.write import write_file

        facts = {
            "files": [
                {
                    "name": one.name,
                    "shown": one.shown,
                    "like": one.like,
                    "before": _text(one.before),
                    "after": _text(one.after),
                }
                for one in changes
            ],
            "entries": [_facts(entry) for entry in entries],
            "numbers": dict(numbers),
        }
        body = json.dumps(facts).encode()
        head = f"{_MAGIC} {sha256(body).hexdigest()}\n".encode()
        written = write_file(self.path, head + body, expected=ABSENT, new_mode=0o600)
        # Where the system has no way to sync a directory, the files it decides about are no safer: that is told.
        if not written.durable and not is_portable():
            self.remove()
            raise UnavailableError("; ".join(written.notes))

    def read(self) -> Decided | None:
        """Return what was decided, None when there is no journal: with the changes turned round if it is to be undone.

        Raises ``UnavailableError`` for a journal that is damaged, which Setpoint never leaves.
        """
        import json
        from hashlib import sha256

        from ..budget import Budget
        from ..errors import ConfigNotFoundError
        from ..reading import read_file

        back = False
        try:
            data = read_file(self.path, Budget(size=_MOST))
        except ConfigNotFoundError:
            try:
                data = read_file(f"{self.path}{_BACK}", Budget(size=_MOST))
                back = True
            except ConfigNotFoundError:
                return None
        head, _, body = data.partition(b"\n")
        if head != f"{_MAGIC} {sha256(body).hexdigest()}".encode():
            raise UnavailableError(
                f"{self.path}: this journal of an unfinished change is damaged; look at the configuration files, then"
                " remove it"
            )
        facts = json.loads(body)
        changes = [self._change(one) for one in facts["files"]]
        if back:
            return Decided([one.undone() for one in reversed(changes)], (), {})
        return Decided(changes, [_entry(one) for one in facts["entries"]], facts["numbers"])

    def remove(self) -> tuple[str, ...]:
        """Let go of a change that is finished, or undone; return what is to be said. Raises ``UnavailableError``."""
        from ..atomic.remove import remove_file
        from ..errors import ConfigNotFoundError

        notes: tuple[str, ...] = ()
        for path in (self.path, f"{self.path}{_BACK}"):
            if os.path.exists(path):
                with suppress(ConfigNotFoundError):  # somebody else finished it
                    notes += remove_file(path).notes
        return notes

    def _change(self, facts: Mapping[str, Any]) -> FileChange:
        return FileChange(
            facts["name"],
            os.path.join(self.root, *facts["name"].split("/")),
            shown=facts["shown"],
            before=_bytes(facts["before"]),
            after=_bytes(facts["after"]),
            like=facts["like"],
        )


def _text(data: bytes | None) -> str | None:
    from base64 import b64encode

    return None if data is None else b64encode(data).decode()


def _bytes(text: str | None) -> bytes | None:
    from base64 import b64decode

    return None if text is None else b64decode(text)


def _facts(entry: Entry) -> dict[str, Any]:
    return {
        "document": entry.document,
        "files": {name: _text(data) for name, data in entry.files.items()},
        "author": entry.author,
        "cause": entry.cause,
        "reason": entry.reason,
        "version": entry.version,
        "deleted": entry.deleted,
    }


def _entry(facts: Mapping[str, Any]) -> Entry:
    from ..history.entry import Entry

    files = {name: _bytes(text) or b"" for name, text in facts["files"].items()}
    rest = {key: value for key, value in facts.items() if key not in ("document", "files")}
    return Entry(facts["document"], files, **rest)
