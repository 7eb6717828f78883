"""The parameter `lexicon`: another file in the place of the study's, wherever that is read."""

import os
from pathlib import Path

import pytest

from rhetorica.corpus import Corpus, read_corpus
from rhetorica.editing import add_pattern
from rhetorica.errors import ParameterError
from rhetorica.files import sha256_of
from rhetorica.notebook import vary
from rhetorica.notebook_files import find_notebook
from rhetorica.parameters import check_parameters
from rhetorica.provenance import made_from
from rhetorica.spans import lexicon_of
from rhetorica.study import load_study, study_with
from support import corpus_of
from support.nasty import NASTY

OWN = '[categories.unity]\nentries = ["unity"]\n'
OTHER = '[categories.duty]\nentries = ["must"]\n'


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    made = corpus_of(tmp_path, {"one": "Unity must be.", "two": "Unity it is."})
    made.study.lexicon.write_text(OWN, encoding="utf-8")
    folder = made.study.file.parent
    (folder / "editorial").mkdir()
    (folder / "editorial" / "other.toml").write_text(OTHER, encoding="utf-8")
    (folder.parent / "outside.toml").write_text(OTHER, encoding="utf-8")
    return made


def categories(corpus: Corpus) -> list[str]:
    return [category.id for category in lexicon_of(corpus).categories]


@pytest.mark.parametrize(
    "path", ["editorial/other.toml", " ./editorial/../editorial/other.toml ", "../outside.toml"]
)
def test_the_file_is_seen_from_the_folder_of_the_study(corpus: Corpus, path: str) -> None:
    chosen = check_parameters({"lexicon": path}, corpus.parameters)
    other = read_corpus(load_study(corpus.study.file), chosen)
    assert categories(other) == ["duty"]
    assert categories(corpus) == ["unity"]
    assert other.study.lexicon.name == path.strip().split("/")[-1]
    assert ".." not in other.study.lexicon.parts


def test_back_to_the_file_of_the_study(corpus: Corpus) -> None:
    other = vary(corpus, lexicon="editorial/other.toml")
    assert categories(other) == ["duty"]
    assert categories(vary(other, level="raw")) == ["duty"]
    assert categories(vary(other, lexicon="../outside.toml")) == ["duty"]
    back = vary(vary(other, lexicon="../outside.toml"), lexicon="")
    assert categories(back) == ["unity"]
    assert back.study.lexicon == corpus.study.lexicon


def test_an_edited_lexicon_stays_with_its_file(corpus: Corpus) -> None:
    edited = add_pattern(corpus, "unity", "joint")
    assert vary(edited, level="raw").lexicon is edited.lexicon
    assert vary(edited, lexicon="editorial/other.toml").lexicon is None


def test_the_study_file_may_name_it_too(corpus: Corpus) -> None:
    file = corpus.study.file
    content = file.read_text(encoding="utf-8")
    assert content.count("[parameters]\n") == 1
    named = content.replace("[parameters]\n", '[parameters]\nlexicon = "editorial/other.toml"\n')
    file.write_text(named, encoding="utf-8")
    study = load_study(file)
    assert categories(read_corpus(study)) == ["duty"]
    assert categories(read_corpus(study, check_parameters({"lexicon": ""}))) == ["unity"]


def test_the_record_names_the_file_that_was_read(corpus: Corpus) -> None:
    notebook, study = find_notebook("03_rhetoric"), load_study(corpus.study.file)
    own = made_from(study, notebook, corpus.parameters)
    chosen = check_parameters({"lexicon": "editorial/other.toml"}, corpus.parameters)
    made = made_from(study, notebook, chosen)
    assert own["inputs"]["lexicon.toml"] == sha256_of(OWN.encode())
    assert made["inputs"]["editorial/other.toml"] == sha256_of(OTHER.encode())
    assert "lexicon.toml" not in made["inputs"]
    assert made["parameters"]["lexicon"] == "editorial/other.toml"
    assert made == made_from(read_corpus(study, chosen).study, notebook, chosen)


REFUSED = [
    (
        "editorial/othr.toml",
        "lexicon = 'editorial/othr.toml' will not do: there is no such file, seen from the study's "
        "folder. Did you mean 'editorial/other.toml'?",
    ),
    ("../outsid.toml", "Did you mean '../outside.toml'?"),
    ("editorial", "lexicon = 'editorial' is no file: name a lexicon, such as lexicon.toml."),
    ("lexicon.toml/x", "there is no such file"),
    ("a\nb.toml", r"lexicon = 'a\nb.toml' has characters that cannot be seen"),
    ("a\0b", "has characters that cannot be seen"),
    ("\udcff", "has characters that cannot be seen"),
    ("x" * 300, "is no name that a file can have."),
    ("x/" * 1100, "is no name that a file can have."),
    ('it\'s "q"', "there is no such file"),
    ("loop.toml", "there is no such file"),
]


@pytest.mark.parametrize(("path", "said"), REFUSED)
def test_a_path_that_leads_to_no_file(corpus: Corpus, path: str, said: str) -> None:
    (corpus.study.file.parent / "loop.toml").symlink_to("loop.toml")
    with pytest.raises(ParameterError) as caught:
        study_with(corpus.study, check_parameters({"lexicon": path}))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_absolute_path_would_be_published(corpus: Corpus) -> None:
    path = corpus.study.file.parent / "editorial" / "other.toml"
    with pytest.raises(ParameterError, match=r"takes a path from .* folder, here 'editorial/other"):
        study_with(corpus.study, check_parameters({"lexicon": os.fspath(path)}))


def test_whatever_it_is_called(corpus: Corpus) -> None:
    for text in NASTY:
        chosen = check_parameters({"lexicon": text})
        if chosen.lexicon:
            with pytest.raises(ParameterError, match=r"^lexicon = "):
                study_with(corpus.study, chosen)
