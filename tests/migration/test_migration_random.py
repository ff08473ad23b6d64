"""Random migrations over random documents: up and down again is the identity, on the tree and on untouched lines."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from hypothesis import event, given, note
from hypothesis import strategies as st
from migration_cases import DOCUMENTS, steps, yaml_text

from setpoint.editing.apply import apply
from setpoint.editing.edit import edit
from setpoint.editing.operation import Operation, Rename, Set
from setpoint.editing.unordered import same_but_for_order
from setpoint.errors import MigrationBlockedError
from setpoint.formats import decode
from setpoint.migration.carry import carry
from setpoint.migration.hop import Hop
from setpoint.migration.migration import Migration
from setpoint.tree import same


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], Migration]:
    """A document, and a migration of up to five steps each of which fits what those before it left."""
    document = draw(DOCUMENTS)
    tree: Any = document
    found = []
    for _ in range(draw(st.integers(1, 5))):
        step = draw(steps(tree))
        try:
            tree = step.up(tree)
        except MigrationBlockedError:
            event("a step blocked")
            continue
        found.append(step)
    return document, Migration("any", "1", "2", found)


def noted(case: tuple[dict[str, Any], Migration]) -> tuple[dict[str, Any], Migration]:
    """The case, whose steps are told when a test fails."""
    note(f"{case[0]!r}: {'; '.join(map(str, case[1].steps))}")
    return case


def touched(operations: list[Operation]) -> set[Any]:
    """The top-level keys that operations concern, before or after."""
    keys = {operation.path[0] for operation in operations if operation.path}
    keys |= {operation.to[0] for operation in operations if hasattr(operation, "to")}
    return keys | {one.key for one in operations if isinstance(one, Rename) and len(one.path) == 1}


@given(cases())
def test_up_and_down_again_is_the_identity(case: tuple[dict[str, Any], Migration]) -> None:
    """With what was kept, stored as JSON, down gives back the very same tree; nothing that was given is changed."""
    document, migration = noted(case)
    before = deepcopy(document)
    up = migration.raised(document)
    assert same(document, before)
    assert same(apply(document, up.operations), up.tree)
    event("changes something" if up.operations else "changes nothing")
    kept = json.loads(json.dumps(up.kept))
    after = deepcopy(up.tree)
    down = migration.lowered(up.tree, kept)
    assert same(up.tree, after)
    assert same(apply(up.tree, down.operations), down.tree)
    assert same(down.tree, document)
    assert not down.lost


@given(cases())
def test_the_text_follows_up_and_down(case: tuple[dict[str, Any], Migration]) -> None:
    """Edited by the operations, a commented text means the new tree; lines of what is not concerned stay."""
    document, migration = noted(case)
    text, chunks = yaml_text(document)
    up = migration.raised(document)
    raised = edit(text.encode(), up.operations, "yaml")
    assert same(decode(raised, "yaml"), up.tree)
    concerned = touched(up.operations)
    for key, chunk in chunks.items():
        if key not in concerned:
            assert chunk in raised.decode()
    down = migration.lowered(up.tree, up.kept)
    lowered = edit(raised, down.operations, "yaml")
    assert same(decode(lowered, "yaml"), document)
    for key, chunk in chunks.items():
        if key not in concerned | touched(down.operations):
            assert chunk in lowered.decode()


def without_null(tree: Any) -> bool:
    """True for a tree that TOML can hold."""
    if isinstance(tree, dict | list):
        return all(without_null(value) for value in (tree.values() if isinstance(tree, dict) else tree))
    return tree is not None


@given(cases(), st.sampled_from(["json", "toml"]))
def test_the_other_formats_follow_as_well(case: tuple[dict[str, Any], Migration], form: str) -> None:
    """JSON to the very same tree; TOML, which has no null and writes tables last, to the same but for the order."""
    document, migration = noted(case)
    up = migration.raised(document)
    if form == "json":
        text = json.dumps(document, indent=2, ensure_ascii=False).encode()
        assert same(decode(edit(text, up.operations, form), form), up.tree)
        return
    if not all(without_null(tree) for tree in (document, *(one.to_dict() for one in up.operations))):
        event("holds a null")
        return
    text = edit(b"", [Set((key,), value) for key, value in document.items()], form)
    again = migration.raised(decode(text, form))
    raised = decode(edit(text, again.operations, form), form)
    assert same_but_for_order(raised, again.tree)
    assert same_but_for_order(again.tree, up.tree)


@given(cases(), st.booleans())
def test_the_stamp_goes_up_and_down(case: tuple[dict[str, Any], Migration], there: bool) -> None:
    """Carried up, a document has the new version; carried down, it is again what it was, with its stamp or without."""
    document, migration = noted(case)
    if there:
        document = {**document, "version": "1"}
    up = carry([Hop(migration, forward=True)], document)
    assert up.tree["version"] == "2"
    assert same(apply(document, up.operations), up.tree)
    down = carry([Hop(migration, forward=False)], up.tree, kept=json.loads(json.dumps(up.kept)))
    assert same(down.tree, document)
    assert same(apply(up.tree, down.operations), down.tree)


@given(cases())
def test_down_without_what_was_kept_does_what_it_can(case: tuple[dict[str, Any], Migration]) -> None:
    """It gives a tree, whose operations make it, or says what is in the way."""
    document, migration = noted(case)
    up = migration.up(document)
    try:
        down = migration.lowered(up)
    except MigrationBlockedError as error:
        assert error.diagnostics
        return
    assert same(apply(up, down.operations), down.tree)
