"""``Library``: finding the schemas of a document by its name."""

from __future__ import annotations

import os

from ..budget import DEFAULT_BUDGET
from ..errors import SchemaError, UsageError
from ..reading import key_of
from ..schemas import builtin, builtin_names
from ..tree import MisfitError, survey
from .family import Family
from .plain import plain
from .references import References, is_inside
from .schema import Schema
from .version import order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ..budget import Budget
    from ..reading import StatKey

_ENDINGS = (".schema.json", ".schema.yaml", ".schema.yml")


class Library:
    """The schemas that are known: added by the program, found in folders, or built in, in that order.

    Arguments: ``folders`` hold ``NAME.schema.json`` (or ``.yaml``, ``.yml``) and ``NAME@VERSION.schema.json``; the
    first folder that has any schema for a name speaks for it alone. A name such as ``team/service`` is a file in a
    folder inside. ``budget`` bounds each schema file; ``shown`` are the folders as the user named them, for messages,
    where that is another way to write them. A schema is read and compiled when it is first needed, and kept, and each
    folder is listed once: a new library sees what changed on disk.
    """

    def __init__(
        self, folders: Sequence[str] = (), budget: Budget = DEFAULT_BUDGET, shown: Sequence[str] | None = None
    ) -> None:
        self.folders = tuple(folders)
        self.budget = budget
        self._shown = dict(zip(self.folders, shown or self.folders, strict=True))
        self._seen: list[tuple[str, StatKey]] | None = None  # what was there before anything was read
        self._listed: dict[str, list[str]] = {}
        self._references = References(self.folders, budget)
        self._families: dict[str, Family | None] = {}
        self._added: dict[str, dict[str | None, Schema]] = {}

    def holds(self, folders: Sequence[str]) -> bool:
        """True when ``folders`` are this library's, and nothing in them was touched since it began to read them.

        A library that has read nothing yet holds. What the program added is no reason to say no.
        """
        return self.folders == tuple(folders) and (self._seen is None or self._seen == _seen(self.folders))

    def family(self, name: str) -> Family | None:
        """Return the schemas for documents of a name, or None when there are none.

        Raises ``SchemaError`` when two files claim the same version, or one is a link out of its folder.
        """
        if name not in self._families:
            if self._seen is None:
                self._seen = _seen(self.folders)
            self._families[name] = self._find(name)
        return self._families[name]

    def add(self, name: str, schema: Mapping[str, Any] | bool, version: str | None = None) -> None:
        """Take a schema in, for documents of a name; it goes before those in folders and those built in.

        Arguments: ``schema`` is a JSON Schema as a dict or a bool, ``version`` the shape it describes. A second one
        for the same version replaces the first. Raises ``SchemaError`` for what is no schema at all; whether it
        works is seen when it is first used.
        """
        if not isinstance(name, str) or not name:
            raise UsageError("a schema's name is a text that is not empty")
        try:
            contents = plain(schema, self.budget)
            survey(contents, self.budget)
        except MisfitError as error:
            raise SchemaError(f"the schema {name!r} is no JSON: {error}") from None
        if not isinstance(contents, dict | bool):
            raise SchemaError(f"the schema {name!r} is no schema: a schema is a mapping (or true or false)")
        called = name if version is None else f"{name}@{version}"
        known = self._added.setdefault(name, {})
        known[version] = Schema(contents, name=called, references=self._references, budget=self.budget)
        self._families[name] = Family(name, known)

    def file(self, path: str) -> Family:
        """Return one schema file as the only schema; what it refers to is searched in its own folder first.

        Raises ``ConfigNotFoundError`` or ``UnavailableError`` when the file cannot be read, and ``SchemaError`` when
        it cannot be parsed.
        """
        folder, file = os.path.split(os.path.abspath(path))
        references = References((folder, *self.folders), self.budget)
        name = _without_ending(file)
        schema = Schema(
            name=name, path=os.path.join(folder, file), file=path, references=references, budget=self.budget
        )
        assert schema.contents is not None  # reads it now: a path that somebody typed is wrong more often than not
        return Family(name, {None: schema}, path)

    def names(self) -> tuple[str, ...]:
        """Return every name that has a schema, in alphabetical order."""
        found = {*builtin_names(), *self._added}
        for folder in self.folders:
            for place, inside, files in os.walk(folder):
                inside[:] = [one for one in inside if not one.startswith(".") and one != "node_modules"]
                for file in files:
                    stem = _without_ending(file)
                    if stem != file:
                        stem = stem.partition("@")[0]
                        found.add(os.path.relpath(os.path.join(place, stem), folder).replace(os.sep, "/"))
        return tuple(sorted(name for name in found if _is_name(name) or name in self._added))

    def _find(self, name: str) -> Family | None:
        if not _is_name(name):
            return None
        for folder in self.folders:
            files = self._files(folder, name)
            if files:
                return self._read(name, folder, files)
        paths = builtin(name)
        if not paths:
            return None
        references = References((os.path.dirname(next(iter(paths.values()))), *self.folders), self.budget)
        return Family(
            name,
            {
                version: Schema(
                    name=name if version is None else f"{name}@{version}",
                    path=path,
                    file=os.path.basename(path),
                    references=references,
                    budget=self.budget,
                )
                for version, path in paths.items()
            },
            "built in",
        )

    def _files(self, folder: str, name: str) -> dict[str | None, str]:
        """Return the files in a folder that are schemas for a name, by version."""
        inside, _, last = name.rpartition("/")
        place = os.path.join(folder, *inside.split("/")) if inside else folder
        found: dict[str | None, str] = {}
        for file in self._list(place):
            stem = _without_ending(file)
            called, mark, version = stem.partition("@")
            if stem == file or called != last or (mark and not version):
                continue
            key = version if mark else None
            if key in found:
                raise SchemaError(
                    f"{os.path.join(place, file)}: {os.path.basename(found[key])} beside it is a schema for the same "
                    "documents; keep one of the two"
                )
            found[key] = os.path.join(place, file)
        return found

    def _list(self, place: str) -> list[str]:
        if place not in self._listed:
            try:
                self._listed[place] = sorted(os.listdir(place))
            except (FileNotFoundError, NotADirectoryError):
                self._listed[place] = []
            except OSError as error:
                raise SchemaError(f"{place}: the folder of schemas cannot be read: {error.strerror}") from None
        return self._listed[place]

    def _read(self, name: str, folder: str, files: dict[str | None, str]) -> Family:
        schemas = {}
        shown = {path: os.path.join(self._shown[folder], os.path.relpath(path, folder)) for path in files.values()}
        for version, path in files.items():
            if not is_inside(folder, path):
                raise SchemaError(f"{path}: the schema is a link out of its folder; put a copy of the file there")
            schemas[version] = Schema(
                name=name if version is None else f"{name}@{version}",
                path=path,
                file=shown[path],
                home=os.path.relpath(path, folder),
                references=self._references,
                budget=self.budget,
            )
        newest = files.get(None) or files[max((version for version in files if version is not None), key=order)]
        return Family(name, schemas, shown[newest])


def _seen(folders: Sequence[str]) -> list[tuple[str, StatKey]]:
    """Return every file below some folders, with what tells that it was changed."""
    found = []
    for folder in folders:
        for place, inside, files in os.walk(folder):
            inside[:] = [one for one in inside if not one.startswith(".") and one != "node_modules"]
            for file in files:
                path = os.path.join(place, file)
                try:
                    found.append((path, key_of(os.stat(path))))
                except OSError:  # a dangling link, or gone since it was listed
                    found.append((path, (0, 0, 0, 0, 0)))
    return sorted(found)


def _without_ending(file: str) -> str:
    for ending in _ENDINGS:
        if file.endswith(ending):
            return file[: -len(ending)]
    return file


def _is_name(name: str) -> bool:
    """True for a document's name: words of ASCII letters, digits, ``-`` and ``_``, with ``/`` between them."""
    return isinstance(name, str) and all(
        step and step.isascii() and step.replace("-", "").replace("_", "a").isalnum() for step in name.split("/")
    )
