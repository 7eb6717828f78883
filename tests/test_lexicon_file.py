"""An edited lexicon as a file: what was asked for is changed, and no other character."""

import re
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetorica.entries import Entry, make_entry
from rhetorica.errors import LexiconError
from rhetorica.lexicon import Lexicon, load_lexicon, parse_lexicon
from rhetorica.lexicon_file import edited_toml
from rhetorica.study import default_study_file, load_study

FILE = load_study(default_study_file()).lexicon
REAL = FILE.read_text(encoding="utf-8")
LEXICON = load_lexicon(FILE)
LINES = REAL.splitlines(keepends=True)


def is_whole(line: str) -> bool:
    """Tell whether an entry has this line to itself."""
    try:
        return len(tomllib.loads(f"x = [\n{line}]")["x"]) == 1
    except tomllib.TOMLDecodeError:
        return False


SINGLE = [
    (category.id, entry)
    for category in LEXICON.categories
    for entry in category.entries
    if is_whole(LINES[entry.line - 1])
]


def entry_of(pattern: str, **values: object) -> Entry:
    table = {"pattern": pattern, **values}
    entry, mistakes = make_entry("categories.x", table)
    assert entry, mistakes
    return entry


def read(text: str) -> Lexicon:
    lexicon, mistakes = parse_lexicon(text, Path("x.toml"))
    assert lexicon, mistakes
    return lexicon


def edited(lexicon: Lexicon, name: str, entries: Sequence[Entry]) -> Lexicon:
    categories = tuple(
        replace(c, entries=tuple(entries)) if c.id == name else c for c in lexicon.categories
    )
    return replace(lexicon, categories=categories)


def without(lexicon: Lexicon, dropped: Sequence[tuple[str, Entry]]) -> Lexicon:
    categories = tuple(
        replace(c, entries=tuple(e for e in c.entries if (c.id, e) not in dropped))
        for c in lexicon.categories
    )
    return replace(lexicon, categories=categories)


def test_nothing_changed_is_the_same_text() -> None:
    assert edited_toml(REAL, LEXICON) == REAL


def test_nearly_every_entry_of_the_file_has_a_line_to_itself() -> None:
    every = sum(len(category.entries) for category in LEXICON.categories)
    assert every - 5 <= len(SINGLE) < every


WRITTEN = [
    (entry_of("hand over hand"), '"hand over hand"'),
    (entry_of("people’s hand"), '"people’s hand"'),
    (entry_of("US", case=True), '{ pattern = "US", case = true }'),
    (entry_of("zzz*", hyphens=True), '{ pattern = "zzz*", hyphens = true }'),
    (entry_of("a b", within="block"), '{ pattern = "a b", within = "block" }'),
    (
        entry_of("joined", **{"except": ["joined The party", "it's"]}),
        '{ pattern = "joined", except = ["joined the party", "it\'s"] }',
    ),
    (entry_of("joined", needs=["we"]), '{ pattern = "joined", needs = ["we"] }'),
    (entry_of("joined", certainty=0.7), '{ pattern = "joined", certainty = 0.7 }'),
    (entry_of("as one( man)?", kind="regex"), '{ kind = "regex", pattern = "as one( man)?" }'),
    (entry_of(r"\w+s one", kind="regex"), r"""{ kind = "regex", pattern = '\w+s one' }"""),
    (
        entry_of(r"(his|\w+'s) gift", kind="regex"),
        r"""{ kind = "regex", pattern = '''(his|\w+'s) gift''' }""",
    ),
    (entry_of(r"\w+'", kind="regex"), r"""{ kind = "regex", pattern = "\\w+'" }"""),
    (entry_of(r"'''\w", kind="regex"), r"""{ kind = "regex", pattern = "'''\\w" }"""),
    (entry_of('a"b', kind="regex"), """{ kind = "regex", pattern = 'a"b' }"""),
    (entry_of("a\tb\x7f", kind="regex"), r"""{ kind = "regex", pattern = "a\tb\u007f" }"""),
    (entry_of("[\x01]*"), r'"[\u0001]*"'),
]


@pytest.mark.parametrize(("entry", "written"), WRITTEN)
def test_an_added_entry_is_one_line_after_the_last(entry: Entry, written: str) -> None:
    unity = next(c for c in LEXICON.categories if c.id == "unity")
    changed = edited_toml(REAL, edited(LEXICON, "unity", [*unity.entries, entry]))
    last = unity.entries[-1].line
    assert changed.splitlines(keepends=True) == [*LINES[:last], f"  {written},\n", *LINES[last:]]


