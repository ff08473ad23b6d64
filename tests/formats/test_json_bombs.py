"""JSON that is made to exhaust its reader is refused before it can."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from setpoint.errors import ConfigParseError
from setpoint.formats import decode

MEGABYTE = 1 << 20
MANY = 2_000_000
DEEP = 100_000

BOMBS = {
    "zeros": (b"[" + b"0," * MANY + b"0]", "too-many-values"),
    "texts": (b"[" + b'"a",' * MANY + b'"a"]', "too-many-values"),
    "texts with commas": (b"[" + b'",",' * MANY + b'"a"]', "too-many-values"),
    "empty lists": (b"[" + b"[]," * MANY + b"0]", "too-many-values"),
    "lists of one": (b"[" + b"[0]," * MANY + b"0]", "too-many-values"),
    "entries": (b"{" + b'"a":0,' * MANY + b'"a":0}', "too-many-values"),
    "open lists": (b"[" * DEEP, "too-deep"),
    "open objects": (b'{"a":' * DEEP, "too-deep"),
    "more open lists": (b"[" * MANY, "too-many-values"),
    "digits": (b"1" * 8_000_000, "integer-too-large"),
    "an open string": (b'["' + b"a" * 8_000_000, "syntax"),
    "an open string of escapes": (b'["' + b"\\n" * 4_000_000, "syntax"),
    "an unknown word": (b"a" * 8_000_000, "syntax"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_quickly(name: str) -> None:
    """Two million values or a hundred thousand levels cost a moment: 0.1 s, or 2 s on a busy machine."""
    data, rule = BOMBS[name]
    started = time.process_time()
    with pytest.raises(ConfigParseError) as caught:
        decode(data, "json")
    assert time.process_time() - started < 2
    assert caught.value.diagnostics[0].rule == rule


@pytest.mark.parametrize("name", [name for name, (_, rule) in BOMBS.items() if rule in ("too-many-values", "too-deep")])
def test_a_bomb_is_refused_in_little_memory(name: str) -> None:
    """What would become millions of objects is refused before they are made."""
    data, _ = BOMBS[name]
    tracemalloc.start()
    try:
        with pytest.raises(ConfigParseError):
            decode(data, "json")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50 * MEGABYTE


@pytest.mark.parametrize(
    "data",
    [
        b'["' + b",[{" * 4_000_000 + b'"]',
        b'["' + b"\\u005c\\\\" * 1_000_000 + b'"]',
        b"[" + b" " * 12_000_000 + b"1]",
        b'["' + b"1, " * 3_000_000 + b'"]',
    ],
    ids=["separators in a string", "escapes", "white space", "long digits in a string"],
)
def test_a_large_document_with_few_values_is_no_bomb(data: bytes) -> None:
    """Separators inside a string count for nothing."""
    tree = decode(data, "json")
    assert isinstance(tree, list)
    assert len(tree) == 1


def test_a_long_line_costs_no_more_than_it_shows() -> None:
    """The excerpt of a text without line breaks is short, and what was not searched for secrets is masked."""
    data = b'{"a": "' + b"x" * 5000 + b'", "b": "visible?" "c": 1, "d": "' + b"y" * 4_000_000 + b'"}'
    started = time.process_time()
    with pytest.raises(ConfigParseError) as caught:
        decode(data, "json")
    assert time.process_time() - started < 2
    excerpt = caught.value.diagnostics[0].excerpt
    assert excerpt is not None
    ((_, shown),) = excerpt.lines
    assert len(shown) <= 160
    assert "visible" not in shown
