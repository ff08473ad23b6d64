"""Connections that are slow, silent, huge or many keep nobody else waiting."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import time
from collections.abc import Callable

import pytest
from small_server import PATIENCE, Small, eventually, read_all, read_until

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def status_of(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 "), answer[:100]
    return int(answer[9:12])


def problem_in(answer: bytes) -> dict[str, object]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Type: application/problem+json" in head
    found: dict[str, object] = json.loads(body)
    return found


def test_a_head_that_never_ends_is_refused_in_time(small: Callable[..., Small]) -> None:
    """A request whose head comes byte by byte is answered with 408 after ten seconds, however often a byte comes."""
    server = small()
    with server.connect() as connection:
        for piece in (b"GET / HTTP/1.1\r\n", b"Host: local", b"host\r\nX-Slow: "):
            connection.sendall(piece)
            server.wait_for_members(1)
            eventually(lambda: next(iter(server.crowd.members)).has_begun_a_head, "the head to begin")
            server.pass_time(4)  # each byte comes in time; all of them do not
        answer = read_all(connection)
    assert status_of(answer) == 408
    assert problem_in(answer)["rule"] == "head-too-slow"
    server.wait_for_members(0)
    assert [one.status for one in server.logged] == [408]


def test_a_slow_head_after_an_answer_is_ended_too(small: Callable[..., Small]) -> None:
    """A connection that was good once has no more time for its second request."""
    server = small()
    with server.connect() as connection:
        connection.sendall(GET)
        read_until(connection, b"hello")
        connection.sendall(b"GET / HT")
        eventually(lambda: next(iter(server.crowd.members)).has_begun_a_head, "the second head to begin")
        server.pass_time(10.5)
        assert status_of(read_all(connection)) == 408


@pytest.mark.parametrize(("sent", "seconds"), [(b"", 10.5), (GET, 15.5)])
def test_a_silent_connection_is_closed_without_a_word(small: Callable[..., Small], sent: bytes, seconds: float) -> None:
    """Whoever says nothing has ten seconds after connecting, and fifteen after an answer."""
    server = small()
    with server.connect() as connection:
        connection.sendall(sent)
        if sent:
            read_until(connection, b"hello")
            eventually(lambda: next(iter(server.crowd.members)).waits_for == "idle", "the answer to end")
        server.wait_for_members(1)
        server.pass_time(seconds - 1)
        time.sleep(0.7)  # more than one look
        assert len(server.crowd.members) == 1
        server.pass_time(1)
        assert read_all(connection) == b""


def test_a_slow_body_is_refused_in_time(small: Callable[..., Small]) -> None:
    """A body that does not arrive in time is answered with 408, and the application is told that nobody waits."""
    server = small()
    with server.connect() as connection:
        connection.sendall(b"POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc")
        eventually(lambda: [one.waits_for for one in server.crowd.members] == ["body"], "the body to be waited for")
        server.pass_time(30.5)
        answer = read_all(connection)
    assert (status_of(answer), problem_in(answer)["rule"]) == (408, "body-too-slow")
    eventually(lambda: not server.running.server_state.tasks, "the application to end")


def test_the_rest_of_a_body_that_nobody_wants_is_read_for_a_moment_only(small: Callable[..., Small]) -> None:
    """An endless chunked body after an answer ends the connection after some megabytes, whatever it announced."""
    server = small()
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    with server.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        read_until(connection, b"hello")
        sent = 0
        with pytest.raises(OSError):
            while sent < 2**30:
                connection.sendall(chunk)
                sent += len(chunk)
    assert sent < 64 * 2**20
    server.wait_for_members(0)


def test_the_rest_of_a_body_has_two_seconds(small: Callable[..., Small]) -> None:
    """A body of which nothing more comes after the answer keeps no connection."""
    server = small()
    with server.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\nabc")
        read_until(connection, b"hello")
        eventually(lambda: [one.waits_for for one in server.crowd.members] == ["leftover"], "the answer to end")
        server.pass_time(2.5)
        assert read_all(connection) == b""


def test_a_small_body_that_nobody_wants_keeps_the_connection(small: Callable[..., Small]) -> None:
    """What is left of a body is skipped, and the next request is answered on the same connection."""
    server = small()
    with server.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n")
        read_until(connection, b"hello")
        connection.sendall(b"12345" + LAST)
        assert read_all(connection).endswith(b"hello")


def test_a_head_of_a_hundred_thousand_lines_is_refused_at_its_limit(small: Callable[..., Small]) -> None:
    """However the lines come, it is 431 once the head is larger than allowed, and little is read of the rest."""
    server = small()
    lines = b"".join(b"X-%d: a\r\n" % number for number in range(100_000))
    with server.connect() as connection:
        with contextlib.suppress(OSError):  # it may be refused before all is sent
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + lines + b"\r\n")
        answer = read_all(connection)
    # What is refused while it is still sent may be lost on the way to who sent it: the log tells.
    assert answer == b"" or status_of(answer) == 431
    eventually(lambda: [one.status for one in server.logged] == [431], "the refusal")


def test_a_whole_head_just_beyond_the_limit_is_refused_in_one_piece_too(small: Callable[..., Small]) -> None:
    """The limit holds also for a head that arrives all at once."""
    server = small(header_bytes=4096)
    fits = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: " + b"a" * 3000 + b"\r\n\r\n"
    assert status_of(server.exchange(fits)) == 200
    large = b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 9000 + b"\r\n\r\n"
    answer = server.exchange(large)
    assert status_of(answer) == 431
    assert "4096" in str(problem_in(answer)["detail"])


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),  # TLS spoken to a server without
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/x\r\nHost: localhost\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX\x00: 1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    ],
)
def test_what_is_no_http_is_answered_in_one_form(small: Callable[..., Small], sent: bytes, status: int) -> None:
    """It is a problem with its status, and the connection ends."""
    server = small()
    answer = server.exchange(sent)
    assert status_of(answer) == status
    assert problem_in(answer)["status"] == status
    server.wait_for_members(0)


def test_a_body_that_breaks_off_into_nonsense_ends_the_request(small: Callable[..., Small]) -> None:
    """A chunk that is none is refused with 400, while the application was reading."""
    server = small()
    answer = server.exchange(
        b"POST /body HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\nzz\r\n"
    )
    assert status_of(answer) == 400
    eventually(lambda: not server.running.server_state.tasks, "the application to end")


def test_pipelined_requests_are_answered_in_order(small: Callable[..., Small]) -> None:
    """A hundred requests sent at once have a hundred answers on the same connection."""
    answer = small().exchange(GET * 99 + LAST)
    assert len(re.findall(rb"HTTP/1\.1 200 OK", answer)) == 100
    assert answer.count(b"hello") == 100


def test_whoever_asks_for_another_protocol_is_answered_in_this_one(small: Callable[..., Small]) -> None:
    """An Upgrade is ignored, as HTTP allows, and nothing of it is logged."""
    answer = small().exchange(LAST.replace(b"close", b"close, upgrade\r\nUpgrade: websocket"))
    assert status_of(answer) == 200


def test_too_many_connections_are_refused_at_once(small: Callable[..., Small]) -> None:
    """Beyond the limit a new connection is answered with 503 when all others are busy."""
    server = small(connections=3)
    busy = []
    for _ in range(3):
        connection = server.connect()
        connection.sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        busy.append(connection)
        read_until(connection, b"begun\n\r\n")
    server.pass_time(60)
    answer = server.exchange()
    assert (status_of(answer), problem_in(answer)["rule"]) == (503, "too-many-connections")
    assert b"Retry-After" in answer
    for connection in busy:
        connection.close()
    server.wait_for_members(0)
    assert status_of(server.exchange(LAST)) == 200


def test_connections_without_a_request_make_room_for_others(small: Callable[..., Small]) -> None:
    """Whoever fills the server with silent connections loses them to those who say something."""
    server = small(connections=32)
    silent = [server.connect() for _ in range(32)]
    server.wait_for_members(32)
    server.pass_time(1.5)
    assert status_of(server.exchange(LAST)) == 200
    for connection in silent:
        connection.close()


def test_a_thousand_idle_connections_keep_nobody_waiting(small: Callable[..., Small]) -> None:
    """With a thousand connections open that say nothing, a request is answered."""
    server = small()
    idle = [server.connect() for _ in range(1000)]
    server.wait_for_members(1000)
    assert status_of(server.exchange(LAST)) == 200
    server.pass_time(10.5)
    server.wait_for_members(0)
    for connection in idle:
        connection.close()


def test_whoever_does_not_read_his_answer_is_cut_off(small: Callable[..., Small]) -> None:
    """An answer that is not read is given up after thirty seconds."""
    server = small()
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(PATIENCE)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(b"GET /huge HTTP/1.1\r\nHost: localhost\r\n\r\n")
        eventually(lambda: any(one.stuck_since is not None for one in server.crowd.members), "the answer to be stuck")
        server.pass_time(31)
        server.wait_for_members(0)


def test_an_answer_that_is_under_way_is_finished_at_the_end(small: Callable[..., Small]) -> None:
    """The end of the server waits for requests, ends streams, and takes nobody new."""
    server = small()
    with server.connect() as slow, server.connect() as stream, server.connect() as idle:
        stream.sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        read_until(stream, b"begun\n\r\n")
        slow.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        eventually(lambda: len(server.running.server_state.tasks) == 2, "both requests to begin")
        server.wait_for_members(3)
        server.running.should_exit = True
        assert read_all(slow).endswith(b"hello")
        assert read_all(idle) == b""
        assert server.ended_streams.wait(PATIENCE)
        server.end()
        read_all(stream)
    with pytest.raises(OSError):
        server.connect()
