"""The stylesheet, the script and the mark: read once, sent with their digest in the address, kept by browsers."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.responses import Response

from ..problem import Problem
from ..route import Parameter, Route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..call import Call

_FOLDER = Path(__file__).with_name("static")
_MEDIA = {
    "dashboard.css": "text/css; charset=utf-8",
    "dashboard.js": "text/javascript; charset=utf-8",
    "mark.svg": "image/svg+xml",
}


@cache
def _held(name: str) -> tuple[bytes, str]:
    data = (_FOLDER / name).read_bytes()
    return data, sha256(data).hexdigest()[:16]


def asset(name: str) -> str:
    """Return the address of a static file, which changes when its content does."""
    return f"/static/{name}?v={_held(name)[1]}"


async def _static(call: Call) -> Response:
    name = call.path.get("file", "mark.svg")
    if name not in _MEDIA:
        raise Problem(404, "not-found", f"there is no file of this name; there are {', '.join(_MEDIA)}")
    data, digest = _held(name)
    tag = f'"{digest}"'
    kept = "public, max-age=31536000, immutable" if call.query.get("v") == digest else "no-cache"
    headers = {"ETag": tag, "Cache-Control": kept}
    if tag in call.if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=_MEDIA[name], headers=headers)


ROUTES = (
    Route(
        "GET",
        "/static/{file}",
        _static,
        verb=None,
        scope="public",
        summary="The dashboard's stylesheet, script and mark.",
        parameters=(Parameter("v", description="the file's digest, so that browsers may keep it"),),
        kind="page",
        media="text/css",
    ),
    Route(
        "GET",
        "/favicon.ico",
        _static,
        verb=None,
        scope="public",
        summary="The mark, where browsers look for it when a page names none.",
        kind="page",
        media="image/svg+xml",
    ),
)
