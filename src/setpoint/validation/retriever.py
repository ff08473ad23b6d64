"""``Retriever``: what the validation engine asks for every schema document that it does not have."""

from __future__ import annotations

from ..errors import SchemaError
from .dialect import dialect_of
from .subschemas import with_references

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .references import References
    from .resources import Resources


class Retriever:
    """Answers the engine from schema folders, and remembers why it could not: the engine keeps only the words.

    Arguments: ``references`` finds the documents; ``resources`` takes them in. Without a retriever the engine would
    open sockets and files by itself.
    """

    __slots__ = ("_references", "_resources", "encoded", "failure", "missing", "uri")

    def __init__(self, references: References, resources: Resources) -> None:
        self._references = references
        self._resources = resources
        self.encoded = False
        self.forget()

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that were searched."""
        return self._references.folders

    def forget(self) -> None:
        """Begin anew: nothing has failed."""
        self.uri: str | None = None
        self.missing = False
        self.failure: SchemaError | None = None

    def __call__(self, uri: str) -> Any:
        """Return the document at an address, or raise ``LookupError``."""
        try:
            found = self._resources.whole(uri)
            if found is None:
                self.uri, self.missing = uri, True
                raise LookupError("no such schema document")
            if not isinstance(found.contents, dict | bool):
                raise SchemaError(f"{found.document.file}: a schema is a mapping (or true or false)")
            contents = with_dialect(found.contents, self._references)
        except SchemaError as error:
            self.uri, self.failure = uri, error
            raise LookupError("a schema document that cannot be read") from None
        return with_references(contents, encode) if self.encoded else contents


def with_dialect(contents: Any, references: References) -> Any:
    """Return a schema whose ``$schema`` is one that the engine knows. Raises ``SchemaError`` for an unknown one."""
    if not isinstance(contents, dict) or "$schema" not in contents:
        return contents
    known = dialect_of(contents, lambda uri: getattr(references.find(uri), "contents", None))
    return contents if contents["$schema"] == known else {**contents, "$schema": known}


def encode(reference: str) -> str:
    """Return a reference with each character percent-encoded that RFC 3986 does not allow in one.

    References such as ``#/definitions/Map<a::b>`` are in wide use; the engine accepts them in this form only.
    """
    from urllib.parse import quote

    address, mark, fragment = reference.partition("#")
    return quote(address, safe="%:/?@!$&'()*+,;=[]~") + mark + quote(fragment, safe="%:/?@!$&'()*+,;=~")
