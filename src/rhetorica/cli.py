"""The command line: run a study, make one, and say what is wrong in one sentence."""

import argparse
import os
import re
import shlex
import shutil
import signal
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

from rhetorica import __version__, editorial, lab, labelling, lexical, running
from rhetorica.errors import RhetoricaError, harmless, nearest, on_one_line, plural

_COMMANDS = (
    "run", "verify", "new", "lab", "edition", "errata", "suggest", "kwic", "lexicon", "check",
    "annotate", "sample", "score",
)  # fmt: skip
_OPTIONS = (
    "--parameter", "--only", "--figures", "--force", "--explain", "--keep-going", "--jobs",
    "--cell-seconds", "--memory", "--text-column", "--no-browser", "--port", "--diff", "--raw",
    "--output", "--limit", "--category", "--text", "--sort", "--width", "--regex", "--case",
    "--hyphens", "--csv", "--lexicon", "--all", "--each", "--seed", "--sheet", "--help",
    "--version",
)  # fmt: skip


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one sentence, with the nearest valid name."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to get help, and exit with code 2."""
        wrong = re.search(r"(?:invalid choice: '|unrecognized arguments: )([^' ]+)", message)
        hint = ""
        if wrong and wrong[1].startswith("-"):
            hint = "" if wrong[1] in _OPTIONS else nearest(wrong[1], _OPTIONS)
        elif wrong and "invalid choice" in message:
            hint = nearest(wrong[1], _COMMANDS)
        self.exit(2, on_one_line(f"{self.prog}: {message}.{hint} See '{self.prog} --help'.") + "\n")

    def format_help(self) -> str:
        """Add the parameters to the help of ``run``; only there, for that needs pydantic."""
        text = super().format_help()
        if not self.prog.endswith(" run"):
            return text
        from rhetorica.parameters import PARAMETER_NAMES, describe

        return (
            text
            + "\nparameters (study.toml may set other defaults):\n"
            + "".join(f"  {describe(n)}\n" for n in PARAMETER_NAMES)
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 for a mistake, 130 for Ctrl-C."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # not every terminal can write every title
    options = _parse(arguments)
    usual = signal.signal(signal.SIGINT, _interrupted)
    try:
        if "study" in options:
            from rhetorica.study import load_study

            return int(options.action(options, load_study(options.study or _nearby_study())))
        return int(options.action(options))
    except RhetoricaError as error:
        print(f"rhetorica: {harmless(str(error))}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # who reads our output, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:  # a full disk, a name too long: nothing a traceback explains
        where = on_one_line(str(error.filename or "a file"))
        print(f"rhetorica: {where}: {error.strerror}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("rhetorica: interrupted; what was finished before stays as it is.", file=sys.stderr)
        sys.stderr.flush()
        # The kernels end with this process; the threads that wait for them would go on.
        os._exit(130)
    finally:
        signal.signal(signal.SIGINT, usual)


def _interrupted(*_: object) -> NoReturn:
    """Interrupt what is going on, once: a second Ctrl-C must not interrupt the clearing up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse a command; a study named after the options is taken too, which argparse does not."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and not rest[0].startswith("-") and getattr(options, "study", "") is None:
        options.study = rest.pop(0)
    if rest:
        parser.prog = f"{parser.prog} {options.command}"
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    wrong = lexical.settle_study(options)
    if wrong:
        parser.prog = f"{parser.prog} {options.command}"
        parser.error(wrong)
    return options


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="rhetorica", description="Compare political texts, reproducibly.")
    parser.add_argument("--version", action="version", version=f"rhetorica {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    running.add_commands(commands)
    new = commands.add_parser(
        "new",
        help="make a study of texts of your own",
        description="Make a folder with a study file, your texts and a starter lexicon.",
    )
    new.add_argument("folder", type=Path, help="the folder to make")
    new.add_argument(
        "texts",
        type=Path,
        nargs="+",
        help="files (.txt, .md, .html, .pdf, .docx, .csv), or a folder of them",
    )
    new.add_argument(
        "--text-column",
        default="",
        metavar="NAME",
        help="the column of a .csv file that holds the texts, one a row",
    )
    new.set_defaults(action=_new)
    lab.add_commands(commands)
    editorial.add_commands(commands)
    lexical.add_commands(commands)
    labelling.add_commands(commands)
    return parser


def _nearby_study() -> Path:
    from rhetorica.study import STUDY_FILE, default_study_file

    here = Path.cwd()
    above = (folder / STUDY_FILE for folder in (here, *here.parents))
    return next((file for file in above if file.is_file()), None) or default_study_file()


def _command() -> str:
    """Return what to type for this command: its name, or its path where that is not found."""
    called = Path(sys.argv[0])
    hidden = called.stem == "rhetorica" and not shutil.which("rhetorica")
    return running.short(called) if hidden else "rhetorica"


def _new(options: argparse.Namespace) -> int:
    from rhetorica.new_study import make_study

    made = make_study(options.folder, options.texts, options.text_column)
    folder = on_one_line(str(options.folder))
    named = on_one_line(shlex.quote(str(options.folder)))
    print(f"Made {folder} with {plural(made.texts, 'text')}:")
    for line in made.lines:
        print(f"  {line}")
    print(
        f"Next: check {Path(folder) / 'study.toml'} (labels, titles, dates), then\n"
        f"  {_command()} run {named}"
    )
    return 0
