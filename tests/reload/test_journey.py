"""What comes of one look at the disk: all that changed is served, or nothing of it; and nobody is held hostage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from setpoint import Config, ConfigSystem, ConfigValidationError, Diagnostic, GuardedError, SetpointError, Veto

NUMBER = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0}}}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Four documents, each with a number that may not be negative."""
    home = tmp_path / "config"
    (home / "schemas").mkdir(parents=True)
    for name in "abcd":
        (home / f"{name}.yaml").write_text("n: 1\n")
        (home / "schemas" / f"{name}.schema.json").write_text(json.dumps(NUMBER))
    return home


@pytest.fixture
def system(home: Path) -> Iterator[ConfigSystem]:
    """The four documents, loaded."""
    with ConfigSystem(home, environ={}) as system:
        system.snapshot()
        yield system


def write(home: Path, **numbers: object) -> None:
    for name, number in numbers.items():
        (home / f"{name}.yaml").write_text(f"n: {number}\n")


def served(system: ConfigSystem) -> dict[str, object]:
    return {name: system.load_config(name)["n"] for name in "abcd"}


def look(system: ConfigSystem) -> None:
    """What hot reload does by itself."""
    system._reloading.look()


def test_what_is_refused_keeps_all_that_changed_with_it(home: Path, system: ConfigSystem) -> None:
    """One candidate is one whole: the good half of it waits for the bad one."""
    write(home, a=2, b=-1)
    look(system)
    assert served(system) == {"a": 1, "b": 1, "c": 1, "d": 1}
    refused = system.hot_reload_status()["refused"]
    assert {name: one["kind"] for name, one in refused.items()} == {"a": "waiting", "b": "own"}
    assert refused["a"]["waits_for"] == ["b"]
    write(home, b=3)
    look(system)
    assert served(system) == {"a": 2, "b": 3, "c": 1, "d": 1}
    assert system.hot_reload_status()["refused"] == {}


def test_a_later_good_change_of_another_document_is_served(home: Path, system: ConfigSystem) -> None:
    """A document that stays bad keeps nobody but itself, and those that changed together with it."""
    write(home, a=2, b=-1)
    look(system)
    write(home, c=5)
    look(system)
    assert served(system) == {"a": 1, "b": 1, "c": 5, "d": 1}
    write(home, a=7)  # changed again, by itself this time
    look(system)
    assert served(system) == {"a": 7, "b": 1, "c": 5, "d": 1}
    assert set(system.hot_reload_status()["refused"]) == {"b"}


def test_a_refusal_ends_when_the_file_is_what_is_served_again(home: Path, system: ConfigSystem) -> None:
    """Whoever takes a mistake back has nothing to fear from it later."""
    write(home, b=-1)
    look(system)
    write(home, b=1)
    look(system)
    assert system.hot_reload_status()["refused"] == {}
    assert system.snapshot().generation == 1


def test_reload_raises_as_long_as_a_document_is_refused(home: Path, system: ConfigSystem) -> None:
    """It serves what it can, and says each time what it cannot."""
    write(home, b=-1)
    with pytest.raises(ConfigValidationError, match=r"b\.yaml:1:4: expected at least 0, found -1"):
        system.reload()
    write(home, c=5)
    with pytest.raises(ConfigValidationError, match=r"b\.yaml:1:4"):
        system.reload()
    assert served(system) == {"a": 1, "b": 1, "c": 5, "d": 1}
    write(home, b=2)
    system.reload()
    assert served(system)["b"] == 2


def test_each_refusal_is_told_once(home: Path, system: ConfigSystem) -> None:
    """Looking again at the same mistake is no news; another mistake is."""
    with system.events() as events:
        for number in (-1, -1, -2):
            write(home, b=number)
            look(system)
            look(system)
        write(home, a=4, b=-3)
        look(system)
        told = [events.get(timeout=5) for _ in range(3)]
        assert [(one.kind, one.documents, one.held) for one in told] == [
            ("rejected", ("b",), ()),
            ("rejected", ("b",), ()),
            ("rejected", ("b",), ("a",)),
        ]
        assert [one.line for one in told[0].diagnostics] == [1]
        assert events.get(timeout=0.05) is None


