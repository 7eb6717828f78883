"""The catalogue: every figure once, under a name that can be a file, shown where it says."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from rhetorica.catalogue import CATALOGUE, Entry, entry, figures_of, tables_of
from rhetorica.errors import NotebookError
from rhetorica.findings import record, table
from rhetorica.notebook import find, show
from rhetorica.notebook_files import find_notebooks
from rhetorica.parameters import check_parameters
from support import default_corpus

ASKED = {"words": "unity, struggle*"}  # what a figure cannot be made without

SHOWN = re.compile(r'^show\(corpus, "([^"]*)", save_to\)$', re.MULTILINE)


def shown_in_notebooks() -> dict[str, list[str]]:
    """What each notebook shows, in the order of its cells."""
    shown = {}
    for notebook in find_notebooks():
        cells = json.loads(notebook.file.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
        assert code.count("show(corpus") == len(SHOWN.findall(code))
        shown[notebook.name] = SHOWN.findall(code)
    return shown


def test_names_are_different_and_can_be_files() -> None:
    names = [item.name for item in CATALOGUE]
    assert Counter(names).most_common(1)[0][1] == 1
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name) for name in names)


def test_every_notebook_shows_what_the_catalogue_says() -> None:
    shown = shown_in_notebooks()
    assert {name: sorted(figures) for name, figures in shown.items()} == {
        name: sorted(figures_of(name)) for name in shown
    }
    assert {item.notebook for item in CATALOGUE} == set(shown)


def test_figures_of_a_notebook_come_in_the_order_of_the_catalogue() -> None:
    made = (
        "distinctive_terms", "shared_core", "topic_number", "topic_shares", "topic_terms",
        "word_shift",
    )  # fmt: skip
    assert figures_of("02_topics") == (*made, "term_funnel")
    assert figures_of("02_topics", check_parameters({})) == made
    assert figures_of("02_topics", check_parameters({"funnel": "x"})) == (*made, "term_funnel")
    assert tables_of("02_topics", check_parameters({}))[-1] == "word_shift_chance"
    assert figures_of("02_topicz") == ()


@pytest.mark.parametrize("item", CATALOGUE, ids=lambda item: item.name)
def test_a_question_and_the_finding_of_that_name(item: Entry) -> None:
    assert re.fullmatch(r"[A-Z][^?]+\?", item.question)
    assert item.find.__doc__
    assert item.draw.__doc__
    assert item.find(default_corpus(n_draws=100, **ASKED)).name == item.name
    assert entry(item.name) is item


def test_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(NotebookError) as caught:
        entry("topic_share")
    assert "'topic_share'" in str(caught.value)
    assert "Did you mean 'topic_shares'?" in str(caught.value)
    assert all(item.name in str(caught.value) for item in CATALOGUE)


def test_name_like_no_other_is_refused_with_all_known() -> None:
    with pytest.raises(NotebookError, match=r"no figure 'xyz'\. Known: corpus_overview, "):
        entry("xyz")


@pytest.mark.parametrize("item", CATALOGUE, ids=lambda item: item.name)
def test_committed_figure_says_what_a_run_says_today(item: Entry) -> None:
    folder = Path(__file__).parents[1] / "figures"
    if not item.is_asked(default_corpus().parameters):
        assert not list(folder.glob(f"{item.name}.*"))
        return
    finding = find(default_corpus(), item.name)
    assert (folder / f"{item.name}.csv").read_bytes() == table(finding.frame)
    assert set(finding.tables) <= set(item.tables)
    for name, frame in finding.tables.items():
        assert (folder / f"{name}.csv").read_bytes() == table(frame)
    assert (folder / f"{item.name}.json").read_bytes() == record(finding)
    for suffix in ("svg", "png"):
        assert (folder / f"{item.name}.{suffix}").stat().st_size > 10_000


@pytest.mark.parametrize(("name", "when"), [("term_funnel", "funnel"), ("word_places", "words")])
def test_a_figure_that_is_not_asked_for_is_not_made(tmp_path: Path, name: str, when: str) -> None:
    shown: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("IPython.display.display", lambda thing: shown.append(str(thing.data)))
        show(default_corpus(n_draws=100), name, str(tmp_path))
    said = f"<em>Not asked for: set the parameter &#x27;{when}&#x27; to see this figure.</em>"
    assert [re.sub("</?p[^>]*>", "", html) for html in shown] == [said]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "asked", "further"),
    [
        ("term_funnel", {"funnel": "feats-for-parties"}, "funnel_band"),
        ("word_places", {"words": "unity"}, "word_places_hits"),
    ],
)
def test_a_figure_that_is_asked_for_is_made_with_its_tables(
    tmp_path: Path, name: str, asked: dict[str, str], further: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("IPython.display.display", lambda thing: None)
        show(default_corpus(n_draws=100, **asked), name, str(tmp_path))
    made = {f"{name}.{suffix}" for suffix in ("svg", "png", "csv", "json")}
    assert {path.name for path in tmp_path.iterdir()} == made | {f"{further}.csv"}
