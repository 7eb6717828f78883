"""The lexicon file: what it may say, and one clear sentence for each mistake in it."""

from pathlib import Path

import pytest

from rhetorica.errors import LexiconError, ParameterError
from rhetorica.lexicon import Lexicon, load_lexicon, read_lexicon, select_categories
from rhetorica.study import default_study_file, load_study

DEFAULT = load_lexicon(load_study(default_study_file()).lexicon)


def write(folder: Path, text: str) -> Path:
    path = folder / "lexicon.toml"
    path.write_text(text, encoding="utf-8")
    return path


def load(folder: Path, text: str) -> Lexicon:
    return load_lexicon(write(folder, text))


def test_everything_an_entry_may_say(tmp_path: Path) -> None:
    lexicon = load(
        tmp_path,
        """
[lexicon]
title = "Mine"
description = "A test."
[parents.own]
label = "Own side"
[categories.unity]
label = "Unity"
parent = "own"
include = "Standing together."
exclude = "Names."
needs = ["we", "our party"]
entries = [
  "solidarity",
  { pattern = "united", except = ["United States"], needs = [] },
  { pattern = "US", case = true, certainty = 0.5 },
  { pattern = "imperialis*", hyphens = true },
  { pattern = 'as one( man)?', kind = "regex", within = "block" },
]
""",
    )
    [unity] = lexicon.categories
    assert (lexicon.title, lexicon.parents) == ("Mine", {"own": "Own side"})
    assert (unity.label, unity.parent, unity.include, unity.exclude) == (
        "Unity",
        "own",
        "Standing together.",
        "Names.",
    )
    plain, united, us, imperialism, one = unity.entries
    assert plain.words == ("solidarity",)
    assert plain.needs == (("we",), ("our", "party"))
    assert united.exceptions == (("united", "states"),)
    assert united.needs == ()
    assert (us.words, us.case, us.certainty) == (("US",), True, 0.5)
    assert imperialism.hyphens
    assert (one.kind, one.words, one.within) == ("regex", (), "block")
    assert [entry.line for entry in unity.entries] == [14, 15, 16, 17, 18]


def test_title_and_labels_may_be_left_out(tmp_path: Path) -> None:
    lexicon = load(tmp_path, "[categories.a]\nentries = ['x']")
    assert lexicon.title == "lexicon"
    assert lexicon.categories[0].label == "a"
    assert lexicon.categories[0].parent == ""


