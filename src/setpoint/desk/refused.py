"""A refusal of a change, in the words that whoever made the change may be told."""

from __future__ import annotations

import copy

from ..errors import ConfigValidationError, SetpointError
from ..validation.masking import masked
from .judging import findings_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..diagnostic import Diagnostic
    from ..transaction.draft import Draft
    from .post import Post


def refused(post: Post, error: SetpointError, drafts: Mapping[str, Draft]) -> SetpointError:
    """Return an error with its findings as they would be if a mask stood where each secret does.

    The findings of a document have its secrets masked wherever they stand, also in what was just sent. Whoever sends
    many guesses in one text that is sure to be refused would see which of them is right.
    """
    if not isinstance(error, ConfigValidationError) or not error.diagnostics:
        return error
    told = [(one, _told(post, one, drafts)) for one in error.diagnostics]
    clean = copy.copy(error)
    clean.diagnostics = tuple(new for _, new in told)
    first, new = told[0]
    clean.message = clean.message.replace(first.message, new.message)
    if first.suggestion:
        clean.message = clean.message.replace(first.suggestion, new.suggestion or "")
    clean.args = (clean.message,)
    return clean


def _told(post: Post, found: Diagnostic, drafts: Mapping[str, Draft]) -> Diagnostic:
    for name, draft in drafts.items():
        if post.principal.reveals(name) or not draft.exists() or found.file not in _files(draft):
            continue
        for profile in (None, *draft.profiles()):
            for machine in (True, False):
                resolution = draft.resolve(machine=machine, profile=profile)
                if not resolution.parsed:
                    continue
                tree = masked(resolution.tree, (), post.backing.masks.secrets(name, resolution.tree))
                for one in findings_of(post, name, tree):
                    if (one.rule, one.path) == (found.rule, found.path):
                        return found.replace(message=one.message, suggestion=one.suggestion)
    return found  # about a secret itself, whose words are masked whatever they are; or about no document's content


def _files(draft: Draft) -> set[str]:
    return {draft.file(layer).shown for layer in draft.layers()}
