"""Operations on plain trees: what they mean, and what makes no sense."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import pytest
from edit_trees import sensible, trees
from hypothesis import given
from hypothesis import strategies as st

from setpoint.editing.apply import apply
from setpoint.editing.lowering import changes_of
from setpoint.editing.operation import Add, Append, Insert, Move, Operation, Rename, Set, Unset
from setpoint.editing.outcome import outcome
from setpoint.errors import ConfigNotFoundError, UsageError
from setpoint.tree import same

TREE: Any = {"a": {"x": 1, "y": 2}, "list": [10, 20, 30], "none": None, "s": "text", "0": "zero"}

DONE: list[tuple[Operation, Any]] = [
    (Set("a.x", 5), {**TREE, "a": {"x": 5, "y": 2}}),
    (Set("", [1]), [1]),
    (Set("a.new.deep", 5), {**TREE, "a": {"x": 1, "y": 2, "new": {"deep": 5}}}),
    (Set("none.deep.er", 5), {**TREE, "none": {"deep": {"er": 5}}}),
    (Set("list[1]", 5), {**TREE, "list": [10, 5, 30]}),
    (Set("list.1", 5), {**TREE, "list": [10, 5, 30]}),
    (Set("0", 5), {**TREE, "0": 5}),
    (Set("s", {"k": []}), {**TREE, "s": {"k": []}}),
    (Add("b.c", 5), {**TREE, "b": {"c": 5}}),
    (Add("none.x", 5), {**TREE, "none": {"x": 5}}),
    (Insert("a.n", 5, 1), {**TREE, "a": {"x": 1, "n": 5, "y": 2}}),
    (Insert("a.n", 5), {**TREE, "a": {"x": 1, "y": 2, "n": 5}}),
    (Insert("list[0]", 5), {**TREE, "list": [5, 10, 20, 30]}),
    (Insert("list[3]", 5), {**TREE, "list": [10, 20, 30, 5]}),
    (Append("list", 5), {**TREE, "list": [10, 20, 30, 5]}),
    (Unset("a.x"), {**TREE, "a": {"y": 2}}),
    (Unset(("list", 0)), {**TREE, "list": [20, 30]}),
    (Rename("a.x", "z"), {**TREE, "a": {"z": 1, "y": 2}}),
    (Rename("a.x", "x"), TREE),
    (Move("a.x", "a.x", 1), {**TREE, "a": {"y": 2, "x": 1}}),
    (Move("a.x", "a.z"), {**TREE, "a": {"z": 1, "y": 2}}),
    (Move("a.x", "x", 0), {"x": 1, **TREE, "a": {"y": 2}}),
    (Move("a.x", "new.part.x"), {**TREE, "a": {"y": 2}, "new": {"part": {"x": 1}}}),
    (Move("a.x", "none.x"), {**TREE, "a": {"y": 2}, "none": {"x": 1}}),
    (Move("list[0]", "list[2]"), {**TREE, "list": [20, 30, 10]}),
    (Move("a.x", "list[1]"), {**TREE, "a": {"y": 2}, "list": [10, 1, 20, 30]}),
    (Move("list[0]", "a.first", 0), {**TREE, "a": {"first": 10, "x": 1, "y": 2}, "list": [20, 30]}),
]


@pytest.mark.parametrize(("operation", "wanted"), DONE, ids=lambda case: repr(case)[:50])
def test_an_operation_does_what_it_says(operation: Operation, wanted: Any) -> None:
    """The result is a new tree with the keys in their order, and the tree given is as it was."""
    before = copy.deepcopy(TREE)
    assert same(apply(TREE, [operation]), wanted)
    assert same(TREE, before)


def test_moving_an_item_of_a_list_into_an_item_behind_it() -> None:
    """The goal is understood as things stand once the item is taken out."""
    tree = [{"a": 1}, {"b": 2}, {"c": 3}]
    assert apply(tree, [Move("[0]", "[1].in")]) == [{"b": 2}, {"c": 3, "in": {"a": 1}}]
    assert apply(tree, [Move("[0]", "[1].new.in")]) == [{"b": 2}, {"c": 3, "new": {"in": {"a": 1}}}]
    assert apply([1, {"b": None}], [Move("[0]", "[0].b.x")]) == [{"b": {"x": 1}}]


def test_an_empty_document_becomes_a_mapping() -> None:
    """The tree of an empty file is null, and a null gives way."""
    assert apply(None, [Set("a.b", 1), Add("a.c", 2)]) == {"a": {"b": 1, "c": 2}}


REFUSED: list[tuple[Operation, type[Exception], str]] = [
    (Unset("a.z"), ConfigNotFoundError, r"a has no key 'z'; it has x, y"),
    (Unset("lisst"), ConfigNotFoundError, r"the document has no key 'lisst'; did you mean 'list'"),
    (Unset("list[3]"), ConfigNotFoundError, "list is a list of 3, so it has no '?3'?; its last is 2"),
    (Unset("list.first"), ConfigNotFoundError, "list is a list of 3"),
    (Unset(("a", 0)), UsageError, "a is a mapping, so it has no item 0"),
    (Unset("s.x"), UsageError, "s is a single value"),
    (Unset(""), UsageError, "whole document cannot be unset"),
    (Set("s.x", 1), UsageError, "s is a single value"),
    (Set("list[3]", 1), ConfigNotFoundError, "has no item 3; append or insert one"),
    (Set("list.x", 1), ConfigNotFoundError, "list is a list of 3"),
    (Set(("new", 0), 1), UsageError, "a list cannot be created by the index of its item, 0"),
    (Add("a.x", 1), UsageError, r"a\.x is there already"),
    (Add("", 1), UsageError, "document is there already"),
    (Insert("a.x", 1, 0), UsageError, r"a\.x is there already"),
    (Insert("a.n", 1, 3), UsageError, "position 0 to 2, not 3"),
    (Insert("list[4]", 1), ConfigNotFoundError, "at 0 to 3, not 4"),
    (Insert("list[0]", 1, 0), UsageError, "takes no position"),
    (Insert("list.x", 1), UsageError, "items have numbers"),
    (Insert(("a", 0), 1), UsageError, "its keys are text"),
    (Insert("nope.x", 1), ConfigNotFoundError, "has no key 'nope'"),
    (Insert("s.x", 1), UsageError, "s is a single value"),
    (Insert("", 1), UsageError, "cannot be inserted"),
    (Append("a", 1), UsageError, "a is no list"),
    (Append("nope", 1), ConfigNotFoundError, "has no key 'nope'"),
    (Rename("a.x", "y"), UsageError, r"a\.y is there already"),
    (Rename("list[0]", "y"), UsageError, "no key of a mapping"),
    (Rename("", "y"), UsageError, "no key of a mapping"),
    (Rename("a.z", "y"), ConfigNotFoundError, "has no key 'z'"),
    (Move("a.x", "s"), UsageError, "s is there already"),
    (Move("a", "a.b"), UsageError, "moved into itself"),
    (Move("", "a.b"), UsageError, "whole document cannot be moved"),
    (Move("a", ""), UsageError, "over the whole document"),
    (Move("a.x", "s.x"), UsageError, "s is a single value"),
    (Move("a.x", "list[4]"), ConfigNotFoundError, "at 0 to 3, not 4"),
    (Move("list[0]", "list[3]"), ConfigNotFoundError, "at 0 to 2, not 3"),
    (Move("a.x", "x", 9), UsageError, "position 0 to 5, not 9"),
    (Move("a.x", "list[0]", 0), UsageError, "takes no position"),
    (Move("z", "y"), ConfigNotFoundError, "has no key 'z'"),
]


@pytest.mark.parametrize(("operation", "kind", "message"), REFUSED, ids=lambda case: repr(case)[:40])
def test_an_operation_that_makes_no_sense_is_refused(operation: Operation, kind: type[Exception], message: str) -> None:
    """The error is of the right kind, and says what is there instead."""
    with pytest.raises(kind, match=message):
        apply(TREE, [operation])


def test_near_names_are_offered() -> None:
    """A misspelt path carries the names that come close."""
    with pytest.raises(ConfigNotFoundError) as caught:
        apply({"queue": {"max_size": 1}}, [Unset("queue.maxsize")])
    assert caught.value.near == ("max_size",)


@given(trees(), st.integers(0, 2**32))
def test_the_changes_of_operations_make_the_same_tree(tree: Any, seed: int) -> None:
    """What is asked of a text, change by change, comes to what the operations mean."""
    before = copy.deepcopy(tree)
    now = tree
    for operation in sensible(Random(seed), tree, 6):
        wanted = apply(now, [operation])
        for change in changes_of(now, operation):
            now = outcome(now, change)
        assert same(now, wanted), operation
    assert same(tree, before)
