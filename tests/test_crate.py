"""The RO-Crate: what RO-Crate 1.1 and Process Run Crate ask for, the same bytes, any names."""

import json
import math
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from rhetorica.crate import CRATE, crate, read_captions, why_no_crate
from rhetorica.findings import nothing_record
from rhetorica.provenance import Record
from rhetorica.study import Study, default_study_file, load_study
from support.nasty import NASTY, UNREADABLE

# What RFC 3986 lets stand in a relative address without a scheme, with or without a fragment.
RELATIVE = re.compile(
    r"(?:[\w.~/@!$&'()*+,;=-]|%[0-9A-F]{2})*(?:#(?:[\w.~/-]|%[0-9A-F]{2})+)?", re.A
)
FIGURE = ("topic_terms.csv", "topic_terms.json", "topic_terms.png", "topic_terms.svg")
TABLE = "near_core.csv"


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study(default_study_file())


def record(name: str, files: tuple[str, ...], **parameters: object) -> Record:
    return {
        "made_from": {
            "study": "S",
            "notebook": name,
            "parameters": parameters,
            "inputs": {
                "raw/001_234f8d295ece38cc.txt": "1" * 64,
                "editorial/errata.csv": "e" * 64,
            },
            "description_sha256": "d" * 64,
        },
        "made_from_sha256": "f" * 64,
        "made_by": {
            "rhetorica": "0.1.0",
            "library_sha256": "a" * 64,
            "notebook_sha256": "b" * 64,
            "python": "3.11.7",
            "packages": {"numpy": "2.4.6"},
        },
        "commit": "c0ffee",
        "executed_sha256": "9" * 64,
        "files": {file: f"{i:064x}" for i, file in enumerate(files)},
    }


def manifest_of(**notebooks: Record) -> Record:
    return {"format": 1, "study": {"title": "S", "sha256": "0" * 64}, "notebooks": notebooks}


@pytest.fixture
def manifest() -> Record:
    notebooks = {
        "01_corpus": record("01_corpus", ("corpus_overview.json",), level="edited"),
        "02_topics": record(
            "02_topics", (*FIGURE, TABLE), seed=1, leave_out=["Kim", "Il"], left=""
        ),
    }
    return manifest_of(**notebooks)


