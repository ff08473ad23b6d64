"""What a schema says about layers: the defaults of missing keys, and the lists that append."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeAlias
    from weakref import WeakKeyDictionary

    from ..errors import SchemaError
    from ..tree import Tree
    from .resources import Document, Resources
    from .schema import Schema

    Parts: TypeAlias = tuple[str | int, ...]

# Before 2019-09 a $ref made everything beside it void.
_REFERENCE_ALONE = ("draft-03", "draft-04", "draft-06", "draft-07")

# Defaults that bring defaults along could otherwise go on for very long.
MOST_DEFAULTS = 100_000

_plans: WeakKeyDictionary[Resources, Plan] | None = None


class Default:
    """The default of a key: its value, and where in which schema document it stands."""

    __slots__ = ("document", "parts", "value")

    def __init__(self, value: Any, document: Document, parts: Parts) -> None:
        self.value = value
        self.document = document
        self.parts = parts

    @property
    def place(self) -> str:
        """The place for people: the schema's file, or its address, and a JSON Pointer."""
        from ..address import pointer

        return f"{self.document.file or self.document.uri}#{pointer(self.parts)}"

    def __repr__(self) -> str:
        return f"<Default {self.place}>"


def plan_of(schema: Schema) -> Plan:
    """Return what a schema says about defaults and lists. It is worked out once for each schema.

    Raises ``SchemaError`` when the schema cannot work.
    """
    global _plans  # noqa: PLW0603  # made when the first schema is looked at, for what it is made of is imported then
    if _plans is None:
        from weakref import WeakKeyDictionary

        _plans = WeakKeyDictionary()
    plan = _plans.get(schema.resources)
    if plan is None:
        schema.compile()  # so that the documents it refers to are known
        plan = _plans[schema.resources] = Plan(schema.resources)
    return plan


class Plan:
    """The defaults and the merging of lists in one schema, for the places where it surely applies.

    That is through ``properties``, ``patternProperties``, ``additionalProperties``, ``items``, ``prefixItems``,
    ``$ref`` and ``allOf``; never inside unions and conditions, whose branches may not apply. ``has_defaults`` and
    ``has_appends`` say whether there is anything at all.
    """

    __slots__ = ("_alone", "_matchers", "_nodes", "_resources", "_root", "has_appends", "has_defaults")

    def __init__(self, resources: Resources) -> None:
        from weakref import ref

        # Weak, for the plan is kept as long as the resources are.
        self._resources = ref(resources)
        root = resources.root
        dialect = str(root.contents.get("$schema")) if isinstance(root.contents, dict) else ""
        self._alone = any(draft in dialect for draft in _REFERENCE_ALONE)
        self._nodes: dict[tuple[int, ...], _Node] = {}
        self._matchers: dict[str, Callable[[str], bool]] = {}
        self.has_defaults = False
        self.has_appends = False
        for _, _, piece, _ in resources.pieces():
            self.has_defaults = self.has_defaults or "default" in piece
            self.has_appends = self.has_appends or piece.get("x-setpoint-merge") == "append"
        self._root = self.node([_Piece(root.contents, resources.base_uri, root, ())])

    @property
    def resources(self) -> Resources:
        """The documents of the schema, which must be alive for as long as its plan is asked."""
        resources = self._resources()
        if resources is None:
            raise ReferenceError("the schema that this plan is about is gone")
        return resources

    def appends(self, parts: Sequence[str | int]) -> bool:
        """True where ``x-setpoint-merge: append`` says that a list is put behind the one of the layer below."""
        return any(piece.schema.get("x-setpoint-merge") == "append" for piece in self._at(parts).pieces)

    def default_at(self, parts: Sequence[str | int]) -> Default | None:
        """Return the default of the value at ``parts``, whether or not it was needed, or None."""
        if not parts or not self.has_defaults:
            return None
        return self._at(parts).default

    def fill(self, tree: Tree) -> tuple[Tree, dict[Parts, Default]]:
        """Return a tree in which each missing key that has a default has it, and the defaults used, by place.

        Only keys of mappings that are there are filled in. Inside a default the defaults of its own keys apply too,
        except where a default would come to stand inside itself. The tree given is not changed; what needs no default
        is shared.
        """
        used: dict[Parts, Default] = {}
        if not self.has_defaults:
            return tree, used
        return self._filled(tree, self._root, (), used, frozenset()), used

    def _filled(self, value: Any, node: _Node, parts: Parts, used: dict[Parts, Default], inside: frozenset[int]) -> Any:
        if not node.pieces:
            return value
        result = value
        if type(value) is dict:
            for key, below in value.items():
                if type(below) is dict or type(below) is list:
                    filled = self._filled(below, node.child(key), (*parts, key), used, inside)
                    if filled is not below:
                        result = dict(value) if result is value else result
                        result[key] = filled
            for key, default in node.defaults.items():
                if key in value or (inside and not inside.isdisjoint(node.child(key).identity)):
                    continue
                from ..config import thaw

                if len(used) >= MOST_DEFAULTS:
                    raise _too_many(self.resources)
                result = dict(value) if result is value else result
                used[*parts, key] = default
                below = thaw(default.value)
                within = inside | node.child(key).identity if type(below) in (dict, list) else inside
                result[key] = self._filled(below, node.child(key), (*parts, key), used, within)
        elif type(value) is list:
            for index, below in enumerate(value):
                if type(below) is dict or type(below) is list:
                    filled = self._filled(below, node.child(index), (*parts, index), used, inside)
                    if filled is not below:
                        result = list(value) if result is value else result
                        result[index] = filled
        return result

    def _at(self, parts: Sequence[str | int]) -> _Node:
        node = self._root
        for part in parts:
            node = node.child(part)
        return node

    def node(self, pieces: Sequence[_Piece]) -> _Node:
        """Return the node where these pieces of schema apply, with what they bring along in place."""
        found: list[_Piece] = []
        seen = set()
        waiting = list(reversed(pieces))
        while waiting:
            piece = waiting.pop()
            if id(piece.schema) in seen or not isinstance(piece.schema, dict):
                continue
            seen.add(id(piece.schema))
            target = self._target(piece)
            below = [] if target is None else [target]
            if target is None or not self._alone:
                found.append(piece)
                together = piece.schema.get("allOf")
                for index, one in enumerate(together if isinstance(together, list) else ()):
                    below.append(self.inside(piece, one, "allOf", index))
            waiting += reversed(below)
        key = tuple(id(piece.schema) for piece in found)
        node = self._nodes.get(key)
        if node is None:
            node = self._nodes[key] = _Node(self, found)
        return node

    def inside(self, piece: _Piece, schema: Any, *steps: str | int) -> _Piece:
        """Return the piece some steps inside another one."""
        return _Piece(schema, self.resources.inside(schema, piece.base), piece.document, (*piece.parts, *steps))

    def _target(self, piece: _Piece) -> _Piece | None:
        reference = piece.schema.get("$ref")
        if not isinstance(reference, str):
            return None
        from ..errors import SchemaError

        try:
            found = self.resources.find(piece.base, reference)
        except SchemaError:
            return None  # it was refused, or never needed, when the schema was compiled: it says nothing here
        return _Piece(found.contents, found.base, found.document, found.parts)

    def matches(self, pattern: str, key: str) -> bool:
        """True when a key matches a pattern, as the validation engine understands patterns (ECMA 262)."""
        test = self._matchers.get(pattern)
        if test is None:
            import jsonschema_rs

            test = self._matchers[pattern] = jsonschema_rs.validator_for({"pattern": pattern}).is_valid
        return test(key)


