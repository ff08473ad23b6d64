"""The dashboard's pages, as somebody without a script gets them."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import urlencode

import pytest
from dashboard_ground import HOSTILE, SCRIPT, Dashboard
from markup import Page

PAGES = (
    "/",
    "/documents",
    "/documents?find=serv&status=served",
    "/documents/service",
    "/documents/service?at=%2Fqueue",
    "/documents/team~1service",
    "/documents/service/edit",
    "/documents/service/edit/timeout",
    "/documents/service/edit/colour",
    "/documents/service/edit/debug",
    "/documents/service/edit/queue/names/0",
    "/documents/service/edit/queue?new=true",
    "/documents/service/edit/password",
    "/documents/service/history",
    "/history",
    "/migrations",
    "/migrations/old",
    "/charts",
    "/charts?hours=1",
    "/alerts",
    "/alerts?severity=high",
    "/audit",
    "/audit?who=admin-name&action=set",
)
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_clean_markup_under_a_strict_policy(dashboard: Dashboard, path: str) -> None:
    """No inline script, style or handler, no foreign address, ids once, one first heading, none left out."""
    got = dashboard.page(path)
    assert got.status == 200, got
    assert got.headers["content-security-policy"] == CSP
    assert got.headers["cache-control"] == "no-store"
    page = Page(got.text)
    levels = page.headings()
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    named = {found.get("for") for tag, found in page.elements if tag == "label"}
    for tag, found in page.elements:
        if tag in ("input", "select", "textarea") and found.get("type") not in ("hidden", "radio", "checkbox"):
            assert "hidden" in found or found.get("id") in named, f"{tag} without a label: {found}"


@pytest.mark.parametrize("path", PAGES)
def test_whoever_is_not_known_is_sent_to_sign_in(dashboard: Dashboard, path: str) -> None:
    """And afterwards to where they wanted to go; nothing of the page is told."""
    got = dashboard.ask("GET", path)
    assert got.status == 303
    assert got.headers["location"].startswith("/sign-in")
    assert got.body == b""


@pytest.mark.parametrize("role", ["viewer", "editor", "operator"])
def test_what_a_role_may_not_do_is_not_offered(dashboard: Dashboard, role: str) -> None:
    """Links and forms are those that would be answered: editing from editor on, going back from operator on."""
    overview = Page(dashboard.page("/", role).text)
    document = Page(dashboard.page("/documents/service", role).text)
    assert "/audit" not in overview.links()
    assert ("/reload" in overview.forms()) == (role == "operator")
    assert bool([link for link in document.links() if "/edit" in link]) == (role != "viewer")
    migration = dashboard.page("/migrations/old", role)
    assert ("/migrations/old" in Page(migration.text).forms()) == (role == "operator")


@pytest.mark.parametrize(
    ("path", "form", "role"),
    [
        ("/documents/service/edit/timeout", {"value": "31", "act": "save"}, "viewer"),
        ("/documents/service/accept", {}, "editor"),
        ("/history/service/1", {"act": "save"}, "editor"),
        ("/migrations/old", {}, "editor"),
        ("/reload", {}, "editor"),
    ],
)
def test_what_is_not_offered_is_not_done_either(
    dashboard: Dashboard, path: str, form: dict[str, str], role: str
) -> None:
    """A form that is sent all the same is refused, and a page says so."""
    before = (dashboard.config / "service.yaml").read_bytes()
    got = dashboard.send(path, {"tag": "*", **form}, role)
    assert got.status == 403, got
    assert "no grant" in Page(got.text).text
    assert (dashboard.config / "service.yaml").read_bytes() == before


def test_documents_out_of_reach_are_not_there(dashboard: Dashboard) -> None:
    """For somebody with a grant for a few documents, the others are nowhere: no row, no page, no near name."""
    who = ("viewer", "team/*")
    listed = Page(dashboard.page("/documents", *who).text)
    assert listed.links("/documents/") == ["/documents/team~1service"]
    overview = Page(dashboard.page("/", *who).text)
    assert "1 document" in overview.text
    assert "messaging" not in overview.text
    for path in ("/documents/service", "/documents/service/history", "/history/service/1", "/migrations/service"):
        got = dashboard.page(path, *who)
        assert got.status == 404
        assert "messaging" not in got.text
    assert dashboard.page("/charts", *who).status == 403


def test_a_session_needs_its_own_text_to_write(dashboard: Dashboard) -> None:
    """A form without the hidden text of the session is refused, whoever's cookie comes along."""
    got = dashboard.ask("POST", "/reload", {"csrf": "0" * 64}, cookie=dashboard.cookie("admin"))
    assert got.status == 403
    got = dashboard.ask("POST", "/reload", {}, cookie=dashboard.cookie("admin"))
    assert got.status == 403


@pytest.mark.parametrize(
    "path", ["/documents/nosuch", "/documents/servic", "/nosuch", "/documents/service?at=nonsense"]
)
def test_what_is_not_there_is_said_on_a_page(dashboard: Dashboard, path: str) -> None:
    """With the names that come close, and never with a traceback."""
    got = dashboard.page(path)
    assert got.status in (400, 404)
    page = Page(got.text)
    assert page.headings()[0] == 1
    if path == "/documents/servic":
        assert "/documents/service" in page.links()


