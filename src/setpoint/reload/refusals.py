"""``Refusals``: documents whose files are not served as they are now, and why."""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, TypeAlias

    from ..errors import SetpointError
    from ..layers.layer import Override
    from ..sources.texts import Texts
    from ..workspace import Workspace

    # Documents that cannot be served: the kind of refusal, and the error.
    Culprits: TypeAlias = dict[str, tuple[str, SetpointError]]

# Why a document is refused.
OWN = "own"  # what it says is wrong by itself: nothing but a change of it, or of its schema, makes that good
AGREEMENT = "agreement"  # it does not go together with something else, which may change
GUARD = "guard"  # it lost so much that somebody has to say that this is meant
WAITING = "waiting"  # it changed together with others that are refused
GONE = "gone"  # its files are no longer there


class Refusal:
    """Why one document is not served as its files are.

    ``kind`` is ``own``, ``agreement``, ``guard``, ``waiting`` or ``gone``; ``error`` says what is wrong, with
    diagnostics; ``since`` is when it was refused, in POSIX seconds; ``culprits`` are the documents that a waiting one
    waits for; ``texts`` are what its files said, None when they could not be read; ``workspace`` and ``overrides`` are
    what it was judged with.
    """

    __slots__ = ("culprits", "error", "kind", "overrides", "since", "texts", "workspace")

    def __init__(
        self,
        kind: str,
        error: SetpointError,
        texts: Texts | None,
        workspace: Workspace,
        *,
        overrides: Sequence[Override] = (),
        culprits: Iterable[str] = (),
    ) -> None:
        self.kind = kind
        self.error = error
        self.texts = texts
        self.workspace = workspace
        self.overrides = overrides
        self.culprits = frozenset(culprits)
        self.since = time.time()

    def stands(self, name: str, texts: Texts | None, workspace: Workspace, overrides: Sequence[Override]) -> bool:
        """True when nothing has changed about the document itself since it was refused."""
        return (
            self.texts == texts
            and tuple(self.overrides) == tuple(overrides)
            and workspace.judges_like(self.workspace, name)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what is JSON-ready of it."""
        return {
            "kind": self.kind,
            "since": self.since,
            "message": self.error.message,
            "waits_for": sorted(self.culprits),
            "diagnostics": [one.to_dict() for one in self.error.diagnostics],
        }

    def __repr__(self) -> str:
        return f"<Refusal: {self.kind}>"


class Refusals:
    """The refusals that stand, by document. Replaced whole: whoever reads ``standing`` needs no lock."""

    __slots__ = ("standing",)

    def __init__(self) -> None:
        self.standing: Mapping[str, Refusal] = {}

    def update(self, refused: Mapping[str, Refusal], settled: Iterable[str] = ()) -> None:
        """Add refusals, and take out documents that are served as their files are.

        One that was refused in the same way before keeps the time of that.
        """
        new = {name: one for name, one in self.standing.items() if name not in set(settled)}
        for name, one in refused.items():
            old = new.get(name)
            if old is not None and old.kind == one.kind:
                one.since = old.since
            new[name] = one
        self.standing = new

    def clear(self) -> None:
        """Forget everything."""
        self.standing = {}


def blamed(error: SetpointError, made: Iterable[str]) -> Culprits:
    """Return who of some documents an error is about, all of them when it does not say."""
    named = {one.document for one in error.diagnostics}
    return {name: (AGREEMENT, error) for name in made if name in named} or dict.fromkeys(made, (AGREEMENT, error))
