"""Verification: all figures made again, elsewhere, and compared with those published."""

import json
import shutil
import tempfile
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from os.path import relpath
from pathlib import Path

from rhetorica import manifest, provenance
from rhetorica.catalogue import CATALOGUE
from rhetorica.comparison import Comparison, Kind, compare
from rhetorica.crate import CRATE
from rhetorica.errors import on_one_line, plural
from rhetorica.files import locked, make_folder, sha256_of, sweep, temporary_beside
from rhetorica.gallery import PAGE
from rhetorica.manifest import MANIFEST, Change
from rhetorica.notebook_files import find_notebook
from rhetorica.parameters import Parameters, check_parameters
from rhetorica.pipeline import (
    WHERE_IT_LIES,
    Job,
    Options,
    Report,
    bring_up_to_date,
    plan,
    prepare,
    run_jobs,
)
from rhetorica.provenance import Record
from rhetorica.study import Study, load_study, study_with

_PAGES = (PAGE, CRATE)
_STRAY = "not in the manifest, and not made this time"
_WIDTH = 100  # columns
_LISTED = 12  # of each kind of remark, so many are shown
_INPUTS = ("raw", "lexicon", "errata", "annotations")
_OUTPUTS = ("processed", "figures", "build")
_AGAIN = ".again"  # the folder of outputs, in the copy of a study: no study has one of that name


@dataclass(frozen=True)
class Outcome:
    """What a verification found: a comparison of each file, and what else has to be said.

    `changed` are inputs and parameters that are no longer those of the figures: then nothing
    was made again. `failures` says which notebooks did not run. `notes` are differences of
    library and packages; they decide nothing, but may explain.
    """

    figures: Path
    comparisons: tuple[Comparison, ...] = ()
    changed: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Tell whether all files were made again, to the byte."""
        same = all(item.kind is Kind.IDENTICAL for item in self.comparisons)
        return same and bool(self.comparisons) and not (self.changed or self.failures)

    def lines(self) -> Iterator[str]:
        """Yield the report: every file, what differs last, and a line that sums up."""
        if self.changed:
            yield "The figures were made from something else than what is there now:"
            yield from _listed(self.changed)
            yield "Nothing was compared. Put it back, or make the figures anew: 'rhetorica run'."
            return
        same = sorted(item.name for item in self.comparisons if item.kind is Kind.IDENTICAL)
        if same:
            yield f"{Kind.IDENTICAL}:"
            yield from textwrap.wrap(
                ", ".join(same), _WIDTH, initial_indent="  ", subsequent_indent="  ",
                break_on_hyphens=False,
            )  # fmt: skip
        for kind in (Kind.CLOSE, Kind.DIFFERENT):
            for item in self.comparisons:
                if item.kind is kind:
                    yield f"{item.name}: {kind}"
                    yield f"  {item.difference}"
        if self.failures:
            yield "Not made again, for their notebook failed, and not compared:"
            yield from _listed(self.failures)
        if self.notes:
            yield "What made them and what is here are not the same:"
            yield from _listed(self.notes)
        counts = Counter(item.kind for item in self.comparisons)
        said = ", ".join(f"{counts[kind]} {kind}" for kind in Kind if counts[kind])
        folder = on_one_line(self.figures.name)
        yield f"{plural(len(self.comparisons), 'file')} of {folder}: {said or 'none compared'}."


def _listed(remarks: Iterable[str]) -> Iterator[str]:
    remarks = tuple(remarks)
    yield from (f"  {remark}" for remark in remarks[:_LISTED])
    if len(remarks) > _LISTED:
        yield f"  and {len(remarks) - _LISTED} more"


def verify(
    study: Study,
    figures: Path,
    report: Report,
    options: Options,
    waiting: Callable[[], None] = lambda: None,
) -> Outcome:
    """Make the figures that a manifest lists again, in a temporary folder, and compare them.

    The notebooks run on a copy of the study, with the parameters of the manifest, from the raw
    texts on. Nothing of the study or of its figures is changed; a run that publishes them
    meanwhile makes no difference, and `waiting` is called if one has to be waited for. Raises
    :class:`OutputError` where there is no manifest, and what a run raises.
    """
    manifest.require_manifest(figures)
    with locked(figures, waiting):
        known = manifest.require_manifest(figures)
        published = _published(known, figures)
    changed = tuple(_changed_inputs(study, known))
    if changed:
        return Outcome(figures, changed=changed)
    notes = tuple(_notes(study, known))
    place = Path(tempfile.gettempdir())
    sweep(place)
    with temporary_beside(place / "rhetorica-verify") as folder:
        copy = _copied(study, folder, _lexicons(study, known))
        again = copy.figures
        jobs = _jobs(copy, known, again)
        for job in jobs:
            prepare(copy, job.values)
        failures = run_jobs(copy, jobs, again, report, options)
        bring_up_to_date(copy, again)
        comparisons = tuple(_compared(known, published, again))
    # What is said of a notebook that failed ends with where it lay: it is there no more.
    said = tuple(failure.split(WHERE_IT_LIES)[0] for failure in failures)
    return Outcome(figures, comparisons, (), said, notes)


def _published(known: Record, figures: Path) -> dict[str, bytes]:
    """Read what is published: all that the manifest names, and whatever else is ours."""
    ours = {name for item in CATALOGUE for name in (item.name, *item.tables)}
    names = {*manifest.files_of(known), *_PAGES}
    there = (path for path in figures.iterdir() if path.name in names or path.stem in ours)
    return {path.name: path.read_bytes() for path in there if path.is_file()}


def _records(study: Study, known: Record) -> Iterator[tuple[Record, Job]]:
    """Yield each notebook's record with the job that it would be now, on the same parameters."""
    nowhere = study.build / "verification"
    for name, record in known["notebooks"].items():
        yield record, _job(study, name, record, nowhere)


