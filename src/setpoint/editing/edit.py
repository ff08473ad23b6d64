"""``edit``: operations on the bytes of a file, of which nothing else changes."""

from __future__ import annotations

from ..budget import DEFAULT_BUDGET
from ..diagnostic import Diagnostic
from ..errors import EditRefusedError, UsageError
from ..formats import decode, format_of
from ..tree import same
from .apply import apply
from .batch import Batch
from .change import Refusal
from .guard import Draft, UnprovedError
from .lowering import changes_of
from .operation import Operation
from .outcome import outcome
from .refusing import refused
from .rewriting import rewritten
from .unordered import same_but_for_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..budget import Budget
    from ..tree import Tree
    from .change import Change, Parts, Source

# A batch that could not be proved is made again in this many parts.
_PARTS = 4


def edit(
    data: bytes,
    operations: Operation | Iterable[Operation],
    format_name: str | None = None,
    *,
    file: str | None = None,
    budget: Budget = DEFAULT_BUDGET,
) -> bytes:
    """Return the bytes of a document with operations done to it, one after the other, and nothing else changed.

    Comments, order, quotes, indentation, blank lines, line breaks and a byte order mark stay as they are; what is new
    follows the file's own style. What comes back is proved: decoded, it is the tree that ``apply`` gives, key order
    and types included (but TOML has tables behind other keys, whatever position was asked for), every comment is
    there that does not belong to what was removed, and all bytes beside the edit are the same. Operations that change
    nothing give back the very same object.

    Arguments: ``format_name`` is ``yaml``, ``json``, ``jsonc`` or ``toml``; without it the name of ``file`` says.
    ``file`` is also named in findings. ``budget`` limits the document before and afterwards.
    Raises ``ConfigParseError`` for bytes that are no document; ``ConfigNotFoundError`` and ``UsageError`` for
    operations that make no sense for it; ``EditRefusedError``, located, where an edit would harm something else.
    """
    edited = edit_again(data, operations, format_name, file=file, budget=budget)
    return data if edited is data else bytes(edited)


def edit_again(
    data: bytes,
    operations: Operation | Iterable[Operation],
    format_name: str | None = None,
    *,
    file: str | None = None,
    budget: Budget = DEFAULT_BUDGET,
) -> bytes:
    """As ``edit``, but what comes back may be ``Decoded``: whoever decodes or edits it next need not read it again."""
    operations = [operations] if isinstance(operations, Operation) else list(operations)
    if format_name is None:
        format_name = format_of(file) if file is not None else None
        if format_name is None:
            raise UsageError("an edit needs the format: yaml, json, jsonc or toml, or a file that is named like one")
    tree = decode(data, format_name, budget)
    wanted = apply(tree, operations)
    if same(tree, wanted):
        return data
    editor = _Editor(Draft(data, tree, format_name, budget, _reader(format_name)), file)
    for operation in operations:
        for change in changes_of(editor.batch.tree, operation, editor.is_alias):
            editor.make(change)
    draft = editor.finished()
    if not same(draft.tree, wanted) and not (editor.settled and same_but_for_order(draft.tree, wanted)):
        message = "the operations would come to something else than they mean; make the changes one by one"
        raise EditRefusedError(f"{file or 'the document'}: {message}", [Diagnostic("edit-refused", message, file=file)])
    return draft.data


class _Editor:
    """Makes changes one after the other, in batches. ``settled`` says that a position had to give way."""

    def __init__(self, draft: Draft, file: str | None) -> None:
        self.first = draft
        self.file = file
        self.batch = Batch(draft)
        self.settled = False
        self._most = 1_000_000

    def make(self, change: Change) -> None:
        """Make a change of the tree as the changes before it left it."""
        batch = self.batch
        if batch.changes and (batch.stays_alone() or len(batch.changes) >= self._most or not self._joins(change)):
            self._flush()
            batch = self.batch
        if batch.changes:
            return  # it joined
        try:
            settled = self._settled(change)
            self.settled = self.settled or settled is not change
            change = settled
            if not same(outcome(batch.tree, change), batch.tree):
                batch.add(change, change, batch.draft.source.splices(change))
        except Refusal as refusal:
            self._rewrite(change, refusal)

    def is_alias(self, parts: Parts) -> bool:
        """True when the value at ``parts`` of the tree as it is now is an alias: it stands elsewhere in the text."""
        if self.batch.draft.format_name != "yaml" or "*" not in self.batch.draft.text:
            return False
        self._flush()
        asked: Callable[[Parts], bool] | None = getattr(self.batch.draft.source, "is_alias", None)
        return asked is not None and asked(parts)

    def finished(self) -> Draft:
        """Return the draft that all changes make."""
        self._flush()
        return self.batch.draft

    def _joins(self, change: Change) -> bool:
        """Take a change into the batch that is being collected, if it does not get in the way of any in it."""
        batch = self.batch
        original = batch.translated(change)
        if original is None:
            return False
        try:
            if self._settled(original) is not original:
                return False
            splices = batch.draft.source.splices(original)
        except Refusal:
            return False
        if not batch.has_room(splices):
            return False
        batch.add(change, original, splices)
        return True

    def _settled(self, change: Change) -> Change:
        """Return the change with the nearest position that the format can express."""
        settled: Callable[[Change], Change] | None = getattr(self.batch.draft.source, "settled", None)
        return change if settled is None else settled(change)

    def _flush(self) -> None:
        batch = self.batch
        try:
            self.batch = Batch(batch.closed())
        except UnprovedError as error:
            self.batch = Batch(batch.draft)
            if len(batch.changes) == 1:
                self._rewrite(batch.changes[0], error)
                return
            most = self._most
            self._most = max(1, len(batch.changes) // _PARTS)
            for change in batch.changes:
                self.make(change)
            self._flush()
            self._most = most

    def _rewrite(self, change: Change, error: Refusal | UnprovedError) -> None:
        """Make a change that the text did not allow by writing anew what is around it, or refuse."""
        draft = rewritten(self.batch.draft, change)
        if draft is None:
            raise refused(self.first, self.batch.draft, change, error, self.file)
        self.batch = Batch(draft)


def _reader(format_name: str) -> Callable[[str, Tree], Source]:
    """Return what reads a text of a format for editing."""
    if format_name == "yaml":
        from .yaml import read as read_yaml

        return read_yaml
    if format_name == "toml":
        from .toml import read as read_toml

        return read_toml
    from .json import read as read_json

    return read_json
