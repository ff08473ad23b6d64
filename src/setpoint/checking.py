"""``Checking``: everything that is wrong with the documents of a workspace."""

from __future__ import annotations

from .config import Config
from .errors import SetpointError
from .report import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .diagnostic import Diagnostic
    from .layers.layer import Override
    from .layers.resolution import Resolution
    from .rules.book import RuleBook
    from .sources.listing import Entry, LayerFile
    from .workspace import Workspace


class Checking:
    """One check over the documents of a workspace.

    Arguments: ``rules`` run over the documents that are valid; ``overrides`` by document lie over all else where the
    layers of this machine are judged too, and None leaves those layers out.
    """

    def __init__(
        self, workspace: Workspace, rules: RuleBook, overrides: Mapping[str, Sequence[Override]] | None = None
    ) -> None:
        self.workspace = workspace
        self.rules = rules
        self.overrides = overrides

    def reports(self, names: Iterable[str] | None = None) -> Iterator[tuple[str, Report]]:
        """Yield each document's name and report; see ``ConfigSystem.check``."""
        listing = self.workspace.listing()
        chosen = list(listing.entries) if names is None else [self.workspace.entry(name).name for name in names]
        ruled = self.rules.documents()
        late: list[tuple[str, Report, Resolution | None]] = []
        for name in chosen:
            report, resolution = self._checked(listing.entries[name])
            if name in ruled:
                late.append((name, report, resolution))
            else:
                yield name, report
        yield from self._ruled(late)
        if names is None:
            for name, finding in listing.unusable.items():
                yield name, Report([finding], document=name, file=finding.file)

    def _checked(self, entry: Entry) -> tuple[Report, Resolution | None]:
        """Return the report over one document's layers, and the resolution that rules look at."""
        workspace, name = self.workspace, entry.name
        try:
            main = workspace.resolve(name, machine=False, near_misses=True)
            findings = list(main.report)
            for profile in entry.profiles:
                resolution = workspace.resolve(name, profile=profile, machine=False, near_misses=True)
                findings += [one for one in resolution.report if one not in findings]
            if self.overrides is not None:
                main = workspace.resolve(name, self.overrides.get(name, ()), near_misses=True)
                findings += [one for one in main.report if one not in findings]
            elif entry.local is not None:
                findings += self._form(entry, entry.local)
        except SetpointError as error:
            return Report.of_failure(error, document=name, file=entry.base.shown), None
        report = main.report
        if len(findings) != len(report):
            report = _with(report, findings)
        return report, main

    def _form(self, entry: Entry, file: LayerFile) -> Sequence[Diagnostic]:
        """Return what is wrong with the form of one file, whatever lies below it."""
        from .reading import read_file
        from .validation.judge import judge
        from .validation.masking import masked_unparsed

        workspace = self.workspace
        data = read_file(file.path, workspace.budget, file.shown)
        report = judge(
            data,
            file.format_name,
            None,
            file=file.shown,
            document=entry.name,
            layer=file.layer,
            budget=workspace.budget,
            mapping=True,
        ).report
        # The schema did not judge it, and still says what is secret in it.
        return masked_unparsed(data, report, workspace.family(entry.name)) if len(report) else ()

    def _ruled(self, late: Sequence[tuple[str, Report, Resolution | None]]) -> Iterator[tuple[str, Report]]:
        """Yield the reports of documents that rules look at, with what the rules found."""
        from .layers.judging import located

        configs = {
            name: Config(resolution.tree)
            for name, report, resolution in late
            if report.ok and resolution is not None and isinstance(resolution.tree, dict)
        }
        found = list(self.rules.findings(configs))
        for name, report, resolution in late:
            mine = [finding for finding in found if finding.document == name]
            if mine and resolution is not None:
                yield name, _with(report, [*report, *located(resolution, mine)])
            else:
                yield name, report


def _with(report: Report, findings: Iterable[Diagnostic]) -> Report:
    return Report(findings, document=report.document, file=report.file, schema=report.schema, version=report.version)
