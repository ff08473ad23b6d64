"""Texts that are large, deep or tangled: an edit of them neither hangs nor fails."""

from __future__ import annotations

import pytest
from yaml_case import changed, refusal, value_of

from setpoint.editing.change import Insert, Move, Remove, Rename, Replace


def chain(count: int) -> str:
    """Mappings that each merge the one before."""
    links = "".join(f"m{index}: &m{index}\n  <<: *m{index - 1}\n  k{index}: 1\n" for index in range(1, count))
    return f"m0: &m0\n  k0: 1\n{links}last:\n  <<: *m{count - 1}\n"


def doubled(count: int) -> str:
    """Mappings that each merge the one before twice: the ways through them double with each."""
    links = "".join(f"m{index}: &m{index}\n  <<: [*m{index - 1}, *m{index - 1}]\n" for index in range(1, count))
    return f"m0: &m0\n  k0: 1\n{links}last:\n  <<: *m{count - 1}\n"


@pytest.mark.parametrize("text", [chain(95), doubled(16)], ids=["chain", "doubled"])
def test_merges_of_merges_are_followed_once(text: str) -> None:
    """A key that came through many merges is found, overridden, and refused to be removed."""
    after = changed(text, Replace(("last", "k0"), 2))
    assert after == f"{text}  k0: 2\n"
    assert "'<<' brings 'k0' from line 2" in refusal(text, Remove(("last", "k0"))).reason
    keys = len(value_of(text)["last"])
    assert changed(text, Insert(("last",), keys, "new", 1)) == f"{text}  new: 1\n"


def test_thousands_of_empty_items() -> None:
    """A list of nothing but dashes can be edited at its end."""
    text = "-\n" * 20_000
    assert changed(text, Remove((19_999,))) == "-\n" * 19_999
    assert changed(text, Insert((), 20_000, None, "x")) == text + "- x\n"


def test_many_anchors_and_aliases() -> None:
    """Thousands of anchors and aliases do not make an edit slow."""
    text = "".join(f"a{index}: &n{index} 1\nb{index}: *n{index}\n" for index in range(4000))
    assert changed(text, Rename(("b7",), "new")) == text.replace("b7:", "new:")
    assert "the alias *n7 in line 16" in refusal(text, Replace(("a7",), 2)).reason
    assert changed(text, Remove(("b3999",))) == text.removesuffix("b3999: *n3999\n")


def test_deep_texts_and_values() -> None:
    """Nesting as deep as a document may be is edited without recursion over it."""
    depth = 98
    text = "".join("  " * level + f"k{level}:\n" for level in range(depth)) + "  " * depth + "end: 1\n"
    path = tuple(f"k{level}" for level in range(depth))
    assert changed(text, Replace((*path, "end"), 2)) == text.replace("end: 1", "end: 2")
    value: object = "x"
    for _ in range(98):
        value = [value]
    assert value_of(changed("a: 1\n", Replace(("a",), value))) == {"a": value}  # type: ignore[arg-type]
    assert value_of(changed("a: [1]\n", Replace(("a", 0), value[0]))) == {"a": value}  # type: ignore[index]


def test_a_long_list_is_reordered() -> None:
    """An item moves through a list of thousands."""
    text = "".join(f"- name: n{index} # c{index}\n  port: {index}\n" for index in range(3000))
    after = changed(text, Move((2999,), (), 0, None))
    assert after == "- name: n2999 # c2999\n  port: 2999\n" + text.removesuffix("- name: n2999 # c2999\n  port: 2999\n")


def test_one_mapping_merged_by_thousands() -> None:
    """A value that all who merge it override can be replaced; one that somebody does not cannot."""
    text = "m: &m {a: 1, b: 1}\n" + "".join(f"k{index}:\n  <<: [*m]\n  a: {index}\n" for index in range(4000))
    assert changed(text, Replace(("m", "a"), 2)) == text.replace("{a: 1,", "{a: 2,")
    assert "the alias *m in line 3" in refusal(text, Replace(("m", "b"), 2)).reason
