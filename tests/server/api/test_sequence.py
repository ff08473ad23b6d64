"""One document's life by HTTP, from its making to its migration; each step is checked on the disk too."""

from __future__ import annotations

from living import LivingServer


def test_a_document_is_made_changed_refused_and_brought_back(server: LivingServer) -> None:
    """Create, set, stale set, set without a tag, history, diff, rollback: each does what it says and nothing else."""
    ask = server.ask
    file = server.directory / "config" / "fresh.yaml"

    made = ask("PUT", "/documents/fresh?reason=first", {"queue": {"max_size": 5}}, if_none_match="*")
    assert made.status == 201
    assert made.json["revisions"][0]["number"] == 1
    assert made.json["revisions"][0]["author"] == "admin:**"
    assert made.json["revisions"][0]["reason"] == "first"
    assert file.exists()

    again = ask("PUT", "/documents/fresh", {"queue": {"max_size": 6}}, if_none_match="*")
    assert again.status == 412

    first = ask("GET", "/documents/fresh")
    assert first.json == {"queue": {"max_size": 5}}
    assert made.json["etags"] == {"fresh": first.etag}

    value = ask("GET", "/documents/fresh/values/queue/max_size")
    assert value.json == 5
    changed = ask("PUT", "/documents/fresh/values/queue/max_size?reason=more", 8, if_match=value.etag)
    assert changed.status == 200
    assert changed.json["documents"] == ["fresh"]
    assert "8" in changed.json["diff"]
    assert ask("GET", "/documents/fresh/values/queue/max_size").json == 8

    before = file.read_bytes()
    assert ask("PUT", "/documents/fresh/values/queue/max_size", 9, if_match=value.etag).status == 412
    assert ask("PUT", "/documents/fresh/values/queue/max_size", 9).status == 428
    assert file.read_bytes() == before

    history = ask("GET", "/documents/fresh/history").json["revisions"]
    assert [one["number"] for one in history] == [2, 1]
    assert [one["reason"] for one in history] == ["more", "first"]
    diff = ask("GET", "/documents/fresh/diff?old=1&new=2").json["diff"]
    assert "-" in diff and "8" in diff

    tag = ask("GET", "/documents/fresh").etag
    back = ask("POST", "/documents/fresh/rollback", {"to": 1, "reason": "too much"}, if_match=tag)
    assert back.status == 200
    assert back.json["revisions"][0]["cause"] == "rollback"
    assert ask("GET", "/documents/fresh").json == {"queue": {"max_size": 5}}
    assert ask("GET", "/documents/fresh").etag == first.etag

    gone = ask("DELETE", "/documents/fresh/values/queue/max_size", if_match=ask("GET", "/documents/fresh").etag)
    assert gone.status == 200
    assert ask("GET", "/documents/fresh/values/queue/max_size").status == 404


def test_a_document_is_migrated_and_brought_back(server: LivingServer) -> None:
    """A plan writes nothing, the migration does what it said, and a rollback undoes it."""
    ask = server.ask
    file = server.directory / "config" / "service.yaml"
    before = file.read_bytes()
    assert ask("GET", "/migrations").json == {
        "pending": [{"document": "service", "from": "1.0.0", "to": "2.0.0", "steps": ["service 1.0.0 -> 2.0.0"]}],
        "failures": {},
    }
    plan = ask("GET", "/documents/service/migration").json
    assert plan["steps"] == ["service 1.0.0 -> 2.0.0"]
    assert "+timeout_seconds: 30" in plan["diff"]
    assert file.read_bytes() == before

    tag = ask("GET", "/documents/service").etag
    assert ask("POST", "/documents/service/migration", {}).status == 428
    assert ask("POST", "/documents/service/migration", {}, if_match='"0123456789abcdef0123"').status == 412
    assert ask("POST", "/documents/service/migration", {"to": "9.9.9"}, if_match=tag).status == 422
    tried = ask("POST", "/documents/service/migration", {"dry_run": True}, if_match=tag)
    assert tried.json["diff"] == plan["diff"]
    assert tried.json["revisions"] == []
    assert file.read_bytes() == before

    done = ask("POST", "/documents/service/migration", {"reason": "seconds"}, if_match=tag)
    assert done.status == 200
    assert ask("GET", "/documents/service/values/timeout_seconds").json == 30
    assert b"# asked for by the customers" in file.read_bytes()
    assert ask("GET", "/migrations").json == {"pending": [], "failures": {}}

    number = done.json["revisions"][0]["number"]
    tag = ask("GET", "/documents/service").etag
    assert ask("POST", "/documents/service/rollback", {"to": number - 1}, if_match=tag).status == 200
    assert file.read_bytes() == before


