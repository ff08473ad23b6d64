"""How well a misspelt key is found: seeded one-key typos in valid documents of many styles.

    python bench/typos.py [--seed N] [--count N] [--styles DIR] [--worst N] [--only STYLE]

For each document, keys are picked at random and one letter is dropped, doubled, swapped with its neighbour or
replaced; typos that the schema still accepts are left out. Of the others it is counted how often

- ``named``: an error stands at the misspelt key itself;
- ``suggested``: that error suggests the right key (a key whose name the user chose counts too: nobody can know it);
- ``single``: that error is the only one.

The styles are the files of ``tests/diagnosis/styles``: a schema and documents that fit it. Seed 20250 is the one to
develop with; report another.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from setpoint.diagnosis.diagnosis import diagnose
from setpoint.errors import SchemaError

STYLES = Path(__file__).resolve().parent.parent / "tests" / "diagnosis" / "styles"
KINDS = ("drop", "double", "swap", "replace")
ROOT = "https://setpoint.invalid/schema"


class Style:
    """A schema with documents that fit it."""

    def __init__(self, name: str, schema: Any, documents: list[Any]) -> None:
        self.name = name
        self.schema = schema
        self.documents = documents
        self.base_uri = ROOT
        if isinstance(schema, dict):
            self.base_uri = schema.get("$id") or schema.get("id") or ROOT
        self.validator = jsonschema_rs.validator_for(schema, validate_formats=True)
        draft4 = isinstance(schema, dict) and "draft-04" in str(schema.get("$schema"))
        self._registry = jsonschema_rs.Registry(
            [(self.base_uri, schema)], draft=jsonschema_rs.Draft4 if draft4 else None
        )

    def errors_of(self, tree: Any) -> list[jsonschema_rs.ValidationError]:
        """Return the engine's errors."""
        return list(self.validator.iter_errors(tree))

    def resolve(self, base_uri: str, reference: str) -> tuple[Any, str]:
        """Return the schema that a reference means and its base URI."""
        try:
            found = self._registry.resolver(base_uri).lookup(reference)
        except jsonschema_rs.ReferencingError as error:
            raise SchemaError(str(error)) from None
        return found.contents, found.resolver.base_uri

    def diagnose(self, tree: Any) -> list[Any]:
        """Return the problems of a tree."""
        return diagnose(tree, self.schema, self.errors_of, self.resolve, self.base_uri)


class Typo:
    """One misspelt key: the document with it, where it stands, and what it was."""

    def __init__(self, tree: Any, parts: tuple[str | int, ...], meant: str, kind: str) -> None:
        self.tree = tree
        self.parts = parts
        self.meant = meant
        self.kind = kind


