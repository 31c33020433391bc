"""What the person chose once and need not choose again, kept in one file.

Their yes or no to what filer may do on the network beyond the form itself, and the language that
they chose in the guide. Deleting the file means being asked again.
"""

from __future__ import annotations

import json
from pathlib import Path

from filer.words import NAMES

TIMESTAMPS = "timestamps"
MAIL_KEYS = "mail keys"
_LANGUAGE = "language"


def remembered(file: Path | None, what: str) -> bool | None:
    """What the person said to *what*; None when they were never asked or it cannot be read."""
    said = _read(file).get(what) if file else None
    return said if isinstance(said, bool) else None


def remember(file: Path, what: str, yes: bool) -> None:  # noqa: FBT001 - the person's yes or no
    """Keep the person's yes or no to *what*. Raises `OSError`."""
    _keep(file, what, yes)


def language(file: Path | None) -> str:
    """The language that the person chose in the guide, one of `NAMES`; empty where they did not."""
    said = _read(file).get(_LANGUAGE) if file else None
    return said if isinstance(said, str) and said in NAMES else ""


def remember_language(file: Path, code: str) -> None:
    """Keep the language that the person chose. Raises `OSError`."""
    _keep(file, _LANGUAGE, code)


def _keep(file: Path, what: str, said: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    part.write_text(json.dumps(_read(file) | {what: said}, indent=2) + "\n", encoding="utf-8")
    part.replace(file)


def _read(file: Path) -> dict[str, object]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
