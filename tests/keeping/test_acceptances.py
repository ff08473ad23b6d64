"""Acceptances: one content of one document, said by the user whose program it is."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.errors import UsageError
from setpoint.keeping.acceptance import Acceptances


def test_an_acceptance_is_for_one_content(state: Path) -> None:
    """Another content, another document: not accepted; a later acceptance takes the place of the first."""
    ours = Acceptances(str(state), clock=lambda: 5.0)
    assert ours.holds("messaging", "d1") is False
    assert not (state / "accepted").exists()
    ours.accept("messaging", "d1", author="ada")
    assert [ours.holds(*what) for what in (("messaging", "d1"), ("messaging", "d2"), ("other", "d1"))] == [
        True,
        False,
        False,
    ]
    ours.accept("messaging", "d2", author="bob")
    assert (ours.holds("messaging", "d1"), ours.holds("messaging", "d2")) == (False, True)
    found = ours.find("messaging")
    assert found is not None
    assert (found.name, found.digest, found.author, found.when) == ("messaging", "d2", "bob", 5.0)
    assert stat.S_IMODE(os.stat(ours.folder).st_mode) == 0o700
    assert stat.S_IMODE(os.stat(ours.path("messaging")).st_mode) == 0o600


def test_what_is_done_is_gone(state: Path) -> None:
    """A used one is removed; one that was given for another content in the meantime stays."""
    ours = Acceptances(str(state))
    assert ours.done("messaging") is False
    ours.accept("messaging", "d1", author="ada")
    assert os.path.exists(ours.path("messaging"))
    assert ours.done("messaging", "d0") is False
    assert ours.holds("messaging", "d1")
    assert ours.done("messaging", "d1") is True
    assert not os.path.exists(ours.path("messaging"))
    ours.accept("messaging", "d1", author="ada")
    assert ours.done("messaging") is True
    assert ours.holds("messaging", "d1") is False


def test_another_process_sees_it(state: Path) -> None:
    """What one process accepts, a process that is running already finds."""
    running = Acceptances(str(state))
    assert running.holds("team/messaging", "d1") is False
    script = (
        "import sys; from setpoint.keeping.acceptance import Acceptances\n"
        "Acceptances(sys.argv[1]).accept('team/messaging', 'd1', author='cli')"
    )
    subprocess.run([sys.executable, "-c", script, str(state)], check=True, timeout=60)
    assert running.holds("team/messaging", "d1") is True


def test_there_must_be_something_to_accept(state: Path) -> None:
    """No digest, or an author without end, is refused."""
    ours = Acceptances(str(state))
    with pytest.raises(UsageError, match="'messaging' is accepted with the digest"):
        ours.accept("messaging", "", author="ada")
    with pytest.raises(UsageError, match="64 KiB"):
        ours.accept("messaging", "d1", author="a" * 70_000)
    assert ours.find("messaging") is None


@given(garbage=st.binary(max_size=200), labelled=st.booleans())
def test_garbage_counts_as_none(garbage: bytes, labelled: bool, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever the file holds: not accepted, and told as long as it is there."""
    folder = tmp_path_factory.getbasetemp() / "garbage"
    folder.mkdir(exist_ok=True)
    ours = Acceptances(str(folder))
    path = Path(ours.path("messaging"))
    if not path.exists():
        ours.accept("messaging", "d1", author="ada")
    whole = path.read_bytes()
    path.write_bytes(b"setpoint accepted 1\n" + garbage if labelled else garbage)
    assert ours.holds("messaging", "d1") is False
    (notice,) = ours.notices
    assert notice == (
        f"{ours.path('messaging')}: this acceptance does not count: it does not hold what is written there"
    )
    path.write_bytes(whole)
    assert ours.holds("messaging", "d1")
    assert ours.notices == ()


@pytest.mark.parametrize(
    "line",
    [
        b'{"document": "messaging", "digest": "d1", "author": "ada"}',
        b'{"document": "messaging", "digest": "d1", "author": "ada", "when": NaN}',
        b'{"document": "messaging", "digest": "d1", "author": null, "when": 1}',
        b'{"document": "other", "digest": "d1", "author": "ada", "when": 1}',
        b'["messaging", "d1", "ada", 1]',
        b"[" * 60_000,
        b" " * 70_000,
        b"\xff\xfe",
        b"",
    ],
)
def test_an_acceptance_of_another_shape_counts_as_none(line: bytes, state: Path) -> None:
    """Missing facts, other types, another document, nesting without end."""
    ours = Acceptances(str(state))
    ours.accept("messaging", "d1", author="ada")
    Path(ours.path("messaging")).write_bytes(b"setpoint accepted 1\n" + line)
    assert ours.holds("messaging", "d1") is False
    assert len(ours.notices) == 1
    ours.accept("messaging", "d1", author="ada")
    assert ours.holds("messaging", "d1") is True
    assert ours.notices == ()


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_others_may_write_does_not_count(what: str, state: Path) -> None:
    """Anybody could have put it there."""
    ours = Acceptances(str(state))
    ours.accept("messaging", "d1", author="ada")
    os.chmod(ours.path("messaging") if what == "file" else ours.folder, 0o777)
    assert ours.holds("messaging", "d1") is False
    assert "may be written by other users (mode 0777)" in ours.notices[0]


def test_leftovers_are_swept(state: Path) -> None:
    """What a killed writer left is removed."""
    ours = Acceptances(str(state))
    ours.accept("messaging", "d1", author="ada")
    left = Path(ours.folder) / ".messaging.accepted.setpoint-0123456789abcdef.tmp"
    left.write_bytes(b"half")
    assert ours.sweep() == [str(left)]
