"""How much work a schema can make: bounds that are worked out before the work is begun.

A schema of a few lines can ask for more than any machine can do: eighteen definitions that each refer twice to the
next are 262,144 checks of one value, and every check that fails is an error that is built and kept.
"""

from __future__ import annotations

from .subschemas import REFERENCES, applied

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from .resources import Resources

    Based: TypeAlias = tuple[Any, str]


class Weight:
    """What one schema asks for.

    Arguments: ``count`` is how many schemas apply to one value at most, each as often as a reference repeats it;
    ``height`` how many of them stand inside one another, the outermost included; ``total`` the same as ``count`` for
    a value and all that is below it, a way that leads back to itself walked once.
    """

    __slots__ = ("count", "height", "total")

    def __init__(self, count: int, height: int, total: int) -> None:
        self.count = count
        self.height = height
        self.total = total


def weigh(contents: Any, resources: Resources) -> Weight:
    """Return what a schema asks for at most, wherever in a document.

    Arguments: ``resources`` know what its references mean. One pass, no recursion.
    """
    inside = resources.inside
    # schema -> its count, height and total
    done: dict[int, tuple[int, int, int]] = {}
    begun: set[int] = set()
    # A schema that is not done when it is met again is one that this one stands inside: a way back, counted once.
    once = (1, 1, 1)
    most = [1, 1, 1]
    waiting: list[tuple[dict[str, Any], str, tuple[list[Any], list[Any]] | None]] = []
    if isinstance(contents, dict):
        waiting.append((contents, resources.base_uri, None))
    while waiting:
        schema, base, reached = waiting.pop()
        key = id(schema)
        if reached is None:
            if key in begun:
                continue
            begun.add(key)
            same, below = applied(schema)
            followed: list[Based] = []
            for keyword in REFERENCES:
                reference = schema.get(keyword)
                if isinstance(reference, str):
                    followed.append(resources.follow(base, reference))
            if not (same or below or followed):
                done[key] = (1, 1, 1)
                continue
            ahead = [(one, inside(one, base)) for one in (*same, *below)] + followed
            waiting.append((schema, base, (same + [one for one, _ in followed], below)))
            waiting += [(one, where, None) for one, where in ahead if isinstance(one, dict) and id(one) not in begun]
            continue
        count, height, total = 1, 0, 1
        for one in reached[0]:
            weight = done.get(id(one), once)
            count += weight[0]
            height = max(height, weight[1])
            total += weight[2]
        for one in reached[1]:
            total += done.get(id(one), once)[2]
        done[key] = (count, height + 1, total)
        most = [max(most[0], count), max(most[1], height + 1), max(most[2], total)]
    return Weight(*most)


class Effort:
    """What it takes to name all that is wrong with one document.

    Arguments: ``checks`` is how often a schema is held against a value, ``copies`` how many values are copied when
    every check fails, for the engine copies the value into each error; ``depth`` and ``nodes`` are the document's;
    ``most`` is the number of checks after which counting stops.
    """

    __slots__ = ("checks", "copies", "depth", "most", "nodes")

    def __init__(self, checks: int, copies: int, depth: int, nodes: int, most: int) -> None:
        self.checks = checks
        self.copies = copies
        self.depth = depth
        self.nodes = nodes
        self.most = most


class _Sum:
    """The checks and copies of one schema and one value, and the pairs whose own come on top."""

    __slots__ = ("checks", "copies", "pairs")

    def __init__(self, copies: int) -> None:
        self.checks = 1
        self.copies = copies
        self.pairs: list[tuple[int, int]] = []


