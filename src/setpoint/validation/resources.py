"""``Resources``: the schema documents that a schema is made of, and what a reference between them means."""

from __future__ import annotations

from ..errors import SchemaError
from .dialect import metaschemas, without_empty_fragment
from .subschemas import every

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeAlias

    Parts: TypeAlias = tuple[str | int, ...]

# Where a schema file lives that gives itself no address. The name is reserved: it belongs to nobody (RFC 2606).
HOME = "https://schemas.invalid/"


class Document:
    """One schema document: its address, what it says, and the file it came from if it came from one.

    ``path`` is where that file can be read, ``file`` how it is shown.
    """

    __slots__ = ("contents", "file", "identifier", "path", "uri")

    def __init__(self, uri: str, contents: Any, path: str | None = None, file: str | None = None) -> None:
        self.uri = uri
        self.contents = contents
        self.path = path
        self.file = file if file is not None else path
        # A schema of draft 4 gives itself an address by `id`, a name that later schemas use for other things.
        draft_4 = isinstance(contents, dict) and "draft-04" in str(contents.get("$schema"))
        self.identifier = "id" if draft_4 else "$id"

    def said_by(self, piece: Any) -> str | None:
        """Return the address that a piece of this document gives itself, or None."""
        said = piece.get(self.identifier) if isinstance(piece, dict) else None
        return said if isinstance(said, str) else None


class Found:
    """What a reference means: a piece of a document, the way to it, and the base address inside it."""

    __slots__ = ("base", "contents", "document", "parts")

    def __init__(self, document: Document, parts: Parts, contents: Any, base: str) -> None:
        self.document = document
        self.parts = parts
        self.contents = contents
        self.base = base


