"""What the person was asked once and need not be asked again: their yes or no, kept in one file.

Only what filer may do on the network beyond the form itself is kept here. Deleting the file means
being asked again.
"""

from __future__ import annotations

import json
from pathlib import Path

TIMESTAMPS = "timestamps"
MAIL_KEYS = "mail keys"


def remembered(file: Path | None, what: str) -> bool | None:
    """What the person said to *what*; None when they were never asked or it cannot be read."""
    said = _read(file).get(what) if file else None
    return said if isinstance(said, bool) else None


def remember(file: Path, what: str, yes: bool) -> None:  # noqa: FBT001 - the person's yes or no
    """Keep the person's yes or no to *what*. Raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    part.write_text(json.dumps(_read(file) | {what: yes}, indent=2) + "\n", encoding="utf-8")
    part.replace(file)


def _read(file: Path) -> dict[str, object]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
