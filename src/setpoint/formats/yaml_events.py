"""The events of a YAML text, from libyaml where PyYAML has it, else from PyYAML's own parser.

Events, and never PyYAML's loaders: those recurse, and with the C extension a deep document ends the process.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    class EventParser(Protocol):
        """What both parsers offer: the next event; it raises ``yaml.YAMLError``."""

        def get_event(self) -> Any: ...


def parser(text: str) -> EventParser:
    """Return a parser of a text. The marks of its events count characters of that text."""
    try:
        from yaml._yaml import CParser
    except ImportError:  # PyYAML was built without libyaml
        return pure_parser(text)
    made: EventParser = CParser(text)
    return made


def pure_parser(text: str) -> EventParser:
    """Return the parser written in Python: the same events, some ten times slower."""
    from yaml.error import MarkedYAMLError
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class PureParser(Reader, Scanner, Parser):
        """PyYAML's own parser, and as strict as libyaml about the escapes of characters that do not exist."""

        def __init__(self, stream: str) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)

        def get_event(self) -> Any:
            try:
                event = super().get_event()  # type: ignore[no-untyped-call] # PyYAML's stubs have no types
            except (ValueError, OverflowError):  # chr() of an escape beyond U+10FFFF
                raise self._bad_escape(self.get_mark()) from None
            if getattr(event, "style", None) == '"' and any("\ud800" <= letter <= "\udfff" for letter in event.value):
                raise self._bad_escape(event.start_mark)
            return event

        def _bad_escape(self, mark: Any) -> MarkedYAMLError:
            return MarkedYAMLError(
                "while parsing a quoted scalar", mark, "found invalid Unicode character escape code", mark
            )

    made: EventParser = PureParser(text)
    return made
