"""What may not be there: ``not``, and the schema ``false``."""

from __future__ import annotations

from . import wording
from .keys import allowed_keys, half_at, unknown_key
from .problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .fault import Fault
    from .view import View


def refused(fault: Fault, view: View) -> list[Problem]:
    """Return the problems of a place where the schema is ``false``."""
    if fault.keyword in ("additionalProperties", "unevaluatedProperties"):
        holder = view.value(fault.path)
        if isinstance(holder, dict):
            return [unknown_key(fault.path, key, (), allowed_keys((), ())) for key in holder]
    if fault.keyword == "propertyNames":
        return [
            Problem("forbidden", "expected an empty mapping; no keys are allowed here", fault.path, half_at(fault.path))
        ]
    if fault.path and isinstance(fault.path[-1], str):
        message = f"the key {wording.named(fault.path[-1])} is not allowed here"
        condition = view.condition(fault) or ""
        return [Problem("forbidden", f"{message} {condition}".rstrip(), fault.path, "key", suggestion="remove it")]
    if fault.path:
        return [
            Problem(
                "too-many-items",
                f"the list goes no further than {fault.path[-1]} items",
                fault.path,
                suggestion="remove it",
            )
        ]
    return [Problem("forbidden", "the schema allows nothing here", fault.path)]


def negated(fault: Fault, view: View) -> Problem:
    """Return the problem of a value that a ``not`` refuses."""
    schema = fault.kind.schema
    value = view.value(fault.path)
    note = view.note(fault)
    if isinstance(schema, dict):
        keys = schema.get("required")
        if set(schema) - {"description", "title", "$comment"} == {"required"} and isinstance(keys, list) and keys:
            last = str(keys[-1])
            if len(keys) == 1:
                message = f"the key {wording.named(last)} is not allowed here"
                trigger = view.trigger(fault)
                condition = f"beside {wording.named(trigger)}" if trigger is not None else view.condition(fault)
                message += f" {condition}" if condition else ""
            else:
                message = (
                    f"the keys {wording.either([wording.named(str(key)) for key in keys], 'and')} exclude each other"
                )
            return Problem("forbidden", message, (*fault.path, last), "key", suggestion="remove it", note=note)
        if "type" in schema and set(schema) == {"type"}:
            types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            return Problem("forbidden", f"expected anything but {wording.of_types(types)}", fault.path, note=note)
        if ("enum" in schema or "const" in schema) and not isinstance(value, dict | list):
            shown = wording.found(value, view.is_secret(fault.path))
            return Problem("forbidden", f"{shown} is not allowed here", fault.path, note=note)
        if isinstance(schema.get("pattern"), str) and isinstance(value, str):
            expected = f"expected a string that does not match {wording.on_one_line(schema['pattern'])}"
            shown = wording.found(value, view.is_secret(fault.path))
            return Problem("forbidden", f"{expected}, found {shown}", fault.path, note=note)
    message = f"{wording.found(value, view.is_secret(fault.path))} has a shape that the schema forbids here"
    return Problem("forbidden", message, fault.path, note=note)
