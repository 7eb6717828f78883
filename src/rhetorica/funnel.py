"""The funnel of a text: how often terms stand, against the evidence that the text favours them."""

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow, plural
from rhetorica.findings import Finding, percent, require_texts
from rhetorica.keyness import PRIOR_WORDS
from rhetorica.resampling import MIN_UNITS, generator
from rhetorica.stop_words import left_out
from rhetorica.term_scores import (
    MIN_SHUFFLED,
    compared_counts,
    deal,
    log_odds_of,
    score_terms,
    shuffles,
)
from rhetorica.terms import find_terms, leading

_SURE = 1.96  # z of a two-sided test at 5%, as Monroe, Colaresi & Quinn draw it


def funnel_text(corpus: Corpus) -> int:
    """Return the place of the text that `funnel` names; of the longest text if it names none."""
    ids = [source.document.id for source in corpus.sources]
    if corpus.parameters.funnel:
        return ids.index(corpus.parameters.funnel)
    return int(np.bincount(corpus.counts.unit_documents, corpus.counts.sizes, len(ids)).argmax())


def term_funnel(corpus: Corpus) -> Finding:
    """Return every term with its frequency and the z-score of its log-odds in one text.

    Columns: document, label, term, count, count_in_all, per_1000_words, log_odds (z-score),
    g2, log_ratio, q, side (text, others or neither, by the band of chance) and named ("yes" for
    those the figure names). Raises :class:`NothingToShow` for a single text, and where no word
    is left.
    """
    require_texts(len(corpus.sources), "a contrast of terms")
    text, chosen = funnel_text(corpus), corpus.parameters
    if not compared_counts(corpus).terms:
        least = plural(chosen.min_count, "time")
        raise NothingToShow(f"No term stands at least {least} in these texts together.")
    low, high, draws = chance_band(corpus)
    frame = _frame(corpus, text, (low, high))
    label = corpus.labels[text]
    return Finding(
        name="term_funnel",
        title=_title(frame, label, draws),
        frame=frame,
        unit="z-score of the log-odds of a term in the text against the other texts, which asks "
        "more of rare terms than TF-IDF does",
        reading=_reading(label, draws),
        formula="log-odds z after Monroe, Colaresi & Quinn 2008, eqs. 15, 16 and 22, prior "
        f"{PRIOR_WORDS:.0f} words as in all texts, the text not part of what it is compared with",
        scope=_scope(corpus, draws),
        alt=_alt(frame, label),
        notes=(*left_out(corpus.counts, chosen), *_notes(corpus, text, low)),
        parameters={
            name: getattr(chosen, name)
            for name in (
                "funnel",
                "longest_phrase",
                "lemmas",
                "min_count",
                "n_terms",
                "seed",
                "n_draws",
                "confidence",
            )
        },
        tables={"funnel_band": pd.DataFrame({"low": [low], "high": [high], "draws": [draws]})},
    )


@lru_cache(maxsize=4)
def chance_band(corpus: Corpus) -> tuple[float, float, int]:
    """Return the least and largest z-score that chance gives any term of the text, and the draws.

    The paragraphs of all texts are dealt out anew to a text of its length and to the rest. The two
    are quantiles of the least and of the largest score of each draw, so that in `confidence` of
    the draws no term lay outside. With fewer than :data:`~rhetorica.term_scores.MIN_SHUFFLED`
    paragraphs, or :data:`~rhetorica.resampling.MIN_UNITS` in the text or outside it, they are
    those of a single test.
    """
    counts, chosen = compared_counts(corpus), corpus.parameters
    inside = counts.unit_documents == funnel_text(corpus)
    if len(inside) < MIN_SHUFFLED or min(inside.sum(), (~inside).sum()) < MIN_UNITS:
        return -_SURE, _SURE, 0
    draws = shuffles(corpus, counts.matrix.nnz + len(counts.terms))
    random = generator(chosen.seed, "chance_band")
    total, words = np.asarray(counts.matrix.sum(axis=0)).ravel(), int(counts.sizes.sum())
    own = int(counts.sizes[inside].sum())
    lengths = np.array([own, words - own])
    extremes: NDArray[np.float64] = np.zeros((draws, 2))
    for draw in range(draws):
        taken = np.flatnonzero(deal(counts, lengths, random) == 0)
        here = np.asarray(counts.matrix[taken].sum(axis=0)).ravel()
        scores = log_odds_of(here, counts.sizes[taken].sum(), total, words)
        extremes[draw] = scores.min(), scores.max()
    tail = (1 - chosen.confidence) / 2
    low, high = np.quantile(extremes[:, 0], tail), np.quantile(extremes[:, 1], 1 - tail)
    return float(low), float(high), draws


