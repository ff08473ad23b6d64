"""YAML 1.2: the fast road by yamlrocks where that is safe, the strict road over libyaml's events where it is not.

Both roads accept the same texts and give the same tree; which one is taken shows only in the time it takes.

``SETPOINT_YAML`` in the environment chooses the engine: ``libyaml`` never uses yamlrocks, ``yamlrocks`` insists on it.
"""

from __future__ import annotations

import os

from ..errors import UsageError
from .refusal import BOM, text_of
from .yaml_source import Source, check_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from ..budget import Budget
    from ..diagnostic import Diagnostic
    from ..span import Place
    from ..tree import Tree

VARIABLE = "SETPOINT_YAML"

# The module of the fast road, once it was looked for; None when it cannot be used, and why.
_fast: ModuleType | None = None
_why_not = ""
_sought = False


def decode(data: bytes, budget: Budget, warn: Callable[[Diagnostic], None]) -> Tree:
    """Return the tree in the bytes of a YAML document; an empty document is None.

    Arguments: see ``formats.decode``; ``warn`` takes numbers that YAML readers disagree about.
    Raises ``ConfigParseError``, and ``UsageError`` when ``SETPOINT_YAML`` makes no sense.
    """
    fast = _fast_road()
    text = text_of(data)
    body = data[len(BOM) :] if data.startswith(BOM) else data
    check_count(body, budget)
    if fast is not None:
        tree = fast.decode(body, budget)
        if tree is not fast.DOUBT:
            return tree  # type: ignore[no-any-return] # the module is only known as a module
    from .yaml_builder import build

    return build(Source(text), budget, warn)


def locate(text: str) -> Place:
    """Return the place of every value in a YAML text that ``decode`` accepts."""
    from .yaml_places import places_of

    return places_of(Source(text))


def _fast_road() -> ModuleType | None:
    """Return the module of the fast road, or None when it is absent or not wanted."""
    global _fast, _why_not, _sought  # noqa: PLW0603 - found out once
    wanted = os.environ.get(VARIABLE, "")
    if wanted == "libyaml":
        return None
    if wanted not in ("", "yamlrocks"):
        raise UsageError(f"{VARIABLE} is {wanted!r}; it can be 'libyaml', 'yamlrocks' or unset")
    if not _sought:
        _fast, _why_not = _find()
        _sought = True
    if _fast is None and wanted:
        raise UsageError(f"{VARIABLE} is 'yamlrocks', and {_why_not}; unset it to use libyaml")
    return _fast


def _find() -> tuple[ModuleType | None, str]:
    """Return the module of the fast road, or None and why it cannot be used."""
    import sys

    if sys.version_info < (3, 12):
        return None, "yamlrocks needs Python 3.12 or newer"
    try:
        import yamlrocks
    except ImportError:
        return None, "yamlrocks is not installed: pip install 'yamlrocks>=0.7.1,<0.8'"
    try:
        from . import yaml_rocks
    except ImportError:
        return None, "PyYAML was built without libyaml, which confirms what yamlrocks reads"
    version = _version(yamlrocks)
    if version.startswith(yaml_rocks.KNOWN):
        return yaml_rocks, ""
    import logging

    why = f"yamlrocks {version or 'of unknown version'} is installed, and only {yaml_rocks.KNOWN}x is known to be safe"
    logging.getLogger("setpoint.formats").warning("%s; YAML is read by libyaml, which is slower", why)
    return None, why


def _version(package: ModuleType) -> str:
    """Return the version of an installed package by the name of its metadata, which spares importlib.metadata."""
    home = os.path.dirname(os.path.dirname(package.__file__ or ""))
    prefix, suffix = f"{package.__name__}-", ".dist-info"
    try:
        names = os.listdir(home)
    except OSError:
        return ""
    for name in names:
        if name.startswith(prefix) and name.endswith(suffix):
            return name[len(prefix) : -len(suffix)]
    return ""
