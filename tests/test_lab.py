"""The command that opens JupyterLab: which notebook, in which folder, with which kernel."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rhetorica import lab
from rhetorica.cli import main
from rhetorica.lab import EXPLORE, lab_command, lab_environment, notebook_of
from rhetorica.new_study import make_study
from rhetorica.study import default_study_file, load_study
from support import snapshot

ROOT = Path(__file__).parents[1]


def code_of(notebook: Path) -> str:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("The people unite. We stand united.", encoding="utf-8")
    make_study(tmp_path / "study", [tmp_path / "a.txt"])
    return tmp_path / "study"


def test_the_default_study_has_the_project_s_own_notebook() -> None:
    before = (ROOT / "notebooks" / EXPLORE).read_bytes()
    notebook, root = notebook_of(load_study(default_study_file()))
    assert (notebook, root) == (ROOT / "notebooks" / EXPLORE, ROOT)
    assert notebook.read_bytes() == before


def test_another_study_has_a_copy_that_stays_as_it_is_left(study: Path) -> None:
    before = snapshot(study)
    notebook, root = notebook_of(load_study(study))
    assert (notebook, root) == (study / EXPLORE, study)
    assert {k: v for k, v in snapshot(study).items() if k != EXPLORE} == before
    assert 'study = "study.toml"  #' in code_of(notebook)
    assert 'study = ""' not in code_of(notebook)
    assert 'read(corpus, "a", 1, ' in code_of(notebook)
    notebook.write_text("mine")
    assert notebook_of(load_study(study)) == (notebook, root)
    assert notebook.read_text() == "mine"


LEXICON = """\
[categories.lone]
entries = ["one"]
[categories.odd-name]
entries = [{ kind = "regex", pattern = '\\w+ so' }, "two"]
"""


def test_the_copy_speaks_of_a_category_and_pattern_of_the_study(study: Path) -> None:
    (study / "lexicon.toml").write_text(LEXICON, encoding="utf-8")
    code = code_of(notebook_of(load_study(study))[0])
    assert 'categories = "odd-name"  #' in code
    assert r'drop_pattern(corpus, categories, "\\w+ so")' in code
    compile(code, EXPLORE, "exec")


def test_two_studies_in_a_folder_have_a_notebook_each(study: Path) -> None:
    second = study / "second.toml"
    second.write_bytes((study / "study.toml").read_bytes())
    assert notebook_of(load_study(study))[0].name == EXPLORE
    assert notebook_of(load_study(second))[0].name == "explore-second.ipynb"
    assert 'study = "second.toml"' in code_of(study / "explore-second.ipynb")


@pytest.mark.parametrize("lexicon", ["not toml", "", '[categories.lone]\nentries = ["one"]'])
def test_a_lexicon_that_will_not_do_leaves_the_notebook_s_own(study: Path, lexicon: str) -> None:
    (study / "lexicon.toml").write_text(lexicon, encoding="utf-8")
    code = code_of(notebook_of(load_study(study))[0])
    assert 'categories = "unity"' in code
    assert 'study = "study.toml"' in code


def test_the_names_that_are_replaced_stand_once_in_the_notebook() -> None:
    code = code_of(ROOT / "notebooks" / EXPLORE)
    for part in (lab._STUDY, lab._CATEGORY, lab._PATTERN, lab._PARAGRAPH, lab._PAIR):
        assert code.count(part) == 1


def test_where_a_folder_has_the_notebook_s_name_nothing_is_opened(
    study: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (study / EXPLORE).mkdir()
    monkeypatch.setattr(os, "execve", lambda *_: pytest.fail("something was opened"))
    assert main(["lab", str(study)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("rhetorica: ")
    assert "explore.ipynb is no file" in said.err


def test_what_is_opened(
    study: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[str, list[str], dict[str, str]]] = []

    def execute(*arguments: object) -> None:
        called.append(arguments)  # type: ignore[arg-type]
        raise SystemExit(0)

    monkeypatch.setattr(os, "execve", execute)
    monkeypatch.chdir(study.parent)
    with pytest.raises(SystemExit):
        main(["lab", "study", "--no-browser", "--port", "9000"])
    [(program, command, environment)] = called
    assert program == command[0] == sys.executable
    assert command[1:3] == ["-m", "jupyterlab"]
    assert {"--no-browser", "--port=9000", f"--ServerApp.root_dir={study}"} <= set(command)
    assert "--LabApp.default_url=/lab/tree/explore.ipynb" in command
    assert environment["JUPYTER_PATH"].split(os.pathsep)[0] == f"{sys.prefix}/share/jupyter"
    assert capsys.readouterr().out == "Opening study/explore.ipynb in JupyterLab. Ctrl-C ends it.\n"


def test_an_address_is_written_as_one() -> None:
    command = lab_command(Path("/a b/c/Größe #1.ipynb"), Path("/a b"), True, None)
    assert "--LabApp.default_url=/lab/tree/c/Gr%C3%B6%C3%9Fe%20%231.ipynb" in command
    assert "--ServerApp.root_dir=/a b" in command
    assert not any(word.startswith("--port") for word in command)


def test_kernels_of_others_come_after_our_own(tmp_path: Path) -> None:
    """What JupyterLab asks for the kernel ``python3`` is told that of this installation."""
    theirs = tmp_path / "theirs" / "kernels" / "python3"
    theirs.mkdir(parents=True)
    spec = {"argv": ["/no/such/python"], "display_name": "theirs", "language": "python"}
    (theirs / "kernel.json").write_text(json.dumps(spec))
    asked = (
        "from jupyter_client.kernelspec import KernelSpecManager\n"
        "print(KernelSpecManager().get_kernel_spec('python3').argv[0])"
    )
    usual = {**os.environ, "JUPYTER_PATH": str(tmp_path / "theirs")}
    found = [
        subprocess.run(
            [sys.executable, "-c", asked], env=dict(env), capture_output=True, text=True, check=True
        ).stdout.strip()
        for env in (usual, lab_environment(usual))
    ]
    assert found[0] == "/no/such/python", "the test can tell the two apart"
    assert Path(found[1]).name.startswith("python")
    assert found[1] != found[0]


@pytest.mark.parametrize("port", ["0", "65536", "-1", "many"])
def test_a_port_that_is_none(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["lab", "--port", port])
    assert stop.value.code == 2
    assert "no port from 1 to 65535" in capsys.readouterr().err.replace("\n", " ") or port == "-1"
