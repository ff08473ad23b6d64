"""``Content``: what a path was like when it was looked at."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..reading import StatKey


class Content:
    """What a file held, or which names a directory had. Never changed once made.

    Arguments: ``key`` tells that the path was touched since (``reading.key_of``), None when nothing was there or it
    could not be told; ``digest`` stands for the bytes or names, None when they could not be read; ``trouble`` says why
    they could not.
    """

    __slots__ = ("digest", "key", "trouble")

    def __init__(self, key: StatKey | None, digest: bytes | None, trouble: str | None = None) -> None:
        self.key = key
        self.digest = digest
        self.trouble = trouble

    @classmethod
    def of(cls, data: bytes, key: StatKey) -> Content:
        """Return the content of a file that was read.

        Arguments: ``data`` and ``key`` are what ``reading.read_with_key`` returned: of a file larger than its budget
        the first bytes only, which is why the size counts too.
        """
        from hashlib import blake2b

        digest = blake2b(data, digest_size=16)
        if key[2] != len(data):
            digest.update(b"\0%d" % key[2])
        return cls(key, digest.digest())

    def says_the_same(self, other: Content) -> bool:
        """True when both are the same bytes or names, the same trouble, or nothing."""
        return self.digest == other.digest and self.trouble == other.trouble

    def __repr__(self) -> str:
        if self.digest is not None:
            return f"<Content {self.digest.hex()}>"
        return f"<Content: {self.trouble or 'absent'}>"


ABSENT = Content(None, None)
