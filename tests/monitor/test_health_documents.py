"""Faults of documents, injected one by one: each is found within two intervals, and gone after its repair."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from monitored import INTERVAL, Monitored, until

from setpoint import ConfigSystem

Make = Callable[..., Monitored]


def test_a_system_without_a_fault_is_healthy_from_the_first_look(monitored: Make) -> None:
    """There is a result as soon as monitoring has started, and there is no reason in it."""
    one = monitored()
    first = one.start()
    assert (first["status"], first["reasons"]) == ("healthy", [])
    assert first["documents"]["total"] == first["documents"]["served"] == 2
    assert first["metrics"]["documents"] == 2
    assert first["since"] <= first["at"]
    one.is_healthy()


@pytest.mark.parametrize("text", ["number: one\n", "number: [\n", "", "nmber: 1\n", "\x00"])
def test_a_bad_file_is_found_while_what_was_good_is_served(monitored: Make, text: str) -> None:
    """It is refused: a warning, with the document and where it is wrong; one reason for one fault."""
    one = monitored()
    one.start()
    one.write("a", text)
    until(lambda: one.system.hot_reload_status()["refused"])
    reason = one.becomes("warning", "refused")["refused"]
    assert reason["documents"] == ["a"]
    assert "a.yaml" in reason["message"]
    one.write("a", "number: 2\n")
    until(lambda: one.system.load_config("a")["number"] == 2)
    one.is_healthy()


def test_a_bad_file_of_a_document_on_record_is_one_reason(monitored: Make) -> None:
    """Its bytes are on no record because they were refused, and not because nobody watched."""
    one = monitored()
    one.system.set("a.number", 4)
    one.start()
    one.write("a", "number: one\n")
    until(lambda: one.system.hot_reload_status()["refused"])
    for _ in range(3):
        assert [reason["rule"] for reason in one.pass_interval()["reasons"]] == ["refused"]
    assert one.monitor.get_health_status()["metrics"]["documents_unrecorded"] == 0
    one.write("a", "number: 5\n")
    until(lambda: one.system.load_config("a")["number"] == 5)
    one.is_healthy()


def test_a_bad_file_is_found_without_hot_reload(monitored: Make) -> None:
    """Nobody has looked at it but the monitor; what was good is served, so it is a warning."""
    one = monitored()
    one.start(follow=False)
    one.write("a", "number: one\n")
    reason = one.becomes("warning", "invalid")["invalid"]
    assert reason["documents"] == ["a"]
    assert "a.yaml:1:9" in reason["message"] and "integer" in reason["message"]
    one.write("a", "number: 1\n")
    one.is_healthy()


def test_a_bad_file_that_nobody_has_loaded_is_critical(monitored: Make) -> None:
    """Whoever asks for it gets an error; a name that two files claim is as bad."""
    one = monitored()
    one.write("b", "number: one\n")
    (one.home / "c.yaml").write_text("x: 1\n")
    (one.home / "c.json").write_text("{}")
    health = one.monitor.get_health_status()
    assert health["status"] == "critical"
    assert [(reason["rule"], reason["documents"]) for reason in health["reasons"]] == [("invalid", ["b", "c"])]
    assert health["documents"]["invalid"] == health["metrics"]["documents_invalid"] == 2
    one.write("b", "number: 1\n")
    (one.home / "c.json").unlink()
    one.is_healthy()


def test_a_secret_is_in_no_reason(monitored: Make) -> None:
    """What is said of a bad document does not show what stands in it."""
    one = monitored()
    (one.home / "schemas" / "a.schema.json").write_text('{"properties": {"password": {"type": "integer"}}}')
    one.write("a", "password: hunter2\n")
    health = one.monitor.get_health_status()
    assert health["status"] == "critical"
    assert "hunter2" not in str(health)


def test_a_document_that_is_stale_says_since_when(monitored: Make) -> None:
    """It is served as it was good last: a warning, since the time when it was."""
    one = monitored()
    with ConfigSystem(one.home, environ={}, on_invalid="last-known-good") as before:
        before.snapshot()
        before._reloading.recorder.drain()
    one.write("a", "number: one\n")
    late = monitored(on_invalid="last-known-good")
    assert late.start()["status"] == "warning"
    reason = late.becomes("warning", "stale")["stale"]
    assert reason["documents"] == ["a"]
    assert late.monitor.get_health_status()["metrics"]["stale_seconds"] > 0
    late.write("a", "number: 3\n")
    until(lambda: late.system.load_config("a")["number"] == 3)
    late.is_healthy()


def test_a_file_that_is_gone_is_found(monitored: Make) -> None:
    """What it held is served on, which is a warning."""
    one = monitored()
    one.start()
    (one.home / "a.yaml").unlink()
    until(lambda: one.system.hot_reload_status()["refused"])
    assert one.becomes("warning", "files-gone")["files-gone"]["documents"] == ["a"]
    one.write("a", "number: 1\n")
    until(lambda: not one.system.hot_reload_status()["refused"])
    one.is_healthy()


def test_a_change_that_looks_like_an_accident_says_how_to_accept_it(monitored: Make) -> None:
    """The guard's refusal is a reason until somebody accepts."""
    one = monitored()
    text = "".join(f"key{number}: {number}\n" for number in range(60))
    (one.home / "big.yaml").write_text(text)
    one.start()
    one.write("big", "key1: 1\n")
    until(lambda: one.system.hot_reload_status()["refused"])
    reason = one.becomes("warning", "guarded")["guarded"]
    assert reason["advice"] == "setpoint accept big"
    assert one.system.accept("big")
    one.is_healthy()


