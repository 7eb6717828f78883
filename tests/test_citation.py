"""CITATION.cff: what the Citation File Format 1.2.0 asks for, and nothing that is not so."""

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import rhetorica

ROOT = Path(__file__).parents[1]
REQUIRED = {"authors", "cff-version", "message", "title"}
ALLOWED = REQUIRED | {
    "abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license",
    "license-url", "preferred-citation", "references", "repository", "repository-artifact",
    "repository-code", "type", "url", "version",
}  # fmt: skip
TEXTS = ("abstract", "cff-version", "license", "message", "title", "type", "version")


@pytest.fixture(scope="module")
def citation() -> dict[str, Any]:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    assert isinstance(content, dict)
    assert len(re.findall(r"(?m)^[a-z-]+:", text)) == len(content)  # no key stands twice
    return content


def test_every_key_is_one_of_the_format(citation: dict[str, Any]) -> None:
    assert set(citation) >= REQUIRED
    assert set(citation) <= ALLOWED
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] in {"software", "dataset"}
    for key in TEXTS:
        assert isinstance(citation[key], str)
        assert citation[key].strip()
    keywords = citation["keywords"]
    assert keywords == sorted(set(keywords))
    assert all(isinstance(word, str) and word for word in keywords)


def test_the_authors_are_those_of_the_licence_and_no_invented_persons(
    citation: dict[str, Any],
) -> None:
    [author] = citation["authors"]
    assert list(author) == ["name"]
    assert author["name"] in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith(f"{citation['license']} ")


def test_version_and_date_are_those_of_the_package(citation: dict[str, Any]) -> None:
    assert citation["version"] == rhetorica.__version__
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    section = changes.partition(f"## {citation['version']}")[2]
    released = citation.get("date-released")
    # A version that is not released has no date; one that is has it.
    assert (released is None) == section.strip().startswith("Not released yet")
    assert released is None or type(released) is datetime.date
