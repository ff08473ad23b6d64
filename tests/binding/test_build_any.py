"""Any tree against any model: an object that says the same, or located findings."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from setpoint.address import lookup, parse_pointer
from setpoint.binding.build import build
from setpoint.config import Config
from setpoint.errors import ConfigValidationError

NAMES = st.sampled_from(["a", "b", "c_d", "class_", "e"])
SCALARS: dict[Any, Any] = {
    int: st.integers(),
    str: st.text(max_size=5),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@st.composite
def annotations(draw: Any, depth: int = 3) -> tuple[Any, Any]:
    """An annotation, and a strategy for pairs of a value as a file has it and as the annotation makes it."""
    kinds = ["scalar"] if depth == 0 else ["scalar", "list", "tuple", "dict", "optional", "model"]
    kind = draw(st.sampled_from(kinds))
    if kind == "scalar":
        scalar = draw(st.sampled_from(list(SCALARS)))
        return scalar, SCALARS[scalar].map(lambda value: (value, value))
    if kind == "model":
        return draw(models(depth - 1))
    inner, pairs = draw(annotations(depth - 1))
    if kind == "optional":
        return inner | None, st.none().map(lambda _: (None, None)) | pairs
    if kind == "dict":
        return dict[str, inner], st.dictionaries(st.text(max_size=3), pairs, max_size=3).map(
            lambda found: ({k: v[0] for k, v in found.items()}, {k: v[1] for k, v in found.items()})
        )
    make = list if kind == "list" else tuple
    return (list[inner] if kind == "list" else tuple[inner, ...]), st.lists(pairs, max_size=3).map(
        lambda found: ([one for one, _ in found], make(made for _, made in found))
    )


@st.composite
def models(draw: Any, depth: int = 3) -> tuple[Any, Any]:
    """A dataclass, and a strategy for pairs of a mapping and the object it makes."""
    fields = {name: draw(annotations(depth)) for name in sorted(draw(st.sets(NAMES, min_size=1, max_size=3)))}
    slots, frozen, kw_only = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    model = dataclasses.make_dataclass(
        "M", [(name, kind) for name, (kind, _) in fields.items()], slots=slots, frozen=frozen, kw_only=kw_only
    )
    values = st.fixed_dictionaries({name: pairs for name, (_, pairs) in fields.items()})
    return model, values.map(
        lambda found: (
            {name: one for name, (one, _) in found.items()},
            model(**{name: made for name, (_, made) in found.items()}),
        )
    )


@given(st.data())
def test_what_fits_is_built(data: st.DataObject) -> None:
    """The object is the one that was meant, and the configuration is as it was."""
    model, pairs = data.draw(models())
    tree, wanted = data.draw(pairs)
    config = Config(tree)
    assert build(config, model) == wanted
    assert config == tree


@given(st.data())
def test_what_does_not_fit_is_told_where(data: st.DataObject) -> None:
    """Anything at all is built or refused, and the path of each finding leads to something that is there."""
    model, _ = data.draw(models())
    tree = data.draw(st.dictionaries(NAMES, JSON, max_size=4))
    try:
        made = build(Config(tree), model)
    except ConfigValidationError as error:
        assert error.diagnostics
        for one in error.diagnostics:
            assert one.path is not None
            lookup(tree, parse_pointer(one.path))
    else:
        assert type(made) is model
