"""What a schema knows about a place of a document, whether or not the document fits it.

A validator answers for one document; here all of a schema counts that may apply at a place: every branch of its
unions and conditions, and everything that ``$ref`` reaches.
"""

from __future__ import annotations

from ..errors import SchemaError
from ..secret import is_secret_name
from .fault import key_for
from .spot import Spot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, TypeAlias

    from ..tree import Tree

    Schema: TypeAlias = "dict[str, Any] | bool"
    Resolve: TypeAlias = Callable[[str, str], tuple[Any, str]]
    Parts: TypeAlias = tuple[str | int, ...]

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_IN_PLACE = ("allOf", "anyOf", "oneOf")
_IN_PLACE_ONE = ("if", "then", "else")
_IN_PLACE_BY_KEY = ("dependentSchemas", "dependencies")


class Knowledge:
    """A schema that can be asked about places.

    Arguments: ``contents`` is the schema; ``resolve(base_uri, reference)`` returns the schema that a reference
    means and the base URI in force inside it, or raises ``SchemaError``; ``base_uri`` is the one inside ``contents``.
    """

    def __init__(self, contents: Any, resolve: Resolve, base_uri: str) -> None:
        self._contents = contents
        self._resolve = resolve
        self._base_uri = base_uri
        # Each resolved schema is kept: its identity is what guards against cycles.
        self._resolved: dict[tuple[str, str], tuple[Any, str]] = {}
        self._spots: dict[tuple[tuple[int, str], ...], Spot] = {}
        self._patterns: dict[str, Callable[[str], bool]] = {}
        # Before 2019-09 the base URI of a schema was set by `id`, a name that later schemas use for other things.
        self._id = "id" if isinstance(contents, dict) and "draft-04" in str(contents.get("$schema")) else "$id"
        self.root = self.spot([(contents, base_uri)])

    def at(self, parts: Iterable[str | int]) -> Spot:
        """Return what is known at ``parts`` of a document."""
        spot = self.root
        for part in parts:
            spot = spot.child(part)
        return spot

    def schema_at(self, where: Iterable[str | int]) -> tuple[Any, str] | None:
        """Return the piece of schema at the end of a way through the schema, and its base URI, or None."""
        piece, base = self._contents, self._base_uri
        for step in where:
            if step in _REFERENCES and isinstance(piece, dict) and isinstance(piece.get(str(step)), str):
                found = self.follow(base, piece[str(step)])
                if found is None:
                    return None
                piece, base = found
                continue
            key = key_for(step, piece) if isinstance(piece, dict) else None
            if key is not None:
                piece = piece[key]
            elif isinstance(piece, list) and isinstance(step, int) and step < len(piece):
                piece = piece[step]
            else:
                return None
            base = self.inside(piece, base)
        return piece, base

    def spot(self, schemas: Sequence[tuple[Any, str]]) -> Spot:
        """Return the spot where these schemas and all that they bring along in place may apply."""
        found = self._applicable(schemas)
        key = tuple((id(schema), base) for schema, base in found)
        spot = self._spots.get(key)
        if spot is None:
            spot = self._spots[key] = Spot(self, found)
        return spot

    def _applicable(self, schemas: Sequence[tuple[Any, str]]) -> list[tuple[dict[str, Any], str]]:
        found: list[tuple[dict[str, Any], str]] = []
        seen = set()
        waiting = list(reversed(schemas))
        while waiting:
            schema, base = waiting.pop()
            if not isinstance(schema, dict) or (id(schema), base) in seen:
                continue
            seen.add((id(schema), base))
            found.append((schema, base))
            below: list[tuple[Any, str]] = []
            for keyword in _REFERENCES:
                if isinstance(schema.get(keyword), str):
                    meant = self.follow(base, schema[keyword])
                    if meant is not None:
                        below.append(meant)
            subschemas: list[Any] = []
            for keyword in _IN_PLACE:
                if isinstance(schema.get(keyword), list):
                    subschemas += schema[keyword]
            subschemas += [schema[keyword] for keyword in _IN_PLACE_ONE if keyword in schema]
            for keyword in _IN_PLACE_BY_KEY:
                if isinstance(schema.get(keyword), dict):
                    subschemas += schema[keyword].values()
            below += [(subschema, self.inside(subschema, base)) for subschema in subschemas]
            waiting += reversed(below)
        return found

    def follow(self, base: str, reference: str) -> tuple[Any, str] | None:
        """Return the schema that a reference means and the base URI inside it, or None where it leads nowhere."""
        key = (base, reference)
        if key not in self._resolved:
            try:
                self._resolved[key] = self._resolve(base, reference)
            except SchemaError:
                # A reference that leads nowhere was refused, or never needed, when the schema was compiled. Here it
                # only means that nothing is known.
                return None
        return self._resolved[key]

    def inside(self, schema: Any, base: str) -> str:
        """Return the base URI in force inside a subschema."""
        if not isinstance(schema, dict) or not isinstance(schema.get(self._id), str):
            return base
        from urllib.parse import urljoin

        return str(urljoin(base, schema[self._id]))

    def matches(self, pattern: str, key: str) -> bool:
        """True when a key matches a pattern, as the validation engine understands patterns (ECMA 262)."""
        test = self._patterns.get(pattern)
        if test is None:
            import jsonschema_rs

            test = self._patterns[pattern] = jsonschema_rs.validator_for({"pattern": pattern}).is_valid
        return test(key)

    def is_secret(self, tree: Tree, parts: Parts) -> bool:
        """True when the value at ``parts`` of a tree is a secret or lies inside one."""
        value: Any = tree
        spot = self.root
        if spot.secret:
            return True
        for part in parts:
            holder, value = value, _entry(value, part)
            below = spot.child(part)
            if _hides(spot, below, holder, part, value):
                return True
            spot = below
        return False


