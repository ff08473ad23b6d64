"""The rules of one system, and running them."""

from __future__ import annotations

from ..errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import TypeAlias

    from ..config import Config
    from ..diagnostic import Diagnostic

    RuleFunction: TypeAlias = Callable[..., Iterable[Diagnostic]]


class Rule:
    """One check: the names of the documents it looks at, and the function that is given their ``Config`` objects."""

    __slots__ = ("documents", "function")

    def __init__(self, documents: tuple[str, ...], function: RuleFunction) -> None:
        self.documents = documents
        self.function = function

    @property
    def name(self) -> str:
        """The function's name, for messages."""
        return getattr(self.function, "__qualname__", repr(self.function))


class RuleBook:
    """The rules of one system, in the order they were registered."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules = list(rules)

    def add(self, documents: tuple[str, ...], function: RuleFunction) -> None:
        """Register a function for the documents named. Raises ``UsageError`` when it names none."""
        if not documents or not all(isinstance(name, str) and name for name in documents):
            raise UsageError('a rule names the documents it looks at: @system.rule("unified_config", "coordinates")')
        self._rules.append(Rule(documents, function))

    def documents(self) -> frozenset[str]:
        """The names of all documents that some rule looks at."""
        return frozenset(name for rule in self._rules for name in rule.documents)

    def concerning(self, names: Iterable[str]) -> frozenset[str]:
        """The names of all documents that are looked at by a rule which looks at one of those named."""
        wanted = set(names)
        return frozenset(
            name for rule in self._rules if not wanted.isdisjoint(rule.documents) for name in rule.documents
        )

    def findings(self, configs: Mapping[str, Config]) -> Iterator[Diagnostic]:
        """Run every rule whose documents are all there, and yield what they find.

        Arguments: ``configs`` are the valid documents by name. A finding without a ``document`` is about the first one
        its rule names. Raises ``UsageError`` when a rule itself fails or yields something else.
        """
        from ..diagnostic import Diagnostic

        for rule in self._rules:
            if not all(name in configs for name in rule.documents):
                continue
            arguments = [configs[name] for name in rule.documents]
            try:
                found = list(rule.function(*arguments))
            except Exception as error:  # a rule is foreign code; whatever it raises is reported as its own
                raise UsageError(
                    f"the rule {rule.name} over {', '.join(rule.documents)} failed: {type(error).__name__}: {error}"
                ) from error
            for finding in found:
                if not isinstance(finding, Diagnostic):
                    raise UsageError(
                        f"the rule {rule.name} yielded a {type(finding).__name__}; a rule yields setpoint.Diagnostic"
                    )
                if finding.path is not None and finding.path[:1] not in ("", "/"):
                    raise UsageError(
                        f"the rule {rule.name} yielded the path {finding.path!r}; a path is a JSON Pointer: /queue/size"
                    )
                if finding.document is None:
                    yield finding.replace(document=rule.documents[0])
                elif finding.document in configs:
                    yield finding
                else:
                    raise UsageError(
                        f"the rule {rule.name} speaks about {finding.document!r}, a document it does not look at"
                    )
