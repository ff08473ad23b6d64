"""An entry removed from a YAML file: it goes with the lines and comments that belong to it."""

from __future__ import annotations

from typing import Any

import pytest
from yaml_case import changed, refusal

from setpoint.editing.change import Remove

# what it shows, the text, the path, the text afterwards
BLOCKS: list[tuple[str, str, tuple[Any, ...], str]] = [
    ("the first", "a: 1\nb: 2\n", ("a",), "b: 2\n"),
    ("the last", "a: 1\nb: 2\n", ("b",), "a: 1\n"),
    ("the last without a last line break", "a: 1\nb: 2", ("b",), "a: 1"),
    ("one with all it holds", "a:\n  x: 1 # c\n  # d\n  y: [\n    1\n  ]\nb: 2\n", ("a",), "b: 2\n"),
    ("the comments above and beside it", "a: 1\n# on b\n# more\nb: 2 # beside\nc: 3\n", ("b",), "a: 1\nc: 3\n"),
    ("but not the comment above the next", "a: 1\nb: 2\n# on c\nc: 3\n", ("b",), "a: 1\n# on c\nc: 3\n"),
    ("but not one that a blank line separates", "a: 1\n# loose\n\nb: 2\nc: 3\n", ("b",), "a: 1\n# loose\n\nc: 3\n"),
    ("but not one indented otherwise", "p:\n  a: 1\n# askew\n  b: 2\n", ("p", "b"), "p:\n  a: 1\n# askew\n"),
    ("comments deeper than it behind it", "a:\n  x: 1\n\n  # y: 2\nb: 2\n", ("a",), "b: 2\n"),
    ("but not those at its own column", "p:\n  a: 1\n  b: 2\n  # end\nq: 1\n", ("p", "b"),
     "p:\n  a: 1\n  # end\nq: 1\n"),
    ("but not the file's own comment", "# file\na: 1\nb: 2\n", ("a",), "# file\nb: 2\n"),
    ("the file's comment set off by a blank line", "# file\n\n# on a\na: 1\nb: 2\n", ("a",), "# file\n\nb: 2\n"),
    ("the file's comment set off by ---", "# file\n---\n# on a\na: 1\nb: 2\n", ("a",), "# file\n---\nb: 2\n"),
    ("a comment below --- alone is the file's", "---\n# file\na: 1\nb: 2\n", ("a",), "---\n# file\nb: 2\n"),
    ("blank lines on both sides: one run goes", "a: 1\n\nb: 2\n\nc: 3\n", ("b",), "a: 1\n\nc: 3\n"),
    ("a blank line above stays", "a: 1\n\nb: 2\nc: 3\n", ("b",), "a: 1\n\nc: 3\n"),
    ("a blank line below stays", "a: 1\nb: 2\n\nc: 3\n", ("b",), "a: 1\n\nc: 3\n"),
    ("a blank line below the first of the file goes", "a: 1\n\nb: 2\n", ("a",), "b: 2\n"),
    ("a blank line below the first of a mapping goes", "p:\n  a: 1\n\n  b: 2\n", ("p", "a"), "p:\n  b: 2\n"),
    ("a blank line below the file's comment stays", "# file\na: 1\n\nb: 2\n", ("a",), "# file\n\nb: 2\n"),
    ("a blank line above the last of the file goes", "a: 1\n\nb: 2\n", ("b",), "a: 1\n"),
    ("blank lines at the end of the file stay", "a: 1\n\nb: 2\n\n\n", ("b",), "a: 1\n\n\n"),
    ("the last of a mapping, blank lines around", "p:\n  a: 1\n\n  b: 2\n\nq: 1\n", ("p", "b"), "p:\n  a: 1\n\nq: 1\n"),
    ("groups stay apart", "p:\n  a: 1\n\n  b: 2\nq: 1\n", ("p", "b"), "p:\n  a: 1\n\nq: 1\n"),
    ("an item", "- a # x\n- b # y\n- c\n", (1,), "- a # x\n- c\n"),
    ("the first item of a list", "p:\n- a\n- b\nq: 1\n", ("p", 0), "p:\n- b\nq: 1\n"),
    ("an item that is a mapping", "- a: 1\n  b: 2\n- c: 3\n", (0,), "- c: 3\n"),
    ("the first key of a compact mapping", "- a: 1 # x\n  b: 2\n- c\n", (0, "a"), "- b: 2\n- c\n"),
    ("the same with a comment above the next", "- a: 1\n  # on b\n  b: 2\n", (0, "a"), "-\n  # on b\n  b: 2\n"),
    ("the second key of a compact mapping", "- a: 1\n  b: 2 # x\n- c\n", (0, "b"), "- a: 1\n- c\n"),
    ("the first of a compact list", "- - a\n  - b\n", (0, 0), "- - b\n"),
    ("the only key of a mapping", "p:\n  a: 1 # x\nq: 1\n", ("p", "a"), "p: {}\nq: 1\n"),
    ("the same with a comment beside the key", "p: # why\n  a: 1\nq: 1\n", ("p", "a"), "p: {} # why\nq: 1\n"),
    ("the same with other comments", "p:\n# askew\n  a: 1\n  # end\nq: 1\n", ("p", "a"),
     "p: {}\n# askew\n  # end\nq: 1\n"),
    ("the same at the very end", "p:\n  a: 1", ("p", "a"), "p: {}"),
    ("the same with an anchor", "p: &n\n  a: 1\nq: 1\n", ("p", "a"), "p: &n {}\nq: 1\n"),
    ("the only item of a list", "p:\n- a\nq: 1\n", ("p", 0), "p: []\nq: 1\n"),
    ("the only key of a compact mapping", "- a: 1 # x\n- c\n", (0, "a"), "- {}\n- c\n"),
    ("the only key of an item on its own line", "-\n  a: 1\n- c\n", (0, "a"), "- {}\n- c\n"),
    ("the only key of the file", "# file\n\na: 1\n", ("a",), "# file\n\n{}\n"),
    ("the only item of the file", "- a\n", (0,), "[]\n"),
    ("all but a merge", "a: &n {x: 1}\nb:\n  <<: *n\n  y: 2\n", ("b", "y"), "a: &n {x: 1}\nb:\n  <<: *n\n"),
    ("an alias", "a: &n 1\nb: *n\n", ("b",), "a: &n 1\n"),
    ("an anchor that nothing uses", "a: &n 1\nb: 2\n", ("a",), "b: 2\n"),
    ("an anchor with its alias", "p:\n  a: &n 1\n  b: *n\nq: 1\n", ("p",), "q: 1\n"),
    ("a null that is not written", "a:\nb:\n  # not a's\n  c: 1\n", ("a",), "b:\n  # not a's\n  c: 1\n"),
    ("a literal", "a: |\n  # text\n\n  more\nb: 1\n", ("a",), "b: 1\n"),
    ("what follows a literal", "a: |\n  x\nb: 1\n# c\nc: 1\n", ("b",), "a: |\n  x\n# c\nc: 1\n"),
    ("blank lines would become part of a literal", "a: |+\n  x\nb: 1\n\nc: 1\n", ("b",), "a: |+\n  x\nc: 1\n"),
    ("blank lines that are part of a literal", "a: |+\n  x\n\nb: 1\n", ("b",), "a: |+\n  x\n\n"),
    ("a literal that comes to end the file keeps its line break", "a: |\n  x\nb: 1", ("b",), "a: |\n  x\n"),
    ("text of several lines", "a: x\n  y\n\n  z\nb: 1\n", ("a",), "b: 1\n"),
    ("a key behind a question mark", "a: 1\n? b\n: 2\nc: 3\n", ("b",), "a: 1\nc: 3\n"),
    ("before the end mark", "a: 1\nb: 2\n...\n", ("b",), "a: 1\n...\n"),
    ("Windows line breaks", "a: 1\r\n\r\n# b\r\nb: 2\r\n\r\nc: 3\r\n", ("b",), "a: 1\r\n\r\nc: 3\r\n"),
    ("lone carriage returns", "a: 1\rb: 2\rc: 3\r", ("b",), "a: 1\rc: 3\r"),
    ("a byte order mark", "\ufeffa: 1\nb: 2\n", ("a",), "\ufeffb: 2\n"),
]  # fmt: skip

