"""The shared core: the words and phrases that stand in every text, and how much they make up."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.counts import Counts, document_frequency, sum_documents
from rhetorica.errors import NothingToShow, plural
from rhetorica.findings import DOTTED_TEXTS, Finding, amount, require_texts
from rhetorica.intervals import poisson_interval
from rhetorica.passages import first_in_prose, locate
from rhetorica.stop_words import is_left_out, left_out
from rhetorica.terms import Terms, count_terms, find_terms, leading
from rhetorica.tokens import units_of

_SHOWN = 20  # rows that a figure of a page still holds
_ENDING, _STEM = 4, 4  # letters that an ending may have, and that words alike share at least
_LISTED = 12  # terms and texts that are named in the alternative text
_NOISE_DIGITS = 9  # roots differ at 1e-16 between processors: rounded before anything is ordered
_PARAMETERS = ("stop_words", "leave_out", "lowercase", "lemmas", "longest_phrase", "n_terms")
_DOTS = (
    "Each row is a word or phrase that every text has, the most frequent and even first; each "
    "column a text. A dot is the rate, the line its interval, the number how often the term stands "
    "there. The bars at the left give the rate in all texts together (pale), marked down where few "
    "texts have most of the term (dark), and how even it is: 100% if all texts have it at the same "
    "rate, long texts counting for more. The bars above are texts: dark is what the whole core "
    "makes up, of all words and of those not left out. An arrow: beyond the axis."
)
_SHADES = (
    "Each row is a text, each column a word or phrase that every text has, the most frequent and "
    "even first; the darker the field, the higher the rate. The first column is what the whole "
    "core makes up, in percent of the text's words. Counts and intervals are in the csv."
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Core:
    """The terms of a corpus, their counts in each text, and which stand in all or all but one.

    `members` and `nearly` are numbers of terms; the members by adjusted frequency, those that
    one text lacks by how often it would be expected to have them.
    """

    terms: Terms
    counts: Counts
    members: Integers
    nearly: Integers

    def of(self, chosen: Integers) -> Integers:
        """Return texts x chosen terms: how often each stands in each text."""
        table: Integers = self.counts.matrix[:, chosen].toarray()
        return table


def adjusted_frequency(counts: Integers, sizes: Integers) -> Floats:
    """Return the adjusted frequency of each term: its count, less what is unevenly spread.

    `counts` is texts x terms, `sizes` the words of each text. KF = (Σ √(dᵢ fᵢ))², where dᵢ is the
    share of all words that text i has and fᵢ the count in it (Rosengren 1971; Gries 2008):
    the whole count F where every text has the term at the same rate, dᵢ F where one text has all.
    KF / F, Rosengren's S, is the evenness.

    >>> counts = np.array([[1, 4, 0], [1, 2, 4]])
    >>> adjusted_frequency(counts, np.array([30, 10])).round(4).tolist()
    [1.866, 5.9495, 1.0]
    """
    share = np.asarray(sizes, dtype=np.float64) / max(int(np.sum(sizes)), 1)
    adjusted: Floats = np.sqrt(share[:, None] * counts).sum(axis=0) ** 2
    return adjusted


def shared_core(corpus: Corpus) -> Finding:
    """Return the leading terms of those that stand in every text, with their rate in each.

    Columns: rank, term, document, label, words, short, count, per_1000_words, low, high,
    all_per_1000_words (in all texts together), adjusted_per_1000_words, evenness. Tables:
    ``shared_core_terms``, all terms of the core; ``shared_core_texts``, how much of each text it
    makes up; ``near_core``, the terms that one text lacks. Raises :class:`NothingToShow` for a
    single text, and where no term stands in all.
    """
    core = _core_of(corpus)
    chosen, texts = corpus.parameters, _texts(corpus, core)
    frame = _frame(corpus, core)
    return Finding(
        name="shared_core",
        title=_title(core, texts),
        frame=frame,
        unit="times per 1,000 words of the text; a text's core in percent of its words",
        reading=_DOTS if len(texts) <= DOTTED_TEXTS else _SHADES,
        formula="order by adjusted frequency KF = (Σ √(dᵢ fᵢ))², dᵢ = share of all words that text "
        "i has, fᵢ = count in it (Rosengren 1971); evenness = KF / Σ fᵢ; core of a text = words "
        "that lie in a place of a core term, each counted once, / all its words",
        scope=f"Intervals: {100 * chosen.confidence:g}%, exact Poisson (Garwood 1936), as if the "
        "places of a term were independent: too narrow where they cluster.",
        alt=_alt(frame, texts),
        notes=(*_notes(corpus, core, texts), *_repeats(frame, core)),
        parameters={name: getattr(chosen, name) for name in (*_PARAMETERS, "confidence")},
        tables={
            "shared_core_terms": _term_table(core, core.members),
            "shared_core_texts": texts,
            "near_core": _near_table(corpus, core),
        },
    )


def list_near_core(corpus: Corpus) -> pd.DataFrame:
    """Return the terms that all texts but one have, the most conspicuous absence first.

    Columns: term, missing from, would stand there (how often, at the rate of the other texts),
    in the others (how often), and like it there: words of that text that begin alike, other forms
    of the term perhaps. Terms that repeat another's words are left out. Raises
    :class:`NothingToShow` for fewer than three texts, and where there is no such term.
    """
    core = _spread(corpus)
    if len(corpus.sources) < 3:
        raise NothingToShow("Terms that all texts but one have need at least three texts.")
    if not len(core.nearly):
        raise NothingToShow("No term stands in all texts but one.")
    kept = _without_repeats(core, core.nearly, len(corpus.tokens), len(core.nearly))
    table = _near_table(corpus, core).set_index("term").loc[[core.terms.names[i] for i in kept]]
    missing = [core.counts.document_ids.index(name) for name in table["missing_from"]]
    return pd.DataFrame(
        {
            "term": table.index,
            "missing from": table["missing_label"].to_numpy(),
            "would stand there": [f"{amount(value)}×" for value in table["expected_there"]],
            "in the others": [f"{value:,}×" for value in table["count"]],
            "like it there": [
                _like(corpus, term, text) for term, text in zip(table.index, missing, strict=True)
            ],
        }
    )


def _like(corpus: Corpus, term: str, text: int) -> str:
    """List the words of a text that begin as a word does, but for what may be its ending."""
    if " " in term:
        return ""
    stem = term[: max(len(term) - _ENDING, _STEM)]
    own = corpus.counts.matrix[corpus.counts.unit_documents == text]
    count = np.asarray(own.sum(axis=0)).ravel()
    found = [i for i in np.flatnonzero(count) if corpus.counts.terms[i].startswith(stem)]
    return ", ".join(f"{corpus.counts.terms[i]} {count[i]}×" for i in found)


def core_sentences(corpus: Corpus, terms: int = 3) -> pd.DataFrame:
    """Return, for the leading terms of the core, a sentence of each text with each.

    Columns: term, text, block, raw_line, sentence. Raises as :func:`shared_core`.
    """
    core = _core_of(corpus)
    tables = []
    for term in _without_repeats(core, core.members, len(corpus.tokens), terms):
        places = core.terms.places(term)
        owners = units_of(corpus.tokens.documents, places)
        own = np.split(places, np.flatnonzero(np.diff(owners)) + 1)
        found = locate(corpus, np.array([first_in_prose(corpus, each) for each in own]))
        tables.append(found.assign(term=core.terms.names[term]))
    table: pd.DataFrame = pd.concat(tables, ignore_index=True).drop(columns=["sentence"])
    table = table.rename(columns={"text": "sentence", "label": "text"})
    return table[["term", "text", "block", "raw_line", "sentence"]]


@lru_cache(maxsize=4)
def _spread(corpus: Corpus) -> _Core:
    """Find the terms that stand in all texts, and in all but one; there may be none."""
    require_texts(len(corpus.sources), "a shared core")
    longest = corpus.parameters.longest_phrase
    terms, counts = find_terms(corpus, longest), sum_documents(count_terms(corpus, longest))
    spread, texts = document_frequency(counts), len(corpus.sources)
    members = np.flatnonzero(spread == texts)
    nearly = np.flatnonzero((spread == texts - 1) & (texts > 2))
    core = _Core(terms, counts, members, nearly)
    adjusted = adjusted_frequency(core.of(members), counts.sizes)
    return _Core(
        terms,
        counts,
        members[np.argsort(-np.round(adjusted, _NOISE_DIGITS), kind="stable")],
        nearly[np.argsort(-np.round(_absence(core)[1], _NOISE_DIGITS), kind="stable")],
    )


def _core_of(corpus: Corpus) -> _Core:
    core = _spread(corpus)
    if not len(core.members):
        raise NothingToShow(_nothing_shared(corpus, core))
    return core


def _nothing_shared(corpus: Corpus, core: _Core) -> str:
    """Say that no term stands in all texts, and which text has least in common with the others."""
    words = core.counts.matrix[:, core.terms.lengths == 1]
    also = np.bincount(words.indices, minlength=words.shape[1]) > 1
    shared, content = (np.asarray(m.sum(axis=1)).ravel() for m in (words[:, also], words))
    share = np.round(shared / np.maximum(content, 1), _NOISE_DIGITS)
    ids = core.counts.document_ids
    least = min(range(len(ids)), key=lambda i: (share[i], ids[i]))
    which = "both texts" if len(ids) == 2 else f"all {len(ids)} texts"
    advice = (
        ""
        if len(ids) == 2
        else f"; name fewer in the parameter 'texts', first without {ids[least]}"
    )
    return (
        f"No word that is counted stands in {which}: “{corpus.labels[least]}” has least in common, "
        f"with {share[least]:.0%} of its words in any other text{advice}."
    )


def _absence(core: _Core) -> tuple[Integers, Floats]:
    """Return, for the terms that one text lacks, which it is and how often it would have them."""
    counts, sizes = core.of(core.nearly), core.counts.sizes
    missing = np.argmin(counts, axis=0)
    return missing, sizes[missing] * counts.sum(axis=0) / (sizes.sum() - sizes[missing])


def _without_repeats(core: _Core, ranked: Integers, words: int, limit: int) -> list[int]:
    """Return the leading terms of a ranking, without those that repeat another's words."""
    counts = np.diff(core.terms.offsets)
    return leading(core.terms, ranked.tolist(), counts, (0, words), limit)


