"""What is wrong where a TOML text stops making sense, in words that help to repair it."""

from __future__ import annotations

import re

from .toml_tokens import BASIC_BODY, LITERAL_BODY, LONG_BASIC_BODY, LONG_LITERAL_BODY, end_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    # the rule, what is wrong, the offsets to point at, and what to do
    Fault: TypeAlias = tuple[str, str, int, int, str | None]

_WORD = re.compile(r"[^\W\d][\w-]*")
_NUMBER_LIKE = re.compile(r"[-+.]*[0-9][\w.+:-]*|[-+.]+[\w.+:-]*")
_DATE_LIKE = re.compile(r"[0-9]+[-/][0-9]+|[0-9]+:")
_NO_VALUE = {"null", "none", "nil", "undefined"}
_TRUTH = {"true": "true", "false": "false", "yes": "true", "no": "false", "on": "true", "off": "false"}


def fault_at(text: str, offset: int, expected: str, opened_at: int, previous_end: int) -> Fault:
    """Return why the text cannot go on at ``offset``.

    Arguments: ``expected`` is ``key``, ``equals``, ``value``, ``line end``, or what follows in an ``array``, an inline
    ``table`` or a ``header``; ``opened_at`` is the offset of the innermost open bracket or -1; ``previous_end`` is
    where the last token ended.
    """
    character = text[offset : offset + 1]
    if _is_control(text, offset):
        name = f"the control character U+{ord(character):04X}"
        return ("control-character", f"{name} cannot stand in TOML", offset, offset + 1, "remove it")
    if character in ("", "\r", "\n"):
        return _cut_off(text, offset, expected, opened_at, previous_end)
    if character in "\"'" and expected in ("key", "value"):
        return _string(text, offset)
    if expected == "value":
        return _value(text, offset, previous_end)
    if expected == "key":
        return _key(text, offset, opened_at, previous_end)
    if expected == "equals":
        return _equals(text, offset, previous_end)
    if expected == "line end":
        return _line_end(text, offset)
    return _separator(text, offset, expected, previous_end)


def _syntax(message: str, start: int, end: int, suggestion: str | None = None) -> Fault:
    return ("syntax", message, start, max(end, start + 1), suggestion)


def _is_control(text: str, offset: int) -> bool:
    character = text[offset : offset + 1]
    if character == "\r":
        return text[offset + 1 : offset + 2] != "\n"
    return character != "" and character not in "\t\n" and (character < " " or character == "\x7f")


def _cut_off(text: str, offset: int, expected: str, opened_at: int, previous_end: int) -> Fault:
    """The line, or the text, ends where it cannot."""
    bracket = text[opened_at] if opened_at >= 0 else ""
    if bracket == "[" and expected in ("array", "value"):
        message = "the array that opens here is never closed"
        return _syntax(message, opened_at, opened_at + 1, "add the missing ']'")
    if bracket == "{":
        message = "the inline table that opens here is not closed on its line"
        return _syntax(message, opened_at, offset, "close it with '}', or give it a [header] of its own")
    if expected == "value":
        message = "a value is missing after this '='"
        return _syntax(message, previous_end - 1, previous_end, 'empty text is written ""')
    if expected == "equals":
        return _syntax("a '=' and a value are missing after this key", previous_end, offset, "write key = value")
    if bracket == "[":
        return _syntax("the header that opens here is not closed on its line", opened_at, offset, "add the missing ']'")
    return _syntax("a key is missing here", offset, offset + 1)


def _string(text: str, start: int) -> Fault:
    quote = text[start]
    is_long = text.startswith(quote * 3, start)
    if quote == '"':
        stop = end_of(LONG_BASIC_BODY if is_long else BASIC_BODY, text, start)
    else:
        stop = end_of(LONG_LITERAL_BODY if is_long else LITERAL_BODY, text, start)
    character = text[stop : stop + 1]
    if character == "\\":
        escape = text[stop : stop + 2]
        suggestion = "write \\\\ for a backslash, or put the text in single quotes"
        if escape[1:] in ("u", "U"):
            digits = "four" if escape[1:] == "u" else "eight"
            message = f"{escape} goes with {digits} hexadecimal digits that stand for a character"
        elif escape[1:].isprintable() and escape[1:].strip():
            message = f"TOML does not know the escape {escape}"
        else:
            message = 'a backslash goes with one of " \\ b f n r t u U'
        return _syntax(message, stop, stop + 2, suggestion)
    if _is_control(text, stop):
        name = f"the control character U+{ord(character):04X}"
        suggestion = f"write \\u{ord(character):04x} in double quotes"
        return ("control-character", f"{name} cannot stand in a string as it is", stop, stop + 1, suggestion)
    if is_long:
        return _syntax("the string that starts here is never closed", start, start + 3, f"close it with {quote * 3}")
    suggestion = f"close it with {quote}; a text of several lines stands in {quote * 3}"
    return _syntax("the string that starts here is not closed on its line", start, stop, suggestion)


