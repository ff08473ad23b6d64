"""A graph of versions in a few lines of text."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_LINES = 12
_MOST_IN_LINE = 8  # versions; of a longer chain the ends are shown
_ENDS = 3


def drawn(
    versions: Sequence[str],
    up: Mapping[str, Sequence[str]],
    down: Mapping[str, Sequence[str]],
    marked: str | None = None,
) -> str:
    """Return the chains of a graph, one a line, and every branch in a line of its own.

    Arguments: ``versions`` in order; ``up`` and ``down`` say where each version leads to; ``marked`` is in brackets.
    """
    lines: list[str] = []
    seen: set[tuple[str, str]] = set()
    both = {start: list(ends) for start, ends in up.items()}
    for start, ends in down.items():
        for end in ends:
            if start not in both.get(end, ()):
                both.setdefault(end, []).append(start)
    for version in versions:
        for end in both.get(version, ()):
            if (version, end) in seen:
                continue
            chain = [version, end]
            seen.add((version, end))
            while True:
                further = [other for other in both.get(chain[-1], ()) if (chain[-1], other) not in seen]
                if not further:
                    break
                seen.add((chain[-1], further[0]))
                chain.append(further[0])
            lines.append(_line(chain, up, down, marked))
    lone = [version for version in versions if not any(version in pair for pair in seen)]
    lines += [_named(version, marked) for version in lone]
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], f"… and {len(lines) - _MOST_LINES + 1} more lines"]
    return "\n".join(f"  {line}" for line in lines)


def _line(
    chain: Sequence[str], up: Mapping[str, Sequence[str]], down: Mapping[str, Sequence[str]], marked: str | None
) -> str:
    from itertools import pairwise

    pieces = [_named(chain[0], marked)]
    for start, end in pairwise(chain):
        upward, downward = end in up.get(start, ()), start in down.get(end, ())
        pieces += ["<->" if upward and downward else "->" if upward else "<-", _named(end, marked)]
    if len(chain) <= _MOST_IN_LINE:
        return " ".join(pieces)
    kept = {index for index in range(len(chain)) if index < _ENDS or index >= len(chain) - _ENDS}
    if marked in chain:
        at = chain.index(marked)
        kept |= {index for index in range(at - 1, at + 2) if 0 <= index < len(chain)}
    words: list[str] = []
    left_out = 0
    for index in range(len(chain)):
        if index not in kept:
            left_out += 1
            continue
        if left_out:
            words += [f"… {left_out} more …"]
            left_out = 0
        elif index:
            words.append(pieces[2 * index - 1])
        words.append(pieces[2 * index])
    return " ".join(words)


def _named(version: str, marked: str | None) -> str:
    return f"[{version}]" if version == marked else version
