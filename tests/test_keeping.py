"""Keeping: what is written, what of it can be made again, and what is never written over."""

import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from rhetorica import keeping
from rhetorica.catalogue import entry
from rhetorica.corpus import Corpus
from rhetorica.editing import add_pattern, drop_pattern
from rhetorica.errors import LexiconError, NothingToShow, OutputError, ParameterError, StudyError
from rhetorica.keeping import Kept, keep
from rhetorica.lexicon import load_lexicon
from rhetorica.notebook import draw_figure, figure_files, open_study, vary
from rhetorica.notebook_files import find_notebook
from support import corpus_of, default_corpus, snapshot
from support.nasty import NASTY, UNREADABLE
from support.runs import START, make_place

LEXICON = """\
# A remark of the one who wrote it.
[categories.unity]
label = "Unity"
entries = [
    "unity",    # the word itself
    "cohesion",
    "joint*",
]

[categories.enemy]
label = "Enemy"
entries = ["foe", "enem*"]
"""
SHARED = "Party unity again and again in one and the same party of all"
TEXTS = {
    "one": f"Unity and cohesion of the party. The foe is one.\n\n{SHARED}.",
    "two": f"The enemy is near. Joint work.\n\n{SHARED}, popular masses.",
}


def make(folder: Path, **parameters: object) -> Corpus:
    """Make and read a small study with a lexicon of its own."""
    corpus = corpus_of(folder, TEXTS, n_draws=100, **parameters)
    corpus.study.lexicon.write_text(LEXICON, encoding="utf-8")
    return corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return make(tmp_path / "made")


@pytest.fixture
def edited(corpus: Corpus) -> Corpus:
    return drop_pattern(add_pattern(corpus, "unity", "party"), "unity", "cohesion")


