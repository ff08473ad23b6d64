"""``resolve``: from the files, variables and overrides of one document to its resolution."""

from __future__ import annotations

from ..budget import DEFAULT_BUDGET
from ..diagnostic import Diagnostic
from ..errors import ConfigParseError, UsageError
from ..formats import decode
from ..merge import merge, plant, replaces
from ..reading import read_file
from ..report import Report
from ..validation.judge import judge
from .layer import Layer
from .resolution import Resolution, indexed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeAlias

    from ..budget import Budget
    from ..merge import Appends
    from ..sources.environment import Variable
    from ..sources.listing import Entry, LayerFile
    from ..tree import Tree
    from ..validation.defaults import Plan
    from ..validation.family import Family
    from ..validation.schema import Schema
    from .layer import Override

    Parts: TypeAlias = tuple[str | int, ...]


def resolve(
    entry: Entry,
    *,
    profile: str | None = None,
    local: bool = True,
    dotenv: Sequence[Variable] = (),
    environment: Sequence[Variable] = (),
    overrides: Sequence[Override] = (),
    family: Family | None = None,
    budget: Budget = DEFAULT_BUDGET,
    near_misses: bool = False,
    read: Callable[[LayerFile], bytes] | None = None,
) -> Resolution:
    """Return what all layers of one document make, judged by its schema. Each file is read once.

    Arguments: ``profile`` names the profile file that counts, if the document has one; ``local`` is False to leave the
    local file out; ``dotenv`` and ``environment`` are the document's own variables, as ``sort_out`` gives them; of two
    ``overrides`` of one place the later counts; ``family`` holds the document's schemas; ``near_misses`` asks for
    warnings about allowed keys that look misspelt; ``read`` gives the bytes of a file, which is read from the disk
    without it.

    Raises ``SchemaError`` when the schema cannot work, ``UnavailableError`` or ``ConfigNotFoundError`` when a file
    cannot be read, and ``UsageError`` for an override inside a value that is no mapping.
    """
    if read is None:

        def read(file: LayerFile) -> bytes:
            return read_file(file.path, budget, file.shown)

    files = entry.files(profile, local=local)
    if len(files) == 1 and not (dotenv or environment or overrides) and _is_plain(family):
        return _base_alone(entry, read(entry.base), family, budget, near_misses)
    layers = []
    bad: list[Diagnostic] = []
    parsed = True
    for file in files:
        layer, findings, is_parsed = _read(file, read(file), entry.name, family, budget)
        parsed = parsed and is_parsed
        bad += findings
        if layer is not None:
            layers.append(layer)
    if bad:
        report = Report(bad, document=entry.name, file=entry.base.shown, schema=family.name if family else None)
        return Resolution(entry.name, None, layers, report, parsed=parsed)
    return _Stack(entry, layers, family, budget, near_misses).resolution(dotenv, environment, overrides)


def _is_plain(family: Family | None) -> bool:
    """True when a document is no more than its base file says."""
    if family is None:
        return True
    if family.plain is None:
        return False
    from ..validation.defaults import plan_of

    return not plan_of(family.plain).has_defaults


def _base_alone(entry: Entry, data: bytes, family: Family | None, budget: Budget, near_misses: bool) -> Resolution:
    file = entry.base
    judgement = judge(
        data,
        file.format_name,
        family,
        file=file.shown,
        document=entry.name,
        layer=file.layer,
        budget=budget,
        mapping=True,
        near_misses=near_misses,
    )
    layer = Layer(file.layer, judgement.tree, file=file.shown, data=data, format_name=file.format_name)
    return Resolution(
        entry.name,
        judgement.tree,
        [layer],
        judgement.report,
        schema=family.plain if family is not None else None,
        parsed=judgement.parsed,
    )


def _read(
    file: LayerFile, data: bytes, document: str, family: Family | None, budget: Budget
) -> tuple[Layer | None, Sequence[Diagnostic], bool]:
    """Return a file's layer, or what makes it none, and whether it could be parsed."""
    warnings: list[Diagnostic] = []
    try:
        tree = decode(data, file.format_name, budget, warnings.append)
    except ConfigParseError as error:
        from ..validation.masking import masked_unparsed

        found = masked_unparsed(data, error.diagnostics, family)
        for one in found:
            one.file, one.layer, one.document = file.shown, file.layer, document
        return None, found, False
    layer = Layer(file.layer, tree, file=file.shown, data=data, format_name=file.format_name, warnings=warnings)
    if type(tree) is dict:
        return layer, (), True
    # No mapping: that is all there is to say about it. Only the base has a schema by itself.
    form = judge(
        data,
        file.format_name,
        family if file.layer == "base" else None,
        file=file.shown,
        document=document,
        layer=file.layer,
        budget=budget,
        mapping=True,
    )
    return layer, form.report, True


