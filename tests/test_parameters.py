"""Parameters: what each takes, what it refuses, and how the refusal reads."""

import pytest
from pydantic import ValidationError

from rhetorica.errors import ParameterError
from rhetorica.parameters import (
    PARAMETER_NAMES,
    Parameters,
    check_parameters,
    describe,
    read_value,
)

GOOD: dict[str, list[tuple[object, object]]] = {
    "texts": [("", ()), ("a", ("a",)), (" a , ,b ", ("a", "b")), (["a", "b"], ("a", "b"))],
    "level": [("raw", "raw"), ("normalised", "normalised"), ("edited", "edited")],
    "parts": [
        ("", ()),
        ("paragraph", ("paragraph",)),
        ("quotation, epigraph", ("quotation", "epigraph")),
        (["title"], ("title",)),
    ],
    "seed": [(0, 0), (4_294_967_295, 4_294_967_295)],
    "lowercase": [(True, True), (False, False)],
    "lemmas": [("none", "none"), ("english", "english")],
    "stop_words": [("english", "english"), ("none", "none")],
    "leave_out": [
        ("Kim, Il's", ("Kim", "Il's")),
        ([], ()),
        (("Kim",), ("Kim",)),
        (1992, ("1992",)),
    ],
    "longest_phrase": [(1, 1), (2, 2), (3, 3)],
    "contrast_tf": [("rate", "rate"), ("log", "log")],
    "contrast_idf": [("plain", "plain"), ("smooth", "smooth")],
    "similarity_idf": [("plain", "plain"), ("smooth", "smooth")],
    "measure": [("cosine", "cosine"), ("delta", "delta"), ("shingles", "shingles")],
    "frequent_words": [(5, 5), (1000, 1000)],
    "shingle_words": [(2, 2), (10, 10)],
    "neighbours": [(1, 1), (50, 50)],
    "rank_by": [("tf_idf", "tf_idf"), ("g2", "g2"), ("log_odds", "log_odds")],
    "n_terms": [(1, 1), (25, 25)],
    "min_count": [(1, 1), (1000, 1000)],
    "n_topics": [(0, 0), (2, 2), (30, 30)],
    "max_topics": [(2, 2), (30, 30)],
    "topic_phrase": [(1, 1), (3, 3)],
    "left": [("", ""), ("a-text", "a-text"), (1992, "1992")],
    "right": [("", ""), ("a-text", "a-text"), (0, "0")],
    "funnel": [("", ""), ("a-text", "a-text"), (-1, "-1")],
    "lexicon": [("", ""), (" editorial/other.toml ", "editorial/other.toml"), (1992, "1992")],
    "categories": [("unity,duty", ("unity", "duty"))],
    "min_certainty": [(0, 0.0), (0.5, 0.5), (1.0, 1.0)],
    "short_text": [(0, 0), (100_000, 100_000)],
    "evidence": [("unity, a-text", ("unity", "a-text"))],
    "words": [
        ("", ()),
        ("popular masses, struggl*", ("popular masses", "struggl*")),
        (["party"], ("party",)),
        (1992, ("1992",)),
    ],
    "n_draws": [(100, 100), (100_000, 100_000)],
    "confidence": [(0.5, 0.5), (0.999, 0.999)],
}

NAMES = "it takes names, separated by commas."
SWITCH = "it takes true or false."
WORDS = "it takes 'english' or 'none'."
IDF = "it takes 'plain' or 'smooth'."
ONE = "a single topic fills every text; take 0 (the most stable) or 2 to 30."
TOPICS = "it takes a whole number from 0 to 30."
PHRASE = "it takes a whole number from 1 to 3."
NAME = "it takes a name."
TF = "it takes 'rate' or 'log'."
MEASURE = "it takes 'cosine', 'cosine_rates', 'jensen_shannon', 'delta' or 'shingles'."
RANK = "it takes 'tf_idf', 'g2' or 'log_odds'."
LEMMAS = "it takes 'none' or 'english'."
LEVEL = "it takes 'raw', 'normalised' or 'edited'."
PART_NAMES = "any of title, byline, date, heading, epigraph, quotation, source, paragraph"
PARTS = f"it takes {PART_NAMES}, separated by commas."
SHARE = "it takes a number from 0.5 to 0.999."

