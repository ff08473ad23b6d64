"""Whether what a transaction makes may be served."""

from __future__ import annotations

from ..config import Config
from ..errors import ConfigParseError, ConfigValidationError, SetpointError
from ..serving import refuse_invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..diagnostic import Diagnostic
    from ..layers.resolution import Resolution
    from ..rules.book import RuleBook
    from .draft import Draft


def refuse_worse(drafts: Mapping[str, Draft], rules: RuleBook, load: Callable[[str], Config]) -> dict[str, Resolution]:
    """Return what each document makes on this machine. Raises when a change makes anything invalid.

    A document must be valid here, with all layers of this machine. Its base file, and what it makes with each
    profile, may have no error that was not there before; nor may rules over documents find one.

    Arguments: ``load`` returns a document that is not changed. Raises ``ConfigParseError`` or ``ConfigValidationError``
    with every diagnostic.
    """
    found: dict[str, Resolution] = {}
    errors: list[Diagnostic] = []
    parsed = True
    for name, draft in drafts.items():
        if not draft.exists():
            continue
        found[name] = draft.resolve()
        parsed = parsed and found[name].parsed
        errors += found[name].report.errors
        if found[name].parsed:
            errors += [one for one in _elsewhere(draft) if one not in errors]
    if not errors:
        errors = _by_rules(found, rules, load)
    if errors:
        first = errors[0]
        where = f"{first.file}:{first.line}:{first.column}: " if first.line is not None else ""
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        hint = f"; {first.suggestion}" if first.suggestion else ""
        kind = ConfigValidationError if parsed else ConfigParseError
        raise kind(f"{where}{first.message}{hint}{more}; nothing was written", errors)
    return found


def _elsewhere(draft: Draft) -> list[Diagnostic]:
    """Return the errors of the base alone, and with each profile, that were not there before."""
    new: list[Diagnostic] = []
    for profile in (None, *draft.profiles()):
        after = draft.resolve(machine=False, profile=profile).report.errors
        if not after:
            continue
        known = set()
        if draft.exists(before=True):
            known = {(one.rule, one.path) for one in draft.resolve(before=True, machine=False, profile=profile).report}
        new += [one for one in after if (one.rule, one.path) not in known and one not in new]
    return new


def _by_rules(found: Mapping[str, Resolution], rules: RuleBook, load: Callable[[str], Config]) -> list[Diagnostic]:
    """Return the errors that rules over documents find now and did not find before."""
    concerned = rules.concerning(found)
    if not concerned:
        return []
    before: dict[str, Config] = {}
    for name in concerned:
        try:
            before[name] = load(name)
        except SetpointError:
            continue  # not valid, or not there yet: no rule looks at it
    after = {**before, **{name: _config(one) for name, one in found.items()}}
    known = {(one.rule, one.document, one.path) for one in rules.findings(before)}
    from ..layers.judging import located

    errors = []
    for finding in rules.findings(after):
        if finding.severity == "error" and (finding.rule, finding.document, finding.path) not in known:
            resolution = found.get(finding.document or "")
            errors += located(resolution, [finding]) if resolution is not None else [finding]
    return errors


def _config(resolution: Resolution) -> Config:
    assert isinstance(resolution.tree, dict)
    return Config(resolution.tree)


def refuse_unparsed(draft: Draft, layer: str) -> None:
    """Raise ``ConfigParseError`` with its place, and secrets masked, when a file of a document cannot be parsed."""
    for resolution in (draft.resolve_for(layer), draft.resolve()):
        if not resolution.parsed:
            refuse_invalid(resolution)
