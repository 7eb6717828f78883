"""What an editor reads: the apparatus, a text in the terminal, and what the edition changes."""

import csv
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from rhetorica import terminal
from rhetorica.apparatus import COLUMNS, list_changes
from rhetorica.cells import unguarded
from rhetorica.cli import main
from rhetorica.collation import (
    affected_words,
    apparatus_page,
    describe_rules,
    list_apparatus,
    list_corrections,
    list_doubts,
)
from rhetorica.corpus import read_corpus
from rhetorica.edition import apply_edits, from_raw
from rhetorica.errors import ErrataError, NothingToShow, ParameterError, harmless
from rhetorica.parameters import check_parameters
from rhetorica.store import vectorize
from rhetorica.study import default_study_file, load_study
from support import corpus_of, default_corpus, replace_text, snapshot

MakeStudy = Callable[[Mapping[str, str | bytes]], Path]
HEADER = "document,context,reading,correction,kind,certainty,apply,reason\n"
TREATISE = "party-building-treatise"


def unescaped(reading: str) -> str:
    return re.sub(
        r"\\(?:x..|u....|U.{8}|.)",
        lambda match: match[0].encode("ascii").decode("unicode_escape"),
        reading,
    )


def spoilt(folder: Path) -> Path:
    """Put a word misread and its erratum into a study of two texts."""
    replace_text(folder, "speech.txt", "A free word “is” here.\r\nIt rained.".encode())
    errata = "speech,free word,word,world,letters,certain,yes,The sense.\n"
    (folder / "errata.csv").write_text(HEADER + errata, encoding="utf-8")
    return folder


@pytest.fixture
def study(make_study: MakeStudy) -> Path:
    return spoilt(make_study({"speech": "To be replaced.", "leaflet": "The people unite."}))


# --- the apparatus


def test_apparatus_leads_to_the_raw_characters_and_makes_the_text() -> None:
    corpus = default_corpus()
    for source, edition in zip(corpus.sources, corpus.editions, strict=True):
        lines = source.text.split("\n")
        starts = np.cumsum([0, *[len(line) + 1 for line in lines]])
        entries = list_changes(edition, corpus.errata)
        assert len(entries) == len(edition.edits)
        for entry, edit in zip(entries, edition.edits, strict=True):
            at = int(starts[entry.raw_line - 1]) + entry.raw_column - 1
            reading = unescaped(entry.raw_reading)
            assert at == edit.raw_start
            assert source.text[at : at + len(reading)] == reading
            assert unescaped(entry.edited_reading) == edit.replacement
            assert f"[{entry.edited_reading}]" in entry.context
            assert entry.reason
        assert apply_edits(source.text, edition.edits) == edition.text


def test_apparatus_of_an_erratum_has_its_words() -> None:
    table = list_apparatus(default_corpus()).set_index("raw_line")
    [row] = table[table["raw_reading"] == "modem"].reset_index().to_dict("records")
    assert row["rule"].startswith("errata.csv:")
    assert {key: row[key] for key in ("document", "raw_line", "raw_column", "edited_reading")} == {
        "document": TREATISE, "raw_line": 39, "raw_column": 618, "edited_reading": "modern",
    }  # fmt: skip
    assert (row["kind"], row["certainty"]) == ("letters", "certain")
    assert row["context"] == "…anti-popular character of [modern] imperialism becomes more…"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_apparatus_counts_lines_and_columns_of_any_system(study: Path, end: str) -> None:
    replace_text(study, "speech.txt", f"One.{end}A free word “is”.".encode())
    corpus = read_corpus(load_study(study))
    entries = {e.raw_reading: e for e in list_changes(corpus.editions[0], corpus.errata)}
    assert (entries["word"].raw_line, entries["word"].raw_column) == (2, 8)
    assert entries["word"].reason == "The sense."
    assert entries["“"].reason.startswith("Quotation marks are written one way")
    assert (entries["“"].raw_line, entries["“"].raw_column) == (2, 13)


def test_apparatus_of_what_was_put_in(study: Path) -> None:
    replace_text(study, "speech.txt", b"We saw a free word of it.")
    lines = "speech,free word,free word,free new word,word,certain,yes,Why.\n"
    (study / "errata.csv").write_text(HEADER + lines, encoding="utf-8")
    corpus = read_corpus(load_study(study))
    [entry] = list_changes(corpus.editions[0], corpus.errata)
    assert corpus.editions[0].text == "We saw a free new word of it."
    assert (entry.raw_reading, entry.edited_reading) == ("", "new ")
    assert entry.context == "We saw a free [new ]word of it."


