"""JSONC: comments and trailing commas, and otherwise JSON as strict as ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.errors import ConfigParseError
from setpoint.formats import decode, locate
from setpoint.formats.jsonc import blanked

VALID = [
    ("// first\n{}", {}),
    ('{"a": 1, // why\r\n "b": 2 /* and\nwhy */ }', {"a": 1, "b": 2}),
    ('{"a": [1, 2,], }', {"a": [1, 2]}),
    ("[1, // one\n /* two */ ]", [1]),
    ('{"url": "http://x/*y*/,]", "q": "\\"// no"}', {"url": "http://x/*y*/,]", "q": '"// no'}),
    ("/**/1/***/", 1),
    ("1//", 1),
    ("[1 /* [ { */]", [1]),
    ("\ufeff// mark\n[]", []),
]

INVALID = [
    ("", "syntax", 1, 1, "empty"),
    ("// only\n", "syntax", 1, 1, "comments only"),
    ('{"a": 1} /* open', "syntax", 1, 10, "comment that starts here"),
    ("[1, /* é\n*/ x]", "syntax", 2, 4, "double quotes"),
    ("[,]", "syntax", 1, 2, "value is missing"),
    ("[1,,]", "syntax", 1, 4, "value is missing"),
    ("[1, /* */ ,]", "syntax", 1, 11, "value is missing"),
    ("{,}", "syntax", 1, 2, "entry is missing"),
    ('{"a":,}', "syntax", 1, 6, "value is missing"),
    ("# x\n1", "syntax", 1, 1, "comment starts with //"),
    ('["a // b\n]', "syntax", 1, 2, "not closed"),
    ("1 /", "syntax", 1, 3, "exactly one"),
    ("/* a /* b */ */ 1", "syntax", 1, 14, "found '*'"),
    ('{"a": 1, /* one\n */ "a": 2}', "duplicate-key", 2, 5, "line 1"),
    ("[NaN]", "not-finite", 1, 2, "NaN"),
]


@pytest.mark.parametrize(("text", "tree"), VALID)
def test_comments_and_trailing_commas_are_read_past(text: str, tree: object) -> None:
    """A document with comments gives the tree that it gives without them."""
    assert decode(text.encode(), "jsonc") == tree


@pytest.mark.parametrize(("text", "rule", "line", "column", "words"), INVALID)
def test_the_rest_is_as_strict_as_json(text: str, rule: str, line: int, column: int, words: str) -> None:
    """What JSON refuses is refused, at its place in the text as it was written."""
    with pytest.raises(ConfigParseError) as caught:
        decode(text.encode(), "jsonc")
    found = caught.value.diagnostics[0]
    assert (found.rule, found.line, found.column) == (rule, line, column)
    assert words in found.message


def test_the_excerpt_shows_the_comments() -> None:
    """What is shown is the author's text, not the one with spaces in it."""
    with pytest.raises(ConfigParseError) as caught:
        decode(b"[1, /* one */ NaN] // end", "jsonc")
    excerpt = caught.value.diagnostics[0].excerpt
    assert excerpt is not None
    assert excerpt.lines == ((1, "[1, /* one */ NaN] // end"),)


@given(st.text('"/*\\,[]{}:1 \r\né', max_size=30))
def test_blanking_keeps_every_offset(text: str) -> None:
    """Blanking changes no length and no line break, and reaches nothing but comments and commas."""
    try:
        blank = blanked(text)
    except ConfigParseError as error:
        (found,) = error.diagnostics
        assert text.splitlines(keepends=True)
        assert "comment" in found.message
        return
    assert len(blank) == len(text)
    for before, after in zip(text, blank, strict=True):
        assert after == before or (after == " " and before not in "\r\n")
    if "/" not in text:
        assert all(before in (after, ",") for before, after in zip(text, blank, strict=True))


@given(st.lists(st.sampled_from(["// x\n", "/* , */", " ", "\r\n", "/*\n*/", "//\r\n"]), max_size=4))
def test_a_comment_may_stand_between_any_two_tokens(comments: list[str]) -> None:
    """Wherever white space may stand, comments may, and every place is still found."""
    gap = "".join(comments)
    text = gap.join(["", "{", '"a"', ":", "[", "1", ",", '"//"', ",", "]", ",", "}", ""])
    assert decode(text.encode(), "jsonc") == {"a": [1, "//"]}
    place = locate(text.encode(), "jsonc").find(("a", 1))
    assert place is not None
    assert text[place.start : place.end] == '"//"'
