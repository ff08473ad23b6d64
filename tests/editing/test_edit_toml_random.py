"""Any change of any odd TOML text: the tree that was meant, no comment lost, no other line touched."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toml_case import at, draft_of, made
from toml_texts import SCALARS, STRINGS, Writer, any_change, places

from setpoint.editing.change import Insert, Move, Refusal, Remove, Rename, Replace
from setpoint.editing.toml import read
from setpoint.formats import decode, locate

if TYPE_CHECKING:
    from setpoint.editing.change import Change

# One number makes one text and one change: drawn by hypothesis bit by bit they would cost ten times as much.
SEEDS = st.integers(0, 2**64 - 1)


def comments_of(text: str) -> Counter[str]:
    """Every comment of a text, found character by character."""
    found: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character == "#":
            end = position
            while end < len(text) and text[end] not in "\r\n":
                end += 1
            found.append(text[position:end])
            position = end
        elif character in "\"'":
            quote = character * 3 if text.startswith(character * 3, position) else character
            position += len(quote)
            while not text.startswith(quote, position):
                position += 2 if character == '"' and text[position] == "\\" else 1
            position += len(quote)
            while len(quote) == 3 and text.startswith(character, position):
                position += 1
        else:
            position += 1
    return Counter(found)


def is_part_of(few: list[str], many: list[str]) -> bool:
    """True when lines stand in the same order among others."""
    rest = iter(many)
    return all(any(line == other for other in rest) for line in few)


def check_untouched(text: str, new: str, change: Change, tree: Any) -> None:
    """The lines of other entries are there, as they were and in their order."""
    old_lines, new_lines = text.splitlines(), new.splitlines()
    lost = sum((Counter(old_lines) - Counter(new_lines)).values())
    come = sum((Counter(new_lines) - Counter(old_lines)).values())
    if isinstance(change, Insert):
        # An array on one line, and the comma of a last item, change in their line.
        assert is_part_of(old_lines, new_lines) or lost == 1
    elif isinstance(change, Remove) and not (
        isinstance(change.parts[-1], int) and len(at(tree, change.parts[:-1])) == 1
    ):
        # The dotted keys of a table inside an inline one may stand on several lines.
        assert is_part_of(new_lines, old_lines) or come <= 1 or isinstance(at(tree, change.parts), dict)
    elif isinstance(change, Rename):
        assert len(old_lines) == len(new_lines)
    elif isinstance(change, Replace) and not isinstance(at(tree, change.parts), dict | list):
        place = locate(text.encode(), "toml").find(change.parts)
        assert place is not None
        assert new.startswith(text[: place.start])
        assert new.endswith(text[place.end :])


def check_comments(text: str, new: str, change: Change) -> None:
    """No comment is new; none goes by a new entry, a new name or a move."""
    before, after = comments_of(text), comments_of(new)
    assert not after - before
    if isinstance(change, Insert | Rename | Move):
        assert after == before


def check(random: Random, kind: type[Change]) -> None:
    text = Writer(random).text()
    draft = draft_of(text)
    change = any_change(random, draft.tree, kind)
    if change is None:
        return
    try:
        new, _ = made(draft, change)
    except Refusal as refusal:
        assert refusal.reason
        return
    check_comments(text, new, change)
    check_untouched(text, new, change, draft.tree)
    assert new.endswith("\n") == text.endswith("\n") or not text or not new


@given(seed=SEEDS)
def test_replace(seed: int) -> None:
    """A value becomes any other, and only its own text changes."""
    check(Random(seed), Replace)


@given(seed=SEEDS)
def test_insert(seed: int) -> None:
    """A new entry comes anywhere, and every line stays."""
    check(Random(seed), Insert)


@given(seed=SEEDS)
def test_remove(seed: int) -> None:
    """An entry goes, and the other lines stay."""
    check(Random(seed), Remove)


@given(seed=SEEDS)
def test_rename(seed: int) -> None:
    """A key gets another name, and no line comes or goes."""
    check(Random(seed), Rename)


@given(seed=SEEDS)
def test_move(seed: int) -> None:
    """An entry goes to another place, and every comment is still there."""
    check(Random(seed), Move)


@pytest.mark.parametrize("old", SCALARS)
def test_any_text_takes_the_place_of_any_value(old: str) -> None:
    """Whatever a string holds, it is read back as it was, and nothing breaks out of it."""
    draft = draft_of(f"a = {old} # note\n[b]\nc = 1\n")
    for value in STRINGS:
        new, tree = made(draft, Replace(("a",), value))
        assert decode(new.encode(), "toml") == {"a": value, "b": {"c": 1}} == tree
        assert new.endswith(" # note\n[b]\nc = 1\n")


@given(value=st.text(), old=st.sampled_from(SCALARS), key=st.text())
def test_any_text_at_all(value: str, old: str, key: str) -> None:
    """Every string that UTF-8 can write is a value and a key."""
    draft = draft_of(f"[t]\nx = {old}\n")
    new, _ = made(draft, Replace(("t", "x"), value))
    assert decode(new.encode(), "toml") == {"t": {"x": value}}
    if key != "x":
        new, _ = made(draft, Insert(("t",), 1, key, value))
        assert list(decode(new.encode(), "toml")["t"]) == ["x", key]  # type: ignore[index, call-overload]


@given(
    value=st.one_of(st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False, allow_infinity=False), st.booleans())
)
def test_any_number(value: float) -> None:
    """Every number comes back with its value and its type."""
    for old in ("1", "1_000", "0xFF", "1.5", "true", '"x"'):
        new, _ = made(draft_of(f"a = {old}\n"), Replace(("a",), value))
        back = decode(new.encode(), "toml")["a"]  # type: ignore[index, call-overload]
        assert repr(back) == repr(value)


@given(seed=SEEDS)
def test_many_changes_one_after_the_other(seed: int) -> None:
    """A text that has been changed is as good a text to change as any."""
    random = Random(seed)
    draft = draft_of(Writer(random).text())
    for _ in range(5):
        change = any_change(random, draft.tree)
        if change is None:
            continue
        try:
            new, _ = made(draft, change)
        except Refusal:
            continue
        draft = draft_of(new)


@given(seed=SEEDS)
def test_no_place_is_unknown(seed: int) -> None:
    """Every place of the tree is found in the text, and says whether comments are in it."""
    text = Writer(Random(seed)).text()
    tree = decode(text.encode(), "toml")
    source = read(text, tree)
    assert Counter(source.census()) == comments_of(text)
    for parts in places(tree):
        if source.holds_marks(parts):
            assert source.census()
