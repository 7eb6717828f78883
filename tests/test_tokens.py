"""Words, sentences and the stream they become."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetorica.errors import SourceError
from rhetorica.sentences import find_sentences
from rhetorica.structure import find_blocks
from rhetorica.tokens import select_tokens, split_words, units_of
from support import tokens_of

WORDS = {
    "The Workers' Party": ["The", "Workers", "Party"],
    "Sung's don't": ["Sung's", "don't"],
    "anti-imperialist, non-aligned": ["anti-imperialist", "non-aligned"],
    "166,065 gifts, 520,000-odd km, 3.5": ["166,065", "gifts", "520,000-odd", "km", "3.5"],
    "P.19)": ["P", "19"],
    "the 1980s and the 80th": ["the", "1980s", "and", "the", "80th"],
    "1990-1994": ["1990-1994"],
    "unite!-This": ["unite", "This"],
    "end - of - line": ["end", "of", "line"],
    "a b c": ["a", "b", "c"],
    "e-mail@host.example": ["e-mail", "host", "example"],
    "naïve Größe 한국 Москва": ["naïve", "Größe", "한국", "Москва"],
    "हिन्दी": ["हिन्दी"],
    "snake_case": ["snake", "case"],
    "'quoted' \"words\"": ["quoted", "words"],
    "--- ... !": [],
}


@pytest.mark.parametrize("text", WORDS)
def test_words(text: str) -> None:
    assert split_words(text) == WORDS[text]


SENTENCES = [
    ["It rained.", "We met."],
    ['He said, "It is done."', "Then he left."],
    ['The slogan "People, unite!" should be held up.'],
    ["See P.19 of the book.", "It is there."],
    ["3. The Internationalist Unity of Parties"],
    ["Dr. Who met J. Smith.", "They talked."],
    ["It cost 3.5 million.", "Nobody paid."],
    ["Was it so?", "Yes!", "It was ..."],
    ["(It was over.)", "It began."],
    ["In the U.S. it is so."],
    ["A heading without a full stop"],
    ["He fell in 1994.", "17 years have passed."],
    ["Он пришёл.", "Она ушла."],
]


@pytest.mark.parametrize("sentences", SENTENCES)
def test_sentences(sentences: list[str]) -> None:
    block = " ".join(sentences)
    assert [block[low:high] for low, high in find_sentences(block)] == sentences


KINDS = [
    ("Title\n\nA text. It is short.", ["title", "paragraph"]),
    ("Title\n\nSub title\n\nA text.", ["title", "heading", "paragraph"]),
    ("A text.\n\nHeading\n\nMore text.", ["paragraph", "heading", "paragraph"]),
    ("Title\n\n(October 10, 1992)\n\nA text.", ["title", "date", "paragraph"]),
    ("Title\n\nA. Author\n\nA text.", ["title", "byline", "paragraph"]),
    ("A. Author\n\nTitle\n\nA text.", ["byline", "title", "paragraph"]),
]


@pytest.mark.parametrize(("text", "kinds"), KINDS)
def test_kinds_of_blocks(text: str, kinds: list[str]) -> None:
    assert [kind for kind, _, _ in find_blocks(text, "A. Author")] == kinds


def test_stream_of_two_texts_counted_by_hand() -> None:
    tokens = tokens_of({"a": "One Two. Three\n\nfour five.", "b": "one!"})
    assert tokens.types == ("One", "Three", "Two", "five", "four", "one")
    assert tokens.codes.tolist() == [0, 2, 1, 4, 3, 5]
    assert tokens.documents.tolist() == [0, 5, 6]
    assert tokens.paragraphs.tolist() == [0, 3, 5, 6]
    assert tokens.sentences.tolist() == [0, 2, 3, 5, 6]
    assert tokens.starts.tolist() == [0, 4, 9, 16, 21, 0]
    assert tokens.paragraph_documents.tolist() == [0, 0, 1]
    assert tokens.codes.dtype == np.int32


def test_stream_is_sealed() -> None:
    tokens = tokens_of({"a": "one two"})
    with pytest.raises(ValueError, match="read-only"):
        tokens.codes[0] = 7


def test_text_without_words_is_refused() -> None:
    with pytest.raises(SourceError, match="'empty' has no words"):
        tokens_of({"a": "one", "empty": "--- ..."})


TEXTS = st.lists(
    st.lists(st.text("ab. \n", min_size=1), min_size=1).map("\n\n".join).map("w ".__add__),
    min_size=1,
    max_size=4,
)


@given(TEXTS)
def test_stream_agrees_with_a_slow_reading(texts: list[str]) -> None:
    named = {f"t{i}": text for i, text in enumerate(texts)}
    tokens = tokens_of(named)
    words = [word for text in texts for word in split_words(text)]
    assert [tokens.types[code] for code in tokens.codes] == words
    assert list(tokens.types) == sorted(set(words))
    for offsets in (tokens.documents, tokens.paragraphs, tokens.sentences):
        assert offsets[0] == 0
        assert offsets[-1] == len(words)
        assert (np.diff(offsets) > 0).all()
    assert set(tokens.documents) <= set(tokens.paragraphs) <= set(tokens.sentences)
    for i, text in enumerate(texts):
        low, high = tokens.documents[i : i + 2]
        spans = zip(tokens.starts[low:high], tokens.ends[low:high], strict=True)
        assert [text[start:end] for start, end in spans] == split_words(text)


@given(TEXTS, st.data())
def test_selected_documents_are_as_if_read_alone(texts: list[str], data: st.DataObject) -> None:
    named = {f"t{i}": text for i, text in enumerate(texts)}
    chosen = data.draw(st.lists(st.sampled_from(sorted(named)), min_size=1, unique=True))
    tokens = tokens_of(named)
    places = [i for i, name in enumerate(tokens.document_ids) if name in chosen]
    keep = np.isin(units_of(tokens.documents, np.arange(len(tokens))), places)
    selected = select_tokens(tokens, keep)
    alone = tokens_of({name: text for name, text in named.items() if name in chosen})
    assert [selected.types[code] for code in selected.codes] == [
        alone.types[code] for code in alone.codes
    ]
    assert selected.document_ids == alone.document_ids
    for name in ("starts", "ends", "documents", "paragraphs", "sentences", "parts"):
        assert getattr(selected, name).tolist() == getattr(alone, name).tolist()
    assert selected.paragraph_kinds == alone.paragraph_kinds


def test_units_of_positions() -> None:
    assert units_of(np.array([0, 3, 4]), np.array([0, 2, 3])).tolist() == [0, 0, 1]
