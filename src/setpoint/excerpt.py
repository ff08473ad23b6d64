"""The lines of source shown beside a finding, with the secrets in them masked."""

from __future__ import annotations

from .diagnostic import Excerpt
from .secret import MASK, is_secret_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .span import Lines

WIDTH = 160  # characters of one line that are shown
_SEARCHED = 4096  # characters of one line that are searched for a secret's key: the search is not linear


def excerpt(lines: Lines, start: int, end: int, secrets: Iterable[tuple[int, int]] = ()) -> Excerpt:
    """Return the line at offset ``start`` and the one before it, with ``secrets`` (offset pairs) masked.

    Arguments: ``start`` and ``end`` are the offsets to underline. A secret that lies under the underlining is
    masked too; the underlining then covers the mask.
    """
    number, column = lines.position(start)
    last, last_column = lines.position(max(end, start))
    if last != number:
        last_column = len(lines.line(number)) + 1
    spans = sorted(secrets)
    shown = []
    caret = (column, last_column)
    for current in range(max(1, number - 1), number + 1):
        base = lines.starts[current - 1]
        text = lines.line(current)
        here = [(max(s - base, 0), min(e - base, len(text))) for s, e in spans if s - base < len(text) and e > base]
        text, moved = _mask(text, here, caret if current == number else (1, 1))
        if current == number:
            caret = moved
        shown.append((current, text))
    return _clip(shown, number, caret)


def unparsed_excerpt(lines: Lines, start: int, end: int, is_secret: Callable[[str], bool] | None = None) -> Excerpt:
    """Return an excerpt of a text that could not be parsed, so that secrets are known by their key's name only.

    On a line that sets a key with a secret's name, and on every deeper indented line below such a key, all but
    the key is masked. ``is_secret`` adds names to those that look secret.
    """
    number, _ = lines.position(start)
    spans = []
    for current in range(max(1, number - 1), number + 1):
        base = lines.starts[current - 1]
        text = lines.line(current)
        hidden = _hidden_from(lines, current, is_secret)
        if hidden is None:
            hidden = _SEARCHED  # what was not searched is not shown
        if hidden < len(text):
            spans.append((base + hidden, base + len(text)))
    return excerpt(lines, start, end, spans)


def _hidden_from(lines: Lines, number: int, is_secret: Callable[[str], bool] | None) -> int | None:
    """Return the column (from 0) after which a line must not be shown, or None."""
    text = lines.line(number)
    column = _secret_value_column(text, is_secret)
    if column is not None:
        return column
    if _in_secret_text(lines, number, is_secret):
        return 0
    indent = _indent(text)
    # A line inside a block that a secret's key opened: look up through the less and less indented lines.
    for above in range(number - 1, max(0, number - 200), -1):
        line = lines.line(above)
        if not line.strip():
            continue
        if _indent(line) < indent or indent == 0:
            found = _secret_value_column(line, is_secret)
            if found is not None and (_indent(line) < indent or _is_open(line[found:])):
                return 0
            if _indent(line) == 0:
                break
            indent = min(indent, _indent(line))
    return None


def _in_secret_text(lines: Lines, number: int, is_secret: Callable[[str], bool] | None) -> bool:
    """True when a line lies inside a triple-quoted text that a secret's key opened above it."""
    for above in range(number - 1, max(0, number - 200), -1):
        line = lines.line(above)
        if line.count('"""') % 2 or line.count("'''") % 2:
            return _secret_value_column(line, is_secret) is not None
    return False


def _is_open(value: str) -> bool:
    """True when a value goes on below its line: a multi-line string or bracket that is not closed."""
    stripped = value.strip()
    for quote in ('"""', "'''", '"', "'"):
        if stripped.startswith(quote):
            return not stripped.endswith(quote) or len(stripped) < 2 * len(quote)
    return stripped[:1] in ("[", "{", "|", ">", "")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _secret_value_column(line: str, is_secret: Callable[[str], bool] | None) -> int | None:
    """Return where the first value of a secret's key starts on a line, or None."""
    import re

    for match in re.finditer(r"""([A-Za-z_][\w.\- ]{0,80})["']?[ \t]*(?:[:=])""", line[:_SEARCHED]):
        for name in match.group(1).split():
            if is_secret_name(name) or (is_secret is not None and is_secret(name)):
                return match.end()
    return None


def _mask(text: str, spans: list[tuple[int, int]], caret: tuple[int, int]) -> tuple[str, tuple[int, int]]:
    """Mask spans of a line (columns from 0) and move the caret (columns from 1) along."""
    start, end = caret
    for low, high in reversed(spans):
        text = text[:low] + MASK + text[high:]
        shift = len(MASK) - (high - low)
        if start - 1 >= high:
            start, end = start + shift, end + shift
        elif end - 1 > low:
            start, end = min(start, low + 1), max(end + shift, low + 1 + len(MASK))
    return text, (start, end)


def _clip(shown: list[tuple[int, str]], number: int, caret: tuple[int, int]) -> Excerpt:
    """Cut long lines to a window around the caret, and make tabs and control characters one column wide."""
    start, end = caret
    offset = 0
    if start > WIDTH - 20:
        offset = start - 40
    clipped = []
    for line, text in shown:
        window = text[offset : offset + WIDTH]
        cut = "".join(character if character.isprintable() else " " for character in window)
        if offset:
            cut = "…" + cut[1:]
        if len(text) > offset + WIDTH:
            cut = cut[:-1] + "…"
        clipped.append((line, cut))
    width = len(clipped[-1][1])
    start -= offset
    end = min(max(end - offset, start + 1), max(width + 1, start + 1))
    return Excerpt(clipped, number, start, end)
