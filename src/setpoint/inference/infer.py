"""``infer_schema``: a JSON Schema that accepts every sample, and little else."""

from __future__ import annotations

from ..errors import UsageError
from ..secret import is_secret_name
from ..validation.dialect import DEFAULT
from .key_skeleton import pattern_of
from .likely_map import is_map
from .shape import DEEPEST, Shape, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from .sample import Sample

# A schema with more parts than this is read by nobody; what comes beyond is described by its type alone.
_MOST_PARTS = 20_000


def infer_schema(samples: Iterable[Sample], title: str | None = None) -> dict[str, Any]:
    """Return a JSON Schema (2020-12) that accepts the trees of all samples.

    It says of which types values are, which keys all samples have, and that there are no others; mappings whose keys
    look like data are maps, with one schema for all values. A text has a format where every sample's is unmistakably
    of that format. There are no choices (``enum``) and no bounds: samples do not tell them. Of a value with a secret's
    name it says the type alone. What was never anything but null may be anything. No value of a sample is in it.

    Arguments: ``title`` is the schema's. Keys are in the order in which they were met. Raises ``UsageError`` without
    samples.
    """
    shape = Shape()
    notes: dict[tuple[str, ...], str] = {}
    for sample in samples:
        shape.see(sample.tree)
        for tree in sample.variants:
            shape.see(tree, evidence=False)
        for parts, note in sample.notes.items():
            notes.setdefault(parts, note)
    if not shape.kinds:
        raise UsageError("a schema is inferred from one document at least")
    found = _Writer(notes).schema(shape, (), 0)
    required = found.get("required", [])
    if "$schema" in required:  # for editors; see "What is left open" of the built-in schemas
        required.remove("$schema")
        if not required:
            del found["required"]
    return {"$schema": DEFAULT, **({} if title is None else {"title": title}), **found}


class _Writer:
    """Writes down what shapes have seen."""

    def __init__(self, notes: Mapping[tuple[str, ...], str]) -> None:
        self._notes = notes
        self._room = _MOST_PARTS

    def schema(
        self, shape: Shape, parts: tuple[str, ...] | None, depth: int, *, is_secret: bool = False
    ) -> dict[str, Any]:
        """Return the schema of one place. ``parts`` lead to it, None inside of lists and maps, which have no notes."""
        self._room -= 1
        found: dict[str, Any] = {}
        types = [kind for kind in shape.kinds if kind != "null" and not (kind == "integer" and "number" in shape.kinds)]
        if types:
            if "null" in shape.kinds:
                types.append("null")
            found["type"] = types[0] if len(types) == 1 else types
        if is_secret:
            return {**found, "x-setpoint-secret": True}
        note = self._notes.get(parts) if parts is not None else None
        if note is not None:
            found["description"] = note
        if shape.text_format:
            found["format"] = shape.text_format
        if depth >= DEEPEST or self._room <= 0:
            return found
        if shape.entries != {}:
            found.update(self._of_map(shape, depth) if is_map(shape) else self._of_record(shape, parts, depth))
        if shape.items is not None and shape.items.kinds:
            items = self.schema(shape.items, None, depth + 1)
            if items:
                found["items"] = items
        return found

    def _of_record(self, shape: Shape, parts: tuple[str, ...] | None, depth: int) -> dict[str, Any]:
        assert shape.entries is not None
        properties = {
            key: self.schema(
                entry.shape, None if parts is None else (*parts, key), depth + 1, is_secret=is_secret_name(key)
            )
            for key, entry in shape.entries.items()
        }
        required = [key for key, entry in shape.entries.items() if entry.count == shape.mappings]
        return {
            **({"required": required} if required else {}),
            "properties": properties,
            "additionalProperties": False,
        }

    def _of_map(self, shape: Shape, depth: int) -> dict[str, Any]:
        names = {"propertyNames": {"pattern": pattern_of(shape.key_skeleton)}} if shape.key_skeleton else {}
        anyone = shape.anyone or union(entry.shape for entry in (shape.entries or {}).values())
        return {**names, "additionalProperties": self.schema(anyone, None, depth + 1)}
