"""Server-sent events: what a stream begins with, how it goes on after a break, and what it leaves out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from watch_ground import Client, Ground, ground, heard_in, until

from setpoint.change import ABSENT, Change, differences
from setpoint.diagnostic import Diagnostic
from setpoint.errors import UsageError
from setpoint.events import Orphaned, Rejected, Reloaded, Skipped
from setpoint.server import hub as hubs
from setpoint.server import recent as recents
from setpoint.server import watch
from setpoint.server.problem import Problem
from setpoint.server.seen import as_json


def run(test: Callable[[Ground], Any], directory: Path, **settings: Any) -> None:
    """Run a test in an event loop that shows what is left behind."""

    async def running() -> None:
        async with ground(directory, **settings) as made:
            await test(made)

    asyncio.run(running())


def test_a_stream_begins_with_where_it_begins(tmp_path: Path) -> None:
    """The first lines say once when to come back, and an id to go on from, before anything has happened."""

    async def test(made: Ground) -> None:
        client = await made.stream()
        assert client.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert client.headers["cache-control"] == "no-store"
        assert client.headers["x-accel-buffering"] == "no"
        assert "content-length" not in client.headers
        assert client.text.count("retry: ") == 1
        assert client.events == []
        assert client.last_id == f"{made.hub.boot}-0"

    run(test, tmp_path)


def test_what_happens_is_told_in_order_with_ids(tmp_path: Path) -> None:
    """Each event has its kind, an id that counts up, and its facts as one line of JSON."""

    async def test(made: Ground) -> None:
        client = await made.stream()
        made.changes("app")
        made.happens(Rejected(["app"], [Diagnostic("invalid", "it is wrong", document="app")], "no"))
        made.happens(Orphaned(["team/one"]))
        await until(lambda: len(client.events) == 3)
        assert [one.kind for one in client.events] == ["reloaded", "rejected", "orphaned"]
        assert [one.id for one in client.events] == [f"{made.hub.boot}-{number}" for number in (1, 2, 3)]
        assert client.events[0].data["documents"] == ["app"]
        assert client.events[0].data["changes"][0]["path"] == "/a"
        assert client.events[1].data["diagnostics"][0]["message"] == "it is wrong"
        assert client.text.count("retry: ") == 1

    run(test, tmp_path)


def test_a_watcher_waits_as_one_task(tmp_path: Path) -> None:
    """A stream in which nothing happens is one task, and none when it is over."""

    async def test(made: Ground) -> None:
        before = len(asyncio.all_tasks())
        for _ in range(20):
            await made.stream()
        await made.settled()
        assert len(asyncio.all_tasks()) == before + 20
        for client in made.clients:
            await client.leave()
        assert len(asyncio.all_tasks()) == before
        assert len(made.hub) == 0

    run(test, tmp_path)


@pytest.mark.parametrize("place", ["header", "query"])
def test_who_comes_back_gets_what_was_missed(tmp_path: Path, place: str) -> None:
    """With the id of the last event that was heard, all later ones follow, and no earlier one."""

    async def test(made: Ground) -> None:
        client = await made.stream()
        made.changes("app")
        await until(lambda: client.events)
        last = client.last_id
        await client.leave()
        missed = [made.changes("app"), made.changes("team/one")]
        await made.settled()
        again = await (made.stream(last=last) if place == "header" else made.stream(last_event_id=last))
        later = made.changes("app")
        await until(lambda: len(again.events) == 3)
        assert [one.data["generation"] for one in again.events] == [*missed, later]

    run(test, tmp_path)


@pytest.mark.parametrize(
    "last", ["nonsense", "00000000-1", "{boot}-99", "{boot}--1", "{boot}-1\n", "{boot}-٣", "{boot}-" + "9" * 15]
)
def test_an_id_that_is_not_known_resets(tmp_path: Path, last: str) -> None:
    """Who comes with an id that this server did not give is told to read everything anew, and hears what follows."""

    async def test(made: Ground) -> None:
        made.changes("app")
        await made.settled()
        client = await made.stream(last=last.format(boot=made.hub.boot))
        generation = made.changes("app")
        await until(lambda: len(client.events) == 2)
        reset, event = client.events
        assert (reset.kind, reset.data["generation"], reset.id) == ("reset", 2, f"{made.hub.boot}-1")
        assert event.data["generation"] == generation

    run(test, tmp_path)


def test_who_comes_back_too_late_resets(tmp_path: Path) -> None:
    """An event that is no longer kept makes a reset of all that was missed; the one just before the oldest does not."""

    async def test(made: Ground) -> None:
        for _ in range(6):
            made.changes("app")
        await made.settled()
        late = await made.stream(last=f"{made.hub.boot}-1")
        just = await made.stream(last=f"{made.hub.boot}-2")
        await until(lambda: late.events and len(just.events) == 4)
        assert [one.kind for one in late.events] == ["reset"]
        assert [one.data["generation"] for one in just.events] == [4, 5, 6, 7]

    run(test, tmp_path, keep=4)


def test_a_slow_reader_resets_and_holds_nothing(tmp_path: Path) -> None:
    """A client that does not read keeps no events for itself: when it reads on, it is told to read everything anew."""

    async def test(made: Ground) -> None:
        slow = await made.stream()
        quick = await made.stream()
        slow.reads.clear()
        made.changes("app")  # this one is on its way
        await until(lambda: quick.events)
        for _ in range(20):
            made.changes("app")
        await until(lambda: len(quick.events) == 21)
        slow.reads.set()
        await until(lambda: len(slow.events) == 2)
        made.changes("app")
        await until(lambda: len(slow.events) == 3)
        assert [one.kind for one in slow.events] == ["reloaded", "reset", "reloaded"]
        assert [one.data["generation"] for one in slow.events] == [2, 22, 23]

    run(test, tmp_path, keep=5)


def test_a_reader_that_never_reads_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its patience the hub ends what is sent to a client that takes nothing; others go on."""
    monkeypatch.setattr(hubs, "_TICK", 0.01)

    async def test(made: Ground) -> None:
        stuck, fine = await made.stream(), await made.stream()
        stuck.reads.clear()
        made.changes("app")
        await stuck.ended()
        made.changes("app")
        await until(lambda: len(fine.events) == 2)
        assert not stuck.events and not stuck.is_complete
        assert len(made.hub) == 1

    run(test, tmp_path, patience=0.05)


