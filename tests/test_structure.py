"""The structure of a text: what each block is, and who is quoted, on texts made up for it."""

import pytest

from rhetorica.sentences import find_sentences
from rhetorica.structure import find_blocks, find_quotations

PROSE = "We met. It rained."

# What a text's blocks are, in order; the author is A. Author.
BLOCKS = [
    ("title byline paragraph", f"On Unity\n\nby A. Author\n\n{PROSE}"),
    ("title byline paragraph", f"On Unity\nBy Anna Pell\n\n{PROSE}"),
    ("title byline date paragraph", f"On Unity\nA. Author\nMay 3, 2001\n\n{PROSE}"),
    ("title byline paragraph", f"THE MILL\n\nBY ANNA PELL\n\n{PROSE}"),
    ("title byline paragraph", f"On Unity\n\nby Dr. J. R. Pell Jr.\n\n{PROSE}"),
    ("title paragraph", f"BY THE RIVER\n\n{PROSE}"),
    ("title paragraph", f"REPORT ON THE WORK\nOF THE COMMITTEE\n\n{PROSE}"),
    ("title date paragraph", f"Remarks at the Mill\nUpper Barrow, May 3, 1961\n\n{PROSE}"),
    ("title heading paragraph heading", f"On Unity\n\nWhy We Met\n\n{PROSE}\n\nThe End"),
    ("paragraph date paragraph", f"12 Mill Lane\nUpper Barrow\n\n4 March 1987\n\n{PROSE}"),
    ("epigraph source paragraph", f'"All unite."\n(Works, p. 3)\n\n{PROSE}'),
    ("epigraph source paragraph", f"“All unite.”\n\n— A. Author\n\n{PROSE}"),
    ("paragraph epigraph paragraph", f'He said as follows.\n\n"All unite."\n\n{PROSE}'),
    ("paragraph paragraph quotation", f'{PROSE}\n\n{PROSE}\n\n"All unite."'),
    ("paragraph quotation paragraph", f"{PROSE}\n\n> All unite.\n> We did.\n\n{PROSE}"),
    ("epigraph epigraph paragraph", f'"We are here.\n\n"All unite."\n\n{PROSE}'),
    ("epigraph paragraph", f"« Nous partons. »\n\n{PROSE}"),
    ("epigraph paragraph", f"»Wir gehen.«\n\n{PROSE}"),
    ("epigraph paragraph", f"「很冷。」\n\n{PROSE}"),
    ("title paragraph", "To do\n\n- one\n- two\n- three"),
    (
        "title paragraph paragraph",
        "THE HEN\n\nThe morning came\nin socks\n\nand one of them\nsat down",
    ),
    # What ends as a sentence is no heading, in whatever script and whatever follows the end.
    ("title paragraph", "第一章\n\n我们今天去河边。她笑了。"),
    ("title paragraph", "الفصل\n\nلماذا؟"),  # noqa: RUF001
    ("title paragraph", "On Unity\n\nWe met.[1]"),
    ("title paragraph", "On Unity\n\nWe met.² ³"),
    ("title paragraph", "On Unity\n\nWe met! \U0001f44d"),
    ("title paragraph", "On Unity\n\nSie sagte: »Es ist kalt.«"),
    (
        "paragraph",
        "We met in the old mill. It rained, and the river rose, and nobody knew what to do about",
    ),
]


def kinds(text: str) -> str:
    return " ".join(kind for kind, _, _ in find_blocks(text, "A. Author"))


@pytest.mark.parametrize(("expected", "text"), BLOCKS, ids=lambda value: value[:30])
def test_kinds_of_blocks(expected: str, text: str) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(("expected", "text"), BLOCKS, ids=lambda value: value[:30])
def test_kinds_of_blocks_whatever_the_line_ends(expected: str, text: str) -> None:
    assert kinds(text.replace("\n", "\r\n")) == expected


DATES = [
    "May 3, 2001",
    "May 3 2001",
    "(May 3, 2001)",
    "3 May 2001",
    "3rd May, 2001",
    "3rd of May 2001",
    "3. Mai 2001",
    "Monday, May 3, 2001",
    "Upper Barrow, 3 May 2001",
    "May 2001",
    "2001-05-03",
    "3.5.2001",
    "03/05/2001",
    "3 мая 2001 \u0433.",
    "2001年5月3日",
    "2001년 5월 3일",
]


