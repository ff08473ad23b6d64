"""A key of a YAML file renamed, and an entry moved with its comments."""

from __future__ import annotations

from typing import Any

import pytest
from yaml_case import changed, refusal

from setpoint.editing.change import Move, Rename

RENAMES: list[tuple[str, str, tuple[Any, ...], str, str]] = [
    ("a plain key", "a: 1 # c\nb: 2\n", ("a",), "new", "new: 1 # c\nb: 2\n"),
    ("a key with aligned values", "a:   1\nbcd: 2\n", ("a",), "x", "x:   1\nbcd: 2\n"),
    ("a quoted key", '"a" : 1\n', ("a",), "new", '"new" : 1\n'),
    ("a key in single quotes", "'a': 1\n", ("a",), "it's", "'it''s': 1\n"),
    ("to one that needs quotes", "a: 1\n", ("a",), "on", '"on": 1\n'),
    ("to one with a colon", "a: 1\n", ("a",), "x: z", '"x: z": 1\n'),
    ("to one with a line break", "a: 1\n", ("a",), "x\nz", '"x\\nz": 1\n'),
    ("a key with a block below", "a: # c\n  b: 1\n", ("a",), "new", "new: # c\n  b: 1\n"),
    ("a compact key", "- a: 1\n  b: 2\n", (0, "a"), "new", "- new: 1\n  b: 2\n"),
    ("a key in braces", "{a: 1, b: 2}\n", ("b",), "x,z", '{a: 1, "x,z": 2}\n'),
    ("a key in braces without a value", "{a, b}\n", ("b",), "c", "{a, c}\n"),
    ("a key behind a question mark", "? a\n: 1\n", ("a",), "new", "? new\n: 1\n"),
    ("a key with an anchor", "&n a: 1\nb: *n\n", ("b",), "new", "&n a: 1\nnew: *n\n"),
    ("a key whose value is anchored and used", "a: &n 1\nb: *n\n", ("a",), "new", "new: &n 1\nb: *n\n"),
    ("a key that is an alias", "a: &n k\n*n : 1\n", ("k",), "new", "a: &n k\nnew: 1\n"),
    ("a merge in quotes", '"<<": 1\n', ("<<",), "new", '"new": 1\n'),
    ("to a merge in quotes", "a: 1\n", ("a",), "<<", '"<<": 1\n'),
    ("Windows line breaks", "a: 1\r\nb: 2\r\n", ("b",), "new", "a: 1\r\nnew: 2\r\n"),
]  # fmt: skip


@pytest.mark.parametrize("case", RENAMES, ids=[case[0] for case in RENAMES])
def test_a_rename_touches_the_key_alone(case: tuple[str, str, tuple[Any, ...], str, str]) -> None:
    """Only the key's text changes; its quotes stay where they can."""
    _, text, parts, key, after = case
    assert changed(text, Rename(parts, key)) == after


