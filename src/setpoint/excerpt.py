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
    goes_on = _goes_on(text)
    if column is not None and not goes_on:
        return column
    if _in_secret_text(lines, number, is_secret):
        return 0
    indent = _indent(text)
    is_item = _is_item(text)
    # A line inside a block that a secret's key opened: look up through the less and less indented lines.
    for above in range(number - 1, max(0, number - 200), -1):
        line = lines.line(above)
        margin = _indent(line)
        if not line.strip() or (is_item and margin == indent and _is_item(line)):
            continue
        if goes_on and _sets_key(line):  # a text pasted without its indentation belongs to the key above it
            found = _secret_value_column(line, is_secret)
            if found is not None and (not _is_comment(text) or _is_open(line[found:])):
                return 0
            goes_on = False
        if margin < indent or indent == 0 or (is_item and margin == indent):
            found = _secret_value_column(line, is_secret)
            if found is not None and (margin < indent or is_item or _is_open(line[found:])):
                return 0
            if margin == 0 and not goes_on:
                break
            is_item = is_item and margin > indent
            indent = min(indent, margin)
    return column


def _is_item(line: str) -> bool:
    """True for an item of a YAML list, which may stand right below its key."""
    return line.lstrip(" ").startswith("-")


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(("#", "//"))


def _goes_on(line: str) -> bool:
    """True for a line that does not start with a key: it may be more of the value above it. Brackets hold nothing."""
    import re

    if not any(map(str.isalnum, line[:_SEARCHED])):
        return False
    starts = re.match(r"""[\s{}\[\],]*+(?:["'][^"']*+["']|[\w.\- ]++)["']?[ \t]*+[:=]""", line[:_SEARCHED])
    return starts is None and not _is_section(line)


def _sets_key(line: str) -> bool:
    """True for a line that sets some key, or opens a section of TOML."""
    import re

    return re.search(r"""(?<![\w.\- ])[\w.\- ]++["']?[ \t]*+[:=]""", line[:_SEARCHED]) is not None or _is_section(line)


def _is_section(line: str) -> bool:
    """True for the head of a TOML table."""
    import re

    return re.fullmatch(r"""\s*+\[\[?[\w."' \-]++\]\]?\s*+(?:#.*)?""", line[:_SEARCHED]) is not None


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

    def hides(name: str) -> bool:
        return is_secret_name(name) or (is_secret is not None and is_secret(name))

    searched = line[:_SEARCHED]
    found = None
    for match in re.finditer(r"""(?<![\w.\- ])([\w.\- ]++)["']?[ \t]*+[:=]""", searched):
        if any(map(hides, match.group(1).split())):
            found = match.end()
            break
    # What should follow the key may be missing, or be another sign: a word where a key belongs counts as one.
    for match in re.finditer(r"""(^|[{,(\[.])[ \t]*+(?:-[ \t]+)*+["']?([A-Za-z_][\w\-]*+)["']?[ \t]*+""", searched):
        if found is not None and match.end() >= found:
            break
        following = searched[match.end() : match.end() + 1]
        in_list = following == "," and match.group(1) not in ("", "{")
        if following not in ("", ".", ":", "=") and not in_list and hides(match.group(2)):
            return match.end()
    return found


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
