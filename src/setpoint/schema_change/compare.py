"""``compare_schemas``: what a new schema changes for documents of the old one."""

from __future__ import annotations

from ..errors import SchemaError
from ..tree import canonical
from .comparison import Comparison
from .difference import WIDENED, narrowed, widened
from .node import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..validation.schema import Schema
    from .difference import Difference

# What a schema's own check says when only something that it refers to is missing.
_LOST = "unresolved-reference"


class SchemaChange:
    """What differs between two schemas.

    ``differences`` are first those that may break a document, then those that only allow more; ``is_compatible`` is
    True when every document that fits the old schema fits the new one; ``is_same`` when the same documents fit both.
    """

    __slots__ = ("differences",)

    def __init__(self, differences: tuple[Difference, ...]) -> None:
        self.differences = differences

    @property
    def is_compatible(self) -> bool:
        """True when every document that fits the old schema fits the new one."""
        return all(one.kind == WIDENED for one in self.differences)

    @property
    def is_same(self) -> bool:
        """True when the same documents fit both."""
        return not self.differences

    def __repr__(self) -> str:
        return f"<SchemaChange {'compatible' if self.is_compatible else 'breaking'}, {len(self.differences)}>"


def compare_schemas(old: Schema, new: Schema) -> SchemaChange:
    """Return what a new schema changes for documents of the old one.

    It is on the safe side: compatible means that every document that fits ``old`` fits ``new``; breaking, that this
    could not be shown. ``$ref``s are followed, in circles too. Descriptions, titles and the like do not matter; a
    default does where its key is required. Raises ``SchemaError`` for a schema that cannot work; one that lacks only
    what it refers to is compared as far as it goes.
    """
    before, after = _source(old), _source(new)
    if _documents(before) == _documents(after):
        return SchemaChange(())
    breaking = [narrowed(one) for one in Comparison().within([before.root], after.root, ())]
    # The other way round it shows what is allowed now. What is narrower at the same place is one difference, but keys
    # and values that come and go are told one by one.
    places = {(one.parts, _subject(one.keyword)) for one in breaking}
    more = [
        widened(one)
        for one in Comparison().within([after.root], before.root, ())
        if one.keyword in ("required", "enum")
        or (one.keyword != "default" and (one.parts, _subject(one.keyword)) not in places)
    ]
    found: dict[tuple[object, ...], Difference] = {}
    for one in (*breaking, *more):
        found.setdefault((one.kind, one.parts, one.keyword, one.message), one)
    return SchemaChange(tuple(found.values()))


def _subject(keyword: str) -> str:
    """Return what a keyword is about, so that ``minimum`` and ``exclusiveMinimum`` are one bound."""
    return keyword.replace("exclusiveM", "m")


def _documents(source: Source) -> list[bytes]:
    """Return what stands for all that a schema says, and all that it refers to: not one byte else can matter."""
    first, *others = source.resources.documents
    return [canonical(first.contents), *sorted(canonical([one.uri, one.contents]) for one in others)]


def _source(schema: Schema) -> Source:
    try:
        schema.compile()
    except SchemaError as error:
        if not error.diagnostics or any(one.rule != _LOST for one in error.diagnostics):
            raise
    return Source(schema)
