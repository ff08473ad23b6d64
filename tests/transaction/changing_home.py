"""The configuration directory that the tests change, and ways to look at it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from setpoint import ConfigSystem

QUEUE = """\
# how work waits
version: 1
queue:
  max_size: 100  # items
  name: 'main'   # as operators know it
retries: 3
"""
STORE = '{\n  "host": "db.example",\n  "pool": {"size": 5}\n}\n'
LIMITS = "# what is allowed\nrate = 10\n\n[burst]\nsize = 20\n"
SCHEMA = """\
{"type": "object", "additionalProperties": false, "properties": {
  "version": {"type": "integer"},
  "queue": {"type": "object", "properties": {
    "max_size": {"type": "integer", "minimum": 1, "maximum": 1000},
    "name": {"type": "string"}, "timeout": {"type": "integer", "default": 30}}},
  "retries": {"type": "integer", "maximum": 10},
  "labels": {"type": "object"}}}
"""


def make(folder: Path) -> Path:
    """Write the directory into a folder: a YAML document with a schema, a JSON and a TOML document."""
    (folder / "schemas").mkdir(parents=True)
    (folder / "schemas" / "queue.schema.json").write_text(SCHEMA)
    (folder / "queue.yaml").write_text(QUEUE)
    (folder / "store.json").write_text(STORE)
    (folder / "limits.toml").write_text(LIMITS)
    return folder


def opened(path: str | Path = "config", environ: dict[str, str] | None = None, **options: Any) -> ConfigSystem:
    """A system that sees no variables of the machine."""
    return ConfigSystem(path, environ=environ or {}, **options)


def everything(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Each file and directory below a folder and the folder itself: its mode, times and bytes."""
    found = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        facts = os.lstat(path)
        found[str(path)] = (facts.st_mode, facts.st_mtime_ns, path.read_bytes() if path.is_file() else b"")
    return found


def documents(folder: Path) -> dict[str, bytes]:
    """The bytes of each file of the directory itself."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def leftovers(folder: Path) -> list[str]:
    """What a change may not leave behind."""
    return [path.name for path in folder.rglob("*") if path.name.endswith(".tmp") or path.name.startswith("journal")]
