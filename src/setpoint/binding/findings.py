"""What is wrong with a configuration from a model's point of view, collected until the end."""

from __future__ import annotations

from ..address import pointer
from ..diagnostic import Diagnostic
from ..secret import is_secret_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, TypeAlias

    Path: TypeAlias = tuple[str | int, ...]

# Findings that are told one by one: nobody reads more.
MOST = 1000


class Findings:
    """The findings about one tree. ``secrets`` are the texts in it that go by a secret's name."""

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        self.list: list[Diagnostic] = []
        self._secrets: list[str] | None = None

    def add(self, rule: str, message: str, path: Path, *, at: str = "value", suggestion: str | None = None) -> None:
        """Add a finding whose message quotes no value."""
        if len(self.list) < MOST:
            self.list.append(Diagnostic(rule, message, path=pointer(path), at=at, suggestion=suggestion))
        elif len(self.list) == MOST:
            self.list.append(Diagnostic("more-errors", f"only the first {MOST:,} findings are listed", path=""))

    def quote(self, rule: str, message: str, path: Path, *, who: str) -> None:
        """Add a finding in the words of a model or its library, unless they may give a secret away.

        Arguments: ``who`` is the model's name, for the message that is shown instead.
        """
        message = " ".join(message.split())
        if in_secret(path) or self._tells(message):
            message = f"{who} refuses the value; its reason is not shown, because a secret is near"
        self.add(rule, message, path)

    def _tells(self, message: str) -> bool:
        if self._secrets is None:
            self._secrets = list(_secrets_of(self.tree, False))
        text = message.casefold()
        return any(secret in text for secret in self._secrets)


def in_secret(path: Sequence[str | int]) -> bool:
    """True when a key on the way has a secret's name."""
    return any(isinstance(part, str) and is_secret_name(part) for part in path)


def _secrets_of(value: Any, secret: bool) -> Iterable[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _secrets_of(item, secret or is_secret_name(str(key)))
    elif isinstance(value, list):
        for item in value:
            yield from _secrets_of(item, secret)
    elif secret and value is not None and not isinstance(value, bool):
        text = str(value).casefold().strip()
        if text:
            yield text
            yield repr(text)[1:-1]
            yield " ".join(text.split())


def kind(value: Any) -> str:
    """Return what a value is, in words, and not the value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return {str: "text", int: "an integer", float: "a number"}.get(type(value), type(value).__name__)