BAD: dict[str, list[tuple[object, str]]] = {
    "texts": [(True, f"True will not do: {NAMES}"), (0.5, f"0.5 will not do: {NAMES}")],
    "level": [
        ("normalized", f"'normalized' will not do: {LEVEL} Did you mean 'normalised'?"),
        ("zzz", f"'zzz' will not do: {LEVEL}"),
        (0, f"0 will not do: {LEVEL}"),
    ],
    "parts": [
        ("paragraphs", f"'paragraphs' will not do: {PARTS} Did you mean 'paragraph'?"),
        ("title, zzz", f"'zzz' will not do: {PARTS}"),
        (0.5, f"0.5 will not do: {PARTS}"),
    ],
    "seed": [
        (-1, "-1 is out of range: 0 to 4294967295. The nearest is 0."),
        (2**32, "4294967296 is out of range: 0 to 4294967295. The nearest is 4294967295."),
        (True, "True will not do: it takes a whole number from 0 to 4294967295."),
    ],
    "lowercase": [(1, f"1 will not do: {SWITCH}"), ("yes", f"'yes' will not do: {SWITCH}")],
    "lemmas": [
        ("English", f"'English' will not do: {LEMMAS} Did you mean 'english'?"),
        (True, f"True will not do: {LEMMAS}"),
        ("zzz", f"'zzz' will not do: {LEMMAS}"),
    ],
    "stop_words": [
        ("English", f"'English' will not do: {WORDS} Did you mean 'english'?"),
        ("nonw", f"'nonw' will not do: {WORDS} Did you mean 'none'?"),
        ("zzz", f"'zzz' will not do: {WORDS}"),
        (False, f"False will not do: {WORDS}"),
    ],
    "leave_out": [
        ({"Kim": 1}, f"{{'Kim': 1}} will not do: {NAMES}"),
        ([1.5], f"1.5 will not do: {NAMES}"),
    ],
    "longest_phrase": [
        (0, "0 is out of range: 1 to 3. The nearest is 1."),
        (4, "4 is out of range: 1 to 3. The nearest is 3."),
        ("3", f"'3' will not do: {PHRASE}"),
        (True, f"True will not do: {PHRASE}"),
    ],
    "contrast_tf": [
        ("lgo", f"'lgo' will not do: {TF} Did you mean 'log'?"),
        ("count", f"'count' will not do: {TF}"),
    ],
    "contrast_idf": [("plane", f"'plane' will not do: {IDF} Did you mean 'plain'?")],
    "similarity_idf": [("smoth", f"'smoth' will not do: {IDF} Did you mean 'smooth'?")],
    "measure": [
        ("cosin", f"'cosin' will not do: {MEASURE} Did you mean 'cosine'?"),
        ("jaccard", f"'jaccard' will not do: {MEASURE}"),
        (1, f"1 will not do: {MEASURE}"),
    ],
    "frequent_words": [
        (4, "4 is out of range: 5 to 1000. The nearest is 5."),
        (1001, "1001 is out of range: 5 to 1000. The nearest is 1000."),
    ],
    "shingle_words": [
        (1, "1 is out of range: 2 to 10. The nearest is 2."),
        (11, "11 is out of range: 2 to 10. The nearest is 10."),
    ],
    "neighbours": [
        (0, "0 is out of range: 1 to 50. The nearest is 1."),
        (51, "51 is out of range: 1 to 50. The nearest is 50."),
    ],
    "rank_by": [
        ("tfidf", f"'tfidf' will not do: {RANK} Did you mean 'tf_idf'?"),
        ("G2", f"'G2' will not do: {RANK} Did you mean 'g2'?"),
        (2, f"2 will not do: {RANK}"),
    ],
    "n_terms": [
        (0, "0 is out of range: 1 to 25. The nearest is 1."),
        (26, "26 is out of range: 1 to 25. The nearest is 25."),
    ],
    "min_count": [
        (0, "0 is out of range: 1 to 1000. The nearest is 1."),
        (1001, "1001 is out of range: 1 to 1000. The nearest is 1000."),
    ],
    "n_topics": [
        (-1, "-1 is out of range: 0 to 30. The nearest is 0."),
        (1, f"1 will not do: {ONE}"),
        (31, "31 is out of range: 0 to 30. The nearest is 30."),
        ("4", f"'4' will not do: {TOPICS}"),
        (4.0, f"4.0 will not do: {TOPICS}"),
        (True, f"True will not do: {TOPICS}"),
        (False, f"False will not do: {TOPICS}"),
        ([4], f"[4] will not do: {TOPICS}"),
    ],
    "max_topics": [
        (1, "1 is out of range: 2 to 30. The nearest is 2."),
        (31, "31 is out of range: 2 to 30. The nearest is 30."),
    ],
    "topic_phrase": [
        (0, "0 is out of range: 1 to 3. The nearest is 1."),
        (4, "4 is out of range: 1 to 3. The nearest is 3."),
    ],
    "left": [
        (True, f"True will not do: {NAME}"),
        (["a"], f"['a'] will not do: {NAME}"),
        (0.5, f"0.5 will not do: {NAME}"),
    ],
    "right": [(False, f"False will not do: {NAME}"), ((), f"() will not do: {NAME}")],
    "funnel": [({}, f"{{}} will not do: {NAME}")],
    "lexicon": [
        (True, f"True will not do: {NAME}"),
        (["a.toml"], f"['a.toml'] will not do: {NAME}"),
    ],
    "categories": [(False, f"False will not do: {NAMES}")],
    "min_certainty": [
        (-0.1, "-0.1 is out of range: 0 to 1. The nearest is 0."),
        (1.5, "1.5 is out of range: 0 to 1. The nearest is 1."),
        ("high", "'high' will not do: it takes a number from 0 to 1."),
    ],
    "short_text": [
        (-1, "-1 is out of range: 0 to 100000. The nearest is 0."),
        (100_001, "100001 is out of range: 0 to 100000. The nearest is 100000."),
    ],
    "evidence": [(True, f"True will not do: {NAMES}")],
    "words": [(True, f"True will not do: {NAMES}"), ([1.5], f"1.5 will not do: {NAMES}")],
    "n_draws": [
        (99, "99 is out of range: 100 to 100000. The nearest is 100."),
        (100_001, "100001 is out of range: 100 to 100000. The nearest is 100000."),
    ],
    "confidence": [
        (0.49, "0.49 is out of range: 0.5 to 0.999. The nearest is 0.5."),
        (1, "1 is out of range: 0.5 to 0.999. The nearest is 0.999."),
        (float("inf"), "inf is out of range: 0.5 to 0.999. The nearest is 0.999."),
        (True, f"True will not do: {SHARE}"),
        ("0.9", f"'0.9' will not do: {SHARE}"),
    ],
}

