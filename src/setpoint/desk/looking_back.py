"""``LookingBack``: the part of a desk at which the past of documents is read, and where they may go."""

from __future__ import annotations

from ..errors import SetpointError
from .masks import pattern_of
from .post import Post
from .shown_revision import shown_revision
from .shown_text import shown_draft, without_remarks, words_in
from .staying_secret import Watched
from .telling import Telling, layer_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping
    from typing import Any

    from ..revision import Revision
    from ..sources.listing import LayerFile
    from ..transaction.draft import Draft
    from ..transaction.transaction import Transaction
    from ..upgrade.plan import Plan

_BATCH = 200  # revisions of all documents that are read at once


class LookingBack(Post):
    """Revisions, the differences between them, and migrations.

    What a document was may be read by whoever may read what goes by its name now, also when it is gone.
    """

    __slots__ = ()

    def history(self, name: str, limit: int = 50, before: int | None = None) -> dict[str, Any]:
        """Return what is on record of a document, the newest revision first.

        Arguments: ``limit`` is how many at most, ``before`` a number that all are below. ``next`` is what ``before``
        takes to go on, None at the end.
        """
        self._check_past(name)
        with self._telling(name):
            most = max(limit, 0)
            found = self.backing.system.history(name, limit=most + 1, before=before)
            page = found[:most]
            return {
                "revisions": [shown_revision(self, one) for one in page],
                "next": page[-1].number if page and len(found) > len(page) else None,
            }

    def recent(self, limit: int = 50, before: tuple[str, int] | None = None) -> dict[str, Any]:
        """Return the last revisions of all documents that the principal may read, newest first, of deleted ones too.

        Arguments: ``limit`` is how many at most; ``before`` is the name and the number of a revision that all are older
        than. ``next`` is what ``before`` takes to go on, None at the end.
        """
        self._check_anywhere("read")
        record = self.backing.system.record()
        at = None
        if before is not None:
            self._check_past(before[0])
            with self._telling(before[0]):
                at = record.revision(*before).entry
        most = max(limit, 0)
        found: list[Revision] = []
        may = self.principal.may
        while len(found) <= most:
            batch = record.recent(limit=_BATCH, before=at)
            found += [one for one in batch if may("read", one.document)]
            if len(batch) < _BATCH:
                break
            at = batch[-1].entry
        page = found[:most]
        last = (page[-1].document, page[-1].number) if page and len(found) > most else None
        return {"revisions": [shown_revision(self, one) for one in page], "next": last}

    def revision(self, name: str, number: int) -> dict[str, Any]:
        """Return one revision, and the text of each file as it was, by its name relative to the directory."""
        self._check_past(name)
        with self._telling(name):
            record = self.backing.system.record()
            found = record.revision(name, number)
            held = record.files(name, number)
            return {"revision": shown_revision(self, found), "files": self._shown_files(name, held)}

    def diff(self, name: str, old: int, new: int | None = None) -> dict[str, Any]:
        """Return the difference of a document's files between two revisions; without ``new``, to those on the disk."""
        self._check_past(name)
        with self._telling(name):
            from ..history.difference import text_diff
            from ..transaction.difference import shown_difference
            from ..transaction.draft import Draft

            system = self.backing.system
            system._serving.lookout.wait()
            workspace = system._serving.workspace.relisted()
            record = system.record()
            before = record.files(name, old)
            after = record.files(name, new) if new is not None else Draft(workspace, name, ()).recorded()
            files = sorted({*before, *after})
            texts: list[str] = []
            if self.principal.reveals(name):
                texts = [text_diff(before.get(one, b""), after.get(one, b""), one, one) for one in files]
                return {"diff": "".join(texts)}
            pattern = self._words(name, before, after)
            for one in files:
                file = _file(one)
                was, now = (without_remarks(held.get(one), file.format_name, pattern) for held in (before, after))
                texts.append(shown_difference(workspace, name, file, was, now))
            return {"diff": "".join(texts)}

    def migrations(self) -> dict[str, Any]:
        """Return the documents that are not at their newest version, of those that the principal may read.

        ``failures`` says which of them could not be looked at, and why.
        """
        self._check_anywhere("read")
        upgrade = self.backing.system._upgrade()
        pending, failures = [], {}
        for name, found in upgrade.look(self._readable(upgrade.names())):
            if isinstance(found, SetpointError):
                failures[name] = Telling(self, (name,)).told(found).message
            elif found.pending:
                pending.append(
                    {
                        "document": name,
                        "from": found.from_version,
                        "to": found.to_version,
                        "steps": list(found.steps),
                    }
                )
        return {"pending": pending, "failures": failures}

    def plan(self, name: str, to: str | None = None) -> dict[str, Any]:
        """Return what migrating a document would do: the way, the difference of its files, what to look at.

        Nothing is written. Raises ``MigrationError`` when no way leads there, ``MigrationBlockedError`` when something
        in the document is in the way.
        """
        self._check_read(name)
        with self._telling(name):
            pattern = None if self.principal.reveals(name) else self._words(name, self._files_now(name))
            found, diff = self._planned(name, to)
            return {
                "document": name,
                "from": found.from_version,
                "to": found.to_version,
                "steps": list(found.steps),
                "diff": diff,
                "warnings": [_without(one, pattern) for one in found.warnings],
            }

    # -- behind ----------------------------------------------------------------------------------------------------

    def _check_past(self, name: str) -> None:
        """Raise ``ConfigNotFoundError`` for a document that is not there and never was, or that may not be read."""
        if self.principal.may("read", name):
            if self._is_there(name) or self.backing.system.history(name, limit=1):
                return
        else:
            self.backing.system.history(name, limit=1)  # takes as long as for one that is not there
        raise self._missing(name)

    def _planned(self, name: str, to: str | None) -> tuple[Plan, str]:
        """Return the plan of a migration, and the difference that it would make."""
        from ..upgrade.journey import Upgrade

        system = self.backing.system
        drafts: dict[str, Draft] = {}

        def begin(before: Callable[[Mapping[str, Draft]], None], is_dry: bool) -> Transaction:
            changes = system._transaction(None, self.principal.name, "migrate", is_dry, before)
            changes.stage(Watched(self.backing, name, drafts, reveals=True))  # what is never written shows nothing
            return changes

        upgrade = Upgrade(system._book(), system._serving, system._state, lambda: system._record, begin)
        plan = upgrade.plan(name, to)
        words = layer_words(self, [name])
        return plan, "".join(shown_draft(one, self.backing.masks, words) for one in drafts.values())

    def _files_now(self, name: str) -> Mapping[str, bytes]:
        from ..transaction.draft import Draft

        return Draft(self.backing.system._serving.workspace.relisted(), name, ()).all_files()

    def _shown_files(self, name: str, held: Mapping[str, bytes]) -> dict[str, str]:
        from ..transaction.difference import shown_text

        if self.principal.reveals(name):
            return {one: data.decode("utf-8", "replace") for one, data in sorted(held.items())}
        workspace = self.backing.system._serving.workspace
        pattern = self._words(name, held)
        shown = {}
        for one, data in sorted(held.items()):
            file = _file(one)
            text = without_remarks(data, file.format_name, pattern) or b""
            shown[one] = shown_text(workspace, name, file, text)
        return shown

    def _words(self, name: str, *several: Mapping[str, bytes]) -> re.Pattern[str] | None:
        """Return an expression for the secrets of a document: those in some of its files, and of its layers.

        What a file says at a secret's place is masked there; the same words may stand in a comment as well.
        """
        words = layer_words(self, [name])
        for files in several:
            for one, data in files.items():
                words |= words_in(self.backing.masks, name, _file(one), (data,))
        return pattern_of(words)


def _without(text: str, pattern: re.Pattern[str] | None) -> str:
    from ..secret import MASK

    return text if pattern is None else pattern.sub(MASK, text)


def _file(name: str) -> LayerFile:
    """Return a file of a document by its name relative to the directory, which is also what it is shown as."""
    from ..formats import format_of
    from ..sources.listing import LayerFile

    return LayerFile(name, name, format_of(name) or "yaml", "base")
