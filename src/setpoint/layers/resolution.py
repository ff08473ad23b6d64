"""``Resolution``: the resolved tree of one document, the layers it is made of, and what is wrong with it."""

from __future__ import annotations

from ..address import format_address, lookup, pointer, reach
from ..merge import contributions, replaces
from .layer import plain
from .origin import Explanation, Origin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, TypeAlias

    from ..merge import Appends, Contribution
    from ..report import Report
    from ..tree import Tree
    from ..validation.defaults import Default
    from ..validation.schema import Schema
    from .layer import Layer

    Parts: TypeAlias = tuple[str | int, ...]


class Resolution:
    """What the layers of one document make together.

    ``tree`` is the resolved tree, with the schema's defaults; ``layers`` go from the base up; ``defaults`` are the
    defaults that were filled in, by place; ``schema`` is the schema it was held against, ``report`` what is wrong.
    ``parsed`` is False, and there is no tree, when a layer could not be read. A tree with errors in its report is there
    to be looked at, not to be served.
    """

    __slots__ = ("_secrets", "appends", "defaults", "document", "layers", "parsed", "report", "schema", "tree")

    def __init__(
        self,
        document: str,
        tree: Tree,
        layers: Sequence[Layer],
        report: Report,
        *,
        schema: Schema | None = None,
        appends: Appends = replaces,
        defaults: Mapping[Parts, Default] | None = None,
        parsed: bool = True,
    ) -> None:
        self.document = document
        self.tree = tree
        self.layers = tuple(layers)
        self.report = report
        self.schema = schema
        self.appends = appends
        self.defaults = defaults or {}
        self.parsed = parsed
        self._secrets: list[Parts] | None = None

    def contributions(self, parts: Sequence[str | int]) -> tuple[list[Contribution], list[Contribution]]:
        """Return which layers make the value at ``parts``, and which are shadowed there, by number."""
        return contributions([layer.tree for layer in self.layers], parts, self.appends)

    def default_of(self, parts: Sequence[str | int]) -> tuple[Parts, Default] | None:
        """Return the default that the value at ``parts`` is or lies in, and its place, or None."""
        at = tuple(parts)
        for length in range(len(at), 0, -1):
            default = self.defaults.get(at[:length])
            if default is not None:
                return at[:length], default
        return None

    def explain(self, parts: Sequence[str | int]) -> Explanation:
        """Return who set the value at ``parts``, and each value that it shadows.

        Worked out now, from the bytes that the layers were read from. Raises ``ConfigNotFoundError`` with the near
        keys when there is no such value, ``UsageError`` when ``parts`` goes on below a single value.
        """
        value = reach(self.tree, [str(part) for part in parts], self.document)
        at = self.normal(parts)
        filled = self.default_of(at)
        making, shadowed = self.contributions(at)
        origins = [self._origin(one, at) for one in making]
        below = [self._origin(one, at) for one in shadowed]
        if filled is not None:
            place, default = filled
            origins = [self._default_origin(default, lookup(default_tree(default, place), at), at)]
            if place != at:
                origins[0].value = value
                origins[0].shown = self.shown(at, value)
        else:
            default_here = self._default_at(at)
            if default_here is not None:
                below.append(self._default_origin(default_here, default_here.value, at))
        address = format_address((self.document, *at))
        return Explanation(address, value, origins, below, self.shown(at, value))

    def origin(self, parts: Parts) -> Origin | None:
        """Return the highest of the layers that make the value at ``parts``, and where it does; None when none does.

        Without any value: this is for telling of a whole document who set what, at a small part of the cost of
        ``explain`` for each of its places.
        """
        filled = self.default_of(parts)
        if filled is not None:
            default = filled[1]
            file = default.document.file or default.document.uri
            return Origin("default", None, file=file, schema_path=pointer(default.parts))
        making, _ = self.contributions(parts)
        return self._place(making[0], None, None) if making else None

    def normal(self, parts: Sequence[str | int]) -> Parts:
        """Return parts with the indexes of lists in the tree as numbers."""
        return indexed(parts, self.tree)

    def _default_at(self, parts: Parts) -> Default | None:
        if self.schema is None:
            return None
        from ..validation.defaults import plan_of

        return plan_of(self.schema).default_at(parts)

    def _origin(self, one: Contribution, at: Parts) -> Origin:
        value = plain(one.value)
        return self._place(one, value, self.shown(at, value))

    def _place(self, one: Contribution, value: Any, shown: Any) -> Origin:
        layer = self.layers[one.layer]
        position = layer.position(one.parts)
        variable = layer.variable(one.parts)
        file = layer.file
        if variable is not None and variable.file is not None and variable.line is not None:
            file, position = variable.file, (variable.line, variable.column or 1)
        return Origin(
            layer.label,
            value,
            file=file,
            line=position[0] if position is not None else None,
            column=position[1] if position is not None else None,
            variable=variable.name if variable is not None else None,
            call_site=layer.call_site(one.parts),
            shown=shown,
        )

    def _default_origin(self, default: Default, value: Any, at: Parts) -> Origin:
        file = default.document.file or default.document.uri
        return Origin("default", value, file=file, schema_path=pointer(default.parts), shown=self.shown(at, value))

    def shown(self, at: Parts, value: Any) -> Any:
        """Return a value of this place as it may be shown: with what is secret there masked."""
        from ..secret import MASK
        from ..validation.masking import masked, secret_by_name

        if self._hidden(at):
            return MASK
        nested = _nested(at, value)
        secrets = self.schema.secret_parts(nested) if self.schema is not None else secret_by_name(nested)
        return masked(nested, at, secrets)

    def _hidden(self, at: Parts) -> bool:
        """True when the place is secret by what the resolved tree has there."""
        if self._secrets is None:
            from ..validation.masking import secret_by_name

            self._secrets = (
                self.schema.secret_parts(self.tree) if self.schema is not None else secret_by_name(self.tree)
            )
        return any(at[: len(secret)] == secret for secret in self._secrets)

    def __repr__(self) -> str:
        return f"<Resolution {self.document}: {', '.join(layer.label for layer in self.layers)}>"


def default_tree(default: Default, place: Parts) -> Any:
    """Return a tree that has a default at its place and nothing else."""
    return _nested(place, default.value)


def _nested(parts: Parts, value: Any) -> Any:
    """Return a tree that has a value at ``parts`` and nothing beside it."""
    for part in reversed(parts):
        value = [*[None] * part, value] if isinstance(part, int) else {part: value}
    return value


def indexed(parts: Sequence[str | int], tree: Tree) -> Parts:
    """Return parts with the indexes of lists that are in a tree as numbers, other parts as text."""
    at: Parts = ()
    value: Any = tree
    for part in parts:
        step: str | int = str(part)
        if isinstance(value, list) and str(part).isdecimal() and int(part) < len(value):
            step = int(part)
            value = value[step]
        else:
            value = value.get(step) if isinstance(value, dict) else None
        at = (*at, step)
    return at
