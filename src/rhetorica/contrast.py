"""Contrast: the terms that set each text apart from the others."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.counts import document_frequency, sum_documents, tf_idf_formula, weight_tf_idf
from rhetorica.errors import NothingToShow, plural
from rhetorica.findings import Finding, require_texts
from rhetorica.passages import sentences_with
from rhetorica.stop_words import content_counts, left_out


def distinctive_terms(corpus: Corpus) -> Finding:
    """Return the terms of highest TF-IDF in each text, with their raw counts.

    idf is taken over the texts, so that a word of one text outweighs a word of all. Columns:
    document, label, rank, term, count, per_1000_words, texts_with_term, tf_idf. Raises
    :class:`NothingToShow` for a single text.
    """
    require_texts(len(corpus.sources), "a contrast of terms")
    chosen = corpus.parameters
    frame = _leading_terms(corpus)
    return Finding(
        name="distinctive_terms",
        title=_title(frame, _without(corpus, frame)),
        frame=frame,
        unit="TF-IDF of a term in a text; beside each bar its raw count in the text",
        reading="The longer the bar, the more a word is both frequent in this text and absent from "
        "others. Dark bars: this form of the word occurs in "
        "this text only; words are compared letter for letter, so collapse and collapsed are two.",
        formula=tf_idf_formula(chosen.contrast_idf)
        + f", N = {plural(len(corpus.sources), 'text')}",
        alt=_alt(frame),
        notes=_notes(corpus, frame),
        parameters={
            name: getattr(chosen, name)
            for name in (
                "contrast_idf",
                "stop_words",
                "leave_out",
                "lowercase",
                "min_count",
                "n_terms",
            )
        },
    )


def _leading_terms(corpus: Corpus) -> pd.DataFrame:
    """List the leading terms of each text, the heaviest first."""
    chosen = corpus.parameters
    plain = sum_documents(content_counts(corpus.counts, chosen))
    weighted = weight_tf_idf(plain, chosen.contrast_idf).matrix.toarray()
    counted = plain.matrix.toarray()
    spread = document_frequency(plain)
    rows = []
    for i, source in enumerate(corpus.sources):
        for rank, term in enumerate(
            _leading(weighted[i], counted[i], chosen.min_count, chosen.n_terms)
        ):
            rows.append(
                {
                    "document": source.document.id,
                    "label": source.document.label,
                    "rank": rank + 1,
                    "term": plain.terms[term],
                    "count": int(counted[i, term]),
                    "per_1000_words": 1000 * counted[i, term] / plain.sizes[i],
                    "texts_with_term": int(spread[term]),
                    "tf_idf": weighted[i, term],
                }
            )
    columns = ["document", "label", "rank", "term", "count", "per_1000_words"]
    return pd.DataFrame(rows, columns=[*columns, "texts_with_term", "tf_idf"])


def leading_sentences(corpus: Corpus, per_text: int = 2) -> pd.DataFrame:
    """Return sentences in which each text's leading term stands: the bar's evidence.

    Columns: text, term, count, block, raw_line, sentence. Raises :class:`NothingToShow` for
    a single text.
    """
    leading = distinctive_terms(corpus).frame
    leading = leading[leading["rank"] == 1]
    tables = []
    for document, term, count in leading[["document", "term", "count"]].itertuples(index=False):
        own = sentences_with(corpus, term, (document,)).head(per_text)
        tables.append(own.assign(term=term, count=count))
    if not tables:
        raise NothingToShow("No frequent term sets a text apart from the others.")
    table: pd.DataFrame = pd.concat(tables).drop(columns=["sentence"])
    table = table.rename(columns={"text": "sentence", "label": "text"})
    shown = ["text", "term", "count", "block", "raw_line", "sentence"]
    chosen: pd.DataFrame = table.reindex(columns=shown)
    return chosen


def _leading(
    scores: NDArray[np.float64],
    counts: NDArray[np.int64],
    min_count: int,
    limit: int,
) -> list[int]:
    """Return the indices of the highest scores among terms frequent enough; ties by term."""
    eligible = np.flatnonzero((counts >= min_count) & (scores > 0))
    order = np.lexsort((eligible, -np.round(scores[eligible], 9)))
    return [int(i) for i in eligible[order[:limit]]]


def _without(corpus: Corpus, frame: pd.DataFrame) -> list[str]:
    """Return the labels of the texts in which no term is frequent enough to be shown."""
    return [label for label in corpus.labels if label not in set(frame["label"])]


def _title(frame: pd.DataFrame, missing: list[str]) -> str:
    if frame.empty:
        return "No frequent term sets a text apart from the others"
    alone = int((frame["texts_with_term"] == 1).sum())
    said = f"{alone} of the {len(frame)} leading word forms occur in one text only"
    if not missing:
        return said
    named = f"“{missing[0]}” has" if len(missing) == 1 else f"{len(missing)} texts have"
    return f"{said}; {named} no term that is frequent enough"


def _alt(frame: pd.DataFrame) -> str:
    best = frame.groupby("label", sort=False).head(3).groupby("label", sort=False)["term"]
    listed = "; ".join(f"{label}: {', '.join(terms)}" for label, terms in list(best)[:12])
    return f"Bars of TF-IDF, a panel for each text. Leading terms: {listed}."


def _notes(corpus: Corpus, frame: pd.DataFrame) -> tuple[str, ...]:
    chosen = corpus.parameters
    notes = list(left_out(chosen))
    notes.append(
        f"Shown are terms that occur at least {chosen.min_count} times in the text, equal values "
        "in alphabetical order: further terms may tie with the last one shown."
    )
    missing = _without(corpus, frame)
    if missing:
        notes.append(f"No term reaches that in: {', '.join(missing[:12])}.")
    if chosen.contrast_idf == "plain":
        notes.append("A word that all texts share weighs nothing here and cannot appear.")
    return tuple(notes)
