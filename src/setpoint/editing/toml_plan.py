"""What an edit comes to: where an entry lands, and the splices of the text."""

from __future__ import annotations

from .change import Refusal
from .splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ..tree import Tree


class Plan:
    """``position`` is the entry's among those of its collection, -1 when it is not about one."""

    __slots__ = ("position", "splices")

    def __init__(self, splices: list[Splice], position: int = -1) -> None:
        self.splices = splices
        self.position = position


class Load:
    """An entry on its way to a new place.

    ``value`` is what it decodes to. What is carried from an old place: ``raw``, its value as it is written;
    ``above``, the comments of the lines above it; ``beside``, the comment beside it with the blanks in front;
    ``indent``, how deep the lines of the value were indented; ``inside``, the comments in the value, which ``raw`` and
    ``sections`` carry. ``sections``, if any, returns the headers and lines of a table under another name, as an item
    of a list or not, and at another indentation; ``pairs`` the lines of a table's dotted keys behind another prefix.
    """

    __slots__ = ("above", "beside", "indent", "inside", "pairs", "raw", "sections", "value")

    def __init__(self, value: Tree) -> None:
        self.value = value
        self.raw: str | None = None
        self.indent = ""
        self.above: Sequence[str] = ()
        self.beside = ""
        self.inside: Sequence[str] = ()
        self.sections: Callable[[list[str], bool, str], str] | None = None
        self.pairs: Callable[[str, str], str] | None = None

    def raw_at(self, indent: str) -> str | None:
        """Return the value as it is written, its further lines at another indentation but for those of texts."""
        raw = self.raw
        if raw is None or indent == self.indent or "\n" not in raw or '"""' in raw or "'''" in raw:
            return raw
        first, *lines = raw.split("\n")
        old = self.indent
        return "\n".join([first, *(indent + line[len(old) :] if line.startswith(old) else line for line in lines)])


def finish(text: str, splices: list[Splice]) -> list[Splice]:
    """Return splices in order, neighbours as one, with the end of the text ending as it did.

    Every splice is written in whole lines as if the text ended with a line break; when it does not, the new text
    does not either. Raises ``Refusal`` when two are in each other's way.
    """
    merged: list[Splice] = []
    for splice in sorted(splices, key=lambda each: (each.start, each.end)):
        before = merged[-1] if merged else None
        if before is not None and splice.start < before.end and not splice.text and not before.text:
            merged[-1] = Splice(before.start, max(before.end, splice.end), "", before.dropped + splice.dropped)
        elif before is not None and splice.start < before.end and (joined := _inside(text, before, splice)):
            merged[-1] = joined
        elif before is not None and splice.start < before.end:
            raise Refusal("what goes and what comes overlap here; make the change in two steps", splice.start)
        elif before is not None and splice.start == before.end:
            merged[-1] = Splice(before.start, splice.end, before.text + splice.text, before.dropped + splice.dropped)
        else:
            merged.append(splice)
    if not merged or merged[-1].end < len(text):
        return merged
    last = merged.pop()
    start, written = last.start, last.text
    if written.endswith("\n"):
        written = written.rstrip("\r\n") + "\n"
    if text and not text.endswith("\n"):
        if written.endswith("\n"):
            written = ("\n" if start == len(text) else "") + written[:-1]
        elif not written:
            start = _before_break(text, start)  # the line break in front of what goes was the last one
    merged.append(Splice(start, len(text), written, last.dropped))
    return merged


def keep(splices: Sequence[Splice], comments: Iterable[str]) -> None:
    """Take comments out of what splices drop: each stands somewhere else afterwards."""
    left = [comment for comment in comments if comment]
    for splice in splices:
        dropped = list(splice.dropped)
        for comment in left[:]:
            if comment in dropped:
                dropped.remove(comment)
                left.remove(comment)
        splice.dropped = tuple(dropped)


def _inside(text: str, gone: Splice, splice: Splice) -> Splice | None:
    """Return lines that come in where blank lines go with others: on their side the blank lines stay."""
    if gone.text or splice.start < splice.end:
        return None
    if not text[gone.start : splice.start].strip():
        return Splice(splice.start, gone.end, splice.text, gone.dropped + splice.dropped)
    if not text[splice.start : gone.end].strip():
        return Splice(gone.start, splice.start, splice.text, gone.dropped + splice.dropped)
    return None


def _before_break(text: str, start: int) -> int:
    if text[start - 1 : start] != "\n":
        return start
    return start - 2 if text[start - 2 : start] == "\r\n" else start - 1
