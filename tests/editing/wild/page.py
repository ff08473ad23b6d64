"""A text in the making: its lines, and whom each comment belongs to."""

from __future__ import annotations

from random import Random
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]

# What comments say; each has a mark of its own, by which it is found again.
_SAYINGS = [
    "{mark} keep in step with the other one",
    "{mark}: see ticket, don't touch",
    "TODO({mark}) remove [this], {{soon}}",
    'was "{mark}" before',
    "retries: 3 {mark}",
    "- {mark}",
    "{mark} -- ä, ö, 日本",
    "=== {mark} ===",
]


class Note:
    """A comment: its mark, and the entry it goes with, or the collection it merely stands in."""

    def __init__(self, mark: str, owner: Path, *, goes_with: bool) -> None:
        self.mark = mark
        self.owner = owner
        self.goes_with = goes_with


class Page:
    """The lines of one file, and the habits it was written with."""

    def __init__(self, random: Random, comment: str) -> None:
        self.random = random
        self.comment = comment  # how a comment starts; "" where there are none
        self.lines: list[str] = []
        self.notes: list[Note] = []
        self.shared: list[Path] = []  # what is written in one place and stands in several, as YAML's anchors do
        self.density = random.choice([0.0, 0.1, 0.25, 0.5]) if comment else 0.0
        self.blanks = random.choice([0.0, 0.1, 0.4])
        self.indent = random.choice([2, 2, 2, 4, 4])
        self.gap = random.choice([" ", "  ", "  ", "    "])

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def note(self, owner: Path, *, goes_with: bool = True) -> str:
        """Make a comment, without indentation."""
        mark = f"QX{len(self.notes):04d}"
        self.notes.append(Note(mark, owner, goes_with=goes_with))
        space = self.random.choice([" ", " ", " ", "", "  "])
        return f"{self.comment}{space}{self.random.choice(_SAYINGS).format(mark=mark)}"

    def beside(self, owner: Path, *, goes_with: bool = True) -> str:
        """Return a comment for the end of a line, or nothing; behind an opening bracket it goes with no entry."""
        return self.gap + self.note(owner, goes_with=goes_with) if self.chance(self.density) else ""

    def header(self) -> None:
        """Start the file, perhaps with comments of its own and a blank line."""
        if self.comment and self.chance(0.5):
            for _ in range(self.random.randint(1, 3)):
                self.lines.append(self.note((), goes_with=False))
            if self.chance(0.6):
                self.lines.append("")

    def above(self, owner: Path, holder: Path, indent: str, *, first: bool) -> None:
        """Write what may stand above an entry: blank lines, comments of nobody, comments of the entry."""
        tops = not any(self.lines)
        top_block = not any(line and not line.lstrip().startswith(self.comment or "\0") for line in self.lines)
        if not first and self.chance(self.blanks):
            self.lines += [""] * self.random.choice([1, 1, 1, 2])
        if not first and self.chance(self.density / 4):
            self.lines += ["", indent + self.note(holder, goes_with=False), ""]
        if self.chance(self.density):
            for _ in range(self.random.choice([1, 1, 2])):
                # The block at the top is the file's, until a blank line ends it.
                of_entry = not tops and (not top_block or not self.lines[-1])
                of_file = top_block and not (self.lines and "" in self.lines)
                self.lines.append(indent + self.note(owner, goes_with=of_entry or not of_file))

    def below(self, holder: Path, indent: str) -> None:
        """Write what may stand behind the last entry of a collection."""
        if self.chance(self.density / 3):
            self.lines.append(indent + self.note(holder, goes_with=False))

    def text(self) -> bytes:
        """Return the file's bytes."""
        text = "\n".join(self.lines)
        if self.chance(0.9):
            text += "\n" * self.random.choice([1, 1, 1, 1, 2])
        if self.chance(0.12):
            text = text.replace("\n", "\r\n")
        return (b"\xef\xbb\xbf" if self.chance(0.08) else b"") + text.encode()
