"""``Layer``: one contribution to a document, and where in it each value stands."""

from __future__ import annotations

from ..merge import Items

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, TypeAlias

    from ..diagnostic import Diagnostic
    from ..sources.environment import Variable
    from ..tree import Tree
    from ..validation.source_text import SourceText

    Parts: TypeAlias = tuple[str | int, ...]


class Override:
    """A value that a program sets over all other layers.

    Arguments: ``parts`` is the place inside the document; ``call_site`` says where the program does it.
    """

    __slots__ = ("call_site", "parts", "value")

    def __init__(self, parts: Sequence[str | int], value: Any, call_site: str) -> None:
        self.parts = tuple(parts)
        self.value = value
        self.call_site = call_site

    def __repr__(self) -> str:
        return f"<Override {self.parts} at {self.call_site}>"


class Layer:
    """One contribution to a document.

    Arguments: ``label`` is ``base``, ``profile:NAME``, ``local``, ``dotenv``, ``environment`` or ``override``; ``tree``
    is what it holds. A layer from a file has ``file`` as the user named it, its exact ``data`` and ``format_name``, and
    the decoder's ``warnings``; one of variables has ``variables``, one of overrides ``call_sites``, by place.
    """

    __slots__ = ("_source", "call_sites", "data", "file", "format_name", "label", "tree", "variables", "warnings")

    def __init__(
        self,
        label: str,
        tree: Tree,
        *,
        file: str | None = None,
        data: bytes | None = None,
        format_name: str | None = None,
        warnings: Sequence[Diagnostic] = (),
        variables: Mapping[Parts, Variable] | None = None,
        call_sites: Mapping[Parts, str] | None = None,
    ) -> None:
        self.label = label
        self.tree = tree
        self.file = file
        self.data = data
        self.format_name = format_name
        self.warnings = warnings
        self.variables = variables or {}
        self.call_sites = call_sites or {}
        self._source: SourceText | None = None

    @property
    def kind(self) -> str:
        """``base``, ``profile``, ``local``, ``dotenv``, ``environment`` or ``override``."""
        return self.label.partition(":")[0]

    def position(self, parts: Parts) -> tuple[int, int] | None:
        """Return the line and column, from 1, of the entry at ``parts`` in the layer's file: of its key if it has one.

        None where the layer is no file. Worked out from the layer's own bytes when it is first asked for.
        """
        if self.data is None or self.format_name is None:
            return None
        if self._source is None:
            from ..validation.source_text import SourceText

            self._source = SourceText(self.data, self.format_name)
        span = self._source.span(parts, "key")
        return self._source.lines.position(span[0]) if span is not None else None

    def variable(self, parts: Parts) -> Variable | None:
        """Return the variable that set the value at ``parts``, or the first of those that set something in it."""
        found: Variable | None = _covering(self.variables, parts)
        return found

    def call_site(self, parts: Parts) -> str | None:
        """Return where the override of the value at ``parts`` was made, or the first of those in it."""
        found: str | None = _covering(self.call_sites, parts)
        return found

    def __repr__(self) -> str:
        return f"<Layer {self.label}{f' {self.file}' if self.file else ''}>"


def _covering(by_parts: Mapping[Parts, Any], parts: Parts) -> Any:
    for length in range(len(parts), -1, -1):
        if parts[:length] in by_parts:
            return by_parts[parts[:length]]
    return next((one for place, one in by_parts.items() if place[: len(parts)] == parts), None)


def plain(value: Any) -> Any:
    """Return a layer's value without ``Items``: a list, with None for the items that the layer leaves alone."""
    kind = type(value)
    if kind is Items:
        return [plain(value.get(index)) for index in range(max(value, default=-1) + 1)]
    if kind is dict:
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if kind is list else value
