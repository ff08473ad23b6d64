"""YAML texts in odd styles, and changes of them, made from a source of random numbers."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from setpoint.editing.change import Insert, Move, Remove, Rename, Replace

if TYPE_CHECKING:
    from setpoint.editing.change import Change, Parts

HOSTILE = [
    "", " ", "no", "Yes", "on", "y", "~", "null", "NULL", "true", "12:30", "190:20:30", "1_000", "1,000", "0o7", "012",
    "0x1F", "0b11", ".inf", "-.INF", ".NaN", "=", "<<", "2001-01-01", "2001-12-14t21:59:43.10-05:00", "1e3", "1.", ".5",
    "-", "--", "---", "--- a", "...", "- a", "-a", "? a", "?a", ": a", ":a", "a: b", "a:b", "a #b", "a#b", "#a", "a:",
    "&a", "*a", "!a", "%a", "@a", "`a", "|", ">", "[a", "a]", "{a", "a}", "a,b", ",a",
    "'a'", "it's", '"a"', 'a"b', "a\\b",
    "a\nb", "a\n", "\na", "a\n\n", " a\nb", "a\n b\n", "a\r\nb", "\ta", "a\tb", "a\t", " a", "a ", "a\x07b", "\x7f",
    "\x85", "a\u2028b",
    "\u2029", "\ufeff", "\ufeffa", "a\ufeff", "\xa0", "é", "日本", "😀", "\U0001fffe", "\ufffe", "\x1b[0m",
    "x" * 300, "a b  c", "1.2.3", "192.168.0.1", "8080:80", "+1", "-1", "+", ".", "0", "00", "-0", "1e400", "9" * 30,
    "a\n---\nb", "a\n# b\n", "# a\nb", "%YAML 1.2\nb", "a\n\n\nb", "a\n  \nb", "key: [1, 2]\n", "\x00", "a\x00b",
    "=1", "e1",
]  # fmt: skip
WORDS = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "x",
    "y1",
    "name",
    "port",
    "a b",
    "on_off",
    "éa",
    "😀k",
    "1",
    "true",
    "a.b",
    "a-b",
]
PLAIN = ["foo", "foo bar", "8080", "true", "null", "~", "1.5", "0x1F", "http://x/y", "a,b", "-x", "it's", "yes"]


class Maker:
    """Makes one YAML text. Every key of a mapping differs; anchors are used after they were set."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.step = rng.choice([1, 2, 2, 2, 4])
        self.list_step = rng.choice([0, self.step, self.step])
        self.comments = rng.choice([0.0, 0.15, 0.4])
        self.blanks = rng.choice([0.0, 0.1, 0.4])
        self.quote = rng.choice(["", "", "'", '"'])
        self.anchoring = rng.choice([0.0, 0.0, 0.15])
        self.scalars: list[str] = []  # anchors of scalars
        self.mappings: list[str] = []  # anchors of mappings, and what they hold
        self.count = 0

    def text(self) -> str:
        rng = self.rng
        lines: list[str] = []
        if rng.random() < 0.3:
            lines += [f"# header {self.number()}"] * rng.choice([1, 2])
            lines += [""] * rng.choice([0, 1, 1])
        if rng.random() < 0.15:
            lines += ["%YAML 1.2"] * rng.choice([0, 1]) + [rng.choice(["---", "--- # start"])]
        root = rng.random()
        if root < 0.03:
            lines.append(
                rng.choice(["foo", "'a b'", "12", "{}", "[]", "{a: 1, b: [x, y]}", "|\n  a\n  b", "~", "# none"])
            )
        elif root < 0.15:
            lines += self.block_list(0, 0)
        else:
            lines += self.block_mapping(0, 0)
        if rng.random() < 0.2:
            lines += ["# the end"]
        if rng.random() < 0.1:
            lines += ["..."]
        text = "\n".join(lines)
        if rng.random() < 0.85:
            text += "\n" * rng.choice([1, 1, 1, 2])
        if rng.random() < 0.15:
            text = text.replace("\n", "\r\n")
        return text

    def number(self) -> int:
        self.count += 1
        return self.count

    def keys(self) -> list[str]:
        return self.rng.sample(WORDS, self.rng.choice([1, 1, 2, 2, 3, 4]))

    def key(self, word: str) -> str:
        if word in ("1", "true") or self.rng.random() < 0.1:
            return f'"{word}"' if self.quote != "'" else f"'{word}'"
        return word

    def around(self, column: int, first: bool) -> list[str]:
        """The lines above an entry."""
        rng, lines = self.rng, []
        if rng.random() < self.blanks:
            lines += [rng.choice(["", "", "  "])] * rng.choice([1, 1, 2])
        if rng.random() < self.comments:
            lines += [" " * column + f"# above {self.number()}"] * rng.choice([1, 1, 2])
            if rng.random() < 0.2:
                lines += [""]
        if rng.random() < self.comments / 4:
            lines += [" " * rng.choice([0, column + 1, column + 3]) + f"# askew {self.number()}"]
        return lines

    def beside(self) -> str:
        return (
            self.rng.choice([" ", "  ", "\t"]) + f"# beside {self.number()}"
            if self.rng.random() < self.comments
            else ""
        )

    def anchor(self, names: list[str]) -> str:
        if self.rng.random() < self.anchoring:
            name = f"n{self.number()}"
            names.append(name)
            return f"&{name} "
        return ""

    def block_mapping(self, column: int, depth: int, compact: bool = False) -> list[str]:
        rng, lines = self.rng, []
        pad = " " * column
        before = rng.choice(["", "", "", "", "", " "])
        keys = self.keys()
        merge = self.mappings and rng.random() < 0.3
        slot = rng.randrange(len(keys) + 1) if merge else -1
        for index, word in enumerate(keys):
            if index or not compact:
                lines += self.around(column, index == 0)
            if index == slot:
                lines.append(f"{pad}<<: *{rng.choice(self.mappings)}")
            lines += self.pair(self.key(word) + before, column, depth)
        if slot == len(keys):
            lines.append(f"{pad}<<: [*{rng.choice(self.mappings)}]")
        if rng.random() < self.comments / 2:
            lines.append(pad + f"# last {self.number()}")
        return lines

    def pair(self, key: str, column: int, depth: int) -> list[str]:
        rng = self.rng
        pad = " " * column
        kind = rng.random()
        gap = rng.choice([" ", " ", " ", "  ", "\t"])
        if depth < 3 and kind < 0.25:
            inner: list[str] = []
            anchor = self.anchor(inner)
            head = f"{pad}{key}:{' ' + anchor if anchor else ''}".rstrip() + self.beside()
            below = self.block_mapping(column + self.step, depth + 1)
            self.mappings += inner
            return [head, *below]
        if depth < 3 and kind < 0.45:
            return [f"{pad}{key}:{self.beside()}", *self.block_list(column + self.list_step, depth + 1)]
        if kind < 0.5:
            return [f"{pad}{key}:{self.beside()}"]
        if kind < 0.55 and depth < 3:
            return [f"{pad}{key}:{self.beside()}", f"{pad}  {self.scalar(False)}{self.beside()}"]
        return self.value(f"{pad}{key}:{gap}", column)

    def value(self, head: str, column: int) -> list[str]:
        """A single value, or one in brackets, after a key or dash."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.12:
            return self.block_scalar(head, column)
        if kind < 0.3:
            return self.flow_lines(head, column)
        if kind < 0.36 and self.scalars:
            return [f"{head}*{rng.choice(self.scalars)}{self.beside()}"]
        if kind < 0.4:
            pad = " " * (column + rng.choice([1, 2, 4]))
            return [f"{head}plain text", f"{pad}that goes on"] if rng.random() < 0.5 else [f'{head}"a', "", f'{pad}b"']
        anchor = self.anchor(self.scalars)
        return [head + anchor + self.scalar(False) + self.beside()]

    def scalar(self, in_brackets: bool) -> str:
        rng = self.rng
        said = rng.choice(PLAIN)
        if in_brackets and ("," in said or ":" in said):
            said = "foo"
        quote = rng.choice([self.quote, self.quote, "", "'", '"'])
        if quote == "'":
            return "'" + said.replace("'", "''") + "'"
        return f'"{said}"' if quote else said

    def block_scalar(self, head: str, column: int) -> list[str]:
        rng = self.rng
        pad = " " * (column + rng.choice([1, 2, 2, 4]))
        sign = rng.choice(["|", "|", ">", "|-", ">-", "|+"])
        lines = [head + sign + (f" # on {self.number()}" if rng.random() < self.comments / 2 else "")]
        lines += [pad + rng.choice(["text # no comment", "&a *b", "key: value"])]
        if rng.random() < 0.5:
            lines += [rng.choice(["", pad + "  deeper", "   "]), pad + "- end"]
        if "+" in sign:
            lines += [""] * rng.choice([0, 1, 2])
        return lines

    def flow(self, depth: int) -> str:
        rng = self.rng
        pad = rng.choice(["", "", " "])
        count = rng.choice([0, 1, 2, 3])
        comma = rng.choice([",", "", "", ""]) if count else ""
        if rng.random() < 0.5:
            items = [
                self.flow(depth + 1) if depth < 2 and rng.random() < 0.2 else self.scalar(True) for _ in range(count)
            ]
            if items and rng.random() < 0.1:
                items[0] = "p: 1"
            return f"[{pad if items else ''}{', '.join(items)}{comma}{pad if items else ''}]"
        pairs = []
        for word in rng.sample(WORDS[:8], count):
            inside = self.flow(depth + 1) if depth < 2 and rng.random() < 0.2 else self.scalar(True)
            pairs.append(rng.choice([f"{word}: {inside}", f"{word}: {inside}", f'"{word}": {inside}', word]))
        return f"{{{pad if pairs else ''}{', '.join(pairs)}{comma}{pad if pairs else ''}}}"

    def flow_lines(self, head: str, column: int) -> list[str]:
        rng = self.rng
        if rng.random() < 0.6:
            return [head + self.flow(0) + self.beside()]
        pad = " " * (column + 2)
        is_list = rng.random() < 0.5
        words = rng.sample(WORDS[:8], rng.choice([1, 2, 3]))
        items = [self.scalar(True) if is_list else f"{word}: {self.flow(1)}" for word in words]
        lines = [head + "[{"[not is_list] + self.beside()]
        for index, item in enumerate(items):
            if rng.random() < self.comments:
                lines.append(pad + f"# inside {self.number()}")
            comma = "," if index < len(items) - 1 or rng.random() < 0.5 else ""
            lines.append(pad + item + comma + self.beside())
        if rng.random() < self.comments / 2:
            lines.append(pad + f"# inside at the end {self.number()}")
        return (
            [*lines, " " * (column + rng.choice([0, 0, 1])) + "]}"[not is_list]]
            if column or rng.random() < 2
            else lines
        )

    def block_list(self, column: int, depth: int, compact: bool = False) -> list[str]:
        rng, lines = self.rng, []
        pad = " " * column
        gap = rng.choice([" ", " ", " ", "   "])
        for index in range(rng.choice([1, 2, 2, 3, 4])):
            if index or not compact:
                lines += self.around(column, index == 0)
            kind = rng.random()
            inner = column + 1 + len(gap)
            if depth < 3 and kind < 0.3:
                below = self.block_mapping(inner, depth + 1, compact=True)
                lines += [pad + "-" + gap + below[0][inner:], *below[1:]]
            elif depth < 3 and kind < 0.38:
                below = self.block_list(inner, depth + 1, compact=True)
                lines += [pad + "-" + gap + below[0][inner:], *below[1:]]
            elif depth < 3 and kind < 0.44:
                lines += [pad + "-" + self.beside(), *self.block_mapping(column + 2, depth + 1)]
            elif kind < 0.5:
                lines.append(f"{pad}-{self.beside()}")
            else:
                lines += self.value(f"{pad}-{gap}", column)
        if rng.random() < self.comments / 2:
            lines.append(pad + f"# last {self.number()}")
        return lines


def places(tree: Any) -> list[Parts]:
    """Every path of a tree, its root first."""
    found: list[Parts] = [()]
    for parts in found:
        value = value_at(tree, parts)
        if isinstance(value, dict):
            found += [(*parts, key) for key in value]
        elif isinstance(value, list):
            found += [(*parts, index) for index in range(len(value))]
    return found


def value_at(tree: Any, parts: Parts) -> Any:
    for part in parts:
        tree = tree[part]
    return tree


def new_value(rng: random.Random, depth: int = 0) -> Any:
    kind = rng.random()
    if kind < 0.15 and depth < 3:
        return {rng.choice(WORDS + HOSTILE): new_value(rng, depth + 1) for _ in range(rng.randrange(4))}
    if kind < 0.3 and depth < 3:
        return [new_value(rng, depth + 1) for _ in range(rng.randrange(4))]
    if kind < 0.5:
        return rng.choice([0, 1, -1, 1.0, -0.0, 1e22, 1.5e-7, True, False, None, 2**64 - 1, -(2**63), 8080])
    if kind < 0.7:
        return rng.choice(["foo", "foo bar", "a\nb\n", "a\nb", "first\n\nlast\n", "several words in one line"])
    return rng.choice(HOSTILE)


def change_of(rng: random.Random, tree: Any, kinds: str = "RIDNM") -> Change | None:
    """One change that makes sense for a tree: (R)eplace, (I)nsert, (D)elete, re(N)ame or (M)ove."""
    kind = rng.choice(kinds)
    every = places(tree)
    entries = every[1:]
    holders = [parts for parts in every if isinstance(value_at(tree, parts), dict | list)]
    if kind == "R":
        return Replace(rng.choice(every), new_value(rng))
    if kind == "I":
        if not holders:
            return None
        parts = rng.choice(holders)
        return Insert(parts, *new_place(rng, value_at(tree, parts), "new"), new_value(rng))
    if not entries:
        return None
    parts = rng.choice(entries)
    if kind == "D":
        return Remove(parts)
    if kind == "N":
        named = [parts for parts in entries if isinstance(parts[-1], str)]
        if not named:
            return None
        parts = rng.choice(named)
        key = rng.choice(HOSTILE + WORDS)
        return None if key in value_at(tree, parts[:-1]) else Rename(parts, key)
    from setpoint.editing.outcome import outcome

    rest = outcome(tree, Remove(parts))
    to = rng.choice([place for place in places(rest) if isinstance(value_at(rest, place), dict | list)])
    holder = value_at(rest, to)
    key = str(parts[-1]) if rng.random() < 0.7 else "moved"
    position, key_there = new_place(rng, holder, key)
    if key_there is not None and key_there in holder:
        return None
    return Move(parts, to, position, key_there)


def new_place(rng: random.Random, holder: Any, key: str) -> tuple[int, str | None]:
    position = rng.choice([len(holder), rng.randrange(len(holder) + 1)])
    if isinstance(holder, list):
        return position, None
    if key == "new":
        key = rng.choice([word for word in ["new", "another", *HOSTILE] if word not in holder])
    return position, key
