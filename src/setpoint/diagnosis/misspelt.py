"""Misspelt keys, found by undoing them: rename a key, validate again, and see whether the document gets better.

A schema's refusal seldom points at the misspelt key itself: it names what is missing elsewhere, a branch of a union
that nobody meant, or a rule for further keys. Whether a key was misspelt is therefore tried, not read off.
"""

from __future__ import annotations

from .likeness import Comparisons
from .rename import Rename, Renames, prefixes
from .suspects import suspects
from .unions import badness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .fault import Fault
    from .knowledge import Knowledge

TRIALS = 200
# One trial takes as long as validating the document, and its engine copies the values it complains about. Measured on
# a document of 0.87 MB and 60,000 values: 0.08 s a trial, 0.08 ms a fault. So many values fit into about 1.3 seconds.
_VALUES_IN_ALL = 1_000_000
_VALUES_A_FAULT = 60
_FEWEST_TRIALS = 3


def repair(
    tree: Any, faults: Sequence[Fault], knowledge: Knowledge, faults_of: Callable[[Any], Sequence[Fault]]
) -> tuple[list[Renames], Any, Sequence[Fault]]:
    """Find the misspelt keys of a document that does not fit.

    Arguments: ``faults`` are those of ``tree``; ``faults_of`` validates another tree. Returns the renames in the order
    they were made, the repaired tree, and the faults that are left.
    """
    steps: list[Renames] = []
    trials = _Trials(tree, faults, faults_of)
    comparisons = Comparisons()
    bad = badness(faults)
    while bad:
        made = [one for step in steps for one in step.made]
        unknown, known = suspects(tree, faults, knowledge, made, comparisons)
        found = _all_at_once(tree, unknown, bad, trials) if len(unknown) > trials.left else None
        if found is None:
            found = _step(tree, _better(tree, unknown, bad, trials), bad, trials)
        if found is None:
            # A key that the schema does know is suspected last: only when its renaming mends everything, and there
            # is more to mend than one value that does not fit.
            mends = [one for one in _better(tree, known, bad, trials) if one[0] == 0 and (one[1].is_named or bad > 1)]
            found = _step(tree, mends[:1], bad, trials)
        if found is None:
            break
        step, faults = found
        steps.append(step)
        tree = step.apply(tree)
        bad = badness(faults)
    return steps, tree, faults


class _Trials:
    """How often a document may be validated again."""

    def __init__(self, tree: Any, faults: Sequence[Fault], faults_of: Callable[[Any], Sequence[Fault]]) -> None:
        cost = _size(tree) + _VALUES_A_FAULT * len(faults)
        self.left = max(_FEWEST_TRIALS, min(TRIALS, _VALUES_IN_ALL // cost))
        self._faults_of = faults_of

    def run(self, tree: Any) -> Sequence[Fault] | None:
        """Return the faults of a tree, or None when there have been trials enough."""
        if self.left <= 0:
            return None
        self.left -= 1
        return self._faults_of(tree)


def _all_at_once(
    tree: Any, candidates: Sequence[Rename], bad: float, trials: _Trials
) -> tuple[Renames, Sequence[Fault]] | None:
    """Make the likeliest rename of each key that the schema names, for a document with too many to try one by one."""
    step = Renames.compatible(one for one in candidates if one.is_named)
    for _ in range(2):
        faults = trials.run(step.apply(tree)) if step.made else None
        if faults is None:
            return None
        # Each of them has to remove at least the fault that named its key.
        if badness(faults) <= bad - len(step.made):
            return step, faults
        # Once more without those whose mapping did not become right.
        wrong = {place for fault in faults for place in prefixes(fault.path)}
        step = Renames([one for one in step.made if one.parts not in wrong])
    return None


def _better(
    tree: Any, candidates: Sequence[Rename], bad: float, trials: _Trials
) -> list[tuple[float, Rename, Sequence[Fault]]]:
    """Return the candidates that make the document better, with badness and faults then, best first."""
    found: list[tuple[float, Rename, Sequence[Fault]]] = []
    for candidate in candidates:
        if found and found[0][0] == 0 and candidate.likeness > found[0][1].likeness:
            break  # The document fits already by a likelier rename.
        faults = trials.run(Renames([candidate]).apply(tree))
        if faults is None:
            break
        after = badness(faults)
        if after > bad and candidate.is_named and _is_sure(candidate) and _mends_outside(candidate, faults, bad):
            # The key was right to suspect; what is wrong besides lies inside its value, where nobody looked before.
            after = bad
        if after > bad or (after == bad and not (candidate.is_named and _is_sure(candidate))):
            continue
        found.append((after, candidate, faults))
        found.sort(key=lambda one: (one[0], one[1].likeness))  # stable: the likelier candidate stays first
    return found


def _is_sure(rename: Rename) -> bool:
    return rename.likeness <= 1.0 or (rename.likeness < 3.0 and len(rename.new) >= 6)


def _mends_outside(rename: Rename, faults: Sequence[Fault], bad: float) -> bool:
    """True when a rename leaves fewer faults elsewhere, and the value under its key is of the right type."""
    place = (*rename.parts, rename.new)
    outside = [fault for fault in faults if fault.path[: len(place)] != place]
    return badness(outside) < bad and not any(fault.name == "Type" and fault.path == place for fault in faults)


def _step(
    tree: Any, better: Sequence[tuple[float, Rename, Sequence[Fault]]], bad: float, trials: _Trials
) -> tuple[Renames, Sequence[Fault]] | None:
    """Return the best rename, or several where together they do what each does alone; None when there is none."""
    if not better:
        return None
    step = Renames.compatible(one for _, one, _ in better)
    if len(step.made) > 1:
        chosen = set(step.made)
        expected = bad - sum(bad - after for after, one, _ in better if one in chosen)
        faults = trials.run(step.apply(tree))
        if faults is not None and badness(faults) <= expected:
            return step, faults
    _, best, faults = better[0]
    return Renames([best]), faults


def _size(tree: Any) -> int:
    """Return how many values a tree holds."""
    count = 0
    waiting = [tree]
    while waiting:
        value = waiting.pop()
        count += 1
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return count
