"""From a schema's refusal to one clear problem for each mistake.

Rules:

=================== ======================================================== ==========================================
rule                the mistake                                              where
=================== ======================================================== ==========================================
misspelt-key        a key that, spelt right, makes the document better       the key
similar-key         (warning) an unknown key much like an absent known one   the key
unknown-key         a key that nothing allows, and that is like no other     the key
key-name            a key whose name breaks the rule for names               the key
missing-key         a required key is not there                              the key of the mapping that lacks it
dependent-key       a key that another one makes necessary is not there      the key of the mapping that lacks it
too-few-keys        fewer keys than ``minProperties``                        the mapping
too-many-keys       more keys than ``maxProperties``                         the mapping
wrong-type          a value of another type                                  the value
not-allowed-value   a value that an ``enum`` or ``const`` does not list      the value
too-small           a number below its bound                                 the value
too-large           a number above its bound                                 the value
not-multiple        a number that is no multiple                             the value
too-short           a string with too few characters                         the value
too-long            a string with too many characters                        the value
pattern-mismatch    a string that does not match                             the value
bad-format          a string that is no date, address, …                     the value
bad-encoding        a string that does not hold what it should               the value
too-few-items       a list with too few items                                the list
too-many-items      a list with too many items                               the list, or the first item too many
duplicate-items     an item that is there twice                              the second of them
contains            a list that lacks, or has too many of, a kind of item    the list
forbidden           something that may not be there (``not``, ``false``),    the key, or the value
                    or not beside another key (branches of a union)
several-match       a value that fits several of ``oneOf``                   the value, or its key
invalid             a refusal of a kind that has no words yet                the value
more-errors         there are more than ``MOST`` mistakes                    the document
=================== ======================================================== ==========================================
"""

from __future__ import annotations

from . import wording
from .causes import causes_among
from .exclusive import exclusive
from .expectation import RULES, expectation, nearest_value, value_problem
from .fault import UNIONS, Fault, faults_of
from .keys import half_at
from .knowledge import Knowledge
from .misspelt import repair
from .problem import Problem
from .rules import problems_of
from .unions import at_own_place, discriminator, likely_branch, only_missing, possible_branches, values_of
from .view import View

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, TypeAlias

    import jsonschema_rs

    from ..tree import Tree
    from .knowledge import Resolve
    from .rename import Rename, Renames

    Parts: TypeAlias = tuple[str | int, ...]

# Problems that are told one by one. Nobody reads more, and putting each into words takes about 0.2 ms.
MOST = 1000

# Of several problems with one value the first of these speaks: who mends it mends the others, or sees them next.
_SPEAKS_FIRST = {
    rule: rank
    for rank, rule in enumerate(
        (
            "not-allowed-value",
            "wrong-type",
            "bad-format",
            "pattern-mismatch",
            "too-short",
            "too-long",
            "bad-encoding",
            "too-small",
            "too-large",
            "not-multiple",
            "several-match",
            "invalid",
        )
    )
}


def diagnose(
    tree: Tree,
    contents: Any,
    errors_of: Callable[[Tree], Iterable[jsonschema_rs.ValidationError]],
    resolve: Resolve,
    base_uri: str,
    *,
    secrets: Iterable[Parts] = (),
) -> list[Problem]:
    """Return the mistakes of a document in its order; none when it fits its schema.

    Arguments: ``contents`` is the schema; ``errors_of`` runs the compiled schema over a tree; ``resolve(base_uri,
    reference)`` returns the schema that a reference means and the base URI in force inside it, or raises
    ``SchemaError``; ``base_uri`` is the one inside ``contents``; ``secrets`` are the parts of values never to be
    shown, besides those that the schema or their key's name gives away.
    """
    faults = faults_of(errors_of(tree), tree)
    if not faults:
        return []
    knowledge = Knowledge(contents, resolve, base_uri)
    steps, repaired, left = repair(tree, faults, knowledge, lambda other: faults_of(errors_of(other), other))

    def original(parts: Parts, made: Sequence[Renames] = steps) -> Parts:
        for step in reversed(made):
            parts = step.undo(parts)
        return parts

    problems = [
        _misspelt(rename, original((*rename.parts, rename.old), steps[:order]), knowledge)
        for order, step in enumerate(steps)
        for rename in step.made
    ]
    view = View(repaired, knowledge, secrets, tree, original)
    causes = causes_among(left, knowledge)
    told = [problem for fault in causes[:MOST] for problem in _explain(fault, view)]
    if not told and not problems:
        # Whatever the words are: a document that was refused is never told to be fine.
        told = [value_problem("invalid", None, faults[0], view)]
    problems += [problem.moved(original(problem.parts)) for problem in _once(told)]
    return _bounded(_in_order(problems, tree), max(0, len(causes) - MOST))


def _bounded(problems: list[Problem], untold: int) -> list[Problem]:
    """Return the first ``MOST`` problems and, where there are more, one that says how many."""
    untold += max(0, len(problems) - MOST)
    if not untold:
        return problems
    message = f"{untold:,} more errors are not listed; mend those above first"
    return [*problems[:MOST], Problem("more-errors", message, ())]


def _misspelt(rename: Rename, parts: Parts, knowledge: Knowledge) -> Problem:
    spot = knowledge.at(rename.parts)
    fits = rename.old in spot.known
    message = (
        f"the key {wording.named(rename.old)} does not fit here" if fits else f"unknown key {wording.named(rename.old)}"
    )
    suggestion = f"did you mean {wording.named(rename.new)}?"
    note = spot.child(rename.new).description
    return Problem("misspelt-key", message, parts, "key", suggestion=suggestion, note=note)


