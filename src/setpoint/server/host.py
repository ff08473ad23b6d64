"""``Hosts``: the names under which the server answers, so that a foreign name that points here reaches nothing.

A web page anywhere may let its own name point to this machine (DNS rebinding) and then speak to a server on it as if it
were its own. The browser says the page's name in ``Host``, and that name is not in the list.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

ALWAYS_ALLOWED = ("localhost", "127.0.0.1", "[::1]")

# A name, an IPv4 address or an IPv6 address in brackets, and a port.
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")
_REMEMBERED = 64


class Hosts:
    """The names under which the server answers.

    Arguments: ``allowed`` are names and addresses, IPv6 in brackets; one with a port is allowed with that port only,
    one without with any. Nothing else is matched: no patterns, no trailing dots.
    """

    __slots__ = ("_allowed", "_seen", "names")

    def __init__(self, allowed: Iterable[str] = ALWAYS_ALLOWED) -> None:
        self.names = tuple(allowed)
        self._allowed = frozenset(map(_normal, self.names))
        self._seen: dict[bytes, bool] = {}

    def allows(self, host: bytes) -> bool:
        """True for a ``Host`` header, or the authority of a request's target, under which the server answers."""
        known = self._seen.get(host)
        if known is None:
            known = self._look(host)
            if len(self._seen) < _REMEMBERED and len(host) < 300:
                self._seen[host] = known
        return known

    def _look(self, host: bytes) -> bool:
        found = _HOST.fullmatch(host.decode("latin-1"))
        if found is None:
            return False
        name = found[1].lower()
        return name in self._allowed or (found[2] is not None and f"{name}:{int(found[2])}" in self._allowed)


def _normal(name: str) -> str:
    name = name.lower()
    # An IPv6 address is written without brackets in a setting such as `host`, and with them in a header.
    return f"[{name}]" if name.count(":") > 1 and not name.startswith("[") else name
