"""What the record says of a document, as people read it."""

from __future__ import annotations

import os

from ..sources.listing import LayerFile
from .difference import shown_difference, shown_text
from .draft import Draft

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..history.history import History
    from ..workspace import Workspace


def shown_between(workspace: Workspace, record: History, name: str, old: int, new: int | None) -> str:
    """Return the difference of a document's files between two revisions, with secrets masked.

    Arguments: without ``new``, what is on the disk now is compared. Raises ``ConfigNotFoundError``.
    """
    before = record.files(name, old)
    after = record.files(name, new) if new is not None else Draft(workspace, name, ()).recorded()
    return "".join(
        shown_difference(workspace, name, _file(workspace, one), before.get(one), after.get(one))
        for one in sorted({*before, *after})
    )


def shown_files(workspace: Workspace, record: History, name: str, number: int) -> dict[str, str]:
    """Return the texts of a document's files at a revision by the files' paths, with secrets masked.

    Raises ``ConfigNotFoundError`` when there is no such revision.
    """
    held = [(_file(workspace, one), data) for one, data in sorted(record.files(name, number).items())]
    return {file.shown: shown_text(workspace, name, file, data) for file, data in held}


def _file(workspace: Workspace, name: str) -> LayerFile:
    from ..formats import format_of

    shown = os.path.join(workspace.shown_home, name)
    return LayerFile(os.path.join(workspace.home, name), shown, format_of(name) or "yaml", "base")