def _explain(fault: Fault, view: View) -> list[Problem]:
    if fault.name == "UnevaluatedProperties":
        spot = view.knowledge.at(fault.path)
        found = problems_of(fault, view)
        unknown = [one for one in found if one.parts[-1] not in spot.known]
        return unknown or found
    if fault.name in UNIONS:
        return _explain_union(fault, view)
    return problems_of(fault, view)


def _explain_union(fault: Fault, view: View) -> list[Problem]:
    own = at_own_place(fault)
    if own is not None and all(expectation(one) is not None for one in own):
        return [_merged(fault, own, view)]
    value = view.value(fault.path)
    keys = list(value) if isinstance(value, dict) else []

    def overlap(number: int) -> int:
        known = view.branch_keys(fault, number) if keys else ()
        return sum(key in known for key in keys)

    possible = possible_branches(fault)
    shared = {number: overlap(number) for number in possible}
    nearest = [number for number in possible if shared[number] == max(shared.values())]
    lacking = [only_missing(fault.branches[number], fault.path) for number in nearest]
    if len(possible) > 1 and all(lacking) and (len(nearest) > 1 or _all_lack(fault, possible)):
        return [_one_missing(fault, lacking, view)]
    likely = likely_branch(fault, possible, shared.__getitem__)
    told = discriminator(fault, likely, possible)
    if told is not None:
        return [_wrong_discriminator(fault, *told, view)]
    causes = causes_among(fault.branches[likely], view.knowledge)
    found: list[Problem] = []
    for inner in causes:
        apart = exclusive(fault, likely, inner, view)
        found += _explain(inner, view) if apart is None else [apart]
    return _once(found)


def _all_lack(fault: Fault, numbers: Iterable[int]) -> bool:
    return all(only_missing(fault.branches[number], fault.path) for number in numbers)


def _merged(fault: Fault, own: Sequence[Fault], view: View) -> Problem:
    """Return the one problem of a value that no branch of a union takes, all for reasons of that value itself."""
    value = view.value(fault.path)
    secret = view.is_secret(fault.path)
    types = [name for one in own if one.name == "Type" for name in one.kind.types]
    values = [allowed for one in own if one.name in ("Enum", "Constant") for allowed in values_of(one)]
    # A value of a type that is allowed as it is needs no mention besides.
    values = [one for one in values if wording.type_of(one) not in types]
    expected = wording.type_names(types)
    expected += [wording.one_of(values)] if values else []
    others = [one for one in own if one.name not in ("Type", "Enum", "Constant")]
    expected += [text for one in others if (text := expectation(one)) is not None]
    if others and not values:
        rule = RULES.get(others[0].name, "invalid")
    else:
        rule = "not-allowed-value" if values else "wrong-type"
    suggestion = nearest_value(value, values, secret) if values else None
    if suggestion is None and types:
        suggestion = wording.retyped(value, types, secret)
    return Problem(
        rule,
        f"expected {wording.either(expected)}, found {wording.found(value, secret)}",
        fault.path,
        suggestion=suggestion,
        note=view.note(fault),
    )


def _wrong_discriminator(fault: Fault, key: str, asking: Sequence[Fault], view: View) -> Problem:
    parts = (*fault.path, key)
    values = [allowed for one in asking if one.name != "Pattern" for allowed in values_of(one)]
    patterns = [text for one in asking if one.name == "Pattern" and (text := expectation(one)) is not None]
    value = view.value(parts)
    secret = view.is_secret(parts)
    return Problem(
        "not-allowed-value",
        f"expected {wording.either([wording.one_of(values), *patterns])}, found {wording.found(value, secret)}",
        parts,
        suggestion=nearest_value(value, values, secret),
        note=view.knowledge.at(parts).description,
    )


def _one_missing(fault: Fault, groups: Sequence[Sequence[str]], view: View) -> Problem:
    names = list(dict.fromkeys(" with ".join(wording.named(key) for key in group) for group in groups))
    if len(names) > 1:
        message = f"one of the keys {wording.either(names)} is missing"
    elif len(groups[0]) > 1:
        message = f"the keys {wording.either([wording.named(key) for key in groups[0]], 'and')} are missing"
    else:
        message = f"the key {names[0]} is missing"
    return Problem("missing-key", message, fault.path, half_at(fault.path), note=view.note(fault))


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """Return one problem for each mistake: no repetitions, and one problem for each value."""
    chosen: dict[Any, Problem] = {}
    for problem in problems:
        about_value = problem.rule in _SPEAKS_FIRST and problem.at == "value"
        key = (problem.parts, problem.at) if about_value else (problem.parts, problem.at, problem.rule, problem.message)
        before = chosen.get(key)
        if before is None or (about_value and _SPEAKS_FIRST[problem.rule] < _SPEAKS_FIRST[before.rule]):
            chosen[key] = problem
    return list(chosen.values())


def _in_order(problems: list[Problem], tree: Any) -> list[Problem]:
    """Sort problems by their place in the document."""
    positions: dict[int, dict[str, int]] = {}

    def place(problem: Problem) -> tuple[int, ...]:
        value = tree
        found = []
        for part in problem.parts:
            if isinstance(value, dict):
                keys = positions.get(id(value))
                if keys is None:
                    keys = positions[id(value)] = {key: index for index, key in enumerate(value)}
                found.append(keys.get(str(part), len(keys)))
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int):
                found.append(part)
                value = value[part] if part < len(value) else None
            else:
                break
        return tuple(found)

    return sorted(problems, key=place)
