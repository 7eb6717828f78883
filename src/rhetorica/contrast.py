"""Contrast: the terms that set each text apart from the others, and which chance could give."""

from itertools import pairwise

import numpy as np
import pandas as pd

from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow, plural
from rhetorica.findings import Finding, percent, require_texts
from rhetorica.keyness import PRIOR_WORDS
from rhetorica.parameters import Parameters
from rhetorica.passages import first_in_prose, locate
from rhetorica.stop_words import left_out
from rhetorica.term_scores import (
    MIN_SHUFFLED,
    TermScores,
    chance_floors,
    score_terms,
    weighting_of,
)
from rhetorica.terms import Terms, find_terms, leading

SCORES = {"tf_idf": "TF-IDF", "g2": "G²", "log_odds": "z of the log-odds"}
_SURE = 0.05  # false discovery rate below which a difference is marked
_NAMED = 12  # so many texts are named in a note
_READ = 3  # leading terms of each text that are shown in a sentence
_CHOICES = (
    "rank_by", "contrast_tf", "contrast_idf", "longest_phrase", "stop_words", "leave_out",
    "lowercase", "lemmas", "min_count", "n_terms", "seed", "n_draws", "confidence",
)  # fmt: skip
_COLUMNS = [
    "document", "label", "rank", "term", "count", "per_1000_words", "paragraphs",
    "texts_with_term", "tf_idf", "g2", "log_ratio", "log_odds", "q", "beyond_chance",
]  # fmt: skip
_READING = (
    "The longer the bar, the more a term is both frequent in this text and absent from others; "
    "beside it, how often it stands there and in how many paragraphs. A star: its rate differs "
    "from that in the other texts, words taken one by one (exact test, false discovery rate below "
    "{sure:.0%}). {floor}"
)
_FLOOR = (
    "Dashed line: what chance gives. With the paragraphs of all texts shuffled, each text keeping "
    "its length, the highest bar of any term stayed below it in {confidence} of {draws:,} draws; "
    "bars beyond it are dark. The shorter a text, the further out the line; a star on a pale bar "
    "may come from few paragraphs."
)


def distinctive_terms(corpus: Corpus) -> Finding:
    """Return the terms that set each text apart, by the score that `rank_by` names.

    Columns: document, label, rank, term, count, per_1000_words, paragraphs (of the text, with
    the term), texts_with_term, tf_idf, g2, log_ratio, log_odds (the z-score), q (false discovery
    rate of an exact test over all terms and texts) and beyond_chance. The table ``contrast_terms``
    has all terms that stand often enough in a text, or too rarely for chance; ``contrast_texts``
    has each text's length, number of such terms and floor of chance. Raises
    :class:`NothingToShow` for a single text, and where no word is left.
    """
    require_texts(len(corpus.sources), "a contrast of terms")
    chosen = corpus.parameters
    frame, texts = leading_terms(corpus), _texts(corpus)
    return Finding(
        name="distinctive_terms",
        title=_title(frame, texts, chosen),
        frame=frame,
        unit=f"{SCORES[chosen.rank_by]} of a term in a text",
        reading=_reading(corpus),
        formula=_formula(corpus),
        alt=_alt(frame, chosen.rank_by),
        notes=_notes(corpus, frame),
        parameters={name: getattr(chosen, name) for name in _CHOICES},
        tables={"contrast_terms": _all_terms(corpus), "contrast_texts": texts},
    )


def leading_terms(corpus: Corpus) -> pd.DataFrame:
    """List the leading terms of each text, the highest score first, none repeating another."""
    chosen, scores = corpus.parameters, score_terms(corpus)
    values = getattr(scores, chosen.rank_by)
    rows = []
    for text in range(len(corpus.sources)):
        shown = _leading(corpus, scores, text)
        rows.append(_rows(corpus, scores, text, shown).assign(rank=np.arange(len(shown)) + 1))
        floor = chance_floors(corpus).single[text]
        beyond = np.where(values[text, shown] > floor, "yes", "no")
        rows[-1]["beyond_chance"] = "" if np.isnan(floor) else beyond
    return pd.concat(rows, ignore_index=True).reindex(columns=_COLUMNS)


def _leading(corpus: Corpus, scores: TermScores, text: int) -> list[int]:
    """Return the terms to show for a text, as columns of the scores."""
    chosen, terms = corpus.parameters, _terms(corpus)
    values, counts = getattr(scores, chosen.rank_by)[text], scores.table[text]
    more = (np.round(values, 9) > 0) & (scores.log_ratio[text] > 0)
    eligible = np.flatnonzero((counts >= chosen.min_count) & more)
    order = eligible[np.lexsort((eligible, -np.round(values[eligible], 9)))]
    # The scores leave out rare terms; the terms themselves have places for all.
    place = np.searchsorted(np.array(terms.names, dtype=object), scores.counts.terms)
    all_counts = np.zeros(len(terms.names), dtype=np.int64)
    all_counts[place] = counts
    span = corpus.tokens.documents[text : text + 2]
    kept = leading(terms, place[order].tolist(), all_counts, (span[0], span[1]), chosen.n_terms)
    return [int(i) for i in np.searchsorted(place, kept)]


