"""The JSON Schemas that come with the package, one file each, found by the name of the document.

``NAME.schema.json`` describes a kind of document that has one shape, ``NAME@VERSION.schema.json`` one version of a
kind that has several. ``settings.schema.json`` describes ``setpoint.toml`` and is no kind of document.
"""

from __future__ import annotations

import os

# kind -> the versions of its shape, oldest first; None for the one shape of a kind without versions
_VERSIONS: dict[str, tuple[str | None, ...]] = {
    "coordinates": ("1.0.0", "2.0.0"),
    "discord_channels": (None,),
    "messaging": (None,),
    "semantic_config": (None,),
    "unified_config": ("1.0.0", "2.0.0", "2.1.0"),
}
# other names that documents of a kind go by
_ALIASES = {"discord": "discord_channels", "semantic": "semantic_config"}


def builtin(name: str) -> dict[str | None, str]:
    """Return the built-in schemas for documents of a name: version -> absolute path of the schema's file.

    Arguments: ``name`` is a document's name or an alias of it. The key is None for a kind without versions; the
    oldest version comes first. Empty for a name that has no built-in schema.
    """
    kind = _ALIASES.get(name, name)
    return {version: _path(kind, version) for version in _VERSIONS.get(kind, ())}


def builtin_names() -> tuple[str, ...]:
    """Return the names that have built-in schemas, in alphabetical order and without their aliases."""
    return tuple(_VERSIONS)


def settings_schema() -> str:
    """Return the absolute path of the schema of ``setpoint.toml``."""
    return _path("settings", None)


def _path(kind: str, version: str | None) -> str:
    file = f"{kind}.schema.json" if version is None else f"{kind}@{version}.schema.json"
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), file)
