"""The gate refuses in one order, each time with a problem that says why."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from gate_ground import Ground
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.responses import JSONResponse, Response

from setpoint.errors import ConflictError, UnavailableError, UsageError
from setpoint.server.route import Parameter, Route

BODY = {
    "type": "object",
    "properties": {"size": {"type": "integer"}, "tree": True},
    "required": ["size"],
    "additionalProperties": False,
}


async def told(call: Any) -> Response:
    """Answer with what the gate handed on."""
    facts = {
        "path": call.path,
        "query": call.query,
        "body": call.body,
        "if_match": call.if_match,
        "if_none_match": call.if_none_match,
        "who": call.principal.name,
    }
    return JSONResponse(facts)


async def broken(call: Any) -> Response:
    """Fail as no handler should, with something secret in the message."""
    raise RuntimeError("hunter2")


async def slow(call: Any) -> Response:
    """Take longer than anybody waits."""
    await asyncio.sleep(3600)
    raise AssertionError("nobody waits so long")


async def blocked(call: Any) -> Response:
    """Wait in a thread for what does not come while anybody waits."""
    return Response(str(await call.run(Event().wait, 1.0)))


def failing(error: Exception) -> Any:
    async def handler(call: Any) -> Response:
        raise error

    return handler


def route(method: str, path: str, handler: Any = told, **more: Any) -> Route:
    return Route(method, path, handler, **{"verb": "read", "scope": "documents", "summary": "", **more})


ROUTES = [
    route("GET", "/thing", parameters=(Parameter("limit", schema={"type": "integer", "default": 5}),), quick=True),
    route("POST", "/thing", verb="change", body=BODY),
    route("PUT", "/thing", verb="change", body=True, precondition=True),
    route("DELETE", "/thing", verb="change", precondition=True),
    route("GET", "/docs/{name}", scope="document"),
    route("PUT", "/docs/{name}", verb="change", scope="document", body=True, precondition=True),
    route("GET", "/numbers/{number}", parameters=(Parameter("number", "path", {"type": "integer", "minimum": 1}),)),
    route("GET", "/public", verb=None, scope="public"),
    route("GET", "/page", kind="page"),
    route("GET", "/broken", broken),
    route("GET", "/slow", slow),
    route("POST", "/slow", slow, verb="change"),
    route("GET", "/quick-until-it-is-not", blocked, quick=True),
    route("GET", "/conflict", failing(ConflictError("somebody was first"))),
    route("GET", "/usage", failing(UsageError("that makes no sense"))),
    route("GET", "/unavailable", failing(UnavailableError("the disk is gone"))),
]


@pytest.fixture
def small(make_ground: Callable[..., Ground]) -> Ground:
    """Return the gate in front of handlers that say what they got."""
    return make_ground(ROUTES, body_bytes=2000)


def test_what_passes_is_handed_on(small: Ground) -> None:
    """A handler gets path, query, body and conditions as they were meant."""
    token = small.token("editor")
    reply = small.send(
        "PUT",
        "/docs/team~1service",
        token=token,
        body={"a": [1, "é"]},
        headers={"If-Match": '"x", W/"y"', "If-None-Match": 'W/"z"'},
    )
    assert reply.status == 200
    assert reply.json == {
        "path": {"name": "team/service"},
        "query": {},
        "body": {"a": [1, "é"]},
        "if_match": ['"x"', 'W/"y"'],
        "if_none_match": ['"z"'],
        "who": "editor-of-**",
    }
    assert small.send("GET", "/thing?limit=7", token=token).json["query"] == {"limit": 7}


@pytest.mark.parametrize(
    "case",
    [
        # the host goes before everything else, even before it is known whether there is such a path
        ("GET", "/nothing", {"host": "evil.example"}, 421, "foreign-host"),
        ("GET", "/thing", {"host": "localhost."}, 421, "foreign-host"),
        ("GET", "/thing", {"host": None}, 400, "bad-host"),
        ("GET", "/thing", {"headers": [("Host", "localhost")]}, 400, "bad-header"),
        ("GET", "http://evil.example/thing", {}, 421, "foreign-host"),
        ("GET", "http://user@localhost/thing", {}, 421, "foreign-host"),
        ("OPTIONS", "*", {}, 400, "bad-path"),
        ("GET", "thing", {}, 400, "bad-path"),
        # then the path and the method
        ("GET", "/nothing", {}, 404, "no-such-route"),
        ("GET", "/thing/", {}, 404, "no-such-route"),
        ("GET", "/docs/a%2Fb", {}, 404, "no-such-route"),
        ("GET", "/docs/%ff", {}, 400, "bad-path"),
        ("PATCH", "/thing", {}, 405, "no-such-method"),
        ("OPTIONS", "/thing", {}, 405, "no-such-method"),
        ("X" * 1000, "/thing", {}, 405, "no-such-method"),
        # then the size of the body, before it is read or known who sends it
        ("POST", "/thing", {"headers": {"Content-Length": "2001"}}, 413, "body-too-large"),
        ("POST", "/thing", {"headers": {"Content-Length": "1" * 40}}, 400, "bad-header"),
        ("POST", "/thing", {"headers": {"Content-Length": "-1"}}, 400, "bad-header"),
        # then who it is
        ("GET", "/thing", {}, 401, "not-known"),
        ("GET", "/thing?unknown=1", {}, 401, "not-known"),
        ("POST", "/thing", {"body": b"{"}, 401, "not-known"),
        ("GET", "/public", {"token": "wrong"}, 401, "not-known"),
    ],
)
def test_strangers_are_refused_in_order(small: Ground, case: tuple[str, str, dict[str, Any], int, str]) -> None:
    """Nobody learns more than they have to before it is known who they are."""
    method, target, more, status, rule = case
    reply = small.send(method, target, **more)
    assert (reply.status, reply.rule) == (status, rule)


@pytest.mark.parametrize(
    "case",
    [
        ("GET", "/thing?limit=x", {}, 400, "bad-parameter"),
        ("GET", "/thing?other=1", {}, 400, "unknown-parameter"),
        ("GET", "/thing", {"body": b"x"}, 400, "bad-body"),
        ("GET", "/thing", {"headers": {"If-None-Match": "x"}}, 400, "bad-condition"),
        ("GET", "/numbers/0", {}, 404, "not-found"),
        ("GET", "/numbers/one", {}, 404, "not-found"),
        ("PUT", "/thing", {"body": {}}, 428, "precondition-required"),
        ("DELETE", "/thing", {}, 428, "precondition-required"),
        ("PUT", "/thing", {"body": {}, "headers": {"If-None-Match": '"a"'}}, 428, "precondition-required"),
        ("PUT", "/thing", {"body": {}, "headers": {"If-Match": "none"}}, 400, "bad-condition"),
        ("DELETE", "/thing", {"body": {}, "headers": {"If-Match": "*"}}, 400, "bad-body"),
        ("POST", "/thing", {}, 400, "bad-body"),
        ("POST", "/thing", {"body": {"size": "x"}}, 422, "body-does-not-fit"),
        ("POST", "/thing", {"body": {"size": 1, "sise": 2}}, 422, "body-does-not-fit"),
        ("POST", "/thing", {"body": []}, 422, "body-does-not-fit"),
        ("POST", "/thing", {"body": b"{}", "headers": {"Content-Type": "text/plain"}}, 415, "unsupported-media-type"),
        ("POST", "/thing", {"body": b"{}"}, 415, "unsupported-media-type"),
        (
            "POST",
            "/thing",
            {"body": b"{}", "headers": {"Content-Type": "application/json; charset=utf-16"}},
            415,
            "unsupported-media-type",
        ),
        ("GET", "/conflict", {}, 409, "conflict"),
        ("GET", "/usage", {}, 400, "usage"),
        ("GET", "/unavailable", {}, 503, "unavailable"),
    ],
)
def test_requests_that_make_no_sense_are_refused(
    small: Ground, case: tuple[str, str, dict[str, Any], int, str]
) -> None:
    """Whoever is known and may is told what is wrong with what they sent."""
    method, target, more, status, rule = case
    reply = small.send(method, target, token=small.token("editor"), **more)
    assert (reply.status, reply.rule) == (status, rule)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"size": 1', "line 1, column"),
        (b'{"size": NaN}', "line 1, column 10"),
        (b'{"size": 1,\n "size": 2}', "line 2, column 2"),
        (b'{"size": 1e999}', "line 1"),
        (b'{"size": 123456789012345678901234567890}', "line 1"),
        (b'{"size": "\xff"}', "line 1"),
        (b'{"size": "\\ud800"}', "line 1"),
        (b"[" * 1000 + b"]" * 1000, "deep"),
        (b"[" * 1999, "deep"),
        (b"", "JSON"),
        (b"size: 1", "line 1"),
        (b'{"size": 1} {}', "line 1"),
    ],
)
def test_a_body_that_is_no_json_is_refused_with_its_place(small: Ground, body: bytes, says: str) -> None:
    """The rules for documents hold for bodies: nothing twice, nothing rounded, no bombs; and the place is told."""
    reply = small.send(
        "POST", "/thing", token=small.token("editor"), body=body, headers={"Content-Type": "application/json"}
    )
    assert reply.status == 400, reply.body
    assert reply.rule == "bad-body"
    assert says in reply.json["detail"]
    assert all(finding["file"] in ("body", None) for finding in reply.json["diagnostics"])


def test_a_body_that_does_not_fit_is_refused_with_path_and_advice(small: Ground) -> None:
    """What is wrong is said as for a document: with a path, a line and what may be meant."""
    body = b'{\n  "size": 1,\n  "tre": 2\n}'
    reply = small.send(
        "POST", "/thing", token=small.token("editor"), body=body, headers={"Content-Type": "application/json"}
    )
    (finding,) = reply.json["diagnostics"]
    assert (finding["rule"], finding["path"], finding["line"], finding["column"]) == ("misspelt-key", "/tre", 3, 3)
    assert "tree" in finding["suggestion"]


def test_a_body_without_a_length_is_cut_off_at_the_limit(small: Ground) -> None:
    """What does not say how large it is is read up to the limit and no further."""
    token, headers = small.token("editor"), {"Content-Type": "application/json"}
    pieces = [b'{"size":', b" " * 1000, b" " * 1000, b"1}"]
    reply = small.send("POST", "/thing", token=token, headers=headers, pieces=pieces)
    assert (reply.status, reply.rule) == (413, "body-too-large")
    assert reply.headers["connection"] == "close"
    assert small.send("POST", "/thing", token=token, headers=headers, pieces=[b'{"si', b'ze": 1}']).status == 200


def test_what_takes_too_long_is_given_up(make_ground: Callable[..., Ground]) -> None:
    """Nobody waits for ever; and who wrote is told to look whether it was done."""
    ground = make_ground(ROUTES, request_seconds=0.2)
    token = ground.token("editor")
    read, wrote, quick = (
        ground.send(method, path, token=token)
        for method, path in (("GET", "/slow"), ("POST", "/slow"), ("GET", "/quick-until-it-is-not"))
    )
    for reply in (read, wrote, quick):
        assert (reply.status, reply.rule) == (503, "took-too-long")
    assert "look whether it was done" in wrote.json["detail"]
    assert wrote.headers["retry-after"] == "5"


def test_a_large_body_is_read_like_a_small_one(make_ground: Callable[..., Ground]) -> None:
    """Beyond 64 KiB a body is parsed in a thread, with the same outcome."""
    ground = make_ground(ROUTES)
    token, large = ground.token("editor"), ["x" * 1000] * 100
    assert ground.send("POST", "/thing", token=token, body={"size": 1, "tree": large}).json["body"]["tree"] == large
    assert ground.send("POST", "/thing", token=token, body={"tree": large}).status == 422


def test_a_failure_says_nothing_but_the_request(small: Ground, caplog: pytest.LogCaptureFixture) -> None:
    """What broke inside is in the log under the request's id, and nowhere in the answer."""
    reply = small.send("GET", "/broken", token=small.token())
    assert (reply.status, reply.rule) == (500, "internal")
    assert b"hunter2" not in reply.body
    assert reply.json["request"] in caplog.text
    assert "RuntimeError" in caplog.text


