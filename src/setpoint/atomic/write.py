"""Replacing or making a file: old or new, never in between, and when it returns it stays."""

from __future__ import annotations

import errno
import os

from ..errors import UnavailableError
from ..platform import is_portable
from .attributes import first_mode, take_over
from .changed import ABSENT, ANYTHING, Expectation, changed
from .disk import change_mode, read_all, sync_file, write_all
from .refusal import refused
from .target import Present, Target, content, folder_of, look
from .temporary import Temporary

_NEW_MODE = 0o666  # less the umask, as for any program
# What os.link says on file systems without hard links, and where they are forbidden.
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


class Written:
    """What was done to a file.

    Arguments: ``path`` is the real file's; ``durable`` is False when the change is there and it is not known
    whether it would survive a power cut; ``notes`` are sentences about what could not be kept as it was.
    """

    __slots__ = ("durable", "notes", "path")

    def __init__(self, path: str, durable: bool, notes: tuple[str, ...] = ()) -> None:
        self.path = path
        self.durable = durable
        self.notes = notes

    def __repr__(self) -> str:
        return f"Written({self.path!r}, durable={self.durable}, notes={self.notes!r})"


def write_file(
    path: str,
    data: bytes,
    *,
    expected: bytes | Expectation = ANYTHING,
    root: str | None = None,
    new_mode: int | None = None,
    like: str | None = None,
    shown: str | None = None,
) -> Written:
    """Make ``data`` the content of a file, in one step: whoever reads or crashes meets the old bytes or the new.

    Arguments:
        path: the file. Symbolic links are followed and stay; the real file is replaced, beside it.
        expected: what the change is based on: the bytes the file holds, ``ABSENT`` or ``ANYTHING``. A file made with
            ``ABSENT`` never replaces one that somebody else makes at the same time. For a replacement the look and the
            step are two calls: programs that take no lock can still come between them, for some microseconds.
        root: a directory that the real file may not be outside of.
        new_mode: the permissions of a file that is made, exactly; without it 0666 less the umask.
        like: a file whose owner, permissions and attributes one that is made gets, as far as allowed; if there is
            one, ``new_mode`` does not count.
        shown: the file's path as the user named it, for messages.

    A file that is replaced keeps owner, group, permissions, extended attributes and ACL (see ``attributes``). It is a
    new file all the same: its other hard links keep the old content, which ``notes`` say. One that this process may
    not write into is not replaced either.

    The steps are those of SQLite and others (https://lwn.net/Articles/457667/): temporary file in the same
    directory, write, fsync, read back, rename, fsync of the directory. A failure before the rename leaves the old file
    and no temporary one; an fsync that failed is not tried again (https://wiki.postgresql.org/wiki/Fsync_Errors). A
    failure after it is not one of the write: ``durable`` is False.

    Raises ``FileChangedError`` when the file is not as expected, ``UsageError`` when it is outside the root,
    ``UnavailableError`` when the system refuses.
    """
    try:
        with Target(path, root, shown) as target:
            old = look(target)
            if (old is None) != (expected is ABSENT) and expected is not ANYTHING:
                raise changed(target.shown, expected, None if old is None else content(target))
            if old is not None and not target.directory.may_write(target.name):
                raise UnavailableError(
                    f"{target.shown}: this process may not write into this file: its mode is "
                    f"{old.stat.st_mode & 0o7777:04o} and its owner {old.stat.st_uid}; or it has the immutable "
                    f"attribute, or its file system is mounted read-only. Allow writing first (chmod u+w, chattr -i, "
                    f"mount -o remount,rw)"
                )
            return _write(target, data, expected=expected, old=old, new_mode=new_mode, like=like)
    except OSError as error:
        raise refused(path if shown is None else shown, "written", error, folder_of(path)) from None


def _write(
    target: Target,
    data: bytes,
    *,
    expected: bytes | Expectation,
    old: Present | None,
    new_mode: int | None,
    like: str | None,
) -> Written:
    model = old if old is not None or like is None else _model(like)
    temporary = Temporary(target.directory, target.name, _created_with(model, new_mode))
    try:
        write_all(temporary.descriptor, data)
        notes = [] if model is None else take_over(temporary.descriptor, model, target.shown)
        if model is None and new_mode is not None and not is_portable():
            change_mode(temporary.descriptor, new_mode)
        sync_file(temporary.descriptor)
        os.lseek(temporary.descriptor, 0, os.SEEK_SET)
        if read_all(temporary.descriptor, len(data), len(data) + 1) != data:
            raise UnavailableError(
                f"{target.shown}: the device gave back other bytes than were written, so the old file is kept: "
                f"check the disk"
            )
        if is_portable():
            temporary.close()  # Windows renames no open file
        if expected is ABSENT:
            notes += _publish(temporary, target)
        else:
            if not isinstance(expected, Expectation):
                found = content(target, len(expected))
                if found != expected:
                    raise changed(target.shown, expected, found)
            target.directory.replace(temporary.name, target.name)
    except BaseException as error:
        left = temporary.discard()
        if not isinstance(error, OSError):
            raise
        rest = f"; the temporary file {os.path.join(target.directory.path, temporary.name)} is left" if left else ""
        raise refused(target.shown, "written", error, target.directory.path, rest) from None
    temporary.close()
    if old is not None and old.stat.st_nlink > 1:
        notes.append(f"{target.shown}: it had {old.stat.st_nlink} hard links; the other names keep the old content")
    durable = settle(target, notes)
    return Written(target.path, durable, tuple(notes))


def _created_with(model: Present | None, new_mode: int | None) -> int:
    """Return the permissions to make the temporary file with: never more than it will have."""
    if model is not None:
        return first_mode(model)
    if new_mode is None:
        return _NEW_MODE
    return new_mode if is_portable() else new_mode & 0o600


def _model(like: str) -> Present | None:
    with Target(like, None, None) as beside:
        return look(beside)


def _publish(temporary: Temporary, target: Target) -> list[str]:
    """Give a new file its name, unless somebody else's has it; return what there is to say."""
    try:
        target.directory.link(temporary.name, target.name)
    except FileExistsError:
        raise changed(target.shown, ABSENT, content(target)) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
    else:
        left = temporary.discard()
        path = os.path.join(target.directory.path, temporary.name)
        return [f"{path}: this temporary file could not be removed: {left.strerror}"] if left else []
    # Without hard links the look and the step are two calls; this is as close as they get.
    if look(target) is not None:
        raise changed(target.shown, ABSENT, content(target))
    target.directory.replace(temporary.name, target.name)
    return []


def settle(target: Target, notes: list[str]) -> bool:
    """Make the names in a directory durable; when that cannot be done, say why in ``notes`` and return False."""
    try:
        target.directory.sync()
    except (OSError, NotImplementedError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        notes.append(
            f"{target.shown}: the change is made, but it is not known whether it would survive a power cut: the "
            f"directory {target.directory.path} could not be synced: {reason}"
        )
        return False
    return True
