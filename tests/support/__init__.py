"""What several tests need: small corpora made from strings, and reference values."""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rhetorica.corpus import Corpus, read_corpus
from rhetorica.counts import Counts, count_paragraphs, sum_documents
from rhetorica.edition import Edition
from rhetorica.new_study import make_study
from rhetorica.parameters import check_parameters
from rhetorica.structure import find_blocks
from rhetorica.study import default_study_file, load_study
from rhetorica.tokens import Tokens, tokenize

REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data" / "reference_values.json").read_text(encoding="utf-8")
)


def tokens_of(texts: Mapping[str, str]) -> Tokens:
    """Tokenise texts as they are, blank lines between their paragraphs, ids as given."""
    return tokenize(
        Edition(name, text, text, (), tuple(find_blocks(text))) for name, text in texts.items()
    )


def counts_of(texts: Mapping[str, str]) -> Counts:
    """Count texts by document, capitals apart."""
    return sum_documents(count_paragraphs(tokens_of(texts)))


def default_corpus(**parameters: object) -> Corpus:
    """Read the five texts, keeping what is made of them out of the repository."""
    study = load_study(default_study_file())
    scratch = Path(tempfile.gettempdir()) / "rhetorica-tests" / "processed"
    study = study.model_copy(update={"processed": scratch})
    return read_corpus(study, check_parameters(parameters, study.parameters))


def corpus_of(folder: Path, texts: Mapping[str, str], **parameters: object) -> Corpus:
    """Make a study of some texts in a new folder and read it."""
    raw = folder / "texts"
    raw.mkdir(parents=True)
    for name, text in texts.items():
        (raw / f"{name}.txt").write_text(text, encoding="utf-8")
    make_study(folder / "study", [raw / f"{name}.txt" for name in texts])
    study = load_study(folder / "study")
    return read_corpus(study, check_parameters(parameters, study.parameters))


def snapshot(folder: Path) -> dict[str, bytes | None]:
    """Everything in a folder, hidden or not: the bytes of its files, None for its folders."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def replace_text(folder: Path, name: str, data: bytes) -> None:
    """Put other bytes in the place of a text, and their sha256 into the study file."""
    raw, file = folder / "raw" / name, folder / "study.toml"
    old = hashlib.sha256(raw.read_bytes()).hexdigest()
    raw.write_bytes(data)
    content = file.read_text(encoding="utf-8").replace(old, hashlib.sha256(data).hexdigest())
    file.write_text(content, encoding="utf-8")
