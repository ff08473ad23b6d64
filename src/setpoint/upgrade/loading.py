"""``Loading``: documents of older versions are carried to the newest one when they are loaded."""

from __future__ import annotations

from threading import local

from ..errors import SetpointError
from ..migration.carry import carry
from .step import below_of, refuse_functions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..sources.texts import Texts
    from ..workspace import Workspace
    from .journey import Upgrade
    from .route import Route


class Loading:
    """Carries documents in memory, and, with ``write``, in their files first.

    Arguments: ``upgrade`` returns what runs migrations; ``write`` says whether files are written.

    A document that cannot be carried is loaded as it is: if it is not valid, that says what is wrong with it. One that
    cannot be written is carried in memory. Both are said once, as a warning to the logger ``setpoint.migration``.
    """

    __slots__ = ("_busy", "_told", "_upgrade", "_writes")

    def __init__(self, upgrade: Callable[[], Upgrade], *, write: bool) -> None:
        self._upgrade = upgrade
        self._writes = write
        self._busy = local()  # a migration loads the document that it migrates
        self._told: set[str] = set()

    def write(self, name: str) -> None:
        """Migrate a document's files, if they are of an older version."""
        if not self._writes or getattr(self._busy, "now", False):
            return
        self._busy.now = True
        try:
            upgrade = self._upgrade()
            if upgrade.is_pending(name):
                upgrade.run({name: (None, None)})
        except SetpointError as error:
            self._tell(f"{name} could not be migrated in its files when it was loaded: {error.message}")
        finally:
            self._busy.now = False

    def carry(self, workspace: Workspace, name: str, texts: Texts) -> Texts:
        """Return what a document's files would say at the newest version; the same texts when they are."""
        try:
            upgrade = self._upgrade()
            if not upgrade.graph(name).migrations:
                return texts
            # Variables and overrides lie over what is carried, and have its names: they are no part of this.
            way = upgrade.way(workspace, name, texts, machine=False)
            return _carried(texts, way) if way.hops else texts
        except SetpointError as error:
            self._tell(f"{name} could not be migrated in memory, and is loaded as it is: {error.message}")
            return texts

    def _tell(self, sentence: str) -> None:
        if sentence in self._told:
            return
        self._told.add(sentence)
        import logging

        logging.getLogger("setpoint.migration").warning("%s", sentence)


def _carried(texts: Texts, way: Route) -> Texts:
    from ..editing.edit import edit
    from ..formats import decode
    from ..sources.listing import LayerFile
    from ..sources.texts import Texts as Others

    refuse_functions(way, [file for file, _ in texts.files if file.layer != "base"])
    trees = {file.layer: decode(data, file.format_name) for file, data in texts.files}
    files = []
    for file, data in texts.files:
        is_base = file.layer == "base"
        below = None if is_base else below_of(trees, file.layer)
        carried = carry(way.hops, trees[file.layer], below=below, stamp_at=way.stamp_at if is_base else None)
        now = edit(data, carried.operations, file.format_name, file=file.shown) if carried.operations else data
        # What is explained, or wrong, is at a line of the text as it is carried, not as it is on the disk.
        shown = file.shown if now == data else f"{file.shown} (as of {way.to_version})"
        files.append((LayerFile(file.path, shown, file.format_name, file.layer), now))
    return Others(files)
