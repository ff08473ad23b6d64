"""The rules that come with the built-in schemas."""

from __future__ import annotations

from ..address import pointer
from ..diagnostic import WARNING, Diagnostic
from .book import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..config import Config


def agents_have_coordinates(unified: Config, coordinates: Config) -> Iterator[Diagnostic]:
    """Yield a warning for each agent named in ``unified_config`` that ``coordinates`` does not know."""
    known = coordinates.get("agents")
    if not isinstance(known, dict):
        return
    for parts, name, at in _named_agents(unified):
        if name not in known:
            yield Diagnostic(
                "unknown-agent",
                f"the agent {name!r} has no entry under agents in coordinates",
                severity=WARNING,
                document="unified_config",
                path=pointer(parts),
                at=at,
                suggestion=_suggestion(name, known),
            )


def _named_agents(unified: Config) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield where ``unified_config`` names an agent: keys of ``agents.aliases``, or items of ``agents.names``."""
    agents = unified.get("agents")
    if not isinstance(agents, dict):
        return
    aliases = agents.get("aliases")
    if isinstance(aliases, dict):
        for name in aliases:
            yield ("agents", "aliases", name), name, "key"
    names = agents.get("names")
    if isinstance(names, list):
        for index, name in enumerate(names):
            if isinstance(name, str):
                yield ("agents", "names", index), name, "value"


def _suggestion(name: str, known: Iterable[str]) -> str:
    from ..nearness import near

    # Agent-1 and Agent-2 differ by one letter too, and mean different agents: only a name of another shape is a slip.
    close = [other for other in near(name, known) if other.rstrip("0123456789") != name.rstrip("0123456789")]
    if close:
        return f"did you mean {close[0]!r}?"
    return f"add agents.{name} to coordinates, or remove the name here"


BUILTIN_RULES = (Rule(("unified_config", "coordinates"), agents_have_coordinates),)
