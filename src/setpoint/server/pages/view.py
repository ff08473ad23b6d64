"""A page's function made into a handler: run in a thread, and what goes wrong becomes a page too."""

from __future__ import annotations

from functools import wraps

from ...errors import SetpointError
from ..problem import Problem, problem_of
from .renderer import render, stranger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from ..call import Call


def view(function: Callable[[Call], Response]) -> Callable[[Call], Awaitable[Response]]:
    """Return a handler of a function that takes a call and returns a page, and may block."""

    @wraps(function)
    async def handler(call: Call) -> Response:
        return await call.run(_shown, function, call)

    return handler


def _shown(function: Callable[[Call], Response], call: Call) -> Response:
    try:
        return function(call)
    except SetpointError as error:
        return failure(call, problem_of(error))
    except Problem as problem:
        return failure(call, problem)


def failure(call: Call, problem: Problem) -> Response:
    """Return a page that says what went wrong, and what to do."""
    return render(
        call, "failure.html", title=problem.title, status=problem.status, problem=problem.to_dict(call.request_id)
    )


def problem_page(problem: Problem, request: str) -> bytes:
    """Return a page about what was refused before any page could be made: nothing of the system is in it."""
    html = stranger("problem.html", title=problem.title, problem=problem.to_dict(request))
    return html.encode("utf-8", "backslashreplace")


def told(error: SetpointError, heading: str) -> dict[str, object]:
    """Return what a form says about an error: nothing was written, and why."""
    problem = problem_of(error)
    return {"heading": heading, "detail": problem.detail, "diagnostics": problem.diagnostics, "status": problem.status}
