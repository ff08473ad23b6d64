"""Changes by chance in odd JSON and JSONC texts: what must hold whatever they look like."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_case import applied, change_text
from json_texts import change_of, text_of, tree_of

from setpoint.editing.change import Insert, Move, Remove, Rename, Replace
from setpoint.editing.json import read
from setpoint.editing.json_moving import chained
from setpoint.editing.splice import Splice, spliced
from setpoint.formats import decode, locate

CHANCES = st.integers(0, 2**48).map(Random)
FORMATS = pytest.mark.parametrize("format_name", ["json", "jsonc"])


def some(chance: Random, format_name: str, kind: type) -> tuple[str, Any]:
    """A text, and a change of this kind that fits it or None."""
    text = text_of(chance, comments=format_name == "jsonc")
    return text, change_of(chance, decode(text.encode(), format_name), kind)


def lost_lines(old: str, new: str) -> Counter[str]:
    """The lines of the old text that the new one does not have."""
    return Counter(re.split(r"\r\n|\n|\r", old)) - Counter(re.split(r"\r\n|\n|\r", new))


@FORMATS
@pytest.mark.parametrize("kind", [Replace, Insert, Remove, Rename, Move])
@given(chance=CHANCES)
def test_the_tree_is_the_intended_one_and_no_comment_is_lost(kind: type, format_name: str, chance: Random) -> None:
    """After any change the text decodes to the intended tree, and has every comment that was not dropped on purpose."""
    text, change = some(chance, format_name, kind)
    if change is not None:
        change_text(text, change, format_name)


@FORMATS
@given(chance=CHANCES)
def test_a_replacement_touches_the_value_only(format_name: str, chance: Random) -> None:
    """Everything before and behind the value that is replaced stays, byte by byte."""
    text, change = some(chance, format_name, Replace)
    place = locate(text.encode(), format_name).find(change.parts)
    assert place is not None
    for splice in read(text, None).splices(change):
        assert (splice.start, splice.end) == (place.start, place.end)


@FORMATS
@given(chance=CHANCES)
def test_a_new_key_touches_the_key_only(format_name: str, chance: Random) -> None:
    """Everything before and behind the key that is renamed stays, byte by byte."""
    text, change = some(chance, format_name, Rename)
    if change is not None:
        place = locate(text.encode(), format_name).find(change.parts)
        assert place is not None
        for splice in read(text, None).splices(change):
            assert (splice.start, splice.end) == (place.key_start, place.key_end)


@FORMATS
@given(chance=CHANCES)
def test_an_insertion_takes_nothing_but_white_space(format_name: str, chance: Random) -> None:
    """A new entry costs no character but white space, and changes at most one line of the others."""
    text, change = some(chance, format_name, Insert)
    if change is None:
        return
    splices = read(text, None).splices(change)
    assert not "".join(text[splice.start : splice.end] for splice in splices).strip(" \t\r\n")
    assert sum(bool(line.strip()) for line in lost_lines(text, applied(text, splices)).elements()) <= 1


@FORMATS
@given(chance=CHANCES)
def test_a_removal_takes_the_entry_its_comments_and_commas(format_name: str, chance: Random) -> None:
    """What goes with an entry is its text, whole comments, at most two commas, and white space."""
    text, change = some(chance, format_name, Remove)
    if change is None:
        return
    splices = read(text, None).splices(change)
    place = locate(text.encode(), format_name).find(change.parts)
    assert place is not None
    start = place.start if place.key_start < 0 else place.key_start
    gone = ""
    for splice in splices:
        assert splice.text in ("", ",")
        if splice.start <= start and place.end <= splice.end:
            gone += text[splice.start : start] + text[place.end : splice.end]
        else:
            gone += text[splice.start : splice.end]
    gone = re.sub(r"//[^\r\n]*|/\*.*?\*/", " ", gone, flags=re.DOTALL)
    assert gone.count(",") <= 2
    assert not gone.replace(",", "").strip(" \t\r\n")


@FORMATS
@given(chance=CHANCES)
def test_a_move_carries_the_text_of_the_value(format_name: str, chance: Random) -> None:
    """A value that moves keeps its text, but for the indentation of its lines."""
    text, change = some(chance, format_name, Move)
    if change is None:
        return
    place = locate(text.encode(), format_name).find(change.parts)
    assert place is not None
    after = applied(text, read(text, None).splices(change))
    assert flat(text[place.start : place.end]) in flat(after)


def flat(text: str) -> str:
    return re.sub(r"(?:\r\n|\n|\r)[ \t]*", "\n", text)


@given(chance=CHANCES)
def test_what_was_removed_can_be_put_back(chance: Random) -> None:
    """Removing an entry and inserting it again gives the tree of the first text."""
    text = text_of(chance, comments=True)
    tree = decode(text.encode(), "jsonc")
    change = change_of(chance, tree, Remove)
    if change is None:
        return
    *above, last = change.parts
    holder = tree
    for part in above:
        holder = holder[part]
    position, key = (last, None) if isinstance(holder, list) else (list(holder).index(last), last)
    back = Insert(tuple(above), position, key, holder[last])
    again = change_text(change_text(text, change), back)
    assert repr(decode(again.encode(), "jsonc")) == repr(tree)


@given(chance=CHANCES)
def test_many_changes_one_after_the_other(chance: Random) -> None:
    """A text that was changed is as good a text as any: ten changes in a row hold what each promises."""
    text = text_of(chance, comments=True)
    for _ in range(10):
        tree = decode(text.encode(), "jsonc")
        change = change_of(chance, tree, chance.choice([Replace, Insert, Insert, Remove, Rename, Move]))
        if change is not None and (not isinstance(change, Replace) or change.parts):
            text = change_text(text, change)


@given(chance=CHANCES)
def test_two_changes_of_a_text_told_as_one(chance: Random) -> None:
    """Chained splices make of the first text what the two lists make one after the other."""
    text = "".join(chance.choices("abcdefgh", k=chance.randint(0, 12)))
    first = random_splices(chance, len(text))
    middle = spliced(text, first)
    second = random_splices(chance, len(middle))
    one = chained(len(text), first, second)
    assert spliced(text, one) == spliced(middle, second)
    assert all(a.end <= b.start for a, b in pairwise(one))


def random_splices(chance: Random, length: int) -> list[Splice]:
    offsets = sorted(chance.choices(range(length + 1), k=2 * chance.randint(0, 3)))
    return [Splice(*pair, chance.choice(["", "X", "YZ"])) for pair in zip(offsets[::2], offsets[1::2], strict=True)]


@given(chance=CHANCES)
def test_a_value_written_anew_is_read_back(chance: Random) -> None:
    """Any tree that replaces a document of one line or of several is read back the same, in both formats."""
    tree = tree_of(chance)
    for text in ("{}", '{\n "a": [1]\n}', "\r\n[ ]\r\n", '{"\\u00fc":1}'):
        for format_name in ("json", "jsonc"):
            change_text(text, Replace((), tree), format_name)