def test_files_for_people_are_made_again_where_they_are_gone_or_of_another_study(
    study: Path,
) -> None:
    opened = load_study(study)
    read_corpus(opened)
    processed = opened.processed
    (processed / "apparatus.csv").unlink()
    (processed / "texts" / "gone.txt").write_text("of a text that was taken out")
    (processed / ".edition-key").write_text("another")
    (processed / "texts" / "speech.txt").write_text("another edition")
    read_corpus(opened)
    assert sorted(path.name for path in (processed / "texts").iterdir()) == [
        "leaflet.txt", "speech.txt",
    ]  # fmt: skip
    assert "free world" in (processed / "texts" / "speech.txt").read_text(encoding="utf-8")
    assert "errata.csv:2" in (processed / "apparatus.csv").read_text(encoding="utf-8")


def test_texts_that_were_not_written_here_are_left_alone(study: Path) -> None:
    opened = load_study(study)
    (opened.processed / "texts").mkdir(parents=True)
    (opened.processed / "texts" / "mine.txt").write_text("A text of my own.")
    read_corpus(opened)
    assert (opened.processed / "texts" / "mine.txt").read_text() == "A text of my own."


def test_kept_apparatus_is_the_whole_one(tmp_path: Path) -> None:
    corpus = default_corpus()
    vectorize(tmp_path, corpus.sources, "edited", corpus.errata)
    with (tmp_path / "apparatus.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    whole = list_apparatus(corpus)
    assert tuple(rows[0]) == COLUMNS == tuple(whole.columns)
    written = [list(map(unguarded, row)) for row in rows[1:]]
    assert written == whole.astype(str).to_numpy().tolist()
    for edition in corpus.editions:
        text = (tmp_path / "texts" / f"{edition.document_id}.txt").read_text(encoding="utf-8")
        assert text == edition.text + "\n"


@pytest.mark.parametrize("level", ["raw", "normalised"])
def test_other_levels_keep_their_tables_and_leave_the_texts_alone(
    tmp_path: Path, level: str
) -> None:
    corpus = default_corpus(level=level)
    vectorize(tmp_path, corpus.sources, corpus.parameters.level, ())
    assert [path.name for path in tmp_path.iterdir()] == [f"corpus-{level}.npz"]


# --- levels and parts


def test_levels_are_raw_text_rules_and_rules_with_errata(study: Path) -> None:
    opened = load_study(study)
    texts = {
        level: read_corpus(opened, check_parameters({"level": level})).editions[0].text
        for level in ("raw", "normalised", "edited")
    }
    assert texts == {
        "raw": "A free word “is” here.\r\nIt rained.",
        "normalised": 'A free word "is" here.\nIt rained.',
        "edited": 'A free world "is" here.\nIt rained.',
    }


def test_an_erratum_changed_is_seen_by_the_next_reader(study: Path) -> None:
    opened = load_study(study)
    assert "world" in read_corpus(opened).counts.terms
    errata = opened.errata.read_text(encoding="utf-8")
    opened.errata.write_text(errata.replace(",world,", ",work,"), encoding="utf-8")
    assert "work" in read_corpus(opened).counts.terms


@pytest.mark.parametrize("level", ["raw", "normalised", "edited"])
def test_a_bad_erratum_stops_every_level_and_changes_nothing(study: Path, level: str) -> None:
    opened = load_study(study)
    opened.errata.write_text(
        HEADER + "speech,free work,work,world,letters,certain,yes,No.\n", encoding="utf-8"
    )
    before = snapshot(study)
    with pytest.raises(ErrataError, match="line 2: the context 'free work' stands nowhere"):
        read_corpus(opened, check_parameters({"level": level}))
    assert snapshot(study) == before


# Counted by hand in the first raw file; its paragraphs have what is left of its 1,371 words.
WORDS = {"title": 21, "byline": 3, "epigraph": 88, "source": 17, "quotation": 218}


@pytest.mark.parametrize("part", WORDS)
def test_parts_are_the_words_of_those_parts_alone(part: str) -> None:
    assert len(default_corpus(parts=part, texts="external-activities").tokens) == WORDS[part]


def test_parts_together_are_the_text() -> None:
    alone = default_corpus(parts="paragraph", texts="external-activities")
    assert len(alone.tokens) == 1371 - sum(WORDS.values())
    names = ", ".join(["paragraph", *WORDS])
    together = default_corpus(parts=names, texts="external-activities")
    assert len(together.tokens) == len(default_corpus(texts="external-activities").tokens) == 1371


def test_a_phrase_does_not_run_over_what_is_left_out(tmp_path: Path) -> None:
    texts = {"a": 'A guest said, "It rained." and left early. Then all went.', "b": "So."}
    corpus = corpus_of(tmp_path, texts, parts="paragraph")
    tokens = corpus.tokens
    sentences = [
        [tokens.types[code] for code in tokens.codes[low:high]]
        for low, high in zip(tokens.sentences, tokens.sentences[1:], strict=False)
    ]
    assert sentences == [
        ["A", "guest", "said"], ["and", "left", "early"], ["Then", "all", "went"], ["So"],
    ]  # fmt: skip
    assert tokens.paragraphs.tolist() == [0, 9, 10]
    assert tokens.paragraph_kinds == ("paragraph", "paragraph")
    assert corpus.basis == "Counted: only the paragraphs of the edited texts (10 of 12 words)."


def test_parts_that_leave_nothing_at_all_are_refused_with_those_there_are(tmp_path: Path) -> None:
    texts = {"a": 'He said, "We met." So.', "b": "Two."}
    corpus = corpus_of(tmp_path, texts)
    with pytest.raises(ParameterError) as caught:
        read_corpus(corpus.study, check_parameters({"texts": "b", "parts": "quotation"}))
    assert str(caught.value) == (
        "parts = quotation leaves no words of 'b'. These texts have: paragraph."
    )


def test_parts_that_leave_nothing_of_a_text_are_refused_with_those_that_remain() -> None:
    with pytest.raises(ParameterError) as caught:
        default_corpus(parts="quotation")
    assert str(caught.value).startswith(
        "parts = quotation leaves no words of 'feats-for-parties'. Name the texts that have: "
        "texts = external-activities, party-building-treatise,"
    )


# --- what the edition changes


def test_affected_words_are_counted_at_each_level() -> None:
    table = affected_words(default_corpus()).set_index("word")
    # In the treatise all seven "word" are "world"; "in a word" in another text stays.
    rows = table.to_dict("index")
    assert rows["word"] == {
        "raw": 8, "normalised": 8, "edited": 1, "change": -7, "texts": "Treatise 1992",
    }  # fmt: skip
    assert [rows["party's"][level] for level in ("raw", "normalised", "edited")] == [0, 2, 2]
    assert table["change"].abs().is_monotonic_decreasing
    assert table["change"].sum() == 0


def test_rules_corrections_and_doubts_are_listed() -> None:
    corpus = default_corpus()
    rules = describe_rules(corpus).set_index("rule")
    # 22 no-break spaces end paragraphs of the treatise; two lines of one text are page breaks.
    assert rules.loc["wide-spaces", "changes"] == 22
    assert rules.loc["page-breaks", "changes"] == 2
    applied = [e for e in corpus.errata if e.apply]
    assert len(list_corrections(corpus)) == len(applied)
    doubts = list_doubts(corpus)
    assert len(doubts) == len(corpus.errata) - len(applied)
    assert doubts.loc[doubts["in the source"].str.contains(r"\[boy\]"), "raw line"].tolist() == [47]


def test_page_of_the_apparatus_is_one_stretch_of_it() -> None:
    corpus = default_corpus()
    page = apparatus_page(corpus, 5)
    whole = list_apparatus(corpus)
    places = whole[["raw_line", "raw_column"]].to_numpy().tolist()
    shown = page[["raw line", "column"]].to_numpy().tolist()
    assert any(places[i : i + 5] == shown for i in range(len(places)))
    assert page["by"].str.contains("errata.csv", regex=False).any()


def test_corrections_are_those_of_the_edited_level() -> None:
    with pytest.raises(NothingToShow, match="at this level"):
        list_corrections(default_corpus(level="normalised"))


def test_clean_texts_have_nothing_to_list(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "One two.", "b": "Three four."})
    for function in (describe_rules, list_corrections, list_doubts, affected_words, apparatus_page):
        with pytest.raises(NothingToShow):
            function(corpus)


