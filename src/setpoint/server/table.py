"""``Table``: from a path, as its bytes came, to the routes of that path.

A path is decoded here and nowhere else, one segment after another and strictly: what is no UTF-8 is refused, and an
encoded slash separates nothing. Literal segments go before parameters.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from .problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .route import Route

_REMEMBERED = 2048
_LONGEST_REMEMBERED = 200  # bytes
_BAD_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_BAD_TILDE = re.compile(r"~(?![01])")


class Found:
    """The routes of one path by their methods, and what its parameters are in it."""

    __slots__ = ("allow", "methods", "parameters")

    def __init__(self, methods: dict[str, Route], parameters: dict[str, str], allow: str) -> None:
        self.methods = methods
        self.parameters = parameters
        self.allow = allow


class _Node:
    """One step of the way through the segments of all paths."""

    __slots__ = ("literal", "methods", "names", "one", "rest", "rest_name")

    def __init__(self) -> None:
        self.literal: dict[bytes, _Node] = {}
        self.one: _Node | None = None  # behind a parameter of one segment
        self.rest: _Node | None = None  # behind a parameter that takes all that follows
        self.methods: dict[str, Route] = {}


class Table:
    """All routes, found by path. Raises ``ValueError`` for two of one path and method.

    Paths that were found are remembered, up to a bound.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._root = _Node()
        self._seen: dict[bytes, Found] = {}
        for route in self.routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        node = self._root
        for name, literal in route.segments:
            if name is None:
                node = node.literal.setdefault(literal.encode("ascii"), _Node())
            elif literal == "path":
                node.rest = node.rest or _Node()
                node = node.rest
            else:
                node.one = node.one or _Node()
                node = node.one
        if route.method in node.methods:
            raise ValueError(f"two routes for {route.method} {route.path}")
        node.methods[route.method] = route

    def find(self, raw_path: bytes) -> Found | None:
        """Return the routes of a path, None when there are none. Raises ``Problem`` (400) for one that is no text."""
        found = self._seen.get(raw_path)
        if found is None:
            found = self._search(raw_path)
            if found is not None and len(raw_path) <= _LONGEST_REMEMBERED:
                if len(self._seen) >= _REMEMBERED:
                    self._seen.clear()
                self._seen[raw_path] = found
        return found

    def _search(self, raw_path: bytes) -> Found | None:
        if not raw_path.startswith(b"/"):
            return None
        if b"%" in raw_path and _BAD_PERCENT.search(raw_path):
            raise Problem(400, "bad-path", "the path holds a % that is not followed by two hexadecimal digits")
        pieces = raw_path[1:].split(b"/")
        values: list[bytes] = []
        node = _walk(self._root, pieces, 0, values)
        if node is None:
            return None
        names = [name for name, _ in next(iter(node.methods.values())).segments if name is not None]
        parameters = {}
        for place, (name, value) in enumerate(zip(names, values, strict=True)):
            takes_all = place == len(names) - 1 and _takes_all(node)
            text = _decoded(value)
            if not takes_all and "/" in text:
                return None  # an encoded slash is no separator, and no name has one
            if name == "name" and "~" in text:
                if _BAD_TILDE.search(text):
                    return None
                text = text.replace("~1", "/").replace("~0", "~")
            parameters[name] = text
        methods = dict(node.methods)
        if "GET" in methods and methods["GET"].kind != "stream":
            methods.setdefault("HEAD", methods["GET"])
        return Found(methods, parameters, ", ".join(sorted(methods)))


def _takes_all(node: _Node) -> bool:
    return next(iter(node.methods.values())).segments[-1][1] == "path"


def _walk(node: _Node, pieces: list[bytes], place: int, values: list[bytes]) -> _Node | None:
    """Return where the segments from ``place`` on lead; ``values`` gets those that stand for parameters."""
    if place == len(pieces):
        return node if node.methods else None
    piece = pieces[place]
    literal = node.literal.get(piece)
    if literal is not None:
        found = _walk(literal, pieces, place + 1, values)
        if found is not None:
            return found
    if node.one is not None and piece:
        values.append(piece)
        found = _walk(node.one, pieces, place + 1, values)
        if found is not None:
            return found
        values.pop()
    if node.rest is not None:
        values.append(b"/".join(pieces[place:]))
        return node.rest
    return None


def _decoded(value: bytes) -> str:
    try:
        return (unquote_to_bytes(value) if b"%" in value else value).decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(400, "bad-path", "the path is not UTF-8") from None
