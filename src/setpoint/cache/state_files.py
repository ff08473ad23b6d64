"""State files: where documents go that have no room in memory."""

from __future__ import annotations

import os
from contextlib import suppress

from ..budget import Budget
from ..config import Config, thaw
from ..errors import SetpointError
from ..platform import lock_if_free
from ..reading import read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAGIC = b"setpoint state 1\n"  # the number is the version of this format
_DIGEST_SIZE = 32
_LENGTH_SIZE = 4
_CLOEXEC = getattr(os, "O_CLOEXEC", 0)
_FOLDER = "setpoint-cache-"
_LOCK = "in-use"


class DamagedStateError(Exception):
    """A state file that is not what was written: ``str()`` says in what way."""


class StateFile:
    """One written state file: its path, its size in bytes, and the process that may remove it.

    The file is removed with this object, so it is there as long as anybody can ask for it.
    """

    __slots__ = ("folder", "owner", "path", "size")

    def __init__(self, folder: StateFolder, path: str, size: int, owner: int) -> None:
        self.folder = folder
        self.path = path
        self.size = size
        self.owner = owner

    def __del__(self) -> None:
        self.folder.remove(self)


class StateFolder:
    """The state files of one cache, in a folder of its own inside ``spill_dir``, for its owner's eyes only.

    A file is: the magic line, the name's length (4 bytes, big-endian), the name in UTF-8, the document as
    zlib-compressed JSON, and a BLAKE2b digest of all that. The digest is keyed with 32 random bytes that never leave
    the process, so a file that anything else wrote is refused like a damaged one. Nothing is read back by a later
    process, hence nothing is synced to the disk; the folder is removed with its last file or at the interpreter's exit.
    What a killed process left behind is removed by the next one that makes a folder beside it.
    """

    __slots__ = ("__weakref__", "_key", "_number", "_owner", "_path", "spill_dir")

    def __init__(self, spill_dir: str) -> None:
        self.spill_dir = spill_dir
        self._key = os.urandom(_DIGEST_SIZE)
        self._path: str | None = None
        self._owner = 0
        self._number = 0

    def write(self, name: str, tree: Config, level: int, attached: bytes = b"") -> StateFile:
        """Write one document and return its file: whole or not at all. Raises ``OSError``.

        Arguments: ``level`` is zlib's, 0 to 9; ``attached`` are bytes that are kept with it.
        """
        import json
        from zlib import compress

        text = json.dumps(thaw(tree), separators=(",", ":"), allow_nan=False)
        title = _title(name)
        # JSON as written here holds no NUL: it ends where the first one is.
        content = compress(b"\0".join((text.encode(), attached)), level)
        body = b"".join((MAGIC, len(title).to_bytes(_LENGTH_SIZE, "big"), title, content))
        data = body + self._digest(body)
        self._number += 1
        path = os.path.join(self._folder(), f"{self._number:08}")  # no name of a document becomes a path
        unfinished = path + ".unfinished"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            try:
                _write_all(descriptor, data)
            finally:
                os.close(descriptor)
            os.replace(unfinished, path)
        except BaseException:
            os.unlink(unfinished)
            raise
        return StateFile(self, path, len(data), self._owner)

    def read(self, name: str, file: StateFile) -> tuple[Config, bytes]:
        """Return the document of a file, and its attached bytes.

        Raises ``DamagedStateError`` unless it is exactly what was written.
        """
        import json
        from zlib import decompress, error

        try:
            data = read_file(file.path, Budget(size=file.size))
        except SetpointError as refusal:
            raise DamagedStateError(refusal.message) from None
        body, digest = data[:-_DIGEST_SIZE], data[-_DIGEST_SIZE:]
        if not data.startswith(MAGIC):
            raise DamagedStateError(f"{file.path}: not a state file of this version of Setpoint")
        if len(data) != file.size or digest != self._digest(body):
            raise DamagedStateError(f"{file.path}: its checksum does not match its content")
        start = len(MAGIC) + _LENGTH_SIZE
        end = start + int.from_bytes(body[len(MAGIC) : start], "big")
        if body[start:end] != _title(name):
            raise DamagedStateError(f"{file.path}: it holds another document")
        try:
            text, _, attached = decompress(body[end:]).partition(b"\0")
            tree: Any = json.loads(text)
        except (error, ValueError) as problem:
            raise DamagedStateError(f"{file.path}: it cannot be decoded: {problem}") from None
        return Config(tree), attached

    def remove(self, file: StateFile) -> None:
        """Remove a file. One that a process wrote before it forked is left to that process."""
        if file.owner != os.getpid():
            return
        try:
            with suppress(FileNotFoundError):  # somebody tidied up: what was wanted
                os.unlink(file.path)
        except OSError as error:
            _complain(file.path, "this state file", error)

    def _folder(self) -> str:
        """Return this process's folder; a child of a fork makes its own."""
        process = os.getpid()
        if self._path is None or self._owner != process:
            import weakref

            path = os.path.join(self.spill_dir, f"{_FOLDER}{process}-{os.urandom(8).hex()}")
            os.makedirs(self.spill_dir, exist_ok=True)
            _sweep(self.spill_dir)
            # Held until the folder goes, at the latest until the process dies: an unlocked folder is nobody's. One that
            # was taken for that between making and locking it is made again.
            while True:
                os.makedirs(path, 0o700, exist_ok=True)
                lock = os.open(os.path.join(path, _LOCK), os.O_RDWR | os.O_CREAT | _CLOEXEC, 0o600)
                if lock_if_free(lock) is not False and os.path.exists(os.path.join(path, _LOCK)):
                    break
                os.close(lock)
            self._path, self._owner = path, process
            weakref.finalize(self, _remove_folder, path, process, lock)
        return self._path

    def _digest(self, body: bytes) -> bytes:
        from hashlib import blake2b

        return blake2b(body, key=self._key, digest_size=_DIGEST_SIZE).digest()


def _title(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sweep(spill_dir: str) -> None:
    """Remove the folders of processes that were killed: those whose lock nobody holds."""
    for name in os.listdir(spill_dir):
        if not name.startswith(_FOLDER):
            continue
        path = os.path.join(spill_dir, name)
        try:
            lock = os.open(os.path.join(path, _LOCK), os.O_RDWR | _CLOEXEC)
        except OSError:  # being made or removed this very moment, or not ours to remove
            continue
        try:
            # Where there are no locks nothing can be known of its owner, and the folder stays.
            abandoned = lock_if_free(lock)
        finally:
            os.close(lock)
        if abandoned:
            _empty(path)


def _remove_folder(path: str, owner: int, lock: int) -> None:
    os.close(lock)
    if owner == os.getpid():
        _empty(path)


def _empty(path: str) -> None:
    try:
        # The lock goes last: until then the folder can still be told from one that is being made.
        for name in sorted(os.listdir(path), key=lambda name: name == _LOCK):
            os.unlink(os.path.join(path, name))
        os.rmdir(path)
    except FileNotFoundError:
        return  # somebody tidied up: what was wanted
    except OSError as error:
        _complain(path, "this folder", error)


def _complain(path: str, what: str, error: OSError) -> None:
    import logging

    logging.getLogger("setpoint.cache").warning("%s: %s cannot be removed: %s", path, what, error.strerror or error)
