"""The shared core: adjusted frequencies by hand, what is core, what it makes up, what it cannot."""

from fractions import Fraction
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from rhetorica.catalogue import Entry
from rhetorica.core import adjusted_frequency, core_sentences, list_near_core, shared_core
from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow
from rhetorica.figures import draw
from rhetorica.figures.core import draw_shared_core
from rhetorica.findings import table
from rhetorica.stop_words import english_stop_words
from support import corpus_of, default_corpus

ENTRY = Entry("shared_core", "?", "02_topics", "core:shared_core", "figures.core:draw_shared_core")

# Of 8, 12 and 20 words, of which 4, 4 and 14 are function words. All have peace twice, bread and
# peace and bread once; the first and second have work, 1 and 2, the others milk, 2 and 3 times.
THREE = {
    "one": "Peace and bread. The peace of work was.",
    "two": "We have peace and bread and peace.\n\nWork, work, corn, milk, milk.",
    "six": "Peace and bread is it. The milk was of the milk and was of the milk.\n\n"
    "It is the peace.",
}


def of_three(folder: Path, **parameters: object) -> Corpus:
    return corpus_of(folder, THREE, short_text=0, **parameters)


def without(name: str) -> dict[str, str]:
    return {key: text for key, text in THREE.items() if key != name}


# --- the adjusted frequency

TABLES = [
    # shares of all words, counts, KF
    ((1, 1), (3, 3), Fraction(6)),
    ((3, 1), (3, 1), Fraction(4)),
    ((1, 1), (8, 0), Fraction(4)),
    ((3, 1), (0, 8), Fraction(2)),
    ((1, 1, 2), (1, 1, 2), Fraction(4)),
    ((1, 1), (1, 9), Fraction(8)),  # (√½ + √4½)² = (4 √½)²
    ((4, 4, 1), (1, 4, 9), Fraction(9)),  # (2/3 + 4/3 + 1)²
]


@pytest.mark.parametrize(("sizes", "counts", "expected"), TABLES)
def test_adjusted_frequency_by_hand(
    sizes: tuple[int, ...], counts: tuple[int, ...], expected: Fraction
) -> None:
    found = adjusted_frequency(np.array(counts)[:, None], np.array(sizes))
    assert found == pytest.approx([float(expected)])


@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.integers(0, 50), st.integers(1, 9)),
        min_size=1,
        max_size=8,
    )
)
def test_adjusted_frequency_is_the_count_where_even_and_less_elsewhere(
    rows: list[tuple[int, int, int]],
) -> None:
    sizes = np.array([size for size, _, _ in rows])
    counts = np.array([[count, size * rows[0][2]] for size, count, _ in rows])
    any_way, even = adjusted_frequency(counts, sizes)
    assert even == pytest.approx(counts[:, 1].sum())
    assert any_way <= counts[:, 0].sum() * (1 + 1e-9)
    one_only = (sizes / sizes.sum() * counts[:, 0]).max()
    assert any_way >= one_only * (1 - 1e-9)
    backwards = adjusted_frequency(counts[::-1], sizes[::-1])
    np.testing.assert_allclose(backwards, [any_way, even])


# --- three texts by hand


def test_terms_of_the_core_by_hand(tmp_path: Path) -> None:
    finding = shared_core(of_three(tmp_path))
    terms = finding.tables["shared_core_terms"]
    each = ["count_one", "count_two", "count_six"]
    # Peace: (√(8/40 · 2) + √(12/40 · 2) + √(20/40 · 2))²; the others have one place in each text.
    peace = sum(sqrt(size / 40 * 2) for size in (8, 12, 20)) ** 2
    once = sum(sqrt(size / 40) for size in (8, 12, 20)) ** 2
    assert terms["term"].tolist() == ["peace", "bread", "peace and bread"]
    assert terms[each].to_numpy().tolist() == [[2, 2, 2], [1, 1, 1], [1, 1, 1]]
    rates = ["per_1000_words", "adjusted_per_1000_words", "evenness"]
    expected = [(150, 25 * peace, peace / 6), (75, 25 * once, once / 3), (75, 25 * once, once / 3)]
    np.testing.assert_allclose(terms[rates], expected)
    assert finding.title == (
        "3 words and phrases, besides those left out, stand in all 3 texts and make up 20 to 50% "
        "of each"
    )


