"""TOML 1.0: read by the standard library, refused by our own scanner.

The library follows nesting by recursion, dotted keys in more than linear time, and takes a hundred bytes of memory
for each digit of a number. A text that could make use of that is scanned first, which is linear and keeps the budget.
"""

from __future__ import annotations

import re
import tomllib

from ..tree import MisfitError, survey
from .refusal import refuse, text_of
from .toml_dates import may_hold_dates, with_dates_as_text
from .toml_scan import LONGEST_NUMBER, scan
from .value_bound import check_toml_values, too_many_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from ..budget import Budget
    from ..diagnostic import Diagnostic
    from ..span import Place
    from ..tree import Tree


def decode(data: bytes, budget: Budget, warn: Callable[[Diagnostic], None]) -> Tree:  # noqa: ARG001 - nothing is doubtful
    """Return the tree in the bytes of a TOML document, its dates and times as text.

    Arguments: see ``formats.decode``; TOML has nothing to warn of. Raises ``ConfigParseError``.
    """
    text = text_of(data)
    check_toml_values(data, budget)
    if _may_have_long_keys(text, budget.depth) or _may_have_long_numbers(text):
        scan(text, depth=budget.depth)
    try:
        tree = tomllib.loads(text)
        if may_hold_dates(text):
            with_dates_as_text(tree)
        survey(tree, budget)
    except (ValueError, RecursionError, MisfitError) as error:
        if isinstance(error, MisfitError) and error.rule == "too-many-values":
            raise too_many_values(budget) from None
        _refuse(text, budget, error)
    return tree


def locate(text: str) -> Place:
    """Return the place of every value in a TOML text; see ``toml_scan`` for those of tables."""
    return scan(text)


def _may_have_long_keys(text: str, depth: int) -> bool:
    """True when a line has dots enough for a dotted key that is nested deeper than ``depth``."""
    return text.count(".") >= depth and re.search(rf"(?m)^(?:[^.\n]*+\.){{{depth}}}", text) is not None


def _may_have_long_numbers(text: str) -> bool:
    """True when as many characters of numbers follow each other as no number may have."""
    if len(text) <= LONGEST_NUMBER:
        return False
    return re.search(rf"(?<![\w.+-])[0-9A-Fa-fox_.+-]{{{LONGEST_NUMBER + 1}}}", text) is not None


def _refuse(text: str, budget: Budget, error: Exception) -> NoReturn:
    """Raise ``ConfigParseError`` for a text that was refused with ``error``."""
    places = scan(text, depth=budget.depth)
    from ..span import Lines

    lines = Lines(text)
    if isinstance(error, RecursionError):
        message = "arrays and inline tables are nested deeper than the TOML parser can follow"
        raise refuse("too-deep", message, lines, 0, suggestion="lower limits.depth in setpoint.toml") from None
    # Not reached while the scanner is as strict as the parser: then it has raised, in better words than these.
    if isinstance(error, MisfitError):
        place = places.nearest(error.path)
        raise refuse(error.rule, str(error), lines, place.start, place.end) from None
    place_of = re.search(r" \(at line ([0-9]+), column ([0-9]+)\)$", str(error))
    offset = lines.offset(int(place_of[1]), int(place_of[2])) if place_of else len(text)
    reason = str(error).split(" (at ")[0]
    raise refuse("syntax", f"the TOML parser refuses this: {reason}", lines, offset) from None
