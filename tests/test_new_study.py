"""A study of one's own: made complete from any file names, or not made at all."""

import errno
import os
import tomllib
from pathlib import Path
from typing import Any, NoReturn

import pytest

from rhetorica.errors import OutputError, RhetoricaError, SourceError
from rhetorica.lexicon import load_lexicon
from rhetorica.new_study import make_study
from rhetorica.sources import read_sources
from rhetorica.study import LABEL_LIMIT, Study, load_study
from support import snapshot


def write(folder: Path, name: str, content: str | bytes = "The people unite.") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def made(folder: Path, *texts: Path) -> Study:
    make_study(folder, texts)
    return load_study(folder)


def test_a_study_is_made_of_texts(tmp_path: Path) -> None:
    first = write(tmp_path / "in", "a_speech of May.txt", "The people unite.")
    second = write(tmp_path / "in", "Leaflet-3.txt", "We struggle on.")
    lines = make_study(tmp_path / "My study", [first, second])
    study = load_study(tmp_path / "My study")
    assert lines == ("a_speech of May.txt: utf-8", "Leaflet-3.txt: utf-8")
    assert study.title == "My study"
    assert [document.id for document in study.documents] == ["a-speech-of-may", "leaflet-3"]
    assert [document.file for document in study.documents] == [first.name, second.name]
    assert [document.label for document in study.documents] == ["a speech of May", "Leaflet-3"]
    assert [document.title for document in study.documents] == ["a_speech of May", "Leaflet-3"]
    assert [source.text for source in read_sources(study)] == [
        "The people unite.",
        "We struggle on.",
    ]
    assert load_lexicon(study.lexicon).categories
    assert sorted(path.name for path in study.file.parent.iterdir()) == [
        "lexicon.toml", "raw", "study.toml",
    ]  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == ["My study", "in"]


def test_others_may_read_what_was_made(tmp_path: Path) -> None:
    study = made(tmp_path / "study", write(tmp_path, "a.txt"))
    assert study.file.parent.stat().st_mode & 0o755 == 0o755


@pytest.mark.parametrize(
    ("name", "identifier", "label"),
    [
        ("two words.txt", "two-words", "two words"),
        ("Größe & Maß.txt", "groe-ma", "Größe & Maß"),
        ("連設.txt", "text", "連設"),
        ("🙂.txt", "text", "🙂"),
        ('a "quoted" one.txt', "a-quoted-one", 'a "quoted" one'),
        ("it's.txt", "it-s", "it's"),
        ("back\\slash.txt", "back-slash", "back\\slash"),
        ("new\nline.txt", "new-line", "new line"),
        ("tab\tand\x7fmore.txt", "tab-and-more", "tab and more"),
        ("bell\x07.txt", "bell", "bell"),
        (" spaces .txt", "spaces", "spaces"),
        ("[documents].txt", "documents", "[documents]"),
        ("# = {}.txt", "text", "# = {}"),
        ("{title}.txt", "title", "{title}"),
        ("___.txt", "text", "text"),
        ("1992.txt", "1992", "1992"),
        (".hidden", "hidden", ".hidden"),
        ("no suffix", "no-suffix", "no suffix"),
        ("a.b.c.TXT", "a-b-c", "a.b.c"),
        ("x" * 19 + ".txt", "x" * 19, "x" * 19),
        # 18 characters and the sign that more was there.
        ("x" * 240 + ".txt", "x" * 50, "x" * 18 + "…"),
    ],
)
def test_names_of_all_kinds(tmp_path: Path, name: str, identifier: str, label: str) -> None:
    study = made(tmp_path / "study", write(tmp_path / "in", name))
    (document,) = study.documents
    assert (document.id, document.label) == (identifier, label)
    assert document.file == name
    assert read_sources(study)[0].text == "The people unite."


