"""The visible window, on the virtual display that the suite brings."""

from __future__ import annotations

import os

from tests.end_to_end.command import Command


def test_files_in_a_visible_window(filer: Command) -> None:
    """With a display the window is shown, and the filing goes as without."""
    shown = {name: os.environ.get(name, "") for name in ("DISPLAY", "XAUTHORITY")}
    ran = filer(
        *("practice", "instagram", "--stand-in", "willing", "--headed", "--json"),
        *("--scenario", "app+cookies", "--language", "nl"),
        env={**shown, "FILER_PATIENCE": "6"},
    )

    assert (0, "confirmed", True) == (ran.code, ran.result["outcome"], ran.result["sent"])
