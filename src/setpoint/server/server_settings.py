"""The settings of the server: what ``[server]`` says, what the command line says, and what holds without either."""

from __future__ import annotations

from ..errors import UsageError
from .listening import is_loopback, url_host
from .proxy import Proxies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypeAlias

    Table: TypeAlias = dict[str, Any]

DEFAULTS: Table = {
    "host": "127.0.0.1",
    "port": 8137,
    "allowed_hosts": [],
    "tls_certificate": None,
    "tls_key": None,
    "behind_proxy": [],
    "anonymous": None,
    "session_hours": 12,
    "body_bytes": 1_048_576,
    "header_bytes": 32_768,
    "connections": 4096,
    "request_seconds": 30,
    "watchers": 2000,
    "access_log": True,
}
OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")  # by which a server is always called, as only this machine can
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - no names: they say that any address of this machine is listened at


def server_settings(table: Mapping[str, Any], given: Mapping[str, Any]) -> Table:
    """Return every setting of the server, checked for what does not go together.

    Arguments: ``table`` is ``[server]`` of the settings; ``given`` is what the command line says, None where it says
    nothing. ``allowed_hosts`` has the names that always count too. Raises ``UsageError`` that says what to do.
    """
    settings: Table = {**DEFAULTS, **table, **{name: value for name, value in given.items() if value is not None}}
    own = [] if settings["host"] in EVERYWHERE else [url_host(settings["host"])]
    settings["allowed_hosts"] = list(dict.fromkeys((*OWN_NAMES, *own, *settings["allowed_hosts"])))
    settings["behind_proxy"] = list(settings["behind_proxy"])
    Proxies(settings["behind_proxy"])
    refuse_unsafe(settings)
    return settings


def refuse_unsafe(settings: Table) -> None:
    """Raise ``UsageError`` when the server would be open to whom it must not be."""
    host, proxies = settings["host"], settings["behind_proxy"]
    has_tls = settings["tls_certificate"] is not None or settings["tls_key"] is not None
    local = is_loopback(host)
    if settings["anonymous"] is not None and (not local or proxies):
        where = f"at {host}" if not local else "behind a proxy, which passes on what comes from anywhere"
        raise UsageError(
            f"anonymous = {settings['anonymous']!r} lets in whoever comes, so it is refused {where}: leave it out, and"
            " give out tokens ('setpoint token new'), or listen at 127.0.0.1 without a proxy"
        )
    if not local and not has_tls and not proxies:
        raise UsageError(
            f"{host} can be reached from other machines, and tokens would travel in the clear: set tls_certificate and"
            " tls_key in [server] of the settings, or name the proxy that speaks TLS (--behind-proxy ADDRESS), or"
            " listen at 127.0.0.1"
        )
