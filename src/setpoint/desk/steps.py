"""What a change that comes over the desk is made of, besides what any change is made of."""

from __future__ import annotations

from ..address import format_address, lookup
from ..change import ABSENT
from ..editing.operation import Set
from ..errors import ConflictError, UsageError
from ..layers.resolution import indexed
from ..secret import MASK
from ..sources.texts import Texts
from ..transaction.step import SetValue, Step
from ..transaction.verdict import refuse_unparsed
from ..tree import same
from ..validation.masking import masked
from .errors import StaleError
from .kept_secrets import Keeper, has_mask
from .masks import is_inside
from .staying_secret import check_secret
from .tags import ANY_TAG

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ..sources.listing import Entry
    from ..transaction.draft import Draft
    from ..workspace import Workspace
    from .backing import Backing
    from .masks import Parts

_LONGEST = 200  # characters of a value in a message


class Precondition(Step):
    """A document, or a place in it, must be as somebody saw it: compared under the lock of the transaction.

    Arguments: ``tags`` are entity tags of the value at ``parts``, or of anything around it up to the whole document;
    ``*`` takes any state. With ``creates`` the document must not be there, and is made in ``format_name``. ``reveals``
    says whether its secrets may be seen.

    It also sees to it that no file of another document is written: by its name a file may look like a layer of this one
    and belong to another by the settings.
    """

    def __init__(
        self,
        backing: Backing,
        name: str,
        parts: Parts,
        tags: Sequence[str],
        *,
        creates: bool = False,
        format_name: str | None = None,
        reveals: bool = False,
    ) -> None:
        super().__init__(name)
        self._backing = backing
        self._parts = parts
        self._tags = tags
        self._creates = creates
        self._format_name = format_name
        self._reveals = reveals

    def new_entry(self, workspace: Workspace) -> Entry | None:
        return workspace.new_entry(self.name, self._format_name) if self._creates else None

    def do(self, draft: Draft) -> None:
        if self._creates:
            if draft.exists(before=True):
                raise StaleError(
                    f"{self.name}: there is such a document already, so it is not made; nothing was written"
                )
            return
        trees = list(self._seen(draft))
        if ANY_TAG not in self._tags and not any(self._fits(tree) for tree in trees):
            place = format_address((self.name, *self._parts))
            raise StaleError(
                f"{place}: it is not what it was when you read it: somebody else has changed it, or its files are not"
                " served as they are; nothing was written. Read it again, then decide anew"
            )
        if self._parts and not self._reveals:
            for tree in trees:
                at = indexed(self._parts, tree)
                if is_inside(at[:-1], self._backing.masks.secrets(self.name, tree)):
                    raise UsageError(
                        f"{format_address((self.name, *self._parts))} lies inside of a secret that you may not see; set"
                        " the secret as a whole"
                    )

    def verify(self, draft: Draft) -> None:
        listing = draft.workspace.listing()
        own = listing.entries.get(self.name)
        mine = set(own.places()) if own is not None else set()
        written = {change.path: change.shown for change in draft.changes() if change.path not in mine}
        if not written:
            return
        for entry in listing.entries.values():
            if entry.name != self.name and any(path in written for path in entry.places()):
                raise UsageError(
                    f"{self.name}: the file that this would write belongs to another document; name another layer"
                )

    def _seen(self, draft: Draft) -> Iterator[Any]:
        """Yield what the document is: as its files make it, and as it is served if that was made of the same files."""
        if draft.exists(before=True):
            resolution = draft.resolve(before=True)
            if resolution.parsed:
                yield resolution.tree
        cache = self._backing.system._serving.cache
        cell = cache.cell(self.name)
        if cell is not None:
            texts = Texts.unpack(cache.attached(cell))
            if not draft.exists(before=True) or draft.texts(before=True) == texts:
                yield cache.look(cell)

    def _fits(self, tree: Any) -> bool:
        """True when one of the tags is that of the place, or of something around it, in a tree."""
        at = indexed(self._parts, tree)
        for length in range(len(at), -1, -1):
            try:
                value = lookup(tree, at[:length])
            except KeyError:
                continue
            if self._backing.tags.tag(self.name, at[:length], value) in self._tags:
                return True
        return False


class SetShown(SetValue):
    """One value, in which masks stand for secrets that are to stay as they are."""

    def __init__(self, backing: Backing, name: str, parts: Parts, value: Any, layer: str, *, reveals: bool) -> None:
        super().__init__(name, parts, value, layer, ())
        self._backing = backing
        self._given = value
        self._reveals = reveals

    def do(self, draft: Draft) -> None:
        put_back: Sequence[Parts] = ()
        if has_mask(self._given):
            # Anew at each attempt: the files may be others.
            kept, put_back = self._with_secrets(draft)
            self.operations = [Set(self.parts, kept)]
            self.value = _without_masks(self._given, kept)  # only what was asked for must come true
        super().do(draft)
        if put_back and not self._reveals:
            trees = (draft.tree(self.layer), draft.resolve_for(self.layer).tree)
            check_secret(self.name, put_back, self._backing.masks.secrets(self.name, *trees))

    def _with_secrets(self, draft: Draft) -> tuple[Any, Sequence[Parts]]:
        resolution = draft.resolve_for(self.layer)
        if not resolution.parsed:
            refuse_unparsed(draft, self.layer)
        own = draft.tree(self.layer)
        at = indexed(self.parts, own)
        secrets = self._backing.masks.secrets(self.name, own, resolution.tree)
        keeper = Keeper(self.name, secrets, elsewhere=secrets)
        return keeper.keep(self._given, _value(own, at), _value(masked(own, (), secrets), at), at), keeper.kept


class ExpectValue(Step):
    """A value that must be there, as whoever expects it may see it.

    A secret that they may not see is a mask, whatever it is: so nobody finds out by guessing.
    """

    def __init__(self, backing: Backing, name: str, parts: Parts, expected: Any, layer: str, *, reveals: bool) -> None:
        super().__init__(name, layer)
        self._backing = backing
        self._parts = parts
        self._expected = expected
        self._reveals = reveals

    def do(self, draft: Draft) -> None:
        tree = draft.resolve_for(self.layer).tree
        if not self._reveals:
            tree = masked(tree, (), self._backing.masks.secrets(self.name, tree))
        found = _value(tree, self._parts)
        address = format_address((self.name, *self._parts))
        if found is ABSENT:
            raise ConflictError(f"{address}: there is no such value any more; look again, then decide anew")
        if not same(found, self._expected):
            raise ConflictError(
                f"{address}: it is {_shown(found)} and not what was expected: somebody else has changed it; look"
                " again, then decide anew"
            )


def _without_masks(given: Any, kept: Any) -> Any:
    """Return what was given without the entries of mappings that are masks; a list is what was made of it."""
    if isinstance(given, str) and given == MASK:
        return {}
    if isinstance(given, dict):
        own = {key: item for key, item in given.items() if not (isinstance(item, str) and item == MASK)}
        return {key: _without_masks(item, kept[key]) for key, item in own.items()}
    return kept


def _value(tree: Any, parts: Sequence[str | int]) -> Any:
    try:
        return lookup(tree, [str(part) for part in parts])
    except KeyError:
        return ABSENT


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
