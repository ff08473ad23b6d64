"""The figures of a busy system, as Prometheus itself and its own checker read them."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import ProxyHandler, build_opener

import pytest

from setpoint import ConfigMonitor, ConfigSystem, ConfigValidationError
from setpoint.metrics import prometheus_text
from setpoint.metrics.names import COUNTER, METRICS
from setpoint.metrics.prometheus import CONTENT_TYPE

SCRAPES = 3
PATIENCE = 60.0  # seconds; it takes about five on a machine that is not busy
# What a proxy of the environment would make of requests to this machine is of no interest here.
DIRECT = build_opener(ProxyHandler({}))


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[ConfigSystem]:
    """A system that reads, changes, refuses, follows, calls back and is monitored."""
    home = tmp_path / "config"
    (home / "schemas").mkdir(parents=True)
    for name in ("a", "b", "odd-näme"):
        (home / f"{name}.yaml").write_text("n: 1\n")
        (home / "schemas" / f"{name}.schema.json").write_text('{"properties": {"n": {"type": "integer"}}}')
    (home / "b.yaml").write_text("version: '1'\nn: 1\n")
    (home / "migrations" / "b").mkdir(parents=True)
    (home / "migrations" / "b" / "two.toml").write_text('from = "1"\nto = "2"\nsteps = []\n')
    with ConfigSystem(home, environ={}) as system:
        told = threading.Event()
        system.on_change("a", lambda changes: told.set())
        for _ in range(50):
            system.load_config("a")
            system.load_config("b")
        system.start_hot_reload()
        system.set("a.n", 2)
        with pytest.raises(ConfigValidationError):
            system.set("b.n", "none")
        assert told.wait(30)
        assert system._audience.bus.drain(30)
        monitor = ConfigMonitor(system)
        monitor.start_monitoring(300)
        time.sleep(0.25)  # processor time is that between two looks
        monitor.look()
        yield system


def test_the_checker_of_prometheus_has_nothing_to_say(busy: ConfigSystem) -> None:
    """Every figure there can be is well formed and named as the checker wants it: with help, type, unit and suffix."""
    text = prometheus_text(busy, {"system": 'C:\\"conf"\nig'})
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=text.encode(), capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.decode(), done.stderr.decode()) == (0, "", "")
    told = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE ")}
    # What has not happened yet has no value, and what is no number is left out.
    assert len(told) == len(METRICS) - len(_absent(busy)) > 60
    assert "setpoint_machine_cpu_ratio" in told


def _absent(system: ConfigSystem) -> set[str]:
    """The figures that have no value now."""
    there = {*system.metrics.pulled(), *system.metrics.counters, *system.metrics.histograms}
    pulled = system.metrics.pulled()
    return {name for name in METRICS if name not in there or pulled.get(name, 0.0) != pulled.get(name, 0.0)}


def test_the_checker_does_complain_when_there_is_something(busy: ConfigSystem) -> None:
    """Its silence says something: a help that is missing is found."""
    text = "".join(
        f"{line}\n" for line in prometheus_text(busy).splitlines() if "HELP setpoint_cache_entries" not in line
    )
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=text.encode(), capture_output=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert b"setpoint_cache_entries no help text" in done.stdout + done.stderr


def test_prometheus_scrapes_what_the_system_has_counted(busy: ConfigSystem, tmp_path: Path) -> None:
    """A real server takes the figures over HTTP several times, without an error, and has the system's own values."""
    with (
        Endpoint(lambda: prometheus_text(busy, {"system": "busy"})) as (port, scrapes),
        Prometheus(tmp_path, port) as ask,
    ):
        until(lambda: len(scrapes) >= SCRAPES)
        until(lambda: [one["health"] for one in ask("targets")["activeTargets"]] == ["up"])
        assert [one["lastError"] for one in ask("targets")["activeTargets"]] == [""]
        assert query(ask, "up") == 1.0
        assert query(ask, "scrape_samples_scraped") > len(METRICS)
        for name in ("setpoint_cache_reads_total", "setpoint_edits_total", "setpoint_generation"):
            metric = METRICS[name.removeprefix("setpoint_").removesuffix("_total")]
            values = busy.metrics.values()
            assert query(ask, f'{name}{{system="busy"}}') == values[metric.name] > 0
            assert ask("metadata", metric=name)[name] == [
                {"type": "counter" if metric.kind == COUNTER else "gauge", "help": metric.help, "unit": ""}
            ]
        assert query(ask, "setpoint_migrations_pending") == 1.0
        assert query(ask, "setpoint_load_seconds_count") == busy.metrics.readings()["load_seconds"].count == 2
        reads = busy.get_cache_stats()["reads"]
        assert reads is not None
        for _ in range(7):
            busy.load_config("a")
        until(lambda: query(ask, "setpoint_cache_reads_total") == reads + 7)


# -- the servers


class Endpoint:
    """A server on loopback that answers /metrics with a text, and counts how often it was asked."""

    def __init__(self, text: Callable[[], str]) -> None:
        scrapes = self.scrapes = list[str]()

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = text().encode()
                self.send_response(200)
                self.send_header("Content-Type", CONTENT_TYPE)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                scrapes.append(self.path)

            def log_message(self, *words: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)

    def __enter__(self) -> tuple[int, list[str]]:
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()
        return self.server.server_address[1], self.scrapes

    def __exit__(self, *failure: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Prometheus:
    """A Prometheus that scrapes a port of loopback every second, and a function that asks its API."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        settings = {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
            "scrape_configs": [{"job_name": "setpoint", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}],
        }
        (folder / "prometheus.yml").write_text(json.dumps(settings))  # JSON is YAML
        self.log = folder / "prometheus.log"

    def __enter__(self) -> Callable[..., Any]:
        for _ in range(5):  # between choosing a port and taking it somebody else may be quicker
            self.port = free_port()
            self._start()
            if self._is_ready():
                return self.ask
            self.__exit__()
        raise AssertionError(self.log.read_text())

    def __exit__(self, *failure: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _start(self) -> None:
        program = shutil.which("prometheus")
        assert program is not None, "./scripts/system-packages installs it"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    program,
                    f"--config.file={self.folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={self.folder / 'prometheus'}",
                    f"--web.listen-address=127.0.0.1:{self.port}",
                ],
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )

    def _is_ready(self) -> bool:
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            try:
                with DIRECT.open(f"http://127.0.0.1:{self.port}/-/ready", timeout=5):
                    return True
            except (URLError, OSError):
                time.sleep(0.05)
        return False

    def ask(self, what: str, **given: str) -> Any:
        """Return the data of an answer of the API."""
        words = "&".join(f"{name}={quote(text)}" for name, text in given.items())
        with DIRECT.open(f"http://127.0.0.1:{self.port}/api/v1/{what}?{words}", timeout=30) as answer:
            said = json.load(answer)
        assert said["status"] == "success"
        return said["data"]


def query(ask: Callable[..., Any], expression: str) -> float:
    """Return the value of an expression that has one, now."""
    (found,) = ask("query", query=expression)["result"]
    return float(found["value"][1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(condition: Callable[[], object]) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not become true"
        time.sleep(0.05)
