"""The edition: whatever the rules did, every character leads back to the raw text."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetorica.changes import Change
from rhetorica.edition import (
    Edit,
    Edition,
    apply_edits,
    apply_rule,
    edit_source,
    from_raw,
    raw_lines,
    to_raw,
)
from rhetorica.errata import Erratum, read_errata
from rhetorica.errors import ErrataError
from rhetorica.rules import RULES
from rhetorica.sentences import find_sentences
from rhetorica.sources import Source, read_sources
from rhetorica.study import default_study_file, document_ids, load_study
from rhetorica.study_file import Document
from rhetorica.tokens import find_words, tokenize

STUDY = load_study(default_study_file())
SOURCES = read_sources(STUDY)
ERRATA = read_errata(STUDY.errata, document_ids(STUDY))
EDITIONS = {source.document.id: edit_source(source, errata=ERRATA) for source in SOURCES}


def edition_of(raw: str, edits: tuple[Edit, ...]) -> Edition:
    return Edition("made-up", raw, apply_edits(raw, edits), edits, ())


def edited(edition: Edition, start: int, end: int) -> str:
    """Slice the raw text and apply the listed edits inside the slice."""
    inside = [
        Edit(e.raw_start - start, e.raw_end - start, e.replacement, e.rules)
        for e in edition.edits
        if start <= e.raw_start and e.raw_end <= end
    ]
    return apply_edits(edition.raw[start:end], inside)


@st.composite
def rounds_of_changes(draw: st.DrawFn) -> tuple[str, list[list[Change]]]:
    """A text and some rounds of changes, each round on the text the round before made."""
    raw = text = draw(st.text("ab \n", max_size=12))
    rounds = []
    for _ in range(draw(st.integers(0, 4))):
        points = st.integers(0, len(text))
        cuts = sorted(draw(st.lists(points, max_size=6)))
        changes = [
            (low, high, draw(st.text("xy", max_size=2)))
            for low, high in zip(cuts[::2], cuts[1::2], strict=False)
        ]
        rounds.append(changes)
        text = apply_edits(text, [Edit(low, high, new, ()) for low, high, new in changes])
    return raw, rounds


@given(rounds_of_changes())
def test_composed_edits_make_the_text_from_the_raw_one(
    case: tuple[str, list[list[Change]]],
) -> None:
    raw, rounds = case
    text, expected = raw, raw
    edits: tuple[Edit, ...] = ()
    for number, changes in enumerate(rounds):
        expected = apply_edits(expected, [Edit(low, high, new, ()) for low, high, new in changes])
        text, edits = apply_rule(text, edits, f"round {number}", changes)
    assert text == expected
    assert apply_edits(raw, edits) == expected
    ends = [0, *[edit.raw_end for edit in edits]]
    assert all(edit.raw_start >= end for edit, end in zip(edits, ends, strict=False))


@given(rounds_of_changes())
def test_every_character_maps_to_where_it_came_from(case: tuple[str, list[list[Change]]]) -> None:
    raw, rounds = case
    text = raw
    edits: tuple[Edit, ...] = ()
    for number, changes in enumerate(rounds):
        text, edits = apply_rule(text, edits, f"round {number}", changes)
    if not text:
        return
    edition = edition_of(raw, edits)
    positions = np.arange(len(text))
    starts, ends = to_raw(edition, positions, positions + 1)
    replaced = {(edit.raw_start, edit.raw_end) for edit in edits}
    for position, start, end in zip(positions, starts, ends, strict=True):
        same = raw[start:end] == text[position]
        assert same or (int(start), int(end)) in replaced


def test_merged_edit_names_both_rules() -> None:
    text, edits = apply_rule("a\r\nb", (), "line-ends", [(1, 3, "\n")])
    text, edits = apply_rule(text, edits, "hard-wraps", [(1, 2, " ")])
    assert text == "a b"
    assert edits == (Edit(1, 3, " ", ("line-ends", "hard-wraps")),)


def test_neighbouring_edits_stay_apart() -> None:
    text, edits = apply_rule("**“x”**", (), "quotation-marks", [(2, 3, '"'), (4, 5, '"')])
    text, edits = apply_rule(text, edits, "markdown", [(0, 2, ""), (5, 7, "")])
    assert text == '"x"'
    assert [(e.raw_start, e.raw_end, e.replacement) for e in edits] == [
        (0, 2, ""),
        (2, 3, '"'),
        (4, 5, '"'),
        (5, 7, ""),
    ]


@pytest.mark.parametrize(
    ("span", "raw_span"),
    [((0, 1), (0, 1)), ((1, 2), (1, 4)), ((2, 3), (4, 5)), ((0, 3), (0, 5)), ((3, 4), (7, 8))],
)
def test_spans_map_both_ways(span: tuple[int, int], raw_span: tuple[int, int]) -> None:
    # raw: a [xxx -> -] b [** -> nothing] c
    edition = edition_of("axxxb**c", (Edit(1, 4, "-", ("r",)), Edit(5, 7, "", ("r",))))
    assert edition.text == "a-bc"
    starts, ends = to_raw(edition, np.array([span[0]]), np.array([span[1]]))
    assert (starts[0], ends[0]) == raw_span
    starts, ends = from_raw(edition, np.array([raw_span[0]]), np.array([raw_span[1]]))
    assert (starts[0], ends[0]) == span


def test_what_was_deleted_maps_to_an_empty_span() -> None:
    edition = edition_of("ab**cd", (Edit(2, 4, "", ("r",)),))
    starts, ends = from_raw(edition, np.array([2]), np.array([4]))
    assert (starts[0], ends[0]) == (2, 2)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.document.id)
def test_without_rules_the_edition_is_the_raw_text(source: Source) -> None:
    edition = edit_source(source, ())
    assert edition.text == source.text
    assert edition.edits == ()
    everywhere = np.arange(len(source.text))
    starts, ends = to_raw(edition, everywhere, everywhere + 1)
    assert (starts == everywhere).all()
    assert (ends == everywhere + 1).all()


@pytest.mark.parametrize("errata", [(), ERRATA], ids=["normalised", "edited"])
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.document.id)
def test_every_token_leads_back_to_its_raw_characters(
    source: Source, errata: tuple[Erratum, ...]
) -> None:
    edition = edit_source(source, errata=errata)
    assert apply_edits(source.text, edition.edits) == edition.text
    tokens = tokenize([edition])
    starts, ends = to_raw(edition, tokens.starts, tokens.ends)
    for code, start, end in zip(tokens.codes, starts, ends, strict=True):
        assert edited(edition, int(start), int(end)) == tokens.types[code]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.document.id)
def test_edited_texts_hold_nothing_the_rules_should_have_mended(source: Source) -> None:
    text = EDITIONS[source.document.id].text
    for sign in ("\ufffd", "\u201c", "\u201d", "\u2019", "\u00a0", "**", "---", "  ", " \n", "\n "):
        assert sign not in text


# Counted by hand in the raw files: the blocks of each text.
BLOCKS = {
    "external-activities": {"title": 1, "byline": 1, "epigraph": 2, "source": 1, "paragraph": 29},
    "party-building-treatise": {"byline": 1, "title": 1, "date": 1, "heading": 1, "paragraph": 23},
    "global-independence": {"title": 1, "paragraph": 16},
    "feats-for-parties": {"title": 1, "paragraph": 10},
    "party-building-commentary": {"title": 1, "paragraph": 14},
}


@pytest.mark.parametrize("document", BLOCKS)
def test_blocks_of_the_texts(document: str) -> None:
    kinds = [kind for kind, _, _ in EDITIONS[document].blocks]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == BLOCKS[document]


@pytest.mark.parametrize(
    ("document", "joined"),
    [
        ("external-activities", "a simple communique is to be published in a bilateral"),
        ("global-independence", "revolution though the country was in difficult situation"),
        ("party-building-commentary", 'advocating independence, unite!" should be held up'),
        ("party-building-commentary", "published by Kim Jong Il provided the guiding"),
    ],
)
def test_sentences_cut_by_a_page_are_whole(document: str, joined: str) -> None:
    assert joined in EDITIONS[document].text


def test_raw_lines_count_every_kind_of_line_end() -> None:
    edition = edition_of("a\nb\r\nc\rd", ())
    assert raw_lines(edition, np.array([0, 2, 5, 7])).tolist() == [1, 2, 3, 4]


def test_edits_name_rules_that_exist() -> None:
    names = {rule.name for rule in RULES} | {e.name for e in ERRATA if e.apply}
    used = {name for e in EDITIONS.values() for edit in e.edits for name in edit.rules}
    assert used <= names
    assert used >= {"quotation-marks", "markdown", "hard-wraps", "cut-paragraphs", "wide-spaces"}


def test_texts_are_the_files_as_obtained() -> None:
    for source in SOURCES:
        assert Path(source.path).read_bytes().decode("utf-8") == source.text


def erratum(reading: str, correction: str, context: str = "") -> Erratum:
    name = f"errata.csv:{reading}"
    return Erratum(
        name, "made-up", context or reading, reading, correction, "word", "certain", True, "Why."
    )


def source_of(text: str) -> Source:
    document = Document(id="made-up", file="a.txt", label="a", sha256="0" * 64)
    return Source(document, Path("a.txt"), "0" * 64, text, "utf-8", "utf-8")


CORRECTED = [
    ("A free word is here.", [("word", "world")], "A free world is here."),
    ("The “word” is\r\nhere.", [("word", "world")], 'The "world" is\nhere.'),
    ("a ��word�� b", [("��word��", '"world"')], 'a "world" b'),
    ("one two  three", [("two three", "2 3")], "one 2 3"),
    ("It ended. He went.", [("ended. He", "ended. ¶ He")], "It ended.\n\nHe went."),
    ("one two", [("one", ""), ("two", "2")], "2"),
    ("one two\n\nthree four", [("three", "")], "one two\n\nfour"),
    ("one boy", [("boy", "")], "one"),
    ("a boy-friend (boy) said", [("boy-", "")], "a friend (boy) said"),
    ("said ““We met”", [("said ““We", "said “We")], 'said "We met"'),
    ("the partys end", [("partys", "party’s")], "the party's end"),
    ("abcd", [("ab", "1"), ("cd", "2")], "12"),
    ("We saw the end", [("the end", "the very end")], "We saw the very end"),
    ("He said ��We met.�� partyâ€™s", [("met", "meet")], 'He said "We meet." party\'s'),
    ("the the word. Yes no, so", [("the the", "the"), ("no", "")], "the word. Yes, so"),
    ("one two three", [("two", "")], "one three"),
    ("a-b -This c", [("-This", "—This")], "a-b —This c"),
    ("over weening", [("over", "under"), ("weening", "going")], "under going"),
    ("word word", [("word word", "world word")], "world word"),
]


@pytest.mark.parametrize(("raw", "pairs", "text"), CORRECTED)
def test_errata_are_applied_to_the_text_the_rules_made(
    raw: str, pairs: list[tuple[str, str]], text: str
) -> None:
    edition = edit_source(source_of(raw), errata=[erratum(*pair) for pair in pairs])
    assert edition.text == text
    assert apply_edits(raw, edition.edits) == text


def test_an_erratum_changes_no_word_it_does_not_name() -> None:
    edition = edit_source(source_of("The end. He went."), errata=[erratum("end. He", "end. ¶ He")])
    assert [(e.raw_start, e.raw_end, e.replacement) for e in edition.edits] == [(8, 9, "\n\n")]


def test_an_erratum_within_what_a_rule_changed_is_refused() -> None:
    # Three characters are one apostrophe: none of them can be corrected alone.
    with pytest.raises(ErrataError) as caught:
        edit_source(source_of("the partyâ€™s unity"), errata=[erratum("€", "E")])
    assert "the source has 'â€™' there" in str(caught.value)


@pytest.mark.parametrize("reading", ["â", "€", "™"])
def test_no_part_of_a_damaged_letter_can_be_corrected_alone(reading: str) -> None:
    with pytest.raises(ErrataError, match="the source has 'â€™' there"):
        edit_source(source_of("the partyâ€™s unity"), errata=[erratum(reading, "E")])


@pytest.mark.parametrize(
    ("raw", "context"), [("**A** b", "**A"), ("a **b** c", "a **b"), ("a **b**", "b**")]
)
def test_what_the_rules_take_out_needs_no_erratum(raw: str, context: str) -> None:
    with pytest.raises(ErrataError, match=r"take out '\*\*' by themselves"):
        edit_source(source_of(raw), errata=[erratum("**", "", context)])


def test_an_erratum_of_another_text_is_not_applied() -> None:
    other = Erratum("errata.csv:2", "other", "x", "x", "y", "word", "certain", True, "Why.")
    assert edit_source(source_of("x"), errata=[other]).text == "x"


@given(st.text('ab “”’�\n\r\u00a0-*#>.!"', max_size=60))
def test_any_text_has_an_edition_that_its_edits_make(raw: str) -> None:
    edition = edit_source(source_of(raw))
    assert apply_edits(raw, edition.edits) == edition.text
    spans = np.array(find_words(edition.text), dtype=np.int64).reshape(-1, 2)
    raw_starts, raw_ends = to_raw(edition, spans[:, 0], spans[:, 1])
    for (start, end), low, high in zip(spans.tolist(), raw_starts, raw_ends, strict=True):
        assert edition.text[start:end] in edited(edition, int(low), int(high))
    ends = [0, *[end for _, _, end in edition.blocks]]
    for (_, start, end), before in zip(edition.blocks, ends, strict=False):
        assert before <= start < end <= len(edition.text)
    for start, end in zip(
        ends, [s for _, s, _ in edition.blocks] + [len(edition.text)], strict=True
    ):
        assert not edition.text[start:end].strip()
    for quoted in edition.quotations:
        assert 0 <= quoted.start < quoted.end <= len(edition.text)


SENTENCES = (Path(__file__).parent / "data" / "sentences.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("part", SENTENCES.split("\n\n"), ids=lambda part: part.split("\n")[0])
def test_sentences_are_those_a_person_parted(part: str) -> None:
    document, *sentences = part.strip().split("\n")
    edition = EDITIONS[document]
    found = [
        edition.text[start + low : start + high]
        for kind, start, end in edition.blocks
        if kind in ("paragraph", "epigraph")
        for low, high in find_sentences(edition.text[start:end])
    ]
    assert found == sentences
