"""What figures were made from and by: what is recorded, what decides, and what is left out."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from rhetorica import notebook as notebook_module
from rhetorica import provenance
from rhetorica.catalogue import CATALOGUE, Entry, reads_of
from rhetorica.corpus import Corpus
from rhetorica.notebook import show, vary
from rhetorica.notebook_files import Notebook, find_notebook, find_notebooks
from rhetorica.parameters import Parameters, check_parameters
from rhetorica.provenance import (
    PACKAGES,
    library_commit,
    library_sha256,
    made_by,
    made_from,
    record_sha256,
)
from rhetorica.study import Study, load_study
from support import corpus_of, default_corpus

Make = Callable[[Mapping[str, str | bytes]], Path]
NAMES = [notebook.name for notebook in find_notebooks()]
TEXTS = {"one": "The people love the party. The party leads.", "two": "The people work."}
RHETORIC = find_notebook("03_rhetoric")


@pytest.fixture
def folder(make_study: Make) -> Path:
    """A study of two texts with everything that an input can be."""
    made = make_study(TEXTS)
    (made / "annotations.csv").write_text("document,sentence,unity\n", encoding="utf-8")
    return made


def rewrite(folder: Path, *replacements: tuple[str, str]) -> None:
    file = folder / "study.toml"
    content = file.read_text(encoding="utf-8")
    for old, new in replacements:
        assert content.count(old) == 1, old
        content = content.replace(old, new)
    file.write_text(content, encoding="utf-8")


def made(folder: Path, name: str = "03_rhetoric", **values: object) -> dict[str, Any]:
    study = load_study(folder)
    return made_from(study, find_notebook(name), check_parameters(values, study.parameters))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_inputs_are_named_from_the_study(folder: Path) -> None:
    names = ("raw/one.txt", "raw/two.txt", "errata.csv", "annotations.csv", "lexicon.toml")
    inputs = made(folder)["inputs"]
    assert inputs == {name: digest(folder / name) for name in names}
    # Other notebooks read neither lexicon nor labelled sentences.
    for name in NAMES:
        expected = names if name == "03_rhetoric" else names[:3]
        assert set(made(folder, name)["inputs"]) == set(expected)


def test_neither_place_nor_machine_nor_clock_is_recorded(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [(made(folder, name), made_by(find_notebook(name))) for name in NAMES]
    text = json.dumps(before)
    for trace in (str(tmp_path), str(Path.home()), sys.prefix, os.uname().nodename):
        assert trace not in text
    assert not re.search(r"\d\d:\d\d", text)
    moved = tmp_path / "some" / "where" / "else"
    shutil.copytree(folder, moved)
    for path in [*moved.rglob("*"), moved]:
        os.utime(path, (1, 1))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    relative = Path("some/where/else")
    assert [(made(relative, name), made_by(find_notebook(name))) for name in NAMES] == before


def test_a_file_elsewhere_is_named_without_its_folder(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "private" / "words.toml"
    elsewhere.parent.mkdir()
    shutil.move(folder / "lexicon.toml", elsewhere)
    rewrite(folder, ("[parameters]\n", f'[paths]\nlexicon = "{elsewhere}"\n\n[parameters]\n'))
    assert made(folder)["inputs"]["words.toml"] == digest(elsewhere)
    assert "private" not in json.dumps(made(folder))


def test_of_two_files_elsewhere_with_one_name_each_counts(folder: Path, tmp_path: Path) -> None:
    places = [tmp_path / name / "same.csv" for name in ("a", "b")]
    for place, name in zip(places, ("errata.csv", "annotations.csv"), strict=True):
        place.parent.mkdir()
        shutil.move(folder / name, place)
    paths = '[paths]\nerrata = "../a/same.csv"\nannotations = "../b/same.csv"\n\n[parameters]\n'
    rewrite(folder, ("[parameters]\n", paths))
    before = made(folder)
    assert sorted(before["inputs"].values()) == sorted(
        digest(p) for p in [*places, *(folder / "raw").iterdir(), folder / "lexicon.toml"]
    )
    for place in places:
        content = place.read_bytes()
        place.write_bytes(content + b"\n")
        assert record_sha256(made(folder)) != record_sha256(before)
        place.write_bytes(content)
    assert made(folder) == before


def test_texts_elsewhere_with_one_name_each_count(folder: Path, tmp_path: Path) -> None:
    shutil.move(folder / "raw", tmp_path / "sources")
    for name in ("one", "two"):
        (tmp_path / "sources" / name).mkdir()
        text = tmp_path / "sources" / f"{name}.txt"
        text.rename(text.parent / name / "text.txt")
    rewrite(
        folder,
        ('file = "one.txt"', 'file = "one/text.txt"'),
        ('file = "two.txt"', 'file = "two/text.txt"'),
        ("[parameters]\n", '[paths]\nraw = "../sources"\n\n[parameters]\n'),
    )
    found = [value for name, value in made(folder)["inputs"].items() if "text.txt" in name]
    assert found == [digest(tmp_path / "sources" / name / "text.txt") for name in ("one", "two")]


def test_a_table_of_many_texts_is_one_input(tmp_path: Path) -> None:
    from rhetorica.new_study import make_study as new

    table = tmp_path / "texts.csv"
    table.write_text("text\nThe first.\nThe second.\nThe third.\n", encoding="utf-8")
    new(tmp_path / "study", [table])
    study = load_study(tmp_path / "study")
    assert len(study.documents) == 3
    assert list(made(tmp_path / "study", "01_corpus")["inputs"]) == ["raw/texts.csv", "errata.csv"]


def test_optional_files_come_and_go(folder: Path) -> None:
    with_all = made(folder)["inputs"]
    for name in ("errata.csv", "annotations.csv"):
        (folder / name).rename(folder / "hidden")
        assert made(folder)["inputs"] == {k: v for k, v in with_all.items() if k != name}
        (folder / name).mkdir()  # a folder is no file
        assert name not in made(folder)["inputs"]
        (folder / name).rmdir()
        (folder / "hidden").rename(folder / name)
    assert made(folder)["inputs"] == with_all


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_no_text_is_written_as_one(folder: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(folder) + b"/\xff.toml"))
    (folder / "lexicon.toml").rename(odd)
    (folder / "lexicon.toml").symlink_to(odd)
    assert "?.toml" in made(folder)["inputs"]
    json.dumps(made(folder), ensure_ascii=False).encode("utf-8")


def test_parameters_are_those_declared_and_those_the_study_sets(folder: Path) -> None:
    usual = Parameters().model_dump(mode="json")
    for notebook in find_notebooks():
        declared = set(notebook.parameters) & set(usual)
        found = made(folder, notebook.name)["parameters"]
        assert found == {name: usual[name] for name in usual if name in declared}
    rewrite(folder, ("[parameters]\n", "[parameters]\nn_topics = 3\ntexts = ['two']\n"))
    for notebook in find_notebooks():
        found = made(folder, notebook.name)["parameters"]
        assert found["n_topics"] == 3
        assert found["texts"] == ["two"]
        assert set(found) == set(notebook.parameters) & set(usual) | {"n_topics", "texts"}
    # What the study file sets to the usual value is as if it did not say it.
    rewrite(folder, ("n_topics = 3\ntexts = ['two']\n", "n_topics = 0\nseed = 1\n"))
    assert "n_topics" not in made(folder)["parameters"]
    assert made(folder, n_draws=300)["parameters"]["n_draws"] == 300


SEEN = (
    ('title = "study"', 'title = "another"'),
    ('description = ""', 'description = "Some texts."'),
    ('label = "one"', 'label = "First"'),
    ('id = "two"', 'id = "second"'),
    ('kind = "text"            # speech', 'kind = "speech"          # speech'),
)
UNSEEN = (
    ("# A study for Rhetorica", "# The study of somebody"),
    ("[parameters]\n", "[parameters]\nseed = 2\n"),
    ("[parameters]\n", '[paths]\nraw = "raw"\nfigures = "drawn"\nbuild = "b"\n\n[parameters]\n'),
)


def test_the_description_is_what_the_study_file_says_of_the_texts(folder: Path) -> None:
    original = (folder / "study.toml").read_text(encoding="utf-8")
    before = made(folder)["description_sha256"]
    for old, new in (*SEEN, *UNSEEN):
        (folder / "study.toml").write_text(original.replace(old, new, 1), encoding="utf-8")
        assert (folder / "study.toml").read_text(encoding="utf-8") != original
        assert (made(folder)["description_sha256"] != before) == ((old, new) in SEEN), old
    # The order of the texts is theirs in the figures.
    head, *documents = re.split(r"(?=\[\[documents\]\])", original)
    backwards = "\n".join([head, *reversed(documents)])
    (folder / "study.toml").write_text(backwards, encoding="utf-8")
    assert made(folder)["description_sha256"] != before


def test_one_hash_for_one_record() -> None:
    record = {"a": {"b": 1, "c": [True, None, "é\n"]}, "d": 0.5}
    turned = {"d": 0.5, "a": {"c": [True, None, "é\n"], "b": 1}}
    written = '{"a":{"b":1,"c":[true,null,"é\\n"]},"d":0.5}'
    assert record_sha256(record) == record_sha256(turned)
    assert record_sha256(record) == hashlib.sha256(written.encode()).hexdigest()
    assert record_sha256(json.loads(json.dumps(record))) == record_sha256(record)
    assert record_sha256({**record, "d": "0.5"}) != record_sha256(record)


def test_what_makes_figures_is_said_with_versions(tmp_path: Path) -> None:
    notebook = find_notebook("01_corpus")
    record = made_by(notebook)
    assert set(record) == {
        "rhetorica", "library_sha256", "notebook_sha256", "python", "packages"
    }  # fmt: skip
    assert record["library_sha256"] == library_sha256()
    assert record["notebook_sha256"] == digest(notebook.file)
    assert set(record["packages"]) <= set(PACKAGES)
    assert {"numpy", "matplotlib", "papermill"} <= set(record["packages"])
    # A package that is missing has no entry; no list of packages is kept for another notebook.
    record["packages"].clear()
    assert made_by(notebook)["packages"]
    copy = tmp_path / "01_corpus.ipynb"
    copy.write_bytes(notebook.file.read_bytes() + b"\n")
    other = made_by(Notebook("01_corpus", copy, notebook.parameters))
    assert {k for k in record if k != "packages" and other[k] != record[k]} == {"notebook_sha256"}


def test_every_file_of_the_library_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = Path(provenance.__file__).parent
    kinds = {p.suffix for p in package.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert kinds <= provenance._HASHED
    copy = shutil.copytree(package, tmp_path / "rhetorica")
    monkeypatch.setattr(provenance, "__file__", str(copy / "provenance.py"))
    before = library_sha256()
    (copy / "figures" / "new.py").touch()
    assert library_sha256() != before
    (copy / "figures" / "new.py").unlink()
    (copy / "figures" / "new.pyc").touch()
    assert library_sha256() == before
    (copy / ".#tokens.py").symlink_to(tmp_path / "nowhere")  # an editor's lock
    assert library_sha256() == before
    for name in ("stop_words_en.txt", "starter_lexicon.toml"):
        resource = copy / "resources" / name
        content = resource.read_bytes()
        resource.write_bytes(content + b"\n")
        assert library_sha256() != before
        resource.write_bytes(content)
    (copy / "tokens.py").rename(copy / "token.py")
    assert library_sha256() != before


OPENED: list[str] = []
WATCHED: set[str] = set()


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Note the opening of a watched file; a hook cannot be taken off, but has nothing to watch."""
    if event == "open" and WATCHED and str(arguments[0]) in WATCHED:
        OPENED.append(str(arguments[0]))


