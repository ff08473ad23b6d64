"""`check` over 10,000 small YAML documents with a schema, against a bare loop with the same parsers.

Run with: python bench/check_many.py [--documents N] [--peer]
`--peer` also times check-jsonschema on the same files, where it is installed beside (pip install check-jsonschema).

All are timed as whole commands on the same files in the same run, interleaved, and the median of the rounds counts. The
bare loop is a script that reads each file, decodes it with the parser that Setpoint uses on this Python, and asks the
compiled schema for yes or no: no checks of keys, numbers or budgets, no diagnostics. `check` uses all processors, the
bare loop and `--jobs 1` one.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["name", "port", "replicas"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "port": {"type": "integer", "minimum": 1, "maximum": 65535},
        "replicas": {"type": "integer", "minimum": 0},
        "level": {"enum": ["DEBUG", "INFO", "WARNING", "ERROR"]},
        "timeout_seconds": {"type": "number", "exclusiveMinimum": 0},
        "hosts": {"type": "array", "items": {"type": "string"}},
        "limits": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"memory_mb": {"type": "integer"}, "cpu": {"type": "number"}},
        },
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}

BARE = """
import os, sys
import jsonschema_rs, json
folder, schema = sys.argv[1:]
validator = jsonschema_rs.validator_for(json.load(open(schema)), validate_formats=True)
if sys.version_info >= (3, 12):
    import yamlrocks
    options = yamlrocks.OPT_DUPLICATE_KEYS_ERROR | yamlrocks.OPT_REJECT_COMPLEX_KEYS
    def decode(data):
        return yamlrocks.loads_all(data, option=options)[0]
else:
    import yaml
    def decode(data):
        return yaml.load(data, yaml.CSafeLoader)
bad = 0
for name in sorted(os.listdir(folder)):
    with open(os.path.join(folder, name), "rb") as file:
        data = file.read()
    bad += not validator.is_valid(decode(data))
print(bad)
"""


def write_documents(folder: Path, count: int) -> None:
    """Write `count` valid documents of about 400 bytes, every one different, the same for the same count."""
    dice = random.Random(20260101)
    for number in range(count):
        hosts = "\n".join(f"  - host-{dice.randrange(1000)}.internal" for _ in range(dice.randrange(1, 5)))
        (folder / f"service{number:05}.yaml").write_text(
            f"# service {number}\n"
            f"name: service-{number}\n"
            f"port: {dice.randrange(1024, 65535)}   # where it listens\n"
            f"replicas: {dice.randrange(1, 9)}\n"
            f'level: "{dice.choice(["DEBUG", "INFO", "WARNING", "ERROR"])}"\n'
            f"timeout_seconds: {dice.randrange(1, 300) / 10}\n"
            f"hosts:\n{hosts}\n"
            f"limits:\n  memory_mb: {dice.randrange(64, 4096)}\n  cpu: {dice.randrange(1, 16) / 4}\n"
            f"labels: {{team: team-{dice.randrange(30)}, tier: '{dice.randrange(3)}'}}\n"
        )


def timed(command: list[str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    elapsed = time.perf_counter() - start
    if done.returncode != 0:
        raise SystemExit(f"{command[:4]} failed: {done.stdout[-500:]}{done.stderr[-500:]}")
    return elapsed


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peer", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "documents"
        folder.mkdir()
        write_documents(folder, args.documents)
        schema = Path(temporary) / "service.schema.json"
        schema.write_text(json.dumps(SCHEMA))
        bare = Path(temporary) / "bare.py"
        bare.write_text(BARE)
        ours = [sys.executable, "-m", "setpoint", "check", "--schema", str(schema), str(folder)]
        loop = [sys.executable, str(bare), str(folder), str(schema)]
        times: dict[str, list[float]] = {"bare loop": [], "setpoint check": [], "with --jobs 1": []}
        for _ in range(args.rounds):
            times["bare loop"].append(timed(loop))
            times["setpoint check"].append(timed(ours))
            times["with --jobs 1"].append(timed([*ours, "--jobs", "1"]))
        if args.peer:
            peer = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema)]
            times["check-jsonschema"] = [timed([*peer, *map(str, sorted(folder.iterdir()))])]
    print(f"{args.documents} documents, {platform.python_implementation()} {platform.python_version()}")
    base = statistics.median(times["bare loop"])
    for name, values in times.items():
        middle = statistics.median(values)
        print(f"{name:18} {middle * 1e3:9.0f} ms   {middle / base:6.2f} x the bare loop   ({len(values)} rounds)")
    if args.peer:
        ratio = times["check-jsonschema"][0] / statistics.median(times["setpoint check"])
        print(f"check-jsonschema takes {ratio:.1f} x as long as setpoint check")


if __name__ == "__main__":
    main()
