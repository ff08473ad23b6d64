"""Texts of files, and their differences, as somebody may see them who may not see the secrets in them."""

from __future__ import annotations

from ..errors import ConfigParseError
from ..secret import MASK
from .masks import pattern_of, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from ..sources.listing import LayerFile
    from ..span import Place
    from ..transaction.draft import Draft
    from .masks import Masks


def without_remarks(data: bytes | None, format_name: str, pattern: re.Pattern[str] | None) -> bytes | None:
    """Return the text of a file in whose comments every match of a pattern is masked; None for no file.

    Keys and values are left alone: those that are secret are masked by their place, and the others may be read anyway.
    If they were masked because they hold a secret by chance, whoever may write one could fill it with guesses, and see
    which of them is right. A text that cannot be parsed comes back as it is; it is not shown.
    """
    from ..formats import decode, locate
    from ..formats.refusal import text_of

    if data is None or pattern is None:
        return data
    try:
        decode(data, format_name)
        text, root = text_of(data), locate(data, format_name)
    except ConfigParseError:
        return data
    if not pattern.search(text):
        return data
    pieces, at = [], 0
    for start, end in sorted(_spans(root)):
        if start > at:
            pieces.append(pattern.sub(MASK, text[at:start]))
        pieces.append(text[max(start, at) : end])
        at = max(at, end)
    pieces.append(pattern.sub(MASK, text[at:]))
    return "".join(pieces).encode()


def shown_draft(draft: Draft, masks: Masks, words: Iterable[str]) -> str:
    """Return the unified diff of what a draft changes, with its secrets masked.

    Arguments: ``words`` are secrets of the document besides those in the changed files themselves.
    """
    from ..transaction.difference import shown_difference

    known, found = set(words), []
    for change in draft.changes():
        file = draft.file_at(change.path)
        sides = (change.before, change.after)
        pattern = pattern_of(known | words_in(masks, draft.name, file, sides))
        old, new = (without_remarks(data, file.format_name, pattern) for data in sides)
        found.append(shown_difference(draft.workspace, draft.name, file, old, new))
    return "".join(found)


def words_in(masks: Masks, name: str, file: LayerFile, texts: Iterable[bytes | None]) -> set[str]:
    """Return the secrets of a document that stand in some texts of a file, of those that can be parsed."""
    from ..formats import decode

    found: set[str] = set()
    for data in texts:
        if data is None:
            continue
        try:
            tree = decode(data, file.format_name)
        except ConfigParseError:
            continue  # such a text is not shown
        found |= words_of(tree, masks.secrets(name, tree))
    return found


def _spans(root: Place) -> Iterator[tuple[int, int]]:
    """Yield where each key stands, and each value that holds no other."""
    waiting = [root]
    while waiting:
        place = waiting.pop()
        if place.key_start >= 0:
            yield place.key_start, place.key_end
        children = place.children
        if children is None:
            yield place.start, place.end
        else:
            waiting += children.values() if isinstance(children, dict) else children
