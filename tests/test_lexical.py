"""The commands on words: what they print, what they write, and with which code they end."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from rhetorica.cli import main

MakeStudy = Callable[[Mapping[str, str | bytes]], Path]
Run = Callable[..., tuple[int, str, str]]
TEXTS = {
    "alpha": "For unity.\n\nThe popular masses unite. Unity of all.",
    "beta": "We struggle. The popular masses, too.",
    "gamma": "It rained.",
}
LEXICON = """
[parents.own]
label = "Own side"
[categories.unity]
label = "Unity"
parent = "own"
entries = [
  "unity",
  "unite",
]
[categories.people]
label = "Masses"
parent = "own"
entries = ["masses", "popular masses", "snow", "ice", "hail", "frost", "fog", "haze"]
"""


@pytest.fixture
def study(make_study: MakeStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study of three texts with a lexicon of its own, in the working directory."""
    folder = make_study(TEXTS)
    (folder / "lexicon.toml").write_text(LEXICON, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "60")
    return folder


@pytest.fixture
def run(study: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs a command and returns its code, output and complaint."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


# --- keyword in context


def test_every_hit_of_words_in_its_line(run: Run) -> None:
    code, out, err = run("kwic", "popular masses", "study")
    assert (code, err) == (0, "")
    # 60 columns less 11 for the place; of 49, a third at most for the hit of 16: 16 before it.
    assert out.splitlines() == [
        "2 hits of “popular masses” in 2 of 3 texts",
        "alpha 2:3     unity. ¶ The [popular masses] unite. Unity of",
        "beta  1:1    struggle. The [popular masses], too.",
        "By text: alpha 1, beta 1. Before each hit: text,",
        "paragraph:line of the raw text.",
    ]


def hits(out: str) -> list[str]:
    return re.findall(r"\[(.+?)\]", out)


# Arguments after "kwic", the hits in their order, and the first line.
KWIC: dict[str, tuple[list[str], list[str], str]] = {
    "a category": (
        ["--category", "unity", "study"], ["unity", "unite", "Unity"],
        "3 hits of unity in 1 of 3 texts",
    ),
    "the study after words and options": (
        ["unit*", "--sort", "right", "study"], ["Unity", "unity", "unite"],
        "3 hits of “unit*” in 1 of 3 texts",
    ),
    "the study before the category": (
        ["study", "--category", "unity"], ["unity", "unite", "Unity"],
        "3 hits of unity in 1 of 3 texts",
    ),
    "a group, in which overlaps count once": (
        ["--category", "own", "study"],
        ["unity", "popular masses", "unite", "Unity", "popular masses"],
        "5 hits of own in 2 of 3 texts",
    ),
    "one text": (
        ["masses", "study", "--text", "beta"], ["masses"], "1 hit of “masses” in 1 text",
    ),
    "two texts": (
        ["masses", "study", "--text", "beta", "--text", "gamma"], ["masses"],
        "1 hit of “masses” in 1 of 2 texts",
    ),
    "some lines": (
        ["masses", "study", "--limit", "1"], ["masses"],
        "2 hits of “masses” in 2 of 3 texts; shown: 1",
    ),
    "no fewer than there are": (
        ["masses", "study", "--limit", "2"], ["masses"] * 2, "2 hits of “masses” in 2 of 3 texts",
    ),
    "capitals": (["Unity", "study", "--case"], ["Unity"], "1 hit of “Unity” in 1 of 3 texts"),
    "an expression": (
        ["uni(ty|te)", "study", "--regex"], ["unity", "unite", "Unity"],
        "3 hits of “uni(ty|te)” in 1 of 3 texts",
    ),
    "a parameter": (
        ["masses", "study", "-p", "texts", "alpha"], ["masses"], "1 hit of “masses” in 1 text",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "expected", "head"), KWIC.values(), ids=KWIC)
def test_which_hits_are_listed(
    run: Run, arguments: list[str], expected: list[str], head: str
) -> None:
    code, out, _ = run("kwic", *arguments)
    assert code == 0
    assert out.splitlines()[0] == head
    assert hits(out) == expected


def test_all_hits_are_counted_below_also_where_fewer_are_shown(run: Run) -> None:
    assert "By text: alpha 3." in run("kwic", "unit*", "study", "--limit", "1")[1]


REFUSED = {
    "no hit": (["struglle", "study"], "stands nowhere in these texts. Did you mean 'struggle'?"),
    "no hit of a category": (
        ["--category", "people", "study", "--text", "gamma"],
        "The category 'people' has no hit in these texts.",
    ),
    "no category": (["--category", "unty", "study"], "Did you mean 'unity'?"),
    "no text": (["unity", "study", "--text", "alfa"], "Did you mean 'alpha'?"),
    "no parameter": (["unity", "study", "-p", "levl", "raw"], "Did you mean 'level'?"),
    "no words": ([], "Say what to look for: either words"),
    "words and a category": (["unity", "--category", "unity", "study"], "either words"),
    "words that cannot be": (["unite!", "study"], "'unite!' can never match"),
    "a bad expression": (["(", "study", "--regex"], "does not compile"),
    "capitals of a category": (["--category", "unity", "study", "--case"], "--case is for words"),
}


def test_words_without_quotation_marks_are_no_study(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        run("kwic", "popular", "masses")
    assert stopped.value.code == 2
    said = """there is no study 'masses'. Several words to look for stand in quotation marks: """
    assert f'{said}kwic "popular masses"' in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "said"), REFUSED.values(), ids=REFUSED)
