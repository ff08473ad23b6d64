"""``ConfigValidator``: trees and files against schemas, and nothing else."""

from __future__ import annotations

import datetime
import enum
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.config import Config
from setpoint.errors import ConfigNotFoundError, SchemaError, UnavailableError, UsageError
from setpoint.validation.validator import ConfigValidator

SERVICE = {
    "type": "object",
    "properties": {
        "port": {"type": "integer", "minimum": 1},
        "hosts": {"type": "array", "items": {"type": "string"}},
        "token": {"type": "string", "maxLength": 3},
    },
    "required": ["port"],
    "additionalProperties": False,
}


class Mode(enum.Enum):
    FAST = 1


class Name(str):
    """A kind of text."""


@pytest.fixture
def validator() -> ConfigValidator:
    made = ConfigValidator()
    made.add_schema("service", SERVICE)
    return made


@pytest.mark.parametrize(
    "config",
    [
        {"port": 80},
        {"port": 80, "hosts": ["a", "b"]},
        {"port": 80, "hosts": ("a", "b")},
        {"port": 80, "hosts": [Name("a")]},
        Config({"port": 80, "hosts": ["a"]}),
    ],
)
def test_a_tree_that_fits(validator: ConfigValidator, config: Any) -> None:
    """Plain trees do, and so do tuples, kinds of text, and frozen configurations."""
    report = validator.validate(config, "service")
    assert report.ok
    assert (len(report), report.schema, report.document) == (0, "service", "service")


def test_a_tree_that_does_not_fit(validator: ConfigValidator) -> None:
    """Every mistake has a path, and no line."""
    report = validator.validate({"port": "80", "hosts": [1]}, "service")
    assert [(one.path, one.line, one.document) for one in report] == [
        ("/port", None, "service"),
        ("/hosts/0", None, "service"),
    ]
    assert not report.ok


def circle() -> Any:
    inside: list[Any] = []
    inside.append(inside)
    return inside


def wide_circle() -> Any:
    inside: list[Any] = []
    inside += [inside] * 10
    return inside


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ({1, 2}, "not-a-value"),
        (datetime.date(2024, 1, 1), "not-a-value"),
        (Decimal("1.5"), "not-a-value"),
        (b"bytes", "not-a-value"),
        (object(), "not-a-value"),
        (Mode.FAST, "not-a-value"),
        (1j, "not-a-value"),
        (float("nan"), "not-finite"),
        (float("inf"), "not-finite"),
        (2**64, "integer-too-large"),
        (10**400, "integer-too-large"),
        ({1: "a"}, "key-not-string"),
        ({None: "a"}, "key-not-string"),
        ({(1, 2): "a"}, "key-not-string"),
        ("\ud800", "lone-surrogate"),
        ({"\ud800": 1}, "lone-surrogate"),
        (circle(), "too-deep"),
        (wide_circle(), ("too-many-values", "too-deep")),
    ],
)
def test_what_no_file_can_hold_is_a_finding(validator: ConfigValidator, value: Any, rule: Any) -> None:
    """A value outside the data model is one clear diagnostic at its path, never a foreign exception."""
    report = validator.validate({"port": 1, "hosts": [value]}, "service")
    assert len(report) == 1
    assert report[0].rule in rule if isinstance(rule, tuple) else report[0].rule == rule
    if rule not in ("too-deep",) and not isinstance(rule, tuple):
        assert (report[0].path or "").startswith("/hosts/0")
    assert not report.ok


def test_a_secret_that_no_file_can_hold_is_not_shown(validator: ConfigValidator) -> None:
    """Even the digits of a number under a secret's name stay hidden."""
    report = validator.validate({"port": 1, "token": 123456789012345678901234567890}, "service")
    assert "12345" not in str(report[0])
    assert report[0].path == "/token"


@pytest.mark.parametrize("config", [None, 1, "text", [], [{}], True, {1, 2}])
def test_what_is_no_mapping(validator: ConfigValidator, config: Any) -> None:
    """Anything at all can be asked about."""
    assert not validator.validate(config, "service").ok