def test_every_answer_has_the_headers_that_protect_it(small: Ground) -> None:
    """Success, problem or page: nothing is kept by a cache, framed, sniffed or told to other sites."""
    token = small.token()
    for target in ("/thing", "/nothing", "/page", "/broken", "/public"):
        headers = small.send("GET", target, token=token).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["setpoint-request"]
        assert "server" not in headers
        assert "unsafe" not in headers["content-security-policy"]


def test_head_is_answered_like_get_without_a_body(small: Ground) -> None:
    """The length is told, and nothing sent."""
    token = small.token()
    get, head = small.send("GET", "/thing", token=token), small.send("HEAD", "/thing", token=token)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(get.body))


def test_a_page_is_refused_with_a_page(small: Ground) -> None:
    """Somebody before a browser is shown the way in, or words, and not JSON."""
    unknown = small.send("GET", "/page")
    assert (unknown.status, unknown.headers["location"]) == (303, "/sign-in?next=/page")
    lost = small.send("GET", "/nothing", headers={"Accept": "text/html,*/*"})
    assert lost.status == 404
    assert lost.headers["content-type"] == "text/html; charset=utf-8"


def test_allow_says_which_methods_there_are(small: Ground) -> None:
    """Whoever used the wrong method learns the right ones."""
    assert small.send("PATCH", "/thing").headers["allow"] == "DELETE, GET, HEAD, POST, PUT"


