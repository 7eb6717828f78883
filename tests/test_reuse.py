"""Shared passages: what is found, what each is, and that chance does not make them."""

from pathlib import Path

import numpy as np
import pytest

from rhetorica.corpus import Corpus
from rhetorica.parallels import Parallel
from rhetorica.resampling import generator
from rhetorica.reuse import find_passages, least_score, stem_of
from support import corpus_of, default_corpus

FILLER = (
    "Every morning fishermen repaired torn nets beside quiet harbours while gulls circled above. "
    "Later merchants weighed barrels, argued about prices and drank bitter coffee together. "
)
OTHER = (
    "Several astronomers measured distant stars through polished lenses during winter nights. "
    "Afterwards students copied numbers into heavy ledgers and compared results carefully. "
)
QUOTE = "the wandering painter carried seven yellow lanterns across a frozen mountain lake"


def text_of(corpus: Corpus, span: tuple[int, int]) -> str:
    tokens = corpus.tokens
    return " ".join(tokens.types[code] for code in tokens.codes[slice(*span)])


def passages(folder: Path, one: str, other: str, **parameters: object) -> list[tuple[str, ...]]:
    """Kind and both stretches of all that two texts share."""
    corpus = corpus_of(folder, {"one": one, "other": other}, **parameters)
    return [
        (each.kind, text_of(corpus, each.a), text_of(corpus, each.b))
        for each in find_passages(corpus, 0, 1)
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("realize", "realizing", True),
        ("realise", "realized", True),
        ("party", "parties", True),
        ("unity", "unite", True),
        ("independence", "independent", True),
        ("advance", "advancing", True),
        ("programme", "program", True),
        ("endeavour", "endeavors", True),
        ("clamoured", "clamouring", True),
        ("people's", "peoples", True),
        ("socialism", "socialist", True),
        ("plan", "planned", True),
        ("class", "classes", True),
        ("studies", "studied", True),
        ("party", "part", False),
        ("country", "count", False),
        ("county", "count", False),
        ("nation", "notion", False),
        ("word", "work", False),
        ("interest", "internal", False),
        ("community", "communist", False),
        ("his", "hi", False),
        ("this", "thing", False),
        ("basis", "base", False),
        ("string", "str", False),
        ("1990s", "1990", False),
    ],
)
def test_forms_of_one_word_have_one_stem(one: str, other: str, same: bool) -> None:
    assert (stem_of(one) == stem_of(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (QUOTE, QUOTE, "verbatim"),
        (QUOTE, QUOTE.upper(), "verbatim"),
        (QUOTE, QUOTE.replace(" carried", ", carried:"), "verbatim"),
        (QUOTE, QUOTE.replace("seven", "some seven"), "near"),
        (QUOTE, QUOTE.replace("yellow ", ""), "near"),
        (QUOTE, QUOTE.replace("yellow", "orange"), "near"),
        (QUOTE, QUOTE.replace("lanterns", "lantern"), "near"),
        ("seven yellow lanterns", "seven yellow lanterns", "formula"),
        ("Seven Yellow Lanterns", "Seven Yellow Lanterns", "title"),
        ("Seven Yellow Lanterns", "seven yellow lanterns", "formula"),
    ],
)
def test_a_passage_is_found_whole_and_named_by_its_kind(
    tmp_path: Path, one: str, other: str, kind: str
) -> None:
    found = passages(tmp_path, f"{FILLER}There {one}. {FILLER}", f"{OTHER}Where {other}. {OTHER}")
    bare = [quote.replace(",", "").replace(":", "") for quote in (one, other)]
    assert found == [(kind, *bare)]


def test_lemmas_make_an_inflected_word_the_same(tmp_path: Path) -> None:
    one, other = f"{FILLER}There {QUOTE}.", f"{OTHER}Where {QUOTE.replace('lanterns', 'lantern')}."
    assert passages(tmp_path, one, other, lemmas="english")[0][0] == "verbatim"


def test_capitals_apart_are_the_same_word_for_reuse(tmp_path: Path) -> None:
    one, other = f"{FILLER}There {QUOTE}.", f"{OTHER}{QUOTE.capitalize()}."
    assert passages(tmp_path, one, other, lowercase=False)[0][0] == "verbatim"


def test_a_heading_makes_a_title_and_a_paragraph_ends_a_passage(tmp_path: Path) -> None:
    heading = "Seven yellow lanterns"
    one = f"{heading}\n\n{FILLER}"
    assert passages(tmp_path / "1", one, f"{OTHER}There were seven yellow lanterns.") == [
        ("title", heading, "seven yellow lanterns")
    ]
    parted = QUOTE.replace(" seven", ".\n\nSeven")
    found = passages(tmp_path / "2", f"{FILLER}There {QUOTE}.", f"{OTHER}Where {parted}.")
    assert [(kind, a) for kind, a, _ in found] == [
        ("verbatim", "seven yellow lanterns across a frozen mountain lake"),
        ("formula", "the wandering painter carried"),
    ]


