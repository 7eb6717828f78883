"""What a run says in the terminal: what it would do and why, what it waits for, how it goes on."""

import fcntl
import os
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from rhetorica import manifest, pipeline, provenance
from rhetorica.cli import main
from rhetorica.files import publish
from rhetorica.manifest import MANIFEST
from rhetorica.notebook_files import find_notebooks
from rhetorica.pipeline import bring_up_to_date, plan
from rhetorica.running import progress, short
from rhetorica.study import load_study
from support import snapshot

Make = Callable[[Mapping[str, str | bytes]], Path]
NAMES = [notebook.name for notebook in find_notebooks()]
NOTHING_CHANGED = [f"{name} would not run: nothing changed." for name in NAMES]


@pytest.fixture
def folder(make_study: Make) -> Path:
    """A study of two texts that has not run."""
    return make_study({"one": "The people love the party.", "two": "The people work."})


@pytest.fixture
def done(folder: Path) -> Path:
    """The study as a run leaves it; the figures in it are made up."""
    study = load_study(folder)
    known = manifest.read_manifest(study.figures)
    for job in plan(study, {}, (), study.figures):
        name = job.notebook.name
        files = {f"{figure}.csv": figure.encode() for figure in job.figures}
        publish(study.build / "notebooks", {f"{name}.ipynb": b"{}"})
        publish(study.figures, dict(files))
        record = manifest.notebook_record(job.made_from, job.made_by, b"{}", files)
        known = manifest.with_record(known, study, name, record)
    publish(study.figures, {MANIFEST: manifest.written(known)})
    bring_up_to_date(study, study.figures)
    return folder


@pytest.fixture(autouse=True)
def no_notebook_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: object) -> None:
        raise AssertionError("a notebook was run")

    monkeypatch.setattr(pipeline, "execute", started)
    monkeypatch.setattr("rhetorica.zygote.warm_up", started)


@pytest.fixture
def explained(capsys: pytest.CaptureFixture[str]) -> Callable[..., list[str]]:
    """A function that tells what ``run --explain`` says, which changes nothing."""

    def explain(folder: Path, *arguments: str | Path) -> list[str]:
        before = snapshot(folder.parent), times(folder.parent)
        capsys.readouterr()
        assert main(["run", str(folder), "--explain", *map(str, arguments)]) == 0
        assert (snapshot(folder.parent), times(folder.parent)) == before
        said = capsys.readouterr()
        assert said.err == ""
        return said.out.splitlines()

    return explain


def times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]}


Explain = Callable[..., list[str]]


def test_nothing_has_run_yet(folder: Path, explained: Explain) -> None:
    none = "  there is no record of an earlier run"
    every = [line for name in NAMES for line in (f"{name} would run:", none)]
    assert explained(folder) == every
    assert explained(folder, "--force") == every
    assert explained(folder, "--only", "02_topics") == every[2:4]
    elsewhere = folder.parent / "no" / "such"
    assert explained(folder, "--figures", elsewhere) == every
    assert {path.name for path in folder.iterdir()} == {
        "study.toml", "raw", "errata.csv", "lexicon.toml"
    }  # fmt: skip


