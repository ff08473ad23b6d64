"""The part of ``setpoint demo`` in which the program follows its files while they are broken and repaired."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from queue import SimpleQueue

    from ..bus.stream import EventStream
    from ..change import Change
    from ..events import Rejected
    from .demo import Tour

FILE, DOCUMENT, ADDRESS = "semantic_config.yaml", "semantic_config", "semantic_config.status_index.top_k"
_PATIENCE = 10.0  # seconds; it takes some milliseconds


def follow(tour: Tour) -> None:
    """Start hot reload, break a file, repair it, and stop."""
    from queue import SimpleQueue

    changed: SimpleQueue[tuple[Change, ...]] = SimpleQueue()
    system = tour.system
    subscription = system.on_change(DOCUMENT, changed.put)
    with system.events() as events:
        tour.timed("Follow the files from now on", system.start_hot_reload)
        status = system.hot_reload_status()
        tour.tell(f"{status['files']} files are followed, with {status['backend']}.")
        _break(tour, events)
        _repair(tour, changed)
    subscription.cancel()
    system.stop_hot_reload()


def _break(tour: Tour, events: EventStream) -> None:
    before = tour.system.load_config(DOCUMENT)

    def write() -> Rejected:
        tour.change(FILE, "top_k: 5", "top_k: five")
        event: Rejected | None = events.get(_PATIENCE)
        if event is None or event.kind != "rejected":
            raise AssertionError("the demo's broken file was not refused")
        return event

    event = tour.timed("Somebody breaks a file while the program runs: from the write to the refusal", write)
    tour.show(event.diagnostics)
    if tour.system.load_config(DOCUMENT) is not before:
        raise AssertionError("the demo's broken file is served")
    tour.tell(f"{ADDRESS} is {before.status_index.top_k}: the program goes on reading what was good.")


def _repair(tour: Tour, changed: SimpleQueue[tuple[Change, ...]]) -> None:
    def write() -> tuple[Change, ...]:
        tour.change(FILE, "top_k: five", "top_k: 8")
        return changed.get(timeout=_PATIENCE)

    changes = tour.timed("It is repaired: from the write to the program's own callback", write)
    tour.tell(*(f"{address}: {before} -> {after}" for address, before, after in changes))
    tour.tell(f"{ADDRESS} is {tour.system.load_config(DOCUMENT).status_index.top_k}")
