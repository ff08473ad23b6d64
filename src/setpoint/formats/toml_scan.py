"""A linear scanner of TOML 1.0: where everything stands, and what is wrong and where.

It reads a text once, from left to right, without recursion. Where TOML spreads a table over several places, one of
them is its place: a table with a header stands at that header, from ``[`` to ``]``, its key at the name's last part;
an array of tables stands at its first header, each element at its own; a table that a longer header or a dotted key
implied stands at that part of the name.
"""

from __future__ import annotations

from ..span import Place
from ..tree import LARGEST_INTEGER, SMALLEST_INTEGER
from .findings import Findings
from .toml_faults import fault_at
from .toml_tables import DOTTED, HEADED, INLINE, ClashError, Name, Table, enter_dotted, open_element, open_table
from .toml_tokens import BLANK, COMMENT, GAP, LINE_END, PLAIN, end_of, key_end, key_text, string_end

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import NoReturn

_AFTER_VALUE = " \t\r\n,]}#"
_MOST_DIGITS = 64  # of a number of 64 bits, in base 2
LONGEST_NUMBER = 4300  # characters: as many digits as the interpreter itself turns into an integer


def scan(text: str, *, depth: int | None = None) -> Place:
    """Return the place of every value in a TOML text.

    Arguments: ``depth`` is the deepest nesting allowed, None for any. Raises ``ConfigParseError`` with everything
    that is wrong.
    """
    return _Scanner(text, depth).document()


