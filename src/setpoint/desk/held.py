"""``Held``: a value as it is handed out."""

from __future__ import annotations


class Held:
    """A value, ready to be handed out.

    Arguments: ``body`` is its JSON, masked if it has to be; ``etag`` its strong entity tag, in its quotation marks;
    ``generation`` the number of the system's state that it was read in: what changes later has a higher one.
    """

    __slots__ = ("body", "etag", "generation")

    def __init__(self, body: bytes, etag: str, generation: int) -> None:
        self.body = body
        self.etag = etag
        self.generation = generation

    def __repr__(self) -> str:
        return f"<Held {len(self.body)} bytes, {self.etag}, generation {self.generation}>"
