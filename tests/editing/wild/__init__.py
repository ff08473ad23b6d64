"""Files in the styles found in the wild, made by code from a seed: ``sample(seed)``."""

from __future__ import annotations

from random import Random

from .genres import GENRES
from .json_style import JsonStyle
from .page import Page
from .toml_style import TomlStyle
from .yaml_style import YamlStyle

KINDS = [(genre, form) for genre, (_, forms) in GENRES.items() for form in forms]


class Sample:
    """One file: its kind, its format, its bytes, its comments with those they belong to, and what aliases share."""

    def __init__(self, seed: int, genre: str, form: str, data: bytes, page: Page) -> None:
        self.seed = seed
        self.genre = genre
        self.format = form
        self.data = data
        self.notes = page.notes
        self.shared = page.shared

    def __repr__(self) -> str:
        return f"sample({self.seed})  # {self.genre}, {self.format}, {len(self.data)} bytes"


def sample(seed: int, only: str | None = None) -> Sample:
    """Return the file of a seed; ``only`` is a format."""
    kinds = [kind for kind in KINDS if only in (None, kind[1])]
    genre, form = kinds[seed % len(kinds)]
    random = Random(f"{genre} {form} {seed}")
    tree = GENRES[genre][0](random)
    style: Page
    if form == "yaml":
        style = YamlStyle(random)
    elif form == "toml":
        style = TomlStyle(random)
    else:
        style = JsonStyle(random, comments=form == "jsonc")
    return Sample(seed, genre, form, style.write(tree), style)  # type: ignore[attr-defined]