def effort(tree: Any, contents: Any, resources: Resources, most: int, most_a_value: int = 0) -> Effort:
    """Return what naming everything wrong in ``tree`` takes at most.

    Arguments: ``contents`` is the schema; ``resources`` know what its references mean; counting stops soon after
    ``most`` checks and ``most_a_value`` more for each value of the tree. A pattern counts as if it matched each key.
    Each pair of a schema and a value is worked out once, so this is quick where the engine, which walks every way,
    would not be.
    """
    sizes, depth = _sizes(tree)
    nodes = sizes.get(id(tree), 1)
    most += most_a_value * nodes
    inside = resources.inside
    # (schema, value) -> checks and copies; a value that holds no others is the same as any other such value
    done: dict[tuple[int, int], tuple[int, int]] = {}
    begun: set[tuple[int, int]] = set()
    same: dict[int, list[Based]] = {}

    def beside(schema: dict[str, Any], base: str) -> list[Based]:
        found = same.get(id(schema))
        if found is None:
            found = [(one, inside(one, base)) for one in applied(schema)[0] if isinstance(one, dict)]
            found += [resources.follow(base, schema[word]) for word in REFERENCES if isinstance(schema.get(word), str)]
            same[id(schema)] = found
        return found

    waiting: list[tuple[Any, str, Any, _Sum | None]] = [(contents, resources.base_uri, tree, None)]
    while waiting:
        schema, base, value, reached = waiting.pop()
        if not isinstance(schema, dict):
            continue
        held = isinstance(value, dict | list)
        key = (id(schema), id(value) if held else 0)
        if reached is not None:
            checks, copies = reached.checks, reached.copies
            for pair in reached.pairs:
                below = done.get(pair, (1, 0))
                checks, copies = checks + below[0], copies + below[1]
            done[key] = (checks, copies)
            if checks > most:
                return Effort(checks, copies, depth, nodes, most)
            continue
        if key in begun:
            continue
        begun.add(key)
        total = _Sum(_assertions(schema) * (sizes[key[1]] if held else 1))
        # Its turn comes again when all that is put on top of it is done.
        waiting.append((schema, base, value, total))
        for one, where in beside(schema, base):
            total.pairs.append((id(one), key[1]))
            waiting.append((one, where, value, None))
        for one, item in _fitting(schema, value) if held else ():
            if not isinstance(one, dict):
                continue
            where = inside(one, base)
            if isinstance(item, dict | list):
                total.pairs.append((id(one), id(item)))
                waiting.append((one, where, item, None))
            elif beside(one, where):
                total.pairs.append((id(one), 0))
                waiting.append((one, where, item, None))
            else:
                total.checks += 1
                total.copies += len(one)
    checks, copies = done.get((id(contents), id(tree) if id(tree) in sizes else 0), (1, 0))
    return Effort(checks, copies, depth, nodes, most)


def _fitting(schema: dict[str, Any], value: Any) -> list[tuple[Any, Any]]:
    """Return each subschema of a schema with each entry or item of a value that it may apply to."""
    found: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        declared = schema.get("properties")
        declared = declared if isinstance(declared, dict) else {}
        patterns = schema.get("patternProperties")
        every = list(patterns.values()) if isinstance(patterns, dict) else []
        every += [schema[word] for word in ("unevaluatedProperties",) if isinstance(schema.get(word), dict)]
        other = schema.get("additionalProperties")
        for name, item in value.items():
            if name in declared:
                found.append((declared[name], item))
            elif isinstance(other, dict):
                found.append((other, item))
            found += [(one, item) for one in every]
        return found
    items = schema.get("items")
    first = items if isinstance(items, list) else schema.get("prefixItems")
    first = first if isinstance(first, list) else []
    rest = schema.get("additionalItems") if isinstance(items, list) else items
    every = [schema[word] for word in ("contains", "unevaluatedItems") if isinstance(schema.get(word), dict)]
    for index, item in enumerate(value):
        subschema = first[index] if index < len(first) else rest
        if isinstance(subschema, dict):
            found.append((subschema, item))
        found += [(one, item) for one in every]
    return found


def _assertions(schema: dict[str, Any]) -> int:
    required = schema.get("required")
    return len(schema) + (len(required) if isinstance(required, list) else 0)


def _sizes(tree: Any) -> tuple[dict[int, int], int]:
    """Return how many values each mapping and list of a tree holds, itself included, and how deep the tree is."""
    sizes: dict[int, int] = {}
    deepest = 0
    waiting: list[tuple[Any, int, bool]] = [(tree, 1, False)]
    while waiting:
        holder, depth, finished = waiting.pop()
        if not isinstance(holder, dict | list):
            continue
        items = holder.values() if isinstance(holder, dict) else holder
        if finished:
            sizes[id(holder)] = 1 + sum(sizes.get(id(item), 1) for item in items)
            continue
        if id(holder) in sizes:
            continue
        deepest = max(deepest, depth)
        waiting.append((holder, depth, True))
        waiting += [(item, depth + 1, False) for item in items]
    return sizes, deepest
