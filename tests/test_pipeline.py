"""The pipeline: what a run makes, what it runs again, and what a failing notebook leaves alone."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

from rhetorica import execution, manifest, new_study, notebook_files, pipeline, zygote
from rhetorica.catalogue import CATALOGUE, figures_of, tables_of
from rhetorica.cli import main
from rhetorica.corpus import read_corpus
from rhetorica.files import sha256_of
from rhetorica.notebook_files import Notebook, find_notebooks
from rhetorica.parameters import PARAMETER_NAMES, Parameters
from rhetorica.pipeline import plan
from rhetorica.provenance import record_sha256
from rhetorica.study import load_study

ROOT = Path(__file__).parents[1]
TEXTS = {"feats": "003_2aa96615982e3fa6.txt", "about": "004_7502213921e52e83.txt"}
NAMES = tuple(notebook.name for notebook in find_notebooks())
SUFFIXES = ("svg", "png", "csv", "json")
MADE = tuple(item for item in CATALOGUE if not item.when)  # the others are asked for by parameter
# Without labelled sentences there is no agreement to draw, and of two texts one pair is in no
# order; their json says so. Two texts are not put into clusters.
NOTHING = ("lexicon_agreement", "similarity_measures")
PUBLISHED = (
    {f"{item.name}.{suffix}" for item in MADE for suffix in SUFFIXES}
    | {f"{name}.csv" for item in MADE for name in item.tables}
) - {
    *(f"{name}.{suffix}" for name in NOTHING for suffix in SUFFIXES[:3]),
    "similarity_agreement.csv",
    "similarity_members.csv",
}
PAGES = {"README.md", "manifest.json", "ro-crate-metadata.json"}
# A value for every parameter that is not the default.
OTHER_VALUES: Mapping[str, object] = {
    "texts": "about",
    "level": "raw",
    "parts": "paragraph",
    "seed": 2,
    "lowercase": False,
    "lemmas": "english",
    "stop_words": "none",
    "leave_out": "party",
    "longest_phrase": 1,
    "rank_by": "g2",
    "contrast_tf": "log",
    "contrast_idf": "smooth",
    "similarity_idf": "plain",
    "measure": "shingles",
    "frequent_words": 50,
    "shingle_words": 2,
    "neighbours": 3,
    "n_terms": 3,
    "min_count": 3,
    "n_topics": 2,
    "max_topics": 4,
    "topic_phrase": 2,
    "left": "about",
    "right": "feats",
    "funnel": "about",
    "categories": "unity",
    "min_certainty": 0.5,
    "short_text": 100,
    "evidence": "unity",
    "lexicon": "lexicon.toml",
    "words": "party",
    "n_draws": 101,
    "confidence": 0.9,
}


@dataclass(frozen=True)
class First:
    """The first run of a study: where it lies, what it said, and the tables before and after."""

    folder: Path
    code: int
    said: str
    tables_before_kernels: os.stat_result


def make(folder: Path) -> Path:
    """Make a study of two of the five texts."""
    raw = folder / "texts"
    raw.mkdir(parents=True)
    for name, original in TEXTS.items():
        shutil.copyfile(ROOT / "data" / "raw" / original, raw / f"{name}.txt")
    new_study.make_study(folder / "study", [raw / f"{name}.txt" for name in TEXTS])
    file = folder / "study" / "study.toml"
    content = file.read_text(encoding="utf-8")
    quick = content.replace("[parameters]\n", "[parameters]\nn_draws = 100\nn_topics = 3\n")
    file.write_text(quick, encoding="utf-8")
    return folder / "study"


def run(*arguments: str | Path) -> tuple[int, str]:
    """Run the command line in this process; return its code and what it said."""
    said = StringIO()
    with redirect_stdout(said):
        code = main(["run", *map(str, arguments)])
    return code, said.getvalue()


@pytest.fixture(scope="module", autouse=True)
def own_environment() -> Iterator[None]:
    """Give back the environment, in which a run sets how many threads its kernels may start."""
    with pytest.MonkeyPatch.context() as patch:
        for name in zygote._THREADS:
            patch.setenv(name, "1")
        yield


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> First:
    """A study that was run once."""
    folder = make(tmp_path_factory.mktemp("first"))
    tables: list[os.stat_result] = []
    original = execution.execute

    def watched(*arguments: Any) -> bytes:
        tables.append((folder / "processed" / "corpus-edited.npz").stat())
        executed: bytes = original(*arguments)
        return executed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rhetorica.pipeline.execute", watched)
        code, said = run(folder)
    shutil.copytree(folder, folder.with_name("kept"))
    return First(folder, code, said, tables[0])


@pytest.fixture
def study(first: First) -> Path:
    """The study as its first run left it, always in the same place."""
    shutil.rmtree(first.folder)
    shutil.copytree(first.folder.with_name("kept"), first.folder)
    return first.folder


@pytest.fixture
def no_papermill(monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a notebook was run")

    monkeypatch.setattr("rhetorica.pipeline.execute", started)


def snapshot(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def due(folder: Path, values: Mapping[str, object] | None = None) -> list[str]:
    """The notebooks that a run with these values would run."""
    study = load_study(folder)
    jobs = plan(study, values or {}, (), study.figures)
    return [job.notebook.name for job in jobs if job.changes]


def test_a_run_makes_every_figure_and_nothing_else(first: First, study: Path) -> None:
    assert first.code == 0
    assert set(snapshot(study / "figures")) == PUBLISHED | PAGES
    assert set(snapshot(study / "build")) == {f"notebooks/{name}.ipynb" for name in NAMES}
    assert all(snapshot(study / "figures").values())
    executed = set(snapshot(study / "build" / "notebooks"))
    assert executed == {f"{name}.ipynb" for name in NAMES}  # no partial ones, hidden or not
    assert {path.name for path in study.iterdir()} == {
        *("study.toml", "raw", "lexicon.toml", "errata.csv"),
        *("processed", "build", "figures"),
    }


def test_a_run_says_what_it_did(first: First) -> None:
    assert "“study”: 2 texts; 4 of 4 notebooks to run.\n" in first.said
    for name in NAMES:
        assert f"  running {name} ...\n" in first.said
        assert re.search(rf"^  ok     {name} \(\d+\.\d s\)$", first.said, re.MULTILINE)
    assert "FAILED" not in first.said


def test_figures_are_those_of_the_texts_and_parameters(study: Path) -> None:
    for item in MADE:
        said = json.loads((study / "figures" / f"{item.name}.json").read_text(encoding="utf-8"))
        assert said["name"] == item.name
    said = json.loads((study / "figures" / "topic_shares.json").read_text(encoding="utf-8"))
    assert said["parameters"]["n_topics"] == 3
    rates = (study / "figures" / "rhetoric_rates.csv").read_text(encoding="utf-8")
    assert {line.split(",")[0] for line in rates.splitlines()[1:]} == set(TEXTS)


def test_executed_notebooks_ran_to_the_end(study: Path) -> None:
    for name in NAMES:
        cells = executed_cells(study, name)
        assert all(cell["execution_count"] for cell in cells if cell["cell_type"] == "code")
        assert cells[-1]["outputs"]
        [injected] = [c for c in cells if "injected-parameters" in c["metadata"].get("tags", [])]
        lines = set("".join(injected["source"]).splitlines())
        assert lines == {"# Parameters", 'save_to = "../figures"', 'study = "../../study.toml"'}


def executed_cells(study: Path, name: str) -> list[dict[str, Any]]:
    return find_cells(study / "build" / "notebooks" / f"{name}.ipynb")


def test_texts_are_vectorized_once(first: First, study: Path) -> None:
    tables = first.folder.with_name("kept") / "processed" / "corpus-edited.npz"
    assert tables.stat().st_mtime_ns == first.tables_before_kernels.st_mtime_ns
    # What a reader gets is what was kept: a word altered there is altered in the corpus.
    kept = study / "processed" / "corpus-edited.npz"
    with np.load(BytesIO(kept.read_bytes())) as stored:
        arrays = {name: stored[name] for name in stored.files}
    record = json.loads(arrays["record"].tobytes())
    record["types"][0] = "altered"
    arrays["record"] = np.frombuffer(json.dumps(record).encode(), dtype=np.uint8)
    np.savez_compressed(kept, **arrays)
    assert read_corpus(load_study(study)).tokens.types[0] == "altered"


@pytest.mark.usefixtures("no_papermill")
def test_second_run_does_nothing(study: Path) -> None:
    before = snapshot(study)
    code, said = run(study)
    assert code == 0
    assert said.startswith("Nothing to do: the figures in ")
    assert snapshot(study) == before


@pytest.mark.parametrize("name", PARAMETER_NAMES)
def test_a_parameter_runs_the_notebooks_that_declare_it(study: Path, name: str) -> None:
    assert OTHER_VALUES[name] != Parameters.model_fields[name].default
    declaring = [n.name for n in find_notebooks() if name in n.parameters]
    assert declaring
    assert due(study) == []
    assert due(study, {name: OTHER_VALUES[name]}) == declaring


def test_another_parameter_changes_the_figures_of_its_notebooks_only(study: Path) -> None:
    before = snapshot(study)
    code, said = run(study, "-p", "similarity_idf", "plain")
    after = snapshot(study)
    assert code == 0
    assert "1 of 4 notebooks to run" in said
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    figures = {name.split("/")[1] for name in changed if name.startswith("figures/")}
    # Every picture of the notebook says under which hash the manifest tells its parameters.
    pictures = {
        f"{name}.{end}"
        for name in figures_of("04_similarity")
        for end in ("svg", "png")
        if name not in NOTHING
    }
    words = {f"{name}.{end}" for name in figures_of("04_similarity") for end in ("csv", "json")}
    tables = {f"{name}.csv" for name in tables_of("04_similarity")}
    assert pictures | PAGES <= figures <= pictures | words | tables | PAGES
    assert {"similarity_matrix.csv", "similarity_pairs.json"} <= figures
    assert changed == {
        *(f"figures/{name}" for name in figures),
        "build/notebooks/04_similarity.ipynb",
    }
    assert due(study) == ["04_similarity"]  # back to the study's own value
    assert due(study, {"similarity_idf": "plain"}) == []


@pytest.mark.parametrize("file", sorted(PUBLISHED))
def test_a_figure_that_is_gone_or_altered_is_made_again(study: Path, file: str) -> None:
    name = file.split(".")[0]
    [notebook] = [item.notebook for item in CATALOGUE if name in (item.name, *item.tables)]
    published = study / "figures" / file
    published.write_bytes(published.read_bytes() + b"\n")
    assert due(study) == [notebook]
    published.unlink()
    assert due(study) == [notebook]


def test_another_study_lexicon_errata_or_notebook_is_seen_where_it_matters(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (study / "annotations.csv").write_text("document,sentence,unity\n", encoding="utf-8")
    assert due(study) == ["03_rhetoric"]
    (study / "annotations.csv").unlink()
    for name, readers in (("lexicon.toml", ["03_rhetoric"]), ("errata.csv", list(NAMES))):
        content = (study / name).read_bytes()
        (study / name).write_bytes(content + b"\n")
        assert due(study) == readers
        (study / name).write_bytes(content)
        assert due(study) == []
    broken = other_notebooks(tmp_path, {"03_rhetoric": "1 + 1"})
    with monkeypatch.context() as patch:
        patch.setattr(notebook_files, "find_notebooks", lambda: broken)
        assert due(study) == ["03_rhetoric"]
    file = study / "study.toml"
    words = file.read_text(encoding="utf-8")
    for said, readers in (
        ("\n# a comment\n", []),
        ('\n[paths]\nlexicon = "lexicon.toml"\n', []),
    ):
        file.write_text(words + said, encoding="utf-8")
        assert due(study) == readers
    file.write_text(words.replace("n_topics = 3", "n_topics = 2"), encoding="utf-8")
    assert due(study) == list(NAMES), "a parameter that the study sets is in every colophon"
    file.write_text(words.replace('label = "', 'label = "A '), encoding="utf-8")
    assert due(study) == list(NAMES)


def test_a_manifest_that_cannot_be_read_runs_everything(study: Path) -> None:
    state = study / "figures" / "manifest.json"
    for content in (b"", b"{", b"[]", b'{"01_corpus": 1}', b'{"format": 1, "notebooks": 1}'):
        state.write_bytes(content)
        assert due(study) == list(NAMES)


@pytest.mark.usefixtures("no_papermill")
def test_a_changed_text_is_refused(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = study / "raw" / "feats.txt"
    text.write_bytes(text.read_bytes().replace(b"the", b"teh", 1))
    before = snapshot(study)
    assert run(study)[0] == 1
    message = capsys.readouterr().err
    assert "feats.txt is not the file the study describes" in message
    assert message.count("\n") == 1
    assert snapshot(study) == before


def other_notebooks(folder: Path, last_cells: Mapping[str, str]) -> tuple[Notebook, ...]:
    """Copy the notebooks, some of them with another last cell."""
    copies = []
    for notebook in find_notebooks():
        file = shutil.copyfile(notebook.file, folder / notebook.file.name)
        if notebook.name in last_cells:
            content = json.loads(file.read_text(encoding="utf-8"))
            content["cells"][-1]["source"] = last_cells[notebook.name]
            file.write_text(json.dumps(content), encoding="utf-8")
        copies.append(Notebook(notebook.name, file, notebook.parameters))
    return tuple(copies)


BROKEN = {
    "02_topics": "import os\nos.remove('../figures/topic_shares.csv')",
    "03_rhetoric": "# a comment\nwords = 0\n1 / words  # here",
    "04_similarity": "import os\n\nos._exit(3)",
}


def test_a_failing_notebook_leaves_the_published_figures_alone(
    study: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken = other_notebooks(tmp_path, BROKEN)
    monkeypatch.setattr(notebook_files, "find_notebooks", lambda: broken)
    published = snapshot(study / "figures")
    (study / "figures" / "corpus_overview.svg").unlink()
    code, said = run(study, "-p", "confidence", "0.5", "-p", "n_terms", "4", "--keep-going")
    message = capsys.readouterr().err
    assert code == 1
    assert "  ok     01_corpus" in said
    for name in NAMES[1:]:
        assert f"  FAILED {name}" in said
    # A cell that fails: which notebook, which cell, which line, what, and where to look.
    failed = study / "build" / "notebooks" / "03_rhetoric.failed.ipynb"
    cells = [c for c in find_cells(failed) if c["cell_type"] == "code"]
    number = len(cells)
    assert f"rhetorica: 03_rhetoric failed in its code cell {number}, line 3 (1 / words" in message
    assert "ZeroDivisionError: division by zero" in message
    assert str(failed) in message
    assert cells[-1]["execution_count"] == number
    assert cells[-1]["outputs"][-1]["ename"] == "ZeroDivisionError"
    # A figure that is not made, and a kernel that dies.
    assert "rhetorica: 02_topics ran, but did not make the figure 'topic_shares'.\n" in message
    assert re.search("^rhetorica: 04_similarity .*(died|dead)", message, re.MULTILINE | re.I)
    assert "Traceback" not in message
    # What was published stays, what succeeded is published, and nothing is there by half.
    after = snapshot(study / "figures")
    fresh = {name for name in after if after[name] != published[name]}
    assert fresh <= {"corpus_overview.svg", "corpus_overview.png", *PAGES}
    assert set(after) == set(published)
    executed = {f"{name}.ipynb" for name in NAMES}
    assert set(snapshot(study / "build" / "notebooks")) == executed | {failed.name}
    assert due(study, {"confidence": 0.5, "n_terms": 4}) == list(NAMES[1:])


def find_cells(file: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["cells"]
    return cells


def test_two_runs_in_two_places_give_the_same_bytes(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make(tmp_path / "deeper" / "still")
    monkeypatch.chdir(other)
    assert run()[0] == 0  # the study.toml of the working directory
    for name in ("figures", "build/figures", "build/notebooks"):
        assert snapshot(other / name) == snapshot(study / name)
    texts = "processed/texts"
    assert snapshot(other / texts) == snapshot(study / texts)


def test_executed_notebooks_hold_no_time_and_no_place(study: Path) -> None:
    traces = [str(study), str(study.parent), str(ROOT), sys.prefix, str(Path.home()) + "/"]
    for name in NAMES:
        content = (study / "build" / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
        assert not [trace for trace in traces if trace in content]
        assert not re.search(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d|start_time|end_time|iopub|duration", content
        )
        assert not re.search(r'"papermill"|"execution": \{', content)


def test_other_folder_and_one_notebook(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(study / "figures")
    monkeypatch.chdir(tmp_path)
    code, said = run(study, "--only", "01_corpus.ipynb", "--figures", "else/where")
    assert code == 0
    assert "1 of 1 notebook to run" in said
    files = {f"corpus_overview.{suffix}" for suffix in SUFFIXES}
    made = snapshot(tmp_path / "else" / "where")
    assert set(made) == files | PAGES
    assert {name: made[name] for name in files} == {name: before[name] for name in files}
    assert made["README.md"].count(b"![") == 1
    assert snapshot(study / "figures") == before


def test_figures_in_two_folders_do_not_disturb_each_other(study: Path, tmp_path: Path) -> None:
    before = snapshot(study)
    elsewhere = tmp_path / "else where"
    arguments = (study, "-p", "similarity_idf", "plain", "--only", "04_similarity")
    code, said = run(*arguments, "--figures", elsewhere)
    assert code == 0
    assert {k: v for k, v in snapshot(study).items() if k in before} == before
    assert due(study) == []
    assert run(*arguments, "--figures", elsewhere)[1].startswith("Nothing to do: ")
    [executed] = set(snapshot(study)) - set(before)
    assert re.fullmatch(r"build/else where-[0-9a-f]{8}/notebooks/04_similarity.ipynb", executed)
    assert re.search(r"/else where-[0-9a-f]{8}/notebooks$", said, re.MULTILINE)
    [injected] = [
        cell
        for cell in find_cells(study / executed)
        if "injected-parameters" in cell["metadata"].get("tags", [])
    ]
    assert 'study = "../../../study.toml"' in "".join(injected["source"])


FOLDERS_OF_OTHERS = {
    "a page of its own": {"README.md": "# My thesis\n"},
    "a page and a manifest of its own": {"README.md": "# Mine\n", "manifest.json": '{"mine": 1}'},
}


@pytest.mark.usefixtures("no_papermill")
@pytest.mark.parametrize("files", FOLDERS_OF_OTHERS.values(), ids=FOLDERS_OF_OTHERS)
def test_what_is_not_ours_is_not_replaced(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], files: Mapping[str, str]
) -> None:
    folder = tmp_path / "thesis"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    before = snapshot(tmp_path), snapshot(study)
    assert run(study, "--figures", folder)[0] == 1
    assert "README.md is not ours" in capsys.readouterr().err
    assert run(study, "--figures", study / "raw" / "figures")[0] == 1
    assert "is where the raw texts are" in capsys.readouterr().err
    assert (snapshot(tmp_path), snapshot(study)) == before


@pytest.mark.usefixtures("no_papermill")
def test_the_figures_of_another_study_are_not_replaced(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "other.txt"
    text.write_text("Another text. It has words.\n", encoding="utf-8")
    new_study.make_study(tmp_path / "another", [text])
    assert run(tmp_path / "another", "--figures", study / "figures")[0] == 1
    assert "has the figures of another study, “study”" in capsys.readouterr().err
    # The same texts under another title are the same study.
    file = study / "study.toml"
    content = file.read_text(encoding="utf-8")
    file.write_text(content.replace('title = "study"', 'title = "New title"'), encoding="utf-8")
    pipeline.check_folders(load_study(study), study / "figures")


def test_what_changes_while_a_notebook_runs_is_not_told_as_if_it_had_not(
    study: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Edited before the texts are opened, and put back before the end: nobody else would see."""
    file, before = study / "study.toml", snapshot(study)
    content = file.read_bytes()

    def edited(*arguments: Any) -> bytes:
        file.write_bytes(content.replace(b"[parameters]\n", b'[parameters]\nlevel = "raw"\n'))
        try:
            executed: bytes = execution.execute(*arguments)
        finally:
            file.write_bytes(content)
        return executed

    monkeypatch.setattr("rhetorica.pipeline.execute", edited)
    assert run(study, "--only", "01_corpus", "--force")[0] == 1
    said = capsys.readouterr().err
    assert "01_corpus ran, but what it is made from was changed meanwhile: run it again." in said
    assert {k: v for k, v in snapshot(study).items() if k in before} == before
    monkeypatch.undo()
    # And what is not put back.
    lexicon = study / "lexicon.toml"

    def appended(*arguments: Any) -> bytes:
        executed: bytes = execution.execute(*arguments)
        lexicon.write_bytes(lexicon.read_bytes() + b"# more\n")
        return executed

    monkeypatch.setattr("rhetorica.pipeline.execute", appended)
    assert run(study, "--only", "03_rhetoric", "--force")[0] == 1
    assert "03_rhetoric ran, but what it is made from was changed" in capsys.readouterr().err


