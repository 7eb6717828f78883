"""Topics: words that stand in the same paragraphs; how many topics, and how much of each text."""

from functools import partial

import numpy as np
import pandas as pd

from rhetorica.corpus import Corpus
from rhetorica.counts import document_frequency
from rhetorica.errors import plural
from rhetorica.findings import DOTTED_TEXTS, Finding, percent, require_texts
from rhetorica.passages import locate, paragraph_texts
from rhetorica.resampling import MIN_UNITS, draw_weights, generator, ratio_interval
from rhetorica.stability import (
    SURE,
    by_chance,
    chosen_number,
    is_sure,
    measure_stability,
    topic_stability,
)
from rhetorica.stop_words import left_out
from rhetorica.topic_model import (
    FORMULA,
    Topics,
    fit_topics,
    leading_terms,
    modelled_counts,
    topic_names,
)
from rhetorica.topic_number import measured, number_notes, parameters_of

_LISTED = 12  # so many texts are named in the alternative text
_BEARING = 0.5  # of a text's words, what paragraphs with terms of the model must hold for a title
_READABLE = 20  # words of a paragraph worth reading as an example; fewer are a title
_STABILITY = (
    "Stability, from 0 to 1, says how well a topic comes back when a fifth of the paragraphs is "
    "left out."
)
_DOTS = (
    "Each row is a topic, named by three of its terms; each column a text. A dot is the topic's "
    f"share of the text, the line its interval. {_STABILITY}"
)
_SHADES = (
    "Each row is a text, each column a topic, named by three of its terms; the darker the field, "
    f"the larger the topic's share of the text. Intervals are in the csv. {_STABILITY}"
)
_NAMED = "a topic is named by the terms with the largest weight × specificity"


def chosen_topics(corpus: Corpus) -> Topics:
    """Return the model of `n_topics` topics, or where that is 0 of the most stable number.

    Raises :class:`NothingToShow` where the texts cannot hold so many.
    """
    return fit_topics(corpus, chosen_number(corpus))


def _stability_of(corpus: Corpus, topics: Topics) -> list[float]:
    """Return the stability of each topic, NaN where it cannot be told."""
    found = topic_stability(corpus, topics)
    return found.mean(axis=0).tolist() if len(found) else [np.nan] * len(topics.weights)


def topic_shares(corpus: Corpus) -> Finding:
    """Return the share of each topic in each text, with its bootstrap interval.

    Columns: document, label, topic (number), name, share, low, high, words, covered (the share
    of them in paragraphs with a term of the model; where it is 0, the topics' shares are NaN),
    short, stability. Raises :class:`NothingToShow` for a single text.
    """
    require_texts(len(corpus.sources), "a comparison of topic shares")
    chosen = corpus.parameters
    frame = _shares(corpus)
    return Finding(
        name="topic_shares",
        title=_shares_title(corpus, frame),
        frame=frame,
        unit="share of a text's words, by paragraph",
        reading=_DOTS if len(corpus.sources) <= DOTTED_TEXTS else _SHADES,
        formula=f"{chosen_number(corpus)} topics; {FORMULA}; {_NAMED}; share = mean of the "
        "paragraphs' mixtures, weighted by words; those without a term of the model are left "
        f"out; {measured(corpus)}",
        scope=f"Intervals: {percent(chosen.confidence)} bootstrap over the paragraphs of each text "
        f"({chosen.n_draws:,} draws), the topics held fixed; they say nothing of other texts.",
        alt=_alt(frame),
        notes=(
            *left_out(corpus.counts, chosen),
            *number_notes(corpus),
            *_few(corpus),
            *_uncovered(frame),
        ),
        parameters=parameters_of(corpus, "short_text", "n_draws", "confidence"),
    )


