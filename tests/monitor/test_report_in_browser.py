"""The page of a report in a real browser: light and dark, wide and narrow, for everybody, and silent."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from monitored import Monitored, until
from playwright.sync_api import Browser, Page, sync_playwright

from setpoint.monitor.page import html_page
from setpoint.monitor.report import performance_report

HOSTILE = "</title></style><script>document.title='ran'</script><img src=http://198.51.100.7/x onerror=alert(1)>"
LOOKS = 48
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a day of a real system in which documents were changed, broken and repaired."""
    top = tmp_path_factory.mktemp("day")
    one = Monitored(top)
    chance = random.Random(1)
    try:
        one.clock.ahead = -86400.0
        one.monitor.rule(lambda sample, health: HOSTILE if sample["cache_reads"] > 200 else None, id="own-rule")
        one.start()
        for number in range(LOOKS):
            for _ in range(chance.randrange(20)):
                one.system.load_config(chance.choice("ab"))
            if chance.random() < 0.3:
                one.system.set("a.number", number)
            if number in (16, 40):
                one.write("b", "number: a text where a number should be, and a long one too\n")
                until(lambda: one.system.hot_reload_status()["refused"])
            if number == 24:
                one.write("b", "number: 3\n")
                until(lambda: not one.system.hot_reload_status()["refused"])
            one.clock.ahead += 86400 / LOOKS
            one.monitor.look()
        health = one.monitor.get_health_status()
        told = performance_report(one.monitor.store, 24, one.clock(), lines=True)
        page = html_page(health, told, one.monitor.get_alerts())
    finally:
        one.close()
    (top / "report.html").write_text(page)
    return top / "report.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, as ./scripts/system-packages installs it."""
    program = shutil.which("chromium")
    assert program is not None, "./scripts/system-packages installs it"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield launched
        launched.close()


class Opened:
    """The page as a browser shows it, and everything that the browser said or asked for meanwhile."""

    def __init__(self, browser: Browser, report: Path, size: str, scheme: Any) -> None:
        self.width, height = SIZES[size]
        self.context = browser.new_context(viewport={"width": self.width, "height": height}, color_scheme=scheme)
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.said.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(report.as_uri())


@pytest.fixture(params=[("phone", "light"), ("desktop", "dark")], ids=" ".join)
def opened(request: pytest.FixtureRequest, browser: Browser, report: Path) -> Iterator[Opened]:
    """The page in each size, and in each colour scheme: sizes have no colours of their own."""
    made = Opened(browser, report, *request.param)
    yield made
    made.context.close()


def test_the_page_is_silent_whole_and_for_everybody(opened: Opened, report: Path) -> None:
    """No error, no request but for itself, nothing hostile has run, nothing is cut off, and axe finds nothing grave."""
    page = opened.page
    page.locator("summary").first.click()
    assert page.locator("details[open] table").first.is_visible()
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    grave = [
        (one["id"], one["impact"], [node["html"][:200] for node in one["nodes"]][:3])
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert grave == []
    assert len(found.response["passes"]) > 20
    assert page.title() == "Setpoint: report"
    assert HOSTILE in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") == opened.width
    outside = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(one => {
            const box = one.getBoundingClientRect();
            return box.width && !one.closest('.wide') && (box.right > innerWidth + 0.5 || box.left < -0.5);
        }).map(one => one.outerHTML.slice(0, 200))"""
    )
    assert outside == []
    assert opened.said == []
    assert opened.asked == [report.as_uri()]


def test_charts_say_what_they_show(opened: Opened) -> None:
    """Each has a name and a description for who cannot see it, and letters that can be read on a phone too."""
    charts = opened.page.get_by_role("img").all()
    assert len(charts) > 5
    for chart in charts:
        title = chart.locator("title").text_content()
        described = chart.locator("desc").text_content() or ""
        assert title
        assert "least" in described and "greatest" in described
        beside = [text for text in chart.locator("text").all_text_contents() if text]
        assert len(beside) >= 6  # least and greatest, and times
    sizes = opened.page.evaluate(
        """() => [...document.querySelectorAll('svg text')].filter(one => one.getBoundingClientRect().width)
            .map(one => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a)"""
    )
    assert min(sizes) >= 8
    overlapping = opened.page.evaluate(
        """() => [...document.querySelectorAll('svg')].filter(svg => {
            const boxes = [...svg.querySelectorAll('text')].map(one => one.getBoundingClientRect())
                .filter(box => box.width);
            return boxes.some((a, i) => boxes.some((b, j) => i < j && a.left < b.right && b.left < a.right
                && a.top < b.bottom && b.top < a.bottom));
        }).length"""
    )
    assert overlapping == 0


def test_a_table_that_is_too_wide_is_scrolled_with_the_keyboard(browser: Browser, report: Path) -> None:
    """Its figures' names stay where they are meanwhile."""
    opened = Opened(browser, report, "phone", "light")
    try:
        region = opened.page.get_by_role("region", name="Documents", exact=True)
        region.focus()
        for _ in range(3):
            opened.page.keyboard.press("ArrowRight")
        until(lambda: opened.page.evaluate("document.activeElement.scrollLeft") > 50)
        name = region.get_by_role("rowheader").first.bounding_box()
        assert name is not None
        assert 0 <= name["x"] < 40
    finally:
        opened.context.close()
