"""What changes in a file, as people read it, without its secrets."""

from __future__ import annotations

from ..secret import MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..sources.listing import LayerFile
    from ..workspace import Workspace

# A secret that changed: both sides are masked, and still the line shows as changed.
_CHANGED = f"{MASK} (changed)"


def shown_difference(workspace: Workspace, document: str, file: LayerFile, old: bytes | None, new: bytes | None) -> str:
    """Return the unified diff of a file's texts, with everything masked that is secret in them.

    Arguments: None stands for no file.
    """
    from ..history.difference import text_diff

    if old == new:
        return ""
    family = workspace.family(document)
    before, hidden = _masked(old, file.format_name, family, {})
    after, _ = _masked(new, file.format_name, family, hidden)
    return text_diff(
        before or b"",
        after or b"",
        file.shown if old is not None else "/dev/null",
        file.shown if new is not None else "/dev/null",
    )


def shown_text(workspace: Workspace, document: str, file: LayerFile, data: bytes) -> str:
    """Return a file's text with everything masked that is secret in it; bytes that are no UTF-8 show as U+FFFD."""
    masked, _ = _masked(data, file.format_name, workspace.family(document), {})
    return (masked or b"").decode("utf-8", "replace")


def _masked(
    data: bytes | None, format_name: str, family: Any, known: dict[tuple[str | int, ...], Any]
) -> tuple[bytes | None, dict[tuple[str | int, ...], Any]]:
    """Return a text with its secrets masked, and its secrets by place; one not as ``known`` shows as changed."""
    from ..address import lookup
    from ..errors import ConfigParseError
    from ..formats import decode, locate
    from ..formats.refusal import text_of
    from ..validation.masking import secret_by_name

    if data is None:
        return None, {}
    try:
        tree = decode(data, format_name)
    except ConfigParseError:
        return b"(a text that cannot be parsed is not shown: it may hold secrets)\n", {}
    parts = _outermost(family.secret_parts(tree) if family is not None else secret_by_name(tree))
    if not parts:
        return data, {}
    root = locate(data, format_name)
    text = text_of(data)
    secrets = {tuple(one): lookup(tree, one) for one in parts}
    spans = []
    for one, value in secrets.items():
        place = root.find(one)
        if place is not None and place.end > place.start:
            mask = MASK if not known or known.get(one) == value else _CHANGED
            spans.append((place.start, place.end, mask))
    end = len(text)
    pieces = []
    for start, stop, mask in sorted(spans, reverse=True):
        if stop > end:
            continue  # inside one that is masked already
        pieces += [text[stop:end], mask]
        end = start
    pieces.append(text[:end])
    return "".join(reversed(pieces)).encode(), secrets


def _outermost(places: Iterable[tuple[str | int, ...]]) -> list[tuple[str | int, ...]]:
    """Return the places that lie in no other one of them."""
    known = frozenset(places)
    return [one for one in known if not any(one[:length] in known for length in range(len(one)))]
