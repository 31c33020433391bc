"""What filer ran on: versions, system, language and time zone, without who or which machine."""

from __future__ import annotations

import json
import locale
import platform
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import filer
from filer.evidence import layout
from filer.evidence.volume import volume_of
from filer.words import spoken


def environment(versions: Mapping[str, str], kept: Path | None = None) -> bytes:
    """The content of `environment.json`; *versions* names the browser's and Playwright's.

    *kept* is the folder of the evidence; of it, the kind of its file system is named.

    Holds no host name and no user name.
    """
    facts = {
        "filer": filer.__version__,
        "filer_sha256": program_hash(),
        "filer_sha256_how": "export LC_ALL=C; find filer flows -name '*.py' -o -name '*.js' | sort "
        "| xargs sha256sum | sha256sum",
        "python": platform.python_version(),
        "python_kind": platform.python_implementation(),
        "system": platform.system(),
        "system_release": platform.release(),
        "system_version": platform.version(),
        "machine": platform.machine(),
        "libc": " ".join(platform.libc_ver()).strip(),
        "sandboxed_install": sys.prefix != sys.base_prefix,
        "locale": ".".join(part for part in locale.getlocale() if part),
        "speaks": spoken(),
        "time_zone": time.strftime("%Z %z"),
        "file_system": volume_of(kept).kind if kept else "",
        "versions": dict(sorted(versions.items())),
    }
    return json.dumps(facts, indent=2, ensure_ascii=False).encode() + b"\n"


def program_hash() -> str:
    """One hash over every program file of filer and its flows, as `sha256sum` would list them."""
    home = Path(filer.__file__).parent.parent
    found = {
        path.relative_to(home).as_posix(): path
        for package in ("filer", "flows")
        for path in (home / package).rglob("*")
        if path.suffix in {".py", ".js"}
    }
    lines = [f"{layout.hash_file(found[name])[0]}  {name}\n" for name in sorted(found)]
    return layout.sha256("".join(lines).encode())