BRACKETS: list[tuple[str, str, tuple[Any, ...], str]] = [
    ("the first on a line", "a: [1, 2] # c\n", ("a", 0), "a: [2] # c\n"),
    ("the last on a line", "a: {x: 1, y: 2}\n", ("a", "y"), "a: {x: 1}\n"),
    ("in the middle of a line", "a: [1, 2, 3]\n", ("a", 1), "a: [1, 3]\n"),
    ("the last before a trailing comma", "a: [1, 2, ]\n", ("a", 1), "a: [1, ]\n"),
    ("the only one", "a: { x: 1 }\n", ("a", "x"), "a: {}\n"),
    ("the only one of several lines", "a: [\n  1, # x\n]\n", ("a", 0), "a: []\n"),
    ("the only one beside a comment", "a: [ # keep\n  1\n]\n", ("a", 0), "a: [ # keep\n]\n"),
    ("one of a line each", "a: [\n  # one\n  1, # x\n  2\n]\n", ("a", 0), "a: [\n  2\n]\n"),
    ("the last of a line each", "a: [\n  1, # x\n  2 # y\n]\n", ("a", 1), "a: [\n  1 # x\n]\n"),
    ("the last of a line each, a comma behind", "a: {\n  x: 1,\n  y: 2,\n}\n", ("a", "y"), "a: {\n  x: 1,\n}\n"),
    ("the last before the bracket", "a: [\n  1,\n  2]\n", ("a", 1), "a: [\n  1]\n"),
    ("the last of a line", "a: [1, 2,\n    3]\n", ("a", 1), "a: [1,\n    3]\n"),
    ("an entry of the document", "{a: 1, b: 2}\n", ("a",), "{b: 2}\n"),
    ("a pair of a list", "[a: 1, b]\n", (0,), "[b]\n"),
]  # fmt: skip

