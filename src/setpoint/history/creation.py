"""Making the record's file: whole under its own name, or not there."""

from __future__ import annotations

import os

from ..atomic.directory import create_directory
from ..platform import open_directory, sync

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

NAME = "history.sqlite3"
JOURNAL = NAME + "-journal"
APPLICATION = 0x53455450  # "SETP": what `file` and SQLite tell this database by
SCHEMA_VERSION = 1
_UNFINISHED = ".history-unfinished-"

# Times are milliseconds since 1970; author, cause, version, document and file names are words; ``place`` counts from 0
# inside a group; ``seal`` is the key of chain.Seals, or what stays of it after a purge; ``files`` is the manifest of
# contents.Manifest. A gap stands for the pruned entries ``first`` to ``last``, and holds the hash of the last of them.
TABLES = (
    "CREATE TABLE record (genesis BLOB NOT NULL)",
    "CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
    "CREATE TABLE entry (entry INTEGER PRIMARY KEY, document INTEGER NOT NULL, number INTEGER NOT NULL,"
    " time INTEGER NOT NULL, author INTEGER NOT NULL, cause INTEGER NOT NULL, version INTEGER, reason TEXT,"
    " deleted INTEGER NOT NULL, place INTEGER NOT NULL, digest BLOB, seal BLOB NOT NULL, hash BLOB NOT NULL,"
    " files BLOB)",
    "CREATE UNIQUE INDEX by_document ON entry (document, number)",
    "CREATE TABLE content (id INTEGER PRIMARY KEY, base INTEGER, depth INTEGER NOT NULL, size INTEGER NOT NULL,"
    " data BLOB NOT NULL)",
    "CREATE TABLE gap (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, hash BLOB NOT NULL)",
)


def is_ours(connection: Connection) -> str | None:
    """Return None when the database is a record that this version reads and writes, else what it is."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION:
        return "it is no record of revisions"
    if version != SCHEMA_VERSION:
        return f"its format is version {version}, and this program knows version {SCHEMA_VERSION}"
    found = {bytes(row[0]) for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
    if found != {table.encode() for table in TABLES}:  # nothing may be missing, and no trigger or view may be added
        return "its tables are not those of a record"
    return None


def create(folder: str, path: str) -> None:
    """Make an empty record, synced to the disk, and give it its name last. The folder's lock must be held.

    Raises ``OSError`` or ``sqlite3.Error``.
    """
    import sqlite3

    for name in _leftovers(folder):
        os.unlink(os.path.join(folder, name))
    unfinished = os.path.join(folder, f"{_UNFINISHED}{os.urandom(8).hex()}")
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    connection = sqlite3.connect(unfinished, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=OFF")  # nobody sees the file before it is whole
        connection.execute("BEGIN")
        for statement in TABLES:
            connection.execute(statement)
        connection.execute("INSERT INTO record VALUES (?)", (os.urandom(32),))
        connection.execute(f"PRAGMA application_id={APPLICATION}")
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        connection.execute("COMMIT")
    finally:
        connection.close()
    sync_path(unfinished)
    # A journal without its database is of one that is gone; SQLite would play it into the new one.
    if os.path.lexists(path + "-journal"):
        os.unlink(path + "-journal")
    os.rename(unfinished, path)
    sync_path(folder)


def make_folder(folder: str) -> None:
    """Make the state folder, for its owner's eyes only, with its ``.gitignore``.

    Raises ``UnavailableError`` or ``OSError``.
    """
    create_directory(folder, 0o700)
    ignore = os.path.join(folder, ".gitignore")
    try:
        descriptor = os.open(ignore, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    try:
        os.write(descriptor, b"*\n")
    finally:
        os.close(descriptor)


def sync_path(path: str) -> None:
    """Wait until a file, or the names in a directory, are on the disk. Raises ``OSError``."""
    descriptor = open_directory(path) if os.path.isdir(path) else os.open(path, os.O_RDWR)
    if descriptor is None:  # where directories cannot be opened, they cannot be synced
        return
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


def _leftovers(folder: str) -> Iterator[str]:
    """The files of processes that were killed while they made a record: the lock says that nobody is at it now."""
    for name in os.listdir(folder):
        if name.startswith(_UNFINISHED):
            yield name
