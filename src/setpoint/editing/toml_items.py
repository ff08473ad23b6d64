"""The items of an array or of an inline table, with their commas."""

from __future__ import annotations

from .toml_lines import GAP, NAME, PAIR, name_parts, value_end

TYPE_CHECKING = False


class Item:
    """One item of an array or entry of an inline table, from ``start`` to ``end``.

    ``value`` is where its value starts, ``name`` to ``name_end`` its key's place and ``parts`` the key, empty in an
    array. ``comma`` is the offset of the comma that follows, or -1.
    """

    __slots__ = ("comma", "end", "name", "name_end", "parts", "start", "value")

    kind = PAIR
    index = 0

    def __init__(self, start: int, value: int, end: int) -> None:
        self.start = start
        self.value = value
        self.end = end
        self.name = self.name_end = start
        self.parts: tuple[str, ...] = ()
        self.comma = -1


def items_of(text: str, start: int, end: int) -> list[Item]:
    """Return the items of the array or inline table that is written from ``start`` to ``end``."""
    items: list[Item] = []
    has_keys = text[start] == "{"
    if not has_keys and text[start] != "[":
        return items
    position = _past_gap(text, start + 1)
    while position < end - 1:
        item = Item(position, position, position)
        if has_keys:
            found = NAME.match(text, position)
            assert found is not None, "the text is not well-formed TOML"
            item.name_end = found.end()
            item.parts = name_parts(found[0])
            item.value = _past_gap(text, text.index("=", found.end()) + 1)
        item.end = value_end(text, item.value)
        items.append(item)
        position = _past_gap(text, item.end)
        if text.startswith(",", position):
            item.comma = position
            position = _past_gap(text, position + 1)
    return items


def _past_gap(text: str, position: int) -> int:
    found = GAP.match(text, position)
    assert found is not None
    return found.end()
