"""Where the values of a YAML document stand: exactly, in every style."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from yaml_engines import ENGINES, decode_with, typed
from yaml_texts import written_trees

from setpoint.formats import locate
from setpoint.formats.refusal import text_of
from setpoint.span import Lines, Place


def places(text: str) -> dict[str, tuple[str | None, str]]:
    """Return what stands at the place of the key and of the value of every path, `a.0.b`, of a document."""
    found: dict[str, tuple[str | None, str]] = {}
    shown = text_of(text.encode())

    def walk(place: Place, path: str) -> None:
        key = shown[place.key_start : place.key_end] if place.key_start >= 0 else None
        found[path] = (key, shown[place.start : place.end])
        children = place.children or {}
        for name, child in children.items() if isinstance(children, dict) else enumerate(children):
            walk(child, f"{path}.{name}" if path else str(name))

    walk(locate(text.encode(), "yaml"), "")
    return found


PLACES: list[tuple[str, dict[str, tuple[str | None, str]]]] = [
    ("", {"": (None, "")}),
    ("# c\n", {"": (None, "")}),
    ("---\n a: 1\n...\n", {"": (None, "a: 1"), "a": ("a", "1")}),
    ("a:  1  # c\n", {"a": ("a", "1")}),
    ('"a" : \'x\'', {"a": ('"a"', "'x'")}),
    ("a:\n  b: 1\n\n# c\nd: 2\n", {"a": ("a", "b: 1"), "a.b": ("b", "1"), "d": ("d", "2")}),
    ("a:\n- 1\n-  2 # c\n\nb: 1", {"a": ("a", "- 1\n-  2"), "a.1": (None, "2")}),
    ("- - 1\n  - 2\n", {"0": (None, "- 1\n  - 2"), "0.1": (None, "2")}),
    ("- a: 1\n  b: 2\n- c: 3", {"0": (None, "a: 1\n  b: 2"), "0.b": ("b", "2"), "1": (None, "c: 3")}),
    ("a: [1, {b: 2} , [ ]]  # c\n", {"a": ("a", "[1, {b: 2} , [ ]]"), "a.1": (None, "{b: 2}"), "a.2": (None, "[ ]")}),
    ("a: [b: {c: 1} , d : e ]", {"a.0": (None, "b: {c: 1}"), "a.0.b": ("b", "{c: 1}"), "a.1": (None, "d : e")}),
    ("{a, b: , \"c\":1}", {"a": ("a", ""), "b": ("b", ""), "c": ('"c"', "1")}),
    ("a: x\n  y\n\n  z  # c\n", {"a": ("a", "x\n  y\n\n  z")}),
    ('a: "x\n  y"  # c\nb: \'z\n\n  z\'', {"a": ("a", '"x\n  y"'), "b": ("b", "'z\n\n  z'")}),
    ("a: |  # c\n  x\n   y \n\n# c\nb: 1", {"a": ("a", "|  # c\n  x\n   y "), "b": ("b", "1")}),
    ("a: >-\n  x\n\n  y\n\n\nb: 1", {"a": ("a", ">-\n  x\n\n  y")}),
    ("a: |+\n  x\n\nb: 1", {"a": ("a", "|+\n  x\n")}),
    ("a: |\n  x\n    \n\nb: 1", {"a": ("a", "|\n  x\n    ")}),
    ("a: |2-\n    x\n   y\nb: 1", {"a": ("a", "|2-\n    x\n   y")}),
    ("a: |\nb: >+\n\nc: |", {"a": ("a", "|"), "b": ("b", ">+\n"), "c": ("c", "|")}),
    ("a: |\r\n  x\r\n  y\r\nb: 1\r\n", {"a": ("a", "|\r\n  x\r\n  y"), "b": ("b", "1")}),
    ("é😀: 'ü'\n🎉: [e\u0301, x]\n", {"é😀": ("é😀", "'ü'"), "🎉": ("🎉", "[e\u0301, x]"), "🎉.1": (None, "x")}),
    ("\ufeffa: 1\n", {"": (None, "a: 1"), "a": ("a", "1")}),
    ("# c\n\ufeffa: 1\nb: 2", {"": (None, "a: 1\nb: 2"), "b": ("b", "2")}),
    ("a\u2028b: c\x85\nd: 1", {"a\u2028b": ("a\u2028b", "c\x85"), "d": ("d", "1")}),
    ("a: &x 1\nb: &y\n  # c\n  c: 2\nd: &z [1]\n", {"a": ("a", "1"), "b": ("b", "c: 2"), "d": ("d", "[1]")}),
    ("a: &x {b: [1]}\nc: *x\n", {"c": ("c", "*x"), "c.b": ("b", "[1]"), "c.b.0": (None, "1")}),
    ("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n", {"d": ("d", "{<<: *x, c: 3}"), "d.b": ("b", "1"), "d.c": ("c", "3")}),
    ("a: &x {b: 1}\nd:\n  b: 2\n  <<: *x\ne: 1", {"d": ("d", "b: 2\n  <<: *x"), "d.b": ("b", "2")}),
    ("d: {<<: [{b: 1}, {b: 2, c: 3}]}", {"d.b": ("b", "1"), "d.c": ("c", "3")}),
    ("k: &a foo\n*a : 1\n", {"foo": ("*a", "1")}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PLACES)
def test_a_place_is_exactly_what_is_written(text: str, expected: dict[str, tuple[str | None, str]]) -> None:
    """Keys and values of every style are found with their ends, without comments, anchors and blank lines."""
    found = places(text)
    assert {path: found[path] for path in expected} == expected


@pytest.mark.parametrize(
    ("text", "path", "offset"),
    [
        ("a:\nb: 1", ["a"], 2),
        ("a:   # c\nb: 1", ["a"], 2),
        ("a: \n", ["a"], 2),
        ("a:", ["a"], 2),
        ("x:\n  - 1\n  -\n", ["x", "1"], 12),
        ("x:\n  - # c\n", ["x", "0"], 6),
        ("? a\n", ["a"], 3),
        ("x:\n ? a # b:\n\ny: 1", ["x", "a"], 7),
        ("{a, b: }", ["a"], 2),
        ("{a, b: }", ["b"], 6),
        ("a: &x\nb: 1", ["a"], 5),
    ],
)
def test_a_value_that_is_not_written_has_an_empty_place(text: str, path: list[str], offset: int) -> None:
    """A null that is left out stands right after the colon, the dash, or the key."""
    place = locate(text.encode(), "yaml").find(path)
    assert place is not None
    assert (place.start, place.end) == (offset, offset)


def paths(tree: Any) -> list[tuple[str | int, ...]]:
    """Return the path of every value in a tree."""
    found: list[tuple[str | int, ...]] = [()]
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in entries:
        found += [(key, *path) for path in paths(value)]
    return found


@given(written_trees())
def test_every_value_can_be_read_back_from_its_place(text: str) -> None:
    """For each path of a random tree in a random style, the text at its place decodes to the value there."""
    tree = decode_with(ENGINES[-1], text)
    root = locate(text.encode(), "yaml")
    lines = Lines(text)
    for path in paths(tree):
        value = tree
        for part in path:
            value = value[part]
        place = root.find(path)
        assert place is not None, path
        written = text[place.start : place.end]
        if path and isinstance(path[-1], str):
            assert decode_with("libyaml", text[place.key_start : place.key_end]) == path[-1]
        if re.match(r"[|>][-+]?[0-9]", written):
            continue  # its indentation counts from its parent's, which is not cut out with it
        _, column = lines.position(place.start)
        cut = " " * (column - 1) + written + "\n"
        assert typed(decode_with("libyaml", cut)) == typed(value), (path, cut)
