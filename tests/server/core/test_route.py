"""A route says who may call it, or there is no such route."""

from __future__ import annotations

from typing import Any

import pytest

from setpoint.server.route import Parameter, Route


async def handler(call: Any) -> Any:
    """Stand in for a handler that is never called."""
    raise AssertionError("nobody calls it")


def make(method: str = "GET", path: str = "/thing", **more: Any) -> Route:
    return Route(method, path, handler, **{"verb": "read", "scope": "documents", "summary": "A thing", **more})


@pytest.mark.parametrize(
    "wrong",
    [
        {"verb": None},
        {"scope": "public"},
        {"scope": None},
        {"scope": "everyone"},
        {"verb": "look"},
        {"verb": "", "scope": "documents"},
        {"kind": "secret"},
        {"method": "HEAD"},
        {"method": "TRACE"},
        {"body": {"type": "object"}},
        {"scope": "document"},
        {"path": "thing"},
        {"path": "/a{name}"},
        {"path": "/{rest:path}/more"},
        {"path": "/{9}"},
        {"path": "/{number:int}"},
        {"parameters": (Parameter("other", "path"),)},
    ],
)
def test_a_route_that_cannot_be_checked_cannot_be_made(wrong: dict[str, Any]) -> None:
    """Without verb and scope that go together, or with anything else that makes no sense, there is no route."""
    with pytest.raises(ValueError, match="route"):
        make(**wrong)


def test_verb_and_scope_must_be_said() -> None:
    """Neither has a default, so that none is forgotten."""
    with pytest.raises(TypeError):
        Route("GET", "/thing", handler, summary="A thing")  # type: ignore[call-arg]


def test_a_public_route_has_no_verb() -> None:
    """What is public is said to be, and nothing is asked for."""
    assert make(verb=None, scope="public").verb is None


def test_a_parameter_of_a_path_is_required() -> None:
    """A path is not there without its parts."""
    assert Parameter("number", "path").required
    with pytest.raises(ValueError, match="parameter"):
        Parameter("number", "cookie")
