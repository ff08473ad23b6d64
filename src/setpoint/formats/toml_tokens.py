"""The lexemes of TOML 1.0 (https://toml.io/en/v1.0.0) as compiled patterns, none of which backtracks.

Line breaks are ``\\n`` or ``\\r\\n``; a lone ``\\r`` is a control character like the others. Offsets are those of the
text as it is, with its ``\\r`` kept.
"""

from __future__ import annotations

import re

# All control characters but the tab; inside classes only.
_CONTROL = r"\x00-\x08\x0a-\x1f\x7f"
_BREAK = r"\r?\n"
_SCALAR_ESCAPE = (
    r'\\(?:[btnfr"\\]'
    r"|u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}"
    r"|U(?:0000(?![dD][89a-fA-F])[0-9A-Fa-f]{4}|000[1-9A-Fa-f][0-9A-Fa-f]{4}|0010[0-9A-Fa-f]{4}))"
)
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]++)?+"
_DATE = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_OFFSET = r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"

# White space, and what may stand between the values of an array.
BLANK = re.compile(r"[ \t]*+")
COMMENT = re.compile(rf"#[^{_CONTROL}]*+")
GAP = re.compile(rf"(?:[ \t\n]|\r\n|#[^{_CONTROL}]*+(?=\n|\r\n|\Z))*+")
LINE_END = re.compile(rf"{_BREAK}|\Z")

BARE_KEY = re.compile(r"[A-Za-z0-9_-]++")

# Strings whole, and the same without their end: as far as they are right, to find out where they go wrong.
BASIC_BODY = re.compile(rf'"(?:[^"\\{_CONTROL}]++|{_SCALAR_ESCAPE})*+')
LITERAL_BODY = re.compile(rf"'[^'{_CONTROL}]*+")
LONG_BASIC_BODY = re.compile(rf'"""(?:[^"\\{_CONTROL}]++|{_BREAK}|"(?!"")|{_SCALAR_ESCAPE}|\\[ \t]*+{_BREAK})*+')
LONG_LITERAL_BODY = re.compile(rf"'''(?:[^'{_CONTROL}]++|{_BREAK}|'(?!''))*+")
BASIC = re.compile(BASIC_BODY.pattern + '"')
LITERAL = re.compile(LITERAL_BODY.pattern + "'")
# Up to two quotes before the three that end a long string belong to it.
LONG_BASIC = re.compile(LONG_BASIC_BODY.pattern + '"{3,5}+')
LONG_LITERAL = re.compile(LONG_LITERAL_BODY.pattern + "'{3,5}+")

# Values that are no string, no array and no inline table; the groups say what must still be checked.
PLAIN = re.compile(
    rf"(?P<date>{_DATE})(?:[Tt ]{_TIME}{_OFFSET}?+)?+"
    rf"|{_TIME}"
    r"|true|false"
    r"|(?P<special>[+-]?(?:inf|nan))"
    r"|(?P<based>0x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*+|0o[0-7](?:_?[0-7])*+|0b[01](?:_?[01])*+)"
    r"|(?P<number>[+-]?(?:0|[1-9](?:_?[0-9])*+)(?P<float>(?:\.[0-9](?:_?[0-9])*+)?+(?:[eE][+-]?[0-9](?:_?[0-9])*+)?+))"
)


def end_of(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Return where ``pattern`` ends that starts at ``position``, or -1."""
    found = pattern.match(text, position)
    return -1 if found is None else found.end()


def string_end(text: str, position: int) -> int:
    """Return where the string ends that starts with the quote at ``position``, or -1 when it is not right."""
    if text[position] == '"':
        return end_of(LONG_BASIC if text.startswith('"""', position) else BASIC, text, position)
    return end_of(LONG_LITERAL if text.startswith("'''", position) else LITERAL, text, position)


def key_end(text: str, position: int) -> int:
    """Return where one part of a key ends that starts at ``position``, or -1 when there is none."""
    character = text[position : position + 1]
    pattern = BASIC if character == '"' else LITERAL if character == "'" else BARE_KEY
    return end_of(pattern, text, position)


def key_text(text: str, start: int, end: int) -> str:
    """Return what one part of a key stands for."""
    quote = text[start]
    if quote == "'" or (quote == '"' and text.find("\\", start, end) < 0):
        return text[start + 1 : end - 1]
    if quote != '"':
        return text[start:end]
    import tomllib

    return str(tomllib.loads(f"key = {text[start:end]}")["key"])
