"""The commands of who labels: a sheet is drawn, filled in and scored, and never lost."""

import csv
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from rhetorica.annotations import write_annotations
from rhetorica.cli import main
from support import snapshot

MakeStudy = Callable[[Mapping[str, str | bytes]], Path]
LEXICON = """
[categories.unity]
label = "Unity"
entries = ["unite", "together"]
[categories.crisis]
label = "Crisis"
entries = ["crisis"]
"""
TEXTS = {
    "speech": "We unite. A crisis grew. It rained. They stand together.",
    "leaflet": "You unite. The crisis ended.",
}
# What a person finds; "They stand together" is not labelled so, "It rained" is.
FOUND = {
    "We unite.": ("1", "0"), "A crisis grew.": ("0", "1"), "It rained.": ("x", ""),
    "They stand together.": ("0", "0"), "You unite.": ("yes", "no"),
    "The crisis ended.": ("0", "1"),
}  # fmt: skip


@pytest.fixture
def study(make_study: MakeStudy) -> Path:
    folder = make_study(TEXTS)
    (folder / "lexicon.toml").write_text(LEXICON, encoding="utf-8")
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fill(path: Path) -> Path:
    """Label every sentence of a sheet as a person does."""
    rows = rows_of(path)
    for row in rows:
        row["unity"], row["crisis"] = (label or "0" for label in FOUND[row["sentence"]])
    path.write_bytes(write_annotations(rows, ["unity", "crisis"]))
    return path


def sample(study: Path, *options: str) -> int:
    return main(["annotate", "sample", str(study), *options])


def score(study: Path, *options: str) -> int:
    return main(["annotate", "score", str(study), *options])


# --- drawing a sheet


