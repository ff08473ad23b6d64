"""JSON: random trees, random white space, random damage, held against slow and obvious readers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from setpoint.address import pointer
from setpoint.budget import DEFAULT_BUDGET, Budget
from setpoint.errors import ConfigParseError
from setpoint.formats import decode, locate
from setpoint.formats import json as json_room
from setpoint.span import Place

texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('":,{}[]\\ \n'), max_size=8)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12
)
white = st.text(" \t\r\n", max_size=3)


@st.composite
def written(draw: st.DrawFn, tree: Any) -> str:
    """Write a tree as JSON in one of many styles."""
    space = draw(white)
    if isinstance(tree, dict):
        entries = [f"{draw(written(key))}{space}:{draw(written(value))}" for key, value in tree.items()]
        return f"{space}{{{space}{','.join(entries)}{space}}}{space}"
    if isinstance(tree, list):
        return f"{space}[{space}{','.join(draw(written(value)) for value in tree)}]{space}"
    return space + json.dumps(tree, ensure_ascii=draw(st.booleans())) + draw(white)


documents = trees.flatmap(lambda tree: st.tuples(st.just(tree), written(tree)))


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def check_places(place: Place, tree: Any, text: str) -> None:
    """Every value's place holds exactly the text of the value, every key's that of the key."""
    assert same(json.loads(text[place.start : place.end]), tree)
    if isinstance(tree, dict):
        assert isinstance(place.children, dict)
        assert list(place.children) == list(tree)
        for key, value in tree.items():
            below = place.children[key]
            assert json.loads(text[below.key_start : below.key_end]) == key
            check_places(below, value, text)
    elif isinstance(tree, list):
        assert isinstance(place.children, list)
        assert len(place.children) == len(tree)
        for below, value in zip(place.children, tree, strict=True):
            assert below.key_start == -1
            check_places(below, value, text)
    else:
        assert place.children is None


@pytest.mark.parametrize("room", ["json", "jsonc"])
@given(document=documents)
def test_every_tree_comes_back_and_knows_its_places(room: str, document: tuple[Any, str]) -> None:
    """However a tree is written, it is decoded to itself, and each place holds what it says."""
    tree, text = document
    assert same(decode(text.encode(), room), tree)
    check_places(locate(text.encode(), room), tree, text)


@given(document=documents)
def test_the_standard_library_road_agrees(document: tuple[Any, str]) -> None:
    """The tree is the same where orjson is missing."""
    tree, text = document
    assert same(json_room._strictly(text.encode(), DEFAULT_BUDGET), tree)


class Refused(Exception):
    """The oracle refuses; its argument is a rule or None."""


def oracle(data: bytes, budget: Budget) -> Any:
    """Read JSON slowly and obviously: the standard library, and a check for each thing it lets pass."""

    def pairs(entries: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in entries}) != len(entries):
            raise Refused("duplicate-key")
        return dict(entries)

    def integer(lexeme: str) -> int:
        if not -(2**63) <= int(lexeme) < 2**64:
            raise Refused("integer-too-large")
        return int(lexeme)

    def real(lexeme: str) -> float:
        if float(lexeme) in (float("inf"), float("-inf")):
            raise Refused("not-finite")
        return float(lexeme)

    def constant(_name: str) -> None:
        raise Refused("not-finite")

    def depth(tree: Any) -> int:
        if isinstance(tree, dict | list):
            inner = tree.values() if isinstance(tree, dict) else tree
            return 1 + max(map(depth, inner), default=0)
        return 0

    def count(tree: Any) -> int:
        inner = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
        return 1 + sum(map(count, inner))

    try:
        text = data.decode("utf-8-sig")
        if "\x00" in text:
            raise Refused("control-character")
        tree = json.loads(text, object_pairs_hook=pairs, parse_int=integer, parse_float=real, parse_constant=constant)
        json.dumps(tree, ensure_ascii=False).encode()
    except ValueError:
        raise Refused(None) from None
    if depth(tree) > budget.depth or count(tree) > budget.nodes:
        raise Refused(None)
    return tree


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A JSON document with a few bytes deleted, inserted, replaced or a piece doubled."""
    data = draw(documents)[1].encode()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        piece = draw(
            st.sampled_from([b"", b",", b":", b'"', b"{", b"}", b"[", b"]", b"\\", b"/", b"'", b"1e9", b"\\ud800"])
            | st.sampled_from(
                [b"0", b"-", b"+", b".", b"\n", b"\t", b"\xc3", b"NaN", b"9" * 20, b'"a":1,', b"//", b"#"]
            )
            | st.binary(min_size=1, max_size=2)
        )
        length = draw(st.integers(0, 3))
        if draw(st.booleans()):
            piece = data[at : at + draw(st.integers(1, 10))] * 2
        data = data[:at] + piece + data[at + length :]
    return data


@pytest.mark.parametrize("parser", ["orjson", "standard library"])
@given(data=damaged())
@example(data=b'{"a":[1,2],"\\u0061":3}')
@example(data=b"[1,\n2\r3]")
def test_damaged_json_is_judged_like_an_obvious_reader_would(parser: str, data: bytes) -> None:
    """Random damage is accepted exactly when it does no harm, and any refusal is located."""
    budget = Budget(depth=4, nodes=20)
    json_room.find_orjson()
    with pytest.MonkeyPatch.context() as patch:
        if parser != "orjson":
            patch.setattr(json_room, "orjson", None)
        try:
            tree = decode(data, "json", budget)
        except ConfigParseError as error:
            assert error.diagnostics
            for found in error.diagnostics:
                assert found.line is not None and found.line >= 1
                assert found.column is not None and found.column >= 1
                assert "parser refuses" not in found.message, "the scanner missed what the parser saw"
                str(found).encode()
            with pytest.raises(Refused) as refused:
                oracle(data, budget)
            if refused.value.args[0] is not None and len(error.diagnostics) == 1:
                assert error.diagnostics[0].rule in (refused.value.args[0], "syntax", "control-character", "too-deep")
        else:
            assert same(tree, oracle(data, budget))
            check_places(locate(data, "json"), tree, data.decode("utf-8-sig"))


names = st.sampled_from(["a", "b", "c"])
small = st.recursive(st.just(1), lambda inner: st.lists(st.tuples(names, inner), max_size=3), max_leaves=6)


def with_duplicates(entries: Any, path: tuple[str, ...] = ()) -> tuple[str, list[str]]:
    """Write pairs as JSON; return the text and the pointers of the keys that are there already."""
    if entries == 1:
        return "1", []
    pieces, twice, seen = [], [], set()
    for number, (key, value) in enumerate(entries):
        text, below = with_duplicates(value, (*path, key))
        spelt = json.dumps(key) if number % 2 else f'"\\u{ord(key):04x}"'
        pieces.append(f"{spelt}: {text}")
        if key in seen:
            twice.append(pointer((*path, key)))
        seen.add(key)
        twice += below
    return "{" + ", ".join(pieces) + "}", twice


@given(entries=small)
def test_every_duplicate_key_is_found_however_it_is_spelt(entries: Any) -> None:
    """All duplicate keys are reported, in the order of the text, and no others."""
    text, twice = with_duplicates(entries)
    if not twice:
        decode(text.encode(), "json")
        return
    with pytest.raises(ConfigParseError) as caught:
        decode(text.encode(), "json")
    assert {found.rule for found in caught.value.diagnostics} == {"duplicate-key"}
    assert [found.path for found in caught.value.diagnostics] == twice
