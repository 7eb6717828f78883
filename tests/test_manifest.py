"""The manifest: why a notebook has to run again, and what is made of a manifest that is damaged."""

import json
import sys
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rhetorica import manifest, provenance
from rhetorica.errors import OutputError
from rhetorica.files import sha256_of
from rhetorica.manifest import (
    MANIFEST,
    Change,
    brought_up_to_date,
    changed_makers,
    changes_since,
    files_of,
    notebook_record,
    read_manifest,
    require_manifest,
    with_record,
    written,
)
from rhetorica.notebook_files import find_notebook
from rhetorica.provenance import record_sha256
from rhetorica.study import Study, load_study

Make = Callable[[Mapping[str, str | bytes]], Path]
A, B, C = (sha256_of(letter.encode()) for letter in "abc")
MADE_FROM: dict[str, Any] = {
    "study": "Texts",
    "notebook": "01_corpus",
    "parameters": {"texts": [], "level": "edited", "seed": 1, "confidence": 0.95, "left": ""},
    "inputs": {"raw/one.txt": A, "errata.csv": B},
    "description_sha256": C,
}
MADE_BY: dict[str, Any] = {
    "rhetorica": "0.1.0",
    "library_sha256": A,
    "notebook_sha256": B,
    "python": "3.11.7",
    "packages": {"numpy": "2.2.0", "scipy": "1.15.0"},
}
FILES = {"b.svg": b"<svg/>", "a.csv": b"x\n1\n"}
EXECUTED = b"{}"


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    """A folder of figures as the record says they are, with the executed notebook beside it."""
    folder = tmp_path / "figures"
    folder.mkdir()
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "01_corpus.ipynb").write_bytes(EXECUTED)
    return folder


def record() -> dict[str, Any]:
    return deepcopy(notebook_record(MADE_FROM, MADE_BY, EXECUTED, FILES))


def saved(folder: Path, content: object) -> Path:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    (folder / MANIFEST).write_bytes(data)
    return folder


def whole(notebooks: object) -> dict[str, object]:
    return {"format": 1, "study": {}, "notebooks": notebooks}


def changes(figures: Path, then: dict[str, Any] | None = None, **now: Any) -> list[str]:
    """Why the notebook has to run if what it is made from and by is as it was, but for `now`."""
    made_from = MADE_FROM | {k: v for k, v in now.items() if k in MADE_FROM}
    made_by = MADE_BY | {k: v for k, v in now.items() if k in MADE_BY}
    assert set(now) <= {*MADE_FROM, *MADE_BY}
    executed = figures.parent / "notebooks" / "01_corpus.ipynb"
    return list(map(str, changes_since(then or record(), made_from, made_by, executed, figures)))


PARAMETERS = MADE_FROM["parameters"]
CASES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"study": "Other"}, ["title of the study: Texts before, Other now"]),
    (
        {"parameters": PARAMETERS | {"level": "raw"}},
        ["parameter level: edited before, raw now"],
    ),
    ({"parameters": PARAMETERS | {"seed": 2}}, ["parameter seed: 1 before, 2 now"]),
    (
        {"parameters": PARAMETERS | {"texts": ["one", "two"]}},
        ["parameter texts: empty before, one, two now"],
    ),
    (
        {"parameters": PARAMETERS | {"left": "one"}},
        ["parameter left: empty before, one now"],
    ),
    (
        {"parameters": PARAMETERS | {"n_topics": 0}},
        ["parameter n_topics: not set before, 0 now"],
    ),
    (
        {"parameters": {k: v for k, v in PARAMETERS.items() if k != "seed"}},
        ["parameter seed: 1 before, not set now"],
    ),
    ({"inputs": {"raw/one.txt": B, "errata.csv": B}}, ["raw/one.txt: changed"]),
    ({"inputs": {"raw/one.txt": A}}, ["errata.csv: gone"]),
    ({"inputs": MADE_FROM["inputs"] | {"lexicon.toml": C}}, ["lexicon.toml: new"]),
    (
        {"inputs": {"raw/first.txt": A, "errata.csv": B}},
        ["raw/first.txt: new", "raw/one.txt: gone"],
    ),
    ({"description_sha256": A}, ["what the study file says of the texts: changed"]),
    ({"rhetorica": "0.2.0"}, ["the version of Rhetorica: 0.1.0 before, 0.2.0 now"]),
    ({"library_sha256": B}, ["the library's code: changed"]),
    ({"notebook_sha256": A}, ["the notebook itself: changed"]),
    ({"python": "3.12.0"}, ["the version of Python: 3.11.7 before, 3.12.0 now"]),
    (
        {"packages": {"numpy": "2.3.0", "pypdf": "6.0.0"}},
        [
            "package numpy: 2.2.0 before, 2.3.0 now",
            "package pypdf: none before, 6.0.0 now",
            "package scipy: 1.15.0 before, none now",
        ],
    ),
    (  # Several at once: what it is made from first, then what makes it.
        {
            "packages": {"numpy": "2.2.0", "scipy": "1.16.0"},
            "library_sha256": C,
            "description_sha256": B,
            "inputs": {},
            "parameters": PARAMETERS | {"seed": 3, "level": "raw"},
        },
        [
            "parameter level: edited before, raw now",
            "parameter seed: 1 before, 3 now",
            "errata.csv: gone",
            "raw/one.txt: gone",
            "what the study file says of the texts: changed",
            "the library's code: changed",
            "package scipy: 1.15.0 before, 1.16.0 now",
        ],
    ),
]


