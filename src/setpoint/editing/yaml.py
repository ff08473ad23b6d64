"""YAML: how a change of one entry becomes a change of the text.

The text is known by libyaml's events, and only what a change asks about is looked at more closely. What belongs to an
entry, and where a new one goes, is told in ``docs/editing.md``.
"""

from __future__ import annotations

from .change import Insert, Refusal, Remove, Rename, Replace
from .yaml_insert import NewPiece, inserted
from .yaml_marks import marks
from .yaml_move import moved
from .yaml_outline import ALIAS, BLOCK_SCALARS, BLOCKS
from .yaml_remove import removed
from .yaml_replace import old_quote, replaced
from .yaml_text import YamlText
from .yaml_writer import Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..tree import Tree
    from .change import Change, Move, Parts
    from .splice import Splice
    from .yaml_spots import Spot


def read(text: str, tree: Tree) -> YamlSource:
    """Return a YAML text, ready to be edited.

    Arguments: ``text`` is without its byte order mark and one that ``formats.decode`` accepts; ``tree`` is its tree.
    """
    return YamlSource(text, tree)


class YamlSource:
    """One YAML text; see ``change.Source``."""

    def __init__(self, text: str, tree: Tree) -> None:
        self.whole = text
        self.tree = tree
        self._text: YamlText | None = None

    @property
    def text(self) -> YamlText:
        """The text with all that is known of it; read when it is first asked for."""
        if self._text is None:
            self._text = YamlText(self.whole)
        return self._text

    def splices(self, change: Change) -> list[Splice]:
        """Return the smallest change of the text, in ascending order; raises ``Refusal``."""
        if isinstance(change, Replace):
            return self._replace(change)
        if isinstance(change, Insert):
            return self._insert(change)
        if isinstance(change, Remove):
            spot = self._own(change.parts)
            self._check_entry(spot, change.parts)
            return removed(self.text, spot)
        if isinstance(change, Rename):
            return self._rename(change)
        return self._move(change)

    def after(self, splices: Sequence[Splice], text: str, tree: Tree) -> YamlSource | None:
        """Return the source of the text that splices made; None when it has to be read; see ``change``."""
        if self._text is None or len(splices) != 1:
            return None
        outline = self._text.outline.after(splices[0], text)
        if outline is None:
            return None
        made = YamlSource(text, tree)
        made._text = YamlText(text, outline)
        return made

    def census(self) -> list[str]:
        """Return every comment, anchor and alias, in the order of the text."""
        if not any(sign in self.whole for sign in "#&*"):
            return []
        return marks(self.text.outline, 0, len(self.whole))

    def is_alias(self, parts: Parts) -> bool:
        """True when ``*name`` stands where the value at ``parts`` would."""
        try:
            return self._stands_elsewhere(parts, merged=False)
        except Refusal:  # below an alias: no alias itself
            return False

    def is_shared(self, parts: Parts) -> bool:
        """True when the value at ``parts`` is an alias, or a merge brings it; what it lies in is written here."""
        try:
            return self._stands_elsewhere(parts, merged=True)
        except Refusal:
            return True

    def _stands_elsewhere(self, parts: Parts, *, merged: bool) -> bool:
        outline = self.text.outline
        if outline.root < 0 or not parts:
            return False
        spot = self.text.spots.find(parts)
        if spot.entry < 0:  # the key has no entry of its own here: a merge brings it
            return merged
        return outline.kinds[spot.value] == ALIAS

    def holds_marks(self, parts: Parts) -> bool:
        """True when a comment, anchor, alias or merge stands inside the value at ``parts``, or it is an alias."""
        outline = self.text.outline
        if outline.root < 0:
            return False
        try:
            spot = self.text.spots.find(parts)
        except Refusal:  # it is written elsewhere
            return True
        if spot.entry < 0 or outline.kinds[spot.value] == ALIAS:
            return True
        start = outline.start(spot.value)
        if outline.kinds[spot.value] in BLOCKS and spot.holder is not None:
            start = self.text.page.line_end(spot.holder.opening(spot.entry)) + 1
            start = min(start, outline.start(spot.value))
            end = spot.holder.tail(spot.entry)
        elif outline.kinds[spot.value] in BLOCKS:
            entries = self.text.spots.entries(spot.value)
            end = entries.tail(len(entries) - 1)
        else:
            end = outline.end(spot.value)
            if outline.kinds[spot.value] in BLOCK_SCALARS:  # a comment behind the | stays there
                start = self.text.page.line_end(outline.header_end(spot.value))
        return bool(marks(outline, start, end)) or self._merges(spot.value)

    def _merges(self, number: int) -> bool:
        outline = self.text.outline
        return any(
            not outline.kinds[inside] and outline.values[inside] == "<<"
            for inside in range(number, outline.last(number) + 1)
        )

    def _own(self, parts: Parts) -> Spot:
        """Return the spot of an entry that is written where it is found."""
        if not parts:
            raise Refusal("the document itself cannot be taken out of the file; replace its value, or delete the file")
        spot = self.text.spots.find(parts)
        assert spot.holder is not None
        if isinstance(parts[-1], str):
            merged = self.text.spots.merged(spot.holder, parts[-1])
            if merged is not None:
                raise self.text.spots.refuse_merged(parts[-1], merged, spot.entry >= 0)
        return spot

    def _check_entry(self, spot: Spot, parts: Parts) -> None:
        """Raise ``Refusal`` when an alias elsewhere stands for something in an entry, or for what it is in."""
        assert spot.holder is not None
        assert spot.above is not None
        first, last = spot.holder.events(spot.entry)
        self.text.spots.check_anchors(first, last)
        self.text.spots.check_shared(spot.above, parts, len(parts) - 1, (first, last))

    def _replace(self, change: Replace) -> list[Splice]:
        text, parts = self.text, change.parts
        outline = text.outline
        spot = text.spots.find(parts)
        if spot.entry < 0:  # a merge brings it: one of the mapping's own replaces it
            assert spot.holder is not None
            assert spot.above is not None
            key = str(parts[-1])
            text.spots.check_shared(spot.above, parts, len(parts) - 1, (0, -1))
            return inserted(text, spot.above, len(spot.holder), NewPiece(key, change.value), False)
        if spot.value >= 0:
            last = outline.last(spot.value)
            text.spots.check_anchors(spot.value + 1, last)
            text.spots.check_shared(spot, parts, len(parts), (spot.value, last))
        return replaced(text, spot, change.value)

    def _insert(self, change: Insert) -> list[Splice]:
        text, parts = self.text, change.parts
        spot = text.spots.find(parts)
        if spot.entry < 0:
            assert spot.holder is not None
            raise text.spots.refuse_merged(str(parts[-1]), text.spots.merged(spot.holder, str(parts[-1])))
        slot = change.position
        if spot.value >= 0 and text.outline.kinds[spot.value]:
            slot = text.spots.slot(text.spots.holder(spot), change.position)
        following = parts if change.key is None else (*parts, change.key)
        text.spots.check_shared(spot, following, len(parts), (0, -1))
        return inserted(text, spot, slot, NewPiece(change.key, change.value), change.key is None)

    def _rename(self, change: Rename) -> list[Splice]:
        text = self.text
        spot = self._own(change.parts)
        holder = spot.holder
        assert holder is not None
        assert spot.above is not None
        event = holder.keys[spot.entry]
        text.spots.check_anchors(event, event)
        text.spots.check_shared(spot.above, change.parts[:-1], len(change.parts) - 1, (0, -1))
        style = text.habits.near(holder, spot.entry)
        start, end = text.outline.start(event), text.outline.ends[event]
        words = Writer(style).key(change.key, holder.in_brackets, old_quote(text, event))
        if text.outline.kinds[event] == ALIAS:
            end = text.outline.colon_end(event) - 1  # an alias needs a blank before the colon, and this does not
        return [text.cut(start, end, words)]

    def _move(self, change: Move) -> list[Splice]:
        spot = self._own(change.parts)
        assert spot.holder is not None
        assert spot.above is not None
        self.text.spots.check_shared(spot.above, change.parts, len(change.parts) - 1, spot.holder.events(spot.entry))
        return moved(self.text, change, spot, self.tree)
