"""Files for their owner's eyes only: written whole, and believed only when nobody else could have written them."""

from __future__ import annotations

import os
import stat

from ..errors import UnavailableError
from ..platform import is_portable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_SLUG = 40  # characters of a document's name that its file's name shows
_SIZE = 8  # bytes of the digest that tells file names apart; written as twice as many hexadecimal digits
_OF_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def is_time(value: object) -> bool:
    """True for a number that can be seconds since 1970: neither NaN nor beyond any calendar."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15


class UnfitError(Exception):
    """A file that is not to be believed: ``str()`` says why, in words that go on after its path and a colon."""


class PrivateFolder:
    """A folder of small files, one for each document, that only the user whose process made it may read or write.

    Arguments: ``path`` is the folder, which is made by the first ``write``; the one around it must be there.
    ``ending`` is that of its files. ``notices`` says what is wrong there as long as it is, for people.
    """

    __slots__ = ("_ending", "_found", "_tidied", "path")

    def __init__(self, path: str, ending: str) -> None:
        self.path = path
        self._ending = ending
        self._found: dict[str, str] = {}
        self._tidied = False

    @property
    def notices(self) -> tuple[str, ...]:
        """What cannot be used, each a sentence that begins with its path; what was replaced since is not among it."""
        return tuple(self._found.values())

    def file(self, name: str, kind: str = "") -> str:
        """Return the path of a document's file, whatever the name holds and however long it is.

        Arguments: ``kind`` tells files of the same document apart.
        """
        from hashlib import blake2b

        slug = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name[:_SLUG]).lower()
        whole = f"{len(name)} {name}{kind}".encode("utf-8", "surrogatepass")
        return os.path.join(self.path, f"{slug}-{blake2b(whole, digest_size=_SIZE).hexdigest()}{self._ending}")

    def files(self) -> list[str]:
        """Return the paths of the files that are there, sorted."""
        try:
            names = [name for name in os.listdir(self.path) if name.endswith(self._ending)]
        except FileNotFoundError:
            names = []
        except OSError as error:
            self.complain(self.path, f"cannot be listed: {error.strerror or error}")
            return []
        self.clear(self.path)
        return sorted(os.path.join(self.path, name) for name in names)

    def read(self, path: str, most: int) -> bytes | None:
        """Return what a file of the folder holds; None when there is none.

        Arguments: ``most`` is how many bytes it may have. Raises ``UnfitError`` for one that is too large, may not be
        read, is no regular file, or that another user could have written: its owner and that of the folder are the
        user of this process, and neither gives anybody else the right to write.
        """
        from ..atomic.disk import Directory, read_all

        try:
            _trust(os.lstat(self.path), "its folder", stat.S_ISDIR)
            with Directory(self.path) as folder:
                descriptor = folder.open_to_read(os.path.basename(path))
                try:
                    facts = os.fstat(descriptor)
                    _trust(facts, "it", stat.S_ISREG)
                    data = read_all(descriptor, min(facts.st_size, most), most + 1) if facts.st_size else b""
                finally:
                    os.close(descriptor)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UnfitError(f"it cannot be read: {error.strerror or error}") from None
        if len(data) > most:
            raise UnfitError(f"it has more than {most:,} bytes")
        return data

    def write(self, path: str, data: bytes) -> None:
        """Make ``data`` the content of a file of the folder, as ``write_file`` does: old or new, also without power.

        What has the name and is not to be believed goes first: a file keeps owner and permissions when it is replaced.
        Raises ``UnavailableError``.
        """
        from ..atomic.refusal import refused
        from ..atomic.write import write_file

        self._make()
        if not self._tidied:
            self._tidied = True
            self.sweep()
        try:
            _trust(os.lstat(path), "it", stat.S_ISREG)
        except FileNotFoundError:
            pass  # the first one
        except UnfitError:
            self.remove(path)
        except OSError as error:
            raise refused(path, "written", error, self.path) from None
        write_file(path, data, root=self.path, new_mode=0o600)
        self._found.pop(path, None)

    def remove(self, path: str) -> bool:
        """Remove a file of the folder; return False when there is none. Raises ``UnavailableError``."""
        from ..atomic.disk import Directory
        from ..atomic.refusal import refused

        try:
            with Directory(self.path) as folder:
                folder.unlink(os.path.basename(path))
                self._found.pop(path, None)
                try:
                    folder.sync()
                except (OSError, NotImplementedError):
                    return True  # gone; a power cut may bring it back, and then it is judged like any other
        except FileNotFoundError:
            return False
        except OSError as error:
            raise refused(path, "removed", error, self.path) from None
        return True

    def sweep(self) -> list[str]:
        """Remove what writers that were killed left half done, and return the paths of it."""
        from ..atomic.sweep import sweep

        return sweep(self.path)

    def complain(self, path: str, why: str) -> None:
        """Note that a file is not used, until it is written anew or removed."""
        self._found[path] = f"{path}: {why}"

    def clear(self, path: str) -> None:
        """Take back what was noted about a file."""
        self._found.pop(path, None)

    def _make(self) -> None:
        """Make the folder, or make it private again."""
        from ..atomic.directory import create_directory
        from ..atomic.refusal import refused

        try:
            facts = os.lstat(self.path)
        except FileNotFoundError:
            self._check_around()
            create_directory(self.path, 0o700)
            return
        except OSError as error:
            raise refused(self.path, "used", error, os.path.dirname(self.path)) from None
        if not stat.S_ISDIR(facts.st_mode):
            raise UnavailableError(f"{self.path}: this is not a directory: move it away, and one is made")
        if is_portable():
            return
        if facts.st_uid != os.geteuid():
            raise UnavailableError(f"{self.path}: {_foreign(facts)}: write as that user, or remove the folder")
        if facts.st_mode & 0o077:
            try:
                os.chmod(self.path, 0o700)
            except OSError as error:
                raise refused(self.path, "made private", error, os.path.dirname(self.path)) from None

    def _check_around(self) -> None:
        """Refuse root a folder in a directory of somebody else, who could never use it then."""
        around = os.path.dirname(self.path)
        if is_portable() or os.geteuid() != 0 or not os.path.isdir(around):
            return
        facts = os.stat(around)
        if facts.st_uid != 0:
            raise UnavailableError(f"{around}: {_foreign(facts)}: do it as that user, who could not read it otherwise")


def _trust(facts: os.stat_result, what: str, is_kind: Callable[[int], bool]) -> None:
    """Raise ``UnfitError`` unless only this process's user could have put something there."""
    if not is_kind(facts.st_mode):
        raise UnfitError(f"{what} is no {'directory' if is_kind is stat.S_ISDIR else 'regular file'}")
    if is_portable():
        return
    if facts.st_uid != os.geteuid():
        raise UnfitError(f"{what} {_foreign(facts)}")
    if facts.st_mode & _OF_OTHERS:
        raise UnfitError(f"{what} may be written by other users (mode {stat.S_IMODE(facts.st_mode):04o})")


def _foreign(facts: os.stat_result) -> str:
    return f"belongs to user {facts.st_uid}, and this process is user {os.geteuid()}"
