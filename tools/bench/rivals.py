"""What filer is measured against, in a virtual environment of its own below `build/`.

The packages are the group `bench` of pyproject.toml, from the registry that pip is set up for.
filer itself needs none of them.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
import venv

from figures import ROOT

PLACE = ROOT / "build" / "bench"
BIN = PLACE / ("Scripts" if sys.platform == "win32" else "bin")
_STAMP = PLACE / "installed"


def provide() -> None:
    """Install the rivals, unless they are there."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted: list[str] = groups["dependency-groups"]["bench"]
    if _STAMP.exists() and _STAMP.read_text(encoding="utf-8") == "\n".join(wanted):
        return
    print("── Installing what filer is measured against", file=sys.stderr, flush=True)
    venv.create(PLACE, with_pip=True, clear=True)
    subprocess.run(
        [BIN / "python", "-m", "pip", "install", "--quiet", "--quiet", *wanted], check=True
    )
    _STAMP.write_text("\n".join(wanted), encoding="utf-8")
