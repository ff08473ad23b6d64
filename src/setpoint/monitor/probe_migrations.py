"""``MigrationsProbe``: which documents are not at the newest version that their migrations lead to."""

from __future__ import annotations

import time

from ..errors import ConfigInvalidError, SetpointError
from ..sources.texts import Texts
from .health import DEGRADED, Reason, listed
from .probe import Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..migration.graph import Graph
    from ..system import ConfigSystem
    from ..upgrade.journey import Upgrade
    from ..workspace import Workspace
    from .probe_documents import DocumentsProbe, Known

# Migrations change rarely, and a thousand folders would be half of a look's time: so many are looked into at each look.
_FOLDERS = 250


class _Judged:
    """Where a document is on its way, as long as neither it nor its migrations change."""

    __slots__ = ("graph", "is_behind", "known", "trouble")

    def __init__(self, known: Known, graph: Graph) -> None:
        self.known = known
        self.graph = graph
        self.is_behind = False
        self.trouble: str | None = None


class MigrationsProbe:
    """Looks for documents that a migration waits for, among those that have migrations. None of these is run.

    Arguments: ``documents`` is the probe that knows which documents have changed; it looks before this one, and its
    time counts for both. What is left over is done at the next look; ``unjudged`` is how many these are.
    """

    title = "the migrations"

    def __init__(self, system: ConfigSystem, documents: DocumentsProbe) -> None:
        self._system = system
        self._documents = documents
        self._judged: dict[str, _Judged] = {}
        self._next = 0  # of all names, where the next look begins to look into folders
        self.unjudged = 0

    def look(self, now: float) -> Found:  # noqa: ARG002
        """Return how many documents are behind, and a reason where that cannot be told.

        That a document is behind is no reason: the schema of its version accepts it, and it is served.
        """
        self.unjudged = 0
        workspace = self._documents.workspace
        if workspace is None:  # the documents could not be listed: their probe says why
            return Found()
        book, upgrade = self._system._book(), self._system._upgrade()
        judged: dict[str, _Judged] = {}
        unclear: dict[str, str] = {}
        names = book.candidates(workspace)
        due = self._due(names)
        for name in names:
            known = self._documents.known(name)
            if known is None:
                continue  # it was not looked at yet, or is unusable, which is told already
            one = self._judged.get(name)
            if one is None or one.known is not known or name in due:
                try:
                    graph = book.graph(workspace, name)
                except SetpointError as error:
                    unclear[name] = _first_line(error)
                    continue
                if one is None or one.known is not known or one.graph is not graph:
                    if time.monotonic() > self._documents.end:
                        self.unjudged += 1
                        continue
                    one = self._judge(name, known, graph, workspace, upgrade)
            judged[name] = one
            if one.trouble is not None:
                unclear[name] = one.trouble
        self._judged = judged
        return self._found(sum(one.is_behind for one in judged.values()), unclear)

    def _due(self, names: list[str]) -> set[str]:
        """Return the documents whose folders of migrations this look looks into: all in turn."""
        due = names[self._next : self._next + _FOLDERS]
        self._next = self._next + len(due) if self._next + len(due) < len(names) else 0
        return set(due)

    def _judge(self, name: str, known: Known, graph: Graph, workspace: Workspace, upgrade: Upgrade) -> _Judged:
        one = _Judged(known, graph)
        if not graph.migrations:  # the folder is empty
            return one
        try:
            texts = Texts.read(workspace.entry(name).files(workspace.profile), workspace.budget)
            one.is_behind = bool(upgrade.way(workspace, name, texts).hops)
        except ConfigInvalidError:
            pass  # that it is not valid is told already; nobody knows what a migration would make of it
        except SetpointError as error:
            one.trouble = _first_line(error)
        return one

    def _found(self, behind: int, unclear: dict[str, str]) -> Found:
        reasons = []
        if unclear:
            names = sorted(unclear)
            more = f"; and {len(names) - 1} more: {listed(names[1:])}" if len(names) > 1 else ""
            reasons.append(
                Reason(
                    "migration-unclear",
                    DEGRADED,
                    f"it cannot be told whether a migration waits for {names[0]}: {unclear[names[0]]}{more}",
                    f"repair what the message names; 'setpoint migrate {names[0]} --plan' says whether it is",
                    documents=names,
                )
            )
        return Found(reasons, {"migrations_pending": float(behind)}, {"behind": behind})


def _first_line(error: SetpointError) -> str:
    return error.message.partition("\n")[0].rstrip(":")  # what follows is the drawing of all versions
