"""Verifying: all figures made again elsewhere, compared, and nothing of the study touched."""

import json
import locale
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import takewhile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from rhetorica import manifest, new_study, provenance, verification
from rhetorica.cli import main
from rhetorica.comparison import Comparison, Kind
from rhetorica.errors import RhetoricaError, on_one_line
from rhetorica.files import sha256_of
from rhetorica.manifest import MANIFEST
from rhetorica.notebook_files import find_notebook
from rhetorica.parameters import PARAMETER_NAMES, check_parameters
from rhetorica.pipeline import Job, bring_up_to_date
from rhetorica.study import Study, load_study
from rhetorica.verification import Outcome

ROOT = Path(__file__).parents[1]
TEXTS = {"feats": "003_2aa96615982e3fa6.txt", "about": "004_7502213921e52e83.txt"}
START = "import sys; from rhetorica.cli import main; sys.exit(main())"
FORMS = {".csv", ".json", ".png", ".svg"}


@dataclass(frozen=True)
class Place:
    """A study that was run, in a folder with an odd name, its inputs strewn about."""

    folder: Path

    @property
    def study(self) -> Path:
        return self.folder / "wörks of\nmore 'n one"

    @property
    def figures(self) -> Path:
        return self.study / "figures"


def make(folder: Path) -> Place:
    """Make a study of two of the five texts; of its inputs none lies where one expects it."""
    place = Place(folder)
    (folder / "texts").mkdir(parents=True)
    for name, original in TEXTS.items():
        shutil.copyfile(ROOT / "data" / "raw" / original, folder / "texts" / f"{name}.txt")
    new_study.make_study(place.study, [folder / "texts" / f"{name}.txt" for name in TEXTS])
    shutil.rmtree(place.study / "raw")
    (folder / "shared").mkdir()
    for name in ("lexicon.toml", "errata.csv"):
        shutil.move(place.study / name, folder / "shared" / name)
    (place.study / "errata.csv").symlink_to(folder / "shared" / "errata.csv")
    paths = f"""\
[paths]
raw = "../texts"
lexicon = "{folder / "shared" / "lexicon.toml"}"
processed = "{folder / "kept"}"
build = "../built"

[parameters]
n_draws = 100
n_topics = 3
leave_out = ["Kim", "quo\\"te", "deleted\\u007f"]
"""
    file = place.study / "study.toml"
    content = file.read_text(encoding="utf-8")
    titled = content.replace('title = "', 'title = "“Wörks”, \\\\ more \\u0022than\\u0022 one ', 1)
    file.write_text(titled.replace("[parameters]\n", paths, 1), encoding="utf-8")
    return place


def call(
    *arguments: str | Path, cwd: Path = ROOT, umask: int = 0o22, **environment: str
) -> tuple[int, str, str]:
    """Call the command line in a process of its own; return its code and what it said."""
    usual = {
        name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ
    }
    done = subprocess.run(
        [sys.executable, "-c", START, *map(str, arguments)],
        cwd=cwd,
        env=usual | environment,
        umask=umask,
        capture_output=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "replace")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A study that was run once, with another number of terms than its file says."""
    place = make(tmp_path_factory.mktemp("verified"))
    code, _, complaint = call("run", place.study, "-p", "n_terms", "4")
    assert code == 0, complaint
    return place


def state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """All that can be seen of a folder: times, permissions and contents."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mtime_ns,
            path.lstat().st_mode,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in [folder, *folder.rglob("*")]
    }


def with_comma() -> str:
    """A locale in which one half is 0,5, if this system has one; else the plainest."""
    usual = locale.setlocale(locale.LC_NUMERIC)
    try:
        for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR"):
            try:
                locale.setlocale(locale.LC_NUMERIC, name)
            except locale.Error:
                continue
            return name
    finally:
        locale.setlocale(locale.LC_NUMERIC, usual)
    return "C.UTF-8"


