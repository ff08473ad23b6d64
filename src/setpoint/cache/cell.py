"""``Cell``: one document of a cache, wherever it is at the moment."""

from __future__ import annotations

from .readers import reader_of, reads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from itertools import repeat

    from ..config import Config
    from .origin import Origin
    from .state_files import StateFile

_UNWEIGHED = -1


class Cell:
    """One document: live (``tree``), cold (``packed``) or spilled (``file``), in the order it is looked for.

    A document that came back keeps what it came back from: its content never changes, so moving it down again costs
    nothing. ``ready`` is the tree when it may be handed out without a further question, and None otherwise; readers
    without a lock look at nothing else. ``attached`` are bytes that the cache's owner keeps with the document; they go
    where the document goes, and are None here once they are in ``packed`` or ``file``; ``mark`` are a few more, which
    stay here. ``reader`` is there while ``ready`` is. ``used`` is the clock's tick at the last read; ``ticket`` belongs
    to the queue that the cell waits in, 0 for none.

    A cell that left its cache stays as it was for whoever still holds it.
    """

    __slots__ = (
        "_live_bytes",
        "_reads_noted",
        "attached",
        "file",
        "mark",
        "name",
        "origin",
        "packed",
        "packed_bytes",
        "raw_bytes",
        "reader",
        "ready",
        "ticket",
        "tree",
        "tree_bytes",
        "used",
    )

    def __init__(self, name: str, origin: Origin | None = None, attached: bytes = b"", mark: bytes = b"") -> None:
        self.name = name
        self.mark = mark
        self.origin = origin
        self.attached: bytes | None = attached
        self._live_bytes = _UNWEIGHED
        self._reads_noted = 0
        self.reader: repeat[Config] | None = None
        self.ready: Config | None = None
        self.tree: Config | None = None
        self.packed: bytes | None = None
        self.tree_bytes = 0  # of the tree alone, then of everything, before and after compression
        self.raw_bytes = 0
        self.packed_bytes = 0
        self.file: StateFile | None = None
        self.used = 0
        self.ticket = 0

    def hold(self, tree: Config) -> None:
        """Make the document live."""
        self.tree = tree
        if self.origin is None:
            self.ready = tree
            self.reader = reader_of(tree)
            self._reads_noted = 0

    def release(self) -> None:
        """Let go of the live tree. A reader that already has it keeps it."""
        self.ready = None
        self.reader = None
        self.tree = None

    def was_read(self) -> bool:
        """True when the reader was used since this was last asked."""
        if self.reader is None:
            return False
        before, self._reads_noted = self._reads_noted, reads(self.reader)
        return self._reads_noted != before

    def live_bytes(self) -> int:
        """Return the estimated bytes that the document takes when it is live, which it must be the first time."""
        if self._live_bytes == _UNWEIGHED:
            from .weight import weigh

            assert self.tree is not None
            self._live_bytes = weigh(self.tree) + (len(self.attached) if self.attached is not None else 0)
        return self._live_bytes
