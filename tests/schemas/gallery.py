"""The built-in schemas, and documents that they accept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs

from setpoint.budget import DEFAULT_BUDGET
from setpoint.diagnostic import Diagnostic
from setpoint.formats import decode, format_of
from setpoint.schemas import builtin, builtin_names, settings_schema

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "examples" / "swarm" / "config"


def load(path: Path) -> Any:
    """Return the tree in a file, as Setpoint reads it. A warning would be an error here."""
    format_name = format_of(path.name)
    assert format_name is not None

    def refuse(warning: Diagnostic) -> None:
        raise AssertionError(f"{path}: {warning}")

    # A YAML alias makes one list appear twice; a change to one must not reach the other.
    return json.loads(json.dumps(decode(path.read_bytes(), format_name, DEFAULT_BUDGET, refuse)))


# "NAME@VERSION" or "NAME" -> the schema's file
SCHEMA_FILES = {
    (name if version is None else f"{name}@{version}"): Path(path)
    for name in builtin_names()
    for version, path in builtin(name).items()
} | {"settings": Path(settings_schema())}

SCHEMAS = {label: load(path) for label, path in SCHEMA_FILES.items()}
VALIDATORS = {label: jsonschema_rs.validator_for(schema, validate_formats=True) for label, schema in SCHEMAS.items()}

# The documents each schema must accept: "LABEL/file" -> tree. The example project's are at its kind's shape.
ACCEPTED = {
    f"{folder.name}/{path.name}": load(path)
    for folder in sorted((HERE / "valid").iterdir())
    for path in folder.iterdir()
} | {
    f"{label}/example": load(EXAMPLE / file)
    for label, file in {
        "unified_config@2.0.0": "unified_config.yaml",
        "coordinates@2.0.0": "coordinates.json",
        "messaging": "messaging.yml",
        "discord_channels": "discord_channels.json",
        "semantic_config": "semantic_config.yaml",
    }.items()
}

# One document of each label that uses every level of its shape.
FULLEST = {
    label: ACCEPTED[f"{label}/{name}"]
    for label, name in {
        "unified_config@1.0.0": "full.yaml",
        "unified_config@2.0.0": "example",
        "unified_config@2.1.0": "full.yaml",
        "coordinates@1.0.0": "full.json",
        "coordinates@2.0.0": "full.json",
        "messaging": "example",
        "discord_channels": "example",
        "semantic_config": "example",
        "settings": "full.toml",
    }.items()
}


def faults(label: str, tree: Any) -> set[tuple[str, str]]:
    """Return what a schema finds wrong with a tree: JSON Pointer and keyword of each error."""
    return {
        ("".join(f"/{part}" for part in error.instance_path), error.kind.name)
        for error in VALIDATORS[label].iter_errors(tree)
    }
