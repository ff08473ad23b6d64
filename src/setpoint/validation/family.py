"""``Family``: the versions of one document's schema, and which of them a document has."""

from __future__ import annotations

from ..diagnostic import ERROR, WARNING
from .version import declared, major, order, stamp_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ..tree import Tree
    from .problem import Problem
    from .schema import Schema


class Choice:
    """The version that a document has.

    Arguments: ``version`` is its name, None where its schema has no versions; ``schema`` is that version's;
    ``fits`` says whether that schema accepts the document, None when it was not asked, because no schema is known
    for the version; ``problems`` are what is wrong with the version itself, warnings among them.
    """

    __slots__ = ("fits", "problems", "schema", "version")

    def __init__(
        self, version: str | None, schema: Schema, fits: bool | None, problems: Sequence[Problem] = ()
    ) -> None:
        self.version = version
        self.schema = schema
        self.fits = fits
        self.problems = problems


class Family:
    """The schemas of one kind of document.

    Arguments: ``name`` is how the kind is called; ``schemas`` holds a schema for each version, and under None the
    one without a version: the only one, or the newest, whose version is then what it allows at its stamp; ``origin``
    says where they come from. ``plain`` is the schema of a kind that has one shape and no versions, else None.
    """

    __slots__ = ("_newest_first", "_stamped", "name", "origin", "plain", "schemas")

    def __init__(self, name: str, schemas: Mapping[str | None, Schema], origin: str = "added by the program") -> None:
        if not schemas:
            raise ValueError("a Family holds at least one schema")
        self.name = name
        self.origin = origin
        self.schemas = dict(schemas)
        self.plain = self.schemas[None] if self.schemas.keys() == {None} else None
        self._newest_first: list[tuple[str | None, Schema]] | None = None
        self._stamped: tuple[tuple[str, ...], ...] | None = None

    @classmethod
    def of(cls, name: str, schema: Schema) -> Family:
        """Return the family of a kind that has one shape."""
        return cls(name, {None: schema})

    def at(self, version: str | None) -> Schema:
        """Return the schema of a version, or of the newest for None. Raises ``ConfigNotFoundError`` for others."""
        if version is None:
            return self.only()
        for known, schema in self.newest_first:
            if known is not None and order(known) == order(version):
                return schema
        from ..errors import ConfigNotFoundError

        raise ConfigNotFoundError(
            f"there is no schema for version {_shown(version)} of {self.name}; known: {_listed(self.versions)}"
        )

    def only(self) -> Schema:
        """Return the one schema there is, or the newest."""
        return self.plain if self.plain is not None else self.newest_first[0][1]

    def compile(self) -> None:
        """Compile every schema now. Raises ``SchemaError`` for the first that cannot work."""
        for schema in self.schemas.values():
            schema.compile()

    def masked(self, tree: Tree, parts: Sequence[str | int], mask: str) -> Any:
        """Return a copy of the value at ``parts`` of a tree with ``mask`` for each value that is secret in it."""
        from .masking import masked

        return masked(tree, parts, self.choose(tree).schema.secret_parts(tree), mask)

    @property
    def newest_first(self) -> list[tuple[str | None, Schema]]:
        """The versions with their schemas, the newest first. Reads the schemas."""
        if self._newest_first is None:
            versions = [(version, schema) for version, schema in self.schemas.items() if version is not None]
            versions.sort(key=lambda pair: order(pair[0]), reverse=True)
            current = self.schemas.get(None)
            newest: list[tuple[str | None, Schema]] = []
            if current is not None:
                at = current.version_at
                newest = [(declared(current.contents, at) if at is not None else None, current)]
            self._newest_first = newest + [pair for pair in versions if not newest or pair[0] != newest[0][0]]
        return self._newest_first

    @property
    def versions(self) -> tuple[str, ...]:
        """The names of the versions, the oldest first; empty when there is but one shape, without a name."""
        if self.plain is not None:
            return ()
        return tuple(version for version, _ in reversed(self.newest_first) if version is not None)

    def choose(self, tree: Tree) -> Choice:
        """Return the version of a tree.

        What the document says of itself is believed when the schema of that version accepts the document. If it
        does not, and one does whose documents are told by their shape alone, it is that one, with a warning; if
        none does, it is held to what it says. A document that says nothing has the newest version whose schema
        accepts it; if none does, the one that finds least wrong with it, and of several the first.
        """
        if self.plain is not None:
            return Choice(None, self.plain, self.plain.accepts(tree))
        stamps = self._stamps(tree)
        if not stamps:
            return self._by_shape(tree)
        for at, said in stamps.items():
            named = order(said)
            for version, schema in self.newest_first:
                if version is None or schema.version_at != at or order(version) != named:
                    continue
                if schema.accepts(tree):
                    return Choice(version, schema, True)
                return self._unstamped(tree, said, at) or Choice(version, schema, False)
        at, stamp = next(iter(stamps.items()))
        return self._unstamped(tree, stamp, at) or self._unknown(tree, stamp, at)

    def _stamps(self, tree: Tree) -> dict[tuple[str, ...], str]:
        """Return what a tree says of its version, by the place where it says so, as the newest shape would first."""
        if self._stamped is None:
            at = [schema.version_at for _, schema in self.newest_first]
            self._stamped = tuple(dict.fromkeys(place for place in at if place is not None))
        stamps = {}
        for place in self._stamped:
            stamp = stamp_of(tree, place)
            if stamp is not None:
                stamps[place] = stamp
        return stamps

    def _unstamped(self, tree: Tree, stamp: str, at: tuple[str, ...]) -> Choice | None:
        """Return the version told by its shape alone that accepts a tree in spite of what it says."""
        for version, schema in self.newest_first:
            if schema.version_at is None and schema.accepts(tree):
                message = f"this says version {_shown(stamp)}, but the document has the shape of {version or 'another'}"
                return Choice(version, schema, True, [_problem("version-stamp", message, at, WARNING)])
        return None

    def _by_shape(self, tree: Tree) -> Choice:
        for version, schema in self.newest_first:
            if schema.accepts(tree):
                return Choice(version, schema, True)
        oldest_first = list(reversed(self.newest_first))
        best = oldest_first[0]
        if isinstance(tree, dict):
            best = min(oldest_first, key=lambda pair: _errors(pair[1], tree))
        return Choice(best[0], best[1], False)

    def _unknown(self, tree: Tree, stamp: str, at: tuple[str, ...]) -> Choice:
        """Return the choice for a version that has no schema."""
        newest, schema = self.newest_first[0]
        if newest is None and schema.version_at is not None:
            # The current schema does not say its version: it is the one that no older schema has.
            return Choice(stamp, schema, schema.accepts(tree))
        for version, candidate in self.newest_first:
            if version is not None and major(version) == major(stamp):
                if order(stamp) <= order(version):
                    break
                message = (
                    f"version {_shown(stamp)} is newer than {version}, the newest that is known: "
                    f"the document is judged as {version}"
                )
                problem = _problem("newer-version", message, at, WARNING)
                return Choice(version, candidate, candidate.accepts(tree), [problem])
        known = _listed(self.versions)
        message = f"version {_shown(stamp)} of {self.name} is not known; known: {known}"
        hint = f"write a known version, or add a schema for this one: {self.name}@{stamp[:40]}.schema.json"
        return Choice(None, schema, None, [_problem("unknown-version", message, at, ERROR, hint)])


def _errors(schema: Schema, tree: Tree) -> int:
    return sum(problem.severity == ERROR for problem in schema.problems(tree))


def _problem(rule: str, message: str, at: tuple[str, ...], severity: str, hint: str | None = None) -> Problem:
    from .problem import Problem

    return Problem(rule, message, at, severity=severity, suggestion=hint)


def _shown(stamp: str) -> str:
    return repr(stamp if len(stamp) <= 40 else stamp[:39] + "…")


def _listed(versions: Sequence[str]) -> str:
    return ", ".join(versions) or "none"
