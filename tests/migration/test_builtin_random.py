"""The built-in migrations, on documents made up of parts of others."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from builtin_documents import DOCUMENTS, VERSIONS, carried, fitting
from hypothesis import given, settings
from hypothesis import strategies as st

from setpoint.errors import MigrationBlockedError
from setpoint.merge import merge
from setpoint.migration.carry import Carried
from setpoint.tree import same


def _parts(tree: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for trees that hold a part of what a tree holds, in any order."""
    if isinstance(tree, dict):
        return st.permutations(list(tree)).flatmap(
            lambda keys: st.integers(0, len(keys)).flatmap(
                lambda size: st.fixed_dictionaries({key: _parts(tree[key]) for key in keys[:size]})
            )
        )
    if isinstance(tree, list):
        return st.sampled_from([tree, tree[:1], list(reversed(tree))])
    return st.just(tree)


_FIRST = [document for document in DOCUMENTS if document.version == "1.0.0"]
_PARTIAL = st.sampled_from(_FIRST).flatmap(lambda document: st.tuples(st.just(document.kind), _parts(document.tree)))


@given(_PARTIAL)
def test_a_part_of_a_document_in_any_order_comes_back(pair: tuple[str, Any]) -> None:
    """Whatever is missing, up and then down is the very same tree, and what was valid is valid at every version."""
    kind, tree = pair
    newest = VERSIONS[kind][-1]
    valid = fitting(kind, tree) == ["1.0.0"]
    up = carried(kind, tree, "1.0.0", newest)
    down = carried(kind, up.tree, newest, "1.0.0", kept=up.kept)
    assert same(down.tree, tree)
    if valid:
        assert fitting(kind, up.tree) == [newest]


_MIXED = st.sampled_from(sorted(VERSIONS)).flatmap(
    lambda kind: st.tuples(
        st.just(kind),
        st.lists(
            st.sampled_from([one.tree for one in DOCUMENTS if one.kind == kind]).flatmap(_parts), min_size=1, max_size=3
        ),
    )
)


@settings(max_examples=settings.default.max_examples // 3)  # each takes long to draw
@given(_MIXED, st.data())
def test_a_mixture_of_versions_comes_back_or_is_refused(pair: tuple[str, list[Any]], data: st.DataObject) -> None:
    """Documents with keys of several versions are carried there and back, or the place that is in the way is named."""
    kind, trees = pair
    tree = merge(trees)
    newest = VERSIONS[kind][-1]
    if data.draw(st.booleans(), label="went down before"):
        tree = _carried_if_possible(kind, tree, newest, "1.0.0") or tree
    up: Carried | None = None
    try:
        up = carried(kind, tree, "1.0.0", newest)
    except MigrationBlockedError as error:
        assert error.diagnostics[0].path
    if up is not None:
        assert same(carried(kind, up.tree, newest, "1.0.0", kept=up.kept).tree, tree)


def _carried_if_possible(kind: str, tree: Any, start: str, end: str) -> Any:
    try:
        return carried(kind, tree, start, end).tree
    except MigrationBlockedError:
        return None


_SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "Agent-1", "2.0.0"])
_ODD = _SCALARS | st.lists(_SCALARS, max_size=2) | st.dictionaries(st.sampled_from(["Agent-1", "names"]), _SCALARS)


@settings(max_examples=settings.default.max_examples // 3)  # each takes long to draw
@given(_MIXED, st.data())
def test_whatever_stands_at_a_place_it_comes_back_or_is_refused(
    pair: tuple[str, list[Any]], data: st.DataObject
) -> None:
    """A value of the wrong kind in the place of any other is carried there and back, or refused with its place."""
    kind, trees = pair
    tree = copy.deepcopy(merge(trees))
    holders = [holder for holder in _mappings(tree) if holder]
    if holders:
        holder = data.draw(st.sampled_from(holders), label="holder")
        holder[data.draw(st.sampled_from(sorted(holder)), label="key")] = data.draw(_ODD, label="value")
    newest = VERSIONS[kind][-1]
    for start, end in (("1.0.0", newest), (newest, "1.0.0")):
        try:
            found = carried(kind, tree, start, end)
            if start == "1.0.0":
                back = carried(kind, found.tree, end, start, kept=found.kept)
                assert same(back.tree, tree)
        except MigrationBlockedError as error:
            assert error.diagnostics[0].path is not None


def _mappings(tree: Any) -> list[Any]:
    found = [tree] if isinstance(tree, dict) else []
    below = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    for value in below:
        found += _mappings(value)
    return found


@pytest.mark.parametrize(
    "tree", [None, 3, "text", [], [{}], {}, {"agents": None}, {"agents": []}, {"agents": {"a": 1}}]
)
@pytest.mark.parametrize("kind", sorted(VERSIONS))
def test_what_is_no_such_document_at_all_is_carried_or_refused(kind: str, tree: Any) -> None:
    """Nothing breaks on it, and it comes back."""
    newest = VERSIONS[kind][-1]
    try:
        up = carried(kind, tree, "1.0.0", newest)
    except MigrationBlockedError as error:
        assert isinstance(tree, list | str | int)
        assert str(error)
    else:
        assert same(carried(kind, up.tree, newest, "1.0.0", kept=up.kept).tree, tree)
