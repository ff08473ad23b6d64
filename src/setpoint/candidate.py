"""``Candidate``: a document that may be served, and the errors for one that may not."""

from __future__ import annotations

from .config import Config
from .errors import ConfigInvalidError, ConfigParseError, ConfigValidationError, SetpointError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .change import Change
    from .layers.resolution import Resolution
    from .sources.texts import Texts


class Candidate:
    """A valid document that is not served yet: its frozen tree, the texts it is made of, and what they make.

    Arguments: ``carried`` says that the texts are of an older version, and ``resolution`` what they make of the newest.
    ``before`` is what is served in its place, None when nothing is: it is set when the candidate is staged.
    """

    __slots__ = ("_resolution", "before", "carried", "config", "texts")

    def __init__(self, resolution: Resolution, texts: Texts, *, carried: bool = False) -> None:
        refuse_invalid(resolution)
        tree: Any = resolution.tree
        self.config = Config(tree)
        self.before: Config | None = None
        self.texts = texts
        self.carried = carried
        self._resolution = resolution

    @property
    def version(self) -> str | None:
        """The version that the texts are of, by their schema; None when it is not known, as when they were carried."""
        return None if self.carried else self._resolution.report.version

    def hold_back(self, before: Config) -> tuple[Change, ...]:
        """Keep the values of ``before`` that cannot change while the program runs, and return what waits for that.

        Those are the ones that the schema marks ``x-setpoint-restart``. Raises ``ConfigValidationError`` when what is
        left of the change is not valid without them.
        """
        schema = self._resolution.schema
        if schema is None or not schema.has_restarts:
            return ()
        from .restarting import held_back

        tree, waiting = held_back(self._resolution, before)
        if waiting:
            self.config = Config(tree)
        return waiting

    def resolve(self) -> Resolution:
        """Return what the texts make."""
        return self._resolution


def refuse_invalid(resolution: Resolution) -> None:
    """Raise the error for a document that is not valid, with every diagnostic; return when it is."""
    report = resolution.report
    errors = report.errors
    if not errors:
        return
    kind: type[ConfigInvalidError] = ConfigValidationError if resolution.parsed else ConfigParseError
    first = errors[0]
    where = f"{first.file}:{first.line}:{first.column}" if first.line is not None else first.file or report.file
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    hint = f"; {first.suggestion}" if first.suggestion else ""
    raise kind(f"{where}: {first.message}{hint}{more}", report)


def together(failures: Mapping[str, SetpointError]) -> SetpointError:
    """Return one error for several documents: the first, with the diagnostics of all."""
    first, *others = failures.values()
    if others:
        names = ", ".join(list(failures)[1:])
        first.message = f"{first.message} (refused as well: {names})"
        first.args = (first.message,)
        first.diagnostics = tuple(one for error in failures.values() for one in error.diagnostics)
    return first
