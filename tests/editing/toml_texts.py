"""TOML texts of every odd layout, and changes of them, drawn from any source of randomness."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from setpoint.editing.change import Insert, Move, Remove, Rename, Replace

if TYPE_CHECKING:
    from setpoint.editing.change import Change

KEYS = [
    "a",
    "b",
    "c",
    "d",
    "e1",
    "long-name",
    "x_y",
    "1",
    "true",
    '"q.r"',
    "'l i t'",
    '"\\u00e9"',
    '""',
    "inf",
    "2020-01-01",
]
SCALARS = [
    "1",
    "-17",
    "+99",
    "1_000",
    "0xFF",
    "0o17",
    "0b101",
    "1.5",
    "-0.0",
    "6.02e23",
    "true",
    "false",
    '"text"',
    '""',
    "'lit # \\'",
    '"tab\\t \\"q\\" \\u00e9 # no comment"',
    '"""long"""',
    '"""\nlines\n\n  # none\n  [no.header]\n"quoted"" """',
    "'''\nraw = 1\n'quoted'\n'''",
    '"""\\\n   joined \\\n   lines"""',
    "2020-01-01",
    "2020-01-01T10:00:00Z",
    "2020-01-01 10:00:00.5",
    "10:00:00",
    "1979-05-27T00:32:00-07:00",
]
COMMENTS = ["# note", "#", "# a = 1", "#no space", '# "quote', "# [header]", "# 'x", "# é ]}", "#\ttab"]
STRINGS = [
    "",
    " ",
    "text",
    "two\nlines\n",
    "\nleading",
    "cr\r\nlf",
    "no",
    "2020-01-01",
    "12:30:00",
    "1e3",
    "# hash",
    "a = 1",
    "]",
    "},",
    "'",
    '"',
    '"""',
    "'''",
    "\\",
    "back\\slash'quote\"",
    "\t",
    "\x00\x1f\x7f\x85",
    "\u2028\u2029\ufeff",
    "😀é",
    "x" * 200,
    'ends with quote"\n"',
    "ends with '\n'",
    "many lines of a text that is long\nand goes on\nand on",
]
NEW_KEYS = [
    "new",
    "a",
    "b",
    "n.m",
    "",
    "é",
    "sp ace",
    "q'uote",
    'd"q',
    "1",
    "-",
    "line\nbreak",
    "true",
    "\x00",
    "long-name",
]


