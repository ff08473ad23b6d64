"""The house: imports point down."""

from __future__ import annotations

import ast
from pathlib import Path

import setpoint

SOURCE = Path(setpoint.__file__).parent

# Room -> floor. A module imports only from lower floors, or from its own room.
FLOORS = {
    "errors": 0,
    "address": 0,
    "tree": 0,
    "config": 0,
    "diagnostic": 0,
    "report": 0,
    "catalogue": 0,
    "budget": 0,
    "revision": 0,
    "span": 0,
    "nearness": 0,
    "secret": 0,
    "excerpt": 0,
    "platform": 1,
    "merge": 1,
    "forks": 1,
    "binding": 1.2,
    "metrics": 1.4,
    "reading": 1.5,
    "atomic": 1.6,
    "cache": 1.7,
    "guard": 0,
    "keeping": 2.25,
    "formats": 2,
    "schemas": 2,
    "history": 2.2,
    "watching": 2.3,
    "diagnosis": 2.5,
    "editing": 2.6,
    "migration": 2.7,
    "validation": 3,
    "inference": 3.2,
    "schema_change": 3.3,
    "rules": 3,
    "sources": 4,
    "layers": 4.5,
    "workspace": 4.8,
    "commit": 4.6,
    "state": 2.1,
    "saved": 0.5,
    "change": 0,
    "pattern": 0,
    "events": 0,
    "bus": 1.5,
    "transaction": 4.97,
    "changing": 4.985,
    "checking": 4.9,
    "lookout": 4.85,
    "agreement": 4.86,
    "candidate": 4.87,
    "restarting": 4.86,
    "serving": 4.9,
    "reload": 4.95,
    "preparing": 4.95,
    "audience": 4.96,
    "following": 4.99,
    "upgrade": 4.98,
    "migrating": 4.992,
    "figures": 4.995,
    "handles": 4.95,
    "snapshot": 4.9,
    "system": 5,
    "hot_reloader": 5.2,
    "monitor": 5.3,
    "example": 0,
    "benchmark": 5.4,
    "access": 2.4,
    "audit": 2.45,
    "desk": 5.5,
    "server": 5.6,
    "cli": 6,
    "testing": 6,
}
ROOT = {"__init__", "__main__"}


def room_of(module: Path) -> str:
    return module.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported_rooms(module: Path) -> set[str]:
    """The rooms that a module imports anywhere in it, functions and type checking included."""
    package = ["setpoint", *module.relative_to(SOURCE).parent.parts]
    rooms = set()
    for node in ast.walk(ast.parse(module.read_text())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            source = ".".join(part for part in (base, node.module or "") if part)
            names = [f"{source}.{alias.name}" if source == "setpoint" else source for alias in node.names]
        rooms |= {name.split(".")[1] for name in names if name.startswith("setpoint.")}
        assert "setpoint" not in names, f"{module} imports the package's root, which ties every room together"
    return rooms


def test_every_module_has_a_floor() -> None:
    """A new room must be given a floor here."""
    rooms = {room_of(module) for module in SOURCE.rglob("*.py")} - ROOT - {"examples"}
    assert rooms == set(FLOORS)


def test_imports_point_down() -> None:
    """A module imports only from lower floors or from its own room; on floor 0 also from its neighbours."""
    wrong = []
    for module in sorted(SOURCE.rglob("*.py")):
        room = room_of(module)
        if room in ROOT:
            continue
        for target in imported_rooms(module):
            level = FLOORS[target]
            if target != room and not (level < FLOORS[room] or level == FLOORS[room] == 0):
                wrong.append(f"{module.relative_to(SOURCE)} (floor {FLOORS[room]}) imports {target} (floor {level})")
    assert not wrong, "\n".join(wrong)


def test_the_ground_has_no_knot() -> None:
    """On floor 0 neighbours may import each other, but never in a circle."""
    ground = {room for room, floor in FLOORS.items() if floor == 0}
    below = {room: imported_rooms(SOURCE / f"{room}.py") & ground for room in ground}
    done: set[str] = set()
    while len(done) < len(ground):
        ready = {room for room in ground - done if below[room] <= done}
        assert ready, f"a circle among {sorted(ground - done)}"
        done |= ready


def test_files_are_short() -> None:
    """A file is a chapter: none is longer than 400 lines."""
    long = {
        str(module.relative_to(SOURCE)): lines
        for module in SOURCE.rglob("*.py")
        if (lines := len(module.read_text().splitlines())) > 400
    }
    assert not long
