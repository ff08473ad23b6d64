"""Trying out the migrations of a document: on their examples, and on documents made up from its schemas."""

from __future__ import annotations

from ..diagnostic import Diagnostic
from ..errors import MigrationBlockedError, MigrationError
from ..migration.carry import carry
from ..migration.generated import generated
from ..migration.trial import check_examples, round_trips
from ..validation.version import order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..migration.graph import Graph
    from ..tree import Tree
    from ..validation.family import Family
    from ..validation.schema import Schema

_MADE_UP = 100  # documents of each version; those that its schema refuses are left out
_SEED = 7  # the same documents each time: a finding that comes and goes helps nobody


class Tried:
    """What came of trying the migrations of one document.

    ``findings`` say what is wrong; ``examples`` is how many there were, ``documents`` how many went through a
    migration, ``blocked`` how many could not, since something in them was in the way; ``unknown`` are the versions of
    which no document could be made up: they have no schema, or one that says too little.
    """

    __slots__ = ("blocked", "document", "documents", "examples", "findings", "migrations", "unknown")

    def __init__(self, graph: Graph) -> None:
        self.document = graph.document
        self.migrations = len(graph.migrations)
        self.findings: list[Diagnostic] = []
        self.examples = 0
        self.documents = 0
        self.blocked = 0
        self.unknown: list[str] = []

    def to_dict(self) -> dict[str, object]:
        """Return the figures as JSON shows them; the findings stand elsewhere."""
        return {
            "document": self.document,
            "migrations": self.migrations,
            "examples": self.examples,
            "documents": self.documents,
            "blocked": self.blocked,
            "untried_versions": list(self.unknown),
        }

    def __repr__(self) -> str:
        return f"<Tried {self.document}: {len(self.findings)} findings>"


def try_out(graph: Graph, family: Family | None, present: Tree = None) -> Tried:
    """Try every migration of a document.

    Each example must come out as it says, and back. Documents made up from the schema of a version, and the present
    one, must come out the same each time, fit the schema of the next version, and come back as they were.

    Arguments: ``present`` is the document that there is. Raises ``MigrationError`` for a migration that cannot be read.
    """
    tried = Tried(graph)
    for migration in graph.migrations:
        tried.examples += len(migration.examples)
        tried.findings += check_examples(migration)
    schemas = dict(_schemas(graph, family))
    trees = {version: _documents(schema, present) for version, schema in schemas.items()}
    tried.unknown = [hop.from_version for hop in graph.upward() if not trees.get(hop.from_version)]
    trips = round_trips(graph, trees)
    tried.findings += trips.findings
    tried.documents, tried.blocked = trips.checked, trips.blocked
    tried.findings += _refused(graph, trees, schemas)
    return tried


def _schemas(graph: Graph, family: Family | None) -> Iterator[tuple[str, Schema]]:
    """Yield the schema of each version that has one, by the version as the migrations spell it."""
    if family is None:
        return
    if family.plain is not None:
        yield graph.newest, family.plain
        return
    for version in graph.versions:
        for known, schema in family.newest_first:
            if known is not None and order(known) == order(version):
                yield version, schema


def _documents(schema: Schema, present: Tree) -> list[Tree]:
    """Return documents that a schema accepts: some made up from it, and the present one."""
    candidates = [*generated(schema.contents, _SEED, _MADE_UP), present]
    return [tree for tree in candidates if isinstance(tree, dict) and schema.accepts(tree)]


def _refused(graph: Graph, trees: Mapping[str, Sequence[Tree]], schemas: Mapping[str, Schema]) -> Iterator[Diagnostic]:
    """Yield a finding for each migration that makes, of a valid document, one that is not."""
    for hop in graph.upward():
        schema = schemas.get(hop.to_version)
        if schema is None:
            continue
        for tree in trees.get(hop.from_version, ()):
            try:
                made = carry([hop], tree, stamp_at=schema.version_at or ("version",)).tree
            except MigrationBlockedError:
                continue
            except MigrationError:
                break  # that it fails is told already
            if schema.accepts(made):
                continue
            problem = next(iter(schema.problems(made)), None)
            where = f" at {_pointer(problem.parts)}: {problem.message}" if problem is not None else ""
            message = f"{hop.migration} makes, of a valid document, what the schema of {hop.to_version} refuses{where}"
            yield Diagnostic("migration-result", message, file=hop.migration.file, document=graph.document)
            break


def _pointer(parts: Sequence[str | int]) -> str:
    from ..address import format_address

    return format_address(parts) or "the top"
