"""Every error Setpoint raises on purpose.

::

    SetpointError
    ├── UsageError               the call or the settings make no sense            exit code 2
    ├── SchemaError              a schema that cannot work                         exit code 2
    ├── ConfigNotFoundError      no such document, path or directory               exit code 4
    ├── UnavailableError         the operating system refused to read or write     exit code 5
    ├── ConflictError            somebody else changed it first                    exit code 3
    ├── EditRefusedError         an edit would harm something else of the file     exit code 1
    ├── GuardedError             a change looks like an accident; accept it first  exit code 1
    ├── Veto                     the program itself refused a change               exit code 1
    ├── MigrationError           a migration, or the graph of them, cannot work    exit code 2
    │   └── MigrationBlockedError    something in the document is in its way       exit code 1
    └── ConfigInvalidError       the document is there, and it is wrong            exit code 1
        ├── ConfigParseError         it is not well-formed
        └── ConfigValidationError    it is well-formed, and its schema refuses it

Each carries ``diagnostics``: what is wrong, where, and what to do.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import ClassVar

    from .diagnostic import Diagnostic


class SetpointError(Exception):
    """The root of all errors of this package.

    Arguments: ``message`` says what happened and what to do next; ``diagnostics`` are the findings behind it.
    """

    exit_code: ClassVar[int] = 1
    rule: ClassVar[str] = "failed"  # the id of the finding that stands for this error in a report

    def __init__(self, message: str, diagnostics: Iterable[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.message, self.diagnostics))


class UsageError(SetpointError):
    """The call, an address or a setting makes no sense."""

    exit_code = 2
    rule = "usage"


class SchemaError(SetpointError):
    """A schema cannot work: it is malformed, missing, or refers to something that cannot be found.

    Never raised for a wrong document: whoever catches it knows that the document was not judged.
    """

    exit_code = 2
    rule = "schema-cannot-work"


class ConfigNotFoundError(SetpointError):
    """There is no such document, path or directory. ``near`` holds the names that come close, best first."""

    exit_code = 4
    rule = "not-found"

    def __init__(self, message: str, diagnostics: Iterable[Diagnostic] = (), *, near: Sequence[str] = ()) -> None:
        super().__init__(message, diagnostics)
        self.near: tuple[str, ...] = tuple(near)

    def __reduce__(self) -> tuple[object, ...]:
        return (_not_found, (self.message, self.diagnostics, self.near))


def _not_found(message: str, diagnostics: tuple[Diagnostic, ...], near: tuple[str, ...]) -> ConfigNotFoundError:
    return ConfigNotFoundError(message, diagnostics, near=near)


class UnavailableError(SetpointError):
    """The operating system refused: permission, a device that is not a file, an I/O error."""

    exit_code = 5
    rule = "unavailable"


class EditRefusedError(SetpointError):
    """An edit of a file cannot be made without harm to something else of it; nothing was changed."""

    exit_code = 1
    rule = "edit-refused"


class MigrationError(SetpointError):
    """A migration cannot work: its file is wrong, its function fails, or no way leads from one version to the other.

    As with a schema, it is the tool that is broken and not the document: hence the same exit code.
    """

    exit_code = 2
    rule = "migration"


class MigrationBlockedError(MigrationError):
    """A document cannot be migrated before it is changed by hand: what stands at a place is in the way of a step."""

    exit_code = 1
    rule = "migration-blocked"


class GuardedError(SetpointError):
    """A document lost or gained so much at once that somebody has to say that this is meant: ``accept``."""

    exit_code = 1
    rule = "guarded"


class Veto(SetpointError):  # noqa: N818 - said by the program, and read as a sentence: raise Veto("the queue is full")
    """Raised by a program in ``on_prepare`` to refuse a change; ``message`` says why."""

    exit_code = 1
    rule = "vetoed"


class ConflictError(SetpointError):
    """Somebody else changed what a change was based on; nothing was written."""

    exit_code = 3
    rule = "conflict"


class ConfigInvalidError(SetpointError):
    """The document is there and it is wrong; ``diagnostics`` say where and what to do."""

    exit_code = 1
    rule = "invalid"


class ConfigParseError(ConfigInvalidError):
    """The document is not well-formed, or holds something no format may hold (duplicate keys, NaN, a bomb)."""


class ConfigValidationError(ConfigInvalidError):
    """The document is well-formed, and its schema refuses it."""
