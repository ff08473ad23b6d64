"""``Snapshot``: all documents at one generation."""

from __future__ import annotations

from .errors import ConfigNotFoundError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, NoReturn

    from .cache.cell import Cell
    from .cache.config_cache import ConfigCache
    from .config import Config


class Snapshot:
    """All documents of a system as they were at one moment: reads from it always agree, whatever changes meanwhile.

    ``snapshot["messaging"]`` is a document's ``Config``; ``snapshot.get("messaging.queue.max_size")`` a value.
    ``generation`` is the number of the system's state, which each reload that changes something counts up. A snapshot
    holds what it was made of, also what is served no longer, until nobody holds the snapshot.
    """

    __slots__ = ("_cache", "_cells", "generation")

    generation: int

    def __init__(self, generation: int, cells: Mapping[str, Cell], cache: ConfigCache) -> None:
        object.__setattr__(self, "generation", generation)
        object.__setattr__(self, "_cells", cells)
        object.__setattr__(self, "_cache", cache)

    _cells: Mapping[str, Cell]
    _cache: ConfigCache

    def __getitem__(self, name: str) -> Config:
        """Return one document. Raises ``ConfigNotFoundError`` with the near names."""
        cell = self._cells.get(name)
        if cell is None:
            from .nearness import near

            close = near(name, self._cells)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise ConfigNotFoundError(f"no document {name!r} in this snapshot{hint}", near=close)
        tree = cell.ready
        return tree if tree is not None else self._cache.look(cell)

    def get(self, address: str, default: Any = None) -> Any:
        """Return the value at ``NAME`` or ``NAME.path.to.key``, or ``default`` when there is none."""
        from .address import lookup, split_document

        name, parts = split_document(address)
        if name not in self._cells:
            return default
        try:
            return lookup(self[name], parts)
        except KeyError:
            return default

    def __contains__(self, name: object) -> bool:
        return name in self._cells

    def __iter__(self) -> Iterator[str]:
        """Return the names of the documents, in alphabetical order."""
        return iter(sorted(self._cells))

    def __len__(self) -> int:
        return len(self._cells)

    def keys(self) -> tuple[str, ...]:
        """Return the names of the documents, in alphabetical order."""
        return tuple(self)

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise TypeError("a snapshot is not assigned to: it stays what it was")

    def __delattr__(self, name: str) -> NoReturn:
        raise TypeError("a snapshot is not assigned to: it stays what it was")

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a snapshot cannot be pickled or copied; hand on snapshot[NAME].to_dict()")

    def __repr__(self) -> str:
        return f"<Snapshot of {len(self)} documents, generation {self.generation}>"
