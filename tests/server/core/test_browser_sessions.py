"""A browser signs in with a token, and what other sites' pages make it send is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from gate_ground import Ground, Reply
from starlette.responses import JSONResponse, Response

from setpoint.access import Grant
from setpoint.server.rate import Rate, network_of
from setpoint.server.route import Route
from setpoint.server.sessions import Sessions, ids_in

FORM = {"type": "object", "additionalProperties": {"type": "string"}}
HOME = "http://localhost"


async def told(call: Any) -> Response:
    """Say who it is, and what their forms must bring."""
    return JSONResponse({"who": call.principal.name, "csrf": call.session and call.session.csrf})


async def sign_in(call: Any) -> Response:
    """Sign in."""
    _, cookie = await call.sign_in(call.body.get("token", ""))
    return Response(headers={"Set-Cookie": cookie})


async def sign_out(call: Any) -> Response:
    """Sign out."""
    return Response(headers={"Set-Cookie": await call.sign_out()})


def route(method: str, path: str, handler: Any = told, **more: Any) -> Route:
    return Route(method, path, handler, **{"verb": "read", "scope": "documents", "summary": "", **more})


ROUTES = [
    route("GET", "/api"),
    route("POST", "/api", verb="change", body=True),
    route("DELETE", "/api", verb="change"),
    route("GET", "/page", kind="page"),
    route("POST", "/page", verb="change", kind="page", body=FORM),
    route("POST", "/sign-in", sign_in, verb=None, scope="public", kind="page", body=FORM),
    route("POST", "/sign-out", sign_out, verb=None, scope="public", kind="page", body=FORM),
]


class Browser:
    """Keeps the cookie, and says where a request is from as browsers do."""

    def __init__(self, ground: Ground, token: str, scheme: str = "http") -> None:
        self.ground = ground
        self.scheme = scheme
        reply = self.form("/sign-in", f"token={token}")
        assert reply.status == 200, reply.body
        self.set_cookie = reply.headers["set-cookie"]
        self.cookie = self.set_cookie.partition(";")[0]
        self.csrf = self.get("/page").json["csrf"]

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, headers)

    def form(self, path: str, text: str, **headers: str) -> Reply:
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"{self.scheme}://localhost"}
        return self.send("POST", path, {**kind, **headers}, text.encode())

    def send(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> Reply:
        given = {name.replace("_", "-"): value for name, value in headers.items() if value}
        if hasattr(self, "cookie"):
            given = {"Cookie": f"theme=dark; {self.cookie}", **given}
        return self.ground.send(method, path, headers=given, body=body, scheme=self.scheme)


@pytest.fixture
def site(make_ground: Callable[..., Ground]) -> Ground:
    """Return an application with pages and an API."""
    return make_ground(ROUTES)


@pytest.fixture
def browser(site: Ground) -> Browser:
    """Return a browser that is signed in as an editor."""
    return Browser(site, site.token("editor"))


def test_a_token_becomes_a_session(site: Ground, browser: Browser) -> None:
    """The cookie says nothing of the token, and no script or other site gets it."""
    assert browser.get("/api").json["who"] == "editor-of-**"
    for words in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert words in browser.set_cookie
    assert "Secure" not in browser.set_cookie
    assert "sp_" not in browser.set_cookie
    assert browser.cookie.partition("=")[2].encode() not in repr(site.application.sessions._known).encode()


def test_with_tls_the_cookie_is_for_this_host_and_tls_only(site: Ground) -> None:
    """The prefix __Host- keeps other hosts of the domain from planting one."""
    browser = Browser(site, site.token("editor"), scheme="https")
    assert browser.cookie.startswith("__Host-setpoint=")
    assert "Secure" in browser.set_cookie
    plain = {"Cookie": browser.cookie}
    assert site.send("GET", "/api", headers=plain, scheme="http").status == 401


def test_signing_in_and_out_is_on_the_trail(site: Ground, browser: Browser) -> None:
    """Who signed in, who signed out and who could not, without the token."""
    wrong = browser.form("/sign-in", "token=sp_0123456789ab_wrong")
    assert wrong.status == 401
    browser.form("/sign-out", "")
    assert browser.get("/api").status == 401
    entries = [(entry.action, entry.outcome, entry.who) for entry in site.audit.entries()]
    assert entries == [
        ("sign-out", "done", "editor-of-**"),
        ("sign-in", "denied", ""),
        ("sign-in", "done", "editor-of-**"),
    ]


def test_a_session_ends_with_its_token_or_its_time(site: Ground) -> None:
    """Revoked, expired, or twelve hours old: whichever is first."""
    first = Browser(site, site.tokens.new("one", [Grant("viewer")]))
    site.tokens.revoke("one")
    site.now += 1
    assert first.get("/api").status == 401
    second = Browser(site, site.tokens.new("two", [Grant("viewer")], expires=site.now + 60))
    site.now += 61
    assert second.get("/api").status == 401
    third = Browser(site, site.tokens.new("three", [Grant("viewer")]))
    site.now += 12 * 3600 - 1
    assert third.get("/api").status == 200
    site.now += 2
    assert third.get("/api").status == 401
    assert len(site.application.sessions) == 0


@pytest.mark.parametrize(
    "cookie", ["", "setpoint=", "setpoint=" + "0" * 64, "setpoint=" + "\xe9" * 64, "=;=;;", "setpoint"]
)
def test_an_odd_cookie_is_none(site: Ground, cookie: str) -> None:
    """What is no session of ours is not looked at any further."""
    assert site.send("GET", "/api", headers={"Cookie": cookie}).status == 401


def test_planted_cookies_do_not_hide_the_real_one(browser: Browser) -> None:
    """Another program on this machine may set cookies of the same name."""
    cookies = f"setpoint={'0' * 64}; {browser.cookie}; setpoint=x"
    assert browser.get("/api", Cookie=cookies).status == 200
    assert len(ids_in(b"; ".join([b"setpoint=" + b"a" * 64] * 100), secure=False)) == 4


def test_own_pages_may_write(browser: Browser) -> None:
    """With the origin and the session's text a form or a script of ours gets through."""
    assert browser.form("/page", f"csrf={browser.csrf}&value=1").status == 200
    own = {"Origin": HOME, "Setpoint-CSRF": browser.csrf, "Content-Type": "application/json"}
    assert browser.send("POST", "/api", own, b"{}").status == 200
    assert browser.send("DELETE", "/api", {"Origin": HOME, "Setpoint-CSRF": browser.csrf}).status == 200
    # A page that keeps its address to itself, as ours do, has null for its origin; the browser says what it knows.
    hidden = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    assert browser.form("/page", f"csrf={browser.csrf}", **hidden).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": HOME},
    ],
)
def test_foreign_pages_may_not_write(browser: Browser, headers: dict[str, str]) -> None:
    """A form, JSON that calls itself text, or no word on where it is from: refused, even with the session's text."""
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data"):
        form = browser.form("/page", f"csrf={browser.csrf}", Content_Type=kind, **headers)
        assert (form.status, b"cross-site" in form.body) == (403, True)
    confirmed = {"Setpoint-CSRF": browser.csrf, "Content-Type": "text/plain"}
    assert browser.send("POST", "/api", {**confirmed, **headers}, b'{"a": 1}').rule == "cross-site"