def test_a_document_that_waits_for_another_is_told_apart(monitored: Make) -> None:
    """The one that is wrong, and the one that changed with it, have a reason each."""
    one = monitored()
    one.start(follow=False)
    one.write("a", "number: one\n")
    one.write("b", "number: 2\n")
    with pytest.raises(Exception, match=r"a\.yaml"):
        one.system.reload()
    found = one.becomes("warning", "refused", "held-back")
    assert found["refused"]["documents"] == ["a"]
    assert found["held-back"]["documents"] == ["b"]
    one.write("a", "number: 1\n")
    one.system.reload()
    one.is_healthy()


def test_values_that_wait_for_a_restart_degrade(monitored: Make) -> None:
    """The files have other values than the program, as their schema wants it."""
    one = monitored()
    one.write("a", "number: 1\nport: 1\n")
    one.start(follow=False)
    one.write("a", "number: 1\nport: 2\n")
    one.system.reload()
    assert one.becomes("degraded", "pending-restart")["pending-restart"]["documents"] == ["a"]
    one.write("a", "number: 1\nport: 1\n")
    one.system.reload()
    one.is_healthy()


def test_files_that_changed_unfollowed_are_drift(monitored: Make) -> None:
    """Without hot reload a good change is not served: degraded, until somebody reloads."""
    one = monitored()
    one.start(follow=False)
    one.write("a", "number: 7\n")
    assert one.becomes("degraded", "drift")["drift"]["documents"] == ["a"]
    assert one.monitor.get_health_status()["metrics"]["documents_drifted"] == 1
    one.system.reload()
    one.is_healthy()


def test_a_change_that_is_not_followed_though_it_should_be_is_critical(monitored: Make) -> None:
    """Hot reload runs and serves something else than the files say, for longer than it may take."""
    one = monitored()
    one.start()
    follower = one.system._follower
    assert follower is not None
    follower.watch._on_change = lambda seen: None  # it sees everything, and does nothing about it
    one.write("a", "number: 7\n")
    one.becomes("critical", "drift")
    one.system.reload()
    one.is_healthy()


