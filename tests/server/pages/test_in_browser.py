"""The dashboard in a real browser: what people do, what hostile texts must not do, how it fits screens and readers."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from dashboard_ground import HOSTILE, SCRIPT, Dashboard, wait_for
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

PATIENCE = 60_000  # milliseconds: the machine may be busy
# Each kind of page once; those with the planted document show what it holds.
PAGES = (
    "/",
    "/documents",
    "/documents/service",
    "/documents/hostile",
    "/documents/service/edit/timeout",
    "/documents/service/edit/debug",
    "/documents/hostile/edit",
    "/documents/service/history",
    "/history",
    "/history/service/1",
    "/history/hostile/2",
    "/migrations",
    "/migrations/old",
    "/charts",
    "/alerts",
    "/audit",
    "/documents/nosuch",
)
# Of the same making as others: what holds for those holds for these.
ALIKE = ("/documents/hostile/edit", "/history/hostile/2", "/documents/service/history", "/documents/hostile")


class Visit:
    """A page of a browser, and everything that went wrong in it."""

    def __init__(self, context: BrowserContext, dashboard: Dashboard) -> None:
        self.dashboard = dashboard
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.trouble: list[str] = []
        self.page.on("dialog", lambda dialog: (self.trouble.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("pageerror", lambda error: self.trouble.append(f"error {error}"))
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("request", self._look)

    def _hear(self, kind: str, text: str) -> None:
        # A page that says 404 or 409 is meant to; the browser puts that on the console too.
        if kind in ("error", "warning") and not re.search(r"status of 4\d\d", text):
            self.trouble.append(f"console {kind}: {text}")

    def _look(self, request: Request) -> None:
        if not request.url.startswith((self.dashboard.url, "data:")):
            self.trouble.append(f"request of {request.url}")

    def go(self, path: str) -> Page:
        self.page.goto(self.dashboard.url + path)
        return self.page

    def sign_in(self, role: str = "admin") -> Page:
        """Take over the session of somebody of this role; the form itself has its own test."""
        name, _, value = self.dashboard.cookie(role).partition("=")
        self.page.context.add_cookies([{"name": name, "value": value, "url": self.dashboard.url}])
        return self.page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of the module."""
    path = shutil.which("chromium")
    assert path is not None, "these tests need Chromium"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A server whose record, trail, alerts and files have hostile texts in them as well."""
    with Dashboard(tmp_path_factory.mktemp("browsed")) as running:
        plant_deeds(running)
        yield running


def plant_deeds(dashboard: Dashboard) -> None:
    """Put revisions with hostile reasons and authors on record, a hostile alert, and hostile names on the trail."""
    for number, text in enumerate(HOSTILE):
        printable = "".join(letter for letter in text if letter.isprintable())
        dashboard.system.set("hostile.added", f"{printable} {number}", reason=printable, author=printable)
    dashboard.system.set("service.timeout", 31, reason=SCRIPT)
    dashboard.monitor.rule(lambda sample, health: SCRIPT, id="planted")
    dashboard.monitor.look()
    dashboard.audit.append(
        who=SCRIPT,
        token=None,
        address=SCRIPT,
        request="1-1",
        action="set",
        documents=(SCRIPT,),
        outcome="done",
        detail=SCRIPT,
    )


@pytest.fixture
def visit(browser: Browser, dashboard: Dashboard) -> Iterator[Visit]:
    """A fresh browser window; whatever goes wrong in it fails the test at its end."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    made = Visit(context, dashboard)
    yield made
    context.close()
    assert not made.trouble


def test_signing_in_with_a_wrong_and_a_right_token(visit: Visit) -> None:
    """One is asked for a token, told when it is wrong, and gets to the page that one wanted."""
    page = visit.go("/documents/service")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    page.get_by_label("Token").fill("sp_000000000000_wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not valid")
    page.get_by_label("Token").fill(visit.dashboard.token("viewer"))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("service")
    assert page.evaluate("document.cookie") == ""  # no script can read the session
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_setting_a_value_with_a_preview(visit: Visit) -> None:
    """From the tree to the form, the check with its difference, saving, and back at the value."""
    page = visit.sign_in("editor")
    visit.go("/documents/messaging")
    page.get_by_role("link", name="Edit /queue/max_size").click()
    page.get_by_label("Value").fill("2600")
    page.get_by_label("Reason").fill("a test")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("group", name="what changes")).to_contain_text("max_size: 2600")
    assert visit.dashboard.system.load_config("messaging")["queue"]["max_size"] == 2500
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(page.locator(":target .value")).to_contain_text("2600")
    assert visit.dashboard.system.load_config("messaging")["queue"]["max_size"] == 2600


def test_a_conflict_shows_both_sides(visit: Visit) -> None:
    """Somebody else was quicker: nothing is overwritten before one has seen what."""
    page = visit.sign_in("editor")
    visit.go("/documents/service/edit/colour")
    visit.dashboard.system.set("service.colour", "blue", reason="quicker")
    page.get_by_label("Value").select_option("green")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Somebody changed it first")).to_be_visible()
    sides = page.get_by_role("region", name="The three sides")
    for text in ("red", "blue", "green", "quicker"):
        expect(sides).to_contain_text(text)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()


def test_going_back_to_a_revision(visit: Visit) -> None:
    """From the history by way of a revision and its preview to the old value."""
    visit.dashboard.system.set("team/service.replicas", 7, reason="growth")
    page = visit.sign_in("operator")
    visit.go("/documents/team~1service/history")
    page.get_by_role("link", name="revision 1").click()
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("region", name="What going back")).to_contain_text("replicas = 2")
    page.get_by_role("button", name="Go back to revision 1").click()
    expect(page.get_by_role("status").filter(has_text="Gone back.")).to_be_visible()
    assert visit.dashboard.system.load_config("team/service")["replicas"] == 2


