"""From the bytes of a document to its tree and everything there is to say about it."""

from __future__ import annotations

from ..budget import DEFAULT_BUDGET
from ..diagnostic import ERROR
from ..errors import ConfigParseError
from ..formats import decode
from ..report import Report
from .family import Choice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..budget import Budget
    from ..diagnosis.problem import Problem
    from ..diagnostic import Diagnostic
    from ..tree import Tree
    from .family import Family


class Judgement:
    """A document's tree and its report.

    ``parsed`` says whether there is a tree: an empty document's tree is None. A tree with errors in its report is
    there to be looked at, not to be served. ``version`` is the version of its shape.
    """

    __slots__ = ("parsed", "report", "tree")

    def __init__(self, tree: Tree, report: Report, parsed: bool = True) -> None:
        self.tree = tree
        self.report = report
        self.parsed = parsed

    @property
    def version(self) -> str | None:
        """The version of the document's shape, where its schema has versions."""
        return self.report.version


def judge(
    data: bytes,
    format_name: str,
    family: Family | None,
    *,
    file: str | None = None,
    layer: str = "base",
    document: str | None = None,
    budget: Budget = DEFAULT_BUDGET,
    mapping: bool = False,
    near_misses: bool = False,
) -> Judgement:
    """Return what a document's bytes say, and what is wrong with them.

    Arguments: ``format_name`` as for ``formats.decode``; ``family`` holds the document's schemas, None for a
    document that is checked for its form only; ``file`` is the path as the user named it; ``layer`` and ``document``
    are set in each diagnostic; ``mapping`` refuses a document that is no mapping, whatever its schema says;
    ``near_misses`` asks for warnings about allowed keys that look misspelt.
    Raises ``SchemaError`` when the schema cannot work: the document is then not judged.
    """
    warnings: list[Diagnostic] = []
    try:
        tree = decode(data, format_name, budget, warnings.append)
    except ConfigParseError as error:
        from .masking import masked_unparsed

        found = masked_unparsed(data, error.diagnostics, family)
        return Judgement(None, _report(found, family, None, file=file, layer=layer, document=document), parsed=False)
    if family is None:
        choice = None
        problems: Sequence[Problem] = ()
    else:
        plain = family.plain
        if plain is not None and not (warnings or near_misses or (mapping and type(tree) is not dict)):
            # The common case: one shape, nothing doubtful.
            if plain.accepts(tree):
                return Judgement(tree, Report((), document=document, file=file, schema=family.name))
            choice = Choice(None, plain, False, tree)
        else:
            choice = family.choose(tree)
        problems = choice.findings()
        if near_misses and choice.fits is not None:
            problems = [*problems, *unspoken(choice, tree, problems)]
    if mapping and not isinstance(tree, dict) and not any(problem.severity == ERROR for problem in problems):
        problems = [*problems, _no_mapping(tree)]
    if not problems and not warnings:
        return Judgement(tree, _report((), family, choice, file=file, layer=layer, document=document))
    from .masking import placed

    found = placed(
        data, format_name, tree, problems, schema=choice.schema if choice is not None else None, warnings=warnings
    )
    return Judgement(tree, _report(found, family, choice, file=file, layer=layer, document=document))


def _no_mapping(tree: Tree) -> Problem:
    from ..diagnosis.problem import Problem

    found = "it is empty" if tree is None else "this one is a list" if isinstance(tree, list) else "this one is a value"
    message = f"a document is a mapping of keys to values, and {found}"
    return Problem("not-a-mapping", message, (), suggestion="write it as key: value, or {} for an empty document")


def unspoken(choice: Choice, tree: Tree, problems: Sequence[Problem]) -> list[Problem]:
    """Return the near misses in mappings that no error is about."""
    spoken = {problem.parts[:-1] for problem in problems if problem.severity == ERROR and problem.at == "key"}
    spoken |= {problem.parts for problem in problems if problem.severity == ERROR}
    return [found for found in choice.schema.near_misses(tree) if found.parts[:-1] not in spoken]


def _report(
    found: Sequence[Diagnostic],
    family: Family | None,
    choice: Choice | None,
    *,
    file: str | None,
    layer: str,
    document: str | None,
) -> Report:
    for one in found:
        one.file, one.layer, one.document = file, layer, document
    return Report(
        sorted(found, key=_place),
        document=document,
        file=file,
        schema=family.name if family is not None else None,
        version=choice.version if choice is not None else None,
    )


def _place(found: Diagnostic) -> tuple[int, int, int]:
    return (found.line or 0, found.column or 0, 0 if found.severity == ERROR else 1)
