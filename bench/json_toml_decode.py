"""Measure what safety costs: our decode beside the bare parser, JSON and TOML, in one process.

Run it as ``python bench/json_toml_decode.py``; the numbers are medians of rounds in which the contestants take turns,
so that a slow moment of the machine hits both. ``locate`` and a refusal are shown too: they happen off the hot path.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
import tomllib
from collections.abc import Callable

import orjson

from setpoint.errors import ConfigParseError
from setpoint.formats import decode, locate

ROUNDS = 15


def json_document(services: int) -> bytes:
    """An indented JSON document of the shape configurations have, about 190 bytes a service."""
    return json.dumps(
        {
            f"service-{number}": {
                "host": f"10.0.{number % 256}.1",
                "port": 8000 + number,
                "ratio": number / 7,
                "tags": ["blue", "eu: west"],
                "channel": "1234567890123456789",
                "enabled": True,
            }
            for number in range(services)
        },
        indent=2,
    ).encode()


def toml_document(services: int) -> bytes:
    """The same as TOML, a table for each service."""
    return "\n".join(
        f"""[service-{number}]
host = "10.0.{number % 256}.1"  # inside
port = {8000 + number}
ratio = {number / 7}
tags = ["blue", "eu: west"]
since = 2024-05-27T07:32:00Z
enabled = true
"""
        for number in range(services)
    ).encode()


def refusal(data: bytes, format_name: str) -> Callable[[], object]:
    """A call that is refused at the end of the document."""

    def refuse() -> object:
        try:
            return decode(data, format_name)
        except ConfigParseError as error:
            return error

    assert isinstance(refuse(), ConfigParseError)
    return refuse


def medians(contestants: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The median time of each contestant in seconds, all taking turns."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    repeats = {}
    for name, call in contestants.items():
        started = time.perf_counter()
        call()
        repeats[name] = max(1, int(0.01 / (time.perf_counter() - started)))
    for _ in range(ROUNDS):
        for name, call in contestants.items():
            started = time.perf_counter()
            for _ in range(repeats[name]):
                call()
            times[name].append((time.perf_counter() - started) / repeats[name])
    return {name: statistics.median(found) for name, found in times.items()}


def main() -> None:
    """Print one line for each contestant: its time, and how it compares with the bare parser."""
    print(f"Python {sys.version.split()[0]}, orjson {orjson.__version__}, {ROUNDS} rounds")
    for services in (10, 500):
        document = json_document(services)
        table = toml_document(services)
        groups: list[tuple[bytes, dict[str, Callable[[], object]]]] = [
            (
                document,
                {
                    "orjson.loads": lambda data=document: orjson.loads(data),
                    "json.loads": lambda data=document: json.loads(data),
                    "decode JSON": lambda data=document: decode(data, "json"),
                    "decode JSONC": lambda data=document: decode(data, "jsonc"),
                    "locate JSON": lambda data=document: locate(data, "json"),
                    "refuse JSON": refusal(document + b"}", "json"),
                },
            ),
            (
                table,
                {
                    "tomllib.loads": lambda data=table: tomllib.loads(data.decode()),
                    "decode TOML": lambda data=table: decode(data, "toml"),
                    "locate TOML": lambda data=table: locate(data, "toml"),
                    "refuse TOML": refusal(table + b"x", "toml"),
                },
            ),
        ]
        for data, contestants in groups:
            print(f"\n{len(data):,} bytes")
            found = medians(contestants)
            bare = next(iter(found.values()))
            for name, seconds in found.items():
                print(f"  {name:14} {seconds * 1e6:10,.1f} us  {seconds / bare:6.2f}x")


if __name__ == "__main__":
    main()
