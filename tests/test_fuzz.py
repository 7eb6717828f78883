"""Spoiled files: whatever is in a study's files, one sentence says what is wrong, or it works.

The real files of the default study are spoiled in every way that ``support.nasty`` knows, and
read. A fixed number of examples is tried, always the same; to try others, and more of them:

    RHETORICA_FUZZ_EXAMPLES=20000 pytest tests/test_fuzz.py -k study
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import replace
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rhetorica import matching
from rhetorica.agreement import check_annotations
from rhetorica.annotations import place_annotations, read_annotations
from rhetorica.catalogue import entry
from rhetorica.cli import main
from rhetorica.corpus import Corpus, read_corpus
from rhetorica.errata import place_errata, read_errata
from rhetorica.errors import NothingToShow, RhetoricaError, harmless
from rhetorica.files import sha256_of
from rhetorica.findings import record, table
from rhetorica.lexicon import load_lexicon, select_categories
from rhetorica.matching import Matcher, match_category
from rhetorica.new_study import make_study
from rhetorica.sources import Source, read_sources
from rhetorica.study import Study, default_study_file, load_study
from support import snapshot
from support.nasty import NASTY, UNREADABLE, Step, spoil

DATA = default_study_file().parent
ASKED = int(os.environ.get("RHETORICA_FUZZ_EXAMPLES", "0"))
SECONDS = 10  # far more than any of these may take on a machine that is busy
REGEX_SECONDS = 0.2  # in the place of ten, or a run of the suite would take minutes

steps = st.lists(
    st.tuples(st.integers(0, 255), st.integers(0, 2**17), st.integers(0, 2**12)),
    min_size=1,
    max_size=4,
)


def examples(few: int) -> Callable[[Any], Any]:
    """So many examples, always the same, or as many others as the environment asks for."""
    return settings(
        max_examples=ASKED or few,
        derandomize=not ASKED,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def one_sentence(*names: str) -> Iterator[None]:
    """Let pass a complaint that people can read, and that names one of these; nothing else."""
    started = time.monotonic()
    try:
        yield
    except RhetoricaError as error:
        said = str(error)
        assert 0 < len(said) <= 2000
        assert said == harmless(said).replace("\n", "")
        assert not names or any(name in said for name in names), said
    assert time.monotonic() - started < SECONDS


@pytest.fixture(scope="module", autouse=True)
def impatient() -> Iterator[None]:
    """Stop regular expressions sooner."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "REGEX_SECONDS", REGEX_SECONDS)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the default study, whose files may be spoiled."""
    folder = tmp_path_factory.mktemp("fuzz") / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("processed"))
    return folder


@pytest.fixture(scope="module")
def study(folder: Path) -> Study:
    return load_study(folder)


@pytest.fixture(scope="module")
def sources(study: Study) -> tuple[Source, ...]:
    return read_sources(study)


@pytest.fixture(scope="module")
def corpus(study: Study) -> Corpus:
    return read_corpus(study)


@cache
def original(name: str) -> bytes:
    return (DATA / name).read_bytes()


@cache
def patterns() -> frozenset[str]:
    """The patterns of the lexicon as it is, which need not be tried again."""
    lexicon = load_lexicon(DATA / "editorial" / "rhetoric.toml")
    return frozenset(one.pattern for category in lexicon.categories for one in category.entries)


@contextmanager
def spoiled(folder: Path, name: str, how: list[Step]) -> Iterator[Path]:
    """Put a spoiled file in the place of a file of the study, and that back afterwards."""
    path = folder / name
    path.write_bytes(spoil(original(name), how))
    try:
        yield path
    finally:
        path.write_bytes(original(name))


@examples(200)
@given(steps)
def test_study_files(folder: Path, how: list[Step]) -> None:
    with spoiled(folder, "study.toml", how), one_sentence("study.toml", "raw"):
        read_sources(load_study(folder))


