"""Forking with caches about: the child finds every cache whole and no lock held for ever."""

from __future__ import annotations

import os
import weakref
from threading import RLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .config_cache import ConfigCache

_gate = RLock()
_caches: weakref.WeakSet[ConfigCache] = weakref.WeakSet()
_held: list[ConfigCache] = []


def watch(cache: ConfigCache) -> None:
    """Keep a cache usable in the children of this process, as long as it lives."""
    with _gate:
        _caches.add(cache)


def _before() -> None:
    # Whoever is changing a cache finishes first. One order for all, so that two threads that fork cannot block
    # each other.
    _gate.acquire()
    _held.extend(sorted(_caches, key=id))
    for cache in _held:
        cache._lock.acquire()


def _in_parent() -> None:
    for cache in _held:
        cache._lock.release()
    _held.clear()
    _gate.release()


def _in_child() -> None:
    global _gate  # noqa: PLW0603 - the thread that would release the old one may not be here
    for cache in _held:
        cache._lock = RLock()
    _held.clear()
    _gate = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