def test_another_place_and_environment_give_the_same_bytes(place: Place, tmp_path: Path) -> None:
    for name in ("temporary", "empty"):
        (tmp_path / name).mkdir()
    settings = "font.size: 20\nsvg.hashsalt: other\nsavefig.dpi: 50\nbackend: TkAgg\n"
    (tmp_path / "matplotlibrc").write_text(settings, encoding="utf-8")
    before = state(place.folder)
    code, said, complaint = call(
        "verify",
        place.study,
        cwd=tmp_path / "empty",
        umask=0o077,
        TMPDIR=str(tmp_path / "temporary"),
        HOME="/dev/null/nobody",
        TZ="Pacific/Auckland",
        LC_ALL="C",
        PYTHONUTF8="0",
        PYTHONCOERCECLOCALE="0",
        PYTHONHASHSEED="12345",
        OMP_NUM_THREADS="2",
        OPENBLAS_NUM_THREADS="2",
        MPLBACKEND="TkAgg",
        MATPLOTLIBRC=str(tmp_path / "matplotlibrc"),
    )
    assert (code, "Traceback" in complaint) == (0, False), said + complaint
    files = {path.name for path in place.figures.iterdir()} - {MANIFEST}
    assert set(identical_in(said.splitlines())) == files
    assert {Path(name).suffix for name in files} == {*FORMS, ".md"}
    last = said.splitlines()[-1]
    assert last == f"{len(files)} files of figures: {len(files)} identical."
    assert state(place.folder) == before
    assert not list((tmp_path / "empty").iterdir())
    # Where it can keep nothing in its user's home, matplotlib leaves a folder of its own.
    left = {path.name for path in (tmp_path / "temporary").iterdir()}
    assert not {name for name in left if not name.startswith("matplotlib-")}


def test_what_was_altered_is_found(place: Place, tmp_path: Path) -> None:
    figures = shutil.copytree(place.figures, tmp_path / "moved")
    table = figures / "distinctive_terms.csv"
    content = table.read_text(encoding="utf-8")
    digit = re.search(r"(?<=\d\.\d)\d", content)
    assert digit
    other = str((int(digit[0]) + 5) % 10)
    table.write_text(content[: digit.start()] + other + content[digit.end() :], encoding="utf-8")
    (figures / "topic_terms.svg").unlink()
    shutil.copyfile(figures / "topic_terms.png", figures / "term_funnel.png")
    before = state(tmp_path)
    code, said, complaint = call(
        *("verify", place.study, "--figures", figures),
        umask=0,
        LC_ALL=with_comma(),
        PYTHONHASHSEED="1",
    )
    assert (code, complaint) == (1, "")
    assert state(tmp_path) == before
    lines = [line.strip() for line in said.splitlines()]
    differing = [line.split(":")[0] for line in lines if line.endswith(": different")]
    assert differing == ["distinctive_terms.csv", "term_funnel.png", "topic_terms.svg"]
    row = content[: digit.start()].count("\n") + 1
    assert re.match(
        rf"not the file that the manifest names: altered since it was made; line {row}: '.*"
        rf"{other}.*' published, '.*{digit[0]}.*' made again$",
        lines[lines.index(next(x for x in lines if x.startswith("distinctive_terms.csv"))) + 1],
    )
    assert "not in the manifest, and not made this time" in lines
    assert "missing from the published figures" in lines
    identical = len(identical_in(said.splitlines()))
    assert identical
    assert lines[-1] == f"{identical + 3} files of moved: {identical} identical, 3 different."


# From here on the notebooks do not run again: what they would make, they have made already.


