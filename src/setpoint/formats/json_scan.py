"""A strict scanner of JSON (RFC 8259): where everything stands, and what is wrong and where.

It reads a text once, from left to right, without recursion. The fast road does not need it; it is for places and for
the reason of a refusal. What spoils a value but not the reading (a duplicate key, NaN, a number too large) is
gathered, so that all of it is told at once.
"""

from __future__ import annotations

import re

from ..span import Place
from ..tree import LARGEST_INTEGER, SMALLEST_INTEGER
from .findings import Findings
from .json_faults import Situation, fault_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_white = re.compile(r"[ \t\r\n]*+").match
_next = re.compile(r"[ \t\r\n]*+([,\]}])[ \t\r\n]*+").match
# The usual key and string have no escape, and nothing in them to look at twice.
_plain_entry = re.compile(r'"([^"\\\x00-\x1f]*+)"[ \t\r\n]*+(:)[ \t\r\n]*+').match
_plain_string = re.compile(r'"[^"\\\x00-\x1f]*+"').match
_string = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*+"').match
# A number or a word must not run on into what would make it another token: 01, truely, 1.5.2.
_scalar = re.compile(
    r"(?:true|false|null|-?(?:0|[1-9][0-9]*+)(?P<fraction>\.[0-9]++)?(?P<exponent>[eE][+-]?[0-9]++)?)(?![\w$.+-])"
).match
_not_finite = re.compile(r"[+-]?(?:NaN|nan|Infinity|Inf|inf)(?![\w$.+-])").match
_escape = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|.)")

_INTEGER_DIGITS = 20  # as many as 2**64 - 1 has; longer ones need not be computed


def scan(text: str, shown: str | None = None, *, depth: int | None = None, comments: bool = False) -> Place:
    """Return the place of every value in a JSON text.

    Arguments: ``shown`` is the text as the reader sees it, when comments were blanked out of ``text`` (the offsets
    are the same); ``depth`` is the deepest nesting allowed, None for any; ``comments`` says that the text is JSONC,
    for the words of a refusal. Raises ``ConfigParseError`` with everything that is wrong.
    """
    return _Scanner(text, shown, depth, comments).document()


