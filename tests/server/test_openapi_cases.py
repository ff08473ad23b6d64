"""Thousands of requests made from the OpenAPI document, good and bad ones, against a real server on loopback.

Every answer must be one that the document describes: its status, its media type, its headers, its shape. What is bad
must be refused, what is good must not be, and nothing may fail.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis import engine

sys.path.insert(0, str(Path(__file__).parent / "api"))
from living import LivingServer

from setpoint.server.openapi import openapi
from setpoint.server.routes import ROUTES

# All routes but those that wait for events, and those that say 503 when the machine that runs the tests is not well.
ENDLESS_OR_MOODY = {"/api/v1/events", "/api/v1/changes", "/readyz", "/healthz"}
DOCUMENT = openapi([one for one in ROUTES if one.path not in ENDLESS_OR_MOODY], "1")
# What a request that fits the document can be answered with: whether a change is possible is for the documents to say.
ACCEPTED = ["2xx", "304", "404", "409", "410", "412", "422", "428"]
REFUSED = ["400", "401", "403", "404", "405", "412", "415", "422", "428"]
BEYOND_THE_MODEL = {"integer-too-large", "number-too-long", "not-finite", "lone-surrogate", "too-deep"}
NAMES = ["plain", "service", "team~1service"]
POINTERS = ["colour", "size", "timeout", "queue/max_size", "queue/names/0", "queue/names/-", "password", "replicas"]


def settings_of(server: LivingServer, examples: int) -> Any:
    """Return how requests are made: mostly about documents and places that there are."""
    names, pointers = {"dictionary": "names", "probability": 0.8}, {"dictionary": "pointers", "probability": 0.7}
    return schemathesis.Config.from_dict(
        {
            "base-url": f"http://127.0.0.1:{server.port}",
            "headers": {"Authorization": f"Bearer {server.token('admin')}"},
            "continue-on-failure": True,
            "seed": 1,
            "dictionaries": {
                "names": {"values": NAMES},
                "documents": {"values": [name.replace("~1", "/") for name in NAMES]},
                "pointers": {"values": POINTERS},
                "absolute": {"values": [f"/{one}" for one in POINTERS]},
                "any": {"values": ["*"]},
                "numbers": {"values": [1, 2, 3]},
            },
            "parameters": {
                "path.name": names,
                "path.pointer": pointers,
                "path.number": {"dictionary": "numbers", "probability": 0.5},
                "query.old": {"dictionary": "numbers", "probability": 0.5},
                "query.new": {"dictionary": "numbers", "probability": 0.5},
                "header.If-Match": {"dictionary": "any", "probability": 0.8},
                "body.to": {"dictionary": "numbers", "probability": 0.5},
            },
            "generation": {"max-examples": examples, "database": "none"},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ACCEPTED},
                "negative_data_rejection": {"expected-statuses": REFUSED},
                "missing_required_header": {"expected-statuses": ["400", "401", "428"]},
            },
        }
    )


def is_mistaken(check: Any, case: Any, response: Any) -> bool:
    """True when a request that was refused was taken for one that fits the document, and does not.

    Where several headers may be left out, the generator fills in If-Match without regard to its pattern. And a tree
    may hold what JSON can hold and no document can, an integer beyond 64 bits: no JSON Schema says that of any depth.
    """
    if check.name != "positive_data_acceptance":
        return False
    if response.headers["content-type"][0].startswith("application/problem+json"):
        problem = json.loads(response.content)
        if problem["rule"] == "bad-body" and {one["rule"] for one in problem["diagnostics"]} <= BEYOND_THE_MODEL:
            return True
    sent = (case.headers or {}).get("If-Match")
    declared = next((one for one in parameters_of(case) if one["name"] == "If-Match"), None)
    return sent is not None and declared is not None and re.search(declared["schema"]["pattern"], str(sent)) is None


def parameters_of(case: Any) -> list[dict[str, Any]]:
    """Return the parameters that the document declares for a request."""
    found: list[dict[str, Any]] = DOCUMENT["paths"][case.operation.path][case.operation.method.lower()]["parameters"]
    return found


def test_every_answer_is_one_that_the_document_describes(tmp_path: Path) -> None:
    """No server error, no undeclared answer, nothing bad accepted and nothing good refused, over all routes."""
    examples = max(1, int(os.environ.get("SETPOINT_EXAMPLES", "100")) // 50)
    problems: list[str] = []
    statuses: Counter[int] = Counter()
    with LivingServer(tmp_path) as server:
        schema = schemathesis.openapi.from_dict(DOCUMENT, config=settings_of(server, examples))
        for event in engine.from_schema(schema).execute():
            if isinstance(event, engine.events.NonFatalError | engine.events.FatalError):
                problems.append(repr(getattr(event, "value", None) or event))
            recorder = getattr(event, "recorder", None)
            if recorder is None:
                continue
            for interaction in recorder.interactions.values():
                assert interaction.response is not None, f"{interaction.request.method} {interaction.request.uri}"
                statuses[interaction.response.status_code] += 1
            for case, checks in recorder.checks.items():
                for check in checks:
                    if check.failure_info is not None and not is_mistaken(
                        check, recorder.cases[case].value, recorder.interactions[case].response
                    ):
                        problems.append(f"{check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}")
        print(sum(statuses.values()), sorted(statuses.items()))
    assert not problems, "\n\n".join([f"{len(problems)} problems", *problems[:10]])
    assert sum(statuses.values()) > 500, statuses
    assert statuses[200] > 100, statuses
    assert not [status for status in statuses if status >= 500], statuses
