"""``adopt``: what there is in a directory, and the files that Setpoint would have beside it."""

from __future__ import annotations

import os

from ..diagnostic import Diagnostic
from ..errors import SetpointError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..sources.listing import Entry
    from ..workspace import Workspace


class Found:
    """One document: its name, format and files, and where its schema is, None without one."""

    __slots__ = ("files", "format_name", "name", "schema")

    def __init__(self, entry: Entry, schema: str | None) -> None:
        self.name = entry.name
        self.format_name = entry.base.format_name
        self.files = [file.shown for file in entry.all_files()]
        self.schema = schema

    def to_dict(self) -> dict[str, object]:
        """Return it as the command line's JSON shows it."""
        return {"name": self.name, "format": self.format_name, "files": self.files, "schema": self.schema}


class Adoption:
    """What there is, and what is missing.

    ``documents`` are those there will be; ``findings`` say what is in the way today; ``files`` are those to write, with
    their bytes; ``settings_path`` is where the settings are or will be; ``advice`` is what settings that are there
    should say besides; ``notes`` are sentences for people.
    """

    def __init__(self, settings_path: str) -> None:
        self.settings_path = settings_path
        self.documents: list[Found] = []
        self.findings: list[Diagnostic] = []
        self.files: dict[str, bytes] = {}
        self.advice: str | None = None
        self.notes: list[str] = []

    @property
    def has_errors(self) -> bool:
        """True when something in the way is not mended by the settings alone."""
        return any(one.severity == "error" for one in self.findings)


def adopt(path: str, *, profile: str | None = None, with_schemas: bool = True) -> Adoption:
    """Look at a directory or a single file, and work out what to write. Nothing is written.

    Raises as ``ConfigSystem`` does where there is nothing at ``path`` or the settings are wrong.
    """
    from ..system import ConfigSystem
    from .settings_text import SettingsPlan

    with ConfigSystem(path, profile=profile) as system:
        workspace = system._workspace
        plan = SettingsPlan(workspace)
        made = Adoption(plan.path)
        made.findings += workspace.listing().findings
        entries = list(plan.listing().entries.values())
        if plan.is_there:
            text = plan.missing()
            made.advice = text or None
        elif entries:
            made.files[plan.path] = plan.text().encode()
        if plan.below and workspace.settings.subdirectories == plan.subdirectories:
            made.notes.append(
                f"{plan.below:,} more files lie in folders below, where no document is looked for unless the settings"
                " say [directory] subdirectories = true"
            )
        for entry in entries:
            _take(made, workspace, entry, with_schemas=with_schemas)
    return made


def _take(made: Adoption, workspace: Workspace, entry: Entry, *, with_schemas: bool) -> None:
    """Take in one document, with the schema that is inferred for it."""
    from ..inference.infer import infer_schema
    from .sampling import sample_of
    from .schema_file import schema_path, schema_text

    schema: str | None = None
    try:
        family = workspace.family(entry.name)
        schema = None if family is None else family.origin
        sample = sample_of(entry, workspace.budget)
        if family is None and with_schemas and isinstance(sample.tree, dict):
            schema = schema_path(workspace.path, entry.name)
            made.files[schema] = schema_text(infer_schema([sample], entry.name))
    except SetpointError as error:
        made.findings += _told(error, entry)
    made.documents.append(Found(entry, schema))


def _told(error: SetpointError, entry: Entry) -> Iterable[Diagnostic]:
    """Return what is wrong with a document, as findings."""
    if error.diagnostics:
        return error.diagnostics
    return [Diagnostic(error.rule, error.message, file=entry.base.shown, document=entry.name)]


def below(path: str, most: int = 10_000) -> int:
    """Return how many files of our formats lie in the folders below a directory; at most ``most`` files are looked at.

    Hidden folders, ``node_modules`` and those of Setpoint itself are passed by.
    """
    from ..formats import format_of

    found = 0
    for place, folders, files in os.walk(path):
        top = place == path
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name != "node_modules" and not (top and name in ("schemas", "migrations"))
        )
        if not top:
            most -= len(files)
            found += sum(format_of(file) is not None and not file.startswith(".") for file in files)
        if most <= 0:
            break
    return found
