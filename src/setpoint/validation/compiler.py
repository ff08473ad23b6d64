"""From a schema to the engine's compiled form of it, or to the one place where it cannot work."""

from __future__ import annotations

from ..errors import SchemaError
from .defect import defect, explain
from .dialect import metaschemas
from .expansion import weigh
from .retriever import Retriever, encode, with_dialect
from .subschemas import with_references

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import jsonschema_rs

    from .expansion import Weight
    from .references import References
    from .resources import Resources

# How often one expression may step back on one string before it is given up: about 3 ms. Expressions without
# look-around and back references never step back; a password rule made of look-aheads needs a few steps.
BACKTRACKS = 100_000
# How many schemas may apply to one value. Real ones stay below a few hundred; 262,144 take the engine 13 s to report.
MOST_IN_PLACE = 50_000
# How many may stand inside one another for one value: the engine is recursive, and its stack ends at some thousand.
HIGHEST = 64


def compile_schema(
    contents: Any, resources: Resources, references: References
) -> tuple[jsonschema_rs.Validator, Weight]:
    """Return a schema as the engine runs it, and what it asks for at most.

    Arguments: ``resources`` hold the schema and take in every document that it refers to; ``references`` find those.
    Raises ``SchemaError``, located, for a schema that cannot work or asks for too much.
    """
    if not isinstance(contents, dict | bool):
        raise defect("bad-schema", "a schema is a mapping (or true or false)", resources.root, ())
    try:
        known = with_dialect(contents, references)
    except SchemaError as error:
        raise (
            error if error.diagnostics else defect("unknown-dialect", error.message, resources.root, ("$schema",))
        ) from None
    # Before the engine sees it: a chain of some ten thousand references would end its stack, and the process.
    weight = weigh(contents, resources)
    if weight.count > MOST_IN_PLACE or weight.height > HIGHEST:
        raise defect(
            "schema-too-complex",
            f"the schema is too complex: more than {MOST_IN_PLACE:,} schemas apply to one value"
            if weight.count > MOST_IN_PLACE
            else f"the schema is too complex: schemas for one value stand inside one another more than {HIGHEST} deep",
            resources.root,
            (),
            suggestion="let fewer allOf, anyOf, oneOf and $ref apply to one value",
        )
    return _compile(known, resources, Retriever(references, resources)), weight


def _compile(contents: Any, resources: Resources, retriever: Retriever) -> jsonschema_rs.Validator:
    import jsonschema_rs

    registry: jsonschema_rs.Registry | None = None
    while True:
        retriever.forget()
        try:
            return jsonschema_rs.validator_for(
                with_references(contents, encode) if retriever.encoded else contents,
                validate_formats=True,
                retriever=retriever,
                registry=registry,
                base_uri=resources.root.uri,
                pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACKS),
            )
        except jsonschema_rs.ValidationError as error:
            # The engine has the schemas of all drafts, but by itself offers a schema only those of its own draft.
            if registry is None and "json-schema.org/" in error.message and retriever.failure is None:
                registry = jsonschema_rs.Registry(list(metaschemas().items()))
            elif not retriever.encoded and error.message.startswith("Invalid URI reference"):
                retriever.encoded = True
            else:
                raise explain(error, resources, retriever) from None
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            message = f"the schema cannot be compiled: {str(error)[:200]}"
            raise defect("bad-schema", message, resources.root, ()) from None
