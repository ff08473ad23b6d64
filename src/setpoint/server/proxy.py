"""``Proxies``: who asks, when a proxy asks for them."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from ..errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping
    from ipaddress import IPv4Address
    from typing import Any, TypeAlias

    Address: TypeAlias = IPv4Address | IPv6Address

_LONGEST = 2048  # characters of X-Forwarded-For that are looked at, from its end
_SCHEMES = {b"http": "http", b"https": "https"}


class Proxies:
    """The proxies whose word counts for where a request comes from.

    Arguments: ``trusted`` are their addresses or networks, as ``10.0.0.7`` or ``10.0.0.0/8``. Raises ``UsageError`` for
    what is neither.

    Each proxy adds whom it got the request from to the end of ``X-Forwarded-For``. So the one who asks is the last
    there that is no trusted proxy; whatever stands before it was said by somebody who can say anything.
    """

    __slots__ = ("_known", "_networks")

    def __init__(self, trusted: Iterable[str]) -> None:
        try:
            self._networks = tuple(ip_network(one, strict=False) for one in trusted)
        except ValueError as error:
            raise UsageError(f"behind_proxy: {error}; give an IP address, or a network as 10.0.0.0/8") from None
        self._known: dict[str, bool] = {}  # peers that were looked up; a handful, as others cannot be trusted

    def place(self, scope: MutableMapping[str, Any]) -> None:
        """Put into a request's scope who asks, and whether by TLS, if a trusted proxy passes it on."""
        if not self._networks:
            return
        peer = scope.get("client")
        if peer is None or not self._is_trusted_peer(peer[0]):
            return
        chain: list[bytes] = []
        scheme: bytes | None = None
        for name, value in scope["headers"]:
            if name == b"x-forwarded-for":
                chain.append(value)
            elif name == b"x-forwarded-proto":
                scheme = value
        if chain:
            scope["client"] = (self.client(peer[0], b",".join(chain).decode("latin-1")), 0)
        if scheme is not None:
            said = _SCHEMES.get(scheme.rpartition(b",")[2].strip().lower())
            if said is not None:
                scope["scheme"] = said

    def client(self, peer: str, chain: str) -> str:
        """Return the address of who asks: ``peer`` is the one that is connected, ``chain`` the text of the header.

        What is no address ends the search: the proxy before it is then all that is known.
        """
        nearest = peer
        for text in reversed(chain[-_LONGEST:].split(",")):
            address = _parsed(text.strip())
            if address is None:
                return nearest
            nearest = str(address)
            if not self._trusts(address):
                return nearest
        return nearest

    def _is_trusted_peer(self, text: str) -> bool:
        known = self._known.get(text)
        if known is None:
            address = _parsed(text)
            known = address is not None and self._trusts(address)
            if len(self._known) > 1000:
                self._known.clear()
            self._known[text] = known
        return known

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def _parsed(text: str) -> Address | None:
    """Return the address in ``1.2.3.4``, ``1.2.3.4:80``, ``2001:db8::1`` or ``[2001:db8::1]:80``, or None."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    # A socket that hears both kinds shows IPv4 peers in this form.
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
