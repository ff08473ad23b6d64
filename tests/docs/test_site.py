"""The site is built from the pages, without a warning, and fetches nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    """Every page is in it, every link leads somewhere, and no page asks another server for a script, style or font."""
    folder = tmp_path / "site"
    command = [sys.executable, "-m", "sphinx", "--builder", "html", "--fail-on-warning", "--keep-going", "--nitpicky"]
    built = subprocess.run(
        [*command, "--quiet", "-c", "site", "-d", str(tmp_path / "trees"), ".", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (built.returncode, built.stderr) == (0, "")
    pages = {*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), ROOT / "bench" / "README.md"}
    for page in pages:
        assert (folder / page.relative_to(ROOT)).with_suffix(".html").exists(), page
    for page in folder.rglob("*.html"):
        fetched = re.findall(r'<(?:script|img|link)\b[^>]*?(?:src|href)="(?:https?:)?//[^"]*"', page.read_text())
        assert not fetched, page
    for style in folder.rglob("*.css"):
        assert not re.search(r"@import[^;]*//|url\(\s*['\"]?(?:https?:)?//", style.read_text()), style
