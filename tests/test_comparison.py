"""Comparing two versions of a file: what is the same, nearly the same, and where they differ."""

import re
import struct
import zlib
from collections.abc import Mapping
from fractions import Fraction
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from rhetorica.comparison import TOLERANCE, Comparison, Kind, compare

SAME, CLOSE, DIFFERENT = Kind.IDENTICAL, Kind.CLOSE, Kind.DIFFERENT

TEXTS = [
    ("x,y\n1,0.5\n", "x,y\n1,0.5\n", SAME),
    ("", "", SAME),
    # The last digits, exponents, and other ways to write a number.
    ("1,0.5\n", "1,0.500000001\n", CLOSE),
    ("1,0.5\n", "1,0.50000002\n", DIFFERENT),
    ("0.001", "1e-3", CLOSE),
    ("1E+02", "100", CLOSE),
    ("1e2", "1e3", DIFFERENT),
    ("2", "2.0", CLOSE),
    ("2", "3", DIFFERENT),
    ("123456789012", "123456789013", CLOSE),
    ("1e308", "1e309", DIFFERENT),
    ("1e308", "-1e308", DIFFERENT),
    ("1e309", "2e309", DIFFERENT),
    ("9" * 400, "9" * 401, DIFFERENT),
    # Signs.
    ("-0", "0", CLOSE),
    ("-0.5", "0.5", DIFFERENT),
    ("-1e-12", "1e-12", CLOSE),
    ("1-2", "1+2", DIFFERENT),
    ("1-2", "1--2", DIFFERENT),
    ("a -1", "a - 1", DIFFERENT),
    # What only looks like a number, and numbers in names, colours and hashes.
    ("nan", "nan ", DIFFERENT),
    ("nan", "0", DIFFERENT),
    ("inf", "-inf", DIFFERENT),
    ("inf", "1e400", DIFFERENT),
    ("corpus2", "corpus2.0", DIFFERENT),
    ("corpus2", "corpus3", DIFFERENT),
    ("#0e1234", "#0e5678", DIFFERENT),
    ("#000001", "#000002", DIFFERENT),
    ("0e12ab", "0e13ab", DIFFERENT),
    ("٣", "3", DIFFERENT),
    ("1.2.3", "1.2.4", DIFFERENT),
    # Words, order, and the number of lines.
    ("a,1\n", "b,1\n", DIFFERENT),
    ("1,2\n", "2,1\n", DIFFERENT),
    ("1\n2\n", "1\n", DIFFERENT),
    ("1\n", "1", DIFFERENT),
    ("1\r\n", "1\n", DIFFERENT),
    ("", "0", DIFFERENT),
    ("\ufeff1", "1", DIFFERENT),
    # A cell with a line end, the path of an svg, and json.
    ('"two\nlines, 1.0",3\n', '"two\nlines, 1.00",3\n', CLOSE),
    ('"two\nlines",3\n', '"two lines",3\n', DIFFERENT),
    ("M 10.5 20 \nL 30.000001 40 \n", "M 10.5 20 \nL 30.0000011 40 \n", CLOSE),
    ("M 10.5 20 \nL 30 40 \n", "M 10.5 20 \nL 31 40 \n", DIFFERENT),
    ('width="480.9pt"', 'width="480.9000000001pt"', CLOSE),
    ('{"n": [1, 2.5e-1]}', '{"n": [1, 0.25]}', CLOSE),
    ('{"n": 1}', '{"n": "1"}', DIFFERENT),
]


@pytest.mark.parametrize(("published", "again", "kind"), TEXTS)
def test_texts(published: str, again: str, kind: Kind) -> None:
    for one, other in ((published, again), (again, published)):
        found = compare("a.csv", one.encode(), other.encode())
        assert (found.name, found.kind) == ("a.csv", kind)
        assert bool(found.difference) == (kind is not SAME)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Fraction(0), Fraction(1, 10**8)),
        (Fraction(1, 2), Fraction(1, 2) + Fraction(1, 10**8)),
        (Fraction(1), Fraction(1) + Fraction(1, 10**8)),
        (Fraction(500), Fraction(500) + Fraction(500, 10**8)),
        (Fraction(-(2**20)), Fraction(-(2**20)) * (1 + Fraction(1, 10**8))),
    ],
)
def test_the_tolerance_is_relative_and_below_one_absolute(one: Fraction, other: Fraction) -> None:
    assert Fraction(1, 10**8) == Fraction(TOLERANCE).limit_denominator(10**9)
    for share, kind in ((Fraction(99, 100), CLOSE), (Fraction(101, 100), DIFFERENT)):
        near = one + (other - one) * share
        assert compare("a.csv", written(one), written(near)).kind is kind


def written(number: Fraction) -> bytes:
    """A number with twelve decimals."""
    return f"{round(number * 10**12) / 10**12:.12f}".encode()


@pytest.mark.parametrize(
    ("published", "again", "said"),
    [
        ("x\n1,2\n", "x\n1,3\n", "line 2: '1,2' published, '1,3' made again"),
        ("x", "", "line 1: 'x' published, '' made again"),
        ("a\nb", "a", "from line 2 on only the published one goes on"),
        ("a", "a\nb", "from line 2 on only the one made again goes on"),
        # The first line that differs for good, not one that differs in the last digits.
        ("1\n2\n", "1.0\n3\n", "line 2: '2' published, '3' made again"),
        ("1\n2\n", "1.0\n2.0\n", "line 1: '1' published, '1.0' made again"),
        ("1\n2\n", "1.0\n2\n\n", "from line 4 on only the one made again goes on"),
        (
            "a" * 200 + "b" + "c" * 200,
            "a" * 200 + "d" + "c" * 200,
            f"line 1: '…{'a' * 30}b{'c' * 39}…' published, '…{'a' * 30}d{'c' * 39}…' made again",
        ),
    ],
)
def test_the_first_difference_of_texts(published: str, again: str, said: str) -> None:
    assert compare("a.csv", published.encode(), again.encode()).difference == said