def _value(text: str, offset: int, previous_end: int) -> Fault:
    character = text[offset]
    if character == "#":
        message = "a value is missing after this '='"
        return _syntax(message, previous_end - 1, previous_end, 'empty text is written ""')
    if character in ",]}":
        return _syntax(f"a value is missing before this {character!r}", offset, offset + 1)
    word = _WORD.match(text, offset)
    if word is not None:
        plain = word.group().lower()
        if plain in _NO_VALUE:
            return _syntax("TOML has no null", offset, word.end(), "leave the key out")
        if plain in _TRUTH:
            return _syntax(
                "TOML's truth values are true and false",
                offset,
                word.end(),
                f"write {_TRUTH[plain]}, or put the text in quotes",
            )
        return _syntax("text stands in quotes", offset, word.end(), 'put it in quotes: "…"')
    number = _NUMBER_LIKE.match(text, offset)
    if number is not None:
        return _number(offset, number.group())
    return _syntax(f"expected a value, found {_shown(character)}", offset, offset + 1, 'text stands in quotes: "…"')


def _number(start: int, token: str) -> Fault:
    end = start + len(token)
    digits = token.lstrip("+-")
    if _DATE_LIKE.match(digits):
        return _syntax(
            "this is no date or time",
            start,
            end,
            "write 1979-05-27, 07:32:00 or 1979-05-27T07:32:00Z, or put it in quotes",
        )
    if digits[:2] in ("0x", "0o", "0b"):
        return _syntax(f"this is no number that starts with {digits[:2]}", start, end)
    if digits[:1] == "0" and digits[1:2].isdecimal():
        message = "a number has no leading zeros"
        return _syntax(message, start, end, "leave the zeros out, or write it as text in quotes")
    if digits.startswith("."):
        return _syntax("a number has a digit before its point", start, end, "write 0 before the point")
    if re.fullmatch(r"[0-9_]+\.([eE].*)?", digits):
        return _syntax("a digit is missing after the number's point", start, end)
    if "_" in digits and re.fullmatch(r"[0-9_.]+", digits):
        return _syntax("each '_' in a number stands between two digits", start, end)
    return _syntax("this is not a number; text stands in quotes", start, end, 'put it in quotes: "…"')


def _key(text: str, offset: int, opened_at: int, previous_end: int) -> Fault:
    character = text[offset]
    bracket = text[opened_at] if opened_at >= 0 else ""
    if character == "}" and bracket == "{" and text[previous_end - 1] == ",":
        message = "no comma follows the last entry of an inline table"
        return _syntax(message, previous_end - 1, previous_end, "remove it")
    if character == "]" and bracket == "[":
        return _syntax("a table's header needs a name", opened_at, offset + 1, "write [name]")
    if character == "=":
        return _syntax("a key is missing before this '='", offset, offset + 1, 'an empty key is written ""')
    if character == ".":
        return _syntax("a part of the key is missing before this '.'", offset, offset + 1)
    if character == "#":
        return _syntax("a key is missing before this comment", offset, offset + 1)
    if character.isalnum():
        message = f"the letter {character} makes quotes necessary around a key"
        return _syntax(message, offset, offset + 1, 'put the key in quotes: "…"')
    if text.startswith("//", offset):
        return _syntax("a comment starts with #", offset, offset + 2, "write # instead")
    return _syntax(
        f"expected a key, found {_shown(character)}",
        offset,
        offset + 1,
        "a key is made of A-Z a-z 0-9 _ -, anything else stands in quotes",
    )


def _equals(text: str, offset: int, previous_end: int) -> Fault:
    character = text[offset]
    if character == ":":
        return _syntax("expected '=' after the key, found ':'", offset, offset + 1, "write '=' instead")
    if character.isalnum() or character in "_-":
        if offset == previous_end:
            message = f"the letter {character} makes quotes necessary around a key"
            return _syntax(message, offset, offset + 1, 'put the key in quotes: "…"')
        message = "expected '=' after the key; a key of several words stands in quotes"
        return _syntax(message, offset, offset + 1, 'write "first second" = value')
    return _syntax(f"expected '=' after the key, found {_shown(character)}", offset, offset + 1)


def _line_end(text: str, offset: int) -> Fault:
    character = text[offset]
    if character == ",":
        return _syntax("no comma separates the entries of a table", offset, offset + 1, "remove it")
    if character == "]":
        return _syntax("nothing is open that this ']' could close", offset, offset + 1, "remove it")
    message = "expected the end of the line here; each entry has a line of its own"
    return _syntax(message, offset, offset + 1, "start a new line, or put # before a comment")


def _separator(text: str, offset: int, expected: str, previous_end: int) -> Fault:
    character = text[offset]
    if expected == "header":
        return _syntax(
            "expected ']' at the end of the header", offset, offset + 1, "a name with blanks stands in quotes"
        )
    closer = "]" if expected == "array" else "}"
    if character.isalnum() or character in "\"'[{+-_":
        message = f"a ',' or '{closer}' is missing after this value"
        return _syntax(message, previous_end, previous_end + 1, f"add ',' between values, or '{closer}' after the last")
    return _syntax(f"expected ',' or '{closer}', found {_shown(character)}", offset, offset + 1)


def _shown(character: str) -> str:
    return repr(character) if character.isprintable() and character != " " else f"U+{ord(character):04X}"
