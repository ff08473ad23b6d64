"""``Change``: a value before and after; and the word for any value at all."""

from __future__ import annotations


class AnyValue:
    """What is expected where nothing in particular is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ANY_VALUE"


ANY_VALUE = AnyValue()