class Writer:
    """Writes one random text."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.equals = random.choice([" = ", " = ", "=", "  =  ", " ="])
        self.pad = random.choice(["", " "])
        self.comments = random.choice([0.0, 0.15, 0.4])
        self.blank = random.choice([0, 1, 1, 2])
        self.indent = random.choice(["", "", "  "])
        self.odd = random.choice([0.0, 0.2])
        self.leaves: set[tuple[str, ...]] = set()
        self.tables: dict[tuple[str, ...], str] = {}
        self.scopes = 0

    def chance(self, likelihood: float) -> bool:
        return self.random.random() < likelihood

    def key(self) -> str:
        return self.random.choice(KEYS[:8] if self.chance(0.8) else KEYS)

    def dotted(self, scope: tuple[str, ...]) -> str | None:
        """A key that is still free in the table ``scope``, dotted or not; None when none was found."""
        for _ in range(6):
            parts = [self.key() for _ in range(self.random.choice([1, 1, 1, 2, 3]))]
            plain = tuple(part.strip("\"'") for part in parts)
            ways = [(*scope, *plain[:length]) for length in range(1, len(plain))]
            full = (*scope, *plain)
            if full in self.leaves or full in self.tables or any(way in self.leaves for way in ways):
                continue
            if any(self.tables.get(way, "dotted" + scope[-1]) != "dotted" + scope[-1] for way in ways):
                continue
            self.leaves.add(full)
            self.tables.update(dict.fromkeys(ways, "dotted" + scope[-1]))
            return self.random.choice([".", ".", " . "]).join(parts)
        return None

    def scope(self, *above: str) -> tuple[str, ...]:
        """A name for one more place where keys are free."""
        self.scopes += 1
        return (*above, f"scope {self.scopes}")

    def title(self, names: list[str], scope: tuple[str, ...]) -> tuple[str, ...] | None:
        """Take a name for a table; None when something has it."""
        plain = tuple(name.strip("\"'") for name in names)
        full = (*scope, *plain)
        if full in self.leaves or full in self.tables:
            return None
        for length in range(1, len(plain)):
            way = (*scope, *plain[:length])
            if way in self.leaves or self.tables.get(way, "headed") != "headed":
                return None
        self.tables[full] = "headed"
        return full

    def beside(self) -> str:
        return (
            self.random.choice([" ", "  ", "\t", ""]) + self.random.choice(COMMENTS)
            if self.chance(self.comments)
            else ""
        )

    def value(self, depth: int = 0) -> str:
        kind = self.random.random()
        if depth < 3 and kind < 0.2:
            return self.array(depth)
        if depth < 3 and kind < 0.32:
            scope = self.scope()
            keys = [self.dotted(scope) for _ in range(self.random.randint(0, 3))]
            entries = ", ".join(f"{key}{self.equals}{self.value(depth + 1)}" for key in keys if key is not None)
            return f"{{{self.pad}{entries}{self.pad}}}"
        return self.random.choice(SCALARS)

    def array(self, depth: int) -> str:
        random = self.random
        items = [self.value(depth + 1) for _ in range(random.randint(0, 4))]
        layout = random.random()
        if layout < 0.4:
            trailing = "," if items and self.chance(0.2) else ""
            return f"[{self.pad}{', '.join(items)}{trailing}{self.pad}]"
        indent = random.choice(["  ", "    ", "\t", ""])
        text = "[" + self.beside() + "\n"
        for index, item in enumerate(items):
            if self.chance(self.comments):
                text += f"{indent}{random.choice(COMMENTS)}\n"
                if self.chance(0.3):
                    text += "\n"
            comma = "," if index < len(items) - 1 or self.chance(0.6) else ""
            if layout > 0.9 and comma and index < len(items) - 1:
                text += f"{indent}{item}\n{indent}{comma} "
            elif layout > 0.8 and comma:
                text += f"{indent}{item}{comma} "
            else:
                text += f"{indent}{item}{comma}{self.beside()}\n"
            if self.chance(self.odd):
                text += "\n"
        if self.chance(self.comments):
            text += f"\n{indent}{random.choice(COMMENTS)}\n"
        if not text.endswith("\n") and self.chance(0.5):
            text += "\n"
        return text + "]"

    def above(self, indent: str) -> str:
        text = ""
        while self.chance(self.comments):
            text += f"{indent}{self.random.choice(COMMENTS)}\n"
        if text and self.chance(0.2):
            text += "\n"
        return "\n" + text if self.chance(self.odd) else text

    def pairs(self, most: int, indent: str, scope: tuple[str, ...]) -> str:
        text = ""
        for _ in range(self.random.randint(0, most)):
            key = self.dotted(scope)
            if key is not None:
                text += self.above(indent)
                text += f"{indent}{key}{self.equals}{self.value()}{self.beside()}\n"
        if self.chance(self.comments):
            text += f"{indent}{self.random.choice(COMMENTS)}\n"
        return text

    def sections(self, names: list[str], scope: tuple[str, ...], depth: int, *, free: bool) -> list[str]:
        """The sections of one table: chunks whose order is random where TOML leaves it free.

        Arguments: ``scope`` is what the name starts from: the root, or one item of a list.
        """
        random = self.random
        full = self.title(names, scope)
        if full is None:
            return []
        indent = self.indent * (len(names) - 1)
        inner = indent + (self.indent if self.chance(0.5) else "")
        below: list[str] = []
        own = self.pairs(3, inner, full) if self.chance(0.7) else None
        if depth < 2:
            for _ in range(random.choice([0, 0, 1, 2])):
                below += self.table([*names, self.key()], scope, depth + 1, free=free)
        chunks: list[str] = []
        if not below or own is not None:
            chunks.append(f"{self.above(indent)}{indent}[{'.'.join(names)}]{self.beside()}\n{own or ''}")
        chunks += below
        if free and self.chance(self.odd):
            random.shuffle(chunks)
        return chunks

    def table(self, names: list[str], scope: tuple[str, ...], depth: int, *, free: bool) -> list[str]:
        if not self.chance(0.25):
            return self.sections(names, scope, depth, free=free)
        if self.title(names, scope) is None:
            return []
        indent = self.indent * (len(names) - 1)
        text = ""
        for _ in range(self.random.randint(1, 3)):
            element = (*self.scope(), *(name.strip("\"'") for name in names))
            own = self.pairs(2, indent, element)
            text += "\n" * self.blank if text else ""
            text += f"{self.above(indent)}{indent}[[{'.'.join(names)}]]{self.beside()}\n{own}"
            if depth < 2 and self.chance(0.3):
                for below in self.sections([*names, self.key()], element[:1], depth + 1, free=False):
                    text += "\n" * self.blank + below
        return [text]

    def text(self) -> str:
        random = self.random
        chunks: list[str] = []
        root = self.scope()
        own = self.pairs(4, "", root)
        for _ in range(random.randint(0, 4)):
            chunks += self.table([self.key()], root, 0, free=True)
        if self.chance(self.odd) and chunks:
            # Tables of one parent are scattered over the file.
            at = random.randrange(len(chunks))
            chunks.insert(random.randint(0, len(chunks) - 1), chunks.pop(at))
        text = ""
        if self.chance(0.3):
            text += "# the file's own\n" + ("\n" if self.chance(0.7) else "")
        text += own
        for chunk in chunks:
            text += ("\n" * self.blank if text else "") + chunk
        if self.chance(0.1):
            text += "\n# the end\n"
        if self.chance(0.15):
            text = text.removesuffix("\n")
        if self.chance(0.15):
            text = text.replace("\n", "\r\n")
        return text


def places(tree: Any) -> list[tuple[str | int, ...]]:
    """Every place of a tree but the root."""
    found: list[tuple[str | int, ...]] = []
    stack: list[tuple[Any, tuple[str | int, ...]]] = [(tree, ())]
    while stack:
        holder, parts = stack.pop()
        for key, value in holder.items() if isinstance(holder, dict) else enumerate(holder):
            found.append((*parts, key))
            if isinstance(value, dict | list):
                stack.append((value, (*parts, key)))
    return found


def any_value(random: Random, depth: int = 0) -> Any:
    """A value that somebody sets."""
    kind = random.random()
    if depth < 2 and kind < 0.15:
        return {random.choice(NEW_KEYS): any_value(random, depth + 1) for _ in range(random.randint(0, 3))}
    if depth < 2 and kind < 0.3:
        if random.random() < 0.3:
            return [{"k": any_value(random, 2)} for _ in range(random.randint(1, 2))]
        return [any_value(random, depth + 1) for _ in range(random.randint(0, 3))]
    if kind < 0.65:
        return random.choice(STRINGS)
    return random.choice([0, 1, -5, 20000, 2**64 - 1, 1.0, -0.0, 1e22, 1e-7, True, False])


def any_change(random: Random, tree: dict[str, Any], kind: type | None = None) -> Change | None:
    """A change that makes sense for a tree, or None when there is none of the kind."""
    kind = kind or random.choice([Replace, Insert, Remove, Rename, Move])
    everything = places(tree)
    collections = [(), *(parts for parts in everything if isinstance(_at(tree, parts), dict | list))]
    if kind is Insert:
        parts = random.choice(collections)
        holder = _at(tree, parts)
        key = None
        if isinstance(holder, dict):
            fresh = [each for each in NEW_KEYS if each not in holder]
            key = random.choice(fresh)
        return Insert(parts, random.choice([len(holder), random.randint(0, len(holder))]), key, any_value(random))
    if not everything:
        return None
    parts = random.choice(everything)
    if kind is Replace:
        return Replace(parts, any_value(random))
    if kind is Remove:
        return Remove(parts)
    holder = _at(tree, parts[:-1])
    if kind is Rename:
        if not isinstance(holder, dict):
            return None
        return Rename(parts, random.choice([each for each in NEW_KEYS if each not in holder]))
    return _any_move(random, tree, parts)


def _any_move(random: Random, tree: Any, parts: tuple[str | int, ...]) -> Change | None:
    from setpoint.editing.outcome import outcome

    rest = outcome(tree, Remove(parts))
    collections = [(), *(each for each in places(rest) if isinstance(_at(rest, each), dict | list))]
    to = parts[:-1] if random.random() < 0.3 else random.choice(collections)
    target = _at(rest, to)
    key = None
    if isinstance(target, dict):
        same = str(parts[-1])
        fresh = [each for each in [same, same, same, *NEW_KEYS] if each not in target]
        key = random.choice(fresh)
    position = random.choice([len(target), random.randint(0, len(target))])
    if to == parts[:-1] and (key is None or key == parts[-1]):
        order = list(_at(tree, to)) if isinstance(target, dict) else []
        if position == (order.index(parts[-1]) if order else parts[-1]):
            return None
    return Move(parts, to, position, key)


def _at(tree: Any, parts: tuple[str | int, ...]) -> Any:
    for part in parts:
        tree = tree[part]
    return tree
