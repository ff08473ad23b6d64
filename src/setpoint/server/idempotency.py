"""``Idempotency-Key``: a write that is sent again, because its answer was lost, is done once.

The header is the one of draft-ietf-httpapi-idempotency-key-header: a text that the client makes up for each write.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from hashlib import blake2b

from .problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .sending import Answer

SECONDS = 600.0
_KEY = re.compile(rb"[!-~]+")
LONGEST_KEY = 200
_MOST = 10_000
_MOST_BYTES = 32 * 1024 * 1024


class _Entry:
    __slots__ = ("answer", "body", "done", "when")

    def __init__(self, body: bytes, when: float) -> None:
        self.body = body
        self.when = when
        self.answer: Answer | None = None
        self.done = asyncio.Event()


class Idempotency:
    """The answers of the last 10 minutes to writes that came with a key, in memory.

    Nothing of an answer above 500 is kept, as whoever gets one should try again. The oldest go when there are more than
    10,000 or they take more than 32 MiB.
    """

    __slots__ = ("_bytes", "_clock", "_known")

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[bytes, _Entry] = OrderedDict()  # in the order they came
        self._bytes = 0

    async def once(
        self, key: bytes, place: bytes, body: bytes, answer: Callable[[], Awaitable[Answer]]
    ) -> tuple[Answer, bool]:
        """Return the answer to a write, and whether it is one that was given before.

        Arguments: ``key`` is the client's; ``place`` says who wrote where and how; ``body`` must be as it was;
            ``answer`` does it. A second write waits for the first. Raises ``Problem``: 400 for an odd key, 422 for
            another body.
        """
        if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
            raise Problem(
                400, "bad-header", f"Idempotency-Key is 1 to {LONGEST_KEY} visible ASCII characters, without spaces"
            )
        name = blake2b(key + b"\0" + place, digest_size=32).digest()
        digest = blake2b(body, digest_size=32).digest()
        while True:
            self._forget()
            entry = self._known.get(name)
            if entry is None:
                break
            if entry.body != digest:
                raise Problem(
                    422, "idempotency-key-reused", "the Idempotency-Key was used for another body; make up a new one"
                )
            await entry.done.wait()
            if entry.answer is not None:
                return entry.answer, True
        entry = self._known[name] = _Entry(digest, self._clock())
        try:
            made = await answer()
            if made.status < 500:
                entry.answer = made
                self._bytes += len(made.body)
            return made, False
        finally:
            if entry.answer is None and self._known.get(name) is entry:
                del self._known[name]
            entry.done.set()

    def _forget(self) -> None:
        oldest = self._clock() - SECONDS
        while self._known:
            name, entry = next(iter(self._known.items()))
            over = len(self._known) > _MOST or self._bytes > _MOST_BYTES
            if not entry.done.is_set() or (entry.when > oldest and not over):
                return
            del self._known[name]
            self._bytes -= len(entry.answer.body) if entry.answer is not None else 0
