"""Text that came from a file, made safe to show: no control character or hidden turn of direction reaches a terminal.

A character that cannot be printed is shown as its escape: ``\\n``, ``\\x1b``, ``\\u202e``. That covers terminal
escapes (C0, C1 and DEL) and the bidirectional controls with which a text can look like another one (U+202A to
U+202E, U+2066 to U+2069).
"""

from __future__ import annotations

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# Where the stream cannot show these, their look-alikes read better than an escape.
_PLAIN = {"…": "...", "→": "->", "—": "-", "–": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "×": "x", "µ": "u"}


def visible(text: str, encoding: str = "utf-8") -> str:
    """Return text of one line with everything unprintable, or outside ``encoding``, as an escape."""
    if text.isprintable() and (text.isascii() or is_unicode(encoding)):
        return text
    return "".join(shown(character, encoding) for character in text)


def lines_visible(text: str, encoding: str = "utf-8") -> str:
    """Return text of several lines, made visible line by line; every line after the first is indented.

    The indentation keeps a line break inside a message from looking like a message of its own.
    """
    return "\n  ".join(visible(line, encoding) for line in text.split("\n"))


def document_visible(text: str) -> str:
    """Return a whole document as a terminal may show it: line breaks and tabs stay, all else that acts is escaped."""
    if text.isprintable():
        return text
    return "".join(character if character in "\n\t" else shown(character) for character in text)


def shown(character: str, encoding: str = "utf-8") -> str:
    """Return what is shown for one character."""
    if not character.isprintable():
        if character in _ESCAPES:
            return _ESCAPES[character]
        code = ord(character)
        if 0xDC80 <= code <= 0xDCFF:  # a byte of a file's name that is not UTF-8
            return f"\\x{code - 0xDC00:02x}"
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    if character.isascii() or is_unicode(encoding):
        return character
    try:
        character.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return _PLAIN.get(character) or character.encode("ascii", "backslashreplace").decode()
    return character


def is_unicode(encoding: str) -> bool:
    """True when an encoding has every character."""
    return encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-16", "utf-32")


def width(text: str) -> int:
    """Return how many columns of a terminal a visible text takes.

    Source: Unicode Standard Annex 11, East Asian Width: wide and fullwidth characters take two columns; combining
    marks and the second and third letter of a decomposed Hangul syllable take none. Ambiguous ones take one, as
    outside of East Asian settings.
    """
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    columns = 0
    for character in text:
        if category(character) in ("Mn", "Me", "Cf") or "\u1160" <= character <= "\u11ff":
            continue
        columns += 2 if east_asian_width(character) in "WF" else 1
    return columns
