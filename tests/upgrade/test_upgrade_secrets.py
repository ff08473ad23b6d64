"""A secret is in no plan, difference, warning or error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lamps import add_bells, backups, opened

from setpoint.errors import SetpointError

SECRET = "s3cr3t-of-the-door"


def write(home: Path, text: str, steps: str) -> None:
    """A document whose old schema marks one key as secret, and its new one that of the same value."""
    (home / "door.yaml").write_text(text)
    for version, key in (("1", "opener"), ("2", "opened_by")):
        (home / "schemas" / f"door@{version}.schema.json").write_text(
            json.dumps({"type": "object", "properties": {key: {"type": "string", "x-setpoint-secret": True}}})
        )
    place = home / "migrations" / "door"
    place.mkdir()
    (place / "door.yaml").write_text(f"from: 1\nto: 2\nsteps: {steps}\n")


@pytest.mark.parametrize(
    "steps",
    [
        "[{rename: {path: opener, to: opened_by}}]",
        "[{remove: {path: opener}}]",
        "[{move: {from: opener, to: opened_by}}, {set_default: {path: hinges, value: 2}}]",
    ],
)
def test_no_plan_shows_a_secret(home: Path, steps: str) -> None:
    """Neither the old name nor the new one lets it through, up or down, though the file holds it."""
    write(home, f"version: 1\nopener: {SECRET}  # keep\nwidth: 90\n", steps)
    system = opened()
    plan = system.plan_migration("door")
    assert SECRET not in str(plan.to_dict())
    [done] = system.migrate({"door": None})
    [down] = system.migrate({"door": "1"})
    assert SECRET not in str([done.to_dict(), down.to_dict()])
    assert SECRET in (home / "door.yaml").read_text()
    assert any(SECRET in (folder / "door.yaml").read_text() for folder in backups(home, "door"))


def test_no_error_shows_a_secret(home: Path) -> None:
    """What is in the way is shown with its line, and the secret beside it masked."""
    write(
        home,
        f"version: 1\nopener: {SECRET}\nopened_by: {SECRET}\n",
        "[{rename: {path: opener, to: opened_by}}]",
    )
    with pytest.raises(SetpointError) as caught:
        opened().migrate_config("door")
    told = str(caught.value) + "".join(
        str(one.to_dict()) + str(one.excerpt and one.excerpt.lines) for one in caught.value.diagnostics
    )
    assert "config/door.yaml:2:1" in told
    assert SECRET not in told


def test_no_failing_function_shows_a_secret(home: Path) -> None:
    """The text of its exception is masked where it quotes what goes by a secret's name."""
    add_bells(home)
    (home / "bell-1.yaml").write_text(f"version: 2\npassword: {SECRET}\n")
    (home / "migrations" / "bell-1" / "next.py").write_text(
        'FROM = "2"\nTO = "3"\n\n\ndef up(tree):\n    raise ValueError(tree["password"])\n'
    )
    with pytest.raises(SetpointError) as caught:
        opened().migrate_config("bell-1")
    assert "ValueError" in str(caught.value)
    assert SECRET not in str(caught.value)
