"""Compatible means compatible: every document that fits the old schema fits the new one."""

from __future__ import annotations

import copy
import os
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from setpoint.errors import SchemaError
from setpoint.schema_change.compare import SchemaChange, compare_schemas
from setpoint.validation.schema import Schema

EXAMPLES = int(os.environ.get("SETPOINT_EXAMPLES", "100"))
TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]
KEYS = ["a", "b", "ab", "c"]
PATTERNS = ["^a", "b$", "^[ab]+$"]
SCALARS = [None, True, False, 0, 1, 2, 3, 1.0, 1.5, -1, "", "a", "b", "ab", "abc", "10.0.0.1"]
DIALECTS = [
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema#",
    "http://json-schema.org/draft-04/schema#",
]
# A strategy made of strategies would be drawn from a thousand times more slowly.
SEEDS = st.integers(0, 2**64)


def some(random: Random, table: dict[str, Any], most: int = 3) -> dict[str, Any]:
    """A few of the keywords of a table, each made when it is chosen."""
    chosen = random.sample(sorted(table), min(len(table), random.randint(0, most)))
    return {word: table[word]() for word in chosen}


def leaf(random: Random) -> Any:
    """Keywords about one value, or a reference to one of the two definitions that every schema has."""

    def small() -> int:
        return random.randint(0, 3)

    kind = random.randint(0, 7)
    if kind == 0:
        return random.choice([{}, {"not": {}}, {"type": random.sample(TYPES, random.randint(1, 4))}])
    if kind == 1:
        return {"$ref": f"#/definitions/{random.choice('xy')}"}
    if kind == 2:
        return {"enum": random.sample(SCALARS, random.randint(1, 4))}
    if kind == 3:
        return {
            "type": "string",
            **some(random, {"pattern": lambda: random.choice(PATTERNS), "format": lambda: "ipv4"}),
        }
    table = {
        "type": lambda: random.choice(TYPES),
        "minimum": small,
        "maximum": small,
        "multipleOf": lambda: random.choice([1, 2, 4]),
        "minLength": small,
        "maxLength": small,
    }
    found = some(random, table)
    if kind > 5:
        found["type"] = random.choice(["integer", "number", "string"])
    return found


def piece(random: Random, depth: int = 0) -> Any:
    """A schema of schemas."""
    if depth > 2 or random.random() < 0.25:
        return leaf(random)

    def below() -> Any:
        return piece(random, depth + 1)

    def named(names: list[str]) -> dict[str, Any]:
        return {name: below() for name in random.sample(names, random.randint(0, 3))}

    def few() -> int:
        return random.randint(0, 2)

    mapping = {
        "properties": lambda: named(KEYS),
        "patternProperties": lambda: named(PATTERNS),
        "additionalProperties": lambda: random.choice([False, below()]),
        "required": lambda: random.sample(KEYS, random.randint(1, 2)),
        "propertyNames": lambda: random.choice([{"maxLength": 1}, {"pattern": "^a"}, {"enum": ["a", "b"]}]),
        "minProperties": few,
        "maxProperties": few,
        "dependencies": lambda: {random.choice(KEYS): random.choice([below(), [random.choice(KEYS)]])},
        "dependentRequired": lambda: {random.choice(KEYS): [random.choice(KEYS)]},
        "unevaluatedProperties": lambda: False,
    }
    listing = {
        "items": lambda: random.choice([below(), below(), False]),
        "contains": below,
        "minContains": few,
        "maxContains": few,
        "minItems": few,
        "maxItems": few,
        "uniqueItems": lambda: True,
        "prefixItems": lambda: [below()],
    }
    kind = random.randint(0, 7)
    if kind < 3:
        return {"type": "object", **some(random, mapping, 4)}
    if kind == 3:
        return {"type": "array", **some(random, listing, 4)}
    if kind == 4:
        return {random.choice(["anyOf", "oneOf", "allOf"]): [below() for _ in range(random.randint(1, 3))]}
    if kind == 5:
        return random.choice([{"not": below()}, {"if": below(), "then": below(), "else": below()}])
    return {**below(), **below()}


def schema(random: Random) -> dict[str, Any]:
    """A schema with two definitions, which may refer to themselves and each other."""
    definitions = {"x": piece(random, 1), "y": piece(random, 1)}
    return {"$schema": random.choice(DIALECTS), "definitions": definitions, "allOf": [piece(random)]}


