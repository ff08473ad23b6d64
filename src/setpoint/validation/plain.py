"""Trees that a program hands over: what Python writes in its own way, as the one data model has it."""

from __future__ import annotations

from ..tree import MisfitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..budget import Budget


def plain(value: Any, budget: Budget) -> Any:
    """Return a value with every kind of mapping as a dict and every tuple and kind of list as a list.

    What is left as it is, such as a set or a date, is for ``survey`` to refuse; text that cannot be written as UTF-8
    is refused here, by ``MisfitError``, and so is a value that contains itself or is over ``budget``.
    """
    room = [budget.nodes]
    return _copy(value, (), budget, room)


def _copy(value: Any, path: tuple[str | int, ...], budget: Budget, room: list[int]) -> Any:
    room[0] -= 1
    if room[0] < 0:
        raise MisfitError("too-many-values", f"the document holds more than {budget.nodes:,} values", ())
    # Plain loops: a comprehension would need twice the stack.
    if isinstance(value, dict):
        _check_depth(path, budget)
        mapping = {}
        for key, item in value.items():
            inside = (*path, str(key))
            mapping[_text(key, inside)] = _copy(item, inside, budget, room)
        return mapping
    if isinstance(value, list | tuple):
        _check_depth(path, budget)
        items = []
        for index, item in enumerate(value):
            items.append(_copy(item, (*path, index), budget, room))
        return items
    return _text(value, path)


def _check_depth(path: tuple[str | int, ...], budget: Budget) -> None:
    if len(path) >= budget.depth:
        raise MisfitError("too-deep", f"mappings and lists are nested more than {budget.depth} deep", path[:10])


def _text(value: Any, path: tuple[str | int, ...]) -> Any:
    if isinstance(value, str):
        text = value if type(value) is str else str.__str__(value)
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            message = "this text holds half of a character (a lone surrogate), which no file can hold"
            raise MisfitError("lone-surrogate", message, path) from None
        return text
    return value
