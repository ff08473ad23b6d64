"""``Teller``: an event as people and programs read it, with the values that changed, and without secrets.

::

    2026-11-23T09:02:40.123Z  reloaded  messaging  (1.3 ms)
      messaging.queue.max_size: 2500 -> 3000
"""

from __future__ import annotations

import sys

from ..events import Event
from . import output
from .visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from ..change import Change
    from ..events import Rejected
    from ..system import ConfigSystem

_MOST_CHANGES = 100  # of one event that the text shows; JSON has all
_LONGEST = 100  # characters of a value in the text
_COLOURS = {"reloaded": "32", "rejected": "1;31", "orphaned": "1;33", "skipped": "1;33", "waiting": "1;33"}


class Waiting(Event):
    """Values of documents have changed that count only when the program is started again.

    Arguments: ``changes`` are all that wait in these documents now; there are none when files say again what is served.
    """

    __slots__ = ("changes",)

    changes: tuple[Change, ...]

    def __init__(self, documents: Iterable[str], changes: Iterable[Change]) -> None:
        super().__init__(documents)
        self._place(changes=tuple(changes))


class Teller:
    """Prints events as they come, each at once.

    Arguments: ``system`` is what is watched; ``names`` are the documents of interest, all of them when there are none;
    ``format_name`` is ``text`` or ``json``: one object on each line.
    """

    def __init__(self, system: ConfigSystem, names: Collection[str], format_name: str) -> None:
        self._system = system
        self._names = frozenset(names)
        self._is_json = format_name == "json"
        self._style = output.style_of(sys.stdout)
        self._waiting: dict[str, tuple[Change, ...]] = {}

    def begin(self) -> None:
        """Say what is watched, and how changes are seen."""
        status = self._system.hot_reload_status()
        documents = sorted(self._names) or [entry.name for entry in self._system.documents()]
        facts = {key: status[key] for key in ("backend", "reason", "effective_interval")}
        if self._is_json:
            self._print_json({"event": "watching", "path": self._system.path, "documents": documents, **facts})
            return
        count = f"{len(documents)} document{'' if len(documents) == 1 else 's'}"
        self._say(f"watching {self._system.path}: {count}, {_how(facts)}")
        output.flush()

    def waiting(self) -> Waiting | None:
        """Return what has begun to wait for a restart since the last call, or does so no longer; None for no news."""
        now: dict[str, tuple[Change, ...]] = {}
        for one in self._system.pending_restart():
            now[one.document] = (*now.get(one.document, ()), one)
        before, self._waiting = self._waiting, now
        news = [name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]
        return Waiting(news, [one for name in news for one in now.get(name, ())]) if news else None

    def concerns(self, event: Event) -> bool:
        """True when an event is to be told: it is about a document of interest, or about all of them."""
        about = {*event.documents, *getattr(event, "held", ())}
        return not self._names or not about or not self._names.isdisjoint(about)

    def tell(self, event: Event) -> None:
        """Print an event. Raises as ``output.write`` does."""
        found: Iterable[Change] | None = getattr(event, "changes", None)
        changes = self._shown(found or ())
        if self._is_json:
            self._print_json(event.to_dict() | ({"changes": changes} if found is not None else {}))
            return
        kind = self._style.paint(event.kind, _COLOURS.get(event.kind, "1"))
        self._say(f"{_time(event.at)}  ", end="")
        output.write(f"{kind}  ")
        self._say(_summary(event))
        for one in changes[:_MOST_CHANGES]:
            self._say(f"  {_line(one)}")
        if len(changes) > _MOST_CHANGES:
            self._say(f"  and {len(changes) - _MOST_CHANGES:,} more changes; --format json shows all")
        if event.kind == "rejected":
            self._tell_findings(event)  # type: ignore[arg-type] # by its kind
        output.flush()

    def _tell_findings(self, event: Rejected) -> None:
        from .reporters.text import render_diagnostic

        for found in event.diagnostics:
            output.write(render_diagnostic(found, self._style))
        if not event.diagnostics and event.message:
            self._say(f"  {event.message}")

    def _shown(self, found: Iterable[Change]) -> list[dict[str, Any]]:
        """Return the changes in documents of interest, as JSON can hold them, with secrets masked."""
        by_document: dict[str, list[Change]] = {}
        for one in found:
            if not self._names or one.document in self._names:
                by_document.setdefault(one.document, []).append(one)
        return [one for name, changes in by_document.items() for one in shown_changes(self._system, name, changes)]

    def _print_json(self, facts: Mapping[str, Any]) -> None:
        output.write(output.to_json(facts, self._style.encoding, indent=None) + "\n")
        output.flush()

    def _say(self, line: str, end: str = "\n") -> None:
        output.write(visible(line, self._style.encoding) + end)


