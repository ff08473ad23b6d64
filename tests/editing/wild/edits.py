"""Random operations that make sense for a tree, hostile values among them."""

from __future__ import annotations

from random import Random
from typing import Any

from setpoint.editing.operation import Add, Append, Insert, Move, Operation, Rename, Set, Unset

HOSTILE = [
    "", " ", "  two", "trail ", "a: b", "a #b", "#x", "- x", "-", "--- ", "...", "? q", "!tag", "&a", "*a", "%d",
    "@x", "`x", "{a", "a}", "[x]", "a,b", "]", "'", '"', "it's", 'say "hi"', "back\\slash", "\\n", 'tab\there',
    'line\nbreak', 'end\n', '\nstart', 'a\n\nb\n\n', '  lead\n less', 'cr\rhere', 'crlf\r\nhere', 'nel\x85x',
    'ls\u2028x', 'ps\u2029x', 'nul\x00x', 'bell\x07', 'esc\x1b', 'del\x7f', 'bom\ufeffx', '\ufeffx', "astral 😀",
    "日本語", "ü", "no", "on", "off", "yes", "y", "N", "true", "False", "null", "~", "12:30", "190:20:30", "1_000",
    "0o7", "012", "0x1F", ".inf", "-.INF", ".nan", "=", "<<", "2001-01-01", "2001-12-14T21:59:43Z", "1e3", "1.", ".5",
    "+1", "-0", "0b11", "1,2", "x" * 300, "word " * 60, "a:", ":a", "a::b", "key = value", "[table]", "# QX", "// c",
    "/* c */", "*/", "</script>", "'''", '"""', '\\"""', "|", ">", '|-\n x', "${x}", "{{ x }}",
]  # fmt: skip
PLAIN_VALUES: list[Any] = [
    0,
    1,
    -7,
    42,
    2**63 - 1,
    1.0,
    -0.5,
    1e22,
    3.25,
    True,
    False,
    "text",
    "two words",
    "v1.2.3",
    "/a/b",
]
COLLECTIONS: list[Any] = [
    {}, [], ["a"], [1, 2, 3], {"a": 1}, {"one": "two", "three": [1, {"x": None}]},
    [{"name": "n", "v": 1}, {"name": "m"}], [[1], [2]], {"a": {"b": {"c": "d\ne\n"}}},
    {"odd key": 1, "no": 2, "a.b": "c"}, [[], {}], ["x" * 50] * 4,
]  # fmt: skip
KEYS = [
    "fresh",
    "new_key",
    "another-one",
    "with space",
    "a.b",
    "no",
    "12",
    "ümlaut",
    "x:y",
    "#k",
    "quo'te",
    "",
    "true",
    "k\nl",
]


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    """Return every place of a tree, the root first."""
    found = [(path, tree)]
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for part, value in entries:
        found += places(value, (*path, part))
    return found


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_null(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_null(item) for item in value]
    return 0 if value is None else value


def value(random: Random, form: str) -> Any:
    """Return a value to set."""
    kinds = random.random()
    if kinds < 0.4:
        chosen: Any = random.choice(HOSTILE)
    elif kinds < 0.75:
        chosen = random.choice(PLAIN_VALUES)
    elif kinds < 0.97:
        chosen = random.choice(COLLECTIONS)
    else:
        chosen = None
    return _without_null(chosen) if form == "toml" else chosen


def are_mappings(items: list[Any]) -> bool:
    return bool(items) and all(isinstance(one, dict) for one in items)


def item(random: Random, items: list[Any], form: str) -> Any:
    """Return a value to stand in a list: a mapping where all others are, for that is what makes sense."""
    if are_mappings(items):
        chosen = random.choice([one for one in COLLECTIONS if isinstance(one, dict)])
        return _without_null(chosen) if form == "toml" else chosen
    return value(random, form)


