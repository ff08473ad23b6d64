"""Whatever is done to a document in whatever order: migrations, changes and rollbacks get along with each other."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lamps import VERSIONS, make, opened, schema

from setpoint import ConfigNotFoundError, ConfigSystem
from setpoint.history.history import History

EXAMPLES = max(12, int(os.environ.get("SETPOINT_EXAMPLES", "100")) // 8)
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

VERSION = st.sampled_from(list(VERSIONS))
ACTS = st.one_of(
    st.tuples(st.just("migrate"), VERSION),
    st.tuples(st.just("set"), st.sampled_from(["desk", "door"]), st.integers(1, 20)),
    st.tuples(st.just("rollback"), st.integers(1, 8), st.booleans()),
    st.tuples(st.just("comment"), st.integers(0, 9)),
    st.tuples(st.just("there and back"), VERSION),
)


def version_of(system: ConfigSystem) -> str | None:
    """The version that the document has, by its schemas."""
    report = system.validate_all_configs()["lamps"]
    assert report.ok, [str(one) for one in report]
    return report.version


def act(system: ConfigSystem, home: Path, what: tuple[Any, ...]) -> None:
    """Do one thing."""
    before = {path: path.read_bytes() for path in home.glob("lamps*.yaml")}
    try:
        if what[0] == "migrate":
            system.migrate_config("lamps", to_version=what[1])
            assert version_of(system) == what[1]
        elif what[0] == "set":
            key = "brightness"
            value = what[2] / 100 if version_of(system) == "1.0.0" else what[2]
            system.set(f"lamps.lamps.{what[1]}.{key}", value)
        elif what[0] == "rollback":
            system.rollback("lamps", to=what[1], migrate=what[2])
            if what[2]:
                assert version_of(system) == "3.0.0"
        elif what[0] == "comment":
            with (home / "lamps.yaml").open("a") as file:
                file.write(f"# {what[1]}\n")
            system.reload()
        else:
            start = version_of(system)
            tree = system.load_config("lamps").to_dict()
            system.migrate_config("lamps", to_version=what[1])
            system.migrate_config("lamps", to_version=start)
            if start is not None and start <= what[1]:
                assert system.load_config("lamps").to_dict() == tree, "down is not where up began"
                assert {path: path.read_bytes() for path in before} == before, "nothing was changed between"
    except ConfigNotFoundError:
        assert what[0] == "rollback", "only a revision may not be there; nothing else here is ever refused"
        assert {path: path.read_bytes() for path in before} == before


@settings(max_examples=EXAMPLES)
@given(acts=st.lists(ACTS, min_size=1, max_size=7), local=st.booleans())
def test_migrations_changes_and_rollbacks_get_along(acts: list[tuple[Any, ...]], local: bool) -> None:
    """After each act the document is valid, at one of its versions and as it is on the disk; the record is whole."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        home = make(Path(folder) / "config", newest="2.1.0" if local else "3.0.0")
        if local:  # layers are carried by steps, so that the last migration is written in them as well
            (home / "lamps.local.yaml").write_text("lamps: {desk: {height: 0.9}}  # mine\n")
            steps = (
                "[{move: {from: lamps.*.on, to: lamps.*.hours.on}}, {move: {from: lamps.*.off, to: lamps.*.hours.off}}]"
            )
            (home / "migrations" / "lamps" / "hours.yaml").write_text(f"from: 2.1.0\nto: 3.0.0\nsteps: {steps}\n")
            (home / "schemas" / "lamps@3.0.0.schema.json").write_text(schema("3.0.0", VERSIONS["3.0.0"]))
        with opened(home) as system:
            for what in acts:
                act(system, home, what)
                with opened(home) as other:
                    assert other.load_config("lamps") == system.load_config("lamps")
                    assert version_of(other) in VERSIONS
                assert b"# upstairs" in (home / "lamps.yaml").read_bytes()
        assert not list(home.rglob("*.tmp")) and not list(home.rglob(".unfinished"))
        with History(str(home / ".setpoint")) as history:
            assert history.verify().ok
