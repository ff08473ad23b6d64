"""The comments, anchors and aliases that an edit of a YAML file accounts for."""

from __future__ import annotations

import pytest
from yaml_case import draft_of

CENSUS = [
    ("# top\na: 1 # beside\n  # askew\n", ["# top", "# beside", "# askew"]),
    ("a: '# no' # yes\nb: \"# no\n  # no\"\n", ["# yes"]),
    ("a: | # yes\n  # no\nb: >-\n  x # no\n# yes\n", ["# yes", "# yes"]),
    ("a: x#no\nb: 'x'#yes\nc: [1,#yes\n  2] # and\n", ["#yes", "#yes", "# and"]),
    ("a: &n # why\n  b: 1\nc: *n\n", ["&n", "# why", "*n"]),
    ("%YAML 1.2 # yes\n--- # yes\na: 1\n... # yes\n", ["# yes", "# yes", "# yes"]),
    ("a: x # no break inside\u2028it\n", ["# no break inside\u2028it"]),
    ("# one\r\na: 1 # two\r\n", ["# one", "# two"]),
    ("a: &x y # c\n*x : &z [1, *x]\n", ["&x", "# c", "*x", "&z", "*x"]),
    ("a: x & y * z\nb: '&n *n'\n", []),
    ("# only", ["# only"]),
    ("", []),
]


@pytest.mark.parametrize(("text", "marks"), CENSUS)
def test_every_comment_anchor_and_alias_is_counted(text: str, marks: list[str]) -> None:
    """The census has every mark once, as it is written, in the order of the text."""
    assert draft_of(text).source.census() == marks


@pytest.mark.parametrize(
    ("text", "parts", "holds"),
    [
        ("a: [1]\n", ("a",), False),
        ("a: [1] # beside\n", ("a",), False),
        ("a: [ # in\n 1]\n", ("a",), True),
        ("a: # beside the key\n  b: 1\n", ("a",), False),
        ("a:\n  # above\n  b: 1\n", ("a",), True),
        ("a:\n  b: 1 # beside\n", ("a",), True),
        ("a:\n  b: 1\n  # behind\nc: 1\n", ("a",), True),
        ("a: &n\n  b: 1\n", ("a",), False),
        ("a:\n  b: &n 1\n", ("a",), True),
        ("a: &n 1\nb:\n  - *n\n", ("b",), True),
        ("a: &n 1\nb: *n\n", ("b",), True),
        ("a: &n {x: 1}\nb:\n  <<: {y: 1}\n", ("b",), True),
        ("a: &n {x: {}}\nb:\n  <<: *n\n", ("b", "x"), True),
        ("a: &n {x: {}}\nb: *n\n", ("b", "x"), True),
        ("- a: 1 # in\n  b: 2\n", (0,), True),
        ("# top\na: 1\n# end\n", (), False),
        ("a: 1 # in\n", (), True),
        ("a: | # beside\n  # text\n", ("a",), False),
    ],
)
def test_what_a_rewrite_would_lose_is_known(text: str, parts: tuple[str | int, ...], holds: bool) -> None:
    """A value holds marks when a comment, anchor, alias or merge stands inside of it, or it is written elsewhere."""
    assert draft_of(text).source.holds_marks(parts) is holds