def _frame(corpus: Corpus, core: _Core) -> pd.DataFrame:
    """List the leading terms, each in every text."""
    chosen, sizes = corpus.parameters, core.counts.sizes
    limit = min(2 * chosen.n_terms, _SHOWN)
    shown = np.array(_without_repeats(core, core.members, len(corpus.tokens), limit))
    counts = core.of(shown)
    adjusted, total = adjusted_frequency(counts, sizes), counts.sum(axis=0)
    low, high = poisson_interval(counts, chosen.confidence)
    texts = np.tile(np.arange(len(sizes)), len(shown))
    rows = np.repeat(np.arange(len(shown)), len(sizes))
    return pd.DataFrame(
        {
            "rank": rows + 1,
            "term": [core.terms.names[shown[row]] for row in rows],
            "document": [core.counts.document_ids[i] for i in texts],
            "label": [corpus.labels[i] for i in texts],
            "words": sizes[texts],
            "short": np.where(sizes[texts] < chosen.short_text, "yes", "no"),
            "count": counts[texts, rows],
            "per_1000_words": 1000 * counts[texts, rows] / sizes[texts],
            "low": 1000 * low[texts, rows] / sizes[texts],
            "high": 1000 * high[texts, rows] / sizes[texts],
            "all_per_1000_words": 1000 * total[rows] / sizes.sum(),
            "adjusted_per_1000_words": 1000 * adjusted[rows] / sizes.sum(),
            "evenness": np.round(adjusted / total, _NOISE_DIGITS)[rows],
        }
    )


