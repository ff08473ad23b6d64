"""``Sample``: one document that a schema is inferred from."""

from __future__ import annotations

from .description import Secrets, description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from ..tree import Tree


class Sample:
    """One document, in the states it can be in, with what its comments say about its keys.

    Arguments: ``tree`` is the document; ``variants`` are what its further layers make of it; ``texts`` are the bytes of
    its files with the names of their formats, for the comments in them. A comment of a secret, or one that holds a
    secret of the document, is left out.
    """

    __slots__ = ("notes", "tree", "variants")

    def __init__(self, tree: Tree, variants: Iterable[Tree] = (), texts: Sequence[tuple[bytes, str]] = ()) -> None:
        self.tree: Any = tree
        self.variants: tuple[Any, ...] = tuple(variants)
        self.notes: dict[tuple[str, ...], str] = {}
        secrets: Secrets | None = None
        for data, format_name in texts:
            from .key_comments import key_comments

            for parts, comments in key_comments(data, format_name).items():
                if secrets is None:
                    secrets = Secrets([tree, *self.variants])
                note = None if parts in self.notes else description(comments, secrets)
                if note is not None:
                    self.notes[parts] = note