def test_needs_are_written_where_they_are_not_those_of_the_category() -> None:
    leader = next(c for c in LEXICON.categories if c.id == "leader")
    assert leader.needs
    last = leader.entries[-1].line
    for needs, written in (
        (leader.needs, '"zzz"'),
        ((), '{ pattern = "zzz", needs = [] }'),
        ((("he", "is"),), '{ pattern = "zzz", needs = ["he is"] }'),
    ):
        entry = replace(entry_of("zzz"), needs=needs)
        changed = edited_toml(REAL, edited(LEXICON, "leader", [*leader.entries, entry]))
        assert changed.splitlines()[last] == f"  {written},"


@settings(deadline=None, max_examples=40)  # the whole file is read twice each time
@given(
    dropped=st.lists(st.sampled_from(SINGLE), max_size=6, unique=True),
    added=st.dictionaries(
        st.sampled_from([c.id for c in LEXICON.categories]),
        st.lists(st.sampled_from(["zzz", "yyy *", "people’s zzz"]), max_size=3, unique=True),
        max_size=3,
    ),
)
def test_only_the_lines_of_changed_entries_of_the_file_change(
    dropped: list[tuple[str, Entry]], added: dict[str, list[str]]
) -> None:
    wanted = without(LEXICON, dropped)
    lines: list[str] = list(LINES)
    for _, entry in dropped:
        lines[entry.line - 1] = ""
    for name, patterns in added.items():
        category = next(c for c in wanted.categories if c.id == name)
        new = [replace(entry_of(pattern), needs=category.needs) for pattern in patterns]
        wanted = edited(wanted, name, [*category.entries, *new])
        last = next(c for c in LEXICON.categories if c.id == name).entries[-1].line
        lines[last - 1] += "".join(f'  "{pattern}",\n' for pattern in patterns)
    changed = edited_toml(REAL, wanted)
    assert read(changed).categories == wanted.categories
    assert changed == "".join(lines)


def test_an_entry_over_several_lines_goes_with_all_of_them() -> None:
    numbers = next(c for c in LEXICON.categories if c.id == "quantity")
    changed = edited_toml(REAL, edited(LEXICON, "quantity", numbers.entries[1:]))
    first, second = numbers.entries[0].line - 1, numbers.entries[1].line - 1
    assert second - first > 5
    assert changed.splitlines(keepends=True) == LINES[:first] + LINES[second:]


def test_it_takes_less_than_half_a_second() -> None:
    began = time.perf_counter()
    edited_toml(REAL, without(LEXICON, SINGLE[100:101]))
    assert time.perf_counter() - began < 0.5