def test_lost_events_reset_everybody(tmp_path: Path) -> None:
    """When events came faster than the hub could read them, each watcher is told so, and who comes back later too."""

    async def test(made: Ground) -> None:
        client = await made.stream()
        made.changes("app")
        await until(lambda: client.events)
        made.happens(Skipped(7))
        made.changes("app")
        await until(lambda: len(client.events) == 3)
        assert [one.kind for one in client.events] == ["reloaded", "reset", "reloaded"]
        again = await made.stream(last=f"{made.hub.boot}-1")
        await until(lambda: again.events)
        assert again.events[0].kind == "reset"

    run(test, tmp_path)


def test_a_snapshot_leaves_no_gap(tmp_path: Path) -> None:
    """A stream that begins with a snapshot tells every change after that generation, none that it has already."""

    async def test(made: Ground) -> None:
        generation = made.changes("app")
        await made.settled()
        client = await made.stream(snapshot=True)
        later = [made.changes("app"), made.changes("app")]
        await until(lambda: len(client.events) == 3)
        first, *others = client.events
        assert (first.kind, first.data["generation"]) == ("snapshot", generation)
        assert [one.data["generation"] for one in others] == later
        await client.leave()
        again = await made.stream(last=first.id, snapshot=True)
        await until(lambda: len(again.events) == 2)
        assert [one.kind for one in again.events] == ["reloaded", "reloaded"]

    run(test, tmp_path)


def test_filters_choose_documents_and_kinds(tmp_path: Path) -> None:
    """Patterns over names and kinds of events leave out all others; where both are given, both must fit."""

    async def test(made: Ground) -> None:
        one = await made.stream(documents=["team/*"])
        kinds = await made.stream(events=["orphaned", "rejected"])
        both = await made.stream(documents=["app", "other"], events=["orphaned"])
        made.changes("app")
        made.changes("team/one", "app")
        made.happens(Orphaned(["team/one"]))
        made.happens(Orphaned(["app"]))
        made.happens(Rejected(["app"], (), "no", held=["team/one"]))
        await made.settled()
        assert [(event.kind, event.id[-1]) for event in one.events] == [
            ("reloaded", "2"),
            ("orphaned", "3"),
            ("rejected", "5"),
        ]
        assert [event.id[-1] for event in kinds.events] == ["3", "4", "5"]
        assert [event.id[-1] for event in both.events] == ["4"]

    run(test, tmp_path)


def test_a_filter_tells_nothing_of_what_may_not_be_seen(tmp_path: Path) -> None:
    """Whether a document that one may not read is part of an event cannot be found out by filtering for it."""

    async def test(made: Ground) -> None:
        who = made.principal("viewer:app")
        client = await made.stream(who, documents=["team/one"])
        everything = await made.stream(who)
        made.changes("app", "team/one")
        made.changes("team/one")
        made.changes("app")
        await made.settled()
        assert client.events == []
        assert [one.data["documents"] for one in everything.events] == [["app"], ["app"]]
        assert "team" not in everything.text

    run(test, tmp_path)


