"""Whoever may see ``team/*`` learns nothing of other documents, by no route and under no spelling of a name."""

from __future__ import annotations

import json
import re

import pytest
from besieged import HIDDEN, Besieged

from setpoint.server.routes import ROUTES

SPELT = [
    HIDDEN,
    f"{HIDDEN}2",
    f"team{HIDDEN}",
    "app",
    "APP",
    "team",
    f"team~1..~1{HIDDEN}",
    f"team~1.~1..~1{HIDDEN}",
    f"~1{HIDDEN}",
    f"{HIDDEN}%00",
    f"{HIDDEN}.yaml",
    f".~1{HIDDEN}",
    "TEAM~1service",
    "team~1service~1x",
    ".setpoint~1tokens",
    "..~1setpoint",
]


def test_no_route_tells_of_other_documents(besieged: Besieged) -> None:
    """What can be asked for without naming a document is answered without a word of those that are hidden."""
    besieged.ask("root", "PUT", f"{HIDDEN}/values/port", 4712, If_Match="*")
    for route in ROUTES:
        if route.method != "GET" or "{" in route.path or route.kind == "stream":
            continue
        for query in ("", f"?documents={HIDDEN}", f"?prefix={HIDDEN}", f"?document={HIDDEN}", "?after=0"):
            for who in ("viewer", "member"):
                status, headers, said = besieged.ask(who, "GET", route.path + query)
                assert status < 500, (route.path, said)
                if status >= 400 or route.verb is None:
                    continue
                said = f"{said} {headers}".replace(f'value="{HIDDEN}"', "")  # a form says again what was asked
                assert HIDDEN not in said, (route.path, query)
                assert not re.search(r"\b(app|4711|4712)\b|canary", said), (route.path, query)


@pytest.mark.parametrize("name", SPELT)
def test_a_hidden_document_is_as_one_that_is_not_there(besieged: Besieged, name: str) -> None:
    """All that is asked of it is answered as for a name that nobody has."""
    for route in ROUTES:
        if "{name}" not in route.path or route.method != "GET" or route.kind == "stream":
            continue
        path = route.path.replace("{pointer:path}", "port").replace("{number}", "1")
        answers = []
        for one in (name, "nosuchthing"):
            status, _, text = besieged.ask("member", "GET", path.replace("{name}", one))
            answers.append((status, json.loads(text)["rule"] if text.startswith("{") else ""))
            assert HIDDEN in name or HIDDEN not in text
            assert not re.search(r"4711|4712|canary", text)
        assert answers[0] == answers[1] == (404, answers[1][1]), (path, answers)


def test_a_transaction_names_nothing_that_is_hidden(besieged: Besieged) -> None:
    """A change of a hidden document among others is refused as one of a document that is not there."""
    said = []
    for name in (HIDDEN, "nosuchname"):
        change = {"op": "set", "document": name, "pointer": "/port", "value": 1}
        own = {"op": "set", "document": "team/service", "pointer": "/size", "value": 9}
        body = {"changes": [own, change], "if_match": {name: "*", "team/service": "*"}}
        status, _, text = besieged.ask("member", "POST", "/api/v1/transactions", body)
        assert status == 404
        said.append(re.sub(r'"request": "[^"]*"', "", text.replace(name, "NAME")))
    assert said[0] == said[1]
    assert (besieged.config / "team" / "service.yaml").read_text() == "size: 3\n"


@pytest.mark.parametrize(
    "name",
    ["app.prod", "app.local", "app.schema", "schemas~1app.schema", "local", "..~1x", ".env", "team~1..~1x", "x%0a"],
)
def test_no_new_document_is_a_file_of_something_else(besieged: Besieged, name: str) -> None:
    """Under no name a document is made that would be a layer, a schema, or a file elsewhere."""
    before = sorted(str(one) for one in besieged.root.rglob("*") if ".setpoint" not in one.parts)
    status, _, said = besieged.ask("root", "PUT", name, {"a": 1}, If_None_Match="*")
    assert status in (400, 404), said
    assert sorted(str(one) for one in besieged.root.rglob("*") if ".setpoint" not in one.parts) == before


@pytest.mark.parametrize("layer", ["profile:../x", "profile:..", "profile:a/b", "profile:", "profile:local", "../x"])
def test_no_layer_is_a_path(besieged: Besieged, layer: str) -> None:
    """A layer is base, local, or a profile by its plain name."""
    status, _, _ = besieged.ask("root", "PUT", f"app/values/port?layer={layer}", 81, If_Match="*")
    assert status == 400
