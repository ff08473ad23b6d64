"""How large a document may be before it is refused."""

from __future__ import annotations


class Budget:
    """The limits one document must keep.

    Arguments: ``size`` in bytes of its file; ``depth`` in nested mappings and lists, where a flat document has
    depth 1; ``nodes`` in values (mappings, lists and scalars) after aliases and merges are expanded.
    """

    __slots__ = ("depth", "nodes", "size")

    def __init__(self, size: int = 16 * 1024 * 1024, depth: int = 100, nodes: int = 1_000_000) -> None:
        if min(size, depth, nodes) < 1:
            raise ValueError("every limit of a Budget is at least 1")
        if depth > 400:
            # Freezing, copying and validating a tree are recursive; beyond this they would need a larger stack.
            raise ValueError("a Budget's depth is at most 400")
        self.size = size
        self.depth = depth
        self.nodes = nodes

    def __repr__(self) -> str:
        return f"Budget(size={self.size}, depth={self.depth}, nodes={self.nodes})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Budget):
            return NotImplemented
        return (self.size, self.depth, self.nodes) == (other.size, other.depth, other.nodes)

    def __hash__(self) -> int:
        return hash((self.size, self.depth, self.nodes))


DEFAULT_BUDGET = Budget()
