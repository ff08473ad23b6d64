"""``View``: a document beside its schema, while its faults are put into words."""

from __future__ import annotations

from . import wording
from .likeness import Comparisons
from .spot import first_sentence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, TypeAlias

    from .fault import Fault
    from .knowledge import Knowledge

    Parts: TypeAlias = tuple[str | int, ...]


class View:
    """A tree and what its schema knows.

    Arguments: ``secrets`` are parts whose values are never shown, besides those the schema or a name gives away;
    they are parts of ``written``, the tree before its misspelt keys were renamed, and ``original`` turns parts of
    ``tree`` into such.
    """

    __slots__ = ("_original", "_secrets", "_written", "comparisons", "knowledge", "tree")

    def __init__(
        self,
        tree: Any,
        knowledge: Knowledge,
        secrets: Iterable[Parts] = (),
        written: Any = None,
        original: Callable[[Parts], Parts] = tuple,
    ) -> None:
        self.tree = tree
        self.knowledge = knowledge
        self._secrets = frozenset(secrets)
        self._written = tree if written is None else written
        self._original = original
        self.comparisons = Comparisons()

    def value(self, parts: Parts) -> Any:
        """Return the value at ``parts``, or None where there is none."""
        value = self.tree
        for part in parts:
            if isinstance(value, dict):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return value

    def is_secret(self, parts: Parts) -> bool:
        """True when the value at ``parts`` must not be shown."""
        written = self._original(parts)
        if self._secrets and any(written[:length] in self._secrets for length in range(len(written) + 1)):
            return True
        # A key may be a secret's name before or after it is spelt right.
        if written != parts and self.knowledge.is_secret(self._written, written):
            return True
        return self.knowledge.is_secret(self.tree, parts)

    def note(self, fault: Fault) -> str | None:
        """Return what the refusing piece of schema says about itself, or what is said about the place."""
        found = self.knowledge.schema_at(fault.where[:-1])
        if found is not None and isinstance(found[0], dict):
            for keyword in ("description", "title"):
                text = found[0].get(keyword)
                if isinstance(text, str) and text.strip():
                    return first_sentence(text)
        return self.knowledge.at(fault.path).description

    def branch(self, fault: Fault, number: int) -> list[tuple[dict[str, Any], str]]:
        """Return the schemas that apply in one branch of a union."""
        found = self.knowledge.schema_at((*fault.where, number))
        return list(self.knowledge.spot([found]).schemas) if found is not None else []

    def branch_keys(self, fault: Fault, number: int) -> list[str]:
        """Return the keys that one branch of a union knows by name."""
        found = self.knowledge.schema_at((*fault.where, number))
        return list(self.knowledge.spot([found]).known) if found is not None else []

    def branch_name(self, fault: Fault, number: int) -> str | None:
        """Return what a branch of a union calls itself, or None."""
        for schema, _ in self.branch(fault, number):
            if isinstance(schema.get("title"), str):
                return str(schema["title"])
        found = self.knowledge.schema_at((*fault.where, number))
        if found is not None and isinstance(found[0], dict) and isinstance(found[0].get("$ref"), str):
            return found[0]["$ref"].rpartition("/")[2] or None
        return None

    def telling_keys(self, fault: Fault, number: int, value: Any) -> list[str]:
        """Return the keys of a value that one branch of a union requires and another one that fits does not."""
        if not isinstance(value, dict):
            return []
        others: list[set[str]] = []
        for other, branch in enumerate(fault.branches):
            if other != number and not branch:
                others.append(self._required(fault, other))
        required = self._required(fault, number)
        return [key for key in value if key in required and not all(key in other for other in others)]

    def _required(self, fault: Fault, number: int) -> set[str]:
        names: set[str] = set()
        for schema, _ in self.branch(fault, number):
            if isinstance(schema.get("required"), list):
                names.update(name for name in schema["required"] if isinstance(name, str))
        return names

    def known_in_branch(self, fault: Fault) -> list[str]:
        """Return the keys known to the piece of schema that refused a key, with all that applies beside it there."""
        found = self.knowledge.schema_at(fault.where[:-1])
        return list(self.knowledge.spot([found]).known) if found is not None else []

    def trigger(self, fault: Fault) -> str | None:
        """Return the present key that makes another one necessary, or None."""
        holder = self.value(fault.path)
        if not isinstance(holder, dict):
            return None
        if fault.keyword in ("dependentRequired", "dependencies"):
            found = self.knowledge.schema_at(fault.where)
            if found is not None and isinstance(found[0], dict):
                for key, needed in found[0].items():
                    if key in holder and isinstance(needed, list) and fault.kind.property in needed:
                        return str(key)
        # dependentSchemas/KEY/required
        if len(fault.where) > 2 and fault.where[-3] in ("dependentSchemas", "dependencies"):
            return str(fault.where[-2])
        return None

    def condition(self, fault: Fault) -> str | None:
        """Return, for a fault under ``then``, the values that made it apply: ``because 'kind' is 'tcp'``; else None."""
        for index in range(len(fault.where) - 1, -1, -1):
            if fault.where[index] == "then":
                found = self.knowledge.schema_at((*fault.where[:index], "if"))
                return self._because(found[0], fault) if found is not None else None
        return None

    def _because(self, condition: Any, fault: Fault) -> str | None:
        if not isinstance(condition, dict) or not isinstance(condition.get("properties"), dict):
            return None
        # A refused key stands one step below the mapping that the condition is about.
        path = fault.path if isinstance(self.value(fault.path), dict) else fault.path[:-1]
        holder = self.value(path)
        if not isinstance(holder, dict):
            return None
        told = []
        for key, wanted in condition["properties"].items():
            if not isinstance(wanted, dict) or key not in holder or not ({"const", "enum"} & set(wanted)):
                continue
            if holder[key] in (wanted.get("enum") or [wanted.get("const")]):
                secret = self.is_secret((*path, key))
                value = wording.found(holder[key], True) if secret else wording.shown(holder[key])
                told.append(f"{wording.named(key)} is {value}")
        return f"because {wording.either(told, 'and')}" if told else None

    def wanted_item(self, fault: Fault) -> str | None:
        """Return in words what ``contains`` wants of an item, where that is simple, or None."""
        found = self.knowledge.schema_at((*fault.where[:-1], "contains"))
        schema = found[0] if found is not None else None
        if not isinstance(schema, dict):
            return None
        if "const" in schema or isinstance(schema.get("enum"), list):
            return wording.one_of(schema.get("enum") or [schema.get("const")])
        if "type" in schema:
            return wording.of_types(schema["type"] if isinstance(schema["type"], list) else [schema["type"]])
        return None
