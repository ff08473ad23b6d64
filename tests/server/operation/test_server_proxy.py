"""Who asks, when a proxy asks for somebody else."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.errors import UsageError
from setpoint.server.proxy import Proxies

PROXIES = Proxies(["10.0.0.0/8", "127.0.0.1", "fd00::/8"])


def scope(peer: str, *headers: tuple[str, str]) -> dict[str, Any]:
    return {
        "client": (peer, 4711),
        "scheme": "http",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
    }


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9", "203.0.113.9"),  # what stands before the last was said by anybody
        ("6.6.6.6, 203.0.113.9, 10.2.3.4", "203.0.113.9"),
        ("10.0.0.9, 10.2.3.4", "10.0.0.9"),
        ("203.0.113.9:5123", "203.0.113.9"),
        ("[2001:db8::0:1]:5123", "2001:db8::1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("6.6.6.6, unknown", "127.0.0.1"),  # the proxy does not know: it is all that is known
        ("6.6.6.6, \x1b[31mevil, 10.2.3.4", "10.2.3.4"),
        ("", "127.0.0.1"),
        (",,,", "127.0.0.1"),
    ],
)
def test_who_asks_is_the_last_that_is_no_proxy(chain: str, client: str) -> None:
    """The right-most address that is not trusted counts, and nothing beyond it."""
    request = scope("127.0.0.1", ("x-forwarded-for", chain))
    PROXIES.place(request)
    assert request["client"][0] == client


def test_several_headers_are_one_list() -> None:
    """A second header stands behind the first, as a proxy adds it."""
    request = scope("127.0.0.1", ("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "203.0.113.9"))
    PROXIES.place(request)
    assert request["client"][0] == "203.0.113.9"


@pytest.mark.parametrize("peer", ["203.0.113.1", "::1", "fe80::1%eth0", ""])
def test_nobody_else_is_believed(peer: str) -> None:
    """Who is no trusted proxy keeps the address and scheme of the connection, whatever is sent."""
    request = scope(peer, ("x-forwarded-for", "127.0.0.1"), ("x-forwarded-proto", "https"))
    PROXIES.place(request)
    assert (request["client"], request["scheme"]) == ((peer, 4711), "http")


def test_without_proxies_nothing_is_looked_at() -> None:
    """Loopback is no proxy unless it is named."""
    request = scope("127.0.0.1", ("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https"))
    Proxies([]).place(request)
    assert (request["client"][0], request["scheme"]) == ("127.0.0.1", "http")


@pytest.mark.parametrize(
    ("said", "scheme"),
    [("https", "https"), ("http", "http"), ("HTTPS", "https"), ("http, https", "https"), ("javascript", "http")],
)
def test_a_proxy_says_whether_it_was_tls(said: str, scheme: str) -> None:
    """Only http and https are schemes, and the nearest proxy's word is the last."""
    request = scope("10.1.1.1", ("x-forwarded-proto", said))
    PROXIES.place(request)
    assert request["scheme"] == scheme


@given(st.text(alphabet=st.characters(max_codepoint=255), max_size=300))
def test_whatever_is_sent_the_client_is_an_address(chain: str) -> None:
    """No text of a header becomes the address of a client unless it is one."""
    ip_address(PROXIES.client("127.0.0.1", chain))


@pytest.mark.parametrize("wrong", ["proxy.example.org", "10.0.0.0/33", "*", ""])
def test_what_is_no_address_is_refused(wrong: str) -> None:
    """A proxy is named by its address, so that nobody else can answer to its name."""
    with pytest.raises(UsageError, match=r"behind_proxy: .*give an IP address"):
        Proxies([wrong])
