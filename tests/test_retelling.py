"""Retelling: sentences told again in like words are found, like topics and chance are not."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rhetorica.corpus import Corpus
from rhetorica.parallels import Parallel
from rhetorica.retelling import (
    MIN_SHARED,
    MIN_WORDS,
    _chance,
    _gains,
    _scores,
    _shared,
    _side,
    _words,
    compare_sentences,
    find_retold,
)
from rhetorica.structure import PARTS
from support import corpus_of, default_corpus

LIGHTHOUSE = """
The keeper of the northern lighthouse climbed the iron stairs every evening before sunset. He
carried a can of whale oil and a clean cloth for the lenses.

On the night of the great storm a schooner lost both masts near the reef. Its crew saw the beam
and steered the broken hull into the sheltered bay. The captain gave the keeper a silver compass.

Nobody in the village had heard of such a rescue. Children painted the schooner on the walls of
their school. The compass still hangs beside the lamp and points to the reef.
"""
LIGHTHOUSE_RETOLD = """
Long ago somebody wrote down what old fishermen tell about our coast. Each evening, before the sun
had set, the lighthouse keeper would climb up the stairs of iron with oil for his lamp.

When the great storm came at night, both masts of a schooner were lost close to the reef. The
sailors caught sight of the beam, and the broken hull was steered by them into a bay that was
sheltered. To thank him their captain presented a compass of silver.

Such things happen seldom here. Since then the market has moved, and bread costs twice as much.
"""
BEES = """
Honey bees tell their sisters where flowers grow by dancing on the comb. The angle of the dance
shows the direction of the food from the sun.

A longer waggle means that the nectar lies farther from the hive. Scouts that return with poor
nectar stop dancing after a few turns. In spring the colony raises drones and several young queens.

Before winter the workers drive the drones out of the hive. Wax moths lay eggs in weak colonies and
ruin the comb.
"""
BEES_RETOLD = """
This leaflet was printed for visitors of the garden. Sisters learn where the flowers grow because
bees dance upon the comb. Which direction the food has from the sun is shown by the angle danced.

Farther from the hive the nectar lies when the waggles are longer. Please close the gate behind you
and keep children near.

Workers drove all drones from their hive before the winter began. Coffee and cake are served inside
the old barn.
"""
TALES = {"a": LIGHTHOUSE, "b": LIGHTHOUSE_RETOLD, "c": BEES, "d": BEES_RETOLD}


@pytest.fixture(scope="module")
def tales(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Two short texts of different fields, each with its retelling."""
    return corpus_of(tmp_path_factory.mktemp("tales"), TALES)


@pytest.fixture(scope="module")
def five() -> Corpus:
    """The five texts of the default study."""
    return default_corpus()


def words(corpus: Corpus, span: tuple[int, int]) -> str:
    """The words of a span of tokens, as written."""
    return " ".join(corpus.tokens.types[code] for code in corpus.tokens.codes[slice(*span)])


def begins(corpus: Corpus, found: list[Parallel]) -> set[tuple[str, str]]:
    """The first three words of both sides of each parallel."""
    return {
        (" ".join(words(corpus, one.a).split()[:3]), " ".join(words(corpus, one.b).split()[:3]))
        for one in found
    }


def number(corpus: Corpus, label: str) -> int:
    """The number of a text of the default study, by a part of its id."""
    return next(i for i, name in enumerate(corpus.tokens.document_ids) if label in name)


def summary(one: Parallel) -> tuple[object, ...]:
    """All that a parallel says, to be compared."""
    return one.kind, one.a, one.b, one.pairs.tolist(), one.same, one.score, one.times


def test_a_tale_told_again_is_found_sentence_by_sentence(tales: Corpus) -> None:
    assert begins(tales, find_retold(tales, 0, 1)) == {
        ("The keeper of", "Each evening before"),
        ("On the night", "When the great"),
        ("Its crew saw", "The sailors caught"),
    }


def test_a_description_told_again_is_found(tales: Corpus) -> None:
    assert begins(tales, find_retold(tales, 2, 3)) == {
        ("Honey bees tell", "Sisters learn where"),
        ("The angle of", "Which direction the"),
        ("A longer waggle", "Farther from the"),
        ("Before winter the", "Workers drove all"),
    }


@pytest.mark.parametrize(("left", "right"), [(0, 2), (0, 3), (1, 2), (1, 3)])
def test_texts_of_different_fields_have_none(tales: Corpus, left: int, right: int) -> None:
    assert find_retold(tales, left, right) == []


