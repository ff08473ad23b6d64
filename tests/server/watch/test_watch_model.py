"""Whoever comes, goes, stalls or comes back, whatever happens: each hears all that they may see, once and in order."""

from __future__ import annotations

import asyncio
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from watch_ground import Client, Ground, ground, heard_in, until

from setpoint.events import Skipped

KEEP = 6
GRANTS = ("viewer", "viewer:app", "viewer:team/*")
WHO = st.integers(0, 4)
DOCUMENTS = st.sampled_from([("app",), ("team/one",), ("app", "team/one")])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("change"), DOCUMENTS),
        st.tuples(st.just("change"), DOCUMENTS),
        st.tuples(st.just("turn"), st.integers(1, 6)),
        st.tuples(st.just("come"), WHO),
        st.tuples(st.just("go"), WHO),
        st.tuples(st.just("stall"), WHO),
        st.tuples(st.just("read"), WHO),
        st.tuples(st.just("arrive"), st.just(0)),
        st.tuples(st.just("lose"), st.just(0)),
    ),
    max_size=40,
)


class Somebody:
    """One who watches, over several connections: what was heard on each, and with which id it began."""

    def __init__(self, made: Ground, number: int) -> None:
        self.made = made
        self.grant = GRANTS[number % len(GRANTS)]
        self.documents = ["app"] if number == 3 else []
        self.principal = made.principal(self.grant)
        self.client: Client | None = None
        self.last = ""
        self.connections: list[tuple[str, Client]] = []

    def sees(self, documents: tuple[str, ...]) -> bool:
        seen = [name for name in documents if self.principal.may("read", name)]
        return bool(seen) and (not self.documents or "app" in seen)

    async def come(self) -> None:
        if self.client is None:
            query = {"documents": self.documents} if self.documents else {}
            self.client = await self.made.stream(self.principal, last=self.last, **query)
            self.connections.append((self.last, self.client))

    async def go(self) -> None:
        if self.client is not None:
            client, self.client = self.client, None
            await client.leave()
            self.last = client.last_id

    def stall(self) -> None:
        if self.client is not None:
            self.client.reads.clear()

    def read(self) -> None:
        if self.client is not None:
            self.client.reads.set()


async def play(steps: list[tuple[str, Any]], directory: Path) -> None:
    async with ground(directory, keep=KEEP) as made:
        happened: dict[int, tuple[str, ...]] = {}  # by number; a loss is an event about nothing
        numbers = count(1)
        everybody = [Somebody(made, number) for number in range(5)]
        for what, of in steps:
            if what == "change":
                happened[next(numbers)] = of
                made.changes(*of)
            elif what == "lose":
                happened[next(numbers)] = ()
                made.happens(Skipped(1))
            elif what == "turn":
                for _ in range(of):
                    await asyncio.sleep(0)
            elif what == "arrive":
                await until(lambda: made.hub.recent.newest == len(happened))
            elif what in ("come", "go"):
                await getattr(everybody[of], what)()
            else:
                getattr(everybody[of], what)()
        for one in everybody:
            one.read()
        await made.settled()
        for one in everybody:
            check(one, happened, made.hub.boot)
        audiences = {one.principal.key for one in everybody}
        assert made.rendered <= len(happened) * len(audiences)


def check(one: Somebody, happened: dict[int, tuple[str, ...]], boot: str) -> None:
    """Compare what somebody has heard with what has happened."""
    for resumed, client in one.connections:
        events, _ = heard_in(client.text)
        if resumed:
            at = number_of(resumed, boot)
        else:
            at = number_of(client.text.partition("id: ")[2].partition("\n")[0], boot)
        for event in events:
            number = number_of(event.id, boot)
            if event.kind == "reset":
                missed = range(at + 1, number + 1)
                assert len(missed) > KEEP or not all(happened[one] for one in missed), "there was no need for a reset"
            else:
                due = next(later for later in range(at + 1, len(happened) + 1) if one.sees(happened[later]))
                assert number == due, f"heard {number} instead of {due}"
                assert event.data["documents"] == [name for name in happened[number] if one.principal.may("read", name)]
            at = number
        if client is one.client:
            rest = [later for later in range(at + 1, len(happened) + 1) if one.sees(happened[later])]
            assert not rest, f"never heard {rest}"


def number_of(id_: str, boot: str) -> int:
    name, _, number = id_.partition("-")
    assert name == boot
    return int(number)


@given(STEPS)
@example([("come", 0), ("stall", 0), *[("change", ("app",))] * 9, ("arrive", 0), ("read", 0), ("change", ("app",))])
@example([("come", 1), ("change", ("app",)), ("turn", 3), ("go", 1), ("change", ("app",)), ("come", 1)])
@example([("come", 0), ("change", ("app",)), ("arrive", 0), ("lose", 0), ("change", ("app",)), ("go", 0), ("come", 0)])
def test_everybody_hears_everything_once_and_in_order(steps: list[tuple[str, Any]]) -> None:
    """Random changes, losses, arrivals, departures and stalls leave each watcher with exactly what the model says."""
    with TemporaryDirectory() as directory:
        asyncio.run(play(steps, Path(directory)))
