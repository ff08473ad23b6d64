"""``carried``: what a base file must say so that the document becomes another tree."""

from __future__ import annotations

from ..tree import same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ABSENT: Any = object()


def carried(base: Any, before: Any, after: Any) -> Any:
    """Return a base tree in which only what differs between two resolved trees is changed.

    Arguments: ``base`` is what the base file says now; ``before`` what the document is; ``after`` what it is to become.
    What other layers and defaults bring stays out of it, as long as it does not change. Whether the result makes
    ``after`` is for the caller to see: what another layer lays over it cannot be changed here.
    """
    if same(before, after):
        return base
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return after
    own: dict[str, Any] = base if isinstance(base, dict) else {}
    changed = {}
    for key, value in own.items():
        if key in after:
            changed[key] = carried(value, before.get(key, _ABSENT), after[key]) if key in before else after[key]
        elif key not in before:
            changed[key] = value  # shadowed by null or a scalar further up: not this change's business
    for key, value in after.items():
        if key not in own and not (key in before and same(before[key], value)):
            changed[key] = carried(_ABSENT, before.get(key, _ABSENT), value)
    return _in_order(changed, before, after)


def _in_order(changed: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return the keys in the order of ``after`` where that is another than before; else as they stand in the file."""
    common = [key for key in before if key in after]
    if common == [key for key in after if key in before]:
        return changed
    return {key: changed[key] for key in [*(key for key in after if key in changed), *changed]}
