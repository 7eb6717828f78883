"""Fixtures for all tests."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from rhetorica import new_study


@pytest.fixture
def make_study(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Return a function that makes a study of texts, by their ids, and returns its folder."""

    def make(texts: Mapping[str, str | bytes]) -> Path:
        files = []
        (tmp_path / "texts").mkdir()
        for name, text in texts.items():
            files.append(tmp_path / "texts" / f"{name}.txt")
            files[-1].write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        new_study.make_study(tmp_path / "study", files)
        return tmp_path / "study"

    return make
