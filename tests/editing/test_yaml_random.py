"""Random changes of random YAML texts in odd styles: proved, or refused for a reason."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from yaml_case import draft_of
from yaml_odd_texts import Maker, change_of

from setpoint.editing.change import Refusal, Rename
from setpoint.editing.guard import UnprovedError
from setpoint.editing.outcome import outcome
from setpoint.editing.splice import spliced
from setpoint.editing.yaml_outline import COLLECTIONS, Outline
from setpoint.errors import ConfigParseError
from setpoint.formats import locate
from setpoint.tree import same

if TYPE_CHECKING:
    from setpoint.editing.guard import Draft

SEEDS = st.integers(0, 2**32)


def made(seed: int) -> tuple[random.Random, Draft] | None:
    """A random text, unless its oddities made it one that is no YAML."""
    rng = random.Random(seed)
    try:
        return rng, draft_of(Maker(rng).text())
    except ConfigParseError:
        return None


def outcome_of(seed: int, kinds: str) -> str:
    """Make one random change; say what became of it."""
    text = made(seed)
    if text is None:
        return "no text"
    rng, draft = text
    change = change_of(rng, draft.tree, kinds)
    if change is None or same(wanted := outcome(draft.tree, change), draft.tree):
        return "no change"
    try:
        splices = draft.source.splices(change)
    except Refusal:
        return "refused"
    ends = [0, *(splice.end for splice in splices)]
    assert all(before <= splice.start <= splice.end for before, splice in zip(ends, splices, strict=False))
    try:
        after = draft.edited(splices, wanted)
    except UnprovedError:
        return "unproved"
    if isinstance(change, Rename):
        assert draft.text.count("\n") == after.text.count("\n")
    kept, new = Counter(lines_of(draft.text)), Counter(lines_of(after.text))
    touched = Counter(line for splice in splices for line in lines_around(draft.text, splice.start, splice.end))
    assert not kept - new - touched, "a line that was not touched is gone"
    assert after.text == spliced(draft.text, splices).replace("\r\r\n", "\r\n") or "\r" in draft.text
    return "done"


def lines_around(text: str, start: int, end: int) -> list[str]:
    """The lines on which a stretch of the text stands."""
    first = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    stops = [at for at in (text.find("\n", end), text.find("\r", end)) if at >= 0]
    return lines_of(text[first : min(stops, default=len(text))])


def lines_of(text: str) -> list[str]:
    """The lines of a text without their line breaks, which are those of YAML and no others."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@given(seed=SEEDS)
def test_any_change_is_made_or_refused(seed: int) -> None:
    """A change leads to a text that means what it should with every comment in it, or it is refused."""
    outcome_of(seed, "RIDNM")


def test_few_changes_are_refused() -> None:
    """Nearly all changes are made, and what the guard must stop is rarer still."""
    counts = Counter(outcome_of(seed, "RIDN") for seed in range(400))
    assert counts["done"] > 300
    assert counts["unproved"] == 0
    assert counts["refused"] <= counts["done"] * 0.03
    moves = Counter(outcome_of(seed, "M") for seed in range(200))
    assert moves["done"] > 100
    assert moves["unproved"] <= 1
    assert moves["refused"] <= moves["done"] * 0.1


@given(seed=SEEDS)
def test_values_stand_where_they_are_located(seed: int) -> None:
    """The outline that edits go by agrees with the places that messages name."""
    text = made(seed)
    if text is None:
        return
    draft = text[1]
    outline = Outline(draft.text)
    if outline.root < 0:
        return
    assert sorted(outline.starts) == outline.starts
    waiting = [(outline.root, locate(draft.data, "yaml"))]
    while waiting:
        number, place = waiting.pop()
        if not outline.is_empty(number):
            assert (outline.start(number), outline.end(number)) == (place.start, place.end)
        if outline.kinds[number] in COLLECTIONS:
            for index, (key, value) in enumerate(outline.children(number)):
                if key < 0:
                    assert isinstance(place.children, list)
                    waiting.append((value, place.children[index]))
                elif not outline.is_merge(key):
                    assert isinstance(place.children, dict)
                    waiting.append((value, place.children[outline.word(key)]))
