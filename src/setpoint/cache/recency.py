"""``Recency``: cells in the order of their last use, kept without a lock on reading."""

from __future__ import annotations

from heapq import heapify, heappop, heappush, heapreplace
from itertools import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .cell import Cell

# Never the same twice, over all queues, so that an item that was left behind in one is known by its ticket.
_tickets = count(1)
_SLACK = 64


class Recency:
    """A queue of cells by their last use, exact although readers only write a number into the cell.

    A heap of (tick when queued, ticket, cell). Reading a cell makes its tick larger than the queued one, so the queued
    tick is a lower bound: when the cell at the top was read since, it is put back with its present tick, and the first
    one that was not is the least recently used of all. Each such correction is paid for by a read. Callers hold the
    cache's lock.
    """

    __slots__ = ("_count", "_heap")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Cell]] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, cell: Cell) -> None:
        """Queue a cell that waits in no queue."""
        cell.ticket = next(_tickets)
        heappush(self._heap, (cell.used, cell.ticket, cell))
        self._count += 1

    def discard(self, cell: Cell) -> None:
        """Take out a cell that waits here. Its item is left behind and recognised by its ticket."""
        cell.ticket = 0
        self._count -= 1
        if len(self._heap) > 2 * self._count + _SLACK:
            self._heap = [item for item in self._heap if item[2].ticket == item[1]]
            heapify(self._heap)

    def pop(self) -> Cell:
        """Take out the least recently used cell. Raises ``IndexError`` when there is none."""
        heap = self._heap
        while True:
            tick, ticket, cell = heap[0]
            if cell.ticket != ticket:
                heappop(heap)
            elif cell.used != tick:
                cell.ticket = next(_tickets)
                heapreplace(heap, (cell.used, cell.ticket, cell))
            else:
                heappop(heap)
                cell.ticket = 0
                self._count -= 1
                return cell

    def clear(self) -> None:
        """Forget every cell."""
        self._heap = []
        self._count = 0
