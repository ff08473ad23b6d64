"""A migration written in Python: a file with ``FROM``, ``TO``, and ``STEPS`` or ``up(tree)`` and ``down(tree)``.

::

    FROM = "1.0.0"
    TO = "2.0.0"

    def up(tree):
        tree["agents"] = {name: {} for name in tree["agents"]}
        return tree

    def down(tree):                      # optional; without it there is no way back
        tree["agents"] = list(tree["agents"])
        return tree

    EXAMPLES = [{"before": {"agents": ["a"]}, "after": {"agents": {"a": {}}}}]

``FROM`` and ``TO`` are written as plain texts, since they are read without running the file. ``STEPS`` is a list of
steps as in a declarative file, of step objects, and of functions. ``EXAMPLES`` and ``DESCRIPTION`` are optional;
without the latter the first line of the file's docstring counts. The file may import what the program can import.
"""

from __future__ import annotations

from ..diagnostic import Diagnostic
from ..errors import MigrationError, UsageError
from .migration import Migration, checked_examples, checked_steps

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from typing import Any

    from .step import Step


_ATTEMPTS = 10


def python_migration(data: bytes, document: str, file: str, path: str) -> PythonMigration:
    """Return the migration in a Python file's bytes, which are not run yet.

    Arguments: ``file`` is the file's path as the user named it, ``path`` the absolute one.
    Raises ``MigrationError`` with file and line when it is no Python, or says no versions.
    """
    try:
        tree = _parsed(data, file)
    except SyntaxError as error:
        raise _refused(file, f"this is no Python: {error.msg}", error.lineno or 1, error.offset or 1) from None
    except (ValueError, RecursionError, MemoryError) as error:  # a NUL, or nested without end
        raise _refused(file, f"this is no Python: {error}", 1, 1) from None
    values, functions = _top_level(tree)
    start, end = _version(values, "FROM", file), _version(values, "TO", file)
    if start == end:
        raise _refused(
            file, f"a migration leads to another version, not from {start} to itself", values["TO"].lineno, 1
        )
    if "STEPS" not in values and "up" not in functions | set(values):
        raise _refused(file, "a migration has STEPS, or a function up(tree)", 1, 1)
    described = values.get("DESCRIPTION")
    description = _text(described) if described is not None else _docstring(tree).split("\n", 1)[0]
    reversible = "STEPS" in values or "down" in functions | set(values)
    return PythonMigration(
        document=document,
        from_version=start,
        to_version=end,
        description=description or "",
        file=file,
        path=path,
        data=data,
        reversible=reversible,
    )


class PythonMigration(Migration):
    """A migration in a Python file. The file is run when its steps or its examples are first asked for."""

    __slots__ = ("_data", "_is_run", "_path", "_reversible")

    def __init__(
        self,
        *,
        document: str,
        from_version: str,
        to_version: str,
        description: str,
        file: str,
        path: str,
        data: bytes,
        reversible: bool,
    ) -> None:
        super().__init__(document, from_version, to_version, description=description, file=file)
        self._path = path
        self._data = data
        self._reversible = reversible
        self._is_run = False

    @property
    def reversible(self) -> bool:
        """True when every step has a way down; as long as the file was not run, when it looks like it."""
        return super().reversible if self._is_run else self._reversible

    @property
    def steps(self) -> tuple[Step, ...]:
        """What it does, in order. Raises ``MigrationError`` when the file cannot be run, or holds no migration."""
        self._run()
        return self._steps

    @property
    def examples(self) -> tuple[dict[str, Any], ...]:
        """Its examples. Raises as ``steps``."""
        self._run()
        return self._examples

    def _run(self) -> None:
        if self._is_run:
            return
        names = _names_of(self._data, self.file or self._path, self._path)
        if "STEPS" in names and "up" in names:
            raise MigrationError(f"{self.file}: a migration has STEPS, or functions up and down, not both")
        try:
            self._steps = checked_steps(names.get("STEPS", ()), names.get("up"), names.get("down"))
            examples = names.get("EXAMPLES", ())
            if not isinstance(examples, list | tuple):
                raise UsageError("EXAMPLES is a list")
            self._examples = checked_examples(examples)
        except UsageError as error:
            raise MigrationError(f"{self.file}: {error}") from None
        self._is_run = True


def _names_of(data: bytes, file: str, path: str) -> dict[str, Any]:
    """Run a file, and return the names it defines."""
    import sys
    from hashlib import sha256
    from types import ModuleType

    from .failing import told

    # In ``sys.modules``, because classes look for their module there; under a name that no import can have.
    name = f"setpoint migration {sha256(path.encode(errors='surrogateescape') + data).hexdigest()[:16]}"
    module = ModuleType(name)
    module.__file__ = path
    sys.modules[name] = module
    try:
        exec(compile(data, path, "exec"), module.__dict__)  # noqa: S102 - the program's own code
    except (Exception, SystemExit) as error:  # noqa: BLE001 - as for its functions
        del sys.modules[name]
        text, cause = told(error, path, None)
        raise MigrationError(f"{file}: the migration cannot be run: {text}") from cause
    return module.__dict__


def _parsed(data: bytes, file: str) -> ast.Module:
    """Return the syntax tree of a Python file. Raises as ``ast.parse`` does."""
    import ast

    for _ in range(_ATTEMPTS - 1):
        try:
            return ast.parse(data, file)
        except SystemError:
            # CPython 3.11 loses count of the depth when another thread parses at the same time (its issue 106905).
            continue
    return ast.parse(data, file)


def _top_level(tree: ast.Module) -> tuple[dict[str, ast.expr], set[str]]:
    """Return what a file's top level assigns and which functions and imported names it has, without running it."""
    import ast

    values: dict[str, ast.expr] = {}
    functions: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign):
            values.update({target.id: node.value for target in node.targets if isinstance(target, ast.Name)})
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            values[node.target.id] = node.value
        elif isinstance(node, ast.FunctionDef):
            functions.add(node.name)
        elif isinstance(node, ast.ImportFrom):
            functions.update(alias.asname or alias.name for alias in node.names)
    return values, functions


def _docstring(tree: ast.Module) -> str:
    import ast

    return ast.get_docstring(tree) or ""


def _version(values: dict[str, ast.expr], name: str, file: str) -> str:
    node = values.get(name)
    if node is None:
        raise _refused(file, f'a migration says its versions: {name} is missing, as in {name} = "1.0.0"', 1, 1)
    version = _text(node)
    if not version:
        raise _refused(file, f'{name} is a plain text, as in {name} = "1.0.0"', node.lineno, node.col_offset + 1)
    return version


def _text(node: ast.expr) -> str:
    import ast

    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _refused(file: str, message: str, line: int, column: int) -> MigrationError:
    found = Diagnostic("bad-migration", message, file=file, line=line, column=column)
    return MigrationError(f"{file}:{line}:{column}: {message}", [found])
