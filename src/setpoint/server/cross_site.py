"""What a foreign web page can make a browser send is not taken for what its user wants.

A browser sends its cookie along, and reaches a server on this machine, whichever page asks it to. What it says of
itself (``Sec-Fetch-Site``, ``Origin``) no page can change. Whoever brings a bearer token is no such browser: pages do
not have it, and cannot send it elsewhere without being allowed to, which is never done here.
"""

from __future__ import annotations

from .problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from .sessions import Session

CSRF_HEADER = b"setpoint-csrf"
CSRF_FIELD = "csrf"


def check_origin(headers: Mapping[bytes, bytes], scheme: str, *, with_cookie: bool) -> None:
    """Refuse a write that another site's page may have begun. Raises ``Problem`` (403).

    Arguments: ``scheme`` is ``http`` or ``https``, as the request came; ``with_cookie`` is True when nothing but a
    cookie says who it is, so that it must be a browser, and say where the request is from.
    """
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        # Says more than Origin, which is null for a form of a page that keeps its address to itself, as ours do.
        if site == b"same-origin":
            return
        raise _foreign("a page of another site began it")
    origin = headers.get(b"origin")
    if origin is None:
        if with_cookie:
            raise _foreign("the browser does not say which page began it")
        return
    if origin.lower() != f"{scheme}://".encode() + headers[b"host"].lower():
        raise _foreign("a page of another site began it")


def check_reading(headers: Mapping[bytes, bytes]) -> None:
    """Refuse to hand data to another site's page: it could not read them, but see that they came. ``Problem`` (403)."""
    if headers.get(b"sec-fetch-site", b"none") not in (b"same-origin", b"none"):
        raise _foreign("a page of another site began it")


def check_confirmed(session: Session, headers: Mapping[bytes, bytes], field: str | None) -> None:
    """Refuse a write of a session without the text that only its pages know. Raises ``Problem`` (403).

    Arguments: ``field`` is what the form says for ``csrf``, None where there is no form.
    """
    header = headers.get(CSRF_HEADER)
    if not session.is_confirmed_by(header.decode("latin-1") if header is not None else field):
        raise Problem(
            403,
            "not-confirmed",
            "the write does not bring its session's text (csrf): load the page anew, and try again",
        )


def _foreign(why: str) -> Problem:
    return Problem(403, "cross-site", f"refused: {why}")
