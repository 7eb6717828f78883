"""Raw documents: bytes as obtained, proved unchanged by their hash, and decoded."""

from dataclasses import dataclass
from encodings.aliases import aliases
from pathlib import Path

from rhetorica.errors import SourceError, nearest
from rhetorica.files import sha256_of
from rhetorica.study import Document, Study

# The first bytes of common files that are not text, so that the message can say what it is.
_SIGNATURES = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive (as .docx, .odt and .xlsx files are)",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"{\\rtf": "an RTF document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x1f\x8b": "a gzip archive",
}
_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_COMMON_ENCODINGS = ("cp1252", "cp1251", "cp1250")  # what Windows wrote for most languages
_DETECTION_BYTES = 200_000  # more does not change what charset-normalizer finds, only its time
# In a text with few letters beyond English, coherence differs by chance: measured on short
# cp1252 texts in six languages by up to 0.03; on cp1250 texts read as cp1252 by 0.05.
_CHANCE = 0.04


@dataclass(frozen=True, eq=False)
class Source:
    """One raw document: what the study says of it, its text and how the bytes were decoded.

    `encoding_basis` is ``declared`` (in study.toml), ``utf-8`` (valid as it stands),
    ``mark`` (a byte-order mark says so) or ``detected`` (by charset-normalizer).
    """

    document: Document
    path: Path
    sha256: str
    text: str
    encoding: str
    encoding_basis: str

    def __repr__(self) -> str:
        return f"<Source '{self.document.id}': {len(self.text)} characters, {self.encoding}>"


def read_sources(study: Study) -> tuple[Source, ...]:
    """Read every text of a study, in its order, and return the :class:`Source` of each.

    Raises :class:`SourceError` for a file that is missing, differs from its sha256, is empty,
    is not text, or cannot be decoded.
    """
    return tuple(_read(study, document) for document in study.documents)


def _read(study: Study, document: Document) -> Source:
    path = study.raw / document.file
    data = read_bytes(path)
    digest = sha256_of(data)
    if digest != document.sha256:
        raise SourceError(
            f"{path} is not the file the study describes: its sha256 is {digest}, "
            f"but {study.file.name} says {document.sha256} for '{document.id}'. "
            "Put the original back, or write the new sha256 into the study if the change is meant."
        )
    text, encoding, basis = decode(data, path, document.encoding)
    return Source(document, path, digest, text, encoding, basis)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a raw text; raise :class:`SourceError` with the nearest file name."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        others = [p.name for p in path.parent.glob("*")] if path.parent.is_dir() else []
        raise SourceError(f"There is no text {path}.{nearest(path.name, others)}") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}).") from None


def decode(data: bytes, path: Path, declared: str = "") -> tuple[str, str, str]:
    """Return text, encoding and how that was known (see :class:`Source`).

    The order: the declared encoding; a byte-order mark; UTF-8; detection. Raises
    :class:`SourceError` for an empty or binary file and where no encoding fits.
    """
    text, encoding, basis = _decode(data, path, declared)
    if not text.strip():
        raise SourceError(f"{path} is empty: there is no text in it.")
    return text, encoding, basis


def _decode(data: bytes, path: Path, declared: str) -> tuple[str, str, str]:
    mark = next((name for sign, name in _BYTE_ORDER_MARKS.items() if data.startswith(sign)), "")
    if not declared and not mark:
        _refuse_binary(data, path)
    if declared:
        return _decode_as(data, path, declared), declared, "declared"
    if mark:
        return _decode_as(data, path, mark), mark, "mark"
    try:
        return data.decode("utf-8"), "utf-8", "utf-8"
    except UnicodeDecodeError as error:
        encoding = _detect(data, path, error.start)
        return _decode_as(data, path, encoding), encoding, "detected"


def _refuse_binary(data: bytes, path: Path) -> None:
    for sign, description in _SIGNATURES.items():
        if data.startswith(sign):
            raise SourceError(f"{path} is {description}, not plain text: save it as .txt first.")
    position = data.find(b"\x00")
    if position >= 0:
        raise SourceError(
            f"{path} is a binary file, not a text: it has a NUL byte at byte {position}."
        )


def _decode_as(data: bytes, path: Path, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        raise SourceError(
            f"{path}: there is no encoding called '{encoding}'."
            f"{nearest(encoding, {*aliases, *aliases.values()} - {encoding})}"
        ) from None
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path}, line {_line(data, error.start)}: byte {error.start} is not {encoding}. "
            "Declare another encoding for it in study.toml."
        ) from None
    except UnicodeError as error:
        raise SourceError(f"{path} cannot be read as {encoding} ({error}).") from None


def _line(data: bytes, position: int) -> int:
    return data[:position].count(b"\n") + 1


def _detect(data: bytes, path: Path, position: int) -> str:
    """Guess the encoding of bytes that at `position` are not UTF-8."""
    from charset_normalizer import from_bytes

    place = f"{path}, line {_line(data, position)}: byte {position} is not UTF-8"
    if _is_mostly_utf_8(data):
        raise SourceError(f"{place}, but the rest of the text is: repair the file there.")
    matches = from_bytes(_sample(data, position))
    best = matches.best()
    if best is None:
        raise SourceError(
            f"{place}, and no other encoding fits the text: it may be a binary file. "
            "Declare the encoding of the text in study.toml, for example encoding = 'cp1252'."
        )
    # Encodings that read these bytes alike, or as well, cannot be told apart: the most common
    # is named.
    good = {best.encoding}
    for match in matches:
        if match.chaos <= best.chaos and match.coherence >= best.coherence - _CHANCE:
            good.update(match.could_be_from_charset)
    return next((name for name in _COMMON_ENCODINGS if name in good), best.encoding)


def _is_mostly_utf_8(data: bytes) -> bool:
    """Tell a damaged UTF-8 text, which any one-byte encoding would misread without complaint.

    In other encodings a run of bytes is a letter of UTF-8 by chance only.
    """
    text = data.decode("utf-8", errors="replace")
    beyond_ascii = len(text) - len(text.encode("ascii", errors="ignore"))
    return beyond_ascii > 2 * text.count("\ufffd")


def _sample(data: bytes, position: int) -> bytes:
    """Return whole words around `position`: a character of several bytes must not be cut."""
    start = _last_space(data[: max(0, position - _DETECTION_BYTES // 2)]) + 1
    sample = data[start : start + _DETECTION_BYTES]
    if start + len(sample) == len(data):
        return sample
    return sample[: _last_space(sample) + 1] or sample


def _last_space(data: bytes) -> int:
    return max(data.rfind(b"\n"), data.rfind(b" "))
