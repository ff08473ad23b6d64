"""What is done over a desk is on the audit trail, before and after; and never what it was about."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from setpoint.desk import DeniedError, StaleError
from setpoint.errors import ConfigNotFoundError, ConfigValidationError, UnavailableError, UsageError

from .place import HIDDEN, Place

ANY = ("*",)


class Broken:
    """An audit trail that can be written until its room is used up."""

    def __init__(self, place: Place, room: int) -> None:
        self.trail = place.audit
        self.room = room
        place.backing.audit = self  # type: ignore[assignment]

    def append(self, **facts: Any) -> object:
        if self.room == 0:
            raise UnavailableError("the audit trail cannot be written: no space left on device")
        self.room -= 1
        return self.trail.append(**facts)


def test_a_change_is_begun_and_done(place: Place) -> None:
    """Both entries say who, from where, with which token and request, what and about which document."""
    desk = place.desk("operator")
    desk.set("shop", ("dsn",), "canary-new", if_match=ANY, reason="canary-reason")
    begun, done = reversed(place.audit.entries())
    for entry in (begun, done):
        facts = (entry.who, entry.token, entry.address, entry.request, entry.action, entry.documents)
        assert facts == ("ann", "0123456789ab", "192.0.2.7", "request-1", "set", ("shop",))
    assert (begun.outcome, begun.revisions) == ("begun", ())
    assert (done.outcome, done.revisions) == ("done", (("shop", 2),))
    assert place.system.history("shop")[0].author == "ann"
    desk.unset("shop", ("note",), if_match=ANY)
    desk.replace("new", {}, create=True)
    desk.transaction([{"op": "set", "document": "shop", "pointer": "/port", "value": 1}], if_match={"shop": ANY})
    desk.rollback("shop", 1, if_match=ANY)
    desk.accept("shop")
    desk.reload()
    done_since = [one.action for one in reversed(place.audit.entries()) if one.outcome == "done"]
    assert done_since == ["set", "unset", "replace", "transaction", "rollback", "accept", "reload"]
    assert "canary" not in json.dumps([one.to_dict() for one in place.audit.entries()])


def test_what_is_refused_or_not_allowed_is_on_the_trail(place: Place) -> None:
    """A refusal follows what was begun; what is not allowed is not begun. A dry run leaves only what is not allowed."""
    desk = place.desk("editor:shop")
    with pytest.raises(ConfigValidationError):
        desk.set("shop", ("port",), "canary-x", if_match=ANY)
    with pytest.raises(StaleError):
        desk.set("shop", ("port",), 1, if_match=('"AAAAAAAAAAAAAAAAAAAAAAAA"',))
    with pytest.raises(DeniedError):
        desk.rollback("shop", 1, if_match=ANY)
    with pytest.raises(DeniedError):
        desk.reload()
    with pytest.raises(ConfigNotFoundError):
        desk.set(HIDDEN, ("port",), 1, if_match=ANY)
    entries = [(one.outcome, one.detail) for one in reversed(place.audit.entries())]
    assert entries == [
        ("begun", "base"),
        ("refused", "invalid"),
        ("begun", "base"),
        ("refused", "stale"),
        ("denied", ""),
        ("denied", ""),
        ("denied", ""),
    ]
    desk.set("shop", ("port",), 81, if_match=ANY, dry_run=True)
    with pytest.raises(ConfigValidationError):
        desk.set("shop", ("port",), "x", if_match=ANY, dry_run=True)
    assert len(place.outcomes()) == 7
    with pytest.raises(DeniedError):
        place.desk("viewer").set("shop", ("port",), 81, if_match=ANY, dry_run=True)
    assert place.outcomes()[7:] == ["denied"]
    assert "port: 80" in place.text()


def test_a_transaction_with_one_forbidden_document_is_denied_as_a_whole(place: Place) -> None:
    """Nothing of it is done, and the error names no document that was not named."""
    desk = place.desk("editor:shop", "viewer:team/*")
    changes = [{"op": "set", "document": name, "pointer": "/port", "value": 1} for name in ("shop", "team/service")]
    with pytest.raises(DeniedError):
        desk.transaction(changes, if_match={"shop": ANY, "team/service": ANY})
    changes[1]["document"] = HIDDEN
    with pytest.raises(ConfigNotFoundError):
        desk.transaction(changes, if_match={"shop": ANY, HIDDEN: ANY})
    assert "port: 80" in place.text()
    assert place.outcomes() == ["denied", "denied"]


def test_what_cannot_be_put_on_the_trail_is_not_done(place: Place) -> None:
    """When the first entry cannot be written nothing is changed."""
    Broken(place, 0)
    desk = place.desk("admin")
    before = place.text()
    for call in (
        lambda: desk.set("shop", ("port",), 81, if_match=ANY),
        lambda: desk.replace("shop", {"port": 1}, if_match=ANY),
        lambda: desk.replace("new", {}, create=True),
        lambda: desk.migrate("shop", if_match=ANY),
        lambda: desk.accept("shop"),
        lambda: desk.reload(),
    ):
        with pytest.raises(UnavailableError):
            call()
    assert place.text() == before
    assert not (place.config / "new.yaml").exists()
    assert desk.set("shop", ("port",), 81, if_match=ANY, dry_run=True).diff
    with pytest.raises(DeniedError):
        place.desk("viewer").set("shop", ("port",), 81, if_match=ANY)


def test_a_change_stands_when_only_its_end_cannot_be_put_on_the_trail(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    """A note says so, the log and the health as well; and the next entry that is written ends that."""
    trail = Broken(place, 1)
    desk = place.desk("admin")
    with caplog.at_level(logging.ERROR, logger="setpoint.desk"):
        done = desk.set("shop", ("port",), 81, if_match=ANY)
    assert "port: 81" in place.text()
    assert any("audit trail" in note for note in done.notes)
    assert "audit trail lacks that set of shop was done" in caplog.text
    health = desk.health()
    assert [one["message"] for one in health["reasons"] if one["rule"] == "audit-incomplete"] == [
        "something was done and could not be put on the audit trail: the audit trail cannot be written: no space left"
        " on device"
    ]
    assert health["status"] in ("warning", "critical")
    assert place.outcomes() == ["begun"]
    trail.room = 2
    desk.set("shop", ("port",), 82, if_match=ANY)
    assert not [one for one in desk.health()["reasons"] if one["rule"] == "audit-incomplete"]


def test_a_failure_of_the_system_is_no_refusal(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw is on the trail as failed, by its kind alone, and comes through."""

    def fail(*_: object) -> None:
        raise RuntimeError("canary-inside")

    monkeypatch.setattr("setpoint.transaction.transaction.Transaction.commit", fail)
    with pytest.raises(RuntimeError):
        place.desk("editor").set("shop", ("port",), 81, if_match=ANY)
    last = place.audit.entries(limit=1)[0]
    assert (last.outcome, last.detail) == ("failed", "RuntimeError")


def test_the_trail_is_read_in_pages_by_who_administers(place: Place) -> None:
    """An administrator of some documents sees the entries that are about these alone, page by page."""
    desk = place.desk("admin")
    for number in range(3):
        desk.set("shop", ("port",), number, if_match=ANY)
        desk.set("team/service", ("size",), number, if_match=ANY)
    desk.reload()
    team = place.desk("admin:team/*")
    first = team.audit(limit=4)
    second = team.audit(limit=4, before=first["next"])
    assert [len(first["entries"]), len(second["entries"])] == [4, 2]
    assert second["next"] is None
    assert {name for one in (*first["entries"], *second["entries"]) for name in one["documents"]} == {"team/service"}
    assert len(desk.audit()["entries"]) == 14
    assert len(desk.audit(action="reload")["entries"]) == 2
    assert team.audit(document="shop")["entries"] == []
    with pytest.raises(DeniedError):
        place.desk("operator").audit()


def test_a_change_without_a_tag_is_begun_and_refused(place: Place) -> None:
    """Whoever forgets the precondition is told, and the trail knows."""
    with pytest.raises(UsageError):
        place.desk("editor").set("shop", ("port",), 81, if_match=())
    assert place.outcomes() == ["begun", "refused"]