A = "[categories.a]\n"
MISTAKES = [
    (f"{A}entries = []", "line 1: [categories.a] has no entries"),
    (f"{A}label = 'x'", "line 1: [categories.a] has no entries"),
    (f"{A}entries = 'x'", "line 1: [categories.a] has no entries"),
    ("[categoris.a]\nentries = ['x']", "unknown key 'categoris'. Did you mean 'categories'"),
    (f"{A}entry = ['x']", "line 2: [categories.a] has an unknown key 'entry'. Did you mean 'ent"),
    (
        f"{A}entries = [{{patern = 'x'}}]",
        "line 2: an entry of [categories.a] has an unkn",
    ),
    (f"{A}entries = [{{pattern = 'x', cse = true}}]", "'cse'. Did you mean 'case'"),
    (f"{A}entries = [{{case = true}}]", "has no pattern"),
    (f"{A}entries = [3]", "an entry of [categories.a] has no pattern: 3"),
    (f"{A}entries = ['x',\n'...']", "line 3: '...' in [categories.a] can never match"),
    (f"{A}entries = ['unite!']", "'unite!' in [categories.a] can never match"),
    (f"{A}entries = ['']", "can never match"),
    (f"{A}entries = ['a - b']", "'a - b' in [categories.a] can never match"),
    (f"{A}entries = [{{pattern = 'x', except = 'y'}}]", "write except = ["),
    (f"{A}entries = [{{pattern = 'x', needs = 'y'}}]", "write needs = ["),
    (f"{A}needs = 'y'\nentries = ['x']", "line 2: needs of [categories.a]: write needs = ["),
    (f"{A}entries = [{{pattern = 'x', except = ['!']}}]", "the phrase '!' of 'x' in [categ"),
    (f"{A}needs = ['!']\nentries = ['x']", "line 2: the phrase '!' of the needs of [categ"),
    (f"{A}entries = [{{pattern = 'x', case = 1}}]", "case and hyphens are true or false"),
    (f"{A}entries = [{{pattern = 'x y', hyphens = true}}]", "for patterns of one word"),
    (f"{A}entries = [{{pattern = 'x', kind = 'regx'}}]", "'regx'. Did you mean 'regex'"),
    (f"{A}entries = [{{pattern = 'x', kind = ['regex']}}]", "kind is 'glob' or 'regex'"),
    (f"{A}entries = [{{pattern = 'x', within = 'page'}}]", "within is 'sentence' or 'block'"),
    (f"{A}entries = [{{pattern = 'x', certainty = 0}}]", "above 0 and up to 1, not 0"),
    (f"{A}entries = [{{pattern = 'x', certainty = nan}}]", "above 0 and up to 1, not nan"),
    (f"{A}entries = [{{pattern = 'x', certainty = 'high'}}]", "a number above 0 and up to 1"),
    (f"{A}entries = [{{pattern = 'x', certainty = true}}]", "a number above 0 and up to 1"),
    (
        f"{A}entries = [\n{{pattern = '(x', kind = 'regex'}}]",
        "line 3: the regular expression '(x' in [categories.a] does not compile: missing )",
    ),
    (f"{A}entries = [{{pattern = '{'(' * 2000}a{')' * 2000}', kind = 'regex'}}]", "too deeply"),
    (f"{A}entries = [{{pattern = '((a{{999}}){{9}}){{9}}', kind = 'regex'}}]", "1,000 repetitions"),
    (
        f'{A}label = "\\u001b[31m"\nentries = ["x"]',
        "line 2: label of [categories.a] has characters",
    ),
    (f'[parents.own]\nlabel = "\\u202e"\n{A}entries = ["x"]', "label of [parents.own] has charac"),
    (f'[lexicon]\ntitle = "\\u0007"\n{A}entries = ["x"]', "title of [lexicon] has characters"),
    (f"{A}entries = ['x',\n'']", "line 3: '' in [categories.a] can never match"),
    (f"{A}entries = ['x',\n42]", "line 3: an entry of [categories.a] has no pattern: 42"),
    (f"{A}entries = [{{pattern = 'a ', kind = 'regex'}}]", "a space at its beginning or end"),
    ("[categories.note]\nentries = ['x']", "'note' is a column of labelled sentences"),
    (f"[parents.own]\n{A}parent = 'on'\nentries = ['x']", "line 3: [categories.a] names the par"),
    (f"[parents.own]\n{A}parent = 'on'\nentries = ['x']", "Did you mean 'own'"),
    (f"{A}entries = ['x']\n{A}entries = ['y']", "lines 1 and 3: [categories.a] stands 2 times"),
    (f"{A}entries = ['x']\nentries = ['y']", "is not valid TOML"),
    ("[categories.a\n", "line 1, column"),
    ("categories = 3", "there are no categories"),
    ("", "there are no categories"),
    ("[categories]\na = 3", "[categories.a] must be a table"),
    ("[categories.'a b']\nentries = ['x']", "the name 'a b' may have letters, digits, - and _"),
    (f"[parents.a]\nlabel = 'P'\n{A}entries = ['x']", "'a' is the name of a parent too"),
    (f"{A}label = 'L'\nentries = ['x']\n[categories.b]\nlabel = 'L'\nentries = ['y']", "'L' is us"),
    (f"{A}label = 3\nentries = ['x']", "label of [categories.a] must be text"),
    (f"[lexicon]\ntitel = 'x'\n{A}entries = ['x']", "'titel'. Did you mean 'title'"),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_mistakes_in_a_lexicon(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(LexiconError) as caught:
        load_lexicon(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_all_mistakes_are_found_at_once(tmp_path: Path) -> None:
    text = f"{A}entries = ['!', 'x', '?!']\n[categories.b]\nentry = ['y']\n"
    lexicon, mistakes = read_lexicon(write(tmp_path, text))
    assert lexicon is None
    assert len(mistakes) == 3
    with pytest.raises(LexiconError, match=r"'!' in .* \(2 more: 'rhetorica lexicon check'"):
        load_lexicon(tmp_path / "lexicon.toml")


def test_missing_lexicon_says_where_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"study\.toml"):
        load_lexicon(tmp_path / "none.toml")


def test_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "lexicon.toml").write_bytes(b"[categories.a]\nentries = ['caf\xe9']\n")
    with pytest.raises(LexiconError, match=r"line 2, is not UTF-8"):
        load_lexicon(tmp_path / "lexicon.toml")


def test_categories_are_chosen_by_name_or_by_parent() -> None:
    def chosen(*names: str) -> list[str]:
        return [category.id for category in select_categories(DEFAULT, names)]

    assert chosen("enemy", "unity") == ["unity", "enemy"]
    assert chosen("other_side") == ["enemy", "crisis"]
    assert chosen("other_side", "enemy", "duty") == ["enemy", "crisis", "duty"]
    assert len(chosen()) == 11
    with pytest.raises(ParameterError, match=r"no category 'unty'.* 'unity'"):
        chosen("unty")


def test_default_lexicon_has_the_eleven_categories_defined() -> None:
    ids = "leader unity struggle enemy independence victory crisis duty masses quantity eternity"
    assert {category.id for category in DEFAULT.categories} == set(ids.split())
    assert all(category.include and category.exclude for category in DEFAULT.categories)
    assert {category.parent for category in DEFAULT.categories} == set(DEFAULT.parents)
    assert all(entry.line for category in DEFAULT.categories for entry in category.entries)


@pytest.mark.parametrize("sign", ["\u2028", "\u0085"])
@pytest.mark.parametrize("line", ['include = "one{}two"', "# one{}two"])
def test_lines_are_counted_as_editors_count_them(tmp_path: Path, sign: str, line: str) -> None:
    line = line.format(sign)
    path = write(tmp_path, f'[categories.a]\n{line}\nentries = ["x", "y!"]\n')
    _, mistakes = read_lexicon(path)
    expected = f"{path}, line 3: 'y!' in [categories.a] can never match"
    assert any(mistake.startswith(expected) for mistake in mistakes)
