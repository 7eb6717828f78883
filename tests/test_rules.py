"""The cleaning rules, one by one and together: what they must change and what they must not."""

from typing import NamedTuple

import pytest

from rhetorica.edition import Edit, apply_edits, apply_rule
from rhetorica.rules import RULES, Rule


class Case(NamedTuple):
    rule: str
    before: str
    after: str


CHANGED = [
    Case("line-ends", "a\r\nb\rc\n", "a\nb\nc\n"),
    Case("line-ends", "a\fb\x85c\u2028d", "a\nb\nc\nd"),
    Case("composition", "cafe\u0301", "café"),
    Case("composition", "\u1112\u1161\u11ab", "한"),
    Case("quotation-marks", "\u201cyes\u201d", '"yes"'),
    Case("quotation-marks", "\ufffd\ufffdPeople, unite!\ufffd\ufffd", '"People, unite!"'),
    Case("apostrophes", "people\u2019s \u2018own\u2019", "people's 'own'"),
    Case("hyphens", "non\u2011aligned", "non-aligned"),
    Case("invisible", "inde\u00adpen\u200bdence", "independence"),
    Case("wide-spaces", "duties.\u00a0\u3000x\ty", "duties.  x y"),
    Case("page-breaks", "to be\n\n---\n\npublished", "to be\n\n\n\npublished"),
    Case("page-breaks", "a\n * * * \nb", "a\n\nb"),
    Case("markdown", "# Title\n\n*by somebody*", "Title\n\nby somebody"),
    Case("markdown", "Comrade **Kim Jong Il** said", "Comrade Kim Jong Il said"),
    Case("markdown", "**(\u201cTHE BOOK\u201d P.19)**", "(\u201cTHE BOOK\u201d P.19)"),
    Case("line-spaces", " the  work \n\n next", "the work\n\nnext"),
    Case(
        "hard-wraps",
        "In the early years our cause had fallen into a serious crisis and\nsetback. It rose.",
        "In the early years our cause had fallen into a serious crisis and setback. It rose.",
    ),
    Case(
        "hard-wraps",
        "The first paragraph of this text is wrapped at the width of a page and it\nends here.\n"
        "The second begins on a new line though no blank line parts the two at all.\n",
        "The first paragraph of this text is wrapped at the width of a page and it ends here.\n\n"
        "The second begins on a new line though no blank line parts the two at all.\n",
    ),
    Case(
        "cut-paragraphs",
        "He gave support to the revolution in those years though the\n\ncountry was poor.",
        "He gave support to the revolution in those years though the country was poor.",
    ),
    Case(
        "cut-paragraphs",
        'He said that the slogan of the time is "People, unite!"\n\nshould be held up.',
        'He said that the slogan of the time is "People, unite!" should be held up.',
    ),
    Case("blank-lines", "\n\na\n\n\n\nb\n", "a\n\nb"),
]

LIST = (
    "- the first thing that has to be done by the committee this year\n"
    "- the second thing that has to be done by the committee this year"
)
PARAGRAPHS = (
    "One paragraph that is long enough to be wrapped prose, surely, it is.\n\n"
    "Another paragraph that is long enough to be wrapped prose, surely, yes."
)
UNCHANGED = [
    ("line-ends", "a\nb"),
    ("composition", "café, naïve, 한국"),
    ("quotation-marks", 'one \ufffd alone, three \ufffd\ufffd\ufffd in a row, "straight"'),
    ("apostrophes", "it's 5\u2032 long"),
    ("hyphens", "1990\u20131994 \u2014 a dash - a hyphen"),
    ("invisible", "\u0645\u06cc\u200c\u062e"),  # the zero-width non-joiner is Persian spelling
    ("page-breaks", "a --- b"),
    ("page-breaks", "--"),
    ("markdown", "2 * 3 * 4 = 24, snake_case, a*b*c"),
    ("markdown", "#1 in the list, C# and ##"),
    ("hard-wraps", "Roses are red\nViolets are blue\nSugar is sweet"),
    ("hard-wraps", LIST),
    ("hard-wraps", PARAGRAPHS),
    ("cut-paragraphs", "A title\n\nby somebody"),
    ("cut-paragraphs", "There are some things that the committee has to do this year:\n\nwork"),
    ("cut-paragraphs", "A paragraph of more than eight words that ends.\n\nlower case begins."),
    ("blank-lines", "a\n\nb"),
]


def clean(rule: Rule, text: str) -> str:
    return apply_rule(text, (), rule.name, rule.find(text))[0]


def rule_named(name: str) -> Rule:
    return next(rule for rule in RULES if rule.name == name)


@pytest.mark.parametrize("case", CHANGED, ids=lambda case: f"{case.rule}: {case.after[:20]!r}")
def test_rule_changes(case: Case) -> None:
    assert clean(rule_named(case.rule), case.before) == case.after


@pytest.mark.parametrize("case", CHANGED, ids=lambda case: f"{case.rule}: {case.after[:20]!r}")
def test_rule_leaves_what_it_made(case: Case) -> None:
    assert clean(rule_named(case.rule), case.after) == case.after


@pytest.mark.parametrize(("rule", "text"), UNCHANGED)
def test_rule_leaves_alone(rule: str, text: str) -> None:
    assert clean(rule_named(rule), text) == text


def test_every_rule_has_a_case_that_changes_and_a_reason() -> None:
    assert {case.rule for case in CHANGED} == {rule.name for rule in RULES}
    assert all(rule.reason.endswith(".") for rule in RULES)


def test_double_spaced_text_becomes_paragraphs() -> None:
    raw = (
        "The committee made public the work that had been written in the \n\n"
        "October of that year. \n\n"
        "In the years before, the cause had fallen into a vortex of serious \n\n"
        "crisis and of setback owing to successive collapse in some of the \n\n"
        "western countries. \n\n"
        "The parties were faced with a pressing task that had to be solved \n\nby them. \n\n"
        "Nobody had thought of it, and it was done in the end by the people \n\nwho had lost. \n"
    )
    text, edits = raw, tuple[Edit, ...]()
    for rule in RULES:
        text, edits = apply_rule(text, edits, rule.name, rule.find(text))
    assert text.split("\n\n") == [
        "The committee made public the work that had been written in the October of that year.",
        "In the years before, the cause had fallen into a vortex of serious crisis and of setback"
        " owing to successive collapse in some of the western countries.",
        "The parties were faced with a pressing task that had to be solved by them.",
        "Nobody had thought of it, and it was done in the end by the people who had lost.",
    ]
    assert apply_edits(raw, edits) == text


@pytest.mark.xfail(reason="a paragraph whose last line is full shows no end", strict=True)
def test_paragraph_that_ends_on_a_full_line_is_found() -> None:
    first = (
        "The first paragraph of the text is wrapped at the width of a page, which is\n"
        "so very wide that its last line, here, ends where the page of the book does.\n"
    )
    second = (
        "Mentioning something else, the second paragraph begins a new thought, which\nis short."
    )
    assert clean(rule_named("hard-wraps"), first + second).count("\n\n") == 1
