"""The things that can be done to a document: each writes into a draft, and can tell afterwards whether it came true."""

from __future__ import annotations

import os

from ..address import format_address, lookup
from ..errors import ConfigNotFoundError, ConfigParseError, ConflictError, EditRefusedError, UsageError
from ..tree import same
from .carry import carried

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from ..editing.operation import Operation
    from ..layers.resolution import Resolution
    from ..sources.listing import Entry
    from ..sources.texts import Texts
    from ..workspace import Workspace
    from .draft import Draft

    Parts: TypeAlias = tuple[str | int, ...]

# What an empty file of a format starts from, where it is not nothing.
_EMPTY = {"json": b"{}\n", "jsonc": b"{}\n"}


class Step:
    """One thing to do to one document, in one of its layers."""

    def __init__(self, name: str, layer: str = "base") -> None:
        self.name = name
        self.layer = layer

    def new_entry(self, workspace: Workspace) -> Entry | None:  # noqa: ARG002 - those that make one need it
        """Return the entry of a document that is not there, if this step makes it; None when it does not."""
        return None

    def do(self, draft: Draft) -> None:
        """Write into the draft. Raises what an edit raises, and ``ConflictError``."""
        raise NotImplementedError

    def verify(self, draft: Draft) -> None:
        """Raise when the document, as all steps leave it, is not what this one asked for."""


class Operate(Step):
    """Operations on the text of one layer's file."""

    def __init__(self, name: str, operations: Sequence[Operation], layer: str = "base") -> None:
        super().__init__(name, layer)
        self.operations = operations

    def do(self, draft: Draft) -> None:
        from ..editing.edit import edit_again

        file = draft.file(self.layer)
        data = draft.text(self.layer)
        if data is None or not data.strip():
            data = _EMPTY.get(file.format_name, b"")
        budget = draft.workspace.budget
        try:
            edited = edit_again(data, self.operations, file.format_name, file=file.shown, budget=budget)
            draft.write(self.layer, edited)
        except (EditRefusedError, ConfigParseError) as error:
            from ..validation.masking import masked_unparsed

            # Editing knows names that look secret; what the schema marks is known here.
            error.diagnostics = tuple(masked_unparsed(data, error.diagnostics, draft.workspace.family(self.name)))
            raise


class SetValue(Operate):
    """One value, which must be what the document then has: another layer may not shadow it.

    Arguments: ``expect`` is a tuple with the value that is to be there before, empty when anything may be.
    """

    def __init__(self, name: str, parts: Parts, value: Any, layer: str, expect: tuple[Any, ...]) -> None:
        from ..editing.operation import Set

        super().__init__(name, [Set(parts, value)], layer)
        self.parts = parts
        self.value = value
        self.expect = expect

    def do(self, draft: Draft) -> None:
        if self.expect:
            self._expect(draft, self.expect[0])
        super().do(draft)

    def verify(self, draft: Draft) -> None:
        resolution = draft.resolve_for(self.layer)
        for parts, value in _leaves(self.value, self.parts):
            # What a later step has changed is for that one to verify.
            if not _holds(resolution.tree, parts, value) and _holds(draft.tree(self.layer), parts, value):
                raise _shadowed(resolution, self.name, parts, self.layer)

    def _expect(self, draft: Draft, expected: Any) -> None:
        address = format_address((self.name, *self.parts))
        resolution = draft.resolve_for(self.layer)
        try:
            found: Any = lookup(resolution.tree, [str(part) for part in self.parts])
        except KeyError:
            raise ConflictError(f"{address}: there is no such value any more; look again, then decide anew") from None
        if not same(found, expected):
            shown = resolution.explain(self.parts).shown
            raise ConflictError(
                f"{address}: it is {shown!r} and not what was expected: somebody else has changed it; look again, then"
                " decide anew"
            )


class UnsetValue(Operate):
    """One key or item that goes from the file of a layer."""

    def __init__(self, name: str, parts: Parts, layer: str) -> None:
        from ..editing.operation import Unset

        super().__init__(name, [Unset(parts)], layer)
        self.parts = parts

    def do(self, draft: Draft) -> None:
        address = format_address((self.name, *self.parts))
        try:
            lookup(draft.tree(self.layer), [str(part) for part in self.parts])
        except KeyError:
            resolution = draft.resolve_for(self.layer)
            try:
                origin = resolution.explain(self.parts).origins[0]
            except ConfigNotFoundError as error:
                raise error from None
            raise ConfigNotFoundError(
                f"{address}: {draft.file(self.layer).shown} does not set it; it comes from {origin}"
            ) from None
        super().do(draft)


