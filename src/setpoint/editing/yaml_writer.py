"""``Writer``: from a value to YAML text, in a style."""

from __future__ import annotations

from .yaml_plain import is_plain, is_printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .yaml_habits import Style

_LONGEST_KEY = 1000  # characters; a longer one is no simple key (YAML 1.2.2, section 7.4.3: 1024)

_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\0": "\\0",
    "\a": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
    "\x1b": "\\e",
    "\x85": "\\N",
    "\u2028": "\\L",
    "\u2029": "\\P",
}


class Writer:
    """Writes values in one style. ``blocks`` says whether text of several lines may become a block scalar."""

    __slots__ = ("blocks", "style")

    def __init__(self, style: Style, blocks: bool = True) -> None:
        self.style = style
        self.blocks = blocks

    def key(self, key: str, in_brackets: bool = False, quote: str | None = None) -> str:
        """Return a key's text. ``quote`` is how to quote it where that is known."""
        return self._quoted_or_plain(key, self.style.key_quote if quote is None else quote, in_brackets)

    def scalar(self, value: Any, in_brackets: bool = False, quote: str | None = None) -> str:
        """Return the text of a single value, or of an empty collection, on one line."""
        if value is None:
            return "null"
        if value is True:
            return "true"
        if value is False:
            return "false"
        if isinstance(value, str):
            return self._quoted_or_plain(value, self.style.quote if quote is None else quote, in_brackets)
        if isinstance(value, float):
            return _float(value)
        if isinstance(value, dict):
            return "{}"
        return "[]" if isinstance(value, list) else str(value)

    def _quoted_or_plain(self, text: str, quote: str, in_brackets: bool) -> str:
        if not quote:
            if is_plain(text, in_brackets):
                return text
            quote = self.style.other_quote
            if quote == '"' and ('"' in text or "\\" in text) and "'" not in text:
                quote = "'"
        if quote == "'" and is_printable(text):
            return "'" + text.replace("'", "''") + "'"
        return double_quoted(text)

    def flow(self, value: Any) -> str:
        """Return the text of any value as it stands in brackets, on one line."""
        pieces: list[str] = []
        waiting: list[tuple[bool, Any]] = [(False, value)]  # text as it is, or a value
        while waiting:
            is_text, item = waiting.pop()
            if is_text:
                pieces.append(item)
            elif item and isinstance(item, dict):
                inside: list[tuple[bool, Any]] = [(True, "{" + self.style.padding)]
                for count, (key, below) in enumerate(item.items()):
                    inside += [(True, (", " if count else "") + self.key(key, True) + ": "), (False, below)]
                waiting += reversed([*inside, (True, self.style.padding + "}")])
            elif item and isinstance(item, list):
                inside = [(True, "[" + self.style.list_padding)]
                for count, below in enumerate(item):
                    inside += [(True, ", " if count else ""), (False, below)]
                waiting += reversed([*inside, (True, self.style.list_padding + "]")])
            else:
                pieces.append(self.scalar(item, True))
        return "".join(pieces)

    def block(self, value: dict[str, Any] | list[Any], column: int) -> str:
        """Return the lines of a collection that is not empty, its entries at a column, the first line not indented."""
        style = self.style
        pieces: list[str] = []
        # entries to come, whether of a mapping, and their column
        stack: list[tuple[Any, bool, int]] = [(_iterator(value), isinstance(value, dict), column)]
        in_place = True
        outermost = True
        while stack:
            entries, is_mapping, column = stack[-1]
            entry = next(entries, None)
            if entry is None:
                stack.pop()
                continue
            pieces.append("" if in_place else "\n" + " " * column)
            in_place = False
            key, below = entry
            if is_mapping:
                pieces.append(head := self.head(key, column if outermost else -1))
                gap = self.gap(head, column if outermost else -1)
            else:
                pieces.append("-")
                gap = style.dash_gap
            outermost = outermost and len(stack) == 1
            if not below or not isinstance(below, dict | list):
                pieces.append(self._after(gap, below, column))
            elif is_mapping:
                deeper = column + (style.step if isinstance(below, dict) else style.list_step)
                stack.append((_iterator(below), isinstance(below, dict), deeper))
                outermost = False
            else:
                pieces.append(gap)
                in_place = True
                stack.append((_iterator(below), isinstance(below, dict), column + 1 + len(gap)))
                outermost = False
        return "".join(pieces)

    def head(self, key: str, _column: int = -1) -> str:
        """Return a key with its colon, as it stands in block style."""
        text = self.key(key)
        if len(text) > _LONGEST_KEY:
            from .change import Refusal

            raise Refusal("the key is too long: YAML has keys of at most 1024 characters")
        return f"{text}{self.style.before_colon}:"

    def gap(self, head: str, column: int = -1) -> str:
        """Return the blanks between a key's colon and its value; ``column`` is the key's among its neighbours."""
        aligned = self.style.value_column - column - len(head)
        if column >= 0 and self.style.value_column >= 0:
            return " " * aligned if aligned > 0 else " "
        return self.style.gap if column >= 0 else " "

    def _after(self, gap: str, value: Any, column: int) -> str:
        """Return a single value with the gap before it; ``column`` is that of its key or dash."""
        if self.blocks and isinstance(value, str) and "\n" in value:
            block = block_scalar(value, column + self.style.step, column, "|", keep=False)
            if block is not None:
                return gap[:1] + block
        return gap + self.scalar(value)


