"""The documentation tells the truth."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import setpoint

sys.path.insert(0, str(Path(__file__).parent))
import page as pages

PAGES = sorted(
    [*(pages.ROOT / "docs").rglob("*.md")]
    + [pages.ROOT / name for name in ("README.md", "CONTRIBUTING.md", "ENHANCED_CONFIG_SYSTEM_REPORT.md")]
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_of_a_page_does_what_it_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python runs, commands print what is shown, and a block that cannot run says why."""
    monkeypatch.chdir(tmp_path)
    pages.run(page, tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    """Links between pages name files and headings that exist."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        linked = (page.parent / file).resolve() if file else page
        assert linked.exists(), f"{page.name} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", linked.read_text(), re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
            assert anchor in anchors, f"{page.name} links to {target}; there are {sorted(anchors)}"


def test_every_public_name_has_a_place_in_the_reference() -> None:
    """A name that can be imported is explained in docs/python.md."""
    text = (pages.ROOT / "docs" / "python.md").read_text()
    missing = [name for name in setpoint.__all__ if f"`{name}" not in text]
    assert not missing


def test_every_command_has_its_section() -> None:
    """Each command of the table is a heading of docs/command_line.md."""
    from setpoint.cli.commands import GROUPS

    headings = re.findall(r"^### `setpoint (\w+)", (pages.ROOT / "docs" / "command_line.md").read_text(), re.MULTILINE)
    assert sorted(headings) == sorted(name for group in GROUPS.values() for name in group)


def test_every_figure_of_hot_reload_is_explained(tmp_path: Path) -> None:
    """Each key of hot_reload_status() has its line in docs/hot_reload.md."""
    with setpoint.ConfigSystem(tmp_path, environ={}) as system:
        system.start_hot_reload()
        keys = set(system.hot_reload_status())
    _, _, table = (pages.ROOT / "docs" / "hot_reload.md").read_text().partition("\n## Status\n")
    rows = re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE)
    assert keys == {key for row in rows for key in re.findall(r"`(\w+)`", row)}
