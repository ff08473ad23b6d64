"""``Recency``: cells in the order of their last use, kept without a lock on reading."""

from __future__ import annotations

from heapq import heapify, heappop, heappush, heapreplace
from itertools import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .cell import Cell

# Never the same twice, over all queues, so that an item that was left behind in one is known by its ticket.
_tickets = count(1)
_SLACK = 64


class Recency:
    """A queue of cells by their last use, exact although readers only write a number into the cell.

    A heap of (tick when queued, ticket), and the cell of each ticket. Reading a cell makes its tick larger than the
    queued one, so the queued tick is a lower bound: when the cell at the top was read since, it is put back with its
    present tick, and the first one that was not is the least recently used of all. Each such correction is paid for by
    a read. A cell at the top that was read through its reader, which notes no tick, is put back as if it had been read
    now. Callers hold the cache's lock.

    Arguments: ``tick`` returns the tick that counts as now for them.
    """

    __slots__ = ("_heap", "_tick", "_waiting")

    def __init__(self, tick: Callable[[], int]) -> None:
        self._tick = tick
        self._heap: list[tuple[int, int]] = []
        self._waiting: dict[int, Cell] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def cells(self) -> Iterable[Cell]:
        """Return the cells that wait here, in no order."""
        return self._waiting.values()

    def add(self, cell: Cell) -> None:
        """Queue a cell that waits in no queue."""
        cell.ticket = next(_tickets)
        self._waiting[cell.ticket] = cell
        heappush(self._heap, (cell.used, cell.ticket))

    def discard(self, cell: Cell) -> None:
        """Take out a cell that waits here. Only its number is left behind: nothing keeps the cell itself."""
        del self._waiting[cell.ticket]
        cell.ticket = 0
        if len(self._heap) > 2 * len(self._waiting) + _SLACK:
            self._heap = [item for item in self._heap if item[1] in self._waiting]
            heapify(self._heap)

    def pop(self) -> Cell:
        """Take out the least recently used cell. Raises ``IndexError`` when there is none."""
        heap = self._heap
        while True:
            tick, ticket = heap[0]
            cell = self._waiting.get(ticket)
            if cell is not None and cell.was_read():
                cell.used = self._tick()
            if cell is None:
                heappop(heap)
            elif cell.used != tick:
                # It waits on with a new ticket, behind those that it was read after.
                del self._waiting[ticket]
                cell.ticket = next(_tickets)
                self._waiting[cell.ticket] = cell
                heapreplace(heap, (cell.used, cell.ticket))
            else:
                heappop(heap)
                del self._waiting[ticket]
                cell.ticket = 0
                return cell
