"""An entry of a YAML text moved elsewhere, with its text and its comments."""

from __future__ import annotations

from .change import Refusal
from .outcome import value_at
from .splice import Splice, spliced
from .yaml_insert import inserted
from .yaml_outline import Outline
from .yaml_piece import MovedPiece
from .yaml_remove import removed
from .yaml_text import YamlText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from ..tree import Tree
    from .change import Move
    from .yaml_spots import Spot

    # a stretch of the old text, or new text
    Segment: TypeAlias = tuple[int, int] | str


def moved(text: YamlText, change: Move, spot: Spot, tree: Tree) -> list[Splice]:
    """Return the splices that move the entry at a spot.

    It is taken out, the text without it is read, and it is put there: ``change.to`` is a place of that text.
    """
    holder = spot.holder
    assert holder is not None
    piece = MovedPiece(text, spot, change.key, value_at(tree, change.parts))
    without = removed(text, spot)
    rest = YamlText(spliced(text.outline.text, without))
    target = rest.spots.find(change.to)
    if target.entry < 0:
        raise Refusal("its new place is one that only a '<<' brings", text.outline.starts[holder.number])
    slot = change.position
    if target.value >= 0 and rest.outline.kinds[target.value]:
        slot = rest.spots.slot(rest.spots.holder(target), slot)
    following = change.to if change.key is None else (*change.to, change.key)
    rest.spots.check_shared(target, following, len(change.to), (0, -1))
    put = inserted(rest, target, slot, piece, change.key is None)
    _check_order(text.outline, rest.outline, holder.events(spot.entry), put[-1].start)
    return _composed(text.outline.text, without, put)


def _check_order(outline: Outline, rest: Outline, events: tuple[int, int], at: int) -> None:
    """Raise ``Refusal`` when an alias would come to stand before its anchor; ``at`` is where the entry goes."""
    first, last = events
    names = {name for number, name in outline.anchors.items() if first <= number <= last}
    for alias in rest.aliases:
        if rest.values[alias] in names and rest.starts[alias] < at and rest.anchored(alias) < 0:
            name = rest.values[alias]
            raise Refusal(f"the alias *{name} would stand before its anchor", outline.starts[first])
    for alias in outline.aliases:
        name = outline.values[alias]
        if not first <= alias <= last or name in names:
            continue
        anchors = [number for number, said in rest.anchors.items() if said == name and rest.starts[number] < at]
        if not anchors:
            raise Refusal(f"the alias *{name} in it would stand before its anchor", outline.starts[alias])
        end = rest.partners.get(anchors[-1])
        if end is not None and rest.starts[end] >= at:
            raise Refusal(f"the alias *{name} in it would stand inside what it stands for", outline.starts[alias])


def _composed(text: str, first: Sequence[Splice], second: Sequence[Splice]) -> list[Splice]:
    """Return splices that do what ``first`` does to a text, and then ``second`` to the result."""
    middle: list[Segment] = []
    done = 0
    for splice in first:
        middle += [(done, splice.start), splice.text]
        done = splice.end
    middle.append((done, len(text)))
    segments: list[Segment] = []
    done = 0
    for splice in second:
        segments += [*_taken(middle, done, splice.start), splice.text]
        done = splice.end
    segments += _taken(middle, done, sum(map(_length, middle)))
    made: list[Splice] = []
    done, new = 0, ""
    for segment in [*segments, (len(text), len(text))]:
        if isinstance(segment, str):
            new += segment
        elif segment[0] < segment[1] or segment[0] == len(text):
            if new or segment[0] > done:
                made.append(Splice(done, segment[0], new))
            done, new = segment[1], ""
    dropped = [mark for splice in second for mark in splice.dropped]
    if dropped and made:
        made[0] = Splice(made[0].start, made[0].end, made[0].text, dropped)
    return made


def _length(segment: Segment) -> int:
    return len(segment) if isinstance(segment, str) else segment[1] - segment[0]


def _taken(segments: Sequence[Segment], start: int, end: int) -> list[Segment]:
    """Return the segments between two offsets of the text they make."""
    found: list[Segment] = []
    at = 0
    for segment in segments:
        length = _length(segment)
        low, high = max(start - at, 0), min(end - at, length)
        if low < high:
            found.append(segment[low:high] if isinstance(segment, str) else (segment[0] + low, segment[0] + high))
        at += length
    return found
