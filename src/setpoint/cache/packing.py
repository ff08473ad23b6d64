"""Packing a frozen tree into compressed bytes in memory, and unpacking it without parsing text."""

from __future__ import annotations

import marshal
from zlib import MAX_WBITS, compress, decompress, decompressobj

from ..config import FrozenList, Unshaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..config import Config

# Made and filled by dict and list themselves: what goes in was frozen before it was packed.
_new_config = dict.__new__
_fill_config = dict.update
_new_list = list.__new__
_fill_list = list.extend


def pack(tree: Config, level: int, attached: bytes = b"") -> tuple[bytes, int]:
    """Return a tree as compressed bytes, and how many bytes it was before compression.

    Arguments: ``level`` is zlib's, 0 to 9; ``attached`` are bytes that are compressed behind it, and not counted:
    a document's text takes little more room there, because most of it stands in the tree.

    The bytes are for this process's memory only: inside is the interpreter's own marshal format, which is the
    quickest to come back and is safe exactly because nobody else can write it. Mappings and lists are stored one after
    another, the innermost first, with the place of each in its parent, so that unpacking visits containers and never
    the values in them: on a 3 KB document that takes two thirds of the time of decoding JSON and freezing the result
    (bench/cache.py).
    """
    # The outermost first; reversed below, which puts every child before its parent.
    order: list[tuple[Any, int, str | int | None]] = [(tree, 0, None)]
    for place, (holder, _, _) in enumerate(order):  # the list grows while it is walked
        entries: Any = holder.items() if isinstance(holder, dict) else enumerate(holder)
        order.extend((value, place, key) for key, value in entries if isinstance(value, (dict, list)))
    order.reverse()
    last = len(order) - 1
    holders = tuple([_without_children(holder) for holder, _, _ in order])
    parents = tuple([last - place for _, place, _ in order[:-1]])
    keys = tuple([key for _, _, key in order[:-1]])
    raw = marshal.dumps((holders, parents, keys))
    return compress(raw + attached if attached else raw, level), len(raw)


def unpack(packed: bytes, size: int) -> Config:
    """Return the tree that ``pack`` packed, frozen and equal to it in every value, type and the order of keys.

    Arguments: both results of ``pack``. Nothing behind the tree is decompressed.
    """
    raw = decompressobj().decompress(packed, size)
    holders, parents, keys = marshal.loads(raw)  # noqa: S302 - bytes that never left this process
    frozen: Any
    for holder, parent, key in zip(holders, parents, keys, strict=False):  # the outermost, the last, has no parent
        if type(holder) is dict:
            frozen = _new_config(Unshaped)
            _fill_config(frozen, holder)
        else:
            frozen = _new_list(FrozenList)
            _fill_list(frozen, holder)
        holders[parent][key] = frozen
    tree = _new_config(Unshaped)
    _fill_config(tree, holders[-1])
    return tree


def unpack_attached(packed: bytes, size: int) -> bytes:
    """Return the bytes that ``pack`` put behind the tree.

    Arguments: both results of ``pack``.
    """
    return decompress(packed, MAX_WBITS, 4 * size)[size:]


def _without_children(holder: Any) -> Any:
    """Return a plain copy with None where a container goes: it keeps the place of the key."""
    if isinstance(holder, dict):
        return {key: None if isinstance(value, (dict, list)) else value for key, value in holder.items()}
    return [None if isinstance(value, (dict, list)) else value for value in holder]
