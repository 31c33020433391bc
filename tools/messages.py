"""Collects every sentence that can be translated, and brings the catalogues up to date.

    make messages

Translators then edit `filer/locale/*/LC_MESSAGES/filer.po`; the next set-up compiles it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TRANSLATED = ("nl", "de", "fr")

# A flow is data and calls no gettext: what it says to a person stands in HandOver.
EXTRACT = (
    "extract --sort-by-file --no-wrap --project filer --add-comments Translators: "
    "--keywords ngettext:1,2 --keywords HandOver:1 "
    "--output-file filer/locale/filer.pot filer flows"
)
CATALOGUE = "--domain filer --input-file filer/locale/filer.pot --output-dir filer/locale --no-wrap"


def babel(command: str) -> None:
    """Run Babel's own *command*; what it refuses raises CalledProcessError."""
    program = [sys.executable, "-m", "babel.messages.frontend", *command.split()]
    subprocess.run(program, check=True, cwd=ROOT)


def main() -> int:
    """Extract, then update each catalogue, or begin it."""
    (ROOT / "filer/locale").mkdir(exist_ok=True)
    babel(EXTRACT)
    for language in TRANSLATED:
        if (ROOT / f"filer/locale/{language}/LC_MESSAGES/filer.po").exists():
            babel(f"update --no-fuzzy-matching {CATALOGUE} --locale {language}")
        else:
            babel(f"init {CATALOGUE} --locale {language}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