@pytest.mark.parametrize("text", ["", "csrf=", "csrf=wrong", "csrf=%C3%A9", "other=1"])
def test_a_write_without_the_sessions_text_is_refused(browser: Browser, text: str) -> None:
    """The origin alone is not enough: a page must have been made for this session."""
    assert browser.form("/page", text).status == 403
    headers = {"Origin": HOME, "Setpoint-CSRF": text, "Content-Type": "application/json"}
    assert browser.send("POST", "/api", headers, b"{}").rule == "not-confirmed"


def test_the_text_of_another_session_does_not_help(site: Ground, browser: Browser) -> None:
    """Whoever may sign in himself cannot confirm what others write."""
    other = Browser(site, site.token("viewer"))
    assert browser.form("/page", f"csrf={other.csrf}").status == 403


def test_a_foreign_page_cannot_sign_a_browser_in(site: Ground) -> None:
    """Nobody is signed in as somebody else without noticing."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://evil.example"}
    reply = site.send("POST", "/sign-in", headers=headers, body=f"token={site.token()}".encode())
    assert reply.status == 403
    assert "set-cookie" not in reply.headers


def test_foreign_pages_get_no_data(browser: Browser) -> None:
    """They could not read it, but time it; a link from elsewhere to a page is fine."""
    assert browser.get("/api", Sec_Fetch_Site="cross-site").rule == "cross-site"
    assert browser.get("/api", Sec_Fetch_Site="same-origin").status == 200
    assert browser.get("/page", Sec_Fetch_Site="cross-site").status == 200


def test_whoever_comes_without_a_token_is_protected_as_well(make_ground: Callable[..., Ground]) -> None:
    """Where a role is given to anybody, a page of another site is not anybody."""
    site = make_ground(ROUTES, anonymous="editor")
    json = {"Content-Type": "application/json"}
    assert site.send("POST", "/api", headers=json, body=b"{}").status == 200  # a program, not a browser
    assert (
        site.send("POST", "/api", headers={**json, "Origin": "https://evil.example"}, body=b"{}").rule == "cross-site"
    )
    assert site.send("POST", "/api", headers={"Sec-Fetch-Site": "cross-site"}, body=b"{}").rule == "cross-site"
    assert site.send("POST", "/api", headers={"Content-Type": "text/plain"}, body=b"{}").status == 415
    assert site.send("GET", "/api", headers={"Sec-Fetch-Site": "cross-site"}).rule == "cross-site"


def test_a_bearer_token_needs_no_page(site: Ground) -> None:
    """No browser sends it by itself, so nothing is asked about where it is from."""
    headers = {"Origin": "https://other.example", "Content-Type": "application/json"}
    assert site.send("POST", "/api", token=site.token(), headers=headers, body=b"{}").status == 200


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer sp_",
        "Basic YTpi",
        "Bearer \xe9\xff",
        "bearer sp_0123456789ab_" + "A" * 43,
        "x" * 5000,
    ],
)
def test_a_wrong_token_is_refused_whatever_it_is(site: Ground, header: str) -> None:
    """Text that is no token, or not ASCII, is a wrong token and no failure."""
    reply = site.send("GET", "/api", headers={"Authorization": header})
    assert (reply.status, reply.rule) == (401, "not-known")
    assert reply.headers["www-authenticate"].startswith("Bearer")
    assert header.encode("latin-1") not in reply.body


def test_trying_tokens_is_held_up_and_right_ones_are_not(site: Ground) -> None:
    """Wrong tokens are answered with 429 after a while; somebody behind the same address gets in all the same."""
    wrong = {"Authorization": "Bearer wrong"}
    statuses = [site.send("GET", "/api", headers=wrong).status for _ in range(31)]
    assert statuses == [401] * 30 + [429]
    assert site.send("GET", "/api", headers=wrong, address="192.0.2.1").status == 401
    assert site.send("GET", "/api", token=site.token()).status == 200


def test_signing_in_is_held_up(site: Ground) -> None:
    """Ten tries a minute from one address, and what is held up is not on the trail."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    replies = [site.send("POST", "/sign-in", headers=form, body=b"token=x") for _ in range(11)]
    assert [reply.status for reply in replies] == [401] * 10 + [429]
    assert 1 <= int(replies[-1].headers["retry-after"]) <= 6
    assert len(site.audit.entries()) == 10