def test_bytes_that_are_no_text() -> None:
    said = compare("a.svg", b"\xff\x00b", b"\xff\x00c")
    assert said == Comparison("a.svg", DIFFERENT, "byte 3 differs")
    assert compare("a.svg", b"abc\xff", b"abc").difference == "byte 4 differs"
    assert compare("a.svg", b"\xff", b"\xff").kind is SAME


NUMBERS = st.floats(allow_nan=False).map(repr) | st.integers().map(str)
WORDS = st.sampled_from(["a", ",", "\n", " ", "-", ".", "e5", '"', "#", "nan", "\ud7ff", "é"])
PIECES = st.lists(NUMBERS | WORDS, max_size=8).map("".join)


@given(PIECES, PIECES)
def test_either_may_be_the_published_one(one: str, other: str) -> None:
    there = compare("a.csv", one.encode(), other.encode())
    back = compare("a.csv", other.encode(), one.encode())
    assert there.kind is back.kind
    assert (there.kind is SAME) == (one == other) == (not there.difference)
    assert compare("a.csv", one.encode(), one.encode()).kind is SAME


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5), st.data())
def test_numbers_moved_by_less_are_close_and_by_more_are_not(
    numbers: list[float], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(numbers) - 1))
    size = max(1.0, abs(numbers[place]))
    for step, kinds in ((0.9e-8, (SAME, CLOSE)), (1.1e-8, (DIFFERENT,))):
        moved = [x + step * size * (i == place) for i, x in enumerate(numbers)]
        assert compare("a.csv", row(numbers), row(moved)).kind in kinds


def row(numbers: list[float]) -> bytes:
    return ",".join(map(repr, numbers)).encode()


@given(st.binary(max_size=40), st.binary(max_size=40), st.sampled_from(["a.csv", "a.png"]))
def test_rubbish_is_compared_too(one: bytes, other: bytes, name: str) -> None:
    found = compare(name, one, other)
    assert (found.kind is SAME) == (one == other)
    assert found.kind is compare(name, other, one).kind


def png(pixels: np.ndarray, said: Mapping[str, str] | None = None, level: int = 6) -> bytes:
    buffer, info = BytesIO(), PngInfo()
    for key, value in (said or {}).items():
        info.add_text(key, value)
    Image.fromarray(pixels).save(buffer, "PNG", pnginfo=info, compress_level=level)
    return buffer.getvalue()


PICTURE = np.full((6, 9, 4), 255, dtype=np.uint8)
DRAWN = PICTURE.copy()
DRAWN[4, 2] = DRAWN[5, 1] = (0, 0, 0, 255)
OPAQUE = PICTURE[:, :, :3]


def header(width: int, height: int) -> bytes:
    """The beginning of a png that says it has this size."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.parametrize(
    ("published", "again", "kind", "said"),
    [
        (png(PICTURE), png(PICTURE), SAME, ""),
        (png(PICTURE), png(PICTURE, level=0), CLOSE, "the pictures are the same, "),
        (png(PICTURE), png(PICTURE, {"Source": "other"}), CLOSE, "the pictures are the same, "),
        (png(PICTURE), png(OPAQUE), CLOSE, "the pictures are the same, "),
        (png(PICTURE), png(DRAWN), DIFFERENT, "2 of 54 pixels differ, .* column 2, row 4"),
        (png(PICTURE), png(PICTURE[1:]), DIFFERENT, "9 x 6 pixels published, 9 x 5 pixels made"),
        (png(PICTURE), png(PICTURE)[:45], DIFFERENT, r"byte \d+ differs"),
        (png(PICTURE), b"", DIFFERENT, "byte 1 differs"),
        (png(PICTURE), b"\x89PNG\r\n\x1a\n", DIFFERENT, r"byte \d+ differs"),
        (png(PICTURE), b"%!PS-Adobe-3.0 EPSF-3.0\n", DIFFERENT, "byte 1 differs"),
        (png(PICTURE), header(10**4, 10**4), DIFFERENT, r"byte \d+ differs"),  # far too large
        (png(PICTURE), header(2**31 - 1, 2**31 - 1), DIFFERENT, r"byte \d+ differs"),
        (b"", b"\0", DIFFERENT, "byte 1 differs"),
    ],
)
def test_pictures(published: bytes, again: bytes, kind: Kind, said: str) -> None:
    found = compare("a.png", published, again)
    assert found.kind is kind
    assert re.match(said, found.difference) if said else not found.difference
    assert compare("a.png", again, published).kind is kind


def test_only_a_png_is_opened_as_a_picture() -> None:
    # Pictures of some other kinds Pillow hands to other programs.
    buffer = BytesIO()
    Image.fromarray(OPAQUE).save(buffer, "BMP")
    assert Image.open(buffer).size == (9, 6)
    found = compare("a.png", png(PICTURE), buffer.getvalue())
    assert (found.kind, found.difference) == (DIFFERENT, "byte 1 differs")
