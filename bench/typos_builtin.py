"""How many misspelt keys the built-in schemas refuse, on the documents of the example project.

Every key of every document is misspelt by dropping, doubling, replacing and swapping each of its letters in turn;
each misspelt document is held against the schema. Names that the user chooses (channels, aliases, paths, groups) are
counted apart: most of their misspellings are names as good as any.

Run: ``python bench/typos_builtin.py`` from the folder of the project. Deterministic; takes a few seconds.
"""

from __future__ import annotations

import copy
import json
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from setpoint.schemas import builtin

EXAMPLE = Path(__file__).parents[1] / "examples" / "swarm" / "config"
DOCUMENTS = {
    "unified_config.yaml": ("unified_config", "2.0.0"),
    "coordinates.json": ("coordinates", "2.0.0"),
    "messaging.yml": ("messaging", None),
    "discord_channels.json": ("discord_channels", None),
    "semantic_config.yaml": ("semantic_config", None),
}


def typos(word: str) -> set[str]:
    """Every word one slip away: a letter dropped, doubled, replaced by its successor, or swapped with the next."""
    letters = string.ascii_lowercase
    slips = set()
    for at, letter in enumerate(word):
        slips.add(word[:at] + word[at + 1 :])
        slips.add(word[:at] + letter + word[at:])
        if letter.lower() in letters:
            slips.add(word[:at] + letters[(letters.index(letter.lower()) + 1) % 26] + word[at + 1 :])
        slips.add(word[:at] + word[at + 1 : at + 2] + letter + word[at + 2 :])
    return slips - {word, ""}


def levels(schema: dict[str, Any], tree: Any, parts: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Each mapping of a document, and whether its names are the user's to choose."""
    if not isinstance(tree, dict):
        return
    yield parts, schema.get("additionalProperties") is not False
    for key, value in tree.items():
        inner = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
        if isinstance(inner, dict):
            yield from levels(inner, value, (*parts, key))


def main() -> None:
    """Print, for each document, how many misspellings there are and how many are refused."""
    print(f"{'document':<24}{'known keys':>24}{'names of the user':>24}")
    totals = [[0, 0], [0, 0]]
    for file, (name, version) in DOCUMENTS.items():
        schema = json.loads(Path(builtin(name)[version]).read_text())
        validator = jsonschema_rs.validator_for(schema, validate_formats=True)
        document = yaml.safe_load((EXAMPLE / file).read_text())
        counts = [[0, 0], [0, 0]]
        for parts, is_open in levels(schema, document):
            holder = document
            for part in parts:
                holder = holder[part]
            for key in list(holder):
                for slip in sorted(typos(key) - set(holder)):
                    tree = copy.deepcopy(document)
                    level = tree
                    for part in parts:
                        level = level[part]
                    level[slip] = level.pop(key)
                    counts[is_open][0] += not validator.is_valid(tree)
                    counts[is_open][1] += 1
        print(f"{file:<24}{_share(counts[0]):>24}{_share(counts[1]):>24}")
        totals = [
            [total + more for total, more in zip(*pair, strict=True)] for pair in zip(totals, counts, strict=True)
        ]
    print(f"{'all':<24}{_share(totals[0]):>24}{_share(totals[1]):>24}")


def _share(count: list[int]) -> str:
    refused, every = count
    return f"{refused}/{every} = {refused / every:.1%}" if every else "-"


if __name__ == "__main__":
    main()
