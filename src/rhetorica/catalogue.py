"""The catalogue of figures: which question, answered by which finding, drawn how, shown where.

Adding a question is one module that makes a finding, one function that draws it and one entry
here. The gallery, the README's table and the tests are made from, or checked against, this list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from rhetorica.errors import NotebookError, nearest
from rhetorica.parameters import Parameters

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

    from rhetorica.corpus import Corpus
    from rhetorica.findings import Finding


@dataclass(frozen=True)
class Entry:
    """One figure: its name, the question it answers, and the functions that answer and draw it.

    The functions are named as ``module:function`` within this package and imported when they are
    asked for, so that to list the figures, or to find that none has changed, costs no import of
    what draws them. `tables` are the names of further tables that may be saved with it. `reads`
    names what the answer depends on besides the texts and their errata: ``lexicon``,
    ``annotations``. A figure with `when` is made only where the parameter of that name is set.
    """

    name: str
    question: str
    notebook: str
    finding: str
    drawing: str
    tables: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    when: str = ""

    @cached_property
    def find(self) -> "Callable[[Corpus], Finding]":
        """The function that answers the question from a corpus."""
        function: Callable[[Corpus], Finding] = _imported(self.finding)
        return function

    @cached_property
    def draw(self) -> "Callable[[Finding], Drawing]":
        """The function that draws the answer."""
        function: Callable[[Finding], Drawing] = _imported(self.drawing)
        return function

    def is_asked(self, chosen: Parameters) -> bool:
        """Tell whether the figure is to be made with these parameters."""
        return not self.when or bool(getattr(chosen, self.when))


def _imported(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(f"rhetorica.{module}"), function)


CATALOGUE = (
    Entry(
        "corpus_overview",
        "How long are the texts, and how are they divided?",
        "01_corpus",
        "overview:corpus_overview",
        "figures.corpus:draw_corpus_overview",
    ),
    Entry(
        "distinctive_terms",
        "Which words set each text apart?",
        "02_topics",
        "contrast:distinctive_terms",
        "figures.distinctive:draw_distinctive_terms",
        ("contrast_terms", "contrast_texts"),
    ),
    Entry(
        "shared_core",
        "Which words and phrases do all texts share?",
        "02_topics",
        "core:shared_core",
        "figures.core:draw_shared_core",
        ("shared_core_terms", "shared_core_texts", "near_core"),
    ),
    Entry(
        "topic_number",
        "How many topics to draw?",
        "02_topics",
        "topic_number:topic_number",
        "figures.topics:draw_topic_number",
    ),
    Entry(
        "topic_shares",
        "How much of each text does each topic fill?",
        "02_topics",
        "topics:topic_shares",
        "figures.topics:draw_topic_shares",
    ),
    Entry(
        "topic_terms",
        "Which words go together?",
        "02_topics",
        "topics:topic_terms",
        "figures.topics:draw_topic_terms",
    ),
    Entry(
        "word_shift",
        "Which words make two texts differ?",
        "02_topics",
        "shift:word_shift",
        "figures.shift:draw_word_shift",
        ("word_shift_sides", "word_shift_chance"),
    ),
    Entry(
        "term_funnel",
        "Which terms does one text use more than the others, and which less?",
        "02_topics",
        "funnel:term_funnel",
        "figures.funnel:draw_term_funnel",
        ("funnel_band",),
        when="funnel",
    ),
    Entry(
        "rhetoric_rates",
        "How often does each text use which rhetoric?",
        "03_rhetoric",
        "rhetoric:rhetoric_rates",
        "figures.rhetoric:draw_rhetoric_rates",
        ("rhetoric_spans",),
        reads=("lexicon",),
    ),
    Entry(
        "rhetoric_profile",
        "What does each text do more than the others?",
        "03_rhetoric",
        "profile:rhetoric_profile",
        "figures.profile:draw_rhetoric_profile",
        ("rhetoric_differences",),
        reads=("lexicon",),
    ),
    Entry(
        "word_places",
        "Where in the texts does a word stand?",
        "03_rhetoric",
        "places:word_places",
        "figures.places:draw_word_places",
        ("word_places_hits",),
        when="words",
    ),
    Entry(
        "lexicon_agreement",
        "Does the lexicon find what a reader would?",
        "03_rhetoric",
        "agreement:lexicon_agreement",
        "figures.agreement:draw_lexicon_agreement",
        reads=("lexicon", "annotations"),
    ),
    Entry(
        "similarity_matrix",
        "How alike are the texts?",
        "04_similarity",
        "similarity:similarity_matrix",
        "figures.matrix:draw_similarity_matrix",
        ("similarity_texts", "similarity_branches", "similarity_terms", "similarity_members"),
    ),
    Entry(
        "similarity_pairs",
        "How surely are two texts alike, and does their length matter?",
        "04_similarity",
        "similarity_pairs:similarity_pairs",
        "figures.pairs:draw_similarity_pairs",
    ),
    Entry(
        "similarity_measures",
        "Do other measures put the pairs in the same order?",
        "04_similarity",
        "similarity_measures:similarity_measures",
        "figures.measures:draw_similarity_measures",
        ("similarity_agreement",),
    ),
    Entry(
        "shared_passages",
        "Which passages do two texts share?",
        "04_similarity",
        "shared_passages:shared_passages",
        "figures.ribbons:draw_shared_passages",
        ("shared_passages_blocks", "shared_passages_pairs"),
    ),
)


def entry(name: str) -> Entry:
    """Return the entry of a figure; raise :class:`NotebookError` with the nearest name."""
    by_name = {item.name: item for item in CATALOGUE}
    if name not in by_name:
        raise NotebookError(
            f"The catalogue has no figure '{name}'.{nearest(name, by_name)} "
            f"Known: {', '.join(by_name)}."
        )
    return by_name[name]


def figures_of(notebook: str, chosen: Parameters | None = None) -> tuple[str, ...]:
    """Return the names of the figures of a notebook: those it must make with these parameters.

    Without parameters, all that it can make.
    """
    items = [item for item in CATALOGUE if item.notebook == notebook]
    return tuple(item.name for item in items if chosen is None or item.is_asked(chosen))


def tables_of(notebook: str, chosen: Parameters | None = None) -> tuple[str, ...]:
    """Return the names of the further tables that a notebook may save beside its figures."""
    made = figures_of(notebook, chosen)
    return tuple(name for item in CATALOGUE if item.name in made for name in item.tables)


def reads_of(notebook: str) -> tuple[str, ...]:
    """Return what the figures of a notebook depend on besides the texts and their errata.

    >>> reads_of("02_topics"), reads_of("03_rhetoric")
    ((), ('annotations', 'lexicon'))
    """
    return tuple(sorted({n for item in CATALOGUE if item.notebook == notebook for n in item.reads}))
