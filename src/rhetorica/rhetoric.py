"""Rhetoric: every hit of the lexicon as a span in its sentence, and the rates they add up to."""

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.errors import plural
from rhetorica.findings import DOTTED_TEXTS, Finding
from rhetorica.lexicon import Category, Entry, Lexicon, Vocabulary, load_lexicon, select_categories
from rhetorica.passages import locate
from rhetorica.resampling import MIN_UNITS, generator, ratio_interval
from rhetorica.tokens import Tokens, units_of

_LISTED = 12  # so many texts are named in the alternative text
_DOTS = (
    "Each row is a category of rhetoric, each column a text. A dot is the rate, the line its "
    "interval, the number above it the hits it rests on."
)
_SHADES = (
    "Each row is a text, each column a category of rhetoric; the darker the field, the higher the "
    "rate. Hits and intervals are in the csv."
)
_Spans = NDArray[np.int64]
"""An array of two columns: first token of a span and the token after its last."""


def match_category(tokens: Tokens, vocabulary: Vocabulary, category: Category) -> pd.DataFrame:
    """Return the hits of one category: columns first, end (token positions) and entry.

    Where hits overlap the longest counts, then the first, then the entry first in the
    alphabet: the order of the entries in the file never matters.
    """
    parts = []
    for entry in category.entries:
        spans = match_entry(tokens, vocabulary, entry)
        parts.append(
            pd.DataFrame({"first": spans[:, 0], "end": spans[:, 1], "entry": entry.pattern})
        )
    hits = pd.concat(parts, ignore_index=True)
    return _longest(hits)


def match_entry(tokens: Tokens, vocabulary: Vocabulary, entry: Entry) -> _Spans:
    """Return the spans of one entry, without those inside one of its exceptions."""
    spans = _match_words(tokens, vocabulary, entry.words, entry.case, entry.hyphens)
    for phrase in entry.exceptions:
        if not len(spans):
            break
        spans = _outside(spans, _match_words(tokens, vocabulary, phrase, False, False), len(tokens))
    return spans


def _match_words(
    tokens: Tokens, vocabulary: Vocabulary, words: tuple[str, ...], case: bool, hyphens: bool
) -> _Spans:
    size = len(words)
    found = np.ones(max(len(tokens) - size + 1, 0), dtype=bool)
    for i, word in enumerate(words):
        found &= vocabulary.mask(word, case, hyphens)[tokens.codes[i : i + len(found)]]
    first = np.flatnonzero(found)
    if size > 1:
        last = units_of(tokens.sentences, first + size - 1)
        first = first[units_of(tokens.sentences, first) == last]
    return np.stack([first, first + size], axis=1)


def _outside(spans: _Spans, phrases: _Spans, length: int) -> _Spans:
    """Drop the spans that lie inside one of the phrases."""
    reach = np.zeros(length + 1, dtype=np.int64)
    np.maximum.at(reach, phrases[:, 0], phrases[:, 1])
    reach = np.maximum.accumulate(reach)
    return spans[reach[spans[:, 0]] < spans[:, 1]]


def _longest(hits: pd.DataFrame) -> pd.DataFrame:
    """Resolve overlaps within a category: longest first, then leftmost, then by entry."""
    ordered = hits.assign(size=hits["first"] - hits["end"]).sort_values(
        ["size", "first", "entry"], kind="stable"
    )
    taken: set[int] = set()
    keep = []
    for row in ordered.itertuples():
        span = range(int(row.first), int(row.end))  # type: ignore[arg-type]
        if taken.isdisjoint(span):
            taken.update(span)
            keep.append(row.Index)
    return hits.loc[keep].sort_values("first").reset_index(drop=True)


@lru_cache(maxsize=4)
def study_lexicon(path: str) -> Lexicon:
    """Return the lexicon of a study, read once."""
    from pathlib import Path

    return load_lexicon(Path(path))