def test_share_of_a_text_counts_no_word_twice(tmp_path: Path) -> None:
    texts = shared_core(of_three(tmp_path)).tables["shared_core_texts"]
    names = ["words", "left_out", "content_words", "core_words", "core_content_words"]
    # In each text peace, and, bread, and one more peace.
    assert texts[names].to_numpy().tolist() == [
        [8, 4, 4, 4, 3], [12, 4, 8, 4, 3], [20, 14, 6, 4, 3],
    ]  # fmt: skip
    assert texts["share_of_words"].tolist() == [4 / 8, 4 / 12, 4 / 20]
    assert texts["share_of_content_words"].tolist() == [3 / 4, 3 / 8, 3 / 6]


def test_rates_and_intervals_by_hand(tmp_path: Path) -> None:
    own = shared_core(of_three(tmp_path, confidence=0.9)).frame
    # The phrase says what bread would, but all its places hold a peace already: bread it is.
    assert own["term"].tolist() == ["peace"] * 3 + ["bread"] * 3
    own = own.head(3)
    assert own["document"].tolist() == ["one", "two", "six"]
    assert own["rank"].tolist() == [1, 1, 1]
    assert own["count"].tolist() == [2, 2, 2]
    assert own["per_1000_words"].tolist() == pytest.approx([2000 / 8, 2000 / 12, 2000 / 20])
    low, high = chi2.ppf(0.05, 4) / 2, chi2.ppf(0.95, 6) / 2
    assert own["low"].tolist() == pytest.approx([1000 * low / n for n in (8, 12, 20)])
    assert own["high"].tolist() == pytest.approx([1000 * high / n for n in (8, 12, 20)])


def test_near_core_by_hand(tmp_path: Path) -> None:
    corpus = of_three(tmp_path)
    near = shared_core(corpus).tables["near_core"]
    # Work: 3 in 20 words, 20 words lack it. Milk: 5 in 32 words, 8 words lack it.
    assert near[["term", "missing_from", "expected_there"]].to_numpy().tolist() == [
        ["work", "six", pytest.approx(3.0)],
        ["milk", "one", pytest.approx(1.25)],
    ]
    listed = list_near_core(corpus)
    assert listed["term"].tolist() == ["work", "milk"]
    assert listed["would stand there"].tolist() == ["3×", "1×"]
    assert listed["in the others"].tolist() == ["3×", "5×"]
    assert (
        "The shortest text limits what all can share: without “one” (8 words) 4 terms would stand "
        "in all the others. In all texts but any one: 2 further terms."
    ) in shared_core(corpus).notes


def test_without_the_shortest_text_it_is_so(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, without("one"))
    names = shared_core(corpus).tables["shared_core_terms"]["term"].tolist()
    assert sorted(names) == ["bread", "milk", "peace", "peace and bread"]


def test_single_words_only(tmp_path: Path) -> None:
    finding = shared_core(of_three(tmp_path, longest_phrase=1))
    assert finding.title.startswith("2 words, besides those left out, stand in all 3 texts")
    assert finding.tables["shared_core_texts"]["core_words"].tolist() == [3, 3, 3]


# --- the five texts


def test_the_five_texts_counted_another_way() -> None:
    corpus = default_corpus(longest_phrase=1)
    finding = shared_core(corpus)
    stream = np.array(corpus.counts.terms, dtype=object)[corpus.term_of_type[corpus.tokens.codes]]
    texts = np.split(stream, corpus.tokens.documents[1:-1])
    core = finding.tables["shared_core_terms"]["term"].tolist()
    absent = finding.tables["near_core"].set_index("term")["missing_from"]
    gone = {word.lower() for word in (*english_stop_words(), *corpus.parameters.leave_out)}
    assert set(core) == set.intersection(*map(set, texts)) - gone
    nearly = {
        term: corpus.sources[i].document.id
        for i, text in enumerate(texts)
        for term in set.intersection(*(set(other) for other in texts if other is not text))
        if term not in text and term not in gone
    }
    assert absent.to_dict() == nearly
    for text, share in zip(
        texts, finding.tables["shared_core_texts"]["share_of_words"], strict=True
    ):
        assert share == pytest.approx(np.isin(text, core).mean())
    assert len(core) == 12
    assert (
        finding.title
        == "12 words, besides those left out, stand in all 5 texts and make up 6 to 13% of each"
    )


