"""The handle that always has the newest object."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from pathlib import Path
from types import MemberDescriptorType

import pytest

from setpoint.binding.handle import Handle

SOURCE = Path(__file__).parents[2] / "src"


def test_current_is_a_plain_slot() -> None:
    """Reading it runs no code of ours, and replacing it is seen at once."""
    handle = Handle("messaging", [1])
    assert type(Handle.__dict__["current"]) is MemberDescriptorType
    before = handle.current
    handle._replace([2])
    assert (before, handle.current, handle.name) == ([1], [2], "messaging")


def test_only_its_owner_changes_it() -> None:
    """Assigning and deleting are refused, with what to do."""
    handle = Handle("messaging", 1)
    with pytest.raises(TypeError, match="change the configuration"):
        handle.current = 2
    with pytest.raises(TypeError, match="change the configuration"):
        del handle.current
    assert handle.current == 1


@pytest.mark.parametrize("carry", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_stays_in_its_process(carry: object) -> None:
    """A copy would never be replaced, so there is none."""
    with pytest.raises(TypeError, match=r"hand on handle\.current"):
        carry(Handle("messaging", 1))  # type: ignore[operator]


def test_its_repr_shows_no_value() -> None:
    """Only which document it is and what kind of object."""
    assert repr(Handle("messaging", "hunter2")) == "<Handle of 'messaging': str>"
    assert repr(Handle[int]).endswith("Handle[int]")


def test_a_type_checker_knows_what_current_is(tmp_path: Path) -> None:
    """mypy --strict sees the model's fields through the handle, and through build."""
    (tmp_path / "use.py").write_text(
        "from dataclasses import dataclass\n"
        "from setpoint.binding.build import build\n"
        "from setpoint.binding.handle import Handle\n"
        "from setpoint.config import Config\n"
        "@dataclass\nclass Queue:\n    max_size: int\n"
        "@dataclass\nclass Messaging:\n    queue: Queue\n"
        "handle: Handle[Messaging] = Handle('messaging', build(Config({}), Messaging))\n"
        "reveal_type(handle.current.queue.max_size)\n"
        "reveal_type(build(Config({}), Queue))\n"
        "handle.current.queue.max_szie\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "use.py"],
        cwd=tmp_path,
        env={"MYPYPATH": str(SOURCE), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 'use.py:12: note: Revealed type is "int"' in done.stdout.replace("builtins.", "")
    assert 'use.py:13: note: Revealed type is "use.Queue"' in done.stdout
    assert 'use.py:14: error: "Queue" has no attribute "max_szie"' in done.stdout
    assert "Found 1 error in 1 file" in done.stdout
