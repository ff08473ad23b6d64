"""What keeps a schema from working, located in the schema's file."""

from __future__ import annotations

from ..diagnosis.problem import Problem
from ..errors import SchemaError, SetpointError
from .dialect import dialect_of, metaschemas
from .subschemas import REFERENCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import jsonschema_rs

    from ..diagnostic import Diagnostic
    from .resources import Document, Resources
    from .retriever import Retriever
    from .schema import Schema

_of_schemas: dict[str, Schema] = {}


def defect(
    rule: str, message: str, document: Document, parts: Sequence[str | int], suggestion: str | None = None
) -> SchemaError:
    """Return the error for a schema that cannot work, located at ``parts`` of one of its documents."""
    return _error([Problem(rule, message, tuple(parts), suggestion=suggestion)], document)


def explain(error: jsonschema_rs.ValidationError, resources: Resources, retriever: Retriever) -> SchemaError:
    """Return the engine's refusal of a schema as an error that names the place and the next step."""
    if retriever.uri is not None:
        return _unfollowed(resources, retriever)
    for document in resources.documents:
        if document.uri in metaschemas():
            continue
        problems = _against_its_draft(document)
        if problems:
            return _error(problems, document)
    for document, parts, schema, base in resources.pieces():
        for keyword, target in _references_of(schema):
            try:
                resources.find(base, target)
            except SchemaError as reason:
                message = f"{keyword} {target[:200]!r} leads nowhere: {reason.message}"
                return defect("unresolved-reference", message, document, (*parts, keyword))
        for keyword in ("$id", "id"):
            address = schema.get(keyword)
            if isinstance(address, str) and address and address in error.message:
                message = f"{keyword} {address[:200]!r} is no address (RFC 3986)"
                return defect("bad-schema", message, document, (*parts, keyword))
    place = tuple(error.instance_path)
    return defect("bad-schema", f"the schema cannot be compiled: {error.message[:200]}", resources.root, place)


def _against_its_draft(document: Document) -> list[Problem]:
    """Return what the schema of its draft's schemas says about a document."""
    from .schema import Schema

    uri = dialect_of(document.contents) if _names_a_draft(document.contents) else dialect_of(None)
    judge = _of_schemas.get(uri)
    if judge is None:
        judge = _of_schemas[uri] = Schema(metaschemas()[uri], name=uri)
    return judge.problems(document.contents)


def _names_a_draft(contents: Any) -> bool:
    try:
        dialect_of(contents)
    except SchemaError:
        return False
    return True


def _unfollowed(resources: Resources, retriever: Retriever) -> SchemaError:
    """Return the error for a document that a reference asked for in vain."""
    uri = retriever.uri or ""
    document = resources.root
    parts: tuple[str | int, ...] = ()
    said, asks = uri, "$schema"
    for holder, place, schema, base in resources.pieces():
        for keyword, target in _references_of(schema):
            if resources.address(base, target) == resources.address(uri, ""):
                document, parts, said, asks = holder, (*place, keyword), target, keyword
                break
        else:
            continue
        break
    if retriever.failure is not None:
        if retriever.failure.diagnostics:
            return retriever.failure
        message = f"{asks} {said[:200]!r} leads to a schema that cannot be used: {retriever.failure.message}"
        return defect("unresolved-reference", message, document, parts)
    folders = ", ".join(retriever.folders) or "none, for no folder of schemas is known"
    network = "; nothing is ever fetched from the network" if uri.startswith("http") and said.startswith("http") else ""
    return defect(
        "unresolved-reference",
        f"{asks} {said[:200]!r} leads to no schema document: none has that $id or file name; "
        f"folders searched: {folders}{network}",
        document,
        parts,
        "put that document into one of the folders, or name its folder with --schema-dir",
    )


def _references_of(schema: dict[str, Any]) -> list[tuple[str, str]]:
    return [(keyword, schema[keyword]) for keyword in REFERENCES if isinstance(schema.get(keyword), str)]


def _error(problems: Sequence[Problem], document: Document) -> SchemaError:
    found = _located(problems, document)
    first = found[0]
    place = document.file or "the schema"
    if first.line is not None:
        place += f":{first.line}:{first.column}"
    elif first.path:
        place += f", at {first.path}"
    hint = f" ({first.suggestion})" if first.suggestion else ""
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return SchemaError(f"{place}: {first.message}{hint}{more}", found)


def _located(problems: Sequence[Problem], document: Document) -> list[Diagnostic]:
    from ..budget import DEFAULT_BUDGET
    from ..formats import format_of
    from ..reading import read_file
    from .source_text import SourceText, unplaced

    if document.path is not None:
        try:
            data = read_file(document.path, DEFAULT_BUDGET)
            source = SourceText(data, format_of(document.path) or "json")
        except SetpointError:
            # Gone or broken since it was read: say what is wrong all the same.
            return [unplaced(problem, document.file) for problem in problems]
        return [source.diagnostic(problem, document.file) for problem in problems]
    return [unplaced(problem, document.file) for problem in problems]
