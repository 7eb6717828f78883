"""The catalogue of figures: which question, answered by which finding, drawn how, shown where.

Adding a question is one module that makes a finding, one function that draws it and one entry
here. The gallery, the README's table and the tests are made from, or checked against, this list.
"""

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure as Drawing

from rhetorica.agreement import lexicon_agreement
from rhetorica.contrast import distinctive_terms
from rhetorica.core import shared_core
from rhetorica.corpus import Corpus
from rhetorica.errors import NotebookError, nearest
from rhetorica.figures.agreement import draw_lexicon_agreement
from rhetorica.figures.core import draw_shared_core
from rhetorica.figures.corpus import draw_corpus_overview
from rhetorica.figures.distinctive import draw_distinctive_terms
from rhetorica.figures.funnel import draw_term_funnel
from rhetorica.figures.matrix import draw_similarity_matrix
from rhetorica.figures.measures import draw_similarity_measures
from rhetorica.figures.pairs import draw_similarity_pairs
from rhetorica.figures.profile import draw_rhetoric_profile
from rhetorica.figures.rhetoric import draw_rhetoric_rates
from rhetorica.figures.ribbons import draw_shared_passages
from rhetorica.figures.shift import draw_word_shift
from rhetorica.figures.topics import draw_topic_number, draw_topic_shares, draw_topic_terms
from rhetorica.findings import Finding
from rhetorica.funnel import term_funnel
from rhetorica.overview import corpus_overview
from rhetorica.parameters import Parameters
from rhetorica.profile import rhetoric_profile
from rhetorica.rhetoric import rhetoric_rates
from rhetorica.shared_passages import shared_passages
from rhetorica.shift import word_shift
from rhetorica.similarity import similarity_matrix
from rhetorica.similarity_measures import similarity_measures
from rhetorica.similarity_pairs import similarity_pairs
from rhetorica.topic_number import topic_number
from rhetorica.topics import topic_shares, topic_terms


@dataclass(frozen=True)
class Entry:
    """One figure: its name, the question it answers, and the functions that answer and draw it.

    `tables` are the names of further tables that may be saved with it. A figure with `when` is
    made only where the parameter of that name is set.
    """

    name: str
    question: str
    notebook: str
    find: Callable[[Corpus], Finding]
    draw: Callable[[Finding], Drawing]
    tables: tuple[str, ...] = ()
    when: str = ""

    def is_asked(self, chosen: Parameters) -> bool:
        """Tell whether the figure is to be made with these parameters."""
        return not self.when or bool(getattr(chosen, self.when))


CATALOGUE = (
    Entry(
        "corpus_overview",
        "How long are the texts, and how are they divided?",
        "01_corpus",
        corpus_overview,
        draw_corpus_overview,
    ),
    Entry(
        "distinctive_terms",
        "Which words set each text apart?",
        "02_topics",
        distinctive_terms,
        draw_distinctive_terms,
        ("contrast_terms", "contrast_texts"),
    ),
    Entry(
        "shared_core",
        "Which words and phrases do all texts share?",
        "02_topics",
        shared_core,
        draw_shared_core,
        ("shared_core_terms", "shared_core_texts", "near_core"),
    ),
    Entry(
        "topic_number",
        "How many topics to draw?",
        "02_topics",
        topic_number,
        draw_topic_number,
    ),
    Entry(
        "topic_shares",
        "How much of each text does each topic fill?",
        "02_topics",
        topic_shares,
        draw_topic_shares,
    ),
    Entry(
        "topic_terms",
        "Which words go together?",
        "02_topics",
        topic_terms,
        draw_topic_terms,
    ),
    Entry(
        "word_shift",
        "Which words make two texts differ?",
        "02_topics",
        word_shift,
        draw_word_shift,
        ("word_shift_sides", "word_shift_chance"),
    ),
    Entry(
        "term_funnel",
        "Which terms does one text use more than the others, and which less?",
        "02_topics",
        term_funnel,
        draw_term_funnel,
        ("funnel_band",),
        when="funnel",
    ),
    Entry(
        "rhetoric_rates",
        "How often does each text use which rhetoric?",
        "03_rhetoric",
        rhetoric_rates,
        draw_rhetoric_rates,
        ("rhetoric_spans",),
    ),
    Entry(
        "rhetoric_profile",
        "What does each text do more than the others?",
        "03_rhetoric",
        rhetoric_profile,
        draw_rhetoric_profile,
        ("rhetoric_differences",),
    ),
    Entry(
        "lexicon_agreement",
        "Does the lexicon find what a reader would?",
        "03_rhetoric",
        lexicon_agreement,
        draw_lexicon_agreement,
    ),
    Entry(
        "similarity_matrix",
        "How alike are the texts?",
        "04_similarity",
        similarity_matrix,
        draw_similarity_matrix,
        ("similarity_texts", "similarity_branches", "similarity_terms", "similarity_members"),
    ),
    Entry(
        "similarity_pairs",
        "How surely are two texts alike, and does their length matter?",
        "04_similarity",
        similarity_pairs,
        draw_similarity_pairs,
    ),
    Entry(
        "similarity_measures",
        "Do other measures put the pairs in the same order?",
        "04_similarity",
        similarity_measures,
        draw_similarity_measures,
        ("similarity_agreement",),
    ),
    Entry(
        "shared_passages",
        "Which passages do two texts share?",
        "04_similarity",
        shared_passages,
        draw_shared_passages,
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