def _term_table(core: _Core, chosen: Integers) -> pd.DataFrame:
    """List terms, a row each: how often each stands in all texts together and in each."""
    counts, sizes = core.of(chosen), core.counts.sizes
    adjusted, total = adjusted_frequency(counts, sizes), counts.sum(axis=0)
    described: dict[str, object] = {
        "rank": np.arange(len(chosen)) + 1,
        "term": [core.terms.names[i] for i in chosen],
        "count": total,
        "per_1000_words": 1000 * total / sizes.sum(),
        "adjusted_per_1000_words": 1000 * adjusted / sizes.sum(),
        "evenness": np.round(adjusted / np.maximum(total, 1), _NOISE_DIGITS),
    }
    each = {f"count_{name}": counts[i] for i, name in enumerate(core.counts.document_ids)}
    return pd.DataFrame(described | each)


def _near_table(corpus: Corpus, core: _Core) -> pd.DataFrame:
    """List the terms that one text lacks, with that text."""
    missing, expected = _absence(core)
    table = _term_table(core, core.nearly)
    table.insert(2, "missing_from", [core.counts.document_ids[i] for i in missing])
    table.insert(3, "missing_label", [corpus.labels[i] for i in missing])
    table.insert(4, "expected_there", expected)
    return table


def _texts(corpus: Corpus, core: _Core) -> pd.DataFrame:
    """List how many words of each text are left out, and how many lie in a term of the core."""
    tokens, terms = corpus.tokens, core.terms
    gone = is_left_out(corpus.counts.terms, corpus.parameters)[corpus.term_of_type[tokens.codes]]
    of = np.repeat(np.arange(len(terms.names)), np.diff(terms.offsets))
    inside = np.isin(of, core.members)
    starts, lengths = terms.positions[inside], terms.lengths[of[inside]]
    covered = np.zeros(len(tokens), dtype=bool)
    for step in range(int(lengths.max())):
        covered[starts[lengths > step] + step] = True
    marks = np.stack([gone, covered, covered & ~gone]).astype(np.int64)
    left, all_words, content = np.add.reduceat(marks, tokens.documents[:-1], axis=1)
    sizes = core.counts.sizes
    return pd.DataFrame(
        {
            "document": core.counts.document_ids,
            "label": corpus.labels,
            "words": sizes,
            "left_out": left,
            "content_words": sizes - left,
            "core_words": all_words,
            "core_content_words": content,
            "share_of_words": all_words / sizes,
            "share_of_content_words": content / np.maximum(sizes - left, 1),
        }
    )


