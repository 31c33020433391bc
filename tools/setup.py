"""Sets this folder up so that filer runs in it; `make demo` and `make test` begin here.

    python3 tools/setup.py [--for demo|test|lint]

A virtual environment in `.venv` with the packages of requirements.lock, filer itself, a browser,
a virtual display where there is no real one, fonts, and for the tests the stock tools they check
the evidence with. Quick when everything is there. Where something of the system is missing: root
on Debian gets it installed, everybody else is told what is missing and the one line to ask an
administrator for. Needs Python alone, nothing installed; never reads standard input.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "filer-setup"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
PURPOSES = ("demo", "test", "lint")
MACHINE_LACKS = 8  # filer's own exit code for it

if sys.version_info < (3, 11):  # noqa: UP036 - this runs before anything is installed
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(f"filer needs Python 3.11 or newer; this is {found}. Try: make PYTHON=python3.11 …")

sys.path.insert(0, str(ROOT))
# Both need the standard library only: filer finds browsers and fonts for itself the same way.
from filer.browser import display, find, fonts  # noqa: E402
from filer.errors import NoBrowser  # noqa: E402


@dataclass(frozen=True)
class Lack:
    """Something of the system that is not there: what, what for, and Debian's packages of it."""

    what: str
    reason: str
    packages: tuple[str, ...]


TEST_TOOLS = (
    Lack("sha256sum", "tests check evidence with it", ("coreutils",)),
    Lack("jq", "tests read the log of a bundle with it", ("jq",)),
    Lack("qpdf", "tests check the PDF with it", ("qpdf",)),
    Lack("pdftotext", "tests read the PDF with it", ("poppler-utils",)),
    Lack("openssl", "tests check timestamps with it", ("openssl",)),
)
ATOMIC = Lack("libatomic", "Playwright's driver does not start without it", ("libatomic1",))
DISPLAY_TOOLS = (
    Lack("Xvfb", "the virtual display that windows open on", ("xvfb",)),
    Lack("xauth", "keeps other people off the virtual display", ("xauth",)),
)


def missing(purpose: str) -> list[Lack]:
    """What the system lacks for *purpose*, a browser aside."""
    lacks = []
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        lacks.append(Lack("python3-venv", "the virtual environment filer lives in", (package,)))
    if purpose == "lint":
        return lacks
    if sys.platform.startswith("linux") and not loads("libatomic.so.1"):
        lacks.append(ATOMIC)
    if sys.platform.startswith("linux") and (purpose == "test" or not display.has_display()):
        lacks += [tool for tool in DISPLAY_TOOLS if shutil.which(tool.what) is None]
    if purpose == "test":
        lacks += [tool for tool in TEST_TOOLS if shutil.which(tool.what) is None]
    for scripts, packages in (
        (fonts.NEEDED, fonts.DEBIAN_PACKAGES),
        (fonts.WELCOME, (fonts.DEBIAN_PACKAGE_CHINESE,)),
    ):
        if none := fonts.scripts_without_font(scripts):
            lacks.append(
                Lack("fonts", f"pictures would show boxes for {', '.join(none)}", packages)
            )
    return lacks


def loads(library: str) -> bool:
    """Whether this system has the shared *library*."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_browser() -> bool:
    """Whether filer finds a browser; a wrong FILER_BROWSER is an error here as it is in filer."""
    wanted = os.environ.get("FILER_BROWSER")
    try:
        find.find_browser(wanted)
    except NoBrowser as none:
        if wanted:
            sys.exit(f"{none}")
        return False
    return True


def may_not_install() -> bool:
    """Whether this account lacks the right to install system packages."""
    return os.name != "posix" or os.geteuid() != 0


def name_and_leave(lacks: list[Lack]) -> None:
    """Say exactly what is missing and what to ask for, and end with filer's exit code 8."""
    packages = tuple(dict.fromkeys(name for lack in lacks for name in lack.packages))
    why = "only an administrator can install it" if may_not_install() else "it is no Debian system"
    print(f"\nThis machine lacks what filer needs, and {why}:", file=sys.stderr)
    for lack in lacks:
        print(f"  {lack.what:<14} {lack.reason}", file=sys.stderr)
    if shutil.which("apt-get"):
        print("\nAsk an administrator of this machine to run this one line:", file=sys.stderr)
        print(f"  {find.install_line(packages)}", file=sys.stderr)
    else:
        print("\nInstall them with this system's package manager.", file=sys.stderr)
        print(f"On Debian the packages are called: {' '.join(packages)}", file=sys.stderr)
    print("\nThen type the same command again.", file=sys.stderr)
    sys.exit(MACHINE_LACKS)


