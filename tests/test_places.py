"""Places of words: every hit where it stands, counted in its text, and drawn at its place."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import PathPatch, Rectangle

from rhetorica.concordance import pattern_hits, read_pattern
from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow, ParameterError, harmless
from rhetorica.figures import draw
from rhetorica.figures.places import draw_word_places
from rhetorica.findings import Finding, caption
from rhetorica.parameters import check_parameters
from rhetorica.places import (
    MAX_WORDS,
    _title,
    _widest,
    _with_shown,
    read_words,
    word_hits,
    word_places,
    word_rates,
)
from support import corpus_of, default_corpus
from support.nasty import NASTY, PATTERNS

TINY = {
    "a": "Unity is strength. We seek unity and peace.\n\nThe masses of the people unite.",
    "b": "Peace is near.\n\nThe people’s peace, they say.\n\nOf the people, peace.",
}
# Garwood 1936: the exact limits of a Poisson mean after so many events, at 95%.
POISSON = {0: (0.0, 3.6889), 1: (0.0253, 5.5716), 2: (0.2422, 7.2247), 3: (0.6187, 8.7673)}


def asking(corpus: Corpus, words: str, **further: object) -> Corpus:
    chosen = check_parameters({"words": words} | further, corpus.parameters)
    return replace(corpus, parameters=chosen)


@pytest.fixture(scope="module")
def default() -> Corpus:
    return default_corpus(n_draws=100)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return corpus_of(tmp_path_factory.mktemp("tiny"), TINY)


@pytest.mark.parametrize(
    ("pattern", "in_a", "in_b"),
    [
        ("unity", 2, 0),
        ("unit*", 3, 0),
        ("PEACE", 1, 3),
        ("the people", 1, 1),  # people’s is another word
        ("people*", 1, 2),
        ("people's", 0, 1),  # typed otherwise than it stands in the text
        ("strength we", 0, 0),  # a sentence ends between them
        ("the * of", 1, 0),
        ("the masses of", 1, 0),
        ("p[ae]*", 2, 5),
    ],
)
def test_rates_are_those_of_fourteen_and_twelve_words(
    tiny: Corpus, pattern: str, in_a: int, in_b: int
) -> None:
    frame = word_rates(asking(tiny, f"{pattern}, peace"))
    own = frame[frame["word"] == pattern]
    assert own["document"].tolist() == ["a", "b"]
    assert own["hits"].tolist() == [in_a, in_b]
    assert own["words"].tolist() == [14, 12]
    assert own["paragraphs"].tolist() == [2, 3]
    assert own["per_1000_words"].tolist() == [1000 * in_a / 14, 1000 * in_b / 12]
    assert set(own["interval"]) == {"Poisson"}
    for hits, words, low, high in own[["hits", "words", "low", "high"]].itertuples(index=False):
        if hits in POISSON:
            assert (low * words / 1000, high * words / 1000) == pytest.approx(
                POISSON[hits], abs=1e-4
            )


def test_hits_are_where_they_stand(tiny: Corpus) -> None:
    hits = word_hits(asking(tiny, "unit*, of the people"))
    third = "The masses of the people unite."
    expected = [
        ("a", "unit*", 1, 1, 0, 5, 1, "Unity", "Unity is strength."),
        ("a", "unit*", 1, 2, 27, 32, 6, "unity", "We seek unity and peace."),
        ("a", "unit*", 2, 3, 70, 75, 14, "unite", third),
        ("a", "of the people", 2, 3, 56, 69, 11, "of the people", third),
        ("b", "of the people", 3, 3, 47, 60, 9, "Of the people", "Of the people, peace."),
    ]
    columns = [name for name in hits.columns if name != "raw_line"]
    assert list(hits[columns].itertuples(index=False, name=None)) == expected
    assert hits["raw_line"].tolist() == [1, 1, 3, 3, 5]


@pytest.mark.parametrize(
    "pattern",
    ["unity", "struggle*", "the", "of the", "[a-c]*ing", "masses of the people", "* *", "P?rty*"],
)
def test_hits_are_those_of_kwic(default: Corpus, pattern: str) -> None:
    hits = word_hits(asking(default, f"{pattern}, socialism"))
    own = hits.loc[hits["word"] == pattern, ["document", "start", "end"]]
    found = pattern_hits(default, read_pattern(pattern))
    pd.testing.assert_frame_equal(own.reset_index(drop=True), found, check_dtype=False)


@pytest.mark.parametrize("parts", ["", "paragraph", "title, heading"])
def test_rates_are_the_sums_of_the_hits(parts: str) -> None:
    corpus = default_corpus(n_draws=100, words="the, unity, juche", parts=parts)
    frame, hits = word_rates(corpus), word_hits(corpus)
    for document, word, count, words in frame[["document", "word", "hits", "words"]].itertuples(
        index=False
    ):
        own = hits[(hits["document"] == document) & (hits["word"] == word)]
        assert len(own) == count
        assert own["position"].between(1, words).all()
        assert own["position"].is_monotonic_increasing
    assert frame["words"].sum() == 3 * len(corpus.tokens)


def test_another_text_or_pattern_changes_no_row(tmp_path: Path) -> None:
    long = "\n\n".join(f"Unity {'and peace ' * (i % 4)}of the people." for i in range(12))
    texts = TINY | {"c": long}
    every = word_rates(corpus_of(tmp_path / "3", texts, words="peace, unity, the"))
    fewer = word_rates(
        corpus_of(tmp_path / "2", {name: texts[name] for name in "ac"}, words="unity")
    )
    rows = every[(every["word"] == "unity") & (every["document"] != "b")].reset_index(drop=True)
    assert rows["interval"].tolist() == ["Poisson", "bootstrap"]
    pd.testing.assert_frame_equal(rows, fewer, check_exact=True)


# --- what is asked for


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("unity, unite!", r"^words: 'unite!' can never match: write words as they stand"),
        ("...", r"^words: '\.\.\.' can never match"),
        (
            "a, b, c, d, e, f, g",
            r"^words has 7 patterns, and the figure has room for 6: leave some",
        ),
    ],
)
def test_what_cannot_be_asked_for(default: Corpus, words: str, said: str) -> None:
    chosen = check_parameters({"words": words}).words
    with pytest.raises(ParameterError, match=said):
        read_words(chosen)
    with pytest.raises(ParameterError, match=said):
        word_places(asking(default, words))


def test_the_same_pattern_counts_once(default: Corpus) -> None:
    asked = check_parameters({"words": "Unity, unity, a, b, the  party, The party, c, d"}).words
    assert [entry.pattern for entry in read_words(asked)] == [
        "Unity", "a", "b", "the party", "c", "d",
    ]  # fmt: skip
    assert MAX_WORDS == 6


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", r"^There is no word to look for: name some in the parameter 'words', such as"),
        ("unitty", r"^'unitty' stands nowhere in these texts\. Did you mean 'unity'\?$"),
        (
            "unitty, unity the",
            r"^'unitty' .* 'unity the' stands nowhere in these texts\. Each of its words does,",
        ),
    ],
)
def test_nothing_to_show(default: Corpus, words: str, said: str) -> None:
    with pytest.raises(NothingToShow, match=said):
        word_places(asking(default, words))


def test_a_word_that_stands_nowhere_beside_one_that_does(default: Corpus) -> None:
    finding = word_places(asking(default, "unitty, unity"))
    own = finding.frame[finding.frame["word"] == "unitty"]
    assert own["per_1000_words"].tolist() == [0.0] * 5
    assert "'unitty' stands nowhere in these texts. Did you mean 'unity'?" in finding.notes
    assert "“unitty”, 0 hits: none in 5 texts." in finding.alt


def test_nasty_patterns_are_found_or_refused(default: Corpus) -> None:
    said, found, started = [], 0, perf_counter()
    for text in (*PATTERNS, *NASTY):
        try:
            finding = word_places(asking(default, text))
        except (ParameterError, NothingToShow) as error:
            said.append(str(error))
        else:
            found += 1
            assert finding.frame["hits"].sum() == len(finding.tables["word_places_hits"])
    assert all(message == harmless(message) for message in said)
    assert len(said) > 100
    assert found > 3
    assert perf_counter() - started < 60


# --- what is said


def rates(rows: Mapping[str, Any]) -> pd.DataFrame:
    """Rows by text: rate, low, high; of one pattern and of texts that are not short."""
    frame = pd.DataFrame(
        [(name, *own) for name, own in rows.items()],
        columns=["label", "per_1000_words", "low", "high"],
    )
    frame = frame.assign(document=frame["label"], word="unity", short="no")
    return frame.assign(hits=np.ceil(frame["per_1000_words"]).astype(int))


def test_title_names_two_texts_only_if_their_intervals_allow() -> None:
    apart = rates({"A": (12.0, 6, 20), "B": (0.5, 0.1, 2), "C": (3.0, 1, 5)})
    assert _title(apart) == (
        "“unity” stands more densely in “A” than in “B”: 12 per 1,000 words against 0.5"
    )
    never = rates({"A": (0.0, 0, 2), "B": (12.0, 6, 20)})
    assert _title(never).endswith("in “B” than in “A”: 12 per 1,000 words against none")
    close = rates({"A": (12.0, 6, 20), "B": (7.0, 4, 9)})
    assert _title(close) == "“unity”: no two texts differ by more than their intervals allow"
    two = pd.concat([close, close.assign(word="peace")])
    assert _title(two) == (
        "None of 2 patterns differs between two texts by more than intervals allow"
    )


def test_a_wide_interval_at_the_top_hides_no_other_difference() -> None:
    found = _widest(rates({"A": (10.0, 0.2, 30), "B": (8.0, 6, 11), "C": (1.0, 0, 2)}))
    assert found is not None
    assert [own["label"] for own in found] == ["B", "C"]


def test_short_texts_are_left_aside_where_two_are_not() -> None:
    frame = rates({"A": (90.0, 50, 120), "B": (8.0, 6, 11), "C": (1.0, 0, 2)})
    some = frame.assign(short=["yes", "no", "no"])
    assert "in “B” than in “C”" in _title(some)
    most = frame.assign(short=["yes", "yes", "no"])
    assert "in “A” than in “C”" in _title(most)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("unity", "“unity” stands 2 times in “{}”, 143 per 1,000 words"),
        ("peace", "“peace” stands 1 time in “{}”, 71 per 1,000 words"),
        (
            "peace, unity, unit?",
            "“unity” stands 2 times in “{}”, 143 per 1,000 words; of 3 patterns none stands "
            "more often",
        ),
    ],
)
def test_title_of_one_text(tmp_path: Path, words: str, title: str) -> None:
    text = TINY["a"].replace("unite", "rise")
    corpus = corpus_of(tmp_path, {"a": text}, words=words)
    finding = word_places(corpus)
    assert finding.title == title.format(corpus.labels[0])
    assert "The title names" not in finding.reading
    draw(finding, draw_word_places)


def test_caption_says_what_it_is(default: Corpus) -> None:
    finding = word_places(asking(default, "unity, struggle*", n_draws=2000))
    said = caption(finding)
    assert "All strips are equally long" in said
    assert "95%, a bootstrap over the paragraphs of each text (2,000 draws)" in said
    # Four long texts have six pairs, and there are two patterns.
    assert "The title is the largest of 12 differences" in said
    assert "fewer than 500 words: Feats for parties (357 words)" in said
    assert "a rate by 2.8 per 1,000 words or more" in said  # 1,000 / 357
    assert "Drawn are" not in said
    assert finding.parameters is not None
    assert finding.parameters["words"] == ("unity", "struggle*")


# --- what is drawn


def drawn(finding: Finding) -> Drawing:
    seen: list[Drawing] = []

    def keep(asked: Finding) -> Drawing:
        seen.append(draw_word_places(asked))
        return seen[0]

    draw(finding, keep)
    return seen[0]


def strokes(drawing: Drawing) -> list[list[float]]:
    """Return, for each strip, where its bars have their middles, from 0 to 1 at its end."""
    found: list[list[float]] = []
    left, width = 0.0, 1.0
    for patch in drawing.axes[0].patches:
        if isinstance(patch, Rectangle):
            left, width = patch.get_x(), patch.get_width()
            found.append([])
        elif isinstance(patch, PathPatch):
            corners = np.asarray(patch.get_path().vertices).reshape(-1, 5, 2)
            middles = (corners[:, 0, 0] + corners[:, 1, 0]) / 2
            found[-1] += ((middles - left) / width).tolist()
    return found


def test_a_stroke_stands_where_the_hit_does(tiny: Corpus) -> None:
    drawing = drawn(word_places(asking(tiny, "unit*, of the people")))
    assert not any("Shaded" in text.get_text() for text in drawing.texts)
    expected = [
        [0.5 / 14, 5.5 / 14, 13.5 / 14],
        [],
        [10.5 / 14],
        [8.5 / 12],
    ]
    found = strokes(drawing)
    assert [len(own) for own in found] == [len(own) for own in expected]
    for own, wanted in zip(found, expected, strict=True):
        assert own == pytest.approx(wanted)


def test_too_many_strokes_become_shades(tmp_path: Path) -> None:
    # All hits in the first half, where the word so stands at twice the rate of the whole text.
    text = " ".join(["The"] * 800 + ["one"] * 800) + "."
    finding = word_places(corpus_of(tmp_path, {"a": text}, words="the"))
    drawing = drawn(finding)
    assert any("Shaded: more than 300 hits" in text.get_text() for text in drawing.texts)
    [bars] = [patch for patch in drawing.axes[0].patches if isinstance(patch, PathPatch)]
    assert bars.get_alpha() == 1.0
    [found] = strokes(drawing)
    assert found == pytest.approx([(i + 0.5) / 200 for i in range(100)])


def test_of_many_texts_those_of_the_highest_rates_are_drawn(tmp_path: Path) -> None:
    texts = {f"t{i:02}": " ".join(["unity"] * i + ["one"] * (50 - i)) + "." for i in range(45)}
    corpus = corpus_of(tmp_path, texts, words="unity", short_text=0)
    finding = word_places(corpus)
    assert "the 40 of 45 texts with the highest rates" in finding.reading
    shown = finding.frame[finding.frame["shown"] == "yes"]
    assert shown["hits"].tolist() == list(range(5, 45))
    assert [len(own) for own in strokes(drawn(finding))] == list(range(44, 4, -1))
    assert len(finding.tables["word_places_hits"]) == sum(range(45))


def test_short_texts_are_the_last_to_be_drawn() -> None:
    frame = rates({f"t{i}": (float(i), 0, 99) for i in range(42)})
    marked = _with_shown(frame.assign(short=["no"] * 39 + ["yes"] * 3), 42, 1)
    # All 39 that are not short, and of the short ones that of the highest rate.
    assert marked.loc[marked["shown"] == "no", "label"].tolist() == ["t39", "t40"]
