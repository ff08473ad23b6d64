"""Whether documents that are to be served agree with each other, by the rules over documents."""

from __future__ import annotations

from .config import Config
from .errors import SetpointError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .diagnostic import Diagnostic
    from .layers.resolution import Resolution
    from .rules.book import RuleBook


def disagreements(
    found: Mapping[str, Resolution],
    rules: RuleBook,
    load: Callable[[str], Config],
    resolve: Callable[[str], Resolution],
) -> list[Diagnostic]:
    """Return the errors that rules over documents find now and did not find before.

    Arguments: ``found`` are the documents that are about to change; ``load`` returns one as it is served, ``resolve``
    what made it. A document that cannot be loaded is one that no rule looks at.
    """
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
    from .layers.judging import located

    errors = []
    for finding in rules.findings(after):
        if finding.severity == "error" and (finding.rule, finding.document, finding.path) not in known:
            name = finding.document or ""  # the book sees to it that there is one
            errors += located(found[name] if name in found else resolve(name), [finding])
    return errors


def _config(resolution: Resolution) -> Config:
    assert isinstance(resolution.tree, dict)
    return Config(resolution.tree)
