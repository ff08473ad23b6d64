"""The access log: true lines, harmless texts, and nobody waits for it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_server import eventually

from setpoint.server.access_log import AccessLog, line_of
from setpoint.server.served import Served


def served(**changes: Any) -> Served:
    facts: dict[str, Any] = {
        "time": 1_800_000_000.25,
        "method": "GET",
        "path": "/api/v1/documents",
        "query": (),
        "status": 200,
        "seconds": 0.00125,
        "bytes": 17,
        "principal": "ada",
        "address": "127.0.0.1",
        "request": "ab12-1",
    }
    return Served(**{**facts, **changes})


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    for descriptor in (reading, writing):
        try:
            os.close(descriptor)
        except OSError as error:
            assert error.errno == 9  # the test has closed it


def test_a_line_says_who_asked_for_what_and_how_it_went() -> None:
    """It is one JSON object with time in UTC, duration in milliseconds, and names of the query only."""
    assert json.loads(line_of(served(query=("limit", "after")))) == {
        "time": "2027-01-15T08:00:00.250Z",
        "method": "GET",
        "path": "/api/v1/documents",
        "query": ["limit", "after"],
        "status": 200,
        "ms": 1.25,
        "bytes": 17,
        "principal": "ada",
        "address": "127.0.0.1",
        "request": "ab12-1",
    }
    assert json.loads(line_of(served(principal=None)))["principal"] is None


@given(st.text(max_size=1000))
def test_no_text_of_a_request_can_act(text: str) -> None:
    """Whatever is asked for, the line is one line of printable ASCII, and says just that."""
    line = line_of(served(path=text, principal=text, method=text, query=(text,)))
    assert line.endswith(b"}\n")
    assert all(32 <= byte < 127 for byte in line[:-1])
    if "sp_" not in text:
        found = json.loads(line)
        assert (found["path"], found["query"]) == (text, [text])


def test_a_token_in_an_address_is_not_logged() -> None:
    """Where somebody pasted a token, its secret is masked; a path without an end is cut."""
    token = "sp_0123456789ab_" + "S" * 43
    line = line_of(served(path=f"/x/{token}/y", query=(token,)))
    assert b"SSS" not in line
    assert json.loads(line)["path"] == "/x/sp_********/y"
    assert len(line_of(served(path="/" * 100_000))) < 1500


def test_lines_arrive_in_order_and_the_last_ones_too(pipe: tuple[int, int]) -> None:
    """What was logged before the end is written before the end."""
    reading, writing = pipe
    log = AccessLog(writing)
    for number in range(100):
        log(served(status=number))
    log.close()
    os.close(writing)
    with os.fdopen(os.dup(reading)) as lines:
        assert [json.loads(line)["status"] for line in lines] == list(range(100))


def test_nothing_is_written_while_it_is_off(pipe: tuple[int, int]) -> None:
    """It can be switched off and on."""
    reading, writing = pipe
    log = AccessLog(writing)
    log.is_on = False
    log(served(status=1))
    log.is_on = True
    log(served(status=2))
    log.close()
    assert [json.loads(line)["status"] for line in os.read(reading, 65536).splitlines()] == [2]


def test_whoever_does_not_read_keeps_nobody_waiting(pipe: tuple[int, int]) -> None:
    """Lines beyond 10,000 that wait are dropped, and it is told how many."""
    reading, writing = pipe
    log = AccessLog(writing)
    logged = 50_000
    for number in range(logged):
        log(served(status=number))
    os.set_blocking(reading, False)
    data = b""

    def has_lost() -> bool:
        nonlocal data
        with contextlib.suppress(BlockingIOError):
            data += os.read(reading, 1_000_000)
        return b'"lost"' in data and data.endswith(b"\n")

    eventually(has_lost, "the number of lost lines")
    log.close()
    lines = [json.loads(line) for line in data.splitlines()]
    lost = sum(line.get("lost", 0) for line in lines)
    assert lost > 0
    assert lost + sum("status" in line for line in lines) == logged


def test_a_reader_who_went_away_ends_the_log_only() -> None:
    """When it cannot be written any more, the log says so of itself, and takes lines as before."""
    ours, theirs = socket.socketpair()
    theirs.close()
    log = AccessLog(ours.fileno())
    log(served())
    eventually(lambda: log.trouble, "the trouble")
    log(served())
    log.close()
    assert log.trouble == "Broken pipe"
    ours.close()
