"""The workbench without a browser: its widgets set as a user sets them, and what they then show."""

import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import rhetorica
from rhetorica import (
    add_pattern,
    drop_pattern,
    kwic,
    matching,
    side_by_side,
    spans,
    vary,
    workbench,
)
from rhetorica.corpus import Corpus
from rhetorica.errors import LexiconError, RhetoricaError
from rhetorica.notebook import draw_figure, figure_files
from rhetorica.reading import line_rows
from rhetorica.widgets import Workbench
from rhetorica.widgets.lines import LIMIT
from rhetorica.widgets.messages import Message
from rhetorica.widgets.session import Session
from support import corpus_of
from support.bench import LEXICON, make, table_rows, words_of
from support.nasty import NASTY, PATTERNS


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return make(tmp_path / "made")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus of which no file is changed."""
    return make(tmp_path_factory.mktemp("shared"))


@pytest.fixture(autouse=True)
def quiet(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Nothing is printed, nor any traceback logged."""
    yield
    assert capfd.readouterr() == ("", "")


# --- the workbench, used


def rows(listing: Any) -> list[list[str]]:
    return [list(row) for row in listing.rows]


def say(message: Message) -> str:
    """What a message says; empty where it cannot be seen."""
    if message.layout.display == "none":
        assert message.value == ""
        return ""
    return words_of(message.value)


def add(bench: Workbench, pattern: str) -> str:
    bench.search.pattern.value = pattern
    bench.search.pattern.submitted += 1
    return say(bench.search.message)


def look_for(bench: Workbench, words: str) -> str:
    bench.search.kind.value = "words"
    bench.search.words.value = words
    bench.search.words.submitted += 1
    return say(bench.search.found)


def press_keep(bench: Workbench, name: str) -> str:
    bench.name.value = name
    bench.name.submitted += 1
    return say(bench.message)


def turn(bench: Workbench, to: int) -> None:
    bench.view.value = bench.view.options[to]


def shown_code(bench: Workbench) -> str:
    return unescape(bench.code.value.split("<pre>")[1].split("</pre>")[0])