class _Stack:
    """The layers of one document while they are put on top of each other."""

    def __init__(
        self, entry: Entry, layers: list[Layer], family: Family | None, budget: Budget, near_misses: bool
    ) -> None:
        self.entry = entry
        self.layers = layers
        self.family = family
        self.budget = budget
        self.near_misses = near_misses
        self.findings: list[Diagnostic] = []
        self.appends: Appends = replaces
        trees = [layer.tree for layer in layers]
        self.tree: Tree = merge(trees)
        self.choice = family.choose(self.tree) if family is not None else None
        self.judged = self.tree  # what the choice was made for
        self.schema: Schema | None = self.choice.schema if self.choice is not None else None
        self.plan: Plan | None = None
        if self.schema is not None:
            from ..validation.defaults import plan_of

            self.plan = plan_of(self.schema)
            if self.plan.has_appends:
                self.appends = self.plan.appends
                self.tree = merge(trees, self.appends)

    def resolution(
        self, dotenv: Sequence[Variable], environment: Sequence[Variable], overrides: Sequence[Override]
    ) -> Resolution:
        from .judging import judge_resolution

        self._bind("dotenv", dotenv)
        self._bind("environment", environment)
        self._override(overrides)
        defaults = None
        if self.plan is not None:
            self.tree, defaults = self.plan.fill(self.tree)
        resolution = Resolution(
            self.entry.name,
            self.tree,
            self.layers,
            Report((), document=self.entry.name, file=self.entry.base.shown),
            schema=self.schema,
            appends=self.appends,
            defaults=defaults,
        )
        resolution.report = judge_resolution(
            resolution,
            self.family,
            findings=self.findings,
            near_misses=self.near_misses,
            choice=self.choice if self.tree is self.judged else None,
        )
        return resolution

    def _bind(self, label: str, variables: Sequence[Variable]) -> None:
        if not variables:
            return
        from ..sources.environment import bind

        binding = bind(variables, self.tree, self.schema, self.budget, self.entry.name)
        self.findings += binding.findings
        if binding.names:
            self._add(Layer(label, binding.tree, variables=binding.names))

    def _override(self, overrides: Sequence[Override]) -> None:
        if not overrides:
            return
        from ..config import thaw

        tree: dict[str, Any] = {}
        sites: dict[Parts, str] = {}
        last = {indexed(one.parts, self.tree): one for one in overrides}
        for parts, one in sorted(last.items(), key=lambda pair: len(pair[0])):
            try:
                value = thaw(one.value)
            except RecursionError:
                raise _cannot(one, "its value is nested too deep") from None
            if not parts:
                if not isinstance(value, dict):
                    raise _cannot(one, "a document is a mapping")
                tree = value
            elif not plant(tree, parts, value, self.tree):
                raise _cannot(one, "there is neither a mapping nor such an item to set it in")
            sites[parts] = one.call_site
        self._add(Layer("override", tree, call_sites=sites))

    def _add(self, layer: Layer) -> None:
        self.layers.append(layer)
        merged = merge([self.tree, layer.tree], self.appends)
        from ..tree import MisfitError, survey

        try:
            # Each file keeps the budget by itself; what a program or an environment adds may be anything.
            survey(merged, self.budget)
            if layer.label == "override":
                _check_text(layer.tree)
        except MisfitError as error:
            from ..address import pointer

            variable = layer.variable(error.path)
            site = layer.call_site(error.path)
            who = f"the variable {variable.name}" if variable is not None else f"the override at {site}"
            self.findings.append(
                Diagnostic(
                    error.rule,
                    f"{who}: {error.message}",
                    path=pointer(error.path),
                    layer=layer.label,
                    document=self.entry.name,
                )
            )
            self.layers.pop()
            return
        self.tree = merged


def _check_text(tree: Tree) -> None:
    """Raise ``MisfitError`` for half a surrogate pair, which only a program can bring: no file could hold it."""
    import json

    from ..tree import MisfitError

    try:
        json.dumps(tree, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise MisfitError(
            "lone-surrogate", "a text holds half of a surrogate pair, which is no character", ()
        ) from None


def _cannot(one: Override, reason: str) -> UsageError:
    from ..address import format_address

    return UsageError(f"{one.call_site}: {format_address(one.parts) or 'the document'} cannot be overridden: {reason}")
