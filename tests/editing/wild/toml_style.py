"""Trees written as TOML in many hands' styles."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

from .page import Page, Path


class TomlStyle(Page):
    def __init__(self, random: Random) -> None:
        super().__init__(random, "#")
        self.inline = random.choice([0.0, 0.3, 0.7])
        self.dotted = random.choice([0.0, 0.0, 0.3])
        self.wrapped = random.choice([0.0, 0.5])
        self.literal = self.chance(0.3)
        self.apart = self.chance(0.8)  # blank lines between tables
        self.equals = random.choice([" = ", " = ", " = ", "="])
        self.deeper = self.chance(0.1)  # tables within tables are indented

    def write(self, tree: dict[str, Any]) -> bytes:
        self.header()
        self.table(tree, (), "")
        return self.text()

    def table(self, tree: dict[str, Any], path: Path, indent: str) -> None:
        later = []
        first = True
        for key, value in tree.items():
            if self.is_table(value) or self.are_tables(value):
                later.append((key, value))
                continue
            at = (*path, key)
            several = isinstance(value, dict) and value and self.is_dotted(value)
            self.above((*at, next(iter(value))) if several else at, path, indent, first=first)
            first = False
            if several:
                for inner, item in value.items():
                    self.pair(indent, f"{self.key(key)}.{self.key(inner)}", item, (*at, inner))
            else:
                self.pair(indent, self.key(key), value, at)
        for key, value in later:
            for index, item in enumerate(value if isinstance(value, list) else [value]):
                at = (*path, key, index) if isinstance(value, list) else (*path, key)
                self.head(item, at, path, indent, first=first, several=isinstance(value, list))
                first = False

    def head(self, item: dict[str, Any], at: Path, holder: Path, indent: str, *, first: bool, several: bool) -> None:
        names = ".".join(self.key(part) for part in at if isinstance(part, str))
        inside = indent + "  " if self.deeper and len(at) > 1 else indent
        only_tables = item and all(self.is_table(value) or self.are_tables(value) for value in item.values())
        if not several and only_tables and self.chance(0.7):
            self.table(item, at, inside)  # no header of its own
            return
        if self.apart and self.lines and self.lines[-1]:
            self.lines.append("")
        if self.chance(self.density) and any(self.lines):
            self.lines.append(
                inside
                + self.note(
                    at, goes_with=bool(self.lines) and any(line and not line.startswith("#") for line in self.lines)
                )
            )
        self.lines.append(f"{inside}{'[[' if several else '['}{names}{']]' if several else ']'}{self.beside(at)}")
        self.table(item, at, inside)

    def pair(self, indent: str, key: str, value: Any, at: Path) -> None:
        start = f"{indent}{key}{self.equals}"
        if isinstance(value, list) and value and Random(f"{self.wrapped}{value}").random() < self.wrapped:
            self.lines.append(f"{start}[{self.beside(at, goes_with=False)}")
            for index, item in enumerate(value):
                if self.chance(self.density):
                    self.lines.append(f"{indent}    {self.note((*at, index))}")
                comma = "," if index < len(value) - 1 or self.chance(0.7) else ""
                self.lines.append(f"{indent}    {self.shown(item)}{comma}{self.beside((*at, index))}")
            self.lines.append(f"{indent}]")
            return
        if isinstance(value, str) and "\n" in value:
            self.lines.append(f'{start}"""')
            self.lines += value.split("\n")[:-1]
            self.lines.append(f'"""{self.beside(at)}')
            return
        self.lines.append(f"{start}{self.shown(value)}{self.beside(at)}")

    def is_table(self, value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        flat = all(not isinstance(item, dict) and "\n" not in str(item) for item in value.values()) and len(value) <= 3
        return not (flat and (Random(f"{self.inline}{value}").random() < self.inline or self.is_dotted(value)))

    def is_dotted(self, value: dict[str, Any]) -> bool:
        return Random(f"dotted{self.dotted}{value}").random() < self.dotted

    def are_tables(self, value: Any) -> bool:
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            return False
        return Random(f"tables{self.inline}{value}").random() >= self.inline

    def key(self, key: Any) -> str:
        return key if re.fullmatch(r"[\w-]+", key, re.ASCII) else json.dumps(key, ensure_ascii=False)

    def shown(self, value: Any) -> str:
        if isinstance(value, dict):
            return (
                "{ " + ", ".join(f"{self.key(key)} = {self.shown(item)}" for key, item in value.items()) + " }"
                if value
                else "{}"
            )
        if isinstance(value, list):
            return "[" + ", ".join(self.shown(item) for item in value) + "]"
        if isinstance(value, str) and self.literal and "'" not in value and "\n" not in value:
            return f"'{value}'"
        return json.dumps(value, ensure_ascii=False)
