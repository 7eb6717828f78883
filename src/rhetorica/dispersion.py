"""Dispersion: how evenly something is spread over the parts of a text."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def deviation_of_proportions(
    hits: NDArray[np.int64], sizes: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return Gries' DP of each quantity over the parts, and its normalised form.

    `hits` is parts x quantities, `sizes` one length a part. DP = 1/2 Σ |vᵢ - sᵢ|, where vᵢ is the
    share of the hits and sᵢ the share of the words that part i has (Gries 2008, p. 415): 0 for
    hits spread as the words are, near 1 for hits in one small part. DPnorm = DP / (1 - min s)
    reaches 1 at most (Lijffijt & Gries 2012). NaN without a hit; DPnorm is NaN for one part.

    >>> hits = np.array([[1], [2], [2], [2], [2]]); sizes = np.array([9, 10, 10, 10, 11])
    >>> dp, norm = deviation_of_proportions(hits, sizes)
    >>> dp.round(6).tolist(), norm.round(6).tolist()
    ([0.068889], [0.084011])
    """
    sizes = np.asarray(sizes)
    keep = sizes > 0
    share = sizes[keep] / max(sizes.sum(), 1)
    totals = hits.sum(axis=0).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = hits[keep] / np.where(totals > 0, totals, np.nan)
        dp = np.abs(found - share[:, None]).sum(axis=0) / 2
        most = 1 - share.min() if len(share) > 1 else np.nan
        return dp, dp / most


def deviation_by_chance(totals: NDArray[np.int64], sizes: NDArray[np.int64]) -> Floats:
    """Return the DPnorm to expect of so many hits if every word were as likely a place for one.

    Few hits look clumped by chance alone: a DPnorm says something only above this. The hits of
    a part are then binomial, and their mean absolute deviation has a closed form (De Moivre
    1730; Diaconis & Zabell 1991, eq. 1.1), so that nothing is drawn. One value for each number
    of `totals`; NaN for 0, and for a text of one part.

    >>> deviation_by_chance(np.array([1, 100]), np.array([10, 10])).round(3).tolist()
    [1.0, 0.08]
    """
    from scipy.special import gammaln

    sizes = np.asarray(sizes)[np.asarray(sizes) > 0]
    share = sizes / max(sizes.sum(), 1)
    if len(share) < 2:
        return np.full(len(totals), np.nan)
    n = np.maximum(np.asarray(totals, dtype=np.float64), 1)[:, None]
    v = np.floor(n * share) + 1
    choose = gammaln(n + 1) - gammaln(v + 1) - gammaln(n - v + 1)
    deviation = 2 * v * np.exp(choose + v * np.log(share) + (n - v + 1) * np.log1p(-share))
    expected = deviation.sum(axis=1) / (2 * n[:, 0]) / (1 - share.min())
    return np.where(np.asarray(totals) > 0, expected, np.nan)