def test_a_name_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.txt")
    try:
        path.write_bytes(b"The people unite.")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (line,) = make_study(tmp_path / "study", [path])
    study = load_study(tmp_path / "study")
    assert line == "caf\ufffd.txt: utf-8"
    assert study.documents[0].id == "caf"
    assert read_sources(study)[0].text == "The people unite."


@pytest.mark.parametrize("name", ['my "study"', "two\nlines", "Größe", "{title}", "a\\b"])
def test_names_of_the_folder(tmp_path: Path, name: str) -> None:
    assert made(tmp_path / name, write(tmp_path, "a.txt")).title == name


def test_texts_of_one_name(tmp_path: Path) -> None:
    texts = [write(tmp_path / place, "a.txt", f"The {place} people.") for place in "xyz"]
    texts.append(write(tmp_path / "z", "A.TXT", "Not the same on every system."))
    texts.append(write(tmp_path / "z", "a-2.txt", "A name that was given already."))
    study = made(tmp_path / "study", *texts)
    assert [document.file for document in study.documents] == [
        "a.txt", "a-2.txt", "a-3.txt", "A-4.TXT", "a-2-2.txt",
    ]  # fmt: skip
    assert [document.id for document in study.documents] == ["a", "a-2", "a-3", "a-4", "a-2-2"]
    assert [document.label for document in study.documents] == ["a", "a-2", "a-3", "A-4", "a-2-2"]
    assert [source.text.split()[1] for source in read_sources(study)][:3] == ["x", "y", "z"]


def test_labels_of_long_names_fit_a_figure_and_differ(tmp_path: Path) -> None:
    prefix = "Speech of the President on the occasion of the anniversary "
    texts = [write(tmp_path / "in", f"{prefix}{n}.txt") for n in range(1001)]
    labels = [document.label for document in made(tmp_path / "study", *texts).documents]
    assert labels[0] == "Speech of the Pres…"
    assert labels[1000] == "Speech of the Pres…-1001"
    assert max(map(len, labels)) == LABEL_LIMIT
    assert len(set(labels)) == 1001


def test_a_folder_stands_for_its_texts(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "C.TXT", "notes.md", "._a.txt"):
        write(tmp_path / "in", name)
    (tmp_path / "in" / "d.txt").mkdir()
    single = write(tmp_path, "z.md")
    study = made(tmp_path / "study", single, tmp_path / "in")
    assert [document.file for document in study.documents] == ["z.md", "C.TXT", "a.txt", "b.txt"]


def test_two_hundred_texts(tmp_path: Path) -> None:
    for n in range(200):
        write(tmp_path / "in", f"speech {n:03}.txt", f"The people unite {n} times.")
    study = made(tmp_path / "study", tmp_path / "in")
    sources = read_sources(study)
    assert len(sources) == 200
    assert sources[199].text == "The people unite 199 times."
    assert study.documents[199].id == "speech-199"


def test_an_encoding_that_was_found_is_written_down(tmp_path: Path) -> None:
    text = "The party’s “unity” – in the café of our naïve friends – goes on."
    lines = make_study(
        tmp_path / "study",
        [write(tmp_path, "a.txt", text.encode("cp1252")), write(tmp_path, "b.txt", text)],
    )
    assert lines == ("a.txt: cp1252 (detected)", "b.txt: utf-8")
    content = (tmp_path / "study" / "study.toml").read_text(encoding="utf-8")
    assert 'encoding = "cp1252"  # detected\n' in content
    first, second = tomllib.loads(content)["documents"]
    assert first["encoding"] == "cp1252"
    assert "encoding" not in second
    sources = read_sources(load_study(tmp_path / "study"))
    assert [source.text for source in sources] == [text, text]
    assert [source.encoding_basis for source in sources] == ["declared", "utf-8"]
    assert sources[0].path.read_bytes() == text.encode("cp1252"), "the file itself is as it was"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_text_with_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    study = made(tmp_path / "study", write(tmp_path, "a.txt", "Größe".encode(encoding)))
    assert study.documents[0].encoding == encoding
    assert read_sources(study)[0].text == "Größe"


