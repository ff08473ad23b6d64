"""``GoodLast``: what a document was when it was good last, as far as the state directory knows."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..history.history import History
    from ..sources.texts import Texts
    from ..system import ConfigSystem
    from ..workspace import Workspace


class GoodLast:
    """What a document was made of.

    Arguments: ``texts`` are its files; ``since`` is when it was good, in POSIX seconds; ``revision`` is the number it
    has on record, None when a program kept it.
    """

    __slots__ = ("revision", "since", "texts")

    def __init__(self, texts: Texts, since: float, revision: int | None = None) -> None:
        self.texts = texts
        self.since = since
        self.revision = revision

    @classmethod
    def known(cls, system: ConfigSystem, name: str, now: Texts) -> list[GoodLast]:
        """Return what is known to have been good, the latest first.

        That is what a program with hot reload has kept, and the newest revision. Arguments: ``now`` is what the files
        say; what a record never has, this machine's own layer, is taken from there.
        """
        found = [_kept(system, name), _recorded(system._serving.workspace, system.record(), name, now)]
        return sorted((one for one in found if one is not None), key=lambda one: -one.since)

    def differences(self, system: ConfigSystem, name: str, now: Texts) -> dict[str, str]:
        """Return the differences of the files from then to now, by path, with secrets masked."""
        from ..transaction.difference import shown_difference

        old = {file.path: (file, data) for file, data in self.texts.files}
        new = {file.path: (file, data) for file, data in now.files}
        diffs = {}
        for path in dict.fromkeys((*old, *new)):
            file, _ = new.get(path) or old[path]
            before, after = (known[path][1] if path in known else None for known in (old, new))
            diffs[file.shown] = shown_difference(system._serving.workspace, name, file, before, after)
        return {shown: diff for shown, diff in diffs.items() if diff}

    def __repr__(self) -> str:
        return f"<GoodLast of {self.texts!r}>"


def _kept(system: ConfigSystem, name: str) -> GoodLast | None:
    from ..sources.texts import Texts

    kept = system._keeper().load(name)
    return None if kept is None else GoodLast(Texts.unpack(kept.content), kept.since)


def _recorded(workspace: Workspace, record: History, name: str, now: Texts) -> GoodLast | None:
    """Return the newest revision, with this machine's own layers as they are now: they are never on record."""
    from ..sources.texts import Texts

    latest = record.latest(name)
    if latest is None or latest.deleted or latest.purged:
        return None
    held = record.files(name, latest.number)
    files = []
    for file, data in now.files:
        then = data if file.layer == "local" else _then(held, workspace, file.path)
        if then is not None:
            files.append((file, then))
    if not files or files[0][0].layer != "base":
        return None
    return GoodLast(Texts(files), latest.time, latest.number)


def _then(held: Mapping[str, bytes], workspace: Workspace, path: str) -> bytes | None:
    return held.get(os.path.relpath(path, workspace.home).replace(os.sep, "/"))
