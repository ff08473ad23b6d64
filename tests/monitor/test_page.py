"""The report as a page: whole in itself, for everybody, and harmless."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.monitor.chart import HEIGHT, WIDTH, chart
from setpoint.monitor.health import CRITICAL, Health, Reason
from setpoint.monitor.page import html_page
from setpoint.monitor.report import performance_report
from setpoint.monitor.store import SampleStore

NOON = 1_800_000_000.0
EVIL = "</title></style><script>alert(1)</script><img src=http://evil/x onerror=y>'\"&\x00\x1b\u202e\udcff"
VOID = {"meta", "br", "circle", "line", "polygon", "polyline", "wbr"}


class Page(HTMLParser):
    """What a page holds: its elements with their attributes, and whether each is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture
def page(tmp_path: Path) -> str:
    store = SampleStore(tmp_path / "monitor.sqlite3", name=EVIL, clock=lambda: NOON, monotonic=lambda: 0.0)
    for number in range(100):
        store.add(NOON - 1000 + number * 10, {"process_memory_bytes": number * 1e6, EVIL: 1.0, "cache_reads": number})
    health = Health(
        [Reason("refused", CRITICAL, EVIL, EVIL, documents=[EVIL])], at=NOON, since=NOON, documents={"total": 1}
    )
    alert: dict[str, Any] = {
        "state": "resolved",
        "severity": "high",
        "rule": EVIL,
        "subject": EVIL,
        "message": EVIL,
        "raised": NOON - 50,
        "resolved": NOON,
        "repeats": 0,
        "returns": 0,
    }
    return html_page(health, performance_report(store, 1, NOON, lines=True), [alert])


def test_a_page_is_well_formed_and_whole_in_itself(page: str) -> None:
    """No script, no picture, no style and no address from elsewhere, and a policy that forbids them."""
    found = Page(page)
    assert found.open == []
    assert {tag for tag, _ in found.elements}.isdisjoint({"script", "img", "link", "iframe", "object", "a", "form"})
    assert not re.search(r"(?i)(https?:)?//|url\(|@import|javascript:", page.replace("http://evil/x", ""))
    assert not [name for _, facts in found.elements for name in facts if name.startswith("on") or name == "src"]
    policies = [facts["content"] for tag, facts in found.elements if facts.get("http-equiv") and tag == "meta"]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_what_is_hostile_is_text(page: str) -> None:
    """It is shown with its escapes, and the page can be written as UTF-8."""
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "\\x1b\\u202e\\udcff" in page
    page.encode("utf-8")


def test_a_page_is_for_everybody(page: str) -> None:
    """Light and dark, a language, headings, and each chart with a title, a description and a table."""
    found = Page(page)
    assert "prefers-color-scheme: dark" in page
    assert ("html", {"lang": "en"}) in found.elements
    charts = [facts for tag, facts in found.elements if tag == "svg"]
    assert len(charts) == 1  # what only grows has no chart, and neither has what did not move
    identifiers = {facts["id"] for _, facts in found.elements if "id" in facts}
    for facts in charts:
        assert facts["role"] == "img"
        assert set((facts["aria-labelledby"] or "").split()) <= identifiers
    assert len(identifiers) == 2 * len(charts)
    assert [tag for tag, _ in found.elements].count("details") == len(charts)
    assert all(facts.get("scope") in ("col", "row") for tag, facts in found.elements if tag == "th")


def test_an_empty_report_is_a_page(tmp_path: Path) -> None:
    """That says so."""
    store = SampleStore(tmp_path / "monitor.sqlite3")
    page = html_page(None, performance_report(store, 1, NOON, lines=True), [])
    assert Page(page).open == []
    assert "Nothing was sampled in this time." in page