def shown_changes(system: ConfigSystem, document: str, changes: Sequence[Change]) -> Iterator[dict[str, Any]]:
    """Yield the changes of one document as JSON can hold them, with everything masked that is secret."""
    from ..validation.shown_changes import shown_changes as shown

    return shown(document, changes, lambda *trees: _secrets(system, document, trees))


def _secrets(system: ConfigSystem, document: str, trees: Sequence[Any]) -> set[tuple[str | int, ...]]:
    """Return the places of secrets in trees of a document, by what any version of its schema says of them."""
    from ..errors import SetpointError
    from ..validation.masking import secret_by_name

    try:
        family = system.family(document)
    except SetpointError:  # nobody knows what is secret in it
        return {()}
    if family is None:
        return {parts for tree in trees for parts in secret_by_name(tree)}
    return {parts for schema in family.schemas.values() for tree in trees for parts in schema.secret_parts(tree)}


def _how(facts: Mapping[str, Any]) -> str:
    """Return in words how changes are seen."""
    every = f"every {facts['effective_interval']:g} s"
    reason = f" ({facts['reason']})" if facts["reason"] else ""
    if facts["backend"] == "polling":
        return f"by looking at them {every}{reason}"
    return f"told by {facts['backend']}{reason}, and looked at {every}"


def _time(at: float) -> str:
    """Return a time as the record of revisions shows it: UTC, to the millisecond."""
    import time

    seconds, rest = divmod(int(at * 1000), 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{rest:03d}Z"


def _summary(event: Any) -> str:
    """Return an event in one line, without its time and kind."""
    documents = ", ".join(event.documents)
    if event.kind == "reloaded":
        cause = "" if event.cause == "files" else f"by {event.cause}, "
        return f"{documents}  ({cause}{event.seconds * 1000:.1f} ms)"
    if event.kind == "rejected":
        held = f"  (with it waits: {', '.join(event.held)})" if event.held else ""
        return f"{documents}{held}" if documents else "nothing could be looked at: all is served as it was"
    if event.kind == "orphaned":
        return f"{documents}: its files are gone" if len(event.documents) == 1 else f"{documents}: their files are gone"
    if event.kind == "waiting":
        return f"{documents}: {'until the program is started again' if event.changes else 'nothing any more'}"
    if event.kind == "skipped":
        return f"{event.number:,} events, because they came faster than they could be told"
    return documents


def _line(facts: Mapping[str, Any]) -> str:
    address = facts["address"]
    if "before" not in facts:
        return f"{address}: added {_value(facts['after'])}"
    if "after" not in facts:
        return f"{address}: removed {_value(facts['before'])}"
    before, after = _value(facts["before"]), _value(facts["after"])
    return f"{address}: {before} -> {after}{' (changed)' if before == after else ''}"


def _value(value: Any) -> str:
    """Return a value as JSON in one line; a long one is cut short, and a masked one is not a text in quotes."""
    import json

    from ..secret import MASK

    if value == MASK:
        return MASK
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
