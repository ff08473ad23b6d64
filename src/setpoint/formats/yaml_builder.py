"""The strict road from YAML to a tree: over events, with every rule of ours checked, and every refusal at its place.

What it accepts is what YAML means here; the fast engine is only trusted where it must come to the same result.
"""

from __future__ import annotations

from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from .yaml_events import parser
from .yaml_findings import MERGE, YamlFindings
from .yaml_scalars import AMBIGUOUS, CONSTANTS, NUMBER_STARTS, Oddity, resolve
from .yaml_syntax import explain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from ..budget import Budget
    from ..diagnostic import Diagnostic
    from ..tree import Tree
    from .yaml_events import EventParser
    from .yaml_source import Source

    # what a finished anchor stands for: the value, how many values it holds, how deep it is nested
    Anchored: TypeAlias = tuple[Any, int, int]


def build(
    source: Source, budget: Budget, warn: Callable[[Diagnostic], None], parse: Callable[[str], EventParser] = parser
) -> Tree:
    """Return the tree of a YAML text.

    Arguments: ``warn`` is called with each ambiguous number once the document is accepted; ``parse`` makes the parser.
    Raises ``ConfigParseError`` with every finding, up to the first after which nothing more can be read.
    """
    findings = YamlFindings(source, budget)
    builder = _Builder(source, budget, findings)
    try:
        tree = builder.run(parse(source.parsed).get_event)
    except YAMLError as error:
        rule, message, start, end, suggestion = explain(error, source.text)
        findings.stop(rule, message, start, end, suggestion=suggestion)
    findings.settle()
    for warning in findings.warnings:
        warn(warning)
    return tree


