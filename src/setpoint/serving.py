"""``Serving``: the documents that a system serves, and how all of them are replaced at once."""

from __future__ import annotations

from threading import RLock

from .config import Config
from .errors import ConfigInvalidError, ConfigParseError, ConfigValidationError, SetpointError, UnavailableError
from .forks import watch
from .sources.texts import Texts
from .tree import same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, TypeAlias

    from .cache.cell import Cell
    from .cache.config_cache import ConfigCache
    from .layers.layer import Override
    from .layers.resolution import Resolution
    from .workspace import Workspace

    Overrides: TypeAlias = Mapping[str, Sequence[Override]]
    # Called with the documents that are about to change: returns what is to be done in the moment they do.
    Prepare: TypeAlias = "Callable[[Mapping[str, Candidate]], Callable[[], None]]"

_ATTEMPTS = 5


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
    made of.

    ``generation`` counts the replacements; loading one more document is none.
    """

    # Two locks. ``_looking`` is held while files are read and judged and objects of models are built, which may take
    # as long as it likes; ``_lock`` for the moment in which what is served changes. Readers take neither.
    __slots__ = ("__weakref__", "_lock", "_looking", "cache", "generation", "overrides", "workspace")

    def __init__(self, workspace: Workspace, cache: ConfigCache) -> None:
        self.workspace = workspace
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
            texts = workspace.texts(name)
            made = Candidate(workspace.resolve(name, overrides.get(name, ()), texts=texts), texts)
            with self._lock:
                cell = self.cache.cells.get(name)
                if cell is not None:  # another thread was quicker: everybody gets the same
                    found = self.cache.look(cell)
                elif self.workspace is workspace and self.overrides is overrides:
                    self.cache.replace({name: (made.config, texts.pack())})
                    found = made.config
        return found

    def load_all(self) -> tuple[int, dict[str, Cell]]:
        """Return the generation and every document, in one look at the disk if any of them was not served yet.

        Raises as ``load`` does. A document that is served already is never the reason.
        """
        with self._looking:
            wanted = self.workspace.listing()
            if not wanted.entries.keys() <= self.cache.cells.keys():
                for name in wanted.unusable:
                    self.workspace.entry(name)  # raises
                self.look(self.workspace, lambda _: lambda: None, wanted=wanted.entries, patient=True)
            with self._lock:
                return self.generation, self.cache.hold()

    def resolution(self, name: str) -> Resolution:
        """Return what makes a document: of the texts that it is served from, or of the disk if it is not served."""
        with self._lock:
            cell = self.cache.cells.get(name)
            workspace, overrides = self.workspace, self.overrides.get(name, ())
            texts = Texts.unpack(self.cache.attached(cell)) if cell is not None else None
        return workspace.resolve(name, overrides, texts=texts)

    def look(
        self,
        workspace: Workspace,
        prepare: Prepare,
        *,
        wanted: Iterable[str] = (),
        patient: bool = False,
    ) -> None:
        """Read every document that is served, and replace all that changed, or none of them.

        Arguments: ``workspace`` is served from afterwards; ``prepare`` is called before anything changes; ``wanted``
        are further documents to load; ``patient`` leaves a served document that cannot be served now as it is,
        which is else refused, like everything in the same look. A document whose files are gone stays.
        """
        with self._looking:
            served = self.cache.hold()
            names = [name for name in dict.fromkeys((*served, *wanted)) if name in workspace.listing().entries]
            texts, failures = _settled(workspace, names)
            for name in served:
                if name in workspace.listing().unusable:
                    failures[name] = _failure(workspace, name)
            changed: dict[str, Candidate] = {}
            for name, now in texts.items():
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
            self._replace(changed, prepare, workspace, self.overrides)

    def override(self, overrides: Overrides, names: Iterable[str], prepare: Prepare) -> None:
        """Put other overrides over the documents named; files that are served already are not read again.

        Raises as ``load`` does, and leaves everything as it was, when one of the documents would not be valid.
        """
        with self._looking:
            served = self.cache.hold()
            changed = {}
            for name in names:
                cell = served.get(name)
                texts = Texts.unpack(self.cache.attached(cell)) if cell is not None else self.workspace.texts(name)
                changed[name] = Candidate(self.workspace.resolve(name, overrides.get(name, ()), texts=texts), texts)
            self._replace(changed, prepare, self.workspace, overrides)

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

    def _replace(
        self,
        found: Mapping[str, Candidate],
        prepare: Prepare,
        workspace: Workspace,
        overrides: Overrides,
    ) -> None:
        """Serve what was found from now on: in one moment, after everybody has agreed."""
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
        with self._lock:
            self.cache.replace(stored)
            self.workspace = workspace
            self.overrides = overrides
            if any(name in served for name in changed):
                self.generation += 1
            finish()


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


def _settled(workspace: Workspace, names: Sequence[str]) -> tuple[dict[str, Texts], dict[str, SetpointError]]:
    """Return what the files of some documents say, all at one moment, and those that cannot be read.

    A file that changed while others were read is read again: at the end, nothing was touched since it was read.
    """
    texts: dict[str, Texts] = {}
    failures: dict[str, SetpointError] = {}
    moved = list(names)
    for _ in range(_ATTEMPTS):
        for name in moved:
            failures.pop(name, None)
            try:
                texts[name] = workspace.texts(name)
            except SetpointError as error:
                texts.pop(name, None)
                failures[name] = error
        moved = [name for name, now in texts.items() if not now.still_hold()]
        if not moved:
            return texts, failures
    raise UnavailableError(
        f"{workspace.path}: the files of {moved[0]!r} keep changing while they are read; try again when their writer is"
        " done"
    )


def _failure(workspace: Workspace, name: str) -> SetpointError:
    try:
        workspace.entry(name)
    except SetpointError as error:
        return error
    raise AssertionError(f"{name!r} is listed as unusable and is not")


def _together(failures: Mapping[str, SetpointError]) -> SetpointError:
    """Return one error for several documents: the first, with the diagnostics of all."""
    first, *others = failures.values()
    if others:
        names = ", ".join(list(failures)[1:])
        first.message = f"{first.message} (refused as well: {names})"
        first.args = (first.message,)
        first.diagnostics = tuple(one for error in failures.values() for one in error.diagnostics)
    return first
