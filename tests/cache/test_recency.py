"""The queue by last use."""

from __future__ import annotations

import itertools

import pytest

from setpoint.cache.cell import Cell
from setpoint.cache.recency import Recency


def cell(used: int) -> Cell:
    made = Cell(str(used), 0, None)
    made.used = used
    return made


def test_it_gives_the_least_recently_used() -> None:
    """Also when cells were used after they were queued."""
    queue = Recency(itertools.count(1000).__next__)
    cells = [cell(used) for used in range(5)]
    for one in cells:
        queue.add(one)
    cells[0].used, cells[2].used = 10, 7
    assert [queue.pop().used for _ in range(5)] == [1, 3, 4, 7, 10]
    with pytest.raises(IndexError):
        queue.pop()


def test_a_cell_that_left_is_not_given() -> None:
    """Not even when it was queued again, here or elsewhere: it comes once, in its place."""
    queue, other = Recency(itertools.count(1000).__next__), Recency(itertools.count(1000).__next__)
    one, two = cell(1), cell(2)
    queue.add(one)
    queue.add(two)
    queue.discard(one)
    other.add(one)
    assert queue.pop() is two
    other.discard(one)
    queue.add(one)
    assert len(queue) == 1
    assert queue.pop() is one
    assert (len(queue), len(other)) == (0, 0)


def test_what_was_left_behind_does_not_pile_up() -> None:
    """Adding and taking out for ever keeps the queue as small as what is in it."""
    queue = Recency(itertools.count(1000).__next__)
    stays = cell(0)
    queue.add(stays)
    for used in range(10_000):
        passing = cell(used)
        queue.add(passing)
        queue.discard(passing)
    assert len(queue._heap) < 200
    assert queue.pop() is stays