# In each style: the list, and what it is without an entry, or with the entry "x" after the last.
STYLES = [
    (
        '["a", "b", "c"]',
        {0: '["b", "c"]', 1: '["a", "c"]', 2: '["a", "b"]'},
        '["a", "b", "c", "x"]',
    ),
    ('["a", "b",]', {0: '["b",]', 1: '["a",]'}, '["a", "b", "x",]'),
    ('[ "a", "b", ]', {0: '[ "b", ]', 1: '[ "a", ]'}, '[ "a", "b", "x", ]'),
    ("['a','b']", {0: "['b']", 1: "['a']"}, "['a','b', 'x']"),
    (
        '[\n  "a", # of a ]\n  "b" # of b\n]',
        {0: '[\n  "b" # of b\n]', 1: '[\n  "a", # of a ]\n]'},
        '[\n  "a", # of a ]\n  "b", # of b\n  "x"\n]',
    ),
    (
        '[\n  # above\n\n\t"a",\n  # between "a", ]\n    "b",\n  # below\n]',
        {
            0: '[\n  # above\n\n  # between "a", ]\n    "b",\n  # below\n]',
            1: '[\n  # above\n\n\t"a",\n  # between "a", ]\n  # below\n]',
        },
        '[\n  # above\n\n\t"a",\n  # between "a", ]\n    "b",\n    "x",\n  # below\n]',
    ),
    (
        '[\r\n\t"a",\r\n\t"b", # of b\r\n]',
        {0: '[\r\n\t"b", # of b\r\n]', 1: '[\r\n\t"a",\r\n]'},
        '[\r\n\t"a",\r\n\t"b", # of b\r\n\t"x",\r\n]',
    ),
    (
        '[\n  "a", "b", # of both\n  "c", "d" # of both\n]',
        {
            0: '[\n  "b", # of both\n  "c", "d" # of both\n]',
            1: '[\n  "a", # of both\n  "c", "d" # of both\n]',
            2: '[\n  "a", "b", # of both\n  "d" # of both\n]',
            3: '[\n  "a", "b", # of both\n  "c" # of both\n]',
        },
        '[\n  "a", "b", # of both\n  "c", "d", # of both\n  "x"\n]',
    ),
    (
        '[\n    "a"\n  , "b" # of b\n  , "c"\n]',
        {
            0: '[\n  "b" # of b\n  , "c"\n]',
            1: '[\n    "a"\n  , "c"\n]',
            2: '[\n    "a"\n  , "b" # of b\n]',
        },
        '[\n    "a"\n  , "b" # of b\n  , "c"\n  , "x"\n]',
    ),
    (
        '["a",\n "b",\n "c"]',
        {0: '[\n "b",\n "c"]', 1: '["a",\n "c"]', 2: '["a",\n "b",\n]'},
        '["a",\n "b",\n "c", "x"]',
    ),
    (
        '[\n  {pattern = "a", except = [\n    "a b", # a ] }\n  ]}, # of a\n  {pattern = "b"},\n]',
        {
            0: '[\n  {pattern = "b"},\n]',
            1: '[\n  {pattern = "a", except = [\n    "a b", # a ] }\n  ]}, # of a\n]',
        },
        '[\n  {pattern = "a", except = [\n    "a b", # a ] }\n  ]}, # of a\n  {pattern = "b"},\n'
        '  "x",\n]',
    ),
    (
        '[\n  "b",\n  {pattern = "a", except = [\n    "a b",\n  ] } ]',
        {
            0: '[\n  {pattern = "a", except = [\n    "a b",\n  ] } ]',
            1: '[\n  "b",\n ]',
        },
        '[\n  "b",\n  {pattern = "a", except = [\n    "a b",\n  ] }, "x" ]',
    ),
    (
        '[\n  "a" # of a\n  ,\n  """b""", # of b\n]',
        {0: '[\n  """b""", # of b\n]', 1: '[\n  "a" # of a\n  ,\n]'},
        '[\n  "a" # of a\n  ,\n  """b""", # of b\n  "x",\n]',
    ),
    (
        '[\n  "a"\n  ,\n  "b"\n  ,\n]',
        {0: '[\n  "b"\n  ,\n]', 1: '[\n  "a"\n  ,\n]'},
        '[\n  "a"\n  ,\n  "b", "x"\n  ,\n]',
    ),
]
PLACES = [
    '# [categories.y]\n[categories.x] # entries = ["q"]\nlabel = "entries = [1]"\nentries = {}\n',
    '[ categories . "x" ]\n"entries" = {} # after\n[categories.y]\nentries = ["q"]\n',
    '[categories]\nx.include = """\nentries = ["q"]\n"""\nx.entries={}\ny.entries = ["q"]\n',
    "categories.x . entries = {}\ncategories.y.entries = ['q']\n",
    '[categories]\ny = {{ entries = ["q"] }}\nx = {{ label = "L", entries = {}, parent = "" }}\n',
    '\ufeff[categories.x]\nneeds = ["we", "]"]\nentries = {}',
]


@pytest.mark.parametrize(("style", "fewer", "more"), STYLES)
def test_lists_keep_their_style(style: str, fewer: dict[int, str], more: str) -> None:
    place = PLACES[0]
    text = place.format(style)
    lexicon = read(text)
    [entries] = [c.entries for c in lexicon.categories if c.id == "x"]
    assert set(fewer) == set(range(len(entries)))
    for index, expected in fewer.items():
        wanted = edited(lexicon, "x", [*entries[:index], *entries[index + 1 :]])
        assert edited_toml(text, wanted) == place.format(expected)
    wanted = edited(lexicon, "x", [*entries, entry_of("x")])
    assert edited_toml(text, wanted) == place.format(more)


@pytest.mark.parametrize("place", [p.replace(', "]"', "") for p in PLACES])
def test_the_list_is_found_wherever_it_may_stand(place: str) -> None:
    style, expected = '["a", "b"]', '["a", "x"]'
    text = place.format(style)
    lexicon = read(text.removeprefix("\ufeff"))
    [category] = [c for c in lexicon.categories if c.id == "x"]
    entries = [category.entries[0], replace(entry_of("x"), needs=category.needs)]
    assert edited_toml(text, edited(lexicon, "x", entries)) == place.format(expected)


@dataclass(frozen=True)
class Style:
    """A way to write a list."""

    newline: str
    indent: str
    commas: str  # after each, between them, or before each
    comments: bool


def render(items: Sequence[str], style: Style) -> str:
    lines = []
    for number, item in enumerate(items):
        comment = f" # of [{item}], {{" if style.comments else ""
        if style.commas == "before":
            lines.append(f"{style.indent}{', ' if number else '  '}{item}{comment}")
        else:
            comma = "," if style.commas == "after" or number < len(items) - 1 else ""
            lines.append(f"{style.indent}{item}{comma}{comment}")
    return style.newline.join(["[", *lines, "]"])


