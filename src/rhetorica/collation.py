"""The levels of the edition compared: what rules and errata changed, and in which counts."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from rhetorica.apparatus import Entry, list_changes
from rhetorica.corpus import Corpus, read_corpus
from rhetorica.counts import sum_documents
from rhetorica.edition import raw_lines
from rhetorica.errata import Erratum, place_errata
from rhetorica.errors import NothingToShow
from rhetorica.parameters import Level
from rhetorica.rules import RULES

_LEVELS: tuple[Level, ...] = ("raw", "normalised", "edited")


def list_apparatus(corpus: Corpus) -> pd.DataFrame:
    """Return the whole apparatus of the corpus, one row a change, as apparatus.csv has it."""
    return pd.DataFrame(_entries(corpus), columns=Entry._fields)


def _entries(corpus: Corpus) -> list[Entry]:
    return [entry for edition in corpus.editions for entry in list_changes(edition, corpus.errata)]


def apparatus_page(corpus: Corpus, size: int = 12) -> pd.DataFrame:
    """Return a page of the apparatus: as many changes in a row as `size`, of the most kinds.

    Raises :class:`NothingToShow` where nothing was changed.
    """
    labels = {source.document.id: source.document.label for source in corpus.sources}
    entries = _entries(corpus)
    if not entries:
        raise NothingToShow("Nothing was changed in these texts at this level of the edition.")
    kinds = [{entry.kind or name for name in entry.rule.split(" + ")} for entry in entries]
    starts = range(max(len(entries) - size, 0) + 1)
    first = max(starts, key=lambda start: (len(set().union(*kinds[start : start + size])), -start))
    rows = [
        {
            "text": labels[entry.document],
            "raw line": entry.raw_line,
            "column": entry.raw_column,
            "source": f"⟨{entry.raw_reading}⟩",
            "edition": f"⟨{entry.edited_reading}⟩",
            "by": entry.rule,
            "reason": entry.reason,
            "in the edition": entry.context,
        }
        for entry in entries[first : first + size]
    ]
    return pd.DataFrame(rows)


def describe_rules(corpus: Corpus) -> pd.DataFrame:
    """Return one row a cleaning rule that changed something: its reason, how often, an example.

    A change in which several rules had a part counts for each. Raises :class:`NothingToShow`
    where nothing was changed.
    """
    rows = []
    entries = _entries(corpus)
    for rule in RULES:
        own = [entry for entry in entries if rule.name in entry.rule.split(" + ")]
        if own:
            example = next((entry for entry in own if not entry.kind), own[0])
            rows.append(
                {
                    "rule": rule.name,
                    "why": rule.reason,
                    "changes": len(own),
                    "texts": len({entry.document for entry in own}),
                    "example": f"⟨{example.raw_reading}⟩ → ⟨{example.edited_reading}⟩, "
                    f"in the edition: {example.context}",
                }
            )
    if not rows:
        raise NothingToShow("The cleaning rules changed nothing in these texts.")
    return pd.DataFrame(rows)


def list_corrections(corpus: Corpus) -> pd.DataFrame:
    """Return the errata that are applied, in the order of the texts, one row each.

    Raises :class:`NothingToShow` where there is none, or where the level of the edition is one
    without errata.
    """
    if corpus.parameters.level != "edited":
        raise NothingToShow("No erratum is applied at this level of the edition.")
    rows = [
        row | {"correction": erratum.correction or "(taken out)", "kind": erratum.kind}
        | {"certainty": erratum.certainty, "reason": erratum.reason}
        for row, erratum in _placed(corpus)
        if erratum.apply
    ]  # fmt: skip
    if not rows:
        raise NothingToShow("These texts have no errata to apply.")
    return pd.DataFrame(rows)


def list_doubts(corpus: Corpus) -> pd.DataFrame:
    """Return the errata that are listed and not applied: the places left as they stand.

    Raises :class:`NothingToShow` where there is none.
    """
    rows = [
        row | {"perhaps": erratum.correction or "(not known)", "kind": erratum.kind}
        | {"reason": erratum.reason}
        for row, erratum in _placed(corpus)
        if not erratum.apply
    ]  # fmt: skip
    if not rows:
        raise NothingToShow("No place of these texts is listed as doubtful.")
    return pd.DataFrame(rows)


def _placed(corpus: Corpus) -> Iterator[tuple[dict[str, object], Erratum]]:
    """Yield each erratum of the texts with where it stands, the reading between brackets."""
    for source, edition in zip(corpus.sources, corpus.editions, strict=True):
        placed = place_errata(source.document.id, source.text, corpus.errata)
        lines = raw_lines(edition, np.array([start for start, _, _ in placed], dtype=np.int64))
        for (_, _, erratum), line in zip(placed, lines, strict=True):
            row = {"text": source.document.label, "raw line": int(line)}
            yield row | {"in the source": erratum.marked_context}, erratum


def affected_words(corpus: Corpus) -> pd.DataFrame:
    """Return the words whose counts the edition changes, the most affected first.

    Columns: word, its count in the raw texts, after the cleaning rules, and after the errata,
    the change from first to last, and the texts in which it changes. Words of all parts are
    counted, capitals as the parameter says. Raises :class:`NothingToShow` where no count changes.
    """
    if corpus.parameters.level == "edited" and not any(e.edits for e in corpus.editions):
        raise NothingToShow("Neither rules nor errata change anything in these texts.")
    counts = {level: _by_text(corpus, level) for level in _LEVELS}
    places: dict[str, list[str]] = {}
    for source in corpus.sources:
        raw, *others = (counts[level][source.document.id] for level in _LEVELS)
        differing = {word for other in others for word, _ in raw.items() ^ other.items()}
        for word in differing:
            places.setdefault(word, []).append(source.document.label)
    if not places:
        raise NothingToShow("Neither rules nor errata change the count of any word.")
    frame = pd.DataFrame({"word": sorted(places)})
    for level in _LEVELS:
        frame[level] = [sum(t[word] for t in counts[level].values()) for word in frame["word"]]
    frame["change"] = frame["edited"] - frame["raw"]
    frame["texts"] = [", ".join(places[word]) for word in frame["word"]]
    order = frame["change"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def _by_text(corpus: Corpus, level: Level) -> dict[str, Counter[str]]:
    """Count the words of each text at a level."""
    parameters = corpus.parameters.model_copy(update={"level": level, "parts": ()})
    counts = sum_documents(read_corpus(corpus.study, parameters).counts)
    matrix = counts.matrix.tocoo()
    tables: dict[str, Counter[str]] = {name: Counter() for name in counts.document_ids}
    for row, column, count in zip(matrix.row, matrix.col, matrix.data, strict=True):
        tables[counts.document_ids[row]][counts.terms[column]] = int(count)
    return tables
