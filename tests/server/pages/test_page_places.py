"""The addresses of the dashboard's pages."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.address import pointer
from setpoint.server.pages.places import document_url, edit_url, local

HOST = "http://127.0.0.1:8137"
KEYS = st.lists(
    st.one_of(
        st.sampled_from(["", ".", "..", "/", "//", "~", "a/b", "%2f", "?x", "#x", "\\", "javascript:alert(1)", "new"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    ),
    max_size=4,
)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20), KEYS)
def test_an_address_leads_back_to_the_name_and_the_place(name: str, keys: list[str]) -> None:
    """Whatever a name and keys hold, after what a browser does with an address they can be read from it."""
    place = pointer(keys)
    found = urlsplit(urljoin(f"{HOST}/", edit_url(name, place)))
    assert f"{found.scheme}://{found.netloc}" == HOST
    head, _, rest = found.path.partition("/edit")
    assert unquote(head.removeprefix("/documents/")).replace("~1", "/").replace("~0", "~") == name
    at = parse_qs(found.query, keep_blank_values=True).get("at", [""])[0] if found.query else unquote(rest)
    # What a browser shows for an empty pointer is the form of the whole document.
    assert at == place


def test_a_name_with_a_slash_is_one_segment() -> None:
    """As in the API: ~1 stands for the slash."""
    assert document_url("team/service", "/history") == "/documents/team~1service/history"


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=1",
        "/\tx",
        "",
        "documents",
    ],
)
def test_nobody_is_sent_elsewhere(place: str) -> None:
    """What could lead to another server, or end a header, leads to the overview."""
    assert local(place) == "/"


def test_one_goes_on_where_one_wanted_to_go() -> None:
    """A path of this server with its query stays as it is."""
    assert local("/documents/team~1service?at=%2Fqueue") == "/documents/team~1service?at=%2Fqueue"
