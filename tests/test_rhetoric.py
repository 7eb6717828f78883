"""The lexicon and its hits: semantics by table, and agreement with a slow, plain reading."""

import fnmatch
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetorica.errors import LexiconError, ParameterError
from rhetorica.lexicon import Category, Entry, Vocabulary, load_lexicon, select_categories
from rhetorica.rhetoric import find_spans, leading_entries, match_category, rhetoric_rates
from rhetorica.study import default_study_file, load_study
from rhetorica.tokens import Tokens
from support import corpus_of, default_corpus, tokens_of

LEXICON = load_lexicon(load_study(default_study_file()).lexicon)


def lexicon_of(folder: Path, entries: str) -> Category:
    path = folder / "lexicon.toml"
    path.write_text(f"[categories.test]\nentries = [{entries}]\n", encoding="utf-8")
    return load_lexicon(path).categories[0]


def hits(category: Category, text: str) -> list[str]:
    tokens = tokens_of({"a": text})
    found = match_category(tokens, Vocabulary(tokens.types), category)
    words = [tokens.types[code] for code in tokens.codes]
    return [" ".join(words[a:b]) for a, b in found[["first", "end"]].to_numpy()]


SEMANTICS = [
    ('"unity"', "Unity, unity and disunity.", ["Unity", "unity"]),
    ('"imperialis*"', "imperialist anti-imperialist imperial", ["imperialist"]),
    (
        '{pattern = "imperialis*", hyphens = true}',
        "imperialist anti-imperialist imperial",
        ["imperialist", "anti-imperialist"],
    ),
    ('{pattern = "US", case = true}', "The US lets us go. US!", ["US", "US"]),
    ('"popular masses"', "popular masses. Popular. Masses of it", ["popular masses"]),
    ('"popular masses"', "the popular\n\nmasses", []),
    ('"masses", "popular masses"', "popular masses and masses", ["popular masses", "masses"]),
    ('"a b", "b c d"', "a b c d", ["b c d"]),
    ('"a b", "b c"', "a b c", ["a b"]),
    (
        '{pattern = "united", except = ["united reactionary forces"]}',
        "united, united reactionary forces, united",
        ["united", "united"],
    ),
    ('{pattern = "Juche", except = ["Juche [0-9]*"]}', "Juche 49 (1960), Juche", ["Juche"]),
    ('"people*s"', "people's peoples people", ["people's", "peoples"]),
    ('"people\u2019s"', "the people's party", ["people's"]),
    ('"m?n"', "man men mean", ["man", "men"]),
    ('"the"', "the the the the", ["the", "the", "the", "the"]),
    ('"the the"', "the the the the", ["the the", "the the"]),
    ('"nothing"', "else", []),
]


@pytest.mark.parametrize(("entries", "text", "expected"), SEMANTICS)
def test_semantics(tmp_path: Path, entries: str, text: str, expected: list[str]) -> None:
    assert hits(lexicon_of(tmp_path, entries), text) == expected


WORDS = st.sampled_from(["a", "b", "ab", "a-b", "B"])
PATTERNS = st.sampled_from(["a", "b", "a*", "?", "*b", "a b", "b a b", "a* b", "B"])
TEXT = st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=4).map(
    ". X ".join
)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    pattern = draw(PATTERNS)
    case = draw(st.booleans())
    words = tuple(word if case else word.lower() for word in pattern.split())
    single = len(words) == 1
    exceptions = draw(st.lists(PATTERNS, max_size=1))
    return Entry(
        pattern,
        words,
        case=case,
        hyphens=single and draw(st.booleans()),
        exceptions=tuple(tuple(phrase.lower().split()) for phrase in exceptions),
    )


def slow_spans(tokens: Tokens, entry: Entry) -> set[tuple[int, int]]:
    """Find an entry's spans the plain way: every place, every word, one after the other."""
    words = [tokens.types[code] for code in tokens.codes]

    def one(glob: str, word: str, case: bool, hyphens: bool) -> bool:
        word = word if case else word.lower()
        parts = [word, *(word.split("-") if hyphens and "-" in word else [])]
        return any(fnmatch.fnmatchcase(part, glob) for part in parts)

    def places(globs: tuple[str, ...], case: bool, hyphens: bool) -> set[tuple[int, int]]:
        found = set()
        for low, high in zip(tokens.sentences, tokens.sentences[1:], strict=False):
            for at in range(low, high - len(globs) + 1):
                pairs = zip(globs, words[at : at + len(globs)], strict=True)
                if all(one(glob, word, case, hyphens) for glob, word in pairs):
                    found.add((at, at + len(globs)))
        return found

    barred = [span for phrase in entry.exceptions for span in places(phrase, False, False)]
    return {
        (a, b)
        for a, b in places(entry.words, entry.case, entry.hyphens)
        if not any(low <= a and b <= high for low, high in barred)
    }


