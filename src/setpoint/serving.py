"""``Serving``: the documents that a system serves, and how all of them are replaced at once."""

from __future__ import annotations

from threading import RLock

from .config import Config
from .errors import ConfigInvalidError, ConfigParseError, ConfigValidationError, SetpointError
from .forks import watch
from .lookout import Lookout
from .sources.texts import Texts
from .tree import same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from typing import Any, TypeAlias

    from .cache.cell import Cell
    from .cache.config_cache import ConfigCache
    from .commit.committer import Committer
    from .commit.journal import Journal
    from .layers.layer import Override
    from .layers.resolution import Resolution
    from .sources.listing import Listing
    from .workspace import Workspace

    Overrides: TypeAlias = Mapping[str, Sequence[Override]]
    # Called with the documents that are about to change: returns what is to be done in the moment they do.
    Prepare: TypeAlias = "Callable[[Mapping[str, Candidate]], Callable[[], None]]"


class Candidate:
    """A valid document that is not served yet: its frozen tree, the texts it is made of, and what they make."""

    __slots__ = ("_resolution", "config", "texts")

    def __init__(self, resolution: Resolution, texts: Texts) -> None:
        refuse_invalid(resolution)
        tree: Any = resolution.tree
        self.config = Config(tree)
        self.texts = texts
        self._resolution = resolution

    def resolve(self) -> Resolution:
        """Return what the texts make."""
        return self._resolution


