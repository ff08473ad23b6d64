"""``Acceptances``: what somebody said may be applied although the guard has its doubts."""

from __future__ import annotations

import os
import time

from ..errors import UsageError
from .private import PrivateFolder, UnfitError, is_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

FOLDER = "accepted"
_LABEL = b"setpoint accepted 1\n"
_MOST = 64 * 1024


class Acceptance:
    """One acceptance.

    Arguments: ``digest`` is that of the very content that is accepted; ``author`` is who did, ``when`` in seconds since
    1970.
    """

    __slots__ = ("author", "digest", "name", "when")

    def __init__(self, name: str, digest: str, author: str, when: float) -> None:
        self.name = name
        self.digest = digest
        self.author = author
        self.when = when

    def __repr__(self) -> str:
        return f"<Acceptance of {self.name!r} {self.digest} by {self.author}>"


class Acceptances:
    """Acceptances in ``accepted/`` of a state directory, one file for each document, from one process to all others.

    Arguments: ``folder`` is the state directory; ``accepted/`` in it is made by the first ``accept``. ``clock`` gives
    the time in seconds since 1970.

    An acceptance is for one content, by its digest: it lets nothing else pass, and a later one takes its place. Only
    one that the user of this process wrote counts, for nobody else may say what it applies: ``accept`` must run as the
    user of the program that it is meant for.
    """

    __slots__ = ("_clock", "_files")

    def __init__(self, folder: str, *, clock: Callable[[], float] = time.time) -> None:
        self._files = PrivateFolder(os.path.join(os.path.abspath(folder), FOLDER), ".accepted")
        self._clock = clock

    @property
    def folder(self) -> str:
        """Where the files are."""
        return self._files.path

    @property
    def notices(self) -> tuple[str, ...]:
        """Acceptances that do not count, as they were last seen; each begins with the file's path."""
        return self._files.notices

    def path(self, name: str) -> str:
        """Return the file of a document's acceptance; it is there as long as there is one."""
        return self._files.file(name)

    def accept(self, name: str, digest: str, *, author: str) -> None:
        """Let the content of this digest be applied; when this returns, it survives a power cut.

        Raises ``UsageError`` when there is no digest, ``UnavailableError`` when the system refuses.
        """
        import json

        if not digest:
            raise UsageError(f"the document {name!r} is accepted with the digest of its content, and none was given")
        facts = {"document": name, "digest": digest, "author": author, "when": self._clock()}
        data = _LABEL + json.dumps(facts, allow_nan=False).encode("ascii") + b"\n"
        if len(data) > _MOST:
            raise UsageError("an acceptance has at most 64 KiB: shorten the author")
        self._files.write(self.path(name), data)

    def find(self, name: str) -> Acceptance | None:
        """Return the acceptance of a document, or None when there is none that counts; ``notices`` says why."""
        path = self.path(name)
        try:
            data = self._files.read(path, _MOST)
            found = None if data is None else _read(data)
            if found is not None and found.name != name:
                raise UnfitError("it is of another document")
        except UnfitError as problem:
            self._files.complain(path, f"this acceptance does not count: {problem}")
            return None
        self._files.clear(path)
        return found

    def holds(self, name: str, digest: str) -> bool:
        """True when just this content of a document was accepted."""
        found = self.find(name)
        return found is not None and found.digest == digest

    def done(self, name: str, digest: str | None = None) -> bool:
        """Remove an acceptance that was used or does not fit any more; return False when there is none.

        Arguments: with a ``digest`` only the one of that content goes, and one that was given in the meantime stays.
        Raises ``UnavailableError`` when the system refuses.
        """
        if digest is not None and not self.holds(name, digest):
            return False
        return self._files.remove(self.path(name))

    def sweep(self) -> list[str]:
        """Remove what killed processes left half written, and return the paths; the first ``accept`` does it too."""
        return self._files.sweep()

    def __repr__(self) -> str:
        return f"<Acceptances in {self.folder!r}>"


def _read(data: bytes) -> Acceptance:
    import json

    found: Any = None
    if data.startswith(_LABEL):
        try:
            found = json.loads(data[len(_LABEL) :])
        except (ValueError, RecursionError):
            found = None
    facts: dict[str, Any] = found if isinstance(found, dict) else {}
    texts = [facts.get(key) for key in ("document", "digest", "author")]
    if not all(isinstance(text, str) for text in texts) or not is_time(facts.get("when")):
        raise UnfitError("it does not hold what is written there")
    return Acceptance(facts["document"], facts["digest"], facts["author"], float(facts["when"]))
