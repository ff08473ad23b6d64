"""From one fault to its problems: which room puts it into words."""

from __future__ import annotations

from . import wording
from .expectation import RULES, expectation, value_problem
from .forbidden import negated, refused
from .keys import half_at, key_name, missing_key, unknown_keys
from .lists import list_problem
from .problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .fault import Fault
    from .view import View


def problems_of(fault: Fault, view: View) -> list[Problem]:
    """Return the problems that a fault stands for; a union's are worked out by ``diagnosis``."""
    match fault.name:
        case "AdditionalProperties" | "UnevaluatedProperties":
            return unknown_keys(fault, view)
        case "Required":
            return [missing_key(fault, view)]
        case "PropertyNames":
            return [key_name(fault, view)]
        case "FalseSchema":
            return refused(fault, view)
        case "Not":
            return [negated(fault, view)]
        case "Contains" | "UniqueItems" | "UnevaluatedItems" | "AdditionalItems":
            return [list_problem(fault, view)]
        case "OneOfMultipleValid":
            return [_several(fault, view)]
    return [value_problem(RULES.get(fault.name, "invalid"), expectation(fault), fault, view)]


def _several(fault: Fault, view: View) -> Problem:
    fitting = [number for number, branch in enumerate(fault.branches) if not branch]
    names = [view.branch_name(fault, number) for number in fitting]
    value = view.value(fault.path)
    keys = [view.telling_keys(fault, number, value) for number in fitting]
    if all(keys):
        unique = list(dict.fromkeys(" with ".join(wording.named(key) for key in some) for some in keys))
        if len(unique) > 1:
            return Problem(
                "several-match",
                f"only one of {wording.either(unique, 'and')} may be given",
                fault.path,
                half_at(fault.path),
                suggestion="remove all but one of them",
                note=view.note(fault),
            )
    which = wording.either(
        [wording.named(name) if name else f"number {number + 1}" for name, number in zip(names, fitting, strict=True)],
        "and",
    )
    value_shown = wording.found(value, view.is_secret(fault.path))
    message = f"{value_shown} fits {len(fitting)} of the alternatives, {which}; exactly one may fit"
    return Problem("several-match", message, fault.path, note=view.note(fault))
