"""The server answers under its own names only."""

from __future__ import annotations

import pytest

from setpoint.server.host import ALWAYS_ALLOWED, Hosts


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST", "localhost:8137", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:8137", "config.example"],
)
def test_own_names_are_allowed(host: str) -> None:
    """A name of the list is allowed with any port and in any case."""
    assert Hosts((*ALWAYS_ALLOWED, "config.example")).allows(host.encode())


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.",
        "localhost.evil.example",
        "localhost@evil.example",
        "evil.example:localhost",
        "localhost:evil",
        "localhost:",
        "localhost:123456",
        "::1",
        "[::2]",
        "[::1",
        "127.0.0.1.evil.example",
        "127.1",
        "0.0.0.0",
        "localhost, evil.example",
        "localhost evil.example",
        " localhost",
        "http://localhost",
        "localhost/",
        "",
        "*",
        "loc\u0430lhost",
    ],
)
def test_foreign_names_are_not(host: str) -> None:
    """What is only similar to an own name is foreign."""
    assert not Hosts().allows(host.encode())


def test_a_name_with_a_port_is_allowed_with_that_port() -> None:
    """A list may be as narrow as somebody wants."""
    hosts = Hosts(["config.example:8443"])
    assert hosts.allows(b"Config.Example:8443")
    assert not hosts.allows(b"config.example")
    assert not hosts.allows(b"config.example:8444")


def test_an_ipv6_address_may_be_written_without_brackets() -> None:
    """A setting says ::1 where a header says [::1]."""
    assert Hosts(["2001:db8::1"]).allows(b"[2001:db8::1]:80")


def test_what_was_seen_does_not_grow_without_bound() -> None:
    """Whoever tries names does not fill the memory."""
    hosts = Hosts()
    for number in range(10_000):
        assert not hosts.allows(b"evil%d.example" % number)
    assert len(hosts._seen) <= 64
    assert hosts.allows(b"localhost")
