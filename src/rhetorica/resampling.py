"""Seeded draws: each analysis has its own named stream, so that one never disturbs another."""

import zlib

import numpy as np
from numpy.typing import NDArray

# With fewer paragraphs a bootstrap over them says more about the few than about the text.
MIN_UNITS = 5


def generator(seed: int, *names: str) -> np.random.Generator:
    """Return the random generator that belongs to a seed and the names of an analysis.

    Another name, such as another document's id, gives an independent stream: adding an analysis
    or a document changes no other's draws.

    >>> int(generator(1, "a").integers(100)) == int(generator(1, "a").integers(100))
    True
    """
    key = tuple(zlib.crc32(name.encode("utf-8")) for name in names)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def draw_weights(units: int, draws: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Return how often each unit stands in each bootstrap sample: an array of draws x units."""
    return random.multinomial(units, np.full(units, 1 / units), size=draws)


def ratio_interval(
    numerators: NDArray[np.float64],
    denominators: NDArray[np.float64],
    confidence: float,
    draws: int,
    random: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the bootstrap percentile interval of sum(numerators) / sum(denominators).

    `numerators` is units x quantities, `denominators` has one value a unit. Units are drawn
    with replacement (Efron 1979). With fewer than :data:`MIN_UNITS` units both ends are NaN.
    """
    units, quantities = numerators.shape
    if units < MIN_UNITS:
        nothing = np.full(quantities, np.nan)
        return nothing, nothing
    weights = draw_weights(units, draws, random)
    totals = (weights @ denominators)[:, None]
    ratios = (weights @ numerators) / np.where(totals > 0, totals, np.nan)
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(ratios, [tail, 1 - tail], axis=0)
    return low, high
