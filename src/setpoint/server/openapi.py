"""The OpenAPI document, made of the table of routes alone: what it says is what the gate checks.

The format: https://spec.openapis.org/oas/v3.1.1. Schemas are JSON Schema 2020-12 as they are; each that has a title
stands once under ``components``.
"""

from __future__ import annotations

import re

from ..access import VERBS
from .problem import MEDIA, PROBLEM_SCHEMA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from .route import Parameter, Route

_SHOWN = ("api", "stream", "probe")
_CONVERTER = re.compile(r"\{(\w+):\w+\}")

# Where a schema has further schemas in it: as a value, in a list, in a mapping by name.
_ONE = frozenset(("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"))
_LISTS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_MAPS = frozenset(("properties", "patternProperties", "$defs", "dependentSchemas"))

_WHY = {
    400: "The request makes no sense: a parameter, a header or the body cannot be read.",
    401: "Nobody who is known: no token, or none that is valid.",
    403: "You may not do this, or a foreign web page began it.",
    404: "There is no such thing, or none that you may see.",
    409: "Somebody else changed it first.",
    410: "It was there, and is kept no longer.",
    412: "The entity tag is that of an earlier state.",
    413: "The body is too large.",
    415: "The body is of another media type.",
    421: "The server is not known under this host name.",
    422: "The content is not valid; the diagnostics say where.",
    428: "If-Match is missing.",
    429: "Too many tries; Retry-After says when to come back.",
    503: "Not available now; Retry-After says when to come back.",
}


def openapi(routes: Iterable[Route], version: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of some routes; ``version`` is that of the program. Pages are no part of it.

    Raises ``ValueError`` when two schemas of one title differ.
    """
    components: dict[str, Any] = {}
    paths: dict[str, dict[str, Any]] = {}
    problem = _hoisted({"title": "Problem", **PROBLEM_SCHEMA}, components)
    for route in routes:
        if route.kind in _SHOWN:
            path = _CONVERTER.sub(r"{\1}", route.path)
            paths.setdefault(path, {})[route.method.lower()] = _operation(route, problem, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Setpoint",
            "version": version,
            "description": "Reads and changes configuration. In a document's name ~1 stands for a slash and ~0 for a"
            " tilde. HEAD is answered wherever GET is.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route, problem: Any, components: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": _id_of(route),
        "summary": route.summary,
        "security": [] if route.verb is None else [{"bearer": []}],
        "parameters": [_parameter(one, components) for one in _parameters(route)],
        "responses": _responses(route, problem, components),
    }
    if route.verb is not None:
        made["description"] = f"For whoever may {route.verb} {_over(route)}: the role {VERBS[route.verb]} or above."
    if route.tag:
        made["tags"] = [route.tag]
    if route.body is not None:
        made["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _hoisted(route.body, components)}},
        }
    return made


def _id_of(route: Route) -> str:
    words = [name or literal for name, literal in route.segments]
    return "_".join([route.method.lower(), *words]).replace(".", "_").replace("api_v1_", "")


def _over(route: Route) -> str:
    return {"document": "the document", "documents": "any document", "system": "every document"}[route.scope]


def _parameters(route: Route) -> list[Parameter]:
    """Return the parameters of a route, and those that the gate reads."""
    from .route import Parameter

    found = list(route.parameters)
    known = {(one.place, one.name.lower()) for one in found}
    for name, _ in route.segments:
        if name is not None and ("path", name.lower()) not in known:
            found.append(Parameter(name, "path"))
    if route.precondition and ("header", "if-match") not in known:
        found.append(
            Parameter(
                "If-Match",
                "header",
                required=("header", "if-none-match") not in known,
                description="The ETag that was read, or * for any; several may stand with commas between them.",
            )
        )
    if route.kind == "api" and not route.is_safe and ("header", "idempotency-key") not in known:
        found.append(
            Parameter(
                "Idempotency-Key",
                "header",
                {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
                description="A text made up for this write: sent again within 10 minutes, it is not done again.",
            )
        )
    return found


def _parameter(one: Parameter, components: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"name": one.name, "in": one.place, "schema": _hoisted(one.schema, components)}
    if one.required:
        made["required"] = True
    if one.description:
        made["description"] = one.description
    return made


def _responses(route: Route, problem: Any, components: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for status, shape in route.answers.items():
        if status >= 400 and shape is None:
            continue
        made[str(status)] = {"description": "Done." if status < 300 else _WHY.get(status, "Nothing new.")}
        if shape is not None:
            made[str(status)]["content"] = {route.media: {"schema": _hoisted(shape, components)}}
        elif status == 200 and route.media != "application/json":
            made["200"]["content"] = {route.media: {"schema": {"type": "string"}}}
    for status in sorted(problems_of(route)):
        if str(status) not in made:
            made[str(status)] = {
                "description": _WHY.get(status, "Refused."),
                "content": {MEDIA: {"schema": problem}},
            }
    return dict(sorted(made.items()))


def problems_of(route: Route) -> set[int]:
    """Return the statuses from 400 on with which a route may answer."""
    found = {400, 421, 429, 503, 401} | {status for status in route.answers if status >= 400}
    if route.verb is not None:
        found |= {403, 404, 422}
    if not route.is_safe:
        found |= {403, 409, 412, 413, 422}
    if route.body is not None:
        found |= {413, 415}
    if route.precondition:
        found.add(428)
    return found


def _hoisted(schema: Any, components: dict[str, Any]) -> Any:
    """Return a schema in which those with a title are references into ``components``."""
    if not isinstance(schema, dict):
        return schema
    made = {key: _inside(key, value, components) for key, value in schema.items()}
    title = made.get("title")
    if not isinstance(title, str):
        return made
    known = components.setdefault(title, made)
    if known != made:
        raise ValueError(f"two schemas are called {title!r} and differ")
    return {"$ref": f"#/components/schemas/{title}"}


def _inside(key: str, value: Any, components: dict[str, Any]) -> Any:
    if key in _ONE:
        return _hoisted(value, components)
    if key in _LISTS:
        return [_hoisted(one, components) for one in value]
    if key in _MAPS:
        mapping: Mapping[str, Any] = value
        return {name: _hoisted(one, components) for name, one in mapping.items()}
    return value
