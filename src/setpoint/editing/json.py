"""JSON and JSONC: how a change of one entry becomes a change of the text.

What the text cannot do without being harmed is refused; what belongs to an entry, and where a new one goes, is told
in ``docs/editing.md``. Comments and trailing commas occur in JSONC only, so one module serves both formats.
"""

from __future__ import annotations

from .change import Insert, Move, Refusal, Remove, Rename, Replace
from .json_piece import CarriedPiece, NewPiece
from .json_placing import Placing
from .json_removal import Removal
from .json_render import Render, scalar_text, string_text
from .json_style import Style
from .json_text import JsonText
from .splice import Splice, spliced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..tree import Tree
    from .change import Change, Parts
    from .json_collection import Collection


def read(text: str, tree: Tree) -> JsonSource:  # noqa: ARG001 - the text says it all
    """Return a JSON or JSONC text, ready to be edited.

    Arguments: ``text`` is without its byte order mark and one that ``formats.decode`` accepts; ``tree`` is its tree.
    """
    return JsonSource(text)


class JsonSource:
    """One JSON or JSONC text; see ``change.Source``."""

    def __init__(self, text: str) -> None:
        self.source = JsonText(text)
        self.style = Style(self.source)

    def splices(self, change: Change) -> list[Splice]:
        """Return the smallest change of the text, in ascending order; raises ``Refusal``."""
        if isinstance(change, Replace):
            return self._replace(change.parts, change.value)
        if isinstance(change, Rename):
            return self._rename(change.parts, change.key)
        if isinstance(change, Insert):
            holder = self._holder(change.parts, change.key)
            return Placing(
                self.style, holder, change.position, NewPiece(self.style, change.key, change.value)
            ).splices()
        if isinstance(change, Remove):
            return self._removal(change.parts).splices(dropping=True)
        return self._move(change)

    def census(self) -> list[str]:
        """Return every comment, without the indentation of its lines."""
        return [self.source.shown(start, end) for start, end in self.source.comments]

    def holds_marks(self, parts: Parts) -> bool:
        """True when a comment stands inside the value at ``parts``."""
        return bool(self.source.comments) and bool(self.source.comments_in(*self.source.span(parts)))

    def _holder(self, parts: Parts, key: str | None) -> Collection:
        """Return the collection that an entry goes to; ``key`` is None for a list."""
        holder = self.source.collection(parts)
        if holder.is_list != (key is None):
            kind = "a list, whose entries have no keys" if holder.is_list else "an object, whose entries have keys"
            raise Refusal(f"this is {kind}", holder.start)
        return holder

    def _removal(self, parts: Parts) -> Removal:
        if not parts:
            raise Refusal("the document itself cannot be taken out of the file; replace its value, or delete the file")
        holder = self.source.collection(parts[:-1])
        return Removal(holder, holder.index(parts[-1]))

    def _replace(self, parts: Parts, value: Any) -> list[Splice]:
        source, style = self.source, self.style
        start, end = source.span(parts)
        character = source.plain[start]
        if not isinstance(value, (dict, list)):
            if character not in "{[" and _is_same(source.plain[start:end], value):
                return []
            text = scalar_text(value, style.escapes)
            return [Splice(start, end, text, source.shown_in(start, end))]
        holder = source.collection(parts[:-1]) if parts else None
        index = holder.index(parts[-1]) if holder is not None else 0
        same_kind = character == ("{" if isinstance(value, dict) else "[")
        if same_kind and source.skip_white(start + 1) < end - 1:
            lines = source.has_break(start, end)
        elif holder is None:
            lines = not style.is_one_line and not style.is_list_in_line(value)
        else:
            lines = style.wants_lines(value, holder, index, holder.gap(index).broken)
        # A collection shows by itself how its entries are written; for a single value its neighbours do.
        around = source.collection(parts) if character in "{[" else holder
        if around is not None and around is not holder and not around.is_list:
            colon = style.colon(around)
        else:
            colon = style.colon(holder, index)
        render = Render(style, colon, style.separator(around), style.unit(around))
        text = render.value(value, source.indent(start), lines)
        return [Splice(start, end, text, source.shown_in(start, end))]

    def _rename(self, parts: Parts, key: str) -> list[Splice]:
        holder = self.source.collection(parts[:-1])
        entry = holder.find(parts[-1])
        if holder.is_list:
            raise Refusal("an entry of a list has no key", entry.start)
        if entry.key == key:
            return []
        end = self.source.end_of(entry.start)
        return [Splice(entry.start, end, string_text(key, self.style.escapes))]

    def _move(self, change: Move) -> list[Splice]:
        from .json_moving import chained

        removal = self._removal(change.parts)
        if change.to == change.parts[:-1] and change.position == removal.index:
            return [] if change.key is None else self._rename(change.parts, change.key)
        taken = removal.splices(dropping=False)
        rest = JsonSource(spliced(self.source.text, taken))
        piece = CarriedPiece(rest.style, removal, change.key)
        put = Placing(rest.style, rest._holder(change.to, change.key), change.position, piece).splices()
        return chained(len(self.source.text), taken, put)


def _is_same(written: str, value: Any) -> bool:
    """True when a single value that is written so is ``value``, in type too: 1, 1.0 and true differ."""
    import json

    old = json.loads(written)
    return type(old) is type(value) and bool(old == value) and repr(old) == repr(value)
