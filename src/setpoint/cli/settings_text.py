"""``SettingsPlan``: what ``setpoint.toml`` would say so that every file of a directory is a document or a layer."""

from __future__ import annotations

import os
import re

from ..formats import format_of
from ..sources.directory import is_name, list_directory
from ..sources.settings import SETTINGS_FILE, Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..diagnostic import Diagnostic
    from ..sources.listing import Listing
    from ..workspace import Workspace

# A clash that is settled may bring another to light; more than this many in a row are left to the reader.
_MOST_ROUNDS = 20
_OTHER = re.compile(r"[^A-Za-z0-9_-]+")


class SettingsPlan:
    """The settings there are, and what they lack for the files of a directory.

    ``path`` is where they are or would be, as the user would name it; ``is_there`` says that there are some;
    ``subdirectories`` whether folders below count; ``below`` how many files lie there; ``documents`` are the names that
    files are to be given, ``reasons`` why.
    """

    def __init__(self, workspace: Workspace) -> None:
        from .adoption import below

        self._workspace = workspace
        settings = workspace.settings
        parent = os.path.dirname(workspace.path.rstrip("/" + os.sep))
        if not os.path.basename(workspace.path.rstrip("/" + os.sep)).strip("."):  # "." or "..": not what lies above
            parent = os.path.join(workspace.path, os.pardir)
        self.path = os.path.join(parent, SETTINGS_FILE) if settings.file is None else settings.file
        # A file of comments is one, too, though it settles nothing.
        self.is_there = settings.file is not None or os.path.lexists(self.path)
        self.below = 0 if workspace.is_file else below(workspace.root)
        nothing_here = not workspace.listing().entries and not workspace.listing().unusable
        self.subdirectories = settings.subdirectories or (self.below > 0 and nothing_here and not self.is_there)
        self.documents: dict[str, str] = {}
        self.reasons: dict[str, str] = {}
        self._listing = workspace.listing()
        if not workspace.is_file:
            self._listing = self._listed()
            for _ in range(_MOST_ROUNDS):
                settled = [finding for finding in self._listing.findings if self._settle(finding)]
                if not settled:
                    break
                self._listing = self._listed()

    def listing(self) -> Listing:
        """Return the documents there are once the settings say what they would say."""
        return self._listing

    def _listed(self) -> Listing:
        now = self._workspace.settings
        settings = Settings(
            budget=now.budget,
            subdirectories=self.subdirectories,
            documents={**now.documents, **self.documents},
            schema_dirs=now.schema_dirs,
            prefix=now.prefix,
        )
        return list_directory(self._workspace.path, settings, self._workspace.root)

    def _settle(self, finding: Diagnostic) -> bool:
        """Give the file of a finding a name of its own, if that mends it; return whether it does."""
        if finding.file is None or finding.rule not in ("ambiguous-name", "layer-without-base", "file-name"):
            return False
        file = os.path.relpath(finding.file, self._workspace.path).replace(os.sep, "/")
        stem, _, ending = file.rpartition(".")
        if format_of(file) is None or stem.endswith(".schema") or file in self.documents.values():
            return False
        # A name that cannot be written down in TOML, or that would end the comment, stays a finding.
        if not file.isprintable() or not os.path.exists(os.path.join(self._workspace.root, file)):
            return False
        name = "/".join(_OTHER.sub("_", step).strip("_") for step in stem.split("/"))
        if finding.rule == "ambiguous-name":
            name = f"{name}_{ending}"
            reason = f"{os.path.basename(file)} and another file have one name"
        elif finding.rule == "layer-without-base":
            reason = "it looks like a layer, and there is no file that it could lie over"
        else:
            reason = "the file's name cannot be a document's"
        if not all(map(is_name, name.split("/"))):
            return False
        taken = {*self._listing.entries, *self._listing.unusable, *self.documents, *self._workspace.settings.documents}
        number = 2
        unique = name
        while unique in taken:
            unique = f"{name}_{number}"
            number += 1
        self.documents[unique] = file
        self.reasons[unique] = reason
        return True

    def missing(self) -> str:
        """Return what the settings lack, as TOML; nothing when they lack nothing."""
        text = ""
        if self.subdirectories and not self._workspace.settings.subdirectories:
            text += "[directory]\nsubdirectories = true  # no document lies in the directory itself\n"
        if self.documents:
            text += "\n" if text else ""
            text += '[documents]\n# name = "file", for files whose names do not tell the document\n'
            for name, file in self.documents.items():
                key = name if "/" not in name else _toml(name)
                text += f"{key} = {_toml(file)}  # {self.reasons[name]}\n"
        return text

    def text(self) -> str:
        """Return the settings to write: what differs from the defaults, and a line that says where the others are."""
        shown = os.path.basename(self._workspace.root)
        missing = self.missing()
        head = (
            f"# Settings of Setpoint for {shown}. Everything has a default; what is not said here is as by default.\n"
        )
        return f"{_comment(head)}\n{missing}" if missing else _comment(head)


def _toml(text: str) -> str:
    """Return a text as TOML writes it: JSON's escapes are TOML's, but for the one of DEL."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(line: str) -> str:
    return "".join(character for character in line if character.isprintable() or character == "\n")
