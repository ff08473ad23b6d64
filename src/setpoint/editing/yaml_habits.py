"""What a YAML file does by habit: indentation, quotes, and the blanks around its colons and dashes."""

from __future__ import annotations

from collections import Counter

from .yaml_outline import BLOCK_MAPPING, BLOCKS, END, FLOWS, MAPPINGS
from .yaml_plain import is_plain_string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .yaml_entries import Entries
    from .yaml_outline import Outline
    from .yaml_spots import Spots

_MOST_EVENTS = 2000  # at the start of the file that are looked at for its habits
_NEIGHBOURS = 16  # on each side of an entry that are

_OF_FILE = ("key_quote", "list_step", "other_quote", "quote", "step")


class Style:
    """How new text is written.

    ``step`` is how much deeper a mapping is indented than the key it is under, ``list_step`` a list; ``gap`` stands
    between a key's ``:`` and its value, ``dash_gap`` after a ``-``; ``before_colon`` are the blanks before a ``:``.
    ``quote`` is how strings are written (plain where that is safe, with ""), ``key_quote`` the same of keys;
    ``other_quote`` is used where plain is not safe. ``padding`` stands inside of ``{ }``, ``list_padding`` inside of
    ``[ ]``. ``value_column`` is where the values of aligned entries start, -1 where they are not.
    """

    __slots__ = (
        "_habits",
        "before_colon",
        "dash_gap",
        "gap",
        "key_quote",
        "list_padding",
        "list_step",
        "other_quote",
        "padding",
        "quote",
        "step",
        "value_column",
    )

    before_colon: str
    dash_gap: str
    gap: str
    key_quote: str
    list_padding: str
    list_step: int
    other_quote: str
    padding: str
    quote: str
    step: int
    value_column: int

    def __init__(self, habits: Habits) -> None:
        self._habits = habits
        self.gap = self.dash_gap = " "
        self.before_colon = self.padding = self.list_padding = ""
        self.value_column = -1

    def __getattr__(self, name: str) -> Any:
        """Return what the neighbours do not tell: the file's habit, which is found only when it is asked for."""
        if name not in _OF_FILE:
            raise AttributeError(name)
        value = getattr(self._habits.file, name)
        setattr(self, name, value)
        return value


