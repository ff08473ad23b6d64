"""A value given on the command line, or on standard input: read as what its place wants."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    from ..layers.resolution import Resolution
    from ..tree import Tree
    from ..workspace import Workspace

    Parts: TypeAlias = tuple[str | int, ...]

STANDARD_INPUT = "-"


class Place:
    """The place that a value is for: what is there now, what the schema wants there, and whether it is secret.

    Arguments: ``address`` is ``NAME.path.to.key``; ``layer`` is the label of the layer whose file is to have the value.
    Raises ``UsageError`` for the address of a whole document, ``ConfigNotFoundError`` with the near names,
    ``ConfigParseError`` when the document cannot be parsed.
    """

    def __init__(self, workspace: Workspace, address: str, layer: str) -> None:
        from ..address import format_address, lookup, split_document
        from ..candidate import refuse_invalid
        from ..errors import UsageError

        name, parts = split_document(address)
        if not parts:
            raise UsageError(f"{address!r} is a whole document: name a value in it, or use 'setpoint edit {name}'")
        profile = layer.partition(":")[2]
        if profile and profile != workspace.profile:
            resolution = workspace.resolve(name, profile=profile, machine=False)
        else:
            resolution = workspace.resolve(name)
        if not resolution.parsed:
            refuse_invalid(resolution)
        self.budget = workspace.budget
        self.resolution: Resolution = resolution
        self.parts = resolution.normal(parts)
        self.address = format_address((name, *self.parts))
        try:
            self.present: Any = lookup(resolution.tree, self.parts)
        except KeyError:
            self.present = None

    def value(self, text: str, what: str, *, as_json: bool = False) -> Tree:
        """Return a text of the command line as the value it stands for, by the rules for environment variables.

        Arguments: ``what`` is the argument it comes from, for messages; with ``as_json`` it is JSON instead. Raises
        ``UsageError`` when it cannot be read, and when it is secret: it would stay in the shell's history.
        """
        from shlex import quote

        from ..errors import UsageError

        value = self._read(text, what, as_json)
        if self._holds_secret(value):
            if what != "VALUE":
                raise UsageError(f"{self.address} holds a secret, so {what} would show it: leave {what} out")
            raise UsageError(
                f"{self.address} holds a secret, and others can see a command line: write the value to standard input,"
                f" and {STANDARD_INPUT} in its place: setpoint set {quote(self.address)} {STANDARD_INPUT} < FILE"
            )
        return value

    def value_of_input(self, *, as_json: bool = False) -> Tree:
        """Return the text on standard input as the value it stands for; the line break at its end is none of it.

        On a terminal it is asked for, and not shown while it is typed. Raises ``UsageError`` when it cannot be read.
        """
        return self._read(_standard_input(self.address, self.budget.size), "the value on standard input", as_json)

    def _read(self, text: str, what: str, as_json: bool) -> Tree:
        from ..errors import UsageError
        from ..validation.wanted import UnreadableError, knowledge_of, typed

        if as_json:
            return self._as_json(text, what)
        schema = self.resolution.schema
        spot = knowledge_of(schema).root if schema is not None else None
        for part in self.parts if spot is not None else ():
            spot = spot.child(part) if spot is not None else None
        try:
            return typed(text, spot, self.present, self.budget)
        except UnreadableError as error:
            found = f", found {text!r}" if self._may_be_quoted(text) else ""
            raise UsageError(f"{self.address}: {what} cannot be read: {error}{found}") from None

    def _as_json(self, text: str, what: str) -> Tree:
        from ..errors import ConfigParseError, UsageError
        from ..formats import decode

        try:
            return decode(text.encode("utf-8", "surrogateescape"), "json", self.budget)
        except ConfigParseError as error:
            first = error.diagnostics[0]
            # The decoder's own words may quote the text, which may be a secret.
            where = f" at line {first.line}, character {first.column}" if first.line is not None else ""
            raise UsageError(f"{self.address}: {what} is not well-formed JSON{where}: {first.rule}") from None

    def _may_be_quoted(self, text: str) -> bool:
        return (
            not isinstance(self.present, dict | list)
            and len(text) <= 40
            and text.isprintable()
            and not self._holds_secret(text)
        )

    def _holds_secret(self, value: Tree) -> bool:
        """True when the value is secret at this place, or lies in something secret, or has something secret in it."""
        from ..validation.masking import secret_by_name

        tree = _planted(self.resolution.tree, self.parts, value)
        schema = self.resolution.schema
        secrets = schema.secret_parts(tree) if schema is not None else secret_by_name(tree)
        at = self.parts
        return any(one[: len(at)] == at or at[: len(one)] == one for one in secrets)


def _planted(tree: Tree, parts: Sequence[str | int], value: Tree) -> Tree:
    """Return a copy of a tree with a value at ``parts``, whatever is in the way; what does not lead there is shared."""
    root: Any = {}
    holder: Any = root
    under: str | int = ""
    below: Any = tree
    for part in (*parts, None):
        copy: Any
        if part is None:
            copy = value
        elif isinstance(part, int):
            copy = list(below)
        else:
            copy = dict(below) if isinstance(below, dict) else {}
        holder[under] = copy
        if part is not None:
            below = copy[part] if isinstance(part, int) else copy.get(part)
            holder, under = copy, part
    planted: Tree = root[""]
    return planted


def _standard_input(address: str, most: int) -> str:
    """Return what is on standard input. Raises ``UsageError`` when there is none, or more than ``most`` bytes."""
    import sys

    from ..errors import UsageError

    stream = sys.stdin
    if stream is None:
        raise UsageError("there is no standard input to read the value from")
    if stream.isatty():
        from getpass import getpass

        return getpass(f"{address}: ", sys.stderr)
    data = stream.buffer.read(most + 1)
    if not data:
        raise UsageError("there is nothing on standard input; a line break alone stands for the empty text")
    if len(data) > most:
        raise UsageError(f"the value on standard input has more than {most:,} bytes, the most that is read")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise UsageError("the value on standard input is not valid UTF-8") from None
    return text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text
