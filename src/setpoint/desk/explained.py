"""Who set a value, as somebody may be told."""

from __future__ import annotations

from ..address import lookup, reach
from ..candidate import refuse_invalid
from ..layers.origin import Origin
from ..validation.masking import masked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from .backing import Backing
    from .masks import Parts


def explained(backing: Backing, name: str, parts: Sequence[str], *, reveals: bool) -> dict[str, Any]:
    """Return who set the value at ``parts`` of a document, and each value that it shadows.

    Arguments: unless it ``reveals``, what is secret is masked in every layer: what one says of a place is secret when
    the place is, or when it would be if that layer were all there is. Raises ``ConfigNotFoundError`` with the near
    keys, ``UsageError`` below a single value, and as ``load_config`` for a document that cannot be parsed.
    """
    serving = backing.system._serving
    resolution = serving.resolution(name)
    if not resolution.parsed:
        refuse_invalid(resolution)
    waiting = serving.waiting.get(name)
    served = serving.load(name) if waiting else None
    tree = served if served is not None else resolution.tree
    secrets = frozenset() if reveals else backing.masks.secrets(name, tree, resolution.tree)
    reach(masked(tree, (), secrets), parts, name)  # raises without a word of what is inside of a secret
    if waiting and served is not None:
        from ..restarting import explained_as_served

        found = explained_as_served(resolution, parts, waiting, served)
    else:
        found = resolution.explain(parts)
    at = resolution.normal(parts)

    def shown(value: Any) -> Any:
        return value if reveals else backing.masks.masked_at(name, at, value, secrets)

    def facts(origin: Origin) -> dict[str, Any]:
        return {**origin.to_dict(), "value": shown(origin.value)}

    return {
        "address": found.address,
        "value": shown(found.value),
        "origins": [facts(one) for one in found.origins],
        "shadowed": [facts(one) for one in found.shadowed],
    }


def origins(backing: Backing, name: str, places: Iterable[Parts], *, reveals: bool) -> list[dict[str, Any] | None]:
    """Return who set each of many values of a document: as ``explained`` says it, without the values.

    Arguments: ``places`` as parts, with numbers for the indexes of lists; where there is nothing, or it is inside of a
    secret that is not revealed, there is None. Raises as ``load_config`` for a document that cannot be parsed.
    """
    serving = backing.system._serving
    resolution = serving.resolution(name)
    if not resolution.parsed:
        refuse_invalid(resolution)
    waiting = serving.waiting.get(name) or ()
    tree = serving.load(name) if waiting else resolution.tree
    shown = tree if reveals else masked(tree, (), backing.masks.secrets(name, tree, resolution.tree))
    kept = {change.parts for change in waiting}
    found: list[dict[str, Any] | None] = []
    for at in places:
        try:
            lookup(shown, at)
        except KeyError:
            found.append(None)
            continue
        if any(at[:length] in kept for length in range(len(at) + 1)):
            origin: Origin | None = Origin("running", None)  # until the program is started again
        else:
            origin = resolution.origin(at)
        found.append(None if origin is None else {key: one for key, one in origin.to_dict().items() if key != "value"})
    return found