class Resources:
    """Documents by address, beginning with the one that refers to the others.

    Arguments: ``load(uri)`` returns a document that is not here yet, or None; it is asked at most once for each.
    """

    def __init__(self, root: Document, load: Callable[[str], Document | None] | None = None) -> None:
        self.root = root
        self.documents: list[Document] = []
        self._known: dict[str, Found] = {}
        self._load = load
        self._absent: set[str] = set()
        self._indexed = 0
        self.base_uri = self.add(root)

    def add(self, document: Document) -> str:
        """Take a document in, and return the base address inside it."""
        base = join(document.uri, document.said_by(document.contents) or "")
        whole = Found(document, (), document.contents, base)
        self._known.setdefault(without_empty_fragment(document.uri), whole)
        self._known.setdefault(without_empty_fragment(base), whole)
        self.documents.append(document)
        return base

    def resolve(self, base: str, reference: str) -> tuple[Any, str]:
        """Return the schema that a reference means and the base address inside it, or raise ``SchemaError``."""
        found = self.find(base, reference)
        return found.contents, found.base

    def find(self, base: str, reference: str) -> Found:
        """Return what a reference means, or raise ``SchemaError`` that says how far it leads."""
        address, _, fragment = join(base, reference).partition("#")
        whole = self.whole(address)
        if whole is None:
            raise SchemaError(f"there is no schema document {address[:200]!r}")
        if not fragment:
            return whole
        if "%" in fragment:
            from urllib.parse import unquote

            fragment = unquote(fragment)
        if fragment.startswith("/"):
            return _walk(whole, fragment)
        self._index()
        anchor = self._known.get(f"{address}#{fragment}")
        if anchor is None:
            raise SchemaError(f"no schema has the anchor {fragment!r}")
        return anchor

    def trace(self, where: Parts) -> Found:
        """Return the piece at the end of a way through the root schema, where the way goes through references."""
        whole = self._known[without_empty_fragment(self.root.uri)]
        at = Found(self.root, (), self.root.contents, whole.base)
        for step in where:
            if step in ("$ref", "$dynamicRef", "$recursiveRef") and isinstance(at.contents, dict):
                target = at.contents.get(step)
                if isinstance(target, str):
                    at = self.find(at.base, target)
                    continue
            inside = _entry(at.contents, step)
            if inside is None:
                return at
            base = join(at.base, at.document.said_by(inside[0]) or "")
            at = Found(at.document, (*at.parts, step), inside[0], base)
        return at

    @staticmethod
    def address(base: str, reference: str) -> str:
        """Return the address of the document that a reference leads into."""
        return join(base, reference).partition("#")[0]

    def follow(self, base: str, reference: str) -> tuple[Any, str]:
        """Return what ``resolve`` does, or ``True``, which allows everything, where a reference leads nowhere.

        For measuring a schema: what it lacks is refused, or is not needed, when it is compiled.
        """
        try:
            return self.resolve(base, reference)
        except SchemaError:
            return True, base

    def inside(self, piece: Any, base: str) -> str:
        """Return the base address inside a subschema of one with the base address ``base``."""
        said = self.root.said_by(piece)
        return base if said is None or said.startswith("#") else join(base, said)

    def pieces(self, since: int = 0) -> Iterator[tuple[Document, Parts, dict[str, Any], str]]:
        """Yield each schema inside the documents, with its document, its place there, and its base address."""
        for document in self.documents[since:]:
            bases: dict[Parts, str] = {}
            for parts, schema in every(document.contents):
                base = document.uri
                if bases:
                    above = (parts[:end] for end in range(len(parts), -1, -1))
                    base = next((bases[place] for place in above if place in bases), base)
                said = document.said_by(schema)
                if said is not None and not said.startswith("#"):
                    base = bases[parts] = join(base, said)
                yield document, parts, schema, base

    def whole(self, uri: str) -> Found | None:
        """Return the whole document at an address, or None. Raises ``SchemaError`` when its file cannot be read."""
        address = without_empty_fragment(uri)
        whole = self._known.get(address)
        if whole is None:
            self._index()
            whole = self._known.get(address)
        if whole is None and address not in self._absent:
            document = None
            if address in metaschemas():
                document = Document(address, metaschemas()[address])
            elif self._load is not None:
                document = self._load(address)
            if document is None:
                self._absent.add(address)
            else:
                self.add(document)
                whole = self._known.get(address)
        return whole

    def _index(self) -> None:
        """Learn the addresses and anchors inside the documents; most schemas have none, so only when one is missed."""
        for document, parts, schema, base in self.pieces(self._indexed):
            found = Found(document, parts, schema, base)
            address = without_empty_fragment(base)
            said = document.said_by(schema)
            if said is not None and said.startswith("#"):  # how drafts 4 to 7 write an anchor
                self._known.setdefault(address + said, found)
            elif said is not None:
                self._known.setdefault(address, found)
            for keyword in ("$anchor", "$dynamicAnchor"):
                if isinstance(schema.get(keyword), str):
                    self._known.setdefault(f"{address}#{schema[keyword]}", found)
        self._indexed = len(self.documents)


def _walk(whole: Found, pointer: str) -> Found:
    parts: list[str | int] = list(whole.parts)
    piece, base = whole.contents, whole.base
    for raw in pointer[1:].split("/"):
        step = raw.replace("~1", "/").replace("~0", "~")
        part = int(step) if isinstance(piece, list) and step.isdecimal() else step
        inside = _entry(piece, part)
        if inside is None:
            raise SchemaError(f"nothing is at {pointer[:200]!r}: {step[:200]!r} does not exist")
        piece = inside[0]
        parts.append(part)
        base = join(base, whole.document.said_by(piece) or "")
    return Found(whole.document, tuple(parts), piece, base)


def _entry(piece: Any, step: str | int) -> tuple[Any] | None:
    if isinstance(piece, dict) and step in piece:
        return (piece[step],)
    if isinstance(piece, list) and isinstance(step, int) and step < len(piece):
        return (piece[step],)
    return None


def join(base: str, reference: str) -> str:
    """Return the address that a reference means, seen from a base address (RFC 3986, section 5)."""
    if not reference:
        return base
    if reference.startswith("#"):
        return base.partition("#")[0] + reference
    from urllib.parse import urljoin

    try:
        return urljoin(base, reference)
    except ValueError as error:  # such as http://[half-an-address
        raise SchemaError(f"{reference[:200]!r} is no address: {error}") from None
