"""Paths are decoded once, strictly, and lead to one route or none."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.server.problem import Problem
from setpoint.server.route import Route
from setpoint.server.table import Table


async def handler(call: Any) -> Any:
    """Stand in for a handler that is never called."""
    raise AssertionError("nobody calls it")


def route(path: str, method: str = "GET", scope: str = "documents", kind: str = "api") -> Route:
    return Route(method, path, handler, verb="read", scope=scope, summary="", kind=kind)


TABLE = Table(
    [
        route("/"),
        route("/docs"),
        route("/docs/{name}", scope="document"),
        route("/docs/{name}", "PUT", scope="document"),
        route("/docs/{name}/values/{pointer:path}", scope="document"),
        route("/docs/{name}/history/{number}", scope="document"),
        route("/docs/new/page"),
        route("/stream", kind="stream"),
    ]
)


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/", {}),
        ("/docs", {}),
        ("/docs/web", {"name": "web"}),
        ("/docs/w%65b", {"name": "web"}),
        ("/docs/team~1service", {"name": "team/service"}),
        ("/docs/a~01", {"name": "a~1"}),
        ("/docs/new", {"name": "new"}),
        ("/docs/new/page", {}),
        ("/docs/new/history/3", {"name": "new", "number": "3"}),
        ("/docs/web/values/", {"name": "web", "pointer": ""}),
        ("/docs/web/values/a/b", {"name": "web", "pointer": "a/b"}),
        ("/docs/web/values/a//b", {"name": "web", "pointer": "a//b"}),
        ("/docs/web/values/a%2Fb", {"name": "web", "pointer": "a/b"}),
        ("/docs/web/values/a~1b", {"name": "web", "pointer": "a~1b"}),
        ("/docs/web/values/../x", {"name": "web", "pointer": "../x"}),
        ("/docs/web/values/%00", {"name": "web", "pointer": "\0"}),
        ("/docs/web/values/%C3%A9+", {"name": "web", "pointer": "é+"}),
    ],
)
def test_a_path_leads_to_its_route(path: str, parameters: dict[str, str]) -> None:
    """Literal parts go before parameters, and each part is decoded by itself."""
    found = TABLE.find(path.encode())
    assert found is not None
    assert found.parameters == parameters


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "//docs",
        "/docs/",
        "/docs//values/a",
        "/docs/web/",
        "/docs/web/values",
        "/docs/team%2Fservice",
        "/docs/team%2fservice/values/a",
        "/docs/team/service",
        "/docs/a~2",
        "/docs/a~",
        "/Docs",
        "/d%6Fcs",
        "/docs/../docs",
        "/docs/web/history/%2f",
        "",
        "*",
    ],
)
def test_other_paths_lead_nowhere(path: str) -> None:
    """What is only similar to a route is none."""
    assert TABLE.find(path.encode()) is None


@pytest.mark.parametrize("path", [b"/docs/%C0%AE", b"/docs/%ED%A0%80", b"/docs/%ff", b"/docs/%4", b"/docs/%zz", b"/d%"])
def test_a_path_that_is_no_text_is_refused(path: bytes) -> None:
    """Overlong UTF-8, half a surrogate pair, stray percent signs: nothing is guessed."""
    with pytest.raises(Problem) as caught:
        TABLE.find(path)
    assert caught.value.status == 400


def test_head_goes_where_get_goes() -> None:
    """The methods of a path are known, for the header Allow as well."""
    found = TABLE.find(b"/docs/web")
    assert found is not None
    assert found.allow == "GET, HEAD, PUT"
    assert found.methods["HEAD"] is found.methods["GET"]


def test_two_routes_for_the_same_are_refused() -> None:
    """A table says clearly who answers."""
    with pytest.raises(ValueError, match="two routes"):
        Table([route("/docs/{name}", scope="document"), route("/docs/{other}")])


@given(st.text(min_size=1), st.lists(st.text(min_size=1), min_size=1))
def test_what_was_encoded_is_what_comes_out(name: str, parts: list[str]) -> None:
    """A name and the parts of a pointer survive the way through a path, whatever they hold."""
    try:
        encoded = [quote(part, safe="") for part in parts]
        segment = quote(name.replace("~", "~0").replace("/", "~1"), safe="")
    except UnicodeEncodeError:  # half a surrogate pair cannot be sent at all
        return
    found = TABLE.find(f"/docs/{segment}/values/{'/'.join(encoded)}".encode())
    assert found is not None
    assert found.parameters == {"name": name, "pointer": "/".join(parts)}


@given(st.binary(max_size=60))
def test_any_bytes_are_a_path_or_not(raw: bytes) -> None:
    """Whatever somebody sends, it is found, not found, or refused."""
    for path in (b"/" + raw, b"/docs/" + raw, b"/docs/web/values/" + raw):
        try:
            TABLE.find(path)
        except Problem as problem:
            assert problem.status == 400
