"""What the tests of YAML edits share: a change made and proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from setpoint.budget import DEFAULT_BUDGET
from setpoint.editing.change import Move, Refusal
from setpoint.editing.guard import Draft
from setpoint.editing.outcome import outcome
from setpoint.editing.yaml import read
from setpoint.formats import decode

if TYPE_CHECKING:
    from setpoint.editing.change import Change


def draft_of(text: str) -> Draft:
    """A YAML text, read and ready to be edited."""
    data = text.encode()
    return Draft(data, decode(data, "yaml"), "yaml", DEFAULT_BUDGET, read)


def changed(text: str, change: Change) -> str:
    """The text after a change, proved: it means what the change of the tree means, and no comment is lost."""
    draft = draft_of(text)
    splices = draft.source.splices(change)
    if isinstance(change, Move):
        assert not [mark for splice in splices for mark in splice.dropped], "what moves drops nothing"
    return draft.edited(splices, outcome(draft.tree, change)).data.decode()


def refusal(text: str, change: Change) -> Refusal:
    """The refusal of a change, which must be refused."""
    try:
        draft_of(text).source.splices(change)
    except Refusal as found:
        return found
    raise AssertionError("it was not refused")


def value_of(text: str) -> Any:
    """What a YAML text means."""
    return decode(text.encode(), "yaml")
