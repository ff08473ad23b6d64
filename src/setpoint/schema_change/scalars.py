"""What schemas say of numbers, texts and listed values."""

from __future__ import annotations

from ..validation.dialect import DEFAULT
from ..validation.subschemas import REFERENCES, every
from .difference import Finding
from .facts import LEAST, MOST, is_number
from .node import REFERENCE
from .sameness import equal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .comparison import Comparison
    from .difference import Parts
    from .facts import Facts
    from .node import Node

# Of one value the engine itself can say whether these are kept.
_PLAIN = frozenset(
    (
        "type",
        "enum",
        "const",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "format",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
        "required",
    )
)
_LONGEST = 60  # characters of a value that is shown


def decided_by_values(given: Sequence[Node], facts: Facts, node: Node, parts: Parts, found: list[Finding]) -> bool:
    """Hold each value that there can be against a schema; add to ``found`` what is refused.

    Returns True when that was all of the schema: it refers to no other, which would be judged elsewhere.
    """
    says_which = "enum" in node.words or "const" in node.words
    values = facts.listed() if says_which else facts.values
    if values is None:
        if says_which:
            listed = node.words["enum"] if "enum" in node.words else [node.words["const"]]
            found.append(Finding("enum", parts, None, ", ".join(map(shown, listed)) or "nothing"))
        return False
    for one in given:
        if isinstance(one.contents, dict) and one.words.keys() - _PLAIN:
            values = list(filter(_judge(one, _is_whole(one)), values))
    is_whole = _is_whole(node)
    judge = _judge(node, is_whole)
    found += [Finding("enum", parts, shown(value), None) for value in values if not judge(value)]
    return is_whole and facts.values is not None


def _is_whole(node: Node) -> bool:
    """True when a schema refers to no other."""
    return not any(word in inside for _, inside in every(node.contents) for word in REFERENCES)


def _judge(node: Node, is_whole: bool) -> Callable[[Any], bool]:
    """Return what says whether a value fits a schema, or what it says of values without looking into them."""
    from ..validation.schema import Schema

    # Up to draft 7 nothing counts beside a reference.
    is_alone = REFERENCE in node.words and node.source.draft <= 7
    said = {
        word: held
        for word, held in node.contents.items()
        if word not in ("$id", "id", "$schema") and (is_whole or (word in _PLAIN and not is_alone))
    }
    return Schema({"$schema": _DIALECTS[node.source.draft], **said}).compile().is_valid


_DIALECTS = {
    4: "http://json-schema.org/draft-04/schema#",
    6: "http://json-schema.org/draft-06/schema#",
    7: "http://json-schema.org/draft-07/schema#",
    2019: "https://json-schema.org/draft/2019-09/schema",
    2020: DEFAULT,
}


def numbers(_comparison: Comparison, given: Sequence[Node], facts: Facts, node: Node, parts: Parts) -> list[Finding]:
    """Return what keeps numbers from fitting."""
    if facts.values is not None:
        return []  # each was judged
    found = []
    words = node.words
    for word, bound in (("minimum", facts.lower), ("exclusiveMinimum", facts.lower)):
        if is_number(words.get(word)) and not _is_within(bound, words[word], word != "minimum", upwards=True):
            found.append(_bound(word, parts, bound, words[word], ("at least", "above")))
    for word, bound in (("maximum", facts.upper), ("exclusiveMaximum", facts.upper)):
        if is_number(words.get(word)) and not _is_within(bound, words[word], word != "maximum", upwards=False):
            found.append(_bound(word, parts, bound, words[word], ("at most", "below")))
    step = words.get("multipleOf")
    if is_number(step) and not (step == 1 and "fraction" not in facts.kinds):
        steps = [one.words["multipleOf"] for one in given if is_number(one.words.get("multipleOf"))]
        if not any(one == step or _is_multiple(one, step) for one in steps):
            found.append(Finding("multipleOf", parts, shown(steps[0]) if steps else None, shown(step)))
    return found


def _is_within(bound: tuple[Any, bool] | None, limit: Any, is_strict: bool, *, upwards: bool) -> bool:
    if bound is None:
        return False
    value, is_out = bound
    if value == limit:
        return is_out or not is_strict
    return bool(value > limit if upwards else value < limit)


def _is_multiple(one: Any, step: Any) -> bool:
    return isinstance(one, int) and isinstance(step, int) and step != 0 and one % step == 0


def _bound(word: str, parts: Parts, bound: tuple[Any, bool] | None, limit: Any, words: tuple[str, str]) -> Finding:
    if bound is None:
        return Finding(word, parts, None, shown(limit))
    said = f"{words[word.startswith('exclusive')]} {shown(limit)}"
    return Finding(word, parts, f"{words[bound[1]]} {shown(bound[0])}", said)


def sizes(kind: str, facts: Facts, node: Node, parts: Parts) -> list[Finding]:
    """Return the bounds of length or size, for one kind of value, that do not follow."""
    if facts.values is not None:
        return []  # each was judged
    found = []
    for word, about in (*LEAST.items(), *MOST.items()):
        limit: Any = node.words.get(word)
        if about != kind or not is_number(limit) or (word in LEAST and limit <= 0):
            continue
        have: Any = facts.bounds.get(word)
        if not is_number(have) or (have < limit if word in LEAST else have > limit):
            found.append(Finding(word, parts, shown(have) if have else None, shown(limit)))
    return found


def texts(_comparison: Comparison, given: Sequence[Node], facts: Facts, node: Node, parts: Parts) -> list[Finding]:
    """Return what keeps texts from fitting."""
    if facts.values is not None:
        return []  # each was judged
    found = sizes("string", facts, node, parts)
    for word in ("pattern", "format"):
        said = node.words.get(word)
        if said is None:
            continue
        # What a format is was drawn narrower from draft to draft.
        ours = [one for one in given if word in one.words]
        if not any(
            equal(one.words[word], said) and (word == "pattern" or one.source.draft == node.source.draft)
            for one in ours
        ):
            found.append(Finding(word, parts, shown(ours[0].words[word]) if ours else None, shown(said)))
    return found


def shown(value: object) -> str:
    """Return a value of a schema as its JSON, cut to 60 characters."""
    import json

    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
