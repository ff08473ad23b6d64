"""``judge_resolution``: what is wrong with a resolved document, told at the layer that brought it."""

from __future__ import annotations

from ..address import pointer
from ..diagnostic import ERROR
from ..report import Report
from ..validation.judge import unspoken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from ..diagnosis.problem import Problem
    from ..diagnostic import Diagnostic
    from ..validation.family import Choice, Family
    from .layer import Layer
    from .resolution import Resolution

    Parts: TypeAlias = tuple[str | int, ...]
    Moved: TypeAlias = tuple[Problem, Parts]

# Rules about what is not there: the base file is where it is expected.
_MISSING = frozenset({"missing-key", "dependent-key", "too-few-keys"})


def judge_resolution(
    resolution: Resolution,
    family: Family | None,
    *,
    findings: Sequence[Diagnostic] = (),
    near_misses: bool = False,
    choice: Choice | None = None,
) -> Report:
    """Return everything that is wrong with a resolved tree, each finding at the layer that brought the value.

    A value from a file is told at its line there, one from a variable or an override by its name; what is missing is
    told at the lowest layer, the base. Every ``path`` is one of the resolved document.

    Arguments: ``findings`` are those made earlier; ``choice`` spares the judging when the family has judged this very
    tree. Raises ``SchemaError`` when the schema cannot work.
    """
    problems: Sequence[Problem] = ()
    if family is not None:
        choice = choice or family.choose(resolution.tree)
        resolution.schema = choice.schema
        problems = choice.findings()
        if near_misses and choice.fits is not None:
            problems = [*problems, *unspoken(choice, resolution.tree, problems)]
    found = [*findings, *_placed(resolution, problems)]
    for one in found:
        one.document = resolution.document
    base = resolution.layers[0]
    return Report(
        found,
        document=resolution.document,
        file=base.file,
        schema=family.name if family is not None else None,
        version=choice.version if choice is not None else None,
    )


def located(resolution: Resolution, findings: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Return findings that were made without the files, each at the layer that brought its value.

    Arguments: a finding's ``path`` and ``at`` say where it belongs; one without a path belongs to the whole document.
    """
    from ..address import parse_pointer
    from ..diagnosis.problem import Problem

    problems = [
        Problem(
            one.rule,
            one.message,
            resolution.normal(parse_pointer(one.path or "")),
            at=one.at,
            severity=one.severity,
            suggestion=one.suggestion,
            note=one.note,
        )
        for one in findings
    ]
    found = _placed(resolution, problems, warnings=False)
    for one in found:
        one.document = resolution.document
    return found


def _placed(resolution: Resolution, problems: Sequence[Problem], warnings: bool = True) -> list[Diagnostic]:
    in_files: list[list[Moved]] = [[] for _ in resolution.layers]
    elsewhere: list[tuple[Problem, Layer | None, Parts]] = []
    for problem in problems:
        number, parts = _brought(resolution, problem)
        layer = resolution.layers[number] if number is not None else None
        if number is not None and layer is not None and layer.data is not None:
            in_files[number].append((problem, parts))
        else:
            elsewhere.append((problem, layer, parts))
    found: list[Diagnostic] = []
    for layer, moved in zip(resolution.layers, in_files, strict=True):
        if moved or (warnings and layer.warnings):
            found += _in_file(resolution, layer, moved, warnings)
    return found + _elsewhere(resolution, elsewhere)


def _brought(resolution: Resolution, problem: Problem) -> tuple[int | None, Parts]:
    """Return the number of the layer that a problem belongs to, and the parts inside it; no number for a default."""
    for length in range(len(problem.parts), -1, -1):
        parts = problem.parts[:length]
        filled = resolution.default_of(parts)
        if filled is not None:
            return None, parts
        making, _ = resolution.contributions(parts)
        if making:
            # A mapping that several layers make: what it lacks, it lacks in the lowest.
            lowest = problem.rule in _MISSING or length < len(problem.parts)
            one = making[-1 if lowest else 0]
            return one.layer, (*one.parts, *problem.parts[length:])
    return 0, problem.parts


def _in_file(resolution: Resolution, layer: Layer, moved: Sequence[Moved], warnings: bool = True) -> list[Diagnostic]:
    from ..validation.masking import placed

    assert layer.data is not None
    assert layer.format_name is not None
    problems = [problem.moved(parts) for problem, parts in moved]
    found = placed(
        layer.data,
        layer.format_name,
        layer.tree,
        problems,
        schema=resolution.schema,
        warnings=layer.warnings if warnings else (),
    )
    for one in found:
        one.file, one.layer = layer.file, layer.label
    for one, (problem, _) in zip(found, moved, strict=False):  # the decoder's warnings come behind
        one.path = pointer(problem.parts)
    return sorted(found, key=lambda one: (one.line or 0, one.column or 0, one.severity != ERROR))


def _elsewhere(resolution: Resolution, problems: Sequence[tuple[Problem, Layer | None, Parts]]) -> list[Diagnostic]:
    """Return problems of values that no file of the document holds, with every secret masked in their messages."""
    if not problems:
        return []
    import json

    from ..validation.masking import placed

    # A text as if the resolved tree were one file: what is secret in it is masked as in any file. Its lines are no
    # file's, so they are taken off again.
    text = json.dumps(resolution.tree, ensure_ascii=False).encode()
    found = placed(
        text, "json", resolution.tree, [problem for problem, _, _ in problems], schema=resolution.schema, warnings=()
    )
    for one, (_, layer, parts) in zip(found, problems, strict=True):
        one.line = one.column = one.end_line = one.end_column = None
        one.excerpt = None
        if layer is None:
            filled = resolution.default_of(parts)
            assert filled is not None
            _, default = filled
            one.layer, one.file = "default", default.document.file
            one.message = f"the schema's default in {default.place}: {one.message}"
            continue
        one.layer = layer.label
        variable = layer.variable(parts)
        site = layer.call_site(parts)
        if variable is not None:
            from ..sources.environment import shown_name

            one.message = f"the variable {shown_name(variable.name)}: {one.message}"
            one.file, one.line, one.column = variable.file, variable.line, variable.column
            if variable.line is not None and variable.column is not None:
                one.end_line, one.end_column = variable.line, variable.column + len(variable.name)
        elif site is not None:
            one.message = f"the override at {site}: {one.message}"
    return found
