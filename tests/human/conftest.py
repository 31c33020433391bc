"""A person with a keyboard made of a pipe, and the catalogues as they are on disk."""

from __future__ import annotations

import gettext
import importlib.util
import io
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import pytest

from filer import words

ROOT = Path(__file__).resolve().parents[2]


class Keyboard:
    """A pipe: what is typed comes out of *stream*; closing it is the end of all typing."""

    def __init__(self) -> None:
        out, into = os.pipe()
        self.stream: TextIO = os.fdopen(out, encoding="utf-8")
        self._into: int | None = into

    def type(self, *lines: str) -> None:
        """Type each line, with Enter."""
        assert self._into is not None
        for line in lines:
            os.write(self._into, f"{line}\n".encode())

    def end(self) -> None:
        """Nobody types any more."""
        if self._into is not None:
            os.close(self._into)
            self._into = None


@pytest.fixture
def keyboard() -> Iterator[Keyboard]:
    """A keyboard that is put away after the test."""
    made = Keyboard()
    yield made
    made.end()
    made.stream.close()


@pytest.fixture
def paper() -> io.StringIO:
    """What the terminal prints."""
    return io.StringIO()


@pytest.fixture(autouse=True)
def _the_language_before() -> Iterator[None]:
    before = words._state["now"]
    yield
    words._state["now"] = before


@pytest.fixture(scope="session")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The locale folder, compiled by the build's own function, away from the source."""
    root = tmp_path_factory.mktemp("compiled")
    shutil.copytree(ROOT / "filer" / "locale", root / "filer" / "locale")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    build.compile_catalogues(root)
    return root / "filer" / "locale"


@pytest.fixture
def speak(catalogues: Path) -> Callable[[str], None]:
    """Switches to a language, whether or not its catalogue is compiled where filer lies."""

    def switch(language: str) -> None:
        if language == "en":
            words._state["now"] = gettext.NullTranslations()
        else:
            words._state["now"] = gettext.translation("filer", catalogues, languages=[language])

    return switch
