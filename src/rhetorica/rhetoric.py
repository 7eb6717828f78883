"""Rhetoric: the rates of each text's rhetoric as a finding, and the sentences behind them."""

import numpy as np
import pandas as pd

from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow, ParameterError, nearest, plural
from rhetorica.findings import DOTTED_TEXTS, Finding, amount
from rhetorica.rates import (
    MIN_HITS,
    MIN_PARAGRAPHS,
    rate_groups,
    rate_table,
    stated_parameters,
)
from rhetorica.spans import (
    Group,
    chosen_categories,
    counting,
    exported_spans,
    find_spans,
    lexicon_of,
)

_LISTED = 12  # so many texts are named in the alternative text
_ENTRY_SHOWN = 60  # characters of an entry, in a table
_DOTS = (
    "Each row is a category of rhetoric, each column a text. A dot is the rate, the line its "
    "interval, broken where it rests on few hits or paragraphs, the number the hits. In the strip "
    "below, every hit stands where it stands in the text, from its beginning at the left to its "
    "end at the right. A group, in bold, is the union of its categories: its rate and interval."
)
_SHADES = (
    "Each row is a text, each column a category of rhetoric; the darker the field, the higher the "
    "rate. Hits and intervals are in the csv."
)


def rhetoric_rates(corpus: Corpus) -> Finding:
    """Return the rate of each category and parent in each text, with interval and dispersion.

    Columns as of :func:`~rhetorica.rates.rate_table`. The table ``rhetoric_spans`` goes with
    it: every hit, of which the rates are the sums.
    """
    chosen, frame = corpus.parameters, rate_table(corpus)
    return Finding(
        name="rhetoric_rates",
        title=_title(frame),
        frame=frame.copy(),  # the table is kept, and not everybody's to change
        unit="hits per 1,000 words of the text",
        reading=_reading(len(corpus.sources)),
        formula="rate = 1,000 × hits / all word tokens. Within a category the longest of "
        "overlapping hits counts; one word may count in several categories, and in a group once. "
        "DP = ½ Σ |share of the hits - share of the words| over the paragraphs (Gries 2008)",
        scope=f"Intervals: {100 * chosen.confidence:g}%, a bootstrap over the paragraphs of each "
        f"text ({chosen.n_draws:,} draws); with fewer than {MIN_PARAGRAPHS} paragraphs or "
        f"{MIN_HITS} hits the exact Poisson interval (Garwood 1936), as if hits fell "
        "independently: too narrow where they cluster. They say how far a rate may be chance of "
        "this text's paragraphs, and nothing of other texts.",
        alt=_alt(frame),
        notes=_notes(corpus, frame),
        parameters=stated_parameters(corpus),
        tables={"rhetoric_spans": exported_spans(find_spans(corpus))},
    )


def _reading(texts: int) -> str:
    drawn = _DOTS if texts <= DOTTED_TEXTS else _SHADES
    if texts == 1:
        return drawn
    return (
        f"{drawn} The title names the category with the largest difference between two texts whose "
        "intervals do not overlap; texts marked as short are left aside where two others are not."
    )


def _widest(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series] | None:
    """Return the highest and lowest rate of the category that differs most; none if none does."""
    widest, found = 0.0, None
    own = frame[frame["kind"] == "category"]
    long = own[own["short"] == "no"]
    # A few words more or less decide a short text's rate; with no two long ones, all are taken.
    long = long if long["label"].nunique() > 1 else own
    for _, own in long.groupby("category", sort=False):
        rates = own["per_1000_words"].to_numpy()
        most, least = own.iloc[int(rates.argmax())], own.iloc[int(rates.argmin())]
        if most["low"] > least["high"] and np.ptp(rates) > widest:
            widest, found = float(np.ptp(rates)), (most, least)
    return found


