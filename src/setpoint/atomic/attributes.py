"""What a new file takes over from the one it replaces: owner, group, permissions, extended attributes and ACL."""

from __future__ import annotations

import errno
import os
import stat

from ..errors import UnavailableError
from ..platform import is_portable
from .disk import change_mode, change_owner, read_attributes, remove_attribute, set_attribute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .target import Present

_ACL = "system.posix_acl_access"
# Checksums of the old content, which the kernel makes anew; copied they would make the file unreadable.
_OF_THE_CONTENT = frozenset({"security.ima", "security.evm"})
_NOT_ALLOWED = (errno.EPERM, errno.EACCES, errno.ENOTSUP)


def first_mode(present: Present) -> int:
    """Return the permissions to make a new file with: its owner's alone, and no more than they will be.

    The portable side cannot change them later; there they are the model's at once, less the umask.
    """
    mode = stat.S_IMODE(present.stat.st_mode)
    return mode if is_portable() else mode & 0o600


def take_over(descriptor: int, present: Present, shown: str) -> list[str]:
    """Give an open new file the owner, group, permissions and extended attributes of another.

    Returns sentences about what could not be kept. Only root may give files away. Where owner or group cannot be kept,
    the write goes on if everybody who could read the file still can, and nobody else: the bits of a group that is lost
    are cut to those of all others. Else ``UnavailableError`` is raised, since a program that cannot read its
    configuration any more is worse off than one with an old one. Extended attributes that may not be set are told; an
    ACL that may not is an error. Raises ``OSError`` for the rest. The portable side takes over nothing
    but what ``first_mode`` does.
    """
    if is_portable():
        return []
    notes: list[str] = []
    mode = _keep_owner(descriptor, present, shown, notes)
    # The ACL goes first: setting it sets permission bits as well.
    _keep_extended(descriptor, present, shown, notes)
    change_mode(descriptor, mode)
    return notes


def _keep_owner(descriptor: int, present: Present, shown: str, notes: list[str]) -> int:
    """Return the permissions that the new file may have."""
    mode = stat.S_IMODE(present.stat.st_mode)
    user, group = present.stat.st_uid, present.stat.st_gid
    made = os.fstat(descriptor)
    if (made.st_uid, made.st_gid) == (user, group):
        return mode
    if _given(descriptor, user, group):
        return mode
    mode &= 0o777  # set-user-ID and set-group-ID would mean somebody else now
    group_kept = made.st_gid == group or _given(descriptor, -1, group)
    if not group_kept:
        mode &= ~0o070 | (mode & 0o007) << 3
    if not mode & 0o004 and not (group_kept and mode & 0o040):
        raise UnavailableError(
            f"{shown}: belongs to user {user} and group {group}, which this process (user {made.st_uid}) may not give "
            f"files to, so those who read it could not any more; write it as that user, or as root"
        )
    if made.st_uid != user:
        notes.append(f"{shown}: its owner was user {user} and is user {made.st_uid} now, who wrote it")
    if not group_kept:
        notes.append(f"{shown}: its group was {group} and is {made.st_gid} now, with the rights of all others")
    return mode


def _given(descriptor: int, user: int, group: int) -> bool:
    try:
        change_owner(descriptor, user, group)
    except PermissionError:
        return False
    except OSError as error:
        if error.errno != errno.EINVAL:  # an id that this user namespace does not know
            raise
        return False
    return True


def _keep_extended(descriptor: int, present: Present, shown: str, notes: list[str]) -> None:
    has = read_attributes(descriptor)
    wanted = {name: value for name, value in present.attributes.items() if name not in _OF_THE_CONTENT}
    if _ACL in has and _ACL not in wanted:  # from its directory's default; the old file did without
        remove_attribute(descriptor, _ACL)
    for name, value in wanted.items():
        if has.get(name) == value:
            continue
        try:
            set_attribute(descriptor, name, value)
        except OSError as error:
            if name == _ACL or error.errno not in _NOT_ALLOWED:
                raise
            notes.append(f"{shown}: the extended attribute {name} could not be kept: {error.strerror}")
