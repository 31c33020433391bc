"""Starting Playwright and the browser: Ctrl-C is the person's, and nothing of a session stays."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from filer import interrupts
from filer.errors import FilerError, NoBrowser, NoDisplay
from filer.words import _, command

Driver = Playwright
"""A running Playwright, by a name that others can use without importing Playwright."""

_PREFIX = "filer-browser-"


ARGUMENTS = (
    "--proxy-bypass-list=<-loopback>",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # the same, in older Chromium
    # WebRTC resolves the names of its candidates and relays beside the proxy, over DNS and mDNS.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    # A worker that pages share asks past the route; over TLS the way out cannot see what.
    "--disable-blink-features=SharedWorker",
    "--disable-quic",
    "--disable-sync",
    "--disable-domain-reliability",
    "--no-default-browser-check",
)
"""With `--proxy-server`, what makes the proxy the only way out; measured in facts/gate.md, and in
tests/gate."""


NO_TRANSLATION = "--disable-translate-trigger"
"""Chromium offers to translate what is not in the language of its own menus, which can be English
alone: Debian has the others in a package of its own. A translated form is another form, and its
text would go to the translator. `--disable-features=Translate` does nothing since Chromium 138, and
a second list of features would take the place of Playwright's. The guide's page says for itself
that it is not to be translated."""


@dataclass(frozen=True)
class Launch:
    """How the browser is started. *profile* keeps a profile of the person's, which is unusual.

    *bounds* is where the window stands: left, top, width and height in pixels.
    """

    executable: str
    visible: bool
    language: str
    profile: Path | None = None
    patience: float = 10.0
    answers_dialogs: bool = False
    bounds: tuple[int, int, int, int] | None = None


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
    playwright: Playwright | None = None
    try:
        with _ctrl_c_later():
            os.environ.update(dict.fromkeys(before, str(folder)))
            try:
                playwright = _start()
            finally:
                for name, value in before.items():
                    if value is None:
                        os.environ.pop(name, None)
                    else:
                        os.environ[name] = value
        yield playwright
    finally:
        if playwright is not None:
            with contextlib.suppress(Exception):  # the driver may be gone already
                playwright.stop()
        shutil.rmtree(folder, ignore_errors=True)
        for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}{os.getpid()}-*"):
            shutil.rmtree(left, ignore_errors=True)  # of a window that was closed while it opened


@contextlib.contextmanager
def _ctrl_c_later() -> Iterator[None]:
    """What is started meanwhile is deaf to Ctrl-C; one that comes is heard at the end.

    A signal that is held waits, also where it would be ignored (Linux), if every thread of the
    process holds it.
    """
    with interrupts.held():
        previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, previous)


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


def end_browser(way_out: str) -> None:
    """End the browser whose only way out is *way_out*, and what filer drives it with.

    Only for a browser that answers no more: Playwright can only ask it, and would wait too. The
    browser is known by its way out, the driver by its parent and by the folder that
    `playwright_running` put into its environment: no other browser, and no other Playwright of this
    process is ended. On Windows, where `ps` is not there, nothing happens.
    """
    folder = f"={Path(tempfile.gettempdir()) / f'{_PREFIX}{os.getpid()}-'}"
    with contextlib.suppress(OSError):
        asked = ["ps", "axeww", "-o", "pid=,ppid=,args="]  # with the environment
        rows = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
        for row in rows.splitlines():
            process, parent, program = row.split(None, 2)
            is_driver = int(parent) == os.getpid() and folder in program
            is_browser = f" {_proxy(way_out)} " in program and " --type=" not in program
            if is_driver or is_browser:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(process), signal.SIGKILL)


def _proxy(way_out: str) -> str:
    return f"--proxy-server=http://{way_out}"


def environment_in(language: str) -> dict[str, str]:
    """The environment for a browser whose own menus shall be in *language*, where it can."""
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


def open_browser(playwright: Playwright, launch: Launch, way_out: str) -> BrowserContext:
    """A context in a fresh browser, or in the profile of *launch*, whose only way out is *way_out*.

    *way_out* is a host and a port. Raises `NoDisplay` and `NoBrowser`.
    """
    arguments = [
        *ARGUMENTS,
        NO_TRANSLATION,
        _proxy(way_out),
        f"--accept-lang={launch.language},en",
    ]
    if launch.visible:
        left, top, width, height = launch.bounds or (0, 0, 1000, 700)  # a small laptop
        arguments += [f"--window-size={width},{height}", f"--window-position={left},{top}"]
    # Chromium's sandbox cannot run as root; Playwright's default is off for everybody.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    options: dict[str, Any] = {
        "executable_path": launch.executable,
        "headless": not launch.visible,
        "args": arguments,
        "chromium_sandbox": not as_root,
        "env": environment_in(launch.language),
        "handle_sigint": False,
        "handle_sigterm": False,
    }
    context: dict[str, Any] = {
        "locale": launch.language,
        "service_workers": "block",
        "accept_downloads": False,
    }
    if launch.visible:
        context["no_viewport"] = True
    else:
        context["viewport"] = {"width": 1080, "height": 920}
    try:
        if launch.profile is not None:
            return playwright.chromium.launch_persistent_context(
                str(launch.profile), **options, **context
            )
        return playwright.chromium.launch(**options).new_context(**context)
    except PlaywrightError as error:
        raise _cannot_launch(error, launch) from error


def _cannot_launch(error: PlaywrightError, launch: Launch) -> FilerError:
    text = str(error)
    if "XServer" in text or "$DISPLAY" in text or "ozone_platform" in text:
        return NoDisplay(
            _("The browser found no display to open a window on."),
            _("Run filer on a desktop, or with --headless for practice."),
        )
    line = next((x.strip() for x in text.splitlines() if x.strip()), "")
    return NoBrowser(
        _("The browser {browser} could not be started: {why}").format(
            browser=launch.executable, why=line[:200]
        ),
        _("Run: {command} doctor").format(command=command()),
    )
