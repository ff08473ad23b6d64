"""The built-in migrations, on trees."""

from __future__ import annotations

import copy
import itertools
import json
from typing import Any

import pytest
from builtin_documents import DAY, DOCUMENTS, VERSIONS, Document, carried, family, fitting, named

from setpoint.errors import MigrationError
from setpoint.migration.builtin import builtin
from setpoint.migration.graph import Graph
from setpoint.migration.trial import check_examples, round_trips
from setpoint.schemas import builtin as schemas
from setpoint.tree import same

UPWARD = [
    (document, end)
    for document in DOCUMENTS
    for end in VERSIONS[document.kind][VERSIONS[document.kind].index(document.version) + 1 :]
]
# Where no agent is named, there is nothing to make a list of names of; that has a test of its own.
DOWNWARD = [
    (document, end)
    for document in DOCUMENTS
    for end in VERSIONS[document.kind][: VERSIONS[document.kind].index(document.version)]
    if document.kind == "coordinates" or end != "1.0.0" or "aliases" in document.tree["agents"]
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=repr)
def test_a_generation_is_told_by_its_shape(document: Document) -> None:
    """One schema accepts the document, and all others refuse it."""
    assert fitting(document.kind, document.tree) == [document.version]
    assert family(document.kind).choose(document.tree).version == document.version


@pytest.mark.parametrize(("document", "end"), UPWARD, ids=repr)
def test_up_gives_a_document_of_the_version(document: Document, end: str) -> None:
    """The result says its version, and only the schema of that version accepts it."""
    before = copy.deepcopy(document.tree)
    found = carried(document.kind, document.tree, document.version, end)
    assert same(document.tree, before)
    assert found.tree["version"] == end
    assert [problem.message for problem in family(document.kind).at(end).problems(found.tree)] == []
    assert fitting(document.kind, found.tree) == [end]


@pytest.mark.parametrize(("document", "end"), DOWNWARD, ids=repr)
def test_down_gives_a_document_of_the_version(document: Document, end: str) -> None:
    """A document that never was of the earlier version gets its shape as well, and nothing of it is lost."""
    found = carried(document.kind, document.tree, document.version, end)
    assert found.lost == ()
    assert [problem.message for problem in family(document.kind).at(end).problems(found.tree)] == []
    assert fitting(document.kind, found.tree) == [end]


@pytest.mark.parametrize(("document", "end"), UPWARD, ids=repr)
def test_up_and_then_down_is_the_very_same_tree(document: Document, end: str) -> None:
    """With what the way up kept, values, types and the order of keys are back."""
    up = carried(document.kind, document.tree, document.version, end)
    kept = json.loads(json.dumps(up.kept))
    down = carried(document.kind, up.tree, end, document.version, kept=kept)
    assert same(down.tree, document.tree)
    assert down.lost == ()


@pytest.mark.parametrize(("document", "end"), UPWARD, ids=repr)
def test_up_and_then_down_without_what_was_kept_loses_no_value(document: Document, end: str) -> None:
    """When nothing is known of the way up, all is back but for the stamp, a date that was set, and the order."""
    up = carried(document.kind, document.tree, document.version, end)
    down = carried(document.kind, up.tree, end, document.version)
    assert down.lost == ()
    expected = {**document.tree, "version": document.version}
    if document.kind == "coordinates":
        expected.setdefault("last_updated", DAY)
    assert down.tree == expected


@pytest.mark.parametrize(("document", "end"), DOWNWARD, ids=repr)
def test_down_and_then_up_loses_no_value(document: Document, end: str) -> None:
    """What the earlier version has no place for is put aside, and taken back by the later one."""
    down = carried(document.kind, document.tree, document.version, end)
    up = carried(document.kind, down.tree, end, document.version)
    more = {key: value for key, value in up.tree.items() if key not in document.tree}
    assert {key: up.tree[key] for key in document.tree} == document.tree
    assert more.pop("x-v1-agents", {}).keys() <= {"count"}
    assert more.pop("x-v1-communication", {}) == {}
    assert more.pop("version", document.version) == document.version
    assert more.pop("last_updated", DAY) == DAY
    assert more == {}
    again = carried(document.kind, up.tree, document.version, end, kept=up.kept)
    assert same(again.tree, down.tree)


@pytest.mark.parametrize(("document", "end"), UPWARD, ids=repr)
def test_a_migrated_document_is_not_migrated_further(document: Document, end: str) -> None:
    """A second time, there is nothing left to do."""
    tree = document.tree
    for hop in Graph(builtin(document.kind, DAY)).path(document.version, end):
        tree = hop.migration.up(tree)
        assert hop.migration.operations(tree) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=repr)
