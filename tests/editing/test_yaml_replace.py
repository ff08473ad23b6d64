"""A value of a YAML file replaced: what stands around it stays, and the new one is written like the old one."""

from __future__ import annotations

from typing import Any

import pytest
from yaml_case import changed, refusal

from setpoint.editing.change import Replace

# what it shows, the text, the path, the value, the text afterwards
SCALARS: list[tuple[str, str, tuple[Any, ...], Any, str]] = [
    ("a number", "a: 1\n", ("a",), 2, "a: 2\n"),
    ("the blanks and the comment beside it", "a:   1   # why\nb: 2\n", ("a",), 10, "a:   10   # why\nb: 2\n"),
    ("a tab between key and value", "a:\t1\t# c\n", ("a",), 2, "a:\t2\t# c\n"),
    ("a blank before the colon", "a : 1\n", ("a",), 2, "a : 2\n"),
    ("double quotes", 'a: "x"\n', ("a",), "y", 'a: "y"\n'),
    ("double quotes with what must be escaped", 'a: "x"\n', ("a",), 'say "\\"\n\x07', 'a: "say \\"\\\\\\"\\n\\a"\n'),
    ("single quotes", "a: 'x'\n", ("a",), "it's", "a: 'it''s'\n"),
    ("single quotes that cannot hold it", "a: 'x'\n", ("a",), "tab\there", 'a: "tab\\there"\n'),
    ("plain text", "a: x\n", ("a",), "y z", "a: y z\n"),
    ("plain text that would be a number", "a: x\n", ("a",), "12", 'a: "12"\n'),
    ("plain text that YAML 1.1 takes for true", "a: x\n", ("a",), "on", 'a: "on"\n'),
    ("the file's own quotes where plain is not safe", "a: x\nb: 'q'\n", ("a",), "on", "a: 'on'\nb: 'q'\n"),
    ("quotes that need no escapes", "a: x\n", ("a",), "- C:\\dir", "a: '- C:\\dir'\n"),
    ("a version stays plain", "a: 1.2.3\n", ("a",), "1.2.4", "a: 1.2.4\n"),
    ("a flag of a command stays plain", "a: -x\n", ("a",), "--long", "a: --long\n"),
    ("a quoted string becomes a number", 'a: "x"\n', ("a",), 5, "a: 5\n"),
    ("a number becomes text", "a: 5\n", ("a",), "five", "a: five\n"),
    ("a number becomes text like its neighbours", 'a: 5\nb: "x"\n', ("a",), "five", 'a: "five"\nb: "x"\n'),
    ("a hexadecimal number becomes decimal", "a: 0x1F\n", ("a",), 32, "a: 32\n"),
    ("large exponents keep their dot for YAML 1.1", "a: 1\n", ("a",), 1e22, "a: 1.0e+22\n"),
    ("a whole float keeps its dot", "a: 1\n", ("a",), 1.0, "a: 1.0\n"),
    ("capital letters of a truth", "a: True\n", ("a",), False, "a: False\n"),
    ("all capitals of a truth", "a: TRUE\n", ("a",), False, "a: FALSE\n"),
    ("null", "a: x\n", ("a",), None, "a: null\n"),
    ("a null that is not written", "a:\nb: 2\n", ("a",), 1, "a: 1\nb: 2\n"),
    ("a null that is not written, with a comment", "a:   # why\n", ("a",), 1, "a: 1   # why\n"),
    ("a null that is not written, with a blank", "a: \n", ("a",), 1, "a: 1\n"),
    ("a null that is not written at the very end", "a:", ("a",), 1, "a: 1"),
    ("an empty item", "-\n- b\n", (0,), "a", "- a\n- b\n"),
    ("a null written as ~", "a: ~\n", ("a",), 1, "a: 1\n"),
    ("plain text of several lines", "a: x\n  y\n  z\nb: 1\n", ("a",), "w", "a: w\nb: 1\n"),
    ("quoted text of several lines", 'a: "x\n\n  z"  # c\nb: 1\n', ("a",), "w", 'a: "w"  # c\nb: 1\n'),
    ("a value on the line below its key", "a:\n  x # c\nb: 1\n", ("a",), "w", "a:\n  w # c\nb: 1\n"),
    ("an item", "- a\n- b # c\n", (1,), "x", "- a\n- x # c\n"),
    ("an item with wide blanks", "-   a\n-   b\n", (0,), "x", "-   x\n-   b\n"),
    ("a key in a compact item", "- a: 1\n  b: 2\n", (0, "a"), 3, "- a: 3\n  b: 2\n"),
    ("an item of an item", "- - a\n  - b\n", (0, 1), "x", "- - a\n  - x\n"),
    ("a value in brackets", "a: [x, y] # c\n", ("a", 0), "z", "a: [z, y] # c\n"),
    ("text in brackets that would end there", "a: [x, y]\n", ("a", 0), "p,q", 'a: ["p,q", y]\n'),
    ("text with a colon in brackets", "a: [x, y]\n", ("a", 0), "p:q", 'a: ["p:q", y]\n'),
    ("a key in braces without a value", "a: {x, y}\n", ("a", "x"), 1, "a: {x: 1, y}\n"),
    ("a key in braces with an empty value", "a: {x: , y}\n", ("a", "x"), 1, "a: {x: 1, y}\n"),
    ("values in braces right behind the colon", '{"a":1,"b":2}\n', ("b",), "x", '{"a":1,"b":x}\n'),
    ("the key of a pair in a list", "[a: 1, b]\n", (0, "a"), 2, "[a: 2, b]\n"),
    ("brackets over several lines", "a: [\n  x,  # c\n  y\n]\n", ("a", 1), "z", "a: [\n  x,  # c\n  z\n]\n"),
    ("an anchor that nothing uses", "a: &n 1\n", ("a",), 2, "a: &n 2\n"),
    ("an empty value behind an anchor", "a: &n\nb: 1\n", ("a",), 2, "a: &n 2\nb: 1\n"),
    ("an alias", "a: &n 1\nb: *n # c\n", ("b",), 2, "a: &n 1\nb: 2 # c\n"),
    ("a merged key becomes one of its own", "a: &n {x: 1}\nb:\n  <<: *n\n  y: 2\n", ("b", "x"), 3,
     "a: &n {x: 1}\nb:\n  <<: *n\n  y: 2\n  x: 3\n"),
    ("an overridden key under an anchor", "a: &n\n  x: 1\nb:\n  <<: *n\n  x: 2\n", ("a", "x"), 3,
     "a: &n\n  x: 3\nb:\n  <<: *n\n  x: 2\n"),
    ("Windows line breaks", "a: 1\r\nb: 2 # c\r\n", ("a",), 3, "a: 3\r\nb: 2 # c\r\n"),
    ("lone carriage returns", "a: 1\rb: 2\r", ("b",), 3, "a: 1\rb: 3\r"),
    ("a byte order mark", "\ufeffa: 1\n", ("a",), 2, "\ufeffa: 2\n"),
    ("old line breaks in quoted text", 'a: "x\u2028y"\nb: "\x85"\nc: 1\n', ("c",), 2,
     'a: "x\u2028y"\nb: "\x85"\nc: 2\n'),
    ("characters beyond the basic plane", "😀: 😀 # 😀\nb: 1\n", ("b",), 2, "😀: 😀 # 😀\nb: 2\n"),
    ("a behind a question mark", "? a\n: 1\n", ("a",), 2, "? a\n: 2\n"),
    ("a merge in quotes is a key like any other", '"<<": 1\n', ("<<",), 2, '"<<": 2\n'),
    ("a key that is an alias", "a: &n k\n*n : 1\n", ("k",), 2, "a: &n k\n*n : 2\n"),
]  # fmt: skip

