"""``EventStreamAnswer``: events as they happen, as server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import random
import re

from .seen import Unclear, as_json
from .watcher import Watcher

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .call import Call
    from .seen import Wanted

EVENT_STREAM_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx passes on what comes, instead of collecting it
}
_PART = 32 * 1024  # bytes that are sent at once
_LOOKS = 64  # events that are looked at before others have a turn
# Milliseconds after which a browser comes back: each another time, so that they do not come all at once.
_RETRY = (1000, 3000)
_ID = re.compile(r"([0-9a-f]{8})-(\d{1,15})", re.ASCII)

TOO_FAR_BACK = "events from before are not known here any more, or were more than could be sent; read everything anew"


class EventStreamAnswer(Watcher):
    """All events that matter to a watcher, each once and in order, from those after an id on or from now on.

    Arguments: ``last`` is the id of the event that the client heard last, empty when it heard none; ``with_snapshot``
    says whether it is told the generation from which it hears of every change; the others as for ``Watcher``.

    A client that cannot be told all that happened since is sent one ``reset``, and what happens from then on. How far a
    watcher is, is a number; a slow one holds no events.
    """

    def __init__(
        self,
        call: Call,
        wanted: Wanted,
        holds: Callable[[], bool] | None = None,
        *,
        last: str = "",
        with_snapshot: bool = False,
    ) -> None:
        super().__init__(call, wanted, holds, EVENT_STREAM_HEADERS)
        self._last = last
        self._with_snapshot = with_snapshot
        self._at = 0  # the number of the event that was looked at last
        self._told = 0  # the number that the client knows
        self._is_beat_due = False

    async def begin(self) -> None:
        """Send the headers, when to come back, and where the stream begins."""
        recent = self.hub.recent
        start = b"retry: %d\n" % random.randint(*_RETRY)  # noqa: S311 - it is no secret
        resumed = self._resumed()
        self._at = self._told = recent.newest if resumed is None else resumed
        if self._last and resumed is None:
            start += b"\n" + self._reset()
        elif self._with_snapshot and not self._last:
            start += self._frame("snapshot", {"generation": recent.generation})
        else:
            start += b"id: %b\n\n" % self.hub.id_of(self._at)  # no event, but what a client goes on from
        await self.emit_head()
        await self.emit(start)

    def next_part(self) -> bytes | None:
        """Return the next events in one piece, or a sign of life when it is due."""
        recent = self.hub.recent
        frames: list[bytes] = []
        size = 0
        until = min(recent.newest, self._at + _LOOKS)
        try:
            if not recent.has_all_after(self._at):
                return self._reset()
            while self._at < until and size < _PART:
                seen = self.see(self._at + 1)
                self._at += 1
                if seen is not None:
                    frames.append(seen.frame)
                    size += len(seen.frame)
        except Unclear:
            return b"".join((*frames, self._reset()))
        if frames:
            self._told = self._at
            self._is_beat_due = False
            return b"".join(frames)
        if self._at < recent.newest:
            return b""
        if self._is_beat_due:
            self._is_beat_due = False
            if self._told == self._at:
                return b":\n\n"
            self._told = self._at  # so that coming back does not begin far behind, after many events of others
            return b":\nid: %b\n\n" % self.hub.id_of(self._at)
        return None

    async def finish(self) -> None:
        """End the stream."""
        await self.emit(b"", more=False)

    def tick(self, now: float) -> None:
        """Have a sign of life sent when nothing was sent for a while, so that nobody on the way takes it for dead."""
        if not self.is_sending and now - self._sent_at >= self.hub.heartbeat:
            self._is_beat_due = True
            self.wake()

    def _resumed(self) -> int | None:
        """Return the number to go on from; None when there is none, or events after it are not known."""
        found = _ID.fullmatch(self._last)
        if found is None or found[1] != self.hub.boot or not self.hub.recent.has_all_after(int(found[2])):
            return None
        return int(found[2])

    def _reset(self) -> bytes:
        """Return the event that says to read everything anew; what follows goes on from now."""
        self._at = self._told = self.hub.recent.newest
        self._is_beat_due = False
        return self._frame("reset", {"generation": self.hub.recent.generation, "reason": TOO_FAR_BACK})

    def _frame(self, kind: str, facts: dict[str, object]) -> bytes:
        data = as_json({"event": kind, **facts})
        return b"event: %b\ndata: %b\nid: %b\n\n" % (kind.encode("ascii"), data, self.hub.id_of(self._at))