# what it shows, the text, the path, the new holder, the position there, the key there, the text afterwards
MOVES: list[tuple[str, str, tuple[Any, ...], tuple[Any, ...], int, str | None, str]] = [
    ("to the end", "a: 1 # x\nb: 2\n", ("a",), (), 1, "a", "b: 2\na: 1 # x\n"),
    ("to the end without a last line break", "a: 1\nb: 2", ("a",), (), 1, "a", "b: 2\na: 1"),
    ("to the start", "a: 1\n# on b\nb: 2\n", ("b",), (), 0, "b", "# on b\nb: 2\na: 1\n"),
    ("to the start without a last line break", "a: 1\nb: 2", ("b",), (), 0, "b", "b: 2\na: 1"),
    ("to the start below the file's comment", "# file\na: 1\n# on b\nb: 2\n", ("b",), (), 0, "b",
     "# file\n# on b\nb: 2\na: 1\n"),
    ("under another key", "a: 1 # x\np:\n    b: 2\n", ("a",), ("p",), 1, "a", "p:\n    b: 2\n    a: 1 # x\n"),
    ("under another name", "a: 1 # x\np:\n  b: 2\n", ("a",), ("p",), 0, "new", "p:\n  new: 1 # x\n  b: 2\n"),
    ("out of its mapping", "p:\n  a:\n    x: 1 # x\n  b: 2\n", ("p", "a"), (), 1, "a", "p:\n  b: 2\na:\n  x: 1 # x\n"),
    ("the only one out of its mapping", "p:\n  # on a\n  a: 1\nq: 2\n", ("p", "a"), (), 2, "a",
     "p: {}\nq: 2\n# on a\na: 1\n"),
    ("under a key with nothing below", "a: 1 # x\np: {} # p\n", ("a",), ("p",), 0, "a", "p: # p\n  a: 1 # x\n"),
    ("comments and blank lines inside it", "a:\n  # on x\n  x: 1\n\n  y: 2\n  # end\np:\n  b: 2\n", ("a",), ("p",), 1,
     "a",
     "p:\n  b: 2\n  a:\n    # on x\n    x: 1\n\n    y: 2\n    # end\n"),
    ("a literal keeps its text", "a: |\n  # text\n\n    more\np:\n  b: 2\n", ("a",), ("p",), 1, "a",
     "p:\n  b: 2\n  a: |\n    # text\n\n      more\n"),
    ("a literal with an indicator", "p:\n  a: |2\n      x\n    z\n  b: 1\n", ("p", "a"), (), 0, "a",
     "a: |2\n    x\n  z\np:\n  b: 1\n"),
    ("text of several lines", 'a: "x\n\n  z"\np:\n  b: 2\n', ("a",), ("p",), 1, "a", 'p:\n  b: 2\n  a: "x\n\n    z"\n'),
    ("an item up", "- a\n# on b\n- b # x\n- c\n", (1,), (), 0, None, "# on b\n- b # x\n- a\n- c\n"),
    ("an item down", "- a\n- b # x\n- c\n", (1,), (), 2, None, "- a\n- c\n- b # x\n"),
    ("an item to another list", "p:\n- a: 1\n  b: 2\nq:\n  - c\n", ("p", 0), ("q",), 0, None,
     "p: []\nq:\n  - a: 1\n    b: 2\n  - c\n"),
    ("a compact key", "- a: 1 # x\n  b: 2\n", (0, "a"), (0,), 1, "a", "- b: 2\n  a: 1 # x\n"),
    ("before a compact key", "- a: 1\n  b: 2\n", (0, "b"), (0,), 0, "b", "- b: 2\n  a: 1\n"),
    ("before a compact key with its comment", "- a: 1\n  # on b\n  b: 2\n", (0, "b"), (0,), 0, "b",
     "-\n  # on b\n  b: 2\n  a: 1\n"),
    ("a key to a list", "a: 1 # x\np:\n  - b\n", ("a",), ("p",), 1, None, "p:\n  - b\n  - 1 # x\n"),
    ("a mapping to a list", "a:\n  x: 1\n  y: 2\np:\n- b\n", ("a",), ("p",), 1, None, "p:\n- b\n- x: 1\n  y: 2\n"),
    ("a mapping with a comment to a list", "a: # x\n  y: 2\np:\n- b\n", ("a",), ("p",), 0, None,
     "p:\n- # x\n  y: 2\n- b\n"),
    ("a list to a list", "a:\n- x\n- z\np:\n- b\n", ("a",), ("p",), 1, None, "p:\n- b\n- - x\n  - z\n"),
    ("an item to a mapping", "p:\n- b # x\n- c\nq: 1\n", ("p", 0), (), 2, "new", "p:\n- c\nq: 1\nnew: b # x\n"),
    ("a mapping in a list to a mapping", "- a: 1\n  b: 2 # x\n- c: 3\n", (0,), (0,), 1, "new",
     "- c: 3\n  new:\n    a: 1\n    b: 2 # x\n"),
    ("a literal in a list to a mapping", "p:\n  - |\n    x\nq: 1\n", ("p", 0), (), 2, "new",
     "p: []\nq: 1\nnew: |\n  x\n"),
    ("an anchor with its value", "a: &n 1\np:\n  b: *n\n", ("a",), (), 0, "a", "a: &n 1\np:\n  b: *n\n"),
    ("an alias", "a: &n 1\nb: *n # x\np:\n  c: 2\n", ("b",), ("p",), 1, "b", "a: &n 1\np:\n  c: 2\n  b: *n # x\n"),
    ("within brackets", "a: [1, 2, 3] # c\n", ("a", 0), ("a",), 2, None, "a: [2, 3, 1] # c\n"),
    ("within brackets over several lines", "[\n  # one\n  1, # x\n  2\n]\n", (0,), (), 1, None,
     "[\n  2,\n  # one\n  1 # x\n]\n"),
    ("out of brackets", "a: {x: 1, y: 'q'}\nb: 2\n", ("a", "y"), (), 2, "y", "a: {x: 1}\nb: 2\n\"y\": 'q'\n"),
    ("out of brackets over several lines", "a: {\n  # on x\n  x: 1, # x\n  z: 2\n}\n", ("a", "x"), (), 1, "x",
     "a: {\n  z: 2\n}\n# on x\nx: 1 # x\n"),
    ("into brackets", "a: {x: 1}\nb: p,q\n", ("b",), ("a",), 1, "b", 'a: {x: 1, b: "p,q"}\n'),
    ("a mapping into brackets", "a: {x: 1}\nb:\n  c: [1]\n", ("b",), ("a",), 1, "b", "a: {x: 1, b: {c: [1]}}\n"),
    ("with its comment into brackets over several lines", "a: {\n  x: 1\n}\n# on b\nb: 2 # b\n", ("b",), ("a",), 1, "b",
     "a: {\n  x: 1,\n  # on b\n  b: 2 # b\n}\n"),
    ("blank lines between all", "a: 1\n\nb: 2\n\nc: 3\n", ("a",), (), 2, "a", "b: 2\n\nc: 3\n\na: 1\n"),
    ("Windows line breaks", "z: 0\r\n# on a\r\na: 1\r\nb:\r\n  c: 2\r\n", ("a",), ("b",), 1, "a",
     "z: 0\r\nb:\r\n  c: 2\r\n  # on a\r\n  a: 1\r\n"),
]  # fmt: skip


