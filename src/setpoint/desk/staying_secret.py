"""What is secret stays so: a change by somebody who may not see a secret does not bring it to where it is shown.

What is secret follows from the place of a value. So a secret would come to light if it were put back at another place,
if its list moved up, or if a key came beside it by which its own is taken for another.
"""

from __future__ import annotations

from ..address import format_address, lookup
from ..change import ABSENT
from ..errors import UsageError
from ..layers.resolution import indexed
from ..transaction.step import Step, UnsetValue
from ..tree import same
from .masks import is_inside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ..transaction.draft import Draft
    from .backing import Backing
    from .masks import Parts


class Watched(Step):
    """Nothing by itself: keeps the draft that the other steps write into, and refuses what shows a secret.

    Arguments: ``drafts`` gets the draft by the document's name; ``reveals`` says whether its secrets may be seen.
    """

    def __init__(self, backing: Backing, name: str, drafts: dict[str, Draft], *, reveals: bool) -> None:
        super().__init__(name)
        self._backing = backing
        self._drafts = drafts
        self._reveals = reveals

    def do(self, draft: Draft) -> None:
        self._drafts[self.name] = draft

    def verify(self, draft: Draft) -> None:
        if self._reveals or not draft.exists(before=True) or not draft.exists():
            return
        before, after = draft.resolve(before=True), draft.resolve()
        if before.parsed and after.parsed:
            secrets = self._backing.masks.secrets(self.name, before.tree)
            kept = [at for at in secrets if same(value_at(before.tree, at), value_at(after.tree, at))]
            check_secret(self.name, kept, self._backing.masks.secrets(self.name, after.tree))


class UnsetShown(UnsetValue):
    """One key or item that goes. What follows an item in its list moves up, and must be as secret there as before."""

    def __init__(self, backing: Backing, name: str, parts: Parts, layer: str, *, reveals: bool) -> None:
        super().__init__(name, parts, layer)
        self._backing = backing
        self._reveals = reveals

    def do(self, draft: Draft) -> None:
        own = draft.tree(self.layer)
        super().do(draft)
        *outer, last = indexed(self.parts, own)
        if not self._reveals and isinstance(last, int):
            masks = self._backing.masks
            moved = _moved_up(masks.secrets(self.name, own), tuple(outer), last)
            check_secret(self.name, moved, masks.secrets(self.name, draft.tree(self.layer)))


def _moved_up(places: Iterable[Parts], outer: Parts, gone: int) -> Iterator[Parts]:
    """Yield where those of some places are, that followed an item of the list at ``outer``, once that is gone."""
    depth = len(outer)
    for at in places:
        if len(at) > depth and at[:depth] == outer:
            index = at[depth]
            if isinstance(index, int) and index > gone:
                yield (*outer, index - 1, *at[depth + 1 :])


def check_secret(name: str, places: Iterable[Parts], secrets: Iterable[Parts]) -> None:
    """Raise ``UsageError`` for one of some places of a document at which there would be no secret any more."""
    known = frozenset(secrets)
    for at in places:
        if not is_inside(at, known):
            raise UsageError(
                f"{format_address((name, *at))}: what comes to this place is a secret that you may not see, and here it"
                " would be shown; write the secret itself, or ask somebody who may see it"
            )


def value_at(tree: Any, parts: Parts) -> Any:
    """Return the value at a place of a tree, ``ABSENT`` where there is none."""
    try:
        return lookup(tree, parts)
    except KeyError:
        return ABSENT
