"""How many topics: the number that comes back best, beside what chance gives."""

import numpy as np
import pandas as pd

from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow, plural
from rhetorica.findings import Finding
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
)
from rhetorica.stop_words import left_out
from rhetorica.topic_model import modelled_counts

_USED = (
    "n_topics", "max_topics", "topic_phrase", "stop_words", "leave_out", "lowercase", "lemmas",
    "seed",
)  # fmt: skip


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
        formula=f"{measured(corpus)}; chance C = the same of {stability.draws[1]} shufflings, "
        f"each term and each paragraph as long as it was, {EACH} samples of each; stability beyond "
        "chance = (S - C) / (1 - C); of exactly equal ones the smaller",
        scope=f"Lines: {SURE:g} standard errors on either side of the mean over the samples. Grey: "
        f"{SURE:g} standard deviations of shuffled texts on either side of theirs. Both speak of "
        "these paragraphs, not of other texts.",
        alt=f"Dots of stability by number of topics, chance beside them. {listed}.",
        notes=(*left_out(corpus.counts, corpus.parameters), *number_notes(corpus)),
        parameters=parameters_of(corpus),
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


def number_notes(corpus: Corpus) -> tuple[str, ...]:
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


def measured(corpus: Corpus) -> str:
    """Say how stability was measured."""
    resamples, _ = measure_stability(corpus).draws
    if not resamples:
        return "stability not measured"
    return (
        f"stability = mean agreement of the topics with those of {resamples} samples of {KEPT:.0%} "
        "of the paragraphs, topics paired one to one; agreement = average Jaccard score of the "
        f"{DEPTH} heaviest terms (Greene, O'Callaghan & Cunningham 2014)"
    )


def parameters_of(corpus: Corpus, *names: str) -> dict[str, object]:
    """Return the parameters that every figure of topics depends on, and some more."""
    return {name: getattr(corpus.parameters, name) for name in (*_USED, *names)}
