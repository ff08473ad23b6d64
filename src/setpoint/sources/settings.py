"""Settings: ``setpoint.toml``, or ``[tool.setpoint]`` in ``pyproject.toml``, beside the configuration directory."""

from __future__ import annotations

import os

from ..budget import DEFAULT_BUDGET, Budget
from ..errors import ConfigInvalidError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

SETTINGS_FILE = "setpoint.toml"


class Settings:
    """How one configuration directory is read; everything has a default.

    Arguments: ``budget`` limits every document; ``subdirectories`` makes files below count; ``documents`` maps names to
    files, relative to the directory; ``schema_dirs`` are further folders with schemas; ``cache`` are the arguments of
    the system's ``ConfigCache``; ``history`` says which revisions stay on record; ``reload`` what becomes of changes on
    the disk; ``migration`` what becomes of documents of older versions; ``monitor`` how a program watches over them;
    ``server`` how ``setpoint serve`` answers; ``file`` says where the settings were read from, None without any.
    """

    __slots__ = (
        "budget",
        "cache",
        "documents",
        "file",
        "history",
        "migration",
        "monitor",
        "prefix",
        "reload",
        "schema_dirs",
        "server",
        "subdirectories",
    )

    def __init__(
        self,
        *,
        budget: Budget = DEFAULT_BUDGET,
        subdirectories: bool = False,
        documents: Mapping[str, str] | None = None,
        schema_dirs: tuple[str, ...] = (),
        prefix: str = "SETPOINT",
        cache: Mapping[str, Any] | None = None,
        history: Mapping[str, Any] | None = None,
        reload: Mapping[str, Any] | None = None,
        migration: Mapping[str, Any] | None = None,
        monitor: Mapping[str, Any] | None = None,
        server: Mapping[str, Any] | None = None,
        file: str | None = None,
    ) -> None:
        self.budget = budget
        self.subdirectories = subdirectories
        self.documents = dict(documents or {})
        self.schema_dirs = schema_dirs
        self.prefix = prefix
        self.cache = dict(cache or {})
        self.history = dict(history or {})
        self.reload = dict(reload or {})
        self.migration = dict(migration or {})
        self.monitor = dict(monitor or {})
        self.server = dict(server or {})
        self.file = file

    def __eq__(self, other: object) -> bool:
        """True when they say the same."""
        if not isinstance(other, Settings):
            return NotImplemented
        return all(getattr(self, part) == getattr(other, part) for part in Settings.__slots__)

    __hash__ = None  # type: ignore[assignment]


def read_settings(directory: str) -> Settings:
    """Return the settings that lie beside a directory, or the defaults when there are none.

    Arguments: ``directory`` is the configuration directory; the files are looked for in its parent, ``setpoint.toml``
    first. Raises ``UsageError`` with located diagnostics when they are wrong.
    """
    parent = os.path.dirname(os.path.abspath(directory))
    # What the user sees is relative where the directory was given relative to here.
    shown_parent = os.path.dirname(directory.rstrip("/" + os.sep)) if not os.path.isabs(directory) else parent
    path = os.path.join(parent, SETTINGS_FILE)
    if os.path.exists(path):
        return _read(path, os.path.join(shown_parent, SETTINGS_FILE), None)
    path = os.path.join(parent, "pyproject.toml")
    if os.path.exists(path):
        return _read(path, os.path.join(shown_parent, "pyproject.toml"), b"[tool.setpoint")
    return Settings()


def _read(path: str, shown: str, marker: bytes | None) -> Settings:
    from ..reading import read_file

    data = read_file(path, DEFAULT_BUDGET, shown)
    if marker is not None and marker not in data:
        return Settings()
    table = _checked_table(data, shown, nested=marker is not None)
    return _from_table(table, os.path.dirname(path), shown) if table else Settings()


def _checked_table(data: bytes, shown: str, *, nested: bool) -> dict[str, Any]:
    from ..schemas import settings_schema
    from ..validation.judge import judge
    from ..validation.library import Library

    family = Library(()).file(settings_schema())
    if nested:
        # In pyproject.toml the settings are one table among others' tables.
        from ..validation.family import Family
        from ..validation.schema import Schema

        inner = family.only().contents
        family = Family.of(
            "settings",
            Schema(
                {"properties": {"tool": {"properties": {"setpoint": inner}}}}, name="settings", file=settings_schema()
            ),
        )
    try:
        judgement = judge(data, "toml", family, file=shown)
    except ConfigInvalidError as error:
        raise UsageError(f"the settings in {shown} are wrong", error.diagnostics) from None
    if judgement.tree is None or not judgement.report.ok:
        raise UsageError(f"the settings in {shown} are wrong", judgement.report.errors)
    table: Any = judgement.tree
    return dict(table.get("tool", {}).get("setpoint", {})) if nested else dict(table)


def _from_table(table: Mapping[str, Any], parent: str, shown: str) -> Settings:
    limits = table.get("limits", {})
    folders = table.get("schemas", {}).get("dirs", [])
    cache = dict(table.get("cache", {}))
    if "spill_dir" in cache:
        cache["spill_dir"] = os.path.join(parent, cache["spill_dir"])
    server = dict(table.get("server", {}))
    for name in ("tls_certificate", "tls_key"):
        if name in server:
            server[name] = os.path.join(parent, server[name])
    return Settings(
        budget=Budget(
            size=limits.get("size", DEFAULT_BUDGET.size),
            depth=limits.get("depth", DEFAULT_BUDGET.depth),
            nodes=limits.get("nodes", DEFAULT_BUDGET.nodes),
        ),
        subdirectories=table.get("directory", {}).get("subdirectories", False),
        documents=table.get("documents"),
        schema_dirs=tuple(os.path.join(parent, folder) for folder in folders),
        prefix=table.get("environment", {}).get("prefix", "SETPOINT"),
        cache=cache,
        history=table.get("history"),
        reload=table.get("reload"),
        migration=table.get("migration"),
        monitor=table.get("monitor"),
        server=server,
        file=shown,
    )
