"""Places in documents, as paths write them."""

from __future__ import annotations

from urllib.parse import quote

from conforming import TABLE
from hypothesis import given
from hypothesis import strategies as st

from setpoint.address import parse_pointer, pointer

NAMES = st.lists(st.text("abcXYZ019_-", min_size=1, max_size=8), min_size=1, max_size=3).map("/".join)


@given(NAMES, st.lists(st.text(max_size=12), min_size=1, max_size=5))
def test_every_place_of_every_document_has_its_path(name: str, parts: list[str]) -> None:
    """A name and keys of any text, written as a path, come to the handler as they were."""
    segment = quote(name.replace("~", "~0").replace("/", "~1"), safe="")
    rest = "/".join(quote(piece, safe="") for piece in pointer(parts)[1:].split("/"))
    found = TABLE.find(f"/api/v1/documents/{segment}/values/{rest}".encode())
    assert found is not None
    assert found.parameters["name"] == name
    assert parse_pointer(f"/{found.parameters['pointer']}") == tuple(parts)


@given(st.lists(st.text(max_size=6), min_size=1, max_size=4))
def test_a_key_is_never_taken_for_a_route(parts: list[str]) -> None:
    """What stands below values is a place, whatever it says."""
    path = "/".join(["/api/v1/documents/plain/values", *(quote(part, safe="") for part in [*parts, "history"])])
    found = TABLE.find(path.encode())
    assert found is not None
    assert {route.path for route in found.methods.values()} == {"/api/v1/documents/{name}/values/{pointer:path}"}
