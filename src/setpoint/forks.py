"""Forking with locks about: the child finds everything whole, and no lock held for ever."""

from __future__ import annotations

import os
import weakref
from threading import RLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Two locks, so that a thread which holds one of the watched ones may watch another object while somebody forks: who
# forks holds ``_gate`` while it waits, and ``_list`` never.
_gate = RLock()
_list = RLock()
_watched: weakref.WeakKeyDictionary[Any, tuple[tuple[int, str], ...]] = weakref.WeakKeyDictionary()
_held: list[tuple[Any, str]] = []


def watch(holder: Any, **locks: int) -> None:
    """Keep the locks of an object usable in the children of this process, as long as the object lives.

    Arguments: ``locks`` are the names of its attributes that hold an ``RLock``, each with its rank. A thread that holds
    one lock may wait for one of a higher rank only; a fork takes all of them in that order.
    """
    with _list:
        _watched[holder] = tuple((rank, name) for name, rank in locks.items())


def _before() -> None:
    # Whoever is changing something finishes first. One order for all, so that two threads that fork cannot block each
    # other. An object that is watched meanwhile is new, and taken when the others are: nobody else has its locks yet
    # for long.
    _gate.acquire()
    while True:
        with _list:
            ranked = [(rank, id(holder), holder, name) for holder, locks in _watched.items() for rank, name in locks]
        ranked.sort(key=lambda one: one[:2])
        _held.extend((holder, name) for _, _, holder, name in ranked)
        for holder, name in _held:
            getattr(holder, name).acquire()
        _list.acquire()
        if sum(len(locks) for locks in _watched.values()) <= len(_held):
            return
        _list.release()
        _release()


def _release() -> None:
    for holder, name in _held:
        getattr(holder, name).release()
    _held.clear()


def _in_parent() -> None:
    _list.release()
    _release()
    _gate.release()


def _in_child() -> None:
    global _gate, _list  # the thread that would release the old ones may not be here
    for holder, name in _held:
        setattr(holder, name, RLock())
    _held.clear()
    _gate, _list = RLock(), RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
