"""``transaction``: several documents, all or none."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from changing_home import documents, leftovers, opened

from setpoint import Config, ConfigSystem, Diagnostic
from setpoint.errors import ConfigNotFoundError, ConfigValidationError, EditRefusedError, SetpointError, UsageError


def test_all_documents_change_at_once(home: Path) -> None:
    """One transaction is one group on record, one generation in memory, and a snapshot before it stays as it was."""
    system = opened()
    before = system.snapshot()
    with system.transaction(reason="both") as tx:
        tx.set("queue.retries", 5)
        tx.set("limits.rate", 11)
        tx.unset("store.pool")
        assert system.load_config("queue").retries == 3, "not before the end"
    now = system.snapshot()
    assert (now["queue"].retries, now["limits"].rate, "pool" in now["store"]) == (5, 11, False)
    assert now.generation == before.generation + 1
    assert before["queue"].retries == 3
    assert tx.saved is not None
    assert {one.document for one in tx.saved.revisions} == {"queue", "limits", "store"}
    assert len({one.group for one in tx.saved.revisions}) == 1
    assert leftovers(home) == []


def test_steps_build_on_one_another(home: Path) -> None:
    """Later steps see what earlier ones did, and a state in between may be wrong."""
    system = opened()
    with system.transaction() as tx:
        tx.set("queue.retries", 99)
        tx.set("queue.retries", 9)
        tx.set("queue.labels.a", {})
        tx.set("queue.labels.a.b", 1)
        tx.set("queue.version", 2)
        tx.unset("queue.version")
    assert "version" not in system.load_config("queue")
    assert system.load_config("queue").labels.a.b == 1
    assert system.load_config("queue").retries == 9


def test_a_saved_tree_counts_from_where_it_stands(home: Path) -> None:
    """After a set it wins, before one it loses."""
    system = opened()
    tree = system.load_config("queue").to_dict()
    with system.transaction() as tx:
        tx.set("queue.retries", 5)
        tx.save_config("queue", {**tree, "version": 2})
    assert (system.load_config("queue").retries, system.load_config("queue").version) == (3, 2)
    with system.transaction() as tx:
        tx.save_config("queue", {**tree, "version": 3})
        tx.set("queue.retries", 5)
    assert (system.load_config("queue").retries, system.load_config("queue").version) == (5, 3)


def test_a_shadow_may_go_in_the_same_transaction(home: Path) -> None:
    """What counts is what all steps leave."""
    (home / "queue.local.yaml").write_text("retries: 1\nversion: 4\n")
    system = opened()
    with system.transaction() as tx:
        tx.set("queue.retries", 5)
        tx.unset("queue.retries", layer="local")
    assert system.load_config("queue").retries == 5


def must_change_nothing(home: Path, system: ConfigSystem, error: type[Exception], told: str, *values: object) -> None:
    """Set the queue and the rate in one transaction, which must fail."""
    before, served = documents(home), system.snapshot()
    with pytest.raises(error, match=told), system.transaction() as tx:
        tx.set("limits.rate", values[0])
        tx.set("queue.retries", values[1])
    assert documents(home) == before
    assert system.history("limits") == system.history("queue") == ()
    assert system.snapshot().generation == served.generation
    assert system.load_config("limits") is served["limits"]
    assert leftovers(home) == []


def test_one_document_that_is_refused_refuses_all(home: Path) -> None:
    """By its schema."""
    must_change_nothing(home, opened(), ConfigValidationError, r"queue\.yaml:6:10: expected at most 10", 11, 11)


def test_a_rule_over_documents_refuses_all(home: Path) -> None:
    """A finding that was not there before is told with its place; one that was is no obstacle."""

    def retries_below_rate(queue: Config, limits: Config) -> Iterator[Diagnostic]:
        if queue.retries > limits.rate:
            yield Diagnostic("too-eager", f"{queue.retries} retries are more than the rate", path="/retries")

    system = opened()
    system.rule("queue", "limits")(retries_below_rate)
    must_change_nothing(home, system, ConfigValidationError, r"^config/queue\.yaml:6:10: 5 retries are more", 4, 5)
    with system.transaction() as tx:
        tx.set("limits.rate", 6)
        tx.set("queue.retries", 5)
    with pytest.raises(ConfigValidationError, match="retries are more"):
        system.set("limits.rate", 4)  # the rule sees a document that is not changed, too
    (home / "limits.toml").write_text("rate = 1\n")
    with pytest.raises(ConfigValidationError, match=r"^config/queue\.yaml:6:10: 5 retries are more"):
        system.reload()
    with opened() as other:
        other.rule("queue", "limits")(retries_below_rate)
        other.set("queue.queue.max_size", 5)  # was wrong before


def test_a_model_that_cannot_be_built_vetoes_all(home: Path) -> None:
    """The objects a program holds stay what they are."""

    @dataclasses.dataclass
    class Limits:
        rate: int

        def __post_init__(self) -> None:
            if self.rate == 13:
                raise ValueError("no luck")

    system = opened()
    handle = system.bind("limits", Limits)
    other = system.bind("queue")
    must_change_nothing(home, system, ConfigValidationError, "no luck", 13, 5)
    assert (handle.current.rate, other.current.retries) == (10, 3)
    with system.transaction() as tx:
        tx.set("limits.rate", 14)
        tx.set("queue.retries", 5)
    assert (handle.current.rate, other.current.retries) == (14, 5)


def test_an_error_in_the_block_drops_everything(home: Path) -> None:
    """Nothing is judged or written, and the error comes out."""
    system = opened()
    before = documents(home)
    with pytest.raises(ZeroDivisionError), system.transaction() as tx:
        tx.set("queue.retries", 5)
        _ = 1 / 0
    assert documents(home) == before
    assert not (home / ".setpoint").exists()
    assert tx.saved is None
    with pytest.raises(UsageError, match="not over yet"):
        _ = tx.outcome


def test_a_transaction_is_over_after_its_end(home: Path) -> None:
    """It takes no more steps and is not made twice."""
    system = opened()
    with system.transaction() as tx:
        tx.set("queue.retries", 5)
    for again in (tx.commit, lambda: tx.set("queue.retries", 6)):
        with pytest.raises(UsageError, match="is over"):
            again()


def test_a_transaction_of_nothing_does_nothing(home: Path) -> None:
    """No revision, no file."""
    with opened().transaction() as tx:
        pass
    assert tx.saved is not None
    assert (tx.saved.revisions, tx.saved.diff) == ((), "")


def test_layers_and_new_documents_are_part_of_it(home: Path) -> None:
    """A profile's file, the machine's own and a document that is new come together or not at all."""
    system = opened(profile="prod")

    def stage(rate: object) -> None:
        with system.transaction() as tx:
            tx.set("queue.retries", 5, layer="profile:prod")
            tx.set("store.host", "here", layer="local")
            tx.save_config("mail", {"x": 1})
            tx.set("limits.rate", rate)

    before = documents(home)
    with pytest.raises((SetpointError,)):
        stage({1})
    assert documents(home) == before
    stage(12)
    assert sorted(documents(home).keys() - before.keys()) == ["mail.yaml", "queue.prod.yaml", "store.local.json"]
    fresh = opened(profile="prod")
    assert (fresh.load_config("queue").retries, fresh.load_config("store").host) == (5, "here")
    assert (fresh.load_config("mail").x, fresh.load_config("limits").rate) == (1, 12)


def test_an_edit_that_would_do_harm_refuses_all(home: Path) -> None:
    """A value that is an alias of another cannot be changed by itself."""
    (home / "shared.yaml").write_text("a: &x [1]\nb: *x\n")
    system = opened()
    before = documents(home)
    try:
        with system.transaction() as tx:
            tx.set("limits.rate", 12)
            tx.set("shared.b[0]", 2)
    except EditRefusedError:
        assert documents(home) == before
    else:  # the alias may also be replaced by a copy: then the other one stays as it is
        assert opened().load_config("shared").to_dict() == {"a": [1], "b": [2]}
        assert opened().load_config("limits").rate == 12


def test_unknown_documents_are_told_before_anything_is_written(home: Path) -> None:
    """With the names that come close."""
    before = documents(home)
    with pytest.raises(ConfigNotFoundError, match="did you mean 'store'"), opened().transaction() as tx:
        tx.set("limits.rate", 12)
        tx.set("stroe.host", "x")
    assert documents(home) == before
