"""``Rescue``: what was good last is served when a document's files are bad or gone at its first load."""

from __future__ import annotations

from ..errors import ConfigInvalidError, ConfigNotFoundError, SetpointError, UnavailableError
from ..sources.texts import Texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..candidate import Candidate
    from ..keeping.keeper import Keeper
    from .recorder import Recorder


class Stale:
    """A document that is served as it was once: good ``since`` then, in POSIX seconds; ``error`` is why."""

    __slots__ = ("error", "since")

    def __init__(self, since: float, error: SetpointError) -> None:
        self.since = since
        self.error = error

    def __repr__(self) -> str:
        return f"<Stale since {self.since}>"


class Rescue:
    """Keeps what is good, and finds it again when the files are not.

    Arguments: ``keeper`` returns what keeps it; ``recorder`` writes it, soon; ``make`` makes a candidate of the texts
    of a document.

    ``stale`` are the documents that are served from there.
    """

    __slots__ = ("_keeper", "_make", "_recorder", "stale")

    def __init__(
        self, keeper: Callable[[], Keeper], recorder: Recorder, make: Callable[[str, Texts], Candidate]
    ) -> None:
        self._keeper = keeper
        self._recorder = recorder
        self._make = make
        self.stale: dict[str, Stale] = {}

    def loaded(self, name: str, candidate: Candidate) -> None:
        """Take note of a document that was read and is good."""
        self.good([name])
        self._recorder.good(name, candidate)

    def good(self, names: Iterable[str]) -> None:
        """Take note that documents are served as their files are."""
        for name in names:
            self.stale.pop(name, None)

    def to_dict(self) -> dict[str, dict[str, float | str]]:
        """Return what is stale, since when, and why."""
        return {name: {"since": one.since, "message": one.error.message} for name, one in self.stale.items()}

    def find(self, name: str, error: SetpointError) -> Candidate:
        """Return what a document was when it was good last. Raises ``error`` when nothing of that can be served."""
        if not isinstance(error, ConfigInvalidError | ConfigNotFoundError | UnavailableError):
            raise error
        self._recorder.drain()  # what this process has kept itself counts too
        kept = self._keeper().load(name)
        if kept is None:
            raise error
        try:
            candidate = self._make(name, Texts.unpack(kept.content))
        except SetpointError:  # the schema has changed since: what is wrong with the files is what counts
            raise error from None
        self.stale[name] = Stale(kept.since, error)
        import logging
        import time

        when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(kept.since))
        logging.getLogger("setpoint.stale").warning(
            "%s is served as it was good last, %s (%s ago): %s", name, when, _span(kept.age), error.message
        )
        return candidate


def _span(seconds: float) -> str:
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
