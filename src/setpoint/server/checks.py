"""``Checks``: what a route wants of a request, prepared once."""

from __future__ import annotations

import asyncio
from functools import partial

from .body import FORM, JSON, LARGE, BodyReader, form_in, media_of
from .headers import has_body
from .problem import Problem
from .query import BadTextError, QueryReader, reader_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ..budget import Budget
    from .query import Reader
    from .route import Parameter, Route


class Checks:
    """What a route wants of a request's parameters and body.

    Arguments: ``route`` is the route; ``budget`` limits what its bodies hold. Raises ``ValueError`` for a route whose
    parameters it could not check.
    """

    __slots__ = ("_body", "_budget", "_headers", "_path", "has_no_limit", "query", "route", "unsafe")

    def __init__(self, route: Route, budget: Budget) -> None:
        self.route = route
        self.unsafe = not route.is_safe
        self.has_no_limit = route.kind == "stream" or (route.quick and not self.unsafe)
        self.query = QueryReader(route.parameters)
        self._path = _readers(route, "path")
        # These the gate reads itself, whether they are declared or not.
        self._headers = [one for one in _readers(route, "header") if one[0].name.lower() not in _READ_BY_THE_GATE]
        self._budget = budget
        self._body: BodyReader | None = None

    def check_path(self, parameters: Mapping[str, str]) -> None:
        """Raise ``Problem`` (404) for what no path of this route holds, such as a word in place of a number."""
        for one, read in self._path:
            try:
                read(parameters[one.name])
            except BadTextError as error:
                raise Problem(404, "not-found", f"there is nothing here: {one.name} is {error}") from None

    def check_headers(self, headers: Mapping[bytes, bytes]) -> None:
        """Raise ``Problem`` (400) for a header that is missing or none of those that it may be."""
        for one, read in self._headers:
            value = headers.get(one.name.lower().encode("ascii"))
            if value is None:
                if one.required:
                    raise Problem(400, "bad-header", f"the header {one.name} is needed")
                continue
            try:
                read(value.decode("latin-1"))
            except BadTextError as error:
                raise Problem(400, "bad-header", f"the header {one.name} is {error}") from None

    def check_media(self, headers: Mapping[bytes, bytes]) -> None:
        """Refuse a body where none is taken (400), or one of another media type (415). Raises ``Problem``."""
        body = self.route.body
        if not has_body(headers):
            if body is not None and self.route.kind != "page":
                raise Problem(400, "bad-body", "a body is needed: JSON, with Content-Type: application/json")
            return
        if body is None:
            raise Problem(400, "bad-body", "no body is taken here; leave it out", headers=[("Connection", "close")])
        wanted = FORM if self.route.kind == "page" else JSON
        if media_of(headers) != wanted:
            raise Problem(
                415,
                "unsupported-media-type",
                f"the body must be {wanted}, in UTF-8, and say so in Content-Type",
                headers=[("Accept", wanted)],
            )

    async def read(self, data: bytes) -> Any:
        """Return what a body holds: a tree, or a form's fields. Raises ``Problem``: 400 or 422."""
        if self.route.kind == "page":
            return form_in(data)
        if self._body is None:
            assert self.route.body is not None
            self._body = BodyReader(self.route.body, self._budget)
        if len(data) > LARGE:
            return await asyncio.get_running_loop().run_in_executor(None, partial(self._body.read, data))
        return self._body.read(data)


_READ_BY_THE_GATE = frozenset(
    ("if-match", "if-none-match", "idempotency-key", "setpoint-csrf", "authorization", "cookie")
)


def _readers(route: Route, place: str) -> list[tuple[Parameter, Reader]]:
    # A document's name was unescaped on the way here, while its schema is about the path; the desk knows all names.
    mine = [one for one in route.parameters if one.place == place and not (place == "path" and one.name == "name")]
    return [(one, reader_of(one.schema, one.name)) for one in mine]