def _shares_title(corpus: Corpus, frame: pd.DataFrame) -> str:
    """Name the largest share of a topic, of those that come back, in a text that can bear it."""
    stability, number = measure_stability(corpus), int(frame["topic"].max())
    firm, hint = frame["topic"] > 0, ""
    if number in stability.numbers:
        chance, spread = by_chance(stability)
        place = stability.numbers.index(number)
        firm = frame["stability"] > chance[place] + SURE * spread[place]
        hint = "" if firm.any() else "; no topic comes back better than chance"
    known, long = frame["covered"] > _BEARING, frame["short"] == "no"
    asked = (firm & long & known, long & known, known, frame["covered"] > 0)
    kept = next(frame[mask] for mask in asked if mask.any())
    top = kept.iloc[int(np.round(kept["share"].to_numpy(), 9).argmax())]
    return f"{top['share']:.0%} of “{top['label']}” is of the topic “{top['name']}”{hint}"


def _shares(corpus: Corpus) -> pd.DataFrame:
    """List the share of each topic in each text, with its interval."""
    chosen = corpus.parameters
    topics = chosen_topics(corpus)
    names, stability = topic_names(topics), _stability_of(corpus, topics)
    covered = corpus.counts.sizes * (topics.mixture.sum(axis=1) > 0)
    rows = []
    for i, source in enumerate(corpus.sources):
        own = corpus.counts.unit_documents == i
        words = covered[own].astype(float)
        mass = topics.mixture[own] * words[:, None]
        random = generator(chosen.seed, "topic_shares", source.document.id)
        if not words.any():
            shares = low = high = np.full(len(names), np.nan)
        else:
            shares = mass.sum(axis=0) / words.sum()
            weights = partial(draw_weights, len(words), chosen.n_draws, random)
            low, high = ratio_interval(mass, words, chosen.confidence, weights)
        rows += [
            {
                "document": source.document.id,
                "label": source.document.label,
                "topic": k + 1,
                "name": name,
                "share": shares[k],
                "low": low[k],
                "high": high[k],
                "words": int(corpus.counts.sizes[own].sum()),
                "covered": words.sum() / corpus.counts.sizes[own].sum(),
                "short": "yes" if corpus.counts.sizes[own].sum() < chosen.short_text else "no",
                "stability": stability[k],
            }
            for k, name in enumerate(names)
        ]
    return pd.DataFrame(rows)


def _alt(frame: pd.DataFrame) -> str:
    known = frame.dropna(subset="share")
    every = known.loc[known.groupby("document", sort=False)["share"].idxmax()]
    best = every.head(_LISTED)
    rest = f"; and {plural(len(every) - _LISTED, 'more text')}" if len(every) > _LISTED else ""
    kind = "Dots with intervals" if len(every) <= DOTTED_TEXTS else "Shaded fields"
    listed = "; ".join(
        f"{r.label}: {r.name_} {r.share:.0%}"
        for r in best.rename(columns={"name": "name_"}).itertuples()
    )
    return f"{kind}: share of each topic in each text. Largest topic of each: {listed}{rest}."


def _few(corpus: Corpus) -> tuple[str, ...]:
    blocks = np.bincount(corpus.counts.unit_documents, minlength=len(corpus.sources))
    few = [label for label, n in zip(corpus.labels, blocks, strict=True) if n < MIN_UNITS]
    more = f" and {plural(len(few) - _LISTED, 'more text')}" if len(few) > _LISTED else ""
    shown = ", ".join(few[:_LISTED])
    return (f"Too few paragraphs for an interval: {shown}{more}.",) if few else ()


def _uncovered(frame: pd.DataFrame) -> tuple[str, ...]:
    """Name the texts of which the model says nothing, or of less than half."""
    texts = frame.drop_duplicates("document")
    none = list(texts.loc[texts["covered"] == 0, "label"])[:_LISTED]
    part = texts[(texts["covered"] > 0) & (texts["covered"] <= _BEARING)].head(_LISTED)
    notes = [f"No term of the model stands in: {', '.join(none)}."] if none else []
    notes += [
        f"Of “{label}” only {covered:.0%} lies in paragraphs with a term of the model."
        for label, covered in zip(part["label"], part["covered"], strict=True)
    ]
    return tuple(notes)


