"""JSON: read by orjson where that is safe, by the standard library where it is not, refused by our own scanner.

orjson is fast, and silent about two things: the last of two equal keys wins, and an integer beyond 64 bits becomes a
rounded float. Both are ruled out by counting bytes before its result is believed; the usual document needs no more.
"""

from __future__ import annotations

import json

from ..tree import LARGEST_INTEGER, SMALLEST_INTEGER, MisfitError, survey
from .refusal import BOM, refuse, text_of
from .value_bound import check_json_values, too_many_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any, NoReturn

    from ..budget import Budget
    from ..diagnostic import Diagnostic
    from ..span import Place
    from ..tree import Tree

# Importing orjson takes as long as the standard library needs for some megabytes: a command that reads one small file
# is done before that pays. orjson is imported when this many bytes have been read, or used at once where it is there.
ORJSON_AFTER = 256 * 1024

# The module, once it was looked for; None when this interpreter has none, and then the standard library reads all.
orjson: ModuleType | None = None
_sought = False
_read_so_far = 0

_WHITE_SPACE = b" \t\r\n"
_DIGITS_AS_ZEROS = bytes(0x30 if 0x30 <= byte <= 0x39 else byte for byte in range(256))
# The shortest integers beyond 64 bits have 20 digits, below zero 19: 2**64 and -2**63 - 1.
_LONG_INTEGER = b"0" * 20
_LONG_NEGATIVE = b"-" + b"0" * 19
_NO_STRUCTURE = bytes(byte for byte in range(256) if byte not in b'",:[]{}')
_DUMPS_DEPTH = 200  # orjson writes no deeper than 254


class _DoubtError(ValueError):
    """The standard library met something that it would accept and we do not."""


def decode(data: bytes, budget: Budget, warn: Callable[[Diagnostic], None]) -> Tree:  # noqa: ARG001 - nothing is doubtful
    """Return the tree in the bytes of a JSON document.

    Arguments: see ``formats.decode``; JSON has nothing to warn of. Raises ``ConfigParseError``.
    """
    return read(data[len(BOM) :] if data.startswith(BOM) else data, budget)


def locate(text: str) -> Place:
    """Return the place of every value in a JSON text."""
    from .json_scan import scan

    return scan(text)


def find_orjson() -> None:
    """Import orjson now, if this interpreter has it."""
    global orjson, _sought  # noqa: PLW0603 - found out once
    _sought = True
    try:
        import orjson as found
    except ImportError:  # not built for this interpreter: the standard library takes twice as long
        return
    orjson = found


def _is_worth_it(size: int) -> bool:
    """Count the bytes that were read, and tell whether they are enough to import orjson."""
    global _read_so_far  # noqa: PLW0603 - a lost update only delays the import
    import sys

    _read_so_far += size
    return _read_so_far >= ORJSON_AFTER or "orjson" in sys.modules


def read(body: bytes, budget: Budget, shown: str | None = None) -> Tree:
    """Return the tree in the bytes of a JSON text without byte order mark.

    Arguments: ``shown`` is the text as its author wrote it, when this is JSONC with its comments blanked out.
    """
    check_json_values(body, budget)
    if not _sought and _is_worth_it(len(body)):
        find_orjson()
    try:
        if orjson is None:
            tree: Tree = _strictly(body, budget)
            survey(tree, budget)
        else:
            tree = orjson.loads(body)
            if not _is_proved(body, orjson.dumps, tree, budget) and _is_doubtful(body, survey(tree, budget)):
                _strictly(body, budget)
    except (ValueError, MisfitError) as error:
        if isinstance(error, MisfitError) and error.rule == "too-many-values":
            raise too_many_values(budget) from None
        _refuse(body, budget, shown, error)
    return tree


