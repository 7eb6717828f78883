"""Labelled sentences: read with every mistake named, placed in their texts, and drawn fairly."""

import csv
import re
from io import StringIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rhetorica.agreement import sample_sheet
from rhetorica.annotations import (
    Annotation,
    Annotations,
    draw_sample,
    place_annotations,
    read_annotations,
    write_annotations,
)
from rhetorica.corpus import Corpus
from rhetorica.errors import AnnotationError
from rhetorica.resampling import generator
from support import corpus_of

HEADER = "document,sentence,unity,crisis,borderline,note"
GOOD = "speech,We unite.,1,0,crisis,Why not."
CATEGORIES = ("unity", "crisis", "people")
TEXTS = {
    "speech": 'We unite. The crisis grew. We unite.\n\nThe people\'s "own" party won again.',
    "leaflet": "It rained. We unite.",
}


def read(folder: Path, *lines: str, data: bytes = b"") -> Annotations:
    path = folder / "annotations.csv"
    path.write_bytes(data or ("\n".join(lines) + "\n").encode("utf-8"))
    return read_annotations(path, ("speech", "leaflet"), CATEGORIES)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return corpus_of(tmp_path, TEXTS)


# --- reading


def test_a_line_is_read_whole(tmp_path: Path) -> None:
    lines = HEADER + ",weight,before", GOOD.replace("We unite", "We  unite") + ",2.5,It rained."
    sheet = read(tmp_path, *lines)
    assert sheet.categories == ("unity", "crisis")
    assert sheet.rows == (
        Annotation(
            "speech", "We unite.", frozenset({"unity"}), frozenset({"crisis"}), "Why not.", 2.5, 2
        ),
    )
    assert (sheet.unlabelled, repr(sheet)) == (0, "<Annotations 'annotations.csv': 1 sentences>")


def row(unity: str, crisis: str = "0") -> str:
    return f"speech,We unite.,{unity},{crisis},,"


# Lines, the categories of each row read, and how many are not labelled.
ACCEPTED: dict[str, tuple[list[str], list[set[str]], int]] = {
    "no row": ([HEADER], [], 0),
    "yes": ([HEADER, *map(row, ("1", "yes", "Y", "x", "X", " true "))], [{"unity"}] * 6, 0),
    "no": ([HEADER, *map(row, ("0", "no", "N", "FALSE", "0.0"))], [set()] * 5, 0),
    "a category not labelled": ([HEADER, row(" ", "1"), row("", "0")], [{"crisis"}, set()], 0),
    "nothing labelled": ([HEADER, row("", ""), row(" ", ""), row("1")], [{"unity"}], 2),
    "semicolons": ([HEADER.replace(",", ";"), GOOD.replace(",", ";")], [{"unity"}], 0),
    "tabs": ([HEADER.replace(",", "\t"), GOOD.replace(",", "\t")], [{"unity"}], 0),
    "empty lines": (["", HEADER, "", GOOD, ",,,,,", ""], [{"unity"}], 0),
    "space around": ([HEADER.replace(",", " , "), GOOD.replace(",", " , ")], [{"unity"}], 0),
    "another order": (
        ["note,crisis,sentence,document,unity", "Why.,1,We unite.,speech,1"],
        [{"unity", "crisis"}],
        0,
    ),
    "one category alone": (["document,sentence,people", "speech,We unite.,1"], [{"people"}], 0),
}  # fmt: skip


@pytest.mark.parametrize("case", ACCEPTED)
def test_what_is_accepted(tmp_path: Path, case: str) -> None:
    lines, present, unlabelled = ACCEPTED[case]
    sheet = read(tmp_path, *lines)
    assert [item.present for item in sheet.rows] == present
    assert sheet.unlabelled == unlabelled
    assert all(item.document == "speech" for item in sheet.rows)


def test_what_spreadsheets_write_is_read(tmp_path: Path) -> None:
    data = f"\ufeff{HEADER}\r\n{GOOD}\r\n,,,,,\r\n".encode()
    assert read(tmp_path, data=data).rows == read(tmp_path, HEADER, GOOD).rows