def test_a_parallel_says_which_words_answer_to_each_other(tales: Corpus) -> None:
    one = next(one for one in find_retold(tales, 0, 1) if words(tales, one.a).startswith("On the"))
    types, codes = tales.tokens.types, tales.tokens.codes
    matched = [tuple(types[code].lower() for code in codes[pair]) for pair in one.pairs]
    assert matched == [
        (word, word) for word in ("night", "great", "storm", "schooner", "lost", "masts", "reef")
    ]
    assert (one.kind, one.same, one.times) == ("retold", 7, 1)
    drones = next(
        one for one in find_retold(tales, 2, 3) if words(tales, one.a).startswith("Before")
    )
    assert drones.same == len(drones.pairs) == 4  # drive and drove are no forms by their letters
    comb = next(one for one in find_retold(tales, 2, 3) if words(tales, one.a).startswith("Honey"))
    assert (comb.same, len(comb.pairs)) == (5, 6)  # dancing and dance


def test_every_word_of_a_pair_lies_in_its_span_and_is_used_once(five: Corpus) -> None:
    found = find_retold(five, 0, 1) + find_retold(five, 1, 4)
    assert found
    _, forms, content = _words(five)
    for one in found:
        for column, span in zip(one.pairs.T, (one.a, one.b), strict=True):
            assert span[0] <= column.min()
            assert column.max() < span[1]
            assert len(np.unique(column)) == len(column)
            assert content[column].all()
        assert (forms[one.pairs[:, 0]] == forms[one.pairs[:, 1]]).all()
        assert len(np.unique(forms[one.pairs[:, 0]])) >= MIN_SHARED


def test_the_score_is_that_of_the_formula(tmp_path: Path) -> None:
    """Ten sentences in all; each rare word of the pair stands once in either text."""
    filler = ["Apples bring colour doubly early.", "Ferns grow higher inland just."]
    rest = ["Kites land most nights overhead.", "Pears quickly ripen south there."]
    pair = ["Uncles value wooden xylophones yearly.", "Uncles value wooden xylophones zealously."]
    corpus = corpus_of(
        tmp_path,
        {
            "a": "\n\n".join([*filler, pair[0], "Violets wither."]),
            "b": "\n\n".join([*rest, pair[1]]),
        },
        stop_words="none",
    )
    a, b = (_side(corpus, document) for document in (0, 1))
    assert (len(a.bounds), len(b.bounds)) == (4, 3)
    # Each of the four shared words stands twice in seven sentences; five words on each side.
    expected = 4 * np.log2((0.4 / 0.6) / (2 / 7)) + 5 * np.log2(0.6)
    scores, shared = _scores(a, b, a.forms[None, :])[0], _shared(a, b)
    assert scores[2, 2] == pytest.approx(expected, abs=1e-5)
    assert shared[2, 2] == 4
    assert shared[:2, :2].sum() == 0
    assert np.isneginf(scores[3, :3]).all()  # two words: fewer than MIN_WORDS


def test_a_word_of_every_other_sentence_earns_nothing(tmp_path: Path) -> None:
    text = "Ships carry copper. Ships carry tin. Ships carry pepper. Trains carry salt."
    corpus = corpus_of(tmp_path, {"a": text, "b": text})
    gains = _gains(_side(corpus, 0), _side(corpus, 1))
    _, forms, _ = _words(corpus)
    of = {
        corpus.tokens.types[code].lower(): gains[form]
        for code, form in zip(corpus.tokens.codes, forms, strict=True)
    }
    assert of["carry"] == of["ships"] == 0
    assert of["tin"] == pytest.approx(np.log2((0.4 / 0.6) / (2 / 8)))


def test_one_sentence_may_answer_to_two(five: Corpus) -> None:
    one = find_retold(five, number(five, "external"), number(five, "treatise"))[1]
    assert words(five, one.a).startswith("Publication of Pyongyang Declaration that reflects")
    assert words(five, one.b).startswith("The Pyongyang Declaration reflects a firm")
    assert words(five, one.b).endswith("in promoting the socialist cause")


def missed(*values: str, reason: str) -> Any:
    """A case that reading found, and the search is known not to find."""
    return pytest.param(*values, marks=pytest.mark.xfail(strict=True, reason=reason))