@pytest.mark.parametrize(("now", "said"), CASES)
def test_changes_in_words(figures: Path, now: dict[str, Any], said: list[str]) -> None:
    assert changes(figures, **now) == said


def test_every_kind_of_making_has_its_words(figures: Path) -> None:
    # Whatever differs is a reason, or a figure would stay that is not made from what is there.
    changed = {name for now, said in CASES if len(said) > 0 for name in now}
    assert changed == {*MADE_FROM, *MADE_BY} - {"notebook"}


def test_changed_files_in_words(figures: Path) -> None:
    executed = figures.parent / "notebooks" / "01_corpus.ipynb"
    (figures / "a.csv").write_bytes(b"x\n2\n")
    (figures / "b.svg").unlink()
    executed.write_bytes(b"{} ")
    altered, home = "altered since it was made", f"{figures.parent.name}/notebooks"
    said = [f"figures/a.csv: {altered}", "figures/b.svg: missing"]
    assert changes(figures) == [*said, f"{home}/01_corpus.ipynb: {altered}"]
    executed.unlink()
    (figures / "b.svg").mkdir()
    assert changes(figures) == [*said, f"{home}/01_corpus.ipynb: missing"]
    assert changes(figures, study="Other")[1:] == changes(figures)  # and what else changed first


def test_a_notebook_that_has_not_run(figures: Path) -> None:
    executed = figures.parent / "notebooks" / "01_corpus.ipynb"
    assert changes_since(None, MADE_FROM, MADE_BY, executed, figures) == (
        Change("there is no record of an earlier run"),
    )


def test_a_change_is_one_line_whatever_it_is_of() -> None:
    assert str(Change("a\nb: changed", "\x1b[31m\u202e")) == r"a\nb: changed: \x1b[31m\u202e"
    assert len(str(Change("parameter leave_out", "word, " * 10_000))) <= 300


def test_what_is_written_is_read_back(figures: Path, make_study: Make) -> None:
    study = load_study(make_study({"one": "Some words."}))
    content = with_record(read_manifest(figures), study, "01_corpus", record())
    data = written(content)
    assert json.loads(data) == content
    assert data.endswith(b"}\n")
    assert read_manifest(saved(figures, data)) == content
    assert require_manifest(figures) == content
    assert list(content["notebooks"]["01_corpus"]["files"]) == ["a.csv", "b.svg"]
    assert files_of(content) == {name: sha256_of(data) for name, data in FILES.items()}
    assert changes(figures, read_manifest(figures)["notebooks"]["01_corpus"]) == []


def broken(path: str, value: object) -> dict[str, object]:
    """A manifest in which one thing is something else; ``None`` for what is taken out."""
    content: Any = whole({"01_corpus": record()})
    *above, last = path.split("/")
    place = content
    for key in above:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    if above[-1:] == ["made_from"] or "made_from" in above[:-1]:
        # Damaged before its hash was taken.
        made = content["notebooks"]["01_corpus"]["made_from"]
        content["notebooks"]["01_corpus"]["made_from_sha256"] = record_sha256(made)
    return dict(content)


