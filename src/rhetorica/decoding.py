"""Bytes to text: the encoding as declared, marked, stated or found, and what is no text."""

import codecs
import re
import zipfile
from encodings.aliases import aliases
from io import BytesIO
from pathlib import Path

from rhetorica.errors import SourceError, nearest

# No text has such a line: War and Peace whole has 3.2 million characters.
LINE_LIMIT = 5_000_000

WORD_DOCUMENT = "a Word document (.docx)"
PDF = "a PDF"
_TO_TEXT = "save it as .docx or .txt first"
# The first bytes of common files that are not text, so that the message can say what it is and
# what to do about it.
_SIGNATURES = {
    b"%PDF": (PDF, "rename it to end in .pdf"),
    b"\xd0\xcf\x11\xe0": ("an old Office document, or one with a password", _TO_TEXT),
    b"{\\rtf": ("an RTF document", _TO_TEXT),
    b"\x89PNG": ("a PNG picture", "run OCR (text recognition) on it first"),
    b"\xff\xd8\xff": ("a JPEG picture", "run OCR (text recognition) on it first"),
    b"\x1f\x8b": ("a gzip archive", "unpack it first"),
}
_ZIP = b"PK\x03\x04"
# A part of a zip archive that only one kind of document has.
_ZIPPED = {
    "word/document.xml": (WORD_DOCUMENT, "rename it to end in .docx"),
    "xl/workbook.xml": ("a spreadsheet (.xlsx)", "save it as .csv first"),
    "ppt/presentation.xml": ("a presentation (.pptx)", "save its text as .txt first"),
    "META-INF/container.xml": ("an e-book (.epub)", "save its text as .txt or .html first"),
    "content.xml": ("an OpenDocument file (.odt, .ods)", "save it as .docx, .txt or .csv first"),
}
_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
# What browsers read where a page states the smaller encoding: the wider one it is a part of.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
_COMMON_ENCODINGS = ("cp1252", "cp1251", "cp1250")  # what Windows wrote for most languages
_DETECTION_BYTES = 200_000  # more does not change what charset-normalizer finds, only its time
# In a text with few letters beyond English, coherence differs by chance: measured on short
# cp1252 texts in six languages by up to 0.03; on cp1250 texts read as cp1252 by 0.05.
_CHANCE = 0.04


def decode(data: bytes, path: Path, declared: str = "") -> tuple[str, str, str]:
    """Return text, encoding and how that was known.

    The order, and the word for it: the ``declared`` encoding; a byte-order ``mark``; what the
    file itself ``stated``, if the bytes agree; ``utf-8``; else it is ``detected``. Raises
    :class:`SourceError` for an empty or binary file and where no encoding fits.
    """
    text, encoding, basis = decode_markup(data, path, declared)
    check_text(text, path)
    return text, encoding, basis


def decode_markup(
    data: bytes, path: Path, declared: str = "", stated: str = ""
) -> tuple[str, str, str]:
    """Decode as :func:`decode` does what is no text yet: a page may hold a picture as one line."""
    _refuse_known(data, path)
    if declared:
        return _decode_as(data, path, declared), declared, "declared"
    mark = next((name for sign, name in _BYTE_ORDER_MARKS.items() if data.startswith(sign)), "")
    if mark:
        return _decode_as(data, path, mark), mark, "mark"
    position = data.find(b"\x00")
    if position >= 0:
        raise SourceError(
            f"{path} is a binary file, not a text: it has a NUL byte at byte {position}."
        )
    found = _decode_as_stated(data, stated)
    if found:
        return *found, "stated"
    try:
        return data.decode("utf-8"), "utf-8", "utf-8"
    except UnicodeDecodeError as error:
        encoding = _detect(data, path, error.start)
        return _decode_as(data, path, encoding), encoding, "detected"


def check_text(text: str, path: Path, place: str = "") -> None:
    """Raise :class:`SourceError` for an empty text, a NUL character or a line without an end.

    `place` says where in the file the text stands, for example ``, row 3``.
    """
    if len(text) > LINE_LIMIT:
        longest = max(len(line) for line in text.splitlines())
        if longest > LINE_LIMIT:
            raise SourceError(
                f"{path}{place} has a line of {longest:,} characters, which no text has "
                f"(the limit is {LINE_LIMIT:,}): it may be data, not a text."
            )
    position = text.find("\x00")
    if position >= 0:
        line = text.count("\n", 0, position) + 1
        raise SourceError(
            f"{path}{place}, line {line}, has a NUL character: it is no text, or is not in the "
            "encoding it was read in."
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:  # a few encodings, such as utf-7, can make one
        line = text.count("\n", 0, error.start) + 1
        raise SourceError(
            f"{path}{place}, line {line}, has half a character (a lone surrogate): declare "
            "another encoding for it in study.toml."
        ) from None
    if not text.strip():
        raise SourceError(f"{path}{place} is empty: there is no text in it.")


def identify(data: bytes) -> tuple[str, str] | None:
    """Say what a file is, by its first bytes, and what to do about it; None if it may be text."""
    if data.startswith(_ZIP):
        return _identify_zip(data)
    found = (value for sign, value in _SIGNATURES.items() if data.startswith(sign))
    return next(found, None)


def _identify_zip(data: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "a damaged zip archive (as .docx, .odt and .xlsx files are)", "get it anew"
    found = (value for part, value in _ZIPPED.items() if part in names)
    return next(found, ("a zip archive", "unpack it first"))


def _refuse_known(data: bytes, path: Path) -> None:
    known = identify(data)
    if known:
        raise SourceError(f"{path} is {known[0]}, not plain text: {known[1]}.")


def _decode_as_stated(data: bytes, stated: str) -> tuple[str, str] | None:
    """Return text and encoding, or None where the file states none, or states a wrong one."""
    try:
        name = codecs.lookup(stated).name
    except (LookupError, ValueError):
        return None
    if name.startswith(("utf-16", "utf-32")):  # it could not be read, if that were true
        return None
    for encoding in (_WIDER.get(name, name), name):
        try:
            return data.decode(encoding), encoding
        except (LookupError, UnicodeError):  # hex and the like are codecs, and no encodings
            continue
    return None


def _decode_as(data: bytes, path: Path, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except (LookupError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise SourceError(
                f"{path}, line {_line(data, error.start)}: byte {error.start} is not {encoding}. "
                "Declare another encoding for it in study.toml."
            ) from None
        if isinstance(error, UnicodeError):
            raise SourceError(f"{path} cannot be read as {encoding} ({error}).") from None
        raise SourceError(
            f"{path}: there is no encoding called '{encoding}'."
            f"{nearest(encoding, {*aliases, *aliases.values()} - {encoding})}"
        ) from None


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
    end = _last_space(sample) + 1
    return sample[:end] if start + end > position else sample


def _last_space(data: bytes) -> int:
    return max(data.rfind(b"\n"), data.rfind(b" "))


def stated_charset(data: bytes) -> str:
    """Return the charset that the head of a web page names, or an empty string."""
    # Where browsers look is the first 1,024 bytes; saved pages often put their own notes first.
    head = re.sub(rb"<!--.*?-->", b"", data[:8192], flags=re.DOTALL)
    found = re.search(rb"""<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)""", head, re.IGNORECASE)
    found = found or re.match(
        rb"""\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([\w.:-]+)""", head, re.IGNORECASE
    )
    return found[1].decode("ascii", errors="ignore") if found else ""
