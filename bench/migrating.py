"""What it costs to find out what is to be migrated, to look at it, and to migrate it.

Run with: python bench/migrating.py [DIRECTORY]
First a graph of 200 versions: built, and the way of 1,000 documents at random versions found in it, each twice, to see
that it is the same. Then a directory of 1,000 YAML documents of 400 bytes with two migrations each, in files: which of
them are pending, beside a bare ``load_config`` of all of them, in systems of their own, in turns. Then the whole plan
of one hundred of them with every difference, and migrating these, durable and on record. DIRECTORY must be on a real
device (default: here).
"""

from __future__ import annotations

import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable

from setpoint import ConfigSystem, Migration
from setpoint.migration.graph import Graph
from setpoint.validation.version import order

VERSIONS, DOCUMENTS, WHOLE, TURNS = 200, 1_000, 100, 3


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def graph() -> None:
    """Show what a long graph costs."""
    migrations = [Migration("long", f"{number}.0", f"{number + 1}.0") for number in range(1, VERSIONS)]
    random.Random(1).shuffle(migrations)
    made: list[Graph] = []
    built = statistics.median(timed(lambda: made.append(Graph(migrations, order))) for _ in range(5))
    starts = [f"{random.Random(seed).randint(1, VERSIONS)}.0" for seed in range(DOCUMENTS)]
    ways: list[list[str]] = []

    def look() -> None:
        ways.append([" ".join(map(str, made[0].pending(start))) for start in starts])

    seconds = statistics.median(timed(look) for _ in range(5))
    assert all(one == ways[0] for one in ways), "the same way every time"
    print(f"a graph of {VERSIONS} versions: built in {built * 1000:.1f} ms")
    print(f"  the ways of {DOCUMENTS:,} documents in it: {seconds * 1000:.0f} ms, the same every time")


def make(folder: str) -> str:
    """Write the directory of documents, and return it."""
    home = os.path.join(folder, "config")
    for number in range(DOCUMENTS):
        name = f"service-{number:04}"
        place = os.path.join(home, "migrations", name)
        os.makedirs(place)
        agents = "".join(f"  agent-{index}:\n    mode: fast  # for now\n    weight: {index}\n" for index in range(8))
        with open(os.path.join(home, f"{name}.yaml"), "w") as file:
            file.write(f"# service {number}\nversion: '1.0.0'\nqueue:\n  size: 10  # items\nagents:\n{agents}")
        with open(os.path.join(place, "2.yaml"), "w") as file:
            file.write("from: 1.0.0\nto: 2.0.0\nsteps:\n- rename: {path: queue.size, to: max_size}\n")
        with open(os.path.join(place, "3.yaml"), "w") as file:
            file.write("from: 2.0.0\nto: 3.0.0\nsteps:\n- convert: {path: agents.*.mode, from: item, to: list}\n")
    return home


def directory(home: str) -> None:
    """Show what a large directory costs."""
    names = [f"service-{number:04}" for number in range(DOCUMENTS)]
    loads, first, looks = [], [], []
    for _ in range(TURNS):
        with ConfigSystem(home, environ={}) as system:
            loads.append(timed(lambda: [system.load_config(name) for name in names]))
        with ConfigSystem(home, environ={}) as system:
            first.append(timed(system.pending_migrations))
            looks.append(timed(lambda: check(system)))
    told = f"{DOCUMENTS:,} documents with 2 migrations each"
    print(f"{told}: loaded in {statistics.median(loads):.2f} s")
    print(f"  what is pending, migrations read as well: {statistics.median(first):.2f} s; when they are read:", end=" ")
    ratio = statistics.median(look / load for look, load in zip(looks, loads, strict=True))
    print(f"{statistics.median(looks):.2f} s, {ratio:.2f} x the loading")
    some = names[:WHOLE]
    with ConfigSystem(home, environ={}) as system:
        planned = timed(lambda: [plan.diff for plan in system.migrate(some, dry_run=True)])
        print(f"  {WHOLE} planned together with every difference: {planned / WHOLE * 1000:.1f} ms each")
        migrated = timed(lambda: system.migrate(some))
        print(f"  {WHOLE} migrated together, durable and on record: {migrated / WHOLE * 1000:.1f} ms each")


def check(system: ConfigSystem) -> None:
    """See that every document is pending, by two hops."""
    plans = system.pending_migrations()
    assert [len(plan.steps) for plan in plans] == [2] * DOCUMENTS


def main() -> None:
    """Run both."""
    print(f"CPython {platform.python_version()}")
    graph()
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else ".") as folder:
        directory(make(folder))


if __name__ == "__main__":
    main()
