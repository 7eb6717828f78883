"""Neighbours: the texts most like each text, found without ever holding all pairs at once."""

import numpy as np
from numpy.typing import NDArray

from rhetorica.likeness import Yardstick, against_all

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_BLOCK = 256  # texts compared with all others at once: of 10,000 texts, 20 MB of likenesses
_DIGITS = 9  # what rounding alone tells apart is a tie: the text that comes first goes first


def nearest_texts(yardstick: Yardstick, number: int) -> tuple[Integers, Floats]:
    """Return, for each text, the texts most like it and how alike they are: texts x number.

    The most alike comes first; a text is not its own neighbour.
    """
    texts = int(yardstick.documents.max()) + 1
    number = min(number, texts - 1)
    found = np.zeros((texts, number), dtype=np.int64)
    values = np.zeros((texts, number))
    for start in range(0, texts, _BLOCK):
        block = slice(start, min(start + _BLOCK, texts))
        measured = np.round(against_all(yardstick, block), _DIGITS)
        near = yardstick.measure.nearness(measured)
        near[np.arange(len(near)), np.arange(block.start, block.stop)] = -np.inf
        order = _largest(near, number)
        found[block] = order
        values[block] = np.take_along_axis(measured, order, axis=1)
    return found, values


def _largest(near: Floats, number: int) -> Integers:
    """Return the columns of the largest values of each row, largest first, ties by column."""
    edge = -np.partition(-near, number - 1, axis=1)[:, number - 1 : number]
    above = near > edge
    room = number - above.sum(axis=1, keepdims=True)
    equal = near == edge  # of equals at the edge any may be taken: take the first ones
    kept = above | (equal & (np.cumsum(equal, axis=1) <= room))
    columns = np.nonzero(kept)[1].reshape(len(near), number)
    order = np.argsort(-np.take_along_axis(near, columns, axis=1), axis=1, kind="stable")
    return np.take_along_axis(columns, order, axis=1)
