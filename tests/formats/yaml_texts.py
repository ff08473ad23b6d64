"""Random YAML: texts that may be broken, and trees written in many styles."""

from __future__ import annotations

import json
from typing import Any

import yaml
from hypothesis import strategies as st

_PIECES = [
    *"abe10~'\"[]{},#|>?:!%@`\t\\\r\n\u00a0\u3000\u2028\x85\ufeff\x07é😀",
    *(
        "c: ",
        "e:\n",
        "- ",
        "-\n",
        " ",
        "  ",
        "\n  ",
        "\n    ",
        "\n\n",
        "\n- ",
        "\n  - ",
        "\r\n",
        "a: 1\n",
        "\n  b: 2",
        ": ",
    ),
    *(
        '"x"',
        "'y'",
        "|-\n",
        "|+\n  x\n",
        ">-\n",
        "|2",
        "...",
        "---",
        "\\n",
        ".5",
        "null",
        "true",
        "1e3",
        "http://x",
        "k:",
    ),
    *("<<", "<<: *a", "*a", "&a ", "?q", "-x", ":x", "x:", ".inf", "012", "0X1F", "2020-01-01", "12:30", "a#b", "it's"),
    *("key:value", "!!str ", "\\u0041", "\\ud83d", " # c"),
]
pieces = st.sampled_from(_PIECES)

_SCALARS = [
    "a",
    "1",
    "x y",
    '"q"',
    "'s'",
    "~",
    "",
    "1.5",
    "[1, 2]",
    "{a: b}",
    "[]",
    '"x\n  y"',
    "x\n   y",
    "|\n   t\n\n   u",
    ">-\n   t\n    u",
    "# c\n   v",
    "&a x",
    "*a",
    "0x1F",
    "007",
]


@st.composite
def _block(draw: st.DrawFn, indent: int, depth: int) -> str:
    """A block collection, the lines of which do not always have the right indentation."""
    lines = []
    is_mapping = draw(st.booleans())
    for number in range(draw(st.integers(1, 3))):
        blanks = " " * indent
        step = draw(st.sampled_from([2, 2, 2, 1, 3, 4]))
        deeper = depth > 0 and draw(st.booleans())
        if is_mapping:
            start = f"{blanks}k{number}:"
            value = "\n" + draw(_block(indent + step, depth - 1)) if deeper else f" {draw(st.sampled_from(_SCALARS))}\n"
        else:
            start = f"{blanks}-{' ' * (step - 1)}"
            value = (
                draw(_block(indent + step, depth - 1)).lstrip(" ") if deeper else f"{draw(st.sampled_from(_SCALARS))}\n"
            )
        lines.append(start + value)
        if draw(st.integers(0, 9)) == 0:
            lines.append(draw(st.sampled_from(["\n", f"{blanks}# c\n", "   \n", "# c\n"])))
    return "".join(lines)


@st.composite
def _spoilt(draw: st.DrawFn) -> str:
    """A block text with some lines moved and some pieces thrown in."""
    lines = draw(_block(0, 2)).split("\n")
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(lines) - 1))
        line = lines[place]
        change = draw(st.integers(0, 3))
        if change == 0:
            lines[place] = " " + line
        elif change == 1:
            lines[place] = line.removeprefix(" ")
        elif change == 2:
            lines[place] = line.replace(": ", ":", 1)
        else:
            at = draw(st.integers(0, len(line)))
            lines[place] = line[:at] + draw(pieces) + line[at:]
    return draw(st.sampled_from(["\n", "\n", "\n", "\r\n"])).join(lines)


texts = st.lists(pieces, max_size=12).map("".join) | _spoilt()

_words = st.sampled_from(
    [
        "a",
        "b c",
        "é😀",
        "",
        "12",
        "true",
        "- x",
        "a: b",
        "#",
        "'",
        '"',
        " x ",
        "x\ny\n",
        "x\n\n  y",
        "k\u0301",
        "\t",
        "null",
        "012",
        "<<",
        "*a",
        "x" * 90,
    ]
)
trees = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.sampled_from([0.5, -1e300]) | _words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3),
    max_leaves=10,
)


def odd_style(tree: Any, indent: int = 0) -> str:
    """Write a tree as nobody would: comments everywhere, aligned values, explicit keys, wide dashes, nulls left out."""
    blanks = " " * indent
    if isinstance(tree, dict) and tree:
        out = []
        for number, (key, value) in enumerate(tree.items()):
            start = (
                f"{blanks}? {json.dumps(key, ensure_ascii=False)}  # key\n{blanks}"
                if number % 2
                else f"{blanks}{json.dumps(key, ensure_ascii=False)} "
            )
            out.append(f"{start}:{_odd_value(value, indent)}")
        return "".join(out)
    if isinstance(tree, list) and tree:
        return "".join(f"{blanks}-{_odd_value(value, indent)}" for value in tree)
    return f"{blanks}{json.dumps(tree, ensure_ascii=False)}  # {type(tree).__name__}: the value\n"


def _odd_value(value: Any, indent: int) -> str:
    if value is None:
        return "   # nothing: at all\n"
    if isinstance(value, (dict, list)) and value:
        return f"  # inside\n\n{odd_style(value, indent + 3)}"
    return f"    {json.dumps(value, ensure_ascii=False)}\t# {{ [ 'c\n"


@st.composite
def written_trees(draw: st.DrawFn) -> str:
    """A tree in one of many styles of PyYAML, or in an odd one."""
    tree = draw(trees)
    if draw(st.booleans()):
        return odd_style(tree)
    styles = [None] if _has_plain(tree) else [None, None, "'", '"', "|", ">"]
    text: str = yaml.safe_dump(
        tree,
        default_flow_style=draw(st.sampled_from([True, False, None])),
        indent=draw(st.sampled_from([2, 3, 4])),
        width=draw(st.sampled_from([10, 30, 80])),
        default_style=draw(st.sampled_from(styles)),
        line_break=draw(st.sampled_from(["\n", "\r\n"])),
        allow_unicode=True,
        sort_keys=False,
    )
    return text


def _has_plain(tree: Any) -> bool:
    """True when a tree holds more than text, which PyYAML tags as soon as a style is forced on it."""
    if isinstance(tree, dict):
        return any(map(_has_plain, tree.values()))
    if isinstance(tree, list):
        return any(map(_has_plain, tree))
    return not isinstance(tree, str)
