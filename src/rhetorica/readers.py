"""The files a text may come in: which there are, the text of each, and what each states."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import regex

from rhetorica.decoding import (
    PDF,
    WORD_DOCUMENT,
    check_text,
    decode,
    decode_markup,
    identify,
    stated_charset,
)
from rhetorica.errors import SourceError, plural
from rhetorica.statements import (
    Stated,
    Statement,
    first_stated,
    read_front_matter,
    read_head,
    state,
)
from rhetorica.study_file import TABLE_SUFFIXES

if TYPE_CHECKING:
    from pypdf import PdfReader

PLAIN = frozenset({".txt", ".text", ".md", ".markdown"})
PAGES = frozenset({".html", ".htm", ".xhtml"})
SUFFIXES = PLAIN | PAGES | {*TABLE_SUFFIXES, ".pdf", ".docx"}
SUPPORTED = ".txt, .md, .html, .pdf, .docx or .csv"

# A page of the web saved under the name of a text: its markup would be counted as words.
_MARKUP = regex.compile(
    r"\ufeff?\s*(?:<\?xml[^>]{0,200}>\s*)?(?P<sign><!doctype\s+html|<html)\b", regex.IGNORECASE
)
# What could be a suffix: "Vol. 2" and "speech.1992" are names of plain texts.
_SUFFIX = regex.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


@dataclass(frozen=True, eq=False)
class Reading:
    """What was read of a file: its text, how it was decoded, what it states, and what is amiss.

    `encoding` names the format where the text has no encoding of its own, and `encoding_basis`
    is then ``format``; else it is as :func:`rhetorica.decoding.decode` says.
    """

    text: str
    encoding: str
    encoding_basis: str
    stated: dict[str, Statement]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Reading: {len(self.text)} characters, {self.encoding}>"


def is_table(path: Path) -> bool:
    """Tell a table, whose rows are texts, by its name."""
    return path.name.lower().endswith(TABLE_SUFFIXES)


def check_suffix(path: Path) -> None:
    """Raise :class:`SourceError` for a kind of file that is not read; no suffix is plain text."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES and _SUFFIX.fullmatch(suffix):
        raise SourceError(
            f"{path}: {suffix} files are not read. Save it as {SUPPORTED}, or, if it is plain "
            "text, rename it to end in .txt."
        )


def read_file(data: bytes, path: Path, declared: str = "") -> Reading:
    """Read the bytes of a text file, a web page, a PDF or a Word document.

    Raises :class:`SourceError` for what is empty, damaged or of another kind than its name says,
    and, for a PDF or Word document, where the extra ``documents`` is not installed.
    """
    check_suffix(path)
    suffix = path.suffix.lower()
    if suffix in PAGES:
        return _read_page(data, path, declared)
    if suffix not in {".pdf", ".docx"}:
        return _read_plain(data, path, declared)
    if declared:
        raise SourceError(
            f"{path} has no encoding to declare, for it is no plain text: take "
            f"encoding = '{declared}' out of study.toml."
        )
    return _read_pdf(data, path) if suffix == ".pdf" else _read_word(data, path)


def _read_plain(data: bytes, path: Path, declared: str) -> Reading:
    text, encoding, basis = decode(data, path, declared)
    markup = _MARKUP.match(text)
    if markup:
        raise SourceError(
            f"{path} is a web page, for it begins with {markup['sign']}: rename it to end in "
            ".html, so that its markup is not counted as words."
        )
    stated = first_stated(read_front_matter(text), read_head(text))
    return Reading(text, encoding, basis, stated)


def _read_page(data: bytes, path: Path, declared: str) -> Reading:
    from rhetorica.webpages import page_text, parse_page, state_page

    source, encoding, basis = decode_markup(data, path, declared, stated_charset(data))
    with _one_sentence(path, "web page", "beautifulsoup4"):
        page = parse_page(source)
        text, stated = page_text(page), state_page(page)
    if not text:
        raise SourceError(f"{path} is a web page without text.")
    check_text(text, path)
    return Reading(text, encoding, basis, _of_page(stated, read_head(text, "text")))


def _of_page(page: Stated, head: Stated) -> dict[str, Statement]:
    """Join what a page states with what the head of its text does; both are named if they differ.

    The author and date in the text go before those of the page, which may be those of whoever
    put it on the web and when.
    """
    joined: dict[str, Statement] = {}
    for key in (*page, *head):
        first, second = (head, page) if key in ("author", "date") else (page, head)
        taken, other = first.get(key), second.get(key)
        if taken and other and taken.value != other.value:
            taken = Statement(taken.value, f"{taken.origin}; {other.origin}: “{other.value}”")
        joined[key] = taken or second[key]
    if "date" in page and "date" not in head:
        note = Statement("Stated by the page; the text may be older.", page["date"].origin)
        joined.setdefault("date_note", note)
    return joined


@contextmanager
def _one_sentence(path: Path, kind: str, package: str) -> Iterator[None]:
    """Turn whatever a library raises on a file that is broken into one sentence.

    The libraries promise no one kind of error, and damaged files make them raise nearly any.
    """
    try:
        yield
    except SourceError:
        raise
    except ImportError:
        raise SourceError(
            f"{path}: to read {kind}, {package} must be installed: "
            "pip install 'rhetorica[documents]'"
        ) from None
    except Exception as error:
        raise SourceError(
            f"{path} is damaged, or is no {kind}: it cannot be read ({type(error).__name__}). "
            "Open it in the program it was made with, and save it again."
        ) from None


