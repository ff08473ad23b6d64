"""The last revisions of all documents, as somebody may see them."""

from __future__ import annotations

from pathlib import Path

import pytest

from setpoint.errors import ConfigNotFoundError

from .place import HIDDEN, make_place


def test_only_revisions_of_what_one_may_read_are_told(tmp_path: Path) -> None:
    """Pages of them follow each other without a gap, and nothing says how many others there are."""
    place = make_place(tmp_path / "place")
    try:
        for number in range(4):
            for name in ("shop", HIDDEN):
                place.system.set(f"{name}.extra", number, reason=f"of {name}")
        everything = place.desk("viewer").recent(100)["revisions"]
        assert {one["document"] for one in everything} == {"shop", HIDDEN}
        assert [one["entry"] for one in everything] == sorted((one["entry"] for one in everything), reverse=True)
        desk = place.desk("viewer:shop")
        found, before = [], None
        while True:
            page = desk.recent(2, before)
            found += page["revisions"]
            before = page["next"]
            if before is None:
                break
        assert [one["number"] for one in found] == sorted((one["number"] for one in found), reverse=True)
        assert len(found) == len(place.system.history("shop"))
        assert {one["entry"] for one in found} == {0}
        assert HIDDEN not in str(found)
        with pytest.raises(ConfigNotFoundError):
            desk.recent(2, (HIDDEN, 1))
        with pytest.raises(ConfigNotFoundError):
            desk.recent(2, ("shop", 10_000))
    finally:
        place.close()
