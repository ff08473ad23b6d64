"""After the smallest of changes a text need not be read again: what is known of it moves along."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wild import sample
from yaml_case import draft_of
from yaml_odd_texts import Maker

from setpoint.editing.edit import edit, edit_again
from setpoint.editing.guard import UnprovedError
from setpoint.editing.operation import Set
from setpoint.editing.splice import Splice, spliced
from setpoint.editing.yaml_outline import Outline
from setpoint.errors import ConfigParseError
from setpoint.formats import decode, text_of
from setpoint.formats.decoded import Decoded

WORDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,11}", fullmatch=True)
TEXT = b"a: 1  # one\nb: [2, three]\nc:\n  - d: four\n"


def odd(seed: int) -> str:
    """A text of odd styles, or one as they are found in the wild."""
    rng = random.Random(seed)
    if seed % 2:
        return Maker(rng).text()
    file = sample(seed)
    return text_of(file.data) if file.format == "yaml" else "a: 1"


@given(st.integers(0, 2**32), st.data())
def test_an_outline_that_was_carried_is_the_one_that_is_read(seed: int, data: st.DataObject) -> None:
    """For every scalar of every text: it is carried only where another word stands, and then nothing differs."""
    text = odd(seed)
    try:
        draft_of(text)
    except ConfigParseError:
        return
    outline = Outline(text)
    scalars = [number for number, kind in enumerate(outline.kinds) if kind not in "m{s[.*"]
    if not scalars:
        return
    number = data.draw(st.sampled_from(scalars))
    word = data.draw(WORDS)
    splice = Splice(outline.starts[number], outline.ends[number], word)
    after = spliced(text, [splice])
    carried = outline.after(splice, after)
    if carried is None:
        return
    read = Outline(after)
    for name in ("kinds", "starts", "ends", "values", "partners", "anchors", "aliases", "root", "opened", "closed"):
        assert getattr(carried, name) == getattr(read, name), name
    assert carried.page.text == read.page.text


@given(st.lists(st.one_of(WORDS, st.integers(-9, 10**6), st.sampled_from(["", "x y", "# no", None, True])), max_size=6))
@example(["true", "1", 1, "x: y"])
def test_edits_on_end_come_to_the_same_as_each_by_itself(values: list[object]) -> None:
    """What an edit gives is edited again with what it knows, or as bytes that nobody has seen: the same comes out."""
    for path in (("a",), ("b", 1), ("c", 0, "d")):
        carried = fresh = TEXT
        for value in values:
            carried = edit_again(carried, Set(path, value), "yaml")
            fresh = edit(fresh, Set(path, value), "yaml")
            assert carried == fresh
            assert type(fresh) is bytes
            assert decode(carried, "yaml") == decode(bytes(carried), "yaml")


def test_a_word_for_a_word_is_carried() -> None:
    """The source of the new text is there before anybody asks; after any other change it is not."""
    after = edit_again(TEXT, Set(("a",), 200), "yaml")
    assert isinstance(after, Decoded)
    assert after.source is not None
    other = edit_again(after, Set(("a",), "x: y"), "yaml")
    assert isinstance(other, Decoded)
    assert other.source is None


def test_what_is_known_of_bytes_is_of_one_format_and_budget() -> None:
    """Bytes that were decoded as YAML are decoded anew as JSON, and are refused there."""
    after = edit_again(TEXT, Set(("a",), 200), "yaml")
    with pytest.raises(ConfigParseError):
        decode(after, "json")


def test_a_carried_source_does_not_hide_what_an_edit_would_harm() -> None:
    """The proof reads the new bytes, whatever the source says."""
    draft = draft_of(TEXT.decode())
    edited = draft.edited([Splice(3, 4, "2")], {**decode(TEXT, "yaml"), "a": 2})  # type: ignore[dict-item]
    with pytest.raises(UnprovedError, match="mean something else"):
        edited.edited([Splice(0, 1, "z")], edited.tree)
