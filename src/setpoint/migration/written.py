"""A migration written as data, in YAML, TOML or JSON: read, and refused with line and column."""

from __future__ import annotations

from ..address import pointer
from ..budget import DEFAULT_BUDGET
from ..diagnostic import Diagnostic
from ..errors import ConfigParseError, MigrationError, UsageError
from ..formats import decode, format_of, locate
from ..formats.refusal import text_of
from ..nearness import near
from ..span import Lines
from .declaration import MEMBERS, step_of
from .migration import Migration, checked_examples

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..budget import Budget
    from ..editing.change import Parts
    from .step import Step


def declared_migration(data: bytes, document: str, file: str, budget: Budget = DEFAULT_BUDGET) -> Migration:
    """Return the migration that a file declares; ``setpoint.migration.declaration`` describes the format.

    Arguments: ``file`` is the file's path as the user named it; its ending says the format.
    Raises ``MigrationError`` with file, line and column for what is none.
    """
    format_name = format_of(file)
    if format_name is None:
        raise UsageError(f"{file}: a migration is written in YAML, TOML, JSON or Python, and the file is named so")
    try:
        tree = decode(data, format_name, budget)
    except ConfigParseError as error:
        found = [one.replace(file=file) for one in error.diagnostics]
        raise MigrationError(f"{found[0] if found else f'{file}: {error}'}", found) from None
    return _Reader(data, format_name, file).migration(tree, document)


class _Reader:
    """Reads one file; what it refuses, it finds the place of."""

    def __init__(self, data: bytes, format_name: str, file: str) -> None:
        self._data = data
        self._format = format_name
        self._file = file

    def migration(self, tree: Any, document: str) -> Migration:
        """Return the migration in a decoded file."""
        if not isinstance(tree, dict):
            raise self._refused((), "a migration is a mapping with from, to and steps")
        for name in tree:
            if name not in MEMBERS:
                close = near(name, MEMBERS, most=1)
                hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(MEMBERS)}"
                raise self._refused((name,), f"a migration has no {name!r}; {hint}", at_key=True)
        start, end = self._version(tree, "from"), self._version(tree, "to")
        description = tree.get("description") or ""
        if not isinstance(description, str):
            raise self._refused(("description",), "a description is a text")
        steps = tree.get("steps")
        if not isinstance(steps, list):
            message = "the steps of a migration are a list; [] when only the version changes"
            raise self._refused(("steps",) if "steps" in tree else (), message)
        examples = tree.get("examples") or []
        if not isinstance(examples, list):
            raise self._refused(("examples",), "examples are a list, each with before and after")
        for number, example in enumerate(examples):
            try:
                checked_examples([example])
            except UsageError:
                raise self._refused(("examples", number), "an example has before and after, each a document") from None
        made = [self._step(step, number) for number, step in enumerate(steps)]
        try:
            return Migration(document, start, end, made, examples=examples, description=description, file=self._file)
        except UsageError as error:
            raise self._refused(("to",), str(error)) from None

    def _step(self, step: Any, number: int) -> Step:
        try:
            return step_of(step)
        except UsageError as error:
            raise self._refused(("steps", number), str(error)) from None

    def _version(self, tree: dict[str, Any], name: str) -> str:
        if name not in tree:
            raise self._refused((), f"a migration says with {name!r} which version it leads {name}")
        version = tree[name]
        if type(version) is int:
            return str(version)
        if type(version) is float:
            raise self._refused(
                (name,), "a version with a dot is written as text, in quotes: 1.10 and 1.1 are one number"
            )
        if not isinstance(version, str) or not version:
            raise self._refused((name,), "a version is a text")
        return version

    def _refused(self, parts: Parts, message: str, *, at_key: bool = False) -> MigrationError:
        lines = Lines(text_of(self._data))
        place = locate(self._data, self._format).nearest(parts)
        start, end = (place.key_start, place.key_end) if at_key and place.key_start >= 0 else (place.start, place.end)
        line, column = lines.position(start)
        end_line, end_column = lines.position(end)
        found = Diagnostic(
            "bad-migration",
            message,
            file=self._file,
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
            path=pointer(parts),
        )
        return MigrationError(f"{self._file}:{line}:{column}: {message}", [found])
