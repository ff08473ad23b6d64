"""``Restoring``: the part of a desk at which documents get earlier bytes or another shape, and refusals an end."""

from __future__ import annotations

from ..errors import SetpointError
from ..saved import Saved
from .changing import Changing
from .staying_secret import Watched
from .steps import Precondition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..transaction.draft import Draft
    from ..transaction.transaction import Transaction
    from ..upgrade.journey import Upgrade
    from .done import Done


class Restoring(Changing):
    """Going back, going on to another version, and saying that something is meant."""

    __slots__ = ()

    def rollback(
        self,
        name: str,
        to: int,
        *,
        if_match: Sequence[str],
        force: bool = False,
        reason: str | None = None,
        dry_run: bool = False,
    ) -> Done:
        """Give a document's files exactly the bytes they had at a revision. That is a new revision itself.

        Arguments: ``if_match`` are tags of the whole document, as for ``set``; with ``force`` also when the result is
        not valid now. A document whose files are gone comes back. Raises as ``ConfigSystem.rollback`` does.
        """
        system = self.backing.system

        def work(drafts: dict[str, Draft]) -> Saved:
            self._check_tags(if_match, name)
            if not self._is_there(name) and not system.history(name, limit=1):
                raise self._missing(name)
            upgrade = system._upgrade()
            watched = Watched(self.backing, name, drafts, reveals=self.principal.reveals(name))
            steps = [self._precondition(name, (), if_match), *upgrade.rolled_back(name, migrate=False), watched]
            saved = system._rolled_back(
                name, to, steps, reason=reason, force=force, author=self.principal.name, dry_run=dry_run
            )
            return saved if dry_run else _with_offer(upgrade, name, saved)

        return self._act("rollback", "restore", (name,), work, detail=f"to revision {to}", dry_run=dry_run)

    def migrate(
        self,
        name: str,
        to: str | None = None,
        *,
        if_match: Sequence[str],
        reason: str | None = None,
        dry_run: bool = False,
    ) -> Done:
        """Carry a document's files to another version of its shape, the newest unless ``to`` is given.

        Arguments: ``if_match`` as for ``rollback``. Raises as ``ConfigSystem.migrate_config`` does.
        """
        from ..upgrade.journey import Upgrade

        system = self.backing.system

        def work(drafts: dict[str, Draft]) -> Saved:
            def begin(before: Callable[[Mapping[str, Draft]], None], is_dry: bool) -> Transaction:
                reveals = self.principal.reveals(name)
                changes = system._transaction(reason, self.principal.name, "migrate", is_dry, before)
                changes.stage(Precondition(self.backing, name, (), if_match, reveals=reveals))
                changes.stage(Watched(self.backing, name, drafts, reveals=reveals))
                return changes

            self._check_tags(if_match, name)
            self._check_there((name,))
            upgrade = Upgrade(system._book(), system._serving, system._state, lambda: system._record, begin)
            try:
                plans, saved = upgrade.run({name: (to, None)}, dry_run=dry_run)
            except SetpointError:
                if not dry_run:
                    system._serving.meter.migration_failures.add()
                raise
            for plan in plans:
                for warning in plan.warnings:
                    saved = saved.with_note(warning)
            return saved

        detail = f"to version {to}" if to is not None else "to the newest version"
        return self._act("migrate", "restore", (name,), work, detail=detail[:100], dry_run=dry_run)

    def accept(self, name: str) -> Done:
        """Say that a change is meant which the guard has refused; it is served now, and wherever else it waits."""

        def work(_: dict[str, Draft]) -> Saved:
            self._check_there((name,))
            waited = self.backing.system.accept(name, author=self.principal.name)
            notes = () if waited else (f"nothing of {name} waits for that here",)
            return Saved((), {}, notes, documents=(name,) if waited else ())

        return self._act("accept", "restore", (name,), work)

    def reload(self) -> Done:
        """Look at the files of all documents now. Takes the role operator over all of them.

        Raises as ``ConfigSystem.reload`` does as long as a document is not served as its files are.
        """
        if not self.principal.may_everywhere("restore"):
            self._append_denied("reload", ())
        self._check_everywhere("restore")

        def work(_: dict[str, Draft]) -> Saved:
            with self._telling(*self._visible()):
                self.backing.system.reload()
            return Saved()

        return self._act("reload", "restore", (), work)


def _with_offer(upgrade: Upgrade, name: str, saved: Saved) -> Saved:
    """Return what a rollback has done, with a note when the document is of an older version again."""
    if not upgrade.graph(name).migrations:
        return saved
    for _, plan in upgrade.look([name]):
        if not isinstance(plan, SetpointError) and plan.pending:
            return saved.with_note(
                f"{name} is at version {plan.from_version} again; a migration carries it to {plan.to_version}"
            )
    return saved
