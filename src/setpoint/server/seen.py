"""``Seen``: an event as those who have the same rights may see it, rendered once for all of them."""

from __future__ import annotations

import logging

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from typing import Any

    from ..access.document_pattern import DocumentPattern
    from ..desk import Desk
    from .recent import Happened, Recent

KINDS = (
    "reloaded",
    "rejected",
    "orphaned",
    "saved",
    "restored",
    "migrated",
    "alertraised",
    "alertrepeated",
    "alertresolved",
)
LARGEST = 256 * 1024  # bytes of one event; of a larger one more and more is left off
_MOST_BYTES = 16 * 2**20  # of what was rendered and is kept
_MOST_RENDERED = 100_000

_logger = logging.getLogger("setpoint.server")


class Unclear(Exception):  # noqa: N818 - what an event is to somebody, not an error of theirs
    """What somebody may see of an event could not be worked out; the reason was logged."""


class Seen:
    """What one event is to somebody: its kind, the documents it is about, and its JSON in one line.

    ``frame`` is all of it as server-sent event.
    """

    __slots__ = ("_data", "documents", "frame", "generation", "kind")

    def __init__(self, facts: dict[str, Any], id_: bytes, generation: int | None) -> None:
        data = as_json(facts)
        for shorten in (without_values, without_details):
            if len(data) > LARGEST:
                facts = shorten(facts)
                data = as_json(facts)
        self.kind: str = facts["event"]
        self.documents = frozenset((*facts.get("documents", ()), *facts.get("held", ())))
        self.generation = generation
        # The id comes last: who takes it for heard as soon as it is there has the rest of the event then.
        head = b"event: %b\ndata: " % self.kind.encode("ascii")
        self._data = slice(len(head), len(head) + len(data))
        self.frame = b"%b%b\nid: %b\n\n" % (head, data, id_)

    @property
    def data(self) -> bytes:
        """The event as JSON."""
        return self.frame[self._data]


class Wanted:
    """What somebody wants to hear of.

    Arguments: ``documents`` are patterns of which one must mean a document that the event is about; ``kinds`` are kinds
    of events. Empty: all.
    """

    __slots__ = ("_documents", "_kinds")

    def __init__(self, documents: Iterable[DocumentPattern] = (), kinds: Iterable[str] = ()) -> None:
        self._documents = tuple(documents)
        self._kinds = frozenset(kinds)

    def takes(self, seen: Seen) -> bool:
        """True for an event that is wanted. Documents that one may not see are no part of it, and say nothing here.

        An event about no document in particular is about all.
        """
        if self._kinds and seen.kind not in self._kinds:
            return False
        return (
            not self._documents
            or not seen.documents
            or any(pattern.matches(name) for pattern in self._documents for name in seen.documents)
        )


class Sights:
    """Events as they were rendered, by who may see what: once for each event and each set of rights.

    Arguments: ``recent`` are the events; ``boot`` stands before each number, so that a number of another run of the
    server is not taken for one of this.
    """

    __slots__ = ("_audiences", "_boot", "_bytes", "_recent", "_rendered", "rendered")

    def __init__(self, recent: Recent, boot: str) -> None:
        self._recent = recent
        self._boot = boot.encode("ascii")
        self._audiences: dict[Hashable, int] = {}
        self._rendered: dict[tuple[int, int], Seen | Unclear | None] = {}
        self._bytes = 0
        self.rendered = 0  # how often something was

    def audience(self, key: Hashable) -> int:
        """Return the number that stands for everybody with these rights: ``Principal.key``."""
        return self._audiences.setdefault(key, len(self._audiences))

    def id_of(self, number: int) -> bytes:
        """Return the id under which a client knows the event of a number."""
        return b"%b-%d" % (self._boot, number)

    def see(self, happened: Happened, audience: int, desk: Desk) -> Seen | None:
        """Return an event as an audience may see it, None when it may see nothing of it.

        Arguments: ``desk`` is that of anybody of the audience. Raises ``Unclear``.
        """
        place = (happened.number, audience)
        try:
            seen = self._rendered[place]
        except KeyError:
            seen = self._rendered[place] = self._render(happened, desk)
            self._bytes += _size(seen)
            while self._bytes > _MOST_BYTES or len(self._rendered) > _MOST_RENDERED:
                self._bytes -= _size(self._rendered.pop(next(iter(self._rendered))))
        if isinstance(seen, Unclear):
            raise seen
        return seen

    def _render(self, happened: Happened, desk: Desk) -> Seen | Unclear | None:
        self.rendered += 1
        try:
            facts = desk.sees(happened.event)
            if facts is None:
                return None
            facts = dict(facts)
            if happened.left_off:
                more = sum(count for name, count in happened.left_off.items() if name in facts["documents"])
                facts["more"] = facts.get("more", 0) + more
            if not happened.has_values:
                facts = without_values(facts)
            return Seen(facts, self.id_of(happened.number), happened.generation)
        except Exception:
            _logger.exception(
                "cannot tell those who watch of %r: they are told to read everything anew", happened.event
            )
            return Unclear()


def without_values(facts: dict[str, Any]) -> dict[str, Any]:
    """Return an event that says where something changed, and not from what to what; it says that this is so."""
    changes = facts.get("changes", ())
    places = [{key: value for key, value in one.items() if key not in ("before", "after")} for one in changes]
    return {**facts, "changes": places, "values_left_off": True} if changes else facts


def without_details(facts: dict[str, Any]) -> dict[str, Any]:
    """Return an event without its changes, findings and notes; it says that this is so."""
    details = [key for key in ("changes", "diagnostics", "notes") if key in facts]
    return {**facts, **{key: [] for key in details}, "details_left_off": True}


def _size(seen: Seen | Unclear | None) -> int:
    return len(seen.frame) if isinstance(seen, Seen) else 0


def as_json(facts: Any) -> bytes:
    """Return JSON without a line break in it: those in texts are escaped, and there are no others."""
    import orjson

    try:
        return orjson.dumps(facts)
    except TypeError:  # half of a surrogate pair, which JSON can hold as an escape only; or a level too many
        import json

        return json.dumps(facts, separators=(",", ":"), allow_nan=False).encode("ascii")
