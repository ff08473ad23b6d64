"""The fast road from YAML to a tree: yamlrocks builds it, and libyaml confirms that it was YAML.

yamlrocks 0.7 accepts texts that are none and reads something into them: ``a:`` with a next line ``b:1`` becomes
``{"a": "b:1"}``, and a key that is indented one blank too little starts a new list item. libyaml refuses these. Run
over a text without making Python objects it takes two thirds of the time of yamlrocks, and the verdict is the same on
every version of Python.
"""

from __future__ import annotations

import re

import yamlrocks
from yaml._yaml import CParser
from yaml.error import YAMLError

from ..tree import MisfitError, survey
from .value_bound import too_many_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..budget import Budget
    from ..tree import Tree

# The versions whose readings were compared with those of the strict road.
KNOWN = "0.7."

_OPTIONS = yamlrocks.OPT_DUPLICATE_KEYS_ERROR | yamlrocks.OPT_REJECT_COMPLEX_KEYS

# Each search starts with one literal byte, which finds its candidates at the speed of memchr. A byte that opens
# something has white space or punctuation before it; at the start of the text nothing, which is tested apart.
_ANCHOR = re.compile(rb"&(?<=[\s\[{,:]&)[^&\s]").search  # the && and & of commands are none
_TAG = re.compile(rb"!(?<=[\s\[{,:]!)").search
_QUESTION = re.compile(rb"\?(?<=[\s\[{,:]\?)").search
_MERGE = re.compile(rb"<<\s*:").search
_DIRECTIVE = re.compile(rb"%(?<=[\r\n]%)").search
# The ambiguous numbers of yaml_scalars, with or without sign, as a whole word.
_NUMBER = re.compile(
    rb"""0(?:
          (?:(?<=[\s\[{,]0)|(?<=["']:0))(?:[0-9]+|[XO][0-9a-fA-F]+|b[01]+)
        | (?:(?<=[\s\[{,][-+]0)|(?<=["']:[-+]0))(?:[0-9]+|[XOxo][0-9a-fA-F]+|b[01]+)
    )(?=:?[\s\]},]|:?\Z)""",
    re.VERBOSE,
).search

# yamlrocks turns an integer into text when Python would not convert its digits: 4,300 decimal ones.
_LONG = 3500
_DIGITS_AS_ZEROS = bytes(0x30 if chr(byte) in "0123456789abcdefABCDEF" else byte for byte in range(256))
_LONG_NUMBER = b"0" * _LONG


class Doubt:
    """Stands for a tree that only the strict road can give, or refuse."""


DOUBT = Doubt()


def decode(body: bytes, budget: Budget) -> Tree | Doubt:
    """Return the tree of a text without byte order mark, or ``DOUBT`` when only the strict road can judge it.

    Raises ``ConfigParseError`` for more values than the budget allows.
    """
    if is_doubtful(body):
        return DOUBT
    if not body.endswith(b"\n"):
        body += b"\n"
    try:
        documents: list[Any] = yamlrocks.loads_all(body, option=_OPTIONS)
        tree: Tree = documents[0] if len(documents) == 1 else None
        if tree.__class__ not in (dict, list):
            return DOUBT
        survey(tree, budget)
        # Last, when the depth is known to keep the budget: libyaml takes a time quadratic in the depth of brackets.
        CParser(body).raw_parse()
    except MisfitError as misfit:
        if misfit.rule == "too-many-values":  # it was enough to count them once
            raise too_many_values(budget) from None
        return DOUBT
    except (yamlrocks.YAMLRocksError, YAMLError):
        return DOUBT
    return tree


def is_doubtful(body: bytes) -> bool:
    """True when yamlrocks might read a text otherwise than the strict road, or takes too long to refuse it.

    That is every text with an anchor, a tag, a merge, a directive, or a number that readers disagree about, and one
    with something that libyaml reads differently.
    """
    return (
        body[:1] in b"&!%?0+"
        or body[:2] == b"-0"
        or (b"<<" in body and _MERGE(body) is not None)
        or (b"&" in body and (_ANCHOR(body) is not None or b"*&" in body))
        or (b"!" in body and _TAG(body) is not None)
        or (b"?" in body and _QUESTION(body) is not None)
        or (b"%" in body and _DIRECTIVE(body) is not None)
        or _NUMBER(body) is not None
        or (
            not body.isascii()
            and (b"\xef\xbb\xbf" in body or b"\xc2\x85" in body or b"\xe2\x80\xa8" in body or b"\xe2\x80\xa9" in body)
        )
        or (len(body) > _LONG and _LONG_NUMBER in body.translate(_DIGITS_AS_ZEROS))
    )
