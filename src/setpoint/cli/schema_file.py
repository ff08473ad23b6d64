"""Where the schema of a document goes, and putting new files there."""

from __future__ import annotations

import os

BUILT_IN = "built in"


def schema_path(path: str, name: str) -> str:
    """Return where the schema of a document goes. ``path`` is the configuration directory, or the single file."""
    home = path if os.path.isdir(path) else os.path.dirname(path)
    return os.path.join(home, "schemas", *f"{name}.schema.json".split("/"))


def schema_text(schema: object) -> bytes:
    """Return a schema as the bytes of its file."""
    from .output import to_json

    return (to_json(schema) + "\n").encode()


def write_new(path: str, data: bytes) -> None:
    """Make a file, and the folders it is in. Raises ``FileChangedError`` when there is one."""
    from ..atomic.changed import ABSENT
    from ..atomic.directory import create_directory
    from ..atomic.write import write_file

    folder = os.path.dirname(path)
    if folder and not os.path.isdir(folder):
        create_directory(folder, 0o777)
    write_file(path, data, expected=ABSENT)
