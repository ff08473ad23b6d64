"""``save_config`` over random layers: it makes the tree or refuses, and nothing leaks."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from setpoint import ConfigSystem
from setpoint.errors import ConfigValidationError, UsageError
from setpoint.formats import decode
from setpoint.tree import same

KEYS = st.sampled_from(["a", "b", "c"])
BASE_VALUES = st.integers(0, 4)
# What other layers and defaults bring is told by its value: a base that holds one it did not have has a leak.
LEAKS = range(100, 200)


def trees(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(
        KEYS, st.one_of(leaves, st.lists(leaves, max_size=2), st.dictionaries(KEYS, leaves, max_size=3)), max_size=3
    )


BASES = trees(BASE_VALUES)
OTHERS = trees(st.sampled_from(LEAKS[:50]))
VARIABLES = st.dictionaries(KEYS, st.sampled_from(LEAKS[50:90]), max_size=2)
# What the caller makes of the tree: keys that go, and keys that come, by place.
CHANGES = st.lists(st.tuples(KEYS, st.one_of(st.none(), KEYS), st.one_of(st.none(), st.integers(10, 14))), max_size=3)


def changed(tree: dict[str, Any], changes: list[tuple[str, str | None, int | None]]) -> dict[str, Any]:
    """A tree in which some keys are set or, with None, gone."""
    for first, second, value in changes:
        inner = tree
        key = first
        if second is not None and isinstance(tree.get(first), dict):
            inner, key = tree[first], second
        if value is None:
            inner.pop(key, None)
        else:
            inner[key] = value
    return tree


def numbers(tree: Any) -> set[int]:
    """Every number in a tree."""
    if isinstance(tree, dict):
        return set().union(*map(numbers, tree.values()))
    if isinstance(tree, list):
        return set().union(*map(numbers, tree))
    return {tree}


def sorted_json(tree: Any) -> str:
    """A tree as text: the order of keys depends on the layers as well, and does not count."""
    return json.dumps(tree, sort_keys=True)


def yaml_of(tree: Mapping[str, Any]) -> str:
    """A tree as YAML with a comment on every line of its top level."""
    return "".join(f"{key}: {value}  # {key} of base\n" for key, value in tree.items()) or "{}\n"


@settings(max_examples=max(5, settings().max_examples // 2))
@given(base=BASES, profile=OTHERS, local=OTHERS, variables=VARIABLES, changes=CHANGES)
def test_a_saved_tree_is_what_is_served_or_is_refused(
    base: Any, profile: Any, local: Any, variables: dict[str, int], changes: list[tuple[str, str | None, int | None]]
) -> None:
    """Nothing of another layer comes into the base, lines that are not concerned stay, a refusal writes nothing."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        home = Path(folder)
        (home / "schemas").mkdir()
        (home / "schemas" / "x.schema.json").write_text('{"properties": {"c": {"default": 190}}}')
        file = home / "x.yaml"
        file.write_text(yaml_of(base))
        (home / "x.prod.yaml").write_text(str(profile))
        (home / "x.local.yaml").write_text(str(local))
        environ = {f"SETPOINT_X__{key.upper()}": str(value) for key, value in variables.items()}
        with ConfigSystem(home, environ=environ, profile="prod") as system:
            try:
                before = system.load_config("x")
            except ConfigValidationError:  # a variable does not fit what the layers below it say
                return
            tree = changed(before.to_dict(), changes)
            text = file.read_bytes()
            try:
                system.save_config("x", tree)
            except UsageError:
                assert file.read_bytes() == text
                assert not same(tree, before), "refused to change nothing"
                assert system.load_config("x") is before
                return
            assert sorted_json(system.load_config("x").to_dict()) == sorted_json(tree)
        with ConfigSystem(home, environ=environ, profile="prod") as fresh:
            assert sorted_json(fresh.load_config("x").to_dict()) == sorted_json(tree)
        after = decode(file.read_bytes(), "yaml")
        assert not numbers(after) & set(LEAKS), f"leaked into {after}"
        if same(tree, before):
            assert file.read_bytes() == text
        lines = file.read_text().splitlines()
        assert isinstance(after, dict)
        for key, value in base.items():
            if key in after and same(after[key], value):
                assert f"{key}: {value}  # {key} of base" in lines
