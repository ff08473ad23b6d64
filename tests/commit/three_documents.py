"""Three documents and the changes of them that the tests disturb; and what must hold whatever happened to a change."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from setpoint import ConfigSystem
from setpoint.history.history import History

DOCUMENTS = ("a", "b", "c")
# With SETPOINT_EXAMPLES=1000 the tests disturb every call; else every n-th, to end in some seconds. The power is cut
# after every call at least once in any case.
EXAMPLES = int(os.environ.get("SETPOINT_EXAMPLES", "0"))
EVERY = EXAMPLES >= 1000
CUTS = max(15, EXAMPLES)  # power cuts of each change

BEFORE = {f"config/{name}.json": b'{\n  "n": 1,\n  "of": "%s"\n}\n' % name.encode() for name in DOCUMENTS}

# With this variable a script has changed something before the change that is disturbed. So its process knows where the
# record ends, and adds to it by way of the tail.
BUSY = {"BUSY": "1"}

_SCRIPT = """
import os, sys
from setpoint import ConfigSystem, SetpointError
system = ConfigSystem("config", environ={{}})
system.snapshot()
if "BUSY" in os.environ:
    system.set("c.more", 0, author="more")
begin()
try:
    {change}
except SetpointError as error:
    print(f"{{type(error).__name__}}: {{error}}", file=sys.stderr)
    sys.exit(error.exit_code)
acknowledge()
"""

SET = _SCRIPT.format(change='saved = system.set("a.n", 2, reason="why", author="me")\n    print(*saved.notes)')
TRANSACTION = _SCRIPT.format(
    change="""with system.transaction(reason="why", author="me") as tx:
        for name in "abc":
            tx.set(f"{name}.n", 2)
    print(*tx.saved.notes)"""
)
CONVERSION = _SCRIPT.format(
    change='saved = system.save_config("a", {"n": 2, "of": "a"}, format="toml", reason="why", author="me")\n'
    "    print(*saved.notes)"
)


# Goes on after what was acknowledged, so that there is time to lose it in.
AND_MORE = 'for more in range(1, 4):\n    system.set("c.more", more, author="more")\n'


def after(change: str) -> tuple[int, int, int]:
    """The numbers of the three documents when a change was made."""
    return (2, 2, 2) if change.startswith(TRANSACTION) else (2, 1, 1)


def warm(folder: Path) -> Path:
    """Make the directory to start with, in which each document has been changed once before; return it."""
    for name, data in BEFORE.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.replace(b"1", b"0"))
    with ConfigSystem(folder / "config", environ={}) as system:
        for name in DOCUMENTS:
            system.set(f"{name}.n", 1, author="before")
    return folder


def numbers(directory: Path) -> tuple[int, ...]:
    """What somebody who opens the directory now reads, in one look."""
    with ConfigSystem(directory / "config", environ={}) as system:
        read = system.snapshot()
        assert set(read) - {"next"} == set(DOCUMENTS)
        assert all(read[name]["of"] == name for name in DOCUMENTS)
        return tuple(read[name]["n"] for name in DOCUMENTS)


def leftovers(directory: Path) -> list[str]:
    """Every file that belongs neither to a document nor, for good, to the state."""
    found = sorted(path.name for path in (directory / "config").rglob("*") if path.is_file())
    state = {".gitignore", "lock", "history.sqlite3", "history.sqlite3-journal", "history.checkpoint", "history.tail"}
    return [
        name for name in found if name not in state and name not in {f"{one}.json" for one in DOCUMENTS} | {"a.toml"}
    ]


def must_be_whole(directory: Path, change: str, acknowledged: Sequence[str], point: object) -> bool:
    """Open a directory in which a change was disturbed, read it and change it once more; True when it was made.

    It must have been made in all documents or in none, be there when it was acknowledged, be on record when it is in
    several files, and leave nothing behind.
    """
    read = numbers(directory)
    assert read in ((1, 1, 1), after(change)), f"half a change: {read}: {point}"
    made = read == after(change)
    assert made or not acknowledged, f"an acknowledged change is lost: {point}"
    state = directory / "config" / ".setpoint"
    assert not any(name.endswith(".tmp") for name in os.listdir(directory / "config")), f"not tidied up: {point}"
    assert not list(state.glob("journal*")), f"not finished: {point}"
    with ConfigSystem(directory / "config", environ={}) as system:
        recorded = system.history("a")
        system.save_config("next", {"x": 1}, format="json")
        assert leftovers(directory) == ["next.json"], point
        assert numbers(directory) == read, point
    with History(state) as history:
        several = not change.startswith(SET)
        mine = [name for name in DOCUMENTS if any(one.author == "me" for one in history.revisions(name))]
        if acknowledged or (made and several):
            assert mine == (list(DOCUMENTS) if change.startswith(TRANSACTION) else ["a"]), point
        if not made:
            assert mine == [], f"on record, and not there: {point}"
        for name in mine:
            made_by = {one.author: one for one in history.revisions(name)}
            assert made_by["me"].reason == "why", point
            if "more" not in made_by and name != "c":
                for file, data in history.files(name, made_by["me"].number).items():
                    assert (directory / "config" / file).read_bytes() == data, point
            authors = [one.author for one in history.revisions(name) if one.author != "more"]
            assert authors in (["me", "unknown"], ["me", "before", "unknown"]), f"recorded twice: {authors}: {point}"
        verified = history.verify()
        assert (verified.ok, history.notices) == (True, ()), (verified.problems, history.notices, point)
    assert not list(state.glob("history.damaged-*")), point
    assert made or all(one.author != "me" for one in recorded)
    return made