class _Scanner:
    """One reading of one text; ``steps`` are the keys and indexes to the value that is being read."""

    def __init__(self, text: str, depth: int | None) -> None:
        self.text = text
        self.depth = depth
        self.findings = Findings(text)
        self.root = Table(HEADED, 0, len(text))
        self.table = self.root
        self.way: list[str | int] = []
        self.section = 0
        self.steps: list[str | int] = []
        self.ended = 0  # where the last token ended
        self.opened_at = -1  # the innermost open bracket

    def document(self) -> Place:
        """Return the place of the whole document."""
        text = self.text
        position = end_of(BLANK, text, 0)
        while position < len(text):
            character = text[position]
            if character == "[":
                self._header(position)
            elif character not in "#\r\n":
                self._pair(position)
            else:
                self.ended = position
            position = end_of(BLANK, text, self.ended)
            if text.startswith("#", position):
                position = end_of(COMMENT, text, position)
            end = end_of(LINE_END, text, position)
            if end < 0:
                self._stop(position, "line end")
            position = end_of(BLANK, text, end)
        self.findings.settle()
        return self.root

    def _header(self, start: int) -> None:
        """Read ``[name]`` or ``[[name]]`` and make its table the current one."""
        text = self.text
        self.section += 1
        self.steps = []
        self.opened_at = start
        brackets = "[[" if text.startswith("[[", start) else "["
        name, position = self._name(end_of(BLANK, text, start + len(brackets)), 1)
        if not text.startswith("]" * len(brackets), position):
            self._stop(position + text.startswith("]", position), "header")
        self.opened_at = -1
        self.ended = position + len(brackets)
        try:
            opener = open_element if brackets == "[[" else open_table
            self.table, self.way = opener(self.root, name, start, self.ended)
        except ClashError as clash:
            self._note_clash(clash, name, [])
            self.table, self.way = Table(HEADED, start, self.ended), list(name.parts)
        self._check_depth(1 + len(self.way), start, self.way)

    def _pair(self, start: int) -> None:
        """Read ``key = value`` into the current table."""
        text = self.text
        above = 1 + len(self.way)
        self.steps = list(self.way)
        name, position = self._name(start, above - 1)
        if text[position : position + 1] != "=":
            self._stop(position, "equals")
        self.ended = position + 1
        holder = self._holder(self.table, name, self.way)
        self._values(end_of(BLANK, text, position + 1), holder, name, above + len(name.parts) - 1)

    def _name(self, position: int, above: int) -> tuple[Name, int]:
        """Read a key of one or more parts; ``above`` is the depth outside. Return it and what follows its blanks."""
        text = self.text
        name = Name()
        while True:
            end = key_end(text, position)
            if end < 0:
                self._stop(position, "key")
            name.parts.append(key_text(text, position, end))
            name.spans.append((position, end))
            self.ended = end
            self._check_depth(above + len(name.parts), position, self.steps)
            position = end_of(BLANK, text, end)
            if text[position : position + 1] != ".":
                return name, position
            self.ended = position + 1
            position = end_of(BLANK, text, position + 1)

    def _holder(self, table: Table, name: Name, way: list[str | int]) -> Table:
        """Return the table below ``table`` that gets the last part of a key, and note when it has it already."""
        try:
            holder = enter_dotted(table, name, self.section)
        except ClashError as clash:
            self._note_clash(clash, name, way)
            holder = Table(DOTTED, *name.spans[-1])
        first = holder.tables.get(name.parts[-1])
        if first is not None:
            last = len(name.parts) - 1
            self._note_clash(ClashError(last, first, "is set twice", "keep one of the two"), name, way)
        self.steps = [*way, *name.parts]
        return holder

    def _values(self, position: int, table: Table, name: Name, level: int) -> None:
        """Read a value and all that is in it into ``table``; recursion is the list of open brackets.

        Arguments: ``level`` is how deep the container is nested that the value goes into.
        """
        text = self.text
        opened: list[tuple[Place, int, int, list[str | int]]] = []  # with its bracket, its level, the way to it
        while True:
            character = text[position : position + 1]
            place = Place(position, position)
            if character == "{":
                place = Table(INLINE, position, position)
            elif character == "[":
                place.children = []
            holder = opened[-1][0] if opened else table
            if isinstance(holder.children, list):
                holder.children.append(place)
            else:
                place.key_start, place.key_end = name.spans[-1]
                table.tables[name.parts[-1]] = place
            if place.children is None:
                place.end = self.ended = self._scalar(position, character)
            else:
                level += 1
                self._check_depth(level, position, self.steps)
                opened.append((place, position, level, self.steps))
                self.opened_at = position
                self.ended = position + 1
                is_array = character == "["
                position = end_of(GAP if is_array else BLANK, text, position + 1)
                if not text.startswith("]" if is_array else "}", position):
                    position, table, name, level = self._entry(opened[-1], position)
                    continue
                place.end = self.ended = position + 1
                opened.pop()
            # A value is complete: go on with its next sibling, or close what it was the last of.
            while opened:
                holder, self.opened_at, level, self.steps = opened[-1]
                is_array = isinstance(holder.children, list)
                between, closer = (GAP, "]") if is_array else (BLANK, "}")
                position = end_of(between, text, self.ended)
                if text.startswith(",", position):
                    self.ended = position + 1
                    position = end_of(between, text, position + 1)
                    if not (is_array and text.startswith("]", position)):
                        position, table, name, level = self._entry(opened[-1], position)
                        break
                if not text.startswith(closer, position):
                    self._stop(position, "array" if is_array else "table")
                holder.end = self.ended = position + 1
                opened.pop()
            else:
                self.opened_at = -1
                return

    def _entry(self, opened: tuple[Place, int, int, list[str | int]], position: int) -> tuple[int, Table, Name, int]:
        """Get ready for the next value inside an open bracket: for an inline table, read its key first."""
        holder, _, level, way = opened
        if not isinstance(holder, Table):
            self.steps = [*way, len(holder.children or ())]
            return position, self.table, Name(), level
        self.steps = way
        name, position = self._name(position, level - 1)
        if not self.text.startswith("=", position):
            self._stop(position, "equals")
        self.ended = position + 1
        table = self._holder(holder, name, way)
        return end_of(BLANK, self.text, position + 1), table, name, level + len(name.parts) - 1

    def _scalar(self, position: int, character: str) -> int:
        """Check the value that starts here, which is no array and no inline table, and return its end."""
        text = self.text
        if character in ("'", '"'):
            end = string_end(text, position)
            if end < 0:
                self._stop(position, "value")
            return end
        found = PLAIN.match(text, position)
        if found is None or text[found.end() : found.end() + 1] not in _AFTER_VALUE:
            self._stop(position, "value")
        if found["number"]:
            if found["float"]:
                if found.end() - position > LONGEST_NUMBER:
                    self._note_long_number(found)
                elif found.end() - position > 3 and float(found.group()) in (float("inf"), float("-inf")):
                    self._note_not_finite(found, "this number is too large for a 64-bit float")
            elif found.end() - position > 18:
                self._check_integer(found)
        elif found["based"]:
            self._check_integer(found)
        elif found["special"]:
            self._note_not_finite(found, f"{found.group()} is no number that every format can write")
        elif found["date"] and not _is_date(found["date"]):
            message, end = "there is no such day in the calendar", position + len(found["date"])
            self.findings.note("syntax", message, position, end, path=self.steps, suggestion="correct the date")
        return found.end()

    def _note_not_finite(self, found: re.Match[str], message: str) -> None:
        suggestion = "write a finite number, or leave the key out"
        self.findings.note("not-finite", message, *found.span(), path=self.steps, suggestion=suggestion)

    def _note_long_number(self, found: re.Match[str]) -> None:
        message = f"this number has more than {LONGEST_NUMBER:,} characters, the most that are read"
        suggestion = "17 digits say all that a 64-bit float can hold"
        self.findings.note("number-too-long", message, *found.span(), path=self.steps, suggestion=suggestion)

    def _check_integer(self, found: re.Match[str]) -> None:
        lexeme = found.group().replace("_", "")
        base = found["based"] is not None
        digits = len(lexeme.lstrip("+-")) if not base else len(lexeme[2:].lstrip("0"))
        most = _MOST_DIGITS if base else 20
        if digits <= most and len(lexeme) > LONGEST_NUMBER:  # nothing but zeros in front
            self._note_long_number(found)
        elif digits > most or not SMALLEST_INTEGER <= int(lexeme, 0) <= LARGEST_INTEGER:
            self.findings.note(
                "integer-too-large",
                f"this integer of {digits} digits needs more than 64 bits, so other readers would round it",
                *found.span(),
                path=self.steps,
                suggestion="write it as text, in quotes",
            )

    def _check_depth(self, level: int, position: int, path: list[str | int]) -> None:
        if self.depth is not None and level > self.depth:
            self.findings.stop(
                "too-deep",
                f"tables and arrays are nested more than {self.depth} deep here",
                position,
                path=path,
                suggestion="raise limits.depth in setpoint.toml if that is meant",
            )

    def _note_clash(self, clash: ClashError, name: Name, way: list[str | int]) -> None:
        key = name.parts[clash.part]
        shown = key if len(key) <= 60 else key[:59] + "…"
        first = clash.first
        offset = first.key_start if first.key_start >= 0 else first.start
        self.findings.note(
            "duplicate-key",
            f"{shown!r} {clash.message}; it first stands on line {self.findings.line_of(offset)}",
            *name.spans[clash.part],
            path=[*way, *name.parts[: clash.part + 1]],
            suggestion=clash.suggestion,
        )

    def _stop(self, position: int, expected: str) -> NoReturn:
        """Raise what is wrong at ``position``, where ``expected`` should have been."""
        rule, message, start, end, suggestion = fault_at(self.text, position, expected, self.opened_at, self.ended)
        self.findings.stop(rule, message, start, end, path=self.steps, suggestion=suggestion)


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
