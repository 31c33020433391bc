"""Writes requirements.lock: every package filer and its maintainers use, exact, with hashes.

    make lock

The versions come from the ranges in pyproject.toml, for every system and Python at once, newest
first; the hashes are those of every file of each release, so that a package that was swapped on
the way is refused. Addresses of registries stay out: whoever installs uses their own.
uv does the resolving; it is fetched into a folder of its own, because nothing else needs it.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
HEADER = """\
# Every package filer and its maintainers use: exact versions, and the hashes of their files.
# Made by `make lock` from pyproject.toml; not edited by hand. Install with
#     pip install --require-hashes -r requirements.lock
# No registry is named here: pip uses the one it is set up for.

"""


def resolve(uv: str) -> str:
    """The pinned packages as uv prints them. A range nobody can meet raises CalledProcessError."""
    command = [uv, "pip", "compile", "pyproject.toml", "--group", "dev", "--universal"]
    command += ["--python-version", "3.11", "--generate-hashes", "--upgrade", "--system-certs"]
    command += ["--no-header", "--no-emit-index-url", "--no-emit-find-links", "--quiet"]
    return subprocess.run(command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE).stdout


def main() -> int:
    """Resolve and write; the lock is replaced only when the resolution worked."""
    place = ROOT / "build" / "lock"
    venv.create(place, with_pip=True, clear=True)
    scripts = place / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([scripts / "pip", "install", "--quiet", "uv"], check=True)
    LOCK.write_text(HEADER + resolve(str(scripts / "uv")), encoding="utf-8")
    print(f"{LOCK.name} written; `make test` tells whether the new versions work.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