ONE = "notebooks/01_corpus"
DEEP = b"[" * 300 + b"]" * 300
SPOILT: dict[str, tuple[object, ...]] = {
    ONE: ([], 0, {}),
    f"{ONE}/files": (None, [], {"a.csv": 1}, {"a.csv": "x"}, {"a.csv": A.upper()}),
    f"{ONE}/made_from": (None, [], {}),
    f"{ONE}/made_from/parameters": (None, [], {"a": {}}, {"a": [[1]]}, {"a": [1]}),
    f"{ONE}/made_from/inputs": (None, [], {"a": 1}, {"a": "b"}),
    f"{ONE}/made_from/study": (None, 5, []),
    f"{ONE}/made_from/notebook": (None, "02_topics", "../01_corpus"),
    f"{ONE}/made_from/description_sha256": (None, "", 1),
    f"{ONE}/made_from/more": ("x",),
    f"{ONE}/made_from_sha256": (None, A, 1),
    f"{ONE}/made_by": (None, [], {}),
    f"{ONE}/made_by/packages": (None, [], "numpy", {"numpy": 2}),
    f"{ONE}/made_by/python": (None, 3.11),
    f"{ONE}/executed_sha256": (None, "", [A]),
    f"{ONE}/commit": (5, []),
}
DAMAGED: dict[str, object] = {
    "nothing": b"",
    "not json": b'{"format": 1',
    "not UTF-8": b'{"format": 1, "study": "\xff"}',
    "a byte-order mark": b"\xef\xbb\xbf{}",
    "null": None,
    "a list": [1],
    "a number": 5,
    "a text": "format",
    "endless": b"[" * 100_000,
    "a number without end": b'{"format": ' + b"9" * 10_000 + b"}",
    "no format": {"notebooks": {"01_corpus": record()}},
    "another format": {"format": 2, "notebooks": {"01_corpus": record()}},
    "no notebooks": {"format": 1},
    "a list of notebooks": whole([record()]),
    "another notebook's record": whole({"02_topics": record()}),
    "a record that is a text": whole({"01_corpus": "x"}),
    "nested": json.dumps(broken(f"{ONE}/made_by/python", "@")).encode().replace(b'"@"', DEEP),
    **{
        f"{path} = {str(value)[:20]!r}": broken(path, value)
        for path, values in SPOILT.items()
        for value in values
    },
    **{
        f"a file named {name!r:.20}": broken(f"{ONE}/files", {name: A})
        for name in (
            *("", ".", "..", "../a.csv", "/etc/passwd", "a/b.csv", "a\\b.csv", "C:a.csv"),
            *("a\0.csv", "a.csv\n", ".hidden.csv", "a" * 300 + ".csv", "\ud800.csv", "manifest"),
        )
    },
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_manifest_is_none(figures: Path, content: object) -> None:
    saved(figures, content)
    assert read_manifest(figures)["notebooks"] == {}
    with pytest.raises(OutputError) as caught:
        require_manifest(figures)
    assert str(caught.value) == (
        f"{figures / MANIFEST} is missing or damaged: it says what the figures were made from. "
        "'rhetorica run' writes it."
    )


def test_no_manifest_is_none(figures: Path) -> None:
    empty = read_manifest(figures)
    assert empty["notebooks"] == {}
    assert read_manifest(figures / "not there") == empty
    (figures / MANIFEST).mkdir()
    assert read_manifest(figures) == empty
    with pytest.raises(OutputError, match=r"manifest.json is missing or damaged"):
        require_manifest(figures)


def test_one_damaged_record_leaves_the_others(figures: Path) -> None:
    saved(figures, whole({"01_corpus": record(), "02_topics": {"files": {}}}))
    assert list(read_manifest(figures)["notebooks"]) == ["01_corpus"]
    # Whatever else somebody wrote into it is not kept.
    more = whole({"01_corpus": record()}) | {"study": {"title": [[]]}, "more": [1]}
    read = read_manifest(saved(figures, more))
    assert read == {"format": 1, "study": {}, "notebooks": {"01_corpus": record()}}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
PATHS = st.sampled_from(
    [ONE, *(f"{ONE}/{key}" for key in record()), "format", "study", "notebooks"]
    + [f"{ONE}/made_from/{key}" for key in MADE_FROM]
    + [f"{ONE}/made_by/{key}" for key in MADE_BY]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(path=PATHS, value=JSON.filter(lambda value: value is not None))
def test_whatever_is_in_a_manifest_it_can_be_read_compared_and_written(
    figures: Path, path: str, value: object
) -> None:
    read = read_manifest(saved(figures, broken(path, value)))
    for name, found in read["notebooks"].items():
        assert name == "01_corpus"
        changes(figures, found)
    assert json.loads(written(read)) == read or "NaN" in written(read).decode()


def test_records_are_in_the_order_of_their_notebooks(make_study: Make) -> None:
    study = load_study(make_study({"one": "Some words."}))
    content: dict[str, Any] = {"format": 1, "notebooks": {}}
    for name in ("03_rhetoric", "01_corpus", "02_topics", "01_corpus"):
        before = deepcopy(content)
        after = with_record(content, study, name, {"of": name})
        assert content == before
        content = after
    assert list(content) == ["format", "study", "notebooks"]
    assert list(content["notebooks"]) == ["01_corpus", "02_topics", "03_rhetoric"]
    file = study.file.read_bytes()
    assert content["study"] == {"title": "study", "file": "study.toml", "sha256": sha256_of(file)}


def test_bringing_up_to_date_changes_commit_and_study_file_only(
    make_study: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = load_study(make_study({"one": "Some words."}))
    ours = record()
    notebook = sha256_of(find_notebook("01_corpus").file.read_bytes())
    library = provenance.library_sha256()
    ours["made_by"] |= {"library_sha256": library, "notebook_sha256": notebook}
    content = with_record({"notebooks": {}}, study, "01_corpus", ours)
    content = with_record(content, study, "02_topics", record() | {"commit": "of another library"})
    monkeypatch.setattr(provenance, "library_commit", lambda: "now")
    comment(study)
    after = brought_up_to_date(content, study)
    assert after["notebooks"]["02_topics"] == content["notebooks"]["02_topics"]
    assert after["notebooks"]["01_corpus"] == {**ours, "commit": "now"}
    assert after["study"] == content["study"] | {"sha256": sha256_of(study.file.read_bytes())}
    assert after["study"] != content["study"]
    assert brought_up_to_date(after, study) == after
    assert written(brought_up_to_date(after, study)) == written(after)
    # Outside git, or with changes not committed, what was known of the commit is still so.
    monkeypatch.setattr(provenance, "library_commit", lambda: None)
    assert brought_up_to_date(after, study) == after
    # A notebook that is no more has no place in it; of one that has changed the commit is older.
    gone = with_record(after, study, "05_gone", ours)
    assert brought_up_to_date(gone, study) == after
    monkeypatch.setattr(provenance, "library_commit", lambda: "later")
    older = record() | {"commit": "older"}
    older["made_by"] |= {"library_sha256": library}
    changed = with_record({"notebooks": {}}, study, "01_corpus", older)
    assert brought_up_to_date(changed, study) == changed


def comment(study: Study) -> None:
    study.file.write_bytes(study.file.read_bytes() + b"# a comment\n")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_study_file_whose_name_is_no_text(make_study: Make) -> None:
    folder = make_study({"one": "Some words."})
    (folder / "study.toml").rename(folder / "\udcff.toml")
    content = with_record({"notebooks": {}}, load_study(folder / "\udcff.toml"), "x", {})
    assert json.loads(written(content))["study"]["file"] == "?.toml"


def test_notes_on_what_makes_the_figures_are_the_same_words() -> None:
    assert list(changed_makers(MADE_BY, MADE_BY)) == []
    changed = changed_makers(MADE_BY, MADE_BY | {"python": "3.12.0"})
    assert list(map(str, changed)) == ["the version of Python: 3.11.7 before, 3.12.0 now"]


def test_the_format_is_the_one_that_is_read(figures: Path) -> None:
    assert read_manifest(saved(figures, whole({"01_corpus": record()})))["notebooks"]
    assert json.loads(written(read_manifest(figures)))["format"] == manifest._FORMAT
