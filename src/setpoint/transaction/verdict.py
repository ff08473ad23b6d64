"""Whether what a transaction makes may be served."""

from __future__ import annotations

from ..agreement import disagreements
from ..candidate import refuse_invalid
from ..errors import ConfigParseError, ConfigValidationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..diagnostic import Diagnostic
    from ..layers.resolution import Resolution
    from ..rules.book import RuleBook
    from ..serving import Serving
    from .draft import Draft


def refuse_worse(drafts: Mapping[str, Draft], rules: RuleBook, serving: Serving) -> dict[str, Resolution]:
    """Return what each document makes on this machine. Raises when a change makes anything invalid.

    A document must be valid here, with all layers of this machine. Its base file, and what it makes with each
    profile, may have no error that was not there before; nor may rules over documents find one.

    Arguments: ``serving`` is what is served, where documents are that are not changed. Raises ``ConfigParseError`` or
    ``ConfigValidationError`` with every diagnostic.
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
        errors = disagreements(found, rules, serving.load, serving.resolution)
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


def refuse_unparsed(draft: Draft, layer: str) -> None:
    """Raise ``ConfigParseError`` with its place, and secrets masked, when a file of a document cannot be parsed."""
    for resolution in (draft.resolve_for(layer), draft.resolve()):
        if not resolution.parsed:
            refuse_invalid(resolution)
