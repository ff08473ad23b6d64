"""What schemas say by ``anyOf``, ``oneOf``, ``not`` and conditions: as far as it can be split into cases."""

from __future__ import annotations

from functools import partial

from .difference import Finding
from .facts import KINDS, Facts
from .node import flatten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .comparison import Comparison
    from .difference import Parts
    from .node import Node

_MOST_VALUES = 50  # listed values that are gone through one by one


def cases(given: Sequence[Node]) -> tuple[list[Node], list[Node]] | None:
    """Split schemas that count together at the first union among them.

    Returns the schemas without that union, and its branches, of which every value that fits has at least one; None when
    there is none.
    """
    for index, node in enumerate(given):
        for word in ("anyOf", "oneOf"):
            branches = node.words.get(word)
            if not isinstance(branches, list) or not branches:
                continue
            rest = dict(node.words)
            del rest[word]
            without = node.made(node.contents)
            without.key = (node.key, "without", word)
            # What the schema refers to is here already, as a schema of its own.
            without._words = {said: held for said, held in rest.items() if said not in ("$ref", "allOf")}
            others = [*given[:index], without, *given[index + 1 :]]
            return others, [node.at(branch) for branch in branches]
    return None


def unions(comparison: Comparison, given: Sequence[Node], facts: Facts, node: Node, parts: Parts) -> list[Finding]:
    """Return which unions and conditions of a schema do not follow."""
    found = []
    same = comparison.sameness.same_word
    for word, covers in (("anyOf", _any_covers), ("oneOf", _one_covers)):
        branches = node.words.get(word)
        if not isinstance(branches, list) or any(word in one.words and same(one, node, word) for one in given):
            continue
        wanted = [node.at(branch) for branch in branches]
        if not _is_covered(partial(covers, comparison, wanted, parts), given, facts, node):
            has = any(word in one.words for one in given)
            found.append(Finding(word, parts, None, None if has else "(one of several)", is_open=True))
    if "not" in node.words and not any("not" in one.words and same(one, node, "not") for one in given):
        refused = flatten([node.at(node.words["not"])])
        if refused is not None and Facts(refused).kinds & facts.kinds:
            found.append(Finding("not", parts, None, None, is_open=True))
    if "if" in node.words and ("then" in node.words or "else" in node.words):
        conditions = ("if", "then", "else")
        if not any("if" in one.words and all(same(one, node, word) for word in conditions) for one in given):
            found.append(Finding("if", parts, None, None, is_open=True))
    return found


def _is_covered(
    covers: Callable[[Sequence[Node], Facts], bool], given: Sequence[Node], facts: Facts, maker: Node
) -> bool:
    """True when every value that fits is covered: all at once, or each kind or each listed value by itself."""
    if covers(given, facts):
        return True
    pieces = []
    values = facts.listed()
    if values is not None and len(values) <= _MOST_VALUES:
        pieces = [maker.made({"enum": [value]}) for value in values]
    elif len(facts.kinds) > 1:
        pieces = [maker.made({"type": _type_of(kind)}) for kind in KINDS if kind in facts.kinds]
    if len(pieces) < 2:
        return False
    for piece in pieces:
        narrowed = [*given, piece]
        if not covers(narrowed, Facts(narrowed)):
            return False
    return True


def _type_of(kind: str) -> str:
    return "number" if kind == "fraction" else kind


def _any_covers(
    comparison: Comparison, wanted: Sequence[Node], parts: Parts, given: Sequence[Node], facts: Facts
) -> bool:
    return facts.is_empty or any(not comparison.within(given, one, parts) for one in wanted)


def _one_covers(
    comparison: Comparison, wanted: Sequence[Node], parts: Parts, given: Sequence[Node], facts: Facts
) -> bool:
    """True when one branch takes every value, and the others can take none of them, being of other kinds."""
    if facts.is_empty:
        return True
    for one in wanted:
        others = [flatten([other]) for other in wanted if other is not one]
        if all(other is None or not Facts(other).kinds & facts.kinds for other in others) and not comparison.within(
            given, one, parts
        ):
            return True
    return False