def test_a_rule_over_documents_refuses_until_both_agree(home: Path, system: ConfigSystem) -> None:
    """It does not matter in which order, or with how much time between, the two are changed."""

    @system.rule("a", "b")
    def same_number(a: Config, b: Config) -> Iterator[Diagnostic]:
        if a.n != b.n:
            yield Diagnostic("differ", f"a has {a.n}, b has {b.n}", path="/n")

    write(home, a=2)
    look(system)
    assert served(system)["a"] == 1
    assert system.hot_reload_status()["refused"]["a"]["kind"] == "agreement"
    write(home, c=9)
    look(system)
    assert served(system) == {"a": 1, "b": 1, "c": 9, "d": 1}
    write(home, b=2)
    look(system)
    assert served(system) == {"a": 2, "b": 2, "c": 9, "d": 1}
    assert system.hot_reload_status()["refused"] == {}


def test_a_schema_that_refuses_what_is_served_is_told_and_nothing_is_lost(home: Path, system: ConfigSystem) -> None:
    """The document is served on as it was judged once, and others go on."""
    strict = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 10}}}
    (home / "schemas" / "a.schema.json").write_text(json.dumps(strict))
    with pytest.raises(ConfigValidationError, match="expected at least 10"):
        system.reload()
    assert served(system)["a"] == 1
    assert set(system.hot_reload_status()["refused"]) == {"a"}
    write(home, c=3)
    with pytest.raises(ConfigValidationError, match="expected at least 10"):
        system.reload()
    assert served(system) == {"a": 1, "b": 1, "c": 3, "d": 1}
    write(home, a=11)
    system.reload()
    assert served(system)["a"] == 11


def test_a_file_that_cannot_be_read_is_refused_and_comes_back(home: Path, system: ConfigSystem) -> None:
    """A directory in its place is as good as a permission that is missing."""
    (home / "b.yaml").unlink()
    (home / "b.yaml").mkdir()
    look(system)
    assert served(system)["b"] == 1
    (home / "b.yaml").rmdir()
    write(home, b=4)
    look(system)
    assert served(system)["b"] == 4
    assert system.hot_reload_status()["refused"] == {}


def test_a_document_that_is_gone_is_served_on_and_reported(home: Path, system: ConfigSystem) -> None:
    """Until its file is back."""
    with system.events() as events:
        (home / "b.yaml").unlink()
        look(system)
        look(system)
        told = events.get(timeout=5)
        assert (told.kind, told.documents) == ("orphaned", ("b",))
        assert events.get(timeout=0.05) is None
    assert served(system)["b"] == 1
    assert system.hot_reload_status()["refused"]["b"]["kind"] == "gone"
    write(home, b=1)
    look(system)
    assert system.hot_reload_status()["refused"] == {}


def test_a_document_that_is_gone_is_dropped_when_the_settings_say_so(home: Path) -> None:
    """Then it is as if it had never been."""
    (home.parent / "setpoint.toml").write_text('[reload]\non_gone = "drop"\n')
    with ConfigSystem(home, environ={}) as system:
        system.snapshot()
        (home / "b.yaml").unlink()
        look(system)
        with pytest.raises(SetpointError, match="no document 'b'"):
            system.load_config("b")


def test_a_veto_keeps_what_is_served(home: Path, system: ConfigSystem) -> None:
    """Whoever is asked before a change sees it, and may refuse; the same change is not asked about again."""
    asked = []

    @system.on_prepare("a.n")
    def small(changes: tuple[object, ...]) -> None:
        asked.extend((one.address, one.before, one.after) for one in changes)  # type: ignore[attr-defined]
        if changes[0].after > 10:  # type: ignore[attr-defined]
            raise Veto("the pool is too small")

    write(home, a=11, b=2)
    with pytest.raises(Veto, match=r"a: .*small \(on_prepare\) refused it: the pool is too small"):
        system.reload()
    assert served(system) == {"a": 1, "b": 1, "c": 1, "d": 1}
    assert asked == [("a.n", 1, 11)]
    look(system)
    assert asked == [("a.n", 1, 11)]
    write(home, a=10)
    look(system)
    assert served(system) == {"a": 10, "b": 2, "c": 1, "d": 1}


