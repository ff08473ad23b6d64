"""Documents made up from a JSON Schema, to try migrations on: small, odd, and the same for the same seed.

Not every one is valid: a schema can say more than is looked at here (``type``, ``enum``, ``const``, ``properties``,
``required``, ``additionalProperties``, ``items``, ``prefixItems``, bounds, patterns, the first branch of ``oneOf`` and
``anyOf``, ``allOf``, ``$ref`` inside the schema, ``default``, ``examples``, common formats). Whoever needs valid ones
drops the others.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from random import Random
    from typing import Any

_DEEPEST = 8  # levels; below, what is not required is left out
_NO_DEEPER = 50  # levels; below, what is required is null: a schema can require itself
_MOST_VALUES = 2000  # of one document, and schemas looked at for it; beyond, it is brought to an end
_MOST_ITEMS = 3
_WORDS = ("alpha", "beta", "gamma", "delta", "Agent-1", "a b", "x.y", "ümlaut", "0", "true", "1.5", "")
_FORMATS = {
    "date-time": "2024-03-09T08:30:00Z",
    "date": "2024-03-09",
    "time": "08:30:00Z",
    "duration": "PT5M",
    "email": "someone@example.org",
    "hostname": "example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.org/",
    "uri-reference": "/path",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "json-pointer": "/a/b",
    "regex": "a+",
}


def generated(schema: Any, seed: int, number: int) -> list[Any]:
    """Return documents made up from a schema.

    Arguments: ``schema`` is a decoded JSON Schema; ``seed`` decides all that is left open, so that the same seed gives
    the same documents; ``number`` is how many. What a reference outside the schema, or a schema that makes no sense,
    would allow is not known: null stands there.
    """
    from random import Random

    maker = _Maker(schema, Random(seed))  # noqa: S311 - nothing here is secret
    return [maker.document() for _ in range(number)]


class _Maker:
    def __init__(self, root: Any, random: Random) -> None:
        self._root = root
        self._random = random
        self._left = 0

    def document(self) -> Any:
        """Return a new document."""
        self._left = _MOST_VALUES
        return self.value(self._root, 0)

    def value(self, schema: Any, depth: int) -> Any:
        """Return a value that a schema probably allows."""
        self._left -= 1
        if depth > _NO_DEEPER or self._left < -_MOST_VALUES:
            return None
        if self._left < 0:
            depth = max(depth, _DEEPEST)
        schema = self._resolved(schema, depth)
        if not isinstance(schema, dict):
            return self._random.choice(_WORDS) if schema is True else None
        for name in ("const", "default"):
            if name in schema and (name == "const" or self._often()):
                return _copied(schema[name])
        for name in ("enum", "examples"):
            known = schema.get(name)
            if isinstance(known, list) and known and (name == "enum" or self._often()):
                return _copied(self._random.choice(known))
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = self._random.choice(kind) if kind else None
        if kind is None:
            kind = _kind_of(schema)
        make = getattr(self, f"_{kind}") if isinstance(kind, str) and kind in _KINDS else None
        return make(schema, depth) if make is not None else None

    def _resolved(self, schema: Any, depth: int) -> Any:
        """Return a schema with its references followed and its branches laid over each other."""
        for _ in range(20):
            self._left -= 1
            if not isinstance(schema, dict) or self._left < 0:
                return schema
            if "$ref" in schema:
                found = self._referred(schema["$ref"])
                rest = {name: value for name, value in schema.items() if name != "$ref"}
                schema = _over(found, rest) if isinstance(found, dict) else found
                continue
            branch = next((name for name in ("allOf", "oneOf", "anyOf") if schema.get(name)), None)
            if branch is None or not isinstance(schema[branch], list):
                return schema
            rest = {name: value for name, value in schema.items() if name != branch}
            parts = schema[branch] if branch == "allOf" else schema[branch][:1]
            for part in parts:
                inner = self._resolved(part, depth + 1) if depth < _DEEPEST else part
                rest = _over(rest, inner) if isinstance(inner, dict) else rest
            schema = rest
        return schema

    def _referred(self, reference: Any) -> Any:
        """Return what a reference inside the schema leads to; False for one that leads out of it, or nowhere."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            return False
        from urllib.parse import unquote

        from ..address import lookup, parse_pointer
        from ..errors import UsageError

        try:
            return lookup(self._root, parse_pointer(unquote(reference[1:])))
        except (KeyError, UsageError):
            return False

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        known = schema.get("properties")
        known = known if isinstance(known, dict) else {}
        required = [name for name in _listed(schema.get("required")) if isinstance(name, str)]
        made: dict[str, Any] = {}
        for name, below in known.items():
            if name in required or (depth < _DEEPEST and self._often()):
                made[str(name)] = self.value(below, depth + 1)
        patterns = schema.get("patternProperties")
        others = schema.get("additionalProperties", not known and not patterns)
        named = schema.get("propertyNames")
        if isinstance(patterns, dict) and patterns and others is False:
            pattern, others = next(iter(patterns.items()))
            named = {"pattern": pattern}
        for name in required:
            if name not in made:
                made[name] = self.value(others, depth + 1)
        wanted = max(_whole(schema.get("minProperties"), 0), len(made))
        if others is not False and depth < _DEEPEST:
            wanted = min(wanted + self._random.randint(0, _MOST_ITEMS), _whole(schema.get("maxProperties"), 1000))
        attempts = 0
        while len(made) < wanted and others is not False and attempts < 50:
            attempts += 1
            made.setdefault(self._name(named), self.value(others, depth + 1))
        return made

    def _name(self, schema: Any) -> str:
        named = self.value({"type": "string", **schema}, _DEEPEST) if isinstance(schema, dict) else None
        return named if isinstance(named, str) and named else self._random.choice(_WORDS) or "empty"

    def _array(self, schema: dict[str, Any], depth: int) -> list[Any]:
        fewest = _whole(schema.get("minItems"), 0)
        most = min(_whole(schema.get("maxItems"), fewest + _MOST_ITEMS), fewest + _MOST_ITEMS)
        size = self._random.randint(fewest, max(fewest, most)) if depth < _DEEPEST else fewest
        items = schema.get("items", True)
        first = _listed(schema.get("prefixItems")) or _listed(items)
        below = True if isinstance(items, list) else items
        made: list[Any] = []
        for index in range(min(size, 1000)):
            value = self.value(first[index] if index < len(first) else below, depth + 1)
            if not schema.get("uniqueItems") or value not in made:
                made.append(value)
        return made

    def _string(self, schema: dict[str, Any], _depth: int) -> str:
        text: str | None
        if "format" in schema:
            return _FORMATS.get(schema["format"], "text") if isinstance(schema["format"], str) else "text"
        if isinstance(schema.get("pattern"), str):
            from .sampling import sample

            text = sample(schema["pattern"], self._random)
            if text is not None:
                return text
        text = self._random.choice(_WORDS)
        fewest = min(_whole(schema.get("minLength"), 0), 10_000)
        return text.ljust(fewest, "x")[: max(_whole(schema.get("maxLength"), 10_000), fewest)]

    def _integer(self, schema: dict[str, Any], _depth: int) -> int:
        low, high = _bounds(schema, 1)
        step = schema.get("multipleOf")
        step = int(step) if isinstance(step, int | float) and step >= 1 else 1
        low = -(-int(low) // step) * step
        return int(low + step * self._random.randint(0, max(0, (int(high) - low) // step)))

    def _number(self, schema: dict[str, Any], depth: int) -> float:
        low, high = _bounds(schema, 0.25)
        if "multipleOf" in schema or self._random.random() < 0.3:
            return self._integer(schema, depth)
        return round(self._random.uniform(low, high), 3)

    def _boolean(self, _schema: dict[str, Any], _depth: int) -> bool:
        return self._random.random() < 0.5

    def _often(self) -> bool:
        return self._random.random() < 0.6


_KINDS = frozenset({"object", "array", "string", "integer", "number", "boolean"})


def _kind_of(schema: dict[str, Any]) -> str:
    """Return the type that the words of a schema speak about, where it names none."""
    if schema.keys() & {"properties", "required", "additionalProperties", "patternProperties", "minProperties"}:
        return "object"
    if schema.keys() & {"items", "prefixItems", "minItems"}:
        return "array"
    if schema.keys() & {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}:
        return "number"
    return "string"


def _over(low: dict[str, Any], high: dict[str, Any]) -> dict[str, Any]:
    """Return two schemas of the same value as one: properties and what is required come together."""
    both = {**low, **high}
    if isinstance(low.get("properties"), dict) and isinstance(high.get("properties"), dict):
        both["properties"] = {**low["properties"], **high["properties"]}
    if "required" in low and "required" in high:
        both["required"] = [*_listed(low["required"]), *_listed(high["required"])]
    return both


def _bounds(schema: dict[str, Any], step: float) -> tuple[float, float]:
    low = _number_of(schema.get("minimum"))
    above = _number_of(schema.get("exclusiveMinimum"))
    high = _number_of(schema.get("maximum"))
    under = _number_of(schema.get("exclusiveMaximum"))
    if above is not None and (low is None or above >= low):
        low = above + step
    if under is not None and (high is None or under <= high):
        high = under - step
    if low is None:
        low = min(0, high) if high is not None else 0
    return low, max(low, high if high is not None else low + 100)


def _number_of(value: Any) -> float | None:
    return value if type(value) in (int, float) and value - value == 0 else None


def _whole(value: Any, otherwise: int) -> int:
    number = _number_of(value)
    return otherwise if number is None or number < 0 else int(number)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _copied(value: Any) -> Any:
    from ..config import thaw

    return thaw(value)
