"""Edit many files in many ways and judge each edit, then measure what an edit costs beside finding its place.

Run it as ``python bench/edits.py``; ``--count 20000`` random edits are made in files of the styles found in the wild,
which ``tests/editing/wild`` makes from a seed, and judged by an oracle that knows the engine only by its results.
The times are medians of rounds in which the contestants take turns, so that a slow moment of the machine hits all.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "editing"))

from wild import sample
from wild.edits import operation
from wild.oracle import is_shared, judge

from setpoint.editing.apply import apply
from setpoint.editing.edit import edit
from setpoint.editing.operation import Append, Operation, Set, Unset
from setpoint.errors import EditRefusedError, SetpointError
from setpoint.formats import decode, locate

FORMATS = ("yaml", "toml", "json", "jsonc")


def corpus(count: int, first: int) -> None:
    """Print what became of so many random edits in each format, and every kind of failure with its seed."""
    heads = ("edits", "files", "corrupt", "comments lost", "minimal", "refused", "shared")
    print(" " * 6, "".join(f"{head:>14}" for head in heads))
    for form in FORMATS:
        found, reasons, files = _edits(form, count // len(FORMATS), first)
        done = found["edits"] - found["refused"] - found["shared"]
        minimal = 100 * (done - found["not minimal"]) / done
        # What an alias or "<<" shares cannot be changed in one place: refused by the rules, and counted apart.
        refused, shared = (100 * found[name] / found["edits"] for name in ("refused", "shared"))
        print(
            f"{form:6} {found['edits']:14}{files:14}{found['corrupt']:14}{found['lost']:14}"
            f"{minimal:13.2f}%{refused:13.2f}%{shared:13.2f}%"
        )
        for reason, number in reasons.most_common():
            print(f"       {number:4} {reason}")


def _edits(form: str, count: int, first: int) -> tuple[Counter[str], Counter[str], int]:
    found: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    seed = first
    while found["edits"] < count:
        file = sample(seed, form)
        random = Random(f"edit {seed}")
        tree = decode(file.data, form)
        for _ in range(4):
            one = operation(random, tree, form)
            if one is None or not _makes_sense(tree, one):
                continue
            found["edits"] += 1
            try:
                after = edit(file.data, one, form)
            except EditRefusedError as error:
                found["shared" if is_shared(file, one) else "refused"] += 1
                reason = re.sub("'[^']*'|[*]\\w+|[0-9]+", "…", error.message.split(": ", 2)[-1])
                reasons[f"refused: {type(one).__name__}: {reason}"] += 1
                continue
            verdict = judge(file.data, after, file, [one])
            for name, wrong in (("corrupt", verdict.wrong), ("lost", verdict.lost)):
                if wrong:
                    found[name] += 1
                    reasons[f"{name}: seed {seed}, {one!r}: {wrong[0]}"] += 1
            if not verdict.minimal:
                found["not minimal"] += 1
                reasons[f"not minimal: seed {seed}, {one!r}"[:200]] += 1
        seed += 1
    return found, reasons, seed - first


def _makes_sense(tree: Any, one: Operation) -> bool:
    try:
        apply(tree, [one])
    except SetpointError:
        return False
    return True


def document(form: str, services: int) -> bytes:
    """A document of the shape configurations have; about 300 bytes a service."""
    tree = {
        f"service-{number}": {
            "host": f"10.0.{number % 256}.1",
            "port": 8000 + number,
            "ratio": number / 7,
            "enabled": True,
            "channel": "1234567890123456789",
            "queue": {"max_size": 10000, "overflow": "drop-oldest"},
            "tags": ["blue", "eu: west"],
            "routes": [{"path": "/api/v1", "methods": ["GET", "POST"]}, {"path": "/health", "methods": []}],
        }
        for number in range(services)
    }
    if form in ("json", "jsonc"):
        text = json.dumps(tree, indent=2)
        return (text.replace('"enabled"', '// or not\n    "enabled"') if form == "jsonc" else text).encode() + b"\n"
    lines = ["# Services of the fleet"]
    for name, service in tree.items():
        lines += [f"{name}:  # one of them" if form == "yaml" else f"[{name}]  # one of them"]
        between, start = (": ", "  ") if form == "yaml" else (" = ", "")
        lines += [f"{start}{key}{between}{json.dumps(service[key])}" for key in list(service)[:5]]
        if form == "yaml":
            lines += [
                "  queue:",
                "    max_size: 10000",
                "    overflow: drop-oldest  # or block",
                "  tags: [blue, 'eu: west']",
            ]
            lines += [
                "  routes:",
                "    - path: /api/v1",
                "      methods: [GET, POST]",
                "    - path: /health",
                "      methods: []",
            ]
        else:
            lines += [
                'tags = ["blue", "eu: west"]',
                f"[{name}.queue]",
                "max_size = 10000",
                'overflow = "drop-oldest"  # or block',
            ]
            lines += [f"[[{name}.routes]]", 'path = "/api/v1"', 'methods = ["GET", "POST"]']
            lines += [f"[[{name}.routes]]", 'path = "/health"', "methods = []", ""]
    return ("\n".join(lines) + "\n").encode()


def contestants(data: bytes, form: str, services: int) -> dict[str, Callable[[], object]]:
    middle = f"service-{services // 2}"
    many = [Set((f"service-{number % services}", "port"), number) for number in range(200)]
    cases: dict[str, Callable[[], object]] = {
        "locate": lambda: locate(data, form),
        "decode": lambda: decode(data, form),
        "set a value": lambda: edit(data, Set((middle, "port"), 1), form),
        "set a new key": lambda: edit(data, Set((middle, "fresh"), "text"), form),
        "append an item": lambda: edit(data, Append((middle, "tags"), "red"), form),
        "remove a section": lambda: edit(data, Unset((middle,)), form),
    }
    if services > 200:
        cases["set 200 values"] = lambda: edit(data, many, form)
    return cases


def speed(seconds: float) -> None:
    """Print the time of edits beside that of ``locate``, on 3 KB and on 1 MB."""
    for size in (3_000, 1_000_000):
        for form in FORMATS:
            services = round(size / (len(document(form, 20)) / 20))
            data = document(form, services)
            times = _measure(contestants(data, form, services), seconds)
            print(f"\n{form}, {len(data):,} bytes")
            for name, taken in times.items():
                print(f"  {name:18} {taken * 1e3:10.3f} ms  x{taken / times['locate']:.2f}")


def _measure(cases: dict[str, Callable[[], object]], seconds: float) -> dict[str, float]:
    once = {}
    for name, case in cases.items():
        case()
        start = time.perf_counter()
        case()
        once[name] = time.perf_counter() - start
    rounds = max(3, min(300, int(seconds * len(cases) / sum(once.values()))))
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            start = time.perf_counter()
            case()
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in taken.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="random edits, over all formats")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seconds", type=float, default=1.0, help="measuring, for each document and contestant")
    parser.add_argument("--only", choices=("corpus", "speed"))
    arguments = parser.parse_args()
    print(f"Python {sys.version.split()[0]}")
    if arguments.only != "speed" and arguments.count:
        corpus(arguments.count, arguments.first)
    if arguments.only != "corpus":
        speed(arguments.seconds)


if __name__ == "__main__":
    main()
