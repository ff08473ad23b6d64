"""A revision as somebody may be told."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..revision import Revision
    from .post import Post


def shown_revision(post: Post, revision: Revision) -> dict[str, Any]:
    """Return a revision as JSON shows it.

    Its digest is one of the files as they are: with it, whoever sees them masked could try out which secret makes it.
    They get another one, which is equal for equal files. Its place among the revisions of all documents tells how much
    others are changed: it is 0 for whoever may not read them all.
    """
    facts = revision.to_dict()
    if revision.digest is not None and not post.principal.reveals(revision.document):
        facts["digest"] = post.backing.tags.stand_in(f"{revision.document}\0{revision.digest}")
    if not post.principal.may_everywhere("read"):
        facts["group"] = facts["entry"] = 0
    return facts