def _frame(corpus: Corpus, text: int, band: tuple[float, float]) -> pd.DataFrame:
    scores = score_terms(corpus)
    z, document = scores.log_odds[text], corpus.sources[text].document
    frame = pd.DataFrame(
        {
            "document": document.id,
            "label": document.label,
            "term": scores.counts.terms,
            "count": scores.table[text],
            "count_in_all": scores.table.sum(axis=0),
            "per_1000_words": 1000 * scores.table[text] / scores.counts.sizes[text],
            "log_odds": z,
            "g2": scores.g2[text],
            "log_ratio": scores.log_ratio[text],
            "q": scores.q[text],
            "side": np.select([z > band[1], z < band[0]], ["text", "others"], "neither"),
        }
    )
    named = _named(corpus, frame)
    frame["named"] = np.where(frame["term"].isin(named), "yes", "no")
    order = np.lexsort((frame["term"], -np.round(frame["log_odds"], 9)))
    return frame.iloc[order].reset_index(drop=True)


def _named(corpus: Corpus, frame: pd.DataFrame) -> set[str]:
    """Return the terms of the highest and of the lowest scores, those outside the band above all.

    A term within the band is not named if it repeats another's words.
    """
    chosen = corpus.parameters
    terms = find_terms(corpus, chosen.longest_phrase)
    place = np.searchsorted(np.array(terms.names, dtype=object), frame["term"].to_numpy(object))
    counts = np.zeros(len(terms.names), dtype=np.int64)
    counts[place] = frame["count_in_all"]
    named: set[str] = set()
    for side, sign in (("text", 1), ("others", -1)):
        scores = sign * np.round(frame["log_odds"].to_numpy(np.float64), 9)
        order = np.lexsort((np.arange(len(scores)), -scores))
        ranked = place[order[scores[order] > _SURE]].tolist()
        kept = leading(terms, ranked, counts, (0, len(corpus.tokens)), chosen.n_terms)
        outside = set(frame.loc[frame["side"] == side, "term"])
        first = [terms.names[term] for term in ranked if terms.names[term] in outside]
        rest = [terms.names[term] for term in kept if terms.names[term] not in outside]
        named |= set((first + rest)[: chosen.n_terms])
    return named


def _reading(label: str, draws: int) -> str:
    outside = (
        "Only outside the grey band is that more than chance gives; a rare term cannot leave it."
        if draws
        else "The grey band is that of one term tested alone: of many, some lie outside by chance."
    )
    return (
        "Each dot is a term, or several of the same numbers. To the right: it stands more often in "
        f"all texts together; above 0: “{label}” uses it more than the other texts do, below 0: "
        f"less. {outside} Named are the terms outside, in bold, and the next ones that repeat no "
        "other's words."
    )


def _title(frame: pd.DataFrame, label: str, draws: int) -> str:
    more, less = (int((frame["side"] == side).sum()) for side in ("text", "others"))
    if not draws:
        return f"{more + less or 'None'} of {len(frame):,} terms beyond |z| = 1.96 in “{label}”"
    are = "are" if more > 1 else "is"
    said = f"{more or 'None'} of {len(frame):,} terms {are} more frequent in “{label}”"
    return f"{said} than by chance, {less or 'none'} rarer"


def _scope(corpus: Corpus, draws: int) -> str:
    if not draws:
        return (
            "Band: |z| below 1.96, as for one term tested alone; with so few paragraphs, what "
            "chance gives cannot be told."
        )
    return (
        "Band: with the paragraphs of all texts shuffled, no term lay outside in "
        f"{percent(corpus.parameters.confidence)} or more of {draws:,} draws. It is too narrow "
        "where the text has few paragraphs and much longer ones than the others."
    )


def _notes(corpus: Corpus, text: int, low: float) -> tuple[str, ...]:
    """Say if the text is so short that no term of it can be seen to be too rare."""
    scores = score_terms(corpus)
    total, words = scores.table.sum(axis=0), scores.counts.sizes
    absent = log_odds_of(np.zeros_like(total), words[text], total, int(words.sum()))
    if chance_band(corpus)[2] and absent.min() > low:
        return ("The text is too short to show that it lacks anything beyond chance.",)
    return ()


def _alt(frame: pd.DataFrame, label: str) -> str:
    named = frame[frame["named"] == "yes"]
    more = ", ".join(named.loc[named["log_odds"] > 0, "term"]) or "none"
    less = ", ".join(named.loc[named["log_odds"] < 0, "term"][::-1]) or "none"
    kind = f"Dots: frequency of each term against its z-score in “{label}”"
    return f"{kind}. More often: {more}. Less often: {less}."
