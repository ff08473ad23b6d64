"""What machines ask: whether the process answers, whether it can serve, how healthy it is, its figures, its routes."""

from __future__ import annotations

from json import dumps

from starlette.responses import Response

from ..errors import SetpointError
from ..monitor.health import CRITICAL
from .problem import Problem
from .route import Route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .application import Application
    from .call import Call

_TEXT = "text/plain; charset=utf-8"
# The format and its version: https://prometheus.io/docs/instrumenting/exposition_formats/
_METRICS = "text/plain; version=0.0.4; charset=utf-8"

_LOOKED_AT = 20  # documents that are tried when none is served yet

_WORD = {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}


async def livez(_call: Call) -> Response:
    """Say that the process answers: whoever restarts it asks this, so it depends on nothing else."""
    return Response(b"ok\n", media_type=_TEXT)


async def readyz(call: Call) -> Response:
    """Say whether requests should come here: documents are served, events passed on. Else 503 with what is missing."""
    missing = await call.run(_missing, call.application)
    if missing:
        raise Problem(503, "not-ready", f"not ready: {missing}", headers=[("Retry-After", "1")])
    return Response(b"ok\n", media_type=_TEXT)


async def healthz(call: Call) -> Response:
    """Say how healthy the system is: one word for everybody, the reasons for those who may observe."""
    if call.principal.may_anywhere("observe"):
        health = await call.run(call.desk.health)
    else:
        health = {"status": (await call.run(call.application.backing.monitor.get_health_status))["status"]}
    return Response(dumps(health), 503 if health["status"] == CRITICAL else 200, media_type="application/json")


async def metrics(call: Call) -> Response:
    """Give the figures in the text format of Prometheus."""
    from ..metrics import prometheus_text

    return Response(await call.run(prometheus_text, call.application.backing.system), media_type=_METRICS)


async def openapi(call: Call) -> Response:
    """Describe the API for machines, as OpenAPI 3.1."""
    return Response(await call.run(call.application.openapi), media_type="application/json")


def _missing(application: Application) -> str:
    """Return what is missing before requests can be answered well, an empty text when nothing is."""
    if not application.hub.running:
        return "events are not passed on yet, or not any more"
    system = application.backing.system
    names = [entry.name for entry in system.documents()]
    _, served = system._serving.hold()
    if not names or served:
        return ""
    for name in names[:_LOOKED_AT]:  # nobody has asked for any yet
        try:
            system.load_config(name)
        except SetpointError:
            continue
        return ""
    return "no document can be served: 'setpoint check' says what is wrong with them"


ROUTES = (
    Route(
        "GET",
        "/livez",
        livez,
        verb=None,
        scope="public",
        summary="Say that the process answers",
        kind="probe",
        quick=True,
        media="text/plain",
        tag="probes",
    ),
    Route(
        "GET",
        "/readyz",
        readyz,
        verb=None,
        scope="public",
        summary="Say whether requests should come here",
        kind="probe",
        media="text/plain",
        tag="probes",
        answers={200: None, 503: None},
    ),
    Route(
        "GET",
        "/healthz",
        healthz,
        verb=None,
        scope="public",
        summary="Say how healthy the system is; the reasons are for those who may observe",
        kind="probe",
        answers={200: _WORD, 503: _WORD},
        tag="probes",
    ),
    Route(
        "GET",
        "/metrics",
        metrics,
        verb="observe",
        scope="system",
        summary="Give the figures in the text format of Prometheus",
        kind="probe",
        media="text/plain",
        tag="probes",
    ),
    Route(
        "GET",
        "/api/v1/openapi.json",
        openapi,
        verb=None,
        scope="public",
        summary="Describe this API for machines, as OpenAPI 3.1",
        answers={200: {"type": "object", "required": ["openapi", "info", "paths"]}},
        tag="access",
    ),
)
