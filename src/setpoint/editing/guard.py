"""The proof of an edit: the new text means what it should, and nothing is lost or touched besides.

Nothing leaves the editing room unproved. The proof does not trust what made the edit: it reads the new bytes as any
program would, and compares texts by itself.
"""

from __future__ import annotations

from ..errors import ConfigParseError
from ..formats import decode
from ..formats.decoded import Decoded
from ..formats.refusal import BOM, text_of
from ..tree import same
from .splice import line_break_of, spliced, with_line_break

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Sequence
    from typing import Any

    from ..budget import Budget
    from ..diagnostic import Diagnostic
    from ..tree import Tree
    from .change import Source
    from .splice import Splice


# Characters of a text that is kept as it was read, which takes a few times its size.
_MOST_CARRIED = 256 * 1024


class UnprovedError(Exception):
    """An edit that did not do what it should; ``reason`` says what is wrong with it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Draft:
    """A document between two edits: its bytes, its tree, and its text as the format reads it for editing."""

    __slots__ = ("_census", "_source", "budget", "data", "format_name", "line_break", "read", "text", "tree")

    def __init__(
        self, data: bytes, tree: Tree, format_name: str, budget: Budget, read: Callable[[str, Tree], Source]
    ) -> None:
        self.data = data
        self.tree = tree
        self.text = text_of(data)
        self.format_name = format_name
        self.budget = budget
        self.read = read
        self.line_break = line_break_of(self.text)
        known: Any = data.source if type(data) is Decoded and data.tree is tree else None
        self._source: Source | None = known
        self._census: Counter[str] | None = None

    @property
    def source(self) -> Source:
        """The text as its format reads it; read when first asked."""
        if self._source is None:
            self._source = self.read(self.text, self.tree)
        return self._source

    @property
    def census(self) -> Counter[str]:
        """How often each comment, anchor and alias stands in the text; not to be changed."""
        if self._census is None:
            from collections import Counter

            self._census = Counter(self.source.census())
        return self._census

    def edited(self, splices: Sequence[Splice], wanted: Tree) -> Draft:
        """Return the draft that splices make of this one. Raises ``UnprovedError`` unless it means ``wanted``.

        Arguments: ``splices`` ascend and do not overlap.
        """
        splices = [with_line_break(splice, self.line_break) for splice in splices]
        text = spliced(self.text, splices)
        mark = BOM if self.data.startswith(BOM) else b""
        data = mark + text.encode()
        _prove_the_rest_untouched(self.text, text, splices)
        warnings: list[Diagnostic] = []
        try:
            tree = decode(data, self.format_name, self.budget, warnings.append)
        except ConfigParseError as error:
            raise UnprovedError(f"the new text could not be read: {error.message}") from None
        if not same(tree, wanted):
            raise UnprovedError("the new text would mean something else than it should")
        if not warnings:
            data = Decoded(data, tree, self.format_name, self.budget)  # whoever reads it next need not do so again
        draft = Draft(data, tree, self.format_name, self.budget, self.read)
        if draft.text != text:
            raise UnprovedError("the new text would start with a byte order mark")
        self._prove_nothing_lost(draft, splices)
        if type(data) is Decoded:
            data.source = draft._source = draft._source or self._carried(splices, text, tree)
        return draft

    def _carried(self, splices: Sequence[Splice], text: str, tree: Tree) -> Source | None:
        """Return the new text as its format reads it, if that follows from the old one."""
        after: Callable[..., Source | None] | None = getattr(self._source, "after", None)
        return after(splices, text, tree) if after is not None and len(text) <= _MOST_CARRIED else None

    def _prove_nothing_lost(self, draft: Draft, splices: Sequence[Splice]) -> None:
        if self.format_name != "jsonc" and not any(_may_touch_marks(self.text, splice) for splice in splices):
            # What stood between the splices stands there still, byte for byte, and none of them lies in a comment. Had
            # a comment become part of a value, or part of a value a comment, the trees would differ, which was looked
            # at before. So nothing is left to count, and the new text need not be read once more.
            return
        expected = self.census.copy()
        expected.subtract(mark for splice in splices for mark in splice.dropped)
        expected.subtract(draft.census)
        for mark, missing in expected.items():
            if missing:
                kind = {"&": "anchor", "*": "alias"}.get(mark[:1], "comment")
                what = "would be lost" if missing > 0 else "would appear from nowhere"
                raise UnprovedError(f"{'an' if kind[0] == 'a' else 'a'} {kind} {what}")


def _may_touch_marks(text: str, splice: Splice) -> bool:
    """True when a splice may hold a comment, an anchor or an alias of YAML or TOML, or lie in one.

    These reach to the end of their line at most, so what stands before the splice on its line is looked at too.
    """
    start = max(text.rfind("\n", 0, splice.start), text.rfind("\r", 0, splice.start)) + 1
    old = text[start : splice.end]
    return any(sign in old or sign in splice.text for sign in "#&*")


def _prove_the_rest_untouched(old: str, new: str, splices: Sequence[Splice]) -> None:
    """Walk through both texts side by side, and compare what stands between the splices."""
    here = there = 0
    for splice in splices:
        length = splice.start - here
        if length < 0 or splice.end < splice.start:
            raise UnprovedError("two parts of the edit overlap")
        if new[there : there + length] != old[here : here + length]:
            raise UnprovedError("text beside the edit would change")
        here = splice.end
        there += length + len(splice.text)
    if here > len(old) or new[there:] != old[here:]:
        raise UnprovedError("text beside the edit would change")
