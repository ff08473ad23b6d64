"""Differences between contents: exact, small, and never more than was recorded."""

from __future__ import annotations

import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.history.delta import difference, pack, patched, unpack

LINES = st.lists(st.sampled_from([b"a: 1\n", b"\n", b"queue:\n", b"  max_size: 20000\n", b"x", b"\r\n", b"\xff"]))
TEXTS = st.one_of(LINES.map(b"".join), st.binary(max_size=60))


@given(TEXTS, TEXTS)
def test_a_difference_gives_back_the_new_content(old: bytes, new: bytes) -> None:
    """Whatever the two contents are."""
    assert patched(old, difference(old, new), len(new)) == new


@given(TEXTS, TEXTS, st.binary(max_size=40), st.integers(0, 200))
def test_a_damaged_difference_is_an_error_or_the_recorded_size(old: bytes, new: bytes, junk: bytes, size: int) -> None:
    """Never another exception, never a content of another size."""
    made = difference(old, new)
    for data in (junk, made[: len(made) // 2], made + junk, b"\x00" + junk, b"\x01" + junk):
        try:
            content = patched(old, data, size)
        except ValueError:
            continue
        assert len(content) == size


def test_one_number_in_a_large_file_costs_a_few_bytes() -> None:
    """Also far beyond the 32 KiB that deflate looks back."""
    old = b"".join(b"key_%d: %d\n" % (i, i * i) for i in range(30_000))
    new = old.replace(b"key_15000: 225000000", b"key_15000: 225000001")
    assert len(difference(old, new)) < 40
    several = new.replace(b"key_2:", b"key_two:").replace(b"key_29999:", b"key_last:")
    assert len(difference(old, several)) < 120
    assert patched(old, difference(old, several), len(several)) == several


def test_a_file_in_one_line_is_split_at_its_commas() -> None:
    """JSON without line breaks, changed near both ends."""
    generator = random.Random(1)
    old = b"[" + b",".join(b"%d" % generator.randrange(10**12) for _ in range(20_000)) + b"]"
    items = old.split(b",")
    items[5], items[-5] = b"1", b"2"
    new = b",".join(items)
    assert len(difference(old, new)) < 60
    assert patched(old, difference(old, new), len(new)) == new


@given(TEXTS)
def test_a_packed_content_comes_back(content: bytes) -> None:
    """Of exactly the recorded size, and of no other."""
    assert unpack(pack(content), len(content)) == content
    for size in (len(content) + 1, max(0, len(content) - 1)):
        if size != len(content):
            with pytest.raises(ValueError, match="unpack"):
                unpack(pack(content), size)


def test_a_bomb_is_not_expanded() -> None:
    """A gigabyte of zeros in one megabyte is refused after the recorded size; so is one inside a difference."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = b"".join(squeezer.compress(bytes(1 << 20)) for _ in range(64)) + squeezer.flush()
    with pytest.raises(ValueError, match="unpack to the 100 bytes"):
        unpack(bomb, 100)
    with pytest.raises(ValueError, match="unpack to the 100 bytes"):
        patched(b"", b"\x01\x00\x00\x64" + bomb, 100)
    copies = b"\x00" + b"\xff\xff\x03" + b"\x00\x00\x10" + b"\x00\x1f\x10" * 65534  # the same 16 bytes, over and over
    with pytest.raises(ValueError, match="more than the 100 bytes"):
        patched(bytes(16), copies, 100)
