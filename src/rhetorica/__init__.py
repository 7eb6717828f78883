"""Rhetorica compares political texts: what each talks about, how it talks, how alike they are.

Every number leads back to its sentence, and every figure can be made again. A text walks one
way through the package, one module a room and one noun a room::

    Study -> Source -> Edition -> Tokens -> Counts -> Finding -> Figure -> notebook

The names below are all that a notebook needs; they are loaded on first use, so that importing
the package costs almost nothing. Each takes what :func:`open_study` returns::

    corpus = open_study()                              # or open_study("my-study", level="raw")
    corpus = vary(corpus, texts="one, other")          # the same with other parameters
    show(corpus, "rhetoric_rates")                     # a figure of the catalogue
    find(corpus, "rhetoric_rates").frame               # its numbers
    show_table(corpus, describe_texts)                 # a table of evidence
    kwic(corpus, "unit*", sort="right")                # every hit on a line
    read(corpus, "one", 12, words="unit*")             # a paragraph, and what was edited in it
    side_by_side(corpus, "one", "other")               # two texts, what they share marked
    corpus = drop_pattern(corpus, "unity", "cohesion") # the same with another lexicon
    corpus = add_pattern(corpus, "unity", "hand in hand")
    keep(corpus, "rhetoric_rates", "closer-unity")     # figure and lexicon, to be made again
    workbench(corpus)                                  # all of it by mouse and keyboard
    colophon(corpus)                                   # what all of it was made from
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rhetorica.editing import add_pattern, drop_pattern
    from rhetorica.keeping import keep
    from rhetorica.notebook import colophon, find, open_study, show, show_table, vary
    from rhetorica.pairing import side_by_side
    from rhetorica.reading import kwic, read
    from rhetorica.widgets import workbench

__version__ = "0.1.0"
__all__ = [
    "__version__", "add_pattern", "colophon", "drop_pattern", "find", "keep", "kwic", "open_study",
    "read", "show", "show_table", "side_by_side", "vary", "workbench",
]  # fmt: skip

_HOME = {
    "notebook": ("colophon", "find", "open_study", "show", "show_table", "vary"),
    "reading": ("kwic", "read"),
    "pairing": ("side_by_side",),
    "editing": ("add_pattern", "drop_pattern"),
    "keeping": ("keep",),
    "widgets": ("workbench",),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"rhetorica.{module}"), name)
    raise AttributeError(f"module 'rhetorica' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