def test_the_same_document_gives_the_same_result(document: Document) -> None:
    """Two sets of migrations made for the same day agree, in what they do and in what they keep."""
    one, other = (
        carried(document.kind, document.tree, document.version, VERSIONS[document.kind][-1]) for _ in range(2)
    )
    assert same(one.tree, other.tree)
    assert one.operations == other.operations
    assert one.kept == other.kept


def test_only_kinds_with_several_versions_have_migrations() -> None:
    """Every step from one version of a built-in schema to the next has its migration, and nothing else has one."""
    for kind in ("coordinates", "unified_config"):
        versions = [str(version) for version in schemas(kind)]
        assert [(step.from_version, step.to_version) for step in builtin(kind)] == list(itertools.pairwise(versions))
        assert all(step.document == kind and step.reversible and step.description for step in builtin(kind))
    assert builtin("messaging") == builtin("discord_channels") == builtin("unified") == []


def test_the_examples_come_out_as_they_say() -> None:
    """Each migration carries one, valid before and after."""
    for kind in VERSIONS:
        for migration in builtin(kind, DAY):
            assert check_examples(migration) == []
            assert migration.examples
            for example in migration.examples:
                assert fitting(kind, example["before"]) == [migration.from_version]
                stamped = {**example["after"], "version": migration.to_version}
                assert fitting(kind, stamped) == [migration.to_version]


@pytest.mark.parametrize("kind", sorted(VERSIONS))
def test_what_setpoint_tries_itself_finds_nothing(kind: str) -> None:
    """The round trips that anybody's migrations are tried with, on all documents here."""
    trees = {version: [one.tree for one in named(kind, version, DOCUMENTS)] for version in VERSIONS[kind]}
    trips = round_trips(Graph(builtin(kind, DAY)), trees)
    assert [str(finding) for finding in trips.findings] == []
    assert (trips.checked, trips.blocked) == (sum(len(found) for found in list(trees.values())[:-1]), 0)


def test_each_step_says_what_it_does() -> None:
    """A plan can list them."""
    for kind in VERSIONS:
        for migration in builtin(kind):
            texts = [str(step) for step in migration.steps]
            assert all(text and "object at" not in text for text in texts)
            assert len(set(texts)) == len(texts)


def test_old_addresses_lead_to_new_ones() -> None:
    """A variable that goes by an old name can be told the new one."""
    first, second = builtin("unified_config")
    addresses = {
        "system.debug_mode": "system.debug",
        "system.log_level": "system.log_level",
        "agents.count": "x-v1-agents.count",
        "agents.names": None,
        "agents.names.0": None,
        "agents.roles.Agent-1": "x-v1-agents.roles.Agent-1",
        "paths.agent_coords": "agents.coordinates.source",
        "paths.logs": "runtime.logs",
        "communication.retry_delay": "messaging.queue.retry_base_delay",
        "communication.tags": "x-v1-communication.tags",
        "performance.cache_ttl": "x-v1-performance.cache_ttl",
    }
    for old, new in addresses.items():
        assert first.renamed(tuple(old.split("."))) == (None if new is None else tuple(new.split(".")))
    assert second.renamed(("system", "debug")) == ("system", "debug")
    (only,) = builtin("coordinates")
    assert only.renamed(("validation_rules", "min_x")) == ("validation_rules", "coordinate_bounds", "min_x")
    assert only.renamed(("validation_rules", "require_positive")) == ("coordinate_system", "multi_monitor_support")
    assert only.renamed(("agents", "Agent-1", "active")) == ("agents", "Agent-1", "active")


@pytest.mark.parametrize(
    ("kind", "number", "damage"),
    [
        ("coordinates", 4, {"together": [{}]}),
        ("coordinates", 4, {"aside": 3}),
        ("coordinates", 1, {"back": [["Agent-1", 0]]}),
        ("unified_config", 13, {"back": [[["Agent-1"], -1]]}),
    ],
)
def test_what_was_kept_and_is_damaged_is_refused(kind: str, number: int, damage: Any) -> None:
    """A way down with a record that makes no sense changes nothing and says so."""
    document = named(kind, "2.0.0")[0]
    steps: list[Any] = [{} for _ in builtin(kind)[0].steps]
    steps[number] = damage
    kept = [{"from": "1.0.0", "to": "2.0.0", "steps": steps}]
    with pytest.raises(MigrationError, match="damaged"):
        carried(kind, document.tree, "2.0.0", "1.0.0", kept=kept)
