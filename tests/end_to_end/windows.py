"""A window of filer's own that is used for many pages: what is only looked at needs no new one."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator

from playwright.sync_api import Playwright

from filer.browser.find import find_browser
from filer.browser.launching import Launch
from filer.browser.window import Window
from filer.gate import Gate, Ground
from flows.facebook import FLOW
from tests.end_to_end.pages import Site


@contextlib.contextmanager
def window_on(playwright: Playwright, site: Site) -> Iterator[Window]:
    """A window without a display, with an open gate, that knows no other site than *site*."""
    path = find_browser(os.environ.get("FILER_BROWSER")).path
    gate = Gate(FLOW, Ground(int(site.url.rpartition(":")[2])), time.monotonic)
    opened = Window(playwright, Launch(str(path), visible=False, language="en"), FLOW, gate)
    try:
        yield opened
    finally:
        opened.close()
