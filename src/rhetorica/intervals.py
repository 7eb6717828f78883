"""Exact intervals of counts and shares, of what is made of them, and many tests at once."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def poisson_interval(events: ArrayLike, confidence: float) -> tuple[Floats, Floats]:
    """Return the exact interval of a Poisson mean after so many events (Garwood 1936).

    >>> low, high = poisson_interval([0, 5], 0.95)
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.0, 1.6235], [3.6889, 11.6683])
    """
    from scipy.special import chdtri

    k = np.asarray(events, dtype=np.float64)
    tail = (1 - confidence) / 2
    low = np.where(k > 0, chdtri(2 * np.maximum(k, 1), 1 - tail) / 2, 0.0)
    return low, chdtri(2 * (k + 1), tail) / 2


def share_interval(
    successes: ArrayLike, trials: ArrayLike, confidence: float
) -> tuple[Floats, Floats]:
    """Return the exact interval of a share (Clopper & Pearson 1934); NaN where nothing was tried.

    Trials need not be whole numbers: with the effective number of a weighted sample this is the
    interval of Korn & Graubard (1998).

    >>> low, high = share_interval([8, 10], [10, 10], 0.95)
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.4439, 0.6915], [0.9748, 1.0])
    """
    from scipy.special import betaincinv

    k, n = np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    tail = (1 - confidence) / 2
    some, rest = np.maximum(k, 1e-300), np.maximum(n - k, 1e-300)
    low = np.where(k > 0, betaincinv(some, rest + 1, tail), 0.0)
    high = np.where(rest > 1e-12, betaincinv(some + 1, rest, 1 - tail), 1.0)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def difference_interval(
    one: tuple[ArrayLike, ArrayLike, ArrayLike], other: tuple[ArrayLike, ArrayLike, ArrayLike]
) -> tuple[Floats, Floats]:
    """Return the interval of one estimate minus another from the interval of each.

    Each is (estimate, low, high) and independent of the other. Method of variance estimates
    recovery, which keeps intervals that are not symmetric (Zou & Donner 2008, eq. 3).

    >>> low, high = difference_interval((0.5, 0.4, 0.6), (0.5, 0.4, 0.6))
    >>> round(float(low), 4), round(float(high), 4)
    (-0.1414, 0.1414)
    """
    a, a_low, a_high = (np.asarray(value, dtype=np.float64) for value in one)
    b, b_low, b_high = (np.asarray(value, dtype=np.float64) for value in other)
    down = np.sqrt((a - a_low) ** 2 + (b_high - b) ** 2)
    up = np.sqrt((a_high - a) ** 2 + (b - b_low) ** 2)
    return a - b - down, a - b + up


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """Return, for each p-value, the false discovery rate at which it would just be counted.

    Benjamini & Hochberg (1995), the step-up procedure, as adjusted values. NaN stays NaN and
    is no test.

    >>> benjamini_hochberg([0.01, 0.04, 0.03, 0.005]).tolist()
    [0.02, 0.04, 0.04, 0.02]
    """
    p = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted
