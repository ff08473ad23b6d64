"""Measure what safety costs: our decode of YAML beside the bare calls of the parsers it is made of, in one process.

Run it as ``python bench/yaml_decode.py``; the numbers are medians of rounds in which the contestants take turns, so
that a slow moment of the machine hits all. ``CSafeLoader`` is what most programs use today; it checks none of what
``decode`` does, and crashes on deep documents.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable

import yaml
from yaml._yaml import CParser

from setpoint.errors import ConfigParseError
from setpoint.formats import decode, locate

try:
    import yamlrocks
except ImportError:  # Python 3.11
    yamlrocks = None

SECONDS = 1.5  # of measuring, for each document and contestant


def document(services: int, *, anchors: bool = False) -> bytes:
    """A document of the shape configurations have: nested mappings, lists, comments; about 330 bytes a service."""
    lines = [
        "# Services of the fleet",
        "defaults: &defaults {retries: 3, backoff: 1.5}" if anchors else "version: 2.1.0",
    ]
    for number in range(services):
        lines += [
            f"service-{number}:  # the {number}. of them",
            *(["  <<: *defaults"] if anchors else []),
            f"  host: 10.0.{number % 256}.1",
            f"  port: {8000 + number}",
            f"  ratio: {number / 7}",
            "  enabled: true",
            '  channel: "1234567890123456789"',
            "  tags: [blue, 'eu: west']",
            "  queue:",
            "    max_size: 10000",
            "    overflow: drop-oldest  # or block",
            "  routes:",
            "    - path: /api/v1",
            "      methods: [GET, POST]",
            "    - path: /health",
            "      methods: []",
            "  description: |",
            "    Answers what it is asked,",
            "    and nothing else.",
        ]
    return ("\n".join(lines) + "\n").encode()


def events(data: bytes) -> None:
    """Take all events of PyYAML's C parser."""
    get = CParser(data.decode()).get_event
    while get().__class__ is not yaml.StreamEndEvent:
        pass


def with_engine(engine: str, data: bytes) -> None:
    os.environ["SETPOINT_YAML"] = engine
    decode(data, "yaml")


def refused(engine: str, data: bytes) -> None:
    try:
        with_engine(engine, data)
    except ConfigParseError:
        return
    raise AssertionError("accepted")


def contestants(data: bytes) -> dict[str, Callable[[], object]]:
    broken = data + b"x: [1\n"
    cases: dict[str, Callable[[], object]] = {
        "PyYAML CSafeLoader": lambda: yaml.load(data, yaml.CSafeLoader),
        "PyYAML C events, bare": lambda: events(data),
        "decode, libyaml": lambda: with_engine("libyaml", data),
    }
    if yamlrocks is not None:
        option = yamlrocks.OPT_DUPLICATE_KEYS_ERROR | yamlrocks.OPT_REJECT_COMPLEX_KEYS
        cases["yamlrocks loads_all, bare"] = lambda: yamlrocks.loads_all(data, option=option)
        cases["libyaml confirms, bare"] = lambda: CParser(data).raw_parse()
        cases["decode, yamlrocks"] = lambda: with_engine("yamlrocks", data)
        cases["refusal in the last line, yamlrocks"] = lambda: refused("yamlrocks", broken)
    cases["refusal in the last line, libyaml"] = lambda: refused("libyaml", broken)
    cases["locate"] = lambda: locate(data, "yaml")
    return cases


def measure(data: bytes) -> dict[str, float]:
    """Return the median time of each contestant in microseconds; they take turns."""
    cases = contestants(data)
    once = {}
    for name, case in cases.items():
        case()
        start = time.perf_counter()
        case()
        once[name] = time.perf_counter() - start
    rounds = max(5, min(2000, int(SECONDS * len(cases) / sum(once.values()))))
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            start = time.perf_counter()
            case()
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) * 1e6 for name, times in taken.items()}


def main() -> None:
    print(f"Python {sys.version.split()[0]}, PyYAML {yaml.__version__}, median of interleaved rounds, microseconds")
    for title, data in (
        ("small", document(8)),
        ("small, with anchors and merges", document(8, anchors=True)),
        ("large", document(2000)),
    ):
        times = measure(data)
        print(f"\n{title}: {len(data):,} bytes")
        for name, microseconds in times.items():
            print(f"  {name:36s} {microseconds:12,.1f}  x{microseconds / times['PyYAML CSafeLoader']:.2f}")


if __name__ == "__main__":
    main()