def test_what_may_not_be_seen_does_not_exist(small: Ground) -> None:
    """A document outside of every grant is refused in the same words whether it is there or not."""
    token = small.token("viewer", "team/*")
    there, not_there = (small.send("GET", f"/docs/{name}", token=token) for name in ("web", "wob"))
    assert there.status == not_there.status == 404
    assert there.json["detail"].replace("web", "wob") == not_there.json["detail"]
    for name in ("team", "team~1a~1b", "Team~1service", "team2~1service", "teamx"):
        assert small.send("GET", f"/docs/{name}", token=token).status == 404, name
    assert small.send("GET", "/docs/team~1service", token=token).status == 200


def test_what_is_denied_is_on_the_trail(small: Ground) -> None:
    """A write that was not allowed leaves one entry, and a reading none."""
    token = small.token("viewer")
    reply = small.send("PUT", "/docs/web", token=token, body={}, headers={"If-Match": "*"})
    assert (reply.status, reply.rule) == (403, "denied")
    small.send("GET", "/docs/nothing", token=small.token("viewer", "other"))
    (entry,) = small.audit.entries()
    assert (entry.who, entry.action, entry.outcome, entry.documents) == ("viewer-of-**", "replace", "denied", ("web",))
    assert entry.request == reply.headers["setpoint-request"]


