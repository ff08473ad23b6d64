"""Who is asked and told of changes."""

from __future__ import annotations

from setpoint.audience import Audience


def test_a_document_is_awaited_as_long_as_somebody_asks_for_it() -> None:
    """A subscription that was cancelled asks for nothing, and is not kept."""
    audience = Audience()
    first = audience.on_change("messaging.queue", print)
    assert audience.awaits("messaging")
    assert not audience.awaits("coordinates")
    first.cancel()
    assert not audience.awaits("messaging")
    audience.on_change("*", print)
    assert audience.awaits("messaging")
    assert len(audience._awaited) == 1
    audience.close()
