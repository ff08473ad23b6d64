"""The address that a server listens at: found, judged, and bound before anything else is begun."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from ..errors import UnavailableError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Place: TypeAlias = tuple[int, tuple[Any, ...]]  # the family, and the address as sockets take it


def places(host: str, port: int = 0) -> list[Place]:
    """Return every address that a host has, as sockets take it. Raises ``UsageError`` when it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no name of a machine"
        raise UsageError(f"host {host!r} has no address: {reason}; 127.0.0.1 is this machine alone") from None
    return [(family, address) for family, _, _, _, address in found]


def is_loopback(host: str) -> bool:
    """True when only this machine can reach a host: each of its addresses is a loopback one. Raises ``UsageError``."""
    return all(ip_address(address[0].partition("%")[0]).is_loopback for _, address in places(host))


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address, so that it is nobody else's; port 0 is any that is free.

    Of a host with several addresses it is the first. Raises ``UsageError`` when this machine has no such address,
    ``UnavailableError`` when the port is taken or not allowed.
    """
    import errno

    family, address = places(host, port)[0]
    shown = url_host(host) + f":{port}"
    # With the protocol named: only then asyncio turns off the wait of 40 ms for more to send (TCP_NODELAY).
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # Connections of a server that ended just now do not keep the next one from the port; a running one does.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(1)  # two may bind with that option; only one may listen
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise UnavailableError(
                f"{shown} is in use by another program; end that, or choose another port (--port, 0 for any)"
            ) from None
        if error.errno == errno.EACCES:
            raise UnavailableError(
                f"{shown}: this user may not listen at a port below 1024; choose another, such as --port 8137"
            ) from None
        if error.errno == errno.EADDRNOTAVAIL:
            raise UsageError(f"{host} is no address of this machine; 127.0.0.1 always is") from None
        raise UnavailableError(f"{shown} cannot be listened at: {error.strerror}") from None
    return bound


def url_host(host: str) -> str:
    """Return a host as it stands in a link: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host