class Habits:
    """The habits of one file, found when they are first asked for."""

    __slots__ = ("_file", "outline", "spots")

    def __init__(self, outline: Outline, spots: Spots) -> None:
        self.outline = outline
        self.spots = spots
        self._file: Style | None = None

    @property
    def file(self) -> Style:
        """The style of the majority of the file."""
        if self._file is None:
            self._file = self._of_file()
        return self._file

    def near(self, holder: Entries | None, entry: int) -> Style:
        """Return the style for what comes to stand at an entry, which may be one behind the last."""
        style = Style(self)
        if holder is None or not len(holder):
            return style
        low, high = max(0, entry - _NEIGHBOURS), min(len(holder), entry + _NEIGHBOURS)
        self._quotes(style, holder, low, high)
        if holder.in_brackets:
            self._padding(style, holder)
            return style
        column = holder.column()
        steps: Counter[int] = Counter()
        list_steps: Counter[int] = Counter()
        for other in range(low, high):
            value = holder.values[other]
            kind = self.outline.kinds[value]
            if kind in BLOCKS and holder.is_mapping:
                counts = steps if kind == BLOCK_MAPPING else list_steps
                counts[self._column(value) - column] += 1
        if steps:
            style.step = steps.most_common(1)[0][0]
        if list_steps:
            style.list_step = list_steps.most_common(1)[0][0]
        self._gaps(style, holder, low, high)
        return style

    def _of_file(self) -> Style:
        """Look at the first events of the file."""
        outline = self.outline
        steps: Counter[int] = Counter()
        list_steps: Counter[int] = Counter()
        quotes: Counter[str] = Counter()
        key_quotes: Counter[str] = Counter()
        stack: list[tuple[str, int, int]] = []  # kind, column, and how many children came
        for number, kind in enumerate(outline.kinds[:_MOST_EVENTS]):
            is_key = bool(stack) and stack[-1][0] in MAPPINGS and stack[-1][2] % 2 == 0
            if kind == END:
                if stack:
                    stack.pop()
                continue
            if stack:
                stack[-1] = (stack[-1][0], stack[-1][1], stack[-1][2] + 1)
            if kind in BLOCKS:
                column = self._column(number)
                if stack and stack[-1][0] == BLOCK_MAPPING:
                    (steps if kind == BLOCK_MAPPING else list_steps)[column - stack[-1][1]] += 1
                stack.append((kind, column, 0))
            elif kind in FLOWS:
                stack.append((kind, 0, 0))
            elif kind in ("", "'", '"'):
                value = outline.values[number]
                if kind or (value and is_plain_string(value)):
                    (key_quotes if is_key else quotes)[kind] += 1
        style = Style(self)
        style.step = steps.most_common(1)[0][0] if steps else 2
        style.list_step = list_steps.most_common(1)[0][0] if list_steps else style.step
        style.quote = _majority(quotes)
        style.key_quote = _majority(key_quotes)
        style.other_quote = "'" if quotes["'"] > quotes['"'] else '"'
        return style

    def _column(self, number: int) -> int:
        return self.outline.page.column(self.outline.start(number))

    def _quotes(self, style: Style, holder: Entries, low: int, high: int) -> None:
        """Take over the quotes of the neighbours, where they have any strings."""
        outline = self.outline
        quotes: Counter[str] = Counter()
        keys: Counter[str] = Counter()
        for entry in range(low, high):
            if holder.is_mapping and outline.kinds[holder.keys[entry]] in ("", "'", '"'):
                keys[outline.kinds[holder.keys[entry]]] += 1
            value = holder.values[entry]
            kind = outline.kinds[value]
            said = outline.values[value]
            if kind in ("'", '"') or (not kind and said and is_plain_string(said)):
                quotes[kind] += 1
        if quotes:
            style.quote = _majority(quotes)
        if keys:
            style.key_quote = _majority(keys)

    def _padding(self, style: Style, holder: Entries) -> None:
        start, end = holder.brackets()
        text = self.outline.page.text
        if holder.is_pair or end - start < 2:
            return
        padding = " " if text[start + 1] == " " and text[end - 1] == " " else ""
        if holder.is_mapping:
            style.padding = padding
        else:
            style.list_padding = padding

    def _gaps(self, style: Style, holder: Entries, low: int, high: int) -> None:
        """Take over the blanks around the neighbours' colons, or after their dashes."""
        outline, page = self.outline, self.outline.page
        gaps: Counter[str] = Counter()
        befores: Counter[str] = Counter()
        columns: set[int] = set()
        for entry in range(low, high):
            value = holder.values[entry]
            start = outline.starts[value]
            after = outline.colon_end(holder.keys[entry]) if holder.is_mapping else holder.dash(entry) + 1
            if holder.is_mapping:
                befores[page.text[outline.ends[holder.keys[entry]] : after - 1]] += 1
            if outline.is_empty(value) or page.text[after:start].strip(" ") or start <= after:
                continue
            gaps[page.text[after:start]] += 1
            columns.add(page.column(start))
        if befores and set(befores) == {" "}:
            style.before_colon = " "
        if not gaps:
            return
        if not holder.is_mapping:
            style.dash_gap = gaps.most_common(1)[0][0]
        elif len(gaps) == 1:
            style.gap = next(iter(gaps)) if gaps.total() > 1 else " "
        elif len(columns) == 1:
            style.value_column = columns.pop()


def _majority(counts: Counter[str]) -> str:
    """Return the commonest way of quoting; plain where there is no majority."""
    best = counts.most_common(1)
    return best[0][0] if best and best[0][1] * 2 > counts.total() else ""