def load_styles(folder: Path = STYLES) -> list[Style]:
    """Return the styles of a folder, by name."""
    styles = []
    for path in sorted(folder.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        styles.append(Style(path.stem, content["schema"], content["documents"]))
    return styles


def misspell(key: str, kind: str, chance: random.Random) -> str:
    """Return a key with one slip; it may be the same key, where letters repeat."""
    at = chance.randrange(len(key))
    if kind == "drop":
        return key[:at] + key[at + 1 :]
    if kind == "double":
        return key[: at + 1] + key[at:]
    if kind == "swap":
        return key[:at] + key[at + 1 : at + 2] + key[at] + key[at + 2 :]
    return key[:at] + chance.choice("abcdefghijklmnopqrstuvwxyz") + key[at + 1 :]


def keys_of(tree: Any, parts: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield each key of a tree with the parts of its mapping."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield parts, key
            yield from keys_of(value, (*parts, key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from keys_of(value, (*parts, index))


def renamed(tree: Any, parts: tuple[str | int, ...], old: str, new: str) -> Any:
    """Return a tree with one key renamed in its place."""
    if not parts:
        return {new if key == old else key: value for key, value in tree.items()}
    if isinstance(tree, dict):
        return {k: renamed(v, parts[1:], old, new) if k == parts[0] else v for k, v in tree.items()}
    return [renamed(v, parts[1:], old, new) if i == parts[0] else v for i, v in enumerate(tree)]


def typos_of(style: Style, seed: int, count: int) -> Iterator[Typo]:
    """Yield up to ``count`` rejected typos for each document of a style."""
    for number, document in enumerate(style.documents):
        chance = random.Random(f"{seed}/{style.name}/{number}")
        keys = list(keys_of(document))
        made = 0
        seen = set()
        for _ in range(count * 8):
            if made == count:
                break
            parts, key = chance.choice(keys)
            kind = chance.choice(KINDS)
            wrong = misspell(key, kind, chance) if key else ""
            holder = document
            for part in parts:
                holder = holder[part]
            if not wrong or wrong in holder or (parts, wrong) in seen:
                continue
            seen.add((parts, wrong))
            tree = renamed(document, parts, key, wrong)
            if style.validator.is_valid(tree):
                continue
            made += 1
            yield Typo(tree, (*parts, wrong), key, kind)


def judge(typo: Typo, problems: list[Any]) -> tuple[bool, bool, bool]:
    """Return whether the right key was named, the right one suggested, and nothing else said."""
    errors = [problem for problem in problems if problem.severity == "error"]
    there = [problem for problem in errors if problem.parts == typo.parts and problem.at == "key"]
    suggested = any(problem.suggestion == f"did you mean '{typo.meant}'?" for problem in there)
    return bool(there), suggested, len(errors) == 1


class Score:
    """What was counted."""

    def __init__(self) -> None:
        self.typos = self.named = self.suggested = self.single = 0
        self.slowest = 0.0

    def add(self, result: tuple[bool, bool, bool], seconds: float) -> None:
        """Count one typo."""
        self.typos += 1
        self.named += result[0]
        self.suggested += result[1]
        self.single += result[2]
        self.slowest = max(self.slowest, seconds)

    def shares(self) -> tuple[float, float, float]:
        """Return the three percentages."""
        total = max(self.typos, 1)
        return 100 * self.named / total, 100 * self.suggested / total, 100 * self.single / total


def measure(
    styles: list[Style], seed: int, count: int, miss: Callable[[Style, Typo, list[Any]], None] | None = None
) -> dict[str, Score]:
    """Return the score of each style, and of all under ``total``; ``miss`` is told each typo that was not perfect."""
    total = Score()
    scores = {}
    for style in styles:
        score = scores[style.name] = Score()
        for typo in typos_of(style, seed, count):
            start = time.perf_counter()
            problems = style.diagnose(typo.tree)
            seconds = time.perf_counter() - start
            result = judge(typo, problems)
            score.add(result, seconds)
            total.add(result, seconds)
            if miss is not None and not all(result):
                miss(style, typo, problems)
    scores["total"] = total
    return scores


def main() -> int:
    """Run the measurement and print it."""
    parser = argparse.ArgumentParser(description="How well a misspelt key is found.")
    parser.add_argument("--seed", type=int, default=20250)
    parser.add_argument("--count", type=int, default=60, help="typos for each document")
    parser.add_argument("--styles", type=Path, default=STYLES)
    parser.add_argument("--worst", type=int, default=10, help="misses to show")
    parser.add_argument("--only", help="one style")
    options = parser.parse_args()
    styles = [style for style in load_styles(options.styles) if options.only in (None, style.name)]
    for style in styles:
        for number, document in enumerate(style.documents):
            for error in style.errors_of(document):
                print(
                    f"{style.name}: document {number} does not fit: {list(error.instance_path)} {error.message[:200]}"
                )
                return 1
    misses: list[str] = []

    def miss(style: Style, typo: Typo, problems: list[Any]) -> None:
        said = "\n".join(f"      {problem!r}" for problem in problems[:4])
        misses.append(f"  {style.name}: {list(typo.parts)} was {typo.meant!r} ({typo.kind})\n{said}")

    scores = measure(styles, options.seed, options.count, miss)
    print(f"{'style':<14}{'typos':>7}{'named':>9}{'suggested':>11}{'single':>9}{'slowest':>10}")
    for name, score in scores.items():
        named, suggested, single = score.shares()
        slowest = f"{score.slowest * 1000:.1f} ms"
        print(f"{name:<14}{score.typos:>7}{named:>8.2f}%{suggested:>10.2f}%{single:>8.2f}%{slowest:>10}")
    if misses and options.worst:
        print(f"\n{len(misses)} misses, of which:")
        print("\n".join(random.Random(options.seed).sample(misses, min(options.worst, len(misses)))))
    print(f"\nseed {options.seed}, python {sys.version.split()[0]}, jsonschema-rs {version('jsonschema-rs')}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
