"""``Cell``: one document of a cache, wherever it is at the moment."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..config import Config
    from .origin import Origin
    from .state_files import StateFile


class Cell:
    """One document: live (``tree``), cold (``packed``) or spilled (``file``), in the order it is looked for.

    A document that came back keeps what it came back from: its content never changes, so moving it down again costs
    nothing. ``ready`` is the tree when it may be handed out without a further question, and None otherwise; readers
    without a lock look at nothing else. ``used`` is the clock's tick at the last read; ``ticket`` belongs to the queue
    that the cell waits in, 0 for none.
    """

    __slots__ = (
        "file",
        "live_bytes",
        "name",
        "origin",
        "packed",
        "packed_bytes",
        "raw_bytes",
        "ready",
        "ticket",
        "tree",
        "used",
    )

    def __init__(self, name: str, live_bytes: int, origin: Origin | None) -> None:
        self.name = name
        self.live_bytes = live_bytes
        self.origin = origin
        self.ready: Config | None = None
        self.tree: Config | None = None
        self.packed: bytes | None = None
        self.raw_bytes = 0  # before and after compression, once it was compressed
        self.packed_bytes = 0
        self.file: StateFile | None = None
        self.used = 0
        self.ticket = 0

    def hold(self, tree: Config) -> None:
        """Make the document live."""
        self.tree = tree
        if self.origin is None:
            self.ready = tree

    def release(self) -> None:
        """Let go of the live tree. A reader that already has it keeps it."""
        self.ready = None
        self.tree = None
