"""The drafts of JSON Schema: how a schema says which one it is written in, and what each says about itself."""

from __future__ import annotations

from ..errors import SchemaError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

DEFAULT = "https://json-schema.org/draft/2020-12/schema"

# the address without its scheme, its last word and an empty fragment -> the address that the engine knows
_DRAFTS = {
    "json-schema.org/draft-04": "http://json-schema.org/draft-04/schema",
    "json-schema.org/draft-06": "http://json-schema.org/draft-06/schema",
    "json-schema.org/draft-07": "http://json-schema.org/draft-07/schema",
    "json-schema.org/draft/2019-09": "https://json-schema.org/draft/2019-09/schema",
    "json-schema.org/draft/2020-12": DEFAULT,
    # No draft in particular: the newest.
    "json-schema.org": DEFAULT,
}
_TOO_OLD = frozenset(f"json-schema.org/draft-0{number}" for number in range(4))
_NAMES = "draft-04, draft-06, draft-07, 2019-09 and 2020-12"

_metaschemas: dict[str, Any] = {}


def without_empty_fragment(uri: str) -> str:
    """Return an address as it is compared: a ``#`` with nothing behind it says nothing."""
    return uri[:-1] if uri.endswith("#") else uri


def dialect_of(contents: Any, find: Callable[[str], Any] | None = None) -> str:
    """Return the address of the draft that a schema is written in; 2020-12 when it does not say.

    Arguments: ``find(uri)`` returns the schema at an address or None; it is asked for a ``$schema`` that is no
    draft: such a schema of schemas names the draft it builds upon in its own ``$schema``.
    Raises ``SchemaError`` for a draft older than 4, and for what is no draft at all.
    """
    seen: set[str] = set()
    while isinstance(contents, dict) and "$schema" in contents:
        said = contents["$schema"]
        if not isinstance(said, str):
            raise SchemaError(f"$schema is the address of a draft of JSON Schema, as text; known are {_NAMES}")
        known = _known(said)
        if known is not None:
            return known
        contents = None if find is None or said in seen else find(said)
        seen.add(said)
        if contents is None:
            raise SchemaError(
                f"$schema is {said[:200]!r}, which is no draft of JSON Schema that can be checked; known are {_NAMES}"
            )
    return DEFAULT


def _known(said: str) -> str | None:
    plain = without_empty_fragment(said).partition("://")[2] or said
    for last in ("/schema", "/hyper-schema"):
        if plain.endswith(last):
            plain = plain[: -len(last)]
            break
    if plain in _TOO_OLD:
        raise SchemaError(
            f"$schema names {plain.rpartition('/')[2]} of JSON Schema, which is too old to be checked; "
            f"known are {_NAMES}: rewrite the schema for one of them"
        )
    return _DRAFTS.get(plain)


def metaschemas() -> dict[str, Any]:
    """Return the schema of each draft's schemas, with the parts it is made of, by address. From the engine itself."""
    if not _metaschemas:
        import jsonschema_rs

        found: dict[str, Any] = {}
        for uri in set(_DRAFTS.values()):
            bundled: Any = jsonschema_rs.bundle({"$schema": uri, "$ref": uri}, offline=True)
            found.update(bundled.get("$defs") or bundled["definitions"])
        _metaschemas.update(found)
    return _metaschemas
