"""Finding a browser on this machine that filer can drive, or installing one.

Needs no running Playwright and nothing but the standard library, so that the set-up can use it
before any package is there. What changes often, where browsers are, stands on top.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filer.errors import NoBrowser
from filer.words import _

Kind = Literal["chrome", "edge", "chromium", "playwright"]

NAMES: dict[Kind, str] = {
    "chrome": "Google Chrome",
    "edge": "Microsoft Edge",
    "chromium": "Chromium",
    "playwright": "Playwright's Chromium",
}

# In the order in which filer takes them: what people keep up to date themselves comes first.
COMMANDS: tuple[tuple[Kind, str], ...] = (
    ("chrome", "google-chrome"),
    ("chrome", "google-chrome-stable"),
    ("edge", "microsoft-edge"),
    ("edge", "microsoft-edge-stable"),
    ("chromium", "chromium"),
    ("chromium", "chromium-browser"),
)
MAC_APPS: tuple[tuple[Kind, str], ...] = (
    ("chrome", "Google Chrome.app/Contents/MacOS/Google Chrome"),
    ("edge", "Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
    ("chromium", "Chromium.app/Contents/MacOS/Chromium"),
)
WINDOWS_PROGRAMS: tuple[tuple[Kind, str], ...] = (
    ("chrome", "Google/Chrome/Application/chrome.exe"),
    ("edge", "Microsoft/Edge/Application/msedge.exe"),
    ("chromium", "Chromium/Application/chrome.exe"),
)
FLATPAKS: tuple[tuple[Kind, str], ...] = (
    ("chrome", "com.google.Chrome"),
    ("edge", "com.microsoft.Edge"),
    ("chromium", "org.chromium.Chromium"),
)
# Below Playwright's own folder: the newest `chromium-NUMBER` that holds one of these.
PLAYWRIGHT_PROGRAMS = (
    "chrome-linux64/chrome",
    "chrome-linux/chrome",
    "chrome-win64/chrome.exe",
    "chrome-win/chrome.exe",
    "chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
    "chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
    "chrome-mac/Chromium.app/Contents/MacOS/Chromium",
)
DEBIAN_PACKAGES = ("chromium", "chromium-sandbox")
OTHER_ENGINES = ("firefox", "librewolf", "safari", "epiphany", "konqueror")


@dataclass(frozen=True)
class Browser:
    """A browser that filer can drive: the program, its name and version, and which kind it is.

    *version* is empty where the program does not tell without opening a window.
    """

    path: Path
    name: str
    version: str
    kind: Kind

    @property
    def packaging(self) -> Literal["snap", "flatpak", "ordinary"]:
        """How it was installed, as far as its path tells."""
        return packaging_of(self.path)

    @property
    def expect(self) -> str:
        """What a person should expect of this browser, as a sentence; empty if nothing."""
        match self.packaging:
            case "snap":
                return _(
                    "This browser is a Snap package: it sees neither hidden folders nor other "
                    "programs' temporary files, so it may not start under filer, and files that "
                    "you attach must lie in your home folder."
                )
            case "flatpak":
                return _(
                    "This browser is a Flatpak package: it runs in a box of its own, so filer "
                    "often cannot drive it, and files that you attach may be invisible to it."
                )
            case "ordinary":
                return ""


def packaging_of(path: Path) -> Literal["snap", "flatpak", "ordinary"]:
    """How the program at *path* is packaged: snap, flatpak, or ordinarily.

    Ubuntu's `chromium-browser` is a small script that starts the Snap: its text is read.
    """
    places = (path.as_posix(), path.resolve().as_posix())
    if any("/snap/" in place or place.endswith("/bin/snap") for place in places):
        return "snap"
    if any("/flatpak/" in place for place in places):
        return "flatpak"
    if path.name == "chromium-browser" and _is_script_for_snap(path):
        return "snap"
    return "ordinary"


def _is_script_for_snap(path: Path) -> bool:
    try:
        with path.open("rb") as program:
            head = program.read(4096)
    except OSError:
        return False
    return head.startswith(b"#!") and b"/snap/bin" in head


def find_browser(
    settings_browser: str | None,
    *,
    candidates: Callable[[], Iterator[tuple[Kind, Path]]] | None = None,
) -> Browser:
    """The browser filer will use: the one the setting FILER_BROWSER names, or the first found.

    *settings_browser* is a path, a program's name, or one of chrome, edge, chromium, playwright.
    What it names is used or refused, never replaced by another. *candidates* yields the places
    to look in, in order; without it, this machine's. Ordinary installations win over Flatpak and
    Snap ones. Raises NoBrowser.
    """
    places = list((candidates or standard_places)())
    if settings_browser:
        return _named(settings_browser, places)
    present = [(kind, path) for kind, path in places if path.is_file()]
    present.sort(key=lambda found: packaging_of(found[1]) != "ordinary")  # stable: order remains
    for kind, path in present:
        return Browser(path, NAMES[kind], version_of(path), kind)
    raise NoBrowser(
        "filer found no browser that it can drive: no Chrome, no Edge, no Chromium.",
        "Install one of them, or let FILER_BROWSER name its program. Firefox and Safari do not do.",
    )


def _named(wanted: str, places: list[tuple[Kind, Path]]) -> Browser:
    """The browser that the setting names, or NoBrowser."""
    if wanted in NAMES:
        for kind, path in places:
            if kind == wanted and path.is_file():
                return Browser(path, NAMES[kind], version_of(path), kind)
        raise NoBrowser(
            _("FILER_BROWSER asks for %(wanted)s, and it is in none of the usual places.")
            % {"wanted": wanted},
            _("Give the path of its program instead, or leave FILER_BROWSER empty."),
        )
    program = Path(wanted).expanduser()
    if not program.is_file() and (on_path := shutil.which(wanted)):
        program = Path(on_path)
    if any(engine in program.name.lower() for engine in OTHER_ENGINES):
        raise NoBrowser(
            _("FILER_BROWSER names %(wanted)s, which filer cannot drive.") % {"wanted": wanted},
            _("filer needs Chrome, Edge or Chromium."),
        )
    if not program.is_file() or not os.access(program, os.X_OK):
        raise NoBrowser(
            _("FILER_BROWSER names %(wanted)s, and there is no program to start there.")
            % {"wanted": wanted},
            _("Correct it, or leave it empty and filer looks for a browser itself."),
        )
    usual = [kind for kind, path in places if path == program]
    kind = usual[0] if usual else kind_of(program)
    return Browser(program, NAMES[kind], version_of(program), kind)


def kind_of(program: Path) -> Kind:
    """Which kind a program outside the usual places is, by its name and what it says of itself."""
    words = f"{program.name} {says_of_itself(program)}".lower()
    if "edge" in words:
        return "edge"
    return "chrome" if "google chrome" in words or "google-chrome" in words else "chromium"


def standard_places() -> Iterator[tuple[Kind, Path]]:
    """Every place where this system keeps a browser, likely or not, in filer's order."""
    home = Path.home()
    match sys.platform:
        case "darwin":
            for folder in (Path("/Applications"), home / "Applications"):
                yield from ((kind, folder / app) for kind, app in MAC_APPS)
            playwright = home / "Library/Caches/ms-playwright"
        case "win32":
            drive = Path(home.drive + "/") if home.drive else Path("C:/")
            folders = (drive / "Program Files", drive / "Program Files (x86)")
            for folder in (*folders, home / "AppData/Local"):
                yield from ((kind, folder / program) for kind, program in WINDOWS_PROGRAMS)
            playwright = home / "AppData/Local/ms-playwright"
        case _:
            yield from _linux_places(home)
            playwright = home / ".cache/ms-playwright"
    yield from playwright_places(playwright)


