"""``ConfigCache``: resolved documents in memory, most recently used live, the others compressed or in state files."""

from __future__ import annotations

import os
from itertools import count
from threading import RLock

from ..budget import DEFAULT_BUDGET
from ..config import Config
from ..errors import UnavailableError, UsageError
from ..forks import watch
from .cell import Cell
from .tiers import Tiers
from .weight import weigh

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from ..budget import Budget


class ConfigCache:
    """Documents by name, each a frozen ``Config``; what was put in comes out until it is replaced or invalidated.

    The most recently used documents are live objects. The least recently used beyond ``max_cache_size`` documents
    become cold: compressed bytes, from which they come back without parsing or validating. Beyond ``max_bytes`` more of
    them become cold, until live ones take half of it, and the coldest move to checksummed state files in
    ``spill_dir``. Nothing is dropped for lack of space.

    Arguments: ``max_cache_size`` is how many documents are live at most; ``compression_level`` is zlib's, 0 to 9;
    ``max_bytes`` is the memory, in bytes, that live trees (estimated) and compressed ones may take together, None for
    no limit; ``spill_dir`` is a folder for state files, made when it is first needed; without one, cold documents stay
    in memory and ``get_stats()["over_budget_bytes"]`` says by how much they exceed the limit; ``budget`` limits the
    depth and size of one document. Raises ``UsageError`` for an argument that makes no sense.

    Safe to use from several threads, and in a child after a fork. Reading a live document takes no lock.
    """

    # The counters. ``_clock`` is advanced by every read of a live document, and by nothing else except the changes
    # that ``_own_ticks`` counts: the difference is the number of live hits. One ``next`` on an itertools.count is a
    # single C call, which the GIL makes atomic (a build without one uses a compare-and-exchange there), so no hit is
    # ever lost, and the number it returns is at the same time the recency of the document. Everything else is counted
    # under the lock.
    #
    # ``readers`` is for an owner that reads in a function of its own, without the cost of a call: see there.
    __slots__ = (
        "__weakref__",
        "_budget",
        "_cells",
        "_clock",
        "_cold_hits",
        "_invalidations",
        "_lock",
        "_misses",
        "_own_ticks",
        "_spill_hits",
        "_tiers",
        "readers",
    )

    def __init__(
        self,
        max_cache_size: int = 100,
        compression_level: int = 6,
        max_bytes: int | None = None,
        spill_dir: str | os.PathLike[str] | None = None,
        *,
        budget: Budget = DEFAULT_BUDGET,
    ) -> None:
        _check_number("max_cache_size", max_cache_size, 1, None)
        _check_number("compression_level", compression_level, 0, 9)
        if max_bytes is not None:
            _check_number("max_bytes", max_bytes, 1, None)
        folder = None if spill_dir is None else os.path.abspath(os.fspath(spill_dir))
        if folder is not None and os.path.exists(folder) and not os.path.isdir(folder):
            raise UsageError(f"spill_dir={os.fspath(spill_dir or '')!r} is not a directory; name one for state files")
        self._budget = budget
        self._cells: dict[str, Cell] = {}
        self._clock = count()
        self._own_ticks = 0
        self._cold_hits = 0
        self._spill_hits = 0
        self._misses = 0
        self._invalidations = 0
        self._tiers = Tiers(max_cache_size, compression_level, max_bytes, folder)
        self.readers = self._tiers.readers
        self._lock = RLock()
        watch(self, _lock=2)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a document, or ``default`` when it is not here.

        A document that was put with a file costs one stat more, and is a miss once that file has changed. So is one
        whose state file was damaged; the logger ``setpoint.cache`` says which.
        """
        try:
            cell = self._cells[name]
        except KeyError:
            return self._get_below(name, default)
        tree = cell.ready
        if tree is not None:
            cell.used = next(self._clock)
            return tree
        return self._get_below(name, default)

    def _get_below(self, name: str, default: Any) -> Any:
        """Answer a read that is more than looking up a live document."""
        cell = self._cells.get(name)
        if cell is not None and cell.origin is not None:
            if not cell.origin.holds():  # outside the lock: a slow disk delays nobody else
                with self._lock:
                    if self._cells.get(name) is cell:
                        self._forget(cell)
                    self._misses += 1
                self._tiers.report()
                return default
            tree = cell.tree
            if tree is not None:
                cell.used = next(self._clock)
                return tree
        with self._lock:
            found = self._fetch(name)
        self._tiers.report()
        return default if found is None else found

    def _fetch(self, name: str) -> Config | None:
        cell = self._cells.get(name)
        if cell is None:
            self._misses += 1
            return None
        tree = cell.tree
        if tree is not None:  # another thread brought it back meanwhile
            cell.used = next(self._clock)
            return tree
        if cell.packed is not None:
            tree = self._tiers.unpack(cell)
            self._cold_hits += 1
        else:
            tree = self._tiers.read_back(cell)
            if tree is None:
                del self._cells[name]
                self._misses += 1
                return None
            self._spill_hits += 1
        self._enter(cell, tree)
        return tree

    def put(
        self,
        name: str,
        config: dict[str, Any],
        file: str | os.PathLike[str] | None = None,
        digest: str | None = None,
    ) -> Config:
        """Keep a document under a name, in place of what was there, and return it frozen.

        Arguments: ``file`` is the file it was made of: from then on ``get`` looks whether that has changed, and a
        document that was not made of files, or is invalidated by its owner, needs none. ``digest`` is the
        ``content_digest`` of the bytes it was made of; with it, a file that is not those bytes any more is noticed now
        (the document is then returned but not kept), and one that was only touched stays cached.

        Raises ``UsageError`` when ``config`` is no mapping of JSON-like values, ``ConfigNotFoundError`` or
        ``UnavailableError`` when there is no such file or it cannot be looked at.
        """
        if not isinstance(name, str):
            raise UsageError(f"put(name, config): the name is text, not {type(name).__name__}")
        if not isinstance(config, dict):
            raise UsageError(f"put({name!r}, config): the config is a dict or a Config, not {type(config).__name__}")
        if digest is not None and file is None:
            raise UsageError("put(..., digest=...) needs file=...: a digest is of the bytes of a file")
        if not isinstance(config, Config):
            weigh(config, self._budget, name)  # before freezing, which is recursive
        tree = config if isinstance(config, Config) else Config(config)
        origin = None
        if file is not None:
            from .origin import Origin

            origin = Origin(os.fspath(file), digest, self._budget)
            if digest is not None and not origin.holds():
                self.invalidate(name)
                return tree
        if isinstance(config, Config):
            weigh(tree, self._budget, name)
        cell = Cell(name, origin)
        with self._lock:
            before = self._cells.get(name)
            if before is not None:
                self._tiers.leave(before)
            self._cells[name] = cell
            self._enter(cell, tree)
        self._tiers.report()
        return tree

    def replace(self, documents: Mapping[str, tuple[Config, bytes, bytes]]) -> None:
        """Keep several documents in place of those of the same names: a reader sees all of them or none.

        Arguments: for each name the frozen tree, which was checked before, bytes to be kept with it, which ``attached``
        returns, and a few that are at hand as the cell's ``mark`` wherever the document is. A cell that somebody got
        from ``hold`` goes on giving what it gave.
        """
        made = {name: Cell(name, attached=attached, mark=mark) for name, (_, attached, mark) in documents.items()}
        with self._lock:
            before = self._cells
            # Ready before they can be seen; the queues follow.
            for name, cell in made.items():
                cell.hold(documents[name][0])
            replaced = [before[name] for name in made if name in before]
            if replaced:
                self._cells = {**before, **made}
                self.readers.swap(made.values())
            else:
                before.update(made)
            for cell in replaced:
                self._tiers.leave(cell)
            for name, cell in made.items():
                self._enter(cell, documents[name][0])
        self._tiers.report()

    def cell(self, name: str) -> Cell | None:
        """Return the cell of a document, None when it is not here. Counts as no read."""
        return self._cells.get(name)

    def hold(self) -> dict[str, Cell]:
        """Return all documents as they are now, for ``look``. Counts as no read."""
        with self._lock:
            return dict(self._cells)

    def look(self, cell: Cell) -> Config:
        """Return the document of a cell from ``hold``, also when another has its name now. Counts as no read.

        Raises ``UnavailableError`` when its state file was damaged.
        """
        tree = cell.tree
        if tree is not None:
            return tree
        with self._lock:
            found: Config = self._undamaged(self._tiers.look, cell)
            return found

    def attached(self, cell: Cell) -> bytes:
        """Return the bytes that were kept with the document of a cell. Counts as no read. Raises as ``look`` does."""
        with self._lock:
            found: bytes = self._undamaged(self._tiers.attached, cell)
            return found

    def invalidate(self, name: str) -> bool:
        """Forget a document, wherever it is; return whether there was one."""
        with self._lock:
            cell = self._cells.get(name)
            if cell is None:
                return False
            self._forget(cell)
        self._tiers.report()
        return True

    def clear(self) -> None:
        """Forget every document: an invalidation of each. The counts stay."""
        with self._lock:
            for cell in list(self._cells.values()):
                self._forget(cell)
        self._tiers.report()

    def close(self) -> None:
        """Forget every document; state files go when no snapshot holds them. The cache can be used again."""
        with self._lock:
            for cell in list(self._cells.values()):
                self._forget(cell)
            self._tiers.renew()
        self._tiers.report()

    def get_stats(self) -> dict[str, int | float | None]:
        """Return what was counted since the cache was made, and what it holds now; docs/cache.md names each.

        Counts are exact. Bytes of live trees are estimated, all others are measured. ``hit_ratio`` is NaN before the
        first read, ``compression_ratio`` and ``saving`` are NaN before the first document was compressed.
        """
        with self._lock:
            live_hits = next(self._clock) - self._own_ticks + self.readers.count()
            self._own_ticks += 1
            hits = live_hits + self._cold_hits
            reads = hits + self._spill_hits + self._misses
            return {
                "reads": reads,
                "hits": hits,
                "live_hits": live_hits,
                "cold_hits": self._cold_hits,
                "spill_hits": self._spill_hits,
                "misses": self._misses,
                "hit_ratio": hits / reads if reads else float("nan"),
                "invalidations": self._invalidations,
                "entries": len(self._cells),
                **self._tiers.figures(),
            }

    def __len__(self) -> int:
        return len(self._cells)

    def __contains__(self, name: object) -> bool:
        """True when a document of this name is kept. Counts as no read, and does not look at its file."""
        return name in self._cells

    def __repr__(self) -> str:
        return f"<ConfigCache of {len(self._cells)} documents>"

    def _undamaged(self, find: Callable[[Cell], Any], cell: Cell) -> Any:
        from .state_files import DamagedStateError

        try:
            return find(cell)
        except DamagedStateError as problem:
            raise UnavailableError(f"the document {cell.name!r} cannot be brought back: {problem}") from None

    def _enter(self, cell: Cell, tree: Config) -> None:
        cell.used = self._tick()
        self._tiers.enter(cell, tree)

    def _forget(self, cell: Cell) -> None:
        del self._cells[cell.name]
        self._tiers.leave(cell)
        self._invalidations += 1

    def _tick(self) -> int:
        self._own_ticks += 1
        return next(self._clock)


def _check_number(name: str, value: object, least: int, most: int | None) -> None:
    if type(value) is not int or value < least or (most is not None and value > most):
        wanted = f"from {least} to {most}" if most is not None else f"of at least {least}"
        raise UsageError(f"{name}={value!r}: a whole number {wanted} is needed")
