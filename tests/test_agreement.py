"""Agreement: counts and measures by hand on a tiny study, reasons, and the labelled five texts."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rhetorica.agreement import judge, lexicon_agreement, list_disagreements, sample_sheet
from rhetorica.corpus import Corpus, read_corpus
from rhetorica.errors import AnnotationError, NothingToShow
from rhetorica.intervals import share_interval
from rhetorica.parameters import check_parameters
from support import corpus_of, default_corpus

TEXTS = {
    "one": "We unite now. The united front stands. Bread costs money. They struggle on. "
    "United States spoke.\n\nThey fight.",
    "two": "We unite today. A struggle came. It rained.\n\nThey fought a fight.",
}
LEXICON = """
[categories.unity]
label = "Unity"
entries = ["unite", { pattern = "united", except = ["United States"] }]
[categories.struggle]
label = "Struggle"
entries = [{ pattern = "struggle", needs = ["they"] }, "fight*"]
[categories.bread]
label = "Bread"
entries = ["bread"]
"""
# Not in the order of the texts. In one sentence, "They fought a fight", nothing is labelled.
SHEET = """document,sentence,unity,struggle,borderline,note,weight
two,We unite today.,0,0,,Said of bread.,1
two,A struggle came.,0,1,,,1
two,It rained.,0,0,,,1
one,We unite now.,1,0,,,2
one,The united front stands.,1,0,,,1
one,Bread costs money.,1,0,unity,,3
one,They struggle on.,0,1,,,1
one,United States spoke.,1,0,struggle,,1
one,They fight.,0,0,struggle,,5
two,They fought a fight.,,,,,1
"""
PLAIN = "\n".join(line.rpartition(",")[0] for line in SHEET.splitlines())


def tiny(folder: Path, sheet: str = PLAIN, lexicon: str = LEXICON, **parameters: object) -> Corpus:
    """Make a study of two texts with a lexicon and labels of its own."""
    corpus = corpus_of(folder, TEXTS, **parameters)
    corpus.study.lexicon.write_text(lexicon, encoding="utf-8")
    if sheet:
        corpus.study.annotations.write_text(sheet, encoding="utf-8")
    return corpus


def reread(corpus: Corpus, **parameters: object) -> Corpus:
    return read_corpus(corpus.study, check_parameters(parameters))


def rows_of(corpus: Corpus) -> dict[str, dict[str, float]]:
    """Return the table of measures: its rows by their categories."""
    frame = lexicon_agreement(corpus).frame
    rows = frame.drop(columns="category_label").set_index("category").to_dict("index")
    return {
        str(name): {str(key): value for key, value in row.items()} for name, row in rows.items()
    }


# --- measures by hand

COUNTS = {
    # Labelled: now, front, bread, States; found: now, front, today.
    "unity": {"sentences": 9, "labelled": 4, "found": 3, "both": 2},
    # Labelled: struggle on, struggle came; found: struggle on, they fight.
    "struggle": {"sentences": 9, "labelled": 2, "found": 2, "both": 1},
}
MEASURES = {
    "unity": {
        "precision": Fraction(2, 3),
        "recall": Fraction(2, 4),
        "f1": Fraction(4, 7),
        # Found by "unite" alone, which stands in both texts: now, today; one of them is right.
        "f1_elsewhere": Fraction(2, 6),
        # Without the bread: 3 labelled, 3 found, 2 of them both.
        "f1_settled": Fraction(4, 6),
    },
    "struggle": {
        "precision": Fraction(1, 2),
        "recall": Fraction(1, 2),
        "f1": Fraction(2, 4),
        # "struggle" counts in one text alone, for in the other it lacks what it needs.
        "f1_elsewhere": Fraction(0),
        # Without the fight and the States: 2 labelled, 1 found, and that both.
        "f1_settled": Fraction(2, 3),
    },
}
WEIGHTED = {
    "unity": {
        "precision": Fraction(2 + 1, 2 + 1 + 1),
        "recall": Fraction(2 + 1, 2 + 1 + 3 + 1),
        "f1": Fraction(2 * 3, 4 + 7),
        "f1_elsewhere": Fraction(2 * 2, 3 + 7),
        "f1_settled": Fraction(2 * 3, 4 + 4),
    },
    "struggle": {
        "precision": Fraction(1, 6),
        "recall": Fraction(1, 2),
        "f1": Fraction(2 * 1, 6 + 2),
        "f1_elsewhere": Fraction(0),
        "f1_settled": Fraction(2, 3),
    },
}


@pytest.mark.parametrize(
    ("sheet", "measures"), [(PLAIN, MEASURES), (SHEET, WEIGHTED)], ids=["plain", "weighted"]
)
def test_measures_by_hand(
    tmp_path: Path, sheet: str, measures: dict[str, dict[str, Fraction]]
) -> None:
    rows = rows_of(tiny(tmp_path, sheet))
    assert list(rows) == ["unity", "struggle"]  # the third category is not labelled
    for name, row in rows.items():
        assert {key: row[key] for key in COUNTS[name]} == COUNTS[name]
        expected = {key: float(value) for key, value in measures[name].items()}
        assert {key: row[key] for key in expected} == pytest.approx(expected)


# Successes and trials of the shares of unity; of F1 those of both / (labelled or found).
INTERVALS = [
    (PLAIN, "precision", 2, 3),
    (PLAIN, "recall", 2, 4),
    (PLAIN, "f1", 2, 5),
    # Weights 2, 1, 1: as many as 4² / (4 + 1 + 1) sentences; 2, 1, 3, 1: as 7² / 15;
    # with today's: 8² / 16.
    (SHEET, "precision", 3 / 4 * 16 / 6, 16 / 6),
    (SHEET, "recall", 3 / 7 * 49 / 15, 49 / 15),
    (SHEET, "f1", 3 / 8 * 64 / 16, 64 / 16),
]


@pytest.mark.parametrize("confidence", [0.95, 0.8])
@pytest.mark.parametrize(("sheet", "measure", "k", "n"), INTERVALS)
def test_intervals_by_hand(
    tmp_path: Path, sheet: str, measure: str, k: float, n: float, confidence: float
) -> None:
    row = rows_of(tiny(tmp_path, sheet, confidence=confidence))["unity"]
    limits = [float(limit) for limit in share_interval(k, n, confidence)]
    if measure == "f1":
        limits = [2 * limit / (1 + limit) for limit in limits]
    assert [row[f"{measure}_low"], row[f"{measure}_high"]] == pytest.approx(limits)


def test_what_is_neither_labelled_nor_found_has_no_measure(tmp_path: Path) -> None:
    sheet = "document,sentence,unity,bread\ntwo,It rained.,0,0\none,We unite now.,1,0\n"
    corpus = tiny(tmp_path, sheet)
    row = rows_of(corpus)["bread"]
    assert (row["labelled"], row["found"], row["both"]) == (0, 0, 0)
    names = [key for key in row if key.startswith(("precision", "recall", "f1"))]
    assert np.isnan([row[name] for name in names]).all()
    assert len(names) == 11
    with pytest.raises(NothingToShow, match="agree on every sentence"):
        list_disagreements(corpus)


def test_lexicon_that_finds_nothing(tmp_path: Path) -> None:
    lexicon = '[categories.unity]\nentries = ["absent"]\n[categories.struggle]\nentries = ["no"]\n'
    rows = rows_of(tiny(tmp_path, PLAIN, lexicon))
    for name, labelled in (("unity", 4), ("struggle", 2)):
        row = rows[name]
        assert (row["labelled"], row["found"], row["recall"], row["f1"]) == (labelled, 0, 0, 0)
        assert np.isnan(row["precision"])


def test_entries_of_too_little_certainty_find_nothing(tmp_path: Path) -> None:
    lexicon = LEXICON.replace('["unite", ', '[{ pattern = "unite", certainty = 0.5 }, ')
    rows = rows_of(tiny(tmp_path, PLAIN, lexicon, min_certainty=0.6))
    assert (rows["unity"]["found"], rows["unity"]["both"]) == (1, 1)


def test_labels_of_people_are_read_at_their_sentences(tmp_path: Path) -> None:
    judged = judge(tiny(tmp_path, SHEET))
    # The stream: six sentences of the first text, then four of the second.
    assert judged.sentences.tolist() == [6, 7, 8, 0, 1, 2, 3, 4, 5]
    assert judged.weights.tolist() == [1, 1, 1, 2, 1, 3, 1, 1, 5]
    assert judged.categories == ("unity", "struggle")


# --- what is said

FINDING_TITLE = (
    "On the labelled sentences the lexicon has an F1 of 0.50 to 0.57; with only the entries that "
    "also hit in another text, 0.00 to 0.33"
)


def test_title_alt_and_notes_are_those_of_the_table(tmp_path: Path) -> None:
    finding = lexicon_agreement(tiny(tmp_path))
    assert finding.title == FINDING_TITLE
    assert finding.alt.endswith(" Unity 0.67, 0.50, 0.57; Struggle 0.50, 0.50, 0.50.")
    assert finding.basis.startswith("Counted: 9 labelled sentences of 2 texts as edited")
    assert finding.notes[1:] == (
        "Labelled in fewer than ten sentences: Unity, Struggle.",
        "Not labelled yet: 1 sentence.",
    )
    assert finding.parameters == {
        "confidence": 0.95, "min_certainty": 0.0, "categories": ["unity", "struggle"],
    }  # fmt: skip


def test_nothing_labelled_or_found_is_said(tmp_path: Path) -> None:
    finding = lexicon_agreement(tiny(tmp_path, "document,sentence,bread\ntwo,It rained.,0\n"))
    assert finding.title == "None of the chosen categories is labelled or found in a sentence"


@pytest.mark.parametrize(
    "sheet",
    [
        "document,sentence,unity,bread\ntwo,It rained.,0,0\none,We unite now.,1,0\n",
        "document,sentence,bread\none,Bread costs money.,0\n",
    ],
    ids=["a share of nothing", "no entry of another text"],
)
def test_what_has_no_value_is_not_written_as_a_number(tmp_path: Path, sheet: str) -> None:
    finding = lexicon_agreement(tiny(tmp_path, sheet))
    assert "nan" not in finding.title + finding.alt


def test_parameters_choose_rows_and_change_nothing_else(tmp_path: Path) -> None:
    corpus = tiny(tmp_path)
    whole = lexicon_agreement(corpus)
    for parameters in ({"texts": "two"}, {"level": "raw"}, {"parts": "paragraph"}):
        chosen = lexicon_agreement(reread(corpus, **parameters))
        assert chosen.frame.equals(whole.frame)
        assert (chosen.title, chosen.basis) == (whole.title, whole.basis)
    one = lexicon_agreement(reread(corpus, categories="struggle"))
    assert one.frame.equals(whole.frame[1:].reset_index(drop=True))
    with pytest.raises(NothingToShow, match="None of the chosen categories is labelled"):
        lexicon_agreement(reread(corpus, categories="bread"))


# --- disagreements

DISAGREEMENTS = [
    ("Unity", "missed", "one", 1, "no entry finds it; the label may go either way", "Bread costs"),
    ("Unity", "missed", "one", 1, "“United” does not count (except: united states)", "United S"),
    ("Struggle", "missed", "two", 1, "“struggle” does not count (needs: they)", "A struggle came"),
    ("Unity", "found in error", "two", 1, "“unite” by the entry unite; Said of bread.", "We unite"),
    (
        "Struggle", "found in error", "one", 3,
        "“fight” by the entry fight*; the label may go either way", "They fight.",
    ),
]  # fmt: skip


def as_rows(table: pd.DataFrame) -> list[tuple[object, ...]]:
    return [tuple(row) for row in table.to_numpy().tolist()]


def test_disagreements_have_their_reasons(tmp_path: Path) -> None:
    table = list_disagreements(tiny(tmp_path))
    assert list(table) == ["category", "what", "text", "raw_line", "why", "sentence"]
    rows = as_rows(table)
    assert [row[:5] for row in rows] == [row[:5] for row in DISAGREEMENTS]
    for row, expected in zip(rows, DISAGREEMENTS, strict=True):
        assert str(row[5]).startswith(expected[5])


def test_every_entry_that_is_wrong_is_named_once(tmp_path: Path) -> None:
    lexicon = '[categories.struggle]\nlabel = "Struggle"\nentries = ["fight", "fought"]\n'
    sheet = "document,sentence,struggle\ntwo,They fought a fight.,0\n"
    [row] = as_rows(list_disagreements(tiny(tmp_path, sheet, lexicon)))
    assert row[4] == "“fought” by the entry fought, “fight” by the entry fight"


def test_an_entry_whose_hit_does_not_count_is_not_named(tmp_path: Path) -> None:
    lexicon = '[categories.struggle]\nlabel = "Struggle"\nentries = ["fight", "a fight"]\n'
    sheet = "document,sentence,struggle\ntwo,They fought a fight.,0\n"
    [row] = as_rows(list_disagreements(tiny(tmp_path, sheet, lexicon)))
    assert row[4] == "“a fight” by the entry a fight"


def test_disagreements_with_another_sheet(tmp_path: Path) -> None:
    corpus = tiny(tmp_path)
    other = tmp_path / "other.csv"
    other.write_text("document,sentence,bread\none,Bread costs money.,0\n", encoding="utf-8")
    [row] = as_rows(list_disagreements(corpus, str(other)))
    assert row[:3] == ("Bread", "found in error", "one")
    assert len(list_disagreements(corpus)) == 5


# --- what cannot be shown


def test_study_without_labels_names_the_command(tmp_path: Path) -> None:
    corpus = tiny(tmp_path, "")
    with pytest.raises(NothingToShow, match="'rhetorica annotate sample' draws sentences"):
        lexicon_agreement(corpus)
    with pytest.raises(NothingToShow, match="no labelled sentences"):
        list_disagreements(corpus)


@pytest.mark.parametrize("sheet", ["", "two,It rained.,,\none,We unite now.,,\n"])
def test_sheet_without_a_label_says_so(tmp_path: Path, sheet: str) -> None:
    corpus = tiny(tmp_path, f"document,sentence,unity,struggle\n{sheet}")
    with pytest.raises(NothingToShow, match=r"No sentence of .*annotations\.csv is labelled yet"):
        lexicon_agreement(corpus)


def test_a_sentence_that_is_not_there_is_named(tmp_path: Path) -> None:
    corpus = tiny(tmp_path, "document,sentence,unity\ntwo,We unite now.,1\n")
    with pytest.raises(AnnotationError, match=r"line 2: .* Nearest: “We unite today\.”"):
        lexicon_agreement(corpus)


# --- sheets to label


def test_sheet_leaves_out_what_is_labelled(tmp_path: Path) -> None:
    corpus = tiny(tmp_path)
    rows, categories = sample_sheet(corpus, 5, 1)
    assert [row["sentence"] for row in rows] == ["They fought a fight."]
    assert [row["before"] for row in rows] == ["It rained."]
    assert categories == ["unity", "struggle", "bread"]


def test_sheet_of_a_text_that_is_labelled_whole(tmp_path: Path) -> None:
    corpus = tiny(tmp_path, PLAIN.replace("fight.,,,", "fight.,0,1,"))
    with pytest.raises(NothingToShow, match="labelled already"):
        sample_sheet(corpus, 5, 1)


# --- the five texts


def test_labels_of_the_five_texts() -> None:
    corpus = default_corpus()
    judged = judge(corpus)
    assert len(judged.categories) == 11
    assert len(np.unique(judged.sentences)) == len(judged.sentences)
    assert judged.annotations.unlabelled == 0
    assert judged.labelled.any(axis=0).all()


def test_lexicon_finds_what_people_find_in_the_five_texts() -> None:
    frame = lexicon_agreement(default_corpus()).frame
    assert len(frame) == 11
    assert (frame["f1"] >= 0.95).all()
    for low, value, high in (
        (frame[f"{name}_low"], frame[name], frame[f"{name}_high"])
        for name in ("precision", "recall", "f1")
    ):
        assert ((low >= 0) & (low <= value) & (value <= high) & (high <= 1)).all()


def test_level_parts_and_texts_change_no_measure_of_the_five_texts() -> None:
    chosen = default_corpus(level="raw", parts="paragraph", texts="feats-for-parties")
    assert lexicon_agreement(chosen).frame.equals(lexicon_agreement(default_corpus()).frame)


def made(folder: Path, texts: dict[str, str], lexicon: str, sheet: str) -> Corpus:
    study = corpus_of(folder, texts).study
    study.lexicon.write_text(lexicon, encoding="utf-8")
    study.annotations.write_text(sheet, encoding="utf-8")
    return read_corpus(study)


def test_an_entry_hidden_by_a_longer_one_hits_elsewhere_too(tmp_path: Path) -> None:
    corpus = made(
        tmp_path,
        {"one": "The popular masses met.", "two": "The masses won."},
        "[categories.masses]\nentries = ['masses', 'popular masses']\n",
        "document,sentence,masses\none,The popular masses met.,1\ntwo,The masses won.,1\n",
    )
    row = lexicon_agreement(corpus).frame.iloc[0]
    assert (row["f1"], row["f1_elsewhere"]) == (1, 1)


def test_one_text_has_no_other(tmp_path: Path) -> None:
    corpus = made(
        tmp_path,
        {"one": "The masses met."},
        "[categories.masses]\nentries = ['masses']\n",
        "document,sentence,masses\none,The masses met.,1\n",
    )
    finding = lexicon_agreement(corpus)
    assert finding.frame["f1_elsewhere"].isna().all()
    assert "another text" not in finding.title


def test_sentences_that_differ_in_capitals_only_are_told_apart(tmp_path: Path) -> None:
    corpus = made(
        tmp_path,
        {"one": "Let us go. Other words here. Let US go."},
        "[categories.enemy]\nentries = [{pattern = 'US', case = true}]\n",
        "document,sentence,enemy\none,Let US go.,1\none,Let us go.,0\n",
    )
    row = lexicon_agreement(corpus).frame.iloc[0]
    assert (row["labelled"], row["found"], row["both"]) == (1, 1, 1)