BAD = {
    "empty": (b"", "is empty"),
    "spaces": (b" \n", "is empty"),
    "no words": (b"--- *** ?!", "has no words"),
    "pdf": (b"%PDF-1.4", "is a PDF"),
    "binary": (b"a\x00b", "is a binary file"),
    "damaged": ("Größe Größe Größe".encode() + b"\xff", "line 1: byte 23 is not UTF-8"),
}


@pytest.mark.parametrize(("data", "said"), BAD.values(), ids=BAD)
def test_one_bad_text_and_nothing_is_made(tmp_path: Path, data: bytes, said: str) -> None:
    good, bad = write(tmp_path, "good.txt"), write(tmp_path, "bad.txt", data)
    before = snapshot(tmp_path)
    for folder in (tmp_path / "study", tmp_path / "new" / "study"):
        with pytest.raises(SourceError) as caught:
            make_study(folder, [good, bad])
        assert str(bad) in str(caught.value)
        assert said in str(caught.value)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([], "No texts were named"),
        (["nothing"], "There are no .txt files in"),
        (["in/spech.txt"], "Did you mean 'speech.txt'?"),
        (["elsewhere/a.txt"], "There is no text"),
        (["in/speech.txt/a.txt"], "Not a directory"),
    ],
)
def test_no_text_and_nothing_is_made(tmp_path: Path, texts: list[str], said: str) -> None:
    write(tmp_path / "in", "speech.txt")
    (tmp_path / "nothing").mkdir()
    before = snapshot(tmp_path)
    with pytest.raises(SourceError) as caught:
        make_study(tmp_path / "study", [tmp_path / text for text in texts])
    assert said in str(caught.value)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("full", "exists already and is no empty folder"),
        ("full/kept.txt", "exists already and is no empty folder"),
        ("full/kept.txt/study", "a file is where a folder should be"),
        ("x" * 300 + "/study", "File name too long"),
    ],
)
def test_a_target_that_will_not_do_is_left_alone(tmp_path: Path, target: str, said: str) -> None:
    text = write(tmp_path / "in", "a.txt")
    write(tmp_path / "full", "kept.txt", "kept")
    before = snapshot(tmp_path)
    with pytest.raises((RhetoricaError, OSError), match=said):
        make_study(tmp_path / target, [text])
    assert snapshot(tmp_path) == before


def test_an_empty_folder_is_filled_even_if_someone_stands_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = write(tmp_path / "in", "a.txt")
    (tmp_path / "study").mkdir()
    number = (tmp_path / "study").stat().st_ino
    monkeypatch.chdir(tmp_path / "study")
    make_study(Path(), [text])
    assert (tmp_path / "study").stat().st_ino == number
    assert load_study(Path()).title == "study"
    assert sorted(path.name for path in (tmp_path / "study").iterdir()) == [
        "lexicon.toml", "raw", "study.toml",
    ]  # fmt: skip


def test_a_link_to_an_empty_folder_stays_a_link(tmp_path: Path) -> None:
    text = write(tmp_path / "in", "a.txt")
    (tmp_path / "place").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "place")
    assert made(tmp_path / "link", text).raw == (tmp_path / "place" / "raw").resolve()
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize(
    "target", ["pathlib.Path.replace", "pathlib.Path.mkdir", "tempfile.mkdtemp"]
)
@pytest.mark.parametrize("exists", [False, True])
def test_a_full_disk_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, exists: bool
) -> None:
    def full_disk(*_: Any, **__: Any) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    text = write(tmp_path / "in", "a.txt")
    if exists:
        (tmp_path / "study").mkdir()
    before = snapshot(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(target, full_disk)
        with pytest.raises(OutputError, match="No space left on device"):
            make_study(tmp_path / "study", [text])
    assert snapshot(tmp_path) == before