def test_what_kwic_refuses_in_a_sentence(run: Run, arguments: list[str], said: str) -> None:
    code, out, err = run("kwic", *arguments)
    assert (code, out) == (1, "")
    assert said in err
    assert re.fullmatch(r"rhetorica: [^\n]+[.?]\n", err)


def test_rows_are_written_as_a_csv(run: Run, tmp_path: Path) -> None:
    arguments = ("kwic", "popular masses", "study", "--csv")
    code, out, _ = run(*arguments, "found.csv")
    assert (code, out) == (0, "2 rows in found.csv\n")
    written = (tmp_path / "found.csv").read_text(encoding="utf-8")
    assert run(*arguments, "-")[1] == written
    rows = list(csv.DictReader(io.StringIO(written)))
    assert rows[0] == {
        "document": "alpha", "label": "alpha", "paragraph": "2", "sentence": "2", "raw_line": "3",
        "left": "For unity. ¶ The ", "hit": "popular masses", "right": " unite. Unity of all.",
    }  # fmt: skip
    narrow = list(csv.DictReader(io.StringIO(run(*arguments, "-", "--width", "6")[1])))
    assert [row["right"] for row in narrow] == ["", ", too."]
    assert run(*arguments, "-", "--limit", "1")[1].count("\n") == 2


def test_a_csv_that_cannot_be_written(run: Run) -> None:
    code, _, err = run("kwic", "unity", "study", "--csv", "study")
    assert code == 1
    assert "study cannot be written" in err