@given(TEXT, st.lists(entries(), min_size=1, max_size=4), st.randoms())
def test_matching_agrees_with_a_slow_reading(
    text: str, chosen: list[Entry], random: object
) -> None:
    tokens = tokens_of({"a": text})
    spans = {(a, b, e.pattern) for e in chosen for a, b in slow_spans(tokens, e)}
    expected: list[tuple[int, int]] = []
    for a, b, _ in sorted(spans, key=lambda s: (s[0] - s[1], s[0], s[2])):
        if all(b <= low or high <= a for low, high in expected):
            expected.append((a, b))
    category = Category("c", "c", "", "", "", tuple(chosen))
    found = match_category(tokens, Vocabulary(tokens.types), category)
    assert list(map(tuple, found[["first", "end"]].to_numpy())) == sorted(expected)
    turned = Category("c", "c", "", "", "", tuple(reversed(chosen)))
    again = match_category(tokens, Vocabulary(tokens.types), turned)
    assert again[["first", "end", "entry"]].equals(found[["first", "end", "entry"]])


def test_rates_are_the_sums_of_the_spans() -> None:
    corpus = default_corpus()
    frame = rhetoric_rates(corpus).frame
    spans = find_spans(corpus)
    assert frame["hits"].sum() == len(spans)
    counted = spans.groupby(["document", "category"]).size()
    for row in frame.to_dict("records"):
        hits_here = counted.get((row["document"], row["category"]), 0)
        assert row["hits"] == hits_here
        assert row["per_1000_words"] == pytest.approx(1000 * hits_here / row["words"])


def test_every_hit_stands_in_its_sentence_and_its_raw_line() -> None:
    corpus = default_corpus(level="normalised")  # an erratum's word is not in the raw line
    raw = {source.document.id: source.text.split("\n") for source in corpus.sources}
    for row in find_spans(corpus).to_dict("records"):
        assert row["hit"] in row["text"]
        first_word = row["hit"].split()[0].replace("'", "\u2019").split("\u2019")[0]
        assert first_word in raw[row["document"]][row["raw_line"] - 1]


def test_another_text_never_changes_a_texts_rates() -> None:
    together = rhetoric_rates(default_corpus()).frame
    alone = rhetoric_rates(default_corpus(texts="feats-for-parties")).frame
    both = together[together["document"] == "feats-for-parties"].reset_index(drop=True)
    assert both.equals(alone)


def test_no_hit_is_no_proof_of_a_rate_of_zero() -> None:
    from scipy.stats import chi2

    frame = rhetoric_rates(default_corpus()).frame
    none = frame[(frame["document"] == "feats-for-parties") & (frame["hits"] == 0)]
    # Garwood (1936): the upper limit of a Poisson mean after no event, here over 357 words.
    expected = 1000 * chi2.ppf(0.975, 2) / 2 / 357
    assert len(none) == 4
    assert none["low"].tolist() == [0] * 4
    assert none["high"].tolist() == pytest.approx([expected] * 4)
    own = frame[frame["document"] == "feats-for-parties"]
    assert (own["high"] >= expected * (1 - 1e-9)).all()  # a hit allows no lower a limit than none


def test_title_names_a_difference_beyond_the_intervals(tmp_path: Path) -> None:
    finding = rhetoric_rates(default_corpus())
    assert finding.title == (
        "Independence differs most: 34 hits per 1,000 words in “Independence essay”, "
        "3 in “External activity”"
    )
    text = "\n\n".join(["We unite with the people against crisis."] * 6)
    same = rhetoric_rates(corpus_of(tmp_path, {"a": text, "b": text}))
    assert same.title.startswith("No category differs between two texts")


