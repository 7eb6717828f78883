"""The commands of who labels sentences: draw a sheet of them, and hold the lexicon against it."""

import argparse
import shutil
import sys
import textwrap
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from rhetorica.editorial import add_study, positive_number
from rhetorica.errors import AnnotationError, OutputError, harmless, plural

if TYPE_CHECKING:
    import pandas as pd

    from rhetorica.corpus import Corpus
    from rhetorica.study import Study

_SHEET = "annotations_sheet.csv"
_EACH = 5  # sentences with a hit, and as many without, of each category
_WIDEST = 96  # columns of the table of measures with its intervals, the category aside
_LISTED = 12  # disagreements shown unless all are asked for


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add ``annotate`` to the command line."""
    annotate = commands.add_parser("annotate", help="label sentences, and score the lexicon")
    verbs = annotate.add_subparsers(required=True, metavar="COMMAND", dest="verb")
    sample = verbs.add_parser(
        "sample",
        help="draw a sheet of sentences for a person to label",
        description="Draw sentences for a person to label: of each category some in which the "
        "lexicon finds it and as many in which it does not. What it found is not said. Write 1 "
        "where a sentence has a category and 0 where it does not; several people may each label "
        "a copy. Sentences that the study has labelled already are not drawn.",
    )
    add_study(sample)
    sample.add_argument(
        "--each", type=positive_number, default=_EACH, metavar="N",
        help=f"sentences with a hit, and without, of each category (default {_EACH})",
    )  # fmt: skip
    sample.add_argument(
        "--seed", type=int, default=None, help="another number draws others (default: the study's)"
    )
    sample.add_argument(
        "-o", "--output", type=Path, metavar="FILE",
        help=f"the csv to write; default: {_SHEET} beside the annotations of the study",
    )  # fmt: skip
    sample.set_defaults(action=draw_sheet)
    score = verbs.add_parser(
        "score",
        help="say how far the lexicon finds what the labels say",
        description="Hold the lexicon against labelled sentences: precision, recall and F1 of each "
        "category with intervals, and the sentences on which they disagree.",
    )
    add_study(score)
    score.add_argument(
        "--sheet", type=Path, metavar="FILE",
        help="the labelled csv; default: the annotations of the study",
    )  # fmt: skip
    score.add_argument("--all", action="store_true", help="list every disagreement")
    score.set_defaults(action=score_sheet)


def _corpus(study: "Study") -> "Corpus":
    from rhetorica.corpus import read_corpus

    chosen = study.parameters.model_copy(update={"level": "edited", "parts": (), "texts": ()})
    return read_corpus(study, chosen)


def draw_sheet(options: argparse.Namespace, study: "Study") -> int:
    """Write a sheet of sentences to label; never over one that is there."""
    from rhetorica.agreement import sample_sheet
    from rhetorica.annotations import write_annotations
    from rhetorica.files import write_atomically

    path = options.output or study.annotations.parent / _SHEET
    if not path.parent.is_dir():
        raise OutputError(f"There is no folder {path.parent} for {path.name}.")
    if path.exists():
        raise OutputError(
            f"{path} exists already, and may hold labels: name another file with -o, or move it."
        )
    seed = study.parameters.seed if options.seed is None else options.seed
    if not 0 <= seed < 2**32:
        raise OutputError(f"--seed {seed} is out of range: 0 to {2**32 - 1}.")
    rows, categories = sample_sheet(_corpus(study), options.each, seed)
    write_atomically(path, write_annotations(rows, categories))
    print(
        f"{plural(len(rows), 'sentence')} to label in {path}\n"
        f"For each category write 1 or 0: {', '.join(categories)}.\n"
        "'before' is the sentence before, to read, not to label; 'borderline' may name categories "
        "that are open, parted by ';'; 'note' may say why. Leave 'draw', which the "
        "scoring needs, as it is.\n"
        f"Then: rhetorica annotate score {f'{options.study} ' if options.study else ''}"
        f"--sheet {quote(str(path))}"
    )
    return 0


def score_sheet(options: argparse.Namespace, study: "Study") -> int:
    """Print the agreement of the lexicon with a labelled sheet, and where they disagree."""
    from rhetorica.agreement import judge, list_disagreements, score
    from rhetorica.errors import NothingToShow

    sheet = str(options.sheet) if options.sheet else ""
    if not sheet and not study.annotations.is_file():
        raise AnnotationError(
            f"This study has no labelled sentences: {study.annotations} is not there. "
            "'rhetorica annotate sample' draws sentences to label."
        )
    corpus = _corpus(study)
    judged = judge(corpus, sheet)
    frame = score(judged, corpus.parameters.confidence)
    waiting = judged.annotations.unlabelled
    print(
        f"{plural(len(judged.sentences), 'labelled sentence')} in {judged.annotations.path}"
        + (f", {waiting} not labelled yet" if waiting else "")
    )
    if len(set(judged.weights.tolist())) > 1:
        print("Drawn unequally, and so weighted: the measures are those of all sentences.")
    print("\n".join(_table(frame, corpus.parameters.confidence)))
    try:
        wrong = list_disagreements(corpus, sheet)
    except NothingToShow as nothing:
        print(nothing)
        return 0
    shown = wrong if options.all else wrong.head(_LISTED)
    print(f"\n{plural(len(wrong), 'disagreement')}:")
    for row in shown.to_dict("records"):
        print(harmless(_line(row)))
    if len(shown) < len(wrong):
        print(f"  and {len(wrong) - len(shown)} more: --all lists them.")
    return 0


def _table(frame: "pd.DataFrame", confidence: float) -> list[str]:
    """Return the lines of a table: a category each, with its counts and measures.

    On a terminal that is too narrow for them the intervals are left out.
    """
    width = max(len(str(label)) for label in frame["category_label"])
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 1000
    whole = columns >= width + _WIDEST
    cell = 20 if whole else 12
    measures = "".join(f"{name:^{cell}}" for name in ("precision", "recall", "F1"))
    lines = [f"  {'':{width}}  labelled  found  both {measures} elsewhere"]
    for row in frame.to_dict("records"):
        cells = "".join(
            f"{_measure(row, name, whole):^{cell}}" for name in ("precision", "recall", "f1")
        )
        lines.append(
            f"  {harmless(str(row['category_label'])):{width}}  {row['labelled']:8}  "
            f"{row['found']:5}  {row['both']:4} {cells} "
            f"{_measure(row, 'f1_elsewhere', whole=False):>9}"
        )
    said = "Elsewhere: F1 with only those entries that also hit in another text."
    if whole:
        lines.append(f"  In brackets the {100 * confidence:g}% interval. {said}")
    else:
        lines += [f"  {said}", "  A wider terminal shows the intervals too."]
    return lines


def _measure(row: dict[Any, Any], name: str, whole: bool) -> str:
    if row[name] != row[name]:  # a NaN: there is nothing to take a share of
        return "-"
    interval = f" ({row[f'{name}_low']:.2f}-{row[f'{name}_high']:.2f})" if whole else ""
    return f"{row[name]:.2f}{interval}"


def _line(row: dict[Any, Any]) -> str:
    place = f"{row['text']}, line {row['raw_line']}"
    columns = max(shutil.get_terminal_size().columns, 40)
    said = f"{row['category']} {row['what']} ({place}): {row['why']}"
    return "\n".join(
        textwrap.fill(text, columns, initial_indent=indent, subsequent_indent="      ")
        for text, indent in ((said, "  "), (row["sentence"], "    "))
    )
