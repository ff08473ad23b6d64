"""The engines that can be tested on this Python, and how to decode with a given one."""

from __future__ import annotations

import importlib.util
import os
from typing import Any

from setpoint.budget import DEFAULT_BUDGET, Budget
from setpoint.diagnostic import Diagnostic
from setpoint.errors import ConfigParseError
from setpoint.formats import decode

ENGINES = ["libyaml", *(["yamlrocks"] if importlib.util.find_spec("yamlrocks") else [])]


def decode_with(
    engine: str, text: str | bytes, budget: Budget = DEFAULT_BUDGET, warnings: list[Diagnostic] | None = None
) -> Any:
    """Decode a YAML text with one engine; ``warnings`` receives what is only doubtful."""
    data = text.encode() if isinstance(text, str) else text
    before = os.environ.get("SETPOINT_YAML")
    os.environ["SETPOINT_YAML"] = engine
    try:
        return decode(data, "yaml", budget, ([] if warnings is None else warnings).append)
    finally:
        if before is None:
            del os.environ["SETPOINT_YAML"]
        else:
            os.environ["SETPOINT_YAML"] = before


def refusal(engine: str, text: str | bytes, budget: Budget = DEFAULT_BUDGET) -> tuple[Diagnostic, ...]:
    """Return the findings with which an engine refuses a text; fails when it does not."""
    try:
        value = decode_with(engine, text, budget)
    except ConfigParseError as error:
        return error.diagnostics
    raise AssertionError(f"accepted as {value!r}")


def typed(tree: Any) -> Any:
    """Return a tree in which order and types are compared too: ``1``, ``1.0`` and ``True`` differ."""
    if isinstance(tree, dict):
        return ("mapping", [(key, typed(value)) for key, value in tree.items()])
    if isinstance(tree, list):
        return ("list", [typed(value) for value in tree])
    return (type(tree).__name__, repr(tree))
