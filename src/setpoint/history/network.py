"""Whether a folder is on a network file system, where locks and syncs may not be what they claim."""

from __future__ import annotations

import os

_NETWORKED = (
    frozenset(("9p", "acfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "glusterfs", "gpfs", "lustre", "ncpfs"))
    | frozenset(("nfs", "nfs4", "ocfs2", "orangefs", "smb3", "smbfs", "vboxsf", "virtiofs"))
    | frozenset(("fuse.ceph", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs"))
)


def network_file_system(folder: str, mounts: str = "/proc/self/mountinfo") -> str | None:
    """Return the type of the network file system that holds a folder, or None when it is none or cannot be told.

    Arguments: ``mounts`` is the kernel's list of mounts (proc(5)). It exists on Linux only; elsewhere nothing is known.
    """
    try:
        with open(mounts, encoding="utf-8", errors="surrogateescape") as file:
            lines = file.readlines()
    except OSError:
        return None
    real = os.path.realpath(folder)
    longest, kind = -1, None
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, words = before.split(), after.split()
        if len(fields) < 5 or not words:
            continue
        place = _unescaped(fields[4])
        inside = real == place or real.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= longest:  # of two mounts on one place the later one is seen
            longest, kind = len(place), words[0]
    return kind if kind in _NETWORKED else None


def _unescaped(place: str) -> str:
    for escape, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        place = place.replace(escape, character)
    return place
