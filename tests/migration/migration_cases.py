"""Documents, steps that fit them, and texts that mean them: what the tests of migrations draw."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from setpoint.address import format_address
from setpoint.migration.call import Call
from setpoint.migration.convert import Convert
from setpoint.migration.move import Move
from setpoint.migration.remove import Remove
from setpoint.migration.rename import Rename
from setpoint.migration.set_default import SetDefault
from setpoint.migration.step import Step

KEYS = st.sampled_from(["a", "b", "c", "d", "mode", "size", "x.y", "*", "0", "ä b"])
NEW_KEYS = st.sampled_from(["new", "next", "a", "mode", "p.q", "1"])
SCALARS = st.one_of(
    st.sampled_from(["12", "true", "fast", "slow", "a, b", "1.5", "no", "", "Ab"]),
    st.integers(-3, 100_000),
    st.booleans(),
    st.none(),
    st.sampled_from([0.5, 1.0, -0.0, 1e22]),
)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.one_of(
        st.dictionaries(KEYS, below, max_size=4),
        st.lists(below, max_size=3),
        st.lists(st.sampled_from(["one", "two", "three"]), max_size=3, unique=True),
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=5)
CONVERSIONS = st.sampled_from(
    [
        {"from": "text", "to": "integer"},
        {"from": "text", "to": "number"},
        {"from": "text", "to": "boolean"},
        {"from": "integer", "to": "text"},
        {"from": "number", "to": "text"},
        {"from": "boolean", "to": "text"},
        {"from": "integer", "to": "number"},
        {"from": "number", "to": "integer"},
        {"from": "boolean", "to": "integer"},
        {"from": "integer", "to": "boolean"},
        {"from": "item", "to": "list"},
        {"from": "list", "to": "item"},
        {"from": "list", "to": "keys", "value": {"on": True}},
        {"from": "keys", "to": "list", "value": None},
        {"multiply": 1000},
        {"divide": 60},
        {"multiply": 0.1},
        {"values": {"fast": "express", "slow": "express"}},
        {"values": [[True, "on"], [False, "off"], [12, None]]},
        {"split": ","},
        {"join": ", "},
        {"wrap": "value"},
        {"unwrap": "a"},
        {"case": "lower"},
        {"case": "upper"},
    ]
)


def all_places(tree: Any, parts: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place of a tree below its root."""
    found = []
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in entries:
        found += [(*parts, key), *all_places(value, (*parts, key))]
    return found


def pattern_text(parts: list[str | int | None]) -> str:
    """A pattern as it is written; None is a star."""
    text = ""
    for part in parts:
        if part is None:
            text += ".*" if text else "*"
        elif part == "*":
            text += '["*"]'
        else:
            piece = format_address([part])
            text += piece if not text or piece.startswith("[") else f".{piece}"
    return text


@st.composite
def steps(draw: st.DrawFn, tree: Any) -> Step:
    """A step that finds something in a tree, most of the time."""
    places = all_places(tree) or [("a",)]
    parts: list[Any] = list(draw(st.sampled_from(places)))
    starred = [None if draw(st.integers(0, 3)) == 0 else part for part in parts]
    kind = draw(
        st.sampled_from(["rename", "rename", "move", "move", "move", "default", "default", "remove", "convert"])
    )
    last = parts[-1] if isinstance(parts[-1], str) else "a"
    holder = starred[:-1]
    if kind == "rename":
        to = draw(NEW_KEYS)
        return Rename(pattern_text([*holder, last]), to if to != last else f"{to}2")
    if kind == "move":
        return draw(moves([*holder, None if starred[-1] is None else last]))
    if kind == "default":
        deeper = draw(st.lists(NEW_KEYS, max_size=2))
        where = starred if draw(st.booleans()) else holder
        return SetDefault(pattern_text([*where, *deeper, draw(NEW_KEYS)]), draw(VALUES))
    if kind == "remove":
        return Remove(pattern_text([*holder, None if starred[-1] is None else last]), only_empty=draw(st.booleans()))
    return Convert(pattern_text(starred), draw(CONVERSIONS))


@st.composite
def moves(draw: st.DrawFn, source: list[Any]) -> Step:
    """A move from a pattern to some other."""
    stars = source.count(None)
    target = source[: draw(st.integers(0, len(source)))]
    target += draw(st.lists(NEW_KEYS, min_size=0 if target else 1, max_size=2))
    target += [None] * (stars - target.count(None))
    if draw(st.booleans()):
        target.append(draw(NEW_KEYS))
    one, other = ([part if part is None else str(part) for part in side] for side in (source, target))
    short = min(len(source), len(target))
    if one[:short] != other[:short]:
        return Move(pattern_text(source), pattern_text(target))
    return Move(pattern_text(source), pattern_text([f"beside {source[0]}", *source]))


def function_of(step: Step) -> Call:
    """The same step as a function."""
    return Call(step.up)


def yaml_text(tree: dict[str, Any], comments: bool = True) -> tuple[str, dict[str, str]]:
    """A block-style YAML text with a comment at every entry, and the lines of each top-level entry by its key."""
    chunks: dict[str, str] = {}
    count = [0]

    def lines(value: Any, indent: str) -> list[str]:
        found = []
        entries = value.items() if isinstance(value, dict) else [("-", item) for item in value]
        for key, item in entries:
            count[0] += 1
            lead = f"{indent}-" if isinstance(value, list) else f"{indent}{json.dumps(key, ensure_ascii=False)}:"
            if comments and isinstance(value, dict):
                found.append(f"{indent}# before {count[0]}")
            tail = f"  # beside {count[0]}" if comments else ""
            if isinstance(item, dict | list) and item:
                found += [f"{lead}{tail}", *lines(item, indent + "  ")]
            else:
                found.append(f"{lead} {json.dumps(item, ensure_ascii=False)}{tail}")
        return found

    for key, value in tree.items():
        chunks[key] = "\n".join(lines({key: value}, "")) + "\n"
    # The comment at the beginning of a file belongs to the file, up to the first blank line.
    return "# The document\n\n" + "".join(chunks.values()), chunks