# --- in the terminal


def test_diff_shows_what_is_gone_and_what_is_new(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["edition", "speech", str(study), "--diff"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(
        '1: A free [-word-]{+world+} [-“-]{+"+}is[-”-]{+"+} here.⏎\nIt rained.\n\n'
        "4 changes; what had a part in them: quotation-marks 2, "
    )
    assert terminal.LEGEND in out


def test_diff_of_layout_paragraphs_and_corrected_space(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = "  One word , and more.\nIt ended. He went."
    replace_text(study, "speech.txt", raw.encode())
    lines = (
        "speech,One word,word,world,letters,certain,yes,Why.\n"
        'speech,"word , and",", and",", and then",word,certain,yes,Why.\n'
        "speech,ended. He,ended. He,ended. ¶ He,paragraph,likely,yes,Why.\n"
    )
    (study / "errata.csv").write_text(HEADER + lines, encoding="utf-8")
    assert main(["edition", "speech", str(study), "--diff"]) == 0
    assert capsys.readouterr().out.split("\n\n4 changes")[0] == (
        "1: ␣␣One [-word-]{+world+} , and{+ then+} more.\nIt ended.␣{+¶+}\n\n2: He went."
    )


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ([], 'A free world "is" here.\nIt rained.\n'),
        (["--raw"], "A free word “is” here.\r\nIt rained."),
    ],
)
def test_edition_prints_the_text_and_nothing_else(
    study: Path, capfdbinary: pytest.CaptureFixture[bytes], option: list[str], text: str
) -> None:
    assert main(["edition", "speech", str(study), *option]) == 0
    assert capfdbinary.readouterr().out.decode() == text


def test_edition_prints_a_text_whatever_state_the_others_are_in(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (study / "raw" / "leaflet.txt").unlink()
    assert main(["edition", "speech", str(study)]) == 0
    assert main(["edition", "leaflet", str(study)]) == 1
    assert "There is no text" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("speach", "Did you mean 'speech'? Known: 'speech', 'leaflet'."),
        ("zzz", "zzz' in {}. K"),
    ],
)
def test_edition_of_an_unknown_text(
    study: Path, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    assert main(["edition", name, str(study)]) == 1
    assert said.format(study.resolve() / "study.toml") in capsys.readouterr().err


def test_text_never_commands_the_terminal() -> None:
    assert harmless("a\x1b[31m\tb\n\u202ec") == "a\\x1b[31m\tb\n\\u202ec"


def test_pieces_hold_the_edition_and_all_that_is_gone() -> None:
    corpus = default_corpus()
    for edition in corpus.editions:
        pieces = list(terminal.pieces_of(edition, corpus.errata))
        kept = "".join(text for text, role in pieces if role in ("", "new", "new by erratum"))
        assert kept == edition.text
        heads = [int(text[:-2]) for text, role in pieces if role == "line"]
        assert len(heads) == len(edition.blocks)
        assert heads == sorted(heads)
        gone = [role for _, role in pieces if role.startswith("gone") or role == "layout"]
        removing = [e for e in edition.edits if e.raw_end > e.raw_start]
        assert len(gone) == len(removing)


def test_colours_never_stand_alone() -> None:
    text = terminal.coloured([("a", ""), ("b", "gone"), ("c", "new by erratum")])
    assert text.plain == "abc"
    assert [str(span.style) for span in text.spans if span.style] == [
        "strike red", "underline bold green",
    ]  # fmt: skip


def test_suggestions_are_written_and_the_likeliest_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "found.csv"
    assert main(["errata", "suggest", str(default_study_file()), "-o", str(output)]) == 0
    assert re.match(r"\d+ candidates?, likeliest first, in ", capsys.readouterr().out)
    with output.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert {row["apply"] for row in rows} == {"no"}
    assert main(["errata", "suggest", str(default_study_file()), "-o", "-", "--limit", "1"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_texts_without_likely_errors_say_so(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["errata", "suggest", str(study)]) == 0
    assert capsys.readouterr().out == (
        "Nothing in these texts looks like an error of transcription.\n"
    )


def test_raw_spans_of_corrections_lead_to_the_corrected_word() -> None:
    corpus = default_corpus()
    edition = next(e for e in corpus.editions if e.document_id == TREATISE)
    start = edition.raw.index("modem imperialism")
    low, high = from_raw(edition, np.array([start]), np.array([start + 5]))
    assert edition.text[low[0] : high[0]] == "modern"
