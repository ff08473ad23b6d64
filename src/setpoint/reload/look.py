"""``Look``: one look at the disk while it is made."""

from __future__ import annotations

from time import perf_counter, sleep

from ..candidate import together
from ..errors import ConfigNotFoundError, SetpointError
from ..sources.texts import Texts
from ..tree import same
from .refusals import AGREEMENT, GONE, GUARD, OWN, WAITING, Refusal, blamed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from ..cache.cell import Cell
    from ..cache.config_cache import ConfigCache
    from ..candidate import Candidate
    from ..sources.listing import Listing
    from ..workspace import Workspace
    from .journey import Reload
    from .refusals import Culprits

# In seconds: long enough for the thread that was woken to call callbacks to ask for its turn. Else this one keeps the
# interpreter for itself until it is done with what is left to do, which makes every callback 0.3 ms late.
_TURN = 0.00002


class Outcome:
    """What a look came to.

    ``replaced`` are the documents that are served as their files are since it; ``refused`` those that it refused and
    that had not been refused like that before; ``gone`` those whose files it missed for the first time; ``settled``
    those that were refused and are not any more; ``unsure`` are documents that may not be written to the end, about
    which nothing was decided; ``incomplete`` is True when that is because others change at the same time.
    """

    __slots__ = ("gone", "incomplete", "refused", "replaced", "settled", "unsure")

    def __init__(self) -> None:
        self.replaced: tuple[str, ...] = ()
        self.refused: dict[str, Refusal] = {}
        self.gone: dict[str, Refusal] = {}
        self.settled: tuple[str, ...] = ()
        self.unsure: tuple[str, ...] = ()
        self.incomplete = False


