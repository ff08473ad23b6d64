"""Publishing, subscribing and cancelling in any order, against what each subscription must have heard."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st
from listening import PATIENCE

from setpoint.bus.bus import Bus

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.sampled_from(["a", "b"])),
        st.tuples(st.just("subscribe"), st.sampled_from(["a", "b"]), st.sampled_from(["quick", "raises", "slow"])),
        st.tuples(st.just("cancel"), st.integers(0, 9)),
        st.tuples(st.just("drain")),
    ),
    max_size=40,
)


@given(STEPS)
@settings(max_examples=settings.default.max_examples // 2)
def test_each_hears_what_was_published_while_it_listened(steps: list[tuple[str, ...]]) -> None:
    """In order, once each; one that was cancelled may miss the last ones, and hears nothing later."""
    bus = Bus(patience=0.002)
    subscriptions = []
    cancelled = []
    published = 0
    for what, *facts in steps:
        if what == "publish":
            published += 1
            for _, topic, _, due in subscriptions:
                if topic == facts[0]:
                    due.append(published)
            bus.publish(published, topic=facts[0])
        elif what == "subscribe":
            topic, kind = facts
            heard: list[int] = []

            def callback(number: int, heard: list[int] = heard, kind: str = kind) -> None:
                heard.append(number)
                if kind == "slow":
                    time.sleep(0.004)
                if kind == "raises":
                    raise ValueError

            subscriptions.append((bus.subscribe(callback, topic=topic), topic, heard, []))
        elif what == "cancel" and int(facts[0]) < len(subscriptions):
            subscription, _, heard, due = subscriptions.pop(int(facts[0]))
            assert subscription.cancel(PATIENCE)
            assert heard == due[: len(heard)]
            cancelled.append((heard, list(heard)))
        elif what == "drain":
            assert bus.drain(PATIENCE)
            assert [heard for _, _, heard, _ in subscriptions] == [due for *_, due in subscriptions]
    assert bus.drain(PATIENCE)
    assert [heard for _, _, heard, _ in subscriptions] == [due for *_, due in subscriptions]
    assert all(heard == before for heard, before in cancelled)
    assert bus.stats()["published"] == published
    bus.close(PATIENCE)
