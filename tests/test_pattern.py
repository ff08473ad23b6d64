"""Which places a pattern means."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.address import format_address
from setpoint.change import ABSENT, Change, differences
from setpoint.errors import UsageError
from setpoint.pattern import Pattern
from setpoint.tree import same

KEYS = st.sampled_from(["a", "b", "0", "1"])
VALUES = st.recursive(
    st.sampled_from([None, True, 0, 1, "x"]),
    lambda below: st.one_of(st.dictionaries(KEYS, below, max_size=3), st.lists(below, max_size=2)),
    max_leaves=10,
)
ROOTS = st.one_of(st.just(ABSENT), st.dictionaries(KEYS, VALUES, max_size=3))
PARTS = st.lists(st.sampled_from(["a", "b", "0", "*", "**"]), max_size=4)
DOCUMENTS = st.sampled_from(["doc", "other", "*", "**"])


def means(keys: list[str], place: list[str]) -> bool:
    """True when a pattern's keys stand for exactly this place."""
    if not keys:
        return not place
    if keys[0] == "**":
        return means(keys[1:], place) or (bool(place) and means(keys, place[1:]))
    return bool(place) and keys[0] in ("*", place[0]) and means(keys[1:], place[1:])


def wanted(keys: list[str], place: list[str]) -> bool:
    if not keys or keys[-1] not in ("*", "**"):
        return any(means(keys, place[:end]) for end in range(len(place) + 1))
    return means(keys, place)


def inside(value: Any) -> list[tuple[str | int, Any]]:
    return list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())


def model(keys: list[str], change: Change) -> list[Change]:
    """The topmost wanted places at or inside of a change, found by looking at every place there is."""
    if wanted(keys, [str(part) for part in change.parts]):
        return [] if same(change.before, change.after) else [change]
    news, olds = inside(change.after), inside(change.before)
    values = {str(part): value for part, value in olds}
    children = [(part, values.get(str(part), ABSENT), now) for part, now in news]
    children += [(part, was, ABSENT) for part, was in olds if str(part) not in {str(one) for one, _ in news}]
    found = []
    for part, was, now in children:
        found += model(keys, Change(change.document, (*change.parts, part), was, now))
    return found


@given(DOCUMENTS, PARTS, ROOTS, ROOTS)
def test_select_agrees_with_a_slow_model(document: str, keys: list[str], before: Any, after: Any) -> None:
    """It finds, in order, each change that is meant, and makes those of places inside of one."""
    pattern = Pattern(".".join([document, *keys]))
    expected: list[Change] = []
    if pattern.matches("doc"):
        for change in differences("doc", before, after):
            expected += model((["**"] if document == "**" else []) + keys, change)
    assert pattern.matches("doc") is (document != "other")
    assert list(pattern.select("doc", before, after)) == expected


@given(st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=4))
def test_any_keys_can_be_written(keys: list[str]) -> None:
    """A pattern of quoted keys means exactly the place with these keys, stars and brackets included."""
    text = "doc" + "".join(format_address([f".{key}"]).replace('[".', '["', 1) for key in keys)
    before: Any = 1
    after: Any = 2
    for key in reversed(keys):
        before, after = {key: before}, {key: after}
    assert [change.parts for change in Pattern(text).select("doc", before, after)] == [tuple(keys)]