class Save(Step):
    """A whole tree: what differs from the document goes into the base file.

    Arguments: ``tree`` is what the document is to become; ``before`` what it was when the caller took it, and ``texts``
    what it was made of; ``format_name`` converts the base file.
    """

    def __init__(
        self,
        name: str,
        tree: Mapping[str, Any],
        before: Mapping[str, Any],
        texts: Texts | None,
        format_name: str | None = None,
    ) -> None:
        super().__init__(name)
        self.wanted = tree
        self.before = before
        self.texts = texts
        self.format_name = format_name

    def new_entry(self, workspace: Workspace) -> Entry | None:
        return workspace.new_entry(self.name, self.format_name) if self.texts is None else None

    def do(self, draft: Draft) -> None:
        from ..editing.operation import Set

        if self.texts is None and draft.exists(before=True):
            raise ConflictError(
                f"{self.name}: somebody else has made it meanwhile, so nothing was written; load it, then make your"
                " change"
            )
        if self.texts is not None and draft.exists() and draft.texts(before=True) != self.texts:
            self._conflict(draft)
        if self.format_name is not None and self.format_name != draft.file("base").format_name:
            self._convert(draft)
        before: Any = draft.resolve().tree if draft.exists() and draft.changes() else self.before
        base = carried(draft.tree("base") if draft.exists() else {}, before, self.wanted)
        Operate(self.name, [Set((), base)]).do(draft)
        resolution = draft.resolve()
        parts = _first_difference(resolution.tree, self.wanted, ())
        if parts is not None:
            raise _shadowed(resolution, self.name, parts, "base")

    def _conflict(self, draft: Draft) -> None:
        """Raise unless the files say the same in other words."""
        if same(draft.resolve(before=True).tree, self.before):
            return
        assert self.texts is not None
        from .difference import shown_difference

        mine = {file.shown: data for file, data in self.texts.files}
        theirs = {file.shown: data for file, data in draft.texts(before=True).files}
        diff = "".join(
            shown_difference(draft.workspace, self.name, file, mine.get(shown), theirs.get(shown))
            for shown, file in {
                file.shown: file for file, _ in (*self.texts.files, *draft.texts(before=True).files)
            }.items()
        )
        raise ConflictError(
            f"{self.name}: its files were changed since it was loaded, so nothing was written; reload(), then make your"
            f" change again. From what was loaded to what is there now:\n{diff}"
        )

    def _convert(self, draft: Draft) -> None:
        from ..formats import SUFFIXES
        from ..sources.listing import LayerFile

        assert self.format_name is not None
        old = draft.file("base")
        ending = next((one for one, name in SUFFIXES.items() if name == self.format_name), None)
        if ending is None:
            raise UsageError(f"no such format: {self.format_name!r}; there are yaml, json, jsonc and toml")
        stem, dot, _ = old.path.rpartition(".")
        shown, _, _ = old.shown.rpartition(".")
        assert dot
        tree = draft.tree("base")
        made = LayerFile(f"{stem}{ending}", f"{shown}{ending}", self.format_name, "base")
        draft.put(made, b"")
        from ..editing.operation import Set

        Operate(self.name, [Set((), tree)]).do(draft)


class Restore(Step):
    """Files with exactly the bytes that they had once.

    Arguments: ``files`` are their bytes by name, relative to the configuration directory.
    """

    def __init__(self, name: str, files: Mapping[str, bytes]) -> None:
        super().__init__(name)
        self.files = files

    def new_entry(self, workspace: Workspace) -> Entry | None:
        from ..formats import format_of
        from ..sources.listing import Entry, LayerFile

        base = f"{self.name}."
        for name in self.files:
            if name.startswith(base) and "." not in name.removeprefix(base):
                path, shown = (
                    os.path.join(place, *name.split("/")) for place in (workspace.home, workspace.shown_home)
                )
                return Entry(self.name, LayerFile(path, shown, format_of(name) or "yaml", "base"))
        return None

    def do(self, draft: Draft) -> None:
        draft.restore(self.files)


class Rewrite(Step):
    """Another text for the file of a layer, as a person wrote it in an editor."""

    def __init__(self, name: str, data: bytes, before: bytes | None, layer: str = "base") -> None:
        super().__init__(name, layer)
        self.data = data
        self.before = before

    def do(self, draft: Draft) -> None:
        if draft.text(self.layer) != self.before:
            raise ConflictError(
                f"{draft.file(self.layer).shown}: somebody else changed it while you were editing; nothing was written"
            )
        draft.write(self.layer, self.data)


def _holds(tree: Any, parts: Parts, value: Any) -> bool:
    try:
        found: Any = lookup(tree, [str(part) for part in parts])
    except KeyError:
        return False
    return same(found, value)


def _leaves(value: Any, parts: Parts) -> Iterator[tuple[Parts, Any]]:
    """Yield every value that is no mapping with keys, and where it is."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, (*parts, key))
    elif not isinstance(value, dict):
        yield parts, value


def _first_difference(found: Any, wanted: Any, parts: Parts) -> Parts | None:
    """Return where two trees differ first, in values or in the keys there are; the order of keys does not count."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        for key in {**wanted, **found}:
            if key not in found or key not in wanted:
                return (*parts, key)
            inside = _first_difference(found[key], wanted[key], (*parts, key))
            if inside is not None:
                return inside
        return None
    return None if same(found, wanted) else parts


def _shadowed(resolution: Resolution, name: str, parts: Parts, layer: str) -> UsageError:
    """Return the error for a value that another layer decides."""
    address = format_address((name, *parts))
    try:
        origin = resolution.explain(parts).origins[0]
    except (ConfigNotFoundError, UsageError):
        return UsageError(
            f"{address}: what another layer lays over it has no such value, so it cannot be set in {layer}"
        )
    return UsageError(
        f"{address}: what {layer} says of it does not count, because it comes from {origin}; change it"
        " there, or name that layer"
    )