@pytest.mark.parametrize("name", ["servce", "Service", "messagin"])
def test_an_unknown_schema_names_the_near_ones(validator: ConfigValidator, name: str) -> None:
    """A misspelt schema is an error of the schema, with the name that was probably meant."""
    with pytest.raises(SchemaError, match=r"did you mean '(service|messaging)'") as caught:
        validator.validate({}, name)
    assert repr(name) in caught.value.message


@pytest.mark.parametrize("name", ["zzzzzzzzz", "", "../x", 3, None])
def test_an_unknown_schema_lists_what_there_is(validator: ConfigValidator, name: Any) -> None:
    """Where nothing is near, the known names are listed."""
    with pytest.raises(SchemaError, match=r"known: .*messaging"):
        validator.validate({}, name)


def test_a_file_is_judged_by_its_name(tmp_path: Path, validator: ConfigValidator) -> None:
    """service.yaml and service.production.json are held against the schema called service, with lines."""
    (tmp_path / "service.json").write_text('{\n  "port": "80"\n}')
    (tmp_path / "service.production.json").write_text('{"port": 80}')
    report = validator.validate_file(str(tmp_path / "service.json"))
    assert [(one.file, one.line, one.column, one.path) for one in report] == [
        (str(tmp_path / "service.json"), 2, 11, "/port")
    ]
    assert (report.schema, report.document) == ("service", "service")
    assert validator.validate_file(str(tmp_path / "service.production.json")).schema == "service"


def test_a_file_without_a_schema_is_checked_for_its_form(tmp_path: Path, validator: ConfigValidator) -> None:
    """The report's schema is None, and a file that cannot be parsed is still found out."""
    (tmp_path / "other.json").write_text('{"anything": 1}')
    (tmp_path / "broken.json").write_text('{"anything": 1,}')
    assert validator.validate_file(str(tmp_path / "other.json")).ok
    assert validator.validate_file(str(tmp_path / "other.json")).schema is None
    broken = validator.validate_file(str(tmp_path / "broken.json"))
    assert [(one.file, one.line) for one in broken] == [(str(tmp_path / "broken.json"), 1)]


def test_a_file_with_a_schema_that_is_named(tmp_path: Path, validator: ConfigValidator) -> None:
    """The name that is given beats the file's, and an unknown one is refused though the file would do."""
    (tmp_path / "x.toml").write_text("port = 0\n")
    assert [one.path for one in validator.validate_file(str(tmp_path / "x.toml"), "service")] == ["/port"]
    with pytest.raises(SchemaError):
        validator.validate_file(str(tmp_path / "x.toml"), "servce")


def test_a_file_that_cannot_be_judged(tmp_path: Path, validator: ConfigValidator) -> None:
    """No such file, no file, and no known format are three different errors."""
    with pytest.raises(ConfigNotFoundError):
        validator.validate_file(str(tmp_path / "service.json"))
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(UnavailableError):
        validator.validate_file(str(tmp_path / "folder.json"))
    with pytest.raises(UsageError, match=r"\.toml"):
        validator.validate_file(str(tmp_path / "service.ini"))


def test_schemas_in_folders(tmp_path: Path) -> None:
    """One folder or several, as text or as paths."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.schema.json").write_text(json.dumps({"required": [name]}))
    assert not ConfigValidator(str(tmp_path / "a")).validate({}, "a").ok
    both = ConfigValidator([str(tmp_path / "a"), tmp_path / "b"])  # type: ignore[list-item]
    assert {"a", "b", "messaging"} <= set(both.schema_names())
    assert both.validate({"b": 1}, "b").ok
    with pytest.raises(SchemaError, match="no such folder"):
        ConfigValidator(str(tmp_path / "none"))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates() | st.decimals(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.frozensets(st.integers())
        | st.dictionaries(st.text() | st.integers() | st.none(), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(config=ANYTHING)
def test_any_python_value_gets_a_report(config: Any) -> None:
    """Whatever a program hands over, it is judged."""
    validator = ConfigValidator()
    validator.add_schema("service", {"additionalProperties": {"type": "string"}, "items": {"type": "string"}})
    report = validator.validate(config, "service")
    assert all(one.path is not None for one in report)
