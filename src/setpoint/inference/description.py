"""From comments to the description in a schema, and what must not get there."""

from __future__ import annotations

import re

from ..address import lookup
from ..secret import is_secret_name
from ..validation.masking import secret_by_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..tree import Tree

_LONGEST = 400  # characters of a description
_SHORTEST_SECRET = 4  # characters: what is shorter stands in any text
_MARKS = re.compile(r"\A[ \t]*(?:#+!?|/{2,}|/\*+|\*+(?!/))?[ \t]*|[ \t]*(?:\*+/)?[ \t]*\Z")
_WORD = re.compile(r"[^\W_]")
_ASSIGNED = re.compile(r"([\w.-]+)[\"']?[ \t]*[:=][ \t]*\S")
_USER_INFO = re.compile(r"://[^\s/@]*:[^\s/@]*@")


class Secrets:
    """The secret values of some trees, by the names of their keys, so that no comment with one of them is repeated."""

    def __init__(self, trees: Iterable[Tree]) -> None:
        found: set[str] = set()
        for tree in trees:
            for parts in secret_by_name(tree):
                waiting = [lookup(tree, parts)]
                while waiting:
                    value = waiting.pop()
                    if isinstance(value, dict):
                        waiting += value.values()
                    elif isinstance(value, list):
                        waiting += value
                    elif value is not None and not isinstance(value, bool):
                        found.add(str(value))
        self._texts = [text for text in found if len(text) >= _SHORTEST_SECRET]

    def are_in(self, text: str) -> bool:
        """True when a text holds a secret value, or looks as if it did: ``password = …``, ``https://user:word@host``."""
        return (
            any(secret in text for secret in self._texts)
            or _USER_INFO.search(text) is not None
            or any(is_secret_name(name) for name in _ASSIGNED.findall(text))
        )


def description(comments: Iterable[Sequence[str]], secrets: Secrets) -> str | None:
    """Return what comments say as one text, or None when they say nothing or too much.

    Arguments: ``comments`` by their lines, as they are written. Marks of comments and lines drawn of signs are left
    out; more than 400 characters are cut.
    """
    text = ""
    for lines in comments:
        said = [_MARKS.sub("", line) for line in lines]
        more = " ".join(" ".join(line.split()) for line in said if _WORD.search(line) is not None)
        if any(secrets.are_in(line) for line in (*said, more)):
            return None
        if more:
            text += f"{'' if not text else ' ' if text[-1] in '.!?:;,' else '. '}{more}"
    if not text:
        return None
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1].rpartition(" ")[0] + " …"
    return text if text.isprintable() else None