LEVELS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(st.integers(0, 3600), LEVELS, LEVELS, LEVELS), min_size=1, max_size=120))
def test_every_line_can_be_drawn(line: list[tuple[float, float, float, float]]) -> None:
    """Whatever the values are, the picture is XML, and every point of it lies inside."""
    ordered = [(at, *sorted(values)) for at, *values in sorted(line)]
    points = [(at, mean, low, high) for at, low, mean, high in ordered]
    text = chart("figure", points, 0.0, 3600.0, number=1)
    picture = ElementTree.fromstring(text[: text.index("</svg>") + 6])
    for element in picture:
        for x, y in (point.split(",") for point in element.get("points", "").split()):
            assert 0 <= float(x) <= WIDTH
            assert 0 <= float(y) <= HEIGHT


def test_what_is_open_comes_first(tmp_path: Path) -> None:
    """And how long it has been so; what is over says how long it lasted."""
    store = SampleStore(tmp_path / "monitor.sqlite3")
    common = {"severity": "high", "subject": "", "message": "m", "repeats": 0, "returns": 0}
    alerts: list[dict[str, Any]] = [
        {**common, "state": "resolved", "rule": "first", "raised": NOON - 9000, "resolved": NOON - 8940},
        {**common, "state": "open", "rule": "second", "raised": NOON - 7500, "resolved": None},
        {**common, "state": "resolved", "rule": "third", "raised": NOON - 99, "resolved": NOON, "returns": 2},
    ]
    page = html_page(None, performance_report(store, 3, NOON, lines=True), alerts)
    assert re.findall("<code>(first|second|third)</code>", page) == ["second", "third", "first"]
    assert "for 2 h 5 min" in page
    assert "lasted 1 min" in page
    assert "lasted 1 min 39 s, came back 2 times" in page
    assert "<strong>1</strong><p>open alerts</p>" in page


def test_without_a_look_the_last_sample_says_how_it_was(tmp_path: Path) -> None:
    """As for the command line, which reads what programs have kept."""
    store = SampleStore(tmp_path / "monitor.sqlite3", clock=lambda: NOON, monotonic=lambda: 0.0)
    store.add(NOON - 20, {"health": 0.0})
    store.add(NOON - 10, {"health": 2.0})
    page = html_page(None, performance_report(store, 1, NOON, lines=True), [])
    assert 'Health: <span class="badge warning">warning</span>' in page
    assert "at the last sample" in page


def test_figures_that_were_nothing_are_named_only(tmp_path: Path) -> None:
    """A page has room for what happened; each figure is on it once."""
    store = SampleStore(tmp_path / "monitor.sqlite3", clock=lambda: NOON, monotonic=lambda: 0.0)
    for number in range(5):
        store.add(NOON - 50 + number * 10, {"edits": 0.0, "documents_stale": 0.0, "reloads": number, "documents": 7.0})
    page = html_page(None, performance_report(store, 1, NOON, lines=True), [])
    still = re.findall(r'<p class="soft note">0 all the time: (.*?)</p>', page)
    assert [part.replace("<wbr>", "") for part in still] == ["<code>documents_stale</code>", "<code>edits</code>"]
    assert "<strong>+4</strong><p><code>reloads</code></p>" in page
    assert page.count("<svg") == 0


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(0, 1e-9))
def test_noise_is_not_drawn_as_if_it_were_much(level: float, noise: float) -> None:
    """What differs less than its digits show lies in the middle of the picture, with one number beside it."""
    low, high = sorted((level * (1 - noise), level * (1 + noise)))
    text = chart("disk_free_bytes", [(0.0, low, low, low), (60.0, high, high, high)], 0.0, 60.0, number=1)
    picture = ElementTree.fromstring(text[: text.index("</svg>") + 6])
    numbers = [element for element in picture if element.tag == "text" and element.get("text-anchor") == "end"]
    points = next(element.get("points", "") for element in picture if element.tag == "polyline")
    if len(numbers) == 2:  # one number, and the time at the end
        heights = [float(point.split(",")[1]) for point in points.split()]
        assert all(HEIGHT * 0.3 < y < HEIGHT * 0.6 for y in heights)
