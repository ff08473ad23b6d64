"""The guard: what is taken for an accident, and what is not."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.config import freeze
from setpoint.guard import GuardLimits, suspicion

KEYS = st.sampled_from(["a", "b", "c", "a.b"])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.floats(0, 1), st.sampled_from(["", "x"]))
VALUES = st.recursive(
    SCALARS,
    lambda below: st.one_of(st.dictionaries(KEYS, below, max_size=4), st.lists(below, max_size=4)),
    max_leaves=25,
)
TREES = st.dictionaries(KEYS, VALUES, max_size=4)
LIMITS = st.builds(
    GuardLimits,
    least=st.integers(1, 12),
    lost=st.one_of(st.none(), st.floats(0, 1)),
    grown=st.one_of(st.none(), st.floats(1.01, 4)),
    large=st.integers(1, 20),
)


def queue(number: int) -> dict[str, Any]:
    return {f"key{index}": f"value{index}" for index in range(number)}


DOCUMENT = {"queue": queue(8), "retry": {"attempts": 3, "delays": [1, 2, 4]}, "hosts": ["a", "b", "c", "d"]}  # 16


def without(*keys: str) -> dict[str, Any]:
    return {key: value for key, value in DOCUMENT.items() if key not in keys}


def test_a_document_that_becomes_empty_is_suspicious() -> None:
    """However little it held, and whatever stands for nothing."""
    for nothing in ({}, [], None, {"a": None}, {"queue": {}, "retry": {"attempts": None}}):
        assert suspicion({"a": 1}, nothing) == "its only value would be gone: a (1)"
        told = suspicion(DOCUMENT, nothing)
        assert told == "all of its 16 values would be gone: queue (8), retry (4) and hosts (4)"


def test_a_document_that_loses_most_is_suspicious() -> None:
    """More than half of its values is most; the sentence says how many, and where."""
    assert suspicion(DOCUMENT, without("queue")) is None  # 8 of 16
    told = suspicion(DOCUMENT, {"queue": queue(7), "hosts": None, "retry": {}})
    assert told == "9 of its 16 values would be gone: retry (4), hosts (4) and queue (1)"
    limits = GuardLimits(lost=0.1)
    assert suspicion(DOCUMENT, without("retry"), limits) == "4 of its 16 values would be gone: retry (4)"


def test_a_small_document_may_lose_what_it_likes() -> None:
    """Below ten values only the loss of all is asked about."""
    assert suspicion(queue(9), queue(1)) is None
    assert suspicion(queue(10), queue(1)) == (
        "9 of its 10 values would be gone: key1 (1), key2 (1), key3 (1) and 6 more sections"
    )


def test_other_values_are_no_loss() -> None:
    """Changed, sorted anew, another type, a mapping where a value was: the paths hold something."""
    assert suspicion(DOCUMENT, {"queue": dict.fromkeys(queue(8), False), "retry": 1, "hosts": [0] * 4}) is None
    assert suspicion(queue(20), {key: {"nested": 0} for key in reversed(queue(20))}) is None
    assert suspicion(queue(20), dict.fromkeys(queue(20), "")) is None
    assert suspicion(queue(20), dict.fromkeys(queue(20))) is not None


def test_a_list_that_loses_its_first_item_has_not_lost_the_others() -> None:
    """Items of different shapes move up by one; what counts is how many of each are left."""
    steps = [{f"only{index}": index, "name": f"step {index}"} for index in range(20)]
    assert suspicion({"steps": steps}, {"steps": steps[1:]}) is None
    assert suspicion({"steps": steps}, {"steps": steps[::-1]}) is None
    told = suspicion({"steps": steps}, {"steps": steps[:5]})
    assert told == "30 of its 40 values would be gone: steps (30)"
    assert suspicion([*range(40)], [*range(10)]) == "30 of its 40 values would be gone: the document itself (30)"


def test_a_section_that_is_renamed_or_moved_has_lost_nothing() -> None:
    """Its values stand under their own keys at another path; with others under them they are lost."""
    assert suspicion({"messaging": DOCUMENT}, {"bus": DOCUMENT}) is None
    assert suspicion(DOCUMENT, {"app": {"settings": DOCUMENT}}) is None
    assert suspicion({"app": DOCUMENT}, DOCUMENT) is None
    assert suspicion({"pool": queue(20), "a": 1}, {"workers": dict.fromkeys(queue(20), 0), "a": 1}) == (
        "20 of its 21 values would be gone: pool (20)"
    )
    # The content of another document altogether, as a generator leaves that mixes up two files.
    assert suspicion(DOCUMENT, {"map": {f"x{n}": n for n in range(30)}}) is not None
    # Every key in another style: no reader would find its value.
    assert suspicion(queue(20), {key.upper(): value for key, value in queue(20).items()}) is not None


def test_a_key_with_dots_is_no_address() -> None:
    """Flat keys that become nested ones are other keys, in a frozen tree too."""
    flat, nested = {f"queue.{key}": value for key, value in queue(12).items()}, {"queue": queue(12)}
    assert (suspicion(flat, nested) or "").startswith("all of its 12 values")
    assert suspicion(freeze(flat), freeze(nested)) == suspicion(flat, nested)


def test_what_was_moved_is_found_only_once() -> None:
    """One copy at a new path makes up for one value, and one that was there before for none."""
    old = {"one": queue(10), "two": queue(10), "three": queue(10)}
    assert suspicion(old, {"new": queue(10)}) == "20 of its 30 values would be gone: two (10) and three (10)"
    assert suspicion(old, {"one": queue(10)}) == "20 of its 30 values would be gone: two (10) and three (10)"
    assert suspicion(old, {"one": queue(10), "new": queue(10)}) is None


def test_a_large_document_that_doubles_is_suspicious() -> None:
    """From ten thousand values on, and not when it is filled for the first time."""
    rows = [{"id": number, "name": f"n{number}"} for number in range(2_500)]
    old = {"limits": queue(10), "rows": rows}
    assert suspicion(old, {"limits": queue(10), "rows": rows + rows}) is None  # 10,010 of 5,010: not twice as many
    told = suspicion(old, {"limits": queue(10), "rows": rows + rows + rows[:5]})
    assert told == "it would grow from 5,010 to 10,020 values: rows (5,010)"
    assert suspicion({"rows": [1]}, {"rows": rows * 2}) is None
    assert suspicion(queue(4_000), queue(9_999)) is None
    assert suspicion(old, {"rows": rows * 9}, GuardLimits(grown=None)) is None


def test_each_side_can_be_switched_off() -> None:
    """With no limits nothing is suspicious."""
    assert suspicion(DOCUMENT, {}, GuardLimits(lost=None)) is None
    off = GuardLimits(lost=None, grown=None, large=1)
    assert suspicion(DOCUMENT, {}, off) is None
    assert suspicion(queue(10), queue(100), off) is None


@pytest.mark.parametrize(
    "wrong", [{"least": 0}, {"large": 0}, {"lost": -0.1}, {"lost": 1.1}, {"lost": float("nan")}, {"grown": 1.0}]
)
def test_limits_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    """With a ValueError that names the limit."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        GuardLimits(**wrong)