HELP = {
    "texts": "(names, separated by commas, default empty)",
    "level": "('raw', 'normalised' or 'edited', default edited)",
    "parts": f"({PART_NAMES}, separated by commas, default empty)",
    "seed": "(a whole number from 0 to 4294967295, default 1)",
    "lowercase": "(true or false, default true)",
    "lemmas": "('none' or 'english', default none)",
    "stop_words": "('english' or 'none', default english)",
    "leave_out": "(names, separated by commas, default empty)",
    "longest_phrase": "(a whole number from 1 to 3, default 3)",
    "contrast_tf": "('rate' or 'log', default rate)",
    "contrast_idf": "('plain' or 'smooth', default plain)",
    "similarity_idf": "('plain' or 'smooth', default smooth)",
    "measure": (
        "('cosine', 'cosine_rates', 'jensen_shannon', 'delta' or 'shingles', default cosine)"
    ),
    "frequent_words": "(a whole number from 5 to 1000, default 100)",
    "shingle_words": "(a whole number from 2 to 10, default 3)",
    "neighbours": "(a whole number from 1 to 50, default 5)",
    "rank_by": "('tf_idf', 'g2' or 'log_odds', default tf_idf)",
    "n_terms": "(a whole number from 1 to 25, default 8)",
    "min_count": "(a whole number from 1 to 1000, default 2)",
    "n_topics": "(a whole number from 0 to 30, default 0)",
    "max_topics": "(a whole number from 2 to 30, default 10)",
    "topic_phrase": "(a whole number from 1 to 3, default 1)",
    "left": "(a name, default empty)",
    "right": "(a name, default empty)",
    "funnel": "(a name, default empty)",
    "lexicon": "(a name, default empty)",
    "categories": "(names, separated by commas, default empty)",
    "min_certainty": "(a number from 0 to 1, default 0.0)",
    "short_text": "(a whole number from 0 to 100000, default 500)",
    "evidence": "(names, separated by commas, default empty)",
    "words": "(names, separated by commas, default empty)",
    "n_draws": "(a whole number from 100 to 100000, default 2000)",
    "confidence": "(a number from 0.5 to 0.999, default 0.95)",
}