def test_whoever_is_denied_again_and_again_is_held_up(small: Ground) -> None:
    """The trail is kept for good, so nobody can fill the disk with what they may not do."""
    token = small.token("viewer")
    replies = [small.send("PUT", "/docs/web", token=token) for _ in range(62)]
    assert [reply.status for reply in replies[:60]] == [403] * 60
    assert replies[-1].status == 429
    assert int(replies[-1].headers["retry-after"]) >= 1
    assert len(small.audit.entries(limit=1000)) <= 61


def test_requests_are_logged_with_what_is_no_secret(small: Ground) -> None:
    """The log learns who, what and how it ended; of the query only the names."""
    token = small.token("viewer")
    small.send("GET", "/thing?limit=7", token=token, address="192.0.2.7")
    (served,) = small.served
    assert (served.method, served.path, served.query, served.status) == ("GET", "/thing", ("limit",), 200)
    assert (served.principal, served.address) == ("viewer-of-**", "192.0.2.7")
    assert served.bytes > 0 and served.seconds >= 0
    assert token not in repr([getattr(served, name) for name in served.__slots__])


def test_without_a_token_there_is_nothing_unless_a_role_is_given(make_ground: Callable[..., Ground]) -> None:
    """Whoever has no token is nobody, or has the role that the settings say."""
    open_ground = make_ground(ROUTES, anonymous="viewer")
    assert open_ground.send("GET", "/thing").json["who"] == "anonymous"
    assert open_ground.send("POST", "/thing", body={"size": 1}).rule == "denied"
    assert open_ground.send("GET", "/thing", token="wrong").status == 401


def test_other_settings_hold_from_then_on(small: Ground) -> None:
    """Names, limits and who may come without a token can be changed while it runs."""
    assert small.send("GET", "/public", host="config.example").status == 421
    small.application.configure({"allowed_hosts": ["config.example"], "anonymous": "viewer", "body_bytes": 10})
    assert small.send("GET", "/thing", host="config.example").status == 200
    assert small.send("POST", "/thing", token=small.token(), body={"size": 1, "tree": "long"}).status == 413


METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", ""])
NAMES = st.sampled_from(
    [
        "Host",
        "Authorization",
        "Cookie",
        "If-Match",
        "If-None-Match",
        "Content-Type",
        "Content-Length",
        "Origin",
        "Transfer-Encoding",
        "Sec-Fetch-Site",
        "Setpoint-CSRF",
        "Idempotency-Key",
        "Accept",
        "X-Other",
    ]
)
LATIN = st.text(st.characters(max_codepoint=255), max_size=30)
PATHS = st.one_of(
    st.sampled_from([one.path.replace("{", "").replace("}", "") for one in ROUTES]).map(
        lambda path: "/thing" if path in ("/slow", "/broken", "/quick-until-it-is-not") else path
    ),
    LATIN.map(lambda text: "/" + text.replace("?", "")),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    METHODS,
    st.tuples(PATHS, LATIN),
    st.lists(st.tuples(NAMES, LATIN), max_size=5),
    st.lists(st.binary(max_size=40), max_size=3),
)
def test_whatever_is_sent_nothing_breaks(
    small: Ground, method: str, target: tuple[str, str], headers: list[tuple[str, str]], pieces: list[bytes]
) -> None:
    """Odd methods, paths, headers and bodies are answered below 500, with a problem where it is no success."""
    path, query = target
    reply = small.send(
        method, f"{path}?{query}", headers=headers, pieces=pieces or None, token=_editor(small) if query else None
    )
    if path not in ("/unavailable", "/slow"):
        assert reply.status < 500, (method, path, query, headers, pieces, reply.body)
    if reply.status >= 400 and reply.headers["content-type"] != "text/html; charset=utf-8" and reply.body:
        assert reply.rule


def _editor(ground: Ground) -> str:
    known: str | None = getattr(ground, "editor", None)
    if known is None:
        known = ground.editor = ground.token("editor")  # type: ignore[attr-defined]
    return known