def test_a_rate_fills_up_again() -> None:
    """What was used up comes back evenly, and no faster than said."""
    now = [0.0]
    rate = Rate(3, 60, lambda: now[0])
    assert [rate.take("a") for _ in range(4)] == [0, 0, 0, 20]
    assert rate.take("b") == 0
    now[0] = 19.9
    assert rate.take("a") == pytest.approx(0.1)
    now[0] = 20.1
    assert rate.take("a") == 0
    assert rate.take("a") > 19
    now[0] = 1000
    assert [rate.take("a") for _ in range(4)] == [0, 0, 0, 20]


def test_a_rate_forgets_instead_of_growing() -> None:
    """Addresses without end do not fill the memory."""
    rate = Rate(3, 60, lambda: 0.0)
    for number in range(30_000):
        rate.take(str(number))
    assert len(rate._buckets) <= 10_001


def test_of_ipv6_a_whole_network_counts_as_one() -> None:
    """One customer has 2**64 addresses."""
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") != network_of("2001:db8:0:1::1")
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("") == ""


def test_sessions_are_bounded() -> None:
    """Of more sessions than there may be the oldest goes."""

    class Holding:
        def holds(self, token_id: str) -> bool:
            return True

    class Somebody:
        token = "0123456789ab"

    sessions = Sessions(Holding(), clock=lambda: 0.0)
    first, _ = sessions.begin(Somebody())  # type: ignore[arg-type]
    for _ in range(10_000):
        last, _ = sessions.begin(Somebody())  # type: ignore[arg-type]
    assert len(sessions) == 10_000
    assert sessions.find(f"setpoint={first}".encode(), secure=False) is None
    assert sessions.find(f"setpoint={last}".encode(), secure=False) is not None