@examples(150)
@given(steps)
def test_errata(folder: Path, sources: tuple[Source, ...], how: list[Step]) -> None:
    ids = [source.document.id for source in sources]
    with spoiled(folder, "editorial/errata.csv", how) as path, one_sentence("errata.csv"):
        errata = read_errata(path, ids)
        for source in sources:
            place_errata(source.document.id, source.text, errata)


@examples(100)
@given(steps)
def test_lexicons(folder: Path, corpus: Corpus, how: list[Step]) -> None:
    with spoiled(folder, "editorial/rhetoric.toml", how) as path:
        lexicon = None
        with one_sentence("rhetoric.toml"):
            lexicon = load_lexicon(path)
        if lexicon is None:
            return
        matcher = Matcher(corpus.tokens)
        for category in select_categories(lexicon, ()):
            new = tuple(one for one in category.entries if one.pattern not in patterns())
            with one_sentence("The regular expression"):
                match_category(matcher, replace(category, entries=new))


@examples(60)
@given(steps)
def test_annotations(folder: Path, corpus: Corpus, how: list[Step]) -> None:
    ids = corpus.tokens.document_ids
    names = [category.id for category in load_lexicon(corpus.study.lexicon).categories]
    with spoiled(folder, "editorial/annotations.csv", how) as path, one_sentence("annotations.csv"):
        place_annotations(read_annotations(path, ids, names), corpus)


COMMANDS = (
    ("edition", "party-building-commentary", "{}", "--diff"),
    ("errata", "suggest", "{}", "-o", "-", "--limit", "5"),
    ("kwic", "people*", "{}", "--limit", "5", "--width", "30"),
    ("kwic", "--category", "unity", "{}", "--csv", "-"),
    ("lexicon", "check", "{}"),
    ("annotate", "score", "{}"),
    ("run", "{}", "--only", "no such notebook"),
)
FILES = (
    "study.toml",
    "editorial/errata.csv",
    "editorial/rhetoric.toml",
    "editorial/annotations.csv",
)


@examples(30)
@given(st.sampled_from(COMMANDS), st.sampled_from(FILES), steps)
def test_the_command_line_on_spoiled_files(
    folder: Path, command: tuple[str, ...], name: str, how: list[Step]
) -> None:
    with spoiled(folder, name, how):
        code, said, wrong = call(*(part.format(folder) for part in command))
    assert code in (0, 1)
    assert "Traceback" not in said + wrong
    assert wrong == harmless(wrong)
    if "--csv" not in command:
        assert said == harmless(said)
    assert wrong.count("\n") == (1 if wrong else 0)


@examples(40)
@given(st.lists(st.sampled_from((*NASTY, *UNREADABLE)), min_size=1, max_size=6))
def test_the_command_line_on_nasty_arguments(folder: Path, arguments: list[str]) -> None:
    words = [word for word in arguments if word not in ("-h", "--help", "--version")]
    for command in (["kwic", *words[:1], str(folder)], ["edition", *words], ["lexicon", *words]):
        code, said, wrong = call(*command)
        assert code in (0, 1, 2)
        assert "Traceback" not in said + wrong
        assert said + wrong == harmless(said + wrong)


def call(*arguments: str) -> tuple[int, str, str]:
    """Run the command line in this process; return its code and what it said."""
    said, wrong = StringIO(), StringIO()
    with redirect_stdout(said), redirect_stderr(wrong):
        try:
            code = main(list(arguments))
        except SystemExit as end:  # how argparse ends
            code = int(end.code or 0)
    return code, said.getvalue(), wrong.getvalue()


CHEAP = (
    "corpus_overview",
    "distinctive_terms",
    "shared_core",
    "rhetoric_rates",
    "similarity_matrix",
)
# Nearly always a plain text: of several files one that is refused is the end of the example.
SUFFIXES = (*[".txt"] * 12, ".md", ".md", ".html", ".html", ".csv", ".tsv", ".pdf", ".docx")
PIECES = (*NASTY, *["The people unite.\n\n", "We struggle on; ", "<p>", "\n", "text\n", ","] * 9)
RAW = [path.name for path in sorted((DATA / "raw").glob("*.txt"))]

