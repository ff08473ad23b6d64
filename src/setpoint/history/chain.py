"""The chain: a hash of each entry that covers the one before, so that an edited record shows.

::

    digest         SHA-256 over the names and SHA-256s of a revision's files
    key            16 random bytes of each entry
    content seal   SHA-256(SHA-256(key, "content"), digest)
    reason seal    SHA-256(SHA-256(key, "reason"), reason)
    hash           SHA-256(hash of the entry before, place, document, number, time, author, cause, version,
                           deleted, place in its group, content seal, reason seal)

The chain covers seals, not contents. When a content is purged its key and digest go, and the seal stays: the chain can
still be verified, and nobody can find out a short secret by trying digests.
"""

from __future__ import annotations

from hashlib import sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_SIZE = 16
HASH_SIZE = 32
_LABEL = b"setpoint history 1\n"
_NONE = b"\xff" * 8  # no length of anything
_CONTENT, _REASON = 1, 2


def packed(*values: bytes | str | int | None) -> bytes:
    """Return values as bytes that no other values give: each behind its length."""
    parts = []
    for value in values:
        if value is None:
            parts.append(_NONE)
            continue
        data = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        parts.append(len(data).to_bytes(8, "big"))
        parts.append(data)
    return b"".join(parts)


def digest_of(files: Mapping[str, bytes]) -> bytes:
    """Return the digest of a revision's content."""
    facts: list[bytes | str] = []
    for name in sorted(files):
        facts.append(name)
        facts.append(sha256(files[name]).digest())
    return sha256(packed(*facts)).digest()


class Seals:
    """What the chain covers of the two things that can be purged, the content and the reason: ``content``, ``reason``.

    Stored is the key of an entry, or once something of it was purged: one byte that says what (1 the content, 2 the
    reason, 3 both), and for each of the two its own key while it is there, its seal when it is gone.
    """

    __slots__ = ("_content_key", "_reason_key", "content", "reason")

    def __init__(self, content: bytes, reason: bytes, content_key: bytes | None, reason_key: bytes | None) -> None:
        self.content = content
        self.reason = reason
        self._content_key = content_key
        self._reason_key = reason_key

    @classmethod
    def of(cls, stored: bytes, digest: bytes | None, reason: str | None) -> Seals | None:
        """Return the seals of an entry, or None when what is stored cannot belong to its digest and reason."""
        if len(stored) == KEY_SIZE:
            gone = 0
            content, why = sha256(stored + b"content").digest(), sha256(stored + b"reason").digest()
        elif len(stored) == 1 + 2 * HASH_SIZE and stored[0] in (_CONTENT, _REASON, _CONTENT | _REASON):
            gone = stored[0]
            content, why = stored[1 : 1 + HASH_SIZE], stored[1 + HASH_SIZE :]
        else:
            return None
        if (digest is None) != bool(gone & _CONTENT) or (gone & _REASON and reason is not None):
            return None
        return cls(
            content if digest is None else _seal(content, digest),
            why if gone & _REASON else _seal(why, reason),
            None if digest is None else content,
            None if gone & _REASON else why,
        )

    def without(self, *, content: bool, reason: bool) -> bytes:
        """Return what is stored once the content or the reason is gone as well."""
        gone = _CONTENT if content or self._content_key is None else 0
        gone |= _REASON if reason or self._reason_key is None else 0
        first = self.content if gone & _CONTENT or self._content_key is None else self._content_key
        second = self.reason if gone & _REASON or self._reason_key is None else self._reason_key
        return bytes((gone,)) + first + second


def _seal(key: bytes, value: bytes | str | None) -> bytes:
    return sha256(packed(key, value)).digest()


def link(before: bytes, seals: Seals, *facts: str | int | None) -> bytes:
    """Return an entry's hash.

    Arguments: ``before`` is the hash of the entry before it; ``facts`` are its place, document, number, time, author,
    cause, version, whether it is a deletion (0 or 1), and its place in its group.
    """
    return sha256(_LABEL + packed(before, *facts, seals.content, seals.reason)).digest()
