"""``Origin`` and ``Explanation``: who set a value, and what it shadows."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_WORDS = {
    "dotenv": ".env",
    "environment": "environment variable",
    "override": "override",
    "default": "schema default",
    "running": "kept",
}


class Origin:
    """Where one layer sets a value.

    ``layer`` is ``default``, ``base``, ``profile:NAME``, ``local``, ``dotenv``, ``environment`` or ``override``, or
    ``running`` for what is kept until the program is started again;
    ``value`` is what this layer has there; ``file``, ``line`` and ``column`` (from 1) say where, ``variable`` and
    ``call_site`` for layers of those. A schema's default has the schema's file, and in ``schema_path`` the JSON
    Pointer into it.
    """

    __slots__ = ("call_site", "column", "file", "layer", "line", "schema_path", "shown", "value", "variable")

    def __init__(
        self,
        layer: str,
        value: Any,
        *,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        variable: str | None = None,
        call_site: str | None = None,
        schema_path: str | None = None,
        shown: Any = None,
    ) -> None:
        self.layer = layer
        self.value = value
        self.file = file
        self.line = line
        self.column = column
        self.variable = variable
        self.call_site = call_site
        self.schema_path = schema_path
        self.shown = shown  # the value with each secret in it masked

    @property
    def place(self) -> str:
        """The layer and the place in it, for people: ``profile prod: config/messaging.prod.yaml:3:5``."""
        kind, _, name = self.layer.partition(":")
        words = f"{kind} {name}" if name else _WORDS.get(kind, kind)
        where = self.file or ""
        if self.schema_path is not None:
            where += f"#{self.schema_path}"
        elif self.line is not None:
            where += f":{self.line}:{self.column}"
        if self.variable is not None:
            return f"{words} {self.variable}" if not where else f"{words} {self.variable}: {where}"
        if self.call_site is not None:
            return f"{words}: {self.call_site}"
        return f"{words}: {where}" if where else words

    def to_dict(self) -> dict[str, object]:
        """Return the origin as JSON shows it, with each secret masked."""
        names = ("layer", "file", "line", "column", "variable", "call_site", "schema_path")
        return {**{name: getattr(self, name) for name in names}, "value": self.shown}

    def __str__(self) -> str:
        return self.place

    def __repr__(self) -> str:
        return f"<Origin {self.place}>"


class Explanation:
    """One value, where it comes from, and what it shadows.

    ``origins`` are the layers that make the value, the highest first: one, or several for a merged mapping or an
    appended list; ``origin`` is the first of them. ``shadowed`` are the values of other layers at the same place, the
    highest first, a schema's default last. ``value`` is the real value; text and ``to_dict()`` mask what is secret.
    """

    __slots__ = ("address", "origins", "shadowed", "shown", "value")

    def __init__(
        self, address: str, value: Any, origins: Sequence[Origin], shadowed: Sequence[Origin], shown: Any
    ) -> None:
        self.address = address
        self.value = value
        self.origins = tuple(origins)
        self.shadowed = tuple(shadowed)
        self.shown = shown

    @property
    def origin(self) -> Origin:
        """Where the value comes from: the highest of its layers."""
        return self.origins[0]

    def to_dict(self) -> dict[str, object]:
        """Return the explanation as JSON shows it, with each secret masked."""
        return {
            "address": self.address,
            "value": self.shown,
            "origins": [origin.to_dict() for origin in self.origins],
            "shadowed": [origin.to_dict() for origin in self.shadowed],
        }

    def __str__(self) -> str:
        lines = [f"{self.address} = {_written(self.shown)}", *(f"  from {origin.place}" for origin in self.origins)]
        lines += [f"  shadows {_written(origin.shown)} from {origin.place}" for origin in self.shadowed]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Explanation {self.address}: {self.origin.place}>"


def _written(value: Any) -> str:
    import json

    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else text[:199] + "…"
