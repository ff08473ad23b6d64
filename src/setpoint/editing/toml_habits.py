"""How a TOML text is laid out, to write new lines like those that are there."""

from __future__ import annotations

from .toml_lines import PAIR, Statement

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from .toml_document import Document
    from .toml_items import Item

_MANY = 400
_NEAR = 40  # so many neighbours say how their section is laid out


class Habits:
    """The layout of one document. Each fact is worked out when it is asked for."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._known: dict[str, Any] = {}

    def array_pad(self) -> str:
        """Return the blank inside the brackets of an array: ``[ 1 ]`` or ``[1]``."""
        return self._pad("[", "")

    def table_pad(self) -> str:
        """Return the blank inside the brackets of an inline table: ``{ a = 1 }`` or ``{a = 1}``."""
        return self._pad("{", " ")

    def _pad(self, bracket: str, default: str) -> str:
        if bracket not in self._known:
            text = self.document.text
            pad = default
            for statement in self.document.statements:
                at = statement.value
                if bracket == "{" and text.startswith("[", at):
                    at = max(text.find("{", at, statement.end), at)
                if statement.kind == PAIR and text.startswith(bracket, at) and text[at + 1] not in "\r\n#]}":
                    if text[at + 1] == " " and text[at + 2] in " ]}":
                        continue
                    pad = " " if text[at + 1] == " " else ""
                    break
            self._known[bracket] = pad
        return str(self._known[bracket])

    def item_indent(self) -> str:
        """Return how deep items stand below the line that opens their array."""
        if "item" not in self._known:
            text = self.document.text
            indent = "    "
            for statement in self.document.statements:
                if statement.kind == PAIR and text[statement.value] == "[":
                    line_end = text.find("\n", statement.value, statement.end)
                    if line_end >= 0:
                        below = text[line_end + 1 : statement.end]
                        blanks = below[: len(below) - len(below.lstrip(" \t"))]
                        above = self.document.indent(statement)
                        if blanks.startswith(above) and len(blanks) > len(above):
                            indent = blanks[len(above) :]
                            break
            self._known["item"] = indent
        return str(self._known["item"])

    def between_sections(self) -> int:
        """Return how many blank lines stand above a header: as above most of them, 1 when there is none."""
        if "between" not in self._known:
            document = self.document
            counts: dict[int, int] = {}
            for index in document.sections[:_NEAR]:
                header = document.statements[index]
                block = document.block(header)
                if header.index:
                    blank = document.text.count("\n", document.blank_above(block), block)
                    counts[blank] = counts.get(blank, 0) + 1
            self._known["between"] = max(counts, key=lambda blank: (counts[blank], blank)) if counts else 1
        return int(self._known["between"])

    def writes_element_headers(self) -> bool:
        """True when the text writes any list as ``[[headers]]``."""
        return any(self.document.statements[index].kind != PAIR + 1 for index in self.document.sections)

    def pair_indent(self) -> str:
        """Return how much deeper than its header a section's pairs are indented."""
        document = self.document
        for index in document.sections:
            if index + 1 < len(document.statements) and document.statements[index + 1].kind == PAIR:
                above = document.indent(document.statements[index])
                below = document.indent(document.statements[index + 1])
                return below[len(above) :] if below.startswith(above) else ""
        return ""

    def quote(self, near: Iterable[Statement | Item]) -> str:
        """Return the quote that most of the neighbours that are text stand in; ``"`` when there is none."""
        return self._majority(near) or self._majority(self.document.statements[:_MANY]) or '"'

    def _majority(self, near: Iterable[Statement | Item]) -> str:
        text = self.document.text
        double = single = 0
        for written in near:
            opening = text[written.value : written.value + 1]
            double += opening == '"'
            single += opening == "'"
        return "'" if single > double else '"' if double else ""

    def equals(self, name: str, near: Sequence[Statement]) -> str:
        """Return the ``=`` with its blanks after a new key, in line with those of its neighbours when they are."""
        text = self.document.text
        pairs = [statement for statement in near if statement.kind == PAIR] or [
            statement for statement in self.document.statements[:_NEAR] if statement.kind == PAIR
        ]
        if not pairs:
            return " = "
        columns: set[int] = set()
        lengths: set[int] = set()
        for pair in pairs[:_NEAR]:
            column = text.index("=", pair.name_end)
            columns.add(column - pair.line)
            lengths.add(pair.name_end - pair.line)
        at = text.index("=", pairs[0].name_end)
        before, after = text[pairs[0].name_end : at], text[at + 1 : pairs[0].value]
        if len(columns) == 1 and len(lengths) > 1:
            width = columns.pop() - len(self.document.indent(pairs[0]))
            before = " " * max(width - len(name), 1)
        elif len(before) > 1 or before == "\t":
            before = " "
        return f"{before}={after if len(after) < 2 else ' '}"
