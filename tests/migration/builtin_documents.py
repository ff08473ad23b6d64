"""The built-in migrations, documents for them, and what the tests do with both."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from setpoint.budget import DEFAULT_BUDGET
from setpoint.diagnostic import Diagnostic
from setpoint.editing.edit import edit
from setpoint.editing.operation import Operation
from setpoint.formats import decode, format_of
from setpoint.migration.builtin import builtin
from setpoint.migration.carry import Carried, carry
from setpoint.migration.graph import Graph
from setpoint.validation.family import Family
from setpoint.validation.library import Library

HERE = Path(__file__).parent / "builtin"
DAY = "2026-03-01"
VERSIONS = {"coordinates": ["1.0.0", "2.0.0"], "unified_config": ["1.0.0", "2.0.0", "2.1.0"]}
_LIBRARY = Library()


class Document:
    """A file of one of the built-in kinds: its bytes, and the tree in it."""

    def __init__(self, path: Path, kind: str, version: str) -> None:
        self.kind = kind
        self.version = version
        self.file = path.name
        self.data = path.read_bytes()
        self.tree = read(self.data, self.file)

    def __repr__(self) -> str:
        return f"{self.kind}@{self.version}/{self.file}"


def read(data: bytes, file: str) -> Any:
    """Return the tree in the bytes of a file; nothing in it is shared."""
    format_name = format_of(file)
    assert format_name is not None

    def refuse(warning: Diagnostic) -> None:
        raise AssertionError(f"{file}: {warning}")

    return json.loads(json.dumps(decode(data, format_name, DEFAULT_BUDGET, refuse)))


def family(kind: str) -> Family:
    """Return the built-in schemas of a kind."""
    found = _LIBRARY.family(kind)
    assert found is not None
    return found


def fitting(kind: str, tree: Any) -> list[str]:
    """Return the versions whose schema accepts a tree."""
    return [version for version in VERSIONS[kind] if family(kind).at(version).accepts(tree)]


def carried(kind: str, tree: Any, start: str, end: str, **more: Any) -> Carried:
    """Return what becomes of a tree on the way from one version to another."""
    return carry(Graph(builtin(kind, DAY)).path(start, end), tree, **more)


def edited(data: bytes, operations: list[Operation], file: str) -> bytes:
    """Return the bytes of a file with operations done to it."""
    return edit(data, operations, format_of(file))


# What the commented files have: no # in YAML text but in comments, and no // in JSON text but in comments.
_COMMENT = {
    "yaml": re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE),
    "jsonc": re.compile(r"//.*$|/\*.*?\*/", re.MULTILINE),
}


def comments(data: bytes, file: str) -> Counter[str]:
    """Return every comment of a YAML or JSONC file, with how often it is there."""
    return Counter(text.strip() for text in _COMMENT[str(format_of(file))].findall(data.decode()))


COMMENTED = [
    Document(path, *path.stem.split("-")[:2]) for path in sorted(HERE.iterdir()) if path.suffix in (".yaml", ".jsonc")
]
_VALID = Path(__file__).parents[1] / "schemas" / "valid"
# Those that the schemas are tested with, too: the least and the most that each shape can hold.
DOCUMENTS = COMMENTED + [
    Document(path, kind, version)
    for kind, versions in VERSIONS.items()
    for version in versions
    for path in sorted((_VALID / f"{kind}@{version}").iterdir())
]


def named(kind: str, version: str, documents: list[Document] = COMMENTED) -> list[Document]:
    """Return the documents of a kind at a version."""
    found = [document for document in documents if (document.kind, document.version) == (kind, version)]
    assert found
    return found
