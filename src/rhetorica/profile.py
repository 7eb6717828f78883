"""Profiles: what each text does more or less than the others, and between which texts."""

from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.errors import plural
from rhetorica.findings import DOTTED_TEXTS, Finding, amount, require_texts
from rhetorica.intervals import benjamini_hochberg, difference_interval
from rhetorica.rates import (
    Estimate,
    estimate_others,
    estimate_text,
    rate_groups,
    stated_parameters,
)
from rhetorica.resampling import draw_orders, generator, permutation_p_values
from rhetorica.spans import Group, count_units

# Beyond so many pairs the table of pairs would outgrow everything else: 24 texts have 276.
_PAIRED_TEXTS = 24
# So many draws where a p-value is as small as the usual ones can tell. With 90 texts and eleven
# categories one difference alone can still be sure.
MORE_DRAWS = 20_000
_LISTED = 12  # so many texts are named in the alternative text


def rhetoric_profile(corpus: Corpus) -> Finding:
    """Return how much more or less of each category a text has than the others together.

    Columns: document, label, parent, category, category_label, hits, words, per_1000_words,
    others_per_1000_words, difference (per 1,000 words), low, high, p, q, sure (yes or no),
    short. The table ``rhetoric_differences`` goes with it: the same for every pair of texts.
    Raises :class:`NothingToShow` for a single text.
    """
    require_texts(len(corpus.sources), "a profile")
    chosen = corpus.parameters
    groups = tuple(group for group in rate_groups(corpus) if not group.is_parent)
    compare = _Comparison(corpus, groups)
    frame = compare.with_the_others()
    tables = {}
    if len(corpus.sources) <= _PAIRED_TEXTS:
        tables["rhetoric_differences"] = compare.pairs()
    level = 1 - chosen.confidence
    return Finding(
        name="rhetoric_profile",
        title=_title(frame),
        frame=frame,
        unit="difference in hits per 1,000 words between a text and all others together",
        reading=_reading(len(corpus.sources)),
        formula="difference = rate of the text - rate of the other texts together; p by drawing "
        "the paragraphs anew between the two sides, the statistic being the difference over its "
        "standard error; q = p adjusted for all comparisons shown (Benjamini & Hochberg 1995)",
        scope=f"Intervals: {100 * chosen.confidence:g}%, from the interval of each rate (Zou & "
        f"Donner 2008). Sure: q of {level:.2g} at most, and an interval without zero. "
        f"{chosen.n_draws:,} draws, up to {MORE_DRAWS:,} where p is as small as those can tell. "
        "They say what other paragraphs of such texts might give, and nothing of authors or kinds "
        "of text.",
        alt=_alt(frame),
        notes=_notes(frame, chosen.short_text),
        parameters=stated_parameters(corpus),
        tables=tables,
    )


def _reading(texts: int) -> str:
    drawn = (
        "Each row is a category, each column a text; a dot to the right of the line has more of it "
        "than the other texts together, to the left less, with its interval. Filled dots are more "
        "than chance gives; hollow ones may be chance, as so many differences are looked at that a "
        "few would stand out by it."
    )
    shaded = (
        "Each row is a text, each column a category: the field is darker the more it differs from "
        "the other texts together. In bold, or with a dot, what is more than chance gives."
    )
    return drawn if texts <= DOTTED_TEXTS else shaded


