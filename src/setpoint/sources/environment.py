"""Environment variables: which document and key each one sets, and to what value.

``PREFIX_NAME__PATH__TO__KEY`` sets ``path.to.key`` of the document ``name``. Case does not matter, ``-`` is written
``_``, and the ``/`` of a document in a subdirectory ``__``. Nothing here reads the process's environment: variables are
given.
"""

from __future__ import annotations

from ..diagnostic import ERROR, WARNING, Diagnostic
from ..merge import plant
from ..secret import is_secret_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, TypeAlias

    from ..budget import Budget
    from ..diagnosis.spot import Spot
    from ..tree import Tree
    from ..validation.schema import Schema

    Parts: TypeAlias = tuple[str | int, ...]

_SEPARATOR = "__"
# Names that are compared to find near ones: those of thousands of strangers would take long, and nobody reads them.
_MOST_COMPARED = 20_000


class Variable:
    """One variable: its name and text, and where it is written when that is a ``.env`` file.

    ``segments`` is the part of the name that leads into its document, split at ``__``.
    """

    __slots__ = ("column", "file", "line", "name", "segments", "text")

    def __init__(
        self,
        name: str,
        text: str,
        *,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        segments: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.text = text
        self.file = file
        self.line = line
        self.column = column
        self.segments = tuple(segments)

    def __eq__(self, other: object) -> bool:
        """True when it says the same and is written in the same place."""
        if not isinstance(other, Variable):
            return NotImplemented
        return all(getattr(self, part) == getattr(other, part) for part in Variable.__slots__)

    __hash__ = None  # type: ignore[assignment]

    def finding(self, rule: str, message: str, severity: str = ERROR, suggestion: str | None = None) -> Diagnostic:
        """Return a finding about this variable; ``message`` goes on after the variable's name."""
        return Diagnostic(
            rule,
            f"the variable {shown_name(self.name)} {message}",
            severity=severity,
            file=self.file,
            line=self.line,
            column=self.column,
            end_line=self.line,
            end_column=None if self.column is None else self.column + len(self.name),
            suggestion=suggestion,
            layer="environment" if self.file is None else "dotenv",
        )

    def __repr__(self) -> str:
        return f"<Variable {self.name}>"


class Binding:
    """What the variables of one document make: a tree to lay over it, which variable set what, and the findings."""

    __slots__ = ("findings", "names", "tree")

    def __init__(self, tree: dict[str, Any], names: dict[Parts, Variable], findings: list[Diagnostic]) -> None:
        self.tree = tree
        self.names = names
        self.findings = findings


def shown_name(name: str) -> str:
    """Return a variable's name fit to be shown: printable, and not endless."""
    safe = "".join(character if character.isprintable() else "?" for character in name[:200])
    return safe if len(name) <= 200 else safe + "…"


def captured(variables: Mapping[str, str]) -> list[Variable]:
    """Return the variables of an environment, by name."""
    return [Variable(name, variables[name]) for name in sorted(variables)]


def sort_out(
    variables: Iterable[Variable], documents: Iterable[str], prefix: str = "SETPOINT"
) -> tuple[dict[str, list[Variable]], list[Diagnostic]]:
    """Return the variables of each document by its name, and warnings about those that belong to none.

    Arguments: ``prefix`` is what their names begin with, ``_`` left out. Only names with ``__`` behind it count; all
    others are somebody else's. Of several documents that fit, the longest name counts. One pass.
    """
    from ..nearness import near

    by_fold: dict[str, list[str]] = {}
    for document in documents:
        by_fold.setdefault(_folded(document.replace("/", _SEPARATOR)), []).append(document)
    longest = max((fold.count(_SEPARATOR) + 1 for fold in by_fold), default=0)
    start = _folded(prefix) + "_"
    found: dict[str, list[Variable]] = {}
    findings: list[Diagnostic] = []
    compared = 0
    for variable in variables:
        name = variable.name
        if _SEPARATOR not in name or _folded(name[: len(start)]) != start or _SEPARATOR not in name[len(start) :]:
            continue
        segments = name[len(start) :].split(_SEPARATOR)
        for length in range(min(longest, len(segments) - 1), 0, -1):
            named = by_fold.get(_folded(_SEPARATOR.join(segments[:length])))
            if named is None:
                continue
            if len(named) > 1:
                both = " and ".join(map(repr, named[:3]))
                findings.append(
                    variable.finding("variable-conflict", f"fits the documents {both} alike: it is left out")
                )
                break
            variable.segments = tuple(segments[length:])
            found.setdefault(named[0], []).append(variable)
            break
        else:
            compared += len(by_fold)
            close = near(_folded(segments[0]), by_fold, most=1) if compared <= _MOST_COMPARED else []
            hint = f"did you mean {name[: len(start)]}{close[0].upper()}__…?" if close else None
            findings.append(variable.finding("unknown-variable", "names no document", WARNING, hint))
    return found, findings


def bind(
    variables: Iterable[Variable], tree: Tree, schema: Schema | None, budget: Budget, document: str | None = None
) -> Binding:
    """Return what the variables of one document set.

    Arguments: ``variables`` are its own, as ``sort_out`` gives them; ``tree`` is what the layers below make; ``schema``
    knows further keys and the types. A variable is bound to a key that is there or that the schema knows, and to an
    item that is there. One that is bound to nothing gives a warning, one whose text cannot be read, or that
    contradicts another one, an error. Of two for one key the first by name counts.
    """
    binder = _Binder(tree, schema, budget)
    for variable in variables:
        binder.take(variable)
    binding = binder.binding()
    for one in binding.findings:
        one.document = document
    return binding


def _folded(name: str) -> str:
    return name.replace("-", "_").casefold()


class _Level:
    """One mapping or list on the way of variables: its value, what the schema knows, and its keys by folded name."""

    __slots__ = ("children", "keys", "parts", "spot", "value", "words")

    def __init__(self, value: Any, spot: Spot | None, parts: Parts) -> None:
        self.value = value
        self.spot = spot
        self.parts = parts
        self.children: dict[str | int, _Level] = {}
        self.keys: dict[str, list[str]] = {}
        self.words = 1  # the most `__`-separated pieces that a key here has
        names = dict.fromkeys(value) if isinstance(value, dict) else {}
        if spot is not None and not isinstance(value, list):
            names.update(spot.known)
        for key in names:
            fold = _folded(key)
            self.keys.setdefault(fold, []).append(key)
            self.words = max(self.words, fold.count(_SEPARATOR) + 1)

    def child(self, part: str | int) -> _Level:
        level = self.children.get(part)
        if level is None:
            value = None
            if isinstance(self.value, dict):
                value = self.value.get(part)
            elif isinstance(self.value, list) and isinstance(part, int):
                value = self.value[part]
            spot = self.spot.child(part) if self.spot is not None else None
            level = self.children[part] = _Level(value, spot, (*self.parts, part))
        return level

    def step(self, segments: Sequence[str]) -> tuple[str | int, int] | list[str]:
        """Return the part that the next segments name and how many they are, or the keys that they fit alike."""
        if isinstance(self.value, list):
            word = segments[0]
            if word.isascii() and word.isdecimal() and len(word) < 10 and int(word) < len(self.value):
                return int(word), 1
            return []
        for length in range(min(self.words, len(segments)), 0, -1):
            word = _SEPARATOR.join(segments[:length])
            keys = self.keys.get(_folded(word), [])
            if word in keys:
                return word, length
            present = [key for key in keys if isinstance(self.value, dict) and key in self.value]
            fitting = present or keys
            if fitting:
                return (fitting[0], length) if len(fitting) == 1 else fitting
        return []


class _Binder:
    def __init__(self, tree: Tree, schema: Schema | None, budget: Budget) -> None:
        from ..validation.wanted import knowledge_of

        self.tree = tree
        self.budget = budget
        self.root = _Level(tree, knowledge_of(schema).root if schema is not None else None, ())
        self.bound: dict[Parts, tuple[Variable, _Level]] = {}
        self.findings: list[Diagnostic] = []
        self.compared = 0

    def take(self, variable: Variable) -> None:
        level = self.root
        rest: Sequence[str] = variable.segments
        if len(rest) > self.budget.depth:
            self.findings.append(
                variable.finding("unknown-variable", f"leads more than {self.budget.depth} levels deep", WARNING)
            )
            return
        while rest:
            step = level.step(rest)
            if isinstance(step, list):
                self._unbound(variable, level, rest[0], step)
                return
            part, length = step
            level = level.child(part)
            rest = rest[length:]
        other = self.bound.get(level.parts)
        if other is None:
            self.bound[level.parts] = (variable, level)
        elif other[0].text != variable.text:
            self.findings.append(
                variable.finding(
                    "variable-conflict",
                    f"and {shown_name(other[0].name)} set the same key to different values",
                    suggestion="unset one of the two",
                )
            )

    def _unbound(self, variable: Variable, level: _Level, word: str, fitting: Sequence[str]) -> None:
        from ..address import format_address
        from ..nearness import near

        place = repr(format_address(level.parts)) if level.parts else "the document"
        if fitting:
            both = " and ".join(map(repr, fitting[:3]))
            self.findings.append(
                variable.finding("variable-conflict", f"fits the keys {both} of {place} alike: it is left out")
            )
            return
        hint = None
        if isinstance(level.value, list):
            message = f"names no item of {place}, which is a list of {len(level.value)}, counted from 0"
        elif level.keys:
            message = f"names no key of {place}"
            self.compared += len(level.keys)
            close = near(_folded(word), level.keys, most=1) if self.compared <= _MOST_COMPARED else []
            if close:
                name = variable.name
                # The last time, for the same word may stand in the prefix.
                at = name.rindex(_SEPARATOR.join(variable.segments)) + self._offset(variable, level)
                hint = f"did you mean {shown_name(name[:at] + close[0].upper() + name[at + len(word) :])}?"
        else:
            message = f"leads below {place}, which has no keys"
        self.findings.append(variable.finding("unknown-variable", message, WARNING, hint))

    def _offset(self, variable: Variable, level: _Level) -> int:
        """Return how many characters of the segments lead to a level."""
        used = sum(part.count(_SEPARATOR) + 1 if isinstance(part, str) else 1 for part in level.parts)
        return sum(len(segment) + len(_SEPARATOR) for segment in variable.segments[:used])

    def binding(self) -> Binding:
        from ..validation.wanted import UnreadableError, typed

        tree: dict[str, Any] = {}
        names: dict[Parts, Variable] = {}
        for parts in sorted(self.bound, key=len):
            variable, level = self.bound[parts]
            try:
                value = typed(variable.text, level.spot, level.value, self.budget)
            except UnreadableError as error:
                self.findings.append(
                    variable.finding("variable-type", f"cannot be read: {error}{self._found(variable)}")
                )
                continue
            if not parts:
                if not isinstance(value, dict):
                    self.findings.append(
                        variable.finding("variable-type", "cannot be read: expected a mapping as JSON")
                    )
                    continue
                tree, names[()] = value, variable
            elif plant(tree, parts, value, self.tree):
                names[parts] = variable
            else:
                self.findings.append(self._in_the_way(variable, parts, names))
        return Binding(tree, names, self.findings)

    def _found(self, variable: Variable) -> str:
        """Return words for what was found, unless that may be a secret."""
        level = self.root
        hidden = is_secret_name(variable.name)
        rest: Sequence[str] = variable.segments
        while rest and not hidden:
            step = level.step(rest)
            assert isinstance(step, tuple)
            part, length = step
            level = level.child(part)
            rest = rest[length:]
            hidden = (level.spot is not None and level.spot.secret is True) or is_secret_name(str(part))
        if hidden or isinstance(level.value, dict | list) or len(variable.text) > 40:
            return ""
        return f", found {variable.text!r}" if variable.text.isprintable() else ""

    @staticmethod
    def _in_the_way(variable: Variable, parts: Parts, names: Mapping[Parts, Variable]) -> Diagnostic:
        above = [names[parts[:length]] for length in range(len(parts)) if parts[:length] in names]
        other = shown_name(above[-1].name) if above else "another one"
        return variable.finding(
            "variable-conflict",
            f"sets a key inside the value that {other} sets, and there is none: it is left out",
            suggestion="unset one of the two",
        )
