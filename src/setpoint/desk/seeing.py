"""Events as somebody may see them."""

from __future__ import annotations

from ..events import Rejected, Reloaded, Skipped
from ..saved import Saved
from ..validation.shown_changes import shown_changes
from .looking_at import shown_alert
from .masks import scrubbed
from .shown_revision import shown_revision
from .telling import ELSEWHERE, Telling, secret_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..change import Change
    from ..events import Event
    from .post import Post

MOST_CHANGES = 500  # of one event that are told


def seen(post: Post, event: Event) -> dict[str, Any] | None:
    """Return an event as a principal may see it, as JSON can hold it; None when it concerns nothing that they may read.

    Of documents that are orphaned there is nothing to be told but their names. A kind of event that is not known here
    is told with its kind, its time and the documents that they may read, and nothing else of it.
    """
    if isinstance(event, Skipped):
        return event.to_dict()
    if hasattr(event, "alert"):
        return _alert(post, event)
    documents = post._readable(event.documents)
    facts: dict[str, Any] = {"event": event.kind, "at": event.at, "documents": documents}
    if isinstance(event, Rejected):
        return _rejected(post, event, facts)
    if not documents:
        return None
    if isinstance(event, Reloaded):
        changes = _changes(post, documents, event.changes)
        return {
            **facts,
            "generation": event.generation,
            "cause": event.cause,
            "seconds": event.seconds,
            "changes": changes[:MOST_CHANGES],
            "more": max(len(changes) - MOST_CHANGES, 0),
        }
    if isinstance(event, Saved):
        return {
            **facts,
            "revisions": [shown_revision(post, one) for one in event.revisions if one.document in set(documents)],
            # What a note is about is not known: several documents may have been changed at once.
            "notes": list(event.notes) if len(documents) == len(event.documents) else [],
        }
    return facts


def _changes(post: Post, documents: Sequence[str], changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Return the changes in documents that may be read, with the secrets masked that may not be seen."""
    by_document: dict[str, list[Change]] = {name: [] for name in documents}
    for one in changes:
        if one.document in by_document:
            by_document[one.document].append(one)
    found: list[dict[str, Any]] = []
    for name, own in by_document.items():
        if post.principal.reveals(name):
            found += shown_changes(name, own, lambda *_: frozenset())
        else:
            found += shown_changes(name, own, lambda *trees, _name=name: post.backing.masks.secrets(_name, *trees))
    return found


def _rejected(post: Post, event: Rejected, facts: dict[str, Any]) -> dict[str, Any] | None:
    """Return a refusal. Its words are those of findings in documents that may be read, if it is about others too."""
    held = post._readable(event.held)
    about = {*event.documents, *event.held}
    if about and not facts["documents"] and not held:
        return None
    if not about and not post.principal.may_everywhere("observe"):
        # Nothing could be looked at: that concerns everybody, and why may name anything.
        message, found = "nothing could be looked at: all is served as it was", []
    else:
        telling = Telling(post, tuple(sorted(about)))
        whole = len(facts["documents"]) + len(held) == len(event.documents) + len(event.held)
        seen_here = [one for one in event.diagnostics if whole or one.document in facts["documents"]]
        found = list(telling.findings(seen_here))
        if whole and not any(telling._is_of_others(one) for one in event.diagnostics):
            message = event.message
        elif found:
            message = found[0].message
        else:
            message = f"this {'is refused together with' if facts['documents'] else 'waits for'} {ELSEWHERE}"
    pattern = secret_words(post, post._readable(about))
    diagnostics = [one.to_dict() for one in found]
    # What is refused came from the disk, and not from whoever hears of it: nobody can try out secrets with it.
    told = {"message": scrubbed(message, pattern), "diagnostics": scrubbed(diagnostics, pattern)}
    return {**facts, "held": held, **told}


def _alert(post: Post, event: Any) -> dict[str, Any] | None:
    """Return what happened to an alert; None unless it is the principal's to know."""
    if not post.principal.may_anywhere("observe"):
        return None
    shown = shown_alert(post, event.alert)
    if shown is None:
        return None
    return {"event": event.kind, "at": event.at, "documents": shown["documents"], "alert": shown}
