"""``Past``: what is known of the ways up that a document has gone, for its way down."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

from ..errors import SetpointError
from ..formats import decode
from ..merge import merge
from ..migration.carry import carry
from ..tree import same
from ..validation.version import stamp_of
from .backup import read_copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..editing.change import Parts
    from ..history.history import History
    from ..migration.graph import Graph
    from ..migration.hop import Hop
    from ..migration.step import Kept
    from ..sources.listing import LayerFile
    from ..tree import Tree
    from ..workspace import Workspace
    from .backup import Backups


class Past:
    """The migrations of one document that are on record, each with the exact bytes of before.

    What was kept on a way up is what going that way again keeps. The file of this machine is never on record; it is in
    the backup that has the same base file. Arguments: ``history`` is the record, ``backups`` the copies.
    """

    __slots__ = ("_backups", "_graph", "_history", "_name", "_workspace")

    def __init__(self, workspace: Workspace, name: str, graph: Graph, history: History, backups: Backups) -> None:
        self._workspace = workspace
        self._name = name
        self._graph = graph
        self._history = history
        self._backups = backups

    def kept(self, file: LayerFile, stamp_at: Parts) -> list[Kept]:
        """Return what all ways up have kept of a file, the oldest first."""
        found: list[Kept] = []
        for before, _, hops in self._ways():
            if not all(hop.forward for hop in hops):
                continue
            with suppress(SetpointError):  # not known any more: the way down says what it could not bring back
                data = before.get(self._workspace.relative(file.path))
                if data is None:
                    continue
                tree = decode(data, file.format_name)
                below = None if file.layer == "base" else self._below(file, before)
                stamp = stamp_at if file.layer == "base" else None
                found += carry(hops, tree, below=below, stamp_at=stamp).kept
        return found

    def text(self, file: LayerFile, present: bytes, tree: Tree) -> bytes | None:
        """Return the text that a file had before migrations, when it now holds what they made of it.

        Arguments: ``present`` are the bytes it holds; ``tree`` is what it is to say. What a way up could not keep, such
        as the comment of a key that was removed, is there again. None when it was changed since.
        """
        name = self._workspace.relative(file.path)
        for before, after, _ in reversed(list(self._ways())):
            data = before.get(name)
            if data is None or after.get(name) != present:
                continue
            with suppress(SetpointError):
                if same(decode(data, file.format_name), tree):
                    return data
            present = data  # perhaps it was brought there by the way before
        return None

    def _ways(self) -> Iterator[tuple[Mapping[str, bytes], Mapping[str, bytes], list[Hop]]]:
        """Yield the files before and after each migration, and its hops."""
        revisions = [one for one in reversed(self._history.revisions(self._name)) if not one.purged]
        for before, after in pairwise(revisions):
            if after.cause != "migrate" or after.version is None:
                continue
            with suppress(SetpointError):  # pruned, or of versions that the migrations do not know any more
                files = self._history.files(self._name, before.number)
                hops = self._graph.path(before.version or self._version_of(files), after.version)
                made = self._history.files(self._name, after.number)
                yield {**self._of_this_machine(files), **files}, made, hops

    def _of_this_machine(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the local file as it was beside other files: the backup that was made of these has it."""
        entry = self._workspace.entry(self._name)
        local = next((one for one in entry.overlays if one.layer == "local"), None)
        if local is None:
            return {}
        name = self._workspace.relative(local.path)
        for folder in reversed(self._backups.of(self._name)):
            if all(read_copy(folder, file) == data for file, data in files.items()):
                data = read_copy(folder, name)
                return {} if data is None else {name: data}
        return {}

    def _version_of(self, files: Mapping[str, bytes]) -> str:
        """Return the version of files that went on record without one: as a document that says nothing has it."""
        base = self._workspace.entry(self._name).base
        tree = decode(files.get(self._workspace.relative(base.path), b""), base.format_name)
        family = self._workspace.family(self._name)
        said = family.choose(tree).version if family is not None else None
        return said or stamp_of(tree, ("version",)) or self._graph.versions[0]

    def _below(self, file: LayerFile, files: Mapping[str, bytes]) -> Tree:
        """Return what lay under the file of a layer."""
        entry = self._workspace.entry(self._name)
        under = [entry.base]
        if file.layer == "local":
            under += sorted(
                (one for one in entry.overlays if one.layer.startswith("profile:")), key=lambda one: one.layer
            )
        texts = [(one, files.get(self._workspace.relative(one.path))) for one in under]
        return merge([decode(data, one.format_name) for one, data in texts if data is not None])
