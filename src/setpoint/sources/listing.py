"""Which documents there are, and which files make each of them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..diagnostic import Diagnostic


class LayerFile:
    """One file of a document.

    Arguments: ``path`` is where it is; ``shown`` the path as the user would name it; ``format_name`` its format;
    ``layer`` is ``base``, ``local`` or ``profile:NAME``.
    """

    __slots__ = ("format_name", "layer", "path", "shown")

    def __init__(self, path: str, shown: str, format_name: str, layer: str) -> None:
        self.path = path
        self.shown = shown
        self.format_name = format_name
        self.layer = layer

    def __repr__(self) -> str:
        return f"LayerFile({self.shown!r}, {self.layer!r})"


class Entry:
    """One document: its base file, and the profile and local files that lie over it."""

    __slots__ = ("base", "local", "name", "profiles")

    def __init__(
        self,
        name: str,
        base: LayerFile,
        profiles: Mapping[str, LayerFile] | None = None,
        local: LayerFile | None = None,
    ) -> None:
        self.name = name
        self.base = base
        self.profiles = dict(profiles) if profiles else {}
        self.local = local

    @property
    def overlays(self) -> tuple[LayerFile, ...]:
        """The files that lie over the base: profiles by name, then the local file."""
        overlays = [self.profiles[profile] for profile in sorted(self.profiles)]
        if self.local is not None:
            overlays.append(self.local)
        return tuple(overlays)

    def files(self, profile: str | None = None, *, local: bool = True) -> list[LayerFile]:
        """Return the files that count, from the base up.

        Arguments: ``profile`` names the profile whose file counts, if there is one; ``local`` is False to leave the
        local file out.
        """
        files = [self.base]
        if profile is not None and profile in self.profiles:
            files.append(self.profiles[profile])
        if local and self.local is not None:
            files.append(self.local)
        return files

    def same_files(self, other: Entry) -> bool:
        """True when the other is made of the same files."""
        return self.places() == other.places()

    def all_files(self) -> tuple[LayerFile, ...]:
        """The base file and all that lie over it, whichever profile counts."""
        return (self.base, *self.overlays)

    def places(self) -> list[str]:
        """Return where its files are, from the base up."""
        return [self.base.path, *(file.path for file in self.overlays)]

    def __repr__(self) -> str:
        return f"Entry({self.name!r}, {self.base.shown!r})"


class Listing:
    """All documents of a directory by name, and what is wrong with its files' names.

    ``leftovers`` are temporary files of ours that were there, which may be a killed writer's;
    ``unusable`` maps the names of documents that cannot be made out to the finding that says why; ``findings``
    holds everything that is to be told, those included.
    """

    __slots__ = ("entries", "findings", "leftovers", "unusable")

    def __init__(
        self,
        entries: Mapping[str, Entry],
        findings: list[Diagnostic],
        unusable: Mapping[str, Diagnostic],
        leftovers: Sequence[str] = (),
    ) -> None:
        self.entries = dict(entries)
        self.findings = tuple(findings)
        self.unusable = dict(unusable)
        self.leftovers = tuple(leftovers)

    def same_files(self, other: Listing) -> bool:
        """True when the documents there are made of the same files, and the same ones cannot be made out."""
        return (
            self.unusable.keys() == other.unusable.keys()
            and self.entries.keys() == other.entries.keys()
            and all(entry.same_files(other.entries[name]) for name, entry in self.entries.items())
        )