@pytest.mark.parametrize("width", ["0", "-1", "x", "²"])
def test_a_width_that_is_none(run: Run, width: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("kwic", "unity", "study", "--width", width)
    assert "no whole number from 1" in capsys.readouterr().err or width == "-1"


def test_colours_go_with_no_brackets_and_brackets_with_no_colours(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = run("kwic", "masses", "study")[1]
    assert "\x1b[1;31mmasses\x1b[0m" in out
    assert "[masses]" not in out
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in out.splitlines()]
    assert max(map(len, plain)) <= 60
    monkeypatch.setenv("NO_COLOR", "1")
    assert "[masses]" in run("kwic", "masses", "study")[1]


# --- the linter


def test_a_report_is_complete(run: Run) -> None:
    code, out, err = run("lexicon", "check", "study")
    assert (code, err) == (0, "")
    path, report = out.split("\n", 1)
    assert Path(path).name == "lexicon.toml"
    # Masses: two hits, of "popular masses"; each of its two entries finds what the other does.
    # Unity: three hits, all in the first text; two of its entries stand in one sentence or two.
    assert (
        report
        == """\
“lexicon” on 3 texts with 17 words

Warning: its category counts the same without it (2)
  Each was left out alone: of two that find the same, one
  must stay.
  Masses, line 14, “masses”: found by “popular masses” too
  Masses, line 14, “popular masses”: found by “masses” too

Warning: found in no text (6)
  They may be there for other texts.
  Masses, 6 of 8: “fog”, “frost”, “hail”, “haze”, “ice” and
      1 more

Note: entries found in one sentence only (1)
  Of those found at all. What fits one sentence may not fit
  other texts.
  Unity 1 of 2 (50%)

0 errors, 2 warnings in 10 entries; 6 found in no text
"""
    )


def test_all_entries_are_shown_where_they_are_asked_for(run: Run) -> None:
    out = run("lexicon", "check", "study", "--all")[1]
    for name in ("snow", "ice", "hail", "frost", "fog", "haze"):
        assert f"\n  Masses, line 14, “{name}”: no hit in these texts\n" in out


def test_errors_of_entries_have_a_code_of_their_own(run: Run, study: Path) -> None:
    entry = '[categories.own]\nentries = ["unity", {pattern = "unite", except = ["unit*"]}]\n'
    (study / "other.toml").write_text(entry, encoding="utf-8")
    code, out, err = run("lexicon", "check", "study", "--lexicon", "study/other.toml")
    assert (code, err) == (1, "")
    first = out.split("\n\n")[1]
    assert first.startswith("Error: can never count (1)\n")
    assert "own, line 2, “unite”: its exception “unit*”" in first
    assert out.endswith("\n1 error, 0 warnings in 2 entries\n")


def test_all_mistakes_of_a_file_are_told(run: Run, study: Path) -> None:
    text = '[categories.one]\nentries = ["unite!", "("]\n[categories.two]\nentris = ["a"]\n'
    (study / "lexicon.toml").write_text(text, encoding="utf-8")
    code, out, err = run("lexicon", "check", "study")
    assert (code, err) == (1, "")
    *mistakes, last = out.splitlines()
    assert all(re.match(r"Error: .*lexicon\.toml, line [234]: ", line) for line in mistakes)
    assert "Did you mean 'entries'?" in out
    assert re.fullmatch(rf"{len(mistakes)} errors in .*lexicon\.toml", last)
    assert len(mistakes) >= 3


def test_a_lexicon_that_is_not_there(run: Run) -> None:
    code, out, _ = run("lexicon", "check", "study", "--lexicon", "nowhere.toml")
    assert code == 1
    assert out.startswith("Error: There is no lexicon nowhere.toml.")


def test_one_text_has_no_order(make_study: MakeStudy, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_study({"alpha": TEXTS["alpha"]})
    assert main(["lexicon", "check", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "With one text there is no order of texts to check." in out
    assert "which text uses" not in out


def test_entries_that_say_the_same_have_a_line_together(
    make_study: MakeStudy, capsys: pytest.CaptureFixture[str]
) -> None:
    # 7 hits in 10 words and 13 in 20; without any one of the seven, 6 in 10.
    folder = make_study({"one": "a b c d e f g w w w", "two": "s " * 13 + "w " * 7})
    entries = ", ".join(f'"{letter}"' for letter in "gfedcbas")
    text = f'[categories.x]\nlabel = "X"\nentries = [{entries}]\n'
    (folder / "lexicon.toml").write_text(text, encoding="utf-8")
    main(["lexicon", "check", str(folder)])
    out = capsys.readouterr().out
    assert "Warning: one entry decides which text uses a category more (7)\n" in out
    assert "\n  X, line 3, “a”: “two” goes before “one” (likewise 6 more)\n" in out
    assert out.count("“two” goes before") == 1
    main(["lexicon", "check", str(folder), "--all"])
    out = capsys.readouterr().out
    assert re.findall("“(.)”: “two” goes before “one”\n", out) == list("abcdefg")


@pytest.mark.parametrize(("number", "shown", "rest"), [(5, 5, 0), (6, 6, 0), (7, 5, 2)])
def test_the_first_lines_of_many_are_shown(
    make_study: MakeStudy, capsys: pytest.CaptureFixture[str], number: int, shown: int, rest: int
) -> None:
    letters = "abcdefg"[:number]
    folder = make_study({"one": " ".join(letters * 5)})
    text = "".join(f'[categories.{letter}]\nentries = ["{letter}"]\n' for letter in letters)
    (folder / "lexicon.toml").write_text(text, encoding="utf-8")
    main(["lexicon", "check", str(folder)])
    out = capsys.readouterr().out
    assert out.count("5 of 5 hits (100%)") == shown
    assert re.findall(r"\n  and (\d+) more: --all shows them\n", out) == [str(rest)] * bool(rest)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lexicn"], "Did you mean 'lexicon'?"),
        (["lexicon", "chek"], "Did you mean 'check'?"),
        (["lexicon"], "required: COMMAND"),
        (["kwic", "a", "study", "more"], "unrecognized arguments: more"),
        (["kwic", "a", "--categry", "b"], "Did you mean '--category'?"),
        (["kwic", "a", "--sort", "wrong"], "choose from"),
    ],
)
def test_how_the_commands_are_not_used(
    study: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("command", [["kwic"], ["lexicon", "check"]])
def test_every_option_is_suggested_when_misspelt(
    study: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    with pytest.raises(SystemExit):
        main([*command, "--help"])
    for option in sorted(set(re.findall(r"--[a-z-]+", capsys.readouterr().out))):
        with pytest.raises(SystemExit):
            main([*command, f"{option}x"])
        assert f"Did you mean '{option}'?" in capsys.readouterr().err
