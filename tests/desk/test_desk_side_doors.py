"""The ways around a front door: names that are near, rules over several documents, events, health, digests."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.access import Grant, Principal
from setpoint.desk import Client, Desk
from setpoint.errors import ConfigNotFoundError, ConfigValidationError
from setpoint.events import Rejected, Reloaded, Skipped

from .place import HIDDEN, Place, says_the_hidden_port, told

ANY = ("*",)


def test_a_rule_over_a_hidden_document_tells_nothing_of_it(place: Place) -> None:
    """A change is refused because of it, without its name, its values or its secrets."""
    desk = place.desk("editor:shop")
    for dry_run in (False, True):
        with pytest.raises(ConfigValidationError) as caught:
            desk.set("shop", ("port",), 4711, if_match=ANY, dry_run=dry_run)
        said = told(caught.value)
        assert HIDDEN not in said
        assert "canary" not in said
        assert "documents that you may not see" in said
        assert len(caught.value.diagnostics) == 1
    with pytest.raises(ConfigValidationError) as caught:
        place.desk("editor").set("shop", ("port",), 4711, if_match=ANY)
    assert f"{HIDDEN} has port 4711 too, and ********" in caught.value.message
    assert "canary" not in told(caught.value)


def test_health_repeats_no_word_of_a_rule_over_a_hidden_document(place: Place) -> None:
    """What a rule has found on the disk is told in full to who may read all that it looks at; secrets are masked."""
    place.desk("viewer").snapshot()
    (place.config / "shop.yaml").write_text(place.text().replace("port: 80", "port: 4711"))
    whole = json.dumps(place.desk("viewer").health())
    assert f"{HIDDEN} has port 4711 too, and ********" in whole
    part = json.dumps(place.desk("viewer:shop").health())
    assert "shop" in part
    assert HIDDEN not in part
    assert not says_the_hidden_port(part)
    with pytest.raises(ConfigValidationError) as caught:
        place.desk("operator").reload()
    for said in (whole, part, told(caught.value)):
        assert "canary" not in said


def test_a_rule_that_fails_tells_nothing_of_a_hidden_document(place: Place) -> None:
    """What a program's rule raises may quote anything, and names its documents."""

    @place.system.rule("team/service", HIDDEN)
    def broken(service: Any, hidden: Any) -> list[Any]:
        raise KeyError(hidden.password)

    with pytest.raises(Exception) as caught:
        place.desk("editor:team/*").set("team/service", ("size",), 4, if_match=ANY)
    assert HIDDEN not in told(caught.value)
    with pytest.raises(Exception) as caught:
        place.desk("editor").set("team/service", ("size",), 4, if_match=ANY)
    assert HIDDEN in told(caught.value)
    assert "canary" not in told(caught.value)


def test_a_digest_is_of_no_use_to_guess_a_secret(place: Place) -> None:
    """Whoever sees a file masked gets another digest of it: equal for equal files, and made with a key."""
    root = place.desk("operator", reveals=("**",))
    root.set("shop", ("port",), 81, if_match=ANY)
    root.rollback("shop", 1, if_match=ANY)
    mine = [one["digest"] for one in place.desk("viewer").history("shop")["revisions"]]
    real = [one["digest"] for one in root.history("shop")["revisions"]]
    assert not set(mine) & set(real)
    assert (mine[0] == mine[2], mine[0] == mine[1]) == (real[0] == real[2], real[0] == real[1]) == (True, False)


def test_an_event_is_told_of_what_may_be_read(place: Place) -> None:
    """Of an event about several documents each hears its own part; secrets are masked; who sees all hears all."""
    from setpoint.change import Change

    changes = [
        Change("shop", ("dsn",), "canary-1", "canary-2"),
        Change("shop", ("port",), 1, 2),
        Change(HIDDEN, ("port",), 3, 4),
    ]
    event = Reloaded(("shop", HIDDEN), 7, 0.1, changes)
    seen = place.desk("viewer:shop").sees(event)
    assert seen is not None
    assert (seen["documents"], seen["generation"]) == (["shop"], 7)
    assert [(one["path"], one["before"], one["after"]) for one in seen["changes"]] == [
        ("/dsn", "********", "********"),
        ("/port", 1, 2),
    ]
    assert place.desk("viewer:team/*").sees(event) is None
    assert place.desk().sees(event) is None
    everything = place.desk("viewer", reveals=("**",)).sees(event)
    assert everything is not None
    assert len(everything["changes"]) == 3
    assert "canary-2" in json.dumps(everything)
    waits = place.desk("viewer:shop").sees(Rejected((HIDDEN,), (), f"{HIDDEN} is wrong", held=("shop",)))
    assert waits is not None
    assert (waits["documents"], waits["held"]) == ([], ["shop"])
    assert waits["message"] == "this waits for documents that you may not see"
    assert place.desk().sees(Skipped(3)) is not None