class Serving:
    """Documents that were resolved once and are served until they are replaced, all of one generation.

    Arguments: ``workspace`` says what there is; ``cache`` holds what is served, each document with the texts it was
    made of; ``journal`` tells of a change of several files that is under way, which ``committer`` can finish when its
    maker is dead.

    ``generation`` counts the replacements; loading one more document is none.
    """

    # Two locks. ``_looking`` is held while files are read and judged and objects of models are built, which may take
    # as long as it likes; ``_lock`` for the moment in which what is served changes. Readers take neither.
    __slots__ = (
        "__weakref__",
        "_lock",
        "_looking",
        "cache",
        "generation",
        "lookout",
        "overrides",
        "workspace",
    )

    def __init__(
        self, workspace: Workspace, cache: ConfigCache, journal: Journal, committer: Callable[[], Committer]
    ) -> None:
        self.workspace = workspace
        self.lookout = Lookout(journal, committer)
        self.cache = cache
        self.overrides: Overrides = {}
        self.generation = 1
        self._looking = RLock()
        self._lock = RLock()
        watch(self, _looking=0, _lock=1)

    def load(self, name: str) -> Config:
        """Return a document; one that is not served yet is read, judged and served from now on.

        Raises as ``ConfigSystem.load_config`` does.
        """
        found: Config | None = self.cache.get(name)
        while found is None:
            workspace, overrides = self.workspace, self.overrides
            seen, texts = self._texts(workspace, name)
            made = Candidate(seen.resolve(name, overrides.get(name, ()), texts=texts), texts)
            with self._lock:
                cell = self.cache.cell(name)
                if cell is not None:  # another thread was quicker: everybody gets the same
                    found = self.cache.look(cell)
                elif self.workspace is workspace and self.overrides is overrides:
                    self.cache.replace({name: (made.config, texts.pack())})
                    self.workspace = seen
                    found = made.config
        return found

    def load_all(self) -> tuple[int, dict[str, Cell]]:
        """Return the generation and every document, in one look at the disk if any of them was not served yet.

        Raises as ``load`` does. A document that is served already is never the reason.
        """
        with self._looking:
            if not all(name in self.cache for name in self.workspace.listing().entries):
                self.look(self.workspace, lambda _: lambda: None, everything=True, patient=True)
            with self._lock:
                return self.generation, self.cache.hold()

    def resolution(self, name: str) -> Resolution:
        """Return what makes a document: of the texts that it is served from, or of the disk if it is not served."""
        with self._lock:
            cell = self.cache.cell(name)
            workspace, overrides = self.workspace, self.overrides.get(name, ())
            texts = Texts.unpack(self.cache.attached(cell)) if cell is not None else None
        return workspace.resolve(name, overrides, texts=texts)

    def served(self, name: str) -> tuple[Config, Texts]:
        """Return a document and the texts it was made of, loading it first if it is not served."""
        with self._looking:
            self.load(name)
            cell = self.cache.cell(name)
            assert cell is not None
            return self.cache.look(cell), Texts.unpack(self.cache.attached(cell))

    def looking(self) -> AbstractContextManager[bool]:
        """Return a context manager in which nobody else replaces what is served."""
        return self._looking

    def look(
        self,
        workspace: Workspace,
        prepare: Prepare,
        *,
        everything: bool = False,
        patient: bool = False,
    ) -> None:
        """Read every document that is served, and replace all that changed, or none of them.

        Arguments: ``workspace`` is served from afterwards; ``prepare`` is called before anything changes; with
        ``everything`` all other documents are loaded too; ``patient`` leaves a served document that cannot be served
        now as it is, which is else refused, like everything in the same look. A document whose files are gone stays.
        """
        with self._looking:
            served = self.cache.hold()

            def choose(listing: Listing) -> Iterable[str]:
                """Yield what is to be read; a served document whose files are gone stays as it is."""
                there = (*listing.entries, *listing.unusable)
                return there if everything else [name for name in served if name in there]

            seen = self.lookout.read(workspace, choose)
            workspace, failures = seen.workspace, seen.failures
            changed: dict[str, Candidate] = {}
            for name, now in seen.texts.items():
                cell = served.get(name)
                if (
                    cell is not None
                    and workspace.judges_like(self.workspace, name)
                    and now == Texts.unpack(self.cache.attached(cell))
                ):
                    continue
                try:
                    changed[name] = Candidate(workspace.resolve(name, self.overrides.get(name, ()), texts=now), now)
                except SetpointError as error:
                    failures[name] = error
            if patient:
                failures = {name: error for name, error in failures.items() if name not in served}
            if failures:
                raise _together(failures)
            self.stage(changed, prepare, workspace)()

    def override(self, overrides: Overrides, names: Iterable[str], prepare: Prepare) -> None:
        """Put other overrides over the documents named; files that are served already are not read again.

        Raises as ``load`` does, and leaves everything as it was, when one of the documents would not be valid.
        """
        with self._looking:
            served = self.cache.hold()
            changed = {}
            for name in names:
                cell = served.get(name)
                texts = (
                    Texts.unpack(self.cache.attached(cell))
                    if cell is not None
                    else self._texts(self.workspace, name)[1]
                )
                changed[name] = Candidate(self.workspace.resolve(name, overrides.get(name, ()), texts=texts), texts)
            self.stage(changed, prepare, overrides=overrides)()

    def end_override(self, overrides: Overrides, names: Iterable[str], prepare: Prepare) -> None:
        """Go back to other overrides, whatever that means for the documents named.

        One that is not valid without its override is served no longer: loading it says why.
        """
        with self._looking:
            try:
                self.override(overrides, names, prepare)
            except SetpointError:
                with self._lock:
                    self.overrides = overrides
                    for name in names:
                        self.cache.invalidate(name)
                    self.generation += 1
                raise

    def forget(self) -> None:
        """Serve nothing any more: everything is read anew when it is asked for."""
        with self._lock:
            self.cache.close()
            self.workspace.forget()

    def _texts(self, workspace: Workspace, name: str) -> tuple[Workspace, Texts]:
        """Return what the files of one document say, all at one moment, and the workspace as it was then."""
        seen = self.lookout.read(workspace, lambda _: [name])
        if seen.failures:
            raise seen.failures[name]
        return seen.workspace, seen.texts[name]

    def stage(
        self,
        found: Mapping[str, Candidate],
        prepare: Prepare,
        workspace: Workspace | None = None,
        overrides: Overrides | None = None,
    ) -> Callable[[], None]:
        """Ask everybody whether they agree, and return what serves the candidates from then on, in one moment.

        Arguments: ``workspace`` and ``overrides`` replace the present ones in the same moment. Only within ``looking``.
        Raises what ``prepare`` raises.
        """
        served = self.cache.hold()
        stored: dict[str, tuple[Config, bytes]] = {}
        changed: dict[str, Candidate] = {}
        for name, one in found.items():
            cell = served.get(name)
            before = self.cache.look(cell) if cell is not None else None
            if before is not None and same(before, one.config):
                stored[name] = (before, one.texts.pack())  # only what no value depends on changed, such as a comment
            else:
                stored[name] = (one.config, one.texts.pack())
                changed[name] = one
        finish = prepare(changed)

        def serve() -> None:
            with self._lock:
                self.cache.replace(stored)
                if workspace is not None:
                    self.workspace = workspace
                if overrides is not None:
                    self.overrides = overrides
                if any(name in served for name in changed):
                    self.generation += 1
                finish()

        return serve


def refuse_invalid(resolution: Resolution) -> None:
    """Raise the error for a document that is not valid, with every diagnostic; return when it is."""
    report = resolution.report
    errors = report.errors
    if not errors:
        return
    kind: type[ConfigInvalidError] = ConfigValidationError if resolution.parsed else ConfigParseError
    first = errors[0]
    where = f"{first.file}:{first.line}:{first.column}" if first.line is not None else first.file or report.file
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    hint = f"; {first.suggestion}" if first.suggestion else ""
    raise kind(f"{where}: {first.message}{hint}{more}", report)


def _together(failures: Mapping[str, SetpointError]) -> SetpointError:
    """Return one error for several documents: the first, with the diagnostics of all."""
    first, *others = failures.values()
    if others:
        names = ", ".join(list(failures)[1:])
        first.message = f"{first.message} (refused as well: {names})"
        first.args = (first.message,)
        first.diagnostics = tuple(one for error in failures.values() for one in error.diagnostics)
    return first
