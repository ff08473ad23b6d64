"""What the API's bodies and answers look like: JSON Schemas (2020-12), and the few words they are written with.

An answer's object names every member that it has, and says nothing about others: a member may be added later. A body's
object is closed: a member that nobody reads is a slip of whoever sent it. What carries a ``title`` is described once
in the OpenAPI document, however often it is used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TypeAlias

    Shape: TypeAlias = dict[str, Any]

# -- words -------------------------------------------------------------------------------------------------------------


def text(description: str = "", **rules: Any) -> Shape:
    """Return the schema of a text."""
    return _described({"type": "string", **rules}, description)


def number(description: str = "", **rules: Any) -> Shape:
    """Return the schema of a number."""
    return _described({"type": "number", **rules}, description)


def whole(description: str = "", **rules: Any) -> Shape:
    """Return the schema of a whole number."""
    return _described({"type": "integer", **rules}, description)


def truth(description: str = "") -> Shape:
    """Return the schema of a boolean."""
    return _described({"type": "boolean"}, description)


def several(items: Shape | bool, description: str = "", **rules: Any) -> Shape:
    """Return the schema of a list."""
    return _described({"type": "array", "items": items, **rules}, description)


def by_name(values: Shape | bool, description: str = "", **rules: Any) -> Shape:
    """Return the schema of an object whose names are not known beforehand."""
    return _described({"type": "object", "additionalProperties": values, **rules}, description)


def anything(description: str) -> Shape:
    """Return the schema of any value of a document: whatever JSON can hold."""
    return {"description": description}


def or_null(shape: Shape) -> Shape:
    """Return the schema of something that may be null."""
    if "title" in shape or "type" not in shape:
        return {"anyOf": [shape, {"type": "null"}]}
    made = {**shape, "type": [shape["type"], "null"]}
    if "enum" in shape:
        made["enum"] = [*shape["enum"], None]
    return made


def record(title: str, members: dict[str, Shape], description: str = "", *, optional: Iterable[str] = ()) -> Shape:
    """Return the schema of an object in an answer. Arguments: ``optional`` are members that may be missing."""
    required = [name for name in members if name not in frozenset(optional)]
    shape = {"title": title, "type": "object", "properties": members, "required": required}
    return _described(shape, description)


def body(title: str, members: dict[str, Shape], description: str = "", *, required: Iterable[str] = ()) -> Shape:
    """Return the schema of an object in a body: it has no other members."""
    shape: Shape = {"title": title, "type": "object", "properties": members, "additionalProperties": False}
    if required:
        shape["required"] = list(required)
    return _described(shape, description)


def _described(shape: Shape, description: str) -> Shape:
    return {**shape, "description": description} if description else shape


# -- what several routes share -----------------------------------------------------------------------------------------

TREE = by_name(True, "A document's tree: an object of any shape; its own schema judges it.")
TREE["title"] = "Tree"
VALUE = anything("A value of a document: whatever JSON can hold.")
ETAG = text("The strong entity tag, in its quotation marks.", pattern='^"[!#-~]{16,}"$')
NAME = text("A document's name.")
MOMENT = text("A time as in RFC 3339, in UTC.", format="date-time")
SECONDS = number("A time in seconds since 1970, UTC.")
GENERATION = whole("The number of the system's state; each change of what is served counts it up.", minimum=0)
VERSION = or_null(text("The version of a document's shape; null where it has none."))
LAYER = text(
    "The layer that is written: base, local, or profile:NAME.", pattern="^(base|local|profile:[A-Za-z0-9_-]+)$"
)
NOTES = several(text(), "What could not be as it should, or needs a look.")

DIAGNOSTIC = record(
    "Diagnostic",
    {
        "file": or_null(text("The file, as the server names it.")),
        "line": or_null(whole("Counted from 1.")),
        "column": or_null(whole("Counted from 1, in characters.")),
        "end_line": or_null(whole()),
        "end_column": or_null(whole("Behind the last character.")),
        "path": or_null(text("A JSON Pointer into the document; empty for its root, null for the whole file.")),
        "rule": text("The stable id of this kind of finding."),
        "severity": text(enum=["error", "warning"]),
        "message": text("What is wrong, and what was expected."),
        "suggestion": or_null(text("What to do.")),
        "layer": or_null(text("The layer that brought the value.")),
    },
    "One finding: what is wrong, where, and what to do.",
)

REVISION = record(
    "Revision",
    {
        "document": NAME,
        "number": whole("1, 2, 3 … for each document, without gaps.", minimum=1),
        "time": MOMENT,
        "author": text("Who: the name of the principal, for a change through this API."),
        "cause": text("By what kind of act: set, rollback, found …"),
        "reason": or_null(text("Why.")),
        "version": VERSION,
        "digest": or_null(text("SHA-256 of the names and bytes of the files; null when the content was purged.")),
        "deleted": truth("True when the document was removed."),
        "group": whole("The same for all documents that were recorded together."),
        "entry": whole("Its place in the whole record, over all documents."),
        "purged": truth("True when its content was taken out of the record."),
    },
    "A point in a document's history.",
)

DONE = record(
    "Done",
    {
        "documents": several(NAME, "The documents that changed; none for a dry run, or when nothing had to change."),
        "revisions": several(REVISION),
        "diff": text("The differences of the files, as people read them, with secrets masked."),
        "notes": NOTES,
        "generation": GENERATION,
        "etags": by_name(ETAG, "The entity tag of each document of the change, as it is now."),
    },
    "What a change has done or, with dry_run, would do.",
)
