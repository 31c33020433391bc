"""A practice filing of Facebook's form on a page of our own, for whoever looks at what it does."""

from __future__ import annotations

from tests.end_to_end.command import Command, Run
from tests.end_to_end.pages import Site


def run(filer: Command, site: Site, stand_in: str = "willing", patience: str = "3") -> Run:
    """*stand_in* on Facebook's form at *site*, who waits so many seconds."""
    return filer(
        *("practice", "facebook", "--site", site.url, "--stand-in", stand_in),
        *("--headless", "--json", "--language", "en"),
        env={"FILER_PATIENCE": patience},
    )
