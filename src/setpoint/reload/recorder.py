"""``Recorder``: puts on record what was found on the disk, while nobody waits for it."""

from __future__ import annotations

import os
import time
from contextlib import suppress

from ..budget import DEFAULT_BUDGET
from ..errors import SetpointError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from ..bus.bus import Bus
    from ..candidate import Candidate
    from ..commit.committer import Committer
    from ..history.entry import Entry
    from ..history.history import History
    from ..keeping.keeper import Keeper
    from ..sources.listing import Entry as Document
    from ..sources.texts import Texts

    # Documents with what they were made of before, None when nothing was served, and what they are now.
    Found: TypeAlias = Mapping[str, tuple[Texts | None, Candidate]]

    # What is to be recorded: what was found, whether it is a change, and when that was, in POSIX seconds.
    Work: TypeAlias = tuple[Found, bool, float]

# So many of the latest revisions are searched for a content that may be on record already.
_SEARCHED = 100

# So many changes wait to be recorded; more are put on record as one. A record waits for the device some times, and
# changes may come faster: they must neither fill the memory nor keep the end of the program waiting for seconds.
_MOST_WAITING = 32


class Recorder:
    """Appends to the history what changed on the disk without Setpoint, and keeps what was good last.

    Arguments: ``committer`` returns what has the lock and the history; ``keeper`` what keeps the last known good;
    ``home`` is the directory that names of files are relative to; ``entry`` returns the files of a document.

    It works on a thread of its own, behind what is served: the bytes are on the disk already, and whoever changes them
    next through Setpoint records them too. ``trouble`` says why the last record could not be made, None when it was.
    While ``is_off``, nothing is recorded: whoever only looks leaves no trace.
    """

    __slots__ = ("_bus", "_committer", "_entry", "_home", "_keeper", "is_off", "trouble")

    def __init__(
        self,
        committer: Callable[[], Committer],
        keeper: Callable[[], Keeper],
        home: str,
        entry: Callable[[str], Document],
    ) -> None:
        self._committer = committer
        self._keeper = keeper
        self._home = home
        self._entry = entry
        self._bus: Bus | None = None
        self.is_off = False
        self.trouble: SetpointError | None = None

    def found(self, found: Found) -> None:
        """Record documents that changed on the disk, soon."""
        if not self.is_off:
            self._get_bus().publish((found, True, time.time()))

    def good(self, name: str, candidate: Candidate) -> None:
        """Keep a document that was read and is good, soon."""
        if not self.is_off:
            self._get_bus().publish(({name: (None, candidate)}, False, time.time()))

    def drain(self, timeout: float = 10.0) -> bool:
        """Wait until everything is recorded; False when the time was not enough."""
        return self._bus is None or self._bus.drain(timeout)

    @property
    def is_behind(self) -> bool:
        """True while something that was found is not on record yet."""
        return self._bus is not None and not self._bus.drain(0)

    def close(self) -> None:
        """Record what waits, and end the thread."""
        if self._bus is not None:
            self._bus.drain(5.0)
            self._bus.close()

    def _get_bus(self) -> Bus:
        if self._bus is None:
            from ..bus.bus import Bus

            bus = Bus(slow=60.0)
            bus.subscribe(self._record, merge=_merged, bound=_MOST_WAITING, name="the record of what was found")
            self._bus = bus
        return self._bus

    def _record(self, work: Work) -> None:
        found, is_change, when = work
        try:
            self._committer().state.make()
            history = self._committer().history
            if is_change and not all(self._is_recorded(history, name, one.texts) for name, (_, one) in found.items()):
                # Whoever changes files through Setpoint puts that on record under the lock: what they have just written
                # is theirs, and is on record when the lock is free.
                with self._committer().alone():
                    history.append(
                        [one for name, pair in found.items() for one in self._new(history, name, *pair, when)]
                    )
            self._keep(found)
        except SetpointError as error:
            self._complain(error)
        else:
            self.trouble = None

    def _keep(self, found: Found) -> None:
        keeper = self._keeper()
        for name, (_, one) in found.items():
            keeper.keep(name, one.texts.pack(), version=one.version, digest=one.texts.digest(), when=time.time())

    def _new(self, history: History, name: str, before: Texts | None, now: Candidate, when: float) -> list[Entry]:
        """Return what is to be put on record of a document that was found changed.

        Others may have recorded it, or what came after it, since: other processes see the same change. Order on record
        is the order in which things were; so what is neither on the disk any more nor follows directly on the latest
        revision is left out.
        """
        from ..history.chain import digest_of
        from ..history.entry import Entry

        if self._is_recorded(history, name, now.texts):
            return []
        after = self.files(name, now.texts)
        entries = []
        latest = history.latest(name)
        if before is not None:
            old = self.files(name, before)
            recorded = {one.digest for one in history.revisions(name, limit=_SEARCHED)}
            digest = digest_of(old).hex()
            if digest not in recorded and (latest is None or latest.time <= when):
                entries.append(Entry(name, old, author="unknown", cause="found"))
            follows = latest is None or (latest.time <= when and (bool(entries) or latest.digest == digest))
        else:
            follows = latest is None
        if not follows and not self._is_on_disk(now.texts):
            return []
        return [*entries, Entry(name, after, author="unknown", cause="found", version=now.version)]

    def _is_recorded(self, history: History, name: str, texts: Texts) -> bool:
        """True when the latest revision has just these texts."""
        from ..history.chain import digest_of

        latest = history.latest(name)
        return latest is not None and latest.digest == digest_of(self.files(name, texts)).hex()

    def files(self, name: str, texts: Texts) -> dict[str, bytes]:
        """Return what goes on record of a document: its files by name, of all profiles, without this machine's own."""
        from ..reading import read_file

        found = {self._relative(file.path): data for file, data in texts.files if file.layer != "local"}
        with suppress(SetpointError):  # what cannot be read is not what was found
            for file in self._entry(name).overlays:
                if file.layer != "local" and self._relative(file.path) not in found:
                    found[self._relative(file.path)] = read_file(file.path, DEFAULT_BUDGET, file.shown)
        return found

    def _relative(self, path: str) -> str:
        return os.path.relpath(path, self._home).replace(os.sep, "/")

    def _is_on_disk(self, texts: Texts) -> bool:
        from ..reading import read_file

        try:
            return all(read_file(file.path, DEFAULT_BUDGET, file.shown) == data for file, data in texts.files)
        except SetpointError:
            return False

    def _complain(self, error: SetpointError) -> None:
        if self.trouble is None or self.trouble.message != error.message:
            import logging

            logging.getLogger("setpoint.record").warning("changes that were found are not on record: %s", error.message)
        self.trouble = error


def _merged(older: Work, newer: Work) -> Work:
    """Return one piece of work for two: what was between is on record no more than if nobody had looked then."""
    found = dict(older[0])
    for name, (before, now) in newer[0].items():
        found[name] = (found[name][0] if name in found else before, now)
    return found, older[1] or newer[1], newer[2]
