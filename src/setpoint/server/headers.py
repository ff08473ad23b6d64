"""The headers that every answer has, and the headers of a request as the gate looks them up."""

from __future__ import annotations

from .problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    Headers = list[tuple[bytes, bytes]]

_CSP_API = b"default-src 'none'; frame-ancestors 'none'"
_CSP_PAGE = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    b"base-uri 'none'; frame-ancestors 'none'"
)
# What each does: https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
_ALWAYS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-embedder-policy", b"require-corp"),
]
NO_STORE = (b"cache-control", b"no-store")
PAGE_HEADERS: Headers = [*_ALWAYS, (b"content-security-policy", _CSP_PAGE)]
API_HEADERS: Headers = [*_ALWAYS, (b"content-security-policy", _CSP_API)]

# Those that may come once only: of two, one reader would believe the first and another the second.
_SINGLE = frozenset(
    (
        b"host",
        b"authorization",
        b"content-length",
        b"content-type",
        b"transfer-encoding",
        b"origin",
        b"sec-fetch-site",
        b"setpoint-csrf",
        b"idempotency-key",
        b"last-event-id",
    )
)


def headers_of(pairs: Headers) -> dict[bytes, bytes]:
    """Return the headers of a request by their names, in lower case as ASGI gives them.

    One that came more than once is joined as RFC 9110 (5.3) and RFC 9113 (8.2.3, cookies) say. Raises ``Problem`` (400)
    for two of a kind that means one thing only.
    """
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    joined: dict[bytes, bytes] = {}
    for name, value in pairs:
        if name not in joined:
            joined[name] = value
        elif name in _SINGLE:
            raise Problem(400, "bad-header", f"the header {name.decode('latin-1')} is there more than once")
        else:
            joined[name] = joined[name] + (b"; " if name == b"cookie" else b", ") + value
    return joined


def has_body(headers: Mapping[bytes, bytes]) -> bool:
    """True when a request says that a body follows."""
    return b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"
