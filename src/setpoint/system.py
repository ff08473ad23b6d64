"""``ConfigSystem``: the one class that a program talks to."""

from __future__ import annotations

import os

from .errors import ConfigInvalidError, ConfigNotFoundError, ConfigParseError, ConfigValidationError
from .rules.book import RuleBook
from .rules.builtin import BUILTIN_RULES
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
    from .layers.layer import Override
    from .layers.origin import Explanation
    from .layers.resolution import Resolution
    from .report import Report
    from .rules.book import RuleFunction
    from .sources.listing import Entry, Listing
    from .validation.family import Family
    from .validation.library import Library

    Model = TypeVar("Model")


class ConfigSystem:
    """All configuration of one directory, or of one file.

    Arguments: ``path`` is a configuration directory or a single file; ``profile`` names the profile whose files count
    (else ``SETPOINT_PROFILE`` does); ``schema_dir`` is a further folder (or several) with schemas, searched after the
    directory's own ``schemas/``; ``budget`` replaces the limits of the settings; ``environ`` are the environment's
    variables, captured now and by ``reload()``.

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
    ) -> None:
        extra = (schema_dir,) if isinstance(schema_dir, (str, os.PathLike)) else tuple(schema_dir)
        self._environ = environ
        self._workspace = Workspace(
            os.fspath(path),
            profile=profile,
            schema_dirs=tuple(os.fspath(folder) for folder in extra),
            budget=budget,
            environ=environ,
        )
        self._rules = RuleBook(BUILTIN_RULES)
        self._overrides: dict[str, tuple[Override, ...]] = {}
        self._handles: list[_Bound] = []

    # -- what there is ---------------------------------------------------------------------------------------------

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
        """Return one document, made of all its layers, validated and frozen. Only this document is read.

        Arguments: ``into`` is a model (a dataclass, a ``msgspec.Struct``, an attrs class, a pydantic model): an object
        of it is returned instead. Raises ``ConfigNotFoundError`` with the near names, ``ConfigParseError`` or
        ``ConfigValidationError`` with every diagnostic, ``SchemaError`` when its schema cannot work,
        ``UnavailableError`` when its file cannot be read.
        """
        resolution = self._resolved(self._workspace, name)
        config = _config(resolution)
        return config if into is None else _built(config, into, resolution)

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
        from .binding.handle import Handle

        handle = Handle(name, self._object(self._workspace, name, model))
        self._handles = [bound for bound in self._handles if bound.handle() is not None]
        self._handles.append(_Bound(handle, model))
        return handle

    def explain(self, address: str) -> Explanation:
        """Return who set a value, and each value that it shadows: layer, file, line and column, or variable.

        Arguments: ``address`` is ``NAME`` or ``NAME.path.to.key``. Raises ``ConfigNotFoundError`` with the near keys;
        a document that its schema refuses can be explained, one that cannot be parsed cannot.
        """
        from .address import split_document

        name, parts = split_document(address)
        resolution = self._resolved(self._workspace, name)
        if not resolution.parsed:
            refuse_invalid(resolution)
        return resolution.explain(parts)

    def reload(self) -> None:
        """Look again: at the directory, the schemas, the settings, ``.env`` and the environment.

        Every bound object is made anew first. Raises as ``load_config`` does when one of them cannot be; all handles
        and everything captured then stay as they were.
        """
        self._swap(self._workspace.again(self._environ), self._overrides)

    def override(self, values: Mapping[str, Any]) -> AbstractContextManager[Self]:
        """Return a context manager in which values lie over all other layers, for the whole process.

        Arguments: ``values`` by address: ``{"messaging.queue.max_size": 5}``. They are validated first, and survive
        ``reload()``; overrides may be nested. Raises as ``load_config`` does when a document would not be valid.
        """
        import sys
        from contextlib import contextmanager

        from .address import split_document
        from .layers.layer import Override

        caller = sys._getframe(1)
        site = f"{caller.f_code.co_filename}:{caller.f_lineno}"
        added = [(*split_document(address), value) for address, value in values.items()]
        made = [(name, Override(parts, value, site)) for name, parts, value in added]

        @contextmanager
        def overriding() -> Iterator[Self]:
            overrides = dict(self._overrides)
            for name, one in made:
                overrides[name] = (*overrides.get(name, ()), one)
            for name in dict.fromkeys(name for name, _ in made):
                refuse_invalid(self._workspace.resolve(name, overrides[name]))
            self._swap(self._workspace, overrides)
            mine = {id(one) for _, one in made}
            try:
                yield self
            finally:
                left = {
                    name: tuple(one for one in several if id(one) not in mine)
                    for name, several in self._overrides.items()
                }
                try:
                    self._swap(self._workspace, left)
                except BaseException:
                    # A document broke meanwhile: its handles keep what they have, and the override ends all the same.
                    self._overrides = left
                    raise

        return overriding()

    def _resolved(self, workspace: Workspace, name: str) -> Resolution:
        return workspace.resolve(name, self._overrides.get(name, ()))

    def _object(self, workspace: Workspace, name: str, model: Any) -> Any:
        resolution = self._resolved(workspace, name)
        config = _config(resolution)
        if model is not None:
            return _built(config, model, resolution)
        from .binding.slots import slots_of

        return slots_of(config)

    def _swap(self, workspace: Workspace, overrides: dict[str, tuple[Override, ...]]) -> None:
        """Make every bound object anew, and only when all could be made, put them in place."""
        before = self._overrides
        self._overrides = overrides
        try:
            bound = [(one, one.handle()) for one in self._handles]
            made = [
                (handle, self._object(workspace, handle.name, one.model)) for one, handle in bound if handle is not None
            ]
        except BaseException:
            self._overrides = before
            raise
        self._workspace = workspace
        for handle, new in made:
            handle._replace(new)

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

        return Checking(self._workspace, self._rules, self._overrides if resolved else None).reports(names)

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
        """Let go of what was read. A closed system can be used again; it then reads anew."""
        self._workspace.forget()
        self._handles = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"ConfigSystem({self.path!r})"


class _Bound:
    """A handle that somebody may still hold, and the model of its objects."""

    __slots__ = ("handle", "model")

    def __init__(self, handle: Handle[Any], model: Any) -> None:
        from weakref import ref

        self.handle = ref(handle)
        self.model = model


EnhancedConfigSystem = ConfigSystem

_systems: dict[str, ConfigSystem] = {}


def initialize_enhanced_config(config_dir: str | os.PathLike[str] = "config") -> ConfigSystem:
    """Return this process's system for a configuration directory; the same one each time for the same directory.

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
    return _systems.get(place) or _systems.setdefault(place, ConfigSystem(path))


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


def _config(resolution: Resolution) -> Config:
    from .config import Config

    refuse_invalid(resolution)
    assert isinstance(resolution.tree, dict)
    return Config(resolution.tree)


def _built(config: Config, model: type[Model], resolution: Resolution) -> Model:
    """Return an object of a model; what does not fit it is told at its place in the files."""
    from .binding.build import build
    from .layers.judging import located

    try:
        return build(config, model)
    except ConfigValidationError as error:
        found = located(resolution, error.diagnostics)
        first = found[0]
        where = f"{first.file}:{first.line}:{first.column}: " if first.line is not None else ""
        raise ConfigValidationError(f"{where}{error.message}", found) from None