TEXTS: list[tuple[str, str, tuple[Any, ...], Any, str]] = [
    ("a literal", "a: |\n  x\n  y\nb: 1\n", ("a",), "p\nq\n", "a: |\n  p\n  q\nb: 1\n"),
    ("a literal, its comment and indentation", "a: | # sh\n    x\nb: 1\n", ("a",), "p\nq\n",
     "a: | # sh\n    p\n    q\nb: 1\n"),
    ("a literal that loses its last line break", "a: |\n  x\n  y\n", ("a",), "p\nq", "a: |-\n  p\n  q\n"),
    ("a literal that keeps line breaks", "a: |+\n  x\n\nb: 1\n", ("a",), "p\n\n\n", "a: |+\n  p\n\n\nb: 1\n"),
    ("too many line breaks before a blank line", "a: |\n  x\n\nb: 1\n", ("a",), "p\n\n", 'a: "p\\n\\n"\n\nb: 1\n'),
    ("a literal whose text starts with a blank", "a: |\n  x\n", ("a",), "  p\nq\n", "a: |2\n    p\n  q\n"),
    ("a literal that becomes a word", "a: |\n  x\nb: 1\n", ("a",), "w", "a: w\nb: 1\n"),
    ("a literal that becomes a word, with a comment", "a: | # sh\n  x\nb: 1\n", ("a",), "w", "a: w # sh\nb: 1\n"),
    ("a literal that becomes a number at the very end", "a: |\n  x", ("a",), 1, "a: 1"),
    ("a literal at the very end, where readers disagree about its end", "a: |\n  x", ("a",), "w\n", 'a: "w\\n"'),
    ("a stripped literal at the very end", "a: |-\n  x", ("a",), "w\nv", "a: |-\n  w\n  v"),
    ("plain text at the very end", "a: x", ("a",), "p\nq\n", 'a: "p\\nq\\n"'),
    ("a mapping at the very end", "a: x", ("a",), {"b": "p\nq\n"}, 'a:\n  b: "p\\nq\\n"'),
    ("a stripped literal of one line", "a: |-\n  x\n", ("a",), "y", "a: |-\n  y\n"),
    ("a folded text", "a: >\n  x\n  y\nb: 1\n", ("a",), "p q\n", "a: >\n  p q\nb: 1\n"),
    ("a folded text with a line break", "a: >-\n  x\n", ("a",), "p\nq\n\nr", "a: >-\n  p\n\n  q\n\n\n  r\n"),
    ("a folded text that is wrapped", "a: >-\n  one two\n  three\n", ("a",), "some words, " * 9 + "and a full stop.",
     "a: >-\n  " + "some words, " * 4 + "some words,\n  " + "some words, " * 4 + "and a full\n  stop.\n"),
    ("a folded text that cannot be folded", "a: >\n  x\n", ("a",), "p\n  q\n", "a: |\n  p\n    q\n"),
    ("what cannot be seen in a literal", "a: |\n  x\n", ("a",), "p\x07\nq\n", 'a: "p\\a\\nq\\n"\n'),
    ("plain text becomes a literal", "a: x # c\nb: 1\n", ("a",), "p\nq\n", "a: | # c\n  p\n  q\nb: 1\n"),
    ("quoted text stays quoted", 'a: "x" # c\n', ("a",), "p\nq\n", 'a: "p\\nq\\n" # c\n'),
    ("an item becomes a literal", "- x\n- y\n", (0,), "p\nq\n", "- |\n  p\n  q\n- y\n"),
    ("a comment below that would become text", "a: x\n    # deep\nb: 1\n", ("a",), "p\nq\n",
     'a: "p\\nq\\n"\n    # deep\nb: 1\n'),
    ("text of several lines in brackets", "a: [x]\n", ("a", 0), "p\nq\n", 'a: ["p\\nq\\n"]\n'),
    ("text with # and :", "a: |\n  x\n", ("a",), "# no: comment\n&a *b\n", "a: |\n  # no: comment\n  &a *b\n"),
    ("a literal with Windows line breaks", "a: |\r\n  x\r\nb: 1\r\n", ("a",), "p\nq\n",
     "a: |\r\n  p\r\n  q\r\nb: 1\r\n"),
    ("the whole document", "|\n  x\n", (), "p\nq\n", "|\n  p\n  q\n"),
]  # fmt: skip