def run(kept: Kept, folder: Path) -> None:
    """Run the command of what was kept in a shell, from another folder."""
    done = subprocess.run(
        kept.command, shell=True, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def differing(before: dict[str, bytes | None], folder: Path) -> list[str]:
    after = snapshot(folder)
    return [name for name, data in before.items() if after.get(name) != data]


# --- what is written


def test_figure_and_lexicon_are_written_and_nothing_else(edited: Corpus) -> None:
    folder = edited.study.file.parent
    before = snapshot(folder)
    kept = keep(edited, "rhetoric_rates", "closer-unity")
    figures = folder / "figures" / "closer-unity"
    names = ("rhetoric_rates.svg", "rhetoric_rates.png", "rhetoric_rates.csv",
             "rhetoric_spans.csv", "rhetoric_rates.json")  # fmt: skip
    assert kept.figure == "rhetoric_rates"
    assert kept.files[0] == folder / "closer-unity.toml"
    assert set(kept.files[1:]) == {figures / name for name in (*names, "rhetoric_differences.csv")
                                   if (figures / name).exists()}  # fmt: skip
    assert set(kept.files[1:]) >= {figures / name for name in names}
    new = {name for name in snapshot(folder) if name not in before}
    made = {"figures", "figures/closer-unity"}
    texts = {name for name in new if name.startswith("processed")}
    assert new - made - texts == {str(path.relative_to(folder)) for path in kept.files}
    assert differing(before, folder) == []


def test_the_lexicon_differs_by_the_lines_of_its_edits(edited: Corpus) -> None:
    kept = keep(edited, "rhetoric_rates", "mine")
    assert kept.files[0].read_text(encoding="utf-8") == LEXICON.replace(
        '    "cohesion",\n    "joint*",\n', '    "joint*",\n    "party",\n'
    )
    assert edited.lexicon is not None
    assert load_lexicon(kept.files[0]).categories == edited.lexicon.categories
    assert edited.study.lexicon.read_text(encoding="utf-8") == LEXICON


def test_the_files_are_those_of_the_figure_with_that_lexicon(edited: Corpus) -> None:
    kept = keep(vary(edited, categories="unity"), "rhetoric_rates", "mine")
    again = open_study(str(edited.study.file), n_draws=100, lexicon="mine.toml", categories="unity")
    expected = figure_files(draw_figure(again, "rhetoric_rates"))
    assert {path.name: path.read_bytes() for path in kept.files[1:]} == expected
    rates = expected["rhetoric_rates.csv"].decode()
    # "one" has "Unity", "party" and "Party unity ... party": six hits, and no "cohesion".
    assert re.search(r"^one,.*,category,5,", rates, re.MULTILINE)
    assert "enemy" not in rates


CODES: list[tuple[dict[str, object], bool, str, str, str]] = [
    # parameters, edited, figure, what stands in the code, what in the command
    ({}, False, "rhetoric_rates", "n_draws=100", "-p n_draws 100"),
    ({}, True, "rhetoric_rates", "n_draws=100, lexicon='x.toml'",
     "-p n_draws 100 -r lexicon x.toml"),
    ({"categories": "unity, enemy", "min_certainty": 1e-06}, False, "rhetoric_rates",
     "categories='unity, enemy', min_certainty=1e-06, n_draws=100",
     "-r categories 'unity, enemy' -p min_certainty 1e-06 -p n_draws 100"),
    # The notebook of similarity reads no lexicon, and looks for no words.
    ({"left": "two", "right": "one", "words": "party"}, True, "shared_passages",
     "left='two', right='one', n_draws=100", "-r left two -r right one -p n_draws 100"),
    ({"words": " foe ,unity", "lowercase": False}, True, "word_places",
     "words='foe, unity', n_draws=100", "-r words 'foe, unity' -p n_draws 100"),
    ({"lowercase": False, "texts": "one, two", "level": "raw"}, False, "corpus_overview",
     "texts='one, two', level='raw'", "-r texts 'one, two' -r level raw"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "edit", "figure", "code", "command"), CODES)
def test_code_and_command_name_what_differs_from_the_study(
    corpus: Corpus, values: dict[str, object], edit: bool, figure: str, code: str, command: str
) -> None:
    study = corpus.study
    shown = vary(add_pattern(corpus, "unity", "party") if edit else corpus, **values)
    kept = keep(shown, figure, "x")
    folder = study.figures / "x"
    assert kept.code == (
        "from rhetorica import open_study, show\n\n"
        f"show(open_study('{study.file}', {code}), '{figure}', '{folder}')"
    )
    notebook = find_notebook(entry(figure).notebook).file
    assert kept.command.split(" ", 1)[1] == (
        f"{notebook} {folder / notebook.name} -r study {study.file} {command} -r save_to {folder}"
    )
    assert Path(kept.command.split()[0]).name == "papermill"
    written = figure == "rhetoric_rates" and edit
    assert [path.name for path in kept.files if path.suffix == ".toml"] == ["x.toml"] * written
    before = snapshot(study.file.parent)
    exec(kept.code, {})
    assert differing(before, study.file.parent) == []


def test_the_default_study_needs_no_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written: dict[Path, bytes] = {}

    def publish(folder: Path, contents: dict[str, bytes], durable: bool) -> None:
        written.update({folder / name: data for name, data in contents.items()})

    monkeypatch.setattr(keeping, "publish", publish)
    kept = keep(default_corpus(categories="unity"), "rhetoric_rates", "a-test-of-keeping")
    assert set(written) == set(kept.files)
    assert kept.code.splitlines()[-1].startswith("show(open_study(categories='unity'), ")
    assert " -r study " not in kept.command


# --- made again


def test_code_and_command_make_it_again(tmp_path: Path) -> None:
    folder = tmp_path / "a {b} $(touch owned) 'q' \"r\" ü *"
    corpus = make(folder)
    edited = drop_pattern(
        add_pattern(corpus, "unity", "o(f|n)e", regex=True, case=True), "unity", "joint*"
    )
    kept = keep(vary(edited, categories="unity"), "rhetoric_rates", "rates")
    study = corpus.study.file.parent
    before = snapshot(study)
    exec(kept.code, {})
    assert differing(before, study) == []
    run(kept, tmp_path)
    assert differing(before, study) == []
    assert (study / "figures" / "rates" / "03_rhetoric.ipynb").is_file()
    assert not list(tmp_path.rglob("owned"))


def test_another_lexicon_that_was_edited_is_made_again(corpus: Corpus, tmp_path: Path) -> None:
    folder = corpus.study.file.parent
    (folder / "sub").mkdir()
    (folder / "sub" / "other.toml").write_text(LEXICON.replace("foe", "near"), encoding="utf-8")
    other = add_pattern(vary(corpus, lexicon="sub/other.toml", words="party"), "enemy", "masses")
    kept = keep(other, "rhetoric_rates", "mine")
    assert kept.files[0] == folder / "sub" / "mine.toml"
    assert "lexicon='sub/mine.toml'" in kept.code
    before = snapshot(folder)
    run(kept, tmp_path)
    assert differing(before, folder) == []
    words = keep(other, "word_places", "words")
    assert "lexicon='sub/other.toml'" in words.code
    before = snapshot(folder / "figures" / "words")
    exec(words.code, {})
    assert differing(before, folder / "figures" / "words") == []


# --- what is not written


NAMES: list[object] = [
    "", "a b", "a.b", "../x", "/x", "-a", "_a", "a\n", "\na", "ä", "a" * 61, 5, None, b"a", ("a",),
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_that_will_not_do(edited: Corpus, name: str) -> None:
    before = snapshot(edited.study.file.parent)
    with pytest.raises(ParameterError, match="will not do as a name: take letters"):
        keep(edited, "rhetoric_rates", name)
    assert snapshot(edited.study.file.parent) == before


def test_whatever_it_is_called_it_stays_in_its_place(
    edited: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = edited.study.file.parent
    monkeypatch.setattr(keeping, "draw_figure", lambda *_: None)
    monkeypatch.setattr(
        keeping, "figure_files", lambda _: {"rhetoric_rates.svg": b"made_from_sha256 0"}
    )
    before = snapshot(folder)
    for name in (*NASTY, *UNREADABLE, "a", "A-_1"):
        try:
            kept = keep(edited, "rhetoric_rates", name)
        except (ParameterError, OutputError):
            continue
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name)
        assert kept.files == (
            folder / f"{name}.toml",
            folder / "figures" / name / "rhetoric_rates.svg",
        )
    assert (folder / "A-_1.toml").is_file()
    assert differing(before, folder) == []


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("name", ["lexicon", "study", "link"])
def test_the_files_of_the_study_are_never_written_over(
    edited: Corpus, name: str, replace: bool
) -> None:
    folder = edited.study.file.parent
    (folder / "link.toml").symlink_to("lexicon.toml")
    before = snapshot(folder)
    with pytest.raises(OutputError, match=rf"{name}\.toml is .*: choose another name\."):
        keep(edited, "rhetoric_rates", name, replace=replace)
    assert snapshot(folder) == before
    assert (folder / "link.toml").is_symlink()


@pytest.mark.parametrize("which", ["mine.toml", "figures/mine/rhetoric_rates.csv"])
def test_what_is_there_and_is_another_is_kept(edited: Corpus, which: str) -> None:
    file = edited.study.file.parent / which
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"mine")
    before = snapshot(edited.study.file.parent)
    with pytest.raises(OutputError, match=rf"{which} is there already, and is another: choose"):
        keep(edited, "rhetoric_rates", "mine")
    assert snapshot(edited.study.file.parent) == before
    kept = keep(edited, "rhetoric_rates", "mine", replace=True)
    assert file in kept.files
    assert file.read_bytes() != b"mine"


def test_the_same_may_be_kept_twice(edited: Corpus) -> None:
    kept = keep(edited, "rhetoric_rates", "mine")
    before = snapshot(edited.study.file.parent)
    assert keep(edited, "rhetoric_rates", "mine") == kept
    with pytest.raises(OutputError, match=r"mine\.toml is there already"):
        keep(add_pattern(edited, "unity", "again"), "rhetoric_rates", "mine")
    assert snapshot(edited.study.file.parent) == before


def test_two_figures_of_one_name_are_made_from_the_same(edited: Corpus) -> None:
    """Else the command of one would change the other: a notebook makes all its figures anew."""
    folder = edited.study.figures / "mine"
    both = vary(edited, words="party")
    keep(both, "rhetoric_rates", "mine")
    before = snapshot(edited.study.file.parent)
    for other in (edited, vary(both, words="foe"), add_pattern(both, "unity", "again")):
        with pytest.raises(OutputError) as caught:
            keep(other, "word_places" if other.parameters.words else "rhetoric_profile", "mine")
        assert str(caught.value) in (
            f"{folder} has the figure 'rhetoric_rates', which is made from something else: "
            "choose another name.",
            f"{folder.parents[1] / 'mine.toml'} is there already, and is another: choose another "
            "name.",
        )
    assert snapshot(edited.study.file.parent) == before
    # The same lexicon, as a file, and the same parameters.
    same = vary(edited, words="party", lexicon="mine.toml")
    keep(same, "word_places", "mine")
    keep(vary(edited, left="one", right="two"), "shared_passages", "mine")  # another notebook
    assert differing(before, edited.study.file.parent) == []
    keep(vary(both, words="foe"), "word_places", "mine", replace=True)


def test_a_folder_in_the_way_of_a_file(edited: Corpus) -> None:
    (edited.study.file.parent / "mine.toml").mkdir()
    with pytest.raises(OutputError, match=r"mine\.toml is there already"):
        keep(edited, "rhetoric_rates", "mine")


def fails(how: type[BaseException]) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise how("no")

    return fail


FAILING = [
    ("draw_figure", NothingToShow),
    ("draw_figure", RuntimeError),
    ("draw_figure", KeyboardInterrupt),
    ("read_corpus", ParameterError),
    ("figure_files", MemoryError),
    ("publish", OutputError),
]


@pytest.mark.parametrize("earlier", [None, b"earlier"])
@pytest.mark.parametrize(("what", "how"), FAILING)
def test_what_fails_leaves_nothing(
    edited: Corpus,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    how: type[BaseException],
    earlier: bytes | None,
) -> None:
    folder = edited.study.file.parent
    if earlier:
        (folder / "mine.toml").write_bytes(earlier)
    before = snapshot(folder)
    monkeypatch.setattr(keeping, what, fails(how))
    with pytest.raises(how):
        keep(edited, "rhetoric_rates", "mine", replace=True)
    assert snapshot(folder) == before


def test_a_figure_that_shows_nothing_is_not_kept(edited: Corpus) -> None:
    before = snapshot(edited.study.file.parent)
    with pytest.raises(NothingToShow):
        keep(edited, "lexicon_agreement", "mine")
    with pytest.raises(NothingToShow):
        keep(edited, "word_places", "mine")
    with pytest.raises(NothingToShow):
        keep(vary(edited, words="nowhere"), "word_places", "mine")
    assert differing(before, edited.study.file.parent) == []
    assert not edited.study.figures.exists()
    assert not (edited.study.file.parent / "mine.toml").exists()


def test_a_file_in_the_way_of_the_folder(edited: Corpus) -> None:
    edited.study.figures.write_bytes(b"in the way")
    with pytest.raises(OutputError, match="a file is where a folder should be"):
        keep(edited, "rhetoric_rates", "mine")
    assert not (edited.study.file.parent / "mine.toml").exists()
    assert edited.study.figures.read_bytes() == b"in the way"


def test_a_folder_that_cannot_be_written(edited: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("rhetorica.files.tempfile.mkstemp", refuse)
    before = snapshot(edited.study.file.parent)
    with pytest.raises(OutputError, match=r"mine\.toml cannot be written \(Permission denied\)"):
        keep(edited, "rhetoric_rates", "mine")
    assert snapshot(edited.study.file.parent) == before


def test_a_file_that_cannot_be_read(edited: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    (edited.study.file.parent / "mine.toml").write_bytes(b"mine")
    original = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.name == "mine.toml":
            raise PermissionError(13, "Permission denied")
        return original(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    with pytest.raises(OutputError, match=r"mine\.toml cannot be read \(Permission denied\)\.$"):
        keep(edited, "rhetoric_rates", "mine")


def test_a_lexicon_that_was_changed_meanwhile(edited: Corpus) -> None:
    lexicon = edited.study.lexicon
    changed = LEXICON.replace('label = "Enemy"', 'label = "Foe"')
    lexicon.write_text(changed, encoding="utf-8")
    before = snapshot(edited.study.file.parent)
    with pytest.raises(LexiconError, match="more than its entries has changed"):
        keep(edited, "rhetoric_rates", "mine")
    lexicon.unlink()
    with pytest.raises(LexiconError, match=r"lexicon\.toml cannot be read"):
        keep(edited, "rhetoric_rates", "mine")
    assert set(snapshot(edited.study.file.parent)) == set(before) - {"lexicon.toml"}


def test_a_pattern_with_a_comma_cannot_be_named(corpus: Corpus) -> None:
    # A glob may have one, but a notebook takes patterns with commas between them.
    with pytest.raises(ParameterError, match=r"^words: '\[u' can never match"):
        keep(vary(corpus, words=["[u,f]*"]), "word_places", "mine")
    assert not corpus.study.figures.exists()


# --- what else there is


def test_runs_and_verification_leave_it_alone(tmp_path: Path) -> None:
    place = make_place(tmp_path)
    assert place.run()[0] == 0
    corpus = open_study(str(place.study), n_draws=100)
    category = load_lexicon(corpus.study.lexicon).categories[0].id
    # Names that the published files have, too.
    for name in ("rhetoric_rates", "manifest", "README", "03_rhetoric"):
        keep(add_pattern(corpus, category, "party"), "rhetoric_rates", name)
    before = snapshot(place.study)
    code, said, complained = place.run()
    assert (code, complained) == (0, "")
    assert "Nothing to do" in said
    assert snapshot(place.study) == before
    code, said, complained = place.run("--force")
    assert (code, complained) == (0, "")
    kept = {name: data for name, data in before.items() if re.match("figures/.*/|[^/]*$", name)}
    assert len(kept) > 4 * 7
    assert differing(kept, place.study) == []
    verify = START.replace("from", "sys.argv[1] = 'verify'\nfrom", 1)
    code, said, complained = place.run(code=verify)
    assert (code, complained) == (0, ""), said
    assert differing(kept, place.study) == []


def test_html_is_escaped() -> None:
    for text in NASTY:
        if "\x00" in text:
            continue
        html = Kept("rhetoric_rates", (Path("/") / text,), text, shlex.quote(text))._repr_html_()
        assert not re.search(r"<(?!/?(div|p|ul|li|pre)\b)", html)
        assert html.count("<") == 2 * (1 + 3 + 1 + 1 + 2)
        assert html.startswith("<div class='rhetorica-note mathjax_ignore tex2jax_ignore'>")


def test_it_says_where_it_is(edited: Corpus) -> None:
    kept = keep(edited, "rhetoric_rates", "mine")
    folder = edited.study.figures / "mine"
    assert repr(kept) == f"<Kept 'rhetoric_rates': {len(kept.files)} files in {folder}>"


def test_a_study_that_is_gone(edited: Corpus) -> None:
    edited.study.file.unlink()
    with pytest.raises(StudyError, match="There is no study file"):
        keep(edited, "rhetoric_rates", "mine")
