"""What is wrong where a JSON text stops making sense, in words that help to repair it."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from ..span import Lines

    # the rule, what is wrong, the offsets to point at, and what to do
    Fault: TypeAlias = tuple[str, str, int, int, str | None]

_WORD = re.compile(r"[A-Za-z_$][\w$-]*")
_NUMBER_LIKE = re.compile(r"[-+.]?[0-9][\w.+-]*|[-+.]+[\w.+-]*")
_GOOD_STRING_PART = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*+')
_WHITE = " \t\r\n"
_MEANT = {"none": "null", "nil": "null", "undefined": "null", "null": "null", "true": "true", "false": "false"}
_CLOSERS = {"{": "}", "[": "]"}
_ESCAPED = {"\t": "\\t", "\b": "\\b", "\f": "\\f"}


class Situation:
    """Where a reader of JSON is when it meets something unexpected.

    Arguments: ``lines`` are those the reader sees; ``expected`` is ``value``, ``key``, ``colon``, ``comma`` or
    ``end``; ``opened_at`` is the offset of the innermost open bracket, -1 outside of all; ``previous_end`` is where
    the last token ended; ``comments`` is True for JSONC.
    """

    __slots__ = ("comments", "expected", "lines", "opened_at", "opener", "previous_end", "text")

    def __init__(
        self, text: str, *, lines: Lines, expected: str, opened_at: int, previous_end: int, comments: bool
    ) -> None:
        self.text = text
        self.lines = lines
        self.expected = expected
        self.opener = text[opened_at] if opened_at >= 0 else ""
        self.opened_at = opened_at
        self.previous_end = previous_end
        self.comments = comments


def fault_at(offset: int, situation: Situation) -> Fault:
    """Return why the text cannot go on at ``offset``, which is no white space."""
    text = situation.text
    character = text[offset : offset + 1]
    if not character:
        return _at_the_end(offset, situation)
    if character == "#" or text.startswith(("//", "/*"), offset):
        return _comment(offset, situation)
    if character == "'" and situation.expected in ("value", "key"):
        close = text.find("'", offset + 1)
        line_end = _line_end(text, offset)
        end = close + 1 if 0 <= close < line_end else line_end
        return _syntax(
            "JSON's strings stand in double quotes, not in single ones", offset, end, "write \" instead of '"
        )
    if character == '"' and situation.expected in ("value", "key"):
        return _string(offset, text)
    by_expectation = {"value": _value, "key": _key, "colon": _colon, "comma": _comma, "end": _end}
    return by_expectation[situation.expected](offset, situation)


def _syntax(message: str, start: int, end: int, suggestion: str | None = None) -> Fault:
    return ("syntax", message, start, end, suggestion)


def _at_the_end(offset: int, situation: Situation) -> Fault:
    if situation.opener:
        what = "object" if situation.opener == "{" else "list"
        closer = _CLOSERS[situation.opener]
        message = f"the {what} that opens here is never closed"
        return _syntax(message, situation.opened_at, situation.opened_at + 1, f"add the missing '{closer}'")
    message = "the document is empty"
    if situation.comments and situation.lines.text.strip():
        message = "the document holds comments only"
    return _syntax(message, 0, min(1, offset), "an empty object is written {}")


def _comment(offset: int, situation: Situation) -> Fault:
    end = _line_end(situation.text, offset)
    if situation.comments:
        return _syntax("a comment starts with // or stands between /* and */", offset, offset + 1, "write // instead")
    name_it = ", or name the file .jsonc" if situation.text[offset] == "/" else ""
    return _syntax("JSON has no comments", offset, end, f"remove it{name_it}")


def _string(start: int, text: str) -> Fault:
    matched = _GOOD_STRING_PART.match(text, start)
    assert matched is not None
    stop = matched.end()
    character = text[stop : stop + 1]
    if character == "\\" and text[stop + 1 : stop + 2] not in ("", "\r", "\n"):
        escape = text[stop : stop + 2]
        if escape == "\\u":
            message, suggestion = "\\u goes with four hexadecimal digits", "write \\\\ for a backslash"
        elif not escape[1].isprintable():
            message, suggestion = 'a backslash goes with one of " \\ / b f n r t u', "write \\\\ for a backslash"
        else:
            message, suggestion = f"JSON does not know the escape {escape}", "write \\\\ for a backslash"
        return _syntax(message, stop, stop + 2, suggestion)
    if character in ("", "\r", "\n", "\\"):
        line_end = _line_end(text, start)
        message = "the string that starts here is not closed on its line"
        return _syntax(message, start, line_end, 'close it with "; a line break inside is written \\n')
    escape = _ESCAPED.get(character, f"\\u{ord(character):04x}")
    name = "a tab" if character == "\t" else f"the control character U+{ord(character):04X}"
    return ("control-character", f"{name} cannot stand in a string as it is", stop, stop + 1, f"write {escape}")


def _value(offset: int, situation: Situation) -> Fault:
    text = situation.text
    character = text[offset]
    before = text[situation.previous_end - 1 : situation.previous_end]
    if character in "]}" and before == "," and character == _CLOSERS.get(situation.opener):
        return _trailing_comma(situation)
    if character == "," or (character in "]}" and before == ":"):
        return _syntax(f"a value is missing before this {character!r}", offset, offset + 1)
    if character in "]}":
        if situation.opener:
            return _wrong_closer(offset, situation)
        return _syntax(f"nothing is open that this {character!r} could close", offset, offset + 1, "remove it")
    word = _WORD.match(text, offset)
    if word is not None:
        meant = _MEANT.get(word.group().lower())
        if meant is not None and meant != word.group():
            message = f"JSON writes {meant}, not {word.group()}"
            return _syntax(message, offset, word.end(), f"write {meant}")
        return _syntax("text stands in double quotes", offset, word.end(), 'put it in double quotes: "…"')
    number = _NUMBER_LIKE.match(text, offset)
    if number is not None:
        return _number(offset, number.group())
    return _syntax(f"expected a value, found {_shown(character)}", offset, offset + 1)


def _number(start: int, token: str) -> Fault:
    end = start + len(token)
    digits = token.lstrip("+-")
    if token.startswith("+"):
        return _syntax("a number has no leading '+'", start, end, "leave the '+' out")
    if digits.startswith("."):
        return _syntax("a number has a digit before its point", start, end, "write 0 before the point")
    if digits[:2].lower() in ("0x", "0o", "0b"):
        return _syntax("JSON's numbers are decimal", start, end, "write it as a decimal number, or as text in quotes")
    if digits[:1] == "0" and digits[1:2].isdecimal():
        message = "a number has no leading zeros"
        return _syntax(message, start, end, "leave the zeros out, or write it as text in quotes")
    if "_" in digits and digits.replace("_", "").isdecimal():
        return _syntax("JSON's numbers have no '_' in them", start, end, "leave the '_' out")
    if not digits:
        return _syntax("a '-' goes with digits", start, end)
    if digits.endswith(".") or ".e" in digits.lower():
        return _syntax("a digit is missing after the number's point", start, end)
    if re.fullmatch(r"[0-9.]+[eE][+-]?", digits):
        return _syntax("a digit is missing in the number's exponent", start, end)
    return _syntax("this is not a number; text stands in double quotes", start, end, 'put it in double quotes: "…"')


def _key(offset: int, situation: Situation) -> Fault:
    text = situation.text
    character = text[offset]
    if character == "}" and text[situation.previous_end - 1 : situation.previous_end] == ",":
        return _trailing_comma(situation)
    if character == ",":
        return _syntax("an entry is missing before this ','", offset, offset + 1, "remove the ','")
    if character == "]":
        return _wrong_closer(offset, situation)
    word = _WORD.match(text, offset)
    if word is not None:
        # What is no key may be a value, and a value may be a secret: only a key is shown.
        is_key = text[word.end() : word.end() + 80].lstrip(_WHITE)[:1] == ":"
        suggestion = f'write "{word.group()}"' if is_key and len(word.group()) <= 40 else 'write "key": value'
        return _syntax("keys stand in double quotes", offset, word.end(), suggestion)
    number = _NUMBER_LIKE.match(text, offset)
    end = number.end() if number is not None else offset + 1
    return _syntax(f"expected a key in double quotes, found {_shown(character)}", offset, end)


def _colon(offset: int, situation: Situation) -> Fault:
    if situation.text[offset] == "=":
        return _syntax("expected ':' after the key, found '='", offset, offset + 1, "write ':' instead")
    return _syntax("a ':' is missing after this key", situation.previous_end, situation.previous_end + 1, "add the ':'")


def _comma(offset: int, situation: Situation) -> Fault:
    text = situation.text
    character = text[offset]
    closer = _CLOSERS[situation.opener]
    if character in "]}":
        return _wrong_closer(offset, situation)
    if character in '"{[-' or character.isalnum() or character in "'_$.+":
        end = situation.previous_end
        return _syntax("a ',' is missing after this value", end, end + 1, "add the ','")
    if character == ":" and situation.opener == "[":
        return _syntax("a list has no keys", offset, offset + 1, "an object stands in { }")
    if character == ";":
        return _syntax("entries are separated by ',', not by ';'", offset, offset + 1, "write ',' instead")
    return _syntax(f"expected ',' or '{closer}', found {_shown(character)}", offset, offset + 1)


def _end(offset: int, situation: Situation) -> Fault:
    character = situation.text[offset]
    if character in "]}":
        return _syntax(f"nothing is open that this {character!r} could close", offset, offset + 1, "remove it")
    message = "the document's value has ended before this; a file holds exactly one"
    return _syntax(message, offset, offset + 1, "remove what follows, or put all of it into one list")


def _trailing_comma(situation: Situation) -> Fault:
    at = situation.previous_end - 1
    message = "no comma follows the last entry"
    return _syntax(message, at, at + 1, "remove it" if situation.comments else "remove it, or name the file .jsonc")


def _wrong_closer(offset: int, situation: Situation) -> Fault:
    line, _ = situation.lines.position(situation.opened_at)
    closer = _CLOSERS[situation.opener]
    message = (
        f"this {situation.text[offset]!r} does not close the '{situation.opener}' "
        f"that opens on line {line}, which needs '{closer}'"
    )
    return _syntax(message, offset, offset + 1)


def _shown(character: str) -> str:
    return repr(character) if character.isprintable() and character != " " else f"U+{ord(character):04X}"


def _line_end(text: str, offset: int) -> int:
    ends = [end for end in (text.find("\n", offset), text.find("\r", offset)) if end >= 0]
    return max(min(ends, default=len(text)), offset + 1)
