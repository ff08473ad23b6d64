"""``If-Match`` and ``If-None-Match``, read as RFC 9110 writes them (sections 8.8.3, 13.1.1 and 13.1.2)."""

from __future__ import annotations

import re

from .problem import Problem

_TAG = re.compile(r'[ \t]*(W/)?("[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?:,|$)')
_EMPTY = re.compile(r"[ \t]*,")
_MOST_TAGS = 100


def tags_in(name: str, value: bytes | None, weakly: bool = False) -> tuple[str, ...]:
    """Return the tags of a header, with their quotes; ``("*",)`` for any, ``()`` for no header.

    Arguments: ``name`` of the header for the message; ``weakly`` takes the mark of a weak tag off, since that
    comparison does not look at it; else it stays, and such a tag is equal to no strong one. Raises ``Problem`` (400).
    """
    if value is None:
        return ()
    text = value.decode("latin-1").strip(" \t")
    if text == "*":
        return ("*",)
    found: list[str] = []
    place = 0
    while place < len(text):
        empty = _EMPTY.match(text, place)
        if empty is not None:  # empty places of a list are let pass
            place = empty.end()
            continue
        tag = _TAG.match(text, place)
        if tag is None or len(found) == _MOST_TAGS:
            raise _bad(name)
        found.append(tag[2] if weakly or tag[1] is None else tag[1] + tag[2])
        place = tag.end()
    if not found:
        raise _bad(name)
    return tuple(found)


def _bad(name: str) -> Problem:
    return Problem(
        400,
        "bad-condition",
        f'{name} is * or a list of at most {_MOST_TAGS} tags in quotation marks, as an ETag gave them: "k3yz9..."',
    )