def test_order_of_documents_does_not_matter(tmp_path: Path) -> None:
    one = shared_core(of_three(tmp_path / "a"))
    turned = dict(reversed(THREE.items()))
    other = shared_core(corpus_of(tmp_path / "b", turned, short_text=0))
    assert one.title == other.title
    for left, right in [(one.frame, other.frame)] + [
        (one.tables[name], other.tables[name]) for name in one.tables
    ]:
        assert sorted(map(tuple, left.astype(str).to_numpy().tolist())) == sorted(
            map(tuple, right[list(left)].astype(str).to_numpy().tolist())
        )


def test_every_core_term_has_a_sentence_in_each_text() -> None:
    corpus = default_corpus()
    found = core_sentences(corpus, terms=4)
    assert found.columns.tolist() == ["term", "text", "block", "raw_line", "sentence"]
    leading = shared_core(corpus).frame["term"].unique()[:4].tolist()
    assert found["term"].unique().tolist() == leading
    assert found["text"].tolist() == [*corpus.labels] * 4
    for term, sentence in found[["term", "sentence"]].to_numpy():
        assert term in sentence.lower()


# --- what cannot be shown


def test_one_text_shares_nothing(tmp_path: Path) -> None:
    with pytest.raises(NothingToShow, match="a shared core needs at least two"):
        shared_core(corpus_of(tmp_path, {"one": THREE["one"]}))


def test_texts_without_a_common_word(tmp_path: Path) -> None:
    # Bread is in two; of the three content words of "two", one stands elsewhere, of "one" all.
    texts = {"one": "Bread, bread.", "two": "Bread, milk and corn.", "six": "Peace and work."}
    with pytest.raises(NothingToShow) as caught:
        shared_core(corpus_of(tmp_path, texts))
    assert str(caught.value) == (
        "No word that is counted stands in all 3 texts: “six” has least in common, with 0% of its "
        "words in any other text; name fewer in the parameter 'texts', first without six."
    )


def test_two_texts_without_a_common_word(tmp_path: Path) -> None:
    with pytest.raises(NothingToShow, match=r"stands in both texts: .* in any other text\.$"):
        shared_core(corpus_of(tmp_path, {"one": "The bread.", "two": "The milk."}))


def test_all_words_left_out(tmp_path: Path) -> None:
    with pytest.raises(NothingToShow, match="No word is left"):
        shared_core(corpus_of(tmp_path, {"one": "It is the.", "two": "It was."}))


def test_near_core_needs_three_texts_and_a_term(tmp_path: Path) -> None:
    with pytest.raises(NothingToShow, match="at least three texts"):
        list_near_core(corpus_of(tmp_path / "a", without("six")))
    with pytest.raises(NothingToShow, match="No term stands in all texts but one"):
        list_near_core(corpus_of(tmp_path / "b", dict.fromkeys(["one", "two", "six"], "Bread.")))


def test_identical_texts_are_all_core(tmp_path: Path) -> None:
    finding = shared_core(corpus_of(tmp_path, dict.fromkeys(["one", "two"], THREE["six"])))
    texts = finding.tables["shared_core_texts"]
    assert texts["share_of_content_words"].tolist() == [1, 1]
    assert finding.frame["evenness"].tolist() == [1] * len(finding.frame)
    assert finding.tables["near_core"].empty
    assert not any("shortest" in note for note in finding.notes)
    assert b"near" not in table(finding.frame)
    assert draw(finding, draw_shared_core).png


def test_a_single_shared_word_reads_well(tmp_path: Path) -> None:
    texts = {"one": "Bread is here, peace too.", "two": "Bread, milk."}
    title = shared_core(corpus_of(tmp_path, texts)).title
    assert title == (
        "1 word, besides those left out, stands in both texts and makes up 20 to 50% of each"
    )


def test_words_alike_are_listed_where_a_term_is_missing(tmp_path: Path) -> None:
    texts = {
        "a": "They develop, a development, developed too. Deviations.",
        "b": "Developing peace.",
        "c": "Developing bread.",
    }
    [row] = list_near_core(corpus_of(tmp_path, texts)).to_dict("records")
    assert row["term"] == "developing"
    assert row["missing from"] == "a"
    assert row["like it there"] == "develop 1×, developed 1×, development 1×"


def test_sentences_are_of_paragraphs_where_there_are_any() -> None:
    table = core_sentences(default_corpus())
    titles = {source.document.title for source in default_corpus().sources}
    assert table["term"].nunique() == 3
    assert not set(table["sentence"]) & titles