def provide_system(purpose: str) -> None:
    """Install what the system lacks, or name it and leave."""
    lacks = missing(purpose)
    if not lacks:
        return
    if may_not_install() or shutil.which("apt-get") is None:
        if purpose != "lint" and not has_browser():
            lacks.append(Lack("a browser", "Chrome, Edge or Chromium", find.DEBIAN_PACKAGES))
        name_and_leave(lacks)
    packages = tuple(dict.fromkeys(name for lack in lacks for name in lack.packages))
    say(f"Installing {' '.join(packages)}")
    if told := find.install_debian_packages(packages):
        sys.exit(f"That did not work: {told}\nBy hand: {find.install_line(packages)}")


def state() -> str:
    """What the virtual environment was made from, as one hash: same state, nothing to do."""
    digest = hashlib.sha256(f"{ROOT} {sys.version}".encode())  # a moved folder is a new one
    made_from = [ROOT / "requirements.lock", ROOT / "pyproject.toml", ROOT / "hatch_build.py"]
    for source in (*made_from, *sorted(ROOT.glob("filer/locale/*/LC_MESSAGES/*.po"))):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def works(*arguments: str) -> bool:
    """Whether the environment's Python runs *arguments* without an error."""
    try:
        tried = subprocess.run([PYTHON, *arguments], capture_output=True, check=False)
    except OSError:
        return False
    return tried.returncode == 0


def provide_packages() -> None:
    """The virtual environment, the locked packages and filer itself, unless they are there."""
    made = STAMP.read_text(encoding="utf-8") if STAMP.exists() else ""
    if made == state() and works("-c", "import filer, playwright"):
        return
    STAMP.unlink(missing_ok=True)
    if not works("-c", ""):
        say("Making a virtual environment in .venv")
        run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if not works("-m", "pip", "--version"):
        run([str(PYTHON), "-m", "ensurepip"])
    say("Installing the packages of requirements.lock")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input"]
    pip += ["--disable-pip-version-check"]
    patient = ["--retries", "5", "--timeout", "120"]
    run([*pip, *patient, "--require-hashes", "-r", str(ROOT / "requirements.lock")], tries=3)
    say("Installing filer itself")
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    STAMP.write_text(state(), encoding="utf-8")


def provide_browser() -> None:
    """A browser: the one that is there, or one newly installed by filer's own means."""
    if has_browser():
        return
    program = (
        "import sys; from filer.browser.find import install_browser\n"
        "from filer.errors import NoBrowser\n"
        "try: install_browser(lambda told: print('──', told, file=sys.stderr, flush=True))\n"
        "except NoBrowser as none: sys.exit(f'\\n{none.message}\\n{none.hint}')\n"
    )
    if subprocess.run([PYTHON, "-c", program], stdin=subprocess.DEVNULL, check=False).returncode:
        sys.exit(MACHINE_LACKS)


def run(command: list[str], tries: int = 1) -> None:
    """Run *command* from the project's folder; a slow package index gets *tries*.

    What it prints is shown where it fails, and only there: warnings of an index help nobody else.
    """
    for attempt in range(1, tries + 1):
        done = subprocess.run(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode == 0:
            return
        print(done.stdout, end="", file=sys.stderr, flush=True)
        if attempt < tries:
            say(f"That did not work; trying again ({attempt + 1} of {tries})")
            time.sleep(10 * attempt)
    sys.exit(f"This did not work: {shlex.join(command)}")


def say(sentence: str) -> None:
    """One line to whoever waits."""
    print(f"── {sentence}", file=sys.stderr, flush=True)


def main() -> int:
    """Everything in its order: the system, the packages, the browser."""
    parser = argparse.ArgumentParser(description="Sets this folder up so that filer runs in it.")
    parser.add_argument("--for", dest="purpose", choices=PURPOSES, default="demo")
    purpose = parser.parse_args().purpose
    provide_system(purpose)
    provide_packages()
    if purpose != "lint":
        provide_browser()
    return 0


if __name__ == "__main__":
    sys.exit(main())