def test_each_event_is_rendered_once_for_equal_rights(tmp_path: Path) -> None:
    """However many watch with the same rights, an event is made ready once; who has other rights gets another one."""

    async def test(made: Ground) -> None:
        for _ in range(30):
            await made.stream(made.principal("viewer:app"))
        for _ in range(30):
            await made.stream(made.principal("viewer:team/one"))
        for _ in range(5):
            made.changes("app", "team/one")
        await until(lambda: all(len(client.events) == 5 for client in made.clients))
        assert made.rendered == 10
        assert made.clients[0].text.count("team/one") == 0
        await made.stream(made.principal("viewer:app"), last=f"{made.hub.boot}-1")
        await until(lambda: len(made.clients[-1].events) == 4)
        assert made.rendered == 10

    run(test, tmp_path)


@pytest.mark.parametrize(
    "text", ["a\nevent: fake\ndata: {}\n\n", "\r\rid: 1\r", "\u2028\u2029\x85\x0b\x0c", "\x00", "\ud800"]
)
def test_no_text_breaks_out_of_its_line(tmp_path: Path, text: str) -> None:
    """Line breaks, separators and halves of surrogate pairs in texts stay texts, and end no line of the stream."""

    async def test(made: Ground) -> None:
        client = await made.stream()
        made.happens(Rejected(["app"], [Diagnostic("invalid", text, document="app")], text))
        await until(lambda: client.events)
        assert [one.kind for one in client.events] == ["rejected"]
        assert client.events[0].data["message"] == text
        assert b"\n" not in as_json({text: text}) and b"\r" not in as_json({text: text})

    run(test, tmp_path)


def test_a_sign_of_life_comes_in_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while without events a comment is sent; it moves the id on when events of others have passed."""
    monkeypatch.setattr(hubs, "_TICK", 0.01)

    async def test(made: Ground) -> None:
        client = await made.stream(made.principal("viewer:app"))
        await until(lambda: client.text.count("\n:\n\n") >= 2)
        made.changes("team/one")
        made.changes("team/one")
        await until(lambda: client.last_id == f"{made.hub.boot}-2")
        assert client.events == []

    run(test, tmp_path, heartbeat=0.03)


def test_a_broken_desk_resets_instead_of_going_silent(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """When what somebody may see cannot be worked out it is logged once, and they are told to read everything anew."""

    async def test(made: Ground) -> None:
        made.breaks_on = ("orphaned",)
        clients = [await made.stream() for _ in range(3)]
        made.happens(Orphaned(["app"]))
        made.changes("app")
        await until(lambda: all(len(one.events) == 2 for one in clients))
        assert [one.kind for one in clients[0].events] == ["reset", "reloaded"]

    run(test, tmp_path)
    assert [record.message for record in caplog.records if "cannot tell" in record.message] == [
        "cannot tell those who watch of <Orphaned app>: they are told to read everything anew"
    ]


def test_changes_that_cannot_be_worked_out_reset(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An event whose changes cannot be worked out is none that is told, and nobody misses it unknowingly."""

    async def test(made: Ground) -> None:
        client = await made.stream()

        def broken() -> list[Any]:
            raise RuntimeError("no trees")

        made.happens(Reloaded(["app"], 2, 0.1, broken))
        made.system._serving.generation = 2
        made.changes("app")
        await until(lambda: len(client.events) == 2)
        assert [one.kind for one in client.events] == ["reset", "reloaded"]

    run(test, tmp_path)
    assert "no trees" in caplog.text


