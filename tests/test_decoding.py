"""Bytes to text: decoded as declared, marked, stated or found; refused where they are no text."""

import time
from pathlib import Path

import pytest

from rhetorica.decoding import LINE_LIMIT, check_text, decode, decode_markup, stated_charset
from rhetorica.errors import SourceError
from support.documents import XLSX, docx_bytes, zip_bytes

HERE = Path("raw/speech.txt")
# What English keyboards of Windows leave: ’ “ ” – are letters of cp1252, and not of Latin-1.
ENGLISH = "The party’s “unity” – in the café of our naïve friends – goes on.\n"
LATIN = "In the caf\u00e9 of our na\u00efve friends the struggle goes on.\n"
FRENCH = "Le parti a été fondé à Paris, où l’on célèbre l’unité des peuples.\n"
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy.\n"
RUSSIAN = "Партия ведёт народы мира к единству и солидарности.\n"
KOREAN = "조선로동당은 위대한 수령의 당이다.\n"


def refusal(data: bytes, declared: str = "") -> str:
    with pytest.raises(SourceError) as caught:
        decode(data, HERE, declared)
    return str(caught.value)


TO_TEXT = "save it as .docx or .txt first"
KINDS = [
    (b"%PDF-1.7\n", "a PDF", "rename it to end in .pdf"),
    (docx_bytes("We met."), "a Word document (.docx)", "rename it to end in .docx"),
    (XLSX, "a spreadsheet (.xlsx)", "save it as .csv first"),
    (
        zip_bytes("mimetype", "content.xml"),
        "an OpenDocument file (.odt, .ods)",
        "save it as .docx, .txt or .csv first",
    ),
    (
        zip_bytes("META-INF/container.xml"),
        "an e-book (.epub)",
        "save its text as .txt or .html first",
    ),
    (zip_bytes("a.txt"), "a zip archive", "unpack it first"),
    (
        b"PK\x03\x04\x14\x00",
        "a damaged zip archive (as .docx, .odt and .xlsx files are)",
        "get it anew",
    ),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office document, or one with a password", TO_TEXT),
    (b"{\\rtf1\\ansi The people}", "an RTF document", TO_TEXT),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture", "run OCR (text recognition) on it first"),
    (b"\xff\xd8\xff\xe0", "a JPEG picture", "run OCR (text recognition) on it first"),
    (b"\x1f\x8b\x08\x00", "a gzip archive", "unpack it first"),
]


@pytest.mark.parametrize("declared", ["", "cp1252"])
@pytest.mark.parametrize(("data", "what", "advice"), KINDS, ids=[kind for _, kind, _ in KINDS])
def test_a_binary_file_is_called_what_it_is(
    data: bytes, what: str, advice: str, declared: str
) -> None:
    assert refusal(data, declared) == f"{HERE} is {what}, not plain text: {advice}."


@pytest.mark.parametrize(("data", "byte"), [(b"ELF\x01\x00 and \x00", 4), (b"\x00ab", 0)])
def test_another_binary_file_is_known_by_its_first_nul(data: bytes, byte: int) -> None:
    assert refusal(data) == (
        f"{HERE} is a binary file, not a text: it has a NUL byte at byte {byte}."
    )


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        ("one\ntwo\x00".encode("utf-16"), ""),
        (b"one\ntwo\x00", "utf-8"),
        (b"one\ntwo\x00", "cp1252"),
    ],
)
def test_a_nul_character_is_no_text_in_any_encoding(data: bytes, declared: str) -> None:
    assert refusal(data, declared).startswith(f"{HERE}, line 2, has a NUL character")


@pytest.mark.parametrize("declared", ["unicode_escape", "raw_unicode_escape"])
def test_half_a_character_is_no_text(declared: str) -> None:
    message = refusal(rb"one" + b"\n" + rb"two \ud800", declared)
    assert message.startswith(f"{HERE}, line 2, has half a character")


@pytest.mark.parametrize("letter", [b"a", b"\xe9", "é".encode(), b" ", b"a\r"])
def test_a_line_of_fifty_megabytes_is_refused_at_once(letter: bytes) -> None:
    data = b"A line.\n" + letter * (50_000_000 // len(letter))
    started = time.monotonic()
    if letter == b"a\r":  # an old Macintosh ended its lines so
        decode(data, HERE)
    else:
        assert "which no text has (the limit is 5,000,000)" in refusal(data)
    assert time.monotonic() - started < 10, "usually about one second"


def test_the_longest_line_and_one_more() -> None:
    check_text("a" * LINE_LIMIT + "\nb", HERE)
    with pytest.raises(SourceError, match="has a line of 5,000,001 characters"):
        check_text("a" * (LINE_LIMIT + 1) + "\nb", HERE)


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\n\r\n\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_line_ends_stay_as_they_are(encoding: str, ending: str) -> None:
    text = f"In the café\r\nof our\rnaïve\nfriends{ending}"
    assert decode(text.encode(encoding), HERE)[0] == text


@pytest.mark.parametrize(
    ("head", "charset"),
    [
        (b"<meta charset=windows-1251>", "windows-1251"),
        (b'<META CHARSET = "UTF-8" />', "UTF-8"),
        (b"<meta content='text/html; charset=koi8-r' http-equiv=Content-Type>", "koi8-r"),
        (b'<?xml version="1.0" encoding="iso-8859-2"?><html>', "iso-8859-2"),
        (b"<!-- <meta charset=koi8-r> --><meta charset=cp1251>", "cp1251"),
        (b"<p>charset=koi8-r</p>", ""),
        (b"", ""),
    ],
)
def test_the_charset_that_a_page_states(head: bytes, charset: str) -> None:
    assert stated_charset(head) == charset


@pytest.mark.parametrize(
    ("text", "written_as", "stated", "encoding", "basis"),
    [
        (RUSSIAN, "cp1251", "windows-1251", "cp1251", "stated"),
        (ENGLISH, "cp1252", "iso-8859-1", "cp1252", "stated"),
        ("caf\u00e9 \u0081", "latin-1", "iso-8859-1", "iso8859-1", "stated"),
        (KOREAN, "cp949", "euc-kr", "cp949", "stated"),
        # What is stated is wrong, unknown or impossible: as if it were not.
        (ENGLISH * 5, "cp1252", "utf-8", "cp1252", "detected"),
        (ENGLISH, "utf-8", "no-such", "utf-8", "utf-8"),
        (ENGLISH, "utf-8", "hex", "utf-8", "utf-8"),
        (ENGLISH, "utf-8", "utf-16", "utf-8", "utf-8"),
        (ENGLISH, "utf-8-sig", "koi8-r", "utf-8-sig", "mark"),
    ],
)
def test_what_a_page_states_is_used_if_the_bytes_agree(
    text: str, written_as: str, stated: str, encoding: str, basis: str
) -> None:
    read = decode_markup(text.encode(written_as), HERE, stated=stated)
    assert read == (text, encoding, basis)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"\xef\xbb\xbfab", "utf-8-sig"),
        (b"\xff\xfea\x00b\x00", "utf-16"),
        (b"\xfe\xff\x00a\x00b", "utf-16"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00b\x00\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff\x00\x00\x00a\x00\x00\x00b", "utf-32"),
    ],
)
def test_a_byte_order_mark_decides_and_is_no_letter(data: bytes, encoding: str) -> None:
    assert decode(data, HERE) == ("ab", encoding, "mark")


