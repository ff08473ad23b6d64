"""The file formats, one room each, with the same two verbs.

``decode(data, budget, warn)`` turns bytes into a tree of the one data model or raises ``ConfigParseError``;
``locate(text)`` turns the same text into the tree of places. A format's module is imported when its first
document is.
"""

from __future__ import annotations

from time import perf_counter

from ..budget import DEFAULT_BUDGET
from ..metrics.stopwatch import parsing
from .decoded import Decoded
from .refusal import check_size, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from ..budget import Budget
    from ..diagnostic import Diagnostic
    from ..span import Place
    from ..tree import Tree

    class Format(Protocol):
        """What the module of a format offers; a module's functions have no ``self``."""

        def decode(self, data: bytes, budget: Budget, warn: Callable[[Diagnostic], None]) -> Tree:
            """Return the tree in ``data``, or raise ``ConfigParseError``; ``warn`` takes what is only doubtful."""
            ...

        def locate(self, text: str) -> Place:
            """Return the place of every value in a text that ``decode`` accepts."""
            ...


# file name ending -> format name
SUFFIXES = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".jsonc": "jsonc", ".toml": "toml"}

_loaded: dict[str, Format] = {}


def format_of(file: str) -> str | None:
    """Return the format of a file by the end of its name, or None when it is no format of ours."""
    dot = file.rfind(".")
    return SUFFIXES.get(file[dot:].lower()) if dot >= 0 else None


def _module(name: str) -> Format:
    module: Format | None = _loaded.get(name)
    if module is None:
        if name == "yaml":
            from . import yaml

            module = yaml
        elif name == "toml":
            from . import toml

            module = toml
        elif name == "jsonc":
            from . import jsonc

            module = jsonc
        elif name == "json":
            from . import json

            module = json
        else:
            raise ValueError(f"no such format: {name!r}; there are yaml, json, jsonc and toml")
        _loaded[name] = module
    return module


def _ignore(_warning: Diagnostic) -> None:
    """Stand in for a caller who does not want warnings."""


def decode(
    data: bytes, format_name: str, budget: Budget = DEFAULT_BUDGET, warn: Callable[[Diagnostic], None] = _ignore
) -> Tree:
    """Return the tree in a document's bytes.

    Arguments: ``format_name`` is ``yaml``, ``json``, ``jsonc`` or ``toml``; ``warn`` is called with each diagnostic
    that does not make the document unusable. Raises ``ConfigParseError`` with located diagnostics.
    """
    if type(data) is Decoded:
        if data.budget is budget and data.format_name == format_name:
            return data.tree
        data = bytes(data)  # some parsers take nothing else
    check_size(data, budget)
    began = perf_counter()
    try:
        return _module(format_name).decode(data, budget, warn)
    finally:
        parsing.seconds += perf_counter() - began


def locate(data: bytes, format_name: str) -> Place:
    """Return the place of every value of a document that ``decode`` accepts; offsets are into ``text_of(data)``."""
    return _module(format_name).locate(text_of(data))
