"""The frozen configuration."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.address import format_address, parse
from setpoint.config import Config
from setpoint.errors import UsageError

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
    with pytest.raises(AttributeError, match="no key 'queu'; did you mean 'queue'"):
        _ = config.queu
    assert config.queue.max_size == 5
    assert callable(config.items)
    # It has a class of its own shape now, and Python itself suggests what comes close when the error is printed.
    with pytest.raises(AttributeError, match="no attribute 'queu'") as missing:
        _ = config.queu
    assert (missing.value.name, "queue" in dir(missing.value.obj)) == ("queu", True)


def test_objects_with_the_same_keys_share_a_shape() -> None:
    """Reading an attribute changes nothing that a program can see: type, equality, keys, pickles, being frozen."""
    one, two, other = Config({"a": 1, "b-c": 2, "items": 3}), Config({"a": 5, "b-c": 6, "items": 7}), Config({"a": 1})
    before = (repr(one), dict(one), isinstance(one, Config))
    assert (one.a, two.a, other.a) == (1, 5, 1)
    assert type(one) is type(two) is not type(other)
    assert (repr(one), dict(one), isinstance(one, Config)) == before
    assert type(one).__name__ == "Config"
    assert callable(one.items)
    assert one.get("b-c") == 2
    assert pickle.loads(pickle.dumps(one)) == one == copy.deepcopy(one)
    for change in (lambda: setattr(one, "a", 2), lambda: delattr(one, "a"), lambda: one.update(a=2)):
        with pytest.raises(TypeError, match="frozen"):
            change()
    assert hasattr(one, "a")
    assert not hasattr(one, "b")
    assert getattr(one, "b", None) is None


def test_shapes_do_not_pile_up() -> None:
    """Mappings whose keys are data are read all the same when there are too many shapes."""
    made = [Config({f"key{number}": number, "same": number}) for number in range(1500)]
    assert [one.same for one in made] == list(range(1500))
    assert [one.get("same") for one in made] == list(range(1500))
    assert len({type(one) for one in made}) <= 1001


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
    assert isinstance(again, Config)
    assert isinstance(again.queue, Config)
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


PARTS = ["a", "b", "a.b", "0", "1", "", "[0]", 'q"', "get"]
TREES = st.recursive(
    st.none() | st.integers(0, 5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(PARTS), inner, max_size=4),
    max_leaves=12,
)


def slow_get(tree: Any, address: str, default: object) -> object:
    """The obvious way: an exact key, else one step after the other."""
    if address in tree:
        return tree[address]
    try:
        parts = parse(address)
    except UsageError:
        return default
    if not parts:
        return default
    for part in parts:
        if isinstance(tree, dict) and part in tree:
            tree = tree[part]
        elif isinstance(tree, list) and part in [str(index) for index in range(len(tree))]:
            tree = tree[int(part)]
        else:
            return default
    return tree


@given(
    st.dictionaries(st.sampled_from(PARTS), TREES, max_size=4),
    st.lists(
        st.lists(st.sampled_from(PARTS), max_size=4).map(format_address)
        | st.lists(st.sampled_from(PARTS), max_size=4).map(".".join)
        | st.text(alphabet='ab.[]"01', max_size=6),
        max_size=5,
    ),
)
def test_get_finds_what_the_obvious_way_finds(tree: dict[str, Any], addresses: list[str]) -> None:
    """For any tree and any address, sound or not, the first time and when it is remembered."""
    config = Config(tree)
    for address in [*addresses, *addresses]:
        default = object()
        found = config.get(address, default)
        wanted = slow_get(tree, address, default)
        assert found is default if wanted is default else found == wanted
    assert config == tree


def test_get_takes_any_default_each_time(config: Config) -> None:
    """What is remembered as absent gives the default of this call, also one that cannot be hashed."""
    assert config.get("queue.nothing", []) == []
    assert config.get("queue.nothing", 2) == 2
    assert config.get("queue.nothing") is None
    assert config.get(5) is None  # type: ignore[call-overload]
    assert config.get("queue.names[99999999999999999999999999]", 1) == 1
    assert config.get("queue.names[" + 5000 * "9" + "]", 1) == 1
    with pytest.raises(TypeError, match="unhashable"):
        config.get([])  # type: ignore[call-overload]


def test_what_get_remembers_is_bounded_and_its_own(config: Config) -> None:
    """Addresses made of input do not pile up, and pickles and equality know nothing of them."""
    for number in range(5000):
        assert config.get(f"queue.names.{number + 2}") is None
    remembered = [cell.cell_contents for cell in config.get.__closure__]  # type: ignore[attr-defined]
    sizes = [len(one) for one in remembered if type(one) in (set, dict)]
    assert len(sizes) == 2
    assert 0 < sum(sizes) <= 1024
    assert pickle.loads(pickle.dumps(config)) == config == Config(TREE)


def test_a_config_that_was_read_is_freed_without_the_garbage_collector() -> None:
    """Reading by address makes no circle of references."""
    import gc

    def alive() -> int:
        return sum(isinstance(one, Config) and "only in this test" in one for one in gc.get_objects())

    gc.disable()
    try:
        config = Config({"only in this test": {"a": 1}})
        assert config.get("only in this test.a") == 1
        assert alive() > 0
        del config
        assert alive() == 0
    finally:
        gc.enable()


def test_a_key_named_get_does_not_hide_the_method() -> None:
    """Methods win over keys, as for every other method."""
    assert Config({"get": 1, "a": {"b": 2}}).get("a.b") == 2
    assert Config({"get": 1}).get("get") == 1


def test_making_it_again_changes_nothing(config: Config) -> None:
    """Neither __init__ nor fromkeys is a way around."""
    config.__init__({"x": 1})  # type: ignore[misc]
    config.queue.names.__init__([1])
    assert config == TREE
    with pytest.raises(TypeError, match="frozen"):
        Config.fromkeys(["a"])


def test_its_repr_masks_secrets() -> None:
    """What goes by a secret's name does not reach a log, at any depth; the rest is as a dict has it."""
    shown = repr(Config({"a": [{"db_password": "hunter2", "b": 1}], "api_key": {"x": "hunter2"}}))
    assert shown == "Config({'a': [{'db_password': '********', 'b': 1}], 'api_key': '********'})"
