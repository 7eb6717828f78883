"""Parallels: stretches of two texts that have the same words, or tell the same in like words."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["verbatim", "near", "title", "formula", "retold"]
"""What a parallel is: the same words, nearly the same, a title or name, few words, a retelling."""


@dataclass(frozen=True, eq=False)
class Parallel:
    """Two stretches of two texts that answer to each other.

    `a` and `b` are the first token and the one after the last, positions in the token stream.
    `pairs` (n x 2) are the positions of the words that answer to each other, in a and in b;
    `same` of them are the same word, the others another form of it. `score` is in bits: how much
    the matched words would surprise by chance, less what separates them. `times` is at how
    many places the text stands that has it at fewer.
    """

    kind: Kind
    a: tuple[int, int]
    b: tuple[int, int]
    pairs: NDArray[np.int64]
    same: int
    score: float
    times: int = 1

    def __post_init__(self) -> None:
        self.pairs.setflags(write=False)
