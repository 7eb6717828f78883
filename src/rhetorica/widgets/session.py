"""What the panels of a workbench share: the texts chosen, and the lexicon as it is edited."""

from dataclasses import replace

import numpy as np
import pandas as pd

from rhetorica.corpus import Corpus
from rhetorica.editing import add_pattern, code_of_edits
from rhetorica.entries import Entry
from rhetorica.errors import LexiconError
from rhetorica.lexicon import Category, Lexicon, load_lexicon
from rhetorica.lint import Remark, check_lexicon
from rhetorica.notebook import vary
from rhetorica.places import word_hits, word_rates
from rhetorica.rates import estimate_text
from rhetorica.spans import hits_of, lexicon_of
from rhetorica.tokens import units_of
from rhetorica.widgets.chart import Bar


class Session:
    """The state of a workbench: a corpus, which of its texts are chosen, and every edit.

    An entry that is switched off stays known, so that it can be switched on again. Nothing here
    knows of widgets, and nothing is written anywhere.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._asked = corpus.parameters.categories
        corpus = vary(corpus, categories=(), words=())  # what the panels themselves choose
        self.whole = corpus
        """All texts, with the lexicon that they were opened with."""
        self.texts: tuple[str, ...] = ()
        """The ids of the texts that are chosen, in the order of the study; empty: all."""
        self._original = corpus.lexicon or load_lexicon(corpus.study.lexicon)
        self._every = self._original  # with what was added, and what is switched off
        self._off: frozenset[tuple[str, Entry]] = frozenset()
        self.corpus = corpus
        """The chosen texts, with the lexicon as it is edited now."""

    @property
    def categories(self) -> tuple[Category, ...]:
        """All categories, each with every entry it has or had."""
        return self._every.categories

    @property
    def first_category(self) -> str:
        """The id of the category that the corpus was opened for, else of the first there is."""
        ids = [category.id for category in self.categories]
        return next((name for name in self._asked if name in ids), ids[0])

    @property
    def documents(self) -> tuple[tuple[str, str], ...]:
        """The id and the label of every text of the corpus as it was opened."""
        return tuple((s.document.id, s.document.label) for s in self.whole.sources)

    def _renew(self) -> None:
        # Kept until the next change: what is computed of a corpus is remembered for that object.
        corpus = vary(self.whole, texts=self.texts) if self.texts else self.whole
        self.corpus = replace(corpus, lexicon=self._edited) if self.is_edited else corpus

    @property
    def is_edited(self) -> bool:
        """Whether an entry was added, or is switched off."""
        return self._edited.categories != self._original.categories

    @property
    def _edited(self) -> Lexicon:
        categories = tuple(
            replace(c, entries=tuple(e for e in c.entries if (c.id, e) not in self._off))
            for c in self._every.categories
        )
        return replace(self._every, categories=categories)

    def choose_texts(self, ids: tuple[str, ...]) -> None:
        """Look at these texts only; at all of them if there are none in the list."""
        known = [name for name, _ in self.documents]
        self.texts = () if set(ids) >= set(known) else ids
        self._renew()

    def add(self, category: str, pattern: str, regex: bool = False, case: bool = False) -> None:
        """Add a pattern to a category; raise as :func:`~rhetorica.editing.add_pattern` does."""
        whole = replace(self.whole, lexicon=self._every)
        added = add_pattern(whole, category, pattern, regex=regex, case=case)
        assert added.lexicon is not None
        self._every = added.lexicon
        self._renew()

    def switch(self, category: str, on: set[int]) -> None:
        """Let only these entries of a category count, given by their places in its list.

        Raises :class:`LexiconError` where there would be none.
        """
        entries = self.category(category).entries
        if not on:
            raise LexiconError("A category needs a pattern: leave one ticked, at least.")
        off = {(category, entry) for i, entry in enumerate(entries) if i not in on}
        self._off = frozenset({item for item in self._off if item[0] != category} | off)
        self._renew()

    def category(self, name: str) -> Category:
        """Return a category by its id, with every entry it has or had."""
        return next(category for category in self.categories if category.id == name)

    def is_on(self, category: str, entry: Entry) -> bool:
        """Tell whether an entry counts."""
        return (category, entry) not in self._off

    def edits(self) -> tuple[str, ...]:
        """Return the lines of code that edit the lexicon as it is edited now."""
        return code_of_edits(self._original, self._edited)

    def remarks(self, category: str) -> tuple[Remark, ...]:
        """Return what the linter says of one category as it is edited now."""
        now = next(own for own in self._edited.categories if own.id == category)
        return check_lexicon(self.corpus, replace(self._edited, categories=(now,)))

    def hits_of_entries(self, category: str) -> dict[str, int]:
        """Return how many hits count of each pattern of a category that has any."""
        hits = _counting(self.corpus, category)
        return {str(name): int(number) for name, number in hits["entry"].value_counts().items()}

    def category_bars(self, category: str) -> list[Bar]:
        """Return the rate and places of a category in each text, with its rate before the edits."""
        bars = _bars(self.corpus, category)
        now = next(own for own in self._edited.categories if own.id == category)
        was = next(own for own in self._original.categories if own.id == category)
        if now == was:
            return bars
        before = _bars(replace(self.corpus, lexicon=self._original), category)
        pairs = zip(bars, before, strict=True)
        return [replace(bar, before=old.rate) for bar, old in pairs]

    def word_bars(self, words: str) -> list[Bar]:
        """Return the rate and places of a pattern in each text.

        Raises :class:`ParameterError` for one that can never match, :class:`NothingToShow` for
        one that stands nowhere.
        """
        corpus = vary(self.corpus, words=(words,))
        rates, hits = word_rates(corpus), word_hits(corpus)
        owners = hits["document"].to_numpy(dtype=object)
        places = hits["position"].to_numpy(dtype=np.float64)
        return [
            Bar(
                label=row["label"],
                hits=row["hits"],
                words=row["words"],
                rate=row["per_1000_words"],
                low=row["low"],
                high=row["high"],
                uncertain=row["interval"] == "Poisson",
                places=(places[owners == row["document"]] - 0.5) / row["words"],
            )
            for row in rates.to_dict("records")
        ]


def _counting(corpus: Corpus, name: str) -> pd.DataFrame:
    """Return the hits of a category that count: first token, end and entry."""
    category = next(own for own in lexicon_of(corpus).categories if own.id == name)
    hits = hits_of(corpus.tokens, category)
    counting: pd.DataFrame = hits[hits["suppressed_by"] == ""]
    return counting


def _bars(corpus: Corpus, category: str) -> list[Bar]:
    """Return what the chart shows of a category: the rates and intervals of the figure."""
    tokens, owners = corpus.tokens, corpus.counts.unit_documents
    first = _counting(corpus, category)["first"].to_numpy()
    units = units_of(tokens.paragraphs, first)
    counted = np.bincount(units, minlength=len(owners))[:, None]
    bars = []
    for i, source in enumerate(corpus.sources):
        found = estimate_text(corpus, i, counted[owners == i])
        places = first[owners[units] == i] - tokens.documents[i] + 0.5
        bars.append(
            Bar(
                label=source.document.label,
                hits=int(found.hits[0]),
                words=found.words,
                rate=float(found.rate[0]),
                low=float(found.low[0]),
                high=float(found.high[0]),
                uncertain=found.interval[0] == "Poisson",
                places=places / found.words,
            )
        )
    return bars