def changed(random: Random, old: Any, depth: int = 0) -> Any:
    """A schema with a thing or two taken out, put in or exchanged."""
    if not isinstance(old, dict) or random.random() < 0.06:
        return random.choice([leaf(random), {"anyOf": [old, leaf(random)]}, {"oneOf": [old]}, {**leaf(random)}])
    new = copy.copy(old)
    for word, held in old.items():
        action = random.randint(0, 11)
        if word in ("$schema", "$ref"):
            continue
        if action == 0 and word not in ("definitions", "allOf"):
            del new[word]
        elif action < 4 and isinstance(held, int) and not isinstance(held, bool):
            new[word] = max(1 if word == "multipleOf" else 0, held + random.choice([-1, 1]))
        elif word in ("properties", "patternProperties", "definitions"):
            new[word] = {key: changed(random, below, depth + 1) for key, below in held.items()}
        elif word in ("items", "additionalProperties", "not", "contains") and isinstance(held, dict):
            new[word] = changed(random, held, depth + 1)
        elif word in ("anyOf", "oneOf", "allOf"):
            new[word] = [changed(random, one, depth + 1) for one in held]
            if action == 1:
                new[word].append(leaf(random))
        elif word == "type" and action < 4:
            new[word] = sorted({*([held] if isinstance(held, str) else held), random.choice(TYPES)})
        elif word == "enum" and action < 4:
            new[word] = [*held[1:], *[one for one in ("new", "ab") if one not in held]]
    return new


def any_document(random: Random, depth: int = 0) -> Any:
    """A document of any kind."""
    if depth > 2 or random.random() < 0.5:
        return random.choice(SCALARS)
    if random.random() < 0.5:
        return [any_document(random, depth + 1) for _ in range(random.randint(0, 3))]
    return {key: any_document(random, depth + 1) for key in random.sample(KEYS, random.randint(0, 3))}


def document(random: Random, root: dict[str, Any], part: Any, depth: int = 0) -> Any:
    """A document that has a good chance to fit a schema."""
    if not isinstance(part, dict) or depth > 6 or random.random() < 0.1:
        return any_document(random, depth)
    if "$ref" in part:
        return document(random, root, root["definitions"][part["$ref"][-1]], depth + 1)
    if "enum" in part:
        return random.choice(part["enum"])
    for word in ("anyOf", "oneOf", "allOf"):
        if word in part and random.random() < 0.8:
            return document(random, root, random.choice(part[word]), depth + 1)
    kind = part.get("type", random.choice(TYPES))
    kind = kind if isinstance(kind, str) else random.choice(kind)
    if kind == "object":
        keys = [*part.get("required", ()), *random.sample(KEYS, random.randint(0, 2))]
        named, rest = part.get("properties", {}), part.get("additionalProperties")
        return {key: document(random, root, named.get(key, rest), depth + 1) for key in keys}
    if kind == "array":
        count = random.randint(part.get("minItems", 0), 3)
        return [document(random, root, part.get("items"), depth + 1) for _ in range(count)]
    if kind in ("integer", "number"):
        return random.choice([-1, 0, 1, 1.0, 2, 3, 4] + ([0.5, 1.5, 2.5] if kind == "number" else []))
    if kind == "string":
        return random.choice(["", "a", "b", "ab", "aab", "abcd", "10.0.0.1"])
    return None if kind == "null" else random.choice([True, False])


def compared(old: dict[str, Any], new: dict[str, Any]) -> SchemaChange | None:
    """What differs; None where one of the two cannot work, such as a definition that is itself."""
    try:
        Schema(old).compile()
        Schema(new).compile()
    except SchemaError:
        return None
    return compare_schemas(Schema(old), Schema(new))


@given(SEEDS)
@settings(max_examples=10 * EXAMPLES)
def test_what_is_called_compatible_is(seed: int) -> None:
    """No document that the engine accepts by the old schema is refused by the new one."""
    random = Random(seed)
    old = schema(random)
    new = schema(random) if random.random() < 0.1 else changed(random, old)
    if not isinstance(new, dict) or "definitions" not in new:
        new = {"$schema": random.choice(DIALECTS), "definitions": old["definitions"], "allOf": [new]}
    if random.random() < 0.1:
        new["$schema"] = random.choice(DIALECTS)
    change = compared(old, new)
    if change is None or not change.is_compatible:
        assert change is None or change.differences
        return
    before, after = Schema(old), Schema(new)
    for _ in range(25):
        tree = document(random, old, old)
        if before.accepts(tree):
            assert after.accepts(tree), (old, new, tree, change.differences)
        if change.is_same:
            assert before.accepts(tree) == after.accepts(tree), (old, new, tree)


@given(SEEDS)
def test_a_schema_is_the_same_as_itself(seed: int) -> None:
    """Also when it is written again; and with another title it is compatible, whatever is in it."""
    random = Random(seed)
    contents = schema(random)
    change = compared(contents, copy.deepcopy(contents))
    assert change is None or change.is_same
    change = compared(contents, {"title": "again", "$comment": "x", **copy.deepcopy(contents)})
    assert change is None or change.is_compatible, (contents, change.differences)


@given(SEEDS)
def test_leaving_bounds_out_is_compatible(seed: int) -> None:
    """Without a bound, a type or a list of required keys, whatever was valid is valid."""
    random = Random(seed)
    old = piece(random)
    dropped = ("type", "required", "minimum", "maxLength", "pattern", "minItems", "enum", "format", "maxProperties")
    new = {word: held for word, held in old.items() if word not in dropped}
    definitions = {"x": {"type": "string"}, "y": {"type": "integer"}}
    change = compared({"definitions": definitions, **old}, {"definitions": definitions, **new})
    assert change is None or change.is_compatible, (old, new, change.differences)
