"""How long importing Setpoint and one `setpoint get` take, beside bare Python, in the same run.

Run with: python bench/start_up.py
Whole processes, interleaved; the median of the rounds counts. `get` reads, validates and prints one value of the
example project.
"""

from __future__ import annotations

import platform
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

CONFIG = Path(__file__).parents[1] / "examples" / "swarm" / "config"
ROUNDS = 25


def main() -> None:
    command = shutil.which("setpoint", path=str(Path(sys.executable).parent))
    if command is None:
        raise SystemExit("setpoint is not installed beside this Python")
    cases = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import setpoint": [sys.executable, "-c", "import setpoint"],
        "setpoint --version": [command, "--version"],
        "setpoint get (YAML)": [command, "-c", str(CONFIG), "get", "messaging.queue.max_size"],
        "setpoint get (JSON)": [command, "-c", str(CONFIG), "get", "coordinates.agents.Agent-1"],
        "setpoint check": [command, "-c", str(CONFIG), "check"],
    }
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(ROUNDS):
        for name, case in cases.items():
            start = time.perf_counter()
            subprocess.run(case, capture_output=True, check=True)
            times[name].append(time.perf_counter() - start)
    print(f"{platform.python_implementation()} {platform.python_version()}, {ROUNDS} rounds")
    bare = statistics.median(times["python -c pass"])
    for name, values in times.items():
        middle = statistics.median(values)
        print(f"{name:22} {middle * 1e3:7.1f} ms   {(middle - bare) * 1e3:+7.1f} ms over bare Python")


if __name__ == "__main__":
    main()