@lru_cache(maxsize=4)
def find_spans(corpus: Corpus) -> pd.DataFrame:
    """Return every hit of the chosen categories: the table of which each rate is the sum.

    Columns: category, entry, hit (the words found), document, label, block, sentence,
    raw_line, text (the sentence), unit (the paragraph's number in the counts).
    """
    lexicon = study_lexicon(str(corpus.study.lexicon))
    vocabulary = Vocabulary(corpus.tokens.types)
    tables = []
    for category in select_categories(lexicon, corpus.parameters.categories):
        hits = match_category(corpus.tokens, vocabulary, category)
        tables.append(hits.assign(category=category.id))
    hits = pd.concat(tables, ignore_index=True).sort_values(["first", "category"], kind="stable")
    first, end = hits["first"].to_numpy(), hits["end"].to_numpy()
    places = locate(corpus, first)
    found = [_text(corpus, int(a), int(b)) for a, b in zip(first, end, strict=True)]
    table = hits[["category", "entry"]].reset_index(drop=True).assign(hit=found)
    return pd.concat([table, places], axis=1).assign(unit=units_of(corpus.tokens.paragraphs, first))


def _text(corpus: Corpus, first: int, end: int) -> str:
    tokens = corpus.tokens
    document = int(units_of(tokens.documents, np.array([first]))[0])
    return corpus.editions[document].text[tokens.starts[first] : tokens.ends[end - 1]]


def rhetoric_rates(corpus: Corpus) -> Finding:
    """Return the rate of each category in each text, with its bootstrap interval.

    Columns: document, label, parent, category, category_label, hits, words, per_1000_words,
    low, high.
    """
    chosen = corpus.parameters
    lexicon = study_lexicon(str(corpus.study.lexicon))
    categories = select_categories(lexicon, chosen.categories)
    frame = _rates(corpus, lexicon, categories)
    return Finding(
        name="rhetoric_rates",
        title=_title(frame),
        frame=frame,
        unit="hits per 1,000 words of the text",
        reading=(_DOTS if len(corpus.sources) <= DOTTED_TEXTS else _SHADES)
        + " The title names the category with the largest difference between two texts whose "
        "intervals do not overlap.",
        formula="rate = 1,000 × hits / all word tokens; hits of one category never overlap, "
        "one word may count in several categories",
        scope=f"Intervals: {chosen.confidence:.0%} bootstrap over the paragraphs of each text "
        f"({chosen.n_draws:,} draws); their upper end is at least the exact Poisson limit "
        "for no hit at all (Garwood 1936). They say nothing of other texts.",
        alt=_alt(frame),
        notes=_notes(corpus, lexicon),
        parameters={name: getattr(chosen, name) for name in ("seed", "n_draws", "confidence")}
        | {"categories": [category.id for category in categories]},
    )


def _rates(corpus: Corpus, lexicon: Lexicon, categories: tuple[Category, ...]) -> pd.DataFrame:
    """List the rate of each category in each text, with its interval."""
    chosen = corpus.parameters
    counted = _count_units(corpus, categories)
    rows = []
    for i, source in enumerate(corpus.sources):
        own = corpus.counts.unit_documents == i
        words, hits = corpus.counts.sizes[own].astype(float), counted[own].astype(float)
        random = generator(chosen.seed, "rhetoric_rates", source.document.id)
        low, high = ratio_interval(hits, words, chosen.confidence, chosen.n_draws, random)
        none, limit = hits.sum(axis=0) == 0, _upper(words.sum(), chosen.confidence)
        low, high = (
            np.where(none, 0, low),
            np.where(none, limit, np.maximum(high, limit)),
        )
        for k, category in enumerate(categories):
            rows.append(
                {
                    "document": source.document.id,
                    "label": source.document.label,
                    "parent": lexicon.parents.get(category.parent, ""),
                    "category": category.id,
                    "category_label": category.label,
                    "hits": int(hits[:, k].sum()),
                    "words": int(words.sum()),
                    "per_1000_words": 1000 * hits[:, k].sum() / words.sum(),
                    "low": 1000 * low[k],
                    "high": 1000 * high[k],
                }
            )
    return pd.DataFrame(rows)


