"""``ConfigValidator``: schemas for whoever wants nothing else of this package."""

from __future__ import annotations

import os

from ..budget import DEFAULT_BUDGET
from ..diagnostic import Diagnostic
from ..errors import SchemaError, UsageError
from ..report import Report
from ..tree import MisfitError, survey
from .library import Library
from .plain import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ..budget import Budget
    from .family import Family


class ConfigValidator:
    """Holds trees and files against JSON Schemas: built-in ones, those in folders, and those that are added.

    Arguments: ``schema_dir`` is a folder, or several, with ``NAME.schema.json`` and ``NAME@VERSION.schema.json``;
    ``budget`` bounds each file. Raises ``SchemaError`` when a folder is not there.
    """

    def __init__(self, schema_dir: str | Sequence[str] | None = None, budget: Budget = DEFAULT_BUDGET) -> None:
        named: Sequence[Any] = () if schema_dir is None else schema_dir
        folders = [os.fspath(one) for one in ([named] if isinstance(named, str | os.PathLike) else named)]
        for folder in folders:
            if not os.path.isdir(folder):
                raise SchemaError(f"{folder}: no such folder of schemas")
        self._library = Library(folders, budget)
        self._budget = budget

    def validate(self, config: Mapping[str, Any] | Any, schema_name: str) -> Report:
        """Return what is wrong with a tree; its diagnostics have paths, but no lines.

        Arguments: ``config`` is a tree of dicts, lists, text, numbers, bools and None (tuples and frozen
        configurations too); what is none of these is a finding. Raises ``SchemaError`` for an unknown schema, with
        the near names, and for one that cannot work.
        """
        family = self._known(schema_name)
        try:
            tree = plain(config, self._budget)
            survey(tree, self._budget)
        except MisfitError as error:
            return Report([_misfit(error, schema_name)], document=schema_name, schema=family.name)
        choice = family.choose(tree)
        from .source_text import unplaced

        found = [unplaced(problem, None) for problem in choice.findings()]
        for one in found:
            one.document = schema_name
        return Report(found, document=schema_name, schema=family.name, version=choice.version)

    def validate_file(self, path: str, schema_name: str | None = None) -> Report:
        """Return what is wrong with a file, each finding with its line and an excerpt.

        Arguments: ``schema_name`` is the schema's; without it the file's name says which: ``messaging.yaml`` and
        ``messaging.production.yaml`` are ``messaging``. A file whose name has no schema is checked for its form
        only, and its report's ``schema`` is None. Raises ``ConfigNotFoundError`` or ``UnavailableError`` when the
        file cannot be read, ``UsageError`` when its format is not known, ``SchemaError`` as ``validate`` does.
        """
        from ..formats import SUFFIXES, format_of
        from ..reading import read_file
        from .judge import judge

        path = os.fspath(path)
        format_name = format_of(path)
        if format_name is None:
            raise UsageError(f"{path}: the end of its name says no known format; known are {', '.join(SUFFIXES)}")
        if schema_name is None:
            name = os.path.basename(path).partition(".")[0]
            family = self._library.family(name)
        else:
            name = schema_name
            family = self._known(schema_name)
        data = read_file(path, self._budget)
        return judge(data, format_name, family, file=path, document=name, budget=self._budget).report

    def add_schema(self, name: str, schema: Mapping[str, Any] | bool) -> None:
        """Take a JSON Schema in under a name; it goes before those in folders and those built in."""
        self._library.add(name, schema)

    def schema_names(self) -> tuple[str, ...]:
        """Return the names of all schemas, in alphabetical order."""
        return self._library.names()

    def _known(self, name: str) -> Family:
        family = self._library.family(name)
        if family is None:
            from ..nearness import near

            names = self._library.names()
            close = near(name, names) if isinstance(name, str) else []
            hint = f"did you mean {' or '.join(repr(one) for one in close)}?" if close else f"known: {', '.join(names)}"
            raise SchemaError(f"there is no schema {name!r}; {hint}")
        return family


def _misfit(error: MisfitError, document: str) -> Diagnostic:
    from ..address import pointer
    from ..secret import is_secret_name

    message = error.message
    if any(isinstance(part, str) and is_secret_name(part) for part in error.path):
        message = "this value is of a kind that no file can hold (hidden: secret)"
    return Diagnostic(error.rule, message, path=pointer(error.path), document=document)
