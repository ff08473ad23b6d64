"""No page of another site, and no form without its session's text, changes anything: on every route there is."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from besieged import Besieged
from served_process import fetch

from setpoint.server.route import Route
from setpoint.server.routes import ROUTES

WRITING = [route for route in ROUTES if not route.is_safe and route.scope != "public"]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def cookie(besieged: Besieged) -> Iterator[str]:
    """The cookie of somebody who may do everything and signed in."""
    body = urlencode({"token": besieged.tokens["root"], "next": "/"}).encode()
    headers = {**FORM, "Origin": f"http://127.0.0.1:{besieged.port}"}
    status, answered, _ = fetch(besieged.port, "/sign-in", headers, method="POST", body=body)
    assert status == 303
    kept = answered["set-cookie"]
    assert "HttpOnly" in kept and "SameSite=Strict" in kept and "Path=/" in kept and besieged.tokens["root"] not in kept
    yield kept.partition(";")[0]


def path_of(route: Route) -> str:
    path = route.path.replace("{name}", "app").replace("{pointer:path}", "port").replace("{number}", "1")
    assert "{" not in path
    return path


@pytest.mark.parametrize("route", WRITING, ids=lambda route: f"{route.method} {route.path}")
def test_a_cookie_alone_writes_nothing(besieged: Besieged, cookie: str, route: Route) -> None:
    """Not without an origin, not from another one, not as another form, and not without the session's text."""
    own = f"http://127.0.0.1:{besieged.port}"
    before = (besieged.config / "app.yaml").read_bytes()
    form = urlencode({"value": "1", "act": "save", "tag": "*", "to": "1"}).encode()
    kinds = [("application/x-www-form-urlencoded", form), ("text/plain", b'{"x":"="}'), ("application/json", b"1")]
    origins = [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": f"http://127.0.0.1:{besieged.port + 1}"},
        {"Origin": f"https://127.0.0.1:{besieged.port}"},
        {"Origin": own, "Sec-Fetch-Site": "cross-site"},
        {"Origin": own, "Sec-Fetch-Site": "same-site"},
        {"Origin": own},  # without the session's text
        {"Sec-Fetch-Site": "same-origin", "Setpoint-CSRF": "0" * 64},
    ]
    for kind, body in kinds if route.body is not None else [("", b"")]:
        for origin in origins:
            headers = {"Cookie": cookie, "If-Match": "*", **origin, **({"Content-Type": kind} if kind else {})}
            status, _, said = fetch(
                besieged.port, path_of(route), headers, method=route.method, body=body if kind else None
            )
            assert status in (403, 415), (origin, kind, said)
    assert (besieged.config / "app.yaml").read_bytes() == before


@pytest.mark.parametrize(
    "goal",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\r\nX: y",
        "/\t/evil.example",
    ],
)
def test_signing_in_leads_nowhere_else(besieged: Besieged, goal: str) -> None:
    """Where it goes on is a page of this server, whatever the form says; and a wrong token leads nowhere."""
    from setpoint.server.pages.places import local

    assert local(goal) == "/"
    body = urlencode({"token": "sp_wrong", "next": goal}).encode()
    headers = {**FORM, "Origin": f"http://127.0.0.1:{besieged.port}"}
    status, answered, _ = fetch(besieged.port, "/sign-in", headers, method="POST", body=body)
    assert status in (401, 429) and "location" not in answered and "set-cookie" not in answered


SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'`"


def test_what_was_written_by_the_api_runs_on_no_page(besieged: Besieged, cookie: str) -> None:
    """Keys, values, and reasons full of markup stand on each page as text, and no page has a script or style in it."""
    import re
    from urllib.parse import quote

    asked = f"app/values/note?{urlencode({'reason': SCRIPT})}"
    assert besieged.ask("root", "PUT", asked, SCRIPT, If_Match="*")[0] == 200
    key = quote(SCRIPT.replace("~", "~0").replace("/", "~1"), safe="")
    assert besieged.ask("root", "PUT", f"app/values/near/{key}", {"a": "javascript:alert(1)"}, If_Match="*")[0] == 200
    pages = [route for route in ROUTES if route.kind == "page" and route.method == "GET" and route.media == "text/html"]
    shown = 0
    for route in pages:
        status, _, data = fetch(besieged.port, path_of(route), {"Cookie": cookie})
        text = data.decode()
        assert status < 500, text
        assert "<script>" not in text and "<img src=x" not in text and "<style" not in text
        assert not re.search(r"<[^>]*\s(on[a-z]+|style)=", re.sub(r'"[^"]*"', '""', text)), route.path
        assert not re.search(r"(href|src|action)=[\"']?\s*javascript:", text, re.IGNORECASE)
        shown += "alert(1)" in text
    assert shown >= 2  # else nothing was looked at