def _refuse_other(data: bytes, path: Path, wanted: str) -> None:
    """Say what a file is that is not what its name says."""
    known = identify(data)
    if known and known[0] != wanted:
        raise SourceError(f"{path} is {known[0]}, not {wanted}: {known[1]}.")
    if not data.strip():
        raise SourceError(f"{path} is empty: there is no text in it.")
    if not known and (wanted == WORD_DOCUMENT or b"%PDF" not in data[:1024]):
        raise SourceError(
            f"{path} is not {wanted}, whatever its name says: if it is plain text, rename it to "
            "end in .txt."
        )


def _read_pdf(data: bytes, path: Path) -> Reading:
    _refuse_other(data, path, PDF)
    with _one_sentence(path, "PDF", "pypdf"), _quiet("pypdf"):
        from pypdf import PdfReader

        reader = PdfReader(BytesIO(data))
        _unlock(reader, path)
        pages = [_readable(page.extract_text()) for page in reader.pages]
        about: Any = _safely(lambda: reader.metadata)
        stated = _state_properties(
            "PDF",
            _safely(lambda: about.title),
            _safely(lambda: about.author),
            _safely(lambda: about.creation_date),
        )
    without = [str(number) for number, page in enumerate(pages, 1) if not page.strip()]
    if len(without) == len(pages):
        raise SourceError(
            f"{path} has no text layer: it is pictures of pages; run OCR (text recognition) first."
        )
    text = "\n\f".join(pages)
    check_text(text, path)
    notes = [f"no text on page {', '.join(without[:20])} of {len(pages)}"] if without else []
    stated = first_stated(stated, read_head(text, "text"))
    return Reading(text, "pdf (text layer)", "format", stated, tuple(notes))


def _unlock(reader: "PdfReader", path: Path) -> None:
    """Open a PDF that is encrypted without a password, as every viewer does."""
    if not reader.is_encrypted:
        return
    from pypdf.errors import DependencyError

    try:
        opened = bool(reader.decrypt(""))
    except (DependencyError, NotImplementedError):
        opened = False
    if not opened:
        raise SourceError(f"{path} is encrypted: save a copy of it without a password.")


def _safely(read: Callable[[], Any]) -> Any:
    """Return nothing where a property of a document is nonsense: its text can be read all the same.

    The libraries read the properties when asked for, and raise nearly anything.
    """
    try:
        return read()
    except Exception:
        return None


def _state_properties(kind: str, title: Any, author: Any, made: Any) -> dict[str, Statement]:
    """Take title and author; the date is when the file was made, not the text: a note says so."""
    origin = f"from the properties of the {kind} file"
    note = f"The {kind} file was made on {made:%Y-%m-%d}; the text may be older." if made else ""
    return first_stated(
        state("title", title, origin),
        state("author", author, origin),
        state("date_note", note, origin),
    )


def _readable(text: str) -> str:
    """Mark the characters that a PDF does not say how to read."""
    return regex.sub(r"[\x00\p{Cs}]", "\ufffd", text)


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Keep a library from writing its own complaints between ours."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _read_word(data: bytes, path: Path) -> Reading:
    _refuse_other(data, path, WORD_DOCUMENT)
    with _one_sentence(path, "Word document", "python-docx"):
        from docx import Document
        from docx.oxml import parse_xml

        document = Document(BytesIO(data))
        blocks = list(_word_blocks(document.element.body))
        notes = []
        for kind in ("footnotes", "endnotes"):
            parts = [r.target_part for r in document.part.rels.values() if r.reltype.endswith(kind)]
            found = [note for part in parts for note in _word_notes(parse_xml(part.blob))]
            blocks += found
            if found:
                notes.append(f"{plural(len(found), kind[:-1])} put at the end of the text")
        about = document.core_properties
        stated = _state_properties(
            "Word",
            _safely(lambda: about.title),
            _safely(lambda: about.author),
            _safely(lambda: about.created),
        )
    text = "\n\n".join(blocks) + "\n"
    check_text(text, path)
    stated = first_stated(stated, read_head(text, "text"))
    return Reading(text, "docx", "format", stated, tuple(notes))


def _word_blocks(parent: Any) -> Iterator[str]:
    """Yield the paragraphs in the order of the document; a row of short cells is one line.

    The elements are walked rather than python-docx's paragraphs, which pass over content
    controls, tracked insertions and text boxes.
    """
    for element in parent:
        if element.tag == _W + "p":
            yield from (block for block in _word_paragraph(element) if block.strip())
        elif element.tag == _W + "tr":
            cells = [list(_word_blocks(cell)) for cell in element]
            if all(len(cell) <= 1 for cell in cells):
                row = "\t".join(cell[0] for cell in cells if cell)
                yield from [row] if row else []
            else:
                yield from (block for cell in cells for block in cell)
        elif element.tag not in {_W + "del", _W + "moveFrom", _FALLBACK}:
            yield from _word_blocks(element)


def _word_paragraph(paragraph: Any) -> list[str]:
    """Return the text of a paragraph, and after it that of the text boxes that hang on it."""
    pieces: list[str] = []
    boxes: list[str] = []
    marks = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "\u2011"}
    stack = [iter(paragraph)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif element.tag == _W + "t":
            pieces.append(element.text or "")
        elif element.tag == _W + "txbxContent":
            boxes += _word_blocks(element)
        elif element.tag in marks and element.getparent().tag == _W + "r":
            pieces.append(marks[element.tag])
        elif element.tag not in {_W + "del", _W + "moveFrom", _FALLBACK}:
            stack.append(iter(element))
    return ["".join(pieces), *boxes]


def _word_notes(part: Any) -> Iterator[str]:
    """Yield the notes with their numbers; those with a type are the lines drawn above them."""
    notes = [note for note in part if note.get(_W + "type") is None]
    for number, note in enumerate(notes, 1):
        text = "\n".join(block.strip() for block in _word_blocks(note))
        if text:
            yield f"[{number}] {text}"
