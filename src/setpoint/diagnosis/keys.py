"""Keys that are unknown, missing, or wrongly named."""

from __future__ import annotations

from . import wording
from .expectation import expectation, nearest_value
from .fault import faults_of
from .problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .fault import Fault
    from .spot import Spot
    from .view import View


def unknown_keys(fault: Fault, view: View) -> list[Problem]:
    """Return a problem for each key that a fault says is not allowed."""
    spot = view.knowledge.at(fault.path)
    holder = view.value(fault.path)
    present = holder if isinstance(holder, dict) else {}
    rule = view.knowledge.schema_at(fault.where)
    if rule is not None and isinstance(rule[0], dict):
        return [
            Problem(
                "invalid",
                f"the value of {wording.named(key)} does not fit what the schema allows for further keys",
                (*fault.path, key),
                note=view.note(fault),
            )
            for key in fault.unexpected
        ]
    known = view.known_in_branch(fault) or list(spot.known)
    # A default that was filled in is no key that somebody wrote: the unknown one may be meant to be it.
    absent = [one for one in known if one not in present or _may_be_filled_in(spot, one, present[one])]
    allowed = allowed_keys(known, spot.patterns)
    there = [one for one in known if one not in absent]
    found = []
    for key in fault.unexpected:
        close = view.comparisons.near(key, absent, most=1)
        twin = [] if close else view.comparisons.near(key, there, most=1)
        told = f"{wording.named(twin[0])}, which is much like it, is given as well" if twin else allowed
        found.append(unknown_key(fault.path, key, close, told))
    return found


def _may_be_filled_in(spot: Spot, key: str, value: Any) -> bool:
    return any("default" in schema and schema["default"] == value for schema, _ in spot.child(key).schemas)


def allowed_keys(known: Sequence[str], patterns: Sequence[str]) -> str:
    """Return in words which keys are allowed: all of a few, else how many."""
    told = []
    if known and len(known) <= wording.MOST:
        told.append(", ".join(wording.named(one) for one in known))
    elif known:
        told.append(f"{len(known)} keys, none of them near it")
    if patterns:
        told.append(f"keys that match {wording.either([wording.on_one_line(pattern) for pattern in patterns])}")
    return f"allowed here: {' and '.join(told)}" if told else "no keys are allowed here"


def unknown_key(parts: tuple[str | int, ...], key: str, close: Sequence[str], allowed: str) -> Problem:
    """Return the problem of a key that nothing allows, with the nearest known one, or with those allowed."""
    message = f"unknown key {wording.named(key)}"
    if close:
        suggestion = f"did you mean {wording.named(close[0])}?"
        return Problem("unknown-key", message, (*parts, key), "key", suggestion=suggestion)
    return Problem("unknown-key", f"{message}; {allowed}", (*parts, key), "key")


def missing_key(fault: Fault, view: View) -> Problem:
    """Return the problem of a key that is required and not there."""
    key = fault.kind.property
    rule, message = "missing-key", f"the key {wording.named(key)} is missing"
    trigger = view.trigger(fault)
    if trigger is not None:
        rule, message = "dependent-key", f"{message}; it is needed beside {wording.named(trigger)}"
    else:
        condition = view.condition(fault)
        if condition:
            message += f"; it is needed {condition}"
    holder = view.value(fault.path)
    suggestion = None
    if isinstance(holder, dict):
        known = view.knowledge.at(fault.path).known
        close = view.comparisons.near(key, [one for one in holder if one not in known], most=1)
        if close:
            suggestion = f"is {wording.named(close[0])} meant to be {wording.named(key)}?"
    return Problem(
        rule,
        message,
        fault.path,
        half_at(fault.path),
        suggestion=suggestion,
        note=view.knowledge.at((*fault.path, key)).description,
    )


def half_at(parts: tuple[str | int, ...]) -> str:
    """Return ``key`` where the place has one: a list item and the root have none."""
    return "key" if parts and isinstance(parts[-1], str) else "value"


def key_name(fault: Fault, view: View) -> Problem:
    """Return the problem of a key whose name breaks the rule for names."""
    (inner,) = faults_of([fault.kind.error], view.tree)
    key = str(fault.kind.error.instance)
    expected = expectation(inner)
    message = f"the key {wording.named(key)} is not allowed here"
    if expected is not None:
        message += f"; expected {expected}"
    suggestion = nearest_value(key, list(inner.kind.options), secret=False) if inner.name == "Enum" else None
    return Problem("key-name", message, (*fault.path, key), "key", suggestion=suggestion, note=view.note(fault))