def test_limits_are_values() -> None:
    """Equal when their numbers are, and shown with them."""
    assert GuardLimits() == GuardLimits(least=10)
    assert len({GuardLimits(), GuardLimits(least=10), GuardLimits(least=11)}) == 2
    assert GuardLimits() != "limits"
    assert repr(GuardLimits()) == "GuardLimits(least=10, lost=0.5, grown=2.0, large=10000)"


def test_the_sentence_names_sections_where_the_document_branches() -> None:
    """One key around everything tells nothing; odd and long keys are made harmless."""
    inner = {"a.b": queue(9), "key \x1b[31m": queue(9), "k" * 99: queue(9), "d": 1}
    told = suspicion({"app": {"settings": inner}}, {"app": {"settings": {"d": 1}}})
    assert told is not None
    assert told.isprintable()
    assert told.startswith('27 of its 28 values would be gone: app.settings["a.b"] (9), ')
    assert "kkk… (9)" in told


@pytest.mark.parametrize("kind", ["mappings", "lists"])
def test_depth_is_no_danger(kind: str) -> None:
    """A tree far deeper than any stack is judged."""
    tree: Any = queue(12)
    for _ in range(50_000):
        tree = {"k": tree} if kind == "mappings" else [tree]
    assert suspicion(tree, {"k": 1}) is not None
    assert suspicion(queue(12), tree) is None  # moved


# The model: the definition of ``suspicion``'s docstring, word by word and slowly.


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    """Every value and every holder that is not empty, with its path; list indexes are None."""
    if isinstance(tree, dict | list):
        entries = tree.items() if isinstance(tree, dict) else [(None, item) for item in tree]
        below = [found for key, item in entries for found in places(item, (*path, key))]
        return [(path, tree), *below] if tree else []
    return [] if tree is None else [(path, tree)]


def values(tree: Any) -> list[tuple[tuple[Any, ...], Any]]:
    return [(path, value) for path, value in places(tree) if not isinstance(value, dict | list)]


def model(before: Any, after: Any, limits: GuardLimits) -> str | None:
    """Which of the two sentences is due, with its number."""
    old, new = values(before), values(after)
    if limits.lost is not None and old:
        if not new:
            return "its only value would" if len(old) == 1 else f"all of its {len(old)} values would"
        held = Counter(path for path, _ in old)
        there, was = (Counter(path for path, _ in places(tree)) for tree in (after, before))
        lost = sum(max(0, held[path] - there[path]) for path in held)
        went = Counter((path[-1:], type(value), value) for path, value in old if not there[path])
        came = Counter((path[-1:], type(value), value) for path, value in new if not was[path])
        lost -= sum((went & came).values())
        if len(old) >= limits.least and lost > limits.lost * len(old):
            return f"{'all' if lost == len(old) else lost} of its {len(old)} values would"
    many = limits.grown is not None and len(new) >= limits.grown * len(old)
    if many and len(old) >= limits.least and len(new) >= limits.large:
        return f"it would grow from {len(old)} to {len(new)} values"
    return None


@given(before=TREES, after=TREES, limits=LIMITS)
def test_it_counts_as_the_model_does(before: Any, after: Any, limits: GuardLimits) -> None:
    """For any two trees and limits, frozen or plain, the quick count and the exact one say what the definition says."""
    told, wanted = suspicion(before, after, limits), model(before, after, limits)
    assert (told is None) == (wanted is None), (told, wanted)
    if told is not None and wanted is not None:
        if len(values(before)) == 1 and wanted.startswith("all of"):
            wanted = "its only value would"
        assert told.startswith(wanted)
    assert suspicion(freeze(before), freeze(after), limits) == told


@given(tree=TREES, limits=LIMITS)
def test_nothing_changed_is_nothing_suspicious(tree: Any, limits: GuardLimits) -> None:
    """A tree and its copy."""
    assert suspicion(tree, copy.deepcopy(tree), limits) is None


@given(tree=TREES, name=st.text(st.characters(exclude_characters="<>"), max_size=60))
def test_no_value_is_told(tree: Any, name: str) -> None:
    """The sentence holds keys and numbers only, on one line, whatever the keys are."""
    told = suspicion({name: {name: "<value>", "more": ["<value>", tree]}}, {})
    assert told is not None
    assert "<" not in told
    assert told.isprintable()
