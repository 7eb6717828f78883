"""The notebooks: how they are written, and that each runs alone through papermill."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from itertools import chain
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

import rhetorica
from rhetorica.catalogue import CATALOGUE, figures_of, reads_of, tables_of
from rhetorica.new_study import make_study
from rhetorica.parameters import PARAMETER_NAMES, Parameters

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
EXPLORE = ROOT / "notebooks" / "explore.ipynb"
PATHS = ("study", "save_to")
PARAMETER = re.compile(r"^(\w+) = (.+?)  # type: (\w+) [^#]+$")

each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
every_notebook = pytest.mark.parametrize(
    "notebook", [*NOTEBOOKS, EXPLORE], ids=lambda path: path.stem
)


def cells_of(notebook: Path, kind: str = "") -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if not kind or cell["cell_type"] == kind]


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def code_of(notebook: Path) -> str:
    return "\n".join(source(cell) for cell in cells_of(notebook, "code"))


def declared(notebook: Path) -> dict[str, tuple[str, str]]:
    """The parameters a notebook declares, each with its default and the type in its comment."""
    [cell] = [c for c in cells_of(notebook) if "parameters" in c["metadata"].get("tags", [])]
    parameters = {}
    for line in filter(None, source(cell).splitlines()):
        found = PARAMETER.match(line)
        assert found, line
        parameters[found[1]] = found[2], found[3]
    return parameters


@every_notebook
def test_nothing_of_a_run_is_kept(notebook: Path) -> None:
    for cell in cells_of(notebook, "code"):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        assert set(cell["metadata"]) <= {"tags"}


@every_notebook
def test_valid_and_for_any_python(notebook: Path) -> None:
    content = json.loads(notebook.read_text(encoding="utf-8"))
    nbformat.validate(content)
    assert content["metadata"]["kernelspec"]["name"] == "python3"
    assert set(content["metadata"]) == {"kernelspec", "language_info"}
    assert content["metadata"]["language_info"] == {"name": "python"}
    assert max(Counter(cell["id"] for cell in content["cells"]).values()) == 1


@each_notebook
def test_parameters_are_known_and_of_their_type(notebook: Path) -> None:
    parameters = declared(notebook)
    assert tuple(parameters)[:2] == PATHS
    for name, (default, kind) in parameters.items():
        if name in PATHS:
            assert (default, kind) == ('""', "str")
            continue
        assert name in PARAMETER_NAMES
        annotation = Parameters.model_fields[name].annotation
        plain = annotation.__name__ if annotation in (int, float, bool) else "str"
        assert (default, kind) == ("None", plain), name


def test_together_the_notebooks_declare_every_parameter() -> None:
    assert set(chain.from_iterable(map(declared, NOTEBOOKS))) == {*PARAMETER_NAMES, *PATHS}


@each_notebook
def test_every_parameter_is_passed_on(notebook: Path) -> None:
    calls = [
        node
        for node in ast.walk(ast.parse(code_of(notebook)))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "open_study"
    ]
    [call] = calls
    assert [ast.unparse(value) for value in call.args] == [*PATHS]
    passed = {str(word.arg): ast.unparse(word.value) for word in call.keywords}
    assert passed == {name: name for name in declared(notebook) if name not in PATHS}


@every_notebook
def test_short_and_without_machinery(notebook: Path) -> None:
    code = code_of(notebook)
    assert len(cells_of(notebook, "code")) <= 15
    assert len([line for line in code.splitlines() if line.strip()]) <= 50
    forbidden = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For)
    for node in ast.walk(ast.parse(code)):
        assert not isinstance(node, forbidden)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not re.search(r"[/\\~]|\.\w{2,5}$", node.value), node.value
        if isinstance(node, ast.Import | ast.ImportFrom):
            assert ast.unparse(node).startswith("from rhetorica")


@each_notebook
def test_question_answer_doubts_colophon(notebook: Path) -> None:
    cells = cells_of(notebook)
    assert cells[0]["cell_type"] == "markdown"
    assert re.fullmatch(r"# [A-Z][^\n]*\?", source(cells[0]))
    assert cells[1]["metadata"]["tags"] == ["parameters"]
    assert f'show(corpus, "{figures_of(notebook.stem)[0]}", save_to)' in source(cells[2])
    headings = re.findall(r"^## (.*)$", "\n".join(map(source, cells)), re.MULTILINE)
    assert headings[-2:] == ["What could fool us", "Colophon"]
    reads = reads_of(notebook.stem)
    given = ", reads=(" + ", ".join(f'"{name}"' for name in reads[::-1]) + ")" if reads else ""
    assert source(cells[-1]) == f"colophon(corpus{given})"


def test_exploring_uses_all_that_a_notebook_may_call() -> None:
    """What the tour does not call itself, its text or the workbench speaks of."""
    text = "\n".join(map(source, cells_of(EXPLORE)))
    shown = {"find", "show_table", "keep", "vary"}  # tables and numbers are for the other notebooks
    for name in set(rhetorica.__all__) - shown - {"__version__"}:
        assert re.search(rf"\b{name}\b", text), name
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings[-2:] == ["What could fool us", "Colophon"]
    assert re.match(r"# [A-Z][^\n]*\?\n\n", source(cells_of(EXPLORE)[0]))


# From here on the real papermill, on a checkout that the tests may write into.


@dataclass(frozen=True)
class Run:
    """What became of one papermill command: its code, what it printed, and its folder."""

    code: int
    said: str
    folder: Path

    @property
    def shown(self) -> str:
        """All that the executed notebook shows, as text."""
        outputs = chain.from_iterable(
            cell["outputs"] for cell in cells_of(self.folder / "out.ipynb", "code")
        )
        data = [output.get("data", {}) for output in outputs]
        parts = ["".join(d.get(kind, "")) for d in data for kind in ("text/plain", "text/html")]
        return unescape(" ".join(parts))

    @property
    def files(self) -> set[str]:
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix() for path in found}


COMMANDS: dict[str, Sequence[str]] = {
    "corpus": ("01_corpus", "texts", "feats-for-parties,global-independence", "save_to", "."),
    "topics": (
        "02_topics",
        "n_topics",
        "4",
        "n_draws",
        "100",
        "save_to",
        "made/here",
        "funnel",
        "feats-for-parties",
    ),
    "rhetoric": (
        "03_rhetoric",
        "categories",
        "unity,enemy",
        "words",
        "unity",
        "n_draws",
        "100",
        "save_to",
        "made",
    ),
    "similarity": ("04_similarity", "similarity_idf", "plain", "save_to", "made"),
    "unsaved": ("01_corpus",),
    "explore": ("explore", "words", "party"),
    "misspelt": ("02_topics", "n_topicz", "4"),
    "mistyped": ("03_rhetoric", "n_draws", "many"),
    "impossible": ("02_topics", "n_topics", "99"),
    "unlisted": ("04_similarity", "similarity_idf", "plane"),
    "absent": ("01_corpus", "texts", "feats-for-party"),
    "alone_topics": ("02_topics", "study", "mine/study.toml", "save_to", "made"),
    "alone_similarity": ("04_similarity", "study", "mine", "save_to", "made"),
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project whose default study the notebooks may keep their tables in."""
    folder = tmp_path_factory.mktemp("checkout")
    unwanted = shutil.ignore_patterns("processed", ".*")
    for name in ("src", "notebooks", "data"):
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    return folder


