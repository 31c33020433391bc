"""The guide's window: a browser of its own with one page of ours, and no way to any network.

Its own process and its own profile: no page of Meta's shares anything with it. Pages are put into
it from Python, what the person does comes back through one binding; there is no server, no port.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import os
import secrets
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright
from playwright.sync_api import Error as PlaywrightError

from filer.errors import NoBrowser
from filer.human.guide.page import shell
from filer.words import _

ARGUMENTS = (
    "--app=data:text/html,<title>filer</title>",
    "--proxy-server=http://127.0.0.1:9",  # nothing answers there: this window has no way out
    "--proxy-bypass-list=<-loopback>",
    "--disable-sync",
    "--disable-quic",
    "--no-default-browser-check",
    "--no-first-run",
)
LARGEST_FILE = 40 << 20
"""Larger files are not taken through the window, in bytes: mails and letters are far smaller."""
TOO_SOON = 550
"""Milliseconds for which nothing but Stop is heard on a page that has just come or come up."""
_NARROW, _WIDE, _SHARE = 360, 520, 0.36


@dataclass(frozen=True)
class Act:
    """What the person did: *kind* is "answer", "stop", "language", "files" or "closed".

    *page* is the number of the page on which they did it; *files* are names with their content,
    None where it could not be read or is too large.
    """

    kind: str
    page: int = 0
    answer: str = ""
    language: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    files: tuple[tuple[str, bytes | None], ...] = ()


@dataclass(frozen=True)
class Bounds:
    """Where a window stands on the screen, in pixels."""

    left: int
    top: int
    width: int
    height: int


class GuideWindow:
    """One window with one page. Raises `NoBrowser` when it does not open."""

    def __init__(
        self,
        playwright: Playwright,
        executable: Path,
        language: str,
        *,
        visible: bool = True,
        too_soon: int = TOO_SOON,
    ) -> None:
        self._too_soon = too_soon
        self._profile = Path(tempfile.mkdtemp(prefix=f"filer-browser-{os.getpid()}-guide-"))
        self.on_urgent: Callable[[], None] = lambda: None
        self._acts: deque[Act] = deque()
        self._token = secrets.token_hex(16)
        self._closed = False
        as_root = hasattr(os, "geteuid") and os.geteuid() == 0
        try:
            self._context: BrowserContext = playwright.chromium.launch_persistent_context(
                str(self._profile),
                executable_path=str(executable),
                headless=not visible,
                args=[*ARGUMENTS, f"--window-size={_WIDE},800", "--window-position=0,0"],
                chromium_sandbox=not as_root,
                ignore_default_args=["about:blank"],  # else the window has tabs and an address bar
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                locale=language,
                offline=True,
                service_workers="block",
                accept_downloads=False,
                **(
                    {"no_viewport": True}
                    if visible
                    else {"viewport": {"width": 480, "height": 800}}
                ),
            )
            self._context.route("**/*", lambda route: route.abort())
            self._context.expose_binding("filerGuide", self._on_act)
            self.page: Page = self._context.pages[0]
            self.page.on("close", lambda _page: self._on_close())
            self._context.on("page", self._only_one)
            self._home = self.page.url
            self._language = language
            self._furnish()
        except KeyboardInterrupt:
            self.close()
            raise
        except PlaywrightError as trouble:
            self.close()
            raise NoBrowser(
                _("The guide's window could not be opened: {why}.").format(
                    why=trouble.message.splitlines()[0].rstrip(".")
                ),
                _("filer also works in the terminal, with --terminal."),
            ) from trouble

    def _furnish(self) -> None:
        script = files("filer.human.guide").joinpath("pages/guide.js")
        self.page.set_content(shell(self._language))
        self.page.evaluate(
            script.read_text(encoding="utf-8"), [self._token, LARGEST_FILE, self._too_soon]
        )

    # ------------------------------------------------------------------ what it shows

    def whole(self) -> bool:
        """Whether its page is there; made anew when the person loaded it again, or another one."""
        if self._closed:
            return True
        at_home = self.page.url == self._home
        if at_home and self._evaluate("() => Boolean(window.filerShow)", None):
            return True
        with contextlib.suppress(PlaywrightError):
            if not at_home:
                self.page.goto(self._home)
            self._furnish()
        return False

    def show(self, html: str, number: int, title: str, language: str, *, keep: bool) -> None:
        """Put *html* in; with *keep* the person stays where they are on the page."""
        self.whole()
        self._evaluate(
            "([html, number, title, language, keep]) => "
            "window.filerShow(html, number, title, language, keep)",
            [html, number, f"{title} – filer", language, keep],
        )

    def say(self, sentence: str) -> None:
        """Have a screen reader read *sentence* aloud."""
        self._evaluate("(sentence) => window.filerSay(sentence)", sentence)

    def pump(self, seconds: float) -> None:
        """Let the window live for *seconds*."""
        if self._closed:
            return
        with contextlib.suppress(PlaywrightError):
            self.page.wait_for_timeout(seconds * 1000)

    # ------------------------------------------------------------------ what the person does

    @property
    def closed(self) -> bool:
        """Whether the person closed it."""
        return self._closed

    def take(self) -> Act | None:
        """The oldest act that was not taken yet."""
        return self._acts.popleft() if self._acts else None

    def forget_acts(self) -> bool:
        """Drop what was done on pages that are gone; whether Stop was among it."""
        stop = any(act.kind == "stop" for act in self._acts)
        self._acts = deque(act for act in self._acts if act.kind == "closed")
        return stop

    def keep(self, name: str, content: bytes) -> Path:
        """A file that the person handed over, as long as the window is there; where it lies."""
        place = Path(tempfile.mkdtemp(dir=self._profile)) / name
        place.write_bytes(content)
        return place

    # ------------------------------------------------------------------ where it stands

    def beside(self) -> Bounds | None:
        """Put the guide at the left edge of the screen; where the form's window has its place.

        None when the window manager does not say how large the screen is.
        """
        found = self._evaluate(
            "() => [screen.availLeft, screen.availTop, screen.availWidth, screen.availHeight]", None
        )
        if not isinstance(found, list) or not all(isinstance(each, int) for each in found):
            return None
        left, top, width, height = found
        own = max(_NARROW, min(_WIDE, round(width * _SHARE)))
        if width - own < _NARROW:
            return None
        self._place(Bounds(left, top, own, height))
        return Bounds(left + own, top, width - own, height)

    def _place(self, bounds: Bounds) -> None:
        with contextlib.suppress(PlaywrightError):
            session = self._context.new_cdp_session(self.page)
            window = session.send("Browser.getWindowForTarget")["windowId"]
            session.send(
                "Browser.setWindowBounds",
                {
                    "windowId": window,
                    "bounds": {
                        "left": bounds.left,
                        "top": bounds.top,
                        "width": bounds.width,
                        "height": bounds.height,
                    },
                },
            )
            session.detach()

    def close(self) -> None:
        """Close it and delete its profile. Raises nothing."""
        with contextlib.suppress(Exception):  # it may be gone
            self._context.close()
        shutil.rmtree(self._profile, ignore_errors=True)

    # ------------------------------------------------------------------ inside

    def _evaluate(self, script: str, argument: object) -> Any:
        if self._closed:
            return None
        try:
            return self.page.evaluate(script, argument)
        except PlaywrightError:
            return None  # closed just now: the next `take` says so

    def _on_close(self) -> None:
        if not self._closed:
            self._closed = True
            self._acts.append(Act("closed"))
            self.on_urgent()

    def _only_one(self, page: Page) -> None:
        if page != self.page:
            with contextlib.suppress(PlaywrightError):
                page.close()

    def _on_act(self, source: Any, text: object) -> None:
        if source.get("page") != self.page:
            return
        act = _read_act(text, self._token)
        if act is not None:
            self._acts.append(act)
            if act.kind == "stop":
                self.on_urgent()


def _read_act(text: object, token: str) -> Act | None:
    """What the guide's script says the person did; None for what it never says.

    It alone knows the *token*.
    """
    try:
        said = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None
    if not isinstance(said, dict) or not isinstance(said.get("page"), int):
        return None
    if not secrets.compare_digest(str(said.get("token")).encode(), token.encode()):
        return None
    values = said.get("values")
    return Act(
        kind=str(said.get("kind", "")),
        page=said["page"],
        answer=str(said.get("answer") or ""),
        language=str(said.get("language") or ""),
        values={str(k): str(v) for k, v in values.items()} if isinstance(values, dict) else {},
        files=tuple(_files(said.get("files"))),
    )


def _files(found: object) -> list[tuple[str, bytes | None]]:
    kept: list[tuple[str, bytes | None]] = []
    for each in found if isinstance(found, list) else ():
        match each:
            case {"name": str(name), "content": str(content)}:
                raw = None
                with contextlib.suppress(binascii.Error, ValueError):
                    raw = base64.b64decode(content, validate=True)
                kept.append((name, raw if raw is None or len(raw) <= LARGEST_FILE else None))
            case {"name": str(name)}:
                kept.append((name, None))
    return kept
