"""An entry inserted into a YAML file: it is written like its neighbours."""

from __future__ import annotations

from typing import Any

import pytest
from yaml_case import changed, refusal

from setpoint.editing.change import Insert

# what it shows, the text, the path, the position, the key, the value, the text afterwards
BLOCKS: list[tuple[str, str, tuple[Any, ...], int, str | None, Any, str]] = [
    ("at the end", "a: 1\n", (), 1, "b", 2, "a: 1\nb: 2\n"),
    ("at the end without a last line break", "a: 1", (), 1, "b", 2, "a: 1\nb: 2"),
    ("at the start", "a: 1\n", (), 0, "b", 2, "b: 2\na: 1\n"),
    ("below the file's own comment", "# file\na: 1\n", (), 0, "b", 2, "# file\nb: 2\na: 1\n"),
    ("above the comment of the first entry", "# file\n\n# a\na: 1\n", (), 0, "b", 2, "# file\n\nb: 2\n# a\na: 1\n"),
    ("below the ---", "--- # start\na: 1\n", (), 0, "b", 2, "--- # start\nb: 2\na: 1\n"),
    ("before the ...", "a: 1\n...\n", (), 1, "b", 2, "a: 1\nb: 2\n...\n"),
    ("between two entries", "a: 1 # x\n# on c\nc: 3\n", (), 1, "b", 2, "a: 1 # x\nb: 2\n# on c\nc: 3\n"),
    ("before the comments after the last entry", "a: 1\n# end\n", (), 1, "b", 2, "a: 1\nb: 2\n# end\n"),
    ("behind comments that belong to the entry before", "a: 1\n  # more\nc: 3\n", (), 1, "b", 2,
     "a: 1\n  # more\nb: 2\nc: 3\n"),
    ("into a nested mapping", "p:\n  a: 1\nq: 2\n", ("p",), 1, "b", 2, "p:\n  a: 1\n  b: 2\nq: 2\n"),
    ("a mapping as wide as its neighbours", "p:\n    a: 1\n", (), 1, "b", {"c": 2}, "p:\n    a: 1\nb:\n    c: 2\n"),
    ("a list at its key's column", "p:\n- a\n", (), 1, "b", ["c"], "p:\n- a\nb:\n- c\n"),
    ("a list indented", "p:\n  - a\n", (), 1, "b", ["c"], "p:\n  - a\nb:\n  - c\n"),
    ("a list where the file has none", "p:\n    a: 1\n", (), 1, "b", ["c"], "p:\n    a: 1\nb:\n    - c\n"),
    ("a literal", "a: 1\n", (), 1, "b", "x\ny\n", "a: 1\nb: |\n  x\n  y\n"),
    ("a literal before a comment that would become text", "a: 1\nc: 3\n", (), 0, "b", "x\ny\n",
     "b: |\n  x\n  y\na: 1\nc: 3\n"),
    ("quotes like its neighbours", "a: 'x'\nb: 'z'\n", (), 2, "c", "w", "a: 'x'\nb: 'z'\nc: 'w'\n"),
    ("plain like its neighbours", 'a: x\nb: z\nq: {p: "u", v: "w", k: "l"}\n', (), 2, "c", "w",
     'a: x\nb: z\nc: w\nq: {p: "u", v: "w", k: "l"}\n'),
    ("quotes like the file where it has no neighbours", "a: 1\nb:\n  c: 'x'\n", (), 2, "d", "w",
     "a: 1\nb:\n  c: 'x'\nd: 'w'\n"),
    ("keys in quotes", '"a": 1\n', (), 1, "b", 2, '"a": 1\n"b": 2\n'),
    ("a key that looks like a number", "a: 1\n", (), 1, "012", 2, 'a: 1\n"012": 2\n'),
    ("a key that looks like a merge", "a: 1\n", (), 1, "<<", 2, 'a: 1\n"<<": 2\n'),
    ("an empty key", "a: 1\n", (), 1, "", 2, 'a: 1\n"": 2\n'),
    ("values aligned like their neighbours", "a:    1\nbcd:  2\n", (), 2, "ef", 3, "a:    1\nbcd:  2\nef:   3\n"),
    ("too long a key for the alignment", "a:   1\nbc:  2\n", (), 2, "much_longer", 3,
     "a:   1\nbc:  2\nmuch_longer: 3\n"),
    ("wide gaps like its neighbours", "a:  1\nb:  2\n", (), 2, "c", 3, "a:  1\nb:  2\nc:  3\n"),
    ("a blank before the colon", "a : 1\n", (), 1, "b", 2, "a : 1\nb : 2\n"),
    ("blank lines between all entries", "a: 1\n\nb: 2\n", (), 2, "c", 3, "a: 1\n\nb: 2\n\nc: 3\n"),
    ("blank lines between all entries, at the start", "a: 1\n\nb: 2\n", (), 0, "c", 3, "c: 3\n\na: 1\n\nb: 2\n"),
    ("blank lines between some entries", "a: 1\nd: 1\n\nb: 2\n", (), 3, "c", 3, "a: 1\nd: 1\n\nb: 2\nc: 3\n"),
    ("an item", "- a\n- b # c\n", (), 1, None, "x", "- a\n- x\n- b # c\n"),
    ("an item at the start", "- a\n", (), 0, None, "x", "- x\n- a\n"),
    ("an item with wide blanks", "-   a\n", (), 1, None, {"x": 1, "w": 2}, "-   a\n-   x: 1\n    w: 2\n"),
    ("a mapping as an item", "- a: 1\n", (), 1, None, {"x": [1], "w": 2}, "- a: 1\n- x:\n    - 1\n  w: 2\n"),
    ("an item of a list at its key's column", "p:\n- a\nq: 1\n", ("p",), 1, None, "x", "p:\n- a\n- x\nq: 1\n"),
    ("at the start of a compact mapping", "- a: 1\n  b: 2\n", (0,), 0, "x", 5, "- x: 5\n  a: 1\n  b: 2\n"),
    ("at the end of a compact mapping", "- a: 1\n- c\n", (0,), 1, "x", 5, "- a: 1\n  x: 5\n- c\n"),
    ("at the start of a compact list", "- - a\n- c\n", (0,), 0, None, 5, "- - 5\n  - a\n- c\n"),
    ("after a literal", "a: |\n  x\nc: 1\n", (), 1, "b", 2, "a: |\n  x\nb: 2\nc: 1\n"),
    ("after a literal that keeps line breaks", "a: |+\n  x\n\n", (), 1, "b", 2, "a: |+\n  x\n\nb: 2\n"),
    ("after a literal at the very end", "a: |\n  x", (), 1, "b", 2, "a: |\n  x\nb: 2"),
    ("a literal at the very end, where readers disagree about its end", "a: 1", (), 1, "b", "p\nq\n",
     'a: 1\nb: "p\\nq\\n"'),
    ("after text of several lines", "a: x\n  z\nc: 1\n", (), 1, "b", 2, "a: x\n  z\nb: 2\nc: 1\n"),
    ("after a null that is not written", "a: # c\nc: 1\n", (), 1, "b", 2, "a: # c\nb: 2\nc: 1\n"),
    ("behind a merge", "d: &d {x: 1}\ne:\n  <<: *d\n", ("e",), 1, "k", 2, "d: &d {x: 1}\ne:\n  <<: *d\n  k: 2\n"),
    ("before a merge", "d: &d {x: 1}\ne:\n  <<: *d\n", ("e",), 0, "k", 2, "d: &d {x: 1}\ne:\n  k: 2\n  <<: *d\n"),
    ("between own keys and a merge", "d: &d {x: 1, z: 2}\ne:\n  a: 1\n  <<: *d\n", ("e",), 1, "k", 2,
     "d: &d {x: 1, z: 2}\ne:\n  a: 1\n  k: 2\n  <<: *d\n"),
    ("Windows line breaks", "a: 1\r\nc: 3\r\n", (), 1, "b", {"x": 1}, "a: 1\r\nb:\r\n  x: 1\r\nc: 3\r\n"),
    ("a byte order mark", "\ufeffa: 1\n", (), 0, "b", 2, "\ufeffb: 2\na: 1\n"),
    ("into what is anchored and not used", "a: &n\n  x: 1\n", ("a",), 1, "b", 2, "a: &n\n  x: 1\n  b: 2\n"),
]  # fmt: skip

