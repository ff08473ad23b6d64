"""What is logged about callbacks, without a value of any configuration."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from logging import Logger


def raised(name: str, error: BaseException) -> None:
    """Log that a callback raised: which error, and where. Its message is left out, for it may quote a value."""
    import traceback

    # Without the frame of this package, which is the first.
    frames = "".join(traceback.format_tb(error.__traceback__)[1:]).rstrip()
    where = f"; its message is not shown here, as it may quote a value:\n{frames}" if frames else ""
    _log().error("the callback %s raised %s%s", name, type(error).__name__, where)


def is_slow(name: str, seconds: float) -> None:
    """Log that a callback takes long."""
    _log().warning(
        "the callback %s has been running for %.1f s; what comes next for it waits until it ends", name, seconds
    )


def has_no_loop(name: str) -> None:
    """Log that a callback's event loop is closed."""
    _log().warning("the event loop of the callback %s is closed; it will not be called any more", name)


def could_not_merge(name: str, error: str) -> None:
    """Log that two deliveries could not be made one. Arguments: ``error`` is the name of what was raised."""
    _log().error("what waits for the callback %s could not be merged (%s); the older is dropped", name, error)


def has_no_thread(error: str) -> None:
    """Log that no thread could be started to run callbacks. Arguments: ``error`` is why."""
    _log().error("no thread could be started to run callbacks (%s); they wait for the next publication", error)


def name_of(callback: object) -> str:
    """Return what logs call a function: its module and name."""
    while type(callback).__name__ == "partial" and hasattr(callback, "func"):
        callback = callback.func
    named = callback if hasattr(callback, "__qualname__") else type(callback)
    return f"{named.__module__ or 'builtins'}.{named.__qualname__}"


def _log() -> Logger:
    import logging

    return logging.getLogger("setpoint.callbacks")
