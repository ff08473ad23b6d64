"""The OpenAPI document says what the table of routes says."""

from __future__ import annotations

import re
from typing import Any

import jsonschema_rs
import pytest
from gate_ground import Ground

from setpoint.server.openapi import openapi
from setpoint.server.route import Route
from setpoint.server.routes import ROUTES


async def handler(call: Any) -> Any:
    """Stand in for a handler that is never called."""
    raise AssertionError("nobody calls it")


DOCUMENT = openapi(ROUTES, "1.2.3")


def test_it_is_served_to_everybody(ground: Ground) -> None:
    """Whoever writes a client needs no token to learn how."""
    reply = ground.send("GET", "/api/v1/openapi.json")
    assert reply.json["openapi"].startswith("3.1.")
    assert reply.json["paths"] == DOCUMENT["paths"]


def test_every_route_but_pages_is_in_it() -> None:
    """Each method of each path once, with an id of its own."""
    described = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    wanted = {
        (route.method, re.sub(r":\w+\}", "}", route.path))
        for route in ROUTES
        if route.kind in ("api", "stream", "probe")
    }
    assert described == wanted
    ids = [one["operationId"] for methods in DOCUMENT["paths"].values() for one in methods.values()]
    assert len(ids) == len(set(ids))


def test_every_parameter_of_a_path_is_described() -> None:
    """A path without a description of its parts would not be valid."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert named == set(re.findall(r"\{(\w+)\}", path)), (method, path)


def test_every_reference_leads_somewhere() -> None:
    """And every schema among the components is one."""
    schemas = DOCUMENT["components"]["schemas"]

    def references(part: Any) -> set[str]:
        if isinstance(part, dict):
            inner = set().union(*map(references, part.values())) if part else set()
            return inner | ({part["$ref"]} if isinstance(part.get("$ref"), str) else set())
        if isinstance(part, list):
            return set().union(*map(references, part)) if part else set()
        return set()

    assert {one.rpartition("/")[2] for one in references(DOCUMENT)} <= set(schemas)
    for schema in schemas.values():
        jsonschema_rs.meta.validate({**schema, "$schema": "https://json-schema.org/draft/2020-12/schema"})


def test_it_says_who_may_and_what_may_happen() -> None:
    """Security, conditions and refusals are in it as the gate has them."""
    for route in ROUTES:
        if route.kind == "page":
            continue
        operation = DOCUMENT["paths"][re.sub(r":\w+\}", "}", route.path)][route.method.lower()]
        assert operation["security"] == ([] if route.verb is None else [{"bearer": []}])
        assert "428" in operation["responses"] or not route.precondition
        assert ("requestBody" in operation) == (route.body is not None)
        assert ("415" in operation["responses"]) == (route.body is not None)
        if route.verb is not None:
            assert {"401", "403"} <= set(operation["responses"])


def test_two_schemas_of_one_title_are_refused() -> None:
    """One would hide the other."""
    routes = [
        Route(
            "GET",
            f"/{kind}",
            handler,
            verb=None,
            scope="public",
            summary="",
            answers={200: {"title": "A", "type": kind}},
        )
        for kind in ("string", "integer")
    ]
    with pytest.raises(ValueError, match="'A'"):
        openapi(routes, "1")