def _linux_places(home: Path) -> Iterator[tuple[Kind, Path]]:
    for kind, command in COMMANDS:
        if found := shutil.which(command):
            yield kind, Path(found)
    yield "chrome", Path("/opt/google/chrome/chrome")
    yield "edge", Path("/opt/microsoft/msedge/msedge")
    yield "chromium", Path("/snap/bin/chromium")
    for exports in (Path("/var/lib/flatpak"), home / ".local/share/flatpak"):
        yield from ((kind, exports / "exports/bin" / app) for kind, app in FLATPAKS)


def playwright_places(folder: Path) -> Iterator[tuple[Kind, Path]]:
    """The Chromiums that Playwright has downloaded, newest first; its headless shell is not one.

    PLAYWRIGHT_BROWSERS_PATH is Playwright's own setting and says where it puts them.
    """
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    base = Path(chosen) if chosen not in {"", "0"} else folder
    builds = [build for build in base.glob("chromium-*") if build.name[9:].isdigit()]
    for build in sorted(builds, key=lambda build: int(build.name[9:]), reverse=True):
        yield from (("playwright", build / program) for program in PLAYWRIGHT_PROGRAMS)


def version_of(program: Path) -> str:
    """The version of the browser at *program*, such as "156.0.8078.79"; empty if it won't say."""
    if sys.platform == "win32":
        numbers = [entry.name for entry in program.parent.glob("*.*.*.*") if entry.is_dir()]
        return max(numbers, key=_as_numbers, default="")
    number = re.search(r"\d+(?:\.\d+){1,3}", says_of_itself(program))
    return number.group() if number else ""


