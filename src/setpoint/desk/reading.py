"""``Reading``: the part of a desk at which documents are read."""

from __future__ import annotations

from ..config import thaw
from ..errors import ConfigInvalidError, ConfigNotFoundError
from .explained import explained, origins
from .listed import listed_document
from .masks import pattern_of
from .post import Post
from .shown_schema import shown_schema
from .telling import layer_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from ..cache.cell import Cell
    from ..config import Config
    from .held import Held


class Reading(Post):
    """Documents, their values, and what is known of them."""

    __slots__ = ()

    def documents(self, *, after: str | None = None, limit: int = 100, prefix: str = "") -> dict[str, Any]:
        """Return a page of the documents that the principal may read, by name, each with how it is served.

        Arguments: only names behind ``after``, and that begin with ``prefix``; ``limit`` is how many at most. ``next``
        is what ``after`` takes to go on, None at the end.
        """
        names = [name for name in self._visible() if name.startswith(prefix) and (after is None or name > after)]
        page = names[: max(limit, 0)]
        return {
            "documents": [listed_document(self.backing, name) for name in page],
            "next": page[-1] if page and len(page) < len(names) else None,
        }

    def held(self, name: str, parts: tuple[str | int, ...] = ()) -> Held | None:
        """Return a value as it is served, at once and without reading a file; None when ``value`` has to be asked.

        That is so for a document that is not served yet, that is not there, and that the principal may not read: which
        of them it is does not show here. Raises as ``value`` does for a place that is not there.
        """
        # The road that is taken a thousand times a second: look-ups only. On a shelf is who may read its document, as
        # found out below; a document that is replaced has another shelf.
        shelves, key = self.backing.shelves, self.principal.key
        serving = self.backing.system._serving
        cache = serving.cache
        shelf = shelves.by_name.get(name)
        if shelf is not None and shelf.cell is cache.cell(name):
            kept = shelf.readers.get(key)
            if kept is not None:
                found = kept.get(parts)
                if found is not None and found.generation == serving.generation:
                    reader = cache.readers.by_name.get(name)
                    if reader is not None:  # else it is compressed at present, and what was made of it is here
                        next(reader)  # counts the read, and keeps the document in memory
                    return found
        if not self.principal.may("read", name) or name not in cache:
            return None
        with self._telling(name):
            held = self._find(name, parts)
        reader = cache.readers.by_name.get(name)
        if held is not None and reader is not None:
            next(reader)
        return held

    def value(self, name: str, parts: tuple[str | int, ...] = ()) -> Held:
        """Return a value, loading its document first if it is not served yet.

        Raises ``ConfigNotFoundError`` with the near names or keys, ``UsageError`` below a single value, and as
        ``load_config`` does for a document that is not valid.
        """
        self._check_read(name)
        with self._telling(name):
            while True:
                self._load(name)
                found = self._find(name, parts)
                if found is not None:  # else it was dropped in between
                    return found

    def explain(self, name: str, parts: Sequence[str | int] = ()) -> dict[str, Any]:
        """Return who set a value, and each value that it shadows: layer, file, line and column, or variable.

        A document that its schema refuses can be explained, one that cannot be parsed cannot.
        """
        self._check_read(name)
        reveals = self.principal.reveals(name)
        with self._telling(name):
            if name in self.backing.system._serving.workspace.listing().unusable:
                self._refuse_unparsed(name)
            return explained(self.backing, name, [str(part) for part in parts], reveals=reveals)

    def origins(self, name: str, places: Iterable[Sequence[str | int]]) -> list[dict[str, Any] | None]:
        """Return who set each of many values: layer, file, line and column, or variable, as ``explain`` says it.

        Arguments: ``places`` are parts, with numbers for the indexes of lists; where there is nothing, or it is inside
        of a secret that the principal may not see, the list has None.
        """
        self._check_read(name)
        with self._telling(name):
            if name in self.backing.system._serving.workspace.listing().unusable:
                self._refuse_unparsed(name)
            return origins(self.backing, name, (tuple(one) for one in places), reveals=self.principal.reveals(name))

    def schema(self, name: str, version: str | None = None) -> dict[str, Any]:
        """Return the schema of a document: that of its newest shape, or of a ``version``; and which versions there are.

        What a schema says of a secret's value is masked: its default, its examples. Raises ``ConfigNotFoundError`` for
        a document without a schema, and for a version that there is none of.
        """
        self._check_read(name)
        with self._telling(name):
            family = self.backing.system._serving.made_with(name).family(name)
            if family is None:
                raise ConfigNotFoundError(f"{name} has no schema: it is checked for its form only")
            schema = family.at(version)
            reveals = self.principal.reveals(name)
            contents = (
                schema.contents if reveals else shown_schema(schema.contents, pattern_of(layer_words(self, [name])))
            )
            title = contents.get("title") if isinstance(contents, dict) else None
            said = (
                version if version is not None else next((one for one, of in family.newest_first if of is schema), None)
            )
            return {
                "document": name,
                "version": said,
                "versions": list(family.versions),
                "title": title if isinstance(title, str) else None,
                "schema": thaw(contents),
            }

    def validate(self, name: str, tree: Any) -> dict[str, Any]:
        """Return what a document's schema says of a tree: ``ok``, and ``diagnostics``. Nothing is written.

        Where a mask stands for a secret nothing is found: the secret was judged when it came. Rules over several
        documents are not asked: a dry run of ``replace`` does that.
        """
        self._check_read(name)
        from .judging import judged

        with self._telling(name):
            return judged(self, name, tree)

    def snapshot(self, generation: int | None = None) -> dict[str, Any]:
        """Return all documents that the principal may read as they were at one moment.

        Arguments: without ``generation`` that is now, and what is not served yet is loaded; else one of the last 16
        whose number somebody was told. Raises ``GoneError`` for one that is kept no longer, ``ConfigNotFoundError`` for
        one that is still to come, and as ``load_config`` does for a document that is not valid.
        """
        self._check_anywhere("read")
        backing = self.backing
        serving = backing.system._serving
        if generation is None:
            for name in self._visible():
                if name not in serving.cache:
                    with self._telling(name):
                        self._load(name)
        now, held = serving.hold()
        backing.generations.keep(now, held)
        chosen = now if generation is None else generation
        cells = backing.generations.cells(chosen)
        trees = {}
        for name in sorted(self._readable(cells)):
            config = serving.cache.look(cells[name])
            trees[name] = thaw(config if self.principal.reveals(name) else self._shown(name, cells[name], config))
        return {"generation": chosen, "documents": trees}

    # -- behind ----------------------------------------------------------------------------------------------------

    def _find(self, name: str, parts: tuple[str | int, ...]) -> Held | None:
        """Return a value of a document that the principal may read; None when it is not served."""
        return self.backing.shelves.find(
            name, tuple(parts), reveals=self.principal.reveals(name), reader=self.principal.key
        )

    def _load(self, name: str) -> None:
        """Load a document if it is not served yet, and remember if it cannot be."""
        failed = self.backing.failed
        try:
            self.backing.system._serving.load(name)
        except ConfigInvalidError:
            failed.add(name)
            raise
        failed.discard(name)

    def _shown(self, name: str, cell: Cell, config: Config) -> Any:
        """Return a document of some generation with its secrets masked."""
        found = self.backing.shelves.shelf(name)
        if found is not None and found[0].cell is cell:
            return self.backing.shelves.shown(found[0], name, config)
        return self.backing.masks.masked(name, config)