COLLECTIONS: list[tuple[str, str, tuple[Any, ...], Any, str]] = [
    ("a scalar by a mapping", "a: 1 # c\nb: 2\n", ("a",), {"x": 1, "w": 2}, "a: # c\n  x: 1\n  w: 2\nb: 2\n"),
    ("a scalar by a mapping, four blanks wide", "a: 1\nb:\n    c: 2\n", ("a",), {"x": 1},
     "a:\n    x: 1\nb:\n    c: 2\n"),
    ("a scalar by a list, at the key's column", "a: 1\nb:\n- c\n", ("a",), ["x"], "a:\n- x\nb:\n- c\n"),
    ("a scalar by a list, indented", "a: 1\nb:\n  - c\n", ("a",), ["x", ["w"]], "a:\n  - x\n  - - w\nb:\n  - c\n"),
    ("a scalar by something empty", "a: 1\n", ("a",), {}, "a: {}\n"),
    ("a scalar by nested things", "a: 1\n", ("a",), {"x": [{"w": None, "z": []}]},
     "a:\n  x:\n    - w: null\n      z: []\n"),
    ("a null that is not written by a mapping", "a: # c\nb: 1\n", ("a",), {"x": 1}, "a: # c\n  x: 1\nb: 1\n"),
    ("an anchored scalar by a mapping", "a: &n 1\n", ("a",), {"x": 1}, "a: &n\n  x: 1\n"),
    ("an item by a mapping", "- a # c\n- b\n", (0,), {"x": 1, "w": 2}, "- x: 1 # c\n  w: 2\n- b\n"),
    ("an empty item by a mapping", "-\n-   b\n", (0,), {"x": 1, "w": 2}, "- x: 1\n  w: 2\n-   b\n"),
    ("an item by a list", "- a\n", (0,), ["x", "w"], "- - x\n  - w\n"),
    ("a value on the line below by a mapping", "a:\n    x # c\n", ("a",), {"p": 1, "q": 2},
     "a:\n    p: 1 # c\n    q: 2\n"),
    ("a literal by a mapping", "a: | # sh\n  x\nb: 1\n", ("a",), {"x": 1}, "a: # sh\n  x: 1\nb: 1\n"),
    ("an alias by a mapping", "a: &n {x: 1}\nb: *n\n", ("b",), {"x": 2}, "a: &n {x: 1}\nb:\n  x: 2\n"),
    ("a mapping by a scalar", "a: # c\n  x: 1 # gone\n  y: 2\nb: 3\n", ("a",), 5, "a: 5 # c\nb: 3\n"),
    ("a mapping by a scalar at the very end", "a:\n  x: 1", ("a",), 5, "a: 5"),
    ("a list at the key's column by a scalar", "a:\n- x\n- y\nb: 3\n", ("a",), 5, "a: 5\nb: 3\n"),
    ("a compact mapping by a scalar", "- x: 1\n  y: 2\n- b\n", (0,), 5, "- 5\n- b\n"),
    ("a compact mapping of one line by a scalar", "- x: 1 # c\n- b\n", (0,), 5, "- 5 # c\n- b\n"),
    ("a mapping by a list", "a:\n  x: 1\nb: 3\n", ("a",), [1], "a:\n  - 1\nb: 3\n"),
    ("a mapping by another", "a:\n   x: 1\n   y: 1\nb: 3\n", ("a",), {"z": 1}, "a:\n   z: 1\nb: 3\n"),
    ("an anchored mapping by a scalar", "a: &n\n  x: 1\nb: 3\n", ("a",), 5, "a: &n 5\nb: 3\n"),
    ("brackets stay brackets", "a: [1, 2] # c\n", ("a",), [3], "a: [3] # c\n"),
    ("brackets with blanks inside", "a: { x: 1 }\n", ("a",), {"w": {"z": 1}}, "a: { w: { z: 1 } }\n"),
    ("brackets with one entry a line", "a: [\n  1,\n  2,\n]\n", ("a",), [3, 4], "a: [\n  3,\n  4,\n]\n"),
    ("brackets by a scalar", "a: [\n  1,\n  2,\n]\nb: 1\n", ("a",), 3, "a: 3\nb: 1\n"),
    ("empty brackets by what is not empty", "a: {} # c\nb: 1\n", ("a",), {"x": 1}, "a: # c\n  x: 1\nb: 1\n"),
    ("a collection in brackets", "a: [x, y]\n", ("a", 0), {"p": [1, "b,c"]}, 'a: [{p: [1, "b,c"]}, y]\n'),
    ("a pair in a list", "[a: 1, b]\n", (0,), "x", "[x, b]\n"),
    ("the whole document", "# top\na: 1\nb: 2\n# end\n", (), ["x"], "# top\n- x\n# end\n"),
    ("the whole document by a scalar", "a:\n  b: 1\n", (), 5, "5\n"),
    ("a scalar document by a mapping", "# top\nfoo # c\n", (), {"a": 1, "b": 2}, "# top\na: 1 # c\nb: 2\n"),
    ("a scalar behind --- by a mapping", "--- foo # c\n", (), {"a": 1}, "--- # c\na: 1\n"),
    ("a document in braces", "{a: 1}\n", (), {"b": 2}, "{b: 2}\n"),
    ("an empty document", "", (), {"a": 1}, "a: 1\n"),
    ("a document of comments", "# only\n", (), {"a": 1}, "# only\na: 1\n"),
    ("a document of comments without a last line break", "# only", (), {"a": 1}, "# only\na: 1"),
    ("a document of nothing but its marks", "---\n...\n", (), 1, "---\n1\n...\n"),
    ("a document with directive and end mark", "%YAML 1.2\n---\na: 1\n...\n", ("a",), 2, "%YAML 1.2\n---\na: 2\n...\n"),
    ("empty braces as a document", "{} # c\n", (), {"a": 1}, "a: 1 # c\n"),
]  # fmt: skip