def test_who_hangs_in_prepare_does_not_hang_the_reload(home: Path) -> None:
    """After the time that the settings give, the change is refused."""
    import threading

    (home.parent / "setpoint.toml").write_text("[reload]\nprepare_timeout = 0.2\n")
    release = threading.Event()
    with ConfigSystem(home, environ={}) as system:
        system.snapshot()
        system.on_prepare("a", lambda _: release.wait(60))
        write(home, a=2)
        with pytest.raises(Veto, match=r"gave no answer within 0\.2 s"):
            system.reload()
        assert served(system)["a"] == 1
        release.set()


def test_prepare_may_read_and_not_reload(home: Path, system: ConfigSystem) -> None:
    """It would wait for itself."""
    seen = []

    @system.on_prepare("a")
    def read(_: object) -> None:
        seen.append(system.load_config("a")["n"])
        with pytest.raises(SetpointError, match="from within on_prepare"):
            system.reload()
        with pytest.raises(SetpointError, match="from within on_prepare"):
            system.set("b.n", 5)

    write(home, a=2)
    system.reload()
    assert (seen, served(system)["a"]) == ([1], 2)


def many(count: int) -> str:
    return "".join(f"key{number}: {number}\n" for number in range(count))


def test_a_document_that_loses_most_of_its_values_waits_to_be_accepted(home: Path, system: ConfigSystem) -> None:
    """It is refused with the way to say that it is meant; another content is not what was accepted."""
    (home / "a.yaml").write_text(many(40))
    system.reload()
    (home / "a.yaml").write_text(many(3))
    with pytest.raises(GuardedError, match=r"a\.yaml: 37 of its 40 values would be gone: .*setpoint accept a"):
        system.reload()
    assert len(system.load_config("a")) == 40
    assert system.accept("a")
    assert len(system.load_config("a")) == 3
    (home / "a.yaml").write_text(many(40))
    system.reload()
    (home / "a.yaml").write_text(many(2))
    with pytest.raises(GuardedError):
        system.reload()
    assert len(system.load_config("a")) == 40


def test_an_empty_file_is_no_configuration(home: Path, system: ConfigSystem) -> None:
    """Also where its schema would accept it."""
    (home / "a.yaml").write_text("")
    with pytest.raises(SetpointError):
        system.reload()
    (home / "a.yaml").write_text("{}\n")
    with pytest.raises(GuardedError, match="its only value would be gone"):
        system.reload()
    assert served(system)["a"] == 1


def test_what_is_changed_through_setpoint_needs_no_acceptance(home: Path, system: ConfigSystem) -> None:
    """Neither here nor where another process sees it."""
    (home / "a.yaml").write_text("deep:\n" + "".join(f"  {line}\n" for line in many(40).splitlines()) + "n: 1\n")
    system.reload()
    with ConfigSystem(home, environ={}) as other:
        other.unset("a.deep")
    system.reload()
    assert system.load_config("a").to_dict() == {"n": 1}


def test_the_guard_can_be_switched_off(home: Path) -> None:
    """By the settings."""
    (home.parent / "setpoint.toml").write_text("[reload]\nguard = false\n")
    (home / "a.yaml").write_text(many(40))
    with ConfigSystem(home, environ={}) as system:
        system.snapshot()
        (home / "a.yaml").write_text("{}\n")
        system.reload()
        assert system.load_config("a").to_dict() == {}


def test_what_was_found_is_on_record(home: Path, system: ConfigSystem) -> None:
    """With what was there before, once, however many processes saw it."""
    with ConfigSystem(home, environ={}) as other:
        other.snapshot()
        for number in (2, 3):
            write(home, a=number)
            system.reload()
            other.reload()
            system.record(), other.record()  # both have written what they saw
    assert [(one.number, one.cause, one.author) for one in system.history("a")] == [
        (3, "found", "unknown"),
        (2, "found", "unknown"),
        (1, "found", "unknown"),
    ]
    system.rollback("a", to=1)
    assert (home / "a.yaml").read_text() == "n: 1\n"