sys.addaudithook(watch)


@pytest.fixture(scope="module")
def five_texts() -> Corpus:
    quick = {"n_draws": 100, "n_topics": 2, "max_topics": 2}
    return default_corpus(funnel="party-building-treatise", **quick)


@pytest.fixture
def five(five_texts: Corpus) -> Corpus:
    """The five texts as one of which nothing has been asked yet."""
    return replace(five_texts)


@pytest.fixture
def opened(five: Corpus) -> Iterator[Callable[[], set[str]]]:
    """A function that tells which optional inputs were opened, and forgets it."""
    files = {str(getattr(five.study, name)): name for name in ("lexicon", "annotations")}

    def tell() -> set[str]:
        found = {files[path] for path in OPENED}
        OPENED.clear()
        return found

    WATCHED.update(files)
    OPENED.clear()
    yield tell
    WATCHED.clear()


@pytest.mark.parametrize("item", CATALOGUE, ids=lambda item: item.name)
def test_a_finding_opens_what_the_catalogue_says(
    item: Entry, five: Corpus, opened: Callable[[], set[str]]
) -> None:
    item.find(vary(five, words="unity") if item.when == "words" else five)
    assert opened() == set(item.reads)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_opens_what_its_figures_and_colophon_say(
    name: str, five: Corpus, opened: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    stated: list[set[str]] = []
    monkeypatch.setattr("rhetorica.open_study", lambda *_, **__: five)
    monkeypatch.setattr(
        "rhetorica.show",
        lambda corpus, name, _: notebook_module.find(vary(corpus, words="unity"), name),
    )
    monkeypatch.setattr("rhetorica.show_table", lambda corpus, table, **_: table(corpus))
    monkeypatch.setattr("rhetorica.colophon", lambda _, reads=(): stated.append(set(reads)))
    cells = json.loads(find_notebook(name).file.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    exec(compile(code, name, "exec"), {})  # the project's own notebook
    assert opened() == set(reads_of(name))
    assert stated == [set(reads_of(name))]


def test_figures_carry_the_hash_of_the_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("IPython.display.display", lambda _: None)
    corpus = corpus_of(tmp_path, TEXTS, n_draws=100)
    for name, notebook in (("corpus_overview", "01_corpus"), ("rhetoric_rates", "03_rhetoric")):
        show(corpus, name, str(tmp_path))
        record = made_from(corpus.study, find_notebook(notebook), corpus.parameters)
        where = f"“{corpus.study.title}”, {notebook}; manifest.json"
        said = f"{where}, made_from_sha256 {record_sha256(record)}"
        svg = (tmp_path / f"{name}.svg").read_text(encoding="utf-8")
        assert re.findall("<dc:source>(.*?)</dc:source>", svg) == [said]
        with Image.open(tmp_path / f"{name}.png") as picture:
            assert picture.text["Source"] == said  # type: ignore[attr-defined]
            assert set(picture.text) == {"Source", "Title", "Description"}  # type: ignore[attr-defined]


def git(root: Path, *arguments: str) -> str:
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "HOME": str(root)}
    who = {
        f"GIT_{role}_{key}": "a@b" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")
    }
    return subprocess.run(
        ["git", *arguments],
        cwd=root,
        env={"PATH": os.environ["PATH"], **own, **who},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two commits, of which the first holds library and notebooks."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    root = tmp_path / "work tree"
    for name in ("src/rhetorica/provenance.py", "notebooks/01.ipynb", "README.md"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    git(root, "init", "--quiet")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "first")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "second")
    monkeypatch.setattr(provenance, "__file__", str(root / "src" / "rhetorica" / "provenance.py"))
    for name in [*os.environ]:
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    return root


def test_the_commit_is_the_last_that_changed_the_library(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD~1")
    assert library_commit() == first
    (repository / "README.md").write_text("changed")
    (repository / "src" / "other.py").touch()
    assert library_commit() == first
    (repository / "notebooks" / "01.ipynb").write_text("changed")
    assert library_commit() is None
    git(repository, "add", ".")
    assert library_commit() is None
    git(repository, "commit", "--quiet", "--message", "third")
    assert library_commit() == git(repository, "rev-parse", "HEAD") != first


def test_no_commit_holds_what_is_not_committed(repository: Path) -> None:
    new = repository / "src" / "rhetorica" / "new.py"
    new.touch()
    assert library_commit() is None
    git(repository, "config", "status.showUntrackedFiles", "no")
    assert library_commit() is None
    new.unlink()
    assert library_commit()
    (repository / "notebooks" / "01.ipynb").unlink()
    assert library_commit() is None


def test_settings_of_git_change_nothing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = library_commit()
    for name, value in (("color.ui", "always"), ("log.showSignature", "true"), ("core.pager", "x")):
        git(repository, "config", name, value)
    monkeypatch.setenv("GIT_DIR", "/nowhere")  # as a hook of another repository would have it
    monkeypatch.setenv("GIT_WORK_TREE", "/nowhere")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert library_commit() == found


def test_without_a_whole_repository_there_is_no_commit(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert library_commit()
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", repository.as_uri(), str(shallow))
    monkeypatch.setattr(provenance, "__file__", str(shallow / "src/rhetorica/provenance.py"))
    assert library_commit() is None
    bare = tmp_path / "no repository"
    shutil.copytree(repository, bare, ignore=shutil.ignore_patterns(".git"))
    monkeypatch.setattr(provenance, "__file__", str(bare / "src/rhetorica/provenance.py"))
    assert library_commit() is None
    (bare / ".git").mkdir()
    assert library_commit() is None
    empty = tmp_path / "empty"
    shutil.copytree(bare, empty, ignore=shutil.ignore_patterns(".git"))
    git(empty, "init", "--quiet")
    monkeypatch.setattr(provenance, "__file__", str(empty / "src/rhetorica/provenance.py"))
    assert library_commit() is None


def test_an_installed_library_has_no_commit(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A virtual environment within some repository of its user.
    package = repository / "src" / "site-packages" / "rhetorica"
    package.mkdir(parents=True)
    monkeypatch.setattr(provenance, "__file__", str(package / "provenance.py"))
    assert library_commit() is None


def test_without_git_there_is_no_commit(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", str(program.parent))
    assert library_commit() is None
    program.write_text("no program")
    assert library_commit() is None
    for script in ("exit 1", "echo '\\377'; printf '\\377'", "kill -9 $$"):
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        assert library_commit() is None


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to be root")
def test_a_repository_of_another_user_has_no_commit(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    for path in [repository, *repository.rglob("*")]:
        os.chown(path, 12345, 12345)
    assert library_commit() is None  # git calls it dubious ownership


def test_the_study_alone_decides(make_study: Make) -> None:
    study: Study = load_study(make_study(TEXTS))
    changed = study.model_copy(update={"build": Path("/b"), "processed": Path("/p")})
    first, second = (made_from(s, RHETORIC, s.parameters) for s in (study, changed))
    assert first == second