def entities(data: bytes) -> dict[str, Any]:
    """Read a crate as the specification has it, checking what it asks of every crate."""
    assert data.endswith(b"}\n")
    content = json.loads(data.decode("utf-8"), parse_constant=pytest.fail)
    assert list(content) == ["@context", "@graph"]
    assert content["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    graph = content["@graph"]
    found = {entity["@id"]: entity for entity in graph}
    assert len(found) == len(graph)
    for entity in graph:
        check_entity(entity, found)
    descriptor, root = found["ro-crate-metadata.json"], found["./"]
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert root["@type"] == "Dataset"
    for key in ("name", "description", "license"):
        assert root[key]
    assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", root["datePublished"])
    files = {name for name, entity in found.items() if entity["@type"] == "File"}
    assert set(links(root["hasPart"])) == files
    assert not any("#" in name or "/" in name for name in files)
    actions = [name for name, entity in found.items() if entity["@type"] == "CreateAction"]
    assert links(root["mentions"]) == actions
    for name in actions:
        assert found[links(found[name]["instrument"])[0]]["@type"] == "SoftwareSourceCode"
    return found


def check_entity(entity: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Check that an entity is flat and well named, and that all it links to is there."""
    address = entity["@id"]
    assert address.startswith(("https://", "http://")) or RELATIVE.fullmatch(address), address
    assert entity["@type"]
    assert "name" in entity or address == CRATE
    for key, value in entity.items():
        assert not isinstance(value, list) or len(value) > 1, (address, key)
        if isinstance(value, dict | list):
            for link in links(value):
                assert link in found or link == "https://w3id.org/ro/crate/1.1", (address, link)
        else:
            assert value is not None


def links(value: Any) -> list[str]:
    several = value if isinstance(value, list) else [value]
    assert all(list(link) == ["@id"] for link in several)
    return [link["@id"] for link in several]


def test_files_stand_with_hash_format_and_words(study: Study, manifest: Record) -> None:
    found = entities(crate(study, manifest, {"topic_terms": "Title. Caption."}))
    assert found["topic_terms.svg"] == {
        "@id": "topic_terms.svg",
        "@type": "File",
        "name": "topic_terms.svg",
        "description": "Title. Caption.",
        "encodingFormat": "image/svg+xml",
        "sha256": f"{3:064x}",
    }
    assert found["topic_terms.png"]["description"] == "Title. Caption."
    assert found["topic_terms.csv"]["description"] == "The data of the figure topic_terms."
    assert found["topic_terms.json"]["encodingFormat"] == "application/json"
    assert found[TABLE]["description"] == "A table that comes with the figure shared_core."
    for page, kind in (("manifest.json", "application/json"), ("README.md", "text/markdown")):
        assert found[page]["encodingFormat"] == kind
        assert "sha256" not in found[page]


def test_a_figure_without_caption_has_its_question(study: Study, manifest: Record) -> None:
    found = entities(crate(study, manifest))
    assert found["topic_terms.svg"]["description"] == "Which words go together?"


def test_a_figure_that_cannot_be_says_why(study: Study, manifest: Record) -> None:
    found = entities(crate(study, manifest, {"corpus_overview": "One text is too few."}))
    assert found["corpus_overview.json"]["description"] == "One text is too few."


def test_a_run_has_its_notebook_inputs_parameters_and_files(study: Study, manifest: Record) -> None:
    found = entities(crate(study, manifest))
    run = found["#run/02_topics"]
    assert links(run["result"]) == sorted([*FIGURE, TABLE])
    read = [found[name] for name in links(run["object"])]
    values = {item["name"]: item["value"] for item in read if item["@type"] == "PropertyValue"}
    assert values == {"seed": 1, "leave_out": '["Kim", "Il"]', "left": ""}
    inputs = {item["name"]: item for item in read if item["@type"] == "CreativeWork"}
    assert {name: item["sha256"] for name, item in inputs.items()} == {
        "raw/001_234f8d295ece38cc.txt": "1" * 64,
        "editorial/errata.csv": "e" * 64,
    }
    assert "Kim Jong Il; 1992-10-10" in inputs["raw/001_234f8d295ece38cc.txt"]["description"]
    assert "corrections" in inputs["editorial/errata.csv"]["description"]
    notebook = found[run["instrument"]["@id"]]
    software = found[notebook["softwareRequirements"]["@id"]]
    assert (notebook["name"], software["name"]) == ("02_topics.ipynb", "Rhetorica")
    assert notebook["version"] == software["version"] == "0.1.0"


def test_an_input_that_changed_between_two_runs_stands_twice(
    study: Study, manifest: Record
) -> None:
    inputs = manifest["notebooks"]["02_topics"]["made_from"]["inputs"]
    inputs["editorial/errata.csv"] = "7" * 64
    found = entities(crate(study, manifest)).values()
    read = [item["sha256"] for item in found if item.get("name") == "editorial/errata.csv"]
    assert sorted(read) == ["7" * 64, "e" * 64]


def test_the_rows_of_a_table_are_not_told_one_by_one(study: Study, manifest: Record) -> None:
    rows = [study.documents[1].model_copy(update={"row": row}) for row in (1, 2, 3)]
    found = entities(crate(study.model_copy(update={"documents": tuple(rows)}), manifest))
    address = "#input/raw/001_234f8d295ece38cc.txt/111111111111"
    assert found[address]["description"] == "A table of 3 texts."


def forget_commit(item: Record) -> None:
    item["commit"] = None


def other_packages(item: Record) -> None:
    item["made_by"] |= {"python": "3.13.0", "packages": {}, "library_sha256": "8" * 64}
    item["executed_sha256"] = "8" * 64


def other_order(item: Record) -> None:
    made = item["made_from"]
    for where, key in ((item, "files"), (made, "inputs"), (made, "parameters")):
        where[key] = dict(reversed(where[key].items()))


@pytest.mark.parametrize("change", [forget_commit, other_packages, other_order])
def test_what_decides_no_figure_changes_no_byte(
    study: Study, manifest: Record, change: Callable[[Record], None]
) -> None:
    other = deepcopy(manifest)
    for item in other["notebooks"].values():
        change(item)
    other["notebooks"] = dict(reversed(other["notebooks"].items()))
    assert crate(study, other) == crate(study, manifest)


def test_no_clock_no_place_and_no_package(study: Study, manifest: Record) -> None:
    data = crate(study, manifest).decode("utf-8")
    traces = ("/tmp", "file:", "3.11.7", "numpy", "c0ffee", "startTime", "endTime")
    for trace in (str(study.file.parent), *traces):
        assert trace not in data
    assert set(re.findall(r"\b20\d\d-\d\d-\d\d\b", data)) == {study.date}


@pytest.mark.parametrize(
    ("stated", "address", "name"),
    [
        ("https://spdx.org/licenses/MIT", "https://spdx.org/licenses/MIT", "MIT"),
        ("https://example.org/a%20b?c#d", "https://example.org/a%20b?c#d", None),
        ("CC BY 4.0", "#licence", None),
        ("https://example.org/a b", "#licence", None),
        ("https://example.org/%zz", "#licence", None),
        ("https://example.org/#a#b", "#licence", None),
        ("https://example.org/\n", "#licence", None),
        ("javascript:alert(1)", "#licence", None),
        ("", "#licence", "No licence is stated: ask whoever published this before reusing it."),
    ],
)
def test_a_licence_is_an_address_or_words(
    study: Study, manifest: Record, stated: str, address: str, name: str | None
) -> None:
    found = entities(crate(study.model_copy(update={"license": stated}), manifest))
    assert found["./"]["license"] == {"@id": address}
    assert found[address]["name"] == (name or stated)
    assert found[address]["@type"] == "CreativeWork"


def test_a_study_that_describes_nothing_is_described(study: Study, manifest: Record) -> None:
    found = entities(crate(study.model_copy(update={"description": ""}), manifest))
    assert found["./"]["description"].startswith("Figures and tables that Rhetorica made from 5")
    assert "no part of this crate" in found["./"]["description"]


def test_without_a_date_there_is_no_crate_and_it_is_said(study: Study) -> None:
    assert why_no_crate(study) == ""
    said = why_no_crate(study.model_copy(update={"date": ""}))
    assert said.startswith(f"No {CRATE} is written: ")
    assert 'add date = "YYYY-MM-DD" to its [study] table.' in said


@pytest.mark.parametrize("text", [*NASTY, *UNREADABLE])
def test_a_name_is_only_ever_text(study: Study, text: str) -> None:
    files = (f"{text}.svg", f"a{text}")
    item = record(text, files, **{text: text, "all": [text]})
    item["made_from"]["inputs"] = {f"raw/{text}": text}
    item["made_by"]["rhetorica"] = text
    hostile = study.model_copy(update={"title": f"T{text}", "description": text, "license": text})
    found = entities(crate(hostile, manifest_of(**{text: item}), {text: text}))
    shown = text.encode("utf-8", "replace").decode("utf-8")
    assert found["./"]["name"] == f"T{shown}"
    if shown == text:
        assert {unquote(address) for address in found} >= set(files)
    [run] = [entity for entity in found.values() if entity["@type"] == "CreateAction"]
    assert len(links(run["result"])) == 2
    values = {found[name]["name"]: found[name].get("value") for name in links(run["object"])}
    assert values["all"] == json.dumps([shown], ensure_ascii=False)
    assert values[shown] == shown
    assert f"raw/{shown}" in values


@pytest.mark.parametrize("name", [CRATE, "manifest.json", "README.md", "./", "."])
def test_no_file_takes_the_place_of_the_crate_itself(study: Study, name: str) -> None:
    found = entities(crate(study, manifest_of(a=record("a", (name, "b.csv")))))
    assert found["./"]["@type"] == "Dataset"
    assert found[CRATE]["@type"] == "CreativeWork"
    assert "sha256" not in found["manifest.json"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, True),
        (0, 0),
        (0.5, 0.5),
        ("", ""),
        (None, "null"),
        ([], "[]"),
        (["b", "a", "b"], '["b", "a", "b"]'),
        ({"a": 1}, '{"a": 1}'),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        ([math.nan], "[NaN]"),
    ],
)
def test_every_value_of_a_parameter_can_be_written(
    study: Study, value: object, written: object
) -> None:
    found = entities(crate(study, manifest_of(a=record("a", ("a.csv",), x=value))))
    assert found["#parameter/a/x"]["value"] == written
    assert type(found["#parameter/a/x"]["value"]) is type(written)


def test_captions_come_from_the_words_beside_the_figures(tmp_path: Path) -> None:
    words = {"title": "Title", "caption": "Caption."}
    (tmp_path / "topic_terms.json").write_text(json.dumps(words), encoding="utf-8")
    (tmp_path / "word_shift.json").write_bytes(nothing_record("word_shift", "There is one text."))
    for name, damaged in (
        ("shared_core", b"{"),
        ("topic_number", b"[]"),
        ("topic_shares", b"\xff"),
    ):
        (tmp_path / f"{name}.json").write_bytes(damaged)
    assert read_captions(tmp_path) == {
        "topic_terms": "Title. Caption.",
        "word_shift": "There is one text.",
    }
