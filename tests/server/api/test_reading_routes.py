"""What is read by HTTP: lists and pages, documents, values, tags, HEAD."""

from __future__ import annotations

import pytest
from living import LivingServer


def test_documents_are_listed_with_what_they_are(server: LivingServer) -> None:
    """The list has every document by name, with its version, schema, files and tag; loading one adds what is in it."""
    assert {one["status"] for one in server.ask("GET", "/documents").json["documents"]} == {"not-loaded"}
    assert server.ask("GET", "/snapshot").status == 200
    found = {one["name"]: one for one in server.ask("GET", "/documents").json["documents"]}
    assert list(found) == ["plain", "service", "team/service"]
    assert found["service"]["version"] == "1.0.0"
    assert found["service"]["schema"] == "A service"
    assert found["plain"]["schema"] is None
    assert found["plain"]["format"] == "json"
    assert found["team/service"]["format"] == "toml"
    assert found["plain"]["files"] == ["plain.json"]
    assert found["plain"]["etag"] == server.ask("GET", "/documents/plain").etag
    assert {one["status"] for one in found.values()} == {"served"}


def test_pages_follow_each_other_by_their_links(reader: LivingServer) -> None:
    """Following the Link header shows every document once, and the last page has none."""
    path, names = "/documents?limit=2", []
    for _ in range(2):
        page = reader.ask("GET", path)
        names += [one["name"] for one in page.json["documents"]]
        link = page.headers.get("link")
        if link is None:
            break
        address, _, relation = link.partition(">; ")
        assert relation == 'rel="next"'
        path = address.removeprefix("</api/v1")
    assert names == ["plain", "service", "team/service"]
    assert page.json["next"] is None
    assert "link" not in page.headers


def test_pages_of_a_history_follow_each_other(server: LivingServer) -> None:
    """The link of a history's page names the document as a path does, slash and all."""
    place = "/documents/team~1service"
    for number in (3, 4, 5):
        tag = server.ask("GET", place).etag
        assert server.ask("PUT", f"{place}/values/replicas", number, if_match=tag).status == 200
    page = server.ask("GET", f"{place}/history?limit=2")
    first = [one["number"] for one in page.json["revisions"]]
    address = page.headers["link"].partition(">")[0].removeprefix("</api/v1")
    rest = server.ask("GET", address)
    assert [*first, *(one["number"] for one in rest.json["revisions"])][:4] == [4, 3, 2, 1]
    assert [one["number"] for one in rest.json["revisions"]] == [2, 1]
    assert rest.json["next"] is None


def test_a_prefix_narrows_the_list(reader: LivingServer) -> None:
    """Only names that begin so are listed."""
    names = [one["name"] for one in reader.ask("GET", "/documents?prefix=team%2F").json["documents"]]
    assert names == ["team/service"]


@pytest.mark.parametrize(
    "path",
    [
        "/documents/plain",
        "/documents/plain/values/colour",
        "/documents/team~1service",
        "/documents/service/values/queue/names/1",
    ],
)
def test_what_did_not_change_is_not_sent_again(reader: LivingServer, path: str) -> None:
    """A tag that is known is answered with 304 and no body, in a list and weakly too; another one with the value."""
    first = reader.ask("GET", path)
    assert first.status == 200
    assert first.headers["setpoint-generation"].isdigit()
    assert first.headers["cache-control"] == "no-store"
    for tags in (first.etag, f'"another-one-of-those", {first.etag}', f"W/{first.etag}", "*"):
        same = reader.ask("GET", path, if_none_match=tags)
        assert (same.status, same.body, same.etag) == (304, b"", first.etag)
    other = reader.ask("GET", path, if_none_match='"another-one-of-those"')
    assert (other.status, other.body) == (200, first.body)


@pytest.mark.parametrize(
    "path",
    [
        "/documents",
        "/documents/plain",
        "/documents/plain/values/size",
        "/documents/plain/explain",
        "/whoami",
        "/health",
    ],
)
def test_head_is_get_without_the_body(reader: LivingServer, path: str) -> None:
    """HEAD has the headers of GET."""
    full, head = reader.ask("GET", path), reader.ask("HEAD", path)
    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "etag", "setpoint-generation", "cache-control"):
        assert head.headers.get(name) == full.headers.get(name), name


