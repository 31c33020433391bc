"""Starting Playwright so that Ctrl-C is the person's, and nothing of a session stays behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

from filer.errors import NoBrowser
from filer.words import _

Driver = Playwright
"""A running Playwright, by a name that others can use without importing Playwright."""

_PREFIX = "filer-browser-"


@contextlib.contextmanager
def playwright_running() -> Iterator[Driver]:
    """A running Playwright whose browser profiles lie in a folder of this process.

    Folders of processes that are gone are swept first: after a crash a login may lie in them
    (design §4). The driver is started deaf to Ctrl-C, which would end it under the open window.
    Raises `NoBrowser` when the driver does not start.
    """
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    before = {name: os.environ.get(name) for name in ("TMPDIR", "TMP", "TEMP")}
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        os.environ.update(dict.fromkeys(before, str(folder)))
        try:
            playwright = _start()
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
            signal.signal(signal.SIGINT, previous)
        try:
            yield playwright
        finally:
            with contextlib.suppress(Exception):  # the driver may be gone already
                playwright.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}{os.getpid()}-*"):
            shutil.rmtree(left, ignore_errors=True)  # of a window that was closed while it opened


def _start() -> Playwright:
    try:
        return sync_playwright().start()
    except Exception as trouble:  # Playwright has no error of its own for this
        raise NoBrowser(
            _("What drives the browser could not be started: {why}.").format(
                why=str(trouble).rstrip(".") or type(trouble).__name__
            ),
            _("Close other programs and try again; filer doctor says what is missing."),
        ) from trouble


def end_driver() -> None:
    """End what drives the browser, which ends with it: whoever waits for an answer hears so.

    Only for a browser that answers no more: Playwright can only ask it, and would wait too. The
    driver is all that this process has started, and Playwright has no name for it. On Windows,
    where `ps` is not there, nothing happens.
    """
    with contextlib.suppress(OSError):
        asked = ["ps", "-A", "-o", "pid=,ppid="]
        rows = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
        for row in rows.splitlines():
            process, parent = map(int, row.split())
            if parent == os.getpid():
                with contextlib.suppress(ProcessLookupError):  # `ps` itself
                    os.kill(process, signal.SIGKILL)


def environment_in(language: str) -> dict[str, str]:
    """The environment for a browser that speaks *language*: then it offers no translation.

    A translated form is another form, and its text would go to the translator.
    """
    return {**os.environ, "LANGUAGE": language}


def sweep() -> int:
    """Delete the browser folders of filer processes that are gone; return how many."""
    swept = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        number = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if number.isdecimal() and not _runs(int(number)):
            shutil.rmtree(folder, ignore_errors=True)
            swept += not folder.exists()
    return swept


def _runs(number: int) -> bool:
    """Whether the process *number* is there; True where that cannot be told."""
    if os.name == "nt":
        return True  # os.kill would end the process there; the system clears its own folder
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