def test_borderline_names_several_and_weight_is_one_if_empty(tmp_path: Path) -> None:
    lines = HEADER.replace("note", "weight"), "speech,We unite.,1,0, unity ; crisis;,"
    [item] = read(tmp_path, *lines).rows
    assert item.borderline == {"unity", "crisis"}
    assert item.weight == 1


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    split = 'speech,"We\nunite.",1,0,,'
    sheet = read(tmp_path, HEADER, split, "", GOOD)
    assert [(item.line, item.sentence) for item in sheet.rows] == [
        (2, "We unite."), (5, "We unite."),
    ]  # fmt: skip


WEIGHT = HEADER.replace("note", "weight")
MISTAKES = {
    "unknown text": (
        [HEADER, GOOD, GOOD.replace("speech", "speach")],
        "line 3: there is no text 'speach'. Did you mean 'speech'? Known: 'speech', 'leaflet'.",
    ),
    "unknown text, not labelled": (
        [HEADER, row("", "").replace("speech", "zzz")],
        "line 2: there is no text 'zzz'. Known: 'speech', 'leaflet'.",
    ),
    "unknown column": (
        [HEADER.replace("unity", "unitty"), GOOD],
        "line 1: the column 'unitty' is no category of the lexicon. Did you mean 'unity'? "
        "Known: document, sentence, unity, crisis, people, before, borderline, note, weight, "
        "draw.",
    ),
    "a label left empty": (
        [HEADER, row("1", "0"), row("", "1")],
        "line 3: unity is empty, and other categories of the sentence are labelled: write 1 or 0",
    ),
    "doubled column": (
        [HEADER + ",unity", GOOD + ",1"],
        "line 1: the header names the column 'unity' twice.",
    ),
    "no text": (
        ["", HEADER.replace("document,", "")],
        "line 2: the header lacks the column 'document'.",
    ),
    "no sentence": (
        [HEADER.replace("sentence,", "")],
        "line 1: the header lacks the column 'sentence'.",
    ),
    "no category": (
        ["document,sentence,note", "speech,We unite.,Why."],
        "line 1: no column is a category of the lexicon. Known: unity, crisis, people.",
    ),
    "value": ([HEADER, GOOD, row("1", "maybe")], "line 3: crisis is 1 or 0, not 'maybe'."),
    "another number": ([HEADER, row("2")], "line 2: unity is 1 or 0, not '2'."),
    "borderline": (
        [HEADER, GOOD.replace(",crisis,", ",crisi,")],
        "line 2: borderline names 'crisi', which is no labelled category. Did you mean 'crisis'? "
        "Several are parted by semicolons.",
    ),
    "borderline, not labelled": (
        [HEADER, GOOD.replace(",crisis,", ",people,")],
        "line 2: borderline names 'people', which is no labelled category.",
    ),
    "field too few": ([HEADER, GOOD.removesuffix(",Why not.")], "line 2: 5 fields where the"),
    "field too many": ([HEADER, GOOD, GOOD + ", too"], "line 3: 7 fields where the header names 6"),
    "open quotation": ([HEADER, GOOD, 'speech,"We'], "line 3: a quotation mark is opened"),
} | {
    f"weight {weight}": (
        [WEIGHT, GOOD.replace("Why not.", weight)],
        f"line 2: weight is a number above 0, not '{weight}'.",
    )
    for weight in ("0", "-1", "many", "inf", "nan")
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, case: str) -> None:
    lines, said = MISTAKES[case]
    with pytest.raises(AnnotationError) as caught:
        read(tmp_path, *lines)
    assert str(caught.value).startswith(f"{tmp_path / 'annotations.csv'}, {said}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04\x14\xff", " is a spreadsheet, not a csv file: save it as csv"),
        (f"{HEADER}\n{GOOD}\0".encode(), " is no csv file but a binary one"),
        (f"{HEADER}\n{GOOD} caf\u00e9".encode("latin-1"), ", line 2, is not UTF-8 text"),
    ],
)
def test_another_kind_of_file_is_named(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(AnnotationError, match=re.escape(f"{tmp_path / 'annotations.csv'}{said}")):
        read(tmp_path, data=data)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match=re.escape(f"{tmp_path / 'none.csv'} is not there")):
        read_annotations(tmp_path / "none.csv", (), CATEGORIES)


