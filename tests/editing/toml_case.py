"""One change of a TOML text, made and proved as ``edit`` does it, for the tests of TOML's own part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from setpoint.budget import DEFAULT_BUDGET
from setpoint.editing.guard import Draft
from setpoint.editing.outcome import outcome
from setpoint.editing.toml import TomlSource, read
from setpoint.formats import decode

if TYPE_CHECKING:
    from setpoint.editing.change import Change
    from setpoint.tree import Tree


def draft_of(text: str) -> Draft:
    """A text as the editing room has it."""
    data = text.encode()
    return Draft(data, decode(data, "toml"), "toml", DEFAULT_BUDGET, read)


def made(draft: Draft, change: Change) -> tuple[str, Tree]:
    """The text and tree that a change makes. The guard compares tree, order, comments and untouched text."""
    source = draft.source
    assert isinstance(source, TomlSource)
    settled = source.settled(change)
    wanted = outcome(draft.tree, settled)
    result = draft.edited(source.splices(settled), wanted)
    return result.data.decode(), wanted


def changed(text: str, change: Change) -> str:
    """The text that a change makes of another."""
    return made(draft_of(text), change)[0]


def at(tree: Any, parts: tuple[str | int, ...]) -> Any:
    """The value at a place of a tree."""
    for part in parts:
        tree = tree[part]
    return tree
