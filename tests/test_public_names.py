"""The names of the package: each can be had, is described, and costs nothing before it is used."""

import inspect
import pkgutil
import subprocess
import sys

import pytest

import rhetorica

NAMES = tuple(name for name in rhetorica.__all__ if name != "__version__")
HEAVY = ("numpy", "scipy", "pandas", "matplotlib", "sklearn", "pydantic", "IPython", "ipywidgets",
         "anywidget", "papermill", "regex")  # fmt: skip


def python(code: str) -> str:
    """Run some code in a Python of its own, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/"
    )
    assert done.stderr == ""
    return done.stdout


def test_the_names() -> None:
    assert set(NAMES) == {
        "open_study", "vary", "find", "show", "show_table", "colophon", "kwic", "read",
        "side_by_side", "add_pattern", "drop_pattern", "keep", "workbench",
    }  # fmt: skip
    assert sorted(set(rhetorica.__all__)) == rhetorica.__all__ == dir(rhetorica)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_a_function_with_a_description(name: str) -> None:
    public = getattr(rhetorica, name)
    assert inspect.isfunction(public) or callable(public)
    assert public.__name__ == name
    assert public.__module__.startswith("rhetorica.")
    described = inspect.getdoc(public)
    assert described is not None
    assert described.splitlines()[0].endswith((".", ":", "``"))
    assert inspect.signature(public).return_annotation is not inspect.Signature.empty


@pytest.mark.parametrize("name", NAMES)
def test_the_package_shows_each(name: str) -> None:
    assert rhetorica.__doc__ is not None
    assert f" {name}(" in rhetorica.__doc__


@pytest.mark.parametrize("name", NAMES)
def test_each_can_be_had_first(name: str) -> None:
    assert python(f"from rhetorica import {name}; print({name}.__name__)") == f"{name}\n"


def test_all_of_them_at_once() -> None:
    code = "from rhetorica import *; import rhetorica; print(set(rhetorica.__all__) - set(dir()))"
    assert python(code) == "set()\n"


def test_no_name_is_a_module_too() -> None:
    modules = {module.name for module in pkgutil.iter_modules(rhetorica.__path__)}
    assert len(modules) > 50
    assert modules.isdisjoint(rhetorica.__all__)


def test_importing_the_package_imports_nothing_else() -> None:
    code = (
        "import sys; before = set(sys.modules); import rhetorica; dir(rhetorica); "
        "rhetorica.__version__; new = set(sys.modules) - before; "
        "print(sorted(n for n in new if n.split('.')[0] not in sys.stdlib_module_names))"
    )
    assert python(code) == "['rhetorica']\n"


def test_what_is_not_of_the_workbench_imports_no_widgets() -> None:
    names = [name for name in NAMES if name != "workbench"]
    code = (
        f"import sys; from rhetorica import {', '.join(names)}; "
        "print(sorted({'ipywidgets', 'anywidget', 'matplotlib.pyplot'} & set(sys.modules)))"
    )
    assert python(code) == "[]\n"


@pytest.mark.parametrize("name", ["open_corpus", "keeping_", "_nothing", "Workbench"])
def test_a_name_that_is_not_there(name: str) -> None:
    with pytest.raises(AttributeError, match=f"module 'rhetorica' has no attribute '{name}'"):
        getattr(rhetorica, name)


def test_heavy_packages_are_there_to_be_imported() -> None:
    """Else the tests above would prove nothing."""
    found = python(f"import importlib.util as u; print([n for n in {HEAVY} if u.find_spec(n)])")
    assert found == f"{list(HEAVY)}\n"