texts = st.one_of(
    st.binary(max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=30).map(lambda pieces: "".join(pieces).encode()),
    st.lists(st.sampled_from(PIECES), max_size=30).map(lambda pieces: "".join(pieces).encode()),
    st.tuples(st.sampled_from(RAW), steps).map(
        lambda one: spoil(original(f"raw/{one[0]}"), one[1])
    ),
)


@examples(40)
@given(st.lists(st.tuples(texts, st.sampled_from(SUFFIXES)), min_size=1, max_size=3))
def test_raw_texts(
    tmp_path_factory: pytest.TempPathFactory, files: list[tuple[bytes, str]]
) -> None:
    folder = tmp_path_factory.mktemp("raw")
    paths = [folder / f"text {i}{suffix}" for i, (_, suffix) in enumerate(files)]
    for path, (data, _) in zip(paths, files, strict=True):
        path.write_bytes(data)
    try:
        with one_sentence("text "):
            make_study(folder / "study", paths)
            corpus = read_corpus(load_study(folder / "study"))
            quick = corpus.parameters.model_copy(update={"n_draws": 100})
            corpus = read_corpus(corpus.study, quick)
            for level in ("raw", "normalised"):
                read_corpus(corpus.study, quick.model_copy(update={"level": level}))
            for name in CHEAP:
                say_what_there_is(corpus, name)
    finally:
        shutil.rmtree(folder)


def say_what_there_is(corpus: Corpus, name: str) -> None:
    """Answer a question of the catalogue, if these texts have an answer."""
    with suppress(NothingToShow):
        finding = entry(name).find(corpus)
        table(finding.frame)
        record(finding)


KEYS = (
    ("study", "title"),
    ("study", "description"),
    ("paths", "raw"),
    ("paths", "processed"),
    ("paths", "figures"),
    ("paths", "build"),
    ("paths", "lexicon"),
    ("paths", "errata"),
    ("paths", "annotations"),
    ("parameters", "texts"),
    ("parameters", "level"),
    ("parameters", "seed"),
    ("parameters", "leave_out"),
    ("parameters", "left"),
    ("parameters", "categories"),
    ("documents", "id"),
    ("documents", "file"),
    ("documents", "label"),
    ("documents", "title"),
    ("documents", "author"),
    ("documents", "date"),
    ("documents", "date_basis"),
    ("documents", "kind"),
    ("documents", "encoding"),
    ("documents", "column"),
    ("documents", "row"),
)


@pytest.mark.parametrize(("section", "key"), KEYS)
def test_a_nasty_value_of_every_key(tmp_path: Path, section: str, key: str) -> None:
    """Each is text, or is refused: read, and read again by all that open what it names."""
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text("The people unite.", encoding="utf-8")
    digest = sha256_of(b"The people unite.")
    for value in NASTY[::3]:
        tables: dict[str, dict[str, str]] = {
            "study": {"title": "On unity"},
            "paths": {},
            "parameters": {},
            "documents": {"id": "a", "file": "a.txt", "label": "A", "sha256": digest},
        }
        tables[section][key] = value
        lines = []
        for name, content in tables.items():
            lines.append(f"[[{name}]]" if name == "documents" else f"[{name}]")
            lines += [f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in content.items()]
        (tmp_path / "study.toml").write_text("\n".join(lines).replace("\x7f", "\\u007f"), "utf-8")
        with one_sentence():
            study = load_study(tmp_path)
            load_lexicon(study.lexicon)
            if study.processed.is_relative_to(tmp_path):  # or the test would write anywhere
                check_annotations(read_corpus(study))
        assert snapshot(tmp_path / "raw") == {"a.txt": b"The people unite."}
