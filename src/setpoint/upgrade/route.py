"""``Route``: the way of one document from the version it has to another."""

from __future__ import annotations

from ..errors import ConfigParseError, ConfigValidationError, MigrationError
from ..merge import merge
from ..validation.version import declared, order, stamp_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..layers.resolution import Resolution
    from ..migration.graph import Graph
    from ..migration.hop import Hop
    from ..tree import Tree
    from ..validation.family import Family
    from ..validation.schema import Schema

_STAMP = ("version",)


class Route:
    """Where a document is, where it is to go, and the migrations on the way.

    Arguments: ``stamp_at`` is where its version stands; ``stamped`` is False when a document of the version that it
    goes to is told by its shape, and says none; ``warnings`` are sentences about how all this was found out.
    """

    __slots__ = ("from_version", "hops", "name", "stamp_at", "stamped", "to_version", "warnings")

    def __init__(
        self,
        name: str,
        from_version: str,
        to_version: str,
        hops: Sequence[Hop],
        *,
        stamp_at: tuple[str, ...],
        stamped: bool = True,
        warnings: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.from_version = from_version
        self.to_version = to_version
        self.hops = tuple(hops)
        self.stamp_at = stamp_at
        self.stamped = stamped
        self.warnings = tuple(warnings)

    def __repr__(self) -> str:
        return f"<Route of {self.name} from {self.from_version} to {self.to_version}, {len(self.hops)} hops>"


def route(
    name: str,
    graph: Graph,
    base: Tree,
    resolution: Resolution,
    family: Family | None,
    *,
    to_version: str | None = None,
    from_version: str | None = None,
) -> Route:
    """Return the way of a document, which may have no hops.

    Arguments: ``base`` is what its base file says; ``resolution`` what all its layers make; ``to_version`` is the
    newest one unless given; ``from_version`` counts instead of what the document says, when it fits the schema of that
    version. One that is at ``to_version`` by its stamp, or by a shape that ``from_version`` does not have, is there
    whatever was said: nothing is done twice.

    Raises ``MigrationError`` when no way leads there, with the graph drawn, and ``ConfigValidationError`` when the
    document is not valid as it is: then nobody knows what a migration would make of it.
    """
    if not graph.migrations:
        raise MigrationError(
            f"{name}: there are no migrations of it; put one into migrations/{name}/, or register it with add_migration"
        )
    if not resolution.parsed:
        raise _invalid(name, None, resolution)
    warnings = []
    present = present_version(name, graph, base, resolution, family)
    target = _known(name, graph, to_version) if to_version is not None else graph.newest
    stamp_at = _stamp_at(family, target, present or target)
    wanted = _known(name, graph, from_version) if from_version is not None else present
    if wanted is not None and wanted != present and not (present == target and _says(base, stamp_at)):
        if _fits(wanted, graph, resolution, family):
            if present is not None:
                warnings.append(f"{name} is at {present} by what it says; it is taken to be at {wanted}, as was asked")
            present = wanted
        elif present != target or not resolution.report.ok:
            said = f"it is at {present}, and " if present is not None else ""
            raise MigrationError(f"{name}: {said}does not fit the schema of {wanted}, from which it was to come")
        # Else its shape alone says that it has arrived, and it could not be where it is said to come from.
    elif resolution.report.errors and _judge(present or graph.versions[0], graph, family) is not None:
        raise _invalid(name, present, resolution)
    if present is None:
        present = graph.versions[0]
    hops = graph.path(present, target)
    judge = _judge(target, graph, family)
    stamped = judge is None or judge.version_at is not None
    return Route(name, present, target, hops, stamp_at=stamp_at, stamped=stamped, warnings=warnings)


def _says(base: Tree, stamp_at: Sequence[str]) -> bool:
    return stamp_of(base, stamp_at) is not None


def present_version(name: str, graph: Graph, base: Tree, resolution: Resolution, family: Family | None) -> str | None:
    """Return the version that a document has, as the migrations spell it; None when nothing says so.

    What its schemas find counts, then what it says itself. One that says nothing and has a single schema is at that
    schema's version when it is valid. One that no schema accepts is at the first version, if that has none. Raises
    ``MigrationError`` for a version that the migrations do not know.
    """
    said = resolution.report.version
    if said is not None and resolution.report.errors and not _judge(graph.versions[0], graph, family):
        said = None  # the schema that finds least wrong: a guess, as long as the first version has no schema
    if said is None:
        said = stamp_of(base, family.plain.version_at or _STAMP if family is not None and family.plain else _STAMP)
    if said is None and family is not None and family.plain is not None and resolution.report.ok:
        said = _version_of(family.plain, graph)
    return _known(name, graph, said) if said is not None else None


def _invalid(name: str, present: str | None, resolution: Resolution) -> ConfigParseError | ConfigValidationError:
    from .placing import first_of

    kind = ConfigValidationError if resolution.parsed else ConfigParseError
    at = f" at its version {present}" if present is not None else ""
    errors = resolution.report.errors
    return kind(f"{first_of(errors)}; {name} is not valid{at}: repair it, then migrate", errors)


def _known(name: str, graph: Graph, version: str) -> str:
    known = graph.known(version)
    if known is None:
        newer = order(version) > order(graph.versions[-1])
        how = "newer than any that is known" if newer else "not known"
        raise MigrationError(f"{name}: version {version[:60]} is {how} to its migrations:\n{graph.drawing()}")
    return known


def _judge(version: str, graph: Graph, family: Family | None) -> Schema | None:
    """Return the schema of a version, or None when there is none: then nobody can say what is valid there."""
    if family is None:
        return None
    if family.plain is not None:
        return family.plain if order(_version_of(family.plain, graph)) == order(version) else None
    return next((one for known, one in family.newest_first if known and order(known) == order(version)), None)


def _version_of(plain: Schema, graph: Graph) -> str:
    """Return the version of the only schema that a document has: what it declares, else the newest."""
    at = plain.version_at
    return (declared(plain.contents, at) if at is not None else None) or graph.newest


def _fits(version: str, graph: Graph, resolution: Resolution, family: Family | None) -> bool:
    """True when a document is valid by the schema of a version, or there is none to say so."""
    schema = _judge(version, graph, family)
    if schema is None:
        return True
    from ..editing.apply import apply
    from ..editing.operation import Set
    from ..validation.defaults import plan_of

    merged = merge([layer.tree for layer in resolution.layers])
    at = schema.version_at
    if at is not None and stamp_of(merged, at) is not None:
        merged = apply(merged, [Set(at, version)])  # what it says of its version is what is overruled
    return schema.accepts(plan_of(schema).fill(merged)[0])


def _stamp_at(family: Family | None, target: str, present: str) -> tuple[str, ...]:
    """Return where the version stands by the schema of the target, or by that of the version before."""
    if family is not None and family.plain is not None:
        return family.plain.version_at or _STAMP
    for version in (target, present) if family is not None else ():
        assert family is not None
        for known, schema in family.newest_first:
            if known is not None and order(known) == order(version) and schema.version_at is not None:
                return schema.version_at
    return _STAMP
