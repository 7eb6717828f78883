"""The cleaning rules: small, ordered, each with its reason and examples.

A rule looks at a text and says which spans should read otherwise; it changes nothing itself.
`rhetorica.edition` applies the changes and keeps where every character came from. The order
matters and is that of :data:`RULES`: later rules may rely on what earlier ones made plain.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rhetorica import characters, layout, markup
from rhetorica.changes import Change


@dataclass(frozen=True)
class Rule:
    """A named reason to change a text, and the function that finds where."""

    name: str
    reason: str
    find: Callable[[str], Iterator[Change]]


RULES = (
    Rule(
        "mojibake",
        "UTF-8 was read as another encoding.",
        characters.find_mojibake,
    ),
    Rule(
        "page-furniture",
        "Page numbers and running heads are the page's, not the text's.",
        layout.find_page_furniture,
    ),
    Rule("line-ends", "Line ends differ between systems and mean the same.", layout.find_line_ends),
    Rule("composition", "One letter can be written as two characters.", characters.find_composable),
    Rule(
        "ligatures",
        "Joined letters are the font's; the text has the letters.",
        characters.find_ligatures,
    ),
    Rule(
        "quotation-marks",
        "Quotation marks are written one way; a pair of lost characters (U+FFFD) was one.",
        characters.find_double_quotes,
    ),
    Rule(
        "apostrophes",
        "Apostrophes are written one way, so that one word is not two.",
        characters.find_apostrophes,
    ),
    Rule(
        "hyphens",
        "Hyphens are written one way, so that one compound is not two.",
        characters.find_hyphens,
    ),
    Rule(
        "invisible",
        "The character shows nothing and would split a word.",
        characters.find_invisible,
    ),
    Rule("wide-spaces", "Spaces of other widths mean a space.", characters.find_wide_spaces),
    Rule(
        "front-matter",
        "The keys at the head of the file describe the text.",
        markup.find_front_matter,
    ),
    Rule("page-breaks", "The mark stands for the end of a page.", layout.find_page_breaks),
    Rule("markdown", "The marks are markup, not text.", markup.find_markdown),
    Rule("dashes", "Dashes are written one way.", characters.find_dashes),
    Rule("line-spaces", "Space at the edge of a line is layout.", layout.find_line_spaces),
    Rule(
        "divided-words",
        "The end of a line divided the word; it stands undivided elsewhere.",
        layout.find_divided_words,
    ),
    Rule("hard-wraps", "The line was broken at the width of the page.", layout.find_hard_wraps),
    Rule("cut-paragraphs", "A page's end cut the paragraph in two.", layout.find_cut_paragraphs),
    Rule("blank-lines", "The number of blank lines is layout.", layout.find_blank_lines),
)
