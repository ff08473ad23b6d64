"""Finding the place that a change names, and what else would change with it."""

from __future__ import annotations

from .change import Refusal
from .yaml_entries import Entries
from .yaml_outline import ALIAS, COLLECTIONS, END, LISTS, MAPPINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .change import Parts
    from .yaml_outline import Outline


class Spot:
    """One value of the text: the entry numbered ``entry`` of ``holder``, or the whole document without a holder.

    ``value`` is its event, ``above`` the spot of the holder. A key that only a merge brings has the ``entry`` -1, and
    ``value`` is where it is written.
    """

    __slots__ = ("above", "entry", "holder", "value")

    def __init__(self, holder: Entries | None, entry: int, value: int, above: Spot | None) -> None:
        self.holder = holder
        self.entry = entry
        self.value = value
        self.above = above


class Spots:
    """The values of one text by their paths. Collections are looked into once."""

    __slots__ = ("_entries", "_known", "_merging", "outline")

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self._entries: dict[int, Entries] = {}
        self._merging: dict[int, int] | None = None
        self._known: dict[int, dict[str, None]] = {}  # the keys of mappings, with those merged into them

    def entries(self, number: int) -> Entries:
        """Return the entries of the collection at an event."""
        found = self._entries.get(number)
        if found is None:
            found = self._entries[number] = Entries(self.outline, number)
        return found

    def find(self, parts: Parts) -> Spot:
        """Return the spot at a path. Raises ``Refusal`` where the path leads through an alias or a merge."""
        spot = Spot(None, 0, self.outline.root, None)
        for depth, part in enumerate(parts):
            holder = self.holder(spot)
            if not isinstance(part, str):
                spot = Spot(holder, part, holder.values[part], spot)
                continue
            entry = self.entry_of(holder, part)
            if entry >= 0:
                spot = Spot(holder, entry, holder.values[entry], spot)
                continue
            merged = self.merged(holder, part)
            if depth + 1 < len(parts) or merged is None:
                raise self.refuse_merged(part, merged)
            spot = Spot(holder, -1, merged[1], spot)
        return spot

    def holder(self, spot: Spot) -> Entries:
        """Return the entries of the collection at a spot. Raises ``Refusal`` when they stand elsewhere."""
        value = spot.value
        if self.outline.kinds[value] == ALIAS:
            written = self.outline.starts[self.outline.anchored(value)]
            raise Refusal(
                f"it stands inside what the alias *{self.outline.values[value]} stands for, which is written in line "
                f"{self.outline.page.line_number(written)}; change it there, or write the value out here first",
                self.outline.starts[value],
            )
        return self.entries(value)

    def entry_of(self, holder: Entries, key: str) -> int:
        """Return the entry that a mapping itself has for a key, or -1."""
        outline = self.outline
        for entry, event in enumerate(holder.keys):
            if outline.values[event] != key and outline.kinds[event] != ALIAS:
                continue
            if outline.word(event) == key and not outline.is_merge(event):
                return entry
        return -1

    def refuse_merged(self, key: str, merged: tuple[int, int] | None, is_own: bool = False) -> Refusal:
        """Return the refusal for a key that a merge brings, only that or one of the mapping's own, too."""
        if merged is None:
            return Refusal(f"there is no {key!r}")
        merge, written = merged
        line = self.outline.page.line_number(self.outline.starts[written])
        if is_own:
            reason = f"the '<<' brings {key!r} from line {line}, which would show again; take it out there first"
        else:
            reason = f"the '<<' brings {key!r} from line {line}; change it there, or set {key!r} here as a whole"
        return Refusal(reason, self.outline.starts[merge])

    def merged(self, holder: Entries, key: str) -> tuple[int, int] | None:
        """Return the ``<<`` that brings a key to a mapping, and the event of the value where it is written."""
        merge = -1
        while True:
            for event, source in self._merges(holder):
                if key in self._names(source):
                    merge = event if merge < 0 else merge
                    holder = self.entries(source)
                    break
            else:
                return None
            entry = self.entry_of(holder, key)
            if entry >= 0:
                return merge, holder.values[entry]

    def _merges(self, holder: Entries) -> Iterator[tuple[int, int]]:
        """Give every mapping that is merged into one, in order, with its ``<<``."""
        if holder.is_mapping:
            for event, value in zip(holder.keys, holder.values, strict=True):
                if self.outline.is_merge(event):
                    for source in self._sources(value):
                        yield event, source

    def _sources(self, value: int) -> list[int]:
        """Return the mappings that the value of a ``<<`` names."""
        outline = self.outline
        found = outline.anchored(value) if outline.kinds[value] == ALIAS else value
        if found < 0 or outline.kinds[found] not in LISTS:
            return [found] if found >= 0 else []
        items = (
            outline.anchored(item) if outline.kinds[item] == ALIAS else item for _, item in outline.children(found)
        )
        return [item for item in items if item >= 0]

    def _names(self, mapping: int) -> dict[str, None]:
        """Return the keys of a mapping, those that are merged into it where their ``<<`` stands."""
        waiting = [mapping]
        while waiting:
            number = waiting[-1]
            holder = self.entries(number)
            unknown = [source for _, source in self._merges(holder) if source not in self._known]
            if unknown:
                waiting += unknown
                continue
            names: dict[str, None] = {}
            for entry in range(len(holder)):
                self._name(names, holder, entry)
            self._known[number] = names
            waiting.pop()
        return self._known[mapping]

    def _name(self, names: dict[str, None], holder: Entries, entry: int) -> None:
        """Add the keys that one entry brings; those of merged mappings are known."""
        event = holder.keys[entry]
        if self.outline.is_merge(event):
            for source in self._sources(holder.values[entry]):
                names.update(self._known[source])
        else:
            names[self.outline.word(event)] = None

    def slot(self, holder: Entries, position: int) -> int:
        """Return at which entry of the text something new must come to be at a position of the tree.

        They differ in mappings with merges, whose keys come where the ``<<`` stands. Raises ``Refusal`` for a position
        between keys that one merge brings.
        """
        merge = next((event for event, _ in self._merges(holder)), -1)
        if merge < 0:
            return position
        self._names(holder.number)
        names: dict[str, None] = {}
        slot = 0 if position == 0 else -1
        for entry in range(len(holder)):
            self._name(names, holder, entry)
            if len(names) == position:
                slot = entry + 1
        if slot < 0:
            raise Refusal("a new key cannot stand between those that a '<<' brings", self.outline.starts[merge])
        return slot

    def check_shared(self, spot: Spot, parts: Parts, depth: int, inside: tuple[int, int]) -> None:
        """Raise ``Refusal`` when a change at ``parts`` changes what an alias stands for.

        Arguments: ``spot`` is the one at ``parts[:depth]``; ``inside`` are the first and last event that change:
        aliases among them do not matter.
        """
        if not self.outline.aliases:
            return
        at: Spot | None = spot
        while at is not None:
            if at.value in self.outline.anchors:
                self._check_uses(at.value, inside, parts[depth] if depth < len(parts) else None)
            at = at.above
            depth -= 1

    def check_anchors(self, first: int, last: int) -> None:
        """Raise ``Refusal`` when an alias elsewhere stands for something among the events from first to last."""
        for alias, number in self.outline.uses(first, last):
            if not first <= alias <= last:
                raise self._refuse_shared(alias, number)

    def _check_uses(self, anchored: int, inside: tuple[int, int], following: str | int | None) -> None:
        for alias, _ in self.outline.uses(anchored, anchored):
            if inside[0] <= alias <= inside[1] or (
                isinstance(following, str) and self._is_overridden(alias, following)
            ):
                continue
            raise self._refuse_shared(alias, anchored)

    def _refuse_shared(self, alias: int, anchored: int) -> Refusal:
        outline = self.outline
        name, line = outline.values[alias], outline.page.line_number(outline.starts[alias])
        return Refusal(
            f"the alias *{name} in line {line} stands for it as well; write the value out there first",
            outline.starts[anchored],
        )

    def _is_overridden(self, alias: int, key: str) -> bool:
        """True for an alias that is merged into a mapping which has its own value for a key."""
        if self._merging is None:
            self._merging = self._find_merging()
        mapping = self._merging.get(alias, -1)
        return mapping >= 0 and self.entry_of(self.entries(mapping), key) >= 0

    def _find_merging(self) -> dict[int, int]:
        """Return the mapping that each alias behind a ``<<``, or in its list, is merged into."""
        outline = self.outline
        merging: dict[int, int] = {}
        # For each open collection: the mapping its items are merged into, itself if it is one, and its last key.
        stack: list[tuple[int, int, int]] = []
        into, mapping, key = -1, -1, -1
        for number, kind in enumerate(outline.kinds):
            if kind == END:
                into, mapping, key = stack.pop()
                continue
            if mapping >= 0 and key < 0:
                key = number
                continue
            merged_into = into
            if mapping >= 0:
                merged_into = mapping if outline.is_merge(key) else -1
                key = -1
            if kind == ALIAS and merged_into >= 0:
                merging[number] = merged_into
            elif kind in COLLECTIONS:
                stack.append((into, mapping, key))
                into, mapping, key = (-1, number, -1) if kind in MAPPINGS else (merged_into, -1, -1)
        return merging
