"""What every built-in schema has in common."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import gallery
import jsonschema_rs
import pytest

LABELS = sorted(gallery.SCHEMAS)


def subschemas(schema: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Every schema for a value or a key inside a schema, with its JSON Pointer."""
    for keyword in ("properties", "patternProperties"):
        for name, inner in schema.get(keyword, {}).items():
            yield f"{where}/{keyword}/{name}", inner
            yield from subschemas(inner, f"{where}/{keyword}/{name}")
    for keyword in ("additionalProperties", "propertyNames", "items"):
        if isinstance(schema.get(keyword), dict):
            yield f"{where}/{keyword}", schema[keyword]
            yield from subschemas(schema[keyword], f"{where}/{keyword}")


@pytest.mark.parametrize("label", LABELS)
def test_a_schema_is_one_itself(label: str) -> None:
    """It names its dialect, is valid in it, compiles, and needs no other file."""
    schema = gallery.SCHEMAS[label]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(schema)
    assert "$ref" not in str(schema)
    assert schema["title"]


@pytest.mark.parametrize("label", LABELS)
def test_only_keywords_that_the_walk_knows_are_used(label: str) -> None:
    """The checks in this file see every part of every schema."""
    known = {
        "$schema",
        "additionalProperties",
        "const",
        "default",
        "description",
        "enum",
        "exclusiveMinimum",
        "items",
        "maximum",
        "maxItems",
        "maxLength",
        "minimum",
        "minItems",
        "minLength",
        "minProperties",
        "pattern",
        "patternProperties",
        "properties",
        "propertyNames",
        "required",
        "title",
        "type",
        "uniqueItems",
        "writeOnly",
        "x-setpoint-secret",
        "x-setpoint-version-at",
    }
    assert known.issuperset(gallery.SCHEMAS[label])
    assert all(known.issuperset(inner) for _, inner in subschemas(gallery.SCHEMAS[label]))


@pytest.mark.parametrize("label", LABELS)
def test_every_place_is_described_in_one_short_sentence(label: str) -> None:
    """A diagnostic can show the description whole: one sentence of at most 200 characters."""
    schema = gallery.SCHEMAS[label]
    for where, inner in [("", schema), *subschemas(schema)]:
        text = inner.get("description", "")
        assert re.fullmatch(r"[A-Z(][^\n]{5,198}\.", text), f"{label}{where}: {text!r}"
        assert ". " not in text, f"{label}{where}: {text!r}"


@pytest.mark.parametrize("label", LABELS)
def test_a_description_gives_the_limits_that_it_explains(label: str) -> None:
    """Whoever breaks a limit is told it: allowed values, the smallest and the largest number."""
    for where, inner in subschemas(gallery.SCHEMAS[label]):
        text = inner["description"]
        for value in inner.get("enum", []):
            assert value in text, f"{label}{where} does not name {value}"
        for keyword in ("exclusiveMinimum", "minimum", "maximum"):
            if keyword in inner:
                assert re.search(rf"\b{inner[keyword]}\b", text), f"{label}{where} does not say {inner[keyword]}"
        if inner.get("type") == "boolean":
            assert "true" in text, f"{label}{where} does not say true or false"


@pytest.mark.parametrize("label", LABELS)
def test_every_default_fits_its_own_schema(label: str) -> None:
    """What stands in for a missing value is valid itself."""
    for _, inner in subschemas(gallery.SCHEMAS[label]):
        if "default" in inner:
            jsonschema_rs.validate(inner, inner["default"])


def test_only_the_newest_unified_config_has_defaults() -> None:
    """The program's own defaults are not repeated: only what a migration adds has some."""
    with_defaults = {
        label for label in LABELS if any("default" in inner for _, inner in subschemas(gallery.SCHEMAS[label]))
    }
    assert with_defaults == {"unified_config@2.1.0"}


def test_the_webhook_address_is_marked_as_a_secret() -> None:
    """It is the only secret of the five kinds, and marked in both ways."""
    marked = {
        (label, where)
        for label in LABELS
        for where, inner in subschemas(gallery.SCHEMAS[label])
        if inner.get("writeOnly") is True and inner.get("x-setpoint-secret") is True
    }
    assert marked == {("discord_channels", "/additionalProperties/properties/webhook_url")}


def test_each_version_says_where_its_stamp_is() -> None:
    """The first shapes carry none, so they are told by their shape alone."""
    assert {label: schema.get("x-setpoint-version-at", "not said") for label, schema in gallery.SCHEMAS.items()} == {
        "coordinates@1.0.0": None,
        "coordinates@2.0.0": "/version",
        "discord_channels": "not said",
        "messaging": "not said",
        "semantic_config": "not said",
        "settings": "not said",
        "unified_config@1.0.0": None,
        "unified_config@2.0.0": "/version",
        "unified_config@2.1.0": "/version",
    }


def test_unified_config_2_1_0_is_2_0_0_with_a_version_and_a_performance_section() -> None:
    """The sections that both versions have are the same."""
    old, new = (dict(gallery.SCHEMAS[f"unified_config@{version}"]["properties"]) for version in ("2.0.0", "2.1.0"))
    del old["version"], new["version"], new["performance"]
    assert new == old


def test_the_queue_is_the_same_in_messaging_and_unified_config() -> None:
    """A queue setting can be moved between the two files as it is."""
    queue = gallery.SCHEMAS["messaging"]["properties"]["queue"]["properties"]
    for version in ("2.0.0", "2.1.0"):
        messaging = gallery.SCHEMAS[f"unified_config@{version}"]["properties"]["messaging"]
        assert messaging["properties"]["queue"]["properties"] == queue
