"""Where paths lead, against the standard library."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.watching.names import read_names
from setpoint.watching.trail import Trail, trail_of

NAMES = st.sampled_from(["a", "b", "c"])
STEPS = st.sampled_from(["a", "b", "c", ".", "..", ""])
TARGETS = st.lists(STEPS, min_size=1, max_size=4).map("/".join).filter(bool)


@given(
    entries=st.lists(st.tuples(st.lists(NAMES, min_size=1, max_size=3), st.one_of(st.none(), TARGETS)), max_size=8),
    path=st.lists(STEPS, min_size=1, max_size=6),
    absolute=st.booleans(),
)
def test_a_trail_leads_where_the_path_does(
    entries: list[tuple[list[str], str | None]], path: list[str], absolute: bool
) -> None:
    """Through any links, over missing parts and with dots, it ends where os.path.realpath does, hop by hop."""
    with tempfile.TemporaryDirectory() as name:
        top = os.path.realpath(name)
        for parts, target in entries:
            place = os.path.join(top, *parts)
            try:
                os.makedirs(os.path.dirname(place), exist_ok=True)
                if target is None:
                    os.mkdir(place)
                else:
                    os.symlink(os.path.join(top, target) if absolute and target[0] != "/" else target, place)
            except OSError:  # already something else, or a loop on the way
                continue
        asked = top + "/" + "/".join(path)
        alone = trail_of(asked)
        if len(alone.hops) == 40:  # a loop, which leads nowhere, in whatever way
            with pytest.raises(OSError, match=r"Too many levels|No such file"):
                os.stat(asked)
            return
        known: dict[str, Trail] = {}
        assert trail_of(asked, known) == alone
        assert trail_of(asked, known) == alone
        assert alone.real == os.path.realpath(asked)
        for directory, link in alone.hops:
            assert os.path.islink(os.path.join(directory, link))
            assert os.path.realpath(directory) == directory


def test_each_link_on_the_way_is_a_hop(tmp_path: Path) -> None:
    """Those in the middle of the path, at its end, and those that links lead through."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_text("x")
    (tmp_path / "middle").symlink_to("real")
    (tmp_path / "end").symlink_to("middle/file")
    top = os.path.realpath(tmp_path)
    trail = trail_of(f"{top}/end")
    assert trail.real == f"{top}/real/file"
    assert trail.hops == ((top, "end"), (top, "middle"))
    assert trail != Trail(trail.real)
    assert len({trail, trail_of(f"{top}/end")}) == 1


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    """A link to itself, and one that grows with each turn, lead somewhere after 40 links."""
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "grows").symlink_to("grows/further")
    for name in ("self", "grows"):
        assert len(trail_of(str(tmp_path / name)).hops) == 40


def test_a_very_deep_path_is_followed(tmp_path: Path) -> None:
    """A thousand parts need no thousand frames."""
    deep = str(tmp_path) + "/x" * 2000
    assert trail_of(deep).real == os.path.realpath(tmp_path) + "/x" * 2000


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "c", ".d", "e\nf", "ö"]), st.sampled_from("fdl")), max_size=6),
    st.lists(st.tuples(st.sampled_from(["a", "b", "c", ".d", "e\nf", "ö"]), st.sampled_from("fdl")), max_size=6),
)
def test_directories_are_told_apart_by_their_names_and_kinds(
    one: list[tuple[str, str]], other: list[tuple[str, str]]
) -> None:
    """Two have the same digest exactly when they have the same names of the same kinds, hidden ones left out."""
    digests, kinds = [], []
    with tempfile.TemporaryDirectory() as top:
        for number, entries in enumerate((one, other)):
            folder = Path(top, str(number))
            folder.mkdir()
            for name, kind in dict(entries).items():
                path = folder / name
                path.write_text("") if kind == "f" else path.mkdir() if kind == "d" else path.symlink_to("nowhere")
            digest, links = read_names(str(folder), lambda name: name[0] != ".")
            assert links == {name for name, kind in dict(entries).items() if kind == "l"}
            digests.append(digest)
            kinds.append({name: kind for name, kind in dict(entries).items() if name[0] != "."})
    assert (digests[0] == digests[1]) == (kinds[0] == kinds[1])
