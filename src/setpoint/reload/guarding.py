"""``Guard``: what looks like an accident is not served before somebody says that it is meant."""

from __future__ import annotations

import time
from contextlib import suppress
from itertools import islice

from ..change import differences
from ..errors import ConfigParseError, SetpointError
from ..guard import suspicion
from ..merge import merge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..budget import Budget
    from ..candidate import Candidate
    from ..config import Config
    from ..guard import GuardLimits
    from ..keeping.acceptance import Acceptances
    from ..sources.texts import Texts
    from .recorder import Found

# A document that lost half of its values has rarely lost less than this share of its bytes, nor doubled with less.
_SHRUNK, _GROWN = 0.7, 1.5

_FEW = 8
_GRACE = 60.0  # seconds that an acceptance lasts at least: other processes may be slow to see the change
_PLAIN = frozenset({str, int, float, bool})


class Guard:
    """Compares what a document was with what it is to be.

    Arguments: ``limits`` returns what is too much, None that nothing is; ``acceptances`` returns what somebody said is
    meant; ``is_ours`` says of the texts of a document whether they were written through Setpoint, where whoever wrote
    them saw what they would do; ``budget`` bounds each file.
    """

    __slots__ = ("_acceptances", "_budget", "_is_ours", "_limits", "_used")

    def __init__(
        self,
        limits: Callable[[], GuardLimits | None],
        acceptances: Callable[[], Acceptances],
        is_ours: Callable[[str, Texts], bool],
        budget: Budget,
    ) -> None:
        self._limits = limits
        self._acceptances = acceptances
        self._is_ours = is_ours
        self._budget = budget
        self._used: dict[str, str] = {}

    @property
    def limits(self) -> GuardLimits | None:
        """What a document may lose or gain at once by the settings of the moment; None when the guard is off."""
        return self._limits()

    def doubt(self, name: str, before: Config, texts: Texts, candidate: Candidate) -> str | None:
        """Return why a change of a document is not served as it is, and what to do; None when it may be.

        Arguments: ``before`` is the document as it is served, and ``texts`` what it was made of.
        """
        if _is_small(name, before, candidate.config):
            return None
        limits = self.limits
        if limits is None:
            return None
        old, new = _size(texts), _size(candidate.texts)
        if _SHRUNK * old <= new <= _GROWN * old and suspicion(before, candidate.config, limits) is None:
            return None
        found = self.suspicion(texts, candidate.texts)
        if found is None or self.accepts(name, candidate.texts) or self._is_ours(name, candidate.texts):
            return None
        files = [file for file, _ in candidate.texts.files]
        profile = next((file.layer.partition(":")[2] for file in files if file.layer.startswith("profile:")), None)
        command = f"setpoint{f' --profile {profile}' if profile else ''} accept {name}"
        return f"{found}; what {name} was is served on. If this is meant: {command}"

    def suspicion(self, before: Texts, now: Texts) -> str | None:
        """Return what makes a change of a document's texts look like an accident, or None when nothing does."""
        limits = self.limits
        if limits is None:
            return None
        # What a schema fills in does not count: it would hide that a file is empty.
        return suspicion(self._written(before), self._written(now), limits)

    def accepts(self, name: str, texts: Texts) -> bool:
        """True when somebody has said that these texts are meant."""
        digest = texts.digest()
        if not self._acceptances().holds(name, digest):
            return False
        self._used[name] = digest
        return True

    def served(self, found: Found) -> None:
        """Take note of documents that are served as they are now: an acceptance of what one was before has an end.

        It is not taken back at once, because other processes look for it too, each when it sees the change.
        """
        for name, (_, one) in found.items():
            digest = self._used.get(name)
            if digest is None or digest == one.texts.digest():
                continue
            accepted = self._acceptances().find(name)
            if accepted is not None and accepted.digest == digest and abs(time.time() - accepted.when) < _GRACE:
                continue
            with suppress(SetpointError):  # it stays then, and the next change tries again; it lets nothing else pass
                self._acceptances().done(name, digest)
                del self._used[name]

    def _written(self, texts: Texts) -> Any:
        from ..formats import decode

        trees = []
        for file, data in texts.files:
            try:
                trees.append(decode(data, file.format_name, self._budget))
            except ConfigParseError:  # it was read by another parser once: nothing is known of it
                continue
        return merge(trees) if trees else {}


def _is_small(name: str, before: Config, after: Config) -> bool:
    """True when a change is a few values with other values in their place: the everyday one, quick to tell."""
    changes = list(islice(differences(name, before, after), _FEW + 1))
    return len(changes) <= _FEW and all(type(one.before) in _PLAIN and type(one.after) in _PLAIN for one in changes)


def _size(texts: Texts) -> int:
    return sum(len(data) for _, data in texts.files)