@pytest.mark.parametrize("case", MOVES, ids=[case[0] for case in MOVES])
def test_a_move_carries_the_entry_as_it_is(case: tuple[str, str, Any, Any, int, str | None, str]) -> None:
    """An entry moves with its comments, indented for its new place, and nothing is lost on the way."""
    _, text, parts, to, position, key, after = case
    assert changed(text, Move(parts, to, position, key)) == after


REFUSED_MOVES: list[tuple[str, str, tuple[Any, ...], tuple[Any, ...], int, str | None, str]] = [
    ("comments into brackets on one line", "a: {x: 1}\n# on b\nb: 2\n", ("b",), ("a",), 1, "b",
     "have no place inside of brackets"),
    ("a comment beside it", "a: {x: 1}\nb: 2 # b\n", ("b",), ("a",), 1, "b", "has no place inside of brackets"),
    ("comments inside it", "a: {x: 1}\nb:\n  c: 1 # c\n", ("b",), ("a",), 1, "b", "have no place inside of brackets"),
    ("an anchor behind its alias", "a: &n 1\nb: *n\n", ("a",), (), 1, "a",
     "the alias *n would stand before its anchor"),
    ("an alias before its anchor", "a: &n 1\nb: *n\n", ("b",), (), 0, "b", "the alias *n in it would stand before"),
    ("into what an alias shares", "a: &n {x: 1}\nb: *n\nc: 1\n", ("c",), ("a",), 1, "c", "the alias *n in line 2"),
    ("out of what an alias shares", "a: &n {x: 1}\nb: *n\n", ("a", "x"), (), 2, "x", "the alias *n in line 2"),
    ("a merged key", "a: &n {x: 1}\nb:\n  <<: *n\n", ("b", "x"), (), 2, "x", "'<<' brings 'x'"),
    ("a literal that would grow", "a: |+\n  x\nb: 1\n\nc: 1\n", ("a",), (), 1, "a", "would take what follows"),
    ("a key behind a question mark", "? a\n: 1\nb: 2\n", ("a",), (), 1, "a", "behind a '?'"),
]  # fmt: skip


@pytest.mark.parametrize("case", REFUSED_MOVES, ids=[case[0] for case in REFUSED_MOVES])
def test_a_move_that_would_do_harm_is_refused(case: tuple[str, str, Any, Any, int, str | None, str]) -> None:
    """What cannot be carried without losing a comment or changing something else stays where it is."""
    _, text, parts, to, position, key, reason = case
    assert reason in refusal(text, Move(parts, to, position, key)).reason


@pytest.mark.parametrize(
    ("text", "parts", "reason"),
    [
        ("a: &n {x: 1}\nb: *n\n", ("a", "x"), "the alias *n in line 2"),
        ("a: &n {x: 1}\nb:\n  <<: *n\n", ("b", "x"), "'<<' brings 'x'"),
        ("&n a: 1\nb: *n\n", ("a",), "the alias *n in line 2"),
        ("a: &n {x: 1}\nb: *n\n", ("b", "x"), "the alias *n stands for"),
    ],
)
def test_a_shared_key_is_not_renamed(text: str, parts: tuple[Any, ...], reason: str) -> None:
    """A key that an alias or a merge shows elsewhere, too, keeps its name."""
    assert reason in refusal(text, Rename(parts, "new")).reason
