"""What the documents say must be true."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from rhetorica.catalogue import CATALOGUE
from rhetorica.cli import _parser
from rhetorica.parameters import PARAMETER_NAMES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    path
    for path in [*ROOT.glob("*.md"), *ROOT.glob("data/**/*.md"), *ROOT.glob("figures/*.md")]
    if "processed" not in path.parts
)


def test_readme_table_is_the_catalogue() -> None:
    rows = [
        f"| {item.question} | [{item.notebook}](notebooks/{item.notebook}.ipynb) "
        f"| [{item.name}](figures/{item.name}.svg) "
        f"| `{item.find.__module__.split('.')[-1]}.{item.find.__name__}` |"
        for item in CATALOGUE
    ]
    table = README[README.index(rows[0]) :].split("\n\n")[0]
    assert table.splitlines() == rows


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (document.parent / target).exists(), target


def test_readme_commands_name_what_exists() -> None:
    verbs = set(re.findall(r"^make (\w+)", README, re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert verbs == {"figures", "test", "lab"}
    assert all(re.search(rf"^{verb}:", makefile, re.MULTILINE) for verb in verbs)
    for line in re.findall(r"^\.venv/bin/rhetorica (.*?)(?:\s+#.*)?$", README, re.MULTILINE):
        if "--help" not in line:
            _parser().parse_args(line.split())
    for name in re.findall(r" -p (\w+) ", README):
        assert name in {*PARAMETER_NAMES, "study", "save_to"}


def test_readme_python_runs_on_the_default_study(tmp_path: Path) -> None:
    [code] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    code = code.replace('open_corpus("my-study")', "open_corpus()")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr


def test_first_screen_has_sentence_figure_and_both_commands() -> None:
    first = README.splitlines()[:12]
    assert any(line.startswith("![") for line in first)
    assert any(line.startswith("make figures") for line in first)
    assert any(line.startswith("make test") for line in first)


def test_no_document_names_a_machine() -> None:
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.~-])/(?:home|root|Users|work|tmp)/", text), document
