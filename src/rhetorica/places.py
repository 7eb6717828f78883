"""Places: where in each text the words stand that one asks for, and how often."""

from collections.abc import Iterable
from functools import lru_cache
from math import comb

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.concordance import pattern_hits, read_pattern
from rhetorica.corpus import Corpus
from rhetorica.dispersion import deviation_by_chance, deviation_of_proportions
from rhetorica.entries import Entry
from rhetorica.errors import NothingToShow, ParameterError, plural
from rhetorica.findings import Finding, amount
from rhetorica.passages import locate
from rhetorica.rates import MIN_HITS, MIN_PARAGRAPHS, estimate_text
from rhetorica.spans import matcher_of
from rhetorica.tokens import units_of

MAX_WORDS = 6  # patterns in one figure
_BLOCK_ROWS, _ROWS = 40, 60  # rows of a block, and of all together, that a page has room for
_LISTED = 12  # so many texts are named in a note
_NAMED = 3  # so many texts are named for each pattern in the alternative text
# Where nothing differs, the intervals of two texts stand apart in about one of 200 cases: among so
# many pairs that is to be expected in one of twenty findings.
_MANY_PAIRS = 10
_COLUMNS = (
    "document", "word", "block", "sentence", "raw_line", "start", "end", "position", "hit", "text",
)  # fmt: skip


def read_words(patterns: Iterable[str]) -> tuple[Entry, ...]:
    """Return the patterns of the parameter `words`, those that mean the same once.

    They are written as for ``rhetorica kwic``. Raises :class:`ParameterError` for one that can
    never match and for more than :data:`MAX_WORDS`.
    """
    try:
        entries = [read_pattern(" ".join(pattern.split())) for pattern in patterns]
    except ParameterError as error:
        raise ParameterError(f"words: {error}") from None
    by_words: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        by_words.setdefault(entry.words, entry)
    if len(by_words) > MAX_WORDS:
        raise ParameterError(
            f"words has {len(by_words)} patterns, and the figure has room for {MAX_WORDS}: "
            "leave some out."
        )
    return tuple(by_words.values())


@lru_cache(maxsize=8)
def _spans_of(corpus: Corpus) -> tuple[tuple[Entry, NDArray[np.int64]], ...]:
    """Return the patterns with their spans: first token, and the token after the last."""
    entries = read_words(corpus.parameters.words)
    if not entries:
        raise NothingToShow(
            "There is no word to look for: name some in the parameter 'words', "
            "such as words = 'unity, struggle*'."
        )
    matcher = matcher_of(corpus.tokens)
    return tuple((entry, matcher.spans(entry)[0]) for entry in entries)


@lru_cache(maxsize=4)
def word_rates(corpus: Corpus) -> pd.DataFrame:
    """Return how often each pattern of the parameter `words` stands in each text, and how surely.

    Columns: document, label, word (the pattern), hits, words (of the text), paragraphs,
    per_1000_words, low, high, interval (bootstrap or Poisson), dp_norm (dispersion over the
    paragraphs) and dp_norm_by_chance, short (yes or no), shown (yes or no: whether the figure has
    a row for it). Pattern by pattern, the texts in the order of the study. The table is kept,
    and not the caller's to change. Raises :class:`NothingToShow` where `words` is empty.
    """
    spans, tokens = _spans_of(corpus), corpus.tokens
    counted = np.zeros((len(corpus.counts.sizes), len(spans)), dtype=np.int64)
    for k, (_, found) in enumerate(spans):
        np.add.at(counted[:, k], units_of(tokens.paragraphs, found[:, 0]), 1)
    tables = []
    for i, source in enumerate(corpus.sources):
        rates = _rates_of(corpus, i, counted[corpus.counts.unit_documents == i])
        named = {"document": source.document.id, "label": source.document.label}
        rates = rates.assign(**named, word=[entry.pattern for entry, _ in spans])
        tables.append(rates[["document", "label", "word", *rates.columns[:-3]]])
    by_text = np.arange(len(tables) * len(spans)).reshape(len(tables), len(spans))
    frame = pd.concat(tables, ignore_index=True).iloc[by_text.T.ravel()]
    return _with_shown(frame.reset_index(drop=True), len(tables), len(spans))


def _rates_of(corpus: Corpus, text: int, hits: NDArray[np.int64]) -> pd.DataFrame:
    """Return the rates of one text, a row a pattern; `hits` is paragraphs x patterns."""
    found = estimate_text(corpus, text, hits)  # with the draws of the figure of rates
    sizes = corpus.counts.sizes[corpus.counts.unit_documents == text]
    return pd.DataFrame(
        {
            "hits": found.hits,
            "words": found.words,
            "paragraphs": len(sizes),
            "per_1000_words": found.rate,
            "low": found.low,
            "high": found.high,
            "interval": found.interval,
            "dp_norm": deviation_of_proportions(hits, sizes)[1],
            "dp_norm_by_chance": deviation_by_chance(found.hits, sizes),
            "short": "yes" if found.words < corpus.parameters.short_text else "no",
        }
    )


