"""``Schema``: one JSON Schema, compiled when it is first needed."""

from __future__ import annotations

import os
from _thread import allocate_lock  # what threading.Lock is, without loading the rest of threading

from ..address import parse_pointer
from ..budget import DEFAULT_BUDGET
from ..errors import SchemaError, UsageError
from .references import References, home_of, read_schema
from .resources import Document, Resources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal

    import jsonschema_rs

    from ..budget import Budget
    from ..diagnosis.problem import Problem
    from ..tree import Tree
    from .expansion import Weight
    from .slips import Slips

# Beyond this a schema is held against a document only after it is known what that takes.
SUSPICIOUS = 10_000_000
# The most checks, and the most copied values, that naming the mistakes of one document may take: 2 s, 1 GB at worst.
MOST_CHECKS = 50_000
MOST_CHECKS_PER_VALUE = 20
MOST_COPIES = 2_000_000
# Unions inside unions inside a nested document: the engine's errors nest as deep, at a cost that grows with the square.
DEEPEST_ERROR = 3_000

_UNDECIDED = frozenset(("BacktrackLimitExceeded", "RegexEngineFailure"))


class Schema:
    """One JSON Schema, of draft 4, 6, 7, 2019-09 or 2020-12 as its ``$schema`` says; 2020-12 when it does not say.

    Arguments: ``contents`` is the schema, a mapping or a bool, or None to read it from the file ``path``; ``name``
    is how it is called in messages; ``references`` find the documents that it refers to; ``home`` is its way from
    its folder, where it has one; ``file`` is the file as messages name it. ``format`` is asserted in every draft.

    ``accepts(tree)`` says whether a tree of the data model fits: nothing more than one call of the engine, once it
    was called. All methods raise ``SchemaError``, with the place in the schema's file, when the schema cannot work.
    """

    __slots__ = (
        "_contents",
        "_has_restarts",
        "_lock",
        "_references",
        "_resources",
        "_slips",
        "_validator",
        "_version_at",
        "_weight",
        "accepts",
        "budget",
        "file",
        "home",
        "name",
        "path",
    )

    def __init__(
        self,
        contents: Any = None,
        *,
        name: str = "schema",
        path: str | None = None,
        file: str | None = None,
        home: str | None = None,
        references: References | None = None,
        budget: Budget = DEFAULT_BUDGET,
    ) -> None:
        self.name = name
        self.path = path
        self.file = file if file is not None else path
        self.home = home if home is not None else os.path.basename(path) if path is not None else name
        self.budget = budget
        self._contents = contents
        self._references = references if references is not None else References(())
        self._resources: Resources | None = None
        self._validator: jsonschema_rs.Validator | None = None
        self._slips: Slips | None = None
        self._weight: Weight | None = None
        self._has_restarts: bool | None = None
        self._version_at: tuple[str, ...] | Literal[False] | None = False  # False before it was read
        self._lock = allocate_lock()
        self.accepts: Callable[[Tree], bool] = self._accepts_first

    @property
    def contents(self) -> Any:
        """What the schema says. Raises ``SchemaError`` when its file cannot be parsed or is no schema."""
        if self._contents is None:
            assert self.path is not None
            self._contents = read_schema(self.path, self.budget, self.file)
        return self._contents

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that are searched for what the schema refers to."""
        return self._references.folders

    @property
    def resources(self) -> Resources:
        """The schema and, once it is compiled, all documents that it refers to."""
        if self._resources is None:
            root = Document(home_of(self.home), self.contents, self.path, self.file)
            try:
                self._resources = Resources(root, self._references.load)
            except SchemaError as error:
                from .defect import defect

                raise defect("bad-schema", error.message, root, (root.identifier,)) from None
        return self._resources

    @property
    def version_at(self) -> tuple[str, ...] | None:
        """Where documents of this shape carry their version: ``x-setpoint-version-at``, else ``/version``.

        None, for ``x-setpoint-version-at: null``, when they carry none and are told by their shape alone.
        """
        if self._version_at is not False:
            return self._version_at
        said = self.contents.get("x-setpoint-version-at", "/version") if isinstance(self.contents, dict) else "/version"
        try:
            if not isinstance(said, str | None):
                raise UsageError("it is a JSON Pointer, as text, or null")
            self._version_at = None if said is None else parse_pointer(said)
        except UsageError as error:
            from .defect import defect

            message = f"x-setpoint-version-at does not work: {error}"
            raise defect("bad-schema", message, self.resources.root, ("x-setpoint-version-at",)) from None
        return self._version_at

    def problems(self, tree: Tree) -> list[Problem]:
        """Return everything that is wrong with a tree, by this schema, in the order of the tree."""
        if self.accepts(tree):
            return []
        from ..diagnosis.diagnosis import diagnose

        errors_of = self._errors_for(tree)
        if errors_of is None:
            from ..diagnosis.problem import Problem

            message = (
                f"the document does not fit its schema; to say where would take more than {MOST_CHECKS:,} checks, for "
                "the schema has unions or references inside one another at every level of the document"
            )
            return [Problem("invalid", message, ())]
        return diagnose(tree, self.contents, errors_of, self.resources.resolve, self.resources.base_uri)

    def near_misses(self, tree: Tree) -> list[Problem]:
        """Return what is allowed but looks like a mistake: unknown keys that are nearly a known one."""
        if self._slips is None:
            from .slips import Slips

            self.compile()  # so that the documents it refers to are known
            self._slips = Slips(document.contents for document in self.resources.documents)
        if not self._slips.possible(tree):
            return []
        from ..diagnosis.similar import near_misses

        return near_misses(tree, self.contents, self.resources.resolve, self.resources.base_uri)

    def secret_parts(self, tree: Tree) -> list[tuple[str | int, ...]]:
        """Return the parts of each value of a tree that must never be shown."""
        from ..diagnosis.knowledge import secret_parts

        return secret_parts(tree, self.contents, self.resources.resolve, self.resources.base_uri)

    def restart_parts(self, tree: Tree) -> list[tuple[str | int, ...]]:
        """Return the parts of each value of a tree that cannot change while a program runs."""
        from ..diagnosis.knowledge import restart_parts

        return restart_parts(tree, self.contents, self.resources.resolve, self.resources.base_uri)

    @property
    def has_restarts(self) -> bool:
        """True when the schema, or one that it refers to, marks a value ``x-setpoint-restart``."""
        if self._has_restarts is None:
            from .subschemas import every

            self.compile()  # so that the documents it refers to are known
            self._has_restarts = any(
                schema.get("x-setpoint-restart") is True
                for document in self.resources.documents
                for _, schema in every(document.contents)
            )
        return self._has_restarts

    def secret_names(self) -> frozenset[str]:
        """Return the keys whose values this schema marks as secret, wherever they may stand.

        They tell what to mask in a document that cannot be parsed.
        """
        from .subschemas import every

        found = set()
        for document in self.resources.documents:
            for _, schema in every(document.contents):
                declared = schema.get("properties")
                for name, below in declared.items() if isinstance(declared, dict) else ():
                    if isinstance(below, dict) and (
                        below.get("x-setpoint-secret") is True or below.get("writeOnly") is True
                    ):
                        found.add(name)
        return frozenset(found)

    def compile(self) -> jsonschema_rs.Validator:
        """Return the compiled schema. Compiles it the first time; safe from several threads."""
        if self._validator is None:
            with self._lock:
                if self._validator is None:
                    from .compiler import compile_schema

                    validator, self._weight = compile_schema(self.contents, self.resources, self._references)
                    self._validator = validator
                    self.accepts = validator.is_valid if self._weight.total <= SUSPICIOUS else self._accepts_if_possible
        return self._validator

    def _accepts_first(self, tree: Tree) -> bool:
        self.compile()
        return self.accepts(tree)

    def _accepts_if_possible(self, tree: Tree) -> bool:
        from .expansion import effort

        most = SUSPICIOUS
        if effort(tree, self.contents, self.resources, most).checks > most:
            from .defect import defect

            raise defect(
                "schema-too-complex",
                f"the schema is too complex: its parts would be held against this document more than {most:,} times",
                self.resources.root,
                (),
                "let fewer allOf, anyOf, oneOf and $ref apply to one value",
            )
        return self.compile().is_valid(tree)

    def _errors_for(self, tree: Tree) -> Callable[[Tree], list[jsonschema_rs.ValidationError]] | None:
        """Return what names the mistakes of a tree, and of trees much like it; None when that is out of bounds."""
        from .expansion import effort

        self.compile()
        assert self._weight is not None
        needed = effort(tree, self.contents, self.resources, MOST_CHECKS, MOST_CHECKS_PER_VALUE)
        if needed.checks > needed.most:
            return None
        if needed.depth * self._weight.height > DEEPEST_ERROR:
            return None
        return self._all_errors_of if needed.copies <= MOST_COPIES else self._first_error_of

    def _all_errors_of(self, tree: Tree) -> list[jsonschema_rs.ValidationError]:
        errors = list(self.compile().iter_errors(tree))
        for error in errors:
            self._check_decided(error)
        return errors

    def _first_error_of(self, tree: Tree) -> list[jsonschema_rs.ValidationError]:
        import jsonschema_rs

        try:
            self.compile().validate(tree)
        except jsonschema_rs.ValidationError as error:
            self._check_decided(error)
            return [error]
        return []

    def _check_decided(self, error: jsonschema_rs.ValidationError) -> None:
        if type(error.kind).__name__ not in _UNDECIDED:
            return
        from ..address import pointer
        from .compiler import BACKTRACKS
        from .defect import defect

        found = self.resources.trace(tuple(error.evaluation_path))
        message = (
            f"an expression cannot be decided for the value at {pointer(error.instance_path) or 'the root'!r}: "
            f"it was given up after stepping back {BACKTRACKS:,} times"
        )
        raise defect(
            "undecidable-pattern",
            message,
            found.document,
            found.parts,
            "rewrite it without nested repetition, look-around or back references",
        )

    def __repr__(self) -> str:
        return f"<Schema {self.name}>"
