"""How long one looks at nothing: the dashboard over a thousand documents, beside the bare list of them as JSON.

Run with: python bench/dashboard.py [--documents 1000] [--browser]
The server is a process of its own (``setpoint serve``), new for each round; with ``--browser`` Chromium says when the
first view is painted, else only the time until the last byte is measured. Documents have a schema, a tenth of them a
history of three revisions.
"""

from __future__ import annotations

import argparse
import http.client
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from setpoint import ConfigSystem
from setpoint.access import Grant, TokenBook

ROUNDS = 3
TURNS = 5
PAGES = (
    "/",
    "/documents",
    "/documents?find=d99",
    "/documents/d5",
    "/documents/d5/edit/limits/size",
    "/history",
    "/charts",
)
LIST = "/api/v1/documents?limit=100"


def home_of(folder: Path, number: int) -> Path:
    """Return a directory of small documents with schemas, and put some revisions on record."""
    home = folder / "config"
    (home / "schemas").mkdir(parents=True)
    for one in range(number):
        (home / f"d{one}.yaml").write_text(f"name: d{one}\nlimits:\n  size: {one}\n  retries: 3\nhosts: [a, b, c]\n")
        (home / "schemas" / f"d{one}.schema.json").write_text('{"type": "object", "title": "d", "required": ["name"]}')
    with ConfigSystem(home, environ={}) as system:
        for one in range(0, number, 10):
            for size in (1, 2):
                system.set(f"d{one}.limits.size", one + size, reason="measured")
    return home


class Server:
    """``setpoint serve`` on a free port, and a browser's session with it."""

    def __init__(self, home: Path, token: str) -> None:
        self.token = token
        command = [sys.executable, "-m", "setpoint", "-c", str(home), "serve", "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout is not None
        found = None
        for line in self.process.stdout:
            found = re.search(r"http://([\d.]+):(\d+)", line)
            if found:
                break
        if found is None:
            raise SystemExit("the server did not start")
        self.url = found[0]
        self.connection = http.client.HTTPConnection(found[1], int(found[2]), timeout=60)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        self.connection.request("POST", "/sign-in", urlencode({"token": token}), headers)
        answer = self.connection.getresponse()
        answer.read()
        self.cookie = (answer.getheader("set-cookie") or "").partition(";")[0]

    def seconds(self, path: str) -> tuple[float, int]:
        """Return how long a page takes to its last byte, and its size."""
        began = time.perf_counter()
        self.connection.request("GET", path, headers={"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin"})
        answer = self.connection.getresponse()
        body = answer.read()
        passed = time.perf_counter() - began
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
        return passed, len(body)

    def close(self) -> None:
        """End it."""
        self.connection.close()
        self.process.terminate()
        self.process.communicate(timeout=60)


def painted(server: Server) -> dict[str, list[float]]:
    """Return when Chromium has painted each page first, in seconds from asking for it; the first and later views."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for path in ("/", "/documents"):
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            name, _, value = server.cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": server.url}])
            page = context.new_page()
            for _ in range(TURNS):
                page.goto(server.url + path)
                time_of = None
                while time_of is None:  # the policy of the pages allows no waiting inside of them
                    time_of = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
                found.setdefault(path, []).append(time_of / 1000)
            context.close()
        browser.close()
    return found


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--browser", action="store_true")
    given = parser.parse_args()
    print(f"CPython {platform.python_version()}, {os.cpu_count()} cores, {given.documents} documents, {ROUNDS} rounds")
    first: dict[str, list[float]] = {}
    later: dict[str, list[float]] = {}
    sizes: dict[str, int] = {}
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        home = home_of(Path(folder), given.documents)
        token = TokenBook(home / ".setpoint").new("bench", [Grant("admin")])
        for _ in range(ROUNDS):
            server = Server(home, token)
            try:
                for path in (*PAGES, LIST):
                    seconds, sizes[path] = server.seconds(path)
                    first.setdefault(path, []).append(seconds)
                for _ in range(TURNS):
                    for path in (*PAGES, LIST):
                        later.setdefault(path, []).append(server.seconds(path)[0])
            finally:
                server.close()
        if given.browser:
            server = Server(home, token)
            try:
                for path, times in painted(server).items():
                    print(f"  painted {path:30} first {times[0] * 1000:6.0f} ms, later {min(times[1:]) * 1000:6.0f} ms")
            finally:
                server.close()
    for path in (*PAGES, LIST):
        print(
            f"  {path:38} {sizes[path] / 1024:6.1f} KiB  first {statistics.median(first[path]) * 1000:7.1f} ms"
            f"  later {statistics.median(later[path]) * 1000:7.1f} ms"
        )


if __name__ == "__main__":
    main()
