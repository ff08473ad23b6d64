"""``setpoint schema infer``: a schema that accepts the documents there are."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from ..system import ConfigSystem


def infer(args: argparse.Namespace) -> int:
    """Print a schema as JSON, or write it."""
    from ..formats import format_of
    from ..inference.infer import infer_schema
    from ..system import ConfigSystem
    from .output import print_json
    from .sampling import sample_of

    systems: dict[str, ConfigSystem] = {}
    samples = []
    first: tuple[ConfigSystem, str] | None = None
    for source in args.sources:
        is_file = format_of(source) is not None or os.path.isfile(source)
        path = source if is_file else args.config_dir
        system = systems.get(path)
        if system is None:
            system = systems[path] = ConfigSystem(path, profile=args.profile)
        entry = system.documents()[0] if is_file else system.entry(source)
        samples.append(sample_of(entry, system.budget))
        first = first or (system, entry.name)
    assert first is not None  # argparse wants one at least
    system, name = first
    schema = infer_schema(samples, name)
    if not args.write:
        print_json(schema)
        return 0
    return _write(system, name, schema, args.format)


def _write(system: ConfigSystem, name: str, schema: object, format_name: str) -> int:
    from ..errors import UsageError
    from .output import print_json, say
    from .schema_file import BUILT_IN, schema_path, schema_text, write_new

    family = system.family(name)
    if family is not None and family.origin != BUILT_IN:
        raise UsageError(
            f"{name} has a schema already: {family.origin}; it stays as it is. Without --write the inferred one is"
            f" printed, and 'setpoint schema diff {name} FILE' says how the two differ"
        )
    path = schema_path(system.path, name)
    write_new(path, schema_text(schema))
    if format_name == "json":
        print_json({"ok": True, "diagnostics": [], "written": [path]})
    else:
        instead = ", which counts instead of the built-in one" if family is not None else ""
        say(f"wrote {path}: the schema of {name}{instead}")
    return 0
