"""Trees written as JSON and as JSON with comments in many hands' styles."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from .page import Page, Path


class JsonStyle(Page):
    def __init__(self, random: Random, *, comments: bool) -> None:
        super().__init__(random, "//" if comments else "")
        self.unit = random.choice(["  ", "  ", "    ", "\t"])
        self.short = random.choice([0.0, 0.5, 1.0])
        self.trailing = comments and self.chance(0.4)
        self.compact = self.chance(0.08)
        self.escaped = self.chance(0.3)
        if self.compact:
            self.density = 0.0
        self.blanks = self.blanks / 2

    def write(self, tree: Any) -> bytes:
        if self.compact:
            self.lines.append(json.dumps(tree, separators=self.random.choice([(",", ":"), (", ", ": ")])))
            return self.text()
        self.header()
        self.value("", "", tree, (), "")
        return self.text()

    def value(self, start: str, indent: str, value: Any, at: Path, comma: str) -> None:
        if not isinstance(value, dict | list) or not value or self.on_one_line(value):
            self.lines.append(f"{start}{self.shown(value)}{comma}{self.beside(at) if at else ''}")
            return
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        self.lines.append(f"{start}{opening}{self.beside(at, goes_with=False) if at else ''}")
        inside = indent + self.unit
        entries = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
        for number, (key, item) in enumerate(entries):
            last = number == len(entries) - 1
            below = (*at, key)
            self.above(below, at, inside, first=number == 0)
            head = f"{inside}{self.shown(key)}: " if isinstance(key, str) else inside
            self.value(head, inside, item, below, "," if not last or self.trailing else "")
        self.below(at, inside)
        self.lines.append(f"{indent}{closing}{comma}")

    def on_one_line(self, value: Any) -> bool:
        inside = value.values() if isinstance(value, dict) else value
        small = len(value) <= 4 and all(not isinstance(item, dict | list) for item in inside)
        return small and Random(f"{self.short}{value}").random() < self.short

    def shown(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=self.escaped)
