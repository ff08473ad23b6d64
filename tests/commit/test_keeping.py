"""Which revisions stay on record."""

from __future__ import annotations

from pathlib import Path

import pytest

from setpoint import ConfigSystem


@pytest.mark.parametrize(
    ("settings", "kept"),
    [("", 46), ("keep = 5", range(5, 25)), ("days = 1", 46), ("keep = 5\ndays = 0.0000001", range(5, 25))],
)
def test_old_revisions_go_as_the_settings_say(
    settings: str, kept: int | range, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are looked at now and then; the newest ones stay, and without settings all of them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "a.yaml").write_text("number: 0\n")
    (tmp_path / "setpoint.toml").write_text(f"[history]\n{settings}\n")
    with ConfigSystem("config", environ={}) as system:
        for number in range(1, 46):
            system.set("a.number", number)
        revisions = system.history("a")
        assert len(revisions) == kept if isinstance(kept, int) else len(revisions) in kept
        assert revisions[0].number == 46
        assert system.record().verify().ok
        system.rollback("a", to=revisions[-1].number)
