"""Odd JSON and JSONC texts, and changes that fit them, made by chance."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

from setpoint.editing.change import Insert, Move, Remove, Rename, Replace

if TYPE_CHECKING:
    from setpoint.editing.change import Change

KEYS = ["a", "b", "name", "a/b", "", "ü", 'q"', "back\\slash", "//", "/*", "x y", "1", "tab\t", "\u2028"]
SCALARS: list[Any] = [
    None, True, False, 0, 1, -1, 1.0, -0.0, 1e22, 1.5e-7, 2**63, -(2**63), 2**64 - 1, "", "text", "// no comment",
    "/* none */", ", }", "]", '"', "\\", "\n", "\r\n", "\u2028\u2029\x85", "\x00\x1f\x7f", "</script>", "ü😀",
    "\ufeff", "x" * 90,
]  # fmt: skip


def tree_of(chance: Random, depth: int = 0) -> Any:
    """A tree of a few values."""
    draw = chance.random()
    if depth > 3 or draw < (0.05 if depth == 0 else 0.45):
        return chance.choice(SCALARS)
    size = chance.choice([0, 1, 1, 2, 2, 3, 3, 5])
    if draw < 0.75:
        return {key: tree_of(chance, depth + 1) for key in chance.sample(KEYS, size)}
    if chance.random() < 0.3:
        return [chance.choice(SCALARS[:16]) for _ in range(size * 3)]
    return [tree_of(chance, depth + 1) for _ in range(size)]


class Writer:
    """Writes a tree as text in a layout of its own.

    Arguments: ``comments`` says that the text is JSONC; ``wild`` that white space stands wherever it may.
    """

    def __init__(self, chance: Random, *, comments: bool, wild: bool) -> None:
        self.chance = chance
        self.comments = comments
        self.wild = wild
        self.newline = chance.choice(["\n"] * 6 + ["\r\n", "\r"])
        self.unit = chance.choice(["  ", "    ", "\t", "", " "])
        self.colon = chance.choice([": "] * 4 + [":", " : ", " :"])
        self.comma = chance.choice([", ", ", ", ","])
        self.one_line = chance.random() < 0.2
        self.trailing = comments and chance.random() < 0.3
        self.leading = chance.random() < 0.1
        self.escapes = chance.random() < 0.2
        self.rate = chance.choice([0.0, 0.1, 0.3]) if comments else 0.0
        self.number = 0

    def document(self, tree: Any) -> str:
        text = self.above("") + self.value(tree, "", self.one_line) + self.beside()
        return text + self.chance.choice([self.newline, "", self.newline * 2, " "])

    def value(self, tree: Any, indent: str, one_line: bool) -> str:
        if not isinstance(tree, (dict, list)):
            return json.dumps(tree, ensure_ascii=self.escapes)
        first, last = "{}" if isinstance(tree, dict) else "[]"
        one_line = one_line or self.chance.random() < 0.25
        wrapped = not one_line and isinstance(tree, list) and self.chance.random() < 0.4
        if self.wild:
            return self.anyhow(tree, first, last)
        if not tree:
            inside = "" if one_line or self.chance.random() < 0.7 else self.newline + indent
            return first + (self.block() if self.chance.random() < self.rate else "") + inside + last
        inner = indent + self.unit
        items = list(tree.items()) if isinstance(tree, dict) else [(None, item) for item in tree]
        text = first + ("" if one_line else self.beside())
        pad = self.chance.choice(["", " "]) if one_line else ""
        for position, (key, item) in enumerate(items):
            ends = position == len(items) - 1
            beside = one_line or (wrapped and position % 3 != 0)
            if beside:
                text += pad if position == 0 else "" if not self.comma.strip(",") else " "
            else:
                text += self.newline + self.above(inner) + inner
            if self.leading and position and not one_line:
                text += ", "
            text += "" if key is None else self.key(key)
            text += self.value(item, inner, one_line)
            if self.chance.random() < self.rate / 3:
                text += " " + self.block()
            text += "," if (not ends or self.trailing) and (not self.leading or one_line) else ""
            next_beside = not ends and wrapped and (position + 1) % 3 != 0
            text += "" if one_line or next_beside else self.beside()
        if not one_line and self.chance.random() < self.rate:
            text += self.newline + self.above(inner).rstrip("\r\n")
        return text + (pad if one_line else self.newline + indent) + last

    def anyhow(self, tree: Any, first: str, last: str) -> str:
        items = list(tree.items()) if isinstance(tree, dict) else [(None, item) for item in tree]
        text = first + self.space()
        for position, (key, item) in enumerate(items):
            if key is not None:
                text += json.dumps(key) + self.space() + ":" + self.space()
            text += self.value(item, "", False) + self.space()
            if position < len(items) - 1 or self.trailing:
                text += "," + self.space()
        return text + last

    def space(self) -> str:
        parts = ["", " ", self.newline, "  ", "\t", self.newline + "  ", self.newline * 2]
        text = self.chance.choice(parts)
        if self.chance.random() < self.rate / 2:
            text += self.chance.choice([self.block(), self.line() + self.newline]) + self.chance.choice(parts)
        return text

    def key(self, key: str) -> str:
        text = json.dumps(key, ensure_ascii=self.escapes)
        if key and key.isalpha() and self.chance.random() < 0.05:
            text = f'"\\u{ord(key[0]):04x}{key[1:]}"'
        return text + (f" {self.block()}" if self.chance.random() < self.rate / 5 else "") + self.colon

    def above(self, indent: str) -> str:
        text = self.newline * (self.chance.random() < 0.15)
        while self.chance.random() < self.rate:
            text += self.chance.choice([indent, indent, ""]) + self.chance.choice([self.line(), self.block()])
            text += self.newline * self.chance.choice([1, 1, 1, 2])
        return text

    def beside(self) -> str:
        return "  " + self.chance.choice([self.line(), self.block()]) if self.chance.random() < self.rate else ""

    def line(self) -> str:
        self.number += 1
        return f'// {self.number} ", }} /*'

    def block(self) -> str:
        self.number += 1
        more = self.chance.choice(["", self.newline + "   //", ' " ,'])
        return f"/* {self.number}{more} */"


def places(tree: Any, parts: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    """Every value of a tree with the parts to it."""
    found = [(parts, tree)]
    for key, item in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        found += places(item, (*parts, key))
    return found


def change_of(chance: Random, tree: Any, kind: type) -> Change | None:
    """A change of this kind that fits the tree, or None when there is none."""
    everywhere = places(tree)
    below = [parts for parts, _ in everywhere if parts]
    if kind is Replace:
        return Replace(chance.choice(everywhere)[0], tree_of(chance, 2))
    if kind is Insert:
        holders = [(parts, value) for parts, value in everywhere if isinstance(value, (dict, list))]
        if not holders:
            return None
        parts, value = chance.choice(holders)
        return Insert(parts, chance.randint(0, len(value)), new_key(chance, value), tree_of(chance, 2))
    if not below:
        return None
    parts = chance.choice(below)
    holder = dict(everywhere)[parts[:-1]]
    if kind is Remove:
        return Remove(parts)
    if kind is Rename:
        return Rename(parts, str(new_key(chance, holder))) if isinstance(holder, dict) else None
    assert kind is Move
    from json_case import intended

    rest = intended(tree, Remove(parts))
    to, value = chance.choice([(at, value) for at, value in places(rest) if isinstance(value, (dict, list))])
    key = new_key(chance, value)
    if key is not None and isinstance(parts[-1], str) and parts[-1] not in value and chance.random() < 0.5:
        key = parts[-1]
    return Move(parts, to, chance.randint(0, len(value)), key)


def new_key(chance: Random, holder: Any) -> str | None:
    """A key that the holder does not have; None for a list."""
    if isinstance(holder, list):
        return None
    return chance.choice([key for key in [*KEYS, "new", "no", "ключ", "\x85"] if key not in holder])


def text_of(chance: Random, *, comments: bool) -> str:
    """A text by chance."""
    writer = Writer(chance, comments=comments, wild=chance.random() < 0.3)
    return writer.document(tree_of(chance))