@pytest.mark.parametrize(
    ("left", "right", "a", "b"),
    [
        ("external", "treatise", "It clarified that", "The Pyongyang Declaration"),
        ("external", "treatise", "Publication of Pyongyang", "The Pyongyang Declaration"),
        ("external", "global", "On April 20", "By his deep"),
        ("external", "commentary", "Therefore many people", "The imperialists and"),
        ("global", "commentary", "By his deep", "Stressing that it"),
        ("treatise", "commentary", "People of the", "He pointed out"),
        ("treatise", "commentary", "The internationalist unity", "He stressed that"),
        ("treatise", "commentary", "If all the", "He also explained"),
        missed("external", "treatise", "The Pyongyang Declaration", "By confirming the",
               reason="veracity and validity for truthfulness: other words"),
        missed("external", "commentary", "By the end", "In the early",
               reason="severe status and great trouble for serious crisis: other words"),
        missed("external", "global", "By the end", "Between the end",
               reason="one sentence for two, the rest in other words"),
        missed("treatise", "commentary", "The revolutionary parties", "Stressing that it",
               reason="one clause of each of two long sentences"),
    ],
)  # fmt: skip
def test_what_reading_found_is_found(five: Corpus, left: str, right: str, a: str, b: str) -> None:
    assert (a, b) in begins(five, find_retold(five, number(five, left), number(five, right)))


@pytest.mark.parametrize("left", ["external", "treatise", "global", "commentary"])
def test_where_reading_found_nothing_nothing_is_found(five: Corpus, left: str) -> None:
    assert find_retold(five, number(five, left), number(five, "feats")) == []


@pytest.mark.xfail(strict=True, reason="a captain's present: two words are the same")
def test_a_retelling_in_other_words_is_out_of_reach(tales: Corpus) -> None:
    assert ("The captain gave", "To thank him") in begins(tales, find_retold(tales, 0, 1))


@pytest.mark.xfail(strict=True, reason="a sentence answers to two at most")
def test_a_sentence_told_in_four_is_out_of_reach(tmp_path: Path) -> None:
    long = (
        "The miller sold flour, rented his donkey, repaired wooden ploughs, "
        "lent copper coins and buried forgotten travellers."
    )
    short = (
        "There was a miller who used to sell flour at home. People rented a donkey there when "
        "theirs was ill. He repaired ploughs made of wooden parts for neighbours. Copper coins "
        "were lent and forgotten travellers buried behind a wall."
    )
    texts = {"a": f"{BEES}\n{long}\n", "b": f"{LIGHTHOUSE}\n{short}\n"}
    corpus = corpus_of(tmp_path, texts)
    told = [words(corpus, one.b) for one in find_retold(corpus, 0, 1)]
    assert any("People rented" in one and "travellers buried" in one for one in told)


def test_asked_from_the_other_side_the_same_is_found(five: Corpus, tales: Corpus) -> None:
    for corpus, left, right in ((five, 1, 4), (five, 0, 1), (tales, 2, 3)):
        there, back = compare_sentences(corpus, left, right), compare_sentences(corpus, right, left)
        assert (there.floor, there.floor_beside) == (back.floor, back.floor_beside)
        turned = [
            (one.b, one.a, sorted(pair[::-1] for pair in one.pairs.tolist()), one.same, one.score)
            for one in back.parallels
        ]
        assert sorted(turned) == sorted(
            (one.a, one.b, sorted(one.pairs.tolist()), one.same, one.score)
            for one in there.parallels
        )


def test_other_texts_and_their_order_change_nothing(tales: Corpus, tmp_path: Path) -> None:
    turned = corpus_of(tmp_path, {name: TALES[name] for name in "dc"})
    there, here = compare_sentences(tales, 2, 3), compare_sentences(turned, 1, 0)
    assert (there.floor, there.floor_beside) == (here.floor, here.floor_beside)
    assert [(words(tales, one.a), one.score, one.same) for one in there.parallels] == [
        (words(turned, one.a), one.score, one.same) for one in here.parallels
    ]


def test_the_same_twice_and_sorted(five: Corpus) -> None:
    found = find_retold(five, 1, 4)
    assert list(map(summary, found)) == list(map(summary, find_retold(five, 1, 4)))
    assert found == sorted(found, key=lambda one: (-one.score, one.a, one.b))


