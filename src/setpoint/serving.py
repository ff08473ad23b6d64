"""``Serving``: the documents that a system serves, and how all of them are replaced at once."""

from __future__ import annotations

from threading import RLock
from time import perf_counter

from .candidate import Candidate
from .errors import SetpointError, UsageError
from .forks import watch
from .lookout import Lookout
from .metrics.meter import Meter
from .metrics.stopwatch import parsing
from .sources.texts import Texts
from .tree import same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from typing import Protocol, TypeAlias

    from .cache.cell import Cell
    from .cache.config_cache import ConfigCache
    from .change import Change
    from .commit.committer import Committer
    from .commit.journal import Journal
    from .config import Config
    from .layers.layer import Override
    from .layers.resolution import Resolution
    from .workspace import Workspace

    Overrides: TypeAlias = Mapping[str, Sequence[Override]]

    class Audience(Protocol):
        """Whoever has to agree before what is served changes, and is told when it has.

        ``prepare`` is called with the documents that are about to change, why, and since when that is known, by
        ``time.perf_counter``. It raises to refuse; what it returns is called with the new generation in the moment they
        change, and must be quick. ``is_asked`` is True in a thread that is being asked.
        """

        def prepare(
            self, changed: Mapping[str, Candidate], cause: str, since: float | None
        ) -> Callable[[int], None]: ...
        def is_asked(self) -> bool: ...

    class Carrier(Protocol):
        """Whoever carries documents of older versions to the newest one when they are loaded.

        ``write`` may write a document's files anew before they are read; ``carry`` returns what they would say then.
        """

        def write(self, name: str) -> None: ...
        def carry(self, workspace: Workspace, name: str, texts: Texts) -> Texts: ...

    class Rescue(Protocol):
        """Whoever has something good of documents whose files are not.

        ``loaded`` is told of a document that was read and is good; ``find`` returns one to serve in place of a
        document that cannot be, or raises why not; ``good`` is told of documents that are served as their files are.
        """

        def loaded(self, name: str, candidate: Candidate) -> None: ...
        def find(self, name: str, error: SetpointError) -> Candidate: ...
        def good(self, names: Iterable[str]) -> None: ...


