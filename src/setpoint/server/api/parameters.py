"""The parameters that several routes take, and how a place inside a document is written in a path."""

from __future__ import annotations

from ...address import parse_pointer
from ..problem import Problem
from ..route import Parameter
from .shapes import LAYER, text, truth, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..call import Call

_PART = "[A-Za-z0-9_-]+"

NAME = Parameter(
    "name",
    "path",
    text(pattern=f"^{_PART}(~1{_PART})*$"),
    required=True,
    description="The document's name; `~1` stands for a slash: `team~1service`.",
)
POINTER = Parameter(
    "pointer",
    "path",
    text(pattern="^([^~]|~[01])*$"),
    required=True,
    description="The place in the document: a JSON Pointer (RFC 6901) without its first slash, `queue/max_size`.",
)
REASON = Parameter(
    "reason", "query", text(maxLength=1000), required=False, description="Why, for the record of revisions."
)
DRY_RUN = Parameter(
    "dry_run", "query", truth(), required=False, description="Judge the change and show its diff; write nothing."
)
IN_LAYER = Parameter(
    "layer", "query", LAYER, required=False, description="The layer that is written; base unless given."
)

_TAG = '(W/)?"[!#-~]*"'
_TAGS = text(pattern=f"^(\\*|{_TAG}(, ?{_TAG}){{0,99}})$", examples=["*"])
IF_MATCH = Parameter(
    "If-Match",
    "header",
    _TAGS,
    required=True,
    description="The ETag of what is changed, as it was read, or of the document it is in; `*` takes any state.",
)
IF_MATCH_OR_NEW = Parameter("If-Match", "header", _TAGS, required=False, description=IF_MATCH.description)
IF_NONE_MATCH = Parameter(
    "If-None-Match",
    "header",
    text(enum=["*"]),
    required=False,
    description="With * in place of If-Match the document must not be there yet, and is made.",
)


def limit(most: int, usual: int) -> Parameter:
    """Return the parameter that says how many there are in one answer."""
    return Parameter(
        "limit",
        "query",
        whole(minimum=1, maximum=most, default=usual),
        required=False,
        description=f"How many at most; {usual} unless given.",
    )


def parts_of(call: Call) -> tuple[str, ...]:
    """Return the place that a path names, as parts."""
    return parse_pointer(f"/{call.path['pointer']}")


def tags_of(call: Call) -> tuple[str, ...]:
    """Return the tags of the ``If-Match`` that a change must bring. Raises ``Problem``: 400, 412, or 428 without it.

    The gate takes ``If-None-Match: *`` for a condition too; it is one for what makes something new.
    """
    if not call.if_match:
        raise Problem(
            428, "precondition-required", "this changes what is there: it needs If-Match with the ETag of that"
        )
    if "*" in call.if_none_match:  # RFC 9110, 13.2.2: either there is nothing, or there is something
        raise Problem(412, "stale", "If-Match and If-None-Match: * cannot both be true; send one of them")
    if call.if_none_match:
        raise Problem(400, "bad-condition", "a change takes no tags in If-None-Match; leave it out")
    return call.if_match
