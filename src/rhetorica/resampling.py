"""Seeded draws: each analysis has its own named stream, so that one never disturbs another."""

import zlib
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

# With fewer paragraphs a bootstrap over them says more about the few than about the text.
MIN_UNITS = 5
_KEPT_NUMBERS = 400_000  # weights of one text, as many bytes: those of 256 texts are 100 MB


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


def kept_weights(units: int, draws: int, seed: int, *names: str) -> NDArray[np.integer]:
    """Return the weights of the stream that belongs to a seed and names, drawn once and kept.

    They are those of :func:`draw_weights` with :func:`generator`. Drawing takes most of the time
    of an interval, and who edits a lexicon asks for the same draws again with every edit. What
    is too large to be kept is drawn again each time.
    """
    if units * draws > _KEPT_NUMBERS:
        return draw_weights(units, draws, generator(seed, *names))
    return _kept_weights(units, draws, seed, names)


@lru_cache(maxsize=256)
def _kept_weights(units: int, draws: int, seed: int, names: tuple[str, ...]) -> NDArray[np.integer]:
    weights = draw_weights(units, draws, generator(seed, *names))
    small: NDArray[np.integer] = weights.astype(np.min_scalar_type(int(weights.max())))
    small.setflags(write=False)
    return small


def ratio_interval(
    numerators: NDArray[np.float64],
    denominators: NDArray[np.float64],
    confidence: float,
    weights: Callable[[], NDArray[np.integer]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the bootstrap percentile interval of sum(numerators) / sum(denominators).

    `numerators` is units x quantities, `denominators` has one value a unit. Units are drawn
    with replacement (Efron 1979): `weights` returns how often each stands in each sample. With
    fewer than :data:`MIN_UNITS` units both ends are NaN.
    """
    units, quantities = numerators.shape
    if units < MIN_UNITS:
        nothing = np.full(quantities, np.nan)
        return nothing, nothing
    drawn = weights()
    totals = (drawn @ denominators)[:, None]
    ratios = (drawn @ numerators) / np.where(totals > 0, totals, np.nan)
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(ratios, [tail, 1 - tail], axis=0)
    return low, high


def draw_orders(
    units: int, size: int, draws: int, random: np.random.Generator
) -> NDArray[np.int64]:
    """Return `draws` samples of so many of the units, none twice, each in random order.

    The first *n* of each sample are a sample of *n*: one set of samples serves groups of any size.
    """
    return np.stack([random.choice(units, size, replace=False) for _ in range(draws)])


def permutation_p_values(
    hits: NDArray[np.int64],
    sizes: NDArray[np.int64],
    first: NDArray[np.bool_],
    orders: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return p-values that the rates of two groups of units differ by chance alone.

    `hits` is units x quantities, `sizes` their words, `first` marks the units of the first group;
    `orders` are samples of at least as many units, drawn by :func:`draw_orders`: the units drawn
    anew for the first group. The statistic is the difference of the rates over its standard
    error, so that groups of unequal spread are compared rightly (Janssen 1997). Two-sided; p =
    (1 + as large) / (1 + draws) is never 0 (Phipson & Smyth 2010). NaN without a hit. In
    simulations with groups of 5 to 100 paragraphs of unlike lengths, 2 to 9% of p-values were
    below 0.05 where nothing differed.
    """
    number = int(first.sum())
    words, counts = sizes.astype(np.float64)[:, None], hits.astype(np.float64)
    features = np.hstack([words, words**2, counts, counts**2, counts * words])
    rows = np.repeat(np.arange(len(orders) + 1), number)
    columns = np.concatenate([np.flatnonzero(first), orders[:, :number].ravel()])
    shape = (len(orders) + 1, len(sizes))
    members = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
    sums = members @ features
    statistic = np.abs(_studentised(sums, features.sum(axis=0) - sums, number, len(sizes)))
    # Rounding must not tell apart what is equal: the same split may add up in another order.
    larger = (statistic[1:] >= statistic[0] * (1 - 1e-9)).sum(axis=0)
    return np.where(hits.sum(axis=0) > 0, (1 + larger) / (1 + len(orders)), np.nan)


def _studentised(
    one: NDArray[np.float64], other: NDArray[np.float64], number: int, units: int
) -> NDArray[np.float64]:
    """Return draws x quantities: the difference of two rates over its standard error.

    Given are the sums of w, w², h, h² and h w over each group. The variance of a rate is that of
    a ratio of sums, n / (n - 1) Σ (h - r w)² / (Σ w)² (Cochran 1977, §2.11).
    """
    rates, variances = [], []
    for sums, n in ((one, number), (other, units - number)):
        words, squares = sums[:, :1], sums[:, 1:2]
        hits, hits_squared, products = np.split(sums[:, 2:], 3, axis=1)
        rate = hits / words
        spread = np.maximum(hits_squared - 2 * rate * products + rate**2 * squares, 0)
        # What rounding leaves of no spread at all is none.
        spread[spread < 1e-9 * hits_squared] = 0
        variances.append(spread * n / max(n - 1, 1) / words**2)
        rates.append(rate)
    error, difference = np.sqrt(variances[0] + variances[1]), rates[0] - rates[1]
    # Units of one rate each vary in nothing: any difference is then as large as can be.
    least = np.where(np.abs(difference) > 1e-12, np.finfo(np.float64).tiny, 1.0)
    studentised: NDArray[np.float64] = difference / np.maximum(error, least)
    return studentised
