"""Where a system has no way to sync a directory, changes are made and recorded, and it is said what is not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from setpoint import ConfigSystem


def test_changes_of_one_and_of_several_documents_are_made_and_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the tail of the record nor the journal refuses: their names are no less safe than the documents'."""
    monkeypatch.setenv("SETPOINT_PORTABLE", "1")
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text("n: 1\n")
    with ConfigSystem(tmp_path, environ={}) as system:
        saved = system.set("a.n", 2)
        assert any("could not be synced" in note for note in saved.notes)
        with system.transaction() as changes:
            changes.set("a.n", 3)
            changes.set("b.n", 3)
        assert changes.saved is not None
        assert any("b.yaml" in note and "could not be synced" in note for note in changes.saved.notes)
        assert [one.cause for one in system.history("a")] == ["transaction", "set", "found"]
        assert system.record().verify().ok
    assert (tmp_path / "a.yaml").read_text() == (tmp_path / "b.yaml").read_text() == "n: 3\n"
