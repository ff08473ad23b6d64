"""``Post``: who stands at the desk, and what they may do there. Every method of a desk begins with a check."""

from __future__ import annotations

from ..access import VERBS
from ..errors import ConfigNotFoundError, ConfigParseError
from ..nearness import near
from .errors import DeniedError
from .telling import Telling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NoReturn

    from ..access import Principal
    from .backing import Backing
    from .client import Client

_LONGEST_NAME = 200  # characters of a name that somebody sent and that is said again


class Post:
    """A principal at a desk.

    Arguments: ``backing`` is what stands behind the desk; ``principal`` is who asks; ``client`` where from.
    """

    __slots__ = ("backing", "client", "principal")

    def __init__(self, backing: Backing, principal: Principal, client: Client) -> None:
        self.backing = backing
        self.principal = principal
        self.client = client

    # -- checks ----------------------------------------------------------------------------------------------------

    def _check_read(self, name: str) -> None:
        """Raise ``ConfigNotFoundError`` for a document that is not there, or not there for this principal."""
        if not (self.principal.may("read", name) and self._is_there(name)):
            raise self._missing(name)

    def _check_everywhere(self, verb: str) -> None:
        """Raise ``DeniedError`` unless the principal may do this to the system as a whole."""
        if not self.principal.may_everywhere(verb):
            raise DeniedError(
                f"this concerns the whole system, so it takes the role {VERBS[verb]} over all documents (**)"
            )

    def _check_anywhere(self, verb: str) -> None:
        """Raise ``DeniedError`` unless the principal may do this to some documents."""
        if not self.principal.may_anywhere(verb):
            raise DeniedError(f"this takes the role {VERBS[verb]} over some documents at least")

    def _denied(self, verb: str, name: str) -> DeniedError:
        return DeniedError(
            f"you may read {name}, and not do this with it: that takes the role {VERBS[verb]}; ask whoever gave you"
            " your token"
        )

    # -- what there is ---------------------------------------------------------------------------------------------

    def _visible(self) -> list[str]:
        """Return the names of the documents that the principal may read, in alphabetical order."""
        serving = self.backing.system._serving
        listing = serving.workspace.listing()
        names = {*listing.entries, *listing.unusable, *serving.cache.hold()}
        return sorted(name for name in names if self.principal.may("read", name))

    def _is_there(self, name: str) -> bool:
        """True when there is such a document: it has files, or is served on without them."""
        serving = self.backing.system._serving
        if name in serving.cache:
            return True
        listing = serving.workspace.listing()
        return name in listing.entries or name in listing.unusable

    def _missing(self, name: str) -> ConfigNotFoundError:
        """Return the error for a document that is not there, or not for the principal: nobody can tell which."""
        shown = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
        visible = self._visible()
        close = near(shown, visible)
        if close:
            hint = f"did you mean {close[0]!r}?"
        elif others := [one for one in visible if one != name]:
            hint = f"there are {', '.join(others[:8])}{', …' if len(others) > 8 else ''}"
        else:
            hint = "there is none that you may read"
        return ConfigNotFoundError(f"no document {shown!r}; {hint}", near=close)

    def _telling(self, *names: str) -> Telling:
        """Return a context manager that lets no error through that says what the principal may not know."""
        return Telling(self, names)

    def _refuse_unparsed(self, name: str) -> NoReturn:
        """Raise for a document whose files' names clash."""
        finding = self.backing.system._serving.workspace.listing().unusable[name]
        raise ConfigParseError(f"{finding.file}: {finding.message}", [finding])

    def _readable(self, names: Iterable[str]) -> list[str]:
        """Return those of some names that the principal may read."""
        may = self.principal.may
        return [name for name in names if may("read", name)]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.principal.name!r}>"