def _job(study: Study, name: str, record: Record, figures: Path) -> Job:
    """Return the job that makes a notebook's figures with the parameters of its record.

    A parameter that the notebook does not take is one that the study file sets.
    """
    declared = find_notebook(name).parameters
    recorded = record["made_from"]["parameters"]
    values = {key: value for key, value in recorded.items() if key in declared}
    [job] = plan(study, values, [name], figures)
    return job


def _changed_inputs(study: Study, known: Record) -> Iterator[str]:
    seen: set[str] = set()
    for record, job in _records(study, known):
        for change in manifest.changed_makings(record["made_from"], job.made_from):
            if str(change) not in seen:
                seen.add(str(change))
                yield str(change)


def _notes(study: Study, known: Record) -> Iterator[str]:
    commit = provenance.library_commit()
    for record, job in _records(study, known):
        same = record["made_by"] == job.made_by
        if same and commit and record["commit"] not in {None, commit}:
            yield f"the manifest names commit {record['commit']}, not {commit}, for this library"
            break
    seen: set[Change] = set()
    for record, job in _records(study, known):
        for change in manifest.changed_makers(record["made_by"], job.made_by):
            if change not in seen:
                seen.add(change)
                yield str(change)


def _lexicons(study: Study, known: Record) -> Iterator[Path]:
    """Yield the lexicon of each notebook: the study's, or that which a parameter names."""
    for made in manifest.made_froms(known):
        chosen = check_parameters({"lexicon": made["parameters"].get("lexicon")})
        yield study_with(study, chosen).lexicon


def _copied(study: Study, folder: Path, further: Iterable[Path] = ()) -> Study:
    """Copy a study's inputs to where they have the same places relative to one another.

    Within `folder` each lies as deep as in its file system. The study file is written anew, with
    paths from where it lies and other folders for outputs: none leads out of `folder`, as one
    that is absolute, or that goes through a link, would.
    """
    inputs = {name: getattr(study, name) for name in _INPUTS}
    texts = {study.raw / document.file for document in study.documents}
    for file in sorted({*texts, *inputs.values(), *further}):
        if file.is_file():
            place = _place(folder, file)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
    copy = _place(folder, study.file)
    copy.parent.mkdir(parents=True, exist_ok=True)
    places = {name: _place(folder, path) for name, path in inputs.items()}
    places |= {name: copy.parent / _AGAIN / name for name in _OUTPUTS}
    paths = {
        name: Path(relpath(place, copy.parent)).as_posix()
        for name, place in places.items()
        if name in _OUTPUTS or place.exists()
    }
    copy.write_text(_study_file(study, paths), encoding="utf-8", newline="\n")
    return load_study(copy)


def _place(folder: Path, file: Path) -> Path:
    return folder / "copy" / file.relative_to(file.anchor)


def _study_file(study: Study, paths: Mapping[str, str]) -> str:
    """Return a study file that says what the study's own does, but for these paths."""
    usual = Parameters().model_dump(mode="json")
    chosen = study.parameters.model_dump(mode="json")
    tables: list[tuple[str, Mapping[str, object]]] = [
        ("[study]", {name: value for name, value in study if isinstance(value, str)}),
        ("[paths]", paths),
        ("[parameters]", {name: value for name, value in chosen.items() if value != usual[name]}),
    ]
    for document in study.documents:
        tables.append(("[[documents]]", document.model_dump(mode="json", exclude_none=True)))
    lines: list[str] = []
    for head, content in tables:
        lines += [head, *(f"{name} = {_toml(value)}" for name, value in content.items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """Write a text, number or list of texts: in TOML as in json, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _jobs(copy: Study, known: Record, again: Path) -> tuple[Job, ...]:
    records = known["notebooks"].items()
    return tuple(_job(copy, name, record, again) for name, record in records)


def _compared(known: Record, published: Mapping[str, bytes], again: Path) -> Iterator[Comparison]:
    """Compare every file that either side has, but for the manifest and what could not be made."""
    promised = manifest.files_of(known)
    made = {path.name: path.read_bytes() for path in make_folder(again).iterdir()}
    failed = set(known["notebooks"]) - set(manifest.read_manifest(again)["notebooks"])
    left_out = {name for item in failed for name in known["notebooks"][item]["files"]} | {MANIFEST}
    if failed:  # the pages are made from all of them
        left_out |= {*_PAGES}
    for name in sorted({*promised, *made, *published} - left_out):
        if name not in published:
            yield Comparison(name, Kind.DIFFERENT, "missing from the published figures")
        elif name not in made:
            known_to = "not made this time" if name in promised else _STRAY
            yield Comparison(name, Kind.DIFFERENT, known_to)
        else:
            found = compare(name, published[name], made[name])
            if name in promised and promised[name] != sha256_of(published[name]):
                altered = "not the file that the manifest names: altered since it was made"
                said = "; ".join(part for part in (altered, found.difference) if part)
                found = Comparison(name, Kind.DIFFERENT, said)
            yield found
