"""Profiles: what each text does more or less than the others, and between which texts."""

from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.errors import plural
from rhetorica.findings import DOTTED_TEXTS, Finding, require_texts
from rhetorica.intervals import benjamini_hochberg, difference_interval
from rhetorica.rates import Estimate, estimate_others, estimate_rates, rate_groups
from rhetorica.resampling import draw_orders, generator, permutation_p_values
from rhetorica.spans import Group, chosen_categories, count_units

# Beyond so many pairs the table of pairs would outgrow everything else: 24 texts have 276.
_PAIRED_TEXTS = 24
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
        scope=f"Intervals: {chosen.confidence:.0%}, from the interval of each rate (Zou & Donner "
        f"2008). Sure: q of {level:.2g} at most, and an interval without zero; "
        f"{chosen.n_draws:,} draws. They say what other paragraphs of such texts might give, and "
        "nothing of authors or kinds of text.",
        alt=_alt(frame),
        notes=_notes(frame, chosen.short_text),
        parameters={
            name: getattr(chosen, name)
            for name in ("seed", "n_draws", "confidence", "min_certainty", "short_text")
        }
        | {"categories": [category.id for category in chosen_categories(corpus)]},
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
        "the other texts together. In bold what is more than chance gives."
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
        self.own = [self._estimate(self.owners == i, i) for i in range(len(corpus.sources))]

    def with_the_others(self) -> pd.DataFrame:
        """Compare each text with all others together."""
        tables = []
        # The same draws serve every text: as many of the first paragraphs drawn as it has.
        orders = self._orders(len(self.sizes), int(np.bincount(self.owners).max()))
        random = generator(self.chosen.seed, "rhetoric_rates", "others")
        others = estimate_others(
            self.hits, self.sizes, self.owners, self.chosen.confidence, self.chosen.n_draws, random
        )
        for i in range(len(self.corpus.sources)):
            rest = others[i]
            p_values = permutation_p_values(self.hits, self.sizes, self.owners == i, orders)
            tables.append(
                self._described(i).assign(
                    others_per_1000_words=rest.rate, **self._difference(self.own[i], rest, p_values)
                )
            )
        return _adjusted(pd.concat(tables, ignore_index=True), self.chosen.confidence)

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

    def _estimate(self, units: NDArray[np.bool_], i: int) -> Estimate:
        chosen, document = self.chosen, self.corpus.sources[i].document.id
        random = generator(chosen.seed, "rhetoric_rates", document)  # as in the figure of rates
        return estimate_rates(
            self.hits[units], self.sizes[units], chosen.confidence, chosen.n_draws, random
        )

    def _orders(self, units: int, size: int, *names: str) -> NDArray[np.int64]:
        random = generator(self.chosen.seed, "rhetoric_profile", *names)
        return draw_orders(units, size, self.chosen.n_draws, random)

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


def _title(frame: pd.DataFrame) -> str:
    sure = frame[frame["sure"] == "yes"]
    if sure.empty:
        return "No text uses a category more or less than the others by more than chance gives"
    top = sure.iloc[int(sure["difference"].abs().to_numpy().argmax())]
    how = "more" if top["difference"] > 0 else "less"
    looked_at = int(frame["p"].notna().sum())
    return (
        f"{len(sure)} of {looked_at} differences are more than chance gives; the largest: "
        f"“{top['label']}” has {_amount(abs(top['difference']))} hits per 1,000 words {how} of "
        f"{top['category_label']} than the others"
    )


def _amount(value: float) -> str:
    """Write an amount without decimals, unless it would be none at all."""
    return f"{value:.0f}" if value >= 1 else f"{value:.1g}"


def _alt(frame: pd.DataFrame) -> str:
    sure = frame[frame["sure"] == "yes"]
    parts = []
    for label, own in list(sure.groupby("label", sort=False))[:_LISTED]:
        said = ", ".join(
            f"{name} {'-' if value < 0 else '+'}{_amount(abs(value))}"
            for name, value in zip(own["category_label"], own["difference"], strict=True)
        )
        parts.append(f"{label}: {said}")
    listed = "; ".join(parts) or "none"
    return (
        "Differences in rate between each text and the others, by category, with intervals. More "
        f"than chance gives: {listed}."
    )


def _notes(frame: pd.DataFrame, short: int) -> tuple[str, ...]:
    texts = frame.drop_duplicates("document")
    few = texts.loc[texts["short"] == "yes", "label"].tolist()
    if not few:
        return ()
    listed = ", ".join(few[:_LISTED])
    return (
        f"Short, with fewer than {plural(short, 'word')}: {listed}; only large differences show.",
    )
