"""The frozen configuration."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import orjson
import pytest

from setpoint.config import Config

TREE = {"queue": {"max_size": 5, "names": ["a", {"b": 1}]}, "items": 3, "a.b": 7}


@pytest.fixture
def config() -> Config:
    return Config(TREE)


def test_it_is_read_as_a_dict(config: Config) -> None:
    """Equal to the dict it was made of, and isinstance of dict."""
    assert config == TREE
    assert isinstance(config, dict)
    assert config["queue"]["names"][1]["b"] == 1
    assert config["queue"]["names"] == ["a", {"b": 1}]


def test_it_is_read_by_attribute(config: Config) -> None:
    """Attributes are for keys that no dict method owns."""
    assert config.queue.max_size == 5
    assert callable(config.items)
    with pytest.raises(AttributeError, match="no key 'queu'; did you mean 'queue'"):
        _ = config.queu


def test_get_takes_a_key_or_an_address(config: Config) -> None:
    """A key that exists wins over an address that looks the same."""
    assert config.get("queue.max_size") == 5
    assert config.get("queue.names[1].b") == 1
    assert config.get("a.b") == 7
    assert config.get("queue.nothing", 9) == 9
    assert config.get("queue[", 9) == 9
    assert config.get("nothing") is None


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.__setitem__("x", 1),
        lambda c: c.update(x=1),
        lambda c: c.pop("items"),
        lambda c: c.clear(),
        lambda c: c.setdefault("x", 1),
        lambda c: c.popitem(),
        lambda c: c.__ior__({"x": 1}),
        lambda c: setattr(c, "queue", 1),
        lambda c: c.__delitem__("items"),
        lambda c: c.queue.__setitem__("max_size", 1),
        lambda c: c.queue.names.append(1),
        lambda c: c.queue.names.sort(),
        lambda c: c.queue.names.__setitem__(0, 1),
        lambda c: c.queue.names.__iadd__([1]),
    ],
)
def test_nothing_in_it_can_be_changed(config: Config, change: Any) -> None:
    """Every way to change a dict or a list is refused, at every depth."""
    with pytest.raises(TypeError, match="frozen"):
        change(config)
    assert config == TREE


def test_it_serialises(config: Config) -> None:
    """JSON, orjson, pickle and copy give back the same."""
    assert json.loads(json.dumps(config)) == TREE
    assert orjson.loads(orjson.dumps(config)) == TREE
    again = pickle.loads(pickle.dumps(config))
    assert again == TREE
    assert type(again) is Config
    assert type(again.queue) is Config
    names = pickle.loads(pickle.dumps(config.queue.names))
    assert names == TREE["queue"]["names"]  # type: ignore[index]
    with pytest.raises(TypeError, match="frozen"):
        names.append(1)
    assert copy.deepcopy(config) is config
    assert copy.copy(config) is config


def test_a_copy_to_change_is_plain(config: Config) -> None:
    """to_dict() gives plain dicts and lists, all the way down, apart from the original."""
    plain = config.to_dict()
    assert type(plain["queue"]) is dict
    assert type(plain["queue"]["names"]) is list
    plain["queue"]["names"].append(1)
    assert config == TREE


def test_a_merge_gives_a_plain_dict(config: Config) -> None:
    """`config | {...}` is a new plain dict, so it can be worked with."""
    merged = config | {"items": 4}
    assert merged["items"] == 4
    assert config["items"] == 3
