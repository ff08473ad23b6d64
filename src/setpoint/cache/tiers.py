"""``Tiers``: where each cell of a cache is, and who moves down when there is no room."""

from __future__ import annotations

from sys import getsizeof

from .packing import pack, unpack, unpack_attached
from .readers import Readers
from .recency import Recency

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..config import Config
    from .cell import Cell
    from .state_files import StateFolder


class Tiers:
    """Live, cold and spilled cells with their bytes. Callers hold the cache's lock, except for ``report``.

    Arguments: as those of ``ConfigCache``; ``spill_dir`` is absolute.

    A cell that goes up keeps its compressed bytes and its state file, so each document is compressed, and written,
    once. Both are given up with the document.
    """

    __slots__ = (
        "_cold",
        "_cold_bytes",
        "_complaints",
        "_compressed_bytes",
        "_damaged",
        "_entered",
        "_evictions",
        "_folder",
        "_level",
        "_live",
        "_live_bytes",
        "_max_bytes",
        "_max_live",
        "_raw_bytes",
        "_spill_failures",
        "_spill_works",
        "_spilled",
        "_spilled_bytes",
        "_spills",
        "readers",
    )

    def __init__(self, max_live: int, level: int, max_bytes: int | None, spill_dir: str | None) -> None:
        self.readers = Readers()
        self._max_live = max_live
        self._max_bytes = max_bytes
        self._level = level
        self._folder: StateFolder | None = None
        if spill_dir is not None:
            from .state_files import StateFolder

            self._folder = StateFolder(spill_dir)
        self._spill_works = True
        self._entered = 0  # the tick of the newest document, which is never the one to make room
        self._live = Recency(self._just_before)
        self._cold = Recency(self._just_before)
        self._spilled = 0
        self._live_bytes = 0
        self._cold_bytes = 0
        self._spilled_bytes = 0
        self._raw_bytes = 0
        self._compressed_bytes = 0
        self._evictions = 0
        self._spills = 0
        self._spill_failures = 0
        self._damaged = 0
        self._complaints: list[str] = []

    def enter(self, cell: Cell, tree: Config) -> None:
        """Make a cell live, and move others down until everything is within its bounds."""
        if cell.tree is not tree:
            cell.hold(tree)
        self._entered = cell.used
        self.readers.add(cell)
        self._live.add(cell)
        if self._max_bytes is not None:
            live_bytes = cell.live_bytes()
            self._live_bytes += live_bytes
            if 2 * live_bytes > self._max_bytes < self._live_bytes + self._cold_bytes:
                # Too large to stay beside others: without this, everybody else would be moved out before it.
                self._live.discard(cell)
                self._make_cold(cell)
        self._settle()

    def leave(self, cell: Cell) -> None:
        """Take a cell out of whatever tier it is in. The cell itself stays as it is, for whoever still holds it."""
        if cell.tree is not None:
            self._live.discard(cell)
            self.readers.remove(cell)
            if self._max_bytes is not None:
                self._live_bytes -= cell.live_bytes()
        elif cell.packed is not None:
            self._cold.discard(cell)
        else:
            self._spilled -= 1
        if cell.packed is not None:
            self._cold_bytes -= getsizeof(cell.packed)
        self._raw_bytes -= cell.raw_bytes
        self._compressed_bytes -= cell.packed_bytes
        if cell.file is not None:
            self._spilled_bytes -= cell.file.size

    def unpack(self, cell: Cell) -> Config:
        """Return the tree of a cold cell, which leaves the cold tier."""
        assert cell.packed is not None
        tree = unpack(cell.packed, cell.tree_bytes)
        self._cold.discard(cell)
        return tree

    def read_back(self, cell: Cell) -> Config | None:
        """Return the tree of a spilled cell, which leaves the spilled tier; None when its file is damaged."""
        from .state_files import DamagedStateError

        assert cell.file is not None
        try:
            tree, _ = cell.file.folder.read(cell.name, cell.file)
        except DamagedStateError as problem:
            self._damaged += 1
            self._complaints.append(f"the document {cell.name!r} is loaded anew: {problem}")
            self.leave(cell)
            return None
        self._spilled -= 1
        return tree

    def look(self, cell: Cell) -> Config:
        """Return the tree of a cell without moving it, also of one that has left. Raises ``DamagedStateError``."""
        if cell.tree is not None:
            return cell.tree
        if cell.packed is not None:
            return unpack(cell.packed, cell.tree_bytes)
        assert cell.file is not None
        return cell.file.folder.read(cell.name, cell.file)[0]

    def attached(self, cell: Cell) -> bytes:
        """Return the bytes that are kept with a document. Raises ``DamagedStateError``."""
        if cell.attached is not None:
            return cell.attached
        if cell.packed is not None:
            return unpack_attached(cell.packed, cell.tree_bytes)
        assert cell.file is not None
        return cell.file.folder.read(cell.name, cell.file)[1]

    def report(self) -> None:
        """Log what went wrong. Called without the lock: a handler may take as long as it likes, or fork."""
        if self._complaints:
            import logging

            logger = logging.getLogger("setpoint.cache")
            while True:
                try:
                    complaint = self._complaints.pop(0)  # one call: two threads never log the same one
                except IndexError:
                    return
                logger.warning("%s", complaint)

    def renew(self) -> None:
        """Write no more into the present folder: it goes with the last document that has a file there."""
        if self._folder is not None:
            from .state_files import StateFolder

            self._folder = StateFolder(self._folder.spill_dir)

    def figures(self) -> dict[str, int | float | None]:
        """Return the numbers of this room for ``ConfigCache.get_stats``."""
        live_bytes = self._live_bytes
        if self._max_bytes is None:  # nothing depends on it, so it is worked out when somebody asks
            live_bytes = sum(cell.live_bytes() for cell in self._live.cells())
        memory = live_bytes + self._cold_bytes
        ratio = self._compressed_bytes / self._raw_bytes if self._raw_bytes else float("nan")
        return {
            "live_entries": len(self._live),
            "cold_entries": len(self._cold),
            "spilled_entries": self._spilled,
            "live_bytes": live_bytes,
            "cold_bytes": self._cold_bytes,
            "spilled_bytes": self._spilled_bytes,
            "max_entries": self._max_live,
            "max_bytes": self._max_bytes,
            "over_budget_bytes": 0 if self._max_bytes is None else max(0, memory - self._max_bytes),
            "evictions": self._evictions,
            "spills": self._spills,
            "spill_failures": self._spill_failures,
            "damaged": self._damaged,
            "raw_bytes": self._raw_bytes,
            "compressed_bytes": self._compressed_bytes,
            "compression_ratio": ratio,
            "saving": 1 - ratio,
        }

    def _just_before(self) -> int:
        return self._entered - 1

    def _settle(self) -> None:
        while len(self._live) > self._max_live:
            self._make_cold(self._live.pop())
        if self._max_bytes is None:
            return
        can_spill = self._folder is not None
        while self._live_bytes + self._cold_bytes > self._max_bytes:
            # Live trees leave half of the memory to the cold ones, of which about ten fit into the place of one: they
            # come back sooner than from a file.
            live_in_bounds = 2 * self._live_bytes <= self._max_bytes
            if can_spill and len(self._cold) and (live_in_bounds or not len(self._live)):
                can_spill = self._spill(self._cold.pop())
            elif len(self._live):
                self._make_cold(self._live.pop())
            else:
                return

    def _make_cold(self, cell: Cell) -> None:
        """Move down a live cell that has left its queue."""
        if cell.packed is None:
            assert cell.tree is not None
            attached = self.attached(cell)
            packed, cell.tree_bytes = pack(cell.tree, self._level, attached)
            if not cell.packed_bytes:  # not after a state file: it was counted before it went there
                cell.raw_bytes, cell.packed_bytes = cell.tree_bytes + len(attached), len(packed)
                self._raw_bytes += cell.raw_bytes
                self._compressed_bytes += len(packed)
            if self._max_bytes is not None:
                cell.live_bytes()  # weighed while its tree and attached bytes are here
            cell.packed = packed
            cell.attached = None
            self._cold_bytes += getsizeof(packed)
        if self._max_bytes is not None:
            self._live_bytes -= cell.live_bytes()
        self.readers.remove(cell)
        cell.release()
        self._evictions += 1
        self._cold.add(cell)

    def _spill(self, cell: Cell) -> bool:
        """Move a cold cell that has left its queue into a state file. False when the file cannot be written."""
        assert self._folder is not None and cell.packed is not None
        if cell.file is None:
            try:
                cell.file = self._folder.write(cell.name, self.look(cell), self._level, self.attached(cell))
            except OSError as error:
                self._cold.add(cell)
                self._spill_failures += 1
                if self._spill_works:  # said once, until it works again
                    self._spill_works = False
                    why = error.strerror or error
                    self._complaints.append(
                        f"{self._folder.spill_dir}: no state file can be written there ({why}); the cache stays in"
                        " memory beyond max_bytes: make room, or give it another spill_dir"
                    )
                return False
            self._spill_works = True
            self._spilled_bytes += cell.file.size
        self._cold_bytes -= getsizeof(cell.packed)
        cell.packed = None
        self._spilled += 1
        self._spills += 1
        return True
