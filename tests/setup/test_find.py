"""Finding a browser: what is taken, what is refused, and what is said of it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from filer.browser.find import (
    Kind,
    find_browser,
    install_browser,
    packaging_of,
    playwright_places,
    version_of,
)
from filer.errors import NoBrowser

Places = Callable[[], Iterator[tuple[Kind, Path]]]


def program(path: Path, says: str = "Chromium 156.0.1.2 built on Debian") -> Path:
    """A small program that answers `--version` like a browser."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def places(*found: tuple[Kind, Path]) -> Places:
    """The places to look in, as the search takes them."""
    return lambda: iter(found)


def test_this_machine() -> None:
    """On this machine a browser is found, and it tells its version."""
    browser = find_browser(None)

    assert browser.path.is_file()
    assert re.fullmatch(r"\d+(\.\d+){3}", browser.version)


def test_no_browser() -> None:
    """Where there is none, the error says what would do and ends with 8."""
    with pytest.raises(NoBrowser) as raised:
        find_browser(None, candidates=places())

    assert 8 == raised.value.exit_code
    assert "no Chrome, no Edge, no Chromium" in raised.value.message
    assert "FILER_BROWSER" in raised.value.hint


def test_first_that_exists(tmp_path: Path) -> None:
    """The first place that holds a program wins, with its name and version."""
    edge = program(tmp_path / "microsoft-edge", "Microsoft Edge 150.0.3.4")
    chromium = program(tmp_path / "chromium")

    browser = find_browser(
        None,
        candidates=places(
            ("chrome", tmp_path / "google-chrome"), ("edge", edge), ("chromium", chromium)
        ),
    )

    assert (edge, "Microsoft Edge", "150.0.3.4", "edge") == (
        browser.path,
        browser.name,
        browser.version,
        browser.kind,
    )


def test_ordinary_before_snap(tmp_path: Path) -> None:
    """A Snap or Flatpak browser is taken only when there is no other, and filer says so."""
    snap = program(tmp_path / "snap" / "bin" / "chromium")
    flatpak = program(tmp_path / "flatpak" / "exports" / "bin" / "com.google.Chrome")
    ordinary = program(tmp_path / "bin" / "chromium")

    with_other = find_browser(
        None, candidates=places(("chromium", snap), ("chrome", flatpak), ("chromium", ordinary))
    )
    alone = find_browser(None, candidates=places(("chromium", snap)))

    assert ordinary == with_other.path
    assert "" == with_other.expect
    assert snap == alone.path
    assert "Snap" in alone.expect
    assert "flatpak" == packaging_of(flatpak)


def test_script_that_starts_the_snap(tmp_path: Path) -> None:
    """A `chromium-browser` that is a script starting the Snap is known for what it is."""
    script = program(tmp_path / "chromium-browser")
    script.write_text('#!/bin/sh\nexec /snap/bin/chromium "$@"\n', encoding="utf-8")

    assert "snap" == packaging_of(script)


@pytest.mark.parametrize("named", ["path", "kind"])
def test_setting_names_one(tmp_path: Path, named: str) -> None:
    """FILER_BROWSER names a path or a kind, and that one is used though others come first."""
    chrome = program(tmp_path / "google-chrome", "Google Chrome 150.0.0.1")
    chromium = program(tmp_path / "chromium")

    browser = find_browser(
        str(chromium) if named == "path" else "chromium",
        candidates=places(("chrome", chrome), ("chromium", chromium)),
    )

    assert chromium == browser.path
    assert "chromium" == browser.kind


def test_setting_names_an_unusual_place(tmp_path: Path) -> None:
    """A program outside every usual place is known by what it says of itself."""
    beta = program(tmp_path / "beta", "Google Chrome 151.0.0.1 beta")

    browser = find_browser(str(beta), candidates=places())

    assert ("chrome", "Google Chrome", "151.0.0.1") == (browser.kind, browser.name, browser.version)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("/nowhere/chrome", "there is no program to start there"),
        ("edge", "none of the usual places"),
        ("not-a-browser-at-all", "there is no program to start there"),
        ("/usr/bin/firefox", "cannot drive"),
    ],
)
def test_setting_that_cannot_be_met(tmp_path: Path, wanted: str, said: str) -> None:
    """What FILER_BROWSER names is used or refused, never replaced by another browser."""
    chromium = program(tmp_path / "chromium")

    with pytest.raises(NoBrowser, match=said) as raised:
        find_browser(wanted, candidates=places(("chromium", chromium)))

    assert wanted in raised.value.message


def test_setting_names_a_file_that_is_no_program(tmp_path: Path) -> None:
    """A file that cannot be started is refused."""
    file = tmp_path / "notes.txt"
    file.write_text("no program", encoding="utf-8")

    with pytest.raises(NoBrowser, match="no program to start"):
        find_browser(str(file), candidates=places())


def test_playwrights_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the Chromiums that Playwright downloaded the newest wins, and no headless shell."""
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH", raising=False)
    program(tmp_path / "chromium-999" / "chrome-linux" / "chrome")
    newest = program(tmp_path / "chromium-1255" / "chrome-linux64" / "chrome")
    program(tmp_path / "chromium_headless_shell-1300" / "chrome-linux" / "headless_shell")

    browser = find_browser("playwright", candidates=lambda: playwright_places(tmp_path))

    assert newest == browser.path
    assert "Playwright's Chromium" == browser.name


def test_version_of_what_fails(tmp_path: Path) -> None:
    """A program that fails when asked has no version, rather than a guessed one."""
    broken = program(tmp_path / "chromium")
    broken.write_text("#!/bin/sh\necho 1.2.3.4\nexit 127\n", encoding="utf-8")

    assert "" == version_of(broken)
    assert "" == version_of(tmp_path / "missing")


def test_nothing_can_be_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be installed, the error tells what was tried and what to do."""
    refuses = program(tmp_path / "python", "Error: the download site does not answer")
    refuses.write_text(refuses.read_text(encoding="utf-8") + "exit 1\n", encoding="utf-8")
    monkeypatch.setattr("sys.executable", str(refuses))
    monkeypatch.setenv("PATH", str(tmp_path))
    told: list[str] = []

    with pytest.raises(NoBrowser, match="the download site does not answer") as raised:
        install_browser(told.append)

    assert ["Downloading Playwright's Chromium."] == told
    assert "Install Chrome, Edge or Chromium" in raised.value.hint
    assert shutil.which("apt-get") is None