# --- placing


def place(folder: Path, corpus: Corpus, *rows: tuple[str, str]) -> list[int]:
    """Place sentences, each with its text, and return their numbers in the stream."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["document", "sentence", "unity"])
    writer.writerows([*pair, "1"] for pair in rows)
    numbers = place_annotations(read(folder, data=buffer.getvalue().encode()), corpus)
    return [int(number) for number in numbers]


# Sentences of the stream: 0 to 3 of the speech, 4 and 5 of the leaflet.
PLACES = [
    ("speech", "The crisis grew.", 1),
    ("speech", "the CRISIS   grew", 1),
    ("speech", "“The crisis grew!”", 1),
    ("speech", 'The people\'s "own" party won again.', 3),
    ("speech", "The people\u2019s “own” party won again.", 3),
    ("leaflet", "We unite.", 5),
]


@pytest.mark.parametrize(("text", "sentence", "number"), PLACES)
def test_a_sentence_is_known_by_its_words(
    tmp_path: Path, corpus: Corpus, text: str, sentence: str, number: int
) -> None:
    assert place(tmp_path, corpus, (text, sentence)) == [number]


def test_a_sentence_that_stands_twice_is_placed_in_order(tmp_path: Path, corpus: Corpus) -> None:
    rows = [("leaflet", "We unite."), ("speech", "We unite."), ("speech", "We unite.")]
    assert place(tmp_path, corpus, *rows) == [5, 0, 2]


WRONG = {
    "nearly there": (
        [("speech", "The crisis grew."), ("speech", "The crisis grows.")],
        "line 3: the sentence “The crisis grows.” does not stand in 'speech' as edited. "
        "Nearest: “The crisis grew.”",
    ),
    "of another text": (
        [("leaflet", "The crisis grew.")],
        "line 2: the sentence “The crisis grew.” does not stand in 'leaflet' as edited.",
    ),
    "part of a sentence": (
        [("speech", "people's own party won again")],
        "line 2: the sentence “people's own party won again” does not stand in 'speech' as "
        'edited. Nearest: “The people\'s "own" party won again.”',
    ),
    "once too often": (
        [("leaflet", "It rained."), ("leaflet", "It rained.")],
        "line 3: the sentence “It rained.” is labelled before, and stands once in 'leaflet' as "
        "edited.",
    ),
    "thrice where it stands twice": (
        [("speech", "We unite.")] * 3,
        "line 4: the sentence “We unite.” is labelled before, and stands 2 times in 'speech' as "
        "edited.",
    ),
    "without a word": (
        [("speech", "...")],
        "line 2: the sentence “...” does not stand in 'speech' as edited.",
    ),
    "long": (
        [("speech", "x" * 200)],
        f"line 2: the sentence “{'x' * 89}…” does not stand in 'speech' as edited.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_sentence_that_is_not_there_is_named(tmp_path: Path, corpus: Corpus, case: str) -> None:
    rows, said = WRONG[case]
    with pytest.raises(AnnotationError) as caught:
        place(tmp_path, corpus, *rows)
    assert str(caught.value) == f"{tmp_path / 'annotations.csv'}, {said}"


# --- drawing

# Six sentences; one category has two of them, another the last alone.
HITS = np.array([[1, 0], [1, 0], [0, 0], [0, 0], [0, 0], [0, 1]], dtype=bool)


def draw(hits: NDArray[np.bool_], each: int, seed: int = 1) -> dict[int, float]:
    """Draw sentences: their weights by their numbers."""
    numbers, weights = draw_sample(hits, each, generator(seed, "test"))
    assert all(a < b for a, b in pairwise(numbers.tolist()))
    return dict(zip(numbers.tolist(), weights.tolist(), strict=True))


def test_weights_by_hand() -> None:
    # The chance to be missed by all four draws: one of 2 hits or of 4 others, then the only hit
    # or one of 5 others.
    weights = {
        0: 1 / (1 - 1 / 2 * 4 / 5),
        1: 1 / (1 - 1 / 2 * 4 / 5),
        2: 1 / (1 - 3 / 4 * 4 / 5),
        3: 1 / (1 - 3 / 4 * 4 / 5),
        4: 1 / (1 - 3 / 4 * 4 / 5),
        5: 1.0,
    }
    seen: set[int] = set()
    for seed in range(20):
        sample = draw(HITS, 1, seed)
        assert 5 in sample
        assert len(sample) <= 4
        assert sample == pytest.approx({number: weights[number] for number in sample})
        seen |= set(sample)
    assert seen == set(weights)


def test_all_are_drawn_where_there_are_fewer() -> None:
    assert draw(HITS, 5) == dict.fromkeys(range(6), 1.0)
    # With a hit there are two, without one four: four of each are asked for.
    assert draw(HITS[:, :1], 4) == dict.fromkeys(range(6), 1.0)


def test_one_seed_draws_one_sample() -> None:
    hits = np.zeros((1000, 1), dtype=bool)
    assert draw(hits, 5, seed=1) == draw(hits, 5, seed=1)
    assert set(draw(hits, 5, seed=1)) != set(draw(hits, 5, seed=2))


def test_weighted_sums_are_unbiased() -> None:
    random = generator(1, "hits")
    hits = random.random((60, 3)) < np.array([0.05, 0.3, 0.6])
    sums = []
    for seed in range(1500):
        numbers, weights = draw_sample(hits, 3, generator(seed, "test"))
        sums.append([weights.sum(), *(weights @ hits[numbers])])
    means, errors = np.mean(sums, axis=0), np.std(sums, axis=0) / np.sqrt(len(sums))
    assert (np.abs(means - [60, *hits.sum(axis=0)]) <= 4 * errors + 1e-9).all()
    assert (errors < 0.5).all()


def test_sheet_never_tells_what_was_found(corpus: Corpus) -> None:
    rows, categories = sample_sheet(corpus, 5, 1)
    sheet = list(csv.DictReader(StringIO(write_annotations(rows, categories).decode())))
    assert list(sheet[0]) == [
        "document", "before", "sentence", *categories, "borderline", "note", "draw",
    ]  # fmt: skip
    assert {line[name] for line in sheet for name in (*categories, "borderline", "note")} == {""}
    assert [(line["document"], line["before"], line["sentence"]) for line in sheet] == [
        ("speech", "", "We unite."),
        ("speech", "We unite.", "The crisis grew."),
        ("speech", "The crisis grew.", "We unite."),
        ("speech", "We unite.", 'The people\'s "own" party won again.'),
        ("leaflet", "", "It rained."),
        ("leaflet", "It rained.", "We unite."),
    ]


def test_sheet_is_that_of_its_seed(tmp_path: Path) -> None:
    text = " ".join(f"Sentence {number} stands." for number in range(40))
    corpus = corpus_of(tmp_path, {"a": text}, categories="unity")
    assert sample_sheet(corpus, 3, 1) == sample_sheet(corpus, 3, 1)
    assert sample_sheet(corpus, 3, 1) != sample_sheet(corpus, 3, 2)
    rows, categories = sample_sheet(corpus, 3, 1)
    assert categories == ["unity"]
    assert len({line["draw"] for line in rows}) == 3  # equal weights do not look so
    sheet = tmp_path / "sheet.csv"
    sheet.write_bytes(write_annotations([line | {"unity": "0"} for line in rows], categories))
    read = read_annotations(sheet, ["a"], categories)
    assert [row.weight for row in read.rows] == pytest.approx([40 / 3] * 3, rel=1e-6)
