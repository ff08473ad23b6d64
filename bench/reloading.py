"""How soon a change of a file is served and told of, and what following the files costs.

Run with: python bench/reloading.py [--samples 300] [--only latency|recompute|readers|soak] [--soak 20000]
Latency: another process saves a valid document of 3 KB among 100 and notes the time just before close() or rename();
the following process notes the time in its ``on_change`` callback, when the document is parsed, validated and served.
Beside it, in turns of 25, the least there can be: poll(2) and read(2) on an inotify descriptor. What many
documents cost measures ``reloading_many.py``.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import select
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from setpoint import ConfigSystem
from setpoint.platform import add_inotify_watch, open_inotify

BLOCK = 25
CLOSE_WRITE, MOVED_TO = 0x08, 0x80
SCHEMA = {
    "type": "object",
    "required": ["number", "routes"],
    "properties": {
        "number": {"type": "integer", "minimum": 0},
        "routes": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {
                    "name": {"type": "string"},
                    "weight": {"type": "integer", "minimum": 0},
                    "hosts": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}


def text(number: int) -> bytes:
    """A YAML document of 3.3 KB, always of the same size, in which one value is this."""
    routes = "".join(
        f"  # route {index} of the north\n  - name: route-{index}\n    weight: {index}\n"
        f"    hosts: [north-{index}.example, south-{index}.example]\n"
        for index in range(10, 40)
    )
    return f"# how messages travel\nnumber: {100_000 + number}\nroutes:\n{routes}".encode()


def make_home(top: str, count: int) -> str:
    """Write a directory of documents with one schema, and return it."""
    home = os.path.join(top, "config")
    os.makedirs(os.path.join(home, "schemas"))
    for number in range(count):
        name = "app" if not number else f"other{number}"
        Path(home, f"{name}.yaml").write_bytes(text(0))
        Path(home, "schemas", f"{name}.schema.json").write_text(json.dumps(SCHEMA))
    return home


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=300)
    parser.add_argument("--soak", type=int, default=2000)
    parser.add_argument("--only", choices=("latency", "recompute", "readers", "soak"))
    parser.add_argument("--child", nargs=2)
    arguments = parser.parse_args()
    if arguments.child:
        {"bare": bare_loop, "follow": follow}[arguments.child[0]](arguments.child[1])
        return
    print(
        f"{platform.python_implementation()} {platform.python_version()},"
        f" load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    only = arguments.only
    if only in (None, "latency"):
        latency(arguments.samples)
    if only in (None, "recompute"):
        recompute()
    if only in (None, "readers"):
        readers()
    if only in (None, "soak"):
        soak(arguments.soak)


# -- latency


def bare_loop(folder: str) -> None:
    descriptor = open_inotify()
    assert descriptor is not None
    add_inotify_watch(descriptor, folder, CLOSE_WRITE | MOVED_TO)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    print("ready", flush=True)
    while True:
        poll.poll()
        os.read(descriptor, 65536)
        os.write(1, b"%d\n" % time.perf_counter_ns())


def follow(home: str) -> None:
    if os.environ.get("SETPOINT_BENCH_POLLING"):
        from setpoint.watching import inotify

        inotify.open_inotify = lambda: None  # as on a system that has no such thing
    system = ConfigSystem(home, environ={})
    system.snapshot()
    system.on_change("app", lambda _: os.write(1, b"%d\n" % time.perf_counter_ns()))
    system.start_hot_reload()
    print("ready", flush=True)
    sys.stdin.read()


def start_child(what: str, home: str, polling: bool = False) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, __file__, "--child", what, home],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | ({"SETPOINT_BENCH_POLLING": "1"} if polling else {}),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def save(file: str, number: int, way: str) -> int:
    """Save a file, and return when its writer was done but for the last call."""
    outside = os.path.dirname(os.path.dirname(os.path.dirname(file))) + "/outside"
    target = file if way == "close" else outside
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.write(descriptor, text(number))
    if way == "close":
        begun = time.perf_counter_ns()
        os.close(descriptor)
        return begun
    os.close(descriptor)
    begun = time.perf_counter_ns()
    os.rename(outside, file)
    return begun


def latency(samples: int) -> None:
    print(
        f"\nFrom close() or rename() to the callback, one of 100 documents of {len(text(0))} bytes, {samples} each (ms)"
    )
    times: dict[tuple[str, str], list[float]] = {}
    missed = number = 0
    with tempfile.TemporaryDirectory() as top:
        children = {}
        for place, (title, what) in enumerate(
            (("bare inotify", "bare"), ("hot reload", "follow"), ("polling", "follow"))
        ):
            home = make_home(f"{top}/{place}", 100)
            children[title] = (start_child(what, home, title == "polling"), home)
        for start in range(0, samples, BLOCK):
            for way in ("close", "rename"):
                for title, (process, home) in children.items():
                    if title == "polling" and start >= samples // 5:
                        continue  # each takes a third of a second, and is as good as the last
                    for _ in range(min(BLOCK, samples - start)):
                        number += 1
                        drain(process)
                        begun = save(f"{home}/app.yaml", number, way)
                        answered = answer(process)
                        if answered is None:
                            missed += 1
                            continue
                        times.setdefault((way, title), []).append((answered - begun) / 1e6)
                        time.sleep(0.02)  # what was found is put on record meanwhile
        for process, _ in children.values():
            process.kill()
            process.wait()
    for (way, title), values in sorted(times.items()):
        print(f"  {way:7} {title:14} {quantiles(values)}   n={len(values)}")
    print(f"  missed: {missed}")


def quantiles(values: list[float]) -> str:
    values = sorted(values)
    return (
        f"p50 {statistics.median(values):8.3f}   p90 {values[int(len(values) * 0.9)]:8.3f}"
        f"   p99 {values[int(len(values) * 0.99)]:8.3f}"
    )


def answer(process: subprocess.Popen[str]) -> int | None:
    assert process.stdout is not None
    if not select.select([process.stdout], [], [], 5)[0]:
        return None
    return int(process.stdout.readline())


def drain(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    while select.select([process.stdout], [], [], 0)[0]:
        process.stdout.readline()


# -- one document anew


def parser() -> tuple[str, Any]:
    """Return the quickest parser there is, which hot reload uses too."""
    try:
        import yamlrocks
    except ImportError:
        import yaml

        return "PyYAML's C loader", lambda data: yaml.load(data, Loader=yaml.CSafeLoader)
    return "yamlrocks", yamlrocks.loads


class Unrecorded:
    """Puts nothing on record."""

    def found(self, found: object) -> None:
        pass

    def close(self) -> None:
        pass


def recompute(rounds: int = 400) -> None:
    import jsonschema_rs

    name, parse = parser()
    validator = jsonschema_rs.validator_for(SCHEMA)
    spent: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as top, ConfigSystem(make_home(top, 100), environ={}) as system:
        home = f"{top}/config"
        system.snapshot()
        reload = system._reloading
        reload.recorder = Unrecorded()  # type: ignore[assignment] # it has a thread of its own, which would disturb
        workspace = system._workspace
        texts = workspace.texts("app")
        peer = peer_of(f"{home}/app.yaml")

        def bare() -> None:
            with open(f"{home}/app.yaml", "rb") as file:
                data = file.read()
            assert validator.is_valid(parse(data))

        def decoded() -> None:
            from setpoint.formats import decode

            with open(f"{home}/app.yaml", "rb") as file:
                data = file.read()
            assert validator.is_valid(decode(data, "yaml", system.budget))

        def whole() -> None:
            assert reload.look(names=["app"], trusting=True).replaced

        ways = {f"bare: read, {name}, validate": bare, "read, decode, validate": decoded, "hot reload": whole}
        if peer is not None:
            ways["dynamic-config-py: reload()"] = peer
        ways["resolve alone"] = lambda: workspace.resolve("app", (), texts=texts)
        for number in range(rounds):
            Path(f"{home}/app.yaml").write_bytes(text(number + 1))
            for title, work in list(ways.items())[:: 1 if number % 2 else -1]:
                begun = time.perf_counter()
                work()
                spent.setdefault(title, []).append(time.perf_counter() - begun)
    base = next(iter(ways))
    print(f"\nOne document of {len(text(0))} bytes anew, {rounds} times, in this process (µs; times the bare one)")
    for title in ways:
        ratio = statistics.median(one / bare for one, bare in zip(spent[title], spent[base], strict=True))
        print(f"  {title:40} median {statistics.median(spent[title]) * 1e6:7.0f}   {ratio:5.2f} x")


def peer_of(path: str) -> Any:
    """Return what loads a file with dynamic-config-py, which is compared when it is installed; else None."""
    try:
        import dynamic_config
    except ImportError:
        return None

    @dataclass
    class Document:
        number: int
        routes: list[dict[str, object]]

    config = dynamic_config.DynamicConfig(Document, "app").whole_document().file(path)
    config.init()
    return config.reload


# -- readers


def readers(reloads: int = 40, count: int = 8) -> None:
    with tempfile.TemporaryDirectory() as top, ConfigSystem(make_home(top, 2), environ={}) as system:
        system.snapshot()
        handle = system.bind("app")
        ended = threading.Event()
        reads = [0] * count

        def read(index: int) -> None:
            done = 0
            while not ended.is_set():
                for _ in range(1000):
                    current = handle.current
                    if current.number < 100_000:
                        raise AssertionError
                done += 1000
            reads[index] = done

        def go(seconds: float, work: Any) -> tuple[float, int]:
            ended.clear()
            threads = [threading.Thread(target=read, args=(index,)) for index in range(count)]
            begun = time.perf_counter()
            for thread in threads:
                thread.start()
            work(seconds)
            ended.set()
            for thread in threads:
                thread.join()
            took = time.perf_counter() - begun
            return sum(reads) / took, sum(reads)

        calm, _ = go(2.0, time.sleep)
        system.start_hot_reload()
        events = system.events()

        def reload(_: float) -> None:
            for number in range(reloads):
                save(f"{top}/config/app.yaml", number + 1, "rename")
                assert events.get(30) is not None

        begun = time.perf_counter()
        busy, total = go(0.0, reload)
        took = time.perf_counter() - begun
    print(
        f"\n{count} readers of handle.current: {calm / 1e6:.1f} million reads a second; through {reloads} reloads"
        f" ({reloads / took:.0f} a second) {busy / 1e6:.1f} million, {total:,} in all"
    )


# -- soak


def resident() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def soak(reloads: int) -> None:
    measured = []
    with tempfile.TemporaryDirectory() as top, ConfigSystem(make_home(top, 2), environ={}) as system:
        system.snapshot()
        system.start_hot_reload()
        events = system.events()
        begun = time.perf_counter()
        for number in range(1, reloads + 1):
            save(f"{top}/config/app.yaml", number, "rename")
            assert events.get(30) is not None
            if number % max(1, reloads // 10) == 0:
                system.record()
                gc.collect()
                measured.append((resident(), len(os.listdir("/proc/self/fd"))))
        took = time.perf_counter() - begun
        errors = system.hot_reload_status()["errors"]
    memory, descriptors = [one for one, _ in measured], [count for _, count in measured]
    print(
        f"\n{reloads:,} reloads in {took:.0f} s, each on record: memory {memory[0]:.1f} MB after a tenth of them,"
        f" {memory[-1]:.1f} MB at the end; descriptors {descriptors[0]} and {descriptors[-1]};"
        f" errors {errors}"
    )


if __name__ == "__main__":
    main()
