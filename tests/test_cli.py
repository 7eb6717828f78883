"""The command line: every mistake is one message and a code, and changes nothing."""

import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import pytest

import rhetorica
from rhetorica.cli import main
from rhetorica.errors import NotebookError
from rhetorica.parameters import PARAMETER_NAMES, describe
from support import replace_text, snapshot

MakeStudy = Callable[[Mapping[str, str | bytes]], Path]
TEXTS = {"alpha": "The party and the people unite.", "beta": "We struggle against poverty."}
HEAVY = {"numpy", "pandas", "matplotlib", "pydantic", "papermill", "scipy", "sklearn"}
KERNEL = {"papermill", "nbclient", "jupyter_client", "zmq"}


@pytest.fixture(autouse=True)
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here may get as far as to start a notebook."""

    def started(*_: object) -> NoReturn:
        raise AssertionError("a notebook was started")

    monkeypatch.setattr("rhetorica.pipeline.execute", started)
    monkeypatch.setattr("rhetorica.zygote.warm_up", lambda: None)


@pytest.fixture
def study(make_study: MakeStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study of two texts, in the working directory."""
    folder = make_study(TEXTS)
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def refusal(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Return a function that runs a command, expects one line of complaint, and returns it."""

    def run(*arguments: str, code: int = 1) -> str:
        try:
            result = main(arguments)
        except SystemExit as stop:
            result = int(stop.code or 0)
        message = capsys.readouterr().err
        assert result == code
        assert re.fullmatch(
            r"rhetorica( run| new| edition| errata suggest)?: \S[^\n]*[.?]\n", message
        ), message
        return message

    return run


def script(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as it is installed."""
    return subprocess.run(
        [Path(sysconfig.get_path("scripts")) / "rhetorica", *arguments],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


# Arguments after "rhetorica run study", and what is said of them.
RUN = {
    "unknown parameter": ("-p n_topicz 4", ["'n_topicz'", "Did you mean 'n_topics'?"]),
    "parameter with =": ("-p n_topics=4 x", ["'n_topics=4'", "Did you mean 'n_topics'?"]),
    "parameter of the run": ("-p study x", ["'study'", "rhetorica run STUDY"]),
    "word for a number": ("-p n_topics many", ["n_topics = 'many'", "from 0 to 30"]),
    "fraction for a number": ("-p n_topics 4.5", ["n_topics = '4.5'", "a whole number"]),
    "switch": ("-p lowercase yes", ["lowercase = 'yes'", "true or false"]),
    "choice": ("-p contrast_idf plane", ["'plane'", "Did you mean 'plain'?"]),
    "above the range": ("-p n_topics 99", ["n_topics = 99", "0 to 30", "The nearest is 30."]),
    "below the range": ("-p seed -1", ["seed = -1", "The nearest is 0."]),
    "the second is wrong": ("-p seed 2 -p n_terms 0", ["n_terms = 0", "The nearest is 1."]),
    "unknown text": ("-p texts alpha,betta", ["no text 'betta'", "Did you mean 'beta'?"]),
    "number for a text": ("-p texts 1992", ["no text '1992'", "'alpha', 'beta'"]),
    "unknown category": ("-p categories unty", ["'unty'", "Did you mean 'unity'?"]),
    "unknown notebook": ("--only 02_topic", ["'02_topic'", "Did you mean '02_topics'?"]),
    "one of two notebooks": ("--only 01_corpus --only x", ["no notebook 'x'", "'01_corpus'"]),
}


@pytest.mark.parametrize(("arguments", "said"), RUN.values(), ids=RUN)
def test_what_a_run_refuses(
    study: Path, refusal: Callable[..., str], arguments: str, said: list[str]
) -> None:
    before = snapshot(study)
    message = refusal("run", "study", *arguments.split())
    for part in said:
        assert part in message
    assert snapshot(study) == before


# What is done to the study, and what "rhetorica run study" says of it.
STUDIES: dict[str, tuple[Callable[[Path], Any], list[str]]] = {
    "not TOML": (
        lambda f: (f / "study.toml").write_text("[study\n", encoding="utf-8"),
        ["study.toml is not valid TOML", "line 1"],
    ),
    "binary study file": (
        lambda f: (f / "study.toml").write_bytes(b"\xff\xfe\x00"),
        ["study.toml, line 1, is not UTF-8"],
    ),
    "no study file": (
        lambda f: (f / "study.toml").rename(f / "studdy.toml"),
        ["no study file", "Did you mean 'studdy.toml'?"],
    ),
    "no texts": (
        lambda f: (f / "study.toml").write_text('[study]\ntitle = "T"\n', encoding="utf-8"),
        ["study.toml names no texts", "[[documents]]"],
    ),
    "missing text": (
        lambda f: (f / "raw" / "alpha.txt").rename(f / "raw" / "alpa.txt"),
        ["no text", "alpha.txt", "Did you mean 'alpa.txt'?"],
    ),
    "missing lexicon": (lambda f: (f / "lexicon.toml").unlink(), ["no lexicon", "lexicon.toml"]),
    "lexicon not TOML": (
        lambda f: (f / "lexicon.toml").write_text("=", encoding="utf-8"),
        ["lexicon.toml is not valid TOML", "line 1"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("harm", "said"), STUDIES.values(), ids=STUDIES)
def test_what_is_wrong_with_a_study(
    study: Path, refusal: Callable[..., str], harm: Callable[[Path], Any], said: list[str]
) -> None:
    harm(study)
    before = snapshot(study)
    message = refusal("run", "study")
    for part in said:
        assert part in message
    assert snapshot(study) == before


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "beta.txt is empty"),
        (b"%PDF-1.7", "beta.txt is a PDF"),
        (b"a\x00b", "beta.txt is a binary file"),
        (b"--- *** ?!\n", "'beta' has no words"),
    ],
)
def test_a_text_that_is_none(
    study: Path, refusal: Callable[..., str], data: bytes, said: str
) -> None:
    replace_text(study, "beta.txt", data)
    before = snapshot(study)
    assert said in refusal("run", "study")
    assert snapshot(study) == before


def test_a_changed_text(study: Path, refusal: Callable[..., str]) -> None:
    (study / "raw" / "beta.txt").write_text("Another text.", encoding="utf-8")
    before = snapshot(study)
    assert "beta.txt is not the file the study describes" in refusal("run", "study")
    assert snapshot(study) == before


@pytest.mark.parametrize(
    ("blocked", "arguments"),
    [
        ("figures", []),
        ("build", []),
        ("build/notebooks", []),
        ("elsewhere", ["--figures", "study/elsewhere"]),
        ("elsewhere", ["--figures", "study/elsewhere/deeper"]),
    ],
)
def test_a_file_in_place_of_a_folder_of_results(
    study: Path, refusal: Callable[..., str], blocked: str, arguments: list[str]
) -> None:
    (study / blocked).parent.mkdir(exist_ok=True)
    (study / blocked).write_text("in the way", encoding="utf-8")
    before = snapshot(study)
    message = refusal("run", "study", *arguments)
    assert str(study / blocked) in message
    assert "a file is where a folder should be" in message
    assert snapshot(study) == before


NEW = {
    "empty text": (b"", "bad.txt is empty"),
    "binary file": (b"\x89PNG\r\n", "bad.txt is a PNG picture"),
    "no words": (b"--- ***", "bad.txt has no words in it"),
}


@pytest.mark.parametrize(("data", "said"), NEW.values(), ids=NEW)
def test_no_study_is_made_with_a_bad_text(
    tmp_path: Path, refusal: Callable[..., str], data: bytes, said: str
) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_bytes(b"The people unite.")
    bad.write_bytes(data)
    before = snapshot(tmp_path)
    assert said in refusal("new", str(tmp_path / "study"), str(good), str(bad))
    assert snapshot(tmp_path) == before


def test_no_study_is_made_without_texts(tmp_path: Path, refusal: Callable[..., str]) -> None:
    (tmp_path / "empty").mkdir()
    folder = str(tmp_path / "study")
    assert "no .txt, .md, .html, .pdf, .docx or .csv files in" in refusal(
        "new", folder, str(tmp_path / "empty")
    )
    assert "There is no text" in refusal("new", folder, str(tmp_path / "a.txt"))
    assert "required: texts" in refusal("new", folder, code=2)
    assert list(snapshot(tmp_path)) == ["empty"]


def test_no_study_is_made_over_another(study: Path, refusal: Callable[..., str]) -> None:
    before = snapshot(study)
    assert "study exists already" in refusal("new", "study", "texts")
    assert snapshot(study) == before


USAGE = {
    "nothing": ("", "required: COMMAND. See 'rhetorica --help'."),
    "unknown command": ("rnu", "'rnu' (choose from"),
    "nearest command": ("rnu", "Did you mean 'run'?"),
    "no command near": ("draw study", "See 'rhetorica --help'."),
    "unknown option": ("run study --ony 02_topics", "Did you mean '--only'?"),
    "option without a value": ("run --only", "See 'rhetorica run --help'."),
    "parameter without a value": ("run -p n_topics", "expected 2 arguments."),
    "too many studies": ("run one two", "unrecognized arguments: two."),
    "no folder": ("new", "required: folder, texts."),
}


@pytest.mark.parametrize(("arguments", "said"), USAGE.values(), ids=USAGE)
def test_how_the_command_is_not_used(
    study: Path, refusal: Callable[..., str], arguments: str, said: str
) -> None:
    before = snapshot(study)
    assert said in refusal(*arguments.split(), code=2)
    assert snapshot(study) == before


def test_every_option_is_suggested_when_misspelt(
    refusal: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ([], ["run"], ["new"]):
        with pytest.raises(SystemExit):
            main([*command, "--help"])
        for option in set(re.findall(r"--[a-z-]+", capsys.readouterr().out)):
            message = refusal("run", f"{option}x", code=2)
            assert f"Did you mean '{option}'?" in message


@pytest.mark.parametrize("command", [["run"], ["new", "study"], ["new"]])
def test_a_name_too_long_for_any_file(refusal: Callable[..., str], command: list[str]) -> None:
    arguments = [*command, "x" * 300] + ["a.txt"] * (command == ["new"])
    assert "File name too long" in refusal(*arguments)


def test_a_study_in_the_working_directory_goes_before_the_default(
    study: Path, refusal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("run", "-p", "texts", "gamma")
    assert "'party-building-treatise'" in refusal(*arguments)
    monkeypatch.chdir(study)
    assert "Known: 'alpha', 'beta'." in refusal(*arguments)


def test_a_missing_study_with_the_nearest(study: Path, refusal: Callable[..., str]) -> None:
    assert "Did you mean 'study'?" in refusal("run", "stuudy")


def test_values_reach_the_run_as_their_parameters_type(
    study: Path, refusal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, object] = {}

    def planned(_: object, values: dict[str, object], *__: object) -> NoReturn:
        seen.update(values)
        raise NotebookError("enough.")

    monkeypatch.setattr("rhetorica.pipeline.plan", planned)
    given = {"stop_words": "none", "texts": "1992", "n_topics": "4", "lowercase": "false"}
    refusal("run", "study", *(part for pair in given.items() for part in ("-p", *pair)))
    assert seen == {"stop_words": "none", "texts": "1992", "n_topics": 4, "lowercase": False}


def test_an_interruption_is_one_line_too(
    study: Path, refusal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    # The real one would end the tests.
    monkeypatch.setattr(os, "_exit", sys.exit)
    monkeypatch.setattr("rhetorica.new_study.make_study", interrupted)
    assert "interrupted" in refusal("new", "other", "texts", code=130)


def test_new_says_what_it_made_and_what_comes_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, folder = tmp_path / "a.txt", tmp_path / "study"
    text.write_bytes("The café of our naïve friends.".encode("cp1252"))
    assert main(["new", str(folder), str(text)]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        f"Made {folder} with 1 text:",
        "  a.txt: cp1252 (detected)",
        f"Next: check {folder / 'study.toml'} (labels, titles, dates), then",
        f"  rhetorica run {folder}",
    ]
    assert said.err == ""


def test_new_takes_the_column_of_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], refusal: Callable[..., str]
) -> None:
    table, folder = tmp_path / "a.csv", tmp_path / "study"
    table.write_text("title,words\nOn Unity,We met.\nPeace,It rained.\n", encoding="utf-8")
    assert "Its columns: 'title', 'words'." in refusal("new", str(folder), str(table))
    assert not folder.exists()
    assert main(["new", str(folder), str(table), "--text-column", "words"]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        f"Made {folder} with 2 texts:",
        "  a.csv: utf-8; 2 texts in column “words”; states title",
    ]


@pytest.fixture
def gallery(study: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders whose gallery was asked for, while no gallery and no notebook is made."""
    folders: list[Path] = []

    def bring_up_to_date(_: object, folder: Path) -> tuple[str, ...]:
        folders.append(folder)
        return ()

    def missing_figures(_: object) -> dict[str, str]:
        return {"topic_terms": "The texts are too short."}

    monkeypatch.setattr("rhetorica.pipeline.bring_up_to_date", bring_up_to_date)
    monkeypatch.setattr("rhetorica.gallery.missing_figures", missing_figures)
    return folders


def test_a_run_that_succeeds(
    study: Path,
    gallery: list[Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rhetorica.pipeline.run_jobs", lambda *_: [])
    assert main(["run", "study", "--only", "01_corpus"]) == 0
    said = capsys.readouterr()
    first, *_, done, figures, notebooks, missing = said.out.splitlines()
    assert first == "“study”: 2 texts; 1 of 1 notebook to run."
    assert re.fullmatch(r"Done in \d+\.\d s\.", done)
    assert figures.endswith("README.md: study/figures")
    assert notebooks.endswith(": study/build/notebooks")
    assert missing == "  Not drawn: topic_terms. The texts are too short."
    assert said.err == ""
    assert gallery == [study.resolve() / "figures"]


def test_a_run_of_which_a_notebook_fails(
    study: Path,
    gallery: list[Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rhetorica.pipeline.run_jobs", lambda *_: ["02_topics failed.", "03 too."])
    assert main(["run", "study", "--figures", "elsewhere"]) == 1
    said = capsys.readouterr()
    assert said.err == "rhetorica: 02_topics failed.\nrhetorica: 03 too.\n"
    assert "Done" not in said.out
    assert gallery == [Path("elsewhere").absolute()], "what did succeed is shown"


def test_what_is_running_is_said_line_by_line_where_there_is_no_terminal(
    study: Path,
    gallery: list[Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run_jobs(*arguments: Any) -> list[str]:
        report = arguments[3]
        for name, event in (("a [b]", "start"), ("c", "start"), ("a [b]", "done"), ("c", "failed")):
            report(name, event)
        return []

    monkeypatch.setattr("rhetorica.pipeline.run_jobs", run_jobs)
    assert main(["run", "study"]) == 0
    said = re.sub(r"\d+\.\d s", "0.0 s", capsys.readouterr().out).splitlines()
    assert [line for line in said if line.startswith("  ")][:4] == [
        "  running a [b] ...",
        "  running c ...",
        "  ok     a [b] (0.0 s)",
        "  FAILED c (0.0 s)",
    ]


def test_a_run_with_nothing_to_do_unless_forced(
    study: Path,
    gallery: list[Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run: list[object] = []
    monkeypatch.setattr("rhetorica.manifest.changes_since", lambda *_: ())

    def run_jobs(_: object, jobs: tuple[object, ...], *__: object) -> list[str]:
        run.extend(jobs)
        return []

    monkeypatch.setattr("rhetorica.pipeline.run_jobs", run_jobs)
    assert main(["run", "study"]) == 0
    said = capsys.readouterr().out
    assert said == "Nothing to do: the figures in study/figures are up to date.\n"
    assert (run, gallery) == ([], [study.resolve() / "figures"]), "a page that is gone is back"
    assert main(["run", "study", "--force", "--only", "01_corpus", "--only", "02_topics"]) == 0
    assert len(run) == 2


def test_the_help_of_run_lists_every_parameter(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["run", "--help"])
    assert stop.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    for name in PARAMETER_NAMES:
        assert f"  {describe(name)}" in lines


def test_the_help_and_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    assert {"run", "new"} <= set(capsys.readouterr().out.split())
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"rhetorica {rhetorica.__version__}\n"


def test_the_installed_command(study: Path, tmp_path: Path) -> None:
    before = snapshot(tmp_path)
    done = script("run", "study", "-p", "n_topicz", "4", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("rhetorica: There is no parameter 'n_topicz'. Did you mean")
    assert done.stderr.count("\n") == 1
    done = script("rnu", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("rhetorica: argument COMMAND: invalid choice: 'rnu'")
    assert done.stderr.count("\n") == 1
    assert snapshot(tmp_path) == before


def test_a_terminal_that_cannot_write_every_letter(tmp_path: Path) -> None:
    (tmp_path / "Größe.txt").write_text("The people unite.", encoding="utf-8")
    done = script("new", "study", "Größe.txt", folder=tmp_path, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "  Gr??e.txt: utf-8\n" in done.stdout


def test_a_reader_that_has_seen_enough_is_no_mistake_to_explain(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The people unite.", encoding="utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    command = [f"{sysconfig.get_path('scripts')}/rhetorica", "new", "study", "a.txt"]
    try:
        done = subprocess.run(
            command, cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writing)
    assert done.stderr == b""


# Runs commands one after another in a new process, and says which modules each has loaded.
_PROBE = """
import contextlib, io, json, sys
import rhetorica
loaded = [sorted(sys.modules)]
for arguments in json.loads(sys.argv[1]):
    from rhetorica.cli import main
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = stop.code
    loaded.append([code, *sorted(sys.modules)])
print(json.dumps(loaded))
"""


def loaded_by(commands: list[list[str]], folder: Path) -> list[list[Any]]:
    """Return what `import rhetorica` loads, then the code and the modules after each command."""
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, json.dumps(commands)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    result: list[list[Any]] = json.loads(done.stdout)
    return result


def test_importing_the_package_and_asking_its_version_load_nothing_heavy(tmp_path: Path) -> None:
    imported, version, usage = loaded_by([["--version"], ["rnu"]], tmp_path)
    assert HEAVY.isdisjoint(imported)
    assert "rhetorica" in imported
    assert HEAVY.isdisjoint(version)
    assert version[0] == 0
    assert HEAVY.isdisjoint(usage)
    assert usage[0] == 2


def test_no_mistake_gets_as_far_as_a_kernel(study: Path, tmp_path: Path) -> None:
    (study / "figures").write_text("in the way", encoding="utf-8")
    commands = [["run", "study", *arguments.split()] for arguments, _ in RUN.values()]
    commands += [["run", "nowhere"], ["run", "study"], ["new", "study", "texts"]]
    for loaded in loaded_by(commands, tmp_path)[1:]:
        assert loaded[0] == 1
        assert KERNEL.isdisjoint(loaded)


@pytest.mark.parametrize(
    "arguments",
    [["alpha", "--raw", "study"], ["--raw", "alpha", "study"], ["alpha", "study", "--raw"]],
)
def test_a_study_may_be_named_after_the_options(
    study: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert study.name == "study"
    assert main(["edition", *arguments]) == 0
    assert capsys.readouterr().out == TEXTS["alpha"]


def test_what_is_too_much_is_named_with_the_help_of_its_command(
    study: Path, refusal: Callable[..., str]
) -> None:
    assert refusal("edition", "alpha", "study", "more", code=2) == (
        "rhetorica edition: unrecognized arguments: more. See 'rhetorica edition --help'.\n"
    )
    assert "'0' is no whole number from 1" in refusal("errata", "suggest", "--limit", "0", code=2)
