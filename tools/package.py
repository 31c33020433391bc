"""Builds wheel and sdist, installs the wheel where nothing else is, and files with it.

    python tools/package.py [--to FOLDER] [--offline]

The wheel is built twice, from this tree and from the sdist, and must hold the same. It is installed
in a new environment; in an empty folder, with nothing of this tree on the path, a practice filing
is made, verified, and turned into a letter and a complaint. Each line says what was done. With
--offline the packages that filer needs are those of this environment; else they are installed anew.
`make package` runs it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from screen import can_have_one, virtual_display

from filer.browser.display import has_display

ROOT = Path(__file__).resolve().parent.parent
PERSON = {
    "FILER_EMAIL": "anna@example.org",
    "FILER_NAME": "Anna Example",
    "FILER_ADDRESS": "Example Street 1, 1000 AA Amsterdam",
    "FILER_COUNTRY": "nl",
    "FILER_TSA_URLS": "",
}


def main() -> int:
    """Build, compare, install, file; what does not go as it must ends it with the reason."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--to", type=Path, default=ROOT / "dist", help="where wheel and sdist go")
    parser.add_argument("--offline", action="store_true", help="install no package anew")
    asked = parser.parse_args()
    wheel, sdist = build(asked.to.absolute())
    with tempfile.TemporaryDirectory(prefix="filer-package-") as work:
        same(wheel, sdist, Path(work))
        filer = installed(wheel, Path(work), offline=asked.offline)
        walk(filer, Path(work))
    return 0


def say(what: str) -> None:
    """One line to whoever waits."""
    print(f"── {what}", flush=True)


