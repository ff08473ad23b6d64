"""``Texts``: the files that a document was made of, with the bytes they had."""

from __future__ import annotations

import os

from ..errors import SetpointError
from ..reading import key_of, read_with_key
from .listing import Entry, LayerFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..budget import Budget
    from ..reading import StatKey


class Texts:
    """What the files of one document said when they were read: whatever is asked of it later, it says the same.

    Arguments: ``files`` are the document's files from the base up, each with its bytes; ``keys`` are what the files
    were like then, empty when that is not known.
    """

    __slots__ = ("files", "keys")

    def __init__(self, files: Sequence[tuple[LayerFile, bytes]], keys: Sequence[StatKey] = ()) -> None:
        self.files = tuple(files)
        self.keys = tuple(keys)

    @classmethod
    def read(cls, files: Sequence[LayerFile], budget: Budget) -> Texts:
        """Read the files of one document now. Raises as ``read_file`` does."""
        found = [(file, *read_with_key(file.path, budget, file.shown)) for file in files]
        return cls([(file, data) for file, data, _ in found], [key for _, _, key in found])

    def still_hold(self) -> bool:
        """True when no file was touched since it was read."""
        try:
            return all(key_of(os.stat(file.path)) == key for (file, _), key in zip(self.files, self.keys, strict=True))
        except OSError:  # gone, or no longer ours to look at: not as it was
            return False

    def paths(self) -> list[str]:
        """Return where the files are."""
        return [file.path for file, _ in self.files]

    def with_others(self, held: Mapping[str, bytes | None]) -> Texts:
        """Return the same with other bytes for some files, by path; None leaves a file out."""
        return Texts([(file, now) for file, data in self.files if (now := held.get(file.path, data)) is not None])

    def entry(self, name: str) -> Entry:
        """Return the document as it was: with the files that made it, and no others."""
        base, *others = (file for file, _ in self.files)
        profiles = {file.layer.partition(":")[2]: file for file in others if file.layer != "local"}
        return Entry(name, base, profiles, next((file for file in others if file.layer == "local"), None))

    def of(self, file: LayerFile) -> bytes:
        """Return the bytes that a file of the document had."""
        for known, data in self.files:
            if known.path == file.path:
                return data
        raise SetpointError(f"{file.shown}: this file was no part of the document when it was read")

    def digest(self) -> str:
        """Return what stands for the layers and their bytes, in 32 hexadecimal digits."""
        from hashlib import blake2b

        digest = blake2b(digest_size=16)
        for file, data in self.files:
            digest.update(f"{file.layer}\0{file.format_name}\0{len(data)}\0".encode())
            digest.update(data)
        return digest.hexdigest()

    def mark(self) -> bytes:
        """Return what stands for the bytes of each file: 16 bytes of BLAKE2b, one after the other from the base up."""
        from hashlib import blake2b

        return b"".join([blake2b(data, digest_size=16).digest() for _, data in self.files])

    def pack(self) -> bytes:
        """Return everything but the keys as bytes, which ``unpack`` takes."""
        chunks = []
        for file, data in self.files:
            title = "\0".join((file.layer, file.path, file.shown, file.format_name, str(len(data)), ""))
            chunks += [title.encode("utf-8", "surrogateescape"), data]
        return b"".join(chunks)

    @classmethod
    def unpack(cls, packed: bytes) -> Texts:
        """Return what ``pack`` packed."""
        files = []
        position = 0
        while position < len(packed):
            fields = []
            for _ in range(5):  # a path holds no NUL
                end = packed.index(b"\0", position)
                fields.append(packed[position:end].decode("utf-8", "surrogateescape"))
                position = end + 1
            layer, path, shown, format_name, size = fields
            files.append((LayerFile(path, shown, format_name, layer), packed[position : position + int(size)]))
            position += int(size)
        return cls(files)

    def __eq__(self, other: object) -> bool:
        """True when the same files had the same bytes."""
        if not isinstance(other, Texts):
            return NotImplemented
        mine = [(file.layer, file.path, file.format_name, data) for file, data in self.files]
        return mine == [(file.layer, file.path, file.format_name, data) for file, data in other.files]

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Texts of {', '.join(file.shown for file, _ in self.files)}>"
