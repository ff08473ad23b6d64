"""What the schema of a document says of a tree that somebody sent."""

from __future__ import annotations

import json

from ..address import lookup
from ..change import ABSENT
from ..config import thaw
from ..diagnostic import ERROR, Diagnostic
from ..errors import ConfigValidationError
from ..secret import MASK
from ..tree import MisfitError, survey
from ..validation.masking import masked, placed
from .kept_secrets import Keeper, has_mask
from .staying_secret import check_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .post import Post


def judged(post: Post, name: str, tree: Any) -> dict[str, Any]:
    """Return whether the schema of a document accepts a tree, and everything that is wrong with it."""
    try:
        fitting(post, name, tree)
    except ConfigValidationError as error:
        return {"ok": False, "diagnostics": [one.to_dict() for one in error.diagnostics]}
    with_secrets(post, name, tree)  # refuses masks that stand for nothing
    # As it was sent, masks and all: a finding that a secret takes part in, and be it by being left out of its words,
    # would tell somebody who may not see it whether they have guessed it.
    facts = []
    for one in findings_of(post, name, tree):
        one.line = one.column = one.end_line = one.end_column = None
        facts.append(one.to_dict())
    return {"ok": all(one["severity"] != ERROR for one in facts), "diagnostics": facts}


def findings_of(post: Post, name: str, tree: Any) -> list[Diagnostic]:
    """Return what the schema of a document finds in a tree in which masks stand for secrets; nothing of the masks."""
    family = post.backing.system._serving.made_with(name).family(name)
    if family is None:
        return []
    choice = family.choose(tree)
    problems = [one for one in choice.findings() if not _is_mask(tree, one.parts)]
    # The text of what was sent is gone: it is written anew, for what masks secrets, and its lines are nobody's.
    text = json.dumps(tree, ensure_ascii=False).encode()
    return placed(text, "json", tree, problems, schema=choice.schema, warnings=())


def _is_mask(tree: Any, parts: Sequence[str | int]) -> bool:
    """True when a mask stands at a place: what it stands for is there already, and was judged when it came."""
    try:
        return bool(lookup(tree, parts) == MASK)
    except KeyError:
        return False


def fitting(post: Post, name: str, value: Any, *, is_document: bool = True) -> None:
    """Raise ``ConfigValidationError`` for a value that no format could hold."""
    budget = post.backing.system.budget
    rule, message = "", ""
    if is_document and not isinstance(value, dict):
        rule, message = "not-a-mapping", "a document is a mapping of keys to values"
    else:
        try:
            survey(value, budget)
            json.dumps(value, ensure_ascii=False).encode()
        except MisfitError as error:
            rule, message = error.rule, error.message
        except UnicodeEncodeError:
            rule, message = "lone-surrogate", "a text holds half of a surrogate pair, which is no character"
    if rule:
        raise ConfigValidationError(f"{name}: {message}", [Diagnostic(rule, message, document=name, path="")])


def with_secrets(post: Post, name: str, tree: Any) -> Any:
    """Return a whole tree with the secrets of a document in the place of their masks. Raises ``UsageError``."""
    if not has_mask(tree):
        return tree
    found = post.backing.shelves.shelf(name)
    current: Any = thaw(found[1]) if found is not None else ABSENT
    secrets = post.backing.masks.secrets(name, current) if found is not None else frozenset()
    shown = masked(current, (), secrets) if found is not None else ABSENT
    keeper = Keeper(name, secrets)
    kept = keeper.keep(tree, current, shown)
    if not post.principal.reveals(name):
        check_secret(name, keeper.kept, post.backing.masks.secrets(name, kept))
    return kept
