"""``Route``: one line of the table from which routing, the gate's checks and the OpenAPI document all come."""

from __future__ import annotations

from ..access import VERBS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from typing import Any

    from .call import Call

    Handler = Callable[[Call], Awaitable[Any]]

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
SAFE_METHODS = frozenset(("GET", "HEAD"))
SCOPES = ("document", "documents", "system", "public")
KINDS = ("api", "page", "probe", "stream")
PLACES = ("path", "query", "header")


class Parameter:
    """One parameter of a route.

    Arguments: ``name`` as it stands in the address or header; ``place`` is ``path``, ``query`` or ``header``;
    ``schema`` is a JSON Schema of one scalar type (``string``, ``integer``, ``number``, ``boolean``), by default any
    string, with ``default``, ``enum``, ``minimum``, ``maximum``, ``minLength``, ``maxLength`` and ``pattern`` where
    they are needed; or, for what a query may hold several times, an array of such. Raises ``ValueError``.
    """

    __slots__ = ("description", "name", "place", "required", "schema")

    def __init__(
        self,
        name: str,
        place: str = "query",
        schema: Mapping[str, Any] | None = None,
        required: bool = False,
        description: str = "",
    ) -> None:
        if place not in PLACES:
            raise ValueError(f"a parameter is in one of {', '.join(PLACES)}, not {place!r}")
        self.name = name
        self.place = place
        self.schema: dict[str, Any] = dict(schema or {"type": "string"})
        self.required = required or place == "path"
        self.description = description

    def __repr__(self) -> str:
        return f"<Parameter {self.name!r} in {self.place}>"


class Route:
    """One method of one path: who may call it, what it takes and what it answers.

    Arguments:
        method, path: the path in Starlette's style; ``{name}`` is one segment, ``{pointer:path}`` at the end all
            others.
        handler: ``async def handler(call: Call)``, returns a Starlette ``Response`` or raises.
        verb: what the caller must be allowed to do (``access.VERBS``); None exactly for what is public.
        scope: where it must be allowed: ``document`` (the one that the path parameter ``name`` names), ``documents``
            (any at all: the desk filters, or checks those that the body names), ``system`` (everywhere), ``public``.
        summary: one sentence for the reference.
        parameters: those of query and header, and of the path where more than their name is to be said. What a query
            holds beside them is refused.
        body: the JSON Schema of the body (of a form's fields for a page); None when a body is refused.
        answers: status -> JSON Schema of the answer, or None for one without JSON.
        precondition: True when ``If-Match`` (or ``If-None-Match: *``) must be there.
        kind: ``api`` | ``page`` | ``probe`` | ``stream``; a stream has no time limit.
        quick: the handler never blocks and needs no thread, so no time limit is put on it.
        media: the media type of the answer.
        tag: the chapter of the reference it belongs to.
    Raises ``ValueError`` for a route that nobody was said to be allowed to call, or that cannot work.
    """

    __slots__ = (
        "answers",
        "body",
        "handler",
        "kind",
        "media",
        "method",
        "parameters",
        "path",
        "precondition",
        "quick",
        "scope",
        "segments",
        "summary",
        "tag",
        "verb",
    )

    def __init__(
        self,
        method: str,
        path: str,
        handler: Handler,
        *,
        verb: str | None,
        scope: str,
        summary: str,
        parameters: Sequence[Parameter] = (),
        body: Mapping[str, Any] | bool | None = None,
        answers: Mapping[int, Mapping[str, Any] | bool | None] | None = None,
        precondition: bool = False,
        kind: str = "api",
        quick: bool = False,
        media: str = "application/json",
        tag: str = "",
    ) -> None:
        where = f"the route {method} {path}"
        if method not in METHODS:
            raise ValueError(f"{where}: the method is one of {', '.join(METHODS)}; HEAD is answered wherever GET is")
        if scope not in SCOPES:
            raise ValueError(f"{where}: the scope is one of {', '.join(SCOPES)}, not {scope!r}")
        if kind not in KINDS:
            raise ValueError(f"{where}: the kind is one of {', '.join(KINDS)}, not {kind!r}")
        if (verb is None) != (scope == "public"):
            raise ValueError(
                f"{where}: it needs a verb and a scope that say who may call it; only a public one has none"
            )
        if verb is not None and verb not in VERBS:
            raise ValueError(f"{where}: the verb is one of {', '.join(VERBS)}, not {verb!r}")
        if body is not None and method == "GET":
            raise ValueError(f"{where}: GET takes no body")
        self.method = method
        self.path = path
        self.segments = _segments(path, where)
        self.handler = handler
        self.verb = verb
        self.scope = scope
        self.summary = summary
        self.parameters = tuple(parameters)
        self.body = body
        self.answers = dict(answers) if answers is not None else {200: None}
        self.precondition = precondition
        self.kind = kind
        self.quick = quick
        self.media = media
        self.tag = tag
        variable = {name for name, _ in self.segments if name is not None}
        if scope == "document" and "name" not in variable:
            raise ValueError(f"{where}: its scope is a document, so its path must have {{name}}")
        unknown = {one.name for one in self.parameters if one.place == "path"} - variable
        if unknown:
            raise ValueError(f"{where}: it describes path parameters that its path has not: {sorted(unknown)}")

    @property
    def is_safe(self) -> bool:
        """True when it changes nothing."""
        return self.method in SAFE_METHODS

    def __repr__(self) -> str:
        return f"<Route {self.method} {self.path}: {self.verb or 'public'}/{self.scope}>"


def _segments(path: str, where: str) -> tuple[tuple[str | None, str], ...]:
    """Return the parts of a path: ``(None, literal)``, ``(name, "")`` or, for all that follows, ``(name, "path")``."""
    if not path.startswith("/"):
        raise ValueError(f"{where}: a path begins with /")
    found: list[tuple[str | None, str]] = []
    pieces = path[1:].split("/")
    for place, piece in enumerate(pieces):
        if piece.startswith("{") and piece.endswith("}"):
            name, _, converter = piece[1:-1].partition(":")
            if not name.isidentifier() or converter not in ("", "path", "str"):
                raise ValueError(f"{where}: {piece} is no parameter of a path")
            if converter == "path" and place != len(pieces) - 1:
                raise ValueError(f"{where}: {piece} takes all that follows, so nothing may follow it")
            found.append((name, "path" if converter == "path" else ""))
        elif "{" in piece or "}" in piece:
            raise ValueError(f"{where}: a parameter is a whole segment, unlike {piece}")
        else:
            found.append((None, piece))
    return tuple(found)
