"""``Acting``: what somebody does at a desk is allowed first, put on the audit trail, done, and put there again."""

from __future__ import annotations

from ..errors import SetpointError, UnavailableError
from .done import Done
from .post import Post
from .refused import refused
from .shown_revision import shown_revision
from .shown_text import shown_draft
from .telling import layer_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..saved import Saved
    from ..transaction.draft import Draft

_LONGEST_NAME = 200  # characters of a document's name that was made up by whoever was denied it
_MOST_NAMES = 1000  # of one entry
HIDDEN_PREVIEW = (
    "This sets a secret that you may not see. So that nobody can try out what it is, a preview does not say what would"
    " change.\n"
)


class Acting(Post):
    """Doing something, with everything that belongs to it."""

    __slots__ = ()

    def _act(
        self,
        action: str,
        verb: str,
        names: Sequence[str],
        work: Callable[[dict[str, Draft]], Saved],
        *,
        detail: str = "",
        dry_run: bool = False,
        hides: Callable[[], bool] | None = None,
    ) -> Done:
        """Do something to documents, and return what was done.

        Arguments: ``action`` is what the trail calls it, ``verb`` what it takes; ``work`` does it, and puts the drafts
        that it writes into a dict by name. A dry run is not put on the trail; nor is told what it would change if it
        ``hides`` that.

        Raises ``ConfigNotFoundError`` or ``DeniedError`` when it is not allowed, ``UnavailableError`` when it cannot be
        put on the trail: then nothing was done.
        """
        self._admit(action, verb, names)
        words = layer_words(self, names)
        drafts: dict[str, Draft] = {}
        if not dry_run:
            self._append(action, names, "begun", detail)
        try:
            with self._telling(*names):
                saved = work(drafts)
        except SetpointError as error:
            if not dry_run:
                outcome = "failed" if isinstance(error, UnavailableError) else "refused"
                self._append_late(action, names, outcome, error.rule)
            raise refused(self, error, drafts) from None
        except BaseException as error:
            if not dry_run:
                self._append_late(action, names, "failed", type(error).__name__)
            raise
        notes = list(saved.notes)
        if not dry_run:
            made = [(one.document, one.number) for one in saved.revisions]
            trouble = self._append_late(action, names, "done", detail, made)
            if trouble is not None:
                notes.append(trouble)
        is_hidden = dry_run and hides is not None and hides()
        diff = HIDDEN_PREVIEW
        if not is_hidden:
            words |= layer_words(self, names)
            diff = "".join(shown_draft(one, self.backing.masks, words) for one in drafts.values())
        return Done(
            documents=names if is_hidden else saved.documents,
            revisions=[shown_revision(self, one) for one in saved.revisions],
            diff=diff,
            notes=notes,
            generation=self.backing.system._serving.generation,
            etags=self._etags(names),
        )

    def _admit(self, action: str, verb: str, names: Sequence[str]) -> None:
        """Raise unless the principal may do this to all of some documents; the attempt goes on the trail."""
        may = self.principal.may
        for name in names:
            if not may("read", name):
                self._append_denied(action, names)
                raise self._missing(name)
        for name in names:
            if not may(verb, name):
                self._append_denied(action, names)
                raise self._denied(verb, name)

    def _check_there(self, names: Sequence[str]) -> None:
        """Raise ``ConfigNotFoundError`` for a document that is not there."""
        for name in names:
            if not self._is_there(name):
                raise self._missing(name)

    def _etags(self, names: Sequence[str]) -> dict[str, str]:
        """Return the tags of documents as wholes, of those that are served."""
        tags = {}
        for name in names:
            found = self.backing.shelves.shelf(name)
            if found is not None:
                tags[name] = self.backing.shelves.tag(name, (), found[1])
        return tags

    # -- the trail -------------------------------------------------------------------------------------------------

    def _append(
        self,
        action: str,
        names: Sequence[str],
        outcome: str,
        detail: str = "",
        revisions: Sequence[tuple[str, int]] = (),
    ) -> None:
        trail = self.backing.audit
        if trail is None:
            return
        trail.append(
            who=self.principal.name,
            token=self.principal.token,
            address=self.client.address,
            request=self.client.request,
            action=action,
            documents=tuple(_written(name) for name in names[:_MOST_NAMES]),
            outcome=outcome,
            detail=detail,
            revisions=tuple(revisions[:_MOST_NAMES]),
        )

    def _append_denied(self, action: str, names: Sequence[str]) -> None:
        """Put on the trail that something was not allowed. It stays so when that cannot be written."""
        self._append_late(action, names, "denied")

    def _append_late(
        self,
        action: str,
        names: Sequence[str],
        outcome: str,
        detail: str = "",
        revisions: Sequence[tuple[str, int]] = (),
    ) -> str | None:
        """Put on the trail how something went that cannot be undone. Returns a note when that cannot be written."""
        try:
            self._append(action, names, outcome, detail, revisions)
        except UnavailableError as error:
            import logging

            self.backing.audit_trouble = error.message
            logging.getLogger("setpoint.desk").error(
                "the audit trail lacks that %s of %s was %s: %s", action, ", ".join(names[:10]), outcome, error.message
            )
            return f"this could not be put on the audit trail as {outcome}: it says only that it was begun"
        self.backing.audit_trouble = None
        return None


def _written(name: str) -> str:
    """Return a name, which may be made up by whoever was denied it, as it goes on the trail."""
    return name[:_LONGEST_NAME].encode("utf-8", "backslashreplace").decode()