def says_of_itself(program: Path) -> str:
    """What the browser at *program* answers to `--version`; nothing if it fails.

    On Windows it is not asked: a browser there would open a window.
    """
    if sys.platform == "win32":
        return ""
    try:
        answer = subprocess.run(
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout if answer.returncode == 0 else ""


def _as_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def install_browser(say: Callable[[str], object] = str) -> Browser:
    """A browser newly installed: Playwright's Chromium, else Debian's own package.

    *say* is told each step, because a download takes minutes; without it, nobody is. Blocks until
    it is done; contacts Playwright's download site and, on Debian as root, the
    system's package sources.
    Raises NoBrowser, naming what was tried and the one line an administrator can run.
    """
    say(_("Downloading Playwright's Chromium."))
    told = _run([sys.executable, "-m", "playwright", "install", "chromium"])
    if not told:
        downloaded = _newest_that_starts()
        if downloaded is None and _can_use_apt():
            say(_("Adding the system libraries it needs."))
            _run([sys.executable, "-m", "playwright", "install-deps", "chromium"])
            downloaded = _newest_that_starts()
        if downloaded is not None:
            return downloaded
        told = _("Playwright's Chromium is here, but system libraries it needs are missing.")
    if _can_use_apt():
        say(_("That did not work; installing Debian's Chromium instead."))
        told = install_debian_packages(DEBIAN_PACKAGES)
        if not told:
            return find_browser("chromium")
    raise NoBrowser(
        _("There is no browser, and filer could not install one: %(told)s") % {"told": told},
        _("An administrator of this machine can run: %(line)s")
        % {"line": install_line(DEBIAN_PACKAGES)}
        if shutil.which("apt-get")
        else _("Install Chrome, Edge or Chromium the way you install other programs."),
    )


def install_line(packages: tuple[str, ...]) -> str:
    """The one line that an administrator of a Debian system can paste."""
    names = " ".join(packages)
    return f"apt-get update && apt-get install --no-install-recommends -y {names}"


def _newest_that_starts() -> Browser | None:
    """The newest Chromium of Playwright that at least tells its version, if there is one."""
    try:
        browser = find_browser("playwright")
    except NoBrowser:
        return None
    return browser if browser.version or sys.platform == "win32" else None


def _can_use_apt() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install_debian_packages(packages: tuple[str, ...]) -> str:
    """Debian's *packages* installed, asking nothing; returns what went wrong, empty if nothing.

    Needs root. The lists are refreshed first: a new machine has none.
    """
    if told := _run(["apt-get", "-o", "Acquire::Retries=5", "-q", "update"]):
        return told
    install = ["apt-get", "-o", "Acquire::Retries=5", "-qq", "install", "-y"]
    return _run([*install, "--no-install-recommends", *packages])


def _run(command: list[str]) -> str:
    """Run *command* without standard input; returns its last words if it failed, else nothing."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=1800,
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    except subprocess.TimeoutExpired:
        return f"`{' '.join(command)}` did not end within half an hour."
    except OSError as error:
        return f"`{command[0]}` could not be started ({error})."
    if done.returncode == 0:
        return ""
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("E: ", "Error: "))] or lines[-1:]
    return f"`{' '.join(command[:3])} …` said: {' '.join(telling[:1]) or 'nothing'}"
