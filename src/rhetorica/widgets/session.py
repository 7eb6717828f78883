"""What the panels of a workbench share: the texts chosen, and the lexicon as it is edited."""

from dataclasses import replace

import numpy as np
import pandas as pd

from rhetorica.corpus import Corpus
from rhetorica.editing import add_pattern, code_of_edits
from rhetorica.entries import Entry
from rhetorica.errors import LexiconError
from rhetorica.lexicon import Category, Lexicon, load_lexicon, select_categories
from rhetorica.lint import Remark, check_lexicon
from rhetorica.notebook import vary
from rhetorica.places import read_words, word_rates
from rhetorica.rates import estimate_text
from rhetorica.spans import hits_of, lexicon_of, matcher_of
from rhetorica.tokens import units_of
from rhetorica.widgets.chart import Bar

_ONE_AT_LEAST = "A category needs a pattern: leave one ticked, at least."


class Session:
    """The state of a workbench: a corpus, which of its texts are chosen, and every edit.

    An entry that is switched off stays known, so that it can be switched on again. Nothing here
    knows of widgets, and nothing is written anywhere.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._asked = corpus.parameters.categories
        self.first_words = next(iter(corpus.parameters.words), "")
        # What the panels choose themselves, and names of texts that need not be chosen.
        corpus = vary(corpus, categories=(), words=(), evidence=(), left="", right="", funnel="")
        self._given = corpus.lexicon
        self._original = corpus.lexicon or load_lexicon(corpus.study.lexicon)
        # In memory from here on: a file that changes meanwhile must not change half of the panels.
        select_categories(self._original, self._asked)  # or a misspelt one would go unnoticed
        corpus = replace(corpus, lexicon=self._original)
        self.whole = corpus
        """All texts, with the lexicon that they were opened with."""
        self.texts: tuple[str, ...] = ()
        """The ids of the texts that are chosen, in the order of the study; empty: all."""
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
        asked = (c.id for c in self.categories if {c.id, c.parent} & set(self._asked))
        return next(asked, self.categories[0].id)

    @property
    def documents(self) -> tuple[tuple[str, str], ...]:
        """The id and the label of every text of the corpus as it was opened."""
        return tuple((s.document.id, s.document.label) for s in self.whole.sources)

    def _renew(self) -> None:
        # Kept until the next change: what is computed of a corpus is remembered for that object.
        self.corpus = self._corpus_of(self.texts)

    def _corpus_of(self, texts: tuple[str, ...]) -> Corpus:
        corpus = vary(self.whole, texts=texts) if texts else self.whole
        return replace(corpus, lexicon=self._edited) if self.is_edited else corpus

    @property
    def unedited_if_possible(self) -> Corpus:
        """The chosen texts as they are to be kept: without a lexicon of its own if none is edited.

        Raises :class:`LexiconError` where the lexicon's file is not as it was when it was read.
        """
        there = self._given or load_lexicon(self.whole.study.lexicon)
        if there.categories != self._original.categories:
            raise LexiconError(
                f"{self.whole.study.lexicon} was changed after the study was opened, and what is "
                "shown here does not know of it: open the study again."
            )
        return self.corpus if self.is_edited else replace(self.corpus, lexicon=self._given)

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
        """Look at these texts only; raise as :func:`~rhetorica.notebook.vary` does."""
        texts = () if set(ids) >= {name for name, _ in self.documents} else ids
        self.corpus = self._corpus_of(texts)
        self.texts = texts

    def add(self, category: str, pattern: str, regex: bool = False, case: bool = False) -> None:
        """Add a pattern to a category, or let it count again if it was switched off.

        Raises as :func:`~rhetorica.editing.add_pattern` does, and :class:`LexiconError` for a
        regular expression that takes too long on these texts; then nothing is changed.
        """
        before = self._every, self._off, self.corpus
        asked = ("regex" if regex else "glob", case, pattern)
        again = {
            (category, entry)
            for entry in self.category(category).entries
            if (entry.kind, entry.case, entry.pattern) == asked and (category, entry) in self._off
        }
        if again:
            self._off -= again
        else:
            whole = replace(self.whole, lexicon=self._every)
            added = add_pattern(whole, category, pattern, regex=regex, case=case)
            # None: with what was added it is that of the study's file.
            self._every = added.lexicon or load_lexicon(self.whole.study.lexicon)
        self._renew()
        try:
            self.hits_of_entries(category)
        except BaseException:  # an interruption too
            self._every, self._off, self.corpus = before
            raise

    def switch(self, category: str, on: set[int]) -> None:
        """Let only these entries of a category count, given by their places in its list.

        Raises :class:`LexiconError` where there would be none.
        """
        entries = self.category(category).entries
        if not on:
            raise LexiconError(_ONE_AT_LEAST)
        off = {(category, entry) for i, entry in enumerate(entries) if i not in on}
        if all((category, entry) in off for entry in entries):  # one that stands twice is one
            raise LexiconError(_ONE_AT_LEAST)
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
        lexicon = lexicon_of(self.corpus)
        now = next(own for own in lexicon.categories if own.id == category)
        return check_lexicon(self.corpus, replace(lexicon, categories=(now,)))

    def too_uncertain(self, category: str) -> list[str]:
        """Return the patterns that the parameter ``min_certainty`` leaves out."""
        least = self.whole.parameters.min_certainty
        return [e.pattern for e in self.category(category).entries if e.certainty < least]

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

        Raises :class:`ParameterError` for one that can never match.
        """
        corpus = vary(self.corpus, words=(words,))
        tokens, rates = corpus.tokens, word_rates(corpus)
        [entry] = read_words(corpus.parameters.words)
        first = matcher_of(tokens).spans(entry)[0][:, 0]
        owners = units_of(tokens.documents, first)
        return [
            Bar(
                label=row["label"],
                hits=row["hits"],
                words=row["words"],
                rate=row["per_1000_words"],
                low=row["low"],
                high=row["high"],
                uncertain=row["interval"] == "Poisson",
                places=(first[owners == i] - tokens.documents[i] + 0.5) / row["words"],
                short=row["short"] == "yes",
            )
            for i, row in enumerate(rates.to_dict("records"))
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
                short=found.words < corpus.parameters.short_text,
            )
        )
    return bars
