"""``Family``: the versions of one document's schema, and which of them a document has."""

from __future__ import annotations

from ..diagnostic import ERROR, WARNING
from .version import declared, major, order, stamp_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ..diagnosis.problem import Problem
    from ..tree import Tree
    from .schema import Schema


class Choice:
    """The version that a document has.

    Arguments: ``version`` is its name, None where its schema has no versions; ``schema`` is that version's;
    ``fits`` says whether that schema accepts the document, None when it was not asked, because no schema is known
    for the version; ``problems`` are what is wrong with the version itself, warnings among them; ``tree`` is what the
    schema is held against: the document, or a copy that says the version of the schema instead of its own.
    """

    __slots__ = ("fits", "problems", "schema", "tree", "version")

    def __init__(
        self, version: str | None, schema: Schema, fits: bool | None, tree: Tree, problems: Sequence[Problem] = ()
    ) -> None:
        self.version = version
        self.schema = schema
        self.fits = fits
        self.tree = tree
        self.problems = problems

    def findings(self) -> Sequence[Problem]:
        """Return what is wrong with the version and, by its schema, with the document."""
        return self.problems if self.fits is not False else [*self.problems, *self.schema.problems(self.tree)]


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

    def secret_parts(self, tree: Tree) -> list[tuple[str | int, ...]]:
        """Return the places of secrets in a tree, by what any version of the schema says.

        That is for what may be only part of a document, such as the file of a profile: its version cannot be told.
        """
        found = (parts for schema in self.schemas.values() for parts in schema.secret_parts(tree))
        return list(dict.fromkeys(found))

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
        none does, it is held to what it says, or to such a shape that finds less wrong with it. A document that
        says nothing has the newest version whose schema accepts it; if none does, the one that finds least wrong
        with it, and of several the first.
        """
        if self.plain is not None:
            return Choice(None, self.plain, self.plain.accepts(tree), tree)
        stamps = self._stamps(tree)
        if not stamps:
            return self._by_shape(tree)
        for at, said in stamps.items():
            named = order(said)
            for version, schema in self.newest_first:
                if version is None or schema.version_at != at or order(version) != named:
                    continue
                if schema.accepts(tree):
                    return Choice(version, schema, True, tree)
                return self._unstamped(tree, said, at, schema) or Choice(version, schema, False, tree)
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

    def _unstamped(self, tree: Tree, stamp: str, at: tuple[str, ...], stamped: Schema | None = None) -> Choice | None:
        """Return the version told by its shape alone that a tree has in spite of what it says, or None.

        That is one that accepts the tree; or, beside the schema ``stamped`` of the version it says, which does not
        accept it either, one that finds less wrong with it.
        """
        shapes = [(version, schema) for version, schema in self.newest_first if schema.version_at is None]
        for version, schema in shapes:
            if schema.accepts(tree):
                return Choice(version, schema, True, tree, _stamp_problems(stamp, version, at))
        if stamped is None or not isinstance(tree, dict):
            return None
        least = _errors(stamped, tree)
        best = None
        for version, schema in shapes:
            errors = _errors(schema, tree) if least > 1 else least
            if errors < least:
                least = errors
                best = Choice(version, schema, False, tree, _stamp_problems(stamp, version, at))
        return best

    def _by_shape(self, tree: Tree) -> Choice:
        for version, schema in self.newest_first:
            if schema.accepts(tree):
                return Choice(version, schema, True, tree)
        oldest_first = list(reversed(self.newest_first))
        best = oldest_first[0]
        if isinstance(tree, dict):
            best = min(oldest_first, key=lambda pair: _errors(pair[1], tree))
        return Choice(best[0], best[1], False, tree)

    def _unknown(self, tree: Tree, stamp: str, at: tuple[str, ...]) -> Choice:
        """Return the choice for a version that has no schema."""
        newest, schema = self.newest_first[0]
        if newest is None and schema.version_at is not None:
            # The current schema does not say its version: it is the one that no older schema has.
            return Choice(stamp, schema, schema.accepts(tree), tree)
        for version, candidate in self.newest_first:
            if version is not None and major(version) == major(stamp):
                if order(stamp) <= order(version):
                    break
                message = (
                    f"version {_shown(stamp)} is newer than {version}, the newest that is known: "
                    f"the document is judged as {version}"
                )
                problem = _problem("newer-version", message, at, WARNING)
                # A schema that allows its own version only would refuse the newer one, which was told already.
                restamped = _with_stamp(tree, at, version)
                return Choice(version, candidate, candidate.accepts(restamped), restamped, [problem])
        known = _listed(self.versions)
        message = f"version {_shown(stamp)} of {self.name} is not known; known: {known}"
        hint = f"write a known version, or add a schema for this one: {self.name}@{stamp[:40]}.schema.json"
        return Choice(None, schema, None, tree, [_problem("unknown-version", message, at, ERROR, hint)])


def _errors(schema: Schema, tree: Tree) -> int:
    return sum(problem.severity == ERROR for problem in schema.problems(tree))


def _stamp_problems(stamp: str, version: str | None, at: tuple[str, ...]) -> list[Problem]:
    """Return the warning that a document says another version than it has; none when it says the right one."""
    if version is not None and order(stamp) == order(version):
        return []
    message = f"this says version {_shown(stamp)}, but the document has the shape of {version or 'another'}"
    return [_problem("version-stamp", message, at, WARNING)]


def _with_stamp(tree: Tree, at: tuple[str, ...], version: str) -> Tree:
    """Return a copy of a tree that says another version; what does not lead to the stamp is shared."""
    if not at or not isinstance(tree, dict):
        return version
    return {**tree, at[0]: _with_stamp(tree.get(at[0]), at[1:], version)}


def _problem(rule: str, message: str, at: tuple[str, ...], severity: str, hint: str | None = None) -> Problem:
    from ..diagnosis.problem import Problem

    return Problem(rule, message, at, severity=severity, suggestion=hint)


def _shown(stamp: str) -> str:
    return repr(stamp if len(stamp) <= 40 else stamp[:39] + "…")


def _listed(versions: Sequence[str]) -> str:
    return ", ".join(versions) or "none"