def test_what_an_earlier_catalogue_made_is_removed_if_it_is_as_it_was(study: Path) -> None:
    figures = study / "figures"
    known = manifest.read_manifest(figures)
    for name in ("old_figure.csv", "old_table.csv"):
        (figures / name).write_bytes(b"old\n")
        known["notebooks"]["01_corpus"]["files"][name] = sha256_of(b"old\n")
    record = {**known["notebooks"]["01_corpus"], "files": {"gone.csv": sha256_of(b"gone\n")}}
    made = {**record["made_from"], "notebook": "00_gone"}
    record |= {"made_from": made, "made_from_sha256": record_sha256(made)}
    known["notebooks"]["00_gone"] = record
    (figures / "gone.csv").write_bytes(b"gone\n")
    (figures / "manifest.json").write_bytes(manifest.written(known))
    (figures / "old_table.csv").write_bytes(b"altered by a person\n")
    assert run(study, "--only", "01_corpus", "--force")[0] == 0
    assert set(snapshot(figures)) == PUBLISHED | PAGES | {"old_table.csv"}
    assert "00_gone" not in manifest.read_manifest(figures)["notebooks"]


def test_the_record_decides_the_executed_notebook(study: Path) -> None:
    before = snapshot(study)
    # The values that the study has, and texts in another order than the study's.
    given = ("--only", "01_corpus", "--force", "-p", "level", "edited", "-p", "texts")
    assert run(study, *given, "about,  feats")[0] == 0
    one = snapshot(study)
    assert run(study, *given, "feats,about")[0] == 0
    assert snapshot(study) == one
    assert one["figures/corpus_overview.csv"] == before["figures/corpus_overview.csv"]


