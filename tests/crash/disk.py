"""A model of a disk that promises as little as a real one may.

What it promises:

- An fsync of a file makes its content and length certain, and nothing else: not its name.
- An fsync of a directory makes the names in it certain: what was made, linked, renamed and unlinked in it so far.
- A rename is one step: after a crash its new name is the old file or the new one, never neither.
- A sector of 512 bytes is written whole or not at all.

Everything that is not certain may be lost or kept, each thing by itself and in any order: every change of a name,
every sector of every write, every change of a length. A file may be longer than its data that arrived, with zeros or
with what was in those sectors before (here: 0xDE). That is harsher than ext4 with
``data=writeback,noauto_da_alloc``, which keeps the changes of names in order. Permissions, owners, times and extended
attributes are not modelled.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

from .script import HarnessError

SECTOR = 512
_GARBAGE = b"\xde"
_MOST_LINKS = 40


class File:
    """A file's content: what is certain, then as it was after each later change; the last is what processes see."""

    def __init__(self, content: bytes = b"") -> None:
        self.versions = [content]

    @property
    def content(self) -> bytes:
        return self.versions[-1]

    def write(self, place: int, data: bytes) -> None:
        old = self.content
        self.versions.append(old[:place].ljust(place, b"\0") + data + old[place + len(data) :])

    def truncate(self, length: int) -> None:
        self.versions.append(self.content[:length].ljust(length, b"\0"))

    def sync(self) -> None:
        del self.versions[:-1]

    def after_crash(self, random: Random) -> tuple[bytes, str]:
        """Return content that may be there after a crash, and what happened to it."""
        first, last = self.versions[0], self.versions[-1]
        if len(self.versions) == 1:
            return last, ""
        style = random.choice(["lost", "kept", "some", "length", "torn", "torn"])
        if style == "lost":
            return first, "content lost"
        if style == "kept":
            return last, ""
        if style == "some":
            return random.choice(self.versions), "later content lost"
        length = len(random.choice(self.versions))
        fill = random.choice([b"\0", _GARBAGE])
        candidates = [first] if style == "length" else self.versions
        sectors = []
        for start in range(0, length, SECTOR):
            size = min(SECTOR, length - start)
            sector = random.choice(candidates)[start : start + size]
            sectors.append(sector + fill * (size - len(sector)))
        return b"".join(sectors), "length without content" if style == "length" else "content torn"


class Link:
    """A symbolic link."""

    def __init__(self, target: str) -> None:
        self.target = target


class Folder:
    """A directory: the names that processes see, and those that are certain."""

    def __init__(self) -> None:
        self.names: dict[str, Node] = {}
        self.certain: dict[str, Node] = {}


Node = File | Link | Folder


class Change:
    """Names that changed in one step; None is a name that went."""

    def __init__(self, story: str, changes: list[tuple[Folder, str, Node | None]]) -> None:
        self.story = story
        self.changes = changes
        self.certain = False

    def apply(self, views: dict[Folder, dict[str, Node]]) -> None:
        for folder, name, node in self.changes:
            view = views.setdefault(folder, dict(folder.certain))
            if node is None:
                view.pop(name, None)
            else:
                view[name] = node


class Disk:
    """The disk, as the process sees it and as it may be after a crash."""

    def __init__(self, before: Path) -> None:
        self.root = _read(before)
        self._changes: list[Change] = []

    def find(self, path: str, follow: bool = True) -> tuple[Folder | None, str, Node | None]:
        """Return the folder, the last name and what is there now; the folder is None where the path leaves the disk.

        Arguments: ``path`` is relative to the root; a symbolic link at its end is followed if ``follow``.
        """
        parts = path.split("/")
        above: list[Folder] = [self.root]
        node: Node = self.root
        name = ""
        links = 0
        while parts:
            name = parts.pop(0)
            if name in ("", "."):
                continue
            if name == "..":
                if len(above) == 1:
                    return None, "", None
                above.pop()
                node = above[-1]
                continue
            found = above[-1].names.get(name)
            if isinstance(found, Link) and (parts or follow):
                links += 1
                if found.target.startswith("/") or links > _MOST_LINKS:
                    return None, "", None
                parts = found.target.split("/") + parts
                continue
            if isinstance(found, Folder):
                above.append(found)
                node = found
            elif any(part not in ("", ".") for part in parts):
                return None, "", None
            else:
                return above[-1], name, found
        folder = above[-2] if len(above) > 1 else above[-1]
        return folder, name, node

    def change(self, story: str, *changes: tuple[Folder, str, Node | None]) -> None:
        """Change names in one step."""
        for folder, name, node in changes:
            if node is None:
                folder.names.pop(name, None)
            else:
                folder.names[name] = node
        self._changes.append(Change(story, list(changes)))

    def sync_folder(self, folder: Folder) -> None:
        for change in self._changes:
            change.certain = change.certain or any(changed is folder for changed, _, _ in change.changes)
        while self._changes and self._changes[0].certain:
            views: dict[Folder, dict[str, Node]] = {}
            self._changes.pop(0).apply(views)
            for changed, view in views.items():
                changed.certain = view

    def after_crash(self, random: Random, into: Path) -> str:
        """Write a state that may be there after a crash into a new directory, and return what was lost."""
        chance = random.choice([0.0, 0.1, 0.5, 0.9, 1.0])
        views: dict[Folder, dict[str, Node]] = {}
        stories = []
        for change in self._changes:
            if change.certain or random.random() < chance:
                change.apply(views)
            else:
                stories.append(f"lost: {change.story}")
        contents: dict[File, tuple[bytes, str]] = {}  # a file with two names has one content

        def content(name: str, file: File) -> bytes:
            if file not in contents:
                contents[file] = file.after_crash(random)
                if contents[file][1]:
                    stories.append(f"{name}: {contents[file][1]}")
            return contents[file][0]

        def write(folder: Folder, path: Path) -> None:
            path.mkdir()
            for name, node in views.get(folder, folder.certain).items():
                if isinstance(node, Folder):
                    write(node, path / name)
                elif isinstance(node, Link):
                    (path / name).symlink_to(node.target)
                else:
                    (path / name).write_bytes(content(name, node))

        write(self.root, into)
        return "; ".join(stories) or "nothing lost"


def _read(directory: Path) -> Folder:
    folder = Folder()
    seen: dict[tuple[int, int], File] = {}
    for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
        if entry.is_symlink():
            folder.names[entry.name] = Link(os.readlink(entry.path))
        elif entry.is_dir():
            folder.names[entry.name] = _read(Path(entry.path))
        elif entry.is_file():
            facts = entry.stat()
            file = seen.setdefault((facts.st_dev, facts.st_ino), File(Path(entry.path).read_bytes()))
            folder.names[entry.name] = file
        else:
            raise HarnessError(f"{entry.path}: the model of a disk knows files, directories and symbolic links only")
    folder.certain = dict(folder.names)
    return folder