RESTART = {
    "type": "object",
    "properties": {
        "port": {"type": "integer", "x-setpoint-restart": True},
        "n": {"type": "integer", "minimum": 0},
        "pool": {"type": "object", "x-setpoint-restart": True},
    },
}


@pytest.fixture
def fixed(home: Path) -> Iterator[ConfigSystem]:
    """A document with values that cannot change while the program runs."""
    (home / "schemas" / "a.schema.json").write_text(json.dumps(RESTART))
    (home / "a.yaml").write_text("port: 80\nn: 1\n")
    with ConfigSystem(home, environ={}) as system:
        system.snapshot()
        yield system


def test_what_needs_a_restart_waits_for_it(home: Path, fixed: ConfigSystem) -> None:
    """The rest is served; what waits is named, and explained."""
    (home / "a.yaml").write_text("port: 81\nn: 2\npool: {size: 3}\n")
    fixed.reload()
    assert fixed.load_config("a").to_dict() == {"port": 80, "n": 2}
    first = fixed.pending_restart()[0]
    assert (first.address, first.before, first.after) == ("a.port", 80, 81)
    assert [one.address for one in fixed.pending_restart()] == ["a.port", "a.pool"]
    explained = str(fixed.explain("a.port"))
    assert "a.port = 80\n  from kept: until the program is started again" in explained
    assert "shadows 81 from base: " in explained
    (home / "a.yaml").write_text("port: 80\nn: 2\n")
    fixed.reload()
    assert fixed.pending_restart() == ()
    with ConfigSystem(home, environ={}) as again:
        assert again.load_config("a").to_dict() == {"port": 80, "n": 2}


def test_setting_what_needs_a_restart_writes_it_and_serves_the_old(home: Path, fixed: ConfigSystem) -> None:
    """It is what the next start reads."""
    fixed.set("a.port", 82)
    assert (home / "a.yaml").read_text() == "port: 82\nn: 1\n"
    assert fixed.load_config("a").port == 80
    assert [(one.before, one.after) for one in fixed.pending_restart()] == [(80, 82)]
    fixed.set("a.n", 5)
    assert fixed.load_config("a").to_dict() == {"port": 80, "n": 5}
    assert [(one.before, one.after) for one in fixed.pending_restart()] == [(80, 82)]


def test_last_known_good_is_served_when_a_file_is_bad_at_the_start(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It says so, since when it was good, and goes on as soon as the file is good again."""
    with ConfigSystem(home, environ={}, on_invalid="last-known-good") as system:
        assert system.load_config("a")["n"] == 1
    write(home, a=-1)
    with ConfigSystem(home, environ={}, on_invalid="last-known-good") as system:
        assert system.load_config("a")["n"] == 1
        assert "a is served as it was good last" in caplog.text
        stale = system.hot_reload_status()["stale"]["a"]
        assert "expected at least 0, found -1" in stale["message"]
        with pytest.raises(ConfigValidationError):
            system.reload()
        assert system.load_config("a")["n"] == 1
        write(home, a=3)
        system.reload()
        assert system.load_config("a")["n"] == 3
        assert system.hot_reload_status()["stale"] == {}
    (home / "a.yaml").unlink()
    with ConfigSystem(home, environ={}, on_invalid="last-known-good") as system:
        assert system.load_config("a")["n"] == 3
        with pytest.raises(SetpointError, match="no document 'never'"):
            system.load_config("never")
    with ConfigSystem(home, environ={}) as system, pytest.raises(SetpointError):
        system.load_config("a")


def test_an_unknown_policy_is_refused(home: Path) -> None:
    """With those there are."""
    with pytest.raises(SetpointError, match="last-known-good"):
        ConfigSystem(home, environ={}, on_invalid="whatever")


def test_plain_loading_writes_nothing(home: Path, system: ConfigSystem) -> None:
    """Nor does a look that finds nothing."""
    look(system)
    system.reload()
    assert not (home / ".setpoint").exists()
