"""Which scripts this machine can draw: without a font a picture shows boxes instead of words.

Evidence that shows boxes is no evidence, so the set-up installs what is missing and `filer
doctor` names it. fontconfig is asked, because Chromium on Linux asks it too.
"""

from __future__ import annotations

import subprocess
import sys

# A script, and a language code that fontconfig knows it by. The first row is what Meta's forms
# are written in across Europe; the second is what people's names and reasons may hold.
NEEDED = (
    *(("Latin", "en"), ("Greek", "el"), ("Cyrillic", "bg"), ("emoji", "und-zsye")),
    *(("Arabic", "ar"), ("Hebrew", "he"), ("Georgian", "ka"), ("Devanagari", "hi")),
)
WELCOME = (("Chinese", "zh-cn"), ("Japanese", "ja"), ("Korean", "ko"))

DEBIAN_PACKAGES = ("fontconfig", "fonts-dejavu-core", "fonts-noto-core", "fonts-noto-color-emoji")
DEBIAN_PACKAGE_CHINESE = "fonts-wqy-zenhei"  # draws Chinese, Japanese, Korean in 16 MB, Noto in 91


def scripts_without_font(scripts: tuple[tuple[str, str], ...] = NEEDED) -> tuple[str, ...]:
    """The names of those *scripts* that no installed font can draw.

    All of them where fontconfig itself is missing; none on Windows and macOS, which bring theirs.
    """
    if sys.platform in {"win32", "darwin"}:
        return ()
    return tuple(name for name, language in scripts if not _has_font(language))


def _has_font(language: str) -> bool:
    try:
        asked = subprocess.run(
            ["fc-list", f":lang={language}", "family"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return bool(asked.stdout.strip())
