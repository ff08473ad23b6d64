"""TOML: random documents and random damage, held against the standard library and obvious checks."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from setpoint.budget import Budget
from setpoint.errors import ConfigParseError
from setpoint.formats import decode, locate
from setpoint.span import Place

keys = st.sampled_from(["a", "b", "c", "'a'", '"b"', '"\\u0063"', "1", "-_", "'.'", '""'])
blanks = st.sampled_from(["", "", " ", "\t"])
breaks = st.sampled_from(["\n", "\r\n", " \n\n", " # why, not [a] = '\n"])
between = st.sampled_from(["", " ", "\n", "\r\n", " # [\n "])


@st.composite
def names(draw: st.DrawFn) -> str:
    """A key of one to three parts."""
    dot = draw(blanks) + "." + draw(blanks)
    return dot.join(draw(st.lists(keys, min_size=1, max_size=3)))


scalars = st.sampled_from(
    [
        "1",
        "-17",
        "+1_0",
        "0xDEAD_beef",
        "0o7",
        "0b1",
        "18446744073709551615",
        "0.5",
        "-1e-7",
        "6.6_2E+3",
        "true",
        "false",
        "1979-05-27T07:32:00.5Z",
        "1979-05-27 07:32:00-07:30",
        "1979-05-27T07:32:00",
        "1979-05-27",
        "07:32:00.25",
        '""',
        '"é\\"\\\\\\u00e9\\U0001F600 # ="',
        "''",
        "'C:\\x'",
        '"""\n"" \\\r\n  x\\t]"""""',
        '"""\\  \n\n  x"""',
        "'''\r\na'\n''é'''''",
    ]
)


@st.composite
def inline_tables(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    """``{key = value, …}`` on one line."""
    space = draw(blanks)
    entries = [f"{space}{draw(names())} = {draw(inner)}{space}" for _ in range(draw(st.integers(0, 3)))]
    return "{" + ",".join(entries) + draw(blanks) + "}"


@st.composite
def arrays(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    """``[value, …]`` over any number of lines."""
    entries = [draw(between) + draw(inner) + draw(between) for _ in range(draw(st.integers(0, 3)))]
    comma = "," if entries and draw(st.booleans()) else ""
    return "[" + ",".join(entries) + comma + draw(between) + "]"


values = st.recursive(scalars, lambda inner: arrays(inner) | inline_tables(inner), max_leaves=6)


@st.composite
def statements(draw: st.DrawFn) -> str:
    """A key and its value, or a header of either kind, with its end of line."""
    kind = draw(st.integers(0, 3))
    space = draw(blanks)
    if kind == 0:
        text = f"{space}[{space}{draw(names())}{space}]"
    elif kind == 1:
        text = f"[[{draw(names())}]]"
    else:
        text = f"{draw(names())}{space}={space}{draw(values)}"
    return text + draw(breaks)


documents = st.lists(statements(), max_size=8).map("".join)


class Refused(Exception):
    """The oracle refuses."""


def plain(value: Any) -> Any:
    """A value with its dates as text, written independently of the code under test."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime | time):
        text = value.replace(tzinfo=None, microsecond=0).isoformat()
        if value.microsecond:
            text += f".{value.microsecond:06}".rstrip("0")
        if value.tzinfo is not None:
            offset = value.strftime("%z")
            text += "Z" if offset == "+0000" else f"{offset[:3]}:{offset[3:]}"
        return text
    return value.isoformat() if isinstance(value, date) else value


def oracle(data: bytes, budget: Budget) -> Any:
    """Read TOML as the standard library does, and check what it lets pass."""

    def check(value: Any, depth: int) -> int:
        if isinstance(value, dict | list):
            if depth > budget.depth:
                raise Refused
            inner = value.values() if isinstance(value, dict) else value
            return 1 + sum(check(below, depth + 1) for below in inner)
        if isinstance(value, float) and value - value != 0:
            raise Refused
        if type(value) is int and not -(2**63) <= value < 2**64:
            raise Refused
        return 1

    try:
        text = data.decode("utf-8-sig")
        tree = plain(tomllib.loads(text))
    except ValueError:
        raise Refused from None
    if "\x00" in text or check(tree, 1) > budget.nodes:
        raise Refused
    return tree