@pytest.mark.parametrize(
    ("pointer", "value"),
    [("", {"": 1, "a/b": 2, "c~d": 3, "e f": [4], "~1": 5}), ("/", 1), ("/a~1b", 2), ("/c~0d", 3), ("/e%20f/0", 4)],
)
def test_every_key_has_its_place(server: LivingServer, pointer: str, value: object) -> None:
    """A pointer reaches keys with slashes, tildes and spaces, and the empty one."""
    tree = {"": 1, "a/b": 2, "c~d": 3, "e f": [4], "~1": 5}
    assert server.ask("PUT", "/documents/odd?format=json", tree, if_none_match="*").status == 201
    path = f"/documents/odd/values{pointer}" if pointer else "/documents/odd"
    assert server.ask("GET", path).json == value


def test_a_tilde_that_stands_for_nothing_is_refused(reader: LivingServer) -> None:
    """~2 is in no pointer, and what is no pointer leads nowhere."""
    assert reader.ask("GET", "/documents/plain/values/a~2b").status == 404


def test_a_slash_in_a_name_is_escaped_and_never_encoded(reader: LivingServer) -> None:
    """team~1service is a document; team%2Fservice is no route at all."""
    assert reader.ask("GET", "/documents/team~1service").json == {"name": "team", "replicas": 2}
    assert reader.ask("GET", "/documents/team%2Fservice").status == 404


def test_what_is_missing_is_told_with_what_is_near(reader: LivingServer) -> None:
    """404 for a document, a key and a revision that there are not; the near names are those that may be seen."""
    assert reader.ask("GET", "/documents/plian").json["near"] == ["plain"]
    assert reader.ask("GET", "/documents/plain/values/color").json["near"] == ["colour"]
    assert reader.ask("GET", "/documents/plain/history/77").status == 404
    assert reader.ask("GET", "/documents/plian", documents="team/*").json["near"] == []


def test_a_snapshot_has_all_documents_at_one_moment(server: LivingServer) -> None:
    """The snapshot of an earlier generation shows what was then, and one that is gone says so."""
    first = server.ask("GET", "/snapshot")
    assert set(first.json["documents"]) == {"plain", "service", "team/service"}
    assert first.headers["setpoint-generation"] == str(first.json["generation"])
    tag = server.ask("GET", "/documents/plain").etag
    assert server.ask("PUT", "/documents/plain/values/size", 4, if_match=tag).status == 200
    now = server.ask("GET", "/snapshot").json
    assert now["generation"] > first.json["generation"]
    assert now["documents"]["plain"]["size"] == 4
    before = server.ask("GET", f"/snapshot?generation={first.json['generation']}").json
    assert before["documents"]["plain"]["size"] == 3
    assert server.ask("GET", "/snapshot?generation=123456").status in (404, 410)


def test_secrets_are_masked_in_every_answer(server: LivingServer) -> None:
    """Whoever has no right to secrets reads a document, a value, its origin and its files without them."""
    paths = ["/documents/service", "/documents/service/values/password", "/documents/service/explain/password"]
    tag = server.ask("GET", "/documents/service").etag
    done = server.ask("PUT", "/documents/service/values/password", "hunter3", if_match=tag)
    assert done.status == 200
    paths += ["/documents/service/history/1", "/documents/service/history/2", "/documents/service/diff?old=1&new=2"]
    paths += ["/snapshot", "/documents/service/history", "/audit", "/documents/service/migration"]
    for path in paths:
        answer = server.ask("GET", path)
        assert answer.status == 200, path
        assert b"hunter" not in answer.body, path
    assert b"hunter" not in done.body


def test_who_set_a_value_is_told_with_its_place(reader: LivingServer) -> None:
    """explain names file, line and column."""
    told = reader.ask("GET", "/documents/service/explain/queue/max_size").json
    assert told["value"] == 100
    assert told["origins"][0]["layer"] == "base"
    assert (told["origins"][0]["line"], told["origins"][0]["column"]) == (5, 3)
    assert reader.ask("GET", "/documents/service/explain").json["address"] == "service"


def test_schemas_are_told_by_version(reader: LivingServer) -> None:
    """A document's schema is that of its newest shape unless another one is asked for; none is told where none is."""
    newest = reader.ask("GET", "/documents/service/schema").json
    assert (newest["version"], set(newest["versions"])) == ("2.0.0", {"2.0.0", "1.0.0"})
    assert "timeout_seconds" in newest["schema"]["properties"]
    older = reader.ask("GET", "/documents/service/schema?version=1.0.0").json
    assert "timeout" in older["schema"]["properties"]
    assert reader.ask("GET", "/documents/service/schema?version=7").status == 404
    assert reader.ask("GET", "/documents/plain/schema").status == 404