class Look:
    """One look. Arguments as for ``Reload.look``; only within ``Serving.looking``, and only used once."""

    def __init__(
        self,
        reload: Reload,
        workspace: Workspace,
        names: Collection[str] | None,
        *,
        beside: Collection[str],
        everything: bool,
        since: float | None,
    ) -> None:
        self._reload = reload
        self._serving = reload.serving
        self._workspace = workspace
        self._names = names
        self._beside = frozenset(beside).difference(names or beside)
        self._everything = everything
        self._since = since
        self._standing = reload.refusals.standing
        cache = reload.serving.cache
        # All of them may be ten thousand, and most looks are for one.
        self._served = cache.hold() if names is None else _cells(cache, (*names, *beside, *self._standing))
        self._before: dict[str, Texts] = {}  # what the documents that were read are served from
        self._changed: dict[str, Texts] = {}  # what says something else now, or is judged by something else
        self._failing: dict[str, SetpointError] = {}  # what cannot be read
        self._as_served: list[str] = []
        self._is_overtaken: Callable[[], bool] = lambda: False

    def go(
        self, *, trusting: bool, certain: bool, retry: bool, is_overtaken: Callable[[], bool] = lambda: False
    ) -> Outcome:
        """Look, and do what is to be done. Arguments and errors as for ``Reload.look``."""
        try:
            return self._gone(trusting, certain, retry, is_overtaken)
        except _OvertakenError:
            outcome = Outcome()
            outcome.unsure = tuple(self._names or ())
            outcome.incomplete = True
            return outcome

    def _gone(self, trusting: bool, certain: bool, retry: bool, is_overtaken: Callable[[], bool]) -> Outcome:
        outcome = Outcome()
        self._is_overtaken = is_overtaken
        self._read(trusting)
        if any(name in self._beside and not self._stands(name) for name in self._differing(outcome)) or is_overtaken():
            raise _OvertakenError
        loading = self._load() if self._everything else {}
        missing = self._missing()
        if missing and not certain:
            outcome.unsure = tuple(missing)
            missing = {}
        fresh = self._fresh()
        refused: dict[str, Refusal] = {}
        for names, culprits in self._attempts(fresh, loading, retry, outcome):
            if not certain and any(map(_may_be_unfinished, culprits.values())):
                outcome.unsure += tuple(names)
            else:
                refused.update(self._refusals(names, culprits))
        if not outcome.replaced:
            self._serve(loading)
        differing = self._differing(outcome)
        settled = {*self._as_served, *outcome.replaced}
        settled.update(name for name in self._standing if name not in self._served and name not in differing)
        outcome.gone = missing
        if missing and self._workspace.settings.reload.get("on_gone") == "drop":
            self._serving.drop(missing)
            missing = {}
        outcome.settled = tuple(name for name in self._standing if name in settled)
        outcome.refused = {name: one for name, one in refused.items() if not self._stands(name)}
        self._reload.refusals.update({**refused, **missing}, settled)
        if self._serving.rescue is not None:
            self._serving.rescue.good(settled)
        return outcome

    # -- what there is ---------------------------------------------------------------------------------------------

    def _read(self, trusting: bool) -> None:
        """Read what has to be read, and sort out what is served as it is on the disk."""
        served, cache = self._served, self._serving.cache

        def choose(listing: Listing) -> Iterable[str]:
            """Yield what is to be read; a served document whose files are gone is none of it."""
            named = served if self._names is None else self._names
            wanted: Iterable[str] = dict.fromkeys((*named, *self._beside, *self._standing))
            if self._everything:
                wanted = dict.fromkeys((*served, *listing.entries, *listing.unusable))
            return [name for name in wanted if name in listing.entries or name in listing.unusable]

        seen = self._serving.lookout.read(self._workspace, choose, trusting=trusting)
        self._workspace = seen.workspace
        for name, now in seen.texts.items():
            cell = served.get(name)
            if cell is not None:
                self._before[name] = before = Texts.unpack(cache.attached(cell))
                if now == before and self._workspace.judges_like(self._serving.made_with(name), name):
                    self._as_served.append(name)
                    continue
            self._changed[name] = now
        self._failing = seen.failures

    def _load(self) -> dict[str, Candidate]:
        """Return every document that is not served yet. Raises for those that cannot be."""
        rescue = self._serving.rescue
        made: dict[str, Candidate] = {}
        failures = {name: self._failing.pop(name) for name in list(self._failing) if name not in self._served}
        for name in [name for name in self._changed if name not in self._served]:
            now = self._changed.pop(name)
            began = perf_counter()
            try:
                made[name] = self._reload.made(self._workspace, name, now)
            except SetpointError as error:
                self._serving.meter.not_loaded(error)
                failures[name] = error
            else:
                self._serving.meter.loaded(began)
                if rescue is not None:
                    rescue.loaded(name, made[name])
        if rescue is not None:
            made |= {name: rescue.find(name, failures.pop(name)) for name in list(failures)}
        if failures:
            raise together(failures)
        return made

    def _missing(self) -> dict[str, Refusal]:
        """Return the served documents whose files are gone, and were there at the last look."""
        listing = self._workspace.listing()
        missing = {}
        for name in self._served if self._names is None else self._names:
            cell = self._served.get(name)
            if cell is None or name in listing.entries or name in listing.unusable or self._is(name, GONE):
                continue
            file = Texts.unpack(self._serving.cache.attached(cell)).files[0][0].shown
            error = ConfigNotFoundError(
                f"{file}: is no longer there; what {name} was is served on; put the file back, or start the program"
                " again without the document"
            )
            missing[name] = Refusal(GONE, error, None, self._workspace)
        return missing

    def _differing(self, outcome: Outcome) -> list[str]:
        """Return the documents that are not served as they are on the disk."""
        return [name for name in (*self._changed, *self._failing) if name not in outcome.replaced]

    # -- what is tried ---------------------------------------------------------------------------------------------

    def _is(self, name: str, kind: str) -> bool:
        refused = self._standing.get(name)
        return refused is not None and refused.kind == kind

    def _stands(self, name: str) -> bool:
        """True when a document was refused, and is as it was then."""
        refused = self._standing.get(name)
        now = self._changed.get(name)
        overrides = self._serving.overrides.get(name, ())
        if refused is None or not refused.stands(name, now, self._workspace, overrides):
            return False
        if now is None:
            return name in self._failing and refused.error.message == self._failing[name].message
        return not (refused.kind == GUARD and self._reload.guard.accepts(name, now))

    def _fresh(self) -> list[str]:
        """Return the documents that changed since they were last judged, and those that waited for these."""
        differing = [*self._changed, *self._failing]
        fresh = [name for name in differing if not self._stands(name)]
        still = set(differing).difference(fresh)
        # Whoever waited goes on waiting as long as one of those it waits for is as it was.
        freed = [name for name in differing if name in still and self._is(name, WAITING)]
        return fresh + [name for name in freed if self._standing[name].culprits.isdisjoint(still)]

    def _attempts(
        self, fresh: list[str], loading: Mapping[str, Candidate], retry: bool, outcome: Outcome
    ) -> Iterable[tuple[list[str], Culprits]]:
        """Try to serve what changed, and yield each group of documents that could not be, with who was to blame."""
        if fresh:
            # What was refused because it did not agree with others may do so now, together with what changed since.
            related = [name for name in self._differing(outcome) if name not in fresh and self._is(name, AGREEMENT)]
            culprits = self._attempt([*fresh, *related], loading, outcome)
            if culprits and related:
                culprits = self._attempt(fresh, loading, outcome)
            if culprits:
                yield fresh, culprits
        if retry or outcome.replaced:
            rest = [name for name in self._differing(outcome) if name not in fresh and self._is(name, AGREEMENT)]
            if rest and (culprits := self._attempt(rest, loading, outcome)):
                yield rest, culprits

    def _attempt(self, names: list[str], loading: Mapping[str, Candidate], outcome: Outcome) -> Culprits:
        """Serve documents as they are on the disk, all of them, or return who keeps them from it."""
        texts = {name: self._changed[name] for name in names if name in self._changed}
        failing = {name: self._failing[name] for name in names if name in self._failing}
        made, culprits = self._reload.judge(self._workspace, texts, self._before, failing)
        # Asked as late as can be: who changes several files has as much time for it as judging the first one takes.
        if not outcome.replaced and self._is_overtaken():
            raise _OvertakenError
        if culprits:
            self._pass_over(made)
            return culprits
        try:
            self._serve({**loading, **made}, arrived=[name for name in made if name not in self._served])
        except SetpointError as error:
            self._pass_over(made)
            return blamed(error, made)
        outcome.replaced += tuple(made)
        if self._since is not None:  # nobody waits for this look to end, but callbacks have been woken
            sleep(_TURN)
        changed = {name: (self._before.get(name), one) for name, one in made.items()}
        changed = {name: (before, one) for name, (before, one) in changed.items() if before != one.texts}
        if changed:
            self._reload.found(changed)
        return {}

    def _pass_over(self, made: Mapping[str, Candidate]) -> None:
        """Take documents that need no replacing for settled: another schema, say, has nothing to say about them."""
        for name, one in made.items():
            served = self._reload.served(name)
            if self._before.get(name) == one.texts and served is not None and same(served, one.config):
                self._changed.pop(name, None)
                self._as_served.append(name)

    def _serve(self, made: Mapping[str, Candidate], arrived: Collection[str] = ()) -> None:
        """Serve documents, and this look's workspace; what cannot be served as it is now stays with its old one."""
        late = [name for name in (*self._changed, *self._failing) if name in self._served]
        behind = {**self._serving.behind, **{name: self._serving.made_with(name) for name in late}}
        for name in self._as_served:
            behind.pop(name, None)
        serve = self._serving.stage(
            made, "files", workspace=self._workspace, behind=behind, arrived=arrived, since=self._since
        )
        # First, because whoever is told of what is served now may ask what is still refused.
        self._reload.refusals.update({}, made)
        serve()

    def _refusals(self, names: Iterable[str], culprits: Culprits) -> dict[str, Refusal]:
        refused = {}
        for name in names:
            if name not in self._changed and name not in self._failing:
                continue  # passed over
            kind, error = culprits.get(name, (WAITING, next(iter(culprits.values()))[1]))
            overrides = self._serving.overrides.get(name, ())
            waits_for = culprits if kind == WAITING else ()
            refused[name] = Refusal(
                kind, error, self._changed.get(name), self._workspace, overrides=overrides, culprits=waits_for
            )
        return refused


class _OvertakenError(Exception):
    """More has changed than was read: nothing is decided before that is read too."""


def _cells(cache: ConfigCache, names: Iterable[str]) -> dict[str, Cell]:
    return {name: cell for name in names if (cell := cache.cell(name)) is not None}


def _may_be_unfinished(culprit: tuple[str, SetpointError]) -> bool:
    """True for what half of a file may be: not well-formed, not valid, or far less than before."""
    return culprit[0] in (OWN, GUARD)