def test_health_and_alerts_name_only_what_may_be_seen(place: Place) -> None:
    """A reason about a hidden document says that there is one, and nothing else; the status counts it."""
    place.desk("viewer").snapshot()
    (place.config / f"{HIDDEN}.yaml").write_text("port: [\n")
    (place.config / "shop.yaml").write_text("port: canary-port\n")
    for grants in (("viewer:shop",), ("viewer:team/*",)):
        health = place.desk(*grants).health()
        said = json.dumps(health)
        assert HIDDEN not in said
        assert "canary" not in said
        assert "documents that you may not see" in said
        assert health["status"] == place.desk("viewer").health()["status"]
    assert HIDDEN in json.dumps(place.desk("viewer").health())
    alerts = [
        {"rule": "invalid", "documents": [HIDDEN], "message": f"{HIDDEN} is bad", "subject": HIDDEN, "advice": HIDDEN},
        {"rule": "invalid", "documents": ["shop", HIDDEN], "message": f"{HIDDEN} bad", "subject": "", "advice": HIDDEN},
        {"rule": "disk", "documents": [], "message": f"{HIDDEN} cannot be read", "subject": HIDDEN, "advice": HIDDEN},
    ]

    class Monitor:
        def get_alerts(self, *_: object) -> list[dict[str, Any]]:
            return [dict(one) for one in alerts]

    place.backing._monitor = Monitor()  # type: ignore[assignment]
    shown = place.desk("viewer:shop").alerts()["alerts"]
    assert [one["documents"] for one in shown] == [[], ["shop"]]
    assert HIDDEN not in json.dumps(shown)
    assert len(place.desk("viewer").alerts()["alerts"]) == 3


NAMES = st.sampled_from(["app", "app2", "App", "APP", "ap", "team", "team/app", "team/app2", "Team/app", "team/x/app"])
PATTERNS = st.sampled_from(["app", "app2", "App", "team", "team/*", "team/app", "*", "*/app", "**", "team/**"])


@given(grants=st.lists(st.tuples(st.sampled_from(["viewer", "editor"]), PATTERNS), max_size=3), name=NAMES)
def test_a_near_name_is_no_name(names_place: Place, grants: list[tuple[str, str]], name: str) -> None:
    """Whether a document is there for somebody follows from their grants alone, and so does whatever names it."""
    principal = Principal("ann", [Grant(*one) for one in grants])
    desk = Desk(names_place.backing, principal, Client("::1", "r"))
    there = {one.name for one in names_place.system.documents()}
    readable = {one for one in there if principal.may("read", one)}
    assert {one["name"] for one in desk.documents(limit=1000)["documents"]} == readable
    if name in readable:
        assert json.loads(desk.value(name).body) == {"is": name}
    else:
        assert desk.held(name) is None
        with pytest.raises(ConfigNotFoundError) as caught:
            desk.value(name)
        assert set(caught.value.near) <= readable
        hint = caught.value.message.split("; ", 1)[1]
        for other in there - readable:
            assert repr(other) not in hint
            assert other not in hint.removeprefix("there are ").split(", ")
    if grants:
        assert set(desk.snapshot()["documents"]) == readable


@pytest.fixture(scope="module")
def names_place(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from .place import make_place

    place = make_place(tmp_path_factory.mktemp("names") / "place")
    for path in place.config.rglob("*.yaml"):
        path.unlink()
    for name in ("app", "app2", "App", "team/app", "team/app2", "team/x/app"):
        file = place.config / f"{name}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"is: {name}\n")
    yield place
    place.close()
