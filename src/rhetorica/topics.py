"""Topics: groups of words that stand in the same paragraphs, and their share in each text."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.counts import Counts, document_frequency, select_terms, tf_idf_formula, weight_tf_idf
from rhetorica.errors import NothingToShow, plural
from rhetorica.findings import DOTTED_TEXTS, Finding, require_texts
from rhetorica.passages import paragraph_texts
from rhetorica.resampling import MIN_UNITS, generator, ratio_interval
from rhetorica.stop_words import content_counts, left_out

_MAX_ITERATIONS = 2000  # NMF of a small corpus settles well within this
_LISTED = 12  # so many texts are named in the alternative text
_DOTS = (
    "Each row is a topic, named by its three heaviest words; each column a text. A dot is the "
    "topic's share of the text, the line its interval."
)
_SHADES = (
    "Each row is a text, each column a topic, named by its three heaviest words; the darker the "
    "field, the larger the topic's share of the text. Intervals are in the csv."
)
_NAME_TERMS = 3  # terms that name a topic
_NOISE_DIGITS = 9  # NMF differs at 1e-16 between processors: rounded before anything is ordered


@dataclass(frozen=True, eq=False)
class Topics:
    """A topic model of the paragraphs.

    `weights` is topics x terms (how much of the topic a term is, rows sum to 1); `mixture` is
    paragraphs x topics (rows sum to 1, or to 0 where a paragraph has no term of the model).
    Topics are in descending order of their share of the corpus.
    """

    terms: tuple[str, ...]
    weights: NDArray[np.float64]
    mixture: NDArray[np.float64]

    def __repr__(self) -> str:
        return f"<Topics: {len(self.weights)} topics over {len(self.terms)} terms>"


@lru_cache(maxsize=4)
def fit_topics(corpus: Corpus) -> Topics:
    """Fit NMF to the TF-IDF of the paragraphs (Lee & Seung 1999; scikit-learn's solver).

    Terms stand in at least two paragraphs; rows have length 1; the start is NNDSVD with zeros
    filled by the mean (Boutsidis & Gallopoulos 2008), so that it depends on nothing random but
    its seeded decomposition. Raises :class:`NothingToShow` where `n_topics` is more than the
    texts can hold.
    """
    from sklearn.decomposition import NMF

    chosen = corpus.parameters
    shared = _shared_terms(corpus)
    problem = too_many_topics(corpus)
    if problem:
        raise NothingToShow(problem)
    model = NMF(
        n_components=chosen.n_topics,
        init="nndsvda",
        random_state=chosen.seed,
        max_iter=_MAX_ITERATIONS,
    )
    # A perfect fit leaves an error of -1e-17, and scikit-learn takes its square root.
    with np.errstate(invalid="ignore"):
        mixture = model.fit_transform(weight_tf_idf(shared, "smooth", normalise=True).matrix)
    return _ordered(shared.terms, model.components_, mixture, corpus.counts.sizes)


def too_many_topics(corpus: Corpus) -> str:
    """Say why the texts cannot hold as many topics as `n_topics` asks for; nothing if they can."""
    shared = _shared_terms(corpus)
    rows, wanted = int((np.diff(shared.matrix.indptr) > 0).sum()), corpus.parameters.n_topics
    limit = min(rows, len(shared.terms))
    if wanted <= limit:
        return ""
    advice = f"The nearest is {limit}." if limit > 1 else "They are too short for topics."
    return (
        f"n_topics = {wanted} is more than these texts can hold: "
        f"{rows} paragraphs share {plural(len(shared.terms), 'term')}. {advice}"
    )


def _shared_terms(corpus: Corpus) -> Counts:
    content = content_counts(corpus.counts, corpus.parameters)
    return select_terms(content, document_frequency(content) >= 2)


def _ordered(
    terms: tuple[str, ...],
    components: NDArray[np.float64],
    mixture: NDArray[np.float64],
    sizes: NDArray[np.int64],
) -> Topics:
    scale = components.sum(axis=1)
    weights = components / np.where(scale > 0, scale, 1)[:, None]
    strength = mixture * scale
    total = strength.sum(axis=1, keepdims=True)
    shares = np.round(strength / np.where(total > 0, total, 1), _NOISE_DIGITS)
    order = np.argsort(-np.round(sizes @ shares, 6), kind="stable")
    return Topics(terms, np.round(weights, _NOISE_DIGITS)[order], shares[:, order])


def topic_names(topics: Topics, count: int = _NAME_TERMS) -> tuple[str, ...]:
    """Name each topic by its heaviest terms, ties in alphabetical order."""
    return tuple(
        ", ".join(topics.terms[i] for i in np.argsort(-row, kind="stable")[:count])
        for row in topics.weights
    )


def topic_shares(corpus: Corpus) -> Finding:
    """Return the share of each topic in each text, with its bootstrap interval.

    Columns: document, label, topic (number), name, share, low, high, words. Raises
    :class:`NothingToShow` for a single text.
    """
    require_texts(len(corpus.sources), "a comparison of topic shares")
    chosen = corpus.parameters
    frame = _shares(corpus)
    top = frame.iloc[int(frame["share"].to_numpy().argmax())]
    return Finding(
        name="topic_shares",
        title=f"The topic “{top['name']}” fills {top['share']:.0%} of “{top['label']}”",
        frame=frame,
        unit="share of a text's words, by paragraph",
        reading=_DOTS if len(corpus.sources) <= DOTTED_TEXTS else _SHADES,
        formula=f"NMF with {chosen.n_topics} topics on {tf_idf_formula('smooth', True)}, "
        "N = paragraphs, titles and headings; share = mean of their mixtures, weighted by words; "
        "those without a word of the model are left out",
        scope=f"Intervals: {chosen.confidence:.0%} bootstrap over the paragraphs of each text "
        f"({chosen.n_draws:,} draws), the topics held fixed; they say nothing of other texts.",
        alt=_alt(frame),
        notes=_notes(corpus),
        parameters={
            name: getattr(chosen, name)
            for name in (
                "n_topics",
                "stop_words",
                "leave_out",
                "lowercase",
                "seed",
                "n_draws",
                "confidence",
            )
        },
    )


def _shares(corpus: Corpus) -> pd.DataFrame:
    """List the share of each topic in each text, with its interval."""
    chosen = corpus.parameters
    topics = fit_topics(corpus)
    names = topic_names(topics)
    covered = corpus.counts.sizes * (topics.mixture.sum(axis=1) > 0)
    rows = []
    for i, source in enumerate(corpus.sources):
        own = corpus.counts.unit_documents == i
        words = covered[own].astype(float)
        mass = topics.mixture[own] * words[:, None]
        random = generator(chosen.seed, "topic_shares", source.document.id)
        low, high = ratio_interval(mass, words, chosen.confidence, chosen.n_draws, random)
        shares = mass.sum(axis=0) / max(words.sum(), 1)
        for k, name in enumerate(names):
            rows.append(
                {
                    "document": source.document.id,
                    "label": source.document.label,
                    "topic": k + 1,
                    "name": name,
                    "share": shares[k],
                    "low": low[k],
                    "high": high[k],
                    "words": int(words.sum()),
                }
            )
    return pd.DataFrame(rows)


def _alt(frame: pd.DataFrame) -> str:
    every = frame.loc[frame.groupby("label", sort=False)["share"].idxmax()]
    best = every.head(_LISTED)
    rest = f"; and {plural(len(every) - _LISTED, 'more text')}" if len(every) > _LISTED else ""
    kind = "Dots with intervals" if len(every) <= DOTTED_TEXTS else "Shaded fields"
    listed = "; ".join(
        f"{r.label}: {r.name_} {r.share:.0%}"
        for r in best.rename(columns={"name": "name_"}).itertuples()
    )
    return f"{kind}: share of each topic in each text. Largest topic of each: {listed}{rest}."


def _notes(corpus: Corpus) -> tuple[str, ...]:
    notes = [*left_out(corpus.parameters), "Another number of topics would draw other lines."]
    blocks = np.bincount(corpus.counts.unit_documents, minlength=len(corpus.sources))
    few = [label for label, n in zip(corpus.labels, blocks, strict=True) if n < MIN_UNITS]
    if few:
        notes.append(f"Too few paragraphs for an interval: {', '.join(few[:12])}.")
    return tuple(notes)


def topic_terms(corpus: Corpus) -> Finding:
    """Return the heaviest terms of each topic, with their weight and the blocks they stand in.

    Columns: topic, name, rank, term, weight, blocks.
    """
    topics = fit_topics(corpus)
    names = topic_names(topics)
    frequency = dict(zip(corpus.counts.terms, document_frequency(corpus.counts), strict=True))
    rows = [
        {
            "topic": k + 1,
            "name": names[k],
            "rank": rank + 1,
            "term": topics.terms[i],
            "weight": row[i],
            "blocks": int(frequency[topics.terms[i]]),
        }
        for k, row in enumerate(topics.weights)
        for rank, i in enumerate(np.argsort(-row, kind="stable")[: corpus.parameters.n_terms])
    ]
    listed = "; ".join(f"{k + 1}: {name}" for k, name in enumerate(names))
    return Finding(
        name="topic_terms",
        title=f"The {len(names)} topics and their heaviest words",
        frame=pd.DataFrame(rows),
        unit="share of a topic's weight",
        reading="Each panel is a topic; the longer the bar, the more the word makes the topic.",
        formula="weight = term's entry in the topic's row of NMF, the row scaled to sum to 1",
        alt=f"Bars of term weights, a panel for each topic. Topics: {listed}.",
        parameters={"n_topics": corpus.parameters.n_topics, "n_terms": corpus.parameters.n_terms},
    )


def topic_paragraphs(corpus: Corpus, per_topic: int = 2) -> pd.DataFrame:
    """Return the paragraphs in which each topic is strongest, to be read: one row a paragraph."""
    topics = fit_topics(corpus)
    names = topic_names(topics)
    mass = topics.mixture * np.sqrt(corpus.counts.sizes)[:, None]
    rows = []
    for k, name in enumerate(names):
        best = np.argsort(-np.round(mass[:, k], 6), kind="stable")[:per_topic]
        for unit, text in zip(best, paragraph_texts(corpus, best), strict=True):
            label = corpus.labels[corpus.counts.unit_documents[unit]]
            rows.append(
                {"topic": name, "share": topics.mixture[unit, k], "text": label, "paragraph": text}
            )
    return pd.DataFrame(rows)
