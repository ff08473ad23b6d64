"""A folder ``migrations/NAME/``: which files it holds, and the migrations in them.

A Python file is the program's own code, and only running it tells what it does. So it is not run before that is needed:
reading a folder looks at the versions in the text of such a file, and the file is run when the steps of its migration
are asked for. A declarative file is never evaluated.
"""

from __future__ import annotations

import os

from ..budget import DEFAULT_BUDGET
from ..errors import UnavailableError
from ..formats import format_of
from ..reading import read_file
from .python_file import python_migration
from .written import declared_migration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..budget import Budget
    from .migration import Migration


def listed(folder: str) -> list[str]:
    """Return the names of the files in a folder that hold a migration, sorted; none when there is no such folder.

    They end in ``.yaml``, ``.yml``, ``.toml``, ``.json``, ``.jsonc`` or ``.py``. What begins with a dot or with an
    underscore is left out, and so is what has another ending.
    Raises ``UnavailableError`` when the folder cannot be read.
    """
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UnavailableError(f"{folder}: cannot be read: {error.strerror or error}") from None
    return sorted(name for name in names if name[:1] not in "._" and (name.endswith(".py") or format_of(name)))


def read_migrations(folder: str, document: str, budget: Budget = DEFAULT_BUDGET) -> list[Migration]:
    """Return the migrations of a document that a folder holds, by file name; nothing is run.

    Raises ``MigrationError``, located, for a file that is no migration, ``UnavailableError`` for one that cannot be
    read.
    """
    return [read_migration(os.path.join(folder, name), document, budget) for name in listed(folder)]


def read_migration(file: str, document: str, budget: Budget = DEFAULT_BUDGET, shown: str | None = None) -> Migration:
    """Return the migration in a file; a Python file is not run yet.

    Arguments: ``document`` is the name of the document it is for; ``shown`` is the path as the user named it.
    Raises as ``read_migrations``, and ``ConfigNotFoundError`` when there is no such file.
    """
    shown = file if shown is None else shown
    data = read_file(file, budget, shown)
    if file.endswith(".py"):
        return python_migration(data, document, shown, os.path.abspath(file))
    return declared_migration(data, document, shown, budget)
