"""``Ground``: a copy of the bundled example to measure on."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..system import ConfigSystem


class Ground:
    """A copy of the bundled example in a directory of its own, and systems of it.

    Arguments: ``folder`` is an empty directory. ``files`` are the paths of the documents' files, by name.
    """

    __slots__ = ("_systems", "files", "home")

    def __init__(self, folder: str) -> None:
        import shutil

        from ..example import example_directory

        self.home = os.path.join(folder, "config")
        shutil.copytree(example_directory(), self.home)
        self._systems: list[ConfigSystem] = []
        self.files: dict[str, str] = {one.name: one.base.path for one in self.system().documents()}

    def system(self) -> ConfigSystem:
        """Return a new system of the directory, without variables of the environment; ``close`` ends it."""
        from ..system import ConfigSystem

        made = ConfigSystem(self.home, environ={})
        self._systems.append(made)
        return made

    def text(self, name: str) -> bytes:
        """Return the bytes of a document's file."""
        with open(self.files[name], "rb") as file:
            return file.read()

    def put(self, name: str, data: bytes) -> None:
        """Replace a document's file in one step, as an editor does."""
        new = os.path.join(os.path.dirname(self.home), "new")
        with open(new, "wb") as file:
            file.write(data)
        os.replace(new, self.files[name])

    def queue_of(self, size: int) -> bytes:
        """Return the text of ``messaging`` with a queue of some size."""
        import re

        return re.sub(rb"max_size: \d+", f"max_size: {size}".encode(), self.text("messaging"), count=1)

    def close(self) -> None:
        """End every system that was made."""
        for one in self._systems:
            one.close()
