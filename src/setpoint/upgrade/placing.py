"""Errors of migrations, told at the line of the file that they are about."""

from __future__ import annotations

from ..address import parse_pointer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..diagnostic import Diagnostic
    from ..errors import ConfigInvalidError, MigrationError
    from ..sources.listing import LayerFile
    from ..tree import Tree
    from ..validation.schema import Schema
    from .step import Migrate


def place(error: MigrationError, file: LayerFile, data: bytes, tree: Tree, schema: Schema | None) -> None:
    """Give the findings of an error their place in a file, as far as it has the path they name.

    A later step may name a path that the steps before it have made; then the nearest place above it is told. Arguments:
    ``data`` are the bytes of the file, which say ``tree``; ``schema`` says what is secret in it.
    """
    from ..diagnosis.problem import Problem
    from ..validation.masking import placed

    problems = [Problem(one.rule, one.message, parse_pointer(one.path or ""), at="key") for one in error.diagnostics]
    if not problems:
        error.message = f"{file.shown}: {error.message}"
        error.args = (error.message,)
        return
    found = placed(data, file.format_name, tree, problems, schema=schema, warnings=())
    for one, before in zip(found, error.diagnostics, strict=True):
        one.file, one.layer, one.document, one.path = file.shown, file.layer, before.document, before.path
    error.diagnostics = tuple(found)
    first = found[0]
    error.message = f"{file.shown}:{first.line}:{first.column}: {error.message}; nothing was written"
    error.args = (error.message,)


def told_after(error: ConfigInvalidError, steps: Sequence[Migrate]) -> None:
    """Name, in an error about the result, the migrations after which the document is like that."""
    concerned = {one.document for one in error.diagnostics}
    named = [
        f"{step.route.hops[-1]}"
        for step in steps
        if step.route is not None and step.route.hops and (step.name in concerned or len(steps) == 1)
    ]
    if named:
        error.message = f"after {', '.join(named)}: {error.message}"
        error.args = (error.message,)


def first_of(findings: Sequence[Diagnostic]) -> str:
    """Return the first of some findings in one sentence, with its place."""
    first = findings[0]
    where = f"{first.file}:{first.line}:{first.column}: " if first.line is not None else ""
    return f"{where}{first.message}"
