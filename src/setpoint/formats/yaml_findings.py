"""What the strict road finds wrong in a YAML text besides its syntax, said without giving a secret away."""

from __future__ import annotations

from ..address import pointer
from ..secret import is_secret_name
from ..tree import key_message
from .findings import Findings
from .refusal import caution
from .yaml_scalars import AMBIGUOUS, NOT_FINITE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, NoReturn, TypeAlias

    from ..budget import Budget
    from ..diagnostic import Diagnostic
    from .yaml_scalars import Oddity
    from .yaml_source import Source

    Path: TypeAlias = list[str | int]

MERGE = "<<"

_AFTER_NAME = " \t\r\n,]}"  # what may follow the name of an anchor or alias; also the end of the text
_LONGEST = 36  # characters of a number or tag that are shown


class YamlFindings(Findings):
    """The findings in one YAML text. ``warnings`` holds what does not make it unusable.

    The methods take an event of PyYAML's and the path of the value it belongs to. ``note_`` and ``check_`` methods
    return when the text can still be read on; ``stop_`` methods raise ``ConfigParseError``.
    """

    __slots__ = ("budget", "source", "warnings")

    def __init__(self, source: Source, budget: Budget) -> None:
        super().__init__(source.text)
        self.source = source
        self.budget = budget
        self.warnings: list[Diagnostic] = []

    def check_document(self, event: Any, number: int) -> None:
        """Refuse a second document and the directives of the first."""
        start = event.start_mark.index
        if number > 1:
            self.stop(
                "several-documents",
                "a second document starts here; a configuration file holds one",
                start,
                start + 3,
                suggestion="remove the '---', or move what follows into a file of its own",
            )
        if event.version is not None and tuple(event.version) != (1, 2):
            version = ".".join(str(part) for part in event.version)
            self.stop(
                "yaml-version",
                f"the file declares YAML {version}; it is read as YAML 1.2, in which 'yes' and '012' mean other things",
                start,
                self._line_end(start),
                suggestion="remove the %YAML line",
            )
        if event.tags:
            self.note(
                "tag",
                "a %TAG line prepares tags, which are not read",
                start,
                self._line_end(start),
                suggestion="remove the %TAG line",
            )

    def check_anchor(self, event: Any, path: Path) -> None:
        """Refuse an anchor whose name libyaml ends earlier than YAML 1.2 does, such as ``&a:b``."""
        start = self.source.parsed.find("&" + event.anchor, event.start_mark.index)
        end = start + 1 + len(event.anchor)
        if self.source.parsed[end : end + 1] not in _AFTER_NAME:
            self.stop(
                "syntax",
                "the name of an anchor holds letters, digits, '-' and '_', and a blank follows it",
                start,
                end + 1,
                path=path,
                suggestion="put the value in quotes if it is text",
            )

    def check_alias(self, event: Any, path: Path) -> None:
        """Refuse an alias whose name libyaml ends earlier than YAML 1.2 does, such as ``*a:``."""
        end = event.end_mark.index
        if self.source.parsed[end : end + 1] not in _AFTER_NAME:
            self.stop(
                "syntax",
                "the name of an alias must be followed by a blank",
                event.start_mark.index,
                end + 1,
                path=path,
                suggestion="write a blank before the ':' of a key, or put the value in quotes if it is text",
            )

    def note_alias(self, event: Any, anchors: Iterable[str], path: Path) -> None:
        """Note an alias that stands for nothing, or for a value that it is itself a part of."""
        from ..nearness import near

        name = event.anchor
        hidden = _is_confidential(path)
        shown = "this alias" if hidden else f"the alias *{name}"
        if name in anchors:
            rule, message = "recursive-alias", f"{shown} stands inside the value it stands for, which would never end"
            suggestion = "write the value out"
        else:
            rule, message = "syntax", f"{shown} stands for nothing: there is no anchor of that name before it"
            close = [] if hidden else near(name, anchors, most=1)
            suggestion = f"did you mean *{close[0]}?" if close else "put the value in quotes if it is text"
        self.note(rule, message, event.start_mark.index, event.end_mark.index, path=path, suggestion=suggestion)

    def note_tag(self, event: Any, path: Path) -> None:
        """Note a tag: every one of them, known or not."""
        text = self.source.parsed
        start = event.start_mark.index
        while text[start] != "!" and start < event.end_mark.index:
            start += 1
        end = text.find(">", start) + 1 if text.startswith("!<", start) else start
        while text[end : end + 1] not in _AFTER_NAME:
            end += 1
        tag = text[start:end]
        shown = "a tag" if _is_confidential(path) else f"the tag {_clip(tag)}"
        suggestion = "remove it; text that starts with '!' goes in quotes"
        if tag == "!!str":
            suggestion = "remove it and put the value in quotes"
        self.note(
            "tag", f"{shown} is not read: a value is what it looks like", start, end, path=path, suggestion=suggestion
        )

    def note_number(self, oddity: Oddity, lexeme: str, event: Any, path: Path) -> None:
        """Warn of a number that YAML readers disagree about; note one that cannot be kept."""
        end = event.end_mark.index
        start = end - len(lexeme)
        shown = "number" if _is_confidential(path) else f"number {_clip(lexeme)}"
        if oddity is AMBIGUOUS:
            message = f"YAML readers disagree about what the {shown} means, so it is read as text"
            suggestion = "put it in quotes if it is text, or write the decimal number that is meant"
            at = pointer(path)
            self.warnings.append(caution(oddity.rule, message, self.lines, start, end, path=at, suggestion=suggestion))
            return
        if oddity is NOT_FINITE:
            message = f"the {shown} is infinite or not a number; only finite numbers can be written in every format"
            suggestion = "write a finite number, or put it in quotes if it is text"
        else:
            message = f"the {shown} needs more than 64 bits, so other readers would round it"
            suggestion = "put it in quotes to keep it as text"
        self.note(oddity.rule, message, start, end, path=path, suggestion=suggestion)

    def note_key(self, event: Any, key: object, path: Path) -> None:
        """Note a key that is no text; ``path`` is that of its mapping."""
        self.note("key-not-string", key_message(key), event.start_mark.index, event.end_mark.index, path=path)

    def note_duplicate(self, event: Any, key: str, first: int, path: Path) -> None:
        """Note a key that its mapping has already, at the offset ``first``."""
        merge = key == MERGE and not getattr(event, "style", "")
        self.note(
            "duplicate-key",
            f"the key {key!r} is already in this mapping, in line {self.line_of(first)}",
            event.start_mark.index,
            event.end_mark.index,
            path=path,
            suggestion="merge several mappings with one list: '<<: [*a, *b]'" if merge else "remove one of the two",
        )

    def note_merge(self, event: Any, path: Path) -> None:
        """Note a merge of something that is no mapping."""
        self.note(
            "bad-merge",
            "'<<' merges a mapping, or a list of mappings, and this is neither",
            event.start_mark.index,
            event.end_mark.index,
            path=path,
            suggestion="name an anchored mapping, as in '<<: *defaults'; put '<<' in quotes if it is a key",
        )

    def stop_complex_key(self, event: Any, is_mapping: bool, path: Path) -> NoReturn:
        """Refuse a collection as a key; ``path`` is that of the mapping it would be a key of."""
        start = event.start_mark.index
        template = start > 0 and self.source.parsed.startswith("{{", start - 1)
        self.stop(
            "key-not-string",
            f"a {'mapping' if is_mapping else 'list'} is used as a key; keys are strings in every format",
            start,
            event.end_mark.index,
            path=path,
            suggestion="put a {{ template }} in quotes" if template else "put it in quotes if it is text",
        )

    def stop_question_mark(self, start: int) -> NoReturn:
        """Refuse ``{?a: 1}``, of which libyaml makes the key ``a`` and YAML 1.2 the key ``?a``."""
        self.stop(
            "syntax",
            "a '?' at the start of a word in brackets can be read in two ways",
            start - 1,
            start,
            suggestion="put the word in quotes, or a blank after the '?'",
        )

    def stop_depth(self, event: Any, path: Path) -> NoReturn:
        """Refuse a collection, or an alias of one, that is nested too deep."""
        self.stop(
            "too-deep",
            f"mappings and lists are nested more than {self.budget.depth} deep",
            event.start_mark.index,
            event.end_mark.index,
            path=path,
            suggestion="raise limits.depth in setpoint.toml if that is meant",
        )

    def stop_values(self, event: Any, path: Path) -> NoReturn:
        """Refuse the value with which there are too many."""
        self.stop(
            "too-many-values",
            f"the document holds more than {self.budget.nodes:,} values once aliases and merges are expanded",
            event.start_mark.index,
            event.end_mark.index,
            path=path,
            suggestion="raise limits.nodes in setpoint.toml if that is meant",
        )

    def _line_end(self, start: int) -> int:
        return start + len(self.lines.line(self.line_of(start)))


def _is_confidential(path: Path) -> bool:
    """True when a value at this path must not be shown, because a key on the way to it has the name of a secret."""
    return any(isinstance(part, str) and is_secret_name(part) for part in path)


def _clip(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