@pytest.mark.parametrize("date", DATES)
def test_dates(date: str) -> None:
    assert kinds(f"On Unity\n\n{date}\n\n{PROSE}") == "title date paragraph"


@pytest.mark.parametrize("line", ["Congress 1984", "Chapter 12", "12 men of 1990", "1.5 of 1984"])
def test_headings_with_numbers_are_no_dates(line: str) -> None:
    assert kinds(f"On Unity\n\n{line}\n\n{PROSE}") == "title heading paragraph"


# A text, and its quotations with their speakers.
QUOTATIONS = [
    ('The President said, "We go home."', [('"We go home."', "The President")]),
    ('"It rained. We met," said the President.', [('"It rained. We met,"', "the President")]),
    ('"We go home," said the President.', [('"We go home,"', "the President")]),
    ('"Never," the old man replied.', [('"Never,"', "the old man")]),
    ('The President said: "We go home".', [('"We go home"', "The President")]),
    ('It was late. "We go home."', [('"We go home."', "")]),
    ("„Wir gehen heute.“ Er ging.", [("„Wir gehen heute.“", "")]),
    ("»Wir gehen.« Sie: »Es ist kalt.«", [("»Wir gehen.«", ""), ("»Es ist kalt.«", "")]),
    ("Il rit : « C’est trop tôt ! »", [("« C’est trop tôt ! »", "")]),
    ("他走了。「很冷。」", [("「很冷。」", "")]),
    ('他说："水很冷。我们回去吧。"她笑了。', [('"水很冷。我们回去吧。"', "")]),
    ("他说：“很冷。”她笑了。", [("“很冷。”", "")]),
    (
        'He wrote:\n\n"We are here.\n\n"It is late.\n\n"Come."\n\nThat was all.',
        [('"We are here.\n\n"It is late.\n\n"Come."', "He")],
    ),
    # One that is never closed ends where the next begins, and takes no other with it.
    ('He said, "We go.\n\nShe said, "We stay." So it was.', [('"We stay."', "She")]),
    ('A plank 5" long. He said, "We go." A nail 3" long.', [('"We go."', "He")]),
    (f"{PROSE}\n\n> All unite.", [("> All unite.", "")]),
    # The author's own words, and the names of things.
    ('It was the "end" of it.', []),
    ('A so-called "free Press" is sold.', []),
    ('The "Great Plan," a plan that he wrote, was long.', []),
    ('She read "Who Goes There?" to us.', []),
    ('In "Going Home," the poet says so.', []),
    ('He wrote "The Mill".', []),
    ('A plank 5" tall and 6" wide.', []),
    ('Tom 5\nAda "\nJoe "', []),
    ("It was the girls’ “dolls” and the “boys’”.", []),
]


@pytest.mark.parametrize(("text", "expected"), QUOTATIONS)
def test_quotations(text: str, expected: list[tuple[str, str]]) -> None:
    found = find_quotations(text, list(find_blocks(text)))
    assert [(text[q.start : q.end], q.speaker) for q in found] == expected


MISSED = [
    pytest.param("‘We go,’ said Tom.", id="single marks are apostrophes, too"),
    pytest.param("— We go, said Tom.", id="speech after a dash"),
    pytest.param('"We go," Tom whispered.', id="verbs of saying that the list lacks"),
    pytest.param('He said, "It is 5" tall." She left.', id="an inch within a quotation"),
]


@pytest.mark.xfail(reason="not found", strict=True)
@pytest.mark.parametrize("text", MISSED)
def test_quotations_that_are_missed(text: str) -> None:
    assert find_quotations(text, list(find_blocks(text)))


SPLIT = [
    ("他走了。她笑了！真的吗？是。", ["他走了。", "她笑了！", "真的吗？", "是。"]),
    ("他说：“很冷。”她笑了。", ["他说：“很冷。”", "她笑了。"]),
    ("Er ging. »Gut.« Sie ging.", ["Er ging.", "»Gut.«", "Sie ging."]),
    ("A. B. Pell and Dr. Ode met. It rained.", ["A. B. Pell and Dr. Ode met.", "It rained."]),
    (f"{'x' * 60} with Dr. Ode. It rained.", [f"{'x' * 60} with Dr. Ode.", "It rained."]),
]


@pytest.mark.parametrize(("text", "sentences"), SPLIT)
def test_sentences_of_other_scripts_and_after_abbreviations(
    text: str, sentences: list[str]
) -> None:
    assert [text[start:end] for start, end in find_sentences(text)] == sentences
