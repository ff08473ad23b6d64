"""Whether an answer is what its route's declaration says, to the last member."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs

from setpoint.server.api import ROUTES
from setpoint.server.problem import PROBLEM_SCHEMA
from setpoint.server.route import Route
from setpoint.server.table import Table

TABLE = Table(ROUTES)


def closed(schema: Any) -> Any:
    """Return a schema in which no object has members that are not named."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    if isinstance(made.get("properties"), dict) and "type" in made:
        made.setdefault("additionalProperties", False)
    return made


def route_of(method: str, path: str) -> Route | None:
    """Return the route of a path with its query."""
    found = TABLE.find(path.partition("?")[0].encode())
    return found.methods.get(method) if found is not None else None


def assert_conforms(method: str, path: str, status: int, media: str, content: bytes) -> None:
    """Fail when an answer has another status, media type or shape than its route declares."""
    route = route_of(method, path)
    if status >= 400:
        schema: Any = PROBLEM_SCHEMA
        expected = "application/problem+json"
    else:
        assert route is not None, f"{method} {path} is no route, and was answered with {status}"
        assert status in route.answers, f"{route} does not declare {status}"
        schema, expected = route.answers[status], "application/json"
    if schema is None or method == "HEAD":
        assert content == b""
        return
    assert media.partition(";")[0] == expected
    problems = [error.message for error in jsonschema_rs.validator_for(closed(schema)).iter_errors(json.loads(content))]
    assert not problems, f"{method} {path}: {content[:2000]!r} is not what {route} declares: {problems}"