def _iterator(value: Any) -> Any:
    return iter(value.items()) if isinstance(value, dict) else iter([(None, item) for item in value])


def double_quoted(text: str) -> str:
    """Return text in double quotes, with escapes for what cannot be written or would be hard to see."""
    if is_printable(text) and '"' not in text and "\\" not in text:
        return f'"{text}"'
    pieces = ['"']
    for character in text:
        code = ord(character)
        if character in _ESCAPES:
            pieces.append(_ESCAPES[character])
        elif is_printable(character):
            pieces.append(character)
        elif code < 0x100:
            pieces.append(f"\\x{code:02X}")
        else:
            pieces.append(f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}")
    pieces.append('"')
    return "".join(pieces)


def _float(value: float) -> str:
    """Return a number that readers of YAML 1.1, too, take for one: they want a ``.`` before the exponent."""
    text = repr(value)
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa}.0e{exponent}" if mark and "." not in mantissa else text


def block_scalar(text: str, indent: int, column: int, sign: str, *, keep: bool, width: int = 0) -> str | None:
    """Return text of several lines as a block scalar, from its sign to its last line, or None where it cannot be one.

    Arguments: ``indent`` is the column of its lines, ``column`` that of the key or dash it belongs to (-1 at the
    root); ``sign`` is ``|`` or ``>``; ``keep`` allows ``|+``, to which the blank lines after it would belong; ``width``
    is how long the lines of ``>`` may be, 0 for as long as they are.
    """
    content = text.rstrip("\n")
    lines = content.split("\n")
    if not content or not content.strip(" ") or lines[-1].strip(" ") == "" or not all(_stands(line) for line in lines):
        return None
    breaks = len(text) - len(content)
    if breaks > 1 and not keep:
        return None
    first = next(line for line in lines if line)
    if sign == ">":
        if any(line[:1] in (" ", "\t") or line[-1:] in (" ", "\t") for line in lines) or not lines[0]:
            sign = "|"
        else:
            lines = _folded(lines, width)
    indicator = ""
    if first[0] in " \t" or not lines[0]:
        deeper = indent - max(column, 0) if column >= 0 else indent
        if not 1 <= deeper <= 9:
            return None
        indicator = str(deeper)
    chomping = ("-", "", "+")[min(breaks, 2)]
    pad = " " * indent
    body = [pad + line if line else "" for line in lines] + [""] * max(breaks - 1, 0)
    return "\n".join([f"{sign}{indicator}{chomping}", *body])


def _stands(line: str) -> bool:
    return is_printable(line.replace("\t", " "))


def _folded(lines: list[str], width: int) -> list[str]:
    """Return the lines of a folded scalar that mean these: a line break between two lines of text is a blank line."""
    made: list[str] = []
    for count, line in enumerate(lines):
        if count and line:
            made.append("")
        made += _wrapped(line, width) if width else [line]
    return made


def _wrapped(line: str, width: int) -> list[str]:
    """Return a line broken at single blanks between words, where it is longer than the width."""
    made = []
    while len(line) > width:
        at = line.rfind(" ", 1, width + 1)
        while at > 0 and (line[at - 1] == " " or line[at + 1 : at + 2] in ("", " ", "\t")):
            at = line.rfind(" ", 1, at)
        if at <= 0:
            at = line.find(" ", width)
            if at < 0 or line[at - 1] == " " or line[at + 1 : at + 2] in ("", " ", "\t"):
                break
        made.append(line[:at])
        line = line[at + 1 :]
    return [*made, line]