def test_nothing_has_changed(
    done: Path, explained: Explain, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explained(done) == NOTHING_CHANGED
    assert explained(done, "--force") == [
        f"{name} would run, because of --force." for name in NAMES
    ]
    assert explained(done, "--only", "03_rhetoric.ipynb") == NOTHING_CHANGED[2:3]
    before = snapshot(done), times(done)
    assert main(["run", str(done)]) == 0
    said = f"Nothing to do: the figures in {short(done / 'figures')} are up to date.\n"
    assert capsys.readouterr() == (said, "")
    assert (snapshot(done), times(done)) == before


def test_a_parameter_that_differs(done: Path, explained: Explain) -> None:
    topics = explained(done, "-p", "n_topics", "3")
    assert topics == [
        NOTHING_CHANGED[0],
        "02_topics would run:",
        "  parameter n_topics: 0 before, 3 now",
        *NOTHING_CHANGED[2:],
    ]
    texts = explained(done, "-p", "texts", "one", "--only", "01_corpus")
    assert texts == ["01_corpus would run:", "  parameter texts: empty before, one now"]
    assert explained(done, "-p", "n_topics", "0") == NOTHING_CHANGED
    study = done / "study.toml"
    content = study.read_text(encoding="utf-8")
    study.write_text(content.replace("[parameters]\n", "[parameters]\nn_topics = 3\n"))
    assert explained(done) == [
        line
        for name in NAMES
        for line in (
            f"{name} would run:",
            f"  parameter n_topics: {0 if name == '02_topics' else 'not set'} before, 3 now",
        )
    ]
    assert explained(done, "-p", "n_topics", "0")[2:4] == [
        NOTHING_CHANGED[1],
        "03_rhetoric would run:",
    ]


def test_a_figure_that_was_altered_and_one_that_is_missing(done: Path, explained: Explain) -> None:
    (done / "figures" / "topic_terms.csv").write_bytes(b"altered")
    (done / "figures" / "topic_shares.csv").unlink()
    (done / "build" / "notebooks" / "04_similarity.ipynb").unlink()
    assert explained(done) == [
        NOTHING_CHANGED[0],
        "02_topics would run:",
        "  figures/topic_shares.csv: missing",
        "  figures/topic_terms.csv: altered since it was made",
        NOTHING_CHANGED[2],
        "04_similarity would run:",
        "  build/notebooks/04_similarity.ipynb: missing",
    ]


def test_inputs_that_changed_and_a_comment_that_does_not(done: Path, explained: Explain) -> None:
    study = done / "study.toml"
    study.write_text(study.read_text(encoding="utf-8") + "\n# a comment\n", encoding="utf-8")
    assert explained(done) == NOTHING_CHANGED
    lexicon = done / "lexicon.toml"
    lexicon.write_text(lexicon.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (done / "annotations.csv").write_text("document,sentence,unity\n", encoding="utf-8")
    changed = ["03_rhetoric would run:", "  annotations.csv: new", "  lexicon.toml: changed"]
    assert explained(done) == [*NOTHING_CHANGED[:2], *changed, NOTHING_CHANGED[3]]


def test_of_many_reasons_some_are_shown(
    done: Path, explained: Explain, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("n_topics", "n_terms", "seed", "topic_phrase", "longest_phrase", "max_topics")
    values = [part for name in names for part in ("-p", name, "2")]
    values += ["-p", "n_draws", "200", "-p", "stop_words", "none"]
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0")
    monkeypatch.setattr(provenance, "library_sha256", lambda: "0" * 64)
    said = explained(done, *values, "--only", "02_topics")
    assert said[0] == "02_topics would run:"
    assert len(said) == 10
    assert said[-1] == "  and 2 more"


def test_a_name_with_a_line_end_makes_no_line_of_its_own(done: Path, explained: Explain) -> None:
    # Such as a name that continues: "... 01_corpus would not run: nothing changed."
    odd = done / "a\n01_corpus would not run\x1b[2K.csv"
    (done / "errata.csv").rename(odd)
    study = done / "study.toml"
    paths = '[paths]\nerrata = "a\\n01_corpus would not run\\u001b[2K.csv"\n\n[parameters]\n'
    content = study.read_text(encoding="utf-8")
    study.write_text(content.replace("[parameters]\n", paths, 1), encoding="utf-8")
    assert explained(done, "--only", "01_corpus") == [
        "01_corpus would run:",
        r"  a\n01_corpus would not run\x1b[2K.csv: new",
        "  errata.csv: gone",
    ]


def test_a_path_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert short(tmp_path / "a" / "b") == str(Path("a", "b"))
    assert short(tmp_path.parent) == min(("..", str(tmp_path.parent)), key=len)
    assert short(tmp_path / "a\nb\x1b[2K") == r"a\nb\x1b[2K"


def test_a_mistake_is_said_before_anything_is_explained(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(folder)
    for arguments in (
        ["-p", "n_topicz", "3"],
        ["-p", "n_topics", "99"],
        ["-p", "texts", "three"],
        ["-p", "study", "other"],
        ["-p", "n_topics", "3", "--only", "01_corpus"],
        ["--only", "05_nothing"],
    ):
        assert main(["run", str(folder), "--explain", *arguments]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith("rhetorica: ")
        assert said.err.count("\n") == 1
    assert snapshot(folder) == before


@pytest.mark.parametrize("name", ["build", "figures"])
def test_one_run_waits_for_another(folder: Path, name: str) -> None:
    study = load_study(folder)
    heard: list[str] = []
    (folder / name).mkdir()
    descriptor = os.open(folder / name, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)

    def waiting() -> None:
        heard.append(name)
        os.close(descriptor)  # the other run ends

    for _ in range(2):
        with pipeline.only_one(study, study.figures, waiting):
            assert heard == [name]


def test_a_run_does_not_wait_for_itself(folder: Path) -> None:
    # Figures and executed notebooks may go to one folder.
    study = load_study(folder)

    def ran() -> None:
        with pipeline.only_one(study, study.build, lambda: None):
            pass

    thread = threading.Thread(target=ran, daemon=True)
    thread.start()
    thread.join(5)
    assert not thread.is_alive()


def test_how_it_goes_on_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as report:
        report("01_corpus", "start")
        report("02_topics", "start")
        report("01_corpus", "done")
        report("02_topics", "failed")
        report("03_rhetoric", "left")
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["  running 01_corpus ...", "  running 02_topics ..."]
    assert said[2].startswith("  ok     01_corpus (0.")
    assert said[3].startswith("  FAILED 02_topics (0.")
    assert said[4:] == ["  left   03_rhetoric (--keep-going would run it)"]
    assert "\x1b" not in "".join(said)


def test_how_it_goes_on_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # how rich is told that this is one
    monkeypatch.setenv("TERM", "xterm")
    with progress() as report:
        report("01_corpus", "start")
        report("02_topics", "start")
        report("01_corpus", "done")
        report("02_topics", "failed")
    said = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", capsys.readouterr().out)
    lines = [line.strip() for line in re.split("[\r\n]+", said)]
    assert "running 01_corpus ..." not in lines  # these lines are alive, and gone in the end
    assert re.search(r"running 01_corpus \d:\d\d:\d\d", said)
    for mark in ("ok     01_corpus", "FAILED 02_topics"):
        assert len([line for line in lines if line.startswith(mark)]) == 1