def run_code(bench: Workbench, corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Run the code that the workbench shows on a corpus; return what it shows, one a line."""
    made: list[Any] = []
    names: dict[str, Any] = {
        "corpus": corpus, "vary": vary, "add_pattern": add_pattern, "drop_pattern": drop_pattern,
        "show": lambda *asked: made.append(asked),
        "kwic": lambda *asked, **how: made.append(kwic(*asked, **how)),
        "side_by_side": lambda *asked: made.append(side_by_side(*asked)),
    }  # fmt: skip
    exec(shown_code(bench), names)
    return made


def faults(bench: Workbench) -> list[str]:
    """What any message says that only a fault of ours makes it say."""
    messages = (bench.message, bench.search.message, bench.search.found,
                bench.search.lines.message, bench.pair.message)  # fmt: skip
    return [say(message) for message in messages if "fault of Rhetorica" in message.value]


def test_what_it_shows_at_first(shared: Corpus) -> None:
    bench = workbench(shared)
    assert rows(bench.texts) == [["one"], ["two"], ["three"]]
    assert bench.texts.ticked == [0, 1, 2]
    assert bench.search.category.value == "unity"
    assert [row[:2] for row in rows(bench.search.entries)] == [
        ["2", "unity"], ["1", "cohesion"], ["1", "joint*"], ["1", "one mind"],
    ]  # fmt: skip
    assert bench.search.entries.ticked == [0, 1, 2, 3]
    assert table_rows(bench.search.chart.value)[0][:2] == ["one", "4"]
    assert [row[3] for row in rows(bench.search.lines.list)] == [
        "Unity", "cohesion", "unity", "one mind", "Joint",
    ]  # fmt: skip
    assert "Unity &amp; &lt;b&gt;: most in “one”" in bench.search.chart.value
    assert bench.pair.layout.display == "none"
    assert shown_code(bench) == (
        "corpus = vary(corpus, categories='unity')\nshow(corpus, 'rhetoric_rates')\n"
        "kwic(corpus, category='unity')"
    )
    assert faults(bench) == []
    assert not shared.study.figures.exists()


def test_another_category(shared: Corpus) -> None:
    bench = workbench(shared)
    bench.search.category.value = "enemy"
    assert [row[:2] for row in rows(bench.search.entries)] == [["2", "foe"], ["1", "enem*"]]
    assert bench.search.entries.ticked == [0, 1]
    assert [row[3] for row in rows(bench.search.lines.list)] == ["foe", "enemy", "foe"]
    assert "category='enemy'" in shown_code(bench)


def test_adding_and_switching_off(shared: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = workbench(shared)
    assert add(bench, "  party  ").startswith("“party” is added: 3 hits.")
    assert bench.search.pattern.value == ""
    assert rows(bench.search.entries)[4][:2] == ["3", "party"]
    assert bench.search.entries.ticked == [0, 1, 2, 3, 4]
    assert table_rows(bench.search.chart.value)[0] == ["one", "6", rate_cell(bench, 0)]
    bench.search.entries.ticked = [0, 4]
    assert bench.search.entries.ticked == [0, 4]
    assert [row[3] for row in rows(bench.search.lines.list)] == [
        "Unity", "party", "Party", "unity", "party",
    ]  # fmt: skip
    _, lines = run_code(bench, shared, monkeypatch)
    assert lines.frame["hit"].tolist() == ["Unity", "party", "Party", "unity", "party"]
    bench.search.entries.ticked = [0, 1, 2, 3]
    assert "add_pattern" not in shown_code(bench)
    assert "→" not in bench.search.chart.value
    assert faults(bench) == []


def rate_cell(bench: Workbench, place: int) -> str:
    bar = bench._session.category_bars(bench.search.category.value)[place]
    return f"{bar.before:.1f} → {bar.rate:.1f} ({bar.low:.1f}–{bar.high:.1f})"


REFUSED = [
    ("unity", "'unity' is in [categories.unity] already."),
    ("unite!", "'unite!' in [categories.unity] can never match"),
    ("(", "'(' in [categories.unity] can never match"),
]


@pytest.mark.parametrize(("pattern", "said"), REFUSED)
def test_a_pattern_that_will_not_do(shared: Corpus, pattern: str, said: str) -> None:
    bench = workbench(shared)
    before = bench.search.chart.value, rows(bench.search.entries)
    assert said in add(bench, pattern)
    assert bench.search.pattern.value == pattern  # to be mended
    assert (bench.search.chart.value, rows(bench.search.entries)) == before
    assert "alert" in bench.search.message.value
    assert faults(bench) == []
    add(bench, "party")
    assert "alert" not in bench.search.message.value


def test_nothing_typed_adds_nothing(shared: Corpus) -> None:
    bench = workbench(shared)
    assert add(bench, "   ") == ""
    assert len(rows(bench.search.entries)) == 4


def test_all_switched_off_is_taken_back(shared: Corpus) -> None:
    bench = workbench(shared)
    bench.search.entries.ticked = [2]
    bench.search.entries.ticked = []
    assert bench.search.entries.ticked == [2]
    assert say(bench.search.message) == "A category needs a pattern: leave one ticked, at least."


def test_choosing_texts(shared: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = workbench(shared)
    add(bench, "party")
    bench.texts.ticked = [1, 2]
    assert [row[0] for row in table_rows(bench.search.chart.value)] == ["two", "three"]
    assert {row[0] for row in rows(bench.search.lines.list)} == {"two"}
    (figure, name), lines = run_code(bench, shared, monkeypatch)
    assert (name, figure.parameters.texts) == ("rhetoric_rates", ("two", "three"))
    assert lines.frame["hit"].tolist() == ["Joint", "party"]
    bench.texts.ticked = []
    assert say(bench.texts_message) == "No text is left then: leave one ticked, at least."
    bench.texts.ticked = [0]
    assert say(bench.texts_message) == ""
    assert [row[0] for row in table_rows(bench.search.chart.value)] == ["one"]
    bench.texts.ticked = [0, 1, 2]
    assert "texts=" not in shown_code(bench)


@pytest.mark.parametrize("parameters", [{"left": "one"}, {"left": "one", "right": "two"},
                                        {"funnel": "one"}, {"texts": "one, two"}])  # fmt: skip
def test_choosing_texts_where_parameters_name_some(
    shared: Corpus, parameters: dict[str, object]
) -> None:
    bench = workbench(vary(shared, **parameters))
    bench.texts.ticked = [1]
    assert faults(bench) == []
    assert [row[0] for row in table_rows(bench.search.chart.value)] == ["two"]


def test_looking_for_words(shared: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = workbench(shared)
    assert look_for(bench, " popular masses ") == ""
    assert "“popular masses”: most in “two”" in bench.search.chart.value
    assert [row[3] for row in rows(bench.search.lines.list)] == ["popular masses"]
    assert bench.search.category.layout.display == "none"
    (figure, name), lines = run_code(bench, shared, monkeypatch)
    assert (name, figure.parameters.words) == ("word_places", ("popular masses",))
    assert lines.frame["hit"].tolist() == ["popular masses"]
    assert look_for(bench, "zebra") == ""
    assert words_of(bench.search.chart.value).startswith("“zebra”: no hit in these texts.")
    assert "'zebra'" in say(bench.search.lines.message)
    assert rows(bench.search.lines.list) == []
    assert "can never match" in look_for(bench, "masses!")
    bench.search.kind.value = "a category"
    assert say(bench.search.found) == ""
    assert [row[0] for row in table_rows(bench.search.chart.value)] == ["one", "two", "three"]
    assert faults(bench) == []


def test_no_words_yet(shared: Corpus) -> None:
    bench = workbench(shared)
    bench.search.kind.value = "words"
    assert (say(bench.search.found), bench.search.chart.value) == ("", "")
    assert rows(bench.search.lines.list) == []
    assert "category=" not in bench.code.value
    assert faults(bench) == []


def test_reading_a_line(shared: Corpus) -> None:
    bench = workbench(shared)
    lines = bench.search.lines
    assert lines.reading.layout.display == "none"
    lines.list.selected = 3
    assert lines.reading.layout.display == ""
    assert "Party unity again, with" in words_of(lines.paragraph.value)
    assert lines.paragraph.value.count("<mark") == 2
    lines.back.click()
    assert "Unity and cohesion of the party" in words_of(lines.paragraph.value)
    assert (lines.back.disabled, lines.on.disabled) == (True, False)
    lines.on.click()
    assert (lines.back.disabled, lines.on.disabled) == (False, True)
    lines.edits.value = True
    assert "Nothing was changed in this paragraph." in words_of(lines.paragraph.value)
    bench.search.category.value = "enemy"
    assert lines.reading.layout.display == "none"
    assert lines.list.selected == -1
    assert faults(bench) == []


def test_lines_in_another_order(shared: Corpus) -> None:
    bench = workbench(shared)
    bench.search.lines.sort.value = "right"
    hits = kwic(shared, category="unity", sort="right").frame["hit"].tolist()
    assert [row[3] for row in rows(bench.search.lines.list)] == hits
    bench.search.lines.list.selected = 0
    first = kwic(shared, category="unity", sort="right").frame.iloc[0]
    assert first["right"].strip()[:10] in words_of(bench.search.lines.paragraph.value)


def test_a_line_that_is_no_more(shared: Corpus) -> None:
    """The browser may send the choice of a line after the list has become shorter."""
    bench = workbench(shared)
    bench.search.category.value = "enemy"
    bench.search.lines.list.selected = 4
    assert bench.search.lines.reading.layout.display == "none"


def test_two_texts(shared: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = workbench(shared)
    turn(bench, 1)
    assert (bench.search.layout.display, bench.pair.layout.display) == ("none", "")
    assert "cohesion of the party" in words_of(bench.pair.texts.value)
    assert shown_code(bench) == "side_by_side(corpus, 'one', 'two')"
    bench.pair.right.value = "one"
    assert "left and right are both 'one'" in say(bench.pair.message)
    assert bench.pair.texts.value == ""
    bench.pair.right.value = "three"
    assert say(bench.pair.message) == ""
    bench.pair.edits.value = True
    assert "Choose a passage" in say(bench.pair.message)
    turn(bench, 0)
    assert (bench.search.layout.display, bench.pair.layout.display) == ("", "none")
    assert faults(bench) == []


def test_two_texts_of_which_one_is_not_chosen(
    shared: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = workbench(shared)
    bench.texts.ticked = [1, 2]
    turn(bench, 1)
    [pair] = run_code(bench, shared, monkeypatch)
    assert (pair.left.document, pair.right.document) == (
        bench.pair.left.value, bench.pair.right.value,
    )  # fmt: skip


# --- the workbench, keeping


def test_keeping(corpus: Corpus) -> None:
    bench = workbench(corpus)
    add(bench, "party")
    folder = corpus.study.file.parent
    assert press_keep(bench, " mine ") == ""
    assert (folder / "mine.toml").read_text(encoding="utf-8") == LEXICON.replace(
        "certainty = 0.4 },\n", 'certainty = 0.4 },\n    "party",\n'
    )
    expected = figure_files(
        draw_figure(vary(corpus, lexicon="mine.toml", categories="unity"), "rhetoric_rates")
    )
    figures = folder / "figures" / "mine"
    assert {path.name: path.read_bytes() for path in figures.iterdir()} == expected
    assert str(figures / "rhetoric_rates.csv") in words_of(bench.kept.value)
    add(bench, "again")
    assert press_keep(bench, "mine") == ""  # it is one's own of a moment ago
    assert '"again"' in (folder / "mine.toml").read_text(encoding="utf-8")
    assert corpus.study.lexicon.read_text(encoding="utf-8") == LEXICON


def test_keeping_what_another_has_kept(corpus: Corpus) -> None:
    bench = workbench(corpus)
    add(bench, "party")
    (corpus.study.file.parent / "mine.toml").write_bytes(b"mine")
    assert "mine.toml is there already" in press_keep(bench, "mine")
    assert (corpus.study.file.parent / "mine.toml").read_bytes() == b"mine"
    assert "will not do as a name" in press_keep(bench, "../x")
    assert press_keep(bench, "other") == ""


def test_a_name_kept_in_vain_is_not_ones_own(corpus: Corpus) -> None:
    bench = workbench(corpus)
    add(bench, "party")
    file = corpus.study.file.parent / "mine.toml"
    file.write_bytes(b"mine")
    for _ in range(2):
        assert "is there already" in press_keep(bench, "mine")
    assert file.read_bytes() == b"mine"


def test_keeping_another_figure_under_the_same_name(corpus: Corpus) -> None:
    """Each would be made anew by the command of the other, from something else."""
    bench = workbench(corpus)
    add(bench, "party")
    assert press_keep(bench, "mine") == ""
    look_for(bench, "party")
    said = press_keep(bench, "mine")
    assert "has the figure 'rhetoric_rates', which is made from something else" in said
    assert not (corpus.study.figures / "mine" / "word_places.svg").exists()


def test_keeping_words_and_pairs(corpus: Corpus) -> None:
    bench = workbench(corpus)
    look_for(bench, "")
    assert press_keep(bench, "words") != ""
    look_for(bench, "party")
    assert press_keep(bench, "words") == ""
    assert (corpus.study.figures / "words" / "word_places.svg").is_file()
    turn(bench, 1)
    said = press_keep(bench, "pair")
    assert said == "" or "share" in said
    assert faults(bench) == []


def test_keeping_the_pair_of_texts_that_is_shown(corpus: Corpus) -> None:
    bench = workbench(corpus)
    bench.texts.ticked = [2]
    turn(bench, 1)
    assert "none of the texts compared" not in press_keep(bench, "pair")
    assert faults(bench) == []


def test_a_folder_that_cannot_be_made(corpus: Corpus) -> None:
    corpus.study.figures.write_bytes(b"in the way")
    bench = workbench(corpus)
    add(bench, "party")
    assert "a file is where a folder should be" in press_keep(bench, "mine")
    assert bench.kept.value == ""
    assert not (corpus.study.file.parent / "mine.toml").exists()


# --- the workbench, when things go wrong


@pytest.mark.parametrize("regex", [False, True])
def test_whatever_is_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, regex: bool) -> None:
    monkeypatch.setattr(matching, "REGEX_SECONDS", 0.05)
    corpus = corpus_of(tmp_path / "made", {"one": f"{'a' * 40}b c. Unity.", "two": "Unity."})
    corpus.study.lexicon.write_text(LEXICON, encoding="utf-8")
    bench = workbench(corpus)
    typed = [text for text in (*PATTERNS, *NASTY) if len(text) < 1000][:: 3 if regex else 4]
    tags = {"script", "img", "svg onload", "a href"}
    for text in typed:
        bench.search.regex.value = regex
        add(bench, text)
        bench.search.words.value = text
        said = bench.search.message.value + bench.search.remarks.value
        assert not any(f"<{tag}" in said for tag in tags)
        assert faults(bench) == []
    for text in typed:
        look_for(bench, text)
        assert faults(bench) == []
        assert not any(f"<{tag}" in bench.code.value for tag in tags)
    assert not list(tmp_path.rglob("OWNED"))


def test_an_expression_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "REGEX_SECONDS", 0.1)
    corpus = corpus_of(tmp_path / "made", {"one": f"{'a' * 60}b c. Unity.", "two": "Unity."})
    corpus.study.lexicon.write_text(LEXICON, encoding="utf-8")
    bench = workbench(corpus)
    bench.search.regex.value = True
    add(bench, "(a|aa)+$")
    said = say(bench.search.message) + say(bench.search.found)
    assert "make it simpler" in said
    assert faults(bench) == []
    # It can be got rid of, and the rest goes on.
    bench.search.category.value = "enemy"
    bench.search.category.value = "unity"
    on = [i for i, row in enumerate(rows(bench.search.entries)) if row[1] != "(a|aa)+$"]
    bench.search.entries.ticked = on
    assert say(bench.search.found) == ""
    assert [row[:2] for row in table_rows(bench.search.chart.value)] == [["two", "1"], ["one", "1"]]


def test_a_lexicon_that_is_gone(corpus: Corpus) -> None:
    bench = workbench(corpus)
    add(bench, "party")
    corpus.study.lexicon.unlink()
    for do in (
        lambda: add(bench, "again"),
        lambda: setattr(bench.search.entries, "ticked", [0]),
        lambda: setattr(bench.search.category, "value", "enemy"),
        lambda: setattr(bench.texts, "ticked", [0]),
        lambda: press_keep(bench, "mine"),
        lambda: look_for(bench, "party"),
        lambda: turn(bench, 1),
    ):
        do()
        assert faults(bench) == []
    assert not (corpus.study.file.parent / "mine.toml").exists()


def test_texts_that_are_gone(corpus: Corpus) -> None:
    bench = workbench(corpus)
    shutil.rmtree(corpus.study.raw)
    bench.texts.ticked = [0]
    assert (
        "cannot be read" in say(bench.texts_message)
        or "no text" in say(bench.texts_message).lower()
        or ("missing" in say(bench.texts_message))
    )
    add(bench, "party")
    press_keep(bench, "mine")
    assert faults(bench) == []
    assert not (corpus.study.file.parent / "mine.toml").exists()


def test_a_lexicon_that_cannot_be_read(corpus: Corpus) -> None:
    corpus.study.lexicon.write_text("[[", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"lexicon\.toml is not valid TOML") as caught:
        workbench(corpus)
    assert "\n" not in str(caught.value)
    corpus.study.lexicon.unlink()
    with pytest.raises(LexiconError, match="There is no lexicon"):
        workbench(corpus)


def test_a_study_of_one_text(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path / "made", {"only": "Unity of the party."})
    bench = workbench(corpus)
    turn(bench, 1)
    assert "left and right are both 'only'" in say(bench.pair.message)
    press_keep(bench, "pair")
    turn(bench, 0)
    assert len(table_rows(bench.search.chart.value)) == 1
    assert faults(bench) == []


def test_many_short_texts(tmp_path: Path) -> None:
    texts = {f"t{i}": f"Unity {i} and party unity, with the foe. Foe." for i in range(200)}
    corpus = corpus_of(tmp_path / "made", texts)
    corpus.study.lexicon.write_text(LEXICON, encoding="utf-8")
    bench = workbench(corpus)
    assert len(table_rows(bench.search.chart.value)) == 200
    assert len(bench.search.chart.value) < 400_000
    assert len(rows(bench.search.lines.list)) == 400
    look_for(bench, "*o*")
    assert len(rows(bench.search.lines.list)) == min(LIMIT, 400)
    bench.texts.ticked = [3, 150]
    assert len(table_rows(bench.search.chart.value)) == 2
    assert faults(bench) == []


def test_a_fault_of_ours_is_told_in_a_sentence(
    shared: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = workbench(shared)

    def fail(*_: object) -> None:
        raise ZeroDivisionError("<b>\n$x$")

    monkeypatch.setattr(Session, "category_bars", fail)
    bench.search.category.value = "enemy"
    assert say(bench.search.found).startswith("This is a fault of Rhetorica, not yours")
    assert "<b>" not in bench.search.found.value
    assert bench.search.chart.value == ""
    monkeypatch.undo()
    bench.search.category.value = "unity"
    assert faults(bench) == []


def test_the_code_it_shows_shows_the_same(corpus: Corpus) -> None:
    """For a corpus that was opened for one category, as in the notebook for exploring."""
    opened = rhetorica.vary(corpus, categories="unity", words="unity")
    bench = workbench(opened)
    add(bench, "party")
    for category in ("enemy", "unity"):
        bench.search.category.value = category
        bench.search.lines.sort.value = "right" if category == "enemy" else "left"
        code = bench.search.code.splitlines()
        assert f"sort='{bench.search.lines.sort.value}'" in bench.code.value.replace("&#x27;", "'")
        names: dict[str, Any] = {**vars(rhetorica), "corpus": opened}
        names |= {name: getattr(rhetorica, name) for name in rhetorica.__all__}
        exec("\n".join(line for line in code if line.startswith("corpus =")), names)
        rates = rhetorica.find(names["corpus"], "rhetoric_rates").frame
        in_code = dict(zip(rates["label"], rates["hits"].astype(str), strict=True))
        assert in_code == {row[0]: row[1] for row in table_rows(bench.search.chart.value)}
        lines = eval(code[-1], names)
        assert [row["hit"] for row in line_rows(lines)] == [
            row[3] for row in rows(bench.search.lines.list)
        ]


def test_a_tick_leaves_the_line_where_it_was(corpus: Corpus) -> None:
    bench = workbench(corpus)
    bench.search.entries.selected = 2
    bench.search.entries.ticked = [i for i in bench.search.entries.ticked if i != 2]
    assert bench.search.entries.selected == 2
    bench.search.category.value = "enemy"
    assert bench.search.entries.selected == -1


def test_what_is_typed_and_not_asked_for_is_not_kept(corpus: Corpus) -> None:
    bench = workbench(corpus)
    look_for(bench, "party")
    bench.search.words.value = "foe"
    assert bench.search.figure == ("word_places", {"words": ("party",)})
    assert "foe" not in bench.search.code


def test_a_lexicon_that_was_changed_meanwhile_is_not_kept(corpus: Corpus) -> None:
    bench = workbench(corpus)
    before = table_rows(bench.search.chart.value)
    text = corpus.study.lexicon.read_text(encoding="utf-8")
    corpus.study.lexicon.write_text(text.replace('"cohesion"', '"coherence"'), encoding="utf-8")
    press_keep(bench, "mine")
    assert "was changed after the study was opened" in say(bench.message)
    assert not (corpus.study.figures / "mine").exists()
    bench.texts.ticked = list(bench.texts.ticked)[:1]
    bench.texts.ticked = list(range(len(bench.texts.rows)))
    assert table_rows(bench.search.chart.value) == before


def test_hits_are_kept_of_few_token_streams() -> None:
    assert spans._kept_hits.cache_info().maxsize == spans.matcher_of.cache_info().maxsize == 4


def test_it_begins_with_what_the_corpus_was_opened_for(corpus: Corpus) -> None:
    bench = workbench(vary(corpus, categories="enemy", words="party, foe"))
    assert (bench.search.category.value, bench.search.words.value) == ("enemy", "party")
    with pytest.raises(RhetoricaError, match="no category 'unitty'"):
        workbench(vary(corpus, categories="unitty"))


def test_what_was_kept_is_not_shown_of_something_else(corpus: Corpus) -> None:
    bench = workbench(corpus)
    press_keep(bench, "mine")
    assert "The same in Python" in bench.kept.value
    add(bench, "party")
    assert bench.kept.value == ""
    press_keep(bench, "no/name")
    assert bench.kept.value == ""
