"""``Tags``: entity tags, which say whether a value is still the one that somebody saw, and nothing else of it."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import blake2b

from ..errors import UsageError
from ..tree import canonical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

ANY_TAG = "*"
"""What takes any state, in place of tags."""

_LEAST_KEY = 16  # bytes


class Tags:
    """Makes entity tags (RFC 9110, 8.8.3) with a secret key.

    A tag is made of the value as it is, secrets included, so that a change of a secret is noticed by somebody who may
    not see it. Without the key nobody can try out which value has a tag; and since the place is part of it too, nobody
    can compare a secret with a value of their own by their tags.

    Arguments: ``key`` are at least 16 random bytes. Source: keyed BLAKE2b, RFC 7693; 144 bits of it.
    """

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if len(key) < _LEAST_KEY:
            raise UsageError(f"the key of entity tags has {len(key)} bytes; it needs at least {_LEAST_KEY} random ones")
        self._key = key[:64]

    def tag(self, name: str, parts: Sequence[str | int], value: Any) -> str:
        """Return the strong tag of the value at ``parts`` of a document, in its quotation marks."""
        place = canonical([name, *map(str, parts)])
        digest = blake2b(canonical(value), digest_size=18, key=self._key)
        digest.update(b"\0%b" % place)
        return f'"{urlsafe_b64encode(digest.digest()).decode("ascii")}"'

    def stand_in(self, digest: str) -> str:
        """Return what stands for a digest of files that hold secrets: equal for equal ones, and of no use to guess."""
        return blake2b(digest.encode(), digest_size=32, key=self._key).hexdigest()