def _too_many(resources: Resources) -> SchemaError:
    from .defect import defect

    message = f"the schema fills in more than {MOST_DEFAULTS:,} defaults in this document"
    hint = "let fewer defaults bring mappings that have defaults of their own"
    return defect("schema-too-complex", message, resources.root, (), hint)


class _Piece:
    """A piece of schema, the base address inside it, and where it stands in which document."""

    __slots__ = ("base", "document", "parts", "schema")

    def __init__(self, schema: Any, base: str, document: Document, parts: Parts) -> None:
        self.schema = schema
        self.base = base
        self.document = document
        self.parts = parts


class _Node:
    """The pieces of schema that surely apply at one place."""

    __slots__ = ("_children", "_default", "_default_is_read", "_defaults", "_plan", "identity", "pieces")

    def __init__(self, plan: Plan, pieces: Sequence[_Piece]) -> None:
        self._plan = plan
        self.pieces = pieces
        self.identity = frozenset(id(piece.schema) for piece in pieces)
        self._children: dict[str | int, _Node] = {}
        self._defaults: dict[str, Default] | None = None
        self._default: Default | None = None
        self._default_is_read = False

    @property
    def default(self) -> Default | None:
        """The first default that stands here, in the order of the schema: beside a $ref before behind it."""
        if not self._default_is_read:
            self._default_is_read = True
            for piece in self.pieces:
                if "default" in piece.schema:
                    self._default = Default(piece.schema["default"], piece.document, (*piece.parts, "default"))
                    break
        return self._default

    @property
    def defaults(self) -> dict[str, Default]:
        """The defaults of the keys here, in the schema's order."""
        if self._defaults is None:
            self._defaults = {}
            for piece in self.pieces:
                declared = piece.schema.get("properties")
                for key in declared if isinstance(declared, dict) else ():
                    default = self.child(key).default
                    if default is not None:
                        self._defaults[key] = default
        return self._defaults

    def child(self, part: str | int) -> _Node:
        """Return the node of a key or list index below this one."""
        known = part if isinstance(part, str) else min(part, self._rest)
        child = self._children.get(known)
        if child is None:
            below = self._keyed(known) if isinstance(known, str) else self._item(known)
            child = self._plan.node(below)
            if len(self._children) < 1000:  # a map whose keys the user chooses has no end
                self._children[known] = child
        return child

    @property
    def _rest(self) -> int:
        lists = [piece.schema.get(keyword) for piece in self.pieces for keyword in ("items", "prefixItems")]
        return max((len(one) for one in lists if isinstance(one, list)), default=0)

    def _keyed(self, key: str) -> list[_Piece]:
        found = []
        for piece in self.pieces:
            declared = piece.schema.get("properties")
            here = []
            if isinstance(declared, dict) and key in declared:
                here.append(self._plan.inside(piece, declared[key], "properties", key))
            patterns = piece.schema.get("patternProperties")
            for pattern in patterns if isinstance(patterns, dict) else ():
                if self._plan.matches(pattern, key):
                    here.append(self._plan.inside(piece, patterns[pattern], "patternProperties", pattern))
            if not here:
                further = piece.schema.get("additionalProperties")
                here.append(self._plan.inside(piece, further, "additionalProperties"))
            found += here
        return found

    def _item(self, index: int) -> list[_Piece]:
        found = []
        for piece in self.pieces:
            items = piece.schema.get("items")
            keyword = "items" if isinstance(items, list) else "prefixItems"
            first = piece.schema.get(keyword)
            if isinstance(first, list) and index < len(first):
                found.append(self._plan.inside(piece, first[index], keyword, index))
            else:
                rest = "additionalItems" if isinstance(items, list) else "items"
                found.append(self._plan.inside(piece, piece.schema.get(rest), rest))
        return found
