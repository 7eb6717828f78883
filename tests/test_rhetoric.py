"""Spans and rates: every rate is the sum of its spans, and every span stands in its sentence."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetorica.corpus import Corpus, read_corpus
from rhetorica.entries import Entry
from rhetorica.errors import NothingToShow, ParameterError
from rhetorica.lexicon import Category, load_lexicon
from rhetorica.matching import Matcher, match_category, union_of
from rhetorica.parameters import check_parameters
from rhetorica.rates import MIN_HITS, MIN_PARAGRAPHS, estimate_rates, rate_table
from rhetorica.resampling import kept_weights
from rhetorica.rhetoric import (
    describe_dispersion,
    evidence_of,
    example_sentences,
    leading_entries,
    rhetoric_rates,
)
from rhetorica.spans import counting, find_spans, groups_of, lexicon_of
from rhetorica.study import default_study_file, load_study
from support import corpus_of, default_corpus, tokens_of

LEXICON = load_lexicon(load_study(default_study_file()).lexicon)

SMALL = """
[parents.own]
label = "Own side"
[categories.people]
label = "People"
parent = "own"
entries = ["people", "people's party"]
[categories.party]
label = "Party"
parent = "own"
entries = ["party", { pattern = "parties", certainty = 0.5 }]
[categories.war]
label = "War"
entries = [{ pattern = "war", certainty = 0.25 }]
"""


def small_corpus(folder: Path, texts: dict[str, str], **parameters: object) -> Corpus:
    """A study of some texts with the lexicon above."""
    study = corpus_of(folder, texts).study
    study.lexicon.write_text(SMALL, encoding="utf-8")
    return read_corpus(study, check_parameters(parameters, study.parameters))


def test_rates_are_the_sums_of_the_spans() -> None:
    corpus = default_corpus()
    frame, spans = rate_table(corpus), find_spans(corpus)
    for row in frame.to_dict("records"):
        key, column = ("category", "suppressed_by")
        if row["kind"] == "parent":
            key, column = ("parent", "parent_suppressed_by")
        own = spans[(spans["document"] == row["document"]) & (spans[key] == row["category"])]
        hits = int((own[column] == "").sum())
        assert row["hits"] == hits
        assert row["per_1000_words"] == pytest.approx(1000 * hits / row["words"])
    assert (frame.loc[frame["kind"] == "category", "hits"].sum()) == (
        spans["suppressed_by"] == ""
    ).sum()


def test_the_saved_spans_are_those_that_were_counted() -> None:
    finding = rhetoric_rates(default_corpus())
    saved = finding.tables["rhetoric_spans"]
    counted = saved[saved["suppressed_by"] == ""].groupby(["document", "category"]).size()
    frame = finding.frame[finding.frame["kind"] == "category"]
    expected = frame[frame["hits"] > 0].set_index(["document", "category"])["hits"]
    assert counted.to_dict() == expected.to_dict()


def test_every_hit_stands_where_its_row_says() -> None:
    corpus = default_corpus(level="normalised")  # an erratum's word is not in the raw line
    raw = {source.document.id: source.text.split("\n") for source in corpus.sources}
    texts = {edition.document_id: edition.text for edition in corpus.editions}
    for row in find_spans(corpus).to_dict("records"):
        assert texts[row["document"]][row["start"] : row["end"]] == row["hit"]
        assert row["hit"] in row["text"]
        first_word = row["hit"].split()[0].replace("'", "\u2019").split("\u2019")[0]
        assert first_word in raw[row["document"]][row["raw_line"] - 1]


def test_a_parent_is_the_union_of_its_categories(tmp_path: Path) -> None:
    # people's party: one hit of People, one of Party inside it, one of the parent.
    corpus = small_corpus(tmp_path, {"a": "The people's party and other parties, war."})
    frame = rate_table(corpus).set_index("category")
    assert frame["hits"].to_dict() == {"own": 2, "people": 1, "party": 2, "war": 1}
    assert frame["expected_hits"].to_dict() == {"own": 1.5, "people": 1, "party": 1.5, "war": 0.25}
    assert frame["per_1000_words"].to_dict() == pytest.approx(
        {"own": 2000 / 7, "people": 1000 / 7, "party": 2000 / 7, "war": 1000 / 7}
    )
    assert frame["kind"].tolist() == ["parent", "category", "category", "category"]
    spans = find_spans(corpus).set_index("entry")
    assert spans["parent_suppressed_by"].to_dict() == {
        "people's party": "",
        "party": "people",
        "parties": "",
        "war": "",
    }


GLOBS = st.sampled_from(["people", "people's", "people* part*", "part*", "war and", "and", "* *"])
WORDS = st.sampled_from(["people", "people's", "party", "parties", "war", "and"])


@given(
    st.lists(WORDS, min_size=1).map(" ".join),
    st.lists(st.lists(GLOBS, min_size=1, max_size=3), min_size=2, max_size=3),
)
def test_a_parent_has_no_fewer_hits_than_a_category_and_no_more_than_all(
    text: str, globs: list[list[str]]
) -> None:
    matcher = Matcher(tokens_of({"a": text}))
    tables = [
        match_category(matcher, category_of(*own)).assign(category=f"c{k}")
        for k, own in enumerate(globs)
    ]
    own = [table[table["suppressed_by"] == ""] for table in tables]
    union = union_of(pd.concat(own, ignore_index=True))
    assert max(map(len, own)) <= int((union == "").sum()) <= sum(map(len, own))


def category_of(*globs: str) -> Category:
    entries = tuple(Entry(glob, tuple(glob.split())) for glob in globs)
    return Category(globs[0], globs[0], "", "", "", entries)


def test_a_parent_of_some_categories_only_is_not_shown(tmp_path: Path) -> None:
    corpus = small_corpus(tmp_path, {"a": "people's party"}, categories="people, war")
    assert rate_table(corpus)["category"].tolist() == ["people", "war"]
    # What counts in the parent does not depend on what is shown.
    assert find_spans(corpus)["parent_suppressed_by"].tolist() == [""]
    groups = groups_of(lexicon_of(corpus), lexicon_of(corpus).categories)
    assert [group.id for group in groups] == ["own", "people", "party", "war"]


def test_entries_of_little_certainty_can_be_left_out(tmp_path: Path) -> None:
    texts = {"a": "people party parties war"}
    corpus = small_corpus(tmp_path, texts, min_certainty=0.5)
    assert find_spans(corpus)["entry"].tolist() == ["people", "party", "parties"]
    assert rate_table(corpus).set_index("category")["hits"].to_dict()["war"] == 0
    every = small_corpus(tmp_path / "all", texts)
    assert find_spans(every)["entry"].tolist() == ["people", "party", "parties", "war"]


def test_another_text_never_changes_a_texts_rates() -> None:
    together = rate_table(default_corpus())
    alone = rate_table(default_corpus(texts="feats-for-parties"))
    both = together[together["document"] == "feats-for-parties"].reset_index(drop=True)
    assert both.equals(alone)


HITS = np.array([[3, 1]] * 4 + [[0, 1]] * 6)
SIZES = np.full(10, 50)


def test_bootstrap_where_there_is_enough_and_poisson_where_not() -> None:
    from scipy.stats import chi2

    def estimate(hits: Any, sizes: Any) -> Any:
        return estimate_rates(hits, sizes, 0.95, partial(kept_weights, len(sizes), 2000, 1, "test"))

    full = estimate(HITS, SIZES)
    assert full.rate.tolist() == [24, 20]
    assert full.interval.tolist() == ["bootstrap", "bootstrap"]
    # Every paragraph has one hit in fifty words: there is nothing to vary.
    assert (full.low[1], full.high[1]) == (20, 20)
    assert full.low[0] < 24 < full.high[0]
    few = estimate(HITS[:9], SIZES[:9])
    assert few.interval.tolist() == ["Poisson", "Poisson"]
    # Garwood (1936): chi-square quantiles over two, here for 12 and 9 hits in 450 words.
    for k, hits in enumerate((12, 9)):
        assert few.low[k] == pytest.approx(1000 * chi2.ppf(0.025, 2 * hits) / 2 / 450)
        assert few.high[k] == pytest.approx(1000 * chi2.ppf(0.975, 2 * hits + 2) / 2 / 450)
    rare = estimate(np.array([[MIN_HITS - 1]] + [[0]] * (MIN_PARAGRAPHS - 1)), SIZES)
    assert rare.interval.tolist() == ["Poisson"]


def test_bootstrap_draws_whole_paragraphs() -> None:
    # Eight hits in one of ten paragraphs: it is drawn 0 to several times, so 0 is in reach.
    clustered = np.array([[8]] + [[0]] * 9)
    spread = np.array([[1]] * 8 + [[0]] * 2)
    low, high = [], []
    for hits in (clustered, spread):
        weights = partial(kept_weights, len(SIZES), 2000, 1, "test")
        found = estimate_rates(hits, SIZES, 0.95, weights)
        low.append(found.low[0])
        high.append(found.high[0])
    assert low[0] == 0 < low[1]
    # Drawn k times of ten in a tenth of the words: 8 k hits in 500. P(k > 3) = 1.3 %.
    assert high == pytest.approx([3 * 16, 20], abs=0.5)


def test_no_hit_is_no_proof_of_a_rate_of_zero() -> None:
    frame = rate_table(default_corpus())
    none = frame[(frame["document"] == "feats-for-parties") & (frame["hits"] == 0)]
    # Garwood (1936): after no event the upper limit is -ln(0.025), here over 357 words.
    assert len(none) > 0
    assert (none["low"] == 0).all()
    assert none["high"].tolist() == pytest.approx([1000 * -np.log(0.025) / 357] * len(none))
    assert none["dp"].isna().all()


def test_intervals_hold_the_rate() -> None:
    frame = rate_table(default_corpus())
    assert (frame["low"] <= frame["per_1000_words"]).all()
    assert (frame["per_1000_words"] <= frame["high"]).all()
    assert set(frame["interval"]) == {"bootstrap", "Poisson"}
    assert (frame.loc[frame["hits"] < MIN_HITS, "interval"] == "Poisson").all()


def test_short_texts_are_marked_and_said() -> None:
    frame = rate_table(default_corpus())
    assert set(frame.loc[frame["short"] == "yes", "label"]) == {"Feats for parties"}
    finding = rhetoric_rates(default_corpus())
    assert any("Feats for parties (357 words)" in note for note in finding.notes)
    assert any("2.8 per 1,000 words or more" in note for note in finding.notes)
    every = rate_table(default_corpus(short_text=5000))
    assert (every["short"] == "yes").all()
    assert not any("short" in note for note in rhetoric_rates(default_corpus(short_text=0)).notes)


def test_title_names_a_difference_beyond_the_intervals(tmp_path: Path) -> None:
    corpus = default_corpus()
    frame = rate_table(corpus)
    title = rhetoric_rates(corpus).title
    assert title.startswith("Independence differs most: ")
    own = frame[frame["category_label"] == "Independence"].to_dict("records")
    [high] = [row for row in own if row["label"] == "Independence essay"]
    [low] = [row for row in own if row["label"] == "External activity"]
    assert f"{high['per_1000_words']:.0f} hits per 1,000 words in “Independence essay”" in title
    assert f"{low['per_1000_words']:.0f} in “External activity”" in title
    assert high["low"] > low["high"]
    text = "\n\n".join(["We unite with the people against crisis."] * 80)
    same = rhetoric_rates(corpus_of(tmp_path, {"a": text, "b": text}))
    assert same.title.startswith("No category differs between two texts")


def test_chosen_categories_only() -> None:
    frame = rate_table(default_corpus(categories="enemy, unity"))
    assert frame["category"].unique().tolist() == ["unity", "enemy"]
    assert rate_table(default_corpus(categories="stance"))["category"].unique().tolist() == [
        "stance",
        "victory",
        "duty",
        "quantity",
        "eternity",
    ]


def test_evidence_is_that_of_the_title_unless_asked_for() -> None:
    table = evidence_of(default_corpus())
    assert set(table["text"]) == {"Independence essay"}
    assert set(table["category"]) == {"Independence"}
    frame = rate_table(default_corpus())
    own = frame[(frame["label"] == "Independence essay") & (frame["category"] == "independence")]
    assert sum(len(hits.split(", ")) for hits in table["hits"]) == own["hits"].iloc[0]
    for row in table.to_dict("records"):
        assert all(hit in row["sentence"] for hit in row["hits"].split(", "))


@pytest.mark.parametrize(
    ("asked", "texts", "categories"),
    [
        ("unity, feats-for-parties", {"Feats for parties"}, {"Unity"}),
        ("quantity", {"External activity", "Independence essay", "About the treatise",
                      "Treatise 1992"}, {"Quantity"}),
        ("other_side, feats-for-parties", {"Feats for parties"}, {"Adversary and crisis"}),
        ("party-building-treatise", {"Treatise 1992"}, {"Unity"}),
    ],
)  # fmt: skip
def test_evidence_asked_for(asked: str, texts: set[str], categories: set[str]) -> None:
    table = evidence_of(default_corpus(evidence=asked))
    assert set(table["text"]) <= texts
    assert set(table["category"]) == categories


def test_evidence_that_is_not_there() -> None:
    with pytest.raises(ParameterError, match=r"neither a category nor a text 'unty'.*'unity'"):
        evidence_of(default_corpus(evidence="unty"))
    with pytest.raises(NothingToShow, match="“Leader” has no hit"):
        evidence_of(default_corpus(evidence="leader, party-building-treatise"))


def test_study_without_a_hit_is_shown_as_such(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "Xyz xyz. Qrs tuv."})
    frame = rhetoric_rates(corpus).frame
    assert frame["hits"].tolist() == [0] * len(frame)
    assert leading_entries(corpus).empty
    assert example_sentences(corpus).empty
    assert set(describe_dispersion(corpus)["a"]) == {"–"}


def test_dispersion_stands_beside_what_chance_gives(tmp_path: Path) -> None:
    # Two hits in one of two equal paragraphs: DP = 1/2 (|1 - 1/2| + |0 - 1/2|) = 1/2, of 1/2.
    # By chance both fall together in half of the cases: 1/2 * 1 + 1/2 * 0.
    corpus = small_corpus(tmp_path, {"a": "war and war\n\none two three"})
    row = rate_table(corpus).set_index("category").loc["war"]
    assert (row["dp"], row["dp_norm"], row["dp_norm_by_chance"]) == pytest.approx((0.5, 1, 0.5))
    table = describe_dispersion(corpus).set_index("category")
    assert table.loc["War", "a"] == "1.00 | 0.50"


# Sentences of the kind, read by hand against the definitions.
READ = [
    ("enemy", "Let Us Defend and Advance the Socialist Cause", False),
    ("enemy", "It helped the just war against the US aggression.", True),
    ("enemy", "The U.S. took part in the talks.", True),
    ("enemy", "They put an end to domination and aggression.", False),
    ("independence", "The meeting was held in Juche 49 (1960).", False),
    ("independence", "He embodied the principle of Juche.", True),
    ("unity", "The internationally united reactionary forces are challenging it.", False),
    ("unity", "The parties united around the banner.", True),
    ("unity", "The Soviet Union and the United States met.", False),
    ("struggle", "They can frustrate the imperialists' maneuvers.", True),
    ("struggle", "Socialism was frustrated in several countries.", False),
    ("struggle", "Its ideal is independence against imperialism.", False),
    ("crisis", "Socialism was frustrated in several countries.", True),
    ("crisis", "Their attempts were checked and frustrated.", False),
    ("leader", "The immortal exploits he performed will be remembered.", True),
    ("leader", "The imperialist exploits the workers.", False),
    ("leader", "The parties made strenuous efforts for it.", False),
    ("leader", "Thanks to his strenuous efforts it was won.", True),
    ("leader", "The President met the delegation.", False),
    ("masses", "Many people lost confidence.", False),
    ("masses", "It was adopted by the Supreme People's Assembly.", False),
    ("masses", "It is a genuine people's society.", True),
    ("duty", "Should the forces unite, they can win.", False),
    ("duty", "The parties should unite.", True),
    ("quantity", "It was adopted in April 1992.", False),
    ("quantity", "He presented 166,065 gifts.", True),
    ("quantity", "Over the 100-year history of it", False),
    ("eternity", "It is one of the most important tasks.", False),
    ("eternity", "The exploits will shine for ever.", True),
    ("eternity", "They seek domination for ever.", False),
    ("victory", "Victory in the struggle is inevitable.", True),
    ("victory", "They claim that capitalism has triumphed.", False),
]


@pytest.mark.parametrize(("category", "sentence", "counts"), READ)
def test_lexicon_follows_its_definitions(category: str, sentence: str, counts: bool) -> None:
    [chosen] = [item for item in LEXICON.categories if item.id == category]
    found = match_category(Matcher(tokens_of({"a": sentence})), chosen)
    assert bool((found["suppressed_by"] == "").any()) is counts


def test_two_texts_of_one_sentence_are_not_taken_for_a_phrase(tmp_path: Path) -> None:
    text = "One alpha beta gamma.\n\nHEAD\n\nDelta and more of it, as a paragraph has."
    corpus = corpus_of(tmp_path, {"a": text})
    corpus.study.lexicon.write_text(
        "[categories.c]\nentries = [{pattern = 'gamma delta', within = 'text'}, "
        "{pattern = 'gamma delta and', kind = 'regex', within = 'text'}]",
        encoding="utf-8",
    )
    assert corpus.tokens.paragraph_kinds == ("paragraph", "heading", "paragraph")
    prose = read_corpus(corpus.study, check_parameters({"parts": "paragraph"}))
    assert find_spans(prose).empty


@pytest.mark.parametrize(
    ("texts", "short_text", "title"),
    [
        # Short texts are left aside where two others are not, and else are not.
        ({"a": 60, "b": 0}, 0, "War differs: 1000 hits per 1,000 words in “a”, 0 in “b”"),
        ({"a": 60, "b": 0}, 5000, "War differs: 1000 hits per 1,000 words in “a”, 0 in “b”"),
        ({"a": 1, "b": 0}, 0, "No category differs between two texts by more than its intervals"),
        ({"a": 60}, 0, "War is the most frequent category, with 1000 hits per 1,000 words"),
        ({"a": 0}, 0, "No category has a hit"),
    ],
)
def test_titles(tmp_path: Path, texts: dict[str, int], short_text: int, title: str) -> None:
    written = {name: "war " * n + "peace " * (60 - n) for name, n in texts.items()}
    corpus = small_corpus(tmp_path, written, short_text=short_text, categories="war")
    assert rhetoric_rates(corpus).title.startswith(title)


def test_nobody_changes_the_rates_of_others() -> None:
    corpus = default_corpus()
    frame = rhetoric_rates(corpus).frame
    frame.loc[0, "hits"] = 99
    assert rhetoric_rates(corpus).frame.loc[0, "hits"] != 99


def test_counting_takes_what_counts_only() -> None:
    corpus = default_corpus()
    spans = find_spans(corpus)
    groups = {g.id: g for g in groups_of(lexicon_of(corpus), lexicon_of(corpus).categories)}
    assert (counting(spans, groups["unity"])["suppressed_by"] == "").all()
    assert (counting(spans, groups["stance"])["parent_suppressed_by"] == "").all()


def test_of_one_category_none_differs_most() -> None:
    titles = [
        rhetoric_rates(default_corpus(n_draws=100, categories=names)).title
        for names in (("unity",), ("unity", "enemy"))
    ]
    assert titles[0].startswith("Unity differs: 27 hits per 1,000 words in “Treatise 1992”, ")
    assert " differs most: " in titles[1]