def test_too_many_changes_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a document that changed in very many places the first are named and the others counted, for who may see it."""
    monkeypatch.setattr(recents, "MOST_CHANGES", 1)

    async def test(made: Ground) -> None:
        client = await made.stream(made.principal("viewer:app"))
        before = {"still": 0}
        after = before | {f"k{number}": number for number in range(5)}
        made.happens(
            Reloaded(
                ["app", "team/one"],
                2,
                0.1,
                lambda: [*differences("app", before, after), *differences("team/one", before, after)],
            )
        )
        await until(lambda: client.events)
        data = client.events[0].data
        assert [(one["path"], one["kind"]) for one in data["changes"]] == [("/k0", "added")]
        assert data["more"] == 4

    run(test, tmp_path)


def test_what_is_kept_is_light(tmp_path: Path) -> None:
    """The events that are kept for those who come back hold the changes, and neither whole trees nor texts of files."""

    async def test(made: Ground) -> None:
        client = await made.stream()
        made.system.load_config("app")
        made.system.set("app.a", 2, reason="a test")
        await until(lambda: {"reloaded", "saved"} <= {one.kind for one in client.events})
        for number in range(1, made.hub.recent.newest + 1):
            event = made.hub.recent.get(number).event
            if isinstance(event, Reloaded):
                assert [tuple(one) for one in event._changes] == [("app.a", 1, 2)]
            else:
                assert event._differences == {}

    run(test, tmp_path)


def test_a_large_change_is_told_without_its_values(tmp_path: Path) -> None:
    """Values too large to be kept are left off, then places too many; the event says so, and keeps its order."""

    async def test(made: Ground) -> None:
        client = await made.stream()
        large = ["x" * 1000] * 600
        long = {f"{number}-" + "k" * 1000: number for number in range(600)}
        made.happens(Reloaded(["app"], 2, 0.1, [Change("app", ("list",), [], large), Change("app", ("b",), ABSENT, 1)]))
        made.happens(Reloaded(["app"], 3, 0.1, lambda: list(differences("app", {"b": 1}, {"b": 1, **long}))))
        made.happens(Rejected(["app"], [Diagnostic("invalid", "m" * 2000, document="app") for _ in range(300)], "no"))
        made.changes("app")
        await until(lambda: len(client.events) == 4)
        values, details, rejected, small = (one.data for one in client.events)
        assert [(one["path"], one["kind"]) for one in values["changes"]] == [("/list", "changed"), ("/b", "added")]
        assert not any("before" in one or "after" in one for one in values["changes"])
        assert values["values_left_off"] is True
        assert (details["changes"], details["details_left_off"]) == ([], True)
        assert (rejected["diagnostics"], rejected["message"], rejected["details_left_off"]) == ([], "no", True)
        assert "values_left_off" not in small

    run(test, tmp_path)


def test_a_large_event_goes_in_pieces(tmp_path: Path) -> None:
    """An event of many bytes is sent piece by piece, and a stream that is ended meanwhile ends within it."""

    async def test(made: Ground) -> None:
        whole, broken = await made.stream(), await made.stream()
        change = Change("app", ("a",), "x" * 100_000, "y" * 100_000)
        broken.reads.clear()
        made.happens(Reloaded(["app"], 2, 0.1, [change]))
        await until(lambda: whole.events)
        assert whole.events[0].data["changes"][0]["after"] == "y" * 100_000
        assert max(len(one["body"]) for one in whole.messages[1:]) <= 32 * 1024
        last = broken.last_id
        broken.answer.over = True  # as when its token ends just now
        broken.reads.set()
        await broken.ended()
        assert broken.is_complete
        assert (broken.events, broken.last_id) == ([], last)

    run(test, tmp_path)


def test_large_events_push_out_older_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is limited in bytes too: fewer events are kept when they are large."""
    monkeypatch.setattr(recents, "_MOST_BYTES", 100_000)

    async def test(made: Ground) -> None:
        for number in range(10):
            made.happens(Reloaded(["app"], number + 2, 0.1, [Change("app", ("a",), "x" * 20_000, "y" * 20_000)]))
        await made.settled()
        recent = made.hub.recent
        assert (recent.oldest, recent.newest, recent.forgotten) == (9, 10, 9)
        assert recent._size < 100_000

    run(test, tmp_path)


def test_catching_up_leaves_turns_to_others(tmp_path: Path) -> None:
    """A client that is told very much at once keeps nobody else waiting until it has all of it."""

    async def test(made: Ground) -> None:
        for _ in range(900):
            made.changes("app")
        await made.settled()
        turns = 0

        async def other() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        beside = asyncio.create_task(other())
        client = Client(await watch.events(made.call(last=f"{made.hub.boot}-0", snapshot=False)))
        made.clients.append(client)
        while client.text.count("event: reloaded") < 900:
            await asyncio.sleep(0)
        beside.cancel()
        assert turns > 10
        parts = [one["body"] for one in client.messages if one["type"] == "http.response.body"]
        assert max(map(len, parts)) < 40_000

    run(test, tmp_path)


def test_a_pattern_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    """A pattern that cannot be one, or too many of them, are refused before the stream begins."""

    async def test(made: Ground) -> None:
        with pytest.raises(UsageError, match="stand alone"):
            await made.stream(documents=["prod*"])
        with pytest.raises(Problem, match="20 times"):
            await made.stream(documents=["app"] * 21)
        assert len(made.hub) == 0

    run(test, tmp_path)


def test_head_begins_no_stream(tmp_path: Path) -> None:
    """HEAD is answered with the headers of the stream, and watches nothing."""

    async def test(made: Ground) -> None:
        response = await watch.events(made.call(method="HEAD", snapshot=False))
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert len(made.hub) == 0

    run(test, tmp_path)


def test_the_reader_of_these_tests_reads_as_browsers_do() -> None:
    """An event without data is none, but its id counts; comments are none; what is not finished is not there yet."""
    events, last = heard_in(
        "retry: 5\nid: a-1\n\n:\n\nid: a-2\nevent: saved\ndata: {}\n\nevent: x\ndata: {}\nid: a-3\n"
    )
    assert [(one.kind, one.id) for one in events] == [("saved", "a-2")]
    assert last == "a-2"
