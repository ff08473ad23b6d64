"""Diagnose a tree against a schema in one call, for the tests of this folder."""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from setpoint.diagnosis.diagnosis import diagnose
from setpoint.diagnosis.knowledge import Knowledge
from setpoint.diagnosis.problem import Problem
from setpoint.errors import SchemaError

BASE = "https://setpoint.invalid/schema"


class Judge:
    """A compiled schema and the way to what it refers to."""

    def __init__(self, contents: Any) -> None:
        self.contents = contents
        self.base_uri = contents.get("$id", BASE) if isinstance(contents, dict) else BASE
        self._validator = jsonschema_rs.validator_for(contents, validate_formats=True)
        self._registry = jsonschema_rs.Registry([(self.base_uri, contents)])
        self.validations = 0

    def errors_of(self, tree: Any) -> list[jsonschema_rs.ValidationError]:
        """Return the engine's errors, and count how often it was asked."""
        self.validations += 1
        return list(self._validator.iter_errors(tree))

    def resolve(self, base_uri: str, reference: str) -> tuple[Any, str]:
        """Return the schema that a reference means."""
        try:
            found = self._registry.resolver(base_uri).lookup(reference)
        except jsonschema_rs.ReferencingError as error:
            raise SchemaError(str(error)) from None
        return found.contents, found.resolver.base_uri

    def diagnose(self, tree: Any, **options: Any) -> list[Problem]:
        """Return the problems of a tree."""
        return diagnose(tree, self.contents, self.errors_of, self.resolve, self.base_uri, **options)

    def knowledge(self) -> Knowledge:
        """Return what the schema knows."""
        return Knowledge(self.contents, self.resolve, self.base_uri)


def diagnosed(contents: Any, tree: Any, **options: Any) -> list[Problem]:
    """Return the problems of a tree against a schema."""
    return Judge(contents).diagnose(tree, **options)


def only(contents: Any, tree: Any, **options: Any) -> Problem:
    """Return the one problem of a tree."""
    problems = diagnosed(contents, tree, **options)
    assert len(problems) == 1, problems
    return problems[0]
