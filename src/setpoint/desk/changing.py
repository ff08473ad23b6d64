"""``Changing``: the part of a desk at which documents are changed."""

from __future__ import annotations

from ..address import format_address, parse_pointer
from ..change import ANY_VALUE
from ..errors import UsageError
from ..layers.resolution import indexed
from ..saved import Saved
from .acting import Acting
from .judging import fitting, with_secrets
from .masks import is_inside, planted
from .staying_secret import UnsetShown, Watched
from .steps import ExpectValue, Precondition, SetShown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ..transaction.draft import Draft
    from ..transaction.step import Step
    from .done import Done
    from .masks import Parts

_OPERATIONS = {"set", "unset"}


class Changing(Acting):
    """Changes, each with the entity tags of what it is based on: a tuple of strong ones, or ``("*",)`` for any state.

    Tags are compared under the lock that all who change these documents take, in whatever process: of two that race
    with the same tag exactly one succeeds, and the other gets ``StaleError``. The principal's name goes on record.

    A value may hold ``********`` where a secret is: that stays as it is. So what was read masked can be written back.
    A mask elsewhere is refused, and so is one in a list that was changed so that nobody can tell whose it is.
    """

    __slots__ = ()

    def set(
        self,
        name: str,
        parts: Sequence[str | int],
        value: Any,
        *,
        if_match: Sequence[str],
        layer: str = "base",
        reason: str | None = None,
        dry_run: bool = False,
    ) -> Done:
        """Change one value in a document's file, and touch nothing else of it.

        Arguments: ``if_match`` are tags of the value, or of anything around it up to the whole document; ``layer`` is
        ``base``, ``local`` or ``profile:NAME``; with ``dry_run`` nothing is written. To set a secret takes no more than
        to set anything else; its value is in no diff. Raises as ``ConfigSystem.set`` does.
        """
        at = tuple(parts)

        def work(drafts: dict[str, Draft]) -> Saved:
            self._check_change(name, at, layer, if_match)
            fitting(self, name, value, is_document=False)
            steps: list[Step] = [self._precondition(name, at, if_match)]
            steps.append(SetShown(self.backing, name, at, value, layer, reveals=self.principal.reveals(name)))
            return self._commit("set", steps, reason, dry_run, drafts)

        def hides() -> bool:
            return self._hides(name, at, value)

        return self._act("set", "change", (name,), work, detail=layer, dry_run=dry_run, hides=hides)

    def unset(
        self,
        name: str,
        parts: Sequence[str | int],
        *,
        if_match: Sequence[str],
        layer: str = "base",
        reason: str | None = None,
        dry_run: bool = False,
    ) -> Done:
        """Take one key or item out of a document's file, with its comments. Arguments as for ``set``."""
        at = tuple(parts)

        def work(drafts: dict[str, Draft]) -> Saved:
            self._check_change(name, at, layer, if_match)
            unset = UnsetShown(self.backing, name, at, layer, reveals=self.principal.reveals(name))
            return self._commit("unset", [self._precondition(name, at, if_match), unset], reason, dry_run, drafts)

        return self._act("unset", "change", (name,), work, detail=layer, dry_run=dry_run)

    def replace(
        self,
        name: str,
        tree: Mapping[str, Any],
        *,
        if_match: Sequence[str] = (),
        create: bool = False,
        format: str | None = None,  # noqa: A002 - what it is called everywhere else
        reason: str | None = None,
        dry_run: bool = False,
    ) -> Done:
        """Make a document this tree: what differs from it is changed in the base file, and nothing else.

        Arguments: ``if_match`` are tags of the whole document; with ``create`` it must not be there, and is made;
        ``format`` is ``yaml``, ``json``, ``jsonc`` or ``toml``: the base file is made in it, or converted to it.
        """

        def work(drafts: dict[str, Draft]) -> Saved:
            fitting(self, name, tree)
            if not create:
                self._check_tags(if_match)
                self._check_there((name,))
            reveals = self.principal.reveals(name)
            changes = self.backing.system._transaction(reason, self.principal.name, "save", dry_run)
            with changes:
                changes.stage(
                    Precondition(self.backing, name, (), if_match, creates=create, format_name=format, reveals=reveals)
                )
                changes.stage(Watched(self.backing, name, drafts, reveals=reveals))
                if not create:
                    self.backing.system._serving.load(name)
                changes.save_config(name, with_secrets(self, name, tree), format=format)
            return changes.outcome

        def hides() -> bool:
            return self._hides(name, (), tree)

        detail = "new" if create else ""
        return self._act("replace", "change", (name,), work, detail=detail, dry_run=dry_run, hides=hides)

    def transaction(
        self,
        changes: Sequence[Mapping[str, Any]],
        *,
        if_match: Mapping[str, Sequence[str]],
        reason: str | None = None,
        dry_run: bool = False,
    ) -> Done:
        """Make several changes of one or several documents, all of them or none.

        Arguments: each of ``changes`` has ``op`` (``set`` or ``unset``), ``document``, ``pointer`` (a JSON Pointer, or
        its parts), for ``set`` a ``value``, and may have ``layer`` and ``expect``, the value that must be there now, as
        the principal may see it; ``if_match`` are the tags of each document, by its name.
        """
        names = tuple(dict.fromkeys(str(one.get("document", "")) for one in changes))

        def work(drafts: dict[str, Draft]) -> Saved:
            if not changes:
                raise UsageError("a transaction without changes changes nothing: name one at least")
            steps: list[Step] = []
            for name in names:
                self._check_tags(if_match.get(name, ()), name)
                steps.append(self._precondition(name, (), _tags(if_match[name])))
            self._check_there(names)
            for one in changes:
                steps += self._steps(one)
            return self._commit("transaction", steps, reason, dry_run, drafts)

        def hides() -> bool:
            given = [one for one in changes if "value" in one]
            return any(self._hides(one["document"], _parts(one.get("pointer", ())), one["value"]) for one in given)

        return self._act("transaction", "change", names, work, dry_run=dry_run, hides=hides)

    # -- behind ----------------------------------------------------------------------------------------------------

    def _steps(self, one: Mapping[str, Any]) -> list[Step]:
        """Return the steps of one change of a transaction. Raises ``UsageError`` when it makes no sense."""
        operation, name = one.get("op"), str(one.get("document", ""))
        if operation not in _OPERATIONS or ("value" in one) != (operation == "set"):
            raise UsageError(
                f"{name}: a change is {{op: set, value: …}} or {{op: unset}}, with a document and a pointer"
            )
        parts, layer = _parts(one.get("pointer", ())), one.get("layer") or "base"
        self._check_change(name, parts, layer, ("*",))
        reveals = self.principal.reveals(name)
        steps: list[Step] = [Precondition(self.backing, name, parts, ("*",), reveals=reveals)]
        expected = one.get("expect", ANY_VALUE)
        if expected is not ANY_VALUE:
            steps.append(ExpectValue(self.backing, name, parts, expected, layer, reveals=reveals))
        if operation == "set":
            fitting(self, name, one["value"], is_document=False)
            steps.append(SetShown(self.backing, name, parts, one["value"], layer, reveals=reveals))
        else:
            steps.append(UnsetShown(self.backing, name, parts, layer, reveals=reveals))
        return steps

    def _precondition(self, name: str, parts: Parts, tags: Sequence[str]) -> Precondition:
        return Precondition(self.backing, name, parts, tags, reveals=self.principal.reveals(name))

    def _commit(
        self, cause: str, steps: Sequence[Step], reason: str | None, dry_run: bool, drafts: dict[str, Draft]
    ) -> Saved:
        with self.backing.system._transaction(reason, self.principal.name, cause, dry_run) as changes:
            for step in steps:
                changes.stage(step)
            for name in dict.fromkeys(step.name for step in steps):
                changes.stage(Watched(self.backing, name, drafts, reveals=self.principal.reveals(name)))
        return changes.outcome

    def _check_change(self, name: str, parts: Parts, layer: str, tags: Sequence[str]) -> None:
        """Raise for a change of one value that makes no sense, whatever is there."""
        self._check_tags(tags, name)
        self._check_there((name,))
        if not parts:
            raise UsageError(f"{name} is a whole document: name a value in it, or replace the document")
        profile = layer.removeprefix("profile:")
        if layer not in ("base", "local") and (profile == layer or not profile):
            raise UsageError(f"layer={layer!r}: a value is set in 'base', 'local' or 'profile:NAME'")
        if any(len(str(part)) > _LONGEST_KEY for part in parts):
            raise UsageError(f"{name}: a key is longer than {_LONGEST_KEY:,} characters")
        format_address(parts)

    def _check_tags(self, tags: Sequence[str], name: str = "") -> None:
        """Raise ``UsageError`` when there is no tag: a change is based on something that was read."""
        if not tags:
            about = f"{name}: " if name else ""
            raise UsageError(
                f"{about}a change needs the entity tag of what it is based on (If-Match), or * for any state"
            )

    def _hides(self, name: str, parts: Parts, value: Any) -> bool:
        """True when a value, as it was given, is one of a secret that the principal may not see."""
        if self.principal.reveals(name):
            return False
        from ..address import lookup
        from ..secret import MASK

        found = self.backing.shelves.shelf(name)
        if found is not None:
            parts = indexed(parts, found[1])
        tree = planted(parts, value)
        trees = (tree,) if found is None else (tree, found[1])
        secrets = self.backing.masks.secrets(name, *trees)
        if is_inside(parts, secrets):
            return not (isinstance(value, str) and value == MASK)
        for place in secrets:
            try:
                given = lookup(tree, place)
            except KeyError:
                continue
            if place[: len(parts)] == parts and not (isinstance(given, str) and given == MASK):
                return True
        return False


_LONGEST_KEY = 4096  # characters


def _parts(pointer: object) -> Parts:
    """Return the parts of a JSON Pointer, or of what is split already. Raises ``UsageError`` when it is none."""
    if isinstance(pointer, str):
        return parse_pointer(pointer)
    if isinstance(pointer, list | tuple) and all(isinstance(part, str | int) for part in pointer):
        return tuple(pointer)
    raise UsageError("the pointer of a change is a JSON Pointer: /queue/max_size")


def _tags(tags: str | Sequence[str]) -> Sequence[str]:
    return (tags,) if isinstance(tags, str) else tags
