"""The commands on words: check a lexicon against the texts, and list hits in their context."""

import argparse
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rhetorica.editorial import add_parameters, add_study, positive_number
from rhetorica.errors import OutputError, ParameterError, harmless, plural

if TYPE_CHECKING:
    import pandas as pd

    from rhetorica.corpus import Corpus
    from rhetorica.lexicon import Lexicon
    from rhetorica.lint import Kind, Remark
    from rhetorica.study import Study

_SHOWN = 5  # lines under a heading, entries on a line; --all shows every one
_SHORT = 20  # characters of a pattern that is shown before longer ones
_PROSE = 100  # columns; longer lines are hard to read

_Line = tuple[str, str, str]
"""A line of a report: how far it is set in, its text and its style."""

# What each kind of remark is about, and how to read it.
_HEADINGS: "dict[Kind, tuple[str, str]]" = {
    "never counts": ("can never count", "Take the exception or the entry out."),
    "stands twice": ("the same pattern twice in a category", "One of them is enough."),
    "changes the order": (
        "one entry decides which text uses a category more",
        "Each entry was left out in turn, and the texts were ordered anew by their rates. Shown is "
        "which text then goes before which, and how many pairs of texts change places.",
    ),
    "dominates": (
        "one entry has more than half the hits of its category",
        "Such a category says little more than that entry.",
    ),
    "always barred": ("found only where its exceptions or needs leave it out", ""),
    "adds nothing": (
        "its category counts the same without it",
        "Each was left out alone: of two that find the same, one must stay.",
    ),
    "finds nothing": ("found in no text", "They may be there for other texts."),
    "overlap": (
        "words that count in two categories",
        "This is allowed, but such rates rise and fall together.",
    ),
    "one sentence": (
        "entries found in one sentence only",
        "Of those found at all. What fits one sentence may not fit other texts.",
    ),
}


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add ``kwic`` and ``lexicon`` to the command line."""
    _add_kwic(commands)
    lexicon = commands.add_parser("lexicon", help="look for weak points of a lexicon")
    verbs = lexicon.add_subparsers(required=True, metavar="COMMAND", dest="verb")
    check = verbs.add_parser(
        "check",
        help="check a lexicon against the texts",
        description="Check a lexicon against the texts of a study: entries that find nothing or "
        "add nothing, that decide alone, and categories that share words.",
    )
    add_study(check)
    check.add_argument("--lexicon", metavar="FILE", help="check this file, not that of the study")
    check.add_argument("--all", action="store_true", help="show every entry, not the first few")
    check.set_defaults(action=print_check)


def _add_kwic(commands: "argparse._SubParsersAction[Any]") -> None:
    kwic = commands.add_parser(
        "kwic",
        help="list every place where words stand, in context",
        description="List every place where words, or the entries of a category, stand: text, "
        "paragraph, line of the raw text, and what stands before and after.",
    )
    kwic.add_argument(
        "pattern", nargs="?", metavar="WORDS", help='as in a lexicon: "popular masses", "struggl*"'
    )
    add_study(kwic)
    kwic.add_argument("--category", metavar="ID", help="a category of the lexicon, or a group")
    kwic.add_argument(
        "--text", action="append", default=[], metavar="ID", help="only this text; may be repeated"
    )
    kwic.add_argument(
        "--sort",
        choices=("text", "left", "right"),
        default="text",
        help="as in the texts, or by the words before (left) or after (right)",
    )
    kwic.add_argument(
        "--width", type=positive_number, metavar="N", help="characters of context on each side"
    )
    kwic.add_argument("--limit", type=positive_number, metavar="N", help="at most so many lines")
    kwic.add_argument("--regex", action="store_true", help="WORDS is a regular expression")
    kwic.add_argument("--case", action="store_true", help="capitals count")
    kwic.add_argument(
        "--hyphens", action="store_true", help="also find a part of a hyphenated word"
    )
    add_parameters(kwic, "set a parameter, such as level or parts")
    kwic.add_argument("--csv", metavar="FILE", help="write the lines as a csv; - for the terminal")
    kwic.set_defaults(action=print_kwic)


def settle_study(options: argparse.Namespace) -> str:
    """Take what stands in the place of the words as the study, where a category is asked for.

    Return what is wrong where words without quotation marks were taken for words and a study.
    """
    if getattr(options, "category", None) and options.study is None:
        options.pattern, options.study = None, options.pattern
    pattern, study = getattr(options, "pattern", None), options.study if "study" in options else ""
    if pattern and study and not Path(study).exists():
        return (
            f"there is no study '{study}'. Several words to look for stand in quotation marks: "
            f'kwic "{pattern} {study}"'
        )
    return ""


# --- keyword in context


def print_kwic(options: argparse.Namespace, study: "Study") -> int:
    """Print, or write as a csv, every hit of a pattern or category in its context."""
    from rhetorica.concordance import CONTEXT, aligned_lines, concordance

    corpus, hits, what = _asked(options, study)
    if options.csv:
        wide = options.width or CONTEXT
        _write_csv(concordance(corpus, hits, options.sort, wide, options.limit), options.csv)
        return 0
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    wide = console.width
    shown = concordance(corpus, hits, options.sort, max(wide, options.width or 0), options.limit)
    counts = hits["document"].value_counts(sort=False)
    texts = plural(len(corpus.sources), "text")
    there = f"{len(counts)} of {texts}" if len(counts) < len(corpus.sources) else texts
    part = f"; shown: {len(shown):,}" if len(shown) < len(hits) else ""
    print(harmless(f"{plural(len(hits), 'hit')} of {what} in {there}{part}"))
    coloured = console.is_terminal and bool(console.color_system) and not console.no_color
    if options.width and not console.is_terminal:
        wide = 0
    for place, left, hit, right in aligned_lines(shown, wide, options.width, not coloured):
        if coloured:
            from rich.text import Text

            line = Text.assemble((place, "dim"), left, (hit, "bold red"), right)
            console.print(line, soft_wrap=True)
        else:
            print(f"{place}{left}{hit}{right}".rstrip())
    labels = zip(corpus.tokens.document_ids, corpus.labels, strict=True)
    listed = ", ".join(f"{label} {counts[name]:,}" for name, label in labels if name in counts)
    foot = f"By text: {listed}. Before each hit: text, paragraph:line of the raw text."
    print(textwrap.fill(harmless(foot), min(console.width, _PROSE)))
    return 0


def _asked(options: argparse.Namespace, study: "Study") -> tuple["Corpus", "pd.DataFrame", str]:
    """Return the corpus, the hits that were asked for, and what to call them."""
    from rhetorica.concordance import category_hits, pattern_hits, read_pattern
    from rhetorica.corpus import read_corpus
    from rhetorica.parameters import check_parameters, read_value

    category, pattern = options.category, options.pattern
    if (category is None) == (pattern is None):
        raise ParameterError(
            'Say what to look for: either words, such as "popular masses", or --category ID.'
        )
    how = [name for name in ("regex", "case", "hyphens") if getattr(options, name)]
    if category is not None and how:
        raise ParameterError(
            f"--{how[0]} is for words; the entries of a category say it themselves."
        )
    entry = None
    if pattern is not None:
        entry = read_pattern(pattern, **dict.fromkeys(how, True))
    values = {name: read_value(name, text) for name, text in options.parameter}
    values |= {"texts": tuple(options.text)} if options.text else {}
    values |= {"categories": (category,)} if category is not None else {}
    corpus = read_corpus(study, check_parameters(values, study.parameters))
    if entry is not None:
        return corpus, pattern_hits(corpus, entry), f"“{pattern}”"
    return corpus, category_hits(corpus, category), category


def _write_csv(rows: "pd.DataFrame", file: str) -> None:
    from rhetorica.findings import table

    data = table(rows)
    if file == "-":
        text = data.decode("utf-8")
        sys.stdout.write(harmless(text) if sys.stdout.isatty() else text)
        return
    from rhetorica.files import write_atomically

    if not Path(file).absolute().parent.is_dir():
        raise OutputError(f"There is no folder {Path(file).parent} for {Path(file).name}.")
    write_atomically(Path(file), data)
    print(harmless(f"{plural(len(rows), 'row')} in {file}"))


# --- the linter


def print_check(options: argparse.Namespace, study: "Study") -> int:
    """Print what is to be said of a lexicon; return 1 where an entry or its file is in error."""
    from rhetorica.lexicon import read_lexicon
    from rhetorica.study import study_with

    path = Path(options.lexicon or study_with(study, study.parameters).lexicon)
    lexicon, mistakes = read_lexicon(path)
    if lexicon is None:
        for mistake in mistakes:
            print(harmless(f"Error: {mistake}"))
        print(harmless(f"{plural(len(mistakes), 'error')} in {path}"))
        return 1
    from rhetorica.corpus import read_corpus
    from rhetorica.lint import check_lexicon

    corpus = read_corpus(study)
    remarks = check_lexicon(corpus, lexicon)
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    texts, words = plural(len(corpus.sources), "text"), plural(len(corpus.tokens), "word")
    console.print(harmless(str(path)), soft_wrap=True)
    lines = [("", f"“{lexicon.title}” on {texts} with {words}", "")]
    lines += _report(remarks, lexicon, options.all)
    if len(corpus.sources) == 1:
        lines += [("", "", ""), ("", "With one text there is no order of texts to check.", "")]
    wide = min(console.width, _PROSE)
    for indent, text, style in [*lines, ("", "", ""), ("", _summary(remarks, lexicon), "")]:
        hanging = indent if style else indent * 3  # of what is listed, not of what explains
        filled = textwrap.fill(
            harmless(text), wide, initial_indent=indent, subsequent_indent=hanging,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
        console.print(filled, style=style, soft_wrap=True)
    return int(any(remark.severity == "error" for remark in remarks))


def _report(remarks: "Iterable[Remark]", lexicon: "Lexicon", every: bool) -> Iterator[_Line]:
    """Yield the lines of a report, a heading before each kind of remark."""
    by_kind: dict[Kind, list[Remark]] = {}
    for remark in remarks:
        by_kind.setdefault(remark.kind, []).append(remark)
    styles = {"error": "bold red", "warning": "bold yellow", "note": "bold"}
    for kind, own in by_kind.items():
        heading, meaning = _HEADINGS[kind]
        severity = own[0].severity
        yield "", "", ""
        yield "", f"{severity.capitalize()}: {heading} ({len(own)})", styles[severity]
        if meaning:
            yield "  ", meaning, "dim"
        if every:
            yield from (("  ", _line([remark]), "") for remark in own)
        elif kind == "finds nothing":
            yield from _by_category(own, lexicon)
        elif kind == "one sentence":
            yield "  ", "; ".join(f"{remark.category} {remark.message}" for remark in own), ""
        else:
            yield from _worst(own)


def _worst(remarks: "Iterable[Remark]") -> Iterator[_Line]:
    """Yield the first remarks; those that say the same in a category have a line together."""
    alike: dict[tuple[str, str], list[Remark]] = {}
    for remark in remarks:
        alike.setdefault((remark.category, remark.message), []).append(remark)
    groups = list(alike.values())
    shown = len(groups) if len(groups) == _SHOWN + 1 else _SHOWN
    yield from (("  ", _line(own), "") for own in groups[:shown])
    rest = sum(map(len, groups[shown:]))
    if rest:
        yield "  ", f"and {rest} more: --all shows them", ""


def _line(remarks: "list[Remark]") -> str:
    from rhetorica.lint import named

    first = remarks[0]
    if not first.entry:
        return f"{first.category}: {first.message}"
    where = f", line {first.line}" if first.line else ""
    likewise = f" (likewise {len(remarks) - 1} more)" if len(remarks) > 1 else ""
    message = f": {first.message}" if first.message else ""
    return f"{first.category}{where}, {named(first.entry)}{message}{likewise}"


def _by_category(remarks: "Iterable[Remark]", lexicon: "Lexicon") -> Iterator[_Line]:
    """Yield a line a category, with some of its entries and how many they are."""
    from rhetorica.lint import named

    by_category: dict[str, list[str]] = {}
    for remark in remarks:
        by_category.setdefault(remark.category, []).append(named(remark.entry))
    sizes = {category.label: len(category.entries) for category in lexicon.categories}
    for label, names in by_category.items():
        names.sort(key=lambda name: (len(name) > _SHORT, name))
        rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        yield (
            "  ",
            f"{label}, {len(names)} of {sizes[label]}: {', '.join(names[:_SHOWN])}{rest}",
            "",
        )


def _summary(remarks: "Iterable[Remark]", lexicon: "Lexicon") -> str:
    """Count errors and warnings; entries that find nothing here are told apart."""
    from collections import Counter

    remarks = list(remarks)
    counts = Counter(r.severity for r in remarks if r.kind != "finds nothing")
    nothing = sum(r.kind == "finds nothing" for r in remarks)
    entries = sum(len(category.entries) for category in lexicon.categories)
    found = f"{plural(counts['error'], 'error')}, {plural(counts['warning'], 'warning')}"
    rest = f"; {nothing:,} found in no text" if nothing else ""
    return f"{found} in {entries:,} {'entry' if entries == 1 else 'entries'}{rest}"