def _is_proved(body: bytes, dumps: Callable[[Tree], bytes], tree: Tree, budget: Budget) -> bool:
    """True when the counts of a few bytes prove that the tree fits the budget and that nothing was lost in it.

    Each key brings one colon, and so does each colon inside a string, which a tree written anew shows as the text does
    when that has no ``\\u``. So a key that was lost shows as a smaller count.
    """
    if len(body) >= 2 * budget.nodes or not _is_shallow(body, min(budget.depth, _DUMPS_DEPTH)):
        return False
    if b"\\" in body and b"\\u" in body:  # looking for one byte first is ten times faster
        return False
    masked = body.translate(_DIGITS_AS_ZEROS)
    if _LONG_INTEGER in masked or _LONG_NEGATIVE in masked:
        return False
    return body.count(b":") == dumps(tree).count(b":")


def _is_shallow(body: bytes, depth: int) -> bool:
    """True when counting proves that a well-formed text is not nested deeper than ``depth``."""
    if body.count(b"[") + body.count(b"{") <= depth:
        return True
    if b"\\" in body:
        return False
    shape = body.translate(None, _NO_STRUCTURE).replace(b'""', b"")
    if b'"' in shape:  # around brackets, colons and commas inside strings
        shape = b"".join(shape.split(b'"')[::2])
    shape = shape.translate(None, b",:")
    levels = 0  # at most: one pass takes one level of one kind of brackets off
    while shape and levels <= depth:
        before = len(shape)
        for brackets in (b"[]", b"{}"):
            length = len(shape)
            shape = shape.replace(brackets, b"")
            levels += len(shape) < length
        if len(shape) == before:
            return False
    return levels <= depth


def _is_doubtful(body: bytes, keys: int) -> bool:
    """True when the text may hold a duplicate key or an integer beyond 64 bits; ``keys`` are those in its tree.

    Only a string that begins with a colon, or that holds an escaped quote before one, adds to the count of ``":``; so
    as many as there are keys means that none was lost.
    """
    packed = body.translate(_DIGITS_AS_ZEROS, _WHITE_SPACE)
    return packed.count(b'":') != keys or _LONG_INTEGER in packed or _LONG_NEGATIVE in packed


def _strictly(body: bytes, budget: Budget) -> Tree:
    """Return the tree as the standard library reads it; raise ``ValueError`` for anything that is wrong with it."""
    text = body.decode("utf-8")
    if _is_deeper(text, budget.depth):
        raise _DoubtError("nested too deep")
    tree: Tree = json.loads(
        text, object_pairs_hook=_without_duplicates, parse_int=_integer, parse_constant=_refuse_constant
    )
    if "\\u" in text:
        json.dumps(tree, ensure_ascii=False).encode("utf-8")  # raises UnicodeEncodeError for half a surrogate pair
    return tree


def _is_deeper(text: str, depth: int) -> bool:
    """True when lists and objects are nested deeper than ``depth``, which the library would follow by recursion."""
    if text.count("[") + text.count("{") <= depth:
        return False
    import re

    level = 0
    for found in re.finditer(r'"(?:[^"\\]++|\\.)*+"|([\[{])|[\]}]', text, re.DOTALL):
        if found.group(1):
            level += 1
            if level > depth:
                return True
        elif found.group()[0] != '"':
            level -= 1
    return False


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise _DoubtError("a key is there twice")
    return mapping


def _integer(lexeme: str) -> int:
    if len(lexeme) > 20 or not SMALLEST_INTEGER <= int(lexeme) <= LARGEST_INTEGER:
        raise _DoubtError("an integer is too large")
    return int(lexeme)


def _refuse_constant(_name: str) -> NoReturn:
    raise _DoubtError("a number is not finite")


def _refuse(body: bytes, budget: Budget, shown: str | None, error: Exception) -> NoReturn:
    """Raise ``ConfigParseError`` for a text that was refused with ``error``."""
    text = text_of(body)
    from .json_scan import scan

    places = scan(text, shown, depth=budget.depth, comments=shown is not None)
    # Not reached while the scanner is as strict as the parsers: then it has raised, in better words than these.
    from ..span import Lines

    lines = Lines(text if shown is None else shown)
    if isinstance(error, MisfitError):
        place = places.nearest(error.path)
        raise refuse(error.rule, str(error), lines, place.start, place.end) from None
    position = getattr(error, "pos", 0)
    reason = getattr(error, "msg", str(error))
    raise refuse("syntax", f"the JSON parser refuses this: {reason}", lines, position) from None
