"""``WebhookChannel``: each event is posted to an address, as signed JSON."""

from __future__ import annotations

from .channel import DeliveryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any
    from urllib.request import OpenerDirector

SIGNATURE = "X-Setpoint-Signature"
_AGAIN = frozenset((408, 425, 429, 500, 502, 503, 504))  # answers that another attempt may change
_LONGEST_PAUSE = 60.0  # seconds


class WebhookChannel:
    """Posts each event to an HTTP address.

    Arguments: ``url`` is an http or https address; ``key`` signs what is sent, None for no signature; ``timeout`` is
    how many seconds may pass without a sign of the other side; ``attempts`` is how often it is tried; ``backoff`` is
    the pause after the first attempt in seconds, doubled after each, and shortened by up to a half at random so that
    many processes do not come back at once. Raises ``UsageError`` for an address that is none.

    Redirections are not followed, and no proxy of the environment is used: what is sent goes to that address alone. The
    header ``X-Setpoint-Signature`` is ``t=TIME,v1=HEX``: the HMAC-SHA256 of ``TIME.BODY``, so that an old message
    cannot be sent again by somebody else. ``X-Setpoint-Delivery`` is the same for every attempt of one message.
    """

    __slots__ = ("_key", "_opener", "_url", "attempts", "backoff", "place", "timeout")

    def __init__(
        self, url: str, key: bytes | None = None, *, timeout: float = 10.0, attempts: int = 5, backoff: float = 1.0
    ) -> None:
        self._url = url
        self._key = key
        self.timeout = timeout
        self.attempts = attempts
        self.backoff = backoff
        self.place = _place(url)
        self._opener: OpenerDirector | None = None

    def send(self, message: Mapping[str, Any], pause: Callable[[float], bool]) -> None:
        """Post one event. Raises ``DeliveryError`` when the last attempt failed, or the answer will stay what it is."""
        import json
        import os
        import random

        body = json.dumps(message).encode()
        delivery = os.urandom(8).hex()
        why = ""
        for attempt in range(self.attempts):
            why, again, wanted = self._post(body, delivery)
            if not why:
                return
            if not again:
                break
            seconds = self.backoff * 2**attempt * random.uniform(0.5, 1.0)  # noqa: S311 - spreads, and hides nothing
            if attempt + 1 < self.attempts and not pause(min(max(seconds, wanted), _LONGEST_PAUSE)):
                why += "; not tried again, because the program ends"
                break
        raise DeliveryError(f"{self.place}: {why}")

    def _post(self, body: bytes, delivery: str) -> tuple[str, bool, float]:
        """Return why it failed, nothing when it did not; whether to try again; and after how many seconds at least."""
        import http.client
        import time
        from urllib.error import HTTPError, URLError
        from urllib.request import Request

        headers = {
            "Content-Type": "application/json",
            "User-Agent": "setpoint",
            "X-Setpoint-Delivery": delivery,
            "Connection": "close",
        }
        if self._key is not None:
            headers[SIGNATURE] = signature(self._key, body, int(time.time()))
        if self._opener is None:
            self._opener = _opener()
        request = Request(self._url, body, headers, method="POST")  # noqa: S310 - http and https only, see _place
        try:
            with self._opener.open(request, timeout=self.timeout):
                return "", False, 0.0
        except HTTPError as error:
            with error:
                wanted = error.headers.get("Retry-After", "") if error.headers is not None else ""
                note = "; redirections are not followed" if 300 <= error.code < 400 else ""
                return f"it answered {error.code}{note}", error.code in _AGAIN, _seconds(wanted)
        except URLError as error:
            reason = error.reason
            words = reason.strerror if isinstance(reason, OSError) and reason.strerror else type(reason).__name__
            return f"it cannot be reached: {words}", True, 0.0
        except TimeoutError:
            return f"nothing came back in {self.timeout:g} s", True, 0.0
        except (OSError, http.client.HTTPException) as error:
            return f"the connection failed: {type(error).__name__}", True, 0.0

    def __repr__(self) -> str:
        return f"<WebhookChannel to {self.place}>"  # neither the path nor the key: both may be secret


def signature(key: bytes, body: bytes, at: int) -> str:
    """Return the value of the header that signs a message. Arguments: ``at`` is the time in seconds since 1970."""
    import hmac

    return f"t={at},v1={hmac.new(key, f'{at}.'.encode() + body, 'sha256').hexdigest()}"


def _place(url: str) -> str:
    """Return the part of an address that may be shown: a path often is a secret. Raises ``UsageError``."""
    from urllib.parse import urlsplit

    from ..errors import UsageError

    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None or not url.isascii():
        raise UsageError("the address of a webhook is like https://host/path, without a user in it")
    if any(letter.isspace() or not letter.isprintable() for letter in url):
        raise UsageError("the address of a webhook has no spaces or control characters")
    return f"{parts.scheme}://{host}{'' if port is None else f':{port}'}"


def _opener() -> OpenerDirector:
    """Return what opens addresses: neither proxies, nor redirections, nor files and the like."""
    from urllib.request import (
        HTTPDefaultErrorHandler,
        HTTPErrorProcessor,
        HTTPHandler,
        HTTPSHandler,
        OpenerDirector,
    )

    opener = OpenerDirector()
    for handler in (HTTPHandler(), HTTPSHandler(), HTTPDefaultErrorHandler(), HTTPErrorProcessor()):
        opener.add_handler(handler)
    return opener


def _seconds(text: str) -> float:
    """Return what a Retry-After header says in seconds; a date, or nonsense, says nothing."""
    return float(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0.0
