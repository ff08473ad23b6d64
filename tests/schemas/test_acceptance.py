"""Documents that are right are accepted, by exactly one version."""

from __future__ import annotations

import copy
from typing import Any

import gallery
import pytest

from setpoint.schemas import builtin


@pytest.mark.parametrize("name", sorted(gallery.ACCEPTED))
def test_a_right_document_is_accepted(name: str) -> None:
    """The example project and other deployments of the same program are valid."""
    label = name.split("/", maxsplit=1)[0]
    assert gallery.faults(label, gallery.ACCEPTED[name]) == set()


@pytest.mark.parametrize("name", sorted(gallery.ACCEPTED))
def test_no_other_schema_accepts_it(name: str) -> None:
    """A document is of one kind and one version only."""
    tree = gallery.ACCEPTED[name]
    if not tree:
        # An empty document says nothing about what it is: it has a kind only by its name.
        assert name in ("discord_channels/empty.json", "settings/empty.toml")
        return
    accepting = [label for label, validator in gallery.VALIDATORS.items() if validator.is_valid(tree)]
    assert accepting == [name.split("/", maxsplit=1)[0]]


@pytest.mark.parametrize("kind", ["unified_config", "coordinates"])
def test_no_mixture_of_two_versions_is_accepted_by_both(kind: str) -> None:
    """With any section taken from another version's document, at most one version still accepts the document."""
    documents = [tree for name, tree in gallery.ACCEPTED.items() if name.startswith(f"{kind}@")]
    validators = [gallery.VALIDATORS[f"{kind}@{version}"] for version in builtin(kind)]
    mixtures = 0
    for one in documents:
        for other in documents:
            for key in {*one, *other}:
                mixed = {**one, key: other[key]} if key in other else {k: v for k, v in one.items() if k != key}
                assert sum(validator.is_valid(mixed) for validator in validators) <= 1
                mixtures += 1
    assert mixtures > 150


def test_a_stamp_of_another_version_is_refused_where_stamps_count() -> None:
    """A document cannot claim a shape that it does not have."""
    stamped: dict[str, Any] = copy.deepcopy(gallery.ACCEPTED["unified_config@2.1.0/minimal.yaml"])
    for stamp in ("2.0.0", "1.0.0", "2.2.0", 2.1, None):
        stamped["version"] = stamp
        assert gallery.faults("unified_config@2.1.0", stamped) == {("/version", "const")}


def test_a_2_0_0_document_may_leave_its_stamp_out() -> None:
    """Unified configurations and coordinates of shape 2.0.0 are told by their shape when they have no stamp."""
    for name in ("unified_config@2.0.0/stamped.yaml", "coordinates@2.0.0/full.json"):
        tree = dict(gallery.ACCEPTED[name])
        assert tree.pop("version") == "2.0.0"
        assert gallery.faults(name.split("/", maxsplit=1)[0], tree) == set()


def test_the_first_coordinates_may_claim_any_version() -> None:
    """Documents of the first shape carry the program's version at /version, and it changes nothing."""
    tree = dict(gallery.ACCEPTED["coordinates@1.0.0/full.json"])
    for stamp in ("2.0.0", "1.0.0", "0.3-beta"):
        tree["version"] = stamp
        assert gallery.faults("coordinates@1.0.0", tree) == set()
        assert not gallery.VALIDATORS["coordinates@2.0.0"].is_valid(tree)


@pytest.mark.parametrize("label", sorted(set(gallery.SCHEMAS) - {"settings"}))
def test_optional_sections_can_be_left_out(label: str) -> None:
    """Everything but the required keys of the document can be removed, one after the other."""
    tree = dict(gallery.FULLEST[label])
    required = gallery.SCHEMAS[label].get("required", [])
    for key in [key for key in tree if key not in required]:
        del tree[key]
        assert gallery.faults(label, tree) == set()


@pytest.mark.parametrize("label", sorted(set(gallery.SCHEMAS) - {"settings", "discord_channels"}))
def test_extensions_and_a_schema_address_are_allowed_at_the_top(label: str) -> None:
    """Keys that begin with x- and $schema are accepted in every kind with a closed top level."""
    tree = {**gallery.FULLEST[label], "x-mine": {"any": ["thing"]}, "$schema": "here.json"}
    assert gallery.faults(label, tree) == set()
    assert gallery.faults(label, {**tree, "mine": 1}) == {("", "additionalProperties")}