def test_every_parameter_is_in_the_tables() -> None:
    assert set(GOOD) == set(BAD) == set(HELP) == set(PARAMETER_NAMES)


@pytest.mark.parametrize(
    ("name", "value", "read"), [(name, *case) for name, cases in GOOD.items() for case in cases]
)
def test_what_a_parameter_takes(name: str, value: object, read: object) -> None:
    result = getattr(check_parameters({name: value}), name)
    assert result == read
    assert type(result) is type(read)


@pytest.mark.parametrize(
    ("name", "value", "said"), [(name, *case) for name, cases in BAD.items() for case in cases]
)
def test_what_a_parameter_refuses(name: str, value: object, said: str) -> None:
    with pytest.raises(ParameterError) as caught:
        check_parameters({name: value})
    assert str(caught.value) == f"{name} = {said}"


def test_not_a_number_is_out_of_range() -> None:
    with pytest.raises(ParameterError, match="confidence = nan is out of range"):
        check_parameters({"confidence": float("nan")})


def test_what_is_not_set_stays_as_the_base_says() -> None:
    base = check_parameters({"n_topics": 7, "leave_out": "Kim", "seed": 3})
    changed = check_parameters({"n_topics": None, "seed": 4}, base)
    assert (changed.n_topics, changed.leave_out, changed.seed) == (7, ("Kim",), 4)
    assert changed.n_terms == Parameters().n_terms
    assert base.seed == 3


def test_nothing_set_gives_the_defaults() -> None:
    assert check_parameters({}) == check_parameters({"n_topics": None}) == Parameters()


def test_parameters_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Parameters().seed = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("n_topicz", " Did you mean 'n_topics'?"),
        ("topics", " Did you mean 'n_topics'?"),
        ("Seed", " Did you mean 'seed'?"),
        ("stopwords", " Did you mean 'stop_words'?"),
        ("zzzz", ""),
    ],
)
def test_an_unknown_name(name: str, hint: str) -> None:
    with pytest.raises(ParameterError) as caught:
        check_parameters({name: 4})
    known = ", ".join(PARAMETER_NAMES)
    assert str(caught.value) == f"There is no parameter '{name}'.{hint} Known: {known}."


def test_an_unknown_name_is_refused_even_without_a_value() -> None:
    with pytest.raises(ParameterError, match="no parameter 'n_topicz'"):
        check_parameters({"n_topicz": None})


def test_a_notebook_may_know_fewer_names() -> None:
    assert check_parameters({"seed": 3}, known=["seed", "texts"]).seed == 3
    with pytest.raises(ParameterError) as caught:
        check_parameters({"n_topics": 3}, known=["seed", "texts"])
    assert str(caught.value) == "There is no parameter 'n_topics'. Known: seed, texts."


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("n_topics", "4", 4),
        ("n_topics", "4.0", "4.0"),
        ("n_topics", "four", "four"),
        ("n_topics", "none", "none"),
        ("seed", "-1", -1),
        ("confidence", "0.9", 0.9),
        ("confidence", "90%", "90%"),
        ("lowercase", "false", False),
        ("lowercase", "True", True),
        ("lowercase", "0", "0"),
        # What is a text stays one: it may be the id of a text, or the word that is asked for.
        ("stop_words", "none", "none"),
        ("texts", "1992", "1992"),
        ("texts", "007", "007"),
        ("left", "1992", "1992"),
        ("right", "", ""),
        ("rank_by", "2", "2"),
        ("longest_phrase", "2", 2),
        ("leave_out", "true", "true"),
        ("n_topicz", "4", "4"),
    ],
)
def test_values_from_a_command_line(name: str, text: str, value: object) -> None:
    read = read_value(name, text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(("name", "said"), HELP.items())
def test_the_help_of_a_parameter(name: str, said: str) -> None:
    meaning = Parameters.model_fields[name].description
    assert meaning
    assert describe(name) == f"{name} {said}: {meaning}"
