"""What a page holds, as an HTML parser sees it: elements, attributes, texts, and what must be in none of them."""

from __future__ import annotations

from html.parser import HTMLParser

# Every element that the templates write. Whatever else is in a page came out of a value.
ELEMENTS = frozenset(
    {
        *(
            "html",
            "head",
            "meta",
            "title",
            "link",
            "script",
            "body",
            "div",
            "header",
            "nav",
            "main",
            "section",
            "footer",
        ),
        *("a", "ul", "ol", "li", "p", "span", "h1", "h2", "h3", "dl", "dt", "dd", "strong", "b", "code", "pre", "time"),
        *("table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary", "noscript"),
        *("form", "input", "button", "label", "select", "option", "textarea", "fieldset", "legend", "datalist"),
        *("svg", "path", "circle", "rect", "polygon", "polyline", "line", "text", "desc"),
    }
)
_FOLLOWED = {"href", "src", "action", "formaction"}


class Page(HTMLParser):
    """One page, taken apart. Raises ``AssertionError`` for what a strict policy or good manners forbid."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.ids: list[str] = []
        self.in_script = False
        self.feed(html)
        self.close()
        assert len(self.ids) == len(set(self.ids)), f"an id is there twice: {sorted(self.ids)}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        assert tag in ELEMENTS, f"<{tag}> came out of a value: {attrs}"
        assert tag != "script" or found.get("src"), "a script without a file"
        for name, value in attrs:
            assert not name.startswith("on"), f"<{tag}> has {name}"
            assert name != "style", f"<{tag}> has a style"
            if name in _FOLLOWED:
                assert value is not None and (value[:1] in ("/", "#") and value[:2] != "//"), f"{name}={value!r}"
        if "id" in found:
            self.ids.append(found["id"] or "")
        self.in_script = tag == "script"
        self.elements.append((tag, found))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.in_script = False

    def handle_endtag(self, tag: str) -> None:
        self.in_script = False

    def handle_data(self, data: str) -> None:
        assert not (self.in_script and data.strip()), f"a script in the page: {data!r}"
        self.texts.append(data)

    @property
    def text(self) -> str:
        """All words of the page, spaces as one."""
        return " ".join(" ".join(self.texts).split())

    def links(self, start: str = "") -> list[str]:
        """The addresses of all links that begin with something."""
        return [
            found["href"] or ""
            for tag, found in self.elements
            if tag == "a" and (found.get("href") or "").startswith(start)
        ]

    def forms(self) -> list[str]:
        """The addresses that the page's posting forms go to."""
        return [
            found["action"] or "" for tag, found in self.elements if tag == "form" and found.get("method") == "post"
        ]

    def headings(self) -> list[int]:
        """The levels of the headings, in order."""
        return [int(tag[1]) for tag, _ in self.elements if tag in ("h1", "h2", "h3")]