PATTERNS = st.one_of(
    st.text("ab*?-", min_size=1, max_size=4).filter(lambda s: any(c in s for c in "ab")),
    st.sampled_from(["it's", "people’s", "[#]x", '["a]', "[,]z", "été*", "[\\]b", "[}{]q"]),
)


def quoted(pattern: str, how: str) -> str:
    basic = pattern.replace("\\", "\\\\").replace('"', '\\"')
    forms = {
        "basic": f'"{basic}"',
        "literal": f"'{pattern}'",
        "long": f"'''{pattern}'''",
        "table": f'{{ pattern = "{basic}", except = ["zzz", \'q\'] }}',
    }
    return forms["basic" if how == "literal" and "'" in pattern else how]


@settings(deadline=None, max_examples=300)
@given(
    patterns=st.lists(PATTERNS, min_size=1, max_size=6, unique=True),
    added=st.lists(PATTERNS, max_size=2, unique=True),
    data=st.data(),
    style=st.builds(
        Style,
        st.sampled_from(["\n", "\r\n"]),
        st.sampled_from(["", "  ", "\t"]),
        st.sampled_from(["after", "between", "before"]),
        st.booleans(),
    ),
)
def test_any_list_in_any_style(
    patterns: list[str], added: list[str], data: st.DataObject, style: Style
) -> None:
    how = st.sampled_from(["basic", "literal", "long", "table"])
    items = [quoted(pattern, data.draw(how)) for pattern in patterns]
    try:
        text = f"[categories.x]{style.newline}entries = {render(items, style)}{style.newline}"
        lexicon = read(text)
        new = [entry_of(pattern) for pattern in added if pattern not in patterns]
    except AssertionError:  # what is no pattern, such as one of marks alone
        return
    [entries] = [c.entries for c in lexicon.categories]
    dropped = data.draw(st.sets(st.sampled_from(range(len(items)))))
    kept = [i for i in range(len(items)) if i not in dropped]
    if not kept and not new:
        return
    wanted = edited(lexicon, "x", [*(entries[i] for i in kept), *new])
    changed = edited_toml(text, wanted)
    assert read(changed).categories == wanted.categories
    if not new:
        expected = text.replace(render(items, style), render([items[i] for i in kept], style))
        assert plain(changed) == plain(expected)
    if style.commas == "after":
        lines = text.splitlines(keepends=True)
        rest = [line for n, line in enumerate(lines) if n - 2 not in dropped]
        assert [line for line in changed.splitlines(keepends=True) if line in lines] == rest
        assert len(changed.splitlines()) == len(rest) + len(new)


def plain(text: str) -> str:
    """Return a text without white space, and without commas that end a list or open a comment."""
    bare = re.sub(r"\s", "", text)
    return re.sub(r",(?=\]$|#of)", "", bare)


def test_entries_may_come_in_any_order() -> None:
    text = '[categories.x]\nentries = [\n  "a",\n  "b", # of b\n  "c",\n]\n'
    a, b, c = read(text).categories[0].entries
    x = entry_of("x")
    for entries, expected in (
        ((x, a, b, c), ["x", "a", "b # of b", "c"]),
        ((a, x, b, c), ["a", "x", "b # of b", "c"]),
        ((x,), ["x"]),
        ((a, x), ["a", "x"]),
    ):
        changed = edited_toml(text, edited(read(text), "x", entries))
        body = changed.splitlines()[2:-1]
        assert [line.replace('"', "").replace(",", "").strip() for line in body] == expected
    for others in ((c, b, a), (b, a, c), (a, a, b, c), (a, c, x, b)):
        wanted = edited(read(text), "x", others)
        assert read(edited_toml(text, wanted)).categories == wanted.categories


REFUSED = [
    ("[categories.x]\nentries = ['a'", "is not valid TOML"),
    ("[categories.x]\nentries = ['!']", "can never match"),
    ("[[categories.x.entries]]\npattern = 'a'\n", "tables with heads of their own"),
    ("[categories.x]\nlabel = 'Other'\nentries = ['a']", "more than its entries has changed"),
    ("[categories.y]\nentries = ['a']", "more than its entries has changed"),
    (
        "[categories.x]\nentries = ['a']\n[categories.y]\nentries = ['a']",
        "more than its entries has changed",
    ),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_what_is_not_the_same_lexicon_is_refused(text: str, said: str) -> None:
    lexicon = read("[categories.x]\nentries = ['a', 'b']")
    with pytest.raises(LexiconError, match=re.escape(said)):
        edited_toml(text, lexicon)
