"""``ConfigSystem``: the one class that a program talks to."""

from __future__ import annotations

import os

from .cache.config_cache import ConfigCache
from .errors import ConfigNotFoundError
from .migrating import Migrating
from .rules.book import RuleBook
from .rules.builtin import BUILTIN_RULES
from .state import State
from .workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType
    from typing import Any, Self, TypeVar, overload

    from .binding.handle import Handle
    from .binding.slots import Fields
    from .budget import Budget
    from .config import Config
    from .diagnostic import Diagnostic
    from .layers.origin import Explanation
    from .metrics.registry import Registry
    from .report import Report
    from .rules.book import RuleFunction
    from .snapshot import Snapshot
    from .sources.listing import Entry, Listing
    from .validation.family import Family
    from .validation.library import Library

    Model = TypeVar("Model")


class ConfigSystem(Migrating):
    """All configuration of one directory, or of one file.

    Arguments: ``path`` is a configuration directory or a single file; ``profile`` names the profile whose files count
    (else ``SETPOINT_PROFILE`` does); ``schema_dir`` is a further folder (or several) with schemas, searched after the
    directory's own ``schemas/``; ``budget`` replaces the limits of the settings; ``environ`` are the environment's
    variables, captured now and by ``reload()``; ``cache`` keeps the documents instead of one made by the settings, and
    belongs to this system alone; ``on_invalid`` says what happens when a document is bad at its first load: ``raise``,
    or ``last-known-good`` to serve what was good last, and say so (the settings' ``[reload] on_invalid``, else raise);
    ``migrate_on_load`` whether a document of an older version is carried to the newest when it is loaded: ``never``,
    ``in-memory`` or ``write`` (the settings' ``[migration] on_load``, else never).

    Making one reads at most the settings and ``.env``: it lists no directory, parses no document and starts no thread.
    It raises ``ConfigNotFoundError`` when there is neither directory nor file at ``path``, and ``UsageError`` when the
    settings are wrong.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] = "config",
        *,
        profile: str | None = None,
        schema_dir: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] = (),
        budget: Budget | None = None,
        environ: Mapping[str, str] = os.environ,
        cache: ConfigCache | None = None,
        on_invalid: str | None = None,
        migrate_on_load: str | None = None,
    ) -> None:
        extra = (schema_dir,) if isinstance(schema_dir, (str, os.PathLike)) else tuple(schema_dir)
        self._environ = environ
        workspace = Workspace(
            os.fspath(path),
            profile=profile,
            schema_dirs=tuple(os.fspath(folder) for folder in extra),
            budget=budget,
            environ=environ,
        )
        self._cache = cache if cache is not None else ConfigCache(**workspace.settings.cache)
        self._readers = self._cache.readers
        # What somebody has running on this system, such as a monitor: it puts in here how to end it, and close() does.
        self._companions: list[Callable[[], object]] = []
        rules, state = RuleBook(BUILTIN_RULES), State(workspace.home, environ)
        super().__init__(workspace, self._cache, rules, state, on_invalid, migrate_on_load=migrate_on_load)

    # -- what there is ---------------------------------------------------------------------------------------------

    @property
    def _workspace(self) -> Workspace:
        return self._serving.workspace

    def _variables(self) -> Mapping[str, str]:
        return self._environ

    @property
    def path(self) -> str:
        """The directory or file, as it was named."""
        return self._workspace.path

    @property
    def budget(self) -> Budget:
        """The limits that each document must keep."""
        return self._workspace.budget

    @property
    def profile(self) -> str | None:
        """The profile whose files count, or None."""
        return self._workspace.profile

    def documents(self) -> tuple[Entry, ...]:
        """Return the documents there are, by name, with the files that make them."""
        return tuple(self.listing().entries.values())

    def listing(self) -> Listing:
        """Return the documents and what is wrong with the files' names. The directory is listed once."""
        return self._workspace.listing()

    def entry(self, name: str) -> Entry:
        """Return one document's files. Raises ``ConfigNotFoundError`` with the near names."""
        return self._workspace.entry(name)

    def library(self) -> Library:
        """Return the schemas of this system: its own folders', then the built-in ones."""
        return self._workspace.library()

    def family(self, name: str) -> Family | None:
        """Return the schema of a document in all its versions, or None when it has none."""
        return self._workspace.family(name)

    # -- reading ---------------------------------------------------------------------------------------------------

    if TYPE_CHECKING:

        @overload
        def load_config(self, name: str) -> Config: ...
        @overload
        def load_config(self, name: str, into: type[Model]) -> Model: ...

    def load_config(self, name: str, into: Any = None) -> Any:
        """Return one document, made of all its layers, validated and frozen.

        It is read when it is first asked for, and served from memory until ``reload()``. Arguments: ``into`` is a model
        (a dataclass, a ``msgspec.Struct``, an attrs class, a pydantic model): an object of it is returned instead.
        Raises ``ConfigNotFoundError`` with the near names, ``ConfigParseError`` or ``ConfigValidationError`` with every
        diagnostic, ``SchemaError`` when its schema cannot work, ``UnavailableError`` when its file cannot be read.
        """
        # The road that is taken a million times: no lock, no I/O, and no call but the one that gives and counts it.
        if into is None:
            try:
                return next(self._readers.by_name[name])
            except KeyError:
                return self._serving.load(name)
        return self._load_into(name, into)

    def _load_into(self, name: str, model: Any) -> Any:
        from .handles import built

        return built(self._serving.load(name), model, lambda: self._serving.resolution(name))

    if TYPE_CHECKING:

        @overload
        def bind(self, name: str) -> Handle[Fields]: ...
        @overload
        def bind(self, name: str, model: type[Model]) -> Handle[Model]: ...

    def bind(self, name: str, model: Any = None) -> Any:
        """Return a handle whose ``current`` is always the newest good object of a document; reading it takes no lock.

        Arguments: ``model`` as for ``load_config``; without it the object has generated frozen slots. ``reload()`` and
        ``override`` put a newer object into it. Raises as ``load_config`` does.
        """
        return self._audience.handles.bind(
            name, model, self._serving.load(name), lambda: self._serving.resolution(name)
        )

    def snapshot(self) -> Snapshot:
        """Return all documents at one generation: what is read from it always agrees, whatever changes meanwhile.

        Documents that were not loaded yet are, in one look at the disk: no file changed while they were read. Raises as
        ``load_config`` does when one of them is not valid.
        """
        from .snapshot import Snapshot

        generation, cells = self._reloading.load_all()
        return Snapshot(generation, cells, self._cache)

    def explain(self, address: str) -> Explanation:
        """Return who set a value, and each value that it shadows: layer, file, line and column, or variable.

        Arguments: ``address`` is ``NAME`` or ``NAME.path.to.key``. Raises ``ConfigNotFoundError`` with the near keys;
        a document that its schema refuses can be explained, one that cannot be parsed cannot.
        """
        from .address import split_document

        name, parts = split_document(address)
        resolution = self._serving.resolution(name)
        if not resolution.parsed:
            from .candidate import refuse_invalid

            refuse_invalid(resolution)
        waiting = self._serving.waiting.get(name)
        if waiting:
            from .restarting import explained_as_served

            return explained_as_served(resolution, parts, waiting, self._serving.load(name))
        return resolution.explain(parts)

    def reload(self) -> None:
        """Look again: at the files of every document that was loaded, the directory, schemas, settings and variables.

        All that changed since the last look is served from now on, or nothing of it: when a document or a bound object
        cannot be made anew, everything stays as it was. What was refused before does not keep other documents from
        changing. Raises as ``load_config`` does as long as a document is not served as its files are, with every
        diagnostic; ``GuardedError`` when one lost so much that ``accept`` must say that it is meant, and ``Veto`` when
        ``on_prepare`` refuses. A document whose files are gone is served on.
        """
        self._reloading.reload(self._workspace.again(self._environ))

    def get_cache_stats(self) -> dict[str, int | float | None]:
        """Return what the cache of this system holds and has counted; docs/cache.md names each figure.

        A hit is a ``load_config`` that was answered from memory, a miss one that had to read files.
        """
        return self._cache.get_stats()

    @property
    def metrics(self) -> Registry:
        """Everything that is counted and measured of this system; docs/monitoring.md names each figure."""
        from .figures import attach

        return attach(self)

    def override(self, values: Mapping[str, Any]) -> AbstractContextManager[Self]:
        """Return a context manager in which values lie over all other layers, for the whole process.

        Arguments: ``values`` by address: ``{"messaging.queue.max_size": 5}``. They are validated first, and survive
        ``reload()``; overrides may be nested. Raises as ``load_config`` does when a document would not be valid.
        """
        import sys

        caller = sys._getframe(1)
        return self._overriding(values, f"{caller.f_code.co_filename}:{caller.f_lineno}")

    def _overriding(self, values: Mapping[str, Any], site: str) -> AbstractContextManager[Self]:
        """Return what ``override`` returns; ``site`` says where in the program it is asked for."""
        from contextlib import contextmanager

        from .address import split_document
        from .layers.layer import Override

        added = [(*split_document(address), value) for address, value in values.items()]
        made = [(name, Override(parts, value, site)) for name, parts, value in added]

        names = list(dict.fromkeys(name for name, _ in made))

        @contextmanager
        def overriding() -> Iterator[Self]:
            overrides = dict(self._serving.overrides)
            for name, one in made:
                overrides[name] = (*overrides.get(name, ()), one)
            self._serving.override(overrides, names)
            mine = {id(one) for _, one in made}
            try:
                yield self
            finally:
                left = {
                    name: tuple(one for one in several if id(one) not in mine)
                    for name, several in self._serving.overrides.items()
                }
                self._serving.end_override(left, names)

        return overriding()

    # -- checking --------------------------------------------------------------------------------------------------

    def validate_all_configs(self) -> dict[str, Report]:
        """Return a report for every document, by name: whether it is valid, and every problem it has.

        A document whose files' names clash has a report too, and so has one that could not be judged, because its
        schema cannot work or a file cannot be read: its ``failure`` says so.
        """
        return dict(self.check())

    def check(self, names: Iterable[str] | None = None, *, resolved: bool = False) -> Iterator[tuple[str, Report]]:
        """Yield each document's name and report: its base file, and what it makes with each profile.

        Arguments: ``names`` are the documents to check, all of them when None; ``resolved`` adds the layers of this
        machine: the local file, ``.env``, the environment and overrides, with the system's own profile. Without it they
        are checked for their form. Rules over documents run at the end, and reports of documents that a rule looks at
        come last.
        """
        from .checking import Checking

        return Checking(self._workspace, self._rules, self._serving.overrides if resolved else None).reports(names)

    def variable_findings(self) -> Sequence[Diagnostic]:
        """Return what is wrong with variables that belong to no document, and with the lines of ``.env``."""
        return self._workspace.variable_findings()

    def rule(self, *documents: str) -> Callable[[RuleFunction], RuleFunction]:
        """Register a check over documents: a function of their ``Config`` objects that yields ``Diagnostic`` objects.

        Arguments: the names of the documents, in the order the function takes them. It runs in checks when all of
        them are valid. A diagnostic it yields needs no file and line: they follow from ``document`` (the first one
        named, if not given), ``path`` (a JSON Pointer) and ``at``.
        """

        def register(function: RuleFunction) -> RuleFunction:
            self._rules.add(documents, function)
            return function

        return register

    # -- life ------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Let go of what was read, follow no files, and end the monitoring that runs on this system.

        A closed system can be used again; it then reads anew, and nothing follows or monitors it before it is told to.
        """
        for end in self._companions.copy():
            end()
        self._close_following()
        self._serving.forget()
        self._close_record()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"ConfigSystem({self.path!r})"


EnhancedConfigSystem = ConfigSystem

_systems: dict[str, ConfigSystem] = {}


def initialize_enhanced_config(config_dir: str | os.PathLike[str] = "config") -> ConfigSystem:
    """Return this process's system for a configuration directory, with hot reload running; the same one each time.

    Raises ``ConfigNotFoundError`` when there is no such directory.
    """
    path = os.fspath(config_dir)
    if not os.path.isdir(path):
        raise ConfigNotFoundError(
            f"{path}: no such directory (looked in {os.getcwd()}); make one with your .yaml, .json or .toml files in"
            " it, or name another: initialize_enhanced_config(config_dir=...)"
        )
    place = os.path.realpath(path)
    # setdefault is atomic: two threads that race get the same system.
    system = _systems.get(place) or _systems.setdefault(place, ConfigSystem(path))
    system.start_hot_reload()
    return system


def initialized_systems() -> list[ConfigSystem]:
    """Return the systems that ``initialize_enhanced_config`` has made in this process."""
    return list(_systems.values())
