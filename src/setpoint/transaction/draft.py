"""``Draft``: one document while it is changed."""

from __future__ import annotations

import os

from ..commit.file_change import FileChange
from ..errors import ConfigNotFoundError, UsageError
from ..reading import read_file
from ..sources.directory import is_name
from ..sources.listing import Entry, LayerFile
from ..sources.texts import Texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..layers.layer import Override
    from ..layers.resolution import Resolution
    from ..tree import Tree
    from ..workspace import Workspace


_NOTHING: Mapping[str, bytes] = {}
RESERVED = ("local", "schema")  # what stands where a profile's name does, and is none


class Draft:
    """All files of one document, as they are on the disk and as they are to be.

    Arguments: ``name`` is the document's; ``overrides`` are those that lie over it; ``known`` are bytes by path that a
    file had lately, which take the place of the same bytes read from it, since they may be decoded. The files are read
    now. Raises ``ConfigNotFoundError`` with the near names, ``UnavailableError`` when a file cannot be read.

    ``passed`` is what the document has been between the files on the disk and those to be, and goes on record too: by
    what, its files, and its version. ``version`` is what a migration says the result is of, where no schema does.
    """

    __slots__ = ("_after", "_before", "_files", "_resolved", "name", "overrides", "passed", "version", "workspace")

    def __init__(
        self,
        workspace: Workspace,
        name: str,
        overrides: Sequence[Override],
        entry: Entry | None = None,
        known: Mapping[str, bytes] = _NOTHING,
    ) -> None:
        self.workspace = workspace
        self.name = name
        self.overrides = overrides
        entry = entry if entry is not None else workspace.entry(name)
        self._resolved: dict[tuple[bool, bool, str | None], tuple[Texts, Resolution]] = {}
        self._files: dict[str, LayerFile] = {}
        self._before: dict[str, bytes | None] = {}
        for file in (entry.base, *entry.overlays):
            self._files[file.layer] = file
            try:
                data = read_file(file.path, workspace.budget, file.shown)
                before = known.get(file.path, data)
                self._before[file.layer] = before if before == data else data
            except ConfigNotFoundError:
                self._before[file.layer] = None
        self._after = dict(self._before)
        self.passed: Sequence[tuple[str, Mapping[str, bytes], str]] = ()
        self.version: str | None = None

    # -- files -----------------------------------------------------------------------------------------------------

    def file(self, layer: str) -> LayerFile:
        """Return the file of a layer: the one there is, or the one that would be made beside the base."""
        known = self._files.get(layer)
        if known is not None:
            return known
        base = self._files["base"]
        label = layer.partition(":")[2] or layer
        if self.workspace.is_file:
            raise UsageError(
                f"{base.shown} is managed as a single file, which has no layers; name its directory instead"
            )
        if not is_name(label) or (label in RESERVED and layer != label):
            raise UsageError(f"{label!r} is no name of a profile: letters, digits, - and _, but not local or schema")
        # By the document's name, not its base file's: that may be another by the settings.
        name = os.path.join(*f"{self.name}.{label}{os.path.splitext(base.path)[1]}".split("/"))
        path, shown = (os.path.join(place, name) for place in (self.workspace.home, self.workspace.shown_home))
        made = LayerFile(path, shown, base.format_name, layer)
        self._files[layer] = made
        self._before[layer] = self._after[layer] = None
        return made

    def text(self, layer: str) -> bytes | None:
        """Return what the file of a layer is to hold, as things stand; None when there is none."""
        self.file(layer)
        return self._after[layer]

    def write(self, layer: str, data: bytes | None) -> None:
        """Let the file of a layer hold other bytes, or go."""
        self.file(layer)
        self._after[layer] = data

    def tree(self, layer: str) -> Tree:
        """Return what the file of a layer says, as things stand; None without one. Raises ``ConfigParseError``."""
        from ..formats import decode

        data = self.text(layer)
        return None if data is None else decode(data, self.file(layer).format_name, self.workspace.budget)

    def put(self, file: LayerFile, data: bytes) -> None:
        """Take another file into the document, in place of the one of its layer."""
        old = self._files.get(file.layer)
        if old is not None and old.path != file.path:
            gone = LayerFile(old.path, old.shown, old.format_name, f"gone:{old.path}")
            self._files[gone.layer] = gone
            self._before[gone.layer] = self._before.pop(file.layer)
            self._after[gone.layer] = None
            del self._files[file.layer]
        if file.layer not in self._files:
            self._files[file.layer] = file
            self._before[file.layer] = None
        self._after[file.layer] = data

    def file_at(self, path: str) -> LayerFile:
        """Return the file of the document at a path."""
        return next(file for file in self._files.values() if file.path == path)

    def restore(self, files: Mapping[str, bytes]) -> None:
        """Let the document have these files, by name relative to the directory, and no others; its local one stays."""
        from ..formats import format_of

        for layer in list(self._files):
            if layer != "local":
                self._after[layer] = None
        for name, data in files.items():
            path = os.path.join(self.workspace.home, *name.split("/"))
            known = next((layer for layer, file in self._files.items() if file.path == path), None)
            if known is not None:
                self._after[known] = data
                continue
            stem = os.path.basename(name).rpartition(".")[0]
            profile = stem.partition(".")[2]
            layer = f"profile:{profile}" if profile else "base"
            shown = os.path.join(os.path.dirname(self._files["base"].shown), os.path.basename(name))
            self.put(LayerFile(path, shown, format_of(name) or "yaml", layer), data)

    # -- what they make --------------------------------------------------------------------------------------------

    def resolve(self, *, before: bool = False, machine: bool = True, profile: str | None = None) -> Resolution:
        """Return what the files make: on this machine, or without its layers and with a profile.

        Arguments: ``before`` asks for the files as they are on the disk.
        """
        if not machine and profile == self.workspace.profile and not self._adds(before):
            machine = True  # comes to the same, and was or will be asked
        texts = self.texts(before=before, machine=machine, profile=profile)
        key = (before, machine, profile)
        known = self._resolved.get(key)
        if known is None or known[0] != texts:
            made = self.workspace.resolve(self.name, self.overrides, profile=profile, machine=machine, texts=texts)
            known = self._resolved[key] = (texts, made)
        return known[1]

    def _adds(self, before: bool) -> bool:
        """True when this machine adds something of its own to the document."""
        held = self._before if before else self._after
        return held.get("local") is not None or bool(self.overrides) or any(self.workspace.variables(self.name))

    def resolve_for(self, layer: str) -> Resolution:
        """Return what the files make where a layer counts: with its profile, if that is another than this machine's."""
        profile = layer.partition(":")[2]
        if profile and profile != self.workspace.profile:
            return self.resolve(machine=False, profile=profile)
        return self.resolve()

    def texts(self, *, before: bool = False, machine: bool = True, profile: str | None = None) -> Texts:
        """Return the files that count, from the base up. Raises ``ConfigNotFoundError`` when there is no base."""
        held = self._before if before else self._after
        chosen = ["base"]
        active = self.workspace.profile if machine and profile is None else profile
        if active is not None:
            chosen.append(f"profile:{active}")
        if machine:
            chosen.append("local")
        files = []
        for layer in chosen:
            data = held.get(layer)
            if data is not None:
                files.append((self._files[layer], data))
        if not files or files[0][0].layer != "base":
            raise ConfigNotFoundError(f"{self._files['base'].shown}: no such file")
        return Texts(files)

    def exists(self, *, before: bool = False) -> bool:
        """True when there is a base file."""
        return (self._before if before else self._after).get("base") is not None

    def layers(self) -> list[str]:
        """Return the layers that have a file: the base, profiles by name, the local one."""
        there = [layer for layer, data in self._after.items() if data is not None and not layer.startswith("gone:")]
        return sorted(there, key=lambda layer: (layer != "base", layer == "local", layer))

    def profiles(self) -> list[str]:
        """Return the names of the profiles that have a file."""
        return [
            layer.partition(":")[2]
            for layer, data in self._after.items()
            if layer.startswith("profile:") and data is not None
        ]

    # -- what is to happen -----------------------------------------------------------------------------------------

    def changes(self) -> list[FileChange]:
        """Return what is to happen to each file that is to change."""
        base = self._files["base"].path
        return [
            FileChange(
                self._relative(file),
                file.path,
                shown=file.shown,
                before=self._before[layer],
                after=self._after[layer],
                like=base if file.path != base else None,
            )
            for layer, file in self._files.items()
            if self._before[layer] != self._after[layer]
        ]

    def recorded(self, *, before: bool = False) -> dict[str, bytes]:
        """Return what goes on record: the files by name; never those of this machine alone."""
        held = self._before if before else self._after
        return {
            self._relative(file): data
            for layer, file in self._files.items()
            if layer != "local" and (data := held[layer]) is not None
        }

    def all_files(self) -> dict[str, bytes]:
        """Return every file as it is on the disk, by name relative to the directory, this machine's own as well."""
        return {
            self._relative(file): data
            for layer, file in self._files.items()
            if (data := self._before[layer]) is not None
        }

    def _relative(self, file: LayerFile) -> str:
        return self.workspace.relative(file.path)

    def __repr__(self) -> str:
        return f"<Draft of {self.name}>"
