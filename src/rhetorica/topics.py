"""Topics: words that stand in the same paragraphs; how many topics, and how much of each text."""

import numpy as np
import pandas as pd

from rhetorica.corpus import Corpus
from rhetorica.counts import document_frequency
from rhetorica.errors import NothingToShow, plural
from rhetorica.findings import DOTTED_TEXTS, Finding, percent, require_texts
from rhetorica.passages import locate, paragraph_texts
from rhetorica.resampling import MIN_UNITS, generator, ratio_interval
from rhetorica.stability import (
    DEPTH,
    EACH,
    KEPT,
    LEAST_UNITS,
    SURE,
    Stability,
    as_stable,
    beyond_chance,
    by_chance,
    chosen_number,
    measure_stability,
    most_stable,
    sure_numbers,
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
_USED = (
    "n_topics", "max_topics", "topic_phrase", "stop_words", "leave_out", "lowercase", "lemmas",
    "seed",
)  # fmt: skip


def chosen_topics(corpus: Corpus) -> Topics:
    """Return the model of `n_topics` topics, or where that is 0 of the most stable number.

    Raises :class:`NothingToShow` where the texts cannot hold so many.
    """
    return fit_topics(corpus, chosen_number(corpus))


def topic_number(corpus: Corpus) -> Finding:
    """Return how stable each number of topics is, beside what chance gives.

    Columns: topics (the number), stability, low, high (two standard errors of it), chance,
    chance_low, chance_high, beyond_chance, standard_error, chosen ("yes" or "no"). Raises
    :class:`NothingToShow` where there are too few paragraphs.
    """
    stability = measure_stability(corpus)
    if not stability.numbers:
        raise NothingToShow(
            f"{plural(stability.units, 'paragraph')} cannot tell which number of topics is "
            f"stable: it takes at least {LEAST_UNITS} that share words. "
            f"{plural(chosen_number(corpus), 'topic')} are taken."
        )
    frame = _curve(corpus, stability)
    listed = "; ".join(
        f"{row.topics}: {row.stability:.2f} (chance {row.chance:.2f})" for row in frame.itertuples()
    )
    return Finding(
        name="topic_number",
        title=_number_title(corpus, stability),
        frame=frame,
        unit="stability, from 0 to 1, where every topic comes back with the same leading terms",
        reading="Each dot is a number of topics; the higher, the better the topics come back "
        "when a fifth of the paragraphs is left out. Grey: what chance gives, from texts whose "
        "words were shuffled; only a dot above it says something. Taken is the number with the "
        "largest stability beyond chance.",
        formula=f"{_measured(corpus)}; chance C = the same of {stability.draws[1]} shufflings, "
        f"each term and each paragraph as long as it was, {EACH} samples of each; stability beyond "
        "chance = (S - C) / (1 - C); of exactly equal ones the smaller",
        scope=f"Lines: {SURE:g} standard errors on either side of the mean over the samples. Grey: "
        f"{SURE:g} standard deviations of shuffled texts on either side of theirs. Both speak of "
        "these paragraphs, not of other texts.",
        alt=f"Dots of stability by number of topics, chance beside them. {listed}.",
        notes=(*left_out(corpus.counts, corpus.parameters), *_number_notes(corpus)),
        parameters=_parameters(corpus),
    )


def _curve(corpus: Corpus, stability: Stability) -> pd.DataFrame:
    mean = stability.observed.mean(axis=0)
    chance, spread = by_chance(stability)
    adjusted, error, _ = beyond_chance(stability)
    drawn = stability.observed.std(axis=0, ddof=1) / np.sqrt(len(stability.observed))
    taken = chosen_number(corpus)
    return pd.DataFrame(
        {
            "topics": stability.numbers,
            "stability": mean,
            "low": np.maximum(mean - SURE * drawn, 0),
            "high": np.minimum(mean + SURE * drawn, 1),
            "chance": chance,
            "chance_low": np.maximum(chance - SURE * spread, 0),
            "chance_high": np.minimum(chance + SURE * spread, 1),
            "beyond_chance": adjusted,
            "standard_error": error,
            "chosen": ["yes" if number == taken else "no" for number in stability.numbers],
        }
    )


def _number_title(corpus: Corpus, stability: Stability) -> str:
    asked, best = corpus.parameters.n_topics, most_stable(stability)
    mean, chance = stability.observed.mean(axis=0), by_chance(stability)[0]
    taken, sure = asked or best, sure_numbers(stability)
    agree = "their stability cannot be told"
    if taken in stability.numbers:
        place = stability.numbers.index(taken)
        agree = f"agreement {mean[place]:.2f}, by chance {chance[place]:.2f}"
    if asked:
        tried = f"of {stability.numbers[0]} to {stability.numbers[-1]} tried"
        better = f"{tried}, {best} come back best" if best != asked else f"{tried}, none better"
        better = better if sure else "no number is surely above chance"
        return f"{asked} topics were asked for: {agree}; {better}"
    if not sure:
        return f"No number of topics is surely more stable than chance; {best} are taken"
    if best not in sure:
        above = f"{_listed(sure)} {'is' if len(sure) == 1 else 'are'}"
        return f"{best} topics come back best ({agree}), but not surely above chance; {above}"
    near = as_stable(stability)
    if near:
        numbers = _listed(tuple(sorted((*near, best))), "or")
        return f"{numbers} topics come back about equally well; {best} are taken: {agree}"
    return f"{best} topics come back best when paragraphs are left out: {agree}"


def _listed(numbers: tuple[int, ...], last: str = "and") -> str:
    names = [str(number) for number in numbers]
    return f" {last} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _number_notes(corpus: Corpus) -> tuple[str, ...]:
    """Say how the number of topics came about, and on how much of the texts that rests."""
    chosen, stability = corpus.parameters, measure_stability(corpus)
    taken, numbers = chosen_number(corpus), stability.numbers
    if chosen.n_topics:
        notes = [f"The number of topics was set: n_topics = {taken}."]
    elif not numbers:
        notes = [
            f"{plural(stability.units, 'paragraph')} are too few to tell which number of topics "
            f"is stable: {taken} are taken."
        ]
    elif not beyond_chance(stability)[2].any():
        notes = [f"No number of topics is surely more stable than chance: {taken} are taken."]
    else:
        near = _listed(as_stable(stability)) or "none"
        notes = [
            f"{taken} is the most stable of {numbers[0]} to {numbers[-1]} topics beyond chance; "
            f"within one standard error of it: {near}."
        ]
    if numbers and not chosen.n_topics and taken == numbers[-1] == chosen.max_topics:
        notes.append("It is the largest that was tried: see what a larger max_topics gives.")
    if numbers and numbers[-1] < chosen.max_topics:
        notes.append(f"More than {plural(numbers[-1], 'topic')} these texts cannot hold.")
    units = int((np.diff(modelled_counts(corpus).matrix.indptr) > 0).sum())
    if numbers and stability.units < units:
        notes.append(f"Stability is that of {stability.units:,} of {units:,} paragraphs, drawn.")
    return tuple(notes)


def _measured(corpus: Corpus) -> str:
    """Say how stability was measured."""
    resamples, _ = measure_stability(corpus).draws
    if not resamples:
        return "stability not measured"
    return (
        f"stability = mean agreement of the topics with those of {resamples} samples of {KEPT:.0%} "
        "of the paragraphs, topics paired one to one; agreement = average Jaccard score of the "
        f"{DEPTH} heaviest terms (Greene, O'Callaghan & Cunningham 2014)"
    )


def _parameters(corpus: Corpus, *names: str) -> dict[str, object]:
    return {name: getattr(corpus.parameters, name) for name in (*_USED, *names)}


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
        f"out; {_measured(corpus)}",
        scope=f"Intervals: {percent(chosen.confidence)} bootstrap over the paragraphs of each text "
        f"({chosen.n_draws:,} draws), the topics held fixed; they say nothing of other texts.",
        alt=_alt(frame),
        notes=(
            *left_out(corpus.counts, chosen),
            *_number_notes(corpus),
            *_few(corpus),
            *_uncovered(frame),
        ),
        parameters=_parameters(corpus, "short_text", "n_draws", "confidence"),
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
            low, high = ratio_interval(mass, words, chosen.confidence, chosen.n_draws, random)
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
        f"topic; dark part = weight × specificity; {_NAMED}; {_measured(corpus)}",
        alt=f"Bars of term weights, a panel for each topic. Topics: {listed}.",
        notes=(*left_out(corpus.counts, corpus.parameters), *_number_notes(corpus)),
        parameters=_parameters(corpus, "n_terms"),
    )


def _terms_title(corpus: Corpus, names: tuple[str, ...], stability: list[float]) -> str:
    known = measure_stability(corpus)
    if np.isnan(stability).any():
        return f"The {len(names)} topics and their heaviest terms"
    if not beyond_chance(known)[2].any():
        return (
            f"The {len(names)} topics and their terms: no number of topics is surely above chance"
        )
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