def _title(frame: pd.DataFrame) -> str:
    if frame["label"].nunique() == 1:
        own = frame[frame["kind"] == "category"]
        top = own.iloc[int(own["per_1000_words"].to_numpy().argmax())]
        if not top["hits"]:
            return "No category has a hit"
        rate = f"{amount(top['per_1000_words'])} hits per 1,000 words"
        return f"{top['category_label']} is the most frequent category, with {rate}"
    found = _widest(frame)
    if found is None:
        return "No category differs between two texts by more than its intervals allow"
    most, least = found
    alone = frame.loc[frame["kind"] == "category", "category"].nunique() == 1
    claim = f"{most['category_label']} differs{'' if alone else ' most'}"
    return (
        f"{claim}: {amount(most['per_1000_words'])} hits per 1,000 "
        f"words in “{most['label']}”, {amount(least['per_1000_words'])} in “{least['label']}”"
    )


def _alt(frame: pd.DataFrame) -> str:
    categories = frame[frame["kind"] == "category"]
    every = categories.loc[categories.groupby("label", sort=False)["per_1000_words"].idxmax()]
    best = every.head(_LISTED)
    rest = f"; and {plural(len(every) - _LISTED, 'more text')}" if len(every) > _LISTED else ""
    kind = "Dots with intervals, and strips of where the hits stand"
    if len(every) > DOTTED_TEXTS:
        kind = "Shaded fields"
    listed = "; ".join(
        f"{label}: {category} {amount(rate)}" if rate else f"{label}: no hit"
        for label, category, rate in zip(
            best["label"], best["category_label"], best["per_1000_words"], strict=True
        )
    )
    return (
        f"{kind}: hits per 1,000 words by category and text. "
        f"Most frequent category of each text: {listed}{rest}."
    )


def _notes(corpus: Corpus, frame: pd.DataFrame) -> tuple[str, ...]:
    chosen = corpus.parameters
    notes = [
        f"Lexicon: {lexicon_of(corpus).title}. Its patterns are not proof of a text's intent: "
        "read the sentences behind a rate."
    ]
    if chosen.min_certainty > 0:
        notes.append(f"Entries of less certainty than {chosen.min_certainty:g} are left out.")
    texts = frame.drop_duplicates("document")
    short = texts[texts["short"] == "yes"]
    if len(short):
        listed = ", ".join(
            f"{label} ({words} words)"
            for label, words in list(zip(short["label"], short["words"], strict=True))[:_LISTED]
        )
        more = f" and {len(short) - _LISTED} more" if len(short) > _LISTED else ""
        notes.append(
            f"Marked as short, with fewer than {chosen.short_text:,} words: {listed}{more}. "
            f"There, one hit more or less changes a rate by {1000 / short['words'].max():.1f} "
            "per 1,000 words or more."
        )
    return tuple(notes)


def evidence_of(corpus: Corpus) -> pd.DataFrame:
    """Return the hits behind one bar, or several, as the sentences they stand in.

    The parameter `evidence` names categories (or parents) and texts; what it does not name is
    what the title of the figure speaks of. Columns: text, category, hits (the words that count
    there), paragraph (counted with titles and headings), raw_line, sentence. Raises
    :class:`ParameterError` for a name that is neither, :class:`NothingToShow` without a hit.
    """
    check_evidence(corpus)
    groups, documents = _asked(corpus)
    spans = find_spans(corpus)
    tables = []
    for group in groups:
        own = counting(spans, group)
        own = own[own["document"].isin(documents)]
        tables.append(own.assign(group=group.label))
    hits = pd.concat(tables)
    if hits.empty:
        labels = ", ".join(f"“{group.label}”" for group in groups)
        raise NothingToShow(f"{labels} has no hit in {', '.join(documents)}.")
    rows = []
    for (_, _, _), own in hits.groupby(["document", "sentence", "group"], sort=False):
        one = own.iloc[0]
        words = ", ".join(own["hit"])
        rows.append((one["label"], one["group"], words, one["block"], one["raw_line"], one["text"]))
    names = ["text", "category", "hits", "paragraph", "raw_line", "sentence"]
    return pd.DataFrame(rows, columns=names)


def check_evidence(corpus: Corpus) -> None:
    """Raise :class:`ParameterError` where `evidence` names neither a category nor a text."""
    texts = [source.document.id for source in corpus.sources]
    known = [*(group.id for group in rate_groups(corpus)), *texts]
    for name in corpus.parameters.evidence:
        if name not in known:
            raise ParameterError(
                f"evidence: there is neither a category nor a text '{name}' here."
                f"{nearest(name, known)} Known: {', '.join(known)}."
            )


