"""A web page as a reader sees it: its paragraphs, lists and quotations as plain text."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rhetorica.statements import Statement, first_stated, state

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

# What surrounds a text on its page, and what a browser does not show as text.
_AROUND = frozenset({
    "nav", "header", "footer", "aside", "form", "head", "title", "script", "style", "noscript",
    "template", "iframe", "svg", "object", "audio", "video", "canvas", "button", "select",
    "textarea",
})  # fmt: skip
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hgroup", "hr", "html", "main", "nav", "ol", "p", "pre", "section",
    "summary", "table", "caption", "tbody", "thead", "tfoot", "ul",
})  # fmt: skip
_SPACE = re.compile("[ \t\n\r\f]+")  # what a browser collapses: a no-break space is none of it
# Where pages state a thing, the plainer first: <meta name=...> or <meta property=...>.
_METAS = {
    "title": ("og:title", "dc.title", "citation_title"),
    "author": ("author", "article:author", "dc.creator", "citation_author"),
    "date": ("date", "article:published_time", "dc.date", "dc.date.issued", "datepublished"),
}


def parse_page(text: str) -> "BeautifulSoup":
    """Parse a web page; whatever is wrong in it, there is a tree."""
    from bs4 import BeautifulSoup

    with warnings.catch_warnings():  # that it is XHTML, or looks like the name of a file
        warnings.simplefilter("ignore")
        return BeautifulSoup(text, "html.parser")


def page_text(page: "BeautifulSoup") -> str:
    r"""Return the text of a page, blank lines between its paragraphs.

    The text is that of the one <article> or <main> if there is one, else of the body. Menus,
    headers, footers and forms are left out; a form only if something else is there, for some
    pages are one form as a whole.

    >>> page_text(parse_page("<h1>On Unity</h1><p>We met<br>here.<ul><li>One<li>Two</ul>"))
    'On Unity\n\nWe met\nhere.\n\n- One\n- Two\n'
    """
    for root in _roots(page):
        for left_out in (_AROUND, _AROUND - {"form"}):
            text = _text_of(root, left_out)
            if text:
                return text
    return ""


def _roots(page: "BeautifulSoup") -> Iterator["Tag"]:
    for name in ("article", "main"):
        found = page.find_all(name, limit=2)
        if len(found) == 1:
            yield found[0]
    yield page


@dataclass
class _Writer:
    """The text so far: blocks that are finished, and lines and pieces of the one in hand."""

    blocks: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    quotes: int = 0
    preserved: int = 0
    items: int = 0
    bullet: bool = False

    def add(self, text: str) -> None:
        """Add text, its white space collapsed as a browser does."""
        if self.preserved:
            for i, line in enumerate(re.split(r"\r\n?|\n", text)):
                if i:
                    self.end_line()
                self.pieces.append(line)
            return
        text = _SPACE.sub(" ", text)
        if not self.pieces or self.pieces[-1].endswith((" ", "\t")):
            text = text.removeprefix(" ")
        if text:
            self.pieces.append(text)

    def end_line(self) -> None:
        """End the line in hand, also where it is empty."""
        line = "".join(self.pieces).rstrip(" \t")
        self.pieces.clear()
        if line.strip() and self.bullet:
            line, self.bullet = f"- {line}", False
        self.lines.append(f"> {line}" if line.strip() and self.quotes else line)

    def end_block(self) -> None:
        """End the paragraph in hand; blank lines within it part paragraphs, and one is enough."""
        if self.pieces:
            self.end_line()
        text = "\n".join(self.lines) if self.preserved else _joined(self.lines)
        self.lines.clear()
        if text.strip():
            self.blocks.append(text.strip("\n"))


def _joined(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line if line.strip() else "" for line in lines))


def _text_of(root: "Tag", left_out: frozenset[str]) -> str:
    writer = _Writer()
    for event, node in _walk(root, left_out):
        if event == "text":
            writer.add(node)
        elif event == "open":
            _open(writer, node)
        else:
            _close(writer, node)
    writer.end_block()
    return "\n\n".join(writer.blocks) + "\n" if writer.blocks else ""


def _walk(root: "Tag", left_out: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield ("open", name), ("text", text) and ("close", name) in the order of the page.

    A stack rather than recursion: a page may nest deeper than Python does.
    """
    from bs4.element import CData, NavigableString, Tag

    stack = [("", iter(root.children))]
    while stack:
        name, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if name:
                yield "close", name
        elif isinstance(child, Tag):
            if child.name not in left_out:
                yield "open", child.name
                stack.append((child.name, iter(child.children)))
        elif type(child) in (NavigableString, CData):  # comments and the like are other types
            yield "text", str(child)


def _open(writer: _Writer, name: str) -> None:
    if name == "br":
        writer.end_line()
    elif name in {"td", "th"}:
        if writer.pieces:
            writer.pieces.append("\t")
    elif name in {"li", "tr"}:
        if writer.pieces:
            writer.end_line()
    elif name in _BLOCKS and not (name in {"ul", "ol"} and writer.items):
        writer.end_block()
    elif name in {"ul", "ol"} and writer.pieces:
        writer.end_line()
    writer.items += name == "li"
    writer.bullet |= name == "li"
    writer.quotes += name == "blockquote"
    writer.preserved += name == "pre"


def _close(writer: _Writer, name: str) -> None:
    if name in {"li", "tr"}:
        if writer.pieces:
            writer.end_line()
    elif name in _BLOCKS and not (name in {"ul", "ol"} and writer.items):
        writer.end_block()
    writer.items -= name == "li"
    writer.bullet &= name != "li"
    writer.quotes -= name == "blockquote"
    writer.preserved -= name == "pre"


def state_page(page: "BeautifulSoup") -> dict[str, Statement]:
    """Return what the head of a page states, and its <time> if there is only one."""
    found = [_title(page), _metas(page, "author"), _metas(page, "date")]
    times = page.find_all("time", attrs={"datetime": True}, limit=2)
    if len(times) == 1:
        found.append(state("date", times[0]["datetime"], "from <time>"))
    return first_stated(*found)


def _title(page: "BeautifulSoup") -> dict[str, Statement]:
    """Take the title a page gives to others, which lacks the name of the site, or its own."""
    tag = page.find("title")
    own = state("title", tag.get_text() if tag else "", "from <title>")
    given = _metas(page, "title")
    if own and given and own["title"].value != given["title"].value:
        origin = f"{given['title'].origin}; <title> is “{own['title'].value}”"
        return state("title", given["title"].value, origin)
    return own or given


def _metas(page: "BeautifulSoup", key: str) -> dict[str, Statement]:
    for wanted in _METAS[key]:
        for attribute in ("name", "property", "itemprop"):
            tags = page.find_all(
                "meta", attrs={attribute: re.compile(f"^{wanted}$", re.IGNORECASE)}
            )
            values = [str(tag.get("content") or "").strip() for tag in tags]
            # An author may be given as the address of a page on them, which is no name.
            values = [v for v in dict.fromkeys(values) if v and "://" not in v]
            if values:
                value = ", ".join(values) if key == "author" else values[0]
                return state(key, value, f"from <meta {attribute}={wanted}>")
    return {}
