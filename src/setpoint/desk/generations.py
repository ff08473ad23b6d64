"""``Generations``: the last states of a system that somebody was told of."""

from __future__ import annotations

from threading import RLock

from ..errors import ConfigNotFoundError
from ..forks import watch
from .errors import GoneError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..cache.cell import Cell

KEPT = 16
_RANK = 95  # for forks.watch: whoever holds it waits for nothing


class Generations:
    """The cells of the last 16 generations whose number somebody was told, with what each document was in them.

    A generation that came and went without anybody being told of it is not among them.
    """

    __slots__ = ("__weakref__", "_cells", "_lock", "newest")

    def __init__(self) -> None:
        self._cells: dict[int, Mapping[str, Cell]] = {}
        self._lock = RLock()
        self.newest = 0
        watch(self, _lock=_RANK)

    def keep(self, generation: int, cells: Mapping[str, Cell]) -> None:
        """Keep a generation. One that is kept already gets the documents that have been loaded since."""
        with self._lock:
            self._cells[generation] = cells
            self.newest = max(self.newest, generation)
            while len(self._cells) > KEPT:
                del self._cells[min(self._cells)]

    def cells(self, generation: int) -> Mapping[str, Cell]:
        """Return the documents of a generation. Raises ``GoneError`` when it is kept no longer."""
        with self._lock:
            found = self._cells.get(generation)
            newest = self.newest
        if found is not None:
            return found
        if generation > newest or generation < 1:
            raise ConfigNotFoundError(f"there is no generation {generation}: what is served is generation {newest}")
        raise GoneError(
            f"generation {generation} is kept no longer: the last {KEPT} that somebody was told of are; what is served"
            f" is generation {newest}"
        )

    def __len__(self) -> int:
        return len(self._cells)
