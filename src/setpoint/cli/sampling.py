"""From the files of a document to a sample that a schema is inferred from."""

from __future__ import annotations

from ..errors import ConfigParseError
from ..formats import decode
from ..inference.sample import Sample
from ..merge import merge
from ..reading import read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..budget import Budget
    from ..sources.listing import Entry, LayerFile


def sample_of(entry: Entry, budget: Budget) -> Sample:
    """Return a document in all states that its files can bring it into: alone, with each profile, with the local file.

    Raises ``ConfigParseError``, located, when a file cannot be parsed, and what ``read_file`` raises.
    """
    texts = [(read_file(file.path, budget, file.shown), file) for file in entry.all_files()]
    trees = {file.layer: parsed(data, file, budget) for data, file in texts}
    base, local = trees["base"], trees.get("local")
    states = [merge([base, tree]) for layer, tree in trees.items() if layer.startswith("profile:")]
    if local is not None:
        states += [merge([state, local]) for state in (base, *states)]
    return Sample(base, states, [(data, file.format_name) for data, file in texts])


def parsed(data: bytes, file: LayerFile, budget: Budget) -> Any:
    """Return the tree of a file. Raises ``ConfigParseError`` that names the file."""
    try:
        return decode(data, file.format_name, budget)
    except ConfigParseError as error:
        found = [one.replace(file=file.shown, layer=file.layer) for one in error.diagnostics]
        raise ConfigParseError(f"{file.shown}: the file cannot be parsed", found) from None
