"""Raw texts: proved unchanged, decoded as said or as found, refused where they are no text."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from rhetorica.errors import SourceError
from rhetorica.sources import decode, read_bytes, read_sources
from rhetorica.study import Study, default_study_file, load_study
from support import replace_text

MakeStudy = Callable[[Mapping[str, str | bytes]], Path]
HERE = Path("raw/speech.txt")
# What English keyboards of Windows leave: ’ “ ” – are letters of cp1252, and not of Latin-1.
ENGLISH = "The party’s “unity” – in the café of our naïve friends – goes on.\n"
LATIN = "In the caf\u00e9 of our na\u00efve friends the struggle goes on.\n"
FRENCH = "Le parti a été fondé à Paris, où l’on célèbre l’unité des peuples.\n"
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy.\n"
RUSSIAN = "Партия ведёт народы мира к единству и солидарности.\n"
KOREAN = "조선로동당은 위대한 수령의 당이다.\n"


def declare(folder: Path, key: str, value: str) -> Study:
    """Add a line to the last document of a study file."""
    file = folder / "study.toml"
    file.write_text(f"{file.read_text(encoding='utf-8')}{key} = {value!r}\n", encoding="utf-8")
    return load_study(folder)


def replaced(folder: Path, name: str, data: bytes) -> Study:
    replace_text(folder, name, data)
    return load_study(folder)


def complaint(study: Study) -> str:
    with pytest.raises(SourceError) as caught:
        read_sources(study)
    return str(caught.value)


def refusal(data: bytes, declared: str = "") -> str:
    with pytest.raises(SourceError) as caught:
        decode(data, HERE, declared)
    return str(caught.value)


def test_texts_are_read_in_the_order_of_the_study_and_left_as_they_are(
    make_study: MakeStudy,
) -> None:
    texts = {"b": "The  people \r\n unite.\n\n", "a": "We struggle on."}
    folder = make_study(texts)
    before = {path.name: path.read_bytes() for path in (folder / "raw").iterdir()}
    sources = read_sources(load_study(folder))
    assert [source.document.id for source in sources] == ["b", "a"]
    assert [source.text for source in sources] == list(texts.values()), "spaces and line ends stay"
    assert [source.encoding for source in sources] == ["utf-8", "utf-8"]
    assert sources[1].sha256 == hashlib.sha256(b"We struggle on.").hexdigest()
    assert {path.name: path.read_bytes() for path in (folder / "raw").iterdir()} == before


def test_the_five_texts_are_utf_8_and_keep_every_byte() -> None:
    for source in read_sources(load_study(default_study_file())):
        assert source.encoding_basis in {"utf-8", "mark"}
        assert source.text.encode(source.encoding) == source.path.read_bytes()


def test_a_changed_text(make_study: MakeStudy) -> None:
    folder = make_study({"a": "The people unite.", "b": "We struggle on."})
    (folder / "raw" / "b.txt").write_text("We struggle on!", encoding="utf-8")
    message = complaint(load_study(folder))
    assert str(folder / "raw" / "b.txt") in message
    assert hashlib.sha256(b"We struggle on!").hexdigest() in message
    assert hashlib.sha256(b"We struggle on.").hexdigest() in message
    assert "for 'b'" in message


def test_a_missing_text_with_the_nearest(make_study: MakeStudy) -> None:
    folder = make_study({"speech": "The people unite."})
    raw = folder / "raw"
    (raw / "speech.txt").rename(raw / "speeches.txt")
    assert complaint(load_study(folder)) == (
        f"There is no text {raw.resolve() / 'speech.txt'}. Did you mean 'speeches.txt'?"
    )


def test_no_folder_of_texts(make_study: MakeStudy) -> None:
    folder = make_study({"speech": "The people unite."})
    (folder / "raw").rename(folder / "elsewhere")
    assert complaint(load_study(folder)).endswith("raw/speech.txt.")
    (folder / "raw").write_text("a file", encoding="utf-8")
    assert "Not a directory" in complaint(load_study(folder))


def test_a_folder_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Is a directory"):
        read_bytes(tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b" \r\n\t \n", id="spaces"),
        pytest.param("\u00a0\u3000\n".encode(), id="spaces beyond ASCII"),
        pytest.param(b"\xef\xbb\xbf", id="byte-order mark alone"),
        pytest.param(b"\xff\xfe", id="byte-order mark of UTF-16 alone"),
        pytest.param("\n \n".encode("utf-16"), id="spaces in UTF-16"),
    ],
)
def test_an_empty_text(make_study: MakeStudy, data: bytes) -> None:
    folder = make_study({"a": "The people unite."})
    study = replaced(folder, "a.txt", data)
    assert complaint(study) == f"{study.raw / 'a.txt'} is empty: there is no text in it."


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"PK\x03\x04\x14\x00", "a zip archive (as .docx, .odt and .xlsx files are)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office document"),
        (b"{\\rtf1\\ansi The people}", "an RTF document"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
    ],
)
def test_a_binary_file_is_called_what_it_is(data: bytes, what: str) -> None:
    assert refusal(data) == f"{HERE} is {what}, not plain text: save it as .txt first."


@pytest.mark.parametrize(("data", "byte"), [(b"ELF\x01\x00 and \x00", 4), (b"\x00ab", 0)])
def test_another_binary_file_is_known_by_its_first_nul(data: bytes, byte: int) -> None:
    assert refusal(data) == (
        f"{HERE} is a binary file, not a text: it has a NUL byte at byte {byte}."
    )


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


def test_a_declared_encoding_is_used(make_study: MakeStudy) -> None:
    folder = make_study({"a": "The people unite."})
    # Valid as UTF-8 too, where it is "é"; only the declaration tells.
    replaced(folder, "a.txt", b"caf\xc3\xa9")
    source = read_sources(declare(folder, "encoding", "cp1252"))[0]
    assert (source.text, source.encoding, source.encoding_basis) == ("cafÃ©", "cp1252", "declared")


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