def test_sample_writes_a_sheet_and_says_what_to_do(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sample(study) == 0
    sheet = study / "annotations_sheet.csv"
    assert {row["sentence"] for row in rows_of(sheet)} == set(FOUND)
    assert {row["unity"] + row["crisis"] for row in rows_of(sheet)} == {""}
    out = capsys.readouterr().out
    assert out.startswith(f"6 sentences to label in {sheet.resolve()}\n")
    assert "For each category write 1 or 0: unity, crisis.\n" in out
    assert out.endswith(f"Then: rhetorica annotate score {study} --sheet {sheet.resolve()}\n")


def test_sample_never_writes_over_a_sheet(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = study / "annotations_sheet.csv"
    assert sample(study) == 0
    fill(sheet)
    capsys.readouterr()
    before = snapshot(study)
    assert sample(study) == 1
    assert sample(study, "-o", str(sheet)) == 1
    assert snapshot(study) == before
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count(f"{sheet.resolve()} exists already, and may hold labels") == 2
    assert sample(study, "-o", str(study / "other.csv")) == 0


def test_each_is_how_many_are_drawn_at_most(study: Path) -> None:
    assert sample(study, "--each", "1") == 0
    rows = rows_of(study / "annotations_sheet.csv")
    assert 1 <= len(rows) <= 4  # two categories, with a hit and without


def test_a_seed_draws_one_sheet_and_is_that_of_the_study(study: Path) -> None:
    sheets = {}
    for name, options in {"a": [], "b": ["--seed", "1"], "c": ["--seed", "1"]}.items():
        sheets[name] = study / f"{name}.csv"
        assert sample(study, "--each", "1", "-o", str(sheets[name]), *options) == 0
    assert sheets["a"].read_bytes() == sheets["b"].read_bytes() == sheets["c"].read_bytes()
    drawn = set()
    for seed in ("2", "3", "4", "5", "4294967295"):
        path = study / f"seed{seed}.csv"
        assert sample(study, "--each", "1", "-o", str(path), "--seed", seed) == 0
        drawn.add(path.read_bytes())
    assert len(drawn) > 1


@pytest.mark.parametrize("seed", ["-1", "4294967296"])
def test_a_seed_out_of_range_is_refused(
    study: Path, capsys: pytest.CaptureFixture[str], seed: str
) -> None:
    before = snapshot(study)
    assert sample(study, "--seed", seed) == 1
    assert capsys.readouterr().err == (
        f"rhetorica: --seed {seed} is out of range: 0 to 4294967295.\n"
    )
    assert snapshot(study) == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--each", "0"], "'0' is no whole number from 1"),
        (["--each", "-1"], "'-1' is no whole number from 1"),
        (["--each", "1.5"], "'1.5' is no whole number from 1"),
        (["--seed", "many"], "invalid int value: 'many'"),
        (["--eahc", "2"], "Did you mean '--each'?"),
    ],
)
def test_what_is_no_number_is_refused(
    study: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        sample(study, *options)
    assert caught.value.code == 2
    assert said in capsys.readouterr().err
    assert not (study / "annotations_sheet.csv").exists()


def test_nothing_is_left_to_label(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sample(study) == 0
    fill(study / "annotations_sheet.csv").rename(study / "annotations.csv")
    assert sample(study) == 1
    said = "rhetorica: Every sentence of these texts is labelled already.\n"
    assert capsys.readouterr().err == said
    assert not (study / "annotations_sheet.csv").exists()


def test_labelled_sentences_are_not_drawn_again(study: Path) -> None:
    labels = "document,sentence,unity\nspeech,It rained.,0\nleaflet,You unite.,1\n"
    (study / "annotations.csv").write_text(labels, encoding="utf-8")
    assert sample(study) == 0
    drawn = {row["sentence"] for row in rows_of(study / "annotations_sheet.csv")}
    assert drawn == set(FOUND) - {"It rained.", "You unite."}


# --- scoring it

SCORED = """\
             labelled  found  both      precision             recall                F1          elsewhere
  Unity           3      3     2  0.67 (0.09-0.99)    0.67 (0.09-0.99)    0.67 (0.13-0.97)        0.80
  Crisis          2      2     2  1.00 (0.16-1.00)    1.00 (0.16-1.00)    1.00 (0.27-1.00)        1.00
"""  # noqa: E501
WRONG = """\
2 disagreements:
  Unity missed (speech, line 1): no entry finds it
    It rained.
  Unity found in error (speech, line 1): “together” by the entry together
    They stand together.
"""


def words_of(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_a_filled_sheet_is_scored(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sample(study) == 0
    sheet = fill(study / "annotations_sheet.csv")
    capsys.readouterr()
    assert score(study, "--sheet", str(sheet)) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"6 labelled sentences in {sheet}\n")
    # Unity: labelled we, rained, you; found we, you, together. Elsewhere only "unite" finds:
    # we, you, of three labelled, so that F1 is 4/5.
    assert words_of(out)[1:4] == words_of(SCORED)
    assert "the 95% interval" in out
    assert out.endswith(f"\n{WRONG}")


def test_columns_of_the_table_stand_under_their_heads(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sample(study) == 0
    fill(study / "annotations_sheet.csv").rename(study / "annotations.csv")
    capsys.readouterr()
    assert score(study) == 0
    lines = capsys.readouterr().out.splitlines()
    head, unity = lines[1:3]
    for name, value in (("labelled", "3"), ("found", "3"), ("both", "2"), ("elsewhere", "0.80")):
        end = head.index(name) + len(name)
        assert unity[:end].endswith(value)
    for name in ("precision", "recall", "F1"):
        middle = head.index(name) + len(name) // 2
        assert unity[middle] in "0123456789.-()"


def test_disagreements_are_cut_unless_all_are_asked_for(
    make_study: MakeStudy, capsys: pytest.CaptureFixture[str]
) -> None:
    sentences = [f"Number {number} stands." for number in range(14)]
    study = make_study({"speech": " ".join(sentences)})
    (study / "lexicon.toml").write_text(LEXICON, encoding="utf-8")
    rows = [f"speech,{sentence},1" for sentence in sentences]
    labels = "\n".join(["document,sentence,unity", *rows])
    (study / "annotations.csv").write_text(labels, encoding="utf-8")
    assert score(study) == 0
    short = capsys.readouterr().out
    assert score(study, "--all") == 0
    whole = capsys.readouterr().out
    assert "\n14 disagreements:\n" in short
    assert "\n14 disagreements:\n" in whole
    assert (short.count("Unity missed"), whole.count("Unity missed")) == (12, 14)
    assert short.endswith("\n  and 2 more: --all lists them.\n")
    assert "--all" not in whole


def test_agreement_on_all_is_said(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = "document,sentence,unity\nspeech,We unite.,1\nspeech,It rained.,\n"
    (study / "annotations.csv").write_text(labels, encoding="utf-8")
    assert score(study) == 0
    out = capsys.readouterr().out
    assert out.startswith(
        f"1 labelled sentence in {(study / 'annotations.csv').resolve()}, 1 not labelled yet\n"
    )
    assert out.endswith("\nThe lexicon and the labels agree on every sentence.\n")


def test_a_measure_of_nothing_is_a_dash(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = "document,sentence,unity,crisis\nspeech,We unite.,1,0\n"
    (study / "annotations.csv").write_text(labels, encoding="utf-8")
    assert score(study) == 0
    out = capsys.readouterr().out
    assert words_of(out)[3] == ["Crisis", "0", "0", "0", "-", "-", "-", "-"]
    assert "nan" not in out


# The name of the sheet, what is in it, and what is said of it.
BAD_SHEETS = {
    "missing": (None, "There are no labelled sentences: {} is not there."),
    "not labelled": (
        "document,sentence,unity\nspeech,We unite.,\n",
        "No sentence of {} is labelled yet: write 1 or 0 into the columns of categories.",
    ),
    "empty": (
        "",
        "No sentence of {} is labelled yet: write 1 or 0 into the columns of categories.",
    ),
    "of another study": (
        "document,sentence,unity\nspeech,Nobody said this at all.,1\n",
        "{}, line 2: the sentence “Nobody said this at all.” does not stand in 'speech' as edited.",
    ),
    "another table": (
        "zzz,age\nAnn,1\n",
        "{}, line 1: the column 'zzz' is no category of the lexicon. Known: ",
    ),
}


@pytest.mark.parametrize("case", BAD_SHEETS)
def test_a_sheet_that_will_not_do(
    study: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    content, said = BAD_SHEETS[case]
    sheet = study / "sheet.csv"
    if content is not None:
        sheet.write_text(content, encoding="utf-8")
    assert score(study, "--sheet", str(sheet)) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"rhetorica: {said.format(sheet)}")


def test_study_without_labels_names_the_command(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert score(study) == 1
    assert capsys.readouterr().err == (
        f"rhetorica: This study has no labelled sentences: {(study / 'annotations.csv').resolve()} "
        "is not there. 'rhetorica annotate sample' draws sentences to label.\n"
    )


def test_a_sentence_never_commands_the_terminal(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = "document,sentence,unity,note\nspeech,It rained.,1,\x1b[31mred\n"
    (study / "annotations.csv").write_text(labels, encoding="utf-8")
    assert score(study) == 0
    out = capsys.readouterr().out
    assert "\\x1b[31mred" in out
    assert "\x1b" not in out


def test_the_parameters_of_the_study_hide_no_labels(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = study / "study.toml"
    content = file.read_text(encoding="utf-8")
    chosen = '[parameters]\ntexts = ["leaflet"]\nlevel = "raw"\n'
    content = content.replace("[parameters]\n", chosen, 1)
    assert chosen in content
    file.write_text(content, encoding="utf-8")
    labels = "document,sentence,unity\nspeech,It rained.,1\nleaflet,You unite.,1\n"
    (study / "annotations.csv").write_text(labels, encoding="utf-8")
    assert score(study) == 0
    assert capsys.readouterr().out.startswith("2 labelled sentences in ")
    assert sample(study, "--each", "9") == 0
    assert len(rows_of(study / "annotations_sheet.csv")) == 4


def test_a_narrow_terminal_gets_the_measures_without_intervals(
    study: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sample(study) == 0
    fill(study / "annotations_sheet.csv").rename(study / "annotations.csv")
    capsys.readouterr()
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert score(study) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines[1:])) <= 80
    assert lines[2].split() == ["Unity", "3", "3", "2", "0.67", "0.67", "0.67", "0.80"]
    assert "A wider terminal shows the intervals too." in lines[5]
