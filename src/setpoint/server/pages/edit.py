"""The form for one value: checked first, with what it would change; written against the tag that was read."""

from __future__ import annotations

import json

from ...address import parse_pointer, pointer
from ...desk import StaleError
from ...errors import ConfigNotFoundError, ConflictError, SetpointError, UsageError
from ...layers.resolution import indexed
from ..problem import status_of
from ..route import Parameter, Route
from .document import AT, NAME, crumbs, known_of
from .field import ABSENT, Field
from .places import document_url, edit_url
from .renderer import go_on, render
from .tree import place_id
from .view import told, view
from .words import as_json, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from starlette.responses import Response

    from ..call import Call

_LAYERS = ("base", "local")
_MOST_READ = 100_000  # characters of what was read that the form brings along, to be shown beside what is there now


class Form:
    """What is edited, and what the form says about it.

    Argument: ``call`` names the place in its path or query; with ``new`` an entry is added there. Raises
    ``ConfigNotFoundError``, ``UsageError``, and whatever reading the document raises.
    """

    def __init__(self, call: Call) -> None:
        self.call = call
        self.name = call.path["name"]
        self.sent: dict[str, str] = call.body or {}
        self.adding = bool(call.query.get("new"))
        place = f"/{call.path['pointer']}" if "pointer" in call.path else call.query["at"]
        whole = json.loads(call.desk.value(self.name).body)
        self.parts = indexed(parse_pointer(place), whole)
        held = call.desk.value(self.name, self.parts)
        self.now: Any = json.loads(held.body)
        self.tag = held.etag
        known = known_of(call.desk, self.name).at(self.parts)
        self.known_keys: list[str] = []
        if self.adding:
            if not isinstance(self.now, dict):
                raise UsageError(
                    f"an entry can be added to a mapping only, and {pointer(self.parts) or 'this'} is none"
                )
            self.known_keys = [key for key in known.keys if key not in self.now]
            self.key = self.sent.get("key", "")
            known = known.below(self.key) if self.key else known.below("")
        self.field = Field(known, ABSENT if self.adding else self.now)

    @property
    def place(self) -> str:
        """The place as a JSON Pointer."""
        return pointer(self.parts)

    @property
    def target(self) -> tuple[str | int, ...]:
        """The place that is written: an entry's own, when one is added."""
        return (*self.parts, self.key) if self.adding else self.parts

    def url(self) -> str:
        """Return the address of this form."""
        return edit_url(self.name, self.place, new=self.adding)

    def options(self, *, dry_run: bool) -> dict[str, Any]:
        """Return what is said about a change beside the value. Raises ``UsageError`` for a layer there is none of."""
        layer = self.sent.get("layer", "base")
        if layer not in _LAYERS:
            raise UsageError(f"there is no layer {layer!r} to be written here; there are {', '.join(_LAYERS)}")
        return {
            "if_match": (self.sent.get("tag", ""),),
            "layer": layer,
            "reason": self.sent.get("reason", "").strip()[:500] or None,
            "dry_run": dry_run,
        }

    def write(self, act: str, *, dry_run: bool) -> dict[str, Any]:
        """Do what a button says, or try it. Returns what was changed. Raises ``SetpointError``."""
        desk, options = self.call.desk, self.options(dry_run=dry_run)
        if act in ("remove", "check-removal"):
            return desk.unset(self.name, self.target, **options)
        value = self.field.value(self.sent.get("value", ""))
        if self.adding and self.key in self.now:
            raise ConflictError(f"there is an entry {self.key!r} already; edit that one")
        if self.adding:  # with the tag of the mapping that it comes into
            return desk.set(self.name, self.target, value, **options)
        if not self.parts:
            del options["layer"]
            return desk.replace(self.name, value, **options)
        return desk.set(self.name, self.parts, value, **options)

    def page(self, *, status: int = 200, removing: bool = False, **facts: Any) -> Response:
        """Return the form, with what was typed as long as that is not secret."""
        field = self.field
        typed = "" if field.secret else self.sent.get("value", field.text)
        read = self.sent.get("read") or as_json(self.now, indent=2)
        may_add = isinstance(self.now, dict) and not self.adding
        return render(
            self.call,
            "edit.html",
            title=f"Edit {self.name} {self.place}".strip(),
            status=status,
            name=self.name,
            pointer=self.place,
            crumbs=crumbs(self.name, self.parts, "Add" if self.adding else "Edit"),
            action=self.url(),
            back=f"{document_url(self.name)}#{place_id(self.place)}",
            add_url=edit_url(self.name, self.place, new=True),
            field=field,
            text=typed.replace("\r\n", "\n"),
            rows=min(30, max(4, typed.count("\n") + 2)),
            read=read if len(read) <= _MOST_READ else "",
            tag=facts.pop("tag", None) or self.sent.get("tag") or self.tag,
            reason=self.sent.get("reason", ""),
            layer=self.sent.get("layer", "base"),
            layers=_LAYERS if self.parts and not self.adding else (),
            adding=self.adding,
            key=self.key if self.adding else "",
            known=self.known_keys,
            may_add=may_add,
            may_remove=bool(self.parts) and not self.adding,
            removing=removing,
            conflict=facts.pop("conflict", None),
            **facts,
        )

    def conflict(self) -> dict[str, Any]:
        """Return what was read, what is there now and what is wanted; and the revisions that came meanwhile."""
        hidden = "not shown: it is secret"
        revisions = self.call.desk.history(self.name, limit=3)["revisions"]
        return {
            "read": hidden if self.field.secret else text(self.sent.get("read", "")).strip() or "(not known any more)",
            "now": hidden if self.field.secret else text(as_json(self.now, indent=2)),
            "yours": hidden if self.field.secret else text(self.sent.get("value", "")),
            "meanwhile": revisions,
        }


@view
def _form(call: Call) -> Response:
    return Form(call).page()


@view
def _sent(call: Call) -> Response:
    act = call.body.get("act", "check")
    try:
        form = Form(call)
    except ConfigNotFoundError:
        if act in ("remove", "check-removal") or "pointer" not in call.path:
            raise
        raise ConflictError("the value was removed since it was read; look at the document, and add it anew") from None
    dry_run = act not in ("save", "remove")
    removing = act in ("remove", "check-removal")
    try:
        done = form.write(act, dry_run=dry_run)
    except StaleError:
        # Saving again is then meant: the form has the tag of what is there now, and shows it.
        return form.page(status=412, conflict=form.conflict(), tag=form.tag, removing=False)
    except SetpointError as error:
        return form.page(status=status_of(error), problem=told(error, "Nothing was written"))
    if dry_run:
        return form.page(preview={"diff": done["diff"], "notes": done["notes"]}, removing=removing)
    said = "removed" if act == "remove" else "saved"
    shown = form.parts[:-1] if act == "remove" else form.target
    return go_on(f"{document_url(form.name)}?done={said}#{place_id(pointer(shown))}")


_NEW = Parameter("new", schema={"type": "boolean", "default": False}, description="add an entry to the mapping")
_FORM = {"type": "object", "additionalProperties": {"type": "string"}}

ROUTES = tuple(
    Route(
        method,
        path,
        handler,
        verb="change",
        scope="document",
        summary=summary,
        parameters=(NAME, _NEW) if "pointer" in path else (NAME, AT, _NEW),
        body=None if method == "GET" else _FORM,
        kind="page",
        media="text/html",
    )
    for path in ("/documents/{name}/edit", "/documents/{name}/edit/{pointer:path}")
    for method, handler, summary in (
        ("GET", _form, "The form for a value."),
        ("POST", _sent, "Check a value, or write it."),
    )
)