def _asked(corpus: Corpus) -> tuple[list[Group], list[str]]:
    """Return the groups and the ids of the texts that the parameter `evidence` asks for."""
    every = rate_groups(corpus)
    by_id = {group.id: group for group in every}
    texts = [source.document.id for source in corpus.sources]
    names = corpus.parameters.evidence
    groups = [by_id[name] for name in names if name in by_id]
    documents = [name for name in names if name in texts]
    frame = rate_table(corpus)
    if not groups:
        own = frame[frame["document"].isin(documents or texts)]
        own = own[own["kind"] == "category"]
        found = None if documents else _widest(frame)
        best = found[0] if found else own.iloc[int(own["per_1000_words"].to_numpy().argmax())]
        groups = [by_id[str(best["category"])]]
        documents = documents or [str(best["document"])]
    return groups, documents or texts


def leading_entries(corpus: Corpus) -> pd.DataFrame:
    """Return, for each category, its most frequent entry and how much of the category it makes.

    Columns: category, hits, entries (that found something), leading_entry, its_share. A category
    that rests on one entry says little more than that entry's word.
    """
    spans = find_spans(corpus)
    rows = []
    for category in chosen_categories(corpus):
        own = spans[(spans["category"] == category.id) & (spans["suppressed_by"] == "")]
        if own.empty:
            continue
        counts = (
            own["entry"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        )
        share = counts.iloc[0] / len(own)
        leading = str(counts.index[0])
        if len(leading) > _ENTRY_SHOWN:
            leading = f"{leading[:_ENTRY_SHOWN]}…"
        rows.append((category.label, len(own), len(counts), leading, f"{share:.0%}"))
    names = ["category", "hits", "entries", "leading_entry", "its_share"]
    return pd.DataFrame(rows, columns=names)


def example_sentences(corpus: Corpus, per_category: int = 2) -> pd.DataFrame:
    """Return, for each category, the first sentences of the text that uses it most.

    Columns: category, text, hits (the words that counted), paragraph, raw_line, sentence.
    """
    rates = rate_table(corpus)
    rates = rates[rates["kind"] == "category"]
    best = rates.loc[rates.groupby("category", sort=False)["per_1000_words"].idxmax()]
    spans = find_spans(corpus)
    spans = spans[spans["suppressed_by"] == ""]
    rows = []
    for category, label, document in best[["category", "category_label", "document"]].to_numpy():
        own = spans[(spans["category"] == category) & (spans["document"] == document)]
        for _, hits in list(own.groupby("sentence"))[:per_category]:
            first = hits.iloc[0]
            words = ", ".join(hits["hit"])
            rows.append(
                (label, first["label"], words, first["block"], first["raw_line"], first["text"])
            )
    names = ["category", "text", "hits", "paragraph", "raw_line", "sentence"]
    return pd.DataFrame(rows, columns=names)


def describe_dispersion(corpus: Corpus) -> pd.DataFrame:
    """Return how unevenly each category is spread over the paragraphs of each text.

    Columns: category, then for each text DPnorm and, after a bar, the DPnorm that as many hits
    would have by chance; a dash where there are fewer than two hits.
    """
    frame = rate_table(corpus)
    rows = []
    for label, own in frame.groupby("category_label", sort=False):
        cells = {
            item["label"]: f"{item['dp_norm']:.2f} | {item['dp_norm_by_chance']:.2f}"
            if item["hits"] > 1 and not np.isnan(item["dp_norm"])
            else "–"
            for item in own.to_dict("records")
        }
        rows.append({"category": label} | cells)
    return pd.DataFrame(rows)


def describe_categories(corpus: Corpus) -> pd.DataFrame:
    """Return what each chosen category counts and what it does not: its definition."""
    lexicon = lexicon_of(corpus)
    rows = [
        (
            category.label,
            lexicon.parents.get(category.parent, ""),
            category.include,
            category.exclude,
        )
        for category in chosen_categories(corpus)
    ]
    return pd.DataFrame(rows, columns=["category", "group", "counts", "does_not_count"])
