"""What the documents say must be true."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from rhetorica.agreement import lexicon_agreement
from rhetorica.catalogue import CATALOGUE, Entry
from rhetorica.cli import _parser
from rhetorica.lexicon import load_lexicon
from rhetorica.parameters import PARAMETER_NAMES
from support import default_corpus

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    path
    for path in [*ROOT.glob("*.md"), *ROOT.glob("data/**/*.md"), *ROOT.glob("figures/*.md")]
    if "processed" not in path.parts
)


def _linked(item: Entry) -> str:
    """Link a figure of the default run; of another, name the parameter that asks for it."""
    if item.when:
        return f"{item.name} (with `{item.when}`)"
    return f"[{item.name}](figures/{item.name}.svg)"


def test_readme_table_is_the_catalogue() -> None:
    rows = [
        f"| {item.question} | [{item.notebook}](notebooks/{item.notebook}.ipynb) "
        f"| {_linked(item)} "
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
    assert verbs == {"figures", "verify", "test", "lab"}
    assert all(re.search(rf"^{verb}:", makefile, re.MULTILINE) for verb in verbs)
    for line in re.findall(r"^\.venv/bin/rhetorica (.*?)(?:\s+#.*)?$", README, re.MULTILINE):
        if "--help" not in line:
            _parser().parse_args(line.split())
    for name in re.findall(r" -p (\w+) ", README):
        assert name in {*PARAMETER_NAMES, "study", "save_to"}


def test_readme_python_runs_on_the_default_study(tmp_path: Path) -> None:
    code = "\n".join(re.findall(r"```python\n(.*?)```", README, re.DOTALL))
    code = code.replace('open_study("my-study")', "open_study()")
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


def lexicons_in(text: str) -> list[str]:
    """The TOML examples of a page, completed where they show the entries alone."""
    found = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [e if "[categories." in e else f"[categories.example]\n{e}" for e in found]


@pytest.mark.parametrize("page", ["README.md", "data/editorial/README.md"])
def test_lexicons_in_the_docs_are_valid(page: str, tmp_path: Path) -> None:
    examples = lexicons_in((ROOT / page).read_text(encoding="utf-8"))
    assert examples
    for example in examples:
        path = tmp_path / "lexicon.toml"
        path.write_text(example, encoding="utf-8")
        assert load_lexicon(path).categories


def test_what_the_docs_say_of_the_lexicon_is_so() -> None:
    page = (ROOT / "data" / "editorial" / "README.md").read_text(encoding="utf-8")
    frame = lexicon_agreement(default_corpus()).frame
    assert f"{frame['sentences'].iloc[0]} sentences labelled by reading" in page
    assert set(frame["f1"].round(2)) == {0.99, 1.00}
    assert "the F1 of every category is 0.99 or 1.00" in page
    ordered = frame.sort_values("f1_elsewhere").to_dict("records")
    low, high = ordered[0], ordered[-1]
    said = [f"{row['f1_elsewhere']:.2f} ({row['category']})" for row in (low, high)]
    assert " ".join(f"F1 is {said[0]} to {said[1]}".split()) in " ".join(page.split())


def test_the_table_of_unseen_sentences_adds_up() -> None:
    page = (ROOT / "data" / "editorial" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (\w+) \| (\d+) \| (\d+) \| (\d+) \| (\S+) \| (\S+) \| (\S+) \|$", page, re.M
    )
    assert [row[0] for row in rows][-1] == "together"
    for _, labelled, found, both, *measures in rows:
        t, f, b = int(labelled), int(found), int(both)
        assert measures == [f"{b / f:.2f}", f"{b / t:.2f}", f"{2 * b / (t + f):.2f}"]
    for column in (1, 2, 3):
        assert sum(int(row[column]) for row in rows[:-1]) == int(rows[-1][column])
