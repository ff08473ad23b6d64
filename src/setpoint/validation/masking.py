"""Diagnostics of a document that show where, and never show a secret."""

from __future__ import annotations

from ..address import parse_pointer, pointer
from ..errors import ConfigParseError
from ..excerpt import unparsed_excerpt
from ..formats.refusal import text_of
from ..secret import MASK, is_secret_name
from ..span import Lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from ..diagnosis.problem import Problem
    from ..diagnostic import Diagnostic
    from ..tree import Tree
    from .family import Family
    from .schema import Schema
    from .source_text import SourceText

# A shorter secret is not looked for in other findings' words: "on" or "1" would be masked everywhere.
_TELLING = 5


def placed(
    data: bytes,
    format_name: str,
    tree: Tree,
    problems: Sequence[Problem],
    *,
    schema: Schema | None,
    warnings: Sequence[Diagnostic],
) -> list[Diagnostic]:
    """Return problems of a parsed document, and its decoder's warnings, as located diagnostics with safe excerpts.

    Arguments: ``schema`` is the document's, which says what is secret in it besides what names give away.
    """
    from .source_text import SourceText

    secrets = schema.secret_parts(tree) if schema is not None else secret_by_name(tree)
    words = {word for parts in secrets for word in _words(tree, parts)}
    telling = _any_of(word for word in words if len(word) >= _TELLING)
    all_words = _any_of(words)
    source = SourceText(data, format_name)
    source.hide(secrets, telling)
    found = [source.diagnostic(problem, None) for problem in problems]
    found += [_again(warning, source) for warning in warnings]
    for one in found:
        pattern = all_words if source.hides(one) else telling
        if pattern is not None:
            one.message = pattern.sub(MASK, one.message)
            one.suggestion = pattern.sub(MASK, one.suggestion) if one.suggestion is not None else None
    return found


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """Return an expression for any of some words, the longest first, or None when there are none."""
    import re

    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None


def _words(tree: Tree, parts: Sequence[str | int]) -> list[str]:
    """Return what a secret says: every text and number in it."""
    from ..address import lookup

    found = []
    waiting = [lookup(tree, parts)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            found += [value, *value.split("\n")]
        elif value is not None and not isinstance(value, bool):
            found.append(str(value))
    return [word for word in found if word.strip()]


def secret_by_name(tree: Tree) -> list[tuple[str | int, ...]]:
    """Return the parts of each value of a tree that its key's name gives away as secret."""
    from ..diagnosis.knowledge import secret_parts

    return secret_parts(tree, True, _nowhere, "")


def masked(tree: Tree, parts: Sequence[str | int], secrets: Iterable[Sequence[str | int]], mask: str = MASK) -> Any:
    """Return a copy of the value at ``parts`` of a tree with ``mask`` for each of the ``secrets`` in it.

    Arguments: ``secrets`` are the parts of secret values; a list index is the same as number and as text. Raises
    ``KeyError`` where the tree has nothing at ``parts``.
    """
    from ..address import lookup

    hidden = {tuple(map(str, secret)) for secret in secrets}
    at = tuple(_as_counted(tree, parts))
    if any(at[:length] in hidden for length in range(len(at) + 1)):
        return mask
    return _masked_below(lookup(tree, parts), at, hidden, mask)


def _as_counted(tree: Tree, parts: Iterable[str | int]) -> Iterator[str]:
    """Yield parts as text, each index of a list in its one spelling: ``00`` leads to an item as ``0`` does."""
    value: Any = tree
    for part in parts:
        text = str(part)
        is_index = isinstance(value, list) and text.isdecimal() and len(text) < 20 and int(text) < len(value)
        if is_index:
            text = str(int(text))
        value = value[int(text)] if is_index else value.get(text) if isinstance(value, dict) else None
        yield text


def masked_by_name(tree: Any, parts: Sequence[str | int], mask: str = MASK) -> Any:
    """Return what ``masked`` does for a document without a schema: names alone say what is secret."""
    return masked(tree, parts, secret_by_name(tree), mask)


def _masked_below(value: Any, at: tuple[str, ...], hidden: set[tuple[str, ...]], mask: str) -> Any:
    if at in hidden:
        return mask
    if isinstance(value, dict):
        return {key: _masked_below(item, (*at, key), hidden, mask) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked_below(item, (*at, str(index)), hidden, mask) for index, item in enumerate(value)]
    return value


def _nowhere(_base: str, reference: str) -> tuple[object, str]:
    from ..errors import SchemaError

    raise SchemaError(f"there is no schema to look {reference!r} up in")


def _again(warning: Diagnostic, source: SourceText) -> Diagnostic:
    """Return a decoder's warning with an excerpt that knows the schema's secrets too."""
    if warning.line is None or warning.column is None:
        return warning
    start = source.lines.offset(warning.line, warning.column)
    end = source.lines.offset(warning.end_line or warning.line, warning.end_column or warning.column)
    return warning.replace(excerpt=source.excerpt(start, end))


def masked_unparsed(data: bytes, diagnostics: Sequence[Diagnostic], family: Family | None) -> list[Diagnostic]:
    """Return the findings about a document that cannot be parsed, with what its schemas call secret masked too.

    There is no tree, so a secret is known by its key's name alone: one that looks secret, or that a schema marks.
    """
    names: set[str] = set()
    if family is not None:
        for schema in family.schemas.values():
            names |= schema.secret_names()
    try:
        lines = Lines(text_of(data))
    except ConfigParseError:
        return [one.replace() for one in diagnostics]  # not even text: its excerpt was made safe by who found it
    found = []
    for one in diagnostics:
        if one.line is None or one.column is None:
            found.append(one.replace())
            continue
        start = lines.offset(one.line, one.column)
        end = lines.offset(one.end_line or one.line, one.end_column or one.column)
        safe = one.replace(excerpt=unparsed_excerpt(lines, start, max(end, start), names.__contains__))
        if _is_hidden(safe, names):
            safe.message = _without(lines.text[start:end], safe.message)
            safe.suggestion = _without(lines.text[start:end], safe.suggestion) if safe.suggestion else None
        safe.path = _without_inside(safe.path, names)
        found.append(safe)
    return found


def _without_inside(path: str | None, names: set[str]) -> str | None:
    """Return a path that ends at the first secret on it: a slip can make a key of what is a value."""
    parts = parse_pointer(path or "")
    for depth, part in enumerate(parts, 1):
        if is_secret_name(part) or part in names:
            return pointer(parts[:depth])
    return path


def _is_hidden(found: Diagnostic, names: set[str]) -> bool:
    if found.path and any(is_secret_name(part) or part in names for part in parse_pointer(found.path)):
        return True
    shown = found.excerpt
    if shown is None:
        return False
    line = next((text for number, text in shown.lines if number == shown.line), "")
    at = line.find(MASK)
    return at >= 0 and shown.start - 1 >= at


def _without(written: str, words: str) -> str:
    """Return words in which a secret is masked, as it is written in the file and without its quotes."""
    for word in (written.strip(), written.strip().strip("\"'")):
        if word:
            words = words.replace(word, MASK)
    return words