def test_an_act_that_asks_first(visit: Visit) -> None:
    """Migrating asks in a dialog of the page's own: Escape and Cancel do nothing, and give the focus back."""
    page = visit.sign_in("operator")
    visit.go("/migrations/old")
    button = page.get_by_role("main").get_by_role("button", name="Migrate")
    button.click()
    expect(page.get_by_role("dialog")).to_contain_text("Migrate this document now?")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()
    button.click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert visit.dashboard.system.load_config("old")["version"] == "1.0.0"


def test_what_happens_arrives_in_the_feed(visit: Visit) -> None:
    """A change of a file is told on the overview as it happens; a document's own page says that it is old now."""
    page = visit.sign_in("viewer")
    visit.go("/")
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    other = page.context.new_page()
    other.goto(visit.dashboard.url + "/documents/unified_config")
    file = visit.dashboard.config / "unified_config.yaml"
    text = file.read_text()
    wait_for(lambda: len(visit.dashboard.hub._watching) >= 2, "both streams")
    file.write_text(
        "# touched\n" + re.sub(r"(?m)^(\s+\w+: )(\d+)$", lambda found: f"{found[1]}{int(found[2]) + 1}", text, count=1)
    )
    feed = page.get_by_role("list", name="Events")
    expect(feed.get_by_role("link", name="unified_config").first).to_be_visible(timeout=PATIENCE)
    expect(other.get_by_text("This document has changed since")).to_be_visible(timeout=PATIENCE)
    expect(feed).to_have_attribute("aria-live", "polite")


def test_everything_can_be_done_with_the_keyboard(visit: Visit) -> None:
    """The skip link comes first, arrows fold and walk the tree, Tab reaches the form, Enter checks and saves."""
    page = visit.sign_in("editor")
    visit.go("/documents/service")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    fold = page.locator("summary", has_text="queue")
    fold.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("max_size", exact=True)).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("max_size", exact=True)).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator("summary", has_text="names").last).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(fold).to_be_focused()
    page.get_by_role("link", name="Edit /queue/max_size").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Edit")
    page.get_by_label("Value").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("150")
    page.keyboard.press("Enter")  # the form's first button is the check
    expect(page.get_by_role("heading", name="What saving would change")).to_be_visible()
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()


def test_everything_but_the_feed_works_without_a_script(browser: Browser, dashboard: Dashboard) -> None:
    """With scripts off: folding, finding, checking, saving."""
    context = browser.new_context(java_script_enabled=False)
    try:
        visit = Visit(context, dashboard)
        page = visit.sign_in("editor")
        visit.go("/documents?find=serv")
        page.get_by_role("link", name="service", exact=True).click()
        page.locator("summary", has_text="queue").locator(".key").click()
        expect(page.get_by_text("max_size", exact=True)).to_be_hidden()
        visit.go("/documents/service/edit/debug")
        page.get_by_label("true").check()
        page.get_by_role("button", name="Check").click()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
        assert not visit.trouble
    finally:
        context.close()


def test_planted_texts_do_nothing_and_every_page_fits_a_phone(visit: Visit) -> None:
    """No dialog, no script, nothing blocked or asked for elsewhere; and nothing is beyond 390 pixels."""
    page = visit.sign_in()
    seen = 0
    for path in PAGES:
        visit.go(path)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert page.locator("script:not([src]), iframe, object, embed, img, [style], base").count() == 0, path
        foreign = page.evaluate(
            "[...document.querySelectorAll('a[href], form[action]')].map(one => one.href || one.action)"
            ".filter(one => typeof one === 'string' && !one.startsWith(location.origin))"
        )
        assert foreign == [], path
        seen += "alert(1)" in page.inner_text("body")
        page.set_viewport_size({"width": 390, "height": 844})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{path} is {wide} pixels wide"
        page.set_viewport_size({"width": 1280, "height": 800})
    assert seen >= 6, "the planted texts are not on the pages"


def test_no_page_shuts_anybody_out(visit: Visit) -> None:
    """In light and dark axe finds no serious or critical violation: contrast, names, roles, order, landmarks."""
    page = visit.sign_in()
    axe = Axe()
    for path in (*(one for one in PAGES if one not in ALIKE), "/sign-in"):
        visit.go(path)
        # Only its colours are another in the dark.
        for scheme, rules in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            grave = [
                (one["id"], one["help"], [node["html"][:300] for node in one["nodes"][:3]])
                for one in axe.run(page, options={"resultTypes": ["violations"], **rules}).response["violations"]
                if one["impact"] in ("serious", "critical")
            ]
            assert not grave, f"{path} in {scheme}: {grave}"


def test_the_theme_is_chosen_and_kept(visit: Visit) -> None:
    """From what the system has to light and to dark, on every page from then on."""
    page = visit.sign_in("viewer")
    visit.go("/alerts")
    page.get_by_role("button", name="Theme: system").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.get_by_role("button", name="Theme: light").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    visit.go("/history")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 19, 22)"
    page.get_by_role("button", name="Theme: dark").click()
    assert page.locator("html").get_attribute("data-theme") is None


def test_on_paper_there_is_content_only(visit: Visit) -> None:
    """Printed, a page has neither navigation nor buttons."""
    page = visit.sign_in("editor")
    visit.go("/documents/service")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Pages of the dashboard")).to_be_hidden()
    expect(page.get_by_role("link", name="Edit the whole")).to_be_hidden()
    expect(page.get_by_text("timeout", exact=True)).to_be_visible()
