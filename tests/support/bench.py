"""What the tests of the workbench share: a small study with a lexicon, and what is read off."""

import re
from html import unescape
from pathlib import Path

from rhetorica.corpus import Corpus
from rhetorica.lexicon import Category
from support import corpus_of

LEXICON = """\
[categories.unity]
label = "Unity & <b>"
entries = [
    "unity",
    "cohesion",
    "joint*",
    { pattern = "one mind", certainty = 0.4 },
]

[categories.enemy]
label = "Enemy"
entries = ["foe", "enem*"]
"""
TEXTS = {
    "one": "Unity and cohesion of the party. The foe is one.\n\nParty unity again, with one mind.",
    "two": "The enemy is near. Joint work.\n\nNo foe here, but popular masses of the party.",
    "three": "Nothing at all.",
}
ENTRIES = ["unity", "cohesion", "joint*", "one mind"]


def make(folder: Path, **parameters: object) -> Corpus:
    corpus = corpus_of(folder, TEXTS, n_draws=100, **parameters)
    corpus.study.lexicon.write_text(LEXICON, encoding="utf-8")
    return corpus


def patterns(category: Category) -> list[str]:
    return [entry.pattern for entry in category.entries]


def words_of(html: str) -> str:
    """What a person reads of some html."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def table_rows(html: str) -> list[list[str]]:
    """The cells of the rows of a chart, as a person reads them."""
    body = html.split("<tbody>")[1].split("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [[words_of(c) for c in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)][:3]
            for row in rows]  # fmt: skip
