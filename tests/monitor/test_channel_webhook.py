"""The webhook: signed, tried again, and going nowhere else."""

from __future__ import annotations

import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from receiver import KEY, Receiver, event, go_on, receiving

from setpoint.errors import UsageError
from setpoint.monitor.channel import DeliveryError
from setpoint.monitor.channel_webhook import WebhookChannel


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver for one test."""
    with receiving() as server:
        yield server


def test_a_webhook_is_tried_until_it_is_taken(receiver: Receiver) -> None:
    """The same message each time, signed, with the same number of delivery."""
    receiver.answers = [(503, {}), (500, {})]
    WebhookChannel(receiver.url, KEY.encode(), backoff=0.01).send(event().to_dict(), go_on)
    assert len(receiver.got) == 3
    assert len({body for _, _, body in receiver.got}) == 1
    assert len({headers["X-Setpoint-Delivery"] for _, headers, _ in receiver.got}) == 1
    for path, headers, body in receiver.got:
        assert path == "/hook/secret-path"
        assert headers["Content-Type"] == "application/json"
        assert json.loads(body)["alert"]["rule"] == "heat"
        at, signed = headers["X-Setpoint-Signature"].split(",")
        assert abs(int(at.removeprefix("t=")) - time.time()) < 60
        wanted = hmac.new(KEY.encode(), at.removeprefix("t=").encode() + b"." + body, "sha256").hexdigest()
        assert signed == f"v1={wanted}"


def test_a_webhook_gives_up(receiver: Receiver) -> None:
    """After as many attempts as it has; and at once where another attempt would change nothing."""
    receiver.answers = [(503, {})] * 9
    with pytest.raises(DeliveryError, match=r"http://127.0.0.1:\d+: it answered 503"):
        WebhookChannel(receiver.url, attempts=3, backoff=0.01).send({}, go_on)
    assert len(receiver.got) == 3
    assert "X-Setpoint-Signature" not in receiver.got[0][1]
    receiver.answers = [(404, {})]
    with pytest.raises(DeliveryError, match="it answered 404") as caught:
        WebhookChannel(receiver.url).send({}, go_on)
    assert len(receiver.got) == 4
    assert "secret-path" not in str(caught.value)


def test_a_webhook_goes_nowhere_else(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """It follows no redirection, and asks no proxy that the environment names."""
    with receiving() as other:
        monkeypatch.setenv("http_proxy", other.url)
        monkeypatch.setenv("HTTP_PROXY", other.url)
        receiver.answers = [(code, {"Location": other.url}) for code in (302, 307, 308)]
        for code in (302, 307, 308):
            with pytest.raises(DeliveryError, match=f"it answered {code}; redirections are not followed"):
                WebhookChannel(receiver.url).send({}, go_on)
        assert other.got == []
    assert len(receiver.got) == 3


def test_a_webhook_waits_as_long_as_it_is_asked_to(receiver: Receiver) -> None:
    """Retry-After in seconds is kept, within reason; nonsense in it means nothing."""
    pauses: list[float] = []

    def note(seconds: float) -> bool:
        pauses.append(seconds)
        return True

    receiver.answers = [(429, {"Retry-After": "7"}), (503, {"Retry-After": "99999"}), (503, {"Retry-After": "soon"})]
    WebhookChannel(receiver.url, backoff=0.01).send({}, note)
    assert pauses[:2] == [7.0, 60.0]
    assert pauses[2] <= 0.04
    receiver.answers = [(503, {})] * 5
    with pytest.raises(DeliveryError, match="not tried again, because the program ends"):
        WebhookChannel(receiver.url).send({}, lambda seconds: False)


def test_pauses_grow_and_differ(receiver: Receiver) -> None:
    """Each is up to twice the one before, and at least half of what it could be."""
    pauses: list[float] = []

    def note(seconds: float) -> bool:
        pauses.append(seconds)
        return True

    receiver.answers = [(503, {})] * 5
    with pytest.raises(DeliveryError):
        WebhookChannel(receiver.url, backoff=1.0).send({}, note)
    assert [2**number / 2 <= pause <= 2**number for number, pause in enumerate(pauses)] == [True] * 4


def test_a_webhook_that_does_not_answer_takes_no_longer_than_its_timeout(receiver: Receiver) -> None:
    """Nor one that cannot be reached at all."""
    receiver.delay = 60.0
    began = time.monotonic()
    with pytest.raises(DeliveryError, match=r"nothing came back in 0.1 s"):
        WebhookChannel(receiver.url, timeout=0.1, attempts=2, backoff=0.01).send({}, go_on)
    assert time.monotonic() - began < 30
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(DeliveryError, match="it cannot be reached: Connection refused"):
        WebhookChannel(f"http://127.0.0.1:{port}/", attempts=2, backoff=0.01).send({}, go_on)


def test_a_webhook_that_speaks_something_else_is_given_up() -> None:
    """What comes back need not be HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                with connection:
                    connection.recv(10_000)
                    connection.sendall(b"what?\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(DeliveryError, match="the connection failed: BadStatusLine"):
            WebhookChannel(url, attempts=2, backoff=0.01).send({}, go_on)
        thread.join()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/x",
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://user:pw@example.org/",
        "http://exa mple.org/",
        "http://example.org/\r\nX: y",
        "http://example.org:99999/",
        "http://[::1/",
        "https://ä.example.org/",
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """Before anything is sent, and without repeating it: it may hold a secret."""
    with pytest.raises(UsageError, match="the address of a webhook") as caught:
        WebhookChannel(url)
    assert "pw" not in str(caught.value)
