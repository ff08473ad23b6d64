"""Lists with repeated items, too many of them, or without one of the wanted kind."""

from __future__ import annotations

from . import wording
from .expectation import RULES, expectation, value_problem
from .problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .fault import Fault
    from .view import View


def list_problem(fault: Fault, view: View) -> Problem:
    """Return the problem of a list as a whole, or of the item that is too many."""
    value = view.value(fault.path)
    items = value if isinstance(value, list) else []
    note = view.note(fault)
    rule = RULES[fault.name]
    if fault.name == "UniqueItems":
        pair = _first_repeat(items)
        if pair is None:
            return Problem(rule, "two items of the list are the same; each may appear once", fault.path, note=note)
        first, second = pair
        shown = wording.shown(items[second]) if not view.is_secret((*fault.path, second)) else "this item"
        message = f"{shown} is in the list twice, as items {first + 1} and {second + 1}; each may appear once"
        return Problem(rule, message, (*fault.path, second), suggestion="remove one of them", note=note)
    if fault.name == "Contains":
        bound = view.knowledge.schema_at(fault.where)
        if fault.keyword == "maxContains" and bound is not None:
            message = f"at most {bound[0]} of the items may be of the special kind that the schema names"
        elif fault.keyword == "minContains" and bound is not None:
            message = f"at least {bound[0]} of the items must be of the kind that the schema names"
        else:
            message = "no item of the list is of the kind that the schema wants at least once"
        wanted = view.wanted_item(fault)
        return Problem(rule, f"{message}: {wanted}" if wanted else message, fault.path, note=note)
    if fault.name == "AdditionalItems":
        return value_problem(rule, expectation(fault), fault, view)
    return Problem(rule, f"the list has {len(items)} items, more than the schema knows", fault.path, note=note)


def _first_repeat(items: list[Any]) -> tuple[int, int] | None:
    import json

    seen: dict[str, int] = {}
    for index, item in enumerate(items):
        # 1 and 1.0 are the same number in JSON Schema; true and 1 are not the same.
        whole = isinstance(item, float) and item.is_integer()
        text = json.dumps(int(item) if whole else item, sort_keys=True)
        if text in seen:
            return seen[text], index
        seen[text] = index
    return None
