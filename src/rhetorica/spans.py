"""Spans: every hit of the lexicon in its sentence, the one table of which all rates are sums."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.errors import LexiconError
from rhetorica.lexicon import Category, Lexicon, load_lexicon, select_categories
from rhetorica.matching import Matcher, match_category, union_of
from rhetorica.passages import locate
from rhetorica.tokens import Tokens, units_of

_KEPT_CATEGORIES = 64  # whose hits are kept of one token stream: an edit makes one more
_COLUMNS = (
    "document", "label", "block", "sentence", "raw_line", "start", "end", "word",
    "category", "parent", "entry", "hit", "certainty",
    "suppressed_by", "parent_suppressed_by", "text", "unit",
)  # fmt: skip

_NONE = Category("", "", "", "", "", ())  # for a group that has no category


@dataclass(frozen=True)
class Group:
    """What has a rate of its own: a category, or a parent, which is the union of its categories."""

    id: str
    label: str
    parent: str  # the label of the parent, for a category and for the parent itself
    members: tuple[str, ...]  # the ids of the categories whose hits count
    is_parent: bool


@lru_cache(maxsize=4)
def lexicon_of(corpus: Corpus) -> Lexicon:
    """Return the lexicon of a corpus, without the entries of too little certainty.

    It is that of the study's file, if the corpus has none of its own. A category that so loses
    all its entries stays, and has no hit.
    """
    lexicon = corpus.lexicon or load_lexicon(corpus.study.lexicon)
    least = corpus.parameters.min_certainty
    categories = tuple(
        replace(c, entries=tuple(e for e in c.entries if e.certainty >= least))
        for c in lexicon.categories
    )
    return replace(lexicon, categories=categories)


def chosen_categories(corpus: Corpus) -> tuple[Category, ...]:
    """Return the categories that the parameter `categories` names; all if it is empty."""
    return select_categories(lexicon_of(corpus), corpus.parameters.categories)


def groups_of(lexicon: Lexicon, chosen: Sequence[Category]) -> tuple[Group, ...]:
    """Return what has a rate: each parent before its categories, then those without a parent.

    A parent has a rate only where it has two categories at least and all of them are chosen.
    """
    groups: list[Group] = []
    ids = {category.id for category in chosen}
    for parent, label in [*lexicon.parents.items(), ("", "")]:
        members = tuple(c.id for c in lexicon.categories if c.parent == parent)
        if parent and len(members) > 1 and ids.issuperset(members):
            groups.append(Group(parent, label, label, members, True))
        groups += [
            Group(c.id, c.label, label, (c.id,), False) for c in chosen if c.parent == parent
        ]
    return tuple(groups)


@lru_cache(maxsize=4)
def matcher_of(tokens: Tokens) -> Matcher:
    """Return a token stream prepared for many patterns, kept for the next time."""
    return Matcher(tokens)


@lru_cache(maxsize=4)
def _kept_hits(tokens: Tokens) -> dict[Category, pd.DataFrame]:
    """The hits that are kept of a token stream, for as long as that is."""
    return {}


def hits_of(tokens: Tokens, category: Category) -> pd.DataFrame:
    """Return every hit of one category; kept, so that one that was not edited is not matched anew.

    Columns as of :func:`~rhetorica.matching.match_category`. The table is not the caller's to
    change.
    """
    kept = _kept_hits(tokens)
    if category not in kept:
        found = match_category(matcher_of(tokens), category)
        if len(kept) >= _KEPT_CATEGORIES:
            kept.pop(next(iter(kept)))
        kept[category] = found
    return kept[category]


@lru_cache(maxsize=4)
def find_spans(corpus: Corpus) -> pd.DataFrame:
    """Return every hit of the chosen categories, also those that do not count, with the reason.

    Columns: document, label, block, sentence, raw_line; start and end (characters of the
    edition); word (its number in the text, from 1); category, parent (id), entry, hit (the
    words found), certainty; suppressed_by and parent_suppressed_by: empty where the hit counts
    in its category and in the parent, else what counts instead or which exception holds; text
    (the sentence), unit (the paragraph's number in the counts).
    """
    chosen = {category.id for category in chosen_categories(corpus)}
    lexicon = lexicon_of(corpus)
    parents = {c.parent for c in lexicon.categories if c.id in chosen} - {""}
    # What counts in a parent depends on all of its categories.
    needed = [c for c in lexicon.categories if c.id in chosen or c.parent in parents]
    hits = _with_parents(_matched(corpus, needed))
    return _located(corpus, _in_order(hits[hits["category"].isin(chosen)]))


def counted_hits(corpus: Corpus, name: str) -> pd.DataFrame:
    """Return the hits that count in a category or in a parent, in the order of the span table.

    Only what belongs to it is matched, and no hit is looked up in its text. Columns: document,
    start and end (characters of the edition), category and entry.
    """
    lexicon, chosen = lexicon_of(corpus), {c.id for c in chosen_categories(corpus)}
    if name in lexicon.parents:
        hits = _with_parents(_matched(corpus, [c for c in lexicon.categories if c.parent == name]))
        counts = hits["parent_suppressed_by"] == ""
    else:
        hits = _matched(corpus, [c for c in lexicon.categories if c.id == name])
        counts = hits["suppressed_by"] == ""
    hits = _in_order(hits[counts & hits["category"].isin(chosen)])
    owner, starts, ends = _stretches(corpus, hits)
    names = np.array(corpus.tokens.document_ids, dtype=object)
    table = hits.assign(document=names[owner], start=starts, end=ends)
    return table[["document", "start", "end", "category", "entry"]]


def _matched(corpus: Corpus, categories: Sequence[Category]) -> pd.DataFrame:
    """Return every hit of some categories; first and end count tokens."""
    try:
        tables = [
            hits_of(corpus.tokens, c).assign(category=c.id, parent=c.parent)
            for c in categories or (_NONE,)
        ]
    except LexiconError as error:
        raise LexiconError(f"{corpus.study.lexicon}: {error}") from None
    return pd.concat(tables, ignore_index=True)


def _in_order(hits: pd.DataFrame) -> pd.DataFrame:
    return hits.sort_values(["first", "category", "end", "entry"], kind="stable", ignore_index=True)


def _with_parents(hits: pd.DataFrame) -> pd.DataFrame:
    """Add which hits count in the parent of their category: a union, overlaps counted once."""
    instead = hits["suppressed_by"].copy()
    for parent in sorted(set(hits["parent"]) - {""}):
        own = hits[(hits["parent"] == parent) & (hits["suppressed_by"] == "")]
        own = own.sort_values(["category", "first"], kind="stable")
        instead[own.index] = union_of(own)
    return hits.assign(parent_suppressed_by=instead)


def _stretches(
    corpus: Corpus, hits: pd.DataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the text of each hit, and where it starts and ends in it."""
    tokens = corpus.tokens
    first, end = hits["first"].to_numpy(), hits["end"].to_numpy()
    owner = units_of(tokens.documents, first)
    return owner, tokens.starts[first], tokens.ends[np.maximum(end - 1, 0)]


def _located(corpus: Corpus, hits: pd.DataFrame) -> pd.DataFrame:
    tokens, first = corpus.tokens, hits["first"].to_numpy()
    owner, starts, ends = _stretches(corpus, hits)
    texts = [edition.text for edition in corpus.editions]
    stretches = zip(owner.tolist(), starts.tolist(), ends.tolist(), strict=True)
    found = [texts[i][start:end] for i, start, end in stretches]
    table = pd.concat([hits.drop(columns=["first", "end"]), locate(corpus, first)], axis=1)
    table = table.assign(
        start=starts,
        end=ends,
        word=first - tokens.documents[owner] + 1,
        hit=pd.Series(found, dtype=object),
        unit=units_of(tokens.paragraphs, first),
    )
    return table.reindex(columns=list(_COLUMNS))


def counting(spans: pd.DataFrame, group: Group) -> pd.DataFrame:
    """Return the spans that count in a category or in a parent."""
    column = "parent_suppressed_by" if group.is_parent else "suppressed_by"
    own: pd.DataFrame = spans[spans["category"].isin(group.members) & (spans[column] == "")]
    return own


def count_units(corpus: Corpus, groups: Sequence[Group]) -> NDArray[np.int64]:
    """Count the hits of each group in each paragraph: the sums of the span table."""
    spans = find_spans(corpus)
    counted = np.zeros((len(corpus.counts.sizes), len(groups)), dtype=np.int64)
    for k, group in enumerate(groups):
        np.add.at(counted[:, k], counting(spans, group)["unit"].to_numpy(dtype=np.int64), 1)
    return counted


def exported_spans(spans: pd.DataFrame) -> pd.DataFrame:
    """Return the span table as it is saved: without what only the notebooks need."""
    return spans.drop(columns=["label", "unit"])