CASES = [*BLOCKS, *BRACKETS]


@pytest.mark.parametrize(("shows", "text", "parts", "after"), CASES, ids=[case[0] for case in CASES])
def test_an_entry_goes_with_what_belongs_to_it(shows: str, text: str, parts: tuple[Any, ...], after: str) -> None:
    """What is removed goes with its own comments; other comments and the grouping by blank lines stay."""
    assert changed(text, Remove(parts)) == after


REFUSED: list[tuple[str, str, tuple[Any, ...], str]] = [
    ("an anchor that is used", "a: &n 1\nb: *n\n", ("a",), "the alias *n in line 2"),
    ("an anchor inside that is used", "a:\n  x: &n 1\nb: *n\n", ("a",), "the alias *n in line 3"),
    ("an anchored key that is used", "&n a: 1\nb: *n\n", ("a",), "the alias *n in line 2"),
    ("a merged key", "a: &n {x: 1}\nb:\n  <<: *n\n", ("b", "x"), "the '<<' brings 'x' from line 1; change it there"),
    ("a key that a merge brings, too", "a: &n {x: 1}\nb:\n  <<: *n\n  x: 2\n", ("b", "x"), "which would show again"),
    ("a key that is merged elsewhere", "a: &n\n  x: 1\n  z: 1\nb:\n  <<: *n\n", ("a", "x"), "the alias *n in line 5"),
    ("a key behind an alias", "a: &n {x: 1}\nb: *n\n", ("b", "x"), "the alias *n stands for"),
    ("a comment that would become text", "p:\n  a: |\n   x\n  b: 1\n\n    # deep\n  c: 1\n", ("p", "b"),
     "would become part"),
    ("the whole document", "a: 1\n", (), "the document itself"),
]  # fmt: skip


@pytest.mark.parametrize(("shows", "text", "parts", "reason"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_something_else_needs_stays(shows: str, text: str, parts: tuple[Any, ...], reason: str) -> None:
    """What an alias or a merge needs is not removed, and the refusal says where that stands."""
    assert reason in refusal(text, Remove(parts)).reason
