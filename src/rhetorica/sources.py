"""Raw documents: bytes as obtained, proved unchanged by their hash, and the text in them."""

from dataclasses import dataclass
from pathlib import Path

from rhetorica import cards
from rhetorica.errors import SourceError, nearest, plural
from rhetorica.files import sha256_of
from rhetorica.readers import Reading, is_table, read_file
from rhetorica.study import Study
from rhetorica.study_file import Document
from rhetorica.tables import Table, read_table, row_text


@dataclass(frozen=True, eq=False)
class Source:
    """One raw document: what the study says of it, its text and how the bytes were decoded.

    `text` is the text in the raw file: for plain text the file itself, for a row of a table one
    field of it, else what a reader of web pages, PDF or Word documents sees. `encoding_basis` is
    ``declared`` (in study.toml), ``mark`` (a byte-order mark says so), ``stated`` (by the page
    itself), ``utf-8`` (valid as it stands), ``detected`` (by charset-normalizer), or ``format``
    where `encoding` names a format that has no encoding of its own.
    """

    document: Document
    path: Path
    sha256: str
    text: str
    encoding: str
    encoding_basis: str

    def __repr__(self) -> str:
        size = plural(len(self.text), "character")
        return f"<Source '{cards.brief(self.document.id)}': {size}, {cards.brief(self.encoding)}>"

    def _repr_html_(self) -> str:
        text, document = self.text, self.document
        ends = text.count("\n") + text.count("\r") - text.count("\r\n")
        lines = ends + (not text.endswith(("\n", "\r")) if text else 0)
        row = f"row {document.row} of {document.file}, column {document.column}"
        basis = _BASES.get(self.encoding_basis, "")
        return cards.card(
            "Source",
            document.title or document.label,
            [
                document.id,
                row if document.row else document.file,
                f"sha256 {self.sha256[:12]}…",
                f"{self.encoding} ({basis})" if basis else self.encoding,
                plural(lines, "line"),
                plural(len(text), "character"),
            ],
            cards.paragraph(cards.opening(text)),
        )


_BASES = {
    "declared": "as the study says",
    "mark": "as a mark in the file says",
    "stated": "as the page says",
    "utf-8": "valid as it stands",
    "detected": "guessed from the bytes",
}
"""How it is known in which encoding a text is."""


@dataclass(frozen=True, eq=False)
class _File:
    """A raw file that was read: once, however many documents are in it."""

    path: Path
    sha256: str
    content: Reading | Table


def read_sources(study: Study) -> tuple[Source, ...]:
    """Read every text of a study, in its order, and return the :class:`Source` of each.

    Raises :class:`SourceError` for a file that is missing, differs from its sha256, is empty,
    is not text, or cannot be decoded, and for a row or column that is not in its table.
    """
    files: dict[tuple[str, str, str], _File] = {}
    sources = []
    for document in study.documents:
        key = document.file, document.sha256, document.encoding
        if key not in files:
            files[key] = _read(study, document)
        sources.append(_source(document, files[key]))
    return tuple(sources)


def _read(study: Study, document: Document) -> _File:
    path = study.raw / document.file
    data = read_bytes(path)
    digest = sha256_of(data)
    if digest != document.sha256:
        raise SourceError(
            f"{path} is not the file the study describes: its sha256 is {digest}, "
            f"but {study.file.name} says {document.sha256} for '{document.id}'. "
            "Put the original back, or write the new sha256 into the study if the change is meant."
        )
    reader = read_table if is_table(path) else read_file
    return _File(path, digest, reader(data, path, document.encoding))


def _source(document: Document, file: _File) -> Source:
    content = file.content
    if isinstance(content, Reading):
        text = content.text
    else:
        text = row_text(content, document.column, document.row or 0)
    return Source(document, file.path, file.sha256, text, content.encoding, content.encoding_basis)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a raw text; raise :class:`SourceError` with the nearest file name."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # it might never end
            raise SourceError(f"{path} is a device or a pipe, not a file.")
        return path.read_bytes()
    except FileNotFoundError:
        others = [p.name for p in path.parent.glob("*")] if path.parent.is_dir() else []
        raise SourceError(f"There is no text {path}.{nearest(path.name, others)}") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}).") from None
