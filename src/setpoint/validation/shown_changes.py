"""Changes of a document as they may be shown: with everything masked that is secret."""

from __future__ import annotations

from ..address import format_address, pointer
from ..change import ABSENT
from ..secret import MASK
from .masking import masked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from typing import Any

    from ..change import Change, Parts


def shown_changes(
    document: str, changes: Sequence[Change], secrets_of: Callable[..., Collection[Parts]]
) -> Iterator[dict[str, Any]]:
    """Yield the changes of one document as JSON can hold them, with everything masked that is secret.

    Arguments: ``secrets_of`` is called with the tree that the values of before make, and with that of after, and
    returns the places of secrets in both.

    A change inside of a secret is one of the secret: its own address would give away keys. ``before`` and ``after`` are
    missing where there was, or is, no value.
    """
    old, new = _planted(changes, "before"), _planted(changes, "after")
    secrets = frozenset(secrets_of(old, new))
    told: set[Parts] = set()
    for one in changes:
        at = next((one.parts[:depth] for depth in range(len(one.parts) + 1) if one.parts[:depth] in secrets), None)
        parts = one.parts if at is None else at
        if parts in told:
            continue
        told.add(parts)
        facts: dict[str, Any] = {
            "document": document,
            "address": format_address((document, *parts)),
            "path": pointer(parts),
            "kind": one.kind if parts == one.parts else "changed",
        }
        for side, value, tree in (("before", one.before, old), ("after", one.after, new)):
            if at is not None and not (value is ABSENT and parts == one.parts):
                facts[side] = MASK
            elif value is not ABSENT:
                facts[side] = masked(tree, parts, secrets) if isinstance(value, dict | list) else value
        yield facts


def _planted(changes: Sequence[Change], side: str) -> Any:
    """Return a tree that has the values of one side of some changes, and nothing else."""
    root: Any = {}
    for one in changes:
        value = getattr(one, side)
        if value is ABSENT:
            continue
        if not one.parts:
            return value
        holder = root
        for part in one.parts[:-1]:
            holder = holder.setdefault(part, {})
        holder[one.parts[-1]] = value
    return root
