"""The picture in the README is of the dashboard as it is: this takes it, of a real server after real changes.

``SETPOINT_PICTURES=docs python -m pytest tests/server/pages/test_picture.py`` puts it where the README shows it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from dashboard_ground import EXAMPLE, Dashboard, wait_for
from playwright.sync_api import expect, sync_playwright

# Taken before any test: what the environment says is hidden from tests.
FOLDER = os.environ.get("SETPOINT_PICTURES")


def put(directory: Path) -> None:
    """Only the example's own documents."""
    shutil.copytree(EXAMPLE, directory / "config")


def test_the_overview_shows_what_was_just_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused file, a value that was set, and the event of a change that came while somebody looked."""
    taken = Path(FOLDER or tmp_path).absolute() / "dashboard.png"
    monkeypatch.chdir(tmp_path)  # files are shown by the path that the directory was named by
    with Dashboard(Path(), put) as dashboard, sync_playwright() as playwright:
        system = dashboard.system
        system.set("messaging.queue.max_size", 5000, reason="more traffic", author="deploy")
        system.set("semantic_config.status_index.top_k", 8, reason="better answers", author="deploy")
        for _ in range(500):
            system.load_config("messaging")
        file = dashboard.config / "coordinates.json"
        file.write_text(file.read_text().replace('"origin"', '"orign"', 1))
        wait_for(lambda: system.hot_reload_status()["refused"], "the refusal")
        dashboard.monitor.look()

        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1180, "height": 860}, color_scheme="light")
        page.set_default_timeout(60_000)
        name, _, value = dashboard.cookie("operator").partition("=")
        page.context.add_cookies([{"name": name, "value": value, "url": dashboard.url}])
        page.goto(dashboard.url)
        expect(page.get_by_text("more traffic")).to_be_visible()
        expect(page.get_by_text("coordinates").first).to_be_visible()
        system.set("messaging.queue.max_age_days", 7, reason="a long weekend", author="deploy")
        feed = page.get_by_role("log").or_(page.locator("[aria-live]")).filter(has_text="messaging")
        expect(feed.first).to_be_visible()
        page.screenshot(path=taken)
        browser.close()
    assert taken.read_bytes().startswith(b"\x89PNG")