def test_a_formula_at_several_places_is_one_parallel(tmp_path: Path) -> None:
    said = "They sang of seven yellow lanterns."
    one = f"{FILLER}{said} {FILLER}\n\n{said} {FILLER}"
    other = f"{OTHER}\n\nNobody forgot seven yellow lanterns. {OTHER}"
    corpus = corpus_of(tmp_path, {"one": one, "other": f"{other}\n\n{other}\n\n{other}"})
    (found,) = find_passages(corpus, 0, 1)
    assert (found.kind, found.times) == ("formula", 2)
    assert text_of(corpus, found.b) == "seven yellow lanterns"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (FILLER, OTHER),
        (f"{FILLER}It was of the and to the.", f"{OTHER}So was it of the and to the."),
        (f"{FILLER}One yellow lantern.", f"{OTHER}That is yellow."),
    ],
)
def test_function_words_and_single_words_are_no_passage(
    tmp_path: Path, one: str, other: str
) -> None:
    assert passages(tmp_path, one, other) == []


def test_ten_words_and_identical_texts(tmp_path: Path) -> None:
    ten = "Seven yellow lanterns crossed one frozen lake near quiet harbours."
    assert [kind for kind, *_ in passages(tmp_path / "1", ten, ten)] == ["verbatim"]
    assert [kind for kind, *_ in passages(tmp_path / "2", ten, f"{OTHER * 9}{ten}")] == ["verbatim"]
    whole = f"{FILLER}\n\n{OTHER}\n\nThere {QUOTE}."
    found = passages(tmp_path / "3", whole, whole)
    assert [(kind, a == b) for kind, a, b in found] == [("verbatim", True)] * 3


@pytest.fixture(scope="module")
def five() -> Corpus:
    return default_corpus()


def in_texts(corpus: Corpus, found: list[Parallel]) -> set[tuple[str, str, str]]:
    return {
        (each.kind, text_of(corpus, each.a).lower(), text_of(corpus, each.b).lower())
        for each in found
    }


def test_what_reading_the_five_texts_finds_is_found(five: Corpus) -> None:
    found = in_texts(five, find_passages(five, 1, 4))
    fundamentals = "on the fundamentals of revolutionary party building"
    programme = "as their common fighting programme"
    assert ("title", fundamentals, fundamentals) in found
    assert ("formula", programme, programme) in found
    near = " ".join(a for kind, a, _ in found if kind == "near")
    for words in (
        "people of the world advocating independence unite",
        "unity and solidarity of the revolutionary parties should be realized on the basis",
        "genuinely revolutionary unity and solidarity",
        "the cause of independence the cause of socialism of the popular masses",
    ):
        assert words in near
    declared = in_texts(five, find_passages(five, 0, 2))
    assert any("let us defend and advance the cause of socialism" in b for _, _, b in declared)


def test_both_directions_find_the_same(five: Corpus) -> None:
    there, back = find_passages(five, 1, 4), find_passages(five, 4, 1)
    assert {(p.kind, p.score) for p in there[:8]} == {(p.kind, p.score) for p in back[:8]}
    assert there[0].a == back[0].b


def test_passages_come_sorted_and_hold_what_they_say(five: Corpus) -> None:
    documents = five.tokens.documents
    for left, right in ((0, 1), (2, 4)):
        found = find_passages(five, left, right)
        assert [(-p.score, p.a[0], p.b[0]) for p in found] == sorted(
            (-p.score, p.a[0], p.b[0]) for p in found
        )
        for each in found:
            assert documents[left] <= each.a[0] < each.a[1] <= documents[left + 1]
            assert documents[right] <= each.b[0] < each.b[1] <= documents[right + 1]
            assert each.pairs[0].tolist() == [each.a[0], each.b[0]]
            assert (each.pairs[-1] + 1).tolist() == [each.a[1], each.b[1]]
            assert 0 < each.same <= len(each.pairs)
            assert len(each.pairs) >= (2 if each.kind == "title" else 3)


def test_shuffled_texts_share_hardly_anything(tmp_path: Path, five: Corpus) -> None:
    tokens = five.tokens
    random = generator(1, "reuse", "shuffled")
    texts = {}
    for i, low in enumerate(tokens.documents[:-1]):
        words = [tokens.types[code] for code in tokens.codes[low : tokens.documents[i + 1]]]
        for draw in range(3):
            shuffled = [words[place] for place in random.permutation(len(words))]
            blocks = [" ".join(shuffled[at : at + 90]) for at in range(0, len(words), 90)]
            texts[f"t{i}-{draw}"] = ".\n\n".join(blocks) + "."
    corpus = corpus_of(tmp_path, texts)
    size = len(texts)
    chance = [
        bool(find_passages(corpus, i, j))
        for i in range(size)
        for j in range(i + 1, size)
        if i // 3 != j // 3
    ]
    assert len(chance) == 90
    assert np.mean(chance) <= 0.05


def test_longer_texts_ask_for_more_bits() -> None:
    assert least_score(100, 100) == pytest.approx(np.log2(10_000 / 32 / 0.05))
    assert least_score(200, 100) == pytest.approx(least_score(100, 100) + 1)