@pytest.fixture
def copy(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The study as it was run; when it is to run again, it gives what it gave."""
    copied = Place(tmp_path / "copy")
    shutil.copytree(place.folder, copied.folder, symlinks=True)
    link = copied.study / "errata.csv"
    link.unlink()
    link.symlink_to(copied.folder / "shared" / "errata.csv")
    file = copied.study / "study.toml"
    content = file.read_text(encoding="utf-8")
    moved = content.replace(str(place.folder), str(copied.folder))
    file.write_text(moved, encoding="utf-8")
    good = {path.name: path.read_bytes() for path in place.figures.iterdir()}

    def run_jobs(study: Study, jobs: tuple[Job, ...], figures: Path, *_: object) -> list[str]:
        figures.mkdir(parents=True)
        known = manifest.read_manifest(place.figures)["notebooks"]
        for job in jobs:
            assert job.made_from == known[job.notebook.name]["made_from"]
            for name in known[job.notebook.name]["files"]:
                (figures / name).write_bytes(good[name])
        (figures / MANIFEST).write_bytes(good[MANIFEST])
        bring_up_to_date(study, figures)
        return []

    monkeypatch.setattr(verification, "run_jobs", run_jobs)
    for name in ("warm_up", "end_kernels"):
        monkeypatch.setattr(f"rhetorica.zygote.{name}", lambda: None)
    return copied


Verify = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def verified(copy: Place, capsys: pytest.CaptureFixture[str]) -> Verify:
    """A function that verifies the copy, which changes nothing, and tells code and words."""

    def verify(*arguments: str | Path) -> tuple[int, list[str]]:
        before = state(copy.folder)
        capsys.readouterr()
        code = main(["verify", str(copy.study), *map(str, arguments)])
        said = capsys.readouterr()
        assert state(copy.folder) == before
        return code, [*said.out.splitlines(), *said.err.splitlines()]

    return verify


def test_untouched_figures_are_good(copy: Place, verified: Verify) -> None:
    code, said = verified()
    count = len(list(copy.figures.iterdir())) - 1
    assert (code, said[-1]) == (0, f"{count} files of figures: {count} identical.")
    assert identical_in(said) == sorted({p.name for p in copy.figures.iterdir()} - {MANIFEST})


def identical_in(said: list[str]) -> list[str]:
    """The files of which it was said that they are the same."""
    after = said[said.index("identical:") + 1 :]
    lines = list(takewhile(lambda line: line.startswith("  "), after))
    return " ".join(line.strip() for line in lines).split(", ")


def test_a_file_of_somebody_else_is_nobodys_business(copy: Place, verified: Verify) -> None:
    (copy.figures / "notes.txt").write_text("mine")
    (copy.figures / "topic_terms_old").mkdir()
    assert verified()[0] == 0


def said_of(name: str, said: list[str]) -> list[str]:
    """The kind that was said of a file, and what was said of the difference."""
    [place] = [i for i, line in enumerate(said) if line.startswith(f"{name}: ")]
    return [said[place].removeprefix(f"{name}: "), said[place + 1].strip()]


ALTERED = "not the file that the manifest names: altered since it was made"


def test_a_picture_with_other_words_about_it(copy: Place, verified: Verify) -> None:
    picture = copy.figures / "topic_terms.png"
    buffer = BytesIO()
    Image.open(picture).save(buffer, "PNG")
    picture.write_bytes(buffer.getvalue())
    code, said = verified()
    same = "the pictures are the same, what is said of them not"
    assert (code, said_of("topic_terms.png", said)) == (1, ["different", f"{ALTERED}; {same}"])
    # Altered, and the manifest with it.
    tell_manifest(copy, "02_topics", "topic_terms.png")
    code, said = verified()
    assert code == 1
    kind = "numbers equal within 1e-8, bytes differ"
    assert said_of("topic_terms.png", said) == [kind, same]
    assert said[-1].endswith(f"{len(list(copy.figures.iterdir())) - 2} identical, 1 {kind}.")


def tell_manifest(place: Place, notebook: str, name: str) -> None:
    """Write the hash of a file as it is now into the manifest."""
    content = json.loads((place.figures / MANIFEST).read_text(encoding="utf-8"))
    data = (place.figures / name).read_bytes()
    content["notebooks"][notebook]["files"][name] = sha256_of(data)
    (place.figures / MANIFEST).write_bytes(manifest.written(content))


def test_a_manifest_that_names_another_hash(copy: Place, verified: Verify) -> None:
    table = copy.figures / "topic_terms.csv"
    content = table.read_bytes()
    table.write_bytes(b"other")
    tell_manifest(copy, "02_topics", "topic_terms.csv")
    table.write_bytes(content)
    code, said = verified()
    assert (code, said_of("topic_terms.csv", said)) == (1, ["different", ALTERED])


def test_a_file_that_is_gone_or_not_made_or_made_besides(
    copy: Place, verified: Verify, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copy.figures / "README.md").unlink()
    (copy.figures / "topic_terms.csv").unlink()
    (copy.figures / "topic_terms.csv").mkdir()
    code, said = verified()
    missing = ["different", "missing from the published figures"]
    assert code == 1
    assert said_of("README.md", said) == said_of("topic_terms.csv", said) == missing
    monkeypatch.setattr(verification, "run_jobs", lambda *_: ["02_topics failed:\n  why"])
    code, said = verified()
    assert code == 1
    assert said == [
        "Not made again, for their notebook failed, and not compared:",
        "  02_topics failed:",
        "  why",
        "0 files of figures: none compared.",
    ]


def test_a_record_taken_out_of_the_manifest(copy: Place, verified: Verify) -> None:
    content = json.loads((copy.figures / MANIFEST).read_text(encoding="utf-8"))
    files = content["notebooks"].pop("01_corpus")["files"]
    (copy.figures / MANIFEST).write_bytes(manifest.written(content))
    code, said = verified()
    assert code == 1
    for name in files:
        unaccounted = ["different", "not in the manifest, and not made this time"]
        assert said_of(name, said) == unaccounted


def test_an_altered_text_is_named_and_nothing_compared(copy: Place, verified: Verify) -> None:
    text = copy.folder / "texts" / "feats.txt"
    text.write_bytes(text.read_bytes().replace(b"the", b"teh", 1))
    assert verified() == (
        1,
        [
            "The figures were made from something else than what is there now:",
            "  feats.txt: changed",
            "Nothing was compared. Put it back, or make the figures anew: 'rhetorica run'.",
        ],
    )
    text.unlink()
    assert verified()[1][1] == "  feats.txt: gone"


def rewrite(place: Place, old: str, new: str) -> None:
    file = place.study / "study.toml"
    content = file.read_text(encoding="utf-8")
    assert content.count(old) == 1
    file.write_text(content.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        # What a notebook declares it is given as the manifest has it; for the others, the study
        # file's word counts.
        ("n_topics = 3\n", "n_topics = 4\n", "parameter n_topics: 3 before, 4 now"),
        ("n_topics = 3\n", "", "parameter n_topics: 3 before, not set now"),
        ("n_draws = 100\n", "n_draws = 100\nseed = 7\n", "parameter seed: not set before, 7 now"),
        ('label = "feats"', 'label = "Feats"', "what the study file says of the texts: changed"),
    ],
)
def test_another_study_file(copy: Place, verified: Verify, old: str, new: str, said: str) -> None:
    rewrite(copy, old, new)
    code, lines = verified()
    assert code == 1
    assert lines[1:-1] == [f"  {said}"]
    rewrite(copy, new or "[parameters]\n", old if new else f"[parameters]\n{old}")
    rewrite(copy, "[parameters]\n", "# a comment\n[parameters]\n")
    assert verified()[0] == 0


def test_what_is_missing_or_of_another_version_is_no_manifest(
    copy: Place, verified: Verify
) -> None:
    file = copy.figures / MANIFEST
    content = json.loads(file.read_text(encoding="utf-8"))
    for other in (None, b"{}", manifest.written(content | {"format": 2})):
        file.unlink(missing_ok=True)
        if other is not None:
            file.write_bytes(other)
        code, said = verified()
        assert code == 1
        assert len(said) == 1
        assert said[0].endswith(
            "manifest.json is missing or damaged: it says what the figures were made from. "
            "'rhetorica run' writes it."
        )
    code, said = verified("--figures", copy.folder / "nothing" / "here")
    assert (code, len(said)) == (1, 1)


def test_another_library_is_noted(
    copy: Place, verified: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0\n\x1b[2J")
    code, said = verified()
    assert code == 0  # it is the bytes that count
    place = said.index("What made them and what is here are not the same:")
    assert re.fullmatch(
        r"  the version of Python: 3\.\d+\.\d+\S* before, 3\.99\.0\\n\\x1b\[2J now",
        said[place + 1],
    )
    assert len(said) == place + 3


def test_a_manifest_with_a_notebook_or_parameter_that_is_none(
    copy: Place, verified: Verify
) -> None:
    content = json.loads((copy.figures / MANIFEST).read_text(encoding="utf-8"))
    for name, key in (("05_other", None), ("01_corpus", "level")):
        record = json.loads(json.dumps(content["notebooks"]["01_corpus"]))
        record["made_from"]["notebook"] = name
        if key:
            record["made_from"]["parameters"][key] = "no such level"
        record["made_from_sha256"] = provenance.record_sha256(record["made_from"])
        notebooks = content["notebooks"] | {name: record}
        changed = manifest.written(content | {"notebooks": notebooks})
        (copy.figures / MANIFEST).write_bytes(changed)
        code, said = verified()
        assert code == 1
        assert len(said) == 1
        assert said[0].startswith("rhetorica: ")


VALUES = (
    st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec="utf-8"), max_size=9)
    | st.lists(st.text(st.characters(codec="utf-8"), max_size=5), max_size=3)
)
NAMES = st.sampled_from([*PARAMETER_NAMES, "study", "save_to", "n_topicz", "=1+1", "\x1b"])


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
)
@given(values=st.dictionaries(NAMES, VALUES, min_size=1, max_size=3))
def test_whatever_parameters_a_manifest_names_are_checked(
    copy: Place, values: dict[str, object]
) -> None:
    content = json.loads((copy.figures / MANIFEST).read_text(encoding="utf-8"))
    record = content["notebooks"]["02_topics"]
    record["made_from"]["parameters"] |= values
    record["made_from_sha256"] = provenance.record_sha256(record["made_from"])
    (copy.folder / MANIFEST).write_bytes(manifest.written(content))
    known = manifest.require_manifest(copy.folder)
    study = load_study(copy.study)
    with suppress(RhetoricaError):  # or it is a parameter of the study file, or a good one
        for change in verification._changed_inputs(study, known):
            assert on_one_line(change) == change
        for job in verification._jobs(study, known, copy.folder):
            assert not {"study", "save_to"} & set(job.values)


def test_a_copied_study_is_the_same_to_whoever_reads_it(copy: Place, tmp_path: Path) -> None:
    study = load_study(copy.study)
    again = verification._copied(study, tmp_path / "elsewhere")
    kept = {"title", "description", "parameters", "documents"}
    assert again.model_dump(include=kept) == study.model_dump(include=kept)
    strings = {name for name, value in study if isinstance(value, str)}
    assert again.model_dump(include=strings) == study.model_dump(include=strings)
    for name, path in again:
        if isinstance(path, Path):
            assert path.is_relative_to(tmp_path / "elsewhere"), name
    for notebook in ("01_corpus", "03_rhetoric"):
        declared = find_notebook(notebook)
        first, second = (
            provenance.made_from(item, declared, check_parameters({}, item.parameters))
            for item in (study, again)
        )
        assert first == second
        assert len(first["inputs"]) == (3 if notebook == "01_corpus" else 4)
    for name in ("processed", "figures", "build"):
        assert not (getattr(again, name)).exists()


def test_inputs_that_lie_everywhere_are_found_in_the_copy(
    copy: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite(copy, '"../texts"', f'"{copy.folder / "texts"}"')  # absolute, and within the study
    (copy.folder / "study.toml").write_bytes((copy.study / "study.toml").read_bytes())
    shutil.copyfile(copy.folder / "shared" / "errata.csv", copy.folder / "errata.csv")
    study = load_study(copy.folder)
    again = verification._copied(study, tmp_path / "elsewhere")
    notebook = find_notebook("03_rhetoric")
    inputs = provenance.made_from(study, notebook, study.parameters)["inputs"]
    assert set(inputs) == {
        *("texts/feats.txt", "texts/about.txt", "errata.csv", "shared/lexicon.toml")
    }
    assert provenance.made_from(again, notebook, again.parameters)["inputs"] == inputs


def outcome(kinds: Mapping[str, Kind], **more: tuple[str, ...]) -> Outcome:
    comparisons = tuple(
        Comparison(name, kind, "why" if kind is not Kind.IDENTICAL else "")
        for name, kind in kinds.items()
    )
    return Outcome(Path("some") / "figures", comparisons, **more)


def test_what_differs_comes_last_and_many_remarks_are_cut() -> None:
    mixed = outcome({"a.csv": Kind.DIFFERENT, "b.png": Kind.CLOSE, "long.svg": Kind.IDENTICAL})
    assert list(mixed.lines()) == [
        "identical:",
        "  long.svg",
        "b.png: numbers equal within 1e-8, bytes differ",
        "  why",
        "a.csv: different",
        "  why",
        "3 files of figures: 1 identical, 1 numbers equal within 1e-8, bytes differ, 1 different.",
    ]
    assert not mixed.is_good
    many = outcome({}, changed=tuple(map(str, range(30))))
    assert list(many.lines())[1:-1] == [*(f"  {n}" for n in range(12)), "  and 18 more"]


@pytest.mark.parametrize(
    ("kinds", "more", "good"),
    [
        ({"a": Kind.IDENTICAL}, {}, True),
        ({"a": Kind.IDENTICAL}, {"notes": ("another Python",)}, True),
        ({"a": Kind.IDENTICAL, "b": Kind.CLOSE}, {}, False),
        ({"a": Kind.IDENTICAL, "b": Kind.DIFFERENT}, {}, False),
        ({"a": Kind.IDENTICAL}, {"failures": ("it failed",)}, False),
        ({}, {}, False),
        ({}, {"changed": ("a text",)}, False),
    ],
)
def test_only_the_same_bytes_are_good(
    kinds: Mapping[str, Kind], more: Mapping[str, tuple[str, ...]], good: bool
) -> None:
    assert outcome(kinds, **more).is_good is good
