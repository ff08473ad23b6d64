"""``Shelves``: the values of documents that are served, ready to be handed out."""

from __future__ import annotations

from threading import RLock

from ..address import lookup, reach
from ..config import thaw
from ..forks import watch
from ..layers.resolution import indexed
from .held import Held

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from typing import Any

    from ..cache.cell import Cell
    from ..config import Config
    from ..system import ConfigSystem
    from .generations import Generations
    from .masks import Masks, Parts
    from .tags import Tags

_RANK = 95  # for forks.watch: whoever holds it waits for nothing
MOST_BYTES = 32 * 1024 * 1024  # of all bodies and masked trees together
_MOST_READERS = 1000  # different rights of principals
_OVERHEAD = 400  # bytes of a Held and its place in two dicts, on CPython 3.13


class Shelf:
    """What was made of one document as it is served: of its cell, so that another content has another shelf.

    ``open`` and ``masked`` are values by place, with and without their secrets; ``readers`` are which of the two is for
    whom, by ``Principal.key``, of those who may read the document and have done so. The tree is not kept here: a
    document that is not read often may leave the memory.
    """

    __slots__ = ("cell", "facts", "masked", "open", "readers", "secrets", "size", "tree")

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.open: dict[Parts, Held] = {}
        self.masked: dict[Parts, Held] = {}
        self.readers: dict[Hashable, dict[Parts, Held]] = {}
        self.secrets: frozenset[Parts] | None = None
        self.tree: Any = None  # the masked one, where something is secret
        self.facts: Any = None  # the version, and the schema's title
        self.size = 0


class Shelves:
    """Values of the documents that a system serves, as JSON with their tags, by document and place.

    Nothing here asks who may see what: that is the desk's. What is served no longer is let go of when the next value is
    made; beyond ``most_bytes`` the shelves that were made first go.
    """

    __slots__ = (
        "__weakref__",
        "_generations",
        "_lock",
        "_masks",
        "_most_bytes",
        "_swept",
        "_system",
        "_tags",
        "by_name",
        "size",
    )

    def __init__(
        self,
        system: ConfigSystem,
        masks: Masks,
        tags: Tags,
        generations: Generations,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._system = system
        self._masks = masks
        self._tags = tags
        self._generations = generations
        self._most_bytes = most_bytes
        self._lock = RLock()
        self._swept = 0
        self.by_name: dict[str, Shelf] = {}
        self.size = 0
        watch(self, _lock=_RANK)

    def find(self, name: str, parts: Parts, *, reveals: bool, reader: Hashable = None) -> Held | None:
        """Return a value of a document, None when that is not served. No file is read for it.

        Arguments: ``reveals`` says whether its secrets may be seen; ``reader`` is the key of whoever may read the
        document so, and is remembered.

        Raises ``ConfigNotFoundError`` with the near keys, or ``UsageError`` below a single value; where secrets are
        masked, both speak of what is left to see.
        """
        serving = self._system._serving
        generation, cells = serving.hold()
        cell = cells.get(name)
        if cell is None:
            return None
        if generation != self._swept or generation != self._generations.newest:
            self._generations.keep(generation, cells)
            self._sweep(generation, cells)
        shelf = self._shelf(name, cell)
        kept = shelf.open if reveals else shelf.masked
        if reader is not None:
            if len(shelf.readers) >= _MOST_READERS:
                shelf.readers.clear()
            shelf.readers[reader] = kept
        found = kept.get(parts)
        if found is not None:
            held = Held(found.body, found.etag, generation)
            grown = 0
        else:
            config = serving.cache.look(cell)
            value = reach(config if reveals else self.shown(shelf, name, config), [str(part) for part in parts], name)
            held = Held(to_json(value), self.tag(name, parts, config), generation)
            grown = len(held.body) + _OVERHEAD
        self._put(shelf, kept, parts, held, grown)
        return held

    def tag(self, name: str, parts: Parts, tree: Any) -> str:
        """Return the tag of the value at ``parts`` of a document's tree, which is there."""
        at = indexed(parts, tree)
        return self._tags.tag(name, at, lookup(tree, at))

    def shelf(self, name: str) -> tuple[Shelf, Config] | None:
        """Return the shelf of a document that is served, and the document; None when it is not served."""
        cell = self._system._serving.cache.cell(name)
        if cell is None:
            return None
        return self._shelf(name, cell), self._system._serving.cache.look(cell)

    def keep(self, name: str, shelf: Shelf) -> None:
        """Keep a shelf with what was found out about its document, unless what is served is another by now."""
        if self._system._serving.cache.cell(name) is shelf.cell:
            with self._lock:
                self._place(name, shelf)

    def secrets(self, shelf: Shelf, name: str, config: Config) -> frozenset[Parts]:
        """Return the places of secrets in the document of a shelf."""
        found = shelf.secrets
        if found is None:
            found = shelf.secrets = self._masks.secrets(name, config)
            self.keep(name, shelf)
        return found

    def shown(self, shelf: Shelf, name: str, config: Config) -> Any:
        """Return the document of a shelf with its secrets masked."""
        secrets = self.secrets(shelf, name, config)
        if not secrets:
            return config
        if shelf.tree is None:
            from ..cache.weight import weigh
            from ..validation.masking import masked

            shelf.tree = masked(config, (), secrets)
            with self._lock:
                self._grow(shelf, weigh(shelf.tree) if isinstance(shelf.tree, dict) else 0)
        return shelf.tree

    def _shelf(self, name: str, cell: Cell) -> Shelf:
        shelf = self.by_name.get(name)
        return shelf if shelf is not None and shelf.cell is cell else Shelf(cell)

    def _put(self, shelf: Shelf, kept: dict[Parts, Held], parts: Parts, held: Held, grown: int) -> None:
        """Keep a value, on a shelf that may be new, unless what is served is another by now."""
        name = shelf.cell.name
        if self._system._serving.cache.cell(name) is not shelf.cell or grown > self._most_bytes // 4:
            return
        with self._lock:
            self._place(name, shelf)
            kept[parts] = held
            self._grow(shelf, grown)
            while self.size > self._most_bytes and self.by_name:
                self.size -= self.by_name.pop(next(iter(self.by_name))).size

    def _place(self, name: str, shelf: Shelf) -> None:
        """Let a shelf be the one of its document. Only under the lock."""
        there = self.by_name.get(name)
        if there is not shelf:
            self.size += shelf.size - (self.by_name.pop(name).size if there is not None else 0)
            self.by_name[name] = shelf  # behind the others: they were made earlier

    def _grow(self, shelf: Shelf, size: int) -> None:
        """Count what was put on a shelf, and count it for all if the shelf is one of them. Only under the lock."""
        shelf.size += size
        if self.by_name.get(shelf.cell.name) is shelf:
            self.size += size

    def _sweep(self, generation: int, cells: Mapping[str, Cell]) -> None:
        """Let go of what is served no longer."""
        with self._lock:
            self._swept = generation
            for name in [name for name, shelf in self.by_name.items() if cells.get(name) is not shelf.cell]:
                self.size -= self.by_name.pop(name).size

    def __repr__(self) -> str:
        return f"<Shelves of {len(self.by_name)} documents, {self.size:,} bytes>"


def to_json(value: Any) -> bytes:
    """Return a value of a document as JSON."""
    import orjson

    try:
        return orjson.dumps(value)
    except TypeError:  # deeper than it goes (254 levels)
        import json

        return json.dumps(thaw(value), ensure_ascii=False, separators=(",", ":")).encode()
