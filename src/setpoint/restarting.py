"""Values that cannot change while a program runs: the old ones are served, the new ones wait."""

from __future__ import annotations

from .address import format_address, reach
from .change import ABSENT, Change
from .config import thaw
from .diagnostic import Diagnostic
from .errors import ConfigNotFoundError, ConfigValidationError
from .tree import same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    from .config import Config
    from .layers.origin import Explanation
    from .layers.resolution import Resolution

    Parts: TypeAlias = tuple[str | int, ...]


def held_back(resolution: Resolution, before: Config) -> tuple[dict[str, Any], tuple[Change, ...]]:
    """Return what a document is when its values marked ``x-setpoint-restart`` stay, and the changes that wait for it.

    Arguments: ``resolution`` is of a valid document that has a schema; ``before`` is what is served.

    Raises ``ConfigValidationError`` when the document is not valid with the old values: part of the change needs the
    program to be started again, and the rest cannot go before it.
    """
    schema = resolution.schema
    assert schema is not None
    tree: Any = thaw(resolution.tree)
    marked = dict.fromkeys((*schema.restart_parts(tree), *schema.restart_parts(thaw(before))))
    waiting = []
    for parts in marked:
        old, new = _value(before, parts), _value(tree, parts)
        if old is new or (old is not ABSENT and new is not ABSENT and same(old, new)):
            continue
        changed = _with(tree, parts, old if old is ABSENT else thaw(old))
        if changed is not None:  # else what it is in has gone or come whole
            tree = changed
            waiting.append(Change(resolution.document, parts, old, new))
    if waiting and not schema.accepts(tree):
        where = ", ".join(format_address((resolution.document, *one.parts)) for one in waiting)
        message = (
            f"{where} cannot change while the program runs (x-setpoint-restart), and the rest of the change is not"
            " valid without that; start the program again, or change the rest alone"
        )
        file = resolution.report.file
        finding = Diagnostic("needs-restart", message, file=file, document=resolution.document)
        raise ConfigValidationError(f"{file}: {message}", [finding])
    return tree, tuple(waiting)


def explained_as_served(
    resolution: Resolution, parts: Sequence[str], waiting: Sequence[Change], served: Config
) -> Explanation:
    """Return who set a value as it is served, when values of its document wait for the program to be started again.

    Raises as ``Resolution.explain`` does, for what is served.
    """
    from .layers.origin import Explanation, Origin

    value = reach(served, list(parts), resolution.document)
    at = resolution.normal(parts)
    held = [one for one in waiting if one.parts[: len(at)] == at or at[: len(one.parts)] == one.parts]
    if not held:
        return resolution.explain(parts)
    try:
        found = resolution.explain(parts)
        origins, shadowed = found.origins, found.shadowed
    except ConfigNotFoundError:  # what is in the files has no such value
        origins = shadowed = ()
    plain = thaw(value)
    shown = resolution.shown(at, plain)
    why = "until the program is started again (x-setpoint-restart)"
    running = Origin("running", plain, call_site=why, shown=shown)
    if any(len(one.parts) <= len(at) for one in held):
        origins, shadowed = (running,), (*origins, *shadowed)
    else:
        origins = (running, *origins)
    return Explanation(format_address((resolution.document, *at)), plain, origins, shadowed, shown)


def _value(tree: Any, parts: Sequence[str | int]) -> Any:
    value = tree
    for part in parts:
        is_key = isinstance(value, dict) and part in value
        if not is_key and not (isinstance(value, list) and isinstance(part, int) and part < len(value)):
            return ABSENT
        value = value[part]
    return value


def _with(tree: Any, parts: Parts, value: Any) -> Any:
    """Return the tree, changed in place, with another value at ``parts``; None when there is nothing to put it in."""
    if not parts:
        return value
    holder = _value(tree, parts[:-1])
    last = parts[-1]
    is_item = isinstance(holder, list) and isinstance(last, int) and last < len(holder)
    if isinstance(holder, dict) and value is ABSENT:
        holder.pop(last, None)
    elif isinstance(holder, dict) or (is_item and value is not ABSENT):
        holder[last] = value
    else:
        return None
    return tree
