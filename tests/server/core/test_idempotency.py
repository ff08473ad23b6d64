"""A write that is sent again with its key is done once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from gate_ground import Ground, Reply
from starlette.responses import JSONResponse, Response

from setpoint.errors import ConflictError
from setpoint.server.idempotency import Idempotency
from setpoint.server.problem import Problem
from setpoint.server.route import Route
from setpoint.server.sending import Answer


class Counter:
    """A handler that counts what it does, and fails as it is told."""

    def __init__(self) -> None:
        self.done = 0
        self.failure: Exception | None = None

    async def __call__(self, call: Any) -> Response:
        await asyncio.sleep(0.01)
        self.done += 1
        if self.failure is not None:
            raise self.failure
        return JSONResponse({"done": self.done}, headers={"ETag": f'"{self.done}"'})


@pytest.fixture
def counter() -> Counter:
    """Return the handler."""
    return Counter()


@pytest.fixture
def site(make_ground: Callable[..., Ground], counter: Counter) -> Ground:
    """Return the gate in front of it."""
    paths = ("/one", "/other")
    return make_ground(
        [Route("POST", path, counter, verb="change", scope="documents", summary="", body=True) for path in paths]
    )


def write(site: Ground, token: str, key: str = "k1", path: str = "/one", body: Any = 1, **headers: str) -> Reply:
    given = {"Idempotency-Key": key, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return site.send("POST", path, token=token, headers=given, body=body)


def test_the_first_answer_is_given_again(site: Ground, counter: Counter) -> None:
    """Status, headers and body are those of the first time, and it says so."""
    token = site.token("editor")
    first, again = write(site, token), write(site, token)
    assert counter.done == 1
    assert (again.status, again.body, again.headers["etag"]) == (first.status, first.body, '"1"')
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert first.headers["setpoint-request"] != again.headers["setpoint-request"]


def test_another_key_caller_route_or_condition_is_another_write(site: Ground, counter: Counter) -> None:
    """Only what is the same in all that counts is taken for the same."""
    token = site.token("editor")
    write(site, token)
    write(site, token, key="k2")
    write(site, token, path="/other")
    write(site, site.token("admin"))
    write(site, token, If_Match='"x"')
    assert counter.done == 5
    for _ in range(2):
        site.send("POST", "/one", token=token, body=1)
    assert counter.done == 7


def test_another_body_under_the_same_key_is_refused(site: Ground, counter: Counter) -> None:
    """A key that was used twice by mistake loses nothing silently."""
    token = site.token("editor")
    write(site, token)
    assert write(site, token, body=2).rule == "idempotency-key-reused"
    assert counter.done == 1


def test_two_at_the_same_time_are_done_once(site: Ground, counter: Counter) -> None:
    """Whoever is second waits for the first."""
    token = site.token("editor")

    async def both() -> list[Reply]:
        headers = {"Idempotency-Key": "k"}
        return await asyncio.gather(
            *(site.answer("POST", "/one", token=token, headers=headers, body=1) for _ in range(8))
        )

    replies = asyncio.run(both())
    assert counter.done == 1
    assert {reply.body for reply in replies} == {b'{"done":1}'}


def test_a_refusal_is_given_again_and_a_failure_is_not(site: Ground, counter: Counter) -> None:
    """What was refused stays refused; what broke may be tried again."""
    token = site.token("editor")
    counter.failure = ConflictError("somebody was first")
    assert [write(site, token).status for _ in range(2)] == [409, 409]
    assert counter.done == 1
    counter.failure = Problem(503, "unavailable", "not now")
    assert write(site, token, key="k2").status == 503
    counter.failure = None
    assert write(site, token, key="k2").status == 200


@pytest.mark.parametrize("key", ["", "x" * 201, "\xe9", "a b"])
def test_an_odd_key_is_refused(site: Ground, counter: Counter, key: str) -> None:
    """A key is a short ASCII text."""
    assert write(site, site.token("editor"), key=key).status == 400
    assert counter.done == 0


def test_rights_are_asked_for_every_time(site: Ground, counter: Counter) -> None:
    """Whoever may no longer write does not get the old answer either."""
    token = site.token("editor")
    write(site, token)
    site.tokens.revoke("editor-of-**")
    site.now += 1
    assert write(site, token).status == 401


def test_answers_are_kept_for_ten_minutes_and_not_without_bound() -> None:
    """What is old goes, and of too much the oldest."""
    now = [0.0]
    kept = Idempotency(lambda: now[0])
    done: list[bytes] = []

    async def once(key: bytes, size: int = 1) -> bool:
        async def answer() -> Answer:
            done.append(key)
            return Answer(200, [], b"x" * size)

        return (await kept.once(key, b"place", b"body", answer))[1]

    async def story() -> None:
        assert [await once(b"a"), await once(b"a")] == [False, True]
        now[0] = 601
        assert not await once(b"a")
        for number in range(12_000):
            await once(b"%d" % number)
        assert len(kept._known) <= 10_001
        assert not await once(b"a")
        for number in range(50):
            await once(b"large-%d" % number, 1_000_000)
        assert kept._bytes <= 33 * 1024 * 1024
        assert await once(b"large-49")

    asyncio.run(story())
