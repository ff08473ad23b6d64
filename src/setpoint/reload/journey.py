"""``Reload``: the way from what the files say to what is served."""

from __future__ import annotations

from contextlib import suppress
from time import perf_counter

from ..agreement import disagreements
from ..candidate import together
from ..diagnostic import Diagnostic
from ..errors import ConfigValidationError, GuardedError, SetpointError
from .look import Look
from .refusals import GONE, GUARD, OWN, WAITING, Refusals, blamed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from ..cache.cell import Cell
    from ..candidate import Candidate
    from ..config import Config
    from ..events import Event
    from ..rules.book import RuleBook
    from ..serving import Serving
    from ..sources.texts import Texts
    from ..workspace import Workspace
    from .guarding import Guard
    from .look import Outcome
    from .recorder import Found, Recorder
    from .refusals import Culprits


class Reload:
    """Compares what is served with what the files say, and replaces what may be replaced.

    Arguments: ``serving`` is what is served; ``rules`` are the checks over documents; ``guard`` tells what is
    suspicious; ``recorder`` puts on record what was found; ``publish`` is called with each event.

    All that changed since the last look is replaced together or not at all. What was refused once is not tried again
    before something about it changes, and does not keep other documents from changing later.
    """

    __slots__ = ("_latest", "_publish", "_rules", "guard", "recorder", "refusals", "serving")

    def __init__(
        self, serving: Serving, rules: RuleBook, guard: Guard, recorder: Recorder, publish: Callable[[Event], None]
    ) -> None:
        self.serving = serving
        self.guard = guard
        self.recorder = recorder
        self.refusals = Refusals()
        self._rules = rules
        self._publish = publish
        self._latest: Workspace | None = None

    def look(
        self,
        workspace: Workspace | None = None,
        *,
        names: Collection[str] | None = None,
        beside: Collection[str] = (),
        trusting: bool = False,
        certain: bool = True,
        retry: bool = False,
        everything: bool = False,
        since: float | None = None,
        is_overtaken: Callable[[], bool] = lambda: False,
    ) -> Outcome:
        """Read documents, and serve those that changed as they are now, if all of them may be.

        Arguments: ``workspace`` is what counts from now on, the present one without it; ``names`` are the documents to
        be read, the served ones when None; a name that is not served is one that has just come. ``beside`` are
        further documents that are read: when one of them has changed too, nothing is decided yet. ``trusting`` is True
        when no name in the directory has changed since it was listed. Without ``certain`` nothing is decided about
        files that may not be written to the end. With ``retry`` also what was refused before is tried again. With
        ``everything`` all other documents are loaded as well. ``since`` is when it was seen that something changed, by
        ``time.perf_counter``; now without it. ``is_overtaken`` is asked when the files are read: when it says True
        nothing is decided yet.

        Raises as ``Lookout.read`` does; and, with ``everything``, as ``load_config`` for a document that is not served.
        """
        began = since if since is not None else perf_counter()
        with self.serving.looking():
            if workspace is not None:
                self._latest = workspace
            latest = self._latest or self.serving.workspace
            look = Look(self, latest, names, beside=beside, everything=everything, since=since)
            outcome = look.go(trusting=trusting, certain=certain, retry=retry, is_overtaken=is_overtaken)
            self._latest = None  # it is what is served from now
        refused = [one.error for one in outcome.refused.values() if one.kind != WAITING]
        self.serving.meter.reloaded(len(outcome.replaced), began, refused)
        self._tell(outcome)
        return outcome

    def load_all(self) -> tuple[int, dict[str, Cell]]:
        """Return the generation and every document, in one look at the disk if any of them was not served yet.

        Raises as ``load_config`` does. A document that is served already is never the reason.
        """
        serving = self.serving
        with serving.looking():
            if not all(name in serving.cache for name in serving.workspace.listing().entries):
                self.look(everything=True)
            return serving.hold()

    def reload(self, workspace: Workspace) -> None:
        """Look at every document that is served, and raise one error for all that cannot be served as they are.

        Raises the error of a document that is refused, with the diagnostics of all. One that is gone is served on.
        """
        self.look(workspace, retry=True)
        failures = {name: one.error for name, one in self.refusals.standing.items() if one.kind not in (WAITING, GONE)}
        if failures:
            raise together(failures)

    # -- one candidate ---------------------------------------------------------------------------------------------

    def made(self, workspace: Workspace, name: str, texts: Texts) -> Candidate:
        """Return the document that texts make. Raises when it cannot be served."""
        return self.serving.candidate(workspace, name, texts)

    def judge(
        self,
        workspace: Workspace,
        texts: Mapping[str, Texts],
        before: Mapping[str, Texts],
        failing: Mapping[str, SetpointError],
    ) -> tuple[dict[str, Candidate], Culprits]:
        """Return the documents that texts make, and who keeps all of them from being served.

        Arguments: ``before`` are the texts that they are served from, ``failing`` those that cannot be read.
        """
        made: dict[str, Candidate] = {}
        culprits: Culprits = {name: (OWN, error) for name, error in failing.items()}
        for name, now in texts.items():
            try:
                made[name] = self.made(workspace, name, now)
            except SetpointError as error:
                culprits[name] = (OWN, error)
        if not culprits:
            for name, one in made.items():
                served = self.served(name)
                doubt = self.guard.doubt(name, served, before[name], one) if served is not None else None
                if doubt is not None:
                    file = one.texts.files[0][0].shown
                    finding = Diagnostic("guarded", doubt, document=name, file=file)
                    culprits[name] = (GUARD, GuardedError(f"{file}: {doubt}", [finding]))
        return made, culprits or self._disagreeing(made)

    def served(self, name: str) -> Config | None:
        """Return a document as it is served, or None when it is not."""
        cell = self.serving.cache.cell(name)
        return self.serving.cache.look(cell) if cell is not None else None

    def found(self, found: Found) -> None:
        """Take note of documents that were found changed, and are served as they are now."""
        self.guard.served(found)
        self.recorder.found(found)

    def _disagreeing(self, made: Mapping[str, Candidate]) -> Culprits:
        try:
            errors = disagreements(
                {name: one.resolve() for name, one in made.items()},
                self._rules,
                self.serving.load,
                self.serving.resolution,
            )
        except SetpointError as error:  # a rule that fails
            return blamed(error, made)
        if not errors:
            return {}
        first = errors[0]
        where = f"{first.file}:{first.line}:{first.column}: " if first.line is not None else ""
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        return blamed(ConfigValidationError(f"{where}{first.message}{more}", errors), made)

    def tell_failure(self, error: SetpointError) -> None:
        """Publish that nothing could be looked at: everything is served as it was."""
        from ..events import Rejected

        self._publish(Rejected((), error.diagnostics, error.message))

    def _keep_served(self, name: str) -> None:
        """Keep what is served of a document: whoever is asked whether a change is meant has to see what it changes."""
        with suppress(SetpointError):  # it was good by a schema that is gone: then there is nothing to be kept
            _, texts = self.serving.served(name)
            self.recorder.good(name, self.made(self.serving.made_with(name), name, texts))

    def _tell(self, outcome: Outcome) -> None:
        """Publish what was refused, and what is gone."""
        from ..events import Orphaned, Rejected

        for name, one in outcome.refused.items():
            if one.kind == GUARD:
                self._keep_served(name)
        if outcome.refused:
            culprits = {name: one for name, one in outcome.refused.items() if one.kind != WAITING}
            held = [name for name in outcome.refused if name not in culprits]
            errors = list(dict.fromkeys(one.error for one in (culprits or outcome.refused).values()))
            self._publish(
                Rejected(
                    tuple(culprits),
                    tuple(one for error in errors for one in error.diagnostics),
                    "; ".join(error.message for error in errors),
                    held=tuple(held),
                )
            )
        if outcome.gone:
            self._publish(Orphaned(tuple(outcome.gone)))