def _with_shown(frame: pd.DataFrame, texts: int, patterns: int) -> pd.DataFrame:
    """Mark the rows of the figure: all, or of each pattern those of the highest rates.

    Short texts come last: a few hits more make their rates the highest of all, or the lowest.
    """
    room = min(_BLOCK_ROWS, _ROWS // patterns)
    if texts <= room:
        return frame.assign(shown="yes")
    ranked = frame.assign(rate=-frame["per_1000_words"]).sort_values(
        ["short", "rate"], kind="stable"
    )
    rank = ranked.groupby("word", sort=False).cumcount().reindex(frame.index)
    return frame.assign(shown=np.where(rank < room, "yes", "no"))


@lru_cache(maxsize=4)
def word_hits(corpus: Corpus) -> pd.DataFrame:
    """Return every place where a pattern of the parameter `words` stands.

    Columns: document, word (the pattern), block, sentence, raw_line, start and end (characters of
    the edition), position (of its first word in the text, from 1), hit (the words found), text
    (the sentence). Pattern by pattern, in the order of the texts. The table is kept, and not the
    caller's to change. Raises :class:`NothingToShow` where `words` is empty.
    """
    tokens, spans = corpus.tokens, _spans_of(corpus)
    first, end = np.concatenate([found for _, found in spans]).T
    owner = units_of(tokens.documents, first)
    starts, ends = tokens.starts[first], tokens.ends[end - 1]
    texts = [edition.text for edition in corpus.editions]
    hits = [texts[i][a:b] for i, a, b in zip(owner, starts.tolist(), ends.tolist(), strict=True)]
    return locate(corpus, first).assign(
        word=pd.Series([entry.pattern for entry, found in spans for _ in found], dtype=object),
        start=starts,
        end=ends,
        position=first - tokens.documents[owner] + 1,
        hit=pd.Series(hits, dtype=object),
    )[list(_COLUMNS)]


def word_places(corpus: Corpus) -> Finding:
    """Return how often the words of the parameter `words` stand in each text, and where.

    Columns as of :func:`word_rates`. The table ``word_places_hits`` goes with it: every hit in its
    sentence, as :func:`word_hits` returns it. Raises :class:`ParameterError` as
    :func:`read_words` does, and :class:`NothingToShow` where no pattern stands in any text, with
    the nearest words.
    """
    chosen, frame, hits = corpus.parameters, word_rates(corpus), word_hits(corpus)
    absent = _absent(corpus)
    if hits.empty:
        raise NothingToShow(" ".join(absent))
    return Finding(
        name="word_places",
        title=_title(frame),
        frame=frame.copy(),  # the table is kept, and not everybody's to change
        unit="hits per 1,000 words of the text",
        reading=_reading(frame),
        formula="rate = 1,000 × hits / all word tokens. A pattern matches whole words, whatever "
        "their capitals; a phrase, words that follow one another within a sentence. The place of "
        "a hit is the number of its first word in the text. DPnorm, in the csv, is Gries' DP over "
        "the paragraphs, from 0 (spread as the words are) to 1 (Lijffijt & Gries 2012)",
        scope=f"Intervals: {100 * chosen.confidence:g}%, a bootstrap over the paragraphs of each "
        f"text ({chosen.n_draws:,} draws); with fewer than {MIN_PARAGRAPHS} paragraphs or "
        f"{MIN_HITS} hits, slanted, the exact Poisson interval (Garwood 1936), as if hits fell "
        "independently: too narrow where they cluster. They say how far a rate may be chance of "
        "this text's paragraphs, and nothing of other texts.",
        alt=_alt(frame),
        notes=(*absent, *_notes(frame, chosen.short_text)),
        parameters={
            name: getattr(chosen, name)
            for name in ("words", "seed", "n_draws", "confidence", "short_text")
        },
        tables={"word_places_hits": hits.copy()},
    )


def _absent(corpus: Corpus) -> list[str]:
    """Say of each pattern without a hit that it has none, and which word is nearest."""
    said = []
    for entry, found in _spans_of(corpus):
        if not len(found):
            try:
                pattern_hits(corpus, entry)
            except NothingToShow as reason:
                said.append(str(reason))
    return said


def _compared(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the texts that are not short; of all, where fewer than two are not."""
    long = frame[frame["short"] == "no"]
    return long if long["document"].nunique() > 1 else frame


def _widest(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series] | None:
    """Return the two rates of one pattern that differ most of those whose intervals stand apart."""
    widest, found = 0.0, None
    for _, own in _compared(frame).groupby("word", sort=False):
        rates, low, high = own[["per_1000_words", "low", "high"]].to_numpy(dtype=np.float64).T
        gaps = np.where(low[:, None] > high, rates[:, None] - rates, 0.0)
        if gaps.max() > widest:
            most, least = np.unravel_index(int(gaps.argmax()), gaps.shape)
            widest, found = float(gaps.max()), (own.iloc[int(most)], own.iloc[int(least)])
    return found


def _title(frame: pd.DataFrame) -> str:
    patterns = frame["word"].nunique()
    if frame["document"].nunique() == 1:
        top = frame.iloc[int(frame["hits"].to_numpy().argmax())]
        rest = f"; of {patterns} patterns none stands more often" if patterns > 1 else ""
        return (
            f"“{top['word']}” stands {plural(int(top['hits']), 'time')} in “{top['label']}”, "
            f"{amount(top['per_1000_words'])} per 1,000 words{rest}"
        )
    found = _widest(frame)
    if found is None and patterns > 1:
        return f"None of {patterns} patterns differs between two texts by more than intervals allow"
    if found is None:
        return f"“{frame['word'].iloc[0]}”: no two texts differ by more than their intervals allow"
    most, least = found
    other = amount(least["per_1000_words"]) if least["hits"] else "none"
    return (
        f"“{most['word']}” stands more densely in “{most['label']}” than in “{least['label']}”: "
        f"{amount(most['per_1000_words'])} per 1,000 words against {other}"
    )


def _reading(frame: pd.DataFrame) -> str:
    texts, patterns = frame["document"].nunique(), frame["word"].nunique()
    shown = frame[frame["shown"] == "yes"]
    said = [
        "Each block is a word or pattern, each row a text: a strip from its first word to its "
        "last, with a stroke where a hit stands. All strips are equally long, however long the "
        "text: compare where strokes stand; how densely, compare by the rates at the right. Hits "
        "too many for strokes are shades: darkest where the word stands twice as densely as in "
        "the whole text, or more."
    ]
    if len(shown) < len(frame):
        said.append(
            f"Drawn are, of each pattern, the {len(shown) // patterns} of {texts:,} texts with the "
            "highest rates, highest first and short texts last; the csv has all."
        )
    if texts > 1:
        said.append(
            "The title names the largest difference between two texts whose intervals do not "
            "overlap; texts marked as short are left aside where two others are not."
        )
    return " ".join(said)


def _alt(frame: pd.DataFrame) -> str:
    said = []
    for pattern, own in frame.groupby("word", sort=False):
        present = own[own["hits"] > 0].sort_values("per_1000_words", ascending=False, kind="stable")
        best = present.head(_NAMED)
        rates = zip(best["label"], best["per_1000_words"], strict=True)
        parts = [f"{amount(rate)} in {label}" for label, rate in rates]
        more, without = len(present) - len(best), len(own) - len(present)
        parts += [f"less in {plural(more, 'more text')}"] * (more > 0)
        parts += [f"none in {plural(without, 'text')}"] * (without > 0)
        said.append(f"“{pattern}”, {plural(int(own['hits'].sum()), 'hit')}: {', '.join(parts)}.")
    kind = "Strips, one for each pattern and text, with strokes where hits stand"
    return f"{kind}; hits per 1,000 words. {' '.join(said)}"


def _notes(frame: pd.DataFrame, short_text: int) -> list[str]:
    """Say what could fool: forms taken for meanings, many pairs looked at, and short texts."""
    notes = ["A pattern finds written words, and no meanings: read the sentences behind a rate."]
    texts = _compared(frame)["document"].nunique()
    pairs = frame["word"].nunique() * comb(texts, 2)
    if pairs >= _MANY_PAIRS and _widest(frame):
        notes.append(
            f"The title is the largest of {pairs:,} differences: of so many, some may be as large "
            "by chance."
        )
    own = frame.drop_duplicates("document")
    short = own[own["short"] == "yes"]
    if len(short):
        named = zip(short["label"], short["words"], strict=True)
        listed = [f"{label} ({plural(words, 'word')})" for label, words in named]
        more = f" and {len(short) - _LISTED} more" if len(short) > _LISTED else ""
        notes.append(
            f"Marked as short, with fewer than {short_text:,} words: "
            f"{', '.join(listed[:_LISTED])}{more}. There, one hit more or less changes a rate by "
            f"{1000 / short['words'].max():.1f} per 1,000 words or more."
        )
    return notes
