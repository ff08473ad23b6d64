"""``Telling``: errors as somebody may be told them."""

from __future__ import annotations

import copy

from ..catalogue import CATALOGUE, RULE
from ..diagnostic import Diagnostic
from ..errors import ConfigNotFoundError, SetpointError, UsageError
from .masks import pattern_of, scrubbed, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    from .post import Post

ELSEWHERE = "documents that you may not see"
# What the engine finds in one document by itself. Anything else is the word of a rule over several of them.
_OWN_RULES = frozenset(CATALOGUE) - frozenset(RULE)
_RULE_FAILED = "the rule "  # how the book of rules says that one failed
_NO_DOCUMENT = "no document "  # how the workspace says that there is none, and which ones there are


class Telling:
    """A context manager: an error that leaves it says nothing that the principal may not know.

    Arguments: ``post`` is the principal's; ``names`` are the documents that it is about, which they named and may
    read. What another document has to do with it is left out by where it comes from, never by looking for names in
    texts: that would tell whoever writes the texts which names there are.
    """

    __slots__ = ("_names", "_post")

    def __init__(self, post: Post, names: Sequence[str]) -> None:
        self._post = post
        self._names = names

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, SetpointError):
            raise self.told(error) from None

    def told(self, error: SetpointError) -> SetpointError:
        """Return an error as it may be told: another object, since the same may be kept elsewhere."""
        if isinstance(error, ConfigNotFoundError) and error.message.startswith(_NO_DOCUMENT):
            return self._missing(error)
        clean = copy.copy(error)
        clean.__traceback__ = error.__traceback__
        clean.diagnostics = tuple(self.findings(error.diagnostics))
        if self.is_about_others(error):
            clean.message = (
                f"this does not agree with {ELSEWHERE}, by a rule over both; nothing was changed: ask somebody who may"
                " see them"
            )
        clean.message = self.said(error, clean.message)
        clean.args = (clean.message,)
        return clean

    def said(self, error: SetpointError, message: str) -> str:
        """Return the words of an error, with secrets masked in those that a program's own rule may have found.

        What Setpoint says itself holds no secret, and is left alone: it may repeat what whoever asks has sent, and to
        mask that because it happens to be a secret would tell them that they have guessed it.
        """
        if isinstance(error, UsageError) and not error.message.startswith(_RULE_FAILED):
            return message
        if not isinstance(error, UsageError) and all(one.rule in _OWN_RULES for one in error.diagnostics):
            return message
        found: str = scrubbed(message, secret_words(self._post, self._concerned()))
        return found

    def is_about_others(self, error: SetpointError) -> bool:
        """True when what an error says comes from a rule over documents that the principal may not all see."""
        if not self._concerns_hidden():
            return False
        if isinstance(error, UsageError):
            return error.message.startswith(_RULE_FAILED)  # it failed itself, and that names its documents
        return any(self._is_of_others(one) for one in error.diagnostics)

    def findings(self, found: Iterable[Diagnostic]) -> Iterable[Diagnostic]:
        """Yield findings as they may be told, each as a copy."""
        hidden = self._concerns_hidden()
        told = False
        for one in found:
            if not self._is_of_others(one) and not (hidden and one.rule not in _OWN_RULES):
                yield self._scrubbed(one)
            elif not told:  # one stands for all: how many there are is nobody's business either
                told = True
                yield Diagnostic(
                    "failed",
                    f"a rule over several documents refuses this because of {ELSEWHERE}",
                    document=self._names[0] if self._names else None,
                )

    def _scrubbed(self, one: Diagnostic) -> Diagnostic:
        """Return a copy of a finding; the words of a program's own rule have secrets masked in them."""
        copied = one.replace()
        if one.rule not in _OWN_RULES:
            pattern = secret_words(self._post, self._concerned())
            copied.message, copied.suggestion = scrubbed(one.message, pattern), scrubbed(one.suggestion, pattern)
        return copied

    def _is_of_others(self, one: Diagnostic) -> bool:
        """True when a finding is about a document that may not be read, or the word of a rule over one."""
        if one.document is not None and not self._post.principal.may("read", one.document):
            return True
        return one.rule not in _OWN_RULES and self._concerns_hidden()

    def _concerns_hidden(self) -> bool:
        """True when some rule looks at one of these documents and at one that the principal may not read."""
        may = self._post.principal.may
        return not all(may("read", name) for name in self._concerned())

    def _concerned(self) -> frozenset[str]:
        """Return the documents that it may be about: those named, and those that rules look at together with them."""
        return self._post.backing.system._rules.concerning(self._names) | frozenset(self._names)

    def _missing(self, error: SetpointError) -> SetpointError:
        """Return the error for a document that has gone meanwhile, with the names that may be told."""
        for name in self._names:
            if error.message.startswith(f"{_NO_DOCUMENT}{name!r} "):
                return self._post._missing(name)
        return ConfigNotFoundError("a document that this needs is not there; look again what there is")


def secret_words(post: Post, names: Iterable[str]) -> re.Pattern[str] | None:
    """Return an expression for the secrets of documents as they are served, of those whose secrets are hidden."""
    words: set[str] = set()
    for name in names:
        if post.principal.reveals(name):
            continue
        found = post.backing.shelves.shelf(name)
        if found is not None:
            shelf, config = found
            words |= words_of(config, post.backing.shelves.secrets(shelf, name, config))
    return pattern_of(words)


def layer_words(post: Post, names: Iterable[str]) -> set[str]:
    """Return the secrets of documents in all their layers, the shadowed ones too, of those whose secrets are hidden.

    For texts that show more than what is served: files and their differences. A document that cannot be made out has
    none: its texts are not shown.
    """
    words: set[str] = set()
    for name in names:
        if post.principal.reveals(name):
            continue
        try:
            resolution = post.backing.system._serving.resolution(name)
        except SetpointError:
            continue
        for tree in (resolution.tree, *(layer.tree for layer in resolution.layers)):
            words |= words_of(tree, post.backing.masks.secrets(name, tree))
    return words
