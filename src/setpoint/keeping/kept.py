"""``Kept``: the last known good content of a document, and the bytes of the file it is kept in.

A file is: a line that says what it is (the number is the version of this format), a line of JSON with the facts, the
content compressed with zlib, and a BLAKE2b digest (32 bytes) of all that. Nothing of it is ever pickled.
"""

from __future__ import annotations

from .private import UnfitError, is_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LABEL = b"setpoint good "
FORMAT = 1
MOST_FACTS = 64 * 1024  # bytes of the facts: far more than the longest path
_DIGEST_SIZE = 32
_LEVEL = 6


class Kept:
    """A document as it was when it was last known to be good.

    Arguments: ``content`` is what it was made of; ``version`` that of its shape, None when it has none; ``digest`` what
    the keeper was given as such; ``since`` is when it became good, in seconds since 1970, and ``age`` how long ago that
    was when it was loaded, in seconds, 0 when the clock was set back behind it.
    """

    __slots__ = ("age", "content", "digest", "name", "since", "version")

    def __init__(
        self, name: str, content: bytes, *, version: str | None, digest: str, since: float, age: float = 0.0
    ) -> None:
        self.name = name
        self.content = content
        self.version = version
        self.digest = digest
        self.since = since
        self.age = age

    def __repr__(self) -> str:  # without the content, which holds secrets
        return (
            f"<Kept {self.name!r}: {len(self.content):,} bytes, version {self.version}, since {self.since},"
            f" {self.age:.0f} s old>"
        )


def pack(kept: Kept, directory: str, profile: str | None) -> bytes:
    """Return the file's bytes.

    Arguments: ``directory`` and ``profile`` are those that the content is of.
    """
    import json
    from hashlib import blake2b
    from zlib import compress

    facts = json.dumps(
        {
            "document": kept.name,
            "directory": directory,
            "profile": profile,
            "version": kept.version,
            "digest": kept.digest,
            "since": kept.since,
            "size": len(kept.content),
        },
        allow_nan=False,
    )
    body = b"".join((LABEL, b"%d\n" % FORMAT, facts.encode("ascii"), b"\n", compress(kept.content, _LEVEL)))
    return body + blake2b(body, digest_size=_DIGEST_SIZE).digest()


def unpack(data: bytes, directory: str, profile: str | None, most: int) -> Kept:
    """Return what was kept.

    Arguments: ``directory`` and ``profile`` are those it must be of; ``most`` is how many bytes the content may have.
    Raises ``UnfitError`` unless the bytes are exactly what ``pack`` made for them. Never takes more memory than
    ``most`` allows, whatever the compressed bytes would become.
    """
    from hashlib import blake2b

    first, _, rest = data.partition(b"\n")
    number = first.removeprefix(LABEL)
    if not first.startswith(LABEL) or not number.isdigit():
        raise UnfitError("it is no kept document, or its beginning is damaged")
    if number != b"%d" % FORMAT:
        raise UnfitError(f"its format is not version {FORMAT}, the one that this program knows")
    body, digest = data[:-_DIGEST_SIZE], data[-_DIGEST_SIZE:]
    if blake2b(body, digest_size=_DIGEST_SIZE).digest() != digest:
        raise UnfitError("its checksum does not match its content, so it is damaged")
    written, _, packed = rest[:-_DIGEST_SIZE].partition(b"\n")
    facts = _facts(written)
    if facts["directory"] != directory:
        raise UnfitError(f"it is of another configuration directory, {facts['directory']}")
    if facts["profile"] != profile:
        raise UnfitError("it is of another profile")
    content = _decompressed(packed, facts["size"], most)
    return Kept(
        facts["document"], content, version=facts["version"], digest=facts["digest"], since=float(facts["since"])
    )


def _facts(written: bytes) -> dict[str, Any]:
    import json

    facts: dict[str, Any] = {}
    try:
        if len(written) > MOST_FACTS:
            raise ValueError("more than is ever written")
        facts = json.loads(written)
        if not isinstance(facts, dict):
            raise TypeError("no mapping")
        fits = (
            all(isinstance(facts[key], str) for key in ("document", "directory", "digest"))
            and all(facts[key] is None or isinstance(facts[key], str) for key in ("profile", "version"))
            and type(facts["size"]) is int
            and is_time(facts["since"])
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        fits = False
    if not fits:
        raise UnfitError("its second line is not what is written there")
    return facts


def _decompressed(packed: bytes, size: int, most: int) -> bytes:
    from zlib import decompressobj, error

    if not 0 <= size <= most:
        raise UnfitError(f"it says that it holds {size:,} bytes, and at most {most:,} are read")
    stream = decompressobj()
    try:
        content = stream.decompress(packed, size + 1)  # one more, to see that there is none
    except error:
        content = b""
    if len(content) != size or not stream.eof or stream.unused_data:
        raise UnfitError("its content is not what its second line says")
    return content