def operation(random: Random, tree: Any, form: str) -> Operation | None:
    """Return an operation that makes sense for a tree, or None when the dice fell badly."""
    everything = places(tree)
    mappings = [(path, one) for path, one in everything if isinstance(one, dict)]
    lists = [(path, one) for path, one in everything if isinstance(one, list)]
    below = everything[1:]
    if not below:
        return None
    kind = random.choice(
        ["set", "set", "set", "deep", "add", "insert", "append", "unset", "unset", "rename", "move", "move"]
    )
    path, old = random.choice(below)
    if kind == "set":
        like = everything_of(everything, path[:-1]) if isinstance(path[-1], int) else []
        return Set(path, item(random, like, form))
    if kind == "deep":
        return Set(path, changed(random, old, form))
    if kind == "unset":
        return Unset(path)
    if kind == "append":
        at, items = random.choice(lists) if lists else ((), [])
        return Append(at, item(random, items, form)) if lists else None
    if kind == "insert" and lists and random.random() < 0.5:
        at, items = random.choice(lists)
        return Insert((*at, random.randint(0, len(items))), item(random, items, form))
    if kind in ("add", "insert"):
        at, mapping = random.choice(mappings) if mappings else ((), {})
        key = random.choice(KEYS)
        if not mappings or key in mapping:
            return None
        if kind == "add":
            return Add((*at, key, "deep") if random.random() < 0.2 else (*at, key), value(random, form))
        return Insert((*at, key), value(random, form), random.randint(0, len(mapping)))
    if kind == "rename":
        key = random.choice(KEYS)
        keyed = [(at, one) for at, one in below if isinstance(at[-1], str)]
        if not keyed:
            return None
        at = random.choice(keyed)[0]
        holder = dict(everything_of(everything, at[:-1]))
        return None if key in holder else Rename(at, key)
    return _move(random, everything, path)


def everything_of(everything: list[tuple[tuple[Any, ...], Any]], path: tuple[Any, ...]) -> Any:
    return next(one for at, one in everything if at == path)


def _move(random: Random, everything: list[tuple[tuple[Any, ...], Any]], path: tuple[Any, ...]) -> Operation | None:
    holder = everything_of(everything, path[:-1])
    if random.random() < 0.5:  # within its collection
        if isinstance(holder, list):
            return Move(path, (*path[:-1], random.randrange(len(holder))))
        return Move(path, path, random.randrange(len(holder)))
    goals = [
        (at, one)
        for at, one in everything
        if isinstance(one, dict | list) and at[: len(path)] != path and not _shifted(path, at)
    ]
    if not goals:
        return None
    at, goal = random.choice(goals)
    if isinstance(goal, list):
        if are_mappings(goal) and not isinstance(everything_of(everything, path), dict):
            return None
        return Move(path, (*at, random.randint(0, len(goal) - (at == path[:-1]))))
    key = path[-1] if isinstance(path[-1], str) and random.random() < 0.5 else random.choice(KEYS)
    return None if key in goal else Move(path, (*at, key))


def _shifted(path: tuple[Any, ...], at: tuple[Any, ...]) -> bool:
    """True when taking out the entry at ``path`` changes what ``at`` means."""
    depth = len(path) - 1
    return isinstance(path[-1], int) and at[:depth] == path[:depth] and len(at) > depth and at[depth] > path[-1]


def changed(random: Random, old: Any, form: str) -> Any:
    """Return a value like another, with something inside changed."""
    if isinstance(old, dict) and old:
        new = dict(old)
        key = random.choice(list(new))
        what = random.random()
        if what < 0.5:
            new[key] = changed(random, new[key], form)
        elif what < 0.7:
            del new[key]
        elif what < 0.85:
            new = {random.choice(KEYS) if name == key else name: item for name, item in new.items()}
        else:
            entries = list(new.items())
            random.shuffle(entries)
            new = dict(entries)
        return new
    if isinstance(old, list) and old:
        items = list(old)
        index = random.randrange(len(items))
        what = random.random()
        if what < 0.5:
            items[index] = changed(random, items[index], form) if items[index] else item(random, items, form)
        elif what < 0.7:
            del items[index]
        elif what < 0.85:
            items.insert(index, item(random, items, form))
        else:
            random.shuffle(items)
        return items
    return value(random, form)