def test_a_change_that_is_just_being_followed_is_no_reason(monitored: Make) -> None:
    """A file that was touched a moment ago may be served otherwise."""
    one = monitored()
    one.start()
    follower = one.system._follower
    assert follower is not None
    follower.watch._on_change = lambda seen: None
    one.write("a", "number: one\n")
    one.clock.ahead = -20.0  # however long this takes
    one.monitor.look()
    assert one.monitor.get_health_status()["status"] == "healthy"


def test_what_was_found_is_no_reason_while_it_is_being_put_on_record(monitored: Make) -> None:
    """Reloading records behind what is served: until that is done, the record is not what the files are."""
    one = monitored()
    one.system.set("a.number", 5, reason="on record")
    one.start(follow=False)
    with one.system._committer.alone():
        one.write("a", "number: 6\n")
        one.system.reload()
        for _ in range(2):
            one.clock.ahead += INTERVAL
            assert one.monitor.look().reasons == ()
    assert one.system._reloading.recorder.drain()
    one.is_healthy()
    assert [revision.cause for revision in one.system.history("a")][:1] == ["found"]


def test_a_file_that_was_tampered_with_while_nothing_watched_is_found(monitored: Make, tmp_path: Path) -> None:
    """The record has other bytes than the file: degraded until somebody accepts it, or takes it back."""
    one = monitored()
    one.system.set("a.number", 5, reason="on record")
    one.write("a", "number: 6\n")
    one.write("b", "number: 6\n")  # never on record: nobody knows what it was
    one.clock.ahead = 60
    later = monitored(tmp_path)
    later.clock.ahead = 60
    assert later.start()["status"] == "degraded"
    reason = later.becomes("degraded", "unrecorded")["unrecorded"]
    assert reason["documents"] == ["a"]
    assert later.monitor.get_health_status()["metrics"]["documents_unrecorded"] == 1
    later.system.accept("a")
    later.is_healthy()
    later.close()

    one.system.set("a.number", 8)  # on record again
    one.write("a", "number: 9\n")
    again = monitored(tmp_path)
    again.clock.ahead = 60
    assert again.start()["status"] == "degraded"
    again.system.rollback("a", to=again.system.history("a")[0].number)
    again.is_healthy()


def test_what_is_changed_while_somebody_follows_is_no_tampering(monitored: Make) -> None:
    """It goes on record as found, so there is nothing to say."""
    one = monitored()
    one.start()
    one.system.set("a.number", 5)
    one.write("a", "number: 6\n")
    until(lambda: one.system.load_config("a")["number"] == 6)
    one.system.record()  # waits for what was found
    one.clock.ahead = 60
    one.is_healthy()


def test_documents_come_and_go(monitored: Make) -> None:
    """A new document is judged, one that was removed and never served is forgotten."""
    one = monitored()
    one.monitor.get_health_status()
    (one.home / "c.yaml").write_text("x: [\n")
    health = one.pass_interval() and one.monitor.get_health_status(refresh=True)
    assert (health["documents"]["total"], health["documents"]["invalid"]) == (3, 1)
    (one.home / "c.yaml").unlink()
    assert one.monitor.get_health_status(refresh=True)["documents"]["total"] == 2


def test_only_what_has_changed_is_judged_again(monitored: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second look judges nothing, and after a change of one document only that one."""
    from setpoint.checking import Checking

    judged: list[str] = []
    check = Checking._checked

    def counted(self: Checking, entry: object) -> object:
        judged.append(entry.name)  # type: ignore[attr-defined]
        return check(self, entry)  # type: ignore[arg-type]

    monkeypatch.setattr(Checking, "_checked", counted)
    one = monitored()
    one.monitor.look()
    assert sorted(judged) == ["a", "b"]
    judged.clear()
    one.monitor.look()
    assert judged == []
    one.write("b", "number: 4\n")
    one.monitor.look()
    assert judged == ["b"]
    judged.clear()
    one.system.load_config("b")
    one.monitor.look()  # it was judged when it was loaded
    assert judged == []
