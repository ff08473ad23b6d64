"""Values as they are written behind ``=`` or in an array, and tables as sections of their own."""

from __future__ import annotations

from .toml_scalars import key, scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..tree import Tree
    from .toml_habits import Habits

_WIDTH = 100  # an array that is longer on one line goes over several


def inline(value: Tree, habits: Habits, equals: str = " = ", quote: str = '"') -> str:
    """Return a value on one line. Raises ``Refusal`` for null."""
    if isinstance(value, dict):
        if not value:
            return "{}"
        pad = habits.table_pad()
        entries = (f"{key(name)}{equals}{inline(below, habits, equals, quote)}" for name, below in value.items())
        return f"{{{pad}{', '.join(entries)}{pad}}}"
    if isinstance(value, list):
        if not value:
            return "[]"
        pad = habits.array_pad()
        return f"[{pad}{', '.join(inline(below, habits, equals, quote) for below in value)}{pad}]"
    return scalar(value, quote=quote)


def behind_equals(value: Tree, habits: Habits, indent: str, quote: str = '"', equals: str = " = ") -> str:
    """Return a value as a pair has it: a long array over several lines, a text of several lines as such."""
    equals = "=" if equals == "=" else " = "
    if isinstance(value, str) and "\n" in value.strip("\n") and len(value) > 40:
        return scalar(value, old=quote * 3 + "\n")
    written = inline(value, habits, equals, quote)
    if isinstance(value, list) and len(value) > 1 and len(written) > _WIDTH:
        return over_lines(value, habits, indent, indent + habits.item_indent(), quote=quote)
    return written


def over_lines(
    value: list[Any], habits: Habits, outer: str, indent: str, *, comma: bool = True, quote: str = '"'
) -> str:
    """Return an array with one item a line; ``comma`` is whether one follows the last."""
    lines = [f"{indent}{inline(item, habits, quote=quote)}" for item in value]
    return "[\n" + ",\n".join(lines) + ("," if comma else "") + f"\n{outer}]"


def is_tables(value: object) -> bool:
    """True for a list that ``[[headers]]`` can write: one or more mappings, and nothing else."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def section(
    names: list[str],
    value: dict[str, Any],
    habits: Habits,
    indent: str,
    quote: str,
    *,
    item: bool = False,
    beside: str | None = None,
) -> str:
    """Return a table as its header and its lines, and further sections for the tables in it, in their order.

    Arguments: ``names`` is the header's name, none for the whole document; ``item`` whether it is one of a list:
    ``[[name]]``; ``beside`` is what follows the header on its line, None when it may be left to longer headers.
    A table in front of a single value must stay inside the section, so it is written inline.
    """
    title = ".".join(key(name) for name in names)
    entries = list(value.items())
    behind = len(entries)
    while behind and (_is_table(entries[behind - 1][1]) or is_tables(entries[behind - 1][1])):
        behind -= 1
    lines = []
    inner = indent + habits.pair_indent() if names else indent
    equals = habits.equals("", ())
    for name, below in entries[:behind]:
        written = key(name)
        lines.append(f"{inner}{written}{equals}{behind_equals(below, habits, inner, quote, equals)}\n")
    header = f"[[{title}]]" if item else f"[{title}]"
    texts = []
    if not names:
        texts = ["".join(lines)] if lines else []
    elif lines or item or behind == len(entries) or beside is not None:
        texts = [f"{indent}{header}{beside or ''}\n{''.join(lines)}"]
    for name, below in entries[behind:]:
        if isinstance(below, dict):
            texts.append(section([*names, name], below, habits, indent, quote))
        else:
            texts += [section([*names, name], each, habits, indent, quote, item=True) for each in below]
    return ("\n" * habits.between_sections()).join(texts)


def dotted(names: list[str], value: Tree) -> list[tuple[list[str], Tree]]:
    """Return the pairs that write a table by dotted keys: its single values, lists and empty tables."""
    if not isinstance(value, dict) or not value:
        return [(names, value)]
    return [pair for name, below in value.items() for pair in dotted([*names, name], below)]


def _is_table(value: object) -> bool:
    return isinstance(value, dict)
