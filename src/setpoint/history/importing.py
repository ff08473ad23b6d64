"""Taking over a record that was written as a text file; the format is told in ``exporting``."""

from __future__ import annotations

import os
from contextlib import contextmanager

from ..errors import ConfigInvalidError, UnavailableError, UsageError
from .appending import stored
from .chain import HASH_SIZE, digest_of
from .contents import MOST_FILES, manifest_bytes
from .delta import LARGEST
from .entry import is_relative
from .exporting import FORMAT
from .ledger import LATEST_TIME
from .row import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

    from .checkpoint import Head
    from .ledger import Ledger

_LONGEST_LINE = 512 * 1024 * 1024  # bytes; a file of 64 MiB is at most six times as long in JSON


class Imported:
    """What an import brought: ``entries`` counts what is new; ``before`` and ``after`` are the record's heads."""

    __slots__ = ("after", "before", "entries")

    def __init__(self, entries: int, before: Head, after: Head) -> None:
        self.entries = entries
        self.before = before
        self.after = after

    def __repr__(self) -> str:
        return f"<Imported {self.entries} entries>"


class _UnfitError(Exception):
    """A line that is not what the format says: ``str()`` says in what way."""


@contextmanager
def opened(source: str | os.PathLike[str] | BinaryIO) -> Iterator[BinaryIO]:
    """The file to read: a path is opened and closed, a file is used as it is. Raises ``UnavailableError``."""
    if not isinstance(source, str | os.PathLike):
        yield source
        return
    try:
        with open(source, "rb") as file:
            yield file
    except OSError as error:
        raise UnavailableError(f"{source}: cannot be read: {error.strerror or error}") from None


def take_over(ledger: Ledger, file: BinaryIO) -> Imported:
    """Add what a file has beyond the record; see ``History.import_``."""
    return _Import(ledger, file).run()


class _Import:
    def __init__(self, ledger: Ledger, file: BinaryIO) -> None:
        from hashlib import sha256

        self.ledger = ledger
        self.file = file
        self.checksum = sha256()
        self.number = 0  # of the line
        self.start = self.head = ledger.head()
        self.reached = 0  # the last entry of the file so far
        self.hash = b""  # and its hash
        self.new = 0
        self.latest: dict[str, tuple[int, dict[str, bytes]]] = {}  # document -> entry, files

    def run(self) -> Imported:
        try:
            first = self._line()
            if first.get("setpoint_history") != FORMAT:
                raise _UnfitError(f"this is no record of revisions in format {FORMAT}")
            self._begin(_bytes(first, "genesis", HASH_SIZE))
            while True:
                so_far = self.checksum.hexdigest()
                line = self._line()
                if "end" in line:
                    if line.get("sha256") != so_far:
                        raise _UnfitError("the checksum does not fit: the file was changed")
                    if line["end"] != self.reached:
                        raise _UnfitError(f"the file says that it ends with entry {line['end']}")
                    if self.file.read(1):
                        raise _UnfitError("the file goes on behind its end")
                    return Imported(self.new, self.start, self.head)
                if "gap" in line:
                    self._gap(line)
                else:
                    self._entry(line)
        except _UnfitError as error:
            raise ConfigInvalidError(f"{self._name()}:{self.number}: {error}; nothing was imported") from None

    def _name(self) -> str:
        return str(getattr(self.file, "name", "the file to import"))

    def _line(self) -> dict[str, Any]:
        import json

        self.number += 1
        data = self.file.readline(_LONGEST_LINE)
        if not data.endswith(b"\n"):
            raise _UnfitError("the file is cut short" if len(data) < _LONGEST_LINE else "the line is too long")
        self.checksum.update(data)
        try:
            line = json.loads(data)
        except (ValueError, RecursionError):
            raise _UnfitError("the line is not JSON") from None
        if not isinstance(line, dict):
            raise _UnfitError("the line is no JSON object")
        return line

    def _begin(self, genesis: bytes) -> None:
        if self.start[0] == 0:
            self.ledger.connection.execute("UPDATE record SET genesis = ?", (genesis,))
            self.start = self.head = (0, genesis)
        elif self.ledger.genesis() != genesis:
            raise UsageError(
                f"{self._name()}: this is the record of another place, and two records are never mixed; import it with"
                " an empty state directory"
            )
        self.hash = genesis

    def _gap(self, line: dict[str, Any]) -> None:
        gap = line["gap"]
        if not isinstance(gap, list) or len(gap) != 2 or not all(_is_number(value) for value in gap):
            raise _UnfitError("'gap' is two numbers")
        first, last = gap
        if first != self.reached + 1 or last < first:
            raise _UnfitError(f"entry {self.reached + 1} is missing")
        value = _bytes(line, "hash", HASH_SIZE)
        if last <= self.start[0]:
            self._compare(last, value)
        elif first <= self.start[0]:
            raise UsageError(
                f"{self._name()}: entries {first} to {last} were pruned, and this record ends at {self.start[0]}, so"
                " whether the file continues it cannot be told; import it with an empty state directory"
            )
        else:
            self.ledger.connection.execute("INSERT INTO gap VALUES (?, ?, ?)", (first, last, value))
            self.new += last - first + 1
            self.head = (last, value)
        self.reached, self.hash = last, value

    def _compare(self, entry: int, value: bytes) -> None:
        if self.ledger.hash_at(entry) not in (value, b""):
            raise UsageError(
                f"{self._name()}: its entry {entry} is not the one in this record: the two went different ways, and are"
                " never mixed; import it with an empty state directory"
            )

    def _entry(self, line: dict[str, Any]) -> None:
        row = _row(line)
        if row.entry != self.reached + 1:
            raise _UnfitError(f"entry {self.reached + 1} is missing")
        if row.link(self.hash) != row.hash:
            raise _UnfitError("it does not fit the chain: it was changed, or the entry before it was")
        files = self._files(row, line)
        if row.entry <= self.start[0]:
            self._compare(row.entry, row.hash)
        else:
            self._add(row, files)
        self.reached, self.hash = row.entry, row.hash

    def _files(self, row: Row, line: dict[str, Any]) -> dict[str, bytes]:
        told = line.get("files")
        if row.is_purged:
            if told is not None:
                raise _UnfitError("it was purged, and has files")
            return {}
        if not isinstance(told, dict) or len(told) > MOST_FILES or not all(map(is_relative, told)):
            raise _UnfitError("'files' is no object of file names")
        before, earlier = self.latest.get(row.document, (0, {}))
        files = {}
        for name, content in told.items():
            as_before = isinstance(content, dict) and content.get("as") == before and name in earlier
            files[name] = earlier[name] if as_before else _content(name, content)
        if digest_of(files) != row.digest:
            raise _UnfitError("its files do not fit its digest")
        self.latest[row.document] = (row.entry, files)
        return files

    def _add(self, row: Row, files: dict[str, bytes]) -> None:
        ledger = self.ledger
        last = ledger.row(row.document, None)
        if last is not None and row.number <= last.number:
            raise _UnfitError(f"its number is {row.number}, after {last.number}")
        row.files = None if row.is_purged else manifest_bytes(stored(ledger, files, row.entry, last))
        ledger.insert(row)
        self.new += 1
        self.head = (row.entry, row.hash)


