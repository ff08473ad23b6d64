"""Counting the separators of a text without reading it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.formats import value_bound

texts = st.text('a",:[]{}\\', max_size=6)
trees = st.recursive(
    texts, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12
)


def separators_read_slowly(data: bytes) -> bytes:
    """The separators outside strings, byte by byte."""
    found = b""
    inside = escaped = False
    for byte in data:
        character = bytes([byte])
        if inside:
            inside = escaped or character != b'"'
            escaped = character == b"\\" and not escaped
        elif character == b'"':
            inside = True
        elif character in (b",", b":", b"[", b"{"):
            found += character
    return found


@given(tree=trees, chunk=st.integers(1, 9))
def test_separators_are_counted_outside_strings_only(tree: Any, chunk: int) -> None:
    """However a text falls into chunks, exactly the separators outside its strings are seen."""
    data = json.dumps(tree).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(value_bound, "_CHUNK", chunk)
        found = b"".join(value_bound._outside_strings(data, b'"', b",:[{"))
    assert found == separators_read_slowly(data)
