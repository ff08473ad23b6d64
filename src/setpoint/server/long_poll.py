"""``LongPollAnswer``: the changes after a generation, as soon as there are any."""

from __future__ import annotations

import asyncio

from .seen import Unclear
from .watcher import Watcher

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .call import Call
    from .seen import Wanted

LONG_POLL_HEADERS = {"Content-Type": "application/json", "Cache-Control": "no-store"}
_MOST_EVENTS = 500  # of one answer; the next one has the others


class LongPollAnswer(Watcher):
    """One answer with what replaced the content of documents after a generation, or with nothing when the time is up.

    Arguments: ``after`` is the generation that the client has; ``boot`` names the run of the server that counted it,
    empty when the client does not say; ``wait`` is how many seconds it waits at most; the others as for ``Watcher``.
    """

    def __init__(
        self,
        call: Call,
        wanted: Wanted,
        holds: Callable[[], bool] | None = None,
        *,
        after: int,
        boot: str = "",
        wait: float = 0.0,
    ) -> None:
        super().__init__(call, wanted, holds, LONG_POLL_HEADERS)
        self._after = after
        self._boot = boot
        self._wait = wait
        self._looked = 0  # the number of the event that was looked at last
        self._is_time_up = wait <= 0
        self._timer: asyncio.TimerHandle | None = None
        self._answer = b""

    async def begin(self) -> None:
        """Let the time run."""
        if not self._is_time_up:
            self._timer = asyncio.get_running_loop().call_later(self._wait, self._end_time)

    def next_part(self) -> bytes | None:
        """Make the answer, if there is one now. Nothing is sent before it is complete."""
        recent = self.hub.recent
        if self._cannot_go_on():
            self._answer = self._made(recent.generation, is_reset=True)
        elif recent.newest != self._looked or self._is_time_up:
            self._look()
        if self._answer:
            self.over = True
        return None

    async def finish(self) -> None:
        """Send the answer; one that says nothing when this was ended from elsewhere."""
        body = self._answer or self._made(self._after)
        self.headers["Content-Length"] = str(len(body))
        await self.emit_head()
        await self.emit(body, more=False)

    def clean_up(self) -> None:
        """Let the time run no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _end_time(self) -> None:
        self._is_time_up = True
        self.wake()

    def _cannot_go_on(self) -> bool:
        """True when events after the generation are lost, or it is none that this run of the server has made."""
        if self._boot and self._boot != self.hub.boot:
            return True
        return self._after < self.hub.recent.forgotten or self._after > self.hub.generation

    def _look(self) -> None:
        recent = self.hub.recent
        generation = self._after
        found: list[bytes] = []
        try:
            for happened in recent.made_after(self._after):
                seen = self.see(happened.number)
                if seen is not None:
                    if len(found) == _MOST_EVENTS:
                        break
                    found.append(seen.data)
                    generation = seen.generation or generation
            else:
                generation = max(self._after, recent.generation)
        except Unclear:
            self._answer = self._made(recent.generation, is_reset=True)
            return
        self._looked = recent.newest
        if found or self._is_time_up:
            self._answer = self._made(generation, found)

    def _made(self, generation: int, events: list[bytes] | None = None, *, is_reset: bool = False) -> bytes:
        return b'{"boot":"%b","generation":%d,"reset":%b,"events":[%b]}' % (
            self.hub.boot.encode("ascii"),
            generation,
            b"true" if is_reset else b"false",
            b",".join(events or ()),
        )