def _title(core: _Core, texts: pd.DataFrame) -> str:
    count, phrases = len(core.members), int((core.terms.lengths[core.members] > 1).sum())
    named = plural(count, "phrase" if phrases == count else "word")
    if 0 < phrases < count:
        named = f"{count:,} words and phrases"
    besides = ", besides those left out," if texts["left_out"].any() else ""
    stand, make = ("stands", "makes") if count == 1 else ("stand", "make")
    where = "both texts" if len(texts) == 2 else f"all {len(texts)} texts"
    share = _range(texts["share_of_words"])
    return f"{named}{besides} {stand} in {where} and {make} up {share} of each"


def _repeats(frame: pd.DataFrame, core: _Core) -> tuple[str, ...]:
    """Say that the figure shows only some of the terms, if it is so."""
    shown = frame["rank"].max()
    if shown == len(core.members):
        return ()
    return (
        f"Shown are {shown} of {len(core.members):,} terms, the first of those that do not repeat "
        "another's words; the table shared_core_terms has all.",
    )


def _range(shares: pd.Series) -> str:
    """Write the least and the largest of some shares, in percent."""
    low, high = amount(100 * shares.min()), amount(100 * shares.max())
    return f"{low}%" if low == high else f"{low} to {high}%"


def _alt(frame: pd.DataFrame, texts: pd.DataFrame) -> str:
    kind = "Dots with intervals" if len(texts) <= DOTTED_TEXTS else "Shaded fields"
    rows = frame.drop_duplicates("term").head(_LISTED)
    terms = ", ".join(
        f"{term} {amount(rate)}"
        for term, rate in zip(rows["term"], rows["adjusted_per_1000_words"], strict=True)
    )
    first = texts.head(_LISTED)
    shares = ", ".join(
        f"{label} {amount(100 * share)}%"
        for label, share in zip(first["label"], first["share_of_words"], strict=True)
    )
    more = len(texts) - _LISTED
    rest = f" and {plural(more, 'more text')}" if more > 0 else ""
    return (
        f"{kind}: rate of each term of the shared core in each text. Leading terms, adjusted rate "
        f"per 1,000 words: {terms}. The core's share of each text: {shares}{rest}."
    )


def _notes(corpus: Corpus, core: _Core, texts: pd.DataFrame) -> tuple[str, ...]:
    notes = list(left_out(corpus.counts, corpus.parameters))
    if texts["left_out"].any():
        part = _range(texts["left_out"] / texts["words"])
        notes.append(f"The words left out are {part} of each text.")
    shares = _range(texts["share_of_content_words"])
    notes.append(
        f"Of the content words of each text, those not left out, the core makes up {shares}."
    )
    if not len(core.nearly):
        return tuple(notes)
    sizes, ids = core.counts.sizes, core.counts.document_ids
    shortest = min(range(len(ids)), key=lambda i: (sizes[i], ids[i]))
    more = int((_absence(core)[0] == shortest).sum())
    notes.append(
        "The shortest text limits what all can share: without "
        f"“{corpus.labels[shortest]}” ({plural(int(sizes[shortest]), 'word')}) "
        f"{plural(len(core.members) + more, 'term')} would stand in all the others. In all texts "
        f"but any one: {plural(len(core.nearly), 'further term')}."
    )
    return tuple(notes)