BEFORE = {
    "queue": {"max": 1, "limits": {"low": 1, "high": 9}},
    "agents": [{"name": "one", "on": True}, {"name": "two", "on": True}],
    "odd": {"a.b": {"c": 1}, "*": 1},
    "mode": {"kind": "fast"},
}
AFTER = {
    "queue": {"max": 2, "limits": {"low": 2, "high": 9}},
    "agents": [{"name": "uno", "on": True}, {"name": "two", "on": True}, {"name": "three", "on": False}],
    "odd": {"a.b": {"c": 2}, "*": 2},
    "mode": "slow",
}


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("doc.queue.max", ["doc.queue.max"]),
        ("doc.queue", ["doc.queue.max", "doc.queue.limits.low"]),
        ("doc.queue.*", ["doc.queue.max"]),
        ("doc.queue.**", ["doc.queue.max", "doc.queue.limits.low"]),
        ("doc.queue.limits.high", []),
        ("doc.*.max", ["doc.queue.max"]),
        ("doc.**.low", ["doc.queue.limits.low"]),
        ("**.low", ["doc.queue.limits.low"]),
        ("*.queue.max", ["doc.queue.max"]),
        ("other.queue.max", []),
        ("doc.agents", ["doc.agents"]),
        ("doc.agents.0.name", ["doc.agents[0].name"]),
        ("doc.agents[0].name", ["doc.agents[0].name"]),
        ("doc.agents.1.name", []),
        ("doc.agents[2]", ["doc.agents[2]"]),
        ("doc.agents.*.name", ["doc.agents[0].name", "doc.agents[2].name"]),
        ("doc.agents[*]", ["doc.agents[0]", "doc.agents[2]"]),
        ("doc.agents.7", []),
        ('doc.odd["a.b"].c', ['doc.odd["a.b"].c']),
        ('doc.odd["*"]', ["doc.odd.*"]),
        ("doc.mode.kind", ["doc.mode.kind"]),
        ("doc.mode", ["doc.mode"]),
    ],
)
def test_what_patterns_mean(text: str, places: list[str]) -> None:
    """One level, any number of levels, plain places with all below, items of lists, quoted keys."""
    assert [change.address for change in Pattern(text).select("doc", BEFORE, AFTER)] == places


def test_a_place_inside_of_a_change_has_its_own_values() -> None:
    """Where a list or a mapping was replaced as a whole, the change is that of the place that was asked for."""
    (name,) = Pattern("doc.agents.0.name").select("doc", BEFORE, AFTER)
    assert tuple(name) == ("doc.agents[0].name", "one", "uno")
    assert name.pointer == "/agents/0/name"
    (added,) = Pattern("doc.agents[2].on").select("doc", BEFORE, AFTER)
    assert (added.before, added.after) == (ABSENT, False)
    (gone,) = Pattern("doc.mode.kind").select("doc", BEFORE, AFTER)
    assert (gone.before, gone.after) == ("fast", ABSENT)


def test_a_document_that_came_or_went_is_selected_from() -> None:
    """ABSENT stands for a document that is not there."""
    pattern = Pattern("doc.queue.*")
    assert [tuple(one) for one in pattern.select("doc", ABSENT, AFTER)] == [("doc.queue.max", ABSENT, 2)]
    assert [tuple(one) for one in pattern.select("doc", BEFORE, ABSENT)] == [("doc.queue.max", 1, ABSENT)]


def test_documents_in_folders_are_named() -> None:
    """A slash is part of a document's name."""
    pattern = Pattern("team/service.a")
    assert (pattern.document, pattern.matches("team/service"), pattern.matches("team")) == ("team/service", True, False)
    assert Pattern("*").document is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "names no document"),
        ('[""].a', "names no document"),
        (".a", "character 1: a key is missing"),
        ("a..b", "character 3: a key is missing"),
        ("a.", "character 3: a key is missing"),
        ("a.max_*", r'character 7: \* stands alone .* \["max_\*"\]'),
        ("a.***", r"character 3: \* stands alone"),
        ("team/*", r"character 6: \* stands alone"),
        ("a[x]", r"character 3: between \[ and \]"),
        ("a[1", r"character 4: expected '\]'"),
        ('a["b', "character 2: a quoted key is never closed"),
        ('a["b"c', r"character 6: expected '\]'"),
        ("a[0]b", r"character 5: expected '\.' or '\['"),
        ("a.[0]", "character 3: a '\\[' follows its key without a dot"),
    ],
)
def test_a_broken_pattern_is_shown_where_it_breaks(text: str, message: str) -> None:
    """The message names the character and what to write."""
    with pytest.raises(UsageError, match=message):
        Pattern(text)


@given(st.text(alphabet='ab.*[]"\\0/ ü', max_size=12))
def test_any_text_is_a_pattern_or_a_usage_error(text: str) -> None:
    """No text brings any other error, and a pattern can be used at once."""
    try:
        pattern = Pattern(text)
    except UsageError:
        return
    pattern.select("ab", BEFORE, AFTER)
    assert pattern == Pattern(text)
    assert hash(pattern) == hash(Pattern(text))
