"""How long the lexicon takes on a million words, beside one regular expression a category.

Run it with ``.venv/bin/python benchmarks/lexicon.py``. Both do the single words and phrases of
the default lexicon without exceptions, needs and regular expressions, which a plain expression
cannot do, on paragraphs of the five texts drawn again and again; both count the hits of which
the longest counts. The ratio is what to look at: the seconds are those of one machine.
"""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from fnmatch import translate

import numpy as np

from rhetorica.corpus import read_corpus
from rhetorica.edition import Edition
from rhetorica.entries import Entry
from rhetorica.lexicon import Category, load_lexicon
from rhetorica.matching import Matcher, match_category
from rhetorica.passages import paragraph_texts
from rhetorica.structure import find_blocks
from rhetorica.study import default_study_file, load_study
from rhetorica.tokens import Tokens, tokenize

_WORDS = 1_000_000
_DOCUMENTS = 200


def documents() -> list[str]:
    """Return texts of a million words in all, from paragraphs of the five texts."""
    corpus = read_corpus(load_study(default_study_file()))
    paragraphs = paragraph_texts(corpus, range(len(corpus.tokens.paragraphs) - 1))
    random = np.random.default_rng(1)
    each = round(_WORDS / len(corpus.tokens) * len(paragraphs) / _DOCUMENTS)
    return [
        "\n\n".join(paragraphs[i] for i in random.integers(len(paragraphs), size=each))
        for _ in range(_DOCUMENTS)
    ]


def plain(category: Category) -> Category:
    """Return a category with the entries that a plain expression can do too."""
    entries = [
        replace(entry, needs=())
        for entry in category.entries
        if entry.kind == "glob" and not (entry.exceptions or entry.hyphens or entry.case)
    ]
    return replace(category, entries=tuple(entries))


def expression(entry: Entry) -> str:
    """Write an entry as a regular expression on the text itself."""
    words = [translate(word)[4:-3].replace(".", r"[\w'-]") for word in entry.words]
    return r"\W+".join(words)


def by_matcher(tokens: Tokens, categories: list[Category]) -> int:
    """Count the hits on the integer stream."""
    matcher = Matcher(tokens)
    found = (match_category(matcher, category) for category in categories)
    return sum(int((hits["suppressed_by"] == "").sum()) for hits in found)


def by_expressions(texts: list[str], categories: list[Category]) -> int:
    """Count the hits with one regular expression a category, the longest entry first."""
    total = 0
    for category in categories:
        entries = sorted(category.entries, key=lambda entry: -len(entry.pattern))
        joined = "|".join(expression(entry) for entry in entries)
        wanted = re.compile(rf"(?<![\w'-])(?:{joined})(?![\w'-])", re.IGNORECASE)
        total += sum(len(wanted.findall(text)) for text in texts)
    return total


def timed(name: str, action: Callable[[], int]) -> float:
    """Run an action, print what it counted and how long it took, and return the seconds."""
    started = time.perf_counter()
    hits = action()
    seconds = time.perf_counter() - started
    print(f"  {name:<42} {hits:>9,} hits {seconds:8.2f} s")
    return seconds


def main() -> None:
    """Print the times side by side, and their ratio."""
    texts = documents()
    started = time.perf_counter()
    tokens = tokenize(
        Edition(f"t{i:03}", text, text, (), tuple(find_blocks(text)))
        for i, text in enumerate(texts)
    )
    lexicon = load_lexicon(load_study(default_study_file()).lexicon)
    categories = [plain(category) for category in lexicon.categories]
    entries = sum(len(category.entries) for category in categories)
    print(
        f"{len(tokens):,} words, {len(categories)} categories, {entries} entries; "
        f"tokenised once in {time.perf_counter() - started:.1f} s"
    )
    ours = timed("on the integer stream", lambda: by_matcher(tokens, categories))
    theirs = timed("one regular expression a category", lambda: by_expressions(texts, categories))
    print(f"  ratio: {theirs / ours:.1f} times as fast")
    every = list(lexicon.categories)
    timed("all entries, exceptions and needs too", lambda: by_matcher(tokens, every))


if __name__ == "__main__":
    main()
