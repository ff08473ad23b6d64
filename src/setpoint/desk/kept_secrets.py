"""``keep_secrets``: a tree that was read with its secrets masked, and is written back."""

from __future__ import annotations

from ..address import format_address
from ..change import ABSENT
from ..config import thaw
from ..errors import UsageError
from ..secret import MASK
from ..tree import same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from .masks import Parts

DROPPED: Any = object()


def has_mask(value: Any) -> bool:
    """True when a mask stands for some value of a tree."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and one == MASK:
            return True
    return False


class Keeper:
    """Puts secrets back where masks stand for them in a tree that somebody sent.

    Arguments: ``name`` is the document's; ``secrets`` are the places of its secrets; ``elsewhere`` are places whose
    secrets come from another layer than the one that is written: a mask there is left out, and so the layer goes on
    saying nothing of it. ``kept`` gets the places at which secrets were put.
    """

    __slots__ = ("_elsewhere", "_name", "_secrets", "kept")

    def __init__(self, name: str, secrets: Collection[Parts], elsewhere: Collection[Parts] = ()) -> None:
        self._name = name
        self._secrets = frozenset(secrets)
        self._elsewhere = frozenset(elsewhere)
        self.kept: list[Parts] = []

    def keep(self, given: Any, current: Any, shown: Any, parts: Parts = ()) -> Any:
        """Return what was given with each secret in the place of its mask.

        Arguments: ``current`` is what is at ``parts`` now, and ``shown`` the same with its secrets masked; ``ABSENT``
        where there is nothing. Raises ``UsageError`` for a mask that stands for no secret, or nobody knows for which.
        """
        kept = self._kept(given, current, shown, parts)
        if kept is DROPPED:
            raise self._cannot(parts, "the secret there comes from another layer, and this one says nothing of it")
        return kept

    def _kept(self, given: Any, current: Any, shown: Any, parts: Parts) -> Any:
        if isinstance(given, str) and given == MASK:
            if current is not ABSENT and isinstance(shown, str) and shown == MASK:
                if current != MASK:
                    self.kept.append(parts)
                return thaw(current)  # a secret; or the very same text, which then stays what it is
            if parts in self._elsewhere:
                return DROPPED
            raise self._cannot(parts, "there is no secret at this place")
        if isinstance(given, dict):
            own, seen = (current, shown) if isinstance(shown, dict) else ({}, {})
            made = {}
            for key, item in given.items():
                one = self._kept(item, own.get(key, ABSENT), seen.get(key, ABSENT), (*parts, key))
                if one is not DROPPED:
                    made[key] = one
            return made
        if isinstance(given, list) and has_mask(given):
            return self._kept_items(given, current, shown, parts)
        return given

    def _kept_items(self, given: list[Any], current: Any, shown: Any, parts: Parts) -> list[Any]:
        """Return a list whose items hold masks. Which item is which must be beyond doubt.

        Either at most one item is another than before and all are where they were; or each item with a mask is one
        that was there, as it was, and there was but one like it.
        """
        if not isinstance(shown, list):
            raise self._cannot(parts, "there was no list with secrets at this place")
        differing = [index for index, item in enumerate(given) if index >= len(shown) or not same(item, shown[index])]
        if len(given) == len(shown) and len(differing) <= 1:
            made = [self._kept(item, current[index], shown[index], (*parts, index)) for index, item in enumerate(given)]
            if DROPPED in made:
                raise self._cannot(parts, "a secret in this list comes from another layer")
            return made
        found = []
        used: set[int] = set()
        for index, item in enumerate(given):
            if not has_mask(item):
                found.append(item)
                continue
            alike = [number for number, one in enumerate(shown) if same(one, item)]
            if len(alike) != 1 or alike[0] in used:
                raise self._cannot(
                    (*parts, index),
                    "the list was changed so that nobody can tell which of its secrets is meant; write the secret"
                    " itself, or change one item at a time",
                )
            used.add(alike[0])
            found.append(self._kept(item, current[alike[0]], shown[alike[0]], (*parts, index)))
        return found

    def _cannot(self, parts: Parts, why: str) -> UsageError:
        return UsageError(
            f"{format_address((self._name, *parts))}: {MASK} stands for a secret that stays as it is, but {why}"
        )
