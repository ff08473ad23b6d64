"""Where the bundled example is: a directory with one document of each built-in kind."""

from __future__ import annotations

import os


def example_directory() -> str:
    """Return the bundled example's configuration directory: in the wheel, or in the checkout it is installed from."""
    package = os.path.dirname(os.path.abspath(__file__))
    inside = os.path.join(package, "examples", "swarm", "config")
    if os.path.isdir(inside):
        return inside
    return os.path.join(os.path.dirname(os.path.dirname(package)), "examples", "swarm", "config")
