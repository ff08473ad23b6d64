"""Problems: every answer that is no success, in the form of RFC 9457 (``application/problem+json``)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from ..errors import (
    ConfigInvalidError,
    ConfigNotFoundError,
    ConflictError,
    EditRefusedError,
    GuardedError,
    MigrationError,
    SchemaError,
    SetpointError,
    UnavailableError,
    UsageError,
    Veto,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..diagnostic import Diagnostic

MEDIA = "application/problem+json"

# What a rule says goes before what its class says: these are refinements of a class.
_BY_RULE = {"denied": 403, "stale": 412, "gone": 410}
_BY_CLASS: tuple[tuple[type[SetpointError], int], ...] = (
    (UsageError, 400),
    (ConfigNotFoundError, 404),
    (ConflictError, 409),
    (ConfigInvalidError, 422),
    (EditRefusedError, 422),
    (GuardedError, 422),
    (Veto, 422),
    (MigrationError, 422),
    (SchemaError, 422),
    (UnavailableError, 503),
)


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it so
    """An answer that is no success, raised where it is found out.

    Arguments: ``status`` is the HTTP status; ``rule`` the stable id in kebab-case; ``detail`` one sentence that says
    what is wrong and what to do, never with a secret; ``diagnostics`` and ``near`` as for ``SetpointError``;
    ``headers`` are further headers of the answer.
    """

    def __init__(
        self,
        status: int,
        rule: str,
        detail: str,
        *,
        diagnostics: Iterable[Diagnostic | Mapping[str, Any]] = (),
        near: Iterable[str] = (),
        headers: Iterable[tuple[str, str]] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.rule = rule
        self.detail = detail
        self.diagnostics = tuple(dict(one) if isinstance(one, Mapping) else one.to_dict() for one in diagnostics)
        self.near = tuple(near)
        self.headers = tuple(headers)

    @property
    def title(self) -> str:
        """The name of the status."""
        return HTTPStatus(self.status).phrase

    def to_dict(self, request: str) -> dict[str, Any]:
        """Return it as plain data; ``request`` is the id of the request, by which its lines in the logs are found."""
        return {
            "type": f"urn:setpoint:{self.rule}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "rule": self.rule,
            "diagnostics": list(self.diagnostics),
            "near": list(self.near),
            "request": request,
        }


def status_of(error: SetpointError) -> int:
    """Return the HTTP status that an error of this package means."""
    status = _BY_RULE.get(error.rule)
    if status is not None:
        return status
    return next((status for kind, status in _BY_CLASS if isinstance(error, kind)), 422)


def problem_of(error: SetpointError) -> Problem:
    """Return an error of this package as the answer that it means."""
    status = status_of(error)
    return Problem(
        status,
        error.rule,
        error.message,
        diagnostics=error.diagnostics,
        near=error.near if isinstance(error, ConfigNotFoundError) else (),
        headers=[("Retry-After", "1")] if status == 503 else (),
    )


PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong, in the form of RFC 9457.",
    "required": ["type", "title", "status", "detail", "rule", "diagnostics", "near", "request"],
    "properties": {
        "type": {"type": "string", "description": "urn:setpoint: and the rule"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "rule": {"type": "string", "description": "the stable id of what went wrong"},
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["rule", "severity", "message"],
                "properties": {
                    "file": {"type": ["string", "null"]},
                    "line": {"type": ["integer", "null"]},
                    "column": {"type": ["integer", "null"]},
                    "end_line": {"type": ["integer", "null"]},
                    "end_column": {"type": ["integer", "null"]},
                    "path": {"type": ["string", "null"], "description": "a JSON Pointer"},
                    "rule": {"type": "string"},
                    "severity": {"enum": ["error", "warning"]},
                    "message": {"type": "string"},
                    "suggestion": {"type": ["string", "null"]},
                    "layer": {"type": ["string", "null"]},
                },
            },
        },
        "near": {"type": "array", "items": {"type": "string"}},
        "request": {"type": "string"},
    },
}