BRACKETS: list[tuple[str, str, tuple[Any, ...], int, str | None, Any, str]] = [
    ("at the end of one line", "a: {x: 1} # c\n", ("a",), 1, "b", 2, "a: {x: 1, b: 2} # c\n"),
    ("at the start of one line", "a: [1, 2]\n", ("a",), 0, None, 0, "a: [0, 1, 2]\n"),
    ("in the middle of one line", "a: [1,2]\n", ("a",), 1, None, 9, "a: [1,9,2]\n"),
    ("blanks inside the braces", "a: { x: 1 }\n", ("a",), 1, "b", {"c": 1}, "a: { x: 1, b: { c: 1 } }\n"),
    ("a trailing comma", "a: [1, 2,]\n", ("a",), 2, None, 3, "a: [1, 2, 3,]\n"),
    ("one entry a line", "a: [\n  1, # one\n  2  # two\n]\n", ("a",), 2, None, 3,
     "a: [\n  1, # one\n  2,  # two\n  3\n]\n"),
    ("one entry a line, with a last comma", "a: {\n  x: 1,\n  # end\n}\n", ("a",), 1, "b", 2,
     "a: {\n  x: 1,\n  b: 2,\n  # end\n}\n"),
    ("one entry a line, at the start", "a: [\n  # one\n  1\n]\n", ("a",), 0, None, 0, "a: [\n  0,\n  # one\n  1\n]\n"),
    ("the closing bracket behind the last entry", "a: [\n  1,\n  2]\n", ("a",), 2, None, 3, "a: [\n  1,\n  2,\n  3]\n"),
    ("several entries a line", "a: [1, 2,\n    3, 4]\n", ("a",), 4, None, 5, "a: [1, 2,\n    3, 4, 5]\n"),
    ("empty brackets in a block", "a: {} # c\nb: 1\n", ("a",), 0, "x", 1, "a: # c\n  x: 1\nb: 1\n"),
    ("an empty list in a block", "a: []\nb:\n- 1\n", ("a",), 0, None, "x", "a:\n- x\nb:\n- 1\n"),
    ("empty brackets as an item", "- {} # c\n", (0,), 0, "x", {"w": 1}, "- x: # c\n    w: 1\n"),
    ("empty brackets with an anchor", "a: &n {}\n", ("a",), 0, "x", 1, "a: &n\n  x: 1\n"),
    ("empty brackets in brackets", "a: [{}]\n", ("a", 0), 0, "x", 1, "a: [{x: 1}]\n"),
    ("empty brackets in spaced brackets", "a: { b: {} }\n", ("a", "b"), 0, "x", 1, "a: { b: {x: 1} }\n"),
    ("brackets with nothing but a comment", "a: [ # c\n]\n", ("a",), 0, None, 1, "a: [ # c\n  1\n]\n"),
    ("an empty document in braces", "{}\n", (), 0, "x", {"w": 1}, "x:\n  w: 1\n"),
    ("an empty document in braces behind ---", "--- {}\n", (), 0, "x", 1, "---\nx: 1\n"),
    ("a document in braces", '{"a": 1, "b": "x"}\n', (), 2, "c", "w", '{"a": 1, "b": "x", "c": "w"}\n'),
    ("text that would end in brackets", "a: [x]\n", ("a",), 1, None, "p, q", 'a: [x, "p, q"]\n'),
    ("text of several lines", "a: [x]\n", ("a",), 1, None, "p\nq", 'a: [x, "p\\nq"]\n'),
    ("after a null that is not written", "a: {x: }\n", ("a",), 1, "b", 2, "a: {x: , b: 2}\n"),
]  # fmt: skip

