"""Answers on their way out: as two messages where the whole body is there, else through the response's own doing."""

from __future__ import annotations

from starlette.responses import Response

from .headers import API_HEADERS, NO_STORE, PAGE_HEADERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping
    from typing import Any

    from .headers import Headers

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]


class Answer:
    """A whole answer: status, headers and body."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body


# Whether the responses of a class are whole answers; those with a way of their own of being sent are not.
_whole: dict[type, bool] = {}


def answer_of(response: Any) -> Answer | None:
    """Return a response as a whole answer; None for one that has a way of its own of being sent."""
    kind = type(response)
    whole = _whole.get(kind)
    if whole is None:
        whole = isinstance(response, Response) and kind.__call__ is Response.__call__ and hasattr(response, "body")
        _whole[kind] = whole
    if not whole or response.background is not None:
        return None
    return Answer(response.status_code, response.raw_headers, response.body)


class Outgoing:
    """The answer to one request on its way out; counts what went, and gives every answer the headers that all have.

    Arguments: ``send`` is ASGI's; ``request`` is the request's id; ``head`` is True when no body may follow.
    """

    __slots__ = ("_head", "_request", "_send", "page", "size", "status")

    def __init__(self, send: Send, request: str, head: bool) -> None:
        self._send = send
        self._request = request.encode("ascii")
        self._head = head
        self.page = False
        self.status = 0
        self.size = 0

    async def answer(self, answer: Answer) -> None:
        """Send a whole answer."""
        self.status = answer.status
        body = b"" if self._head else answer.body
        self.size = len(body)
        await self._send(
            {"type": "http.response.start", "status": answer.status, "headers": self._complete(answer.headers)}
        )
        await self._send({"type": "http.response.body", "body": body})

    async def pass_on(self, message: Message) -> None:
        """Send one message of a response that sends itself."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": self._complete(list(message.get("headers", ())))}
        elif message["type"] == "http.response.body":
            self.size += len(message.get("body", b""))
        await self._send(message)

    def _complete(self, own: Headers) -> Headers:
        found = [*own, *(PAGE_HEADERS if self.page else API_HEADERS), (b"setpoint-request", self._request)]
        for name, _ in own:
            if name == b"cache-control":
                return found
        found.append(NO_STORE)
        return found
