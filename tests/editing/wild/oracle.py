"""What an edit must have done to a file, found out without anything of the engine but ``decode`` and ``locate``."""

from __future__ import annotations

from typing import Any

import yaml

from setpoint.config import thaw
from setpoint.editing.apply import apply
from setpoint.editing.operation import Add, Append, Insert, Move, Operation, Rename, Set, Unset
from setpoint.editing.unordered import same_but_for_order
from setpoint.formats import decode, locate
from setpoint.formats.refusal import BOM
from setpoint.span import Lines, Place
from setpoint.tree import same

from . import Sample
from .edits import everything_of, places


class Verdict:
    """What is wrong with an edit: nothing, when all is well. ``minimal`` says that no other line was touched."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.lost: list[str] = []
        self.minimal = True


def judge(before: bytes, after: bytes, sample: Sample, operations: list[Operation]) -> Verdict:
    """Judge the edit of a sample's bytes."""
    verdict = Verdict()
    old = decode(before, sample.format)
    wanted, now = apply(old, operations), decode(after, sample.format)
    if not same(now, wanted) and not (sample.format == "toml" and same_but_for_order(now, wanted)):
        verdict.wrong.append("it means something else")
    if after.startswith(BOM) != before.startswith(BOM):
        verdict.wrong.append("the byte order mark changed")
    if b"\r\n" in before and b"\n" in after.replace(b"\r\n", b""):
        verdict.wrong.append("a line break of another kind")
    if sample.format == "yaml":
        verdict.wrong += _read_by_others(after, operations, old)
    verdict.lost = lost_comments(after, sample, old, operations)
    if len(operations) == 1:
        verdict.minimal = _is_minimal(before, after, sample, old, operations[0])
    return verdict


def is_shared(sample: Sample, operation: Operation) -> bool:
    """True when an operation changes what stands in several places by an anchor: that may be refused."""
    paths = [tuple(operation.path)]
    if isinstance(operation, Move):
        paths.append(tuple(operation.to))
    return any(
        path[: len(shared)] == shared or shared[: len(path)] == path for path in paths for shared in sample.shared
    )


def lost_comments(after: bytes, sample: Sample, old: Any, operations: list[Operation]) -> list[str]:
    """Return the comments that vanished, or stand twice, although what they belong to is still there."""
    text = after.decode()
    lost = []
    for note in sample.notes:
        count = text.count(note.mark)
        if count != 1 and not (count == 0 and _may_go(note.owner, note.goes_with, old, operations)):
            lost.append(f"{note.mark} of {note.owner} stands {count} times")
    return lost


def _may_go(owner: tuple[Any, ...], goes_with: bool, old: Any, operations: list[Operation]) -> bool:
    """True when an operation takes away the entry a comment goes with, or the collection it stands in."""
    for operation in operations:
        path = tuple(operation.path)
        inside = owner[: len(path)] == path
        if isinstance(operation, Unset) and inside and (goes_with or owner != ()):
            return True
        if isinstance(operation, Set) and inside and path:
            was, now = everything_of(places(old), path), thaw(operation.value)
            if _may_go_inside(was, now, owner[len(path) :], goes_with):
                return True
    return False


def _may_go_inside(was: Any, now: Any, rest: tuple[Any, ...], goes_with: bool) -> bool:
    """True when a comment may go because one value took the place of another; ``rest`` leads to its owner."""
    while rest or not goes_with:
        if type(was) is not type(now) or not isinstance(was, dict):
            return True  # another value as a whole; and in lists, which item is which is a matter of opinion
        if not set(was) & set(now):
            return True  # nothing is left of it
        if not rest:
            return False
        if rest[0] not in now:
            return True
        was, now, rest = was[rest[0]], now[rest[0]], rest[1:]
    return False


