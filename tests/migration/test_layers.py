"""Layers: a profile's file holds a part of a document, and is carried by the same steps."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from migration_cases import DOCUMENTS, KEYS, SCALARS

from setpoint.errors import MigrationBlockedError, MigrationError
from setpoint.merge import merge
from setpoint.migration.carry import carry, old_address
from setpoint.migration.convert import Convert
from setpoint.migration.hop import Hop
from setpoint.migration.migration import Migration
from setpoint.migration.move import Move
from setpoint.migration.remove import Remove
from setpoint.migration.rename import Rename
from setpoint.migration.set_default import SetDefault
from setpoint.tree import same

BASE = {"system": {"debug_mode": False, "size": 1}, "agents": {"a": {"x": 1}}, "servers": [{"host": "one"}]}
MIGRATION = Migration(
    "doc",
    "1",
    "2",
    [
        Rename("system.debug_mode", "debug"),
        Move("system.size", "queue.max"),
        SetDefault("agents.*.active", True),
        SetDefault("servers.*.port", 80),
        SetDefault("monitor.cpu", 90),
        Remove("old"),
    ],
)
UP, DOWN = [Hop(MIGRATION, forward=True)], [Hop(MIGRATION, forward=False)]


def carried(layer: Any) -> Any:
    """The layer after the migration, which must come back exactly."""
    up = carry(UP, layer, below=BASE, stamp_at=None)
    assert same(carry(DOWN, up.tree, kept=up.kept, stamp_at=None).tree, layer)
    return up.tree


def test_keys_of_a_layer_are_renamed_and_moved() -> None:
    """Where they are, and nothing is planted: no default that the base has, no stamp."""
    assert carried({"system": {"debug_mode": True, "size": 5}, "old": 1}) == {
        "system": {"debug": True},
        "queue": {"max": 5},
    }
    assert carried({"agents": {"a": {"x": 2}}, "monitor": {"memory": 1}}) == {
        "agents": {"a": {"x": 2}},
        "monitor": {"memory": 1},
    }
    assert carried({}) == {}


def test_what_a_layer_has_alone_is_completed() -> None:
    """An agent that is not in the base, and the items of a list, which replaces that of the base as a whole."""
    assert carried({"agents": {"b": {"x": 3}}})["agents"] == {"b": {"x": 3, "active": True}}
    assert carried({"servers": [{"host": "two"}]})["servers"] == [{"host": "two", "port": 80}]


def test_what_a_layer_switches_off_stays_off() -> None:
    """A null over a mapping is an answer; one over nothing is an empty section, as in a whole document."""
    assert carried({"agents": {"a": None}, "monitor": None}) == {"agents": {"a": None}, "monitor": {"cpu": 90}}


def test_a_list_of_a_layer_does_not_become_a_mapping() -> None:
    """It replaces the list below, and a mapping would be merged with the one below."""
    migration = Migration("doc", "1", "2", [Convert("names", {"from": "list", "to": "keys", "value": {}})])
    assert migration.raised({"names": ["b"]}, below={}).tree == {"names": {"b": {}}}
    with pytest.raises(MigrationBlockedError, match="names replaces a list that a layer below has"):
        migration.raised({"names": ["b"]}, below={"names": ["a"]})


def test_functions_refuse_layers() -> None:
    """They need the whole document."""
    with pytest.raises(MigrationError, match=r"step 1 of 1 .*needs the whole document, and a layer holds a part of it"):
        Migration("doc", "1", "2", up=dict).raised({}, below={})


def test_where_an_old_variable_leads() -> None:
    """Over several hops; nowhere once it is removed."""
    second = Migration("doc", "2", "3", [Rename("queue.max", "most"), Remove("system.debug")])
    hops = [*UP, Hop(second, forward=True)]
    assert old_address(hops, ("system", "size")) == ("queue", "most")
    assert old_address(hops, ("system", "debug_mode")) is None
    assert old_address(hops, ("else",)) == ("else",)


@st.composite
def layered(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A base, and a layer that changes some of it."""
    base = draw(DOCUMENTS)
    layer = draw(st.dictionaries(KEYS, st.one_of(SCALARS, st.dictionaries(KEYS, SCALARS, max_size=3)), max_size=3))
    return base, layer


STEPS = st.lists(
    st.sampled_from(
        [
            Rename("a", "z"),
            Rename("*.a", "z"),
            Rename("b.*.c", "z"),
            Move("a", "y.a"),
            Move("b.a", "moved.a"),
            Move("b.c", "c.moved"),
            Remove("c"),
            Remove("*.size"),
            Convert("*.mode", {"from": "item", "to": "list"}),
            Convert("mode", {"case": "upper"}),
            SetDefault("*.new", 1),
            SetDefault("new.deep", 1),
        ]
    ),
    min_size=1,
    max_size=4,
    unique=True,
)


def in_any_order(tree: Any) -> Any:
    """The tree with its keys sorted: merged layers keep the order of the lower one."""
    if isinstance(tree, dict):
        return {key: in_any_order(tree[key]) for key in sorted(tree)}
    return [in_any_order(item) for item in tree] if isinstance(tree, list) else tree


def shape(tree: Any) -> Any:
    """Which keys hold mappings, to any depth."""
    return {key: shape(value) for key, value in tree.items()} if isinstance(tree, dict) else None


def clashes(base: Any, layer: Any) -> bool:
    """True where a layer has something else than a mapping over a mapping, or the other way round."""
    if isinstance(base, dict) and isinstance(layer, dict):
        return any(clashes(base[key], layer[key]) for key in layer if key in base)
    return isinstance(base, dict) or isinstance(layer, dict)


@given(layered(), STEPS)
def test_layers_migrated_and_merged_are_the_merged_document_migrated(
    layers: tuple[dict[str, Any], dict[str, Any]], steps: list[Any]
) -> None:
    """Where no layer replaces a mapping by something else, the two ways lead to the same document."""
    base, layer = layers
    if clashes(base, layer):
        event("a layer replaces a mapping")
        return
    migration = Migration("doc", "1", "2", steps)
    try:
        whole = migration.up(merge([base, layer]))
        parts = [migration.up(base), migration.raised(layer, below=base).tree]
    except MigrationBlockedError:
        event("blocked")
        return
    event("compared")
    assert same(in_any_order(merge(parts)), in_any_order(whole))
