"""Two versions of a file, compared: identical, equal but for the last digits, or different."""

import operator
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TOLERANCE = 1e-8  # relative, and absolute below 1: far under the last digit that any table shows
# A number stands by itself: neither in a name such as corpus2 nor in a colour or hash.
_NUMBER = re.compile(r"(?<![\w.#])[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+(?!\w))?")
_BEFORE, _SHOWN = 30, 70  # characters shown before a difference, and in all


class Kind(StrEnum):
    """How far two versions of a file agree."""

    IDENTICAL = "identical"
    CLOSE = "numbers equal within 1e-8, bytes differ"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Comparison:
    """How far a published file and the one made again agree, and where they first differ."""

    name: str
    kind: Kind
    difference: str = ""


def compare(name: str, published: bytes, again: bytes) -> Comparison:
    r"""Compare a file with the same file made again.

    Of a text, numbers are compared as numbers and all between them as it is; of a png, the
    colours of the pixels.

    >>> compare("a.csv", b"x,y\n1,0.5\n", b"x,y\n1,0.500000000001\n").kind.value
    'numbers equal within 1e-8, bytes differ'
    >>> print(compare("a.csv", b"x,y\n1,0.5\n", b"x,y\n1,0.6\n").difference)
    line 2: '1,0.5' published, '1,0.6' made again
    """
    if published == again:
        return Comparison(name, Kind.IDENTICAL)
    if name.endswith(".png"):
        return _compare_pictures(name, published, again)
    try:
        texts = published.decode("utf-8"), again.decode("utf-8")
    except UnicodeDecodeError:
        return Comparison(name, Kind.DIFFERENT, _first_byte(published, again))
    if _are_close(*texts):
        return Comparison(name, Kind.CLOSE, _first_line(*texts, operator.ne))
    return Comparison(name, Kind.DIFFERENT, _first_line(*texts, _are_different))


def _are_close(published: str, again: str) -> bool:
    if _NUMBER.split(published) != _NUMBER.split(again):
        return False
    pairs = zip(_NUMBER.findall(published), _NUMBER.findall(again), strict=True)
    return all(one == other or _is_near(float(one), float(other)) for one, other in pairs)


def _are_different(published: str, again: str) -> bool:
    return not _are_close(published, again)


def _is_near(one: float, other: float) -> bool:
    # The smaller of the two, lest a number too large for a float be near to every other.
    return abs(one - other) <= TOLERANCE * max(1.0, min(abs(one), abs(other)))


def _first_line(published: str, again: str, differ: Callable[[str, str], bool]) -> str:
    """Quote the first line in which two texts differ, from shortly before the difference."""
    lines = zip_longest(published.split("\n"), again.split("\n"))
    for number, (one, other) in enumerate(lines, start=1):
        if one is None or other is None:
            longer = "the one made again" if one is None else "the published one"
            return f"from line {number} on only {longer} goes on"
        if differ(one, other):
            place = next(
                (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
                min(len(one), len(other)),
            )
            quoted = [_excerpt(line, place) for line in (one, other)]
            return f"line {number}: {quoted[0]} published, {quoted[1]} made again"
    return ""


def _excerpt(line: str, place: int) -> str:
    start = max(0, place - _BEFORE)
    end = start + _SHOWN
    return f"'{'…' * (start > 0)}{line[start:end]}{'…' * (end < len(line))}'"


def _first_byte(published: bytes, again: bytes) -> str:
    pairs = zip(published, again, strict=False)
    shorter = min(len(published), len(again))
    return f"byte {next((i for i, (a, b) in enumerate(pairs) if a != b), shorter) + 1} differs"


def _compare_pictures(name: str, published: bytes, again: bytes) -> Comparison:
    one, other = _pixels(published), _pixels(again)
    if one is None or other is None:
        return Comparison(name, Kind.DIFFERENT, _first_byte(published, again))
    if one.shape != other.shape:
        sizes = [f"{data.shape[1]} x {data.shape[0]} pixels" for data in (one, other)]
        return Comparison(name, Kind.DIFFERENT, f"{sizes[0]} published, {sizes[1]} made again")
    rows, columns = (one != other).any(axis=2).nonzero()
    if not len(rows):
        return Comparison(name, Kind.CLOSE, "the pictures are the same, what is said of them not")
    share = f"{len(rows):,} of {one.shape[0] * one.shape[1]:,} pixels differ"
    return Comparison(
        name, Kind.DIFFERENT, f"{share}, first that at column {columns[0]}, row {rows[0]}"
    )


def _pixels(data: bytes) -> "NDArray[np.uint8] | None":
    """Return the colours of a png, or None for what is none or is far larger than any of ours."""
    import numpy as np
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            # Png alone: of other formats, some are read by other programs.
            return np.asarray(Image.open(BytesIO(data), formats=("PNG",)).convert("RGBA"))
        except (OSError, ValueError, SyntaxError):  # what Pillow raises for what is no picture
            return None
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            return None
