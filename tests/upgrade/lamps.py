"""The directory that the tests migrate: lamps in four versions, a migration of each kind, and ways to look at it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from setpoint import ConfigSystem

ROOMS = """\
from: 1.0.0
to: 2.0.0
steps:
  - rename: {path: lamps.*.room_name, to: room}
  - move: {from: lamps.*.height, to: lamps.*.place.height}
  - convert: {path: lamps.*.brightness, multiply: 100}
  - set_default: {path: lamps.*.dimmable, value: false}
  - remove: {path: wattage}
examples:
  - before: {wattage: 12, lamps: {desk: {room_name: study, brightness: 0.5}}}
    after: {lamps: {desk: {room: study, brightness: 50, dimmable: false}}}
"""
COLORS = """\
from = "2.0.0"
to = "2.1.0"

[[steps]]
convert = { path = "lamps.*.color", from = "item", to = "list" }
"""
HOURS = '''\
"""The hours at which a lamp is on have a section."""

FROM = "2.1.0"
TO = "3.0.0"


def up(tree):
    for lamp in tree["lamps"].values():
        hours = {key: lamp.pop(key) for key in ("on", "off") if key in lamp}
        if hours:
            lamp["hours"] = hours
    return tree


def down(tree):
    for lamp in tree["lamps"].values():
        lamp.update(lamp.pop("hours", {}))
    return tree
'''
LAMPS = """\
# Asked for by the fire brigade.
wattage: 12   # each
lamps:
  desk:
    room_name: 'study'   # upstairs
    # measured from the floor
    height: 0.7
    brightness: 0.5
    color: red
"""
# What the first migration makes of it.
LAMPS_2 = """\
# Asked for by the fire brigade.
version: 2.0.0
lamps:
  desk:
    room: 'study'   # upstairs
    brightness: 50
    color: red
    place:
      # measured from the floor
      height: 0.7
    dimmable: false
"""
_TEXT, _NUMBER = {"type": "string"}, {"type": "number"}
_OLD_LAMP = {"room_name": _TEXT, "height": _NUMBER, "brightness": {"type": "number", "maximum": 1}, "color": _TEXT}
_HOURS = {"on": {"type": "integer"}, "off": {"type": "integer"}}
_NEW_LAMP = {
    "room": _TEXT,
    "place": {"type": "object", "properties": {"height": _NUMBER}},
    "brightness": {"type": "number", "maximum": 100},
    "dimmable": {"type": "boolean"},
}
VERSIONS = {
    "1.0.0": {**_OLD_LAMP, **_HOURS},
    "2.0.0": {**_NEW_LAMP, **_HOURS, "color": _TEXT},
    "2.1.0": {**_NEW_LAMP, **_HOURS, "color": {"type": "array", "items": _TEXT}},
    "3.0.0": {**_NEW_LAMP, "color": {"type": "array", "items": _TEXT}, "hours": {"type": "object"}},
}


def schema(version: str, lamp: dict[str, Any]) -> str:
    """The schema of the lamps in one version; documents of the first one do not say which they are."""
    top: dict[str, Any] = {
        "lamps": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": False, "properties": lamp},
        }
    }
    if version == "1.0.0":
        top["wattage"] = {"type": "integer"}
    else:
        top["version"] = {"const": version}
    required = ["lamps"] if version == "1.0.0" else ["lamps", "version"]
    made = {
        "x-setpoint-version-at": None if version == "1.0.0" else "/version",
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": top,
    }
    return json.dumps(made)


def make(folder: Path, *, newest: str = "3.0.0") -> Path:
    """Write the directory: the document in its first version, and what is known up to the newest one."""
    (folder / "schemas").mkdir(parents=True)
    (folder / "migrations" / "lamps").mkdir(parents=True)
    for version, lamp in VERSIONS.items():
        if version <= newest:
            (folder / "schemas" / f"lamps@{version}.schema.json").write_text(schema(version, lamp))
    migrations = {"2.0.0": ("rooms.yaml", ROOMS), "2.1.0": ("colors.toml", COLORS), "3.0.0": ("hours.py", HOURS)}
    for version, (name, text) in migrations.items():
        if version <= newest:
            (folder / "migrations" / "lamps" / name).write_text(text)
    (folder / "lamps.yaml").write_text(LAMPS)
    return folder


def add_bells(folder: Path, count: int = 1, *, broken: int | None = None) -> list[str]:
    """Write further documents, without a schema, with a migration each; the one of that number blocks its own."""
    names = [f"bell-{number}" for number in range(1, count + 1)]
    for number, name in enumerate(names, 1):
        place = folder / "migrations" / name
        place.mkdir(parents=True)
        (place / "tones.yaml").write_text("from: 1\nto: 2\nsteps:\n  - rename: {path: tone, to: pitch}\n")
        blocked = "pitch: high\n" if number == broken else ""
        (folder / f"{name}.yaml").write_text(f"# bell {number}\nversion: 1\ntone: {number}  # as tuned\n{blocked}")
    return names


_open: list[ConfigSystem] = []


def opened(path: str | Path = "config", environ: dict[str, str] | None = None, **options: Any) -> ConfigSystem:
    """A system that sees no variables of the machine, and is closed when the test is over."""
    system = ConfigSystem(path, environ=environ or {}, **options)
    _open.append(system)
    return system


def close_all() -> None:
    """Close what was opened."""
    while _open:
        _open.pop().close()


def documents(folder: Path) -> dict[str, bytes]:
    """The bytes of each file of the directory itself."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def backups(folder: Path, name: str = "lamps") -> list[Path]:
    """The folders with backups of a document, the oldest first."""
    return sorted((folder / ".setpoint" / "backups" / name).glob("*"))