def test_a_figure_without_an_answer_gives_way_to_the_reason(study: Path) -> None:
    code, _ = run(study, "--only", "04_similarity", "-p", "texts", "about")
    assert code == 0
    names = figures_of("04_similarity")
    gone = {f"{name}.{suffix}" for name in names for suffix in SUFFIXES[:3]}
    gone |= {f"{name}.csv" for name in tables_of("04_similarity")}
    assert set(snapshot(study / "figures")) == PUBLISHED - gone | PAGES
    page = (study / "figures" / "README.md").read_text(encoding="utf-8")
    assert "\n\nWith one text there is nothing to compare: " in page
    assert due(study, {"texts": "about"}) == list(NAMES[:3])


def test_the_default_study_is_not_named_in_its_notebooks(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    for name in ("src", "notebooks", "data"):
        unwanted = shutil.ignore_patterns("processed", ".*")
        shutil.copytree(ROOT / name, checkout / name, ignore=unwanted)
    code = "import sys; from rhetorica.cli import main; sys.exit(main())"
    subprocess.run(
        [sys.executable, "-c", code, "run", "--only", "01_corpus"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(checkout / "src")},
        check=True,
        capture_output=True,
        timeout=300,
    )
    executed = executed_cells(checkout, "01_corpus")
    [injected] = [c for c in executed if "injected-parameters" in c["metadata"].get("tags", [])]
    assert "".join(injected["source"]) == '# Parameters\nsave_to = "../figures"\n'
    assert (checkout / "figures" / "corpus_overview.svg").is_file()


def test_every_notebook_has_a_place_in_the_catalogue() -> None:
    assert all(figures_of(name) for name in NAMES)
    assert set(OTHER_VALUES) == set(PARAMETER_NAMES)
