"""Two contents side by side, as people read them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def text_diff(old: bytes, new: bytes, old_name: str, new_name: str) -> str:
    """Return the unified diff of two texts, or ``""`` when the bytes are equal.

    Arguments: the names stand in its two first lines. Bytes that are no UTF-8 show as U+FFFD; a last line without a
    line break is marked as ``diff`` does. Masks nothing: what may not be seen is the caller's to replace beforehand.
    """
    from difflib import unified_diff

    if old == new:
        return ""
    lines = list(unified_diff(_lines(old), _lines(new), _one_line(old_name), _one_line(new_name)))
    if not lines:
        return f"{_one_line(old_name)} and {_one_line(new_name)} differ in bytes that are no UTF-8\n"
    return "".join(_ended(lines))


def _lines(data: bytes) -> list[str]:
    # Not str.splitlines: it splits at characters that end no line in YAML, JSON or TOML.
    lines = data.decode("utf-8", "replace").split("\n")
    last = lines.pop()
    return [line + "\n" for line in lines] + ([last] if last else [])


def _ended(lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if not line.endswith("\n"):
            yield "\n\\ No newline at end of file\n"


def _one_line(name: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in name)
