"""Findings that were made without the files, told at the layer that brought the value."""

from __future__ import annotations

from pathlib import Path

from setpoint.diagnostic import Diagnostic
from setpoint.layers.judging import located
from setpoint.layers.resolve import resolve
from setpoint.sources.listing import Entry, LayerFile
from setpoint.validation.family import Family
from setpoint.validation.schema import Schema

SECRET = "geheimnis"
SERVICE = Family.of("service", Schema({"properties": {"door": {"type": "string", "writeOnly": True}}}))


def test_findings_of_rules_get_their_places(tmp_path: Path) -> None:
    """A finding that was made without the text is located by its path, its secrets masked."""
    path = tmp_path / "d.json"
    path.write_text(f'{{\n "port": 1,\n "door": "{SECRET}", "name": "x"\n}}')
    entry = Entry("d", LayerFile(str(path), "f.json", "json", "base"))
    findings = [
        Diagnostic("mine", "too many", path="/name", document="d", at="key"),
        Diagnostic("mine", "in general", document="d"),
        Diagnostic("mine", "gone", path="/not/there", severity="warning"),
    ]
    found = located(resolve(entry, family=SERVICE), findings)
    assert [(one.message, one.line, one.column, one.file, one.document) for one in found] == [
        ("in general", 1, 1, "f.json", "d"),
        ("gone", 1, 1, "f.json", "d"),
        ("too many", 3, 23, "f.json", "d"),
    ]
    shown = [line for one in found if one.excerpt is not None for _, line in one.excerpt.lines]
    assert any("********" in line for line in shown)
    assert SECRET not in "".join([*shown, *map(str, found)])
