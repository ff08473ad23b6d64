"""Applying recorded system calls to the model of a disk."""

from __future__ import annotations

from .disk import Disk, File, Folder, Link, Node
from .script import ACKNOWLEDGED, HarnessError
from .trace import Call, descriptor, path, texts_in

# Everything that has a part in what is on disk, or in which descriptor stands for what.
_NAMES = """
    access faccessat faccessat2 open openat openat2 creat close close_range dup dup2 dup3 fcntl lseek chdir fchdir
    read readv pread64 write writev pwrite64 pwritev pwritev2 truncate ftruncate fallocate fsync fdatasync mmap
    rename renameat renameat2 link linkat unlink unlinkat symlink symlinkat mkdir mkdirat rmdir
    sendfile copy_file_range splice io_uring_setup clone clone3 fork vfork
"""
RECORDED = frozenset(_NAMES.split())
_CANNOT = {"openat2", "sendfile", "copy_file_range", "splice", "close_range", "chdir", "fchdir"}


class _Open:
    """An open file: shared by the descriptors that were made from one another."""

    def __init__(self, node: Node, appends: bool) -> None:
        self.node = node
        self.appends = appends
        self.place = 0


class Replay:
    """Applies one call after the other. ``acknowledged`` are the texts that came out so far."""

    def __init__(self, disk: Disk, directory: str) -> None:
        self.disk = disk
        self.acknowledged: list[str] = []
        self._directory = directory
        self._tables: dict[int, dict[int, _Open]] = {}

    def apply(self, call: Call) -> bool:
        """Apply one call; True when it changed something, or made something certain."""
        if call.failed or call.result is None:
            return False
        table = self._tables.setdefault(call.process, {})
        if call.name in ("clone", "clone3", "fork", "vfork"):
            self._tables[call.result] = table if call.has("CLONE_FILES") else dict(table)
            return False
        if call.name == "io_uring_setup":
            raise HarnessError("the script uses io_uring, which cannot be recorded")
        if call.name in _CANNOT and any(place.startswith(self._directory) for place in call.places()):
            raise HarnessError(f"this call cannot be recorded: {call}")
        method = getattr(self, f"_{_SAME.get(call.name, call.name)}", None)
        return False if method is None else bool(method(table, call, call.arguments, call.result))

    # Descriptors.

    def _open(self, table: dict[int, _Open], call: Call, arguments: list[str], result: int) -> bool:
        at, where = (-100, "") if call.name in ("open", "creat") else descriptor(arguments.pop(0))
        table.pop(result, None)
        flags = "O_CREAT|O_WRONLY|O_TRUNC" if call.name == "creat" else arguments[1]
        words = set(flags.split("|"))
        if "O_TMPFILE" in words:
            raise HarnessError(f"a file without a name cannot be recorded: {call}")
        inside = self._inside(where, path(arguments[0]), at)
        if inside is None:
            return False
        folder, name, node = self.disk.find(inside, follow="O_NOFOLLOW" not in words and "O_EXCL" not in words)
        if folder is None:
            return False
        changed = False
        if node is None:
            node = File()
            self.disk.change(f"creation of {name}", (folder, name, node))
            changed = True
        elif "O_TRUNC" in words and isinstance(node, File) and node.content:
            node.truncate(0)
            changed = True
        table[result] = _Open(node, "O_APPEND" in words)
        return changed

    def _close(self, table: dict[int, _Open], call: Call, arguments: list[str], result: int) -> None:
        table.pop(descriptor(arguments[0])[0], None)

    def _dup(self, table: dict[int, _Open], call: Call, arguments: list[str], result: int) -> None:
        if call.name == "fcntl" and not arguments[1].startswith("F_DUPFD"):
            return
        table.pop(result, None)
        if (opened := table.get(descriptor(arguments[0])[0])) is not None:
            table[result] = opened

    def _lseek(self, table: dict[int, _Open], call: Call, arguments: list[str], result: int) -> None:
        if (opened := table.get(descriptor(arguments[0])[0])) is not None:
            opened.place = result

    def _read(self, table: dict[int, _Open], call: Call, arguments: list[str], result: int) -> None:
        if (opened := table.get(descriptor(arguments[0])[0])) is not None:
            opened.place += result

    def _mmap(self, table: dict[int, _Open], call: Call, arguments: list[str], result: int) -> None:
        shared = "MAP_SHARED" in arguments[3] and "PROT_WRITE" in arguments[2]
        if shared and descriptor(arguments[4])[0] in table:
            raise HarnessError(f"writing through memory cannot be recorded: {call}")

    # Contents.

    def _write(self, table: dict[int, _Open], call: Call, arguments: list[str], result: int) -> bool:
        number, _ = descriptor(arguments[0])
        opened = table.get(number)
        if opened is None:
            if number == 1 and (data := texts_in(arguments[1])[:result]).startswith(ACKNOWLEDGED):
                self.acknowledged.append(data.removeprefix(ACKNOWLEDGED).rstrip(b"\n").decode())
                return True
            return False
        data = texts_in(arguments[1])[:result]
        positioned = call.name.startswith("p")
        place = int(arguments[3]) if positioned else opened.place
        file = _file(opened.node)
        if opened.appends:
            place = len(file.content)
        file.write(place, data)
        if not positioned:
            opened.place = place + result
        return True

    def _ftruncate(self, table: dict[int, _Open], call: Call, arguments: list[str], result: int) -> bool:
        opened = table.get(descriptor(arguments[0])[0])
        if opened is None:
            return False
        _file(opened.node).truncate(int(arguments[1]))
        return True

    def _truncate(self, table: dict[int, _Open], call: Call, arguments: list[str], result: int) -> bool:
        inside = self._inside("", path(arguments[0]), -100)
        if inside is None:
            return False
        _file(self.disk.find(inside)[2]).truncate(int(arguments[1]))
        return True

    def _fallocate(self, table: dict[int, _Open], call: Call, arguments: list[str], result: int) -> bool:
        opened = table.get(descriptor(arguments[0])[0])
        if opened is None:
            return False
        if arguments[1] != "0":
            raise HarnessError(f"this call cannot be recorded: {call}")
        file = _file(opened.node)
        file.truncate(max(len(file.content), int(arguments[2]) + int(arguments[3])))
        return True

    def _fsync(self, table: dict[int, _Open], call: Call, arguments: list[str], result: int) -> bool:
        opened = table.get(descriptor(arguments[0])[0])
        if opened is None:
            return False
        if isinstance(opened.node, Folder):
            self.disk.sync_folder(opened.node)
        else:
            _file(opened.node).sync()
        return True

    # Names.

    def _rename(self, table: dict[int, _Open], call: Call, arguments: list[str], result: int) -> bool:
        if call.name == "renameat2" and arguments[4] not in ("0", "RENAME_NOREPLACE"):
            raise HarnessError(f"this call cannot be recorded: {call}")
        (source, old, node), (target, new, replaced) = self._two(call, arguments, follow=False)
        if source is None and target is None:
            return False
        if source is None or target is None or node is None:
            raise HarnessError(f"a rename into or out of the working directory cannot be recorded: {call}")
        if node is not replaced:  # two names of one file: rename does nothing
            self.disk.change(f"rename of {old} to {new}", (target, new, node), (source, old, None))
        return True

    def _link(self, table: dict[int, _Open], call: Call, arguments: list[str], result: int) -> bool:
        (source, old, node), (target, new, _) = self._two(call, arguments, follow=call.has("AT_SYMLINK_FOLLOW"))
        if source is None and target is None:
            return False
        if source is None or target is None or node is None:
            raise HarnessError(f"a link into or out of the working directory cannot be recorded: {call}")
        self.disk.change(f"link of {old} as {new}", (target, new, node))
        return True

    def _unlink(self, table: dict[int, _Open], call: Call, arguments: list[str], result: int) -> bool:
        return self._put(call, arguments, None, f"{call.name} of")

    def _mkdir(self, table: dict[int, _Open], call: Call, arguments: list[str], result: int) -> bool:
        return self._put(call, arguments, Folder(), "making of directory")

    def _symlink(self, table: dict[int, _Open], call: Call, arguments: list[str], result: int) -> bool:
        return self._put(call, arguments[1:], Link(path(arguments[0])), "making of symbolic link")

    def _put(self, call: Call, arguments: list[str], node: Node | None, story: str) -> bool:
        at, where = descriptor(arguments.pop(0)) if call.name.endswith("at") else (-100, "")
        inside = self._inside(where, path(arguments[0]), at)
        folder, name, _ = (None, "", None) if inside is None else self.disk.find(inside, follow=False)
        if folder is None:
            return False
        self.disk.change(f"{story} {name}", (folder, name, node))
        return True

    def _two(
        self, call: Call, arguments: list[str], follow: bool
    ) -> tuple[tuple[Folder | None, str, Node | None], tuple[Folder | None, str, Node | None]]:
        """Return where the two paths of a call lead."""
        ends: list[tuple[Folder | None, str, Node | None]] = []
        rest = list(arguments)
        for _ in range(2):
            at, where = (-100, "") if call.name in ("rename", "link") else descriptor(rest.pop(0))
            inside = self._inside(where, path(rest.pop(0)), at)
            ends.append((None, "", None) if inside is None else self.disk.find(inside, follow and not ends))
        return ends[0], ends[1]

    def _inside(self, where: str, name: str, at: int) -> str | None:
        """Return a path relative to the working directory; None when it is somewhere else."""
        if name.startswith("/"):
            whole = name
        else:
            whole = f"{where or (self._directory if at == -100 else '')}/{name}"
        if whole != self._directory and not whole.startswith(self._directory + "/"):
            return None
        return whole.removeprefix(self._directory).lstrip("/")


# Calls that differ in how they are given, and not in what they do.
_SAME = {
    "openat": "open", "creat": "open", "dup2": "dup", "dup3": "dup", "fcntl": "dup", "readv": "read",
    "writev": "write", "pwrite64": "write", "pwritev": "write", "pwritev2": "write", "fdatasync": "fsync",
    "renameat": "rename", "renameat2": "rename", "linkat": "link", "unlinkat": "unlink", "rmdir": "unlink",
    "symlinkat": "symlink", "mkdirat": "mkdir",
}  # fmt: skip


def _file(node: Node | None) -> File:
    if not isinstance(node, File):
        raise HarnessError("the script writes into something that is not a file")
    return node