def test_no_sentence_is_used_twice(tmp_path: Path) -> None:
    doubled = corpus_of(tmp_path, {"a": BEES, "b": BEES_RETOLD + BEES_RETOLD})
    for side in ("a", "b"):
        spans = sorted(getattr(one, side) for one in find_retold(doubled, 0, 1))
        assert spans
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_two_identical_texts_pair_each_sentence_with_itself(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": BEES, "b": BEES})
    offset = int(corpus.tokens.documents[1])
    found = find_retold(corpus, 0, 1)
    assert len(found) == 7
    for one in found:
        assert one.b == (one.a[0] + offset, one.a[1] + offset)
        assert one.same == len(one.pairs)


@pytest.mark.parametrize(
    "other",
    [
        "Quartz veins cross granite cliffs.",
        "Ten short words are all that this text has got.",
        "Apples. Pears. Plums. Figs. Dates. Limes.",
        "It is what it is. He is as he was. They had to do so.",
    ],
)
def test_a_text_with_nothing_to_compare_has_none(tmp_path: Path, other: str) -> None:
    result = compare_sentences(corpus_of(tmp_path, {"a": BEES, "b": other}), 0, 1)
    assert result.parallels == ()
    assert result.floor >= 2


@pytest.mark.parametrize("turned", [False, True])
def test_a_single_sentence_is_found_in_a_longer_text(tmp_path: Path, turned: bool) -> None:
    one, other = (
        "Before the winter began, workers drove all drones from the hive.",
        BEES + LIGHTHOUSE,
    )
    texts = {"a": other, "b": one} if turned else {"a": one, "b": other}
    corpus = corpus_of(tmp_path, texts)
    (found,) = find_retold(corpus, 0, 1)
    spans = [words(corpus, span) for span in (found.a, found.b)]
    assert sorted(text.split()[1] for text in spans) == ["the", "winter"]


def test_of_two_single_sentences_nothing_can_be_told(tmp_path: Path) -> None:
    one = "Before the winter began, workers drove all drones from the hive."
    result = compare_sentences(corpus_of(tmp_path, {"a": one, "b": one}), 0, 1)
    assert (result.parallels, result.floor, result.floor_beside) == ((), np.inf, np.inf)


def test_three_words_in_common_are_a_phrase_and_no_retelling(tmp_path: Path) -> None:
    a = "Copper kettles whistle while grandmothers nod.\n\n"
    b = "Copper kettles whistle before mice scatter.\n\n"
    corpus = corpus_of(tmp_path, {"a": BEES + "\n" + a, "b": LIGHTHOUSE + "\n" + b})
    one, other = _side(corpus, 0), _side(corpus, 1)
    assert _scores(one, other, one.forms[None, :])[0].max() > compare_sentences(corpus, 0, 1).floor
    assert find_retold(corpus, 0, 1) == []


def test_titles_and_headings_are_no_sentences_of_the_prose(five: Corpus) -> None:
    for document in range(5):
        side = _side(five, document)
        kinds = five.tokens.parts[side.bounds[:, 0]]
        assert {PARTS[kind] for kind in kinds} <= {"paragraph", "quotation"}
        assert (np.diff(side.bounds, axis=1) > 0).all()


def test_a_pair_near_a_sure_one_needs_less(five: Corpus) -> None:
    left, right = number(five, "treatise"), number(five, "commentary")
    result = compare_sentences(five, left, right)
    least = min(one.score for one in result.parallels)
    assert result.floor_beside < least < result.floor


def test_the_floor_is_passed_by_one_shuffled_text_in_twenty(five: Corpus) -> None:
    """Other draws than those of the floor: 400 of them, four standard errors allowed."""
    a, b = _side(five, 0), _side(five, 1)
    floor = compare_sentences(five, 0, 1).floor
    draws = [_chance(a, b, np.random.default_rng(seed))[:, 0] for seed in range(4)]
    assert np.mean(np.concatenate(draws) > floor) == pytest.approx(0.05, abs=0.06)
    assert np.mean(np.concatenate(draws) > floor) > 0.005


def test_shuffled_words_keep_the_lengths_of_sentences(five: Corpus) -> None:
    side = _side(five, 0)
    dealt = np.random.default_rng(0).permuted(np.tile(side.forms, (3, 1)), axis=1)
    assert (np.sort(dealt, axis=1) == np.sort(side.forms)).all()
    lengths = np.bincount(side.entries[:, 0], minlength=len(side.units))
    of_sentences = lengths[: len(side.bounds)]
    assert of_sentences.sum() == len(side.forms)
    first, last = side.units[len(side.bounds) :].T
    assert (lengths[len(side.bounds) :] == of_sentences[first] + of_sentences[last]).all()
    assert MIN_WORDS == 5