def test_intervals_hold_the_rate() -> None:
    frame = rhetoric_rates(default_corpus()).frame
    assert (frame["low"] <= frame["per_1000_words"]).all()
    assert (frame["per_1000_words"] <= frame["high"]).all()


def test_chosen_categories_only() -> None:
    frame = rhetoric_rates(default_corpus(categories="enemy, unity")).frame
    assert frame["category"].unique().tolist() == ["unity", "enemy"]
    with pytest.raises(ParameterError, match=r"no category 'unty'.* 'unity'"):
        select_categories(LEXICON, ("unty",))


def test_study_without_a_hit_is_shown_as_such(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "Xyz xyz. Qrs tuv."})
    frame = rhetoric_rates(corpus).frame
    assert frame["hits"].tolist() == [0] * len(frame)
    assert leading_entries(corpus).empty


def test_default_lexicon_has_the_eleven_categories_defined() -> None:
    ids = "leader unity struggle enemy independence victory crisis duty masses quantity eternity"
    assert {category.id for category in LEXICON.categories} == set(ids.split())
    assert all(category.include and category.exclude for category in LEXICON.categories)
    assert {category.parent for category in LEXICON.categories} == set(LEXICON.parents)


# Sentences of the texts, read by hand against the definitions.
READ = [
    ("enemy", "Let Us Defend and Advance the Socialist Cause", False),
    ("enemy", "It helped the just war against the US aggression.", True),
    ("independence", "The meeting was held in Juche 49 (1960).", False),
    ("independence", "He embodied the principle of Juche.", True),
    ("unity", "The internationally united reactionary forces are challenging it.", False),
    ("unity", "The parties united around the banner.", True),
    ("quantity", "It was adopted in April 1992.", False),
    ("quantity", "He presented 166,065 gifts.", True),
]


@pytest.mark.parametrize(("category", "sentence", "counts"), READ)
def test_lexicon_follows_its_definitions(category: str, sentence: str, counts: bool) -> None:
    [chosen] = [item for item in LEXICON.categories if item.id == category]
    assert bool(hits(chosen, sentence)) is counts


MISTAKES = [
    ("[categories.a]\nentries = []", "[categories.a] has no entries"),
    ("[categories.a]\nlabel = 'x'", "[categories.a] has no entries"),
    ("[categoris.a]\nentries = ['x']", "unknown key 'categoris'. Did you mean 'categories'"),
    ("[categories.a]\nentry = ['x']", "unknown key 'entry'. Did you mean 'entries'"),
    ("[categories.a]\nentries = [{patern = 'x'}]", "unknown key 'patern'. Did you mean 'pattern'"),
    ("[categories.a]\nentries = [{case = true}]", "has no pattern"),
    ("[categories.a]\nentries = [3]", "an entry of [categories.a]"),
    ("[categories.a]\nentries = ['...']", "'...' in [categories.a] can never match"),
    ("[categories.a]\nentries = ['unite!']", "'unite!' in [categories.a] can never match"),
    ("[categories.a]\nentries = ['']", "can never match"),
    ("[categories.a]\nentries = [{pattern = 'x', except = 'y'}]", "write except = ["),
    ("[categories.a]\nentries = [{pattern = 'x', case = 1}]", "true or false"),
    ("[categories.a]\nentries = [{pattern = 'x y', hyphens = true}]", "for patterns of one word"),
    ("[parents.own]\n[categories.a]\nparent = 'on'\nentries = ['x']", "Did you mean 'own'"),
    ("[categories.a]\nentries = ['x']\n[categories.a]\nentries = ['y']", "not valid TOML"),
    ("[categories.a\n", "line 1"),
    ("categories = 3", "no categories"),
    ("", "no categories"),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_mistakes_in_a_lexicon(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LexiconError) as caught:
        load_lexicon(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_missing_lexicon_says_where_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"study\.toml"):
        load_lexicon(tmp_path / "none.toml")


def test_vocabulary_masks_by_code() -> None:
    vocabulary = Vocabulary(("Party", "parties", "party"))
    assert vocabulary.mask("party", case=False).tolist() == [True, False, True]
    assert vocabulary.mask("party", case=True).tolist() == [False, False, True]
    assert vocabulary.mask("part*", case=False).tolist() == [True, True, True]
    assert np.flatnonzero(vocabulary.mask("absent", case=False)).tolist() == []
