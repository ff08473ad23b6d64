"""``Meter``: what a system counts where nothing else counts it yet."""

from __future__ import annotations

from time import perf_counter

from .registry import Registry
from .stopwatch import parsing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..errors import SetpointError


class Meter:
    """The instruments of one system; ``names`` says what each means. Reading a document that is served counts nothing
    here: the cache counts it by itself."""

    __slots__ = (
        "callback_seconds",
        "commit_seconds",
        "conflicts",
        "edit_failures",
        "edits",
        "load_failures",
        "load_seconds",
        "migration_failures",
        "migrations",
        "parse_seconds",
        "registry",
        "reload_rejections",
        "reload_seconds",
        "reload_vetoes",
        "reloads",
        "validate_seconds",
    )

    def __init__(self) -> None:
        registry = self.registry = Registry()
        self.load_seconds = registry.histogram("load_seconds")
        self.parse_seconds = registry.histogram("parse_seconds")
        self.validate_seconds = registry.histogram("validate_seconds")
        self.load_failures = registry.counter("load_failures", "rule")
        self.reloads = registry.counter("reloads")
        self.reload_seconds = registry.histogram("reload_seconds")
        self.reload_rejections = registry.counter("reload_rejections", "rule")
        self.reload_vetoes = registry.counter("reload_vetoes")
        self.edits = registry.counter("edits", "cause")
        self.edit_failures = registry.counter("edit_failures", "rule")
        self.conflicts = registry.counter("conflicts")
        self.commit_seconds = registry.histogram("commit_seconds")
        self.migrations = registry.counter("migrations")
        self.migration_failures = registry.counter("migration_failures")
        self.callback_seconds = registry.histogram("callback_seconds")

    def loaded(self, began: float) -> None:
        """Count a document that was read, judged and is served. Arguments: ``began`` by ``time.perf_counter``."""
        self.load_seconds.observe(perf_counter() - began)

    def not_loaded(self, error: SetpointError) -> None:
        """Count a document that could not be loaded, by the rule of its first finding."""
        self.load_failures.add(label=rule_of(error))

    def judged(self, began: float, parsed: float) -> None:
        """Count a document that was parsed and judged in this thread.

        Arguments: ``began`` is when, by ``time.perf_counter``, and ``parsed`` what ``parsing.seconds`` was then.
        """
        parse = parsing.seconds - parsed
        self.parse_seconds.observe(parse)
        self.validate_seconds.observe(max(perf_counter() - began - parse, 0.0))

    def reloaded(self, number: int, began: float, refused: Iterable[SetpointError]) -> None:
        """Count a look at the disk. Arguments: ``number`` of documents are served anew; ``refused`` were others."""
        if number:
            self.reloads.add(number)
            self.reload_seconds.observe(perf_counter() - began)
        for error in refused:
            rule = rule_of(error)
            if rule == "vetoed":
                self.reload_vetoes.add()
            self.reload_rejections.add(label=rule)

    def committed(self, cause: str, documents: int, began: float) -> None:
        """Count a change that was written. Arguments: ``documents`` is how many it is of."""
        self.edits.add(label=cause)
        self.commit_seconds.observe(perf_counter() - began)
        if cause == "migrate":
            self.migrations.add(documents)

    def not_committed(self, error: SetpointError) -> None:
        """Count a change that was refused or failed."""
        self.edit_failures.add(label=rule_of(error))
        if error.rule == "conflict":
            self.conflicts.add()


def rule_of(error: SetpointError) -> str:
    """Return what stands for an error in a count: the rule of its first finding, else its own."""
    found = error.diagnostics
    return found[0].rule if found else error.rule