class _Scanner:
    """One reading of one text; ``steps`` are the keys and indexes to the value that is being read."""

    def __init__(self, text: str, shown: str | None, depth: int | None, comments: bool) -> None:
        self.text = text
        self.depth = depth
        self.comments = comments
        self.findings = Findings(text if shown is None else shown)
        self.open: list[Place] = []
        self.steps: list[str | int] = []
        self.ended = 0  # where the last token ended

    def document(self) -> Place:
        """Return the place of the one value of the text."""
        root = self._values(_skip_white(self.text, 0))
        position = _skip_white(self.text, self.ended)
        if position < len(self.text):
            self._stop(position, "end")
        self.findings.settle()
        return root

    def _values(self, position: int) -> Place:
        """Read a value and all that is in it; recursion is the list ``open``."""
        text = self.text
        opened = self.open
        key_start = key_end = -1
        while True:
            place = Place(position, position, key_start, key_end)
            if opened:
                siblings = opened[-1].children
                if isinstance(siblings, dict):
                    siblings[str(self.steps[-1])] = place
                elif siblings is not None:
                    siblings.append(place)
            else:
                root = place
            character = text[position : position + 1]
            if character in ("{", "["):
                position = self._enter(place, character)
                if text[position : position + 1] != ("}" if character == "{" else "]"):
                    if character == "{":
                        position, key_start, key_end = self._key(position)
                    else:
                        self.steps.append(0)
                        key_start = key_end = -1
                    continue
                place.end = self.ended = position + 1
                opened.pop()
            else:
                place.end = self.ended = self._scalar(position, character)
            # A value is complete: go on with its next sibling, or close what it was the last of.
            while opened:
                holder = opened[-1]
                in_list = isinstance(holder.children, list)
                found = _next(text, self.ended)
                if found is None:
                    self._stop(_skip_white(text, self.ended), "comma")
                character = found[1]
                if character == ",":
                    position = found.end()
                    self.ended = found.end(1)
                    last = self.steps.pop()
                    if in_list:
                        self.steps.append(int(last) + 1)
                        key_start = key_end = -1
                    else:
                        position, key_start, key_end = self._key(position)
                    break
                if character != ("]" if in_list else "}"):
                    self._stop(found.start(1), "comma")
                holder.end = self.ended = found.end(1)
                opened.pop()
                self.steps.pop()
            else:
                return root

    def _enter(self, place: Place, bracket: str) -> int:
        """Open a list or an object and return the offset of what comes first in it."""
        if self.depth is not None and len(self.open) >= self.depth:
            self.findings.stop(
                "too-deep",
                f"objects and lists are nested more than {self.depth} deep here",
                place.start,
                path=self.steps,
                suggestion="raise limits.depth in setpoint.toml if that is meant",
            )
        place.children = {} if bracket == "{" else []
        self.open.append(place)
        self.ended = place.start + 1
        return _skip_white(self.text, place.start + 1)

    def _key(self, position: int) -> tuple[int, int, int]:
        """Read a key and its colon; return the offsets of the value and of the key."""
        plain = _plain_entry(self.text, position)
        if plain is not None:
            key, end = plain[1], plain.end(1) + 1
        else:
            found = _string(self.text, position)
            if found is None:
                self._stop(position, "key")
            end = found.end()
            key = self._key_text(position, end)
        self.steps.append(key)
        siblings = self.open[-1].children
        assert isinstance(siblings, dict)
        first = siblings.get(key)
        if first is not None:
            line = self.findings.line_of(first.key_start)
            self.findings.note(
                "duplicate-key",
                f"the key {_clipped(key)} is set twice; it is first set on line {line}",
                position,
                end,
                path=self.steps,
                suggestion="keep one of the two",
            )
        if plain is not None:
            self.ended = plain.end(2)
            return plain.end(), position, end
        self._check_surrogates(position, end)
        self.ended = end
        colon = _skip_white(self.text, end)
        if self.text[colon : colon + 1] != ":":
            self._stop(colon, "colon")
        self.ended = colon + 1
        return _skip_white(self.text, colon + 1), position, end

    def _scalar(self, position: int, character: str) -> int:
        """Check the text, number or word that starts here, and return its end."""
        text = self.text
        if character == '"':
            found = _plain_string(text, position)
            if found is not None:
                return found.end()
            found = _string(text, position)
            if found is None:
                self._stop(position, "value")
            self._check_surrogates(position, found.end())
            return found.end()
        found = _scalar(text, position)
        if found is None:
            found = _not_finite(text, position)
            if found is None:
                self._stop(position, "value")
            self._note_not_finite(position, found.end(), f"{found.group()} is no number that JSON can write")
        elif found.end() - position > 15 or found["exponent"]:
            if found["fraction"] or found["exponent"]:
                if float(found.group()) in (float("inf"), float("-inf")):
                    self._note_not_finite(position, found.end(), "this number is too large for a 64-bit float")
            elif character in "-0123456789":
                self._check_integer(position, found.group())
        return found.end()

    def _note_not_finite(self, start: int, end: int, message: str) -> None:
        suggestion = "write a finite number, or null where there is none"
        self.findings.note("not-finite", message, start, end, path=self.steps, suggestion=suggestion)

    def _check_integer(self, start: int, lexeme: str) -> None:
        digits = len(lexeme) - lexeme.startswith("-")
        if digits > _INTEGER_DIGITS or not SMALLEST_INTEGER <= int(lexeme) <= LARGEST_INTEGER:
            self.findings.note(
                "integer-too-large",
                f"this integer of {digits} digits needs more than 64 bits, so other readers would round it",
                start,
                start + len(lexeme),
                path=self.steps,
                suggestion="write it as text, in quotes",
            )

    def _key_text(self, start: int, end: int) -> str:
        """Return the key that a string stands for."""
        if self.text.find("\\", start, end) < 0:
            return self.text[start + 1 : end - 1]
        import json

        key = str(json.loads(self.text[start:end]))
        # Half a surrogate pair is refused just below; until then it must not get into a message that is printed.
        return key.encode("utf-8", "backslashreplace").decode("utf-8")

    def _check_surrogates(self, start: int, end: int) -> None:
        """Note the first half of a surrogate pair that stands alone in a string: no UTF-8 can hold it."""
        if self.text.find("\\u", start, end) < 0:
            return
        high = -1
        for found in _escape.finditer(self.text, start, end):
            unit = int(found.group(1) or "0", 16)
            if high >= 0:
                if found.start() == high + 6 and 0xDC00 <= unit < 0xE000:
                    high = -1
                    continue
                break
            if 0xDC00 <= unit < 0xE000:
                high = found.start()
                break
            if 0xD800 <= unit < 0xDC00:
                high = found.start()
        if high >= 0:
            self.findings.note(
                "lone-surrogate",
                f"the escape {self.text[high : high + 6]} is half of a pair, and its other half is missing",
                high,
                high + 6,
                path=self.steps,
                suggestion="write the character itself, or both halves",
            )

    def _stop(self, position: int, expected: str) -> NoReturn:
        """Raise what is wrong at ``position``, where ``expected`` should have been."""
        situation = Situation(
            self.text,
            lines=self.findings.lines,
            expected=expected,
            opened_at=self.open[-1].start if self.open else -1,
            previous_end=self.ended,
            comments=self.comments,
        )
        rule, message, start, end, suggestion = fault_at(position, situation)
        # What is wrong with a closing bracket, or with its absence, is about the list or object that is open.
        about_holder = self.text[position : position + 1] in ("", "]", "}")
        path = self.steps[: max(0, len(self.open) - 1)] if about_holder else self.steps
        self.findings.stop(rule, message, start, end, path=path, suggestion=suggestion)


def _skip_white(text: str, position: int) -> int:
    found = _white(text, position)
    assert found is not None  # it matches nothing, too
    return found.end()


def _clipped(key: str) -> str:
    shown = key if len(key) <= 60 else key[:59] + "…"
    import json

    return json.dumps(shown, ensure_ascii=not shown.isprintable())
