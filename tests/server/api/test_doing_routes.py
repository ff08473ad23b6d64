"""What is done by HTTP, and what is told of the system and of who did what."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from living import LivingServer


def test_a_dry_run_shows_the_diff_and_writes_nothing(server: LivingServer) -> None:
    """dry_run judges a change and leaves files, record and tag as they are."""
    file = server.directory / "config" / "plain.json"
    before, tag = file.read_bytes(), server.ask("GET", "/documents/plain").etag
    for method, path, body in [
        ("PUT", "/documents/plain/values/size?dry_run=true", 9),
        ("DELETE", "/documents/plain/values/size?dry_run=true", ...),
        ("PUT", "/documents/plain?dry_run=true", {"size": 9}),
    ]:
        done = server.ask(method, path, body, if_match=tag)
        assert done.status == 200
        assert done.json["revisions"] == []
        assert "-" in done.json["diff"]
    made = server.ask("PUT", "/documents/other?dry_run=true", {"size": 9}, if_none_match="*")
    assert made.status == 200
    assert not (server.directory / "config" / "other.yaml").exists()
    assert (file.read_bytes(), server.ask("GET", "/documents/plain").etag) == (before, tag)


@pytest.mark.parametrize("value", [None, True, 0, -1.5, "text", "", [], [1, {"a": None}], {}, {"a": {"b": []}}])
def test_every_kind_of_value_is_set_and_read_back(server: LivingServer, value: object) -> None:
    """What was set is what is read, whatever JSON value it is."""
    tag = server.ask("GET", "/documents/plain").etag
    assert server.ask("PUT", "/documents/plain/values/colour", value, if_match=tag).status == 200
    assert server.ask("GET", "/documents/plain/values/colour").json == value


def test_a_new_key_is_made_with_the_tag_of_its_document(server: LivingServer) -> None:
    """What is not there yet has no tag of its own; that of the document stands for it."""
    tag = server.ask("GET", "/documents/plain").etag
    assert server.ask("PUT", "/documents/plain/values/shape", "round", if_match=tag).status == 200
    assert server.ask("GET", "/documents/plain/values/shape").json == "round"


def test_any_state_is_taken_with_a_star(server: LivingServer) -> None:
    """If-Match: * is a precondition that any state of what there is fulfils."""
    assert server.ask("PUT", "/documents/plain/values/size", 8, if_match="*").status == 200
    assert server.ask("PUT", "/documents/nowhere/values/size", 8, if_match="*").status == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("PUT", "/documents/plain/values/size", 4, {"If-None-Match": "*"}, 428),
        ("DELETE", "/documents/plain/values/size", ..., {"If-None-Match": "*"}, 428),
        ("POST", "/documents/plain/rollback", {"to": 1}, {"If-None-Match": "*"}, 428),
        ("PUT", "/documents/plain", {}, {"If-None-Match": '"0123456789abcdef"'}, 428),
        ("PUT", "/documents/plain", {}, {"If-None-Match": "*", "If-Match": "*"}, 412),
        ("PUT", "/documents/plain/values/size", 4, {"If-None-Match": "*", "If-Match": "*"}, 412),
        ("PUT", "/documents/plain", {}, {"If-None-Match": '"0123456789abcdef"', "If-Match": "*"}, 400),
        ("PUT", "/documents/plain", {}, {"If-Match": "0123456789abcdef"}, 400),
        ("PUT", "/documents/plain", {}, {"If-Match": 'W/"0123456789abcdef"'}, 412),
    ],
)
def test_conditions_that_do_not_hold_keep_a_change_from_being_made(
    reader: LivingServer, *, method: str, path: str, body: object, headers: dict[str, str], status: int
) -> None:
    """If-None-Match makes new documents only, weak tags match nothing, and what contradicts itself is refused."""
    before = (reader.directory / "config" / "plain.json").read_bytes()
    assert reader.ask(method, path, body, headers=headers).status == status
    assert (reader.directory / "config" / "plain.json").read_bytes() == before


def test_of_those_who_race_with_one_tag_one_succeeds(server: LivingServer) -> None:
    """Of eight writers that all read the same state, one changes it and the others are told that it is another."""
    tag = server.ask("GET", "/documents/plain").etag
    server.token("admin")
    ready = threading.Barrier(8)

    def write(number: int) -> int:
        ready.wait(60)
        return server.ask("PUT", "/documents/plain/values/size", number, if_match=tag).status

    with ThreadPoolExecutor(8) as threads:
        statuses = sorted(threads.map(write, range(10, 18)))
    assert statuses == [200, *[412] * 7]
    assert len(server.ask("GET", "/documents/plain/history").json["revisions"]) == 2


def test_a_profile_layer_is_written(server: LivingServer) -> None:
    """layer=local writes the file of this machine, and the base stays as it is."""
    tag = server.ask("GET", "/documents/plain").etag
    base = (server.directory / "config" / "plain.json").read_bytes()
    done = server.ask("PUT", "/documents/plain/values/size?layer=local", 5, if_match=tag)
    assert done.status == 200
    assert (server.directory / "config" / "plain.json").read_bytes() == base
    assert server.ask("GET", "/documents/plain/values/size").json == 5
    assert server.ask("PUT", "/documents/plain/values/size?layer=sideways", 5, if_match="*").status == 400


def test_what_would_not_be_valid_is_refused_with_its_findings(server: LivingServer) -> None:
    """422 with the diagnostics of the schema, and the file as it was."""
    file = server.directory / "config" / "service.yaml"
    before = file.read_bytes()
    answer = server.ask("PUT", "/documents/service/values/timeout", 500, if_match="*")
    assert answer.status == 422
    assert answer.json["rule"] == "invalid"
    assert answer.json["diagnostics"][0]["path"] == "/timeout"
    assert answer.json["diagnostics"][0]["rule"] == "too-large"
    assert file.read_bytes() == before


def test_a_format_is_converted(server: LivingServer) -> None:
    """format= makes the base file one of another format, with the same tree."""
    tree = server.ask("GET", "/documents/plain")
    done = server.ask("PUT", "/documents/plain?format=toml", tree.json, if_match=tree.etag)
    assert done.status == 200
    assert (server.directory / "config" / "plain.toml").exists()
    assert not (server.directory / "config" / "plain.json").exists()
    assert server.ask("GET", "/documents/plain").json == tree.json


def test_a_reload_serves_what_lies_on_the_disk(server: LivingServer) -> None:
    """reload looks now; what is bad is told with its place, and what was good is served on."""
    assert server.ask("GET", "/documents/plain").status == 200
    file = server.directory / "config" / "plain.json"
    file.write_text('{"colour": "green", "size": 3}\n')
    assert server.ask("POST", "/reload").status == 200
    assert server.ask("GET", "/documents/plain/values/colour").json == "green"
    file.write_text('{"colour": \n')
    bad = server.ask("POST", "/reload")
    assert bad.status == 422
    assert bad.json["diagnostics"][0]["rule"] == "syntax"
    assert server.ask("GET", "/documents/plain/values/colour").json == "green"


def test_accepting_what_waits_for_nothing_is_no_error(reader: LivingServer) -> None:
    """accept of a document that no guard holds back changes nothing."""
    tag = reader.ask("GET", "/documents/plain").etag
    done = reader.ask("POST", "/documents/plain/accept")
    assert done.status == 200
    assert reader.ask("GET", "/documents/plain").etag == tag


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/documents/plain/rollback", {}, 422),
        ("POST", "/documents/plain/rollback", {"to": 0}, 422),
        ("POST", "/documents/plain/rollback", {"to": 1, "too": 2}, 422),
        ("POST", "/documents/plain/rollback", {"to": 99}, 404),
        ("POST", "/documents/plain/validate", [1], 422),
        ("PUT", "/documents/plain", "text", 422),
        ("POST", "/transactions", {"changes": [], "if_match": {}}, 422),
        ("POST", "/transactions", {"changes": [{"op": "set", "document": "plain", "pointer": "/a"}]}, 422),
        ("PUT", "/documents/plain/values/size?unknown=1", 3, 400),
        ("PUT", "/documents/plain/values/size?dry_run=maybe", 3, 400),
        ("GET", "/documents?limit=0", ..., 400),
        ("GET", "/documents/plain/diff", ..., 400),
        ("GET", "/documents/plain/history/first", ..., 404),
        ("GET", "/report?hours=0", ..., 400),
        ("GET", "/alerts?since=never", ..., 400),
        ("POST", "/documents/plain", {}, 405),
    ],
)
def test_what_makes_no_sense_is_refused(
    reader: LivingServer, method: str, path: str, body: object, status: int
) -> None:
    """A body or a parameter that a route does not take is answered with a problem that says so."""
    assert reader.ask(method, path, body, if_match="*").status == status


def test_a_key_makes_a_write_happen_once(server: LivingServer) -> None:
    """The same Idempotency-Key gets the first answer again, and the record has one revision more."""
    tag = server.ask("GET", "/documents/plain").etag
    sent = {"Idempotency-Key": "one", "If-Match": tag}
    first = server.ask("PUT", "/documents/plain/values/size", 4, headers=sent)
    again = server.ask("PUT", "/documents/plain/values/size", 4, headers=sent)
    assert (first.status, again.status) == (200, 200)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.body == first.body
    assert len(server.ask("GET", "/documents/plain/history").json["revisions"]) == 2


def test_health_alerts_report_and_figures_are_told(reader: LivingServer) -> None:
    """Monitoring answers with what the monitor found."""
    assert reader.ask("GET", "/health").json["documents"]["total"] == 3
    assert reader.ask("GET", "/alerts?severity=low&since=0&limit=5").json["alerts"] == []
    assert reader.ask("GET", "/report?hours=1").json["window"]["hours"] == 1
    assert reader.ask("GET", "/figures").json["figures"]["documents"] == 3


def test_a_bad_file_shows_in_health_and_alerts(server: LivingServer) -> None:
    """What is wrong with a document is a reason of health and an alert, each in its declared shape."""
    assert server.ask("GET", "/documents/plain").status == 200
    (server.directory / "config" / "plain.json").write_text("{")
    assert server.ask("POST", "/reload").status == 422
    server.monitor.look()
    health = server.ask("GET", "/health").json
    assert health["status"] != "healthy"
    assert any(one["documents"] == ["plain"] for one in health["reasons"])
    alerts = server.ask("GET", "/alerts").json["alerts"]
    assert any(one["rule"] == "invalid-document" and one["state"] == "open" for one in alerts)


def test_whoever_calls_is_told_who_he_is(reader: LivingServer) -> None:
    """whoami names the grants and what they are good for."""
    who = reader.ask("GET", "/whoami", role="editor", documents="team/*").json
    assert who["name"] == "editor:team/*"
    assert who["grants"] == [{"role": "editor", "documents": "team/*"}]
    assert set(who["verbs"]) == {"read", "observe", "change"}


def test_the_audit_trail_tells_who_did_and_tried_what(server: LivingServer) -> None:
    """A change is begun and done, a denied one is there too, and pages follow each other."""
    tag = server.ask("GET", "/documents/plain").etag
    assert server.ask("PUT", "/documents/plain/values/size", 4, if_match=tag, role="editor").status == 200
    assert server.ask("PUT", "/documents/plain/values/size", 5, if_match=tag, role="viewer").status == 403
    entries = server.ask("GET", "/audit?document=plain").json["entries"]
    assert [(one["who"], one["action"], one["outcome"]) for one in entries] == [
        ("viewer:**", "set", "denied"),
        ("editor:**", "set", "done"),
        ("editor:**", "set", "begun"),
    ]
    assert entries[1]["revisions"] == [{"document": "plain", "number": 2}]
    page = server.ask("GET", "/audit?limit=2")
    address = page.headers["link"].partition(">")[0].removeprefix("</api/v1")
    rest = server.ask("GET", address)
    numbers = [one["number"] for one in page.json["entries"] + rest.json["entries"]]
    assert numbers == sorted(numbers, reverse=True)
    assert server.ask("GET", "/audit", role="operator").status == 403


def test_nobody_gets_anything_without_a_token(reader: LivingServer) -> None:
    """Every route of the API answers 401 to whoever brings none."""
    assert reader.ask("GET", "/documents", role=None).status == 401
    assert reader.ask("PUT", "/documents/plain/values/size", 4, if_match="*", role=None).status == 401