def topic_terms(corpus: Corpus) -> Finding:
    """Return the heaviest terms of each topic.

    Columns: topic, name, rank, term, weight, specificity (the share of the term's weight in all
    topics that this topic has), paragraphs (in which the term stands), stability (of the topic).
    """
    topics = chosen_topics(corpus)
    names, stability = topic_names(topics), _stability_of(corpus, topics)
    counts = modelled_counts(corpus)
    frequency = document_frequency(counts)
    rows = [
        {
            "topic": k + 1,
            "name": names[k],
            "rank": rank + 1,
            "term": topics.terms[i],
            "weight": topics.weights[k, i],
            "specificity": topics.specificity[k, i],
            "paragraphs": int(frequency[i]),
            "stability": stability[k],
        }
        for k, own in enumerate(leading_terms(topics.weights, corpus.parameters.n_terms))
        for rank, i in enumerate(own[own >= 0])
    ]
    listed = "; ".join(f"{k + 1}: {name}" for k, name in enumerate(names))
    return Finding(
        name="topic_terms",
        title=_terms_title(corpus, names, stability),
        frame=pd.DataFrame(rows),
        unit="share of a topic's weight",
        reading="Each panel is a topic; the longer the bar, the more the term makes the topic. The "
        "dark part of a bar is what of the term goes to this topic, the pale part to others. "
        f"{_STABILITY}",
        formula=f"{FORMULA}; weight = term's entry in the topic's row, the row scaled to sum to 1; "
        "specificity = of what the model gives a term in all paragraphs, the share from this "
        f"topic; dark part = weight × specificity; {_NAMED}; {measured(corpus)}",
        alt=f"Bars of term weights, a panel for each topic. Topics: {listed}.",
        notes=(*left_out(corpus.counts, corpus.parameters), *number_notes(corpus)),
        parameters=parameters_of(corpus, "n_terms"),
    )


def _terms_title(corpus: Corpus, names: tuple[str, ...], stability: list[float]) -> str:
    known = measure_stability(corpus)
    if np.isnan(stability).any():
        return f"The {len(names)} topics and their heaviest terms"
    if not is_sure(known, len(names)):
        return f"The {len(names)} topics and their terms, no surer than chance makes them"
    order = np.argsort(-np.round(stability, 9), kind="stable")
    best, worst = int(order[0]), int(order[-1])
    if round(stability[best], 2) == round(stability[worst], 2):
        return f"The {len(names)} topics come back equally well (stability {stability[best]:.2f})"
    return (
        f"Of {len(names)} topics number {best + 1}, “{names[best]}”, comes back best "
        f"(stability {stability[best]:.2f}), number {worst + 1} least ({stability[worst]:.2f})"
    )


def topic_paragraphs(corpus: Corpus, per_topic: int = 3) -> pd.DataFrame:
    """Return the paragraphs in which each topic is strongest, to be read: one row a paragraph.

    They are those of the largest share, at least :data:`_READABLE` words long, one of a text; of
    equal ones the longer. Columns: topic (number), share, text, raw_line (where it begins in the
    file as obtained), paragraph.
    """
    topics, counts = chosen_topics(corpus), corpus.counts
    shares = np.where((counts.sizes >= _READABLE)[:, None], np.round(topics.mixture, 2), 0)
    tables = []
    for k in range(len(topics.weights)):
        order = np.lexsort((-counts.sizes, -shares[:, k]))
        order = order[shares[order, k] > 0]
        first = np.sort(np.unique(counts.unit_documents[order], return_index=True)[1])
        best = order[first[:per_topic]]
        places = locate(corpus, corpus.tokens.paragraphs[best])
        found = {
            "topic": k + 1,
            "share": shares[best, k],
            "text": places["label"],
            "raw_line": places["raw_line"],
            "paragraph": paragraph_texts(corpus, best),
        }
        tables.append(pd.DataFrame(found))
    return pd.concat(tables, ignore_index=True)
