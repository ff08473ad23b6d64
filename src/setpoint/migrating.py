"""``Migrating``: the half of ``ConfigSystem`` that carries documents from one version to another."""

from __future__ import annotations

from .errors import SetpointError, UsageError
from .following import Following

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .cache.config_cache import ConfigCache
    from .candidate import Candidate
    from .config import Config
    from .migration.call import Function
    from .migration.migration import Migration
    from .rules.book import RuleBook
    from .saved import Saved
    from .state import State
    from .transaction.draft import Draft
    from .transaction.transaction import Transaction
    from .upgrade.book import MigrationBook
    from .upgrade.journey import Upgrade
    from .upgrade.plan import Plan
    from .workspace import Workspace

_ON_LOAD = ("never", "in-memory", "write")


class Migrating(Following):
    """Versions of documents: planned, backed up, written faithfully, and reversible.

    Nothing of it is imported, opened or made before the first call.
    """

    def __init__(
        self,
        workspace: Workspace,
        cache: ConfigCache,
        rules: RuleBook,
        state: State,
        on_invalid: str | None,
        *,
        migrate_on_load: str | None,
    ) -> None:
        super().__init__(workspace, cache, rules, state, on_invalid)
        self._opened_upgrade: Upgrade | None = None
        self._migrations: MigrationBook | None = None
        wanted = (
            migrate_on_load if migrate_on_load is not None else workspace.settings.migration.get("on_load", "never")
        )
        if wanted not in _ON_LOAD:
            raise UsageError(f"migrate_on_load={wanted!r}: a document is migrated when it is loaded: {_ON_LOAD}")
        self.migrate_on_load: str = wanted
        if wanted == "never":
            self._serving.newcomer = _tell_of_older
        else:
            from .upgrade.loading import Loading

            self._serving.carrier = Loading(self._upgrade, write=wanted == "write")

    def migrate_config(
        self,
        name: str,
        from_version: str | None = None,
        to_version: str | None = None,
        *,
        reason: str | None = None,
        author: str | None = None,
    ) -> Config:
        """Carry a document's files to another version, and return the document as it is then.

        Arguments: ``to_version`` is the newest one unless given; ``from_version`` overrules what the document says,
        with a warning, when it fits the schema of that version. A document that is there already is returned, and
        nothing is written.

        The files are backed up first, edited so that comments, order and quoting stay, judged by the schema of
        ``to_version``, and written together or not at all. Raises ``MigrationError`` when no way leads there (it draws
        the graph), ``MigrationBlockedError`` when something in the document is in the way, and as ``set`` does.
        """
        self.migrate({name: to_version}, from_versions={name: from_version}, reason=reason, author=author)
        return self._serving.load(name)

    def migrate(
        self,
        wanted: Iterable[str] | Mapping[str, str | None],
        *,
        from_versions: Mapping[str, str | None] | None = None,
        reason: str | None = None,
        author: str | None = None,
        dry_run: bool = False,
    ) -> list[Plan]:
        """Carry several documents to other versions, all of them or none, and return what was done to each.

        Arguments: ``wanted`` are names (or one), or versions by name, None for the newest. With ``dry_run`` nothing is
        written. The rest is as for ``migrate_config``.
        """
        from collections.abc import Mapping as AnyMapping

        names = [wanted] if isinstance(wanted, str) else wanted
        versions = dict(names) if isinstance(names, AnyMapping) else dict.fromkeys(names)
        given = from_versions or {}
        ways = {name: (to, given.get(name)) for name, to in versions.items()}
        try:
            return self._upgrade(reason, author).run(ways, dry_run=dry_run)[0]
        except SetpointError:
            if not dry_run:
                self._serving.meter.migration_failures.add()
            raise

    def plan_migration(self, name: str, to: str | None = None, *, from_version: str | None = None) -> Plan:
        """Return what migrating a document would do: the way, the exact differences of its files, what to look at.

        Nothing is written. Arguments and errors as for ``migrate_config``.
        """
        return self._upgrade().plan(name, to, from_version)

    def rollback(
        self,
        name: str,
        *,
        to: int,
        reason: str | None = None,
        force: bool = False,
        author: str | None = None,
        dry_run: bool = False,
        migrate: bool = False,
    ) -> Saved:
        """Give a document's files exactly the bytes they had at a revision. That is a new revision itself.

        Arguments: with ``force`` also when the result is not valid now; with ``migrate`` a revision of an older version
        is carried to the newest one in the same step, else its bytes stay as they were and a note says what to do.
        Raises as ``set`` does, and ``ConfigNotFoundError`` when there is no such revision.
        """
        upgrade = self._upgrade()
        saved = self._rolled_back(
            name,
            to,
            upgrade.rolled_back(name, migrate=migrate),
            reason=reason,
            force=force,
            author=author,
            dry_run=dry_run,
        )
        if not migrate and not dry_run and upgrade.graph(name).migrations:
            for _, plan in upgrade.look([name]):  # what cannot be migrated needs no offer
                if not isinstance(plan, SetpointError) and plan.pending:
                    return saved.with_note(
                        f"{name} is at version {plan.from_version} again; migrate=True (--migrate) carries it to"
                        f" {plan.to_version}"
                    )
        return saved

    def pending_migrations(self) -> list[Plan]:
        """Return the plan of every document that is not at its newest version. Nothing is written.

        All are looked at in one go, and none is edited: what a plan changes is worked out when it is asked for. Raises
        what keeps a document from being looked at, with the finding of the first.
        """
        upgrade = self._upgrade()
        found = []
        for _, plan in upgrade.look(upgrade.names()):
            if isinstance(plan, SetpointError):
                raise plan
            if plan.pending:
                found.append(plan)
        return found

    def add_migration(
        self,
        document: str | Migration,
        from_version: str | None = None,
        to_version: str | None = None,
        up: Function | None = None,
        down: Function | None = None,
    ) -> None:
        """Add a migration of the program's own: a ``Migration``, or a function from tree to tree with its versions.

        Arguments: ``down`` is the function that leads back. Raises ``UsageError`` when that makes no migration.
        """
        from .migration.migration import Migration

        if isinstance(document, Migration):
            migration = document
        elif from_version is None or to_version is None or up is None:
            raise UsageError('a migration is added with its document, two versions and a function: "a", "1", "2", up')
        else:
            migration = Migration(document, from_version, to_version, up=up, down=down)
        self._book().add(migration)

    def _upgrade(self, reason: str | None = None, author: str | None = None) -> Upgrade:
        from .upgrade.journey import Upgrade

        def begin(before: Callable[[Mapping[str, Draft]], None], dry_run: bool) -> Transaction:
            return self._transaction(reason, author, "migrate", dry_run, before)

        # Not record(), which waits for changes that were found to go on record: that needs the lock which a migration
        # holds while it looks back.
        return Upgrade(self._book(), self._serving, self._state, lambda: self._record, begin)

    def _book(self) -> MigrationBook:
        if self._migrations is None:
            from .upgrade.book import MigrationBook

            self._migrations = MigrationBook()
        return self._migrations


def _tell_of_older(workspace: Workspace, name: str, made: Candidate) -> None:
    """Log that a document which was loaded is not at the newest version that its schemas know."""
    import sys

    version = made.resolve().report.version
    family = workspace.family(name) if version is not None and "logging" in sys.modules else None
    if family is None or family.plain is not None or family.newest_first[0][0] in (None, version):
        return  # most are; and without logging nobody listens
    import logging

    from .upgrade.book import has_migrations

    logging.getLogger("setpoint.migration").info(
        "%s is at version %s, and %s is the newest%s",
        name,
        version,
        family.newest_first[0][0],
        f"; 'setpoint migrate {name} --plan' shows the way there" if has_migrations(workspace, name) else "",
    )
