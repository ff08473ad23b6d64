"""``Spot``: what a schema knows about one place of a document."""

from __future__ import annotations

from ..secret import is_secret_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .knowledge import Knowledge


class Spot:
    """All the schemas that may apply at one place, read together.

    Arguments: ``knowledge`` is the schema they belong to; ``schemas`` are they, each with its base URI.
    """

    __slots__ = (
        "_children",
        "_first_rest",
        "_knowledge",
        "_known",
        "_secret",
        "_secret_is_read",
        "_secret_keys",
        "schemas",
    )

    def __init__(self, knowledge: Knowledge, schemas: Sequence[tuple[dict[str, Any], str]]) -> None:
        self._knowledge = knowledge
        self.schemas = schemas
        self._children: dict[str | int, Spot] = {}
        self._first_rest: int | None = None
        self._known: dict[str, None] | None = None
        self._secret: bool | None = None
        self._secret_is_read = False
        self._secret_keys: list[str] | None = None

    @property
    def known(self) -> dict[str, None]:
        """The keys known by name, in the schema's order: declared, required, or listed as allowed names."""
        if self._known is None:
            self._known = {}
            for schema, _ in self.schemas:
                self._known.update(dict.fromkeys(_declared(schema)))
            for schema, _ in self.schemas:
                self._known.update(dict.fromkeys(_mentioned(schema)))
        return self._known

    def child(self, part: str | int) -> Spot:
        """Return the spot of one key or list index below this one."""
        if isinstance(part, int):
            part = min(part, self._rest)
        child = self._children.get(part)
        if child is None:
            found = self._for_item(part) if isinstance(part, int) else self._for_key(part)
            child = self._children[part] = self._knowledge.spot(found)
        return child

    @property
    def _rest(self) -> int:
        """The first list index from which on all items are alike."""
        if self._first_rest is None:
            lists = [schema.get(keyword) for schema, _ in self.schemas for keyword in ("items", "prefixItems")]
            self._first_rest = max((len(one) for one in lists if isinstance(one, list)), default=0)
        return self._first_rest

    def _for_key(self, key: str) -> list[tuple[Any, str]]:
        found: list[Any] = []
        for schema, base in self.schemas:
            declared = schema.get("properties")
            subschemas = [declared[key]] if isinstance(declared, dict) and key in declared else []
            patterns = schema.get("patternProperties")
            if isinstance(patterns, dict):
                subschemas += [patterns[one] for one in patterns if self._knowledge.matches(one, key)]
            if not subschemas:
                subschemas = [schema.get("additionalProperties")]
            found += [(subschema, self._knowledge.inside(subschema, base)) for subschema in subschemas]
        if not any(isinstance(subschema, dict) for subschema, _ in found):
            found += self._under("unevaluatedProperties")
        return found

    def _for_item(self, index: int) -> list[tuple[Any, str]]:
        found: list[Any] = []
        for schema, base in self.schemas:
            items = schema.get("items")
            first = items if isinstance(items, list) else schema.get("prefixItems")
            rest = schema.get("additionalItems") if isinstance(items, list) else items
            subschema = first[index] if isinstance(first, list) and index < len(first) else rest
            for one in (subschema, schema.get("contains")):
                found.append((one, self._knowledge.inside(one, base)))
        if not any(isinstance(subschema, dict) for subschema, _ in found):
            found += self._under("unevaluatedItems")
        return found

    def _under(self, keyword: str) -> list[tuple[Any, str]]:
        return [
            (schema.get(keyword), self._knowledge.inside(schema.get(keyword), base)) for schema, base in self.schemas
        ]

    def by_pattern(self, key: str) -> bool:
        """True when a key is allowed by a pattern for names."""
        return any(
            self._knowledge.matches(pattern, key)
            for schema, _ in self.schemas
            if isinstance(schema.get("patternProperties"), dict)
            for pattern in schema["patternProperties"]
        )

    @property
    def patterns(self) -> list[str]:
        """The patterns for the names of keys, in the schema's order."""
        found: dict[str, None] = {}
        for schema, _ in self.schemas:
            if isinstance(schema.get("patternProperties"), dict):
                found.update(dict.fromkeys(schema["patternProperties"]))
        return list(found)

    @property
    def name_patterns(self) -> list[str]:
        """The patterns that names of keys may or must match."""
        rules = [schema["propertyNames"] for schema, _ in self.schemas if isinstance(schema.get("propertyNames"), dict)]
        return [*self.patterns, *(rule["pattern"] for rule in rules if isinstance(rule.get("pattern"), str))]

    @property
    def is_map(self) -> bool:
        """True when a schema for further values says that the user chooses the names here."""
        return any(
            bool(schema.get(keyword)) and isinstance(schema[keyword], dict)
            for schema, _ in self.schemas
            for keyword in ("additionalProperties", "unevaluatedProperties")
        )

    @property
    def is_closed(self) -> bool:
        """True when some schema here allows no further keys."""
        return any(
            schema.get(keyword) is False
            for schema, _ in self.schemas
            for keyword in ("additionalProperties", "unevaluatedProperties")
        )

    @property
    def secret(self) -> bool | None:
        """Whether the schema marks the value here as secret; None where it does not say."""
        if not self._secret_is_read:
            self._secret_is_read = True
            marks = [schema["x-setpoint-secret"] for schema, _ in self.schemas if "x-setpoint-secret" in schema]
            if True in marks or any(schema.get("writeOnly") is True for schema, _ in self.schemas):
                self._secret = True
            else:
                self._secret = False if False in marks else None
        return self._secret

    @property
    def restart(self) -> bool:
        """True when the schema says that the value here cannot change while a program runs."""
        return any(schema.get("x-setpoint-restart") is True for schema, _ in self.schemas)

    @property
    def secret_keys(self) -> list[str]:
        """The known keys whose value is secret."""
        if self._secret_keys is None:
            self._secret_keys = [
                key
                for key in self.known
                if (self.child(key).secret if self.child(key).secret is not None else is_secret_name(key))
            ]
        return self._secret_keys

    @property
    def description(self) -> str | None:
        """The first sentence of the first ``description`` or ``title`` here, or None."""
        for keyword in ("description", "title"):
            for schema, _ in self.schemas:
                if isinstance(schema.get(keyword), str) and schema[keyword].strip():
                    return first_sentence(schema[keyword])
        return None


def first_sentence(text: str) -> str:
    """Return the first sentence of a text on one line, at most 200 characters."""
    line = " ".join(text.split("\n\n", maxsplit=1)[0].split())
    end = line.find(". ")
    sentence = line if end < 0 else line[: end + 1]
    return sentence if len(sentence) <= 200 else sentence[:199] + "…"


def _declared(schema: dict[str, Any]) -> list[str]:
    declared = schema.get("properties")
    return [key for key in declared if declared[key] is not False] if isinstance(declared, dict) else []


def _mentioned(schema: dict[str, Any]) -> list[str]:
    names: list[Any] = []
    if isinstance(schema.get("required"), list):
        names += schema["required"]
    for keyword in ("dependentRequired", "dependencies"):
        if isinstance(schema.get(keyword), dict):
            for needed in schema[keyword].values():
                names += needed if isinstance(needed, list) else ()
    allowed = schema.get("propertyNames")
    if isinstance(allowed, dict):
        names += allowed["enum"] if isinstance(allowed.get("enum"), list) else ()
        names += [allowed["const"]] if "const" in allowed else ()
    return [name for name in names if isinstance(name, str)]