def test_planted_markup_is_text_wherever_it_stands(dashboard: Dashboard) -> None:
    """Keys, values, titles and descriptions show as they are, escapes for what cannot be seen, and as nothing else."""
    page = Page(dashboard.page("/documents/hostile").text)
    for text in HOSTILE:
        shown = text.replace("\u202e", "\\u202e").replace("\u200b", "\\u200b")
        assert " ".join(shown.split()) in page.text, text
    edits = [link for link in page.links("/documents/hostile/edit") if link != "/documents/hostile/edit"]
    assert len(edits) == 3 * len(HOSTILE)
    for link in edits[::3]:
        got = dashboard.page(link)
        assert got.status == 200, (link, got)
        Page(got.text)


@pytest.mark.parametrize("planted", HOSTILE)
def test_what_a_browser_sends_comes_back_as_text(dashboard: Dashboard, planted: str) -> None:
    """Search words, reasons, values and keys that were typed stand in the page again, and do nothing there."""
    for query in ("/documents?find=", "/audit?who=", "/sign-in?next=", "/documents/service?at=/"):
        path, _, name = query.partition("?")
        got = dashboard.page(f"{path}?{urlencode({name.rstrip('=/'): ('/' if name.endswith('/') else '') + planted})}")
        assert got.status in (200, 400, 404), got
        Page(got.text)
    form = {"value": planted, "reason": planted, "key": planted, "act": "check", "read": planted}
    for path in (
        "/documents/service/edit/note?new=true",
        "/documents/service/edit/colour",
        "/documents/service/edit?new=true",
    ):
        got = dashboard.send(path, {"tag": dashboard.page("/documents/service/edit/colour").field("tag"), **form})
        assert got.status < 500, got
        Page(got.text)


def test_static_files_are_kept_by_browsers_as_long_as_they_are_the_same(dashboard: Dashboard) -> None:
    """With the digest in the address they are kept for good; without it they are asked for again, and may be 304."""
    page = Page(dashboard.ask("GET", "/sign-in").text)
    for address in [
        found.get("href") or found.get("src") or "" for tag, found in page.elements if tag in ("link", "script")
    ]:
        got = dashboard.ask("GET", address)
        assert got.status == 200
        if "?v=" in address:
            assert "immutable" in got.headers["cache-control"]
            again = dashboard.ask("GET", address.partition("?")[0], headers={"If-None-Match": got.headers["etag"]})
            assert (again.status, again.headers["cache-control"]) == (304, "no-cache")
    assert dashboard.ask("GET", "/static/nosuch.js").status == 404
    assert dashboard.ask("GET", "/static/..%2fpages%2fview.py").status in (400, 404)
    assert dashboard.ask("GET", "/favicon.ico").headers["content-type"] == "image/svg+xml"


def test_a_theme_is_remembered_in_the_browser(dashboard: Dashboard) -> None:
    """Light, dark, or what the system has; anything else is the system's."""
    got = dashboard.send("/theme", {"theme": "dark", "back": "/documents?find=x"})
    assert (got.status, got.headers["location"]) == (303, "/documents?find=x")
    assert got.cookies[0].startswith("setpoint-theme=dark;")
    cookie = f"{dashboard.cookie('admin')}; setpoint-theme=dark"
    assert 'data-theme="dark"' in dashboard.ask("GET", "/", cookie=cookie).text
    cookie = f'{dashboard.cookie("admin")}; setpoint-theme="{SCRIPT}"'
    assert "data-theme=" not in dashboard.ask("GET", "/", cookie=cookie).text
    assert dashboard.send("/theme", {"theme": SCRIPT, "back": "//evil.example"}).headers["location"] == "/"


def test_signing_in_and_out(dashboard: Dashboard) -> None:
    """With a token one gets in, and to where one wanted to go on this server; a wrong one is told; out is out."""
    wrong = dashboard.ask("POST", "/sign-in", {"token": "sp_000000000000_nothing", "next": "/history"})
    assert wrong.status == 401
    assert "not valid" in Page(wrong.text).text
    assert not wrong.cookies
    token = dashboard.token("viewer")
    for goal, place in (("/history", "/history"), ("//evil.example/", "/"), ("https://evil.example/", "/")):
        got = dashboard.ask("POST", "/sign-in", {"token": f" {token} ", "next": goal})
        assert (got.status, got.headers["location"]) == (303, place)
    cookie = got.cookies[0].partition(";")[0]
    page = dashboard.ask("GET", "/", cookie=cookie)
    assert page.status == 200
    assert token not in page.text
    out = dashboard.ask("POST", "/sign-out", {"csrf": page.field("csrf")}, cookie=cookie)
    assert (out.status, out.headers["location"]) == (303, "/sign-in")
    assert dashboard.ask("GET", "/", cookie=cookie).status == 303