def _content(name: str, told: object) -> bytes:
    if isinstance(told, dict) and len(told) == 1:
        text, encoded = told.get("text"), told.get("base64")
        try:
            if isinstance(text, str):
                data = text.encode()
            elif isinstance(encoded, str):
                from base64 import b64decode

                data = b64decode(encoded, validate=True)
            else:
                raise _UnfitError(f"the content of {name!r} is neither text nor base64")
        except ValueError:
            raise _UnfitError(f"the content of {name!r} is damaged") from None
        if len(data) > LARGEST:
            raise _UnfitError(f"{name!r} has {len(data):,} bytes; at most {LARGEST:,} can be recorded")
        return data
    raise _UnfitError(f"the content of {name!r} is neither text nor base64")


def _row(line: dict[str, Any]) -> Row:
    """Return the entry of a line, each of its facts of the right kind."""
    numbers = [_integer(line, key) for key in ("entry", "number", "time", "place")]
    entry, number, time, place = numbers
    if entry < 1 or number < 1 or not 0 <= time <= LATEST_TIME or not 0 <= place < entry:
        raise _UnfitError("one of its numbers is out of range")
    texts = [line.get(key) for key in ("document", "author", "cause")]
    optional = [line.get(key) for key in ("version", "reason")]
    if not all(isinstance(text, str) for text in texts) or not all(isinstance(text, str | None) for text in optional):
        raise _UnfitError("'document', 'author', 'cause', 'version' and 'reason' are texts")
    try:
        for text in (*texts, *optional):
            (text or "").encode()
    except UnicodeEncodeError:
        raise _UnfitError("one of its texts holds half of a surrogate pair") from None
    deleted = line.get("deleted")
    if not isinstance(deleted, bool):
        raise _UnfitError("'deleted' is true or false")
    digest = None if line.get("digest") is None else _bytes(line, "digest", HASH_SIZE)
    seal, linked = _bytes(line, "seal", None), _bytes(line, "hash", HASH_SIZE)
    document, author, cause = map(str, texts)
    version, reason = optional
    return Row(
        entry=entry,
        document=document,
        number=number,
        time=time,
        author=author,
        cause=cause,
        version=version,
        reason=reason,
        deleted=int(deleted),
        place=place,
        digest=digest,
        seal=seal,
        linked=linked,
    )


def _integer(line: dict[str, Any], key: str) -> int:
    value: Any = line.get(key)
    if not _is_number(value):
        raise _UnfitError(f"{key!r} is a whole number of at most 52 bits")
    return int(value)


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 52


def _bytes(line: dict[str, Any], key: str, size: int | None) -> bytes:
    value = line.get(key)
    try:
        data = bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        data = b""
    if not data or (size is not None and len(data) != size):
        raise _UnfitError(f"{key!r} is {size or 'some'} bytes in hexadecimal")
    return data