CASES = [*SCALARS, *TEXTS, *COLLECTIONS]


@pytest.mark.parametrize(("shows", "text", "parts", "value", "after"), CASES, ids=[case[0] for case in CASES])
def test_only_the_value_changes(shows: str, text: str, parts: tuple[Any, ...], value: Any, after: str) -> None:
    """A replaced value leaves every other character where it was."""
    assert changed(text, Replace(parts, value)) == after


REFUSED: list[tuple[str, str, tuple[Any, ...], str]] = [
    ("an anchored value that is used", "a: &n 1\nb: *n\n", ("a",), "the alias *n in line 2 stands for it as well"),
    ("a value inside an anchored one that is used", "a: &n\n  x: 1\nb: *n\n", ("a", "x"), "the alias *n in line 3"),
    ("a value inside one that is merged", "a: &n\n  x: 1\nb:\n  <<: *n\n", ("a", "x"), "the alias *n in line 4"),
    ("a value around an anchor that is used", "a:\n  x: &n 1\nb: *n\n", ("a",), "the alias *n in line 3"),
    ("a value behind an alias", "a: &n\n  x: 1\nb: *n\n", ("b", "x"),
     "the alias *n stands for, which is written in line 1"),
    ("a value inside a merged one", "a: &n\n  x: {y: 1}\nb:\n  <<: *n\n", ("b", "x", "y"),
     "'<<' brings 'x' from line 2"),
]  # fmt: skip


@pytest.mark.parametrize(("shows", "text", "parts", "reason"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_stands_for_more_than_itself_is_refused(
    shows: str, text: str, parts: tuple[Any, ...], reason: str
) -> None:
    """A value that an alias shares is not changed, and the refusal says where the alias stands."""
    found = refusal(text, Replace(parts, 2))
    assert reason in found.reason
    assert 0 <= found.offset < len(text)


def test_a_whole_document_with_its_aliases_may_go() -> None:
    """Anchors and aliases that are replaced together are in nobody's way."""
    assert changed("a: &n 1\nb: *n\n", Replace((), {"c": 1})) == "c: 1\n"
