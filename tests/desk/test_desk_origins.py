"""Who set each of many values, told at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .place import SECRET, make_place


def test_origins_are_those_that_explain_tells(tmp_path: Path) -> None:
    """For every place of a document: the same layer, file, line and column; nothing inside of a secret, no value."""
    place = make_place(tmp_path / "place")
    try:
        desk = place.desk("viewer")
        places = list(every(place.system.load_config("shop").to_dict()))
        told = desk.origins("shop", [*places, ("nosuch",), ("users", 99)])
        assert told[-2:] == [None, None]
        assert told[places.index(("vault", "canary-key"))] is None
        for at, origin in zip(places, told, strict=False):
            if at == ("vault", "canary-key"):
                continue
            first = dict(desk.explain("shop", at)["origins"][0])
            del first["value"]
            assert origin == first, at
        assert SECRET not in str(told)
        revealing = place.desk("viewer", reveals=("**",))
        assert None not in revealing.origins("shop", places)
    finally:
        place.close()


def every(tree: Any, at: tuple[str | int, ...] = ()) -> Any:
    """Every place of a tree but the root."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in pairs:
        yield (*at, key)
        yield from every(value, (*at, key))