def test_a_damaged_text_with_a_mark() -> None:
    assert refusal(b"\xff\xfea\x00b").startswith(f"{HERE}, line 1: byte 4 is not utf-16.")


@pytest.mark.parametrize("text", ["plain", "caf\u00e9", KOREAN, "The party\u2019s unity \u2013"])
def test_utf_8_is_found_first(text: str) -> None:
    assert decode(text.encode("utf-8"), HERE) == (text, "utf-8", "utf-8")


@pytest.mark.parametrize(
    ("text", "written_as", "named"),
    [
        pytest.param(ENGLISH, "cp1252", "cp1252", id="English, one line"),
        pytest.param(ENGLISH * 20, "cp1252", "cp1252", id="English"),
        # Latin-1 is a part of cp1252: the bytes read the same, and the wider one is named.
        pytest.param(LATIN * 20, "latin-1", "cp1252", id="English in Latin-1"),
        pytest.param("caf\u00e9", "latin-1", "cp1252", id="one word"),
        pytest.param(FRENCH * 5, "cp1252", "cp1252", id="French"),
        pytest.param(CZECH * 5, "cp1250", "cp1250", id="Czech"),
        pytest.param(RUSSIAN * 5, "cp1251", "cp1251", id="Russian"),
        pytest.param(RUSSIAN * 5, "koi8-r", "koi8_r", id="Russian in KOI8"),
        pytest.param(KOREAN * 5, "euc-kr", "cp949", id="Korean"),
    ],
)
def test_another_encoding_is_found_and_named(text: str, written_as: str, named: str) -> None:
    assert decode(text.encode(written_as), HERE) == (text, named, "detected")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The people unite.\n" * 20_000 + LATIN, id="lines"),
        pytest.param("The people unite. " * 20_000 + LATIN, id="one line"),
        # 17 bytes a line: the first 200,000 bytes end within a letter of two.
        pytest.param("a" + ("가나다라마바사아\n" * 20_000), id="letters of two bytes"),
    ],
)
def test_a_long_text_is_judged_where_it_is_not_utf_8(text: str) -> None:
    encoding = "euc-kr" if "가" in text else "latin-1"
    assert decode(text.encode(encoding), HERE)[0] == text


def test_where_no_encoding_fits_the_place_is_named() -> None:
    # Bytes 1 to 127 are ASCII, with one line end among them.
    message = refusal(bytes(range(1, 256)) * 20)
    assert message.startswith(f"{HERE}, line 2: byte 127 is not UTF-8, and no other encoding fits")
    assert "encoding = 'cp1252'" in message


def test_a_damaged_utf_8_text_is_not_taken_for_another_encoding() -> None:
    lines = "The party\u2019s unity.\n".encode() * 50  # 19 letters a line, one of three bytes
    assert refusal(lines + b"caf\xe9\n" + lines) == (
        f"{HERE}, line 51: byte 1053 is not UTF-8, but the rest of the text is: "
        "repair the file there."
    )


def test_a_declared_encoding_goes_before_a_mark_and_a_nul() -> None:
    assert decode(b"a\x00b\x00", HERE, "utf-16-le") == ("ab", "utf-16-le", "declared")


def test_a_wrong_declaration_is_named_with_line_and_byte() -> None:
    assert refusal("one\ntwo\nthree\u2019s".encode(), "ascii") == (
        f"{HERE}, line 3: byte 13 is not ascii. Declare another encoding for it in study.toml."
    )


@pytest.mark.parametrize(
    ("declared", "nearest"),
    [("cp-1252", "cp1252"), ("latin-11", "latin1"), ("utf88", "utf8")],
)
def test_an_unknown_encoding_with_the_nearest(declared: str, nearest: str) -> None:
    message = refusal(b"The people", declared)
    assert message.startswith(f"{HERE}: there is no encoding called '{declared}'.")
    assert f"Did you mean '{nearest}'?" in message


def test_a_codec_that_is_no_encoding_of_text() -> None:
    assert "there is no encoding called 'hex'" in refusal(b"6162", "hex")
    assert "cannot be read as undefined" in refusal(b"6162", "undefined")
