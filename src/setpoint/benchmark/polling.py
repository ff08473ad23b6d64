"""Measures how long a change takes to be seen where the operating system tells of none; for a process of its own.

``SETPOINT_PORTABLE=1 python -m setpoint.benchmark.polling`` prints the figures as JSON.
"""

from __future__ import annotations

import json
import sys
from tempfile import TemporaryDirectory

from .ground import Ground
from .reload import following

_CHANGES = 12


def main() -> None:
    """Measure, and print the figures."""
    with TemporaryDirectory(prefix="setpoint-bench-") as folder:
        ground = Ground(folder)
        try:
            found = [one.to_dict() for one in following(ground, _CHANGES)]
        finally:
            ground.close()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
