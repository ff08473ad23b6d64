"""TOML that is made to exhaust its reader is refused before it can."""

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
    "lines": (b"a1=1\n" * MANY, "too-many-values"),
    "zeros": (b"a=[" + b"0," * MANY + b"0]", "too-many-values"),
    "texts": (b"a=[" + b"'a'," * MANY + b"0]", "too-many-values"),
    "lists of one": (b"a=[" + b"[0,]," * MANY + b"0]", "too-many-values"),
    "open arrays": (b"a=" + b"[" * DEEP, "too-deep"),
    "open inline tables": (b"a=" + b"{a=" * DEEP, "too-deep"),
    "a dotted key": (b"a." * DEEP + b"a=1", "too-deep"),
    "a dotted header": (b"[" + b"a." * DEEP + b"a]", "too-deep"),
    "a dotted array header": (b"[[" + b"a." * DEEP + b"a]]", "too-deep"),
    "a dotted inline key": (b"x={" + b"'a' . " * DEEP + b"a=1}", "too-deep"),
    "digits": (b"a=" + b"1" * 1_000_000, "integer-too-large"),
    "digits of a fraction": (b"a=0." + b"1_1" * 400_000, "number-too-long"),
    "hexadecimal zeros": (b"a=0x" + b"0" * 1_000_000 + b"1", "number-too-long"),
    "hexadecimal digits": (b"a=0x" + b"F" * 1_000_000, "integer-too-large"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_quickly(name: str) -> None:
    """Two million values or a hundred thousand levels cost a moment: 0.1 s, or 2 s on a busy machine."""
    data, rule = BOMBS[name]
    started = time.process_time()
    with pytest.raises(ConfigParseError) as caught:
        decode(data, "toml")
    assert time.process_time() - started < 2
    assert caught.value.diagnostics[0].rule == rule


@pytest.mark.parametrize("name", [name for name, (_, rule) in BOMBS.items() if rule in ("too-many-values", "too-deep")])
def test_a_bomb_is_refused_in_little_memory(name: str) -> None:
    """What would become millions of objects is refused before they are made."""
    data, _ = BOMBS[name]
    tracemalloc.start()
    try:
        with pytest.raises(ConfigParseError):
            decode(data, "toml")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50 * MEGABYTE


def test_a_large_document_with_few_values_is_no_bomb() -> None:
    """Separators inside strings and comments count for nothing."""
    text = "# " + "a=1," * 300_000 + "\na = '" + "b=1," * 300_000 + "'\n"
    assert decode(text.encode(), "toml") == {"a": "b=1," * 300_000}


def test_a_line_with_many_points_is_still_read() -> None:
    """A long array of fractions looks like a long dotted key, and is none."""
    fractions = [number / 8 for number in range(500)]
    assert decode(f"a = {fractions}".encode(), "toml") == {"a": fractions}