def run(command: list[str], where: Path, env: Mapping[str, str] | None = None) -> str:
    """What *command* prints, run in *where*. Ends everything when it fails."""
    done = subprocess.run(
        command,
        cwd=where,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


# --------------------------------------------------------------------------- building


def build(to: Path) -> tuple[Path, Path]:
    """The wheel and the sdist of this tree, newly built in the folder *to*."""
    with tempfile.TemporaryDirectory(prefix="filer-build-") as made:
        command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", made]
        run([*command, "--wheel", "--sdist", str(ROOT)], ROOT)
        to.mkdir(parents=True, exist_ok=True)
        built = {path.suffix: Path(shutil.copy(path, to)) for path in Path(made).iterdir()}
    wheel, sdist = built[".whl"], built[".gz"]
    say(f"built {wheel.name}: {len(held_by(wheel))} files, {wheel.stat().st_size // 1000} kB")
    say(f"built {sdist.name}: {sdist.stat().st_size // 1000} kB")
    return wheel, sdist


def held_by(wheel: Path) -> dict[str, bytes]:
    """Every file in *wheel* but its own list of them."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith(".dist-info/RECORD")]
        return {name: archive.read(name) for name in names}


def same(wheel: Path, sdist: Path, work: Path) -> None:
    """Build the wheel anew from *sdist*, and end everything unless it holds what *wheel* does."""
    with tarfile.open(sdist) as archive:
        archive.extractall(work / "sdist", filter="data")
    (tree,) = (work / "sdist").iterdir()
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(work)]
    run([*command, str(tree)], tree)
    (again,) = work.glob("*.whl")
    ours, theirs = held_by(wheel), held_by(again)
    if differs := sorted(n for n in ours.keys() | theirs.keys() if ours.get(n) != theirs.get(n)):
        sys.exit(f"the wheel built from the sdist differs in: {', '.join(differs)}")
    say("built again from the sdist: the same wheel")


# --------------------------------------------------------------------------- using it


def installed(wheel: Path, work: Path, *, offline: bool) -> Path:
    """The `filer` of a new environment that has *wheel*, and what it needs."""
    place = work / "environment"
    venv.create(place, with_pip=not offline)
    scripts = place / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if offline:
        (packages,) = run([str(python), "-c", _PACKAGES_OF], work).splitlines()
        # A path in a .pth file is not searched for .pth files: this tree does not come with it.
        Path(packages, "needed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "--python", str(python), *pip[3:]]
        pip += ["--no-deps", "--no-index"]
    run([*pip, str(wheel)], work)
    place_of = run([str(python), "-c", "import filer; print(filer.__file__)"], work).strip()
    if not Path(place_of).is_relative_to(place.resolve()):
        sys.exit(f"filer is not the installed one: {place_of}")
    say("installed in a new environment" + (" beside the packages of this one" if offline else ""))
    return scripts / "filer"


_PACKAGES_OF = "import sysconfig; print(sysconfig.get_path('purelib'))"


def walk(filer: Path, work: Path) -> None:
    """File, verify, and write, in an empty folder, as a person who has nothing but the wheel."""
    place = work / "empty"
    (place / "home").mkdir(parents=True)
    with contextlib.ExitStack() as stack:
        display: Mapping[str, str] = os.environ
        if not has_display() and can_have_one():
            display = stack.enter_context(virtual_display())
        kept = {"PATH", "DISPLAY", "XAUTHORITY", "SYSTEMROOT", "TMPDIR", "FILER_BROWSER"}
        env = {name: value for name, value in display.items() if name in kept}
        env |= {"HOME": str(place / "home"), "LANG": "C.UTF-8", **PERSON}

        def answers(*arguments: str) -> list[dict[str, Any]]:
            told = json.loads(run([str(filer), *arguments, "--json"], place, env))
            found: list[dict[str, Any]] = told["results"]
            say(f"filer {' '.join(arguments)}")
            return found

        (filed,) = answers("practice", "facebook", "--stand-in", "willing", "--headless")
        must(filed["outcome"] == "confirmed" and filed["sealed"], "the filing", filed)
        if "DISPLAY" in env or os.name == "nt":
            (seen,) = answers("practice", "instagram", "--stand-in", "willing")
            must(seen["outcome"] == "confirmed" and seen["sealed"], "the filing in a window", seen)
        case = str(filed["case"])
        answers("letter", case)
        answers("complaint", case, "--to", "nl")
        verified = answers("verify", case)
        must(len(verified) == 3 and all(each["ok"] for each in verified), "verifying", verified)
        must(len(answers("status")) >= 1, "the cases", None)
        repair(filer)
        (again,) = answers("practice", "facebook", "--stand-in", "willing", "--headless")
        must(was_run(again)[0] and not was_run(filed)[0], "the flow that ran", again)
        must(was_run(again)[1] != was_run(filed)[1], "the hash of what ran", again)
        say("repaired the installed flow: the bundle holds the flow as it was run, and its hash")
    pages = sorted(path.name for path in place.glob("*.pdf"))
    say(f"letters and complaints: {', '.join(pages) or 'none'}")


def repair(filer: Path) -> None:
    """Add a wording to the installed flow of filer, as a maintainer does."""
    python = str(filer.with_name("python"))
    where = run([python, "-c", "from filer.flow import folder; print(folder())"], filer.parent)
    meta = Path(where.strip()) / "meta.py"
    before = meta.read_text(encoding="utf-8")
    after = before.replace(_WORDING, f'{_WORDING} "{_NEW_WORDING}",', 1)
    must(after != before, "the flow to repair", meta)
    meta.write_text(after, encoding="utf-8")


_WORDING = '"Je e-mailadres",'
_NEW_WORDING = "E-mail van mij"


def was_run(filed: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether the bundle's flow has the new wording, and the hash of filer and its flows."""
    data = Path(str(filed["bundle"])) / "data"
    environment = json.loads((data / "environment.json").read_text(encoding="utf-8"))
    flow = (data / "flow" / "facebook.json").read_text(encoding="utf-8")
    return _NEW_WORDING in flow, environment["filer_sha256"]


def must(right: bool, what: str, found: object) -> None:  # noqa: FBT001 - an assertion
    """End everything, with what was *found*, unless it is *right*."""
    if not right:
        sys.exit(f"{what} is not as it must be: {found}")


if __name__ == "__main__":
    sys.exit(main())
