"""``Workspace``: what one configuration directory, or one file, holds, and what its layers make."""

from __future__ import annotations

import os
import time
from contextlib import suppress

from .errors import ConfigNotFoundError, ConfigParseError, UsageError
from .reading import key_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .budget import Budget
    from .diagnostic import Diagnostic
    from .layers.layer import Override
    from .layers.resolution import Resolution
    from .reading import StatKey
    from .sources.environment import Variable
    from .sources.listing import Entry, Listing
    from .sources.settings import Settings
    from .sources.texts import Texts
    from .validation.family import Family
    from .validation.library import Library

SCHEMA_FOLDER = "schemas"
DOTENV_FILE = ".env"
PROFILE_VARIABLE = "SETPOINT_PROFILE"
_CLOCK_STEP = 50_000_000  # nanoseconds; more than the clock of any file system in use but FAT's stands still


class Workspace:
    """The documents, schemas, settings and variables of one path, as they were when they were first asked for.

    Arguments as for ``ConfigSystem``; ``environ`` is captured now, and so is the ``.env`` file. A new workspace sees
    what has changed. Raises ``ConfigNotFoundError`` when there is nothing at ``path``, and ``UsageError`` when the
    settings are wrong.
    """

    def __init__(
        self,
        path: str,
        *,
        profile: str | None = None,
        schema_dirs: Iterable[str] = (),
        budget: Budget | None = None,
        environ: Mapping[str, str] = os.environ,
        root: str | None = None,
    ) -> None:
        from .sources.settings import read_settings

        self.path = path
        # What is read stays the same when the process changes its working directory; what is shown is as it was named.
        self.root = os.path.abspath(path) if root is None else root
        self.is_file = not os.path.isdir(self.root)
        if self.is_file and not os.path.exists(self.root):
            raise ConfigNotFoundError(
                f"{path}: no such file or directory; name the one that holds your configuration"
                " (-c DIR on the command line, ConfigSystem(DIR) in Python)"
            )
        self.settings: Settings = read_settings(path if root is None else self.root)
        self.budget: Budget = budget or self.settings.budget
        self.profile = profile if profile is not None else environ.get(PROFILE_VARIABLE) or None
        self.schema_dirs = tuple(schema_dirs)
        self._schema_folders = tuple(map(os.path.abspath, self.schema_dirs))
        prefix = f"{_folded(self.settings.prefix)}_"
        self._environment = {name: text for name, text in environ.items() if _folded(name).startswith(prefix)}
        self._dotenv = self._read_dotenv()
        self._variables: tuple[dict[str, list[Variable]], dict[str, list[Variable]]] | None = None
        self._variable_findings: list[Diagnostic] = []
        self._listing: Listing | None = None
        self._listed: tuple[int, dict[str, StatKey]] | None = None  # when it was listed, and what its folders were like
        self._library: Library | None = None

    def again(self, environ: Mapping[str, str] = os.environ) -> Workspace:
        """Return a workspace of the same path that sees what has changed since.

        Schemas that were compiled stay so as long as no file in their folders changes.
        """
        new = Workspace(
            self.path,
            profile=self.profile,
            schema_dirs=self._schema_folders,
            budget=None if self.budget is self.settings.budget else self.budget,
            environ=environ,
            root=self.root,
        )
        if self._library is not None and self._library.holds(new.schema_folders):
            new._library = self._library
        return new

    def relisted(self) -> Workspace:
        """Return a workspace that lists the directory anew, when it is asked; all else stays as it was captured."""
        self.library()  # both share it: what one has compiled the other need not
        new = Workspace.__new__(Workspace)
        new.__dict__.update(self.__dict__)
        new._listing = new._listed = new._variables = None
        new._variable_findings = []
        return new

    def listing_holds(self) -> bool:
        """True when no file was made, renamed or removed in the directory since it was listed; False when in doubt."""
        if self.is_file or self._listed is None:
            return self.is_file
        when, folders = self._listed
        try:
            # The clock of a file system may stand still for some milliseconds; what happens in them has the same time.
            return all(
                key_of(os.stat(folder)) == key and when - key[3] > _CLOCK_STEP for folder, key in folders.items()
            )
        except OSError:
            return False

    def forget(self) -> None:
        """Let go of what was read; it is read anew when it is asked for. Settings and variables stay as captured."""
        self._listing = None
        self._library = None
        self._variables = None

    def listing(self) -> Listing:
        """Return the documents and what is wrong with the files' names. The directory is listed once."""
        if self._listing is None:
            from .sources.directory import list_directory, list_file

            if self.is_file:
                self._listing = list_file(self.path, self.root)
            else:
                when = time.time_ns()
                listing = list_directory(self.path, self.settings, self.root)
                folders = _folders(self.root, listing) if self.settings.subdirectories else [self.root]
                with suppress(OSError):  # one that went meanwhile: then the listing does not hold
                    self._listed = (when, {folder: key_of(os.stat(folder)) for folder in folders})
                self._listing = listing
        return self._listing

    def entry(self, name: str) -> Entry:
        """Return one document's files. Raises ``ConfigNotFoundError`` with the near names."""
        listing = self.listing()
        entry = listing.entries.get(name)
        if entry is not None:
            return entry
        finding = listing.unusable.get(name)
        if finding is not None:
            hint = f"; {finding.suggestion}" if finding.suggestion else ""
            raise ConfigParseError(f"{finding.file}: {finding.message}{hint}", [finding])
        from .nearness import near

        close = near(name, listing.entries)
        if close:
            hint = f"did you mean {close[0]!r}?"
        elif listing.entries:
            hint = f"there are {', '.join(list(listing.entries)[:8])}{', …' if len(listing.entries) > 8 else ''}"
        else:
            hint = f"there is no .yaml, .json or .toml file in {self.path}"
        raise ConfigNotFoundError(f"no document {name!r} in {self.path}; {hint}", near=close)

    def library(self) -> Library:
        """Return the schemas: the directory's own, those of the folders named, then the built-in ones."""
        if self._library is None:
            from .validation.library import Library

            shown = (os.path.join(self.shown_home, SCHEMA_FOLDER), *self.schema_dirs, *self.settings.schema_dirs)
            # The budget is for documents; schemas have the default one.
            self._library = Library(self.schema_folders, shown=shown)
        return self._library

    @property
    def schema_folders(self) -> tuple[str, ...]:
        """The folders of schemas, the directory's own first."""
        return (os.path.join(self.home, SCHEMA_FOLDER), *self._schema_folders, *self.settings.schema_dirs)

    def family(self, name: str) -> Family | None:
        """Return the schema of a document in all its versions, or None when it has none."""
        return self.library().family(name)

    def resolve(
        self,
        name: str,
        overrides: Sequence[Override] = (),
        *,
        profile: str | None = None,
        machine: bool = True,
        near_misses: bool = False,
        texts: Texts | None = None,
    ) -> Resolution:
        """Return what the layers of one document make, and what is wrong with it.

        Arguments: ``profile`` counts instead of the workspace's own; without ``machine`` the layers of this machine are
        left out: the local file, ``.env``, the environment and the overrides; ``texts`` are what its files say, which
        are read without them.
        """
        from .layers.resolve import resolve

        dotenv, environment = self.variables(name) if machine else ((), ())
        return resolve(
            self.entry(name) if texts is None or texts.keys else texts.entry(name),
            profile=profile if profile is not None or not machine else self.profile,
            local=machine,
            dotenv=dotenv,
            environment=environment,
            overrides=overrides if machine else (),
            family=self.family(name),
            budget=self.budget,
            near_misses=near_misses,
            read=None if texts is None else texts.of,
        )

    @property
    def home(self) -> str:
        """The directory that the files of the documents are in."""
        return os.path.dirname(self.root) if self.is_file else self.root

    @property
    def shown_home(self) -> str:
        """``home`` as the user named it."""
        return os.path.dirname(self.path) if self.is_file else self.path

    def relative(self, path: str) -> str:
        """Return the name of a file relative to ``home``, with ``/``, as it goes on record."""
        inside = os.path.join(self.home, "")
        # As relpath does for a plain path, and ten times as fast.
        relative = path[len(inside) :] if path.startswith(inside) else os.path.relpath(path, self.home)
        return relative.replace(os.sep, "/")

    def leftovers(self) -> bool:
        """True, once, when the listing saw temporary files of ours: a killed writer's may be among them."""
        listing = self.listing()
        seen, listing.leftovers = listing.leftovers, ()
        if not seen:
            return False
        from .atomic.temporary import is_temporary_name

        return any(is_temporary_name(os.path.basename(path)) for path in seen)

    def folders(self) -> list[str]:
        """Return the folders that the files of the documents are in."""
        return _folders(self.home, self.listing())

    def new_entry(self, name: str, format_name: str | None) -> Entry:
        """Return the entry of a document that is not there yet. Raises ``UsageError`` for a name that none can have."""
        from .formats import SUFFIXES
        from .sources.directory import is_name
        from .sources.listing import Entry, LayerFile

        wanted = format_name or "yaml"
        ending = next((one for one, known in SUFFIXES.items() if known == wanted), None)
        if ending is None:
            raise UsageError(f"no such format: {wanted!r}; there are yaml, json, jsonc and toml")
        *folders, last = name.split("/")
        if (
            self.is_file
            or not all(map(is_name, (*folders, last)))
            or last in ("local", "schema")
            or (folders and not self.settings.subdirectories)
        ):
            raise UsageError(f"{name!r} cannot be a new document of {self.path}: a name is letters, digits, - and _")
        place = os.path.join(*folders, f"{last}{ending}")
        return Entry(name, LayerFile(os.path.join(self.root, place), os.path.join(self.path, place), wanted, "base"))

    def texts(self, name: str) -> Texts:
        """Read the files that make a document here. Raises as ``entry`` and ``read_file`` do."""
        from .sources.texts import Texts

        return Texts.read(self.entry(name).files(self.profile), self.budget)

    def judges_like(self, other: Workspace, name: str) -> bool:
        """True when the same texts make the same of a document here and there: by settings, schemas and variables."""
        return (
            self._library is other._library
            and self.settings == other.settings
            and self.variables(name) == other.variables(name)
        )

    def variables(self, name: str) -> tuple[Sequence[Variable], Sequence[Variable]]:
        """Return the variables of a document: those of ``.env``, and those of the environment."""
        if not self._dotenv and not self._environment:
            return (), ()
        dotenv, environment = self._sorted_variables()
        return dotenv.get(name, ()), environment.get(name, ())

    def variable_findings(self) -> Sequence[Diagnostic]:
        """Return what is wrong with variables that belong to no document, and with the lines of ``.env``."""
        if self._dotenv or self._environment:
            self._sorted_variables()
        return self._variable_findings

    def _sorted_variables(self) -> tuple[dict[str, list[Variable]], dict[str, list[Variable]]]:
        if self._variables is None:
            from .sources.dotenv import parse_dotenv
            from .sources.environment import captured, sort_out

            names, prefix = self.listing().entries, self.settings.prefix
            shown = os.path.join(os.path.dirname(self.path), DOTENV_FILE)
            lines, in_file = parse_dotenv(self._dotenv, self.budget, shown)
            dotenv, strangers = sort_out(lines, names, prefix)
            environment, unknown = sort_out(captured(self._environment), names, prefix)
            # A line of another program's making in a shared .env does not make our documents wrong.
            lenient = [one.replace(severity="warning") for one in in_file]
            self._variable_findings = [*lenient, *strangers, *unknown]
            self._variables = (dict(dotenv), dict(environment))
        return self._variables

    def _read_dotenv(self) -> bytes:
        from .reading import read_file

        path = os.path.join(os.path.dirname(self.root), DOTENV_FILE)
        if not os.path.isfile(path):
            return b""
        return read_file(path, self.budget, os.path.join(os.path.dirname(self.path), DOTENV_FILE))


def _folders(home: str, listing: Listing) -> list[str]:
    found = {home}
    for entry in listing.entries.values():
        found.update(os.path.dirname(file.path) for file in (entry.base, *entry.overlays))
    return sorted(found)


def _folded(name: str) -> str:
    return name.upper().replace("-", "_")
