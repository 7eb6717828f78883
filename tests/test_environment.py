"""What is installed is what is declared, and is declared alike in every file that says it."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import rhetorica

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
# The environment that make sets up reads whatever Rhetorica can read.
READS_ALL = RUNTIME + EXTRAS["documents"]
DIRECT = {
    "requirements.lock": READS_ALL,
    "requirements-dev.lock": READS_ALL + EXTRAS["dev"] + EXTRAS["browser"],
}
CONDA_NAMES = {"matplotlib-base": "matplotlib"}  # on conda-forge: the registry's
CONDA_ALONE = {"python", "pip"}

PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^ ;\\]+)(?P<rest>.*(?:\n    .*)*)", re.M)


def read_lock(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, str]:
    """Version of each pinned package."""
    return {match["name"]: match["version"] for match in PIN.finditer(read_lock(lock))}


def ranges(requirements: list[str]) -> dict[str, str]:
    """Range of each package, both spelt in the one canonical way."""
    parsed = [Requirement(text) for text in requirements]
    return {canonicalize_name(one.name): str(one.specifier) for one in parsed}


def conda_dependencies() -> list[Any]:
    content = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    dependencies: list[Any] = content["dependencies"]
    return dependencies


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Top-level name of each import of a module, and whether it stands at its head."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    head = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], id(node) in head) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0], id(node) in head


def imported_packages() -> set[str]:
    """Top-level names of what the library imports, at the head of a module or inside a function."""
    names = {name for path in (ROOT / "src").rglob("*.py") for name, _ in imports(path)}
    return names - sys.stdlib_module_names - {"rhetorica"}


def undeclared(names: Iterable[str], requirements: list[str]) -> set[str]:
    """The imported names that belong to none of the packages required."""
    origin = packages_distributions()
    declared = set(ranges(requirements))
    return {n for n in names if declared.isdisjoint(map(canonicalize_name, origin.get(n, [])))}


def test_every_package_that_is_imported_is_declared() -> None:
    declared = PROJECT["project"]["dependencies"]
    assert undeclared(imported_packages(), declared + EXTRAS["documents"]) == set()


def test_only_the_readers_need_the_extra_and_only_where_they_use_it() -> None:
    of_extra = undeclared(imported_packages(), PROJECT["project"]["dependencies"])
    assert of_extra == {"pypdf", "docx"}
    for path in (ROOT / "src").rglob("*.py"):
        found = {(name, at_head) for name, at_head in imports(path) if name in of_extra}
        assert found == ({(n, False) for n in of_extra} if path.name == "readers.py" else set())


def test_reading_texts_imports_no_library_before_a_file_needs_it() -> None:
    code = "import rhetorica.sources, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"bs4", "pypdf", "docx", "charset_normalizer", "numpy", "pandas"}
    assert heavy.isdisjoint(done.stdout.split())


def test_conda_has_the_packages_of_the_project_in_the_same_ranges() -> None:
    conda = ranges([line for line in conda_dependencies() if isinstance(line, str)])
    same = {CONDA_NAMES.get(n, n): r for n, r in conda.items() if n not in CONDA_ALONE}
    assert same == ranges(PROJECT["project"]["dependencies"] + EXTRAS["documents"])


def test_conda_has_the_python_of_the_project_and_installs_the_project() -> None:
    conda = ranges([line for line in conda_dependencies() if isinstance(line, str)])
    assert conda["python"] == PROJECT["project"]["requires-python"]
    assert {"pip": ["-e ."]} in conda_dependencies()


@pytest.mark.parametrize("lock", DIRECT)
def test_every_direct_dependency_is_locked_within_its_range(lock: str) -> None:
    locked = pins(lock)
    for requirement in map(Requirement, DIRECT[lock]):
        version = locked[canonicalize_name(requirement.name)]
        assert version in requirement.specifier, f"{requirement} is not {version}"


@pytest.mark.parametrize("lock", DIRECT)
def test_every_package_is_pinned_once_and_has_a_hash(lock: str) -> None:
    found = list(PIN.finditer(read_lock(lock)))
    assert len({match["name"] for match in found}) == len(found)
    assert len(found) == read_lock(lock).count("==") - read_lock(lock).count(" == ")
    assert [match["name"] for match in found if "--hash=sha256:" not in match["rest"]] == []


@pytest.mark.parametrize("lock", DIRECT)
@pytest.mark.parametrize("trace", ["://", "index-url", "find-links", "file:", " @ "])
def test_a_lock_names_no_address(lock: str, trace: str) -> None:
    assert trace not in read_lock(lock)


def test_the_locks_agree() -> None:
    everything = {match[0] for match in PIN.finditer(read_lock("requirements-dev.lock"))}
    assert {match[0] for match in PIN.finditer(read_lock("requirements.lock"))} <= everything


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_alone_lists_every_verb() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = re.findall(r"^\.PHONY: (.*)", makefile, re.M)[0].split()
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^  ([a-z]+) +[a-z]", shown, re.M) == verbs


def test_the_version_is_the_same_everywhere() -> None:
    version = PROJECT["project"]["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert rhetorica.__version__ == version
    assert str(citation["version"]) == version
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_wheel_carries_the_notebooks_and_the_resources(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    notebooks = {f"rhetorica/notebooks/{p.name}" for p in (ROOT / "notebooks").glob("*.ipynb")}
    resources = ROOT / "src/rhetorica/resources"
    files = {str(p.relative_to(ROOT / "src")) for p in resources.rglob("*.*") if p.is_file()}
    assert {name for name in names if name.endswith(".ipynb")} == notebooks
    assert files <= names
