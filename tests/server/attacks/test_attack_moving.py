"""Nobody brings a secret to light by having it put back at a place where it is none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from besieged import MASK, Besieged

CHANGES: list[tuple[str, str, Any]] = [
    ("PUT", "app/values/pair", ["open", MASK]),
    ("PUT", "app/values/pair", [None, MASK]),
    ("DELETE", "app/values/second/0", ...),
    ("PUT", "app/values/near/connection", "anything"),
]


@pytest.mark.parametrize("dry_run", ["?dry_run=true", ""])
@pytest.mark.parametrize(("method", "path", "value"), CHANGES)
def test_a_change_that_would_show_a_secret_is_refused(
    besieged: Besieged, method: str, path: str, value: Any, dry_run: str
) -> None:
    """A secret moves neither by its mask nor with its list, nor is its key taken for another all of a sudden."""
    before = (besieged.config / "app.yaml").read_bytes()
    status, _, said = besieged.ask("editor", method, path + dry_run, value, If_Match="*")
    assert (status, json.loads(said)["rule"]) == (400, "usage"), said
    assert "canary" not in said
    assert (besieged.config / "app.yaml").read_bytes() == before
    assert "canary" not in besieged.ask("editor", "GET", "app")[2]


@pytest.mark.parametrize(("method", "path", "value"), CHANGES)
def test_a_transaction_does_not_show_a_secret_either(besieged: Besieged, method: str, path: str, value: Any) -> None:
    """What is refused as one change is refused as a part of several."""
    pointer = path.removeprefix("app/values")
    change = {"op": "unset", "document": "app", "pointer": pointer}
    if method == "PUT":
        change = {**change, "op": "set", "value": value}
    body = {"changes": [change], "if_match": {"app": "*"}}
    status, _, said = besieged.ask("editor", "POST", "/api/v1/transactions", body)
    assert status == 400 and "canary" not in said


def test_a_whole_tree_does_not_show_a_secret_either(besieged: Besieged) -> None:
    """A document that is sent whole keeps its secrets at their own places only; as it was read, it changes nothing."""
    status, headers, said = besieged.ask("editor", "GET", "app")
    tree = json.loads(said)
    status, _, said = besieged.ask("editor", "PUT", "app", tree, If_Match=headers["etag"])
    assert status == 200 and json.loads(said)["documents"] == []
    for changed in ({"pair": ["open", MASK]}, {"second": [MASK]}, {"near": {"connection": "x", "conection": MASK}}):
        status, _, said = besieged.ask("editor", "PUT", "app", {**tree, **changed}, If_Match="*")
        assert status == 400 and "canary" not in said, said


def test_whoever_may_see_a_secret_may_move_it(besieged: Besieged) -> None:
    """For a token that reveals the document nothing is masked, and nothing is in the way."""
    status, _, said = besieged.ask("root", "PUT", "app/values/pair?dry_run=true", ["open", "canary-pair"], If_Match="*")
    assert status == 200, said
    assert besieged.ask("root", "DELETE", "app/values/second/0?dry_run=true", If_Match="*")[0] == 200
