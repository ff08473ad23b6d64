"""``Node``: one schema inside a schema file, in the words of JSON Schema 2020-12 whatever its draft."""

from __future__ import annotations

from ..errors import SchemaError
from ..validation.dialect import dialect_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, TypeAlias

    from ..validation.schema import Schema

    Words: TypeAlias = dict[str, Any]

REFERENCE = "$ref"
# The drafts in their order; what the engine asserts was tried out on each.
_DRAFTS = {"draft-04": 4, "draft-06": 6, "draft-07": 7, "2019-09": 2019, "2020-12": 2020}

_FROM_4 = frozenset(
    (
        "type",
        "enum",
        "multipleOf",
        "maximum",
        "minimum",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "format",
        "maxItems",
        "minItems",
        "uniqueItems",
        "items",
        "maxProperties",
        "minProperties",
        "required",
        "properties",
        "patternProperties",
        "additionalProperties",
        "dependencies",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "$ref",
    )
)
_FROM_6 = frozenset(("const", "contains", "propertyNames"))
_FROM_7 = frozenset(("if", "then", "else"))
_ONLY_6_AND_7 = frozenset(("contentMediaType", "contentEncoding"))
_FROM_2019 = frozenset(
    (
        "dependentRequired",
        "dependentSchemas",
        "minContains",
        "maxContains",
        "unevaluatedItems",
        "unevaluatedProperties",
    )
)


class Source:
    """One of the two schemas: its documents, and the draft that it is written in."""

    def __init__(self, schema: Schema) -> None:
        self.resources = schema.resources
        said = dialect_of(schema.contents, self._contents_of)
        self.draft = next(number for name, number in _DRAFTS.items() if name in said)
        self.root = Node(schema.contents, self.resources.base_uri, self)

    def _contents_of(self, uri: str) -> Any:
        found = self.resources.whole(uri)
        return None if found is None else found.contents


class Node:
    """One schema, seen from where it stands.

    Arguments: ``contents`` is what it says; ``base`` the address that its references are seen from; ``key`` tells it
    from others, where the object itself does not.
    """

    __slots__ = ("_words", "base", "contents", "key", "source")

    def __init__(self, contents: Any, base: str, source: Source, key: object = None) -> None:
        self.contents = contents
        self.base = base if not isinstance(contents, dict) else source.resources.inside(contents, base)
        self.source = source
        self.key = (id(source), id(contents), self.base) if key is None else key
        self._words: Words | None = None

    def at(self, contents: Any) -> Node:
        """Return a schema that stands inside this one."""
        return Node(contents, self.base, self.source)

    def made(self, contents: Any) -> Node:
        """Return a schema that stands in no file, and says what follows from this one."""
        return Node(contents, self.base, self.source, repr(contents))

    def target(self, reference: str) -> Node | None:
        """Return the schema that a reference means, or None when it leads nowhere."""
        try:
            contents, base = self.source.resources.resolve(self.base, reference)
        except SchemaError:
            return None
        node = Node(contents, base, self.source)
        node.base = base
        return node

    @property
    def words(self) -> Words:
        """What it asserts, by keyword, in the vocabulary of 2020-12; ``False`` is ``{"not": {}}``."""
        if self._words is None:
            self._words = _words(self.contents, self.source.draft)
        return self._words

    @property
    def is_never(self) -> bool:
        """True when it says in so many words that nothing fits."""
        return self.contents is False or (
            isinstance(self.contents, dict) and "not" in self.words and self.words["not"] in ({}, True)
        )


def _words(contents: Any, draft: int) -> Words:
    if not isinstance(contents, dict):
        return {"not": {}} if contents is False else {}
    if draft <= 7 and isinstance(contents.get(REFERENCE), str):
        return {REFERENCE: contents[REFERENCE]}  # what stands beside it counts from 2019-09 on
    known = _FROM_4
    if draft >= 6:
        known |= _FROM_6
    if draft >= 7:
        known |= _FROM_7
    if draft in (6, 7):
        known |= _ONLY_6_AND_7
    if draft >= 2019:
        known |= _FROM_2019
    known |= {2019: {"$recursiveRef"}, 2020: {"$dynamicRef", "prefixItems"}}.get(draft, set())
    words = {word: said for word, said in contents.items() if word in known}
    if draft <= 2019:
        items = words.get("items")
        if isinstance(items, list):
            words["prefixItems"] = words.pop("items")
            if "additionalItems" in contents:
                words["items"] = contents["additionalItems"]
    if draft == 4:
        for bound in ("minimum", "maximum"):
            strict = f"exclusive{bound.title()}"
            if words.pop(strict, False) is True and bound in words:
                words[strict] = words.pop(bound)
    _split_dependencies(words)
    return words


def _split_dependencies(words: Words) -> None:
    held = words.pop("dependencies", None)
    if isinstance(held, dict):
        keys = {key: said for key, said in held.items() if isinstance(said, list)}
        schemas = {key: said for key, said in held.items() if not isinstance(said, list)}
        for word, found in (("dependentRequired", keys), ("dependentSchemas", schemas)):
            if found:
                # The engine asserts both; beside the newer word, the older one is only looked at word for word.
                words[word if word not in words else f"dependencies/{word}"] = found


def flatten(nodes: Iterable[Node]) -> list[Node] | None:
    """Return all schemas that count together, those behind ``$ref`` and in ``allOf`` too; None when nothing can fit."""
    found: dict[object, Node] = {}
    waiting = list(nodes)
    while waiting:
        node = waiting.pop(0)
        if node.is_never:
            return None
        if node.key in found:
            continue
        found[node.key] = node
        # Endless for no schema: what is told apart by its key is a piece of a file, and comes once.
        reference = node.words.get(REFERENCE)
        if isinstance(reference, str):
            target = node.target(reference)
            if target is not None:
                waiting.append(target)
        waiting += [node.at(part) for part in _list(node.words.get("allOf"))]
    return list(found.values())


def unresolved(node: Node) -> str | None:
    """Return the reference of a schema that leads nowhere, if it has one."""
    reference = node.words.get(REFERENCE)
    return reference if isinstance(reference, str) and node.target(reference) is None else None


def _list(held: Any) -> Sequence[Any]:
    return held if isinstance(held, list) else ()
