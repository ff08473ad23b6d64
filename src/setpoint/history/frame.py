"""What one frame of the tail holds: the entries of one append with their files, as they will stand in the database."""

from __future__ import annotations

from ..errors import UsageError
from .appending import keep
from .chain import digest_of
from .entry import Entry
from .row import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .ledger import Ledger
    from .tail import Tail

_FACTS = ("entry", "document", "number", "time", "author", "cause", "version", "reason", "deleted", "place")
_NUMBERS = ("entry", "number", "time", "deleted", "place")
_BYTES = ("digest", "seal", "hash")
_MOST = 256 * 1024  # bytes that a frame unpacks to


def packed(added: Iterable[tuple[Row, Entry]]) -> bytes | None:
    """Return the body of a frame: a line of JSON for the entries, then their files, compressed together.

    None when that is too much for a frame.
    """
    import json
    import zlib

    lines: list[dict[str, object]] = []
    contents: list[bytes] = []
    for row, entry in added:
        facts = {name: getattr(row, name) for name in _FACTS}
        facts.update({name: getattr(row, name).hex() for name in _BYTES})
        facts["files"] = [[name, len(data)] for name, data in entry.files.items()]
        contents += entry.files.values()
        lines.append(facts)
    whole = b"\n".join([json.dumps(lines).encode(), b"".join(contents)])
    return zlib.compress(whole, 1) if len(whole) <= _MOST else None


def unpacked(body: bytes) -> list[tuple[Row, Entry]]:
    """Return the rows of a frame, without their manifests, and the entries they were made of.

    Raises ``ValueError`` when that is not what it holds, which is then nothing that ``packed`` made.
    """
    import json
    import zlib

    try:
        line, _, contents = zlib.decompressobj().decompress(body, _MOST).partition(b"\n")
        found = []
        for facts in json.loads(line):
            files = {}
            for name, size in facts.pop("files"):
                files[name], contents = contents[:size], contents[size:]
            digest, seal, linked = (bytes.fromhex(facts.pop(name)) for name in _BYTES)
            row = Row(**facts, digest=digest, seal=seal, linked=linked)
            told = {name: facts[name] for name in ("author", "cause", "reason", "version")}
            entry = Entry(row.document, files, deleted=bool(row.deleted), **told)
            if not all(type(facts[name]) is int for name in _NUMBERS) or digest_of(files) != digest:
                raise ValueError("its facts contradict each other")
            found.append((row, entry))
    except (KeyError, TypeError, AttributeError, RecursionError, UsageError, zlib.error) as error:
        raise ValueError(str(error)) from None
    return found


def move(tail: Tail, ledger: Ledger) -> str | None:
    """Put what the tail holds into the database; return what is to be said when the two do not belong together.

    What the database has already is passed over. Raises ``DamagedRecordError`` and ``OSError``.
    """
    number, linked = ledger.head()
    first = True
    for body in tail.frames():
        try:
            added = unpacked(body)
        except ValueError:
            return "it is damaged"
        for row, entry in added:
            if row.entry <= number:
                if first and ledger.hash_at(row.entry) not in (row.hash, b""):
                    return f"it holds another entry {row.entry}"
            elif row.entry != number + 1 or row.link(linked) != row.hash:
                # Behind frames that fit, it is one of an earlier tail that was not written over yet.
                return f"it begins with entry {row.entry}, and the record ends at {number}" if first else None
            else:
                keep(ledger, row, entry.files, ledger.row(row.document, None))
                number, linked = row.entry, row.hash
            first = False
    return None
