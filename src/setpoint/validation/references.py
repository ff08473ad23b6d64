"""``References``: finding the schema document that a ``$ref`` names, in folders and nowhere else."""

from __future__ import annotations

import os

from ..budget import DEFAULT_BUDGET
from ..errors import ConfigParseError, SchemaError, SetpointError
from ..formats import decode, format_of
from ..reading import read_file
from .dialect import without_empty_fragment
from .resources import HOME, Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ..budget import Budget

_ENDINGS = ("", ".json", ".schema.json", ".yaml", ".yml")
_READ_AS_SCHEMA = ("json", "jsonc", "yaml")
# A folder of schemas is small; a home directory given by mistake is not.
_MOST_FILES = 10_000


class References:
    """Schema documents by address.

    Arguments: ``folders`` are searched in this order, with what is in them; a link that leads out of its folder
    counts as absent. ``budget`` bounds each file. Nothing is read before it is asked for, nothing outside the
    folders, and no socket is ever opened.
    """

    def __init__(self, folders: Sequence[str], budget: Budget = DEFAULT_BUDGET) -> None:
        self.folders = tuple(dict.fromkeys(folders))
        self._budget = budget
        self._files: dict[str, Document] = {}
        self._found: dict[str, Document | None] = {}
        self._identified: dict[str, list[str]] | None = None

    def find(self, uri: str) -> Document | None:
        """Return the document at an address, or None.

        A document whose ``$id`` is the address is preferred to one whose file has its name: the last word of the
        address, as it is or with ``.json``, ``.schema.json``, ``.yaml`` or ``.yml`` added. An address below ``HOME``
        is a way from one schema file to another: it is tried inside each folder first.
        Raises ``SchemaError`` when the file that was found cannot be read or parsed.
        """
        uri = without_empty_fragment(uri)
        if uri not in self._found:
            self._found[uri] = self._search(uri)
        return self._found[uri]

    def load(self, uri: str) -> Document | None:
        """Return what ``find`` does, as a document that lives at the address it was asked for by."""
        found = self.find(uri)
        return None if found is None else Document(uri, found.contents, found.path, found.file)

    def _search(self, uri: str) -> Document | None:
        steps = _steps(uri)
        local = self._named(steps) if uri.startswith(HOME) else None
        named = local or self._named(steps[-1:])
        if named is not None:
            document = self._read(named)
            if local is not None or _is_identified(document.contents, uri):
                return document
        for path in self._identifying(uri):
            document = self._read(path)
            if _is_identified(document.contents, uri):
                return document
        return None if named is None else self._read(named)

    def _named(self, steps: list[str]) -> str | None:
        if not steps:
            return None
        for folder in self.folders:
            for ending in _ENDINGS:
                path = os.path.join(folder, *steps) + ending
                if format_of(path) in _READ_AS_SCHEMA and os.path.isfile(path) and is_inside(folder, path):
                    return path
        return None

    def _identifying(self, uri: str) -> list[str]:
        """Return the files that hold an address as what may be their ``$id``: read once, parsed only when needed."""
        if self._identified is None:
            import re

            said = re.compile(rb"""\$?\bid["']?[ \t]*:[ \t\r\n]*["']?([^\s"',}\]]+)""")
            self._identified = {}
            for path in self._all_files():
                try:
                    data = read_file(path, self._budget)
                except SetpointError:
                    continue  # not readable, so not the one that is meant; what is missing is reported by its user
                for word in {match.replace(b"\\/", b"/") for match in said.findall(data)}:
                    address = without_empty_fragment(word.decode("utf-8", "replace"))
                    self._identified.setdefault(address, []).append(path)
        return self._identified.get(uri, [])

    def _all_files(self) -> Iterator[str]:
        left = _MOST_FILES
        for folder in self.folders:
            for place, folders, files in os.walk(folder):
                folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
                for file in sorted(files):
                    path = os.path.join(place, file)
                    if format_of(file) in _READ_AS_SCHEMA and is_inside(folder, path):
                        if left == 0:
                            return
                        left -= 1
                        yield path

    def _read(self, path: str) -> Document:
        document = self._files.get(path)
        if document is None:
            contents = read_schema(path, self._budget)
            document = self._files[path] = Document(self._home_of(path), contents, path)
        return document

    def _home_of(self, path: str) -> str:
        for folder in self.folders:
            if path.startswith(os.path.join(folder, "")):
                return home_of(os.path.relpath(path, folder))
        return home_of(os.path.basename(path))


def home_of(name: str) -> str:
    """Return the address of a schema file that gives itself none, by its way from its folder."""
    from urllib.parse import quote

    return HOME + quote(name.replace(os.sep, "/"))


def read_schema(path: str, budget: Budget = DEFAULT_BUDGET, shown: str | None = None) -> Any:
    """Return what a schema file says, whatever its format; one without a known ending is read as JSON.

    Raises ``SchemaError`` with located diagnostics when it cannot be parsed, and what ``read_file`` raises.
    """
    shown = path if shown is None else shown
    data = read_file(path, budget, shown)
    try:
        return decode(data, format_of(path) or "json", budget)
    except ConfigParseError as error:
        found = [one.replace(file=shown) for one in error.diagnostics]
        raise SchemaError(f"{shown}: the schema cannot be read: {error.message}", found) from None


def is_inside(folder: str, path: str) -> bool:
    """True when a path is in a folder once every link in it is followed."""
    return os.path.realpath(path).startswith(os.path.join(os.path.realpath(folder), ""))


def _steps(uri: str) -> list[str]:
    """Return the words of an address's path as file names; none when one of them could lead elsewhere."""
    from urllib.parse import unquote, urlsplit

    try:
        path = uri[len(HOME) :] if uri.startswith(HOME) else urlsplit(uri).path
    except ValueError:  # such as http://[half-an-address
        return []
    steps = [unquote(step) for step in path.rpartition(":")[2].split("/") if step]
    plain = all(step not in (".", "..") and not set(step) & {"/", "\\", "\0", os.sep} for step in steps)
    return steps if plain else []


def _is_identified(contents: Any, uri: str) -> bool:
    if not isinstance(contents, dict):
        return False
    said = contents.get("$id", contents.get("id"))
    return isinstance(said, str) and without_empty_fragment(said) == uri