def _terms(corpus: Corpus) -> Terms:
    return find_terms(corpus, corpus.parameters.longest_phrase)


def _rows(corpus: Corpus, scores: TermScores, text: int, columns: list[int]) -> pd.DataFrame:
    """Describe some terms in a text."""
    counts = scores.table[text, columns]
    return pd.DataFrame(
        {
            "document": corpus.sources[text].document.id,
            "label": corpus.labels[text],
            "term": [scores.counts.terms[i] for i in columns],
            "count": counts,
            "per_1000_words": 1000 * counts / scores.counts.sizes[text],
            "paragraphs": scores.paragraphs[text, columns],
            "texts_with_term": (scores.table[:, columns] > 0).sum(axis=0),
            **{
                name: getattr(scores, name)[text, columns]
                for name in ("tf_idf", "g2", "log_ratio", "log_odds", "q")
            },
        }
    )


def _all_terms(corpus: Corpus) -> pd.DataFrame:
    """List, for each text, the terms that stand often enough in it, and those it surely avoids."""
    scores, least = score_terms(corpus), corpus.parameters.min_count
    tables = []
    for text in range(len(corpus.sources)):
        of_interest = (scores.table[text] >= least) | (scores.q[text] < _SURE)
        columns = np.flatnonzero(of_interest)
        order = columns[np.lexsort((columns, -np.round(scores.g2[text, columns], 9)))]
        tables.append(_rows(corpus, scores, text, order.tolist()))
    return pd.concat(tables, ignore_index=True)


def _texts(corpus: Corpus) -> pd.DataFrame:
    """List the texts with what a panel needs to know of each, also of one without a term."""
    scores, floors = score_terms(corpus), chance_floors(corpus)
    often = scores.table >= corpus.parameters.min_count
    return pd.DataFrame(
        {
            "document": [source.document.id for source in corpus.sources],
            "label": corpus.labels,
            "words": scores.counts.sizes,
            "short": np.where(scores.counts.sizes < corpus.parameters.short_text, "yes", "no"),
            "terms": often.sum(axis=1),
            "above": ((scores.q < _SURE) & (scores.g2 > 0)).sum(axis=1),
            "below": ((scores.q < _SURE) & (scores.g2 < 0)).sum(axis=1),
            "floor": floors.single,
            "joint_floor": floors.joint,
            "draws": floors.draws,
        }
    )


def leading_sentences(corpus: Corpus) -> pd.DataFrame:
    """Return a sentence for each of the leading terms of each text: what stands behind the bars.

    Columns: text, term, count, block, raw_line, sentence. Raises :class:`NothingToShow` for
    a single text, and where no term is frequent enough.
    """
    require_texts(len(corpus.sources), "a contrast of terms")
    terms, frame = _terms(corpus), leading_terms(corpus)
    shown = frame[frame["rank"] <= _READ]
    if shown.empty:
        raise NothingToShow(f"{_no_term(_texts(corpus), corpus.parameters)}.")
    order = {name: i for i, name in enumerate(terms.names)}
    span = dict(zip(corpus.tokens.document_ids, pairwise(corpus.tokens.documents), strict=True))
    first = []
    for document, term in zip(shown["document"], shown["term"], strict=True):
        places = terms.places(order[term])
        own = places[slice(*np.searchsorted(places, span[document]))]
        first.append(first_in_prose(corpus, own))
    located = locate(corpus, np.array(first, dtype=np.int64))
    table = located.rename(columns={"label": "text", "text": "sentence"})
    table = table.loc[:, ~table.columns.duplicated(keep="last")]
    table = table.assign(term=list(shown["term"]), count=list(shown["count"]))
    return table.reindex(columns=["text", "term", "count", "block", "raw_line", "sentence"])


def _title(frame: pd.DataFrame, texts: pd.DataFrame, chosen: Parameters) -> str:
    if frame.empty:
        return _no_term(texts, chosen)
    known = texts[texts["floor"].notna()]
    shown = frame[frame["document"].isin(known["document"])]
    if shown.empty:
        sure = int((frame["q"] < _SURE).sum())
        differ = "differ" if sure > 1 else "differs"
        every = plural(len(frame), "leading term")
        return f"{sure or 'None'} of the {every} surely {differ} in rate from the other texts"
    largest = shown.groupby("document")[chosen.rank_by].max().reindex(known["document"])
    surely = bool((largest.to_numpy() > known["joint_floor"].to_numpy()).any())
    beyond = int((shown["beyond_chance"] == "yes").sum())
    without = [name for name in known["label"] if name not in _labels_beyond(shown)]
    apart = len(known) - len(without)
    if not apart:
        return "No term sets a text apart by more than chance gives"
    if not surely and apart <= _by_chance(len(known)):
        return f"Terms set {apart} of {len(known)} texts apart, no more than chance does"
    every = plural(len(shown), "leading term")
    said = f"{beyond} of the {every} {'set their' if beyond > 1 else 'sets its'} text apart"
    said = f"{said} beyond chance"
    if len(without) == 1:
        return f"{said}; “{without[0]}” has none"
    return f"{said}; {len(without)} texts have none" if without else said