CASES = [*BLOCKS, *BRACKETS]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_new_entry_looks_like_its_neighbours(case: tuple[str, str, Any, int, str | None, Any, str]) -> None:
    """A new entry stands where it was asked for, in the style around it, and nothing else changes."""
    _, text, parts, position, key, value, after = case
    assert changed(text, Insert(parts, position, key, value)) == after


def test_an_entry_of_a_document_that_has_none() -> None:
    """A document of comments takes its first entry at its end."""
    from yaml_case import draft_of

    from setpoint.editing.splice import spliced

    draft = draft_of("# only\n")
    assert spliced(draft.text, draft.source.splices(Insert((), 0, "a", 1))) == "# only\na: 1\n"


REFUSED: list[tuple[str, str, tuple[Any, ...], int, str]] = [
    ("behind an alias", "a: &n {x: 1}\nb: *n\n", ("b",), 1, "the alias *n stands for, which is written in line 1"),
    ("what an alias shares", "a: &n {x: 1}\nb: *n\n", ("a",), 1, "the alias *n in line 2"),
    ("what a merge shares", "a: &n {x: 1}\nb:\n  <<: *n\n", ("a",), 1, "the alias *n in line 3"),
    ("between merged keys", "a: &n {x: 1, z: 2}\nb:\n  <<: *n\n", ("b",), 1, "between those that a '<<' brings"),
    ("inside a merged value", "a: &n {x: {}}\nb:\n  <<: *n\n", ("b", "x"), 0, "brings 'x' from line 1"),
    ("a pair without braces", "[a: 1]\n", (0,), 1, "a pair without braces"),
]  # fmt: skip


@pytest.mark.parametrize(("shows", "text", "parts", "position", "reason"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_would_change_something_else_is_refused(
    shows: str, text: str, parts: tuple[Any, ...], position: int, reason: str
) -> None:
    """A new entry that would appear elsewhere, too, or could not stand where it should, is refused."""
    assert reason in refusal(text, Insert(parts, position, "new", 1)).reason


def test_too_long_a_key_is_refused() -> None:
    """A key that YAML cannot hold on one line is refused, not cut."""
    assert "too long" in refusal("a: 1\n", Insert((), 1, "k" * 2000, 1)).reason
