"""The commands of an editor: read a text as edited, and look for errors of transcription."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rhetorica.errors import StudyError, harmless, listing, nearest, plural

if TYPE_CHECKING:
    from rhetorica.errata import Erratum
    from rhetorica.study import Study
    from rhetorica.study_file import Document

_SUGGESTIONS = "errata_suggested.csv"
_LISTED = 10  # suggestions shown in the terminal; the file has all


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add ``edition`` and ``errata`` to the command line."""
    edition = commands.add_parser(
        "edition",
        help="print a text as edited, or every change made in it",
        description="Print a text as edited: cleaned by the rules and corrected by the errata.",
    )
    edition.add_argument("document", metavar="ID", help="the id of the text, as study.toml has it")
    add_study(edition)
    how = edition.add_mutually_exclusive_group()
    how.add_argument(
        "--diff",
        action="store_true",
        help="show every change in its place: [-gone-], {+new+}, colours in a terminal; each "
        "paragraph is headed by its line in the raw text",
    )
    how.add_argument(
        "--raw", action="store_true", help="print the text as it was read from the raw file"
    )
    edition.set_defaults(action=print_edition)
    errata = commands.add_parser("errata", help="look for errors of transcription")
    verbs = errata.add_subparsers(required=True, metavar="COMMAND", dest="verb")
    suggest = verbs.add_parser(
        "suggest",
        help="list places that may be errors of transcription, for you to judge",
        description="List places that may be errors of transcription, likeliest first, in the "
        "format of errata.csv with apply = no. Nothing is corrected: judge each in its sentence, "
        "and copy those that are errors into the errata of the study.",
    )
    add_study(suggest)
    suggest.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help=f"the csv to write; default: {_SUGGESTIONS} in the build folder of the study; "
        "- for the terminal",
    )
    suggest.add_argument(
        "--limit", type=positive_number, default=100, help="at most so many (default 100)"
    )
    suggest.set_defaults(action=suggest_errata)


def positive_number(text: str) -> int:
    """Read a whole number from 1 on, for an option."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number from 1")
    return int(text)


def add_parameters(parser: argparse.ArgumentParser, help: str) -> None:
    """Add the parameters a command takes, each as a name and a value."""
    parser.add_argument(
        "-p",
        "--parameter",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUE"),
        help=help,
    )


def add_study(parser: argparse.ArgumentParser) -> None:
    """Add the study a command works on, which may be left out."""
    parser.add_argument(
        "study",
        nargs="?",
        help="a study.toml or its folder; default: the study.toml in this folder or one above it, "
        "else the five texts that come with the project",
    )


def print_edition(options: argparse.Namespace, study: "Study") -> int:
    """Print one text of a study, whatever state the others are in."""
    from rhetorica.edition import edit_source
    from rhetorica.errata import read_errata
    from rhetorica.sources import read_sources
    from rhetorica.study import document_ids

    document = _document(study, options.document)
    [source] = read_sources(study.model_copy(update={"documents": (document,)}))
    if options.raw:
        _write(source.text)
        return 0
    errata = read_errata(study.errata, document_ids(study))
    edition = edit_source(source, errata=errata)
    if not options.diff:
        _write(edition.text + "\n")
        return 0
    from rhetorica import terminal

    pieces = terminal.pieces_of(edition, errata)
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    if not console.is_terminal or console.color_system is None:
        print(terminal.marked(pieces) + "\n")
    else:
        console.width = min(console.width, terminal.WIDTH)
        console.print(terminal.coloured(pieces), end="\n\n")
    print(f"{terminal.summary(edition)}\n{terminal.LEGEND}")
    return 0


def _document(study: "Study", name: str) -> "Document":
    """Return the document of an id, or of a file or label that only one has."""
    found = [d for d in study.documents if d.id == name]
    found = found or [d for d in study.documents if name in (d.file, d.label)]
    if len(found) == 1:
        return found[0]
    known = [document.id for document in study.documents]
    raise StudyError(
        f"There is no text '{name}' in {study.file}.{nearest(name, known)} Known: {listing(known)}."
    )


def _write(text: str) -> None:
    """Print a text: unchanged into a file or pipe, without commands to the terminal on one."""
    if sys.stdout.isatty():
        text = harmless(text)
    sys.stdout.write(text if text.endswith("\n") or not sys.stdout.isatty() else text + "\n")


def suggest_errata(options: argparse.Namespace, study: "Study") -> int:
    """Write the candidates of a study as a csv, and show the likeliest."""
    from rhetorica import suggest
    from rhetorica.corpus import read_corpus
    from rhetorica.errata import write_errata
    from rhetorica.files import write_atomically

    level = study.parameters.model_copy(update={"level": "normalised", "parts": (), "texts": ()})
    corpus = read_corpus(study, level)
    found = suggest.suggest_errata(corpus, corpus.errata)
    shown = found[: options.limit]
    if options.output == "-":
        sys.stdout.write(write_errata(shown).decode("utf-8"))
        return 0
    if not found:
        print("Nothing in these texts looks like an error of transcription.")
        return 0
    path = Path(options.output) if options.output else study.build / _SUGGESTIONS
    write_atomically(path, write_errata(shown))
    more = f" of {len(found)}" if len(found) > len(shown) else ""
    print(f"{plural(len(shown), 'candidate')}{more}, likeliest first, in {path}")
    for erratum in shown[:_LISTED]:
        print(f"  {_line(erratum)}")
    print("Judge each in its sentence; what is an error goes into the errata of the study.")
    return 0


def _line(erratum: "Erratum") -> str:
    correction = erratum.correction or "?"
    return harmless(
        f"{erratum.document}: “{erratum.context}”: {erratum.reading} → {correction}. "
        f"{erratum.reason}"
    )
