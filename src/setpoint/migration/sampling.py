"""Texts that fit a regular expression: the common ones, as schemas hold them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from random import Random

_CLASSES = {"d": "0123456789", "w": "abcXYZ_09", "s": " ", "D": "ab-", "W": "-.", "S": "ab09-"}
_ANY = "abcxyz019"
_MOST_MORE = 3  # repetitions beyond the fewest
_LONGEST = 1000  # characters of an expression, and repetitions of one piece


class _UnknownError(Exception):
    """Something in an expression that is not looked at here."""


def sample(pattern: str, random: Random) -> str | None:
    """Return a text that probably fits a regular expression; None for one with look-around and the like.

    Arguments: ``random`` decides what the expression leaves open. Characters, classes, groups, branches, repetitions
    and anchors are known; the caller finds out whether the text really fits.
    """
    if len(pattern) > _LONGEST or pattern.count("(") > 50:
        return None
    try:
        return _Sampler(pattern, random).text()
    except (_UnknownError, IndexError, ValueError):
        return None


class _Sampler:
    def __init__(self, pattern: str, random: Random) -> None:
        self._pattern = pattern
        self._random = random
        self._at = 0

    def text(self) -> str:
        """Return a text for the whole expression."""
        text = self._branches()
        if self._at < len(self._pattern):
            raise _UnknownError
        return text

    def _branches(self) -> str:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            branches.append(self._sequence())
        return self._random.choice(branches)

    def _sequence(self) -> str:
        text = ""
        while self._peek() not in ("", "|", ")"):
            start = self._at
            piece = self._piece()
            end = self._at
            count = self._repetitions()
            after = self._at
            if count != 1:
                piece = ""
                for _ in range(count):  # each time anew: [0-9]{3} is not one digit three times
                    self._at = start
                    piece += self._piece()
                    if len(piece) > _LONGEST:
                        raise _UnknownError
                self._at = max(after, end)
            text += piece
        return text

    def _piece(self) -> str:
        character = self._next()
        if character in "^$":
            return ""
        if character == ".":
            return self._random.choice(_ANY)
        if character == "[":
            return self._random.choice(self._class())
        if character == "\\":
            return self._random.choice(self._escape())
        if character == "(":
            if self._peek() == "?":
                if not self._pattern.startswith("?:", self._at):
                    raise _UnknownError
                self._at += 2
            text = self._branches()
            if self._next() != ")":
                raise _UnknownError
            return text
        if character in "*+?{":
            raise _UnknownError
        return character

    def _escape(self) -> str:
        character = self._next()
        if character in _CLASSES:
            return _CLASSES[character]
        if character.isalnum():
            raise _UnknownError
        return character

    def _class(self) -> str:
        negated = self._peek() == "^"
        self._at += negated
        found = ""
        while self._peek() != "]":
            character = self._next()
            members = self._escape() if character == "\\" else character
            following = self._pattern[self._at + 1 : self._at + 2]
            if self._peek() == "-" and following not in ("", "]", "\\") and len(members) == 1:
                self._at += 2
                members = "".join(map(chr, range(ord(members), min(ord(following), ord(members) + 200) + 1)))
            found += members
        self._at += 1
        chosen = "".join(character for character in _ANY + "-_ ." if character not in found) if negated else found
        if not chosen:
            raise _UnknownError
        return chosen

    def _repetitions(self) -> int:
        """Return how often the piece before is to stand, and go behind what says so."""
        sign = self._peek()
        if sign not in ("*", "+", "?", "{") or not sign:
            return 1
        self._at += 1
        if sign == "{":
            end = self._pattern.index("}", self._at)
            low, comma, high = self._pattern[self._at : end].partition(",")
            self._at = end + 1
            fewest = int(low or 0)
            most = fewest if not comma else int(high) if high else fewest + _MOST_MORE
        else:
            fewest, most = {"*": (0, _MOST_MORE), "+": (1, 1 + _MOST_MORE), "?": (0, 1)}[sign]
        if self._peek() in ("?", "+"):  # lazy and greedy fit the same texts
            self._at += 1
        return self._random.randint(min(fewest, _LONGEST), min(most, fewest + _MOST_MORE, _LONGEST))

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _next(self) -> str:
        character = self._pattern[self._at]
        self._at += 1
        return character
