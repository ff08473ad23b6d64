"""``Surroundings``: which files and directories matter to what is served, and what each is to it."""

from __future__ import annotations

import os

from ..formats import format_of
from ..sources.settings import SETTINGS_FILE
from ..sources.texts import Texts
from ..watching.content import ABSENT, Content
from ..watching.places import Places
from ..workspace import DOTENV_FILE, SCHEMA_FOLDER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ..cache.cell import Cell
    from ..cache.config_cache import ConfigCache
    from ..workspace import Workspace

_NEVER = b""  # a digest that no file has

_DIGEST = 16  # bytes, as in Texts.mark


class Surroundings:
    """The files and directories of one workspace that are to be watched.

    Arguments: ``workspace`` says what there is; ``cells`` are the documents that are served, which ``cache`` holds;
    ``extra`` are further files, by the documents that they are about.

    ``frame`` are the files and directories that say how documents are read and judged: settings, ``.env``, schemas;
    ``folders`` are those whose names are documents'.
    """

    __slots__ = ("_also", "_documents", "folders", "frame", "places")

    def __init__(
        self, workspace: Workspace, cells: Mapping[str, Cell], cache: ConfigCache, extra: Mapping[str, str]
    ) -> None:
        files: dict[str, Content | None] = {}
        self._documents: dict[str, str] = {}
        self._also: dict[str, set[str]] = {}  # for the rare file that several documents are made of
        entries = workspace.listing().entries
        folders = {workspace.home}
        for name, cell in cells.items():
            # What is known of a file is what it said when it was read, not what it was like: the first look compares.
            # There may be ten thousand of them, mostly compressed, so the listing says where they are if it can: a path
            # is the listing's own object then, and what was read need not be unpacked.
            entry = entries.get(name)
            paths = [file.path for file in entry.files(workspace.profile)] if entry is not None else []
            if len(cell.mark) != _DIGEST * len(paths):
                paths = Texts.unpack(cache.attached(cell)).paths()
            for number, path in enumerate(paths):
                files[path] = Content(None, cell.mark[number * _DIGEST : (number + 1) * _DIGEST])
                self._add(path, name)
                folders.add(path[: path.rfind(os.sep)])
        for path, name in extra.items():
            if name in cells:
                files.setdefault(path, ABSENT)  # what is served waits for somebody to write it
            else:
                # Nobody served it, so nobody knows what it said: it is looked at once in any case. Repaired before it
                # was followed, it would be missed else. Without a name nothing is read for it.
                files.setdefault(path, Content(None, _NEVER) if name else None)
            self._add(path, name)
        self.folders = frozenset(() if workspace.is_file else folders)
        if workspace.settings.subdirectories and not workspace.is_file:
            self.folders |= frozenset(_below(workspace.home))
        beside = os.path.dirname(workspace.root)
        frame = [os.path.join(beside, name) for name in (SETTINGS_FILE, "pyproject.toml", DOTENV_FILE)]
        schema_folders: list[str] = []
        for folder in workspace.schema_folders:
            for place, inside, names in os.walk(folder):
                inside[:] = [one for one in inside if not one.startswith(".") and one != "node_modules"]
                schema_folders.append(place)
                frame += [os.path.join(place, name) for name in names if format_of(name) is not None]
            if folder not in schema_folders:
                schema_folders.append(folder)  # not there yet
        files.update(dict.fromkeys(frame))
        self.frame = frozenset((*frame, *schema_folders))
        self.places = Places(files, sorted({*self.folders, *schema_folders}), counts)

    def named(self, paths: Collection[str]) -> set[str]:
        """Return the documents that some files are part of."""
        found = {self._documents[path] for path in paths if path in self._documents}
        return found.union(*(self._also[path] for path in paths if path in self._also)) if self._also else found

    def beside(self, paths: Collection[str]) -> set[str]:
        """Return the documents that have a file in the same directory as one of some files."""
        folders = {os.path.dirname(path) for path in paths}
        return {name for path, name in self._documents.items() if os.path.dirname(path) in folders}

    def _add(self, path: str, name: str) -> None:
        known = self._documents.setdefault(path, name)
        if known != name:
            self._also.setdefault(path, set()).add(name)


def counts(name: str) -> bool:
    """True when a name that comes or goes in a directory may be a document, a layer, a schema or a folder of them."""
    return not name.startswith(".") and (format_of(name) is not None or "." not in name)


def _below(home: str) -> Iterable[str]:
    for place, inside, _ in os.walk(home):
        hidden = place == home and SCHEMA_FOLDER
        inside[:] = [one for one in inside if not one.startswith(".") and one not in (hidden, "migrations")]
        yield place
