"""Why libyaml stopped, in words that help to repair the text.

The parser's own message only chooses between the explanations here; what is said comes from looking at the text.
"""

from __future__ import annotations

import re

from ..span import Lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    # the rule, what is wrong, the offsets to point at, and what to do
    Fault: TypeAlias = tuple[str, str, int, int, str | None]

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# `key:value` on a line of its own: a word, a colon, and at once something that is no blank and no second slash.
_GLUED = re.compile(r"""[ \t]*(?:-[ ]+)*([A-Za-z_][\w.-]*):(?!//)[^\s:]""")
_PAIR = re.compile(r"""[ ]*(?:-[ ]+)*(?:"[^"\n]*"|'[^'\n]*'|[^\s#"'\[{][^#\n]*?)[ ]*:(?:[ \t]|$)""")
_SURROGATE = re.compile(r"\\(?:u|U0000)[dD][89a-fA-F][0-9a-fA-F]{2}")
_CLOSERS = {"[": "]", "{": "}"}


def explain(error: Any, text: str) -> Fault:
    """Return what is wrong with a text that PyYAML refused with ``error``, a ``yaml.YAMLError``."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return _unprintable(text)
    opened_mark = getattr(error, "context_mark", None)
    return _Reading(
        text,
        min(mark.index, len(text)),
        error.problem or "",
        error.context or "",
        min(opened_mark.index, len(text)) if opened_mark is not None else -1,
    ).fault()


def _unprintable(text: str) -> Fault:
    found = _UNPRINTABLE.search(text)
    if found is None:
        return "syntax", "this text cannot be read as YAML", 0, 1, None
    code = ord(found.group())
    return (
        "control-character",
        f"the invisible character U+{code:04X} cannot stand in YAML",
        found.start(),
        found.end(),
        f'remove it, or write it as "\\u{code:04x}" in double quotes',
    )


class _Reading:
    """The place where the parser stopped: ``at``, its ``problem`` and ``context``, and where that was ``opened``."""

    def __init__(self, text: str, at: int, problem: str, context: str, opened: int) -> None:
        self.text = text
        self.at = at
        self.problem = problem
        self.context = context
        self.opened = opened
        self.lines = Lines(text)
        self.number, self.column = self.lines.position(at)
        self.character = text[at : at + 1]

    def fault(self) -> Fault:
        problem, context = self.problem, self.context
        if "incompatible YAML" in problem:
            return (
                "yaml-version",
                "the file declares a version of YAML that is not 1.2",
                self.at,
                self._line_end(self.at),
                "remove the %YAML line",
            )
        if "tag" in context or "undefined tag" in problem:
            start = self.opened if "scanning a tag" in context and self.opened >= 0 else self.at
            return (
                "tag",
                "a tag is not read here",
                start,
                start + 1,
                "remove it, or put text that starts with '!' in quotes",
            )
        if "directive" in context or "directive" in problem:
            return self._say(
                "a line that starts with '%' is a directive of YAML, and this one is not known",
                self.lines.starts[self.number - 1],
                quote=True,
            )
        if "quoted scalar" in context:
            return self._quoted()
        if self._tab_at() is not None:
            return self._tab()
        if "block scalar" in context:
            return self._say(
                "after '|' or '>' only '-', '+' and one digit can stand; the text starts on the next line",
                suggestion="start the text on a new line, indented with blanks",
            )
        if "anchor" in context or "alias" in context:
            return self._name()
        if "cannot start any token" in problem:
            return self._say(f"no value can start with '{self.character}'", suggestion="put the value in quotes")
        if "flow" in context or "unexpected ':'" in problem:
            return self._flow()
        if "':'" in problem:
            return self._missing_colon()
        if "mapping values" in problem:
            return self._second_colon()
        if "sequence entries" in problem or "block sequence" in problem:
            return self._say(
                "a list cannot start on the line of its key", suggestion="start the list on the next line, with '- '"
            )
        return self._misplaced()

    def _say(
        self,
        message: str,
        start: int | None = None,
        end: int | None = None,
        *,
        suggestion: str | None = None,
        quote: bool = False,
    ) -> Fault:
        start = self.at if start is None else start
        end = start + 1 if end is None else end
        return "syntax", message, start, end, "put the value in quotes if it is text" if quote else suggestion

    def _quoted(self) -> Fault:
        if "escape" in self.problem or "hexdec" in self.problem:
            return self._escape()
        quote = self.text[self.opened : self.opened + 1]
        if "document indicator" in self.problem:
            message = f"the quote {quote} opened here is not closed before the document ends"
        else:
            message = f"the quote {quote} opened here is never closed"
        return self._say(message, self.opened, suggestion=f"close it with {quote}")

    def _escape(self) -> Fault:
        start = self.text.rfind("\\", self.opened, self.at + 2)
        half = _SURROGATE.match(self.text, start) if start >= 0 else _SURROGATE.search(self.text, max(self.opened, 0))
        if half is not None:
            return (
                "lone-surrogate",
                "this escape names half of a surrogate pair; YAML's escapes name whole characters",
                half.start(),
                half.end(),
                "write the character itself, or its \\U escape of eight digits",
            )
        start = max(start, self.opened, 0)
        if "unknown" in self.problem:
            return self._say(
                "the backslash starts an escape here, and there is none with this letter",
                start,
                start + 2,
                suggestion="double the backslash, or use single quotes, where a backslash is just that",
            )
        return self._say(
            "after \\x, \\u and \\U go two, four and eight hexadecimal digits of a character that exists",
            start,
            start + 2,
            suggestion="write the character itself",
        )

    def _tab_at(self) -> int | None:
        """Return where a tab stands that the parser stumbled over, or None."""
        if self.character == "\t":
            return self.at
        if "tab character" not in self.problem:
            return None
        found = self.text.find("\t", self.lines.starts[self.number - 1])
        return found if found >= 0 else self.at

    def _tab(self) -> Fault:
        place = self._tab_at()
        assert place is not None
        line_start = self.lines.starts[self.number - 1]
        if self.text[line_start:place].strip(" \t"):
            return self._say("a tab stands where only blanks may", place, suggestion="replace it by blanks")
        return self._say(
            "this line is indented with a tab; YAML is indented with blanks",
            place,
            suggestion="replace the tab by blanks",
        )

    def _name(self) -> Fault:
        start = self.opened if self.opened >= 0 else self.at
        sign = self.text[start : start + 1]
        what = "refers to an anchor" if sign == "*" else "starts an anchor"
        return self._say(
            f"a value that starts with '{sign}' {what}, and this is no name of one",
            start,
            suggestion="put the value in quotes if it is text",
        )

    def _flow(self) -> Fault:
        opener = self.text[self.opened : self.opened + 1] if self.opened >= 0 else ""
        closer = _CLOSERS.get(opener)
        if "unexpected ':'" in self.problem:
            return self._say("a blank is missing after this ':'", suggestion="write ': '")
        if closer is not None:
            line = self.lines.position(self.opened)[0]
            if not self.text[self.at :].strip():
                return self._say(
                    f"the '{opener}' opened here is never closed", self.opened, suggestion=f"close it with '{closer}'"
                )
            if self.character in ("]", "}"):
                return self._say(
                    f"'{self.character}' cannot close the '{opener}' of line {line}",
                    suggestion=f"close it with '{closer}'",
                )
            pair = _PAIR.match(self.lines.line(self.number))
            if line != self.number and pair is not None and pair.end() >= self.column:
                return self._say(
                    f"the '{opener}' of line {line} is not closed before this line",
                    self._line_start(),
                    suggestion=f"close it with '{closer}', or separate the entries with ','",
                )
            if self.character == ":":
                if not self.text[self.lines.starts[self.number - 1] : self.at].strip():
                    return self._say("the ':' is not on the line of its key", suggestion="write both on one line")
                return self._say(
                    "a second ': ' in one entry; the first one already ended its key",
                    suggestion="put the value in quotes, or separate the entries with ','",
                )
            return self._say(
                f"expected ',' or '{closer}' here, in the '{opener}' of line {line}",
                suggestion="separate the entries with ',', and put text with '[', ']', '{', '}' or ',' in quotes",
            )
        if not self.text[self.at :].strip():
            return self._say("the text ends inside a bracket that is never closed", suggestion="close it")
        if self.character == ",":
            return self._say("there is nothing before this ','", suggestion='remove it, or write the value: null, ""')
        if self.character == "-":
            return self._say("a list with '- ' cannot stand in brackets", suggestion="write [a, b] there")
        if self.character == ":":
            return self._no_key()
        return self._say(f"expected a value here, not '{self.character}'", quote=True)

    def _missing_colon(self) -> Fault:
        """A line that is neither a key with its value nor the rest of one."""
        start = self.opened if self.opened >= 0 else self.at
        line, _ = self.lines.position(start)
        return self._glued(line) or self._say(
            "this line is no 'key: value', and no list item or text that goes on",
            start,
            self._line_end(start),
            suggestion="write 'key: value'; the lines of a longer text are indented deeper than its key",
        )

    def _second_colon(self) -> Fault:
        """A ``: `` where no key can be."""
        line = self.lines.line(self.number)
        before = self.column - 1
        pair = _PAIR.match(line)
        if pair is not None and pair.end() <= before:
            return self._say(
                "a second ': ' in one line; the first one already ended its key",
                suggestion="put the value in quotes if the ':' belongs to it, or start a new line",
            )
        if line.lstrip(" ").startswith("---"):
            return self._say("a mapping cannot start on the line of the '---'", suggestion="start it on the next line")
        above = self._line_above(self.number)
        if above:
            glued = self._glued(above)
            if glued is not None:
                return glued
            if _indent(line) > _indent(self.lines.line(above)):
                return self._say(
                    f"this key is indented deeper than line {above}, which already has a value",
                    self._line_start(),
                    self.at,
                    suggestion="give it the indentation of its neighbours, or remove the value above",
                )
        return self._say("a key cannot stand here", self._line_start(), self.at + 1, quote=True)

    def _misplaced(self) -> Fault:
        """Something that belongs to nothing that is open: most often a line with the wrong indentation."""
        if self.character in ("]", "}"):
            return self._say(
                f"this '{self.character}' closes nothing", suggestion="remove it, or put the value in quotes"
            )
        before = self.text[max(0, self.at - 1000) : self.at].rstrip(" \t")
        if self.character == ":" and before[-1:] in ('"', "'"):
            return self._say("a blank is missing after this ':'", suggestion="write ': '")
        if before and before[-1] in "\"']}" and not before.endswith("\n") and self.character not in ("", "\n", "\r"):
            kind = "quote" if before[-1] in "\"'" else "bracket"
            return self._say(
                f"text follows a closing {kind}",
                suggestion="put the whole value in quotes; within single quotes a ' is written ''",
            )
        if self.character == ",":
            return self._say(
                "a ',' cannot stand here", suggestion="remove it; a comma separates entries in brackets only"
            )
        if self.character == ":":
            return self._no_key()
        above = self._line_above(self.number)
        glued = self._glued(above) if above else None
        if glued is not None:
            return glued
        if self.text.startswith("- ", self.at) and self.opened >= 0:
            opened = self.lines.position(self.opened)[0]
            return self._say(
                f"a list item stands among the keys of the mapping that starts in line {opened}",
                suggestion="indent the item like the others of its list, or give the list a key",
            )
        if self.opened >= 0:
            opened = self.lines.position(self.opened)[0]
            kind = "list" if "collection" in self.context or "sequence" in self.context else "mapping"
            return self._say(
                f"this line fits neither the {kind} that starts in line {opened} nor anything around it",
                self.at,
                self._line_end(self.at),
                suggestion="check its indentation: entries of one level start in the same column",
            )
        return self._say(
            "this follows the end of the document's value",
            self.at,
            self._line_end(self.at),
            suggestion="check its indentation: entries of one level start in the same column",
        )

    def _no_key(self) -> Fault:
        return (
            "key-not-string",
            "there is no key before this ':', and null is none; keys are strings in every format",
            self.at,
            self.at + 1,
            "write the key, or put the text in quotes",
        )

    def _glued(self, number: int) -> Fault | None:
        """Return the fault of a line like ``key:value``, in which a blank is missing, or None."""
        line = self.lines.line(number)
        found = _GLUED.match(line)
        if found is None or _PAIR.match(line):
            return None
        start = self.lines.starts[number - 1] + found.end(1)
        return self._say(
            f"a blank is missing after the ':' of '{found.group(1)}', so it is no key",
            start,
            suggestion=f"write '{found.group(1)}: '",
        )

    def _line_above(self, number: int) -> int:
        """Return the number of the nearest line above that is neither blank nor a comment, or 0."""
        for above in range(number - 1, max(0, number - 1000), -1):
            line = self.lines.line(above).strip(" \t")
            if line and not line.startswith("#"):
                return above
        return 0

    def _line_start(self) -> int:
        start = self.lines.starts[self.number - 1]
        return start + _indent(self.lines.line(self.number))

    def _line_end(self, start: int) -> int:
        number, _ = self.lines.position(start)
        return self.lines.starts[number - 1] + max(len(self.lines.line(number).rstrip()), 1)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