class Serving:
    """Documents that were resolved once and are served until they are replaced, all of one generation.

    Arguments: ``workspace`` says what there is; ``cache`` holds what is served, each document with the texts it was
    made of; ``journal`` tells of a change of several files that is under way, which ``committer`` can finish when its
    maker is dead; ``audience`` is asked before every replacement, and told of it.

    ``generation`` counts the replacements; loading one more document is none, and ``came`` is called for it.
    ``waiting`` are, by document, the values that its files have and that are not served before the program is started
    again. ``rescue`` is asked for a document that cannot be loaded; ``carrier`` carries those of older versions;
    ``newcomer`` is called with each that is read and served as it is.
    ``behind`` are the workspaces of documents that were refused under the present one: they are served as they were
    judged with these.
    """

    # Two locks. ``_looking`` is held while files are read and judged and objects of models are built, which may take
    # as long as it likes; ``_lock`` for the moment in which what is served changes. Readers take neither.
    __slots__ = (
        "__weakref__",
        "_audience",
        "_lock",
        "_looking",
        "behind",
        "cache",
        "came",
        "carrier",
        "generation",
        "loaded",
        "lookout",
        "meter",
        "newcomer",
        "overrides",
        "rescue",
        "waiting",
        "workspace",
    )

    def __init__(
        self,
        workspace: Workspace,
        cache: ConfigCache,
        journal: Journal,
        committer: Callable[[], Committer],
        audience: Audience,
    ) -> None:
        self.workspace = workspace
        self.lookout = Lookout(journal, committer)
        self.cache = cache
        self.meter = Meter()
        self.overrides: Overrides = {}
        self.generation = 1
        self.waiting: Mapping[str, tuple[Change, ...]] = {}
        self.came: Callable[[], None] | None = None
        self.rescue: Rescue | None = None
        self.carrier: Carrier | None = None
        self.newcomer: Callable[[Workspace, str, Candidate], None] | None = None
        self.behind: Mapping[str, Workspace] = {}
        self._audience = audience
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
            seen, made = self._made(workspace, name, overrides)
            with self._lock:
                cell = self.cache.cell(name)
                if cell is not None:  # another thread was quicker: everybody gets the same
                    found = self.cache.look(cell)
                elif self.workspace is workspace and self.overrides is overrides:
                    self.cache.replace({name: (made.config, made.texts.pack(), made.texts.mark())})
                    self.workspace = seen
                    found = made.config
            if found is not None and self.came is not None:
                self.came()
        return found

    def _made(self, workspace: Workspace, name: str, overrides: Overrides) -> tuple[Workspace, Candidate]:
        """Return a document that is not served yet, and the workspace as it was when its files were read."""
        began = perf_counter()
        try:
            if self.carrier is not None:
                self.carrier.write(name)
            seen, texts = self._texts(workspace, name)
            made = self.candidate(seen, name, texts, overrides)
        except SetpointError as error:
            self.meter.not_loaded(error)
            if self.rescue is None:
                raise
            return workspace, self.rescue.find(name, error)
        self.meter.loaded(began)
        if self.rescue is not None:
            self.rescue.loaded(name, made)
        if self.newcomer is not None:
            self.newcomer(seen, name, made)
        return seen, made

    def hold(self) -> tuple[int, dict[str, Cell]]:
        """Return the generation, and every document that is served in it."""
        with self._lock:
            return self.generation, self.cache.hold()

    def resolution(self, name: str) -> Resolution:
        """Return what makes a document: of the texts that it is served from, or of the disk if it is not served."""
        with self._lock:
            cell = self.cache.cell(name)
            workspace, overrides = self.made_with(name), self.overrides.get(name, ())
            texts = Texts.unpack(self.cache.attached(cell)) if cell is not None else None
        if texts is not None and self.carrier is not None:
            texts = self.carrier.carry(workspace, name, texts)
        return workspace.resolve(name, overrides, texts=texts)

    def candidate(self, workspace: Workspace, name: str, texts: Texts, overrides: Overrides | None = None) -> Candidate:
        """Return the document that texts make. Raises when it may not be served.

        Arguments: ``overrides`` lie over it, the present ones without.
        """
        over = (self.overrides if overrides is None else overrides).get(name, ())
        said = texts if self.carrier is None else self.carrier.carry(workspace, name, texts)
        began, parsed = perf_counter(), parsing.seconds
        resolution = workspace.resolve(name, over, texts=said)
        self.meter.judged(began, parsed)
        return Candidate(resolution, texts, carried=said is not texts)

    def made_with(self, name: str) -> Workspace:
        """Return the workspace that a document is served by."""
        return self.behind.get(name, self.workspace)

    def served(self, name: str) -> tuple[Config, Texts]:
        """Return a document and the texts it was made of, loading it first if it is not served."""
        with self._looking:
            self.load(name)
            cell = self.cache.cell(name)
            assert cell is not None
            return self.cache.look(cell), Texts.unpack(self.cache.attached(cell))

    def looking(self) -> AbstractContextManager[bool]:
        """Return a context manager in which nobody else replaces what is served.

        Raises ``UsageError`` within what is called to agree to a replacement: it would wait for itself.
        """
        if self._audience.is_asked():
            raise UsageError(
                "configuration cannot be changed or reloaded from within on_prepare, which decides about a change that"
                " is under way; do it in on_change"
            )
        return self._looking

    def override(self, overrides: Overrides, names: Iterable[str]) -> None:
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
                changed[name] = self.candidate(self.made_with(name), name, texts, overrides)
            self.stage(changed, "override", overrides=overrides)()

    def end_override(self, overrides: Overrides, names: Iterable[str]) -> None:
        """Go back to other overrides, whatever that means for the documents named.

        One that is not valid without its override is served no longer: loading it says why.
        """
        with self._looking:
            try:
                self.override(overrides, names)
            except SetpointError:
                with self._lock:
                    self.overrides = overrides
                    for name in names:
                        self.cache.invalidate(name)
                    self.generation += 1
                raise

    def texts(self, name: str) -> Texts:
        """Return what the files of a document say now. Raises as ``load`` does when they cannot be read."""
        return self._texts(self.workspace, name)[1]

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
        cause: str,
        *,
        workspace: Workspace | None = None,
        behind: Mapping[str, Workspace] | None = None,
        overrides: Overrides | None = None,
        arrived: Container[str] = (),
        since: float | None = None,
    ) -> Callable[[], None]:
        """Ask everybody whether they agree, and return what serves the candidates from then on, in one moment.

        Arguments: ``cause`` says why; ``workspace``, ``behind`` and ``overrides`` replace the present ones in the same
        moment; ``arrived`` are the candidates that are news though nothing was served in their place; ``since`` is when
        this began, by ``time.perf_counter``. Only within ``looking``. Raises what the audience raises, and
        ``ConfigValidationError`` for values that must wait and cannot.
        """
        stored: dict[str, tuple[Config, bytes, bytes]] = {}
        changed: dict[str, Candidate] = {}
        left_behind = {
            name: one for name, one in (self.behind if behind is None else behind).items() if name not in found
        }
        waiting = {name: changes for name, changes in self.waiting.items() if name not in found}
        for name, one in found.items():
            cell = self.cache.cell(name)
            before = one.before = self.cache.look(cell) if cell is not None else None
            if before is not None and (held := one.hold_back(before)):
                waiting[name] = held
            if before is not None and same(before, one.config):
                # Only what no value depends on changed, such as a comment.
                stored[name] = (before, one.texts.pack(), one.texts.mark())
                continue
            stored[name] = (one.config, one.texts.pack(), one.texts.mark())
            if before is not None or name in arrived:
                changed[name] = one
        finish = self._audience.prepare(changed, cause, since)

        def serve() -> None:
            with self._lock:
                self.cache.replace(stored)
                self.waiting, self.behind = waiting, left_behind
                if workspace is not None:
                    self.workspace = workspace
                if overrides is not None:
                    self.overrides = overrides
                if changed:
                    self.generation += 1
                finish(self.generation)

        return serve

    def drop(self, names: Iterable[str]) -> None:
        """Serve documents no longer: loading one looks for its files again."""
        with self._lock:
            for name in names:
                self.cache.invalidate(name)
            self.generation += 1