def check_places(place: Place, tree: Any, text: str, *, in_table: bool = True) -> None:
    """Every key has its place, and every value that is written in one piece stands where its place says."""
    written = text[place.start : place.end]
    is_table = isinstance(tree, dict) and not written.startswith("{")
    is_table_array = isinstance(tree, list) and written.startswith("[[") and in_table and bool(tree)
    if is_table_array:
        try:
            is_table_array = plain(tomllib.loads(f"x = {written}")["x"]) != tree
        except tomllib.TOMLDecodeError:
            is_table_array = True
    if not is_table and not is_table_array:
        assert plain(tomllib.loads(f"x = {written}")["x"]) == tree
    if isinstance(tree, dict):
        assert isinstance(place.children, dict)
        assert place.children.keys() == tree.keys()
        for key, value in tree.items():
            below = place.children[key]
            assert tomllib.loads(f"{text[below.key_start : below.key_end]} = 1") == {key: 1}
            check_places(below, value, text)
    elif isinstance(tree, list):
        assert isinstance(place.children, list)
        assert len(place.children) == len(tree)
        for below, value in zip(place.children, tree, strict=True):
            check_places(below, value, text, in_table=is_table_array)
    else:
        assert place.children is None


def judge(data: bytes, budget: Budget) -> None:
    """The verdict is the oracle's; a refusal is located; in what is accepted every value has its place."""
    try:
        tree = decode(data, "toml", budget)
    except ConfigParseError as error:
        assert error.diagnostics
        for found in error.diagnostics:
            assert found.line is not None and found.line >= 1
            assert found.column is not None and found.column >= 1
            assert "parser refuses" not in found.message, "the scanner missed what the parser saw"
            str(found).encode()
        with pytest.raises(Refused):
            oracle(data, budget)
    else:
        assert tree == oracle(data, budget)
        check_places(locate(data, "toml"), tree, data.decode("utf-8-sig"))


@given(text=documents)
@example(text="[a.b.c]\n[a]\nb.x = 1\nb.c.d = 2\n")
@example(text="[a.b.c]\n[a]\nb.x = 1\n[a.b]\n")
@example(text="[fruit]\napple.color = 1\n[fruit.apple.texture]\n[fruit.apple]\n")
@example(text="[fruit]\napple.color = 1\n[[fruit.apple.seeds]]\n")
@example(text="a = {b.c = {}, b.c.d = 1}")
@example(text="a = {b = [], b.c = 1}")
@example(text="[[a]]\n[a.b]\n[[a]]\n[a.b]\n[[a.c]]\n[a.c.d]\n[[a.c]]\n")
@example(text="[[a]]\nb.c = 1\n[[a]]\nb.c = 1\n[a.b]\n")
@example(text="a = [{b = 1}]\n[a.c]\n")
@example(text="a = 1979-05-27 # x\nb = 1979-05-27 07:32\n")
def test_documents_are_judged_like_the_standard_library_does(text: str) -> None:
    """Whatever tables, dotted keys and arrays say, the verdict is the standard library's, and places are right."""
    judge(text.encode(), Budget())


@given(text=documents, depth=st.integers(1, 6), nodes=st.integers(1, 12))
def test_budgets_are_kept_like_an_obvious_reader_would(text: str, depth: int, nodes: int) -> None:
    """A document is refused for its size exactly when counting its tree says so."""
    judge(text.encode(), Budget(depth=depth, nodes=nodes))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A TOML document with a few bytes deleted, inserted, replaced or a piece doubled."""
    data = draw(documents).encode()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        piece = draw(
            st.sampled_from([b"", b",", b"=", b'"', b"{", b"}", b"[", b"]", b"\\", b"#", b"'", b".", b"'''", b'"""'])
            | st.sampled_from([b"0", b"-", b"+", b"_", b"\n", b"\r", b"\t", b"\xc3", b"nan", b"9" * 20, b"1e999", b"x"])
            | st.binary(min_size=1, max_size=2)
        )
        length = draw(st.integers(0, 3))
        if draw(st.booleans()):
            piece = data[at : at + draw(st.integers(1, 10))] * 2
        data = data[:at] + piece + data[at + length :]
    return data


@given(data=damaged())
def test_damaged_toml_is_judged_like_the_standard_library_does(data: bytes) -> None:
    """Random damage is accepted exactly when it does no harm, and any refusal is located."""
    judge(data, Budget())
