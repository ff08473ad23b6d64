"""What is told of an exception that a program's own code raised: its kind, its text and its place, and no secret."""

from __future__ import annotations

from ..secret import MASK, is_secret_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_LONGEST = 300  # characters of an exception's text that are shown
_SHORTEST_SECRET = 4  # a secret of fewer characters would be found in any text


def told(error: BaseException, file: str | None, tree: Any) -> tuple[str, BaseException | None]:
    """Return the text for a message, and the exception to chain: None when a secret is in its text.

    Arguments: ``file`` is where the code is: the innermost line of it is named, or else the innermost of all; ``tree``
    is what it was given, whose secrets are masked.
    """
    text = _text(error)
    masked = text
    for secret in _secrets(tree):
        masked = masked.replace(secret, MASK)
    shown = masked if len(masked) <= _LONGEST else masked[:_LONGEST] + "…"
    place = _place(error, file)
    kind = type(error).__name__
    return f"{kind}: {shown}{place}" if shown else f"{kind}{place}", error if masked == text else None


def _text(error: BaseException) -> str:
    try:
        return " ".join(str(error).split())
    except Exception as second:  # noqa: BLE001 - its class is foreign code, too
        return f"(its text cannot be shown: {type(second).__name__})"


def _place(error: BaseException, own: str | None) -> str:
    """Return where an exception comes from: file and line."""
    frames: list[tuple[str, int]] = []
    frame = error.__traceback__
    while frame is not None:
        frames.append((frame.tb_frame.f_code.co_filename, frame.tb_lineno))
        frame = frame.tb_next
    frames = frames[1:]  # the first is ours, which called
    last = next((one for one in reversed(frames) if one[0] == own), frames[-1] if frames else None)
    return f" ({last[0]}, line {last[1]})" if last is not None else ""


def _secrets(tree: Any, secret: bool = False) -> Iterator[str]:
    """Yield the texts in a tree that go by a secret's name, the longest of each place first."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _secrets(value, secret or is_secret_name(str(key)))
    elif isinstance(tree, list):
        for value in tree:
            yield from _secrets(value, secret)
    elif secret and isinstance(tree, str | int) and len(str(tree)) >= _SHORTEST_SECRET:
        yield str(tree)
