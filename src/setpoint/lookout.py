"""``Lookout``: what the files of documents say, all at one moment, though others change them meanwhile."""

from __future__ import annotations

import os
import time

from .errors import SetpointError, UnavailableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from .commit.committer import Committer
    from .commit.journal import Decided, Journal
    from .sources.listing import Listing
    from .sources.texts import Texts
    from .workspace import Workspace

    # A journal that is there and stays, and what it says.
    Standing: TypeAlias = tuple[object, Decided]

_ATTEMPTS = 5  # to read, however slow that is
_PATIENCE = 2.0  # seconds that a reader waits for whoever changes files
_PAUSE = 0.002


class Seen:
    """What the files said at one moment.

    Arguments: ``workspace`` lists the directory as it was then; ``texts`` are the documents that could be read, and
    ``failures`` say why the others could not.
    """

    __slots__ = ("failures", "texts", "workspace")

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.texts: dict[str, Texts] = {}
        self.failures: dict[str, SetpointError] = {}


class Lookout:
    """Reads files so that no change of several files is ever seen in part.

    Arguments: ``journal`` tells of such a change that is under way, which ``committer`` can finish when its maker is
    dead.
    """

    __slots__ = ("_committer", "_journal")

    def __init__(self, journal: Journal, committer: Callable[[], Committer]) -> None:
        self._journal = journal
        self._committer = committer

    def wait(self) -> None:
        """Return when no change of several files is under way, or nothing more can be done about it."""
        self._standing()

    def read(self, workspace: Workspace, choose: Callable[[Listing], Iterable[str]], *, trusting: bool = False) -> Seen:
        """Return what the files of some documents say.

        Arguments: ``choose`` returns their names from a listing, which is made anew when the directory was touched;
        with ``trusting`` the caller knows that no name in it has changed.

        At the end nothing was touched since it was read, and no change of several files had begun. Raises
        ``UnavailableError`` when the files do not hold still, and as a listing does.
        """
        workspace.listing()
        seen = Seen(workspace)
        name = ""
        attempts, end = 0, time.monotonic() + _PATIENCE
        while attempts < _ATTEMPTS or time.monotonic() < end:
            attempts += 1
            standing = self._standing()
            if not trusting and not seen.workspace.listing_holds():
                seen.workspace = seen.workspace.relisted()
            if seen.workspace.leftovers() and standing is None:
                self._committer().tidy()
            wanted = list(choose(seen.workspace.listing()))
            self._read(seen, wanted)
            moved = [name for name, now in seen.texts.items() if not now.still_hold()]
            if self._agrees(standing) and not moved and (trusting or self._same_names(seen.workspace)):
                if standing is not None:
                    _lay_over(standing[1], seen)
                return seen
            name = moved[0] if moved else next(iter(wanted), "")
        raise UnavailableError(
            f"{workspace.path}: the files of {name!r} keep changing while they are read; try again when their writer is"
            " done"
        )

    def _read(self, seen: Seen, names: list[str]) -> None:
        """Read the documents that were not read yet, or were touched since."""
        for gone in seen.texts.keys() - names:
            del seen.texts[gone]
        seen.failures.clear()
        for name in names:
            try:
                files = seen.workspace.entry(name).files(seen.workspace.profile)
                known = seen.texts.get(name)
                if known is None or [one.path for one in files] != known.paths() or not known.still_hold():
                    seen.texts[name] = seen.workspace.texts(name)
            except SetpointError as error:
                seen.texts.pop(name, None)
                seen.failures[name] = error

    def _same_names(self, workspace: Workspace) -> bool:
        """True when the directory has the files that it had when it was listed."""
        return workspace.listing_holds() or workspace.listing().same_files(workspace.relisted().listing())

    def _standing(self) -> Standing | None:
        """Wait until no change of several files is under way, and finish one whose maker is dead.

        Returns the change when it can neither be waited for nor finished here: then what it decided counts.
        """
        if not self._journal.exists():
            return None
        end = time.monotonic() + _PATIENCE
        while (mark := self._journal.mark()) is not None:
            if self._committer().tidy():
                continue
            if time.monotonic() > end:
                decided = self._journal.read()
                if decided is not None and self._journal.mark() == mark:
                    return mark, decided
            time.sleep(_PAUSE)
        return None

    def _agrees(self, standing: Standing | None) -> bool:
        """True when no change has begun, ended or turned round since."""
        return not self._journal.exists() if standing is None else self._journal.mark() == standing[0]


def _lay_over(decided: Decided, seen: Seen) -> None:
    """Let the documents say what was decided. A file that has other bytes than the change was based on keeps them."""
    moved = {_stem(one.path): one for one in decided.changes if one.before is None or one.after is None}
    held = {one.path: one for one in decided.changes}
    for name, now in list(seen.texts.items()):
        change = moved.get(_stem(now.files[0][0].path))
        if change is not None:
            del seen.texts[name]
            seen.failures[name] = UnavailableError(
                f"{change.shown}: a change of several files was begun and neither finished nor taken back, and this"
                f" process may not do it ({seen.workspace.path}); let a user who may write there open it"
            )
            continue
        seen.texts[name] = now.with_others(
            {file.path: one.after for file, data in now.files if (one := held.get(file.path)) and one.before == data}
        )


def _stem(path: str) -> str:
    folder, name = os.path.split(path)
    return os.path.join(folder, name.partition(".")[0])