def leading_entries(corpus: Corpus) -> pd.DataFrame:
    """Return, for each category, its most frequent entry and how much of the category it makes.

    Columns: category, hits, entries (that found something), leading_entry, its_share. A category
    that rests on one entry says little more than that entry's word.
    """
    spans = find_spans(corpus)
    rows = []
    for category, own in spans.groupby("category", sort=True):
        counts = (
            own["entry"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        )
        share = counts.iloc[0] / len(own)
        rows.append((category, len(own), len(counts), counts.index[0], f"{share:.0%}"))
    names = ["category", "hits", "entries", "leading_entry", "its_share"]
    return pd.DataFrame(rows, columns=names)


def example_sentences(corpus: Corpus, per_category: int = 2) -> pd.DataFrame:
    """Return, for each category, the first sentences of the text that uses it most.

    Columns: category, text, hits (the words that counted), block, raw_line, sentence.
    """
    rates = rhetoric_rates(corpus).frame
    best = rates.loc[rates.groupby("category", sort=False)["per_1000_words"].idxmax()]
    spans = find_spans(corpus)
    rows = []
    for category, label, document in best[["category", "category_label", "document"]].to_numpy():
        own = spans[(spans["category"] == category) & (spans["document"] == document)]
        for _, hits in list(own.groupby("sentence"))[:per_category]:
            first = hits.iloc[0]
            words = ", ".join(hits["hit"])
            rows.append(
                (label, first["label"], words, first["block"], first["raw_line"], first["text"])
            )
    names = ["category", "text", "hits", "block", "raw_line", "sentence"]
    return pd.DataFrame(rows, columns=names)


def _upper(words: float, confidence: float) -> float:
    """Return the highest rate that leaves a fair chance of no hit at all in so many words."""
    return float(-np.log((1 - confidence) / 2) / words)


def _count_units(corpus: Corpus, categories: tuple[Category, ...]) -> NDArray[np.int64]:
    """Count hits by paragraph and category: the sums of the span table."""
    spans = find_spans(corpus)
    index = {category.id: k for k, category in enumerate(categories)}
    counted = np.zeros((len(corpus.counts.sizes), len(categories)), dtype=np.int64)
    columns = spans["category"].map(index).to_numpy(dtype=np.int64)
    np.add.at(counted, (spans["unit"].to_numpy(), columns), 1)
    return counted


def _title(frame: pd.DataFrame) -> str:
    if frame["label"].nunique() == 1:
        top = frame.iloc[int(frame["per_1000_words"].to_numpy().argmax())]
        rate = f"{top['per_1000_words']:.0f} hits per 1,000 words"
        return f"{top['category_label']} is the most frequent category, with {rate}"
    widest, said = 0.0, "No category differs between two texts by more than its intervals allow"
    for name, own in frame.groupby("category_label", sort=False):
        rates = own["per_1000_words"].to_numpy()
        most, least = own.iloc[int(rates.argmax())], own.iloc[int(rates.argmin())]
        if most["low"] > least["high"] and np.ptp(rates) > widest:
            widest = float(np.ptp(rates))
            said = (
                f"{name} differs most: {rates.max():.0f} hits per 1,000 words in "
                f"“{most['label']}”, {rates.min():.0f} in “{least['label']}”"
            )
    return said


def _alt(frame: pd.DataFrame) -> str:
    every = frame.loc[frame.groupby("label", sort=False)["per_1000_words"].idxmax()]
    best = every.head(_LISTED)
    rest = f"; and {plural(len(every) - _LISTED, 'more text')}" if len(every) > _LISTED else ""
    kind = "Dots with intervals" if len(every) <= DOTTED_TEXTS else "Shaded fields"
    listed = "; ".join(
        f"{label}: {category} {rate:.0f}"
        for label, category, rate in zip(
            best["label"], best["category_label"], best["per_1000_words"], strict=True
        )
    )
    return (
        f"{kind}: hits per 1,000 words by category and text. "
        f"Most frequent category of each text: {listed}{rest}."
    )


def _notes(corpus: Corpus, lexicon: Lexicon) -> tuple[str, ...]:
    notes = [
        f"Lexicon: {lexicon.title}. Its patterns are not proof of a text's intent: "
        "read the sentences behind a rate."
    ]
    blocks = np.bincount(corpus.counts.unit_documents, minlength=len(corpus.sources))
    few = [label for label, n in zip(corpus.labels, blocks, strict=True) if n < MIN_UNITS]
    if few:
        notes.append(f"Too few paragraphs for an interval: {', '.join(few[:12])}.")
    return tuple(notes)


def describe_categories(corpus: Corpus) -> pd.DataFrame:
    """Return what each chosen category counts and what it does not: its definition."""
    lexicon = study_lexicon(str(corpus.study.lexicon))
    rows = [
        (
            category.label,
            lexicon.parents.get(category.parent, ""),
            category.include,
            category.exclude,
        )
        for category in select_categories(lexicon, corpus.parameters.categories)
    ]
    return pd.DataFrame(rows, columns=["category", "group", "counts", "does_not_count"])