class _Builder:
    """One reading of one text."""

    def __init__(self, source: Source, budget: Budget, findings: YamlFindings) -> None:
        self.source = source
        self.budget = budget
        self.findings = findings
        # What each anchor stands for; None while its value is being read.
        self.anchors: dict[str, Anchored | None] = {}
        # For each open collection, what was under way around it: the local variables of ``run``.
        self.stack: list[tuple[Any, ...]] = []

    def run(self, get: Callable[[], Any]) -> Tree:
        """Return the tree of the events that ``get`` gives one by one.

        One loop and no calls for what is common: it runs once for every key and every value.
        """
        stack, anchors, restore, findings = self.stack, self.anchors, self.source.restore, self.findings
        text = self.source.parsed
        watch_question_marks = "?" in text
        room, most_depth = self.budget.nodes, self.budget.depth
        # The collection under way: its value, whether it is a mapping, the key that waits for its value (MERGE, when
        # ``merging``), where its own keys stand (its merge under None), and the deepest level inside of it.
        top: list[Any] = []
        holder: Any = top
        mapping = merging = shared = False
        key: str | None = None
        places: dict[str | None, int] = {}
        deepest = documents = 0
        start: Any = None
        while True:
            event = get()
            kind = event.__class__
            if kind is ScalarEvent:
                value = event.value
                if restore is not None:
                    value = value.translate(restore)
                is_key = mapping and key is None
                if not event.style:  # plain
                    if is_key and value == MERGE:
                        key, merging = MERGE, True
                        if None in places:
                            findings.note_duplicate(event, MERGE, places[None], self._path(holder, mapping, key))
                        places[None] = event.start_mark.index
                        if event.anchor is not None or event.tag is not None:
                            self._properties(event, MERGE, self._path(holder, mapping, key))
                        continue
                    if value in CONSTANTS or value[0] in NUMBER_STARTS:
                        lexeme = value
                        value = CONSTANTS[value] if value in CONSTANTS else resolve(value)
                        if value.__class__ is Oddity:
                            path = self._path(holder, mapping, lexeme if is_key else key)
                            findings.note_number(value, lexeme, event, path)
                            value = lexeme if is_key or value is AMBIGUOUS else None
                        if is_key and value.__class__ is not str:
                            findings.note_key(event, value, self._path(holder, mapping, key))
                            value = lexeme
                if event.anchor is not None or event.tag is not None:
                    self._properties(event, value, self._path(holder, mapping, value if is_key else key))
                if is_key:
                    key = value
                    place = event.start_mark.index
                    if watch_question_marks and text[place - 1] == "?":
                        findings.stop_question_mark(place)
                    if key in places:
                        findings.note_duplicate(event, value, places[key], self._path(holder, mapping, key))
                    places[key] = place
                    continue
                room -= 1
                if room < 0:
                    findings.stop_values(event, self._path(holder, mapping, key))
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                value, inner, begun = holder, deepest, start
                holder, mapping, key, merging, places, deepest, start, room_before = stack.pop()
                if begun.anchor is not None:
                    anchors[begun.anchor] = (value, room_before - room, inner - len(stack))
                if inner > deepest:  # noqa: PLR1730 - max() would be a call
                    deepest = inner
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if mapping and key is None:
                    findings.stop_complex_key(event, kind is MappingStartEvent, self._path(holder, mapping, key))
                if event.anchor is not None or event.tag is not None:
                    self._properties(event, None, self._path(holder, mapping, key))
                if len(stack) >= most_depth:
                    findings.stop_depth(event, self._path(holder, mapping, key))
                room -= 1
                if room < 0:
                    findings.stop_values(event, self._path(holder, mapping, key))
                stack.append((holder, mapping, key, merging, places, deepest, start, room + 1))
                mapping = kind is MappingStartEvent
                holder = {} if mapping else []
                key, merging, places, deepest, start = None, False, {}, len(stack), event
                continue
            elif kind is AliasEvent:
                value, size, height = self._aliased(event, self._path(holder, mapping, key), mapping and key is None)
                if mapping and key is None:
                    if value.__class__ is not str:
                        findings.note_key(event, value, self._path(holder, mapping, key))
                        value = f"*{event.anchor}"
                    key = value
                    if key in places:
                        findings.note_duplicate(event, value, places[key], self._path(holder, mapping, key))
                    places[key] = event.start_mark.index
                    continue
                room -= size
                if room < 0:
                    findings.stop_values(event, self._path(holder, mapping, key))
                if len(stack) + height > most_depth:
                    findings.stop_depth(event, self._path(holder, mapping, key))
                deepest = max(deepest, len(stack) + height)
                shared = shared or height > 0
            elif kind is DocumentStartEvent:
                documents += 1
                findings.check_document(event, documents)
                continue
            elif kind is StreamEndEvent:
                tree = top[0] if top else None
                return _copy(tree) if shared else tree
            else:
                continue
            if merging:
                self._merge(event, holder, value)
                key, merging = None, False
            elif mapping:
                holder[key] = value
                key = None
            else:
                holder.append(value)

    def _path(self, holder: Any, mapping: bool, key: str | None) -> list[str | int]:
        """Return the keys and indexes to the value under way, or to its mapping where no key waits."""
        if not self.stack:
            return []
        levels = [*self.stack[1:], (holder, mapping, key)]
        return [level[2] if level[1] else len(level[0]) for level in levels if not level[1] or level[2] is not None]

    def _properties(self, event: Any, value: Any, path: list[str | int]) -> None:
        """Keep the anchor of a scalar, or of a collection that starts; refuse every tag."""
        if event.tag is not None:
            self.findings.note_tag(event, path)
        if event.anchor is not None:
            self.findings.check_anchor(event, path)
            self.anchors[event.anchor] = (value, 1, 0) if event.__class__ is ScalarEvent else None

    def _aliased(self, event: Any, path: list[str | int], is_key: bool) -> Anchored:
        """Return what an alias stands for; note one that stands for nothing, or for what it is inside of."""
        self.findings.check_alias(event, path)
        anchored = self.anchors.get(event.anchor)
        if anchored is not None:
            return anchored
        self.findings.note_alias(event, self.anchors, path)
        # What stands in for it must not look wrong once more.
        return f"*{event.anchor}" if is_key else {} if path[-1:] == [MERGE] else None, 1, 0

    def _merge(self, event: Any, holder: dict[str, Any], value: Any) -> None:
        """Insert the entries of the value of ``<<``: of one mapping, or of a list of them in which earlier ones win.

        They come where the ``<<`` stands; a key of the mapping's own that follows replaces their value there.
        """
        for source in value if value.__class__ is list else [value]:
            if source.__class__ is not dict:
                self.findings.note_merge(event, self._path(holder, True, MERGE))
                return
            for name, inherited in source.items():
                if name not in holder:
                    holder[name] = inherited


def _copy(tree: Any) -> Any:
    """Return a deep copy of a tree whose size keeps the budget, in which no two places share a collection."""
    top: list[Any] = []
    unfinished: list[tuple[Any, Any]] = [([tree], top)]
    while unfinished:
        holder, copied = unfinished.pop()
        is_list = copied.__class__ is list
        for key, value in enumerate(holder) if is_list else holder.items():
            if value.__class__ is dict or value.__class__ is list:
                inside: Any = value.__class__()
                unfinished.append((value, inside))
                value = inside  # noqa: PLW2901 - what goes into the copy
            if is_list:
                copied.append(value)
            else:
                copied[key] = value
    return top[0]