def known_keys(contents: Any, resolve: Resolve, base_uri: str, parts: Parts = ()) -> list[str]:
    """Return the keys that a schema knows by name for the mapping at ``parts``, in the schema's order."""
    return list(Knowledge(contents, resolve, base_uri).at(parts).known)


def description_at(contents: Any, resolve: Resolve, base_uri: str, parts: Parts) -> str | None:
    """Return what a schema says about ``parts``: the first ``description`` or ``title`` that applies, or None."""
    return Knowledge(contents, resolve, base_uri).at(parts).description


def secret_parts(tree: Tree, contents: Any, resolve: Resolve, base_uri: str) -> list[Parts]:
    """Return the parts of each secret in a tree, in its order; what lies inside a secret is not listed again.

    A secret is a value that the schema marks ``writeOnly`` or ``x-setpoint-secret``; a scalar, or a list of scalars,
    whose key is the name of a secret (``x-setpoint-secret: false`` says that it is none); and the value of an unknown
    key that is nearly the name of a known secret: its misspelt name must not reveal it.
    """
    knowledge = Knowledge(contents, resolve, base_uri)
    if knowledge.root.secret:
        return [()]
    found: list[Parts] = []
    waiting: list[tuple[Any, Spot, Parts]] = [(tree, knowledge.root, ())]
    while waiting:
        holder, spot, parts = waiting.pop()
        entries: Iterable[tuple[Any, Any]] = ()
        if isinstance(holder, dict):
            entries = holder.items()
        elif isinstance(holder, list):
            entries = enumerate(holder)
        below: list[tuple[Any, Spot, Parts]] = []
        for part, value in entries:
            child = spot.child(part)
            if _hides(spot, child, holder, part, value):
                found.append((*parts, part))
            elif isinstance(value, dict | list):
                below.append((value, child, (*parts, part)))
        waiting += reversed(below)
    return found


def restart_parts(tree: Tree, contents: Any, resolve: Resolve, base_uri: str) -> list[Parts]:
    """Return the parts of each value that a schema marks ``x-setpoint-restart``, whether the tree has it or not.

    What lies inside such a value is not listed again. A key that is not there is listed where its mapping is.
    """
    knowledge = Knowledge(contents, resolve, base_uri)
    if knowledge.root.restart:
        return [()]
    found: list[Parts] = []
    waiting: list[tuple[Any, Spot, Parts]] = [(tree, knowledge.root, ())]
    while waiting:
        holder, spot, parts = waiting.pop()
        steps: Iterable[Any] = ()
        if isinstance(holder, dict):
            steps = dict.fromkeys((*holder, *spot.known))
        elif isinstance(holder, list):
            steps = range(len(holder))
        below: list[tuple[Any, Spot, Parts]] = []
        for part in steps:
            child = spot.child(part)
            value = _entry(holder, part)
            if child.restart:
                found.append((*parts, part))
            elif isinstance(value, dict | list):
                below.append((value, child, (*parts, part)))
        waiting += reversed(below)
    return found


def _entry(holder: Any, part: str | int) -> Any:
    if isinstance(holder, dict):
        return holder.get(part)
    if isinstance(holder, list) and isinstance(part, int) and part < len(holder):
        return holder[part]
    return None


def _hides(spot: Spot, below: Spot, holder: Any, part: str | int, value: Any) -> bool:
    if below.secret is not None:
        return below.secret
    if isinstance(part, int) or not _is_plain(value):
        return False
    if is_secret_name(part):
        return True
    if part in spot.known or not spot.secret_keys:
        return False
    from ..nearness import near

    return bool(near(part, [key for key in spot.secret_keys if key not in holder], most=1))


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return not any(isinstance(item, dict | list) for item in value)
    return not isinstance(value, dict)