class _Comparison:
    """The hits of every paragraph, to be compared by texts."""

    def __init__(self, corpus: Corpus, groups: tuple[Group, ...]) -> None:
        self.corpus, self.groups = corpus, groups
        self.chosen = corpus.parameters
        self.hits = count_units(corpus, groups)
        self.sizes = corpus.counts.sizes
        self.owners = corpus.counts.unit_documents
        self.own = [
            estimate_text(corpus, i, self.hits[self.owners == i])
            for i in range(len(corpus.sources))
        ]

    def with_the_others(self) -> pd.DataFrame:
        """Compare each text with all others together."""
        random = generator(self.chosen.seed, "rhetoric_rates", "others")
        others = estimate_others(
            self.hits, self.sizes, self.owners, self.chosen.confidence, self.chosen.n_draws, random
        )
        p_values = self._p_values()
        tables = [
            self._described(i).assign(
                others_per_1000_words=rest.rate, **self._difference(self.own[i], rest, p_values[i])
            )
            for i, rest in enumerate(others)
        ]
        return _adjusted(pd.concat(tables, ignore_index=True), self.chosen.confidence)

    def _p_values(self) -> list[NDArray[np.float64]]:
        """Return the p-values of each text against the others.

        The same draws serve every text: as many of the first paragraphs drawn as it has. A
        p-value that is as small as the draws can tell, and so too large for this many
        comparisons, is had from more draws. With two texts there is but one comparison.
        """
        texts = range(len(self.own))
        size = int(np.bincount(self.owners).max())
        firsts = [self.owners == i for i in texts]
        orders = self._orders(len(self.sizes), size)
        found = [permutation_p_values(self.hits, self.sizes, first, orders) for first in firsts]
        least = 1 / (1 + len(orders))
        if len(orders) < MORE_DRAWS and any((p <= least).any() for p in found):
            orders = self._orders(len(self.sizes), size, "more", draws=MORE_DRAWS)
            for first, p in zip(firsts, found, strict=True):
                low = p <= least
                if low.any():
                    p[low] = permutation_p_values(self.hits[:, low], self.sizes, first, orders)
        return found if len(found) > 2 else [found[0], found[0]]

    def pairs(self) -> pd.DataFrame:
        """Compare every text with every other."""
        tables = []
        for i, j in combinations(range(len(self.corpus.sources)), 2):
            one, other = self.corpus.sources[i].document, self.corpus.sources[j].document
            both = (self.owners == i) | (self.owners == j)
            first = self.owners[both] == i
            orders = self._orders(len(first), int(first.sum()), one.id, other.id)
            p_values = permutation_p_values(self.hits[both], self.sizes[both], first, orders)
            table = self._described(i).rename(columns={"document": "left"})
            table = table.drop(columns=["label", "parent", "hits", "words", "short"])
            table.insert(1, "right", other.id)
            tables.append(
                table.assign(
                    right_per_1000_words=self.own[j].rate,
                    **self._difference(self.own[i], self.own[j], p_values),
                )
            )
        return _adjusted(pd.concat(tables, ignore_index=True), self.chosen.confidence)

    def _orders(self, units: int, size: int, *names: str, draws: int = 0) -> NDArray[np.int64]:
        random = generator(self.chosen.seed, "rhetoric_profile", *names)
        return draw_orders(units, size, draws or self.chosen.n_draws, random)

    def _difference(
        self, one: Estimate, other: Estimate, p_values: NDArray[np.float64]
    ) -> dict[str, NDArray[np.float64]]:
        low, high = difference_interval(
            (one.rate, one.low, one.high), (other.rate, other.low, other.high)
        )
        return {"difference": one.rate - other.rate, "low": low, "high": high, "p": p_values}

    def _described(self, i: int) -> pd.DataFrame:
        document, estimate = self.corpus.sources[i].document, self.own[i]
        return pd.DataFrame(
            {
                "document": document.id,
                "label": document.label,
                "parent": [group.parent for group in self.groups],
                "category": [group.id for group in self.groups],
                "category_label": [group.label for group in self.groups],
                "hits": estimate.hits,
                "words": estimate.words,
                "short": "yes" if estimate.words < self.chosen.short_text else "no",
                "per_1000_words": estimate.rate,
            }
        )


def _adjusted(frame: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Add q, over all comparisons of the table, and whether a difference is sure."""
    q_values = benjamini_hochberg(frame["p"].to_numpy())
    apart = (frame["low"] > 0) | (frame["high"] < 0)
    sure = apart & (np.nan_to_num(q_values, nan=1.0) <= 1 - confidence + 1e-12)
    return frame.assign(q=q_values, sure=np.where(sure, "yes", "no"))


def comparisons(frame: pd.DataFrame) -> int:
    """Return how many differences were looked at: with two texts, each is there twice."""
    looked_at = int(frame["p"].notna().sum())
    return looked_at // 2 if frame["document"].nunique() == 2 else looked_at


def _title(frame: pd.DataFrame) -> str:
    two = frame["document"].nunique() == 2
    others = "the other" if two else "the others"
    sure = frame[frame["sure"] == "yes"]
    if two:
        sure = sure[sure["document"] == frame["document"].iloc[0]]
    if sure.empty:
        return f"No text uses a category more or less than {others} by more than chance gives"
    top = sure.iloc[int(sure["difference"].abs().to_numpy().argmax())]
    how = "more" if top["difference"] > 0 else "less"
    return (
        f"{len(sure)} of {comparisons(frame)} differences {'is' if len(sure) == 1 else 'are'} more "
        "than chance gives; the largest: "
        f"“{top['label']}” has {amount(abs(top['difference']))} hits per 1,000 words {how} of "
        f"{top['category_label']} than {others}"
    )


def _alt(frame: pd.DataFrame) -> str:
    sure = frame[frame["sure"] == "yes"]
    parts = []
    for label, own in list(sure.groupby("label", sort=False))[:_LISTED]:
        said = ", ".join(
            f"{name} {'-' if value < 0 else '+'}{amount(abs(value))}"
            for name, value in zip(own["category_label"], own["difference"], strict=True)
        )
        parts.append(f"{label}: {said}")
    listed = "; ".join(parts) or "none"
    rest = sure["label"].nunique() - _LISTED
    listed += f"; and {plural(rest, 'more text')}" if rest > 0 else ""
    return (
        "Differences in rate between each text and the others, by category, with intervals. More "
        f"than chance gives: {listed}."
    )


def _notes(frame: pd.DataFrame, short: int) -> tuple[str, ...]:
    texts = frame.drop_duplicates("document")
    few = texts.loc[texts["short"] == "yes", "label"].tolist()
    if not few:
        return ()
    listed = ", ".join(few[:_LISTED]) + (f" and {len(few) - _LISTED} more" * (len(few) > _LISTED))
    return (
        f"Short, with fewer than {plural(short, 'word')}: {listed}; only large differences show.",
    )