def _read_by_others(after: bytes, operations: list[Operation], old: Any) -> list[str]:
    """A text that was set is the same text for PyYAML, which reads YAML 1.1."""
    try:
        tree: Any = yaml.load(after, yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        return [f"PyYAML refuses it: {error}"]
    wrong = []
    for operation in operations[-1:]:
        value = getattr(operation, "value", None)
        path = tuple(operation.path)
        if not isinstance(value, str) or not isinstance(operation, Set | Add | Append):
            continue
        place = tree
        if isinstance(operation, Append):
            path = (*path, -1)
        try:
            for part in path:
                place = place[part]
        except (KeyError, TypeError):
            continue  # a key that YAML 1.1 reads as something else: "on" of the file itself
        if place != value or type(place) is not str:
            wrong.append(f"PyYAML reads {value!r} as {place!r}")
    return wrong


def _is_minimal(before: bytes, after: bytes, sample: Sample, old: Any, operation: Operation) -> bool:
    """True when every line that is none of what the operation touches is there afterwards, in the same order."""
    text = before.removeprefix(BOM).decode()
    lines = Lines(text)
    root = locate(before, sample.format)
    touched: set[int] = set()
    blank_may_go = isinstance(operation, Unset | Move | Set)
    for path in _touched(operation, old, sample.format):
        touched |= _lines_of(root, path, lines, text, sample.format, whole=not isinstance(operation, Rename))
    kept = []
    for number in range(1, len(lines) + 1):
        line = lines.line(number)
        if number not in touched and (line.strip() or not blank_may_go):
            kept.append(_bare(line))
    new = Lines(after.removeprefix(BOM).decode())
    there = iter([_bare(new.line(number)) for number in range(1, len(new) + 1)])
    if not all(any(line == other for other in there) for line in kept):
        return False
    return len(new) <= len(lines) + _most_new_lines(operation, old)


def _most_new_lines(operation: Operation, old: Any) -> int:
    """Return how many lines a file may grow by: those of the values, of brackets, and of groups that begin."""
    if isinstance(operation, Unset | Rename):
        return 0
    path = tuple(operation.to if isinstance(operation, Move) else operation.path)
    value = getattr(operation, "value", None)
    if isinstance(operation, Move):
        value = everything_of(places(old), tuple(operation.path))
    values = [one for _, one in places(value)]
    collections = sum(1 for one in values if isinstance(one, dict | list))
    texts = [str(one) for one in values if isinstance(one, str)]
    return len(values) + 2 * (collections + len(path)) * (collections > 0) + sum(text.count("\n") for text in texts) + 3


def _bare(line: str) -> str:
    """Return a line without what may change beside the edit: commas between entries, the dash before the first."""
    return line.replace(",", "").strip().removeprefix("- ").lstrip()


def _touched(operation: Operation, old: Any, form: str) -> list[tuple[Any, ...]]:
    """Return the places whose lines an operation may touch."""
    path = tuple(operation.path)
    found = [path]
    if isinstance(operation, Add | Insert | Append | Move):
        goal = path if isinstance(operation, Append) else path[:-1]
        if isinstance(operation, Move):
            goal = tuple(operation.to)[:-1]
        tree = old
        for depth, part in enumerate(goal):
            try:
                tree = tree[part]
            except (KeyError, IndexError, TypeError):
                goal = goal[:depth]
                break
        if not tree:
            found.append(goal)
        found.append(("one line", *goal))
    if isinstance(operation, Move | Unset):
        holder = everything_of(places(old), path[:-1])
        found.append(("one line", *path[:-1]))
        if len(holder) == 1:
            found.append(("opening", *path[:-1]) if form != "toml" else path[:-1])
    return found


def _lines_of(root: Place, path: tuple[Any, ...], lines: Lines, text: str, form: str, *, whole: bool) -> set[int]:
    """Return the numbers of the lines of an entry, with the comments right above it."""
    only_if = path[0] if path and path[0] in ("one line", "opening") else ""
    place = root.find(path[1:] if only_if else path)
    if place is None:
        return set()
    start = place.key_start if place.key_start >= 0 else place.start
    first, last = lines.position(min(start, place.start))[0], lines.position(max(place.end - 1, start))[0]
    if only_if == "one line":
        return {first} if first == last or lines.position(place.start)[0] == last else set()
    if only_if == "opening":
        return {first, lines.position(place.start)[0], last} if form.startswith("json") else {first}
    if form == "toml" and place.children is not None:
        inner = [_lines_of(place, (part,), lines, text, form, whole=True) for part in _parts(place)]
        found = set().union(*inner, {first, last})
        if not whole:
            return found
        first, last = min(found), max(found)
    elif not whole:
        return set(range(first, last + 1)) if form == "yaml" else {first}
    margin = _margin(lines.line(first))
    while first > 1 and lines.line(first - 1).lstrip().startswith(("#", "//")):
        if form == "yaml" and _margin(lines.line(first - 1)) != margin:
            break
        first -= 1
    if form == "yaml":
        below = last
        while below < len(lines):
            line = lines.line(below + 1)
            if line.strip() and not (line.lstrip().startswith("#") and _margin(line) > margin):
                break
            below += 1
            if line.strip():
                last = below
    return set(range(first, last + 1))


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _parts(place: Place) -> list[Any]:
    return list(place.children) if isinstance(place.children, dict) else list(range(len(place.children or ())))