def _by_chance(texts: int) -> int:
    """Return in how many texts, at most, a term may lie beyond the line by chance alone.

    In each it does in one of twenty cases, or more rarely; more texts than this are too many at
    95% (binomial).
    """
    from scipy.special import bdtr

    counts = np.arange(texts + 1)
    return int(counts[bdtr(counts, texts, 0.05) >= 0.95][0])


def _no_term(texts: pd.DataFrame, chosen: Parameters) -> str:
    """Say why there is no term to show: none is frequent enough, or all texts have the same."""
    if texts["terms"].any():
        return "No term sets a text apart: what is frequent enough stands in all of them"
    return f"No term stands at least {plural(chosen.min_count, 'time')} in a text"


def _labels_beyond(frame: pd.DataFrame) -> set[str]:
    return set(frame.loc[frame["beyond_chance"] == "yes", "label"])


def _reading(corpus: Corpus) -> str:
    draws, confidence = chance_floors(corpus).draws, corpus.parameters.confidence
    floor = _FLOOR.format(confidence=percent(confidence), draws=draws) if draws else ""
    return _READING.format(sure=_SURE, floor=floor).strip()


def _formula(corpus: Corpus) -> str:
    chosen = corpus.parameters
    texts = plural(len(corpus.sources), "text")
    return (
        f"{weighting_of(corpus).formula}, N = {texts}; "
        "G² = 2 Σ O ln(O / E) over the term and all other words, in the text and in the other "
        "texts (4 cells); log ratio = log2 of the two rates; q = Fisher's exact test, Benjamini & "
        "Hochberg 1995 over all terms and texts; "
        f"log-odds z after Monroe, Colaresi & Quinn 2008, prior {PRIOR_WORDS:.0f} words as in all "
        "texts; the text is never part of what it is compared with. Bars: "
        f"{SCORES[chosen.rank_by]}"
    )


def _alt(frame: pd.DataFrame, score: str) -> str:
    best = frame.groupby("label", sort=False).head(3).groupby("label", sort=False)["term"]
    listed = "; ".join(f"{label}: {', '.join(terms)}" for label, terms in list(best)[:_NAMED])
    return f"Bars of {SCORES[score]}, a panel for each text. Leading terms: {listed or 'none'}."


def _notes(corpus: Corpus, frame: pd.DataFrame) -> tuple[str, ...]:
    chosen, scores = corpus.parameters, score_terms(corpus)
    notes = [*left_out(corpus.counts, chosen)]
    what = (
        "words"
        if chosen.longest_phrase == 1
        else f"words and phrases of up to {chosen.longest_phrase} words"
    )
    notes.append(
        f"Terms are {what}; shown are those that stand at least {plural(chosen.min_count, 'time')} "
        f"in the text, equal scores in alphabetical order. Tested: {scores.table.size:,} rates, of "
        f"{plural(scores.table.shape[1], 'term')} in each text."
    )
    if chosen.longest_phrase > 1:
        notes.append(
            "A phrase with three quarters of a word's places stands for it; a term most of whose "
            "places lie in terms above it is left out."
        )
    missing = [label for label in corpus.labels if label not in set(frame["label"])]
    if missing:
        notes.append(f"No term is shown for {', '.join(missing[:_NAMED])}.")
    if chosen.contrast_idf == "plain" and chosen.rank_by == "tf_idf":
        notes.append("A term that all texts share weighs nothing here and cannot appear.")
    if chance_floors(corpus).draws:
        alone = percent(1 - chosen.confidence)
        notes.append(
            f"By chance alone a term lies beyond the line in {alone} of texts, in more of them "
            "where a text has few paragraphs and much longer ones than the others."
        )
        few = np.isnan(chance_floors(corpus).single)
        named = [label for label, is_few in zip(corpus.labels, few, strict=True) if is_few]
        if named:
            listed = ", ".join(named[:_NAMED])
            notes.append(f"Too few paragraphs to tell what chance gives: {listed}.")
        notes += _on_the_line(corpus, frame)
    else:
        notes.append(f"With fewer than {MIN_SHUFFLED} paragraphs chance cannot be estimated.")
    return tuple(notes)


def _on_the_line(corpus: Corpus, frame: pd.DataFrame) -> list[str]:
    """Name the terms that other draws of the same number may put on the other side of the line."""
    floors, score = chance_floors(corpus), corpus.parameters.rank_by
    place = {name: i for i, name in enumerate(score_terms(corpus).counts.document_ids)}
    texts = frame["document"].map(place).to_numpy(dtype=np.int64)
    near = (frame[score] >= floors.low[texts]) & (frame[score] <= floors.high[texts])
    named = ", ".join(frame.loc[near, "term"].head(_NAMED))
    return [f"So near the line that another seed may move them over it: {named}."] if named else []
