"""The mapping at a place of a document that may have another shape than expected."""

from __future__ import annotations

from ...editing.target import follow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ...editing.change import Parts
    from ..step import Draft


def mapping_at(draft: Draft, parts: Parts) -> dict[str, Any]:
    """Return the mapping at a place as it is now; an empty one where there is none. It is only looked at."""
    target = follow(draft.tree, parts)
    return target.value if not target.rest and isinstance(target.value, dict) else {}
