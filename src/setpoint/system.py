"""``ConfigSystem``: the one class that a program talks to."""

from __future__ import annotations

import os

from .errors import (
    ConfigInvalidError,
    ConfigNotFoundError,
    ConfigParseError,
    ConfigValidationError,
    SetpointError,
)
from .rules.book import RuleBook
from .rules.builtin import BUILTIN_RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType
    from typing import Self

    from .budget import Budget
    from .config import Config
    from .diagnostic import Diagnostic
    from .report import Report
    from .rules.book import RuleFunction
    from .sources.listing import Entry, LayerFile, Listing
    from .sources.settings import Settings
    from .tree import Tree
    from .validation.family import Family
    from .validation.judge import Judgement
    from .validation.library import Library

SCHEMA_FOLDER = "schemas"


class ConfigSystem:
    """All configuration of one directory, or of one file.

    Arguments: ``path`` is a configuration directory or a single file; ``schema_dir`` is a further folder (or several)
    with schemas, searched after the directory's own ``schemas/``; ``budget`` replaces the limits of the settings.

    Making one reads at most the settings: it lists no directory, parses no document and starts no thread. It raises
    ``ConfigNotFoundError`` when there is neither directory nor file at ``path``, and ``UsageError`` when the settings
    are wrong.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] = "config",
        *,
        schema_dir: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] = (),
        budget: Budget | None = None,
    ) -> None:
        from .sources.settings import read_settings

        self.path = os.fspath(path)
        # What is read stays the same when the process changes its working directory; what is shown is as it was named.
        self._root = os.path.abspath(self.path)
        self._is_file = not os.path.isdir(self.path)
        if self._is_file and not os.path.exists(self.path):
            raise ConfigNotFoundError(
                f"{self.path}: no such file or directory; name the one that holds your configuration"
                " (-c DIR on the command line, ConfigSystem(DIR) in Python)"
            )
        self.settings: Settings = read_settings(self.path)
        self.budget: Budget = budget or self.settings.budget
        extra = (schema_dir,) if isinstance(schema_dir, (str, os.PathLike)) else tuple(schema_dir)
        self.schema_dirs: tuple[str, ...] = tuple(os.fspath(folder) for folder in extra)
        self._schema_folders = tuple(map(os.path.abspath, self.schema_dirs))
        self._listing: Listing | None = None
        self._library: Library | None = None
        self._rules = RuleBook(BUILTIN_RULES)

    # -- what there is ---------------------------------------------------------------------------------------------

    def documents(self) -> tuple[Entry, ...]:
        """Return the documents there are, by name, with the files that make them."""
        return tuple(self.listing().entries.values())

    def listing(self) -> Listing:
        """Return the documents and what is wrong with the files' names. The directory is listed once."""
        if self._listing is None:
            from .sources.directory import list_directory, list_file

            if self._is_file:
                self._listing = list_file(self.path, self._root)
            else:
                self._listing = list_directory(self.path, self.settings, self._root)
        return self._listing

    def entry(self, name: str) -> Entry:
        """Return one document's files. Raises ``ConfigNotFoundError`` with the near names."""
        listing = self.listing()
        entry = listing.entries.get(name)
        if entry is not None:
            return entry
        finding = listing.unusable.get(name)
        if finding is not None:
            hint = f"; {finding.suggestion}" if finding.suggestion else ""
            raise ConfigParseError(f"{finding.file}: {finding.message}{hint}", [finding])
        from .nearness import near

        close = near(name, listing.entries)
        if close:
            hint = f"did you mean {close[0]!r}?"
        elif listing.entries:
            hint = f"there are {', '.join(list(listing.entries)[:8])}{', …' if len(listing.entries) > 8 else ''}"
        else:
            hint = f"there is no .yaml, .json or .toml file in {self.path}"
        raise ConfigNotFoundError(f"no document {name!r} in {self.path}; {hint}", near=close)

    def library(self) -> Library:
        """Return the schemas of this system: its own folders', then the built-in ones."""
        if self._library is None:
            from .validation.library import Library

            home = os.path.dirname(self.path) if self._is_file else self.path
            shown = (os.path.join(home, SCHEMA_FOLDER), *self.schema_dirs, *self.settings.schema_dirs)
            own = os.path.join(os.path.dirname(self._root) if self._is_file else self._root, SCHEMA_FOLDER)
            # The budget is for documents; schemas have the default one.
            self._library = Library((own, *self._schema_folders, *self.settings.schema_dirs), shown=shown)
        return self._library

    def family(self, name: str) -> Family | None:
        """Return the schema of a document in all its versions, or None when it has none."""
        return self.library().family(name)

    # -- reading ---------------------------------------------------------------------------------------------------

    def load_config(self, name: str) -> Config:
        """Return one document, read from its base file, validated and frozen. Only this document is read.

        Raises ``ConfigNotFoundError`` with the near names, ``ConfigParseError`` or ``ConfigValidationError`` with every
        diagnostic, ``SchemaError`` when its schema cannot work, ``UnavailableError`` when its file cannot be read.
        """
        from .config import Config

        entry = self.entry(name)
        judgement = self._judge(entry, entry.base)
        refuse_invalid(judgement)
        assert isinstance(judgement.tree, dict)
        return Config(judgement.tree)

    def _judge(self, entry: Entry, file: LayerFile, *, near_misses: bool = False) -> Judgement:
        from .reading import read_file
        from .validation.judge import judge

        data = read_file(file.path, self.budget, file.shown)
        family = self.family(entry.name)
        is_base = file.layer == "base"
        judgement = judge(
            data,
            file.format_name,
            # A layer need not be complete: it is checked for its form; what the layers make together has the schema.
            family if is_base else None,
            file=file.shown,
            document=entry.name,
            layer=file.layer,
            budget=self.budget,
            mapping=True,
            near_misses=near_misses,
        )
        if not is_base and len(judgement.report):
            from .report import Report
            from .validation.masking import masked_unparsed

            # The schema did not judge it, and still says what is secret in it.
            masked = masked_unparsed(data, judgement.report, family)
            judgement.report = Report(masked, document=entry.name, file=file.shown)
        return judgement

    # -- checking --------------------------------------------------------------------------------------------------

    def validate_all_configs(self) -> dict[str, Report]:
        """Return a report for every document, by name: whether it is valid, and every problem it has.

        A document whose files' names clash has a report too, and so has one that could not be judged, because its
        schema cannot work or a file cannot be read: its ``failure`` says so.
        """
        return dict(self.check())

    def check(self, names: Iterable[str] | None = None) -> Iterator[tuple[str, Report]]:
        """Yield each document's name and report; the rules over documents run at the end.

        Arguments: ``names`` are the documents to check, all of them when None. Reports of documents that a rule looks
        at come last.
        """
        from .config import Config
        from .report import Report

        listing = self.listing()
        chosen = list(listing.entries) if names is None else [self.entry(name).name for name in names]
        ruled = self._rules.documents()
        late: list[tuple[str, Report]] = []
        configs: dict[str, Config] = {}
        for name in chosen:
            report, tree = self._checked(listing.entries[name])
            if name not in ruled:
                yield name, report
                continue
            late.append((name, report))
            if report.ok and isinstance(tree, dict):
                configs[name] = Config(tree)
        by_rule = list(self._rules.findings(configs))
        for name, report in late:
            located = self._located([finding for finding in by_rule if finding.document == name], name)
            yield name, _joined(report, located) if located else report
        if names is None:
            for name, finding in listing.unusable.items():
                yield name, Report([finding], document=name, file=finding.file)

    def _checked(self, entry: Entry) -> tuple[Report, Tree]:
        """Return the report over one document's files, and the tree of its base file."""
        from .report import Report

        try:
            judgement = self._judge(entry, entry.base, near_misses=True)
            report = judgement.report
            for overlay in entry.overlays:
                found = self._judge(entry, overlay).report
                if len(found):
                    report = _joined(report, found)
        except SetpointError as error:
            return Report.of_failure(error, document=entry.name, file=entry.base.shown), None
        return report, judgement.tree

    def _located(self, findings: list[Diagnostic], name: str) -> list[Diagnostic]:
        """Give the findings of rules their file, line and column."""
        if not findings:
            return []
        from .reading import read_file
        from .validation.judge import located

        base = self.entry(name).base
        data = read_file(base.path, self.budget, base.shown)
        return located(
            findings,
            data,
            base.format_name,
            file=base.shown,
            layer=base.layer,
            family=self.family(name),
            budget=self.budget,
        )

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
        self._listing = None
        self._library = None

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


def refuse_invalid(judgement: Judgement) -> None:
    """Raise the error for a document that is not valid, with every diagnostic; return when it is."""
    report = judgement.report
    errors = report.errors
    if not errors:
        return
    kind: type[ConfigInvalidError] = ConfigValidationError if judgement.parsed else ConfigParseError
    first = errors[0]
    where = f"{first.file}:{first.line}:{first.column}" if first.line is not None else first.file
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    hint = f"; {first.suggestion}" if first.suggestion else ""
    raise kind(f"{where}: {first.message}{hint}{more}", report)


def _joined(report: Report, more: Iterable[Diagnostic]) -> Report:
    from .report import Report

    return Report(
        [*report, *more], document=report.document, file=report.file, schema=report.schema, version=report.version
    )
