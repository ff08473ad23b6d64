"""One line of the trail: an entry as JSON, and the hash that chains it to the line before.

::

    {"trail":"setpoint audit 1","start":"<32 random bytes>"}             the first line
    {"number":1,"time":...,"who":...,...,"hash":"<SHA-256>"}             one line for each entry

    hash = SHA-256("setpoint audit 1\\n", hash of the line before, the line's bytes up to its hash)

For the first entry the hash before is the SHA-256 of the first line. The hash covers the bytes as they stand, so that
nobody has to know how they were made to check them. All is ASCII: no line break is inside of a line.
"""

from __future__ import annotations

import os
from hashlib import sha256

from ..errors import UsageError
from .entry import AuditEntry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LABEL = "setpoint audit 1"
HASH_SIZE = 32
LONGEST = 1024 * 1024  # bytes of a line
PADDING = b"\n\0"  # what stands behind the last line: made ready, or left by a power cut
_COVERED = LABEL.encode() + b"\n"
_BEFORE_HASH = b',"hash":"'
_SEALED = len(_BEFORE_HASH) + 2 * HASH_SIZE + 2  # bytes from there to the end of the line
_TEXTS = ("who", "token", "address", "request", "action", "outcome", "detail")


class DamagedLineError(Exception):
    """A line is not what an entry looks like: ``str()`` says why."""


def first_line() -> bytes:
    """Return a first line for a new trail, with its line break."""
    return f'{{"trail":"{LABEL}","start":"{os.urandom(HASH_SIZE).hex()}"}}\n'.encode("ascii")


def start_of(line: bytes) -> bytes | None:
    """Return the hash that the chain starts from; None when this is not the first line of a trail."""
    if not line.startswith(b'{"trail":"' + LABEL.encode() + b'"') or not line.endswith(b'"}'):
        return None
    return sha256(line).digest()


def written(entry: AuditEntry, before: bytes) -> tuple[bytes, bytes]:
    """Return the line of an entry, with its line break, and its hash. Raises ``UsageError`` for one that is too long.

    Arguments: ``before`` is the hash of the line before.
    """
    import json

    facts: dict[str, Any] = {"number": entry.number, "time": entry.time}
    facts.update((name, getattr(entry, name)) for name in _TEXTS)
    facts["documents"] = entry.documents
    facts["revisions"] = entry.revisions
    body = json.dumps(facts, separators=(",", ":"), allow_nan=False).encode("ascii")[:-1]
    if len(body) > LONGEST - _SEALED - 1:
        raise UsageError(f"an entry of the audit trail has at most {LONGEST:,} bytes, not {len(body):,}")
    linked = _linked(before, body)
    return b"%b%b%b%b" % (body, _BEFORE_HASH, linked.hex().encode(), b'"}\n'), linked


def stated_hash(line: bytes) -> bytes | None:
    """Return the hash that a line says it has; None when it says none."""
    if line[-_SEALED : -_SEALED + len(_BEFORE_HASH)] != _BEFORE_HASH or line[-2:] != b'"}':
        return None
    digits = line[-_SEALED + len(_BEFORE_HASH) : -2]
    try:
        found = bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return None
    return found if found.hex().encode() == digits else None  # no capitals, no blanks: there is one way to write it


def follows(line: bytes, before: bytes) -> bool:
    """True when a line is the one that was written behind the line with the hash ``before``."""
    stated = stated_hash(line)
    return stated is not None and _linked(before, line[:-_SEALED]) == stated


def entry_in(line: bytes) -> AuditEntry:
    """Return the entry that a line holds. Raises ``DamagedLineError``."""
    import json

    try:
        facts = json.loads(line)
        del facts["hash"]
        facts["documents"] = tuple(facts["documents"])
        facts["revisions"] = tuple((name, number) for name, number in facts["revisions"])
        return AuditEntry(facts.pop("number"), **facts)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, UsageError):
        raise DamagedLineError("it is not what an entry looks like") from None


def number_in(line: bytes) -> int | None:
    """Return the number of the entry that a line holds, without reading the rest; None when it does not say."""
    label = b'{"number":'
    digits = line[len(label) : len(label) + 20].partition(b",")[0]
    return int(digits) if line.startswith(label) and digits.isdigit() and len(digits) < 19 else None


def _linked(before: bytes, body: bytes) -> bytes:
    return sha256(_COVERED + before + body).digest()