def test_a_transaction_is_whole_or_nothing(server: LivingServer) -> None:
    """Several documents change together; one change that is refused keeps all others from happening."""
    ask = server.ask
    tags = {name: ask("GET", f"/documents/{name.replace('/', '~1')}").etag for name in ("service", "team/service")}
    good = [
        {"op": "set", "document": "service", "pointer": "/timeout", "value": 31},
        {"op": "set", "document": "team/service", "pointer": "/replicas", "value": 3, "expect": 2},
        {"op": "unset", "document": "service", "pointer": "/queue/names"},
    ]
    files = {file: file.read_bytes() for file in (server.directory / "config").rglob("*.*ml")}

    untagged = ask("POST", "/transactions", {"changes": good, "if_match": {"service": tags["service"]}})
    assert untagged.status == 428
    assert "team/service" in untagged.json["detail"]
    idle = ask("POST", "/transactions", {"changes": good, "if_match": {**tags, "plain": "*"}})
    assert idle.status == 422
    assert "'plain'" in idle.json["detail"]
    stale = ask("POST", "/transactions", {"changes": good, "if_match": {**tags, "service": tags["team/service"]}})
    assert stale.status == 412
    wrong = [*good, {"op": "set", "document": "service", "pointer": "/timeout", "value": "long"}]
    refused = ask("POST", "/transactions", {"changes": wrong, "if_match": tags})
    assert refused.status == 422
    assert refused.json["diagnostics"][0]["rule"] == "wrong-type"
    other = [{**good[1], "expect": 7}, good[0]]
    assert ask("POST", "/transactions", {"changes": other, "if_match": tags}).status == 409
    tried = ask("POST", "/transactions?dry_run=true", {"changes": good, "if_match": tags})
    assert tried.status == 200
    assert {file: file.read_bytes() for file in files} == files

    done = ask("POST", "/transactions", {"changes": good, "if_match": tags, "reason": "both"})
    assert done.status == 200
    assert sorted(done.json["documents"]) == ["service", "team/service"]
    assert done.json["diff"] == tried.json["diff"]
    assert {one["reason"] for one in done.json["revisions"]} == {"both"}
    assert len({one["group"] for one in done.json["revisions"]}) == 1
    assert ask("GET", "/documents/service").json["timeout"] == 31
    assert ask("GET", "/documents/team~1service").json["replicas"] == 3


def test_a_tree_is_judged_and_nothing_is_written(server: LivingServer) -> None:
    """validate says what a change would be refused for, and changes nothing."""
    before = (server.directory / "config" / "service.yaml").read_bytes()
    good = server.ask("POST", "/documents/service/validate", {"version": "1.0.0", "timeout": 5})
    assert good.json == {"ok": True, "diagnostics": []}
    bad = server.ask("POST", "/documents/service/validate", {"version": "1.0.0", "timeout": 500, "tiemout": 1})
    assert bad.status == 200
    assert bad.json["ok"] is False
    assert {one["path"] for one in bad.json["diagnostics"]} == {"/timeout", "/tiemout"}
    assert (server.directory / "config" / "service.yaml").read_bytes() == before


def test_a_transaction_with_one_document_of_somebody_else_changes_nothing(server: LivingServer) -> None:
    """Whoever may change some documents cannot reach others by naming them beside those."""
    file = server.directory / "config" / "team" / "service.toml"
    before = file.read_bytes()
    own = {"op": "set", "document": "team/service", "pointer": "/replicas", "value": 9}
    other = {"op": "set", "document": "plain", "pointer": "/size", "value": 9}
    wanted = {"changes": [own, other], "if_match": {"team/service": "*", "plain": "*"}}
    refused = server.ask("POST", "/transactions", wanted, role="editor", documents="team/*")
    assert refused.status == 404
    assert refused.json["near"] == []
    assert file.read_bytes() == before
    wanted = {"changes": [own], "if_match": {"team/service": "*"}}
    assert server.ask("POST", "/transactions", wanted, role="viewer", documents="team/*").status == 403
    assert server.ask("POST", "/transactions", wanted, role="editor", documents="team/*").status == 200


def test_a_document_that_is_read_masked_can_be_sent_back(server: LivingServer) -> None:
    """Get, edit, put: what was masked stays as it was, and the rest is changed."""
    file = server.directory / "config" / "service.yaml"
    read = server.ask("GET", "/documents/service")
    assert read.json["password"] == "********"
    changed = {**read.json, "timeout": 60}
    assert server.ask("PUT", "/documents/service", changed, if_match=read.etag).status == 200
    assert "password: hunter2\n" in file.read_text()
    assert "timeout: 60\n" in file.read_text()