@pytest.fixture(scope="module")
def runs(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Run]]:
    """Start all the commands, two at a time, and return a function that waits for one of them."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(checkout / "src"),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }

    def run(name: str) -> Run:
        folder = tmp_path_factory.mktemp(name, numbered=False)
        notebook, *values = COMMANDS[name]
        if name.startswith("alone"):
            make_study(folder / "mine", [next((checkout / "data" / "raw").glob("003_*.txt"))])
        pairs = zip(values[::2], values[1::2], strict=True)
        options = list(chain.from_iterable(("-p", key, value) for key, value in pairs))
        file = str(checkout / "notebooks" / f"{notebook}.ipynb")
        done = subprocess.run(
            [sys.executable, "-m", "papermill", "--no-progress-bar", file, "out.ipynb", *options],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        return Run(done.returncode, done.stdout, folder)

    with ThreadPoolExecutor(2) as pool:
        started: dict[str, Future[Run]] = {name: pool.submit(run, name) for name in COMMANDS}
        yield lambda name: started[name].result()
        pool.shutdown(cancel_futures=True)


def files_of(notebook: str, folder: str) -> set[str]:
    suffixes = ("svg", "png", "csv", "json")
    names = {f"{name}.{suffix}" for name in figures_of(notebook) for suffix in suffixes}
    return {f"{folder}{name}" for name in names | {f"{t}.csv" for t in tables_of(notebook)}}


def test_corpus_alone_with_some_of_the_texts(runs: Callable[[str], Run]) -> None:
    run = runs("corpus")
    assert run.code == 0, run.said
    assert run.files == {"out.ipynb"} | files_of("01_corpus", "")
    frame = pd.read_csv(run.folder / "corpus_overview.csv")
    assert set(frame["label"]) == {"Independence essay", "Feats for parties"}
    assert "Feats for parties" in run.shown
    assert "Treatise 1992" not in run.shown


def test_topics_alone_with_other_topics(runs: Callable[[str], Run]) -> None:
    run = runs("topics")
    assert run.code == 0, run.said
    assert run.files == {"out.ipynb"} | files_of("02_topics", "made/here/")
    frame = pd.read_csv(run.folder / "made/here/topic_shares.csv")
    assert set(frame["topic"]) == {1, 2, 3, 4}
    assert frame["label"].nunique() == 5
    assert "The 4 topics and their terms, no surer than chance makes them" in run.shown
    assert "4 topics were asked for" in run.shown
    assert "(100 draws)" in run.shown
    assert "more frequent in “Feats for parties” than by chance" in run.shown


def test_rhetoric_alone_with_some_categories(runs: Callable[[str], Run]) -> None:
    run = runs("rhetoric")
    assert run.code == 0, run.said
    assert run.files == {"out.ipynb"} | files_of("03_rhetoric", "made/")
    frame = pd.read_csv(run.folder / "made/rhetoric_rates.csv")
    assert set(frame["category"]) == {"unity", "enemy"}
    assert "unity, enemy" in run.shown  # in the colophon


def test_similarity_alone_with_another_idf(runs: Callable[[str], Run]) -> None:
    run = runs("similarity")
    assert run.code == 0, run.said
    # Five texts are not put into clusters.
    made = files_of("04_similarity", "made/") - {"made/similarity_members.csv"}
    assert run.files == {"out.ipynb"} | made
    said = json.loads((run.folder / "made/similarity_matrix.json").read_text(encoding="utf-8"))
    assert said["parameters"]["similarity_idf"] == "plain"
    assert "idf = ln(N / df)" in run.shown
    assert "ln((1 + N) / (1 + df))" not in run.shown


def test_nothing_is_written_unless_asked_for(runs: Callable[[str], Run], checkout: Path) -> None:
    run = runs("unsaved")
    assert run.code == 0, run.said
    assert run.files == {"out.ipynb"}
    assert "External activity" in run.shown
    for name in COMMANDS:
        runs(name)
    assert {path.name for path in checkout.iterdir()} == {"src", "notebooks", "data"}
    kept = {path.name for path in (checkout / "data").iterdir()}
    assert kept == {"raw", "editorial", "study.toml", "processed"}


def test_the_notebook_for_exploring_runs_with_papermill_too(runs: Callable[[str], Run]) -> None:
    run = runs("explore")
    assert run.code == 0, run.said
    assert run.files == {"out.ipynb"}
    assert "hits of category 'unity' in 5 texts" in run.shown
    assert re.search(r"<Figure 'word_places': [^>]*“party”", run.shown)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("misspelt", "ParameterError: This notebook has no parameter 'n_topicz'. "),
        ("misspelt", "Did you mean 'n_topics'?"),
        ("mistyped", "n_draws = 'many' will not do: it takes a whole number from 100 to 100000."),
        ("impossible", "n_topics = 99 is out of range: 0 to 30. The nearest is 30."),
        ("unlisted", "similarity_idf = 'plane' will not do: it takes 'plain' or 'smooth'."),
        ("unlisted", "Did you mean 'plain'?"),
        ("absent", "StudyError: texts: there is no text 'feats-for-party' in study.toml."),
        ("absent", "Did you mean 'feats-for-parties'?"),
    ],
)
def test_a_wrong_value_is_refused(runs: Callable[[str], Run], name: str, message: str) -> None:
    run = runs(name)
    assert run.code != 0
    assert message in run.said
    assert run.files == {"out.ipynb"}
    assert "<Figure" not in run.shown


def test_one_text_has_nothing_to_be_compared_with(runs: Callable[[str], Run]) -> None:
    for name, figures in (
        ("alone_topics", {"distinctive_terms", "topic_shares"}),
        ("alone_similarity", {"similarity_matrix"}),
    ):
        run = runs(name)
        assert run.code == 0, run.said
        assert "With one text there is nothing to compare: " in run.shown
        assert "003_" in run.shown  # the relative path of the study was found
        for figure in figures:
            said = json.loads((run.folder / f"made/{figure}.json").read_text(encoding="utf-8"))
            assert said["nothing_to_show"].startswith("With one text there is nothing to compare")
            assert not (run.folder / f"made/{figure}.svg").exists()


def test_the_runs_cover_every_notebook() -> None:
    every = {path.stem for path in [*NOTEBOOKS, EXPLORE]}
    assert {command[0] for command in COMMANDS.values()} == every
    assert {item.notebook for item in CATALOGUE} == {path.stem for path in NOTEBOOKS}
