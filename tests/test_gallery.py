"""The gallery: every figure in order, with its alt text, and nothing in it but plain text."""

import json
import re
from html import unescape
from pathlib import Path

import pytest

from rhetorica.catalogue import CATALOGUE
from rhetorica.findings import nothing_record
from rhetorica.gallery import gallery_page
from rhetorica.study import Study, default_study_file, load_study

HOSTILE = (
    "<script>alert(1)</script>",
    "x](https://example.org) ![y](z",
    "`code` **bold** _it_ ~~no~~",
    "a | b # c \\ d",
    "&lt;b&gt; &amp; costs $1 to $2",
    "1992. A year",
    "- an item",
    "=====",
    "one\n\n## two\n\n<p>",
)


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study(default_study_file())


def write_words(folder: Path, **words: str) -> None:
    for item in CATALOGUE:
        said = {"title": f"title of {item.name}", "caption": "caption", "alt": f"alt {item.name}"}
        (folder / f"{item.name}.json").write_text(json.dumps(said | words), encoding="utf-8")


def test_every_figure_in_order_with_alt_text(study: Study, tmp_path: Path) -> None:
    write_words(tmp_path)
    page = gallery_page(study, tmp_path).decode("utf-8")
    assert page.startswith(f"# {study.title}\n\n{study.description}\n")
    pictures = re.findall(r"^!\[(.*)\]\((.*)\)$", page, re.MULTILINE)
    assert [unescape(alt) for alt, _ in pictures] == [f"alt {item.name}" for item in CATALOGUE]
    assert [file for _, file in pictures] == [f"{item.name}.svg" for item in CATALOGUE]
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == [i.question for i in CATALOGUE]
    for item in CATALOGUE:
        assert f"**title of {item.name}.** caption" in unescape(page)
        assert f"notebook `{item.notebook}`" in page
        for suffix in ("svg", "png", "csv", "json"):
            assert f"[{suffix}]({item.name}.{suffix})" in page


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", ["title", "caption", "alt"])
def test_hostile_words_of_a_figure_are_plain_text(
    study: Study, tmp_path: Path, place: str, text: str
) -> None:
    write_words(tmp_path)
    harmless = gallery_page(study, tmp_path).decode("utf-8")
    write_words(tmp_path, **{place: text})
    page = gallery_page(study, tmp_path).decode("utf-8")
    expect_plain(page, harmless, text)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", ["title", "description"])
def test_hostile_words_of_a_study_are_plain_text(
    study: Study, tmp_path: Path, place: str, text: str
) -> None:
    write_words(tmp_path)
    harmless = gallery_page(study, tmp_path).decode("utf-8")
    renamed = study.model_copy(update={place: text})
    expect_plain(gallery_page(renamed, tmp_path).decode("utf-8"), harmless, text)


def expect_plain(page: str, harmless: str, text: str) -> None:
    """The page has the marks and lines of the harmless one, and reads as the text says."""
    bare, expected = (re.sub("&#[0-9]+;", "", markdown) for markdown in (page, harmless))
    for sign in "<>[]`*_|\\~$&#":
        assert bare.count(sign) == expected.count(sign), sign
    assert page.count("\n") == harmless.count("\n")
    assert len(re.findall(r"^(?:[-+=]|\d+[.)])", page, re.MULTILINE)) == 0
    assert " ".join(text.split()) in unescape(page)


def test_nothing_to_show_is_said_in_a_sentence(study: Study, tmp_path: Path) -> None:
    write_words(tmp_path)
    reason = "With one text there is nothing to compare."
    last = CATALOGUE[-1]
    (tmp_path / f"{last.name}.json").write_bytes(nothing_record(last.name, reason))
    page = gallery_page(study, tmp_path).decode("utf-8")
    assert page.endswith(f"## {last.question}\n\n{reason}\n")
    assert f"{last.name}.svg" not in page
    assert page.count("![") == len(CATALOGUE) - 1


def test_a_figure_not_made_yet_is_left_out(study: Study, tmp_path: Path) -> None:
    write_words(tmp_path)
    (tmp_path / "rhetoric_rates.json").unlink()
    page = gallery_page(study, tmp_path).decode("utf-8")
    assert "rhetoric_rates" not in page
    assert page.count("![") == len(CATALOGUE) - 1
