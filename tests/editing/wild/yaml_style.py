"""Trees written as YAML in many hands' styles."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

from .genres import Anchored, Merged
from .page import Page, Path

_PLAIN = re.compile(r"[A-Za-z_/.^][\w ./@+^*()|\\-]*[\w/*)$]|[A-Za-z]")
_NOT_TEXT = re.compile(r"(?i)(true|false|yes|no|on|off|y|n|null|~|[-+.\d][\d_.:eExXoO+-]*|\.inf|\.nan)")


class YamlStyle(Page):
    def __init__(self, random: Random) -> None:
        super().__init__(random, "#")
        self.dash = random.choice([0, self.indent, self.indent])  # how far items stand behind their key
        self.quote = random.choice(["", "", "'", '"'])
        self.flow = random.choice([0.0, 0.3, 0.8])
        self.literal = random.choice(["|", "|", ">", ""])
        self.spaced = random.choice(["", "", " "])
        self.anchors: set[int] = set()

    def write(self, tree: Any) -> bytes:
        if self.chance(0.15):
            self.lines.append("---")
        self.header()
        if type(tree) is list:
            self.items(tree, "", ())
        else:
            self.mapping(tree, "", ())
        return self.text()

    def mapping(self, tree: dict[str, Any], indent: str, path: Path, start: str | None = None) -> None:
        """Write entries; ``start`` is what stands before the first on its line, as a dash does."""
        first = True
        entries: list[tuple[str, Any]] = list(tree.items())
        if isinstance(tree, Merged):
            own = [(key, value) for key, value in entries if key not in tree.base or tree.base[key] is not value]
            self.shared += [(*path, key) for key in tree.base]
            entries = [("<<", tree.base), *own] if self.chance(0.7) else [*own, ("<<", tree.base)]
        for key, value in entries:
            at = (*path, key)
            if start is None:
                self.above(at, path, indent, first=first)
            self.entry(indent if start is None else start, indent, key if key == "<<" else self.key(key), value, at)
            first, start = False, None
        self.below(path, indent)

    def items(self, tree: list[Any], indent: str, path: Path) -> None:
        for index, value in enumerate(tree):
            at = (*path, index)
            self.above(at, path, indent, first=index == 0)
            dash = "-" + " " * self.random.choice([1, 1, 1, 1, 3])
            if (
                isinstance(value, dict)
                and value
                and not isinstance(value, Anchored | Merged)
                and not self.in_flow(value)
            ):
                self.mapping(value, indent + " " * len(dash), at, indent + dash)
            else:
                self.entry(indent, indent, "-", value, at)
        if not path or self.dash:  # in the column of the key, it could as well be the next key's
            self.below(path, indent)

    def entry(self, start: str, indent: str, key: str, value: Any, at: Path) -> None:
        if key == "<<":
            self.lines.append(f"{start}<<: *{value.name}{self.beside(at[:-1], goes_with=False)}")
            return
        head = f"{start}{key}" if key == "-" else f"{start}{key}:"
        if isinstance(value, Anchored):
            self.shared.append(at)
            if id(value) in self.anchors:
                self.lines.append(f"{head} *{value.name}{self.beside(at)}")
                return
            self.anchors.add(id(value))
            head += f" &{value.name}"
        if isinstance(value, dict | list) and value and not self.in_flow(value):
            self.lines.append(head + self.beside(at))
            if isinstance(value, dict):
                self.mapping(value, indent + " " * self.indent, at)
            else:
                self.items(value, indent + " " * (0 if indent + key == "-" else self.dash), at)
        elif isinstance(value, str) and "\n" in value and self.literal:
            self.block(head, indent, value, at)
        else:
            shown = self.flowed(value) if isinstance(value, dict | list) else self.scalar(value)
            self.lines.append(f"{head} {shown}".rstrip(" ") + self.beside(at))

    def block(self, head: str, indent: str, value: str, at: Path) -> None:
        inside = indent + " " * self.indent
        body = value.removesuffix("\n")
        folded = self.literal == ">"
        chomping = "" if value.endswith("\n") else "-"
        self.lines.append(f"{head} {self.literal}{chomping}{self.beside(at)}")
        for line in body.split("\n"):
            self.lines += [inside + line, ""] if folded else [inside + line]
        if folded:
            self.lines.pop()

    def in_flow(self, value: Any) -> bool:
        inside = value.values() if isinstance(value, dict) else value
        if isinstance(value, Anchored | Merged) or len(value) > 4:
            return False
        small = all(not isinstance(item, dict | list) and "\n" not in str(item) for item in inside)
        return small and Random(f"{self.flow}{value}").random() < self.flow

    def flowed(self, value: Any) -> str:
        pad = self.spaced
        if isinstance(value, dict):
            inside = ", ".join(f"{self.key(key)}: {self.flowed(item)}" for key, item in value.items())
            return f"{{{pad}{inside}{pad}}}" if value else "{}"
        if isinstance(value, list):
            inside = ", ".join(self.flowed(item) for item in value)
            return f"[{pad}{inside}{pad}]" if value else "[]"
        return self.scalar(value, flow=True)

    def key(self, key: str) -> str:
        return key if re.fullmatch(r"[A-Za-z_][\w/.-]*", key) and key != "no" else json.dumps(key, ensure_ascii=False)

    def scalar(self, value: Any, *, flow: bool = False) -> str:
        if value is None:
            return "null" if flow or self.chance(0.3) else self.random.choice(["~", ""])
        if not isinstance(value, str):
            return json.dumps(value)
        plain = _PLAIN.fullmatch(value) and not _NOT_TEXT.fullmatch(value)
        if plain and (not self.quote or self.chance(0.5)):
            return value
        if self.quote == "'" and "\n" not in value:
            return "'" + value.replace("'", "''") + "'"
        return json.dumps(value, ensure_ascii=False)
