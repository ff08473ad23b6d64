"""A configuration directory: file names become documents and their layers."""

from __future__ import annotations

import os

from ..diagnostic import WARNING, Diagnostic
from ..errors import ConfigNotFoundError, UnavailableError
from ..formats import format_of
from .listing import Entry, LayerFile, Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .settings import Settings

# What lies in the directory beside the documents, by design.md's file layout.
_FOLDERS_OF_OURS = frozenset({"schemas", "migrations"})
# How the name of a temporary file of ours ends; whether it is one is for whoever removes it to see.
_TEMPORARY = ".tmp"
_FILES_OF_OURS = frozenset({"setpoint.toml", "pyproject.toml"})


def is_name(text: str) -> bool:
    """True when a text may name a document or a profile: ``[A-Za-z0-9_-]+``."""
    # A letter in front makes digits and a leading dash part of an identifier; far quicker than a look at each letter.
    return bool(text) and text.isascii() and f"a{text.replace('-', '_')}".isidentifier()


def list_directory(path: str, settings: Settings, root: str | None = None) -> Listing:
    """Return the documents of a directory.

    Arguments: ``path`` as the user named it; ``settings`` say whether subdirectories count and which files are mapped
    to which names; ``root`` is where it is read, ``path`` itself if not given: an absolute path stays right when the
    process changes its working directory. Raises ``ConfigNotFoundError`` when there is no such directory and
    ``UnavailableError`` when it may not be read.
    """
    return _Sorting(path, settings, root or path).listing()


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """True for a folder, and a link to one. A link that leads in a circle is none: it is told when it is read."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def list_file(path: str, root: str | None = None) -> Listing:
    """Return the one document that a single file is; its name is the file's, up to the first dot.

    Arguments as for ``list_directory``.
    """
    file = os.path.basename(path)
    name = file.split(".", 1)[0]
    format_name = format_of(file)
    if format_name is None:
        raise UnavailableError(f"{path}: not a format Setpoint reads; the file's name ends in .yaml, .json, .toml, …")
    if not os.path.exists(root or path):
        raise ConfigNotFoundError(f"{path}: no such file")
    return Listing({name: Entry(name, LayerFile(root or path, path, format_name, "base"))}, [], {})


class _Sorting:
    """Sorts the files of one directory into documents, layers and findings."""

    def __init__(self, path: str, settings: Settings, root: str) -> None:
        self.path = path
        self.shown_prefix = os.path.join(path, "")
        self.prefix = os.path.join(root, "")
        self.settings = settings
        self.findings: list[Diagnostic] = []
        self.leftovers: list[str] = []
        self.unusable: dict[str, Diagnostic] = {}
        self.bases: dict[str, LayerFile] = {}
        self.layers: dict[str, dict[str, LayerFile]] = {}

    def listing(self) -> Listing:
        mapped = self._mapped()
        for folder, file in self._files():
            relative = f"{folder}{file}"
            if relative in mapped or file in _FILES_OF_OURS:
                continue
            format_name = format_of(file)
            if format_name is not None:
                self._sort(folder, file, format_name)
        entries = {}
        for name in sorted({*self.bases, *self.layers}):
            if name in self.unusable:
                continue
            base = self.bases.get(name)
            layers = self.layers.get(name)
            if base is not None and layers is None:
                entries[name] = Entry(name, base)
                continue
            layers = layers or {}
            if base is None:
                self._orphan(name, next(iter(layers.values())))
                continue
            local = layers.pop("local", None)
            entries[name] = Entry(name, base, {layer.split(":")[1]: file for layer, file in layers.items()}, local)
        return Listing(entries, self.findings, self.unusable, self.leftovers)

    def _mapped(self) -> set[str]:
        """Take over the names that setpoint.toml gives to files."""
        for name, file in self.settings.documents.items():
            shown, path = f"{self.shown_prefix}{file}", f"{self.prefix}{file}"
            format_name = format_of(file)
            if format_name is None:
                self._cannot_use(name, shown, "file-name", f"[documents] {name} names {file!r}, no format we read")
            elif not os.path.exists(path):
                self._cannot_use(name, shown, "not-found", f"[documents] {name} names {file!r}, which is not there")
            else:
                self.bases[name] = LayerFile(path, shown, format_name, "base")
        return {os.path.normpath(file).replace(os.sep, "/") for file in self.settings.documents.values()}

    def _files(self) -> Iterator[tuple[str, str]]:
        """Yield (folder with a final slash or "", file name), sorted, of every file that may be a document."""
        folders = [""]
        while folders:
            folder = folders.pop(0)
            below = []
            for entry in self._scan(folder):
                if entry.name.startswith("."):
                    if entry.name.endswith(_TEMPORARY):
                        self.leftovers.append(entry.path)
                    continue
                if _is_folder(entry):
                    inside = f"{folder}{entry.name}/"
                    if self.settings.subdirectories and (folder or entry.name not in _FOLDERS_OF_OURS):
                        below.append(inside)
                else:
                    yield folder, entry.name
            folders.extend(below)

    def _scan(self, folder: str) -> list[os.DirEntry[str]]:
        path = f"{self.shown_prefix}{folder}" if folder else self.path
        try:
            with os.scandir(f"{self.prefix}{folder}") as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except FileNotFoundError:
            raise ConfigNotFoundError(
                f"{path}: no such directory; name the one that holds your configuration files"
                " (-c DIR on the command line, ConfigSystem(DIR) in Python)"
            ) from None
        except OSError as error:
            raise UnavailableError(f"{path}: cannot be read: {error.strerror or error}") from None

    def _sort(self, folder: str, file: str, format_name: str) -> None:
        stem = file[: file.rindex(".")]
        first, dot, layer = stem.partition(".")
        name = f"{folder}{first}"
        shown = f"{self.shown_prefix}{folder}{file}"
        path = f"{self.prefix}{folder}{file}"
        if (
            not is_name(first)
            or (folder and not all(map(is_name, folder.split("/")[:-1])))
            or (dot and not is_name(layer))
        ):
            self._ignored(shown, f"{folder}{file}")
        elif layer == "schema":
            self._misplaced_schema(shown, file)
        elif not layer:
            self._add(name, self.bases.get(name), LayerFile(path, shown, format_name, "base"))
        else:
            kind = layer if layer == "local" else f"profile:{layer}"
            added = LayerFile(path, shown, format_name, kind)
            self._add(name, self.layers.setdefault(name, {}).get(kind), added)

    def _add(self, name: str, present: LayerFile | None, added: LayerFile) -> None:
        if present is not None:
            self._cannot_use(
                name,
                added.shown,
                "ambiguous-name",
                f"{os.path.basename(present.shown)} and {os.path.basename(added.shown)} are both the"
                f" {added.layer.split(':')[0]} file of the document {name!r}",
                "keep one, or give them names of their own in setpoint.toml:"
                f' [documents] {name} = "{os.path.basename(present.shown)}"'
                f' and {name}_2 = "{os.path.basename(added.shown)}"',
            )
        elif added.layer == "base":
            self.bases[name] = added
        else:
            self.layers[name][added.layer] = added

    def _orphan(self, name: str, file: LayerFile) -> None:
        shown = os.path.basename(file.shown)
        self._cannot_use(
            name,
            file.shown,
            "layer-without-base",
            f"{shown} is a {file.layer.split(':')[0]} layer of the document {name!r}, which has no base file",
            f"add {name}.yaml, or make it a document of its own in setpoint.toml:"
            f' [documents] {shown.rsplit(".", 1)[0].replace(".", "_")} = "{shown}"',
        )

    def _cannot_use(self, name: str, shown: str, rule: str, message: str, suggestion: str | None = None) -> None:
        finding = Diagnostic(rule, message, file=shown, suggestion=suggestion, document=name)
        self.unusable.setdefault(name, finding)
        self.findings.append(finding)
        self.bases.pop(name, None)

    def _ignored(self, shown: str, relative: str) -> None:
        self.findings.append(
            Diagnostic(
                "file-name",
                "the file's name is no document's name (letters, digits, _ and -; the first dot starts a layer),"
                " so the file is left out",
                severity=WARNING,
                file=shown,
                suggestion=f'rename it, or name it in setpoint.toml: [documents] my_name = "{relative}"',
            )
        )

    def _misplaced_schema(self, shown: str, file: str) -> None:
        self.findings.append(
            Diagnostic(
                "file-name",
                "a schema lies among the documents, where it is not used",
                severity=WARNING,
                file=shown,
                suggestion=f"move it to schemas/{file}",
            )
        )
