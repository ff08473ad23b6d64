"""``Upgrade``: documents to other versions, in their files."""

from __future__ import annotations

from ..errors import ConfigInvalidError, SetpointError
from .backup import Backups
from .past import Past
from .placing import told_after
from .plan import Plan
from .route import route
from .step import Along, Migrate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ..history.history import History
    from ..migration.graph import Graph
    from ..saved import Saved
    from ..serving import Serving
    from ..sources.texts import Texts
    from ..state import State
    from ..transaction.draft import Draft
    from ..transaction.step import Step
    from ..transaction.transaction import Transaction
    from ..workspace import Workspace
    from .book import MigrationBook
    from .route import Route

_KEPT = 10  # backups of a document, unless the settings say otherwise


class Upgrade:
    """Plans and runs migrations of the documents of one system.

    Arguments: ``book`` knows the migrations; ``serving`` what is served; ``state`` is where backups go, and ``record``
    returns the history, which holds what a way down needs; ``begin`` begins a transaction that calls its argument
    before anything is written.
    """

    def __init__(
        self,
        book: MigrationBook,
        serving: Serving,
        state: State,
        record: Callable[[], History],
        begin: Callable[[Callable[[Mapping[str, Draft]], None], bool], Transaction],
    ) -> None:
        self._book = book
        self._serving = serving
        self._state = state
        self._record = record
        self._begin = begin

    # -- looking ---------------------------------------------------------------------------------------------------

    def names(self) -> list[str]:
        """Return the documents that have migrations, sorted."""
        return self._book.names(self._serving.workspace.relisted())

    def all_names(self) -> list[str]:
        """Return the names that have migrations, also where there is no such document, sorted."""
        return sorted({*self.names(), *self._book.all_names(self._serving.workspace)})

    def graph(self, name: str) -> Graph:
        """Return the graph of a document's versions."""
        return self._book.graph(self._serving.workspace, name)

    def look(self, names: Iterable[str], to_version: str | None = None) -> Iterator[tuple[str, Plan | SetpointError]]:
        """Yield the plan of each document, or why there is none; what it changes is worked out when it is asked for.

        All files are read at one moment, and no document is edited: ten times as quick as ``plan``.
        """
        wanted = list(names)
        seen = self._serving.lookout.read(self._serving.workspace, lambda _: wanted)
        for name in wanted:
            try:
                if name in seen.failures:
                    raise seen.failures[name]
                way = self.way(seen.workspace, name, seen.texts[name], to_version)
                yield name, Plan(way, self._details(way))
            except SetpointError as error:
                yield name, error

    def way(
        self,
        workspace: Workspace,
        name: str,
        texts: Texts,
        to_version: str | None = None,
        *,
        machine: bool = True,
    ) -> Route:
        """Return the way of a document whose files say these texts. Raises as ``route`` does.

        Arguments: without ``machine`` the layers of this machine do not count.
        """
        profile = None if machine else workspace.profile
        overrides = self._serving.overrides.get(name, ())
        resolution = workspace.resolve(name, overrides, profile=profile, machine=machine, texts=texts)
        base = next((layer.tree for layer in resolution.layers if layer.label == "base"), None)
        graph = self._book.graph(workspace, name)
        return route(name, graph, base, resolution, workspace.family(name), to_version=to_version)

    def is_pending(self, name: str) -> bool:
        """True when a document is not at its newest version. Raises as ``run`` does."""
        if not self.graph(name).migrations:
            return False
        for _, found in self.look([name]):
            if not isinstance(found, Plan):
                raise found
            return found.pending
        return False

    def plan(self, name: str, to_version: str | None = None, from_version: str | None = None) -> Plan:
        """Return what migrating a document would do. Nothing is written. Raises as ``run`` does."""
        return self.run({name: (to_version, from_version)}, dry_run=True)[0][0]

    # -- doing -----------------------------------------------------------------------------------------------------

    def run(
        self,
        wanted: Mapping[str, tuple[str | None, str | None]],
        *,
        dry_run: bool = False,
        progress: Callable[[Route], None] | None = None,
    ) -> tuple[list[Plan], Saved]:
        """Migrate documents, all of them or none, and return what was done to each.

        Arguments: ``wanted`` are the version to reach and, to overrule what the document says, the one it has, by
        document; ``progress`` is called with the way of each document that is worked out.

        Raises ``MigrationError`` when no way leads there or a migration fails, ``MigrationBlockedError`` when something
        in a document is in the way, ``ConfigValidationError`` when a document is not valid before or after it,
        ``UnavailableError`` when the files or their backup cannot be written: then nothing was changed.
        """
        keeper = self._backups()
        made: dict[str, str] = {}

        def back_up(drafts: Mapping[str, Draft]) -> None:
            self._drop(keeper, made)  # those of an attempt in which an editor was quicker
            for step in steps:
                if step.route is not None and step.route.hops:
                    way = f"{step.route.from_version}-to-{step.route.to_version}"
                    made[step.name] = keeper.make(step.name, drafts[step.name].all_files(), way)

        transaction = self._begin(back_up, dry_run)
        steps = [
            Migrate(name, self.graph(name), to_version, from_version, self._past(name), progress=progress)
            for name, (to_version, from_version) in wanted.items()
        ]
        for step in steps:
            transaction.stage(step)
        try:
            saved = transaction.commit()
        except BaseException as error:
            self._drop(keeper, made)
            if isinstance(error, ConfigInvalidError) and all(step.route for step in steps):
                told_after(error, steps)
            raise
        for name in made:
            keeper.prune(name)
        return [self._done(step, saved, made.get(step.name)) for step in steps], saved

    def rolled_back(self, name: str, *, migrate: bool) -> list[Step]:
        """Return the steps that follow when a document is rolled back, in the same transaction.

        Arguments: with ``migrate`` it is carried to its newest version. The file of this machine follows.
        """
        graph = self.graph(name)
        steps: list[Step] = []
        if migrate:
            steps.append(Migrate(name, graph, None, None, self._past(name), machine=False))
        if graph.migrations:
            steps.append(Along(name, graph, self._past(name)))
        return steps

    # -- parts -----------------------------------------------------------------------------------------------------

    def _done(self, step: Migrate, saved: Saved, backup: str | None) -> Plan:
        assert step.route is not None
        files = frozenset(step.files)
        return Plan(
            step.route,
            lambda: ({file: diff for file, diff in saved.diffs.items() if file in files}, step.warnings),
            backup,
            next((one.number for one in saved.revisions if one.document == step.name), None),
        )

    def _details(self, way: Route) -> Callable[[], tuple[Mapping[str, str], tuple[str, ...]]]:
        def work() -> tuple[Mapping[str, str], tuple[str, ...]]:
            if not way.hops:
                return {}, way.warnings
            plan = self.plan(way.name, way.to_version)
            return plan.diffs, plan.warnings

        return work

    def _past(self, name: str) -> Callable[[], Past]:
        return lambda: Past(self._serving.workspace, name, self.graph(name), self._record(), self._backups())

    def _backups(self) -> Backups:
        return Backups(self._state.folder, self._serving.workspace.settings.migration.get("backups", _KEPT))

    def _drop(self, keeper: Backups, made: dict[str, str]) -> None:
        for folder in made.values():
            keeper.drop(folder)
        made.clear()
