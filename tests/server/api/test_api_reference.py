"""The reference of the API and its schemas: complete, and about what there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from conforming import TABLE

from setpoint.server.api import ROUTES
from setpoint.server.openapi import openapi
from setpoint.server.route import Route

PAGE = Path(__file__).parents[3] / "docs" / "server_api.md"
PREFIX = "/api/v1"
# A call of curl on the page: the method, if one is named, whether a body is sent, and the path.
CALL = re.compile(r"^\$ curl (?P<options>[^\n]*?)\"?\$API(?P<path>/[^\s\"]*)", re.MULTILINE)


def title_of(route: Route) -> str:
    return f"{route.method} {route.path.removeprefix(PREFIX).replace(':path', '')}"


def sections() -> dict[str, str]:
    """Return the text below each heading that names a route."""
    pieces = re.split(r"^### `([A-Z]+ [^`]+)`$", PAGE.read_text(), flags=re.MULTILINE)
    return {
        title: re.split(r"^#", text, flags=re.MULTILINE)[0]
        for title, text in zip(pieces[1::2], pieces[2::2], strict=True)
    }


def test_every_route_has_its_section_and_every_section_its_route() -> None:
    """The headings of the page are the routes of the table, each once."""
    assert sorted(sections()) == sorted(map(title_of, ROUTES))


@pytest.mark.parametrize("route", ROUTES, ids=title_of)
def test_a_section_says_who_may_and_what_is_taken(route: Route) -> None:
    """The verb, each parameter of the query, each member of the body and the precondition are named."""
    text = sections()[title_of(route)]
    assert f"`{route.verb}`" in text
    names = [one.name for one in route.parameters if one.place == "query"]
    if isinstance(route.body, dict) and route.body.get("additionalProperties") is False:
        names += route.body["properties"]
    for name in names:
        assert re.search(rf"`{name}\b", text), name
    assert ("`If-Match`" in text) == route.precondition


@pytest.mark.parametrize("route", ROUTES, ids=title_of)
def test_a_section_has_an_example_of_its_route(route: Route) -> None:
    """A call of curl in the section leads to the route that it is about."""
    called = []
    for call in CALL.finditer(sections()[title_of(route)]):
        method = re.search(r"-X ([A-Z]+)", call["options"])
        found = TABLE.find((PREFIX + call["path"].partition("?")[0]).encode())
        assert found is not None, call[0]
        called.append(found.methods[method[1] if method else "POST" if "--json" in call["options"] else "GET"])
    assert route in called


def bare(schema: Any, place: str) -> list[str]:
    """Return the places of a schema that say nothing: no type, no alternatives, no word."""
    if not isinstance(schema, dict):
        return []
    says = {"type", "$ref", "anyOf", "oneOf", "const", "enum", "description"} & schema.keys()
    found = [] if says else [place]
    for key in ("properties", "$defs"):
        for name, inner in schema.get(key, {}).items():
            found += bare(inner, f"{place}/{name}")
    for key in ("items", "additionalProperties"):
        found += bare(schema.get(key), f"{place}/{key}")
    for key in ("anyOf", "oneOf", "allOf"):
        for number, inner in enumerate(schema.get(key, ())):
            found += bare(inner, f"{place}/{key}/{number}")
    return found


@pytest.mark.parametrize("route", ROUTES, ids=title_of)
def test_no_shape_is_left_open(route: Route) -> None:
    """Every success has a schema that says something at every place; an object's members are named or of one kind."""
    for status, schema in route.answers.items():
        if schema is None:
            assert status == 304 or status >= 400
        else:
            assert bare(schema, str(status)) == []
    assert bare(route.body, "body") == []


def test_the_document_describes_each_shape_once() -> None:
    """Schemas with a title are components of the OpenAPI document, and no two of one title differ."""
    document = openapi(ROUTES, "1")
    assert {"Done", "Diagnostic", "Revision", "Tree", "Transaction", "Problem"} <= set(
        document["components"]["schemas"]
    )
    ids = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(set(ids)) == len(ids)
