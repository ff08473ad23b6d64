"""Which text may stand without quotes: what every reader, of YAML 1.1 or 1.2, takes for that text.

Sources: the core schema of YAML 1.2.2, section 10.3.2; the types of YAML 1.1 (https://yaml.org/type/: bool, float, int,
merge, null, timestamp, value), widened by what readers in use add, such as commas in numbers and more base 60.
"""

from __future__ import annotations

import re

from ..formats.yaml_scalars import CONSTANTS, NUMBER_STARTS, resolve

# Words that some reader takes for a constant, in small letters.
_WORDS = frozenset(
    ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil", "~", "<<", "=", "nan", "inf", "infinity")
)

_NUMBERLIKE = re.compile(
    r"""[-+]?(?:
        [0-9][0-9_,]*                                                   # 12, 1_000, 1,000, 012
      | (?:[0-9][0-9_,]*)?\.[0-9_]*(?:[eE][-+]?[0-9_]+)?                # 1.5, .5, 1_0.5, 1.e3, a lone dot
      | [0-9][0-9_,]*[eE][-+]?[0-9_]+                                   # 1e3
      | [0-9][0-9_,]*(?::[0-9]+)+(?:\.[0-9_]*)?                         # 12:30, 1:30:00.5
      | 0[xX][0-9a-fA-F_,]* | 0[oO][0-7_,]* | 0[bB][01_,]*
      | \.(?:inf|nan)
    )""",
    re.VERBOSE | re.IGNORECASE,
).fullmatch
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?").fullmatch

# What can be written down as it is, in a plain or a single-quoted scalar. A byte order mark is left out, and what is a
# line break to YAML 1.1; the last range holds no surrogates, for a text has none.
_PRINTABLE = re.compile("[ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*").fullmatch

# What a plain scalar cannot start with, and what would end it inside of brackets.
_INDICATORS = "!\"#%&'*,>@[]`{|}"
_WOULD_END_IT = re.compile(r": | #|:\Z").search
_WOULD_END_IT_IN_BRACKETS = re.compile(r"[,:?\[\]{}]").search


def is_printable(text: str) -> bool:
    """True for text that can stand in a file as it is, in one line."""
    return _PRINTABLE(text) is not None


def is_plain(text: str, in_brackets: bool = False) -> bool:
    """True for text that every reader takes for that text when it stands without quotes.

    Arguments: ``in_brackets`` tells that it stands inside ``[ ]`` or ``{ }``.
    """
    if not text or text[0] in _INDICATORS or text[0] in " ?:" or text[-1] == " " or text[:2] in ("-", "- "):
        return False
    if not is_printable(text) or _WOULD_END_IT(text) or (in_brackets and _WOULD_END_IT_IN_BRACKETS(text)):
        return False
    return is_text(text)


def is_text(lexeme: str) -> bool:
    """True for a plain scalar that no reader takes for anything but text."""
    if lexeme.lower() in _WORDS or lexeme in CONSTANTS:
        return False
    if lexeme[0] in NUMBER_STARTS and (_NUMBERLIKE(lexeme) or _DATE(lexeme) or resolve(lexeme) != lexeme):
        return False
    return not lexeme.startswith(("---", "..."))


def is_plain_string(lexeme: str) -> bool:
    """True for a plain scalar of a file that is read as text here."""
    if lexeme in CONSTANTS:
        return False
    return lexeme[0] not in NUMBER_STARTS or resolve(lexeme) == lexeme
