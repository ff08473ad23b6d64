"""Writing the whole record as one text file.

One JSON object a line, in UTF-8::

    {"setpoint_history": 1, "genesis": "…"}
    {"gap": [1, 40], "hash": "…"}
    {"entry": 41, "document": "messaging", "number": 41, "time": 1773390600250, …, "files": {"messaging.yml": …}}
    {"end": 41, "sha256": "…"}

A file is ``{"text": …}``, or ``{"base64": …}`` when it is no UTF-8, or ``{"as": 40}`` when it is as in that entry of
the same document. ``seal`` and ``hash`` are those of the chain. The last line counts the entries and holds the SHA-256
of all bytes before it.
"""

from __future__ import annotations

import os
from contextlib import contextmanager

from ..platform import sync
from .chain import HASH_SIZE
from .contents import DamagedRecordError
from .verification import checked_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

    from .ledger import Ledger
    from .row import Row

FORMAT = 1


def export(ledger: Ledger, file: BinaryIO) -> int:
    """Write the record to a binary file; return the number of its last entry.

    Raises ``OSError``, and ``DamagedRecordError`` when something in it cannot be read: a part is no record.
    """
    import json
    from hashlib import sha256

    checksum = sha256()

    def put(line: dict[str, Any]) -> None:
        data = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        checksum.update(data)
        file.write(data)

    put({"setpoint_history": FORMAT, "genesis": ledger.genesis().hex()})
    gaps = ledger.connection.execute("SELECT first, last, hash FROM gap ORDER BY first DESC").fetchall()
    before: dict[str, Row] = {}
    last = 0
    for entry, row in ledger.every():
        if isinstance(row, DamagedRecordError):
            raise row
        while gaps and gaps[-1][0] < entry:
            first, end, value = gaps.pop()
            put({"gap": [first, end], "hash": _hex(value)})
        put(_line(ledger, row, before.get(row.document)))
        before[row.document] = row
        last = entry
    digest = checksum.hexdigest()
    put({"end": last, "sha256": digest})
    return last


def _line(ledger: Ledger, row: Row, before: Row | None) -> dict[str, Any]:
    return {
        "entry": row.entry,
        "document": row.document,
        "number": row.number,
        "time": row.time,
        "author": row.author,
        "cause": row.cause,
        "version": row.version,
        "reason": row.reason,
        "deleted": bool(row.deleted),
        "place": row.place,
        "digest": None if row.digest is None else row.digest.hex(),
        "seal": row.seal.hex(),
        "hash": row.hash.hex(),
        "files": None if row.is_purged else _files(ledger, row, before),
    }


def _files(ledger: Ledger, row: Row, before: Row | None) -> dict[str, Any]:
    same = set() if before is None or before.is_purged else set(before.manifest())
    carried = {
        ledger.words.text(ledger.connection, word) for word, content in row.manifest() if (word, content) in same
    }
    files: dict[str, Any] = {}
    for name, data in checked_files(ledger, row).items():
        if name in carried and before is not None:
            files[name] = {"as": before.entry}
            continue
        try:
            files[name] = {"text": data.decode()}
        except UnicodeDecodeError:
            from base64 import b64encode

            files[name] = {"base64": b64encode(data).decode()}
    return files


def _hex(value: object) -> str:
    if not isinstance(value, bytes) or len(value) != HASH_SIZE:
        raise DamagedRecordError("a mark of pruned entries is damaged")
    return value.hex()


@contextmanager
def to_path(path: str) -> Iterator[BinaryIO]:
    """A file that gets its name when it is whole and on the disk, for its owner's eyes only. Raises ``OSError``."""
    from .creation import sync_path

    unfinished = f"{path}.unfinished-{os.urandom(8).hex()}"
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with open(descriptor, "wb") as file:
            yield file
            file.flush()
            sync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        os.unlink(unfinished)
        raise
    sync_path(os.path.dirname(os.path.abspath(path)))
