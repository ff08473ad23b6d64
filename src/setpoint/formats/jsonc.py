"""JSON with comments, as editors write it: ``//`` and ``/* */`` comments and trailing commas, else strict JSON.

Both are overwritten with spaces, so that everything else keeps its offset; what is left is read as JSON.
"""

from __future__ import annotations

import re

from .json import read
from .json_scan import scan
from .refusal import refuse, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..budget import Budget
    from ..diagnostic import Diagnostic
    from ..span import Place
    from ..tree import Tree

# A string that is never closed ends with its line here; the scanner will say so.
_STRING = r'"(?:[^"\\\r\n]++|\\.)*+"?'
_comments = re.compile(rf"{_STRING}|(?P<line>//[^\r\n]*+)|(?P<block>/\*(?:[^*]++|\*(?!/))*+(?P<closed>\*/)?)")
# A comma that follows an opening bracket, a colon or another comma is no trailing one: [,] stays wrong.
_commas = re.compile(rf"{_STRING}|[\[{{:,][ \t\r\n]*+(?=,),?+|(?P<trailing>,)(?=[ \t\r\n]*+[\]}}])")
_may_have_trailing_comma = re.compile(r",[ \t\r\n]*+[\]}]").search


def decode(data: bytes, budget: Budget, warn: Callable[[Diagnostic], None]) -> Tree:  # noqa: ARG001 - nothing is doubtful
    """Return the tree in the bytes of a JSONC document.

    Arguments: see ``formats.decode``; JSONC has nothing to warn of. Raises ``ConfigParseError``.
    """
    text = text_of(data)
    return read(blanked(text).encode("utf-8"), budget, shown=text)


def locate(text: str) -> Place:
    """Return the place of every value in a JSONC text."""
    return scan(blanked(text), text, comments=True)


def blanked(text: str) -> str:
    """Return a JSONC text with spaces in place of its comments and trailing commas, line breaks kept.

    Raises ``ConfigParseError`` for a comment that is never closed.
    """
    pieces = []
    done = 0
    if "//" in text or "/*" in text:
        for found in _comments.finditer(text):
            if found.lastgroup is None:
                continue
            if found["block"] is not None and found["closed"] is None:
                from ..span import Lines

                message = "the comment that starts here is never closed"
                raise refuse(
                    "syntax", message, Lines(text), found.start(), found.start() + 2, suggestion="close it with */"
                )
            pieces += [text[done : found.start()], _spaces(found.group())]
            done = found.end()
        pieces.append(text[done:])
        text = "".join(pieces)
        pieces, done = [], 0
    if _may_have_trailing_comma(text) is None:
        return text
    for found in _commas.finditer(text):
        if found["trailing"] is not None:
            pieces += [text[done : found.start()], " "]
            done = found.end()
    pieces.append(text[done:])
    return "".join(pieces)


def _spaces(comment: str) -> str:
    return re.sub(r"[^\r\n]", " ", comment)
