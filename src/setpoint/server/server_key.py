"""The server's own secret: 32 random bytes in the state directory, made once, with which tags are keyed."""

from __future__ import annotations

import os
import stat

from ..atomic.changed import ABSENT, FileChangedError
from ..atomic.write import write_file
from ..errors import UnavailableError, UsageError
from ..platform import open_to_read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..state import State

NAME = "server.key"
SIZE = 32  # bytes


def server_key(state: State) -> bytes:
    """Return the secret of a state directory; the first who asks makes it, and all others get the same.

    Tags of values are keyed with it, so that nobody can find out a secret value by trying out what has the same tag,
    and so that tags stay what they are when the server is started again. Raises ``UsageError`` when the file is not
    what it must be, ``UnavailableError`` when it cannot be read or made.
    """
    path = os.path.join(state.folder, NAME)
    found = _read(path)
    if found is not None:
        return found
    state.make()
    made = os.urandom(SIZE)
    try:
        write_file(path, made, expected=ABSENT, new_mode=0o600)
    except FileChangedError:  # somebody else was quicker, and theirs is the one that counts
        found = _read(path)
        if found is None:
            raise UnavailableError(f"{path}: was there and is gone again; start again") from None
        return found
    return made


def _read(path: str) -> bytes | None:
    try:
        descriptor = open_to_read(path)
    except FileNotFoundError:
        return None
    except IsADirectoryError:  # where nothing but a file is opened
        raise _no_file(path) from None
    except OSError as error:
        raise UnavailableError(
            f"{path}: cannot be read: {error.strerror}. Start the server as the user who owns the state directory"
        ) from None
    try:
        state = os.fstat(descriptor)
        _refuse_foreign(path, state)
        data = os.read(descriptor, SIZE + 1)
    except OSError as error:
        raise UnavailableError(f"{path}: cannot be read: {error.strerror}") from None
    finally:
        os.close(descriptor)
    if len(data) != SIZE:
        raise UsageError(f"{path}: must be {SIZE} bytes, and is damaged; remove it, and the next start makes another")
    return data


def _refuse_foreign(path: str, state: os.stat_result) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise _no_file(path)
    if os.name != "posix":  # elsewhere the mode says nothing
        return
    if state.st_uid not in (os.geteuid(), 0):
        raise UsageError(
            f"{path}: belongs to user {state.st_uid}, who can read it; remove it, and the next start makes another"
        )
    if state.st_mode & 0o077:
        raise UsageError(
            f"{path}: others than its owner may read or write it (mode {state.st_mode & 0o777:04o}); remove it, and the"
            " next start makes another that nobody knows"
        )


def _no_file(path: str) -> UsageError:
    return UsageError(f"{path}: must be a regular file; remove it, and the next start makes one")
