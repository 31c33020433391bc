"""The window with Meta's page in it: `ports.Form` over Playwright and Chromium.

Launch, teardown and the wiring of the gate are here. The browser's only way out is `WayOut`; every
request is also put before the judge by a route over the whole context. The page is read through
`look.js` in a world of its own, which the page's scripts cannot see or change.

Never evaluate in the page from inside `_on_route`: for a native form post it hangs
(facts/gate.md). Never sleep on this thread: with a route installed that freezes the person's page.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import mimetypes
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from playwright.sync_api import (
    BrowserContext,
    CDPSession,
    Dialog,
    Locator,
    Page,
    Playwright,
    Response,
    Route,
)
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Request as PlaywrightRequest

from filer.browser import locate, picture, prints
from filer.browser.launching import end_driver, environment_in
from filer.browser.locate import Button, Control, Located, Look
from filer.browser.proxy import Door, WayOut
from filer.errors import FilerError, NoBrowser, NoDisplay, Stopped, WindowClosed
from filer.flow import Choose, Field, Flow, HumanSends, Label, Press
from filer.gate import READS, Gate, Request, Reviewed, Ruling, State, Verdict, tells
from filer.ports import (
    Attached,
    Fingerprint,
    Found,
    Place,
    Reaction,
    Reading,
    Refusal,
    Sent,
    Shot,
    View,
)
from filer.words import _

LOOK = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")
_SOON = 10.0
"""A browser that was asked to end, and has not answered for so many seconds, hangs."""

_WORLD = "filer"

ARGUMENTS = (
    "--proxy-bypass-list=<-loopback>",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # the same, in older Chromium
    "--disable-quic",
    "--disable-sync",
    "--disable-domain-reliability",
    "--no-default-browser-check",
)
"""With `--proxy-server`, what makes the proxy the only way out; measured in facts/gate.md."""

_OWN_HEADERS = frozenset(
    "accept-encoding accept-charset user-agent origin cookie host connection content-length "
    "content-type content-encoding upgrade-insecure-requests purpose dnt".split()
)
"""Headers that a page cannot write into; all others are looked at by the judge."""


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


@dataclass
class _Going:
    """The send on its way."""

    request: PlaywrightRequest
    verdict: Verdict
    state: str = "left"
    status: int | None = None
    date: str | None = None
    failure: str | None = None
    door_closed_at: float | None = None


class Window:
    """A fresh browser with one page, shut in by the gate. Implements `ports.Form`.

    `on_send` is called before a send or a code leaves; if it raises, nothing leaves.
    """

    def __init__(
        self,
        playwright: Playwright,
        launch: Launch,
        flow: Flow,
        gate: Gate,
        upstream: Mapping[str, str] | None = None,
    ) -> None:
        self.flow, self.gate, self.ground = flow, gate, gate.ground
        self.launch = launch
        self.way_out = WayOut((*flow.hosts, *flow.assets), self.ground, upstream)
        self.on_send: Callable[[Request, Verdict], None] = lambda _request, _verdict: None
        self._interrupted = False
        self._heard = threading.Event()
        self._trouble: Exception | None = None
        self._statuses: dict[str, int] = {}
        self._heading = ""
        self._under_way: PlaywrightRequest | None = None
        self._documents: list[tuple[Mapping[str, object], Response]] = []
        self._whole: set[PlaywrightRequest] = set()
        self._going: _Going | None = None
        self._code: _Going | None = None
        self._held: list[Route] = []
        self._asked: tuple[Route, Request, Verdict] | None = None
        self._refusals: list[Refusal] = []
        self._dialog: Dialog | None = None
        self._reading = False
        self._alerts: list[str] = []
        self._typed: dict[str, str] = {}
        self._told: set[str] = set()
        self._lens: picture.Lens | None = None
        self._secrets: set[str] = set()
        self._secrets_known = True
        self._tried = False
        self._pressed = False
        self._stopped_before = 0
        self._typed_boxes: set[str] = set()
        self._baseline, self._born = "", ""
        self._before: frozenset[tuple[str, str, str]] = frozenset()
        self._last: Look | None = None
        self._located: Located | None = None
        self._sessions: dict[Page, CDPSession] = {}
        self._closed = False
        address = self.way_out.start()
        try:
            self._context = self._start(playwright, address)
        except BaseException:
            self.way_out.stop()
            raise
        self._context.route("**/*", self._on_route)
        self._context.on("request", self._on_request)
        self._context.on("response", self._on_response)
        self._context.on("requestfailed", self._on_failed)
        self._context.on("requestfinished", self._on_finished)
        self._context.on("page", self._watch)
        self.page = self._context.pages[0] if self._context.pages else self._context.new_page()
        self._watch(self.page)

    # ------------------------------------------------------------------ launching

    def _start(self, playwright: Playwright, way_out: str) -> BrowserContext:
        arguments = [
            *ARGUMENTS,
            f"--proxy-server=http://{way_out}",
            f"--accept-lang={self.launch.language},en",  # no offer to translate the form
        ]
        if self.launch.visible:
            left, top, width, height = self.launch.bounds or (0, 0, 1000, 700)  # a small laptop
            arguments += [f"--window-size={width},{height}", f"--window-position={left},{top}"]
        # Chromium's sandbox cannot run as root; Playwright's default is off for everybody.
        as_root = hasattr(os, "geteuid") and os.geteuid() == 0
        options: dict[str, Any] = {
            "executable_path": self.launch.executable,
            "headless": not self.launch.visible,
            "args": arguments,
            "chromium_sandbox": not as_root,
            "env": environment_in(self.launch.language),
            "handle_sigint": False,
            "handle_sigterm": False,
        }
        context: dict[str, Any] = {
            "locale": self.launch.language,
            "service_workers": "block",
            "accept_downloads": False,
        }
        if self.launch.visible:
            context["no_viewport"] = True
        else:
            context["viewport"] = {"width": 1080, "height": 920}
        try:
            if self.launch.profile is not None:
                return playwright.chromium.launch_persistent_context(
                    str(self.launch.profile), **options, **context
                )
            return playwright.chromium.launch(**options).new_context(**context)
        except PlaywrightError as error:
            raise _cannot_launch(error, self.launch) from error

    def _watch(self, page: Page) -> None:
        if page in self._sessions:
            return
        with contextlib.suppress(PlaywrightError):
            session = self._context.new_cdp_session(page)
            self._sessions[page] = session
            session.send("Page.enable")
            session.send("Runtime.enable")
            session.on("Runtime.bindingCalled", self._on_press)
            session.send(
                "Runtime.addBinding", {"name": "filerPressed", "executionContextName": _WORLD}
            )
            session.send(
                "Page.addScriptToEvaluateOnNewDocument",
                {"source": LOOK, "worldName": _WORLD, "runImmediately": True},
            )
        page.on("dialog", self._on_dialog)
        # A page that crashed answers nobody, so whatever waits for it would wait for ever.
        page.on("crash", lambda crashed: _quietly(crashed.close))

    def _on_press(self, call: Mapping[str, object]) -> None:
        self._pressed = self._pressed or call.get("name") == "filerPressed"

    # ------------------------------------------------------------------ the gate's wiring

    def _on_route(self, route: Route, seen: PlaywrightRequest) -> None:
        if seen.url.partition(":")[0] in {"data", "blob", "about"}:
            route.continue_()
            return
        request = self._with_cookies(_request(seen))
        self._rule(route, request, self.gate.judge(request))

    def _with_cookies(self, request: Request) -> Request:
        """*request*; once values were typed, a read is judged with the cookies it would take along.

        The route does not show them, and a page can write what was typed into one.
        """
        if request.method not in READS or self.gate.state not in {State.UNLOCKED, State.SPENT}:
            return request
        cookies: tuple[tuple[str, str], ...] = ()
        with contextlib.suppress(PlaywrightError):
            found = self._context.cookies(request.url)
            cookies = tuple(("cookie", f"{c.get('name')}={c.get('value')}") for c in found)
        return dataclasses.replace(request, headers=request.headers + cookies)

    def _rule(self, route: Route, request: Request, verdict: Verdict) -> None:
        match verdict.ruling:
            case Ruling.PASS:
                if self.gate.state is not State.OPEN:
                    self.way_out.expect(request.method, request.url.partition("#")[0])
                _quietly(route.continue_)
            case Ruling.SEND | Ruling.CODE:
                self._let_go(route, request, verdict)
            case Ruling.HOLD:
                self._held.append(route)
            case Ruling.ASK if self._asked is None:
                self._asked = (route, request, verdict)
            case Ruling.ASK:
                self.gate.refused += 1
                self._refuse(route, request, verdict)
            case Ruling.REFUSE:
                self._refuse(route, request, verdict)

    def _refuse(self, route: Route, request: Request, verdict: Verdict) -> None:
        if self.gate.state is State.ARMED and not self._tried:
            self._tried = tells(request, self._told)
        self._refusals.append(
            Refusal(
                request.method,
                locate.shown_address(request.url),
                verdict.why,
                like_a_send=request.method not in {"GET", "HEAD", "OPTIONS"},
            )
        )
        # 204 keeps the page and what was typed; for anything else an abort is the honest answer,
        # because a page that gets 204 for a fetch says thank you.
        if request.navigation:
            _quietly(lambda: route.fulfill(status=204))
        else:
            _quietly(lambda: route.abort("blockedbyclient"))

    def _let_go(self, route: Route, request: Request, verdict: Verdict) -> None:
        try:
            self.on_send(request, verdict)
        except Exception as trouble:  # noqa: BLE001 - raised again from `pump`, where it is heard
            # The evidence could not be written: then nothing leaves.
            self.way_out.cut()
            self._trouble = trouble
            _quietly(route.abort)
            return
        going = _Going(route.request, verdict)
        if verdict.ruling is Ruling.CODE:
            self._code = going
        else:
            self._going = going
        body = None if _lacks_a_file(request) else request.body
        self.way_out.send(request.method, request.url.partition("#")[0], body)
        _quietly(route.continue_)

    def _on_request(self, request: PlaywrightRequest) -> None:
        """Note where the window is heading; redirects, which the route does not see, come here."""
        with contextlib.suppress(PlaywrightError):
            if request.is_navigation_request() and request.frame.parent_frame is None:
                self._heading = request.url
                self._under_way = request
                if self._lens is not None and request.frame.page is self.page:
                    self._lens.put_down()

    def _on_response(self, response: Response) -> None:
        request = response.request
        self._arrived(request)
        for going in (self._going, self._code):
            if going and going.state == "left" and request == going.request:
                if response.headers.get("via", "").endswith(" filer"):
                    # The way out turned a repetition of the send away: no answer of Meta's.
                    going.state, going.failure = "failed", "the connection ended with no answer"
                    self._answered()
                    continue
                going.state, going.status = "answered", response.status
                going.date = response.headers.get("date")
                if response.status in {307, 308}:
                    # Such a redirect repeats the send elsewhere; one confirmation, one send.
                    going.failure = "the answer asked to send again, which was refused"
                    self.way_out.cut()
                self._answered()
        with contextlib.suppress(PlaywrightError):
            if request.is_navigation_request() and request.frame.parent_frame is None:
                self._statuses[response.url] = response.status
                if "filer" in response.headers.get("via", ""):
                    self._statuses[response.url] = 0
                self._document(response)

    def _arrived(self, request: PlaywrightRequest) -> None:
        if request == self._under_way:
            self._under_way = None

    def _on_finished(self, request: PlaywrightRequest) -> None:
        with contextlib.suppress(PlaywrightError):
            if request.is_navigation_request():
                self._whole.add(request)

    def _on_failed(self, request: PlaywrightRequest) -> None:
        self._arrived(request)
        for going in (self._going, self._code):
            if going and going.state == "left" and request == going.request:
                going.state, going.failure = "failed", request.failure or "no answer came"
                self._answered()

    def _answered(self) -> None:
        self.gate.answered()
        if self.way_out.door is Door.SENDING:
            self.way_out.answered()
        held, self._held = self._held, []
        for route in held:
            request = self._with_cookies(_request(route.request))
            self._rule(route, request, self.gate.judge(request))

    def _document(self, response: Response) -> None:
        if locate.is_private(response.url, self.flow, self.ground):
            return
        host = self.ground.host(response.url)
        facts = {
            "address": locate.shown_address(response.url),
            "status": response.status,
            "date": response.headers.get("date"),
            "server": self.way_out.server_addresses.get(host),
            "redirected": response.request.redirected_from is not None,
        }
        self._documents.append((facts, response))

    def _on_dialog(self, dialog: Dialog) -> None:
        if dialog.type == "alert":
            self._alerts.append(dialog.message)
        if dialog.type in {"alert", "beforeunload"} or self.launch.answers_dialogs:
            _quietly(dialog.accept)
        elif self._reading:  # what reads the page waits behind this dialog, and Ctrl-C with it
            _quietly(dialog.dismiss)
        else:
            self._dialog = dialog

    # ------------------------------------------------------------------ living

    def pump(self, seconds: float) -> None:
        """Let the page live for *seconds*; see `ports.Form.pump`."""
        self._check()
        if self._going and self._going.state == "left":
            self._mind_the_door(self._going)
        with self._alive():
            self.page.wait_for_timeout(max(1.0, seconds * 1000))
        self._check()

    def _mind_the_door(self, going: _Going) -> None:
        """When the send's connection ended without an answer, a repetition may be waiting outside.

        Chromium repeats a POST on a reset connection by itself, unseen by the route
        (facts/gate.md); it waits at the way out and is turned away here.
        """
        if not self.way_out.send_over:
            return
        now = time.monotonic()
        going.door_closed_at = going.door_closed_at or now
        if now - going.door_closed_at > 1.0 and self.way_out.door is Door.SENDING:
            self.way_out.cut()

    def interrupt(self) -> None:
        """The person pressed Ctrl-C: whatever waits ends, at the next moment it can.

        Where the browser answers no more there is no such moment, and it is ended.
        """
        if not self._interrupted:
            self._end_unless(self._heard)
        self._interrupted = True
        if self.gate.state is not State.SPENT:
            self.way_out.cut()

    def _end_unless(self, done: threading.Event) -> None:
        """Unless it is *done* soon, end what drives the browser, and with it the browser.

        A page that is busy with itself, or a browser that hangs, lets everybody wait for ever.
        """

        def wait() -> None:
            if not done.wait(_SOON):
                end_driver()

        threading.Thread(target=wait, name="filer-watch", daemon=True).start()

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """A stretch at the end of which the browser has answered, or is no more."""
        done = threading.Event()
        self._end_unless(done)
        try:
            yield
        finally:
            done.set()

    def _check(self) -> None:
        if self._trouble is not None:
            trouble, self._trouble = self._trouble, None
            raise trouble
        if self._interrupted:
            self._heard.set()
            raise Stopped("Ctrl-C")
        if self._closed:
            raise WindowClosed
        if self.page.is_closed():
            others = [p for p in self._context.pages if not p.is_closed()]
            if not others:
                raise WindowClosed
            self.page = others[-1]

    @contextlib.contextmanager
    def _alive(self) -> Iterator[None]:
        """Turn what Playwright raises when the window goes into `WindowClosed`."""
        try:
            yield
        except PlaywrightError as error:
            if self._interrupted:
                self._heard.set()
                raise Stopped("Ctrl-C") from error
            if self._closed or self.page.is_closed() or not self._context.pages:
                self._check()
                raise WindowClosed from error
            if "closed" in str(error) or "crash" in str(error).lower():
                raise WindowClosed from error
            raise

    def settle(self, seconds: float) -> None:
        """Wait until two looks in a row show the same, at most *seconds*."""
        until = time.monotonic() + seconds
        before = self._signature()
        while time.monotonic() < until:
            self.pump(0.15)
            now = self._signature()
            if now == before and self._last is not None and self._last.ready:
                return
            before = now

    def _signature(self) -> tuple[object, ...]:
        look = self._look()
        return (look.address, look.text, len(look.controls), [c.path for c in look.controls])

    # ------------------------------------------------------------------ reading

    def open(self, address: str) -> str | None:
        """Open *address* of the flow; see `ports.Form.open`."""
        self._check()
        target = self._heading = self.ground.address(address)
        try:
            with self._alive():
                response = self.page.goto(
                    target, wait_until="domcontentloaded", timeout=self.launch.patience * 3000
                )
        except PlaywrightError as error:
            if not self.flow.allows_host(self.ground.host(self._heading)):
                return "foreign host"
            if status := self._statuses.get(self._heading):
                return f"HTTP {status}"
            if "Timeout" in type(error).__name__ and self._look().text.strip():
                return None
            return "site not reachable"
        if response is not None and "filer" in response.headers.get("via", ""):
            if not self.flow.allows_host(self.ground.host(response.url)):
                return "foreign host"
            return "site not reachable"
        if response is not None and response.status >= 400 and response.status != 429:
            return f"HTTP {response.status}"
        return None

    def look(self, flow: Flow) -> View:
        """What the window shows now; see `ports.Form.look`."""
        look = self._look()
        view, self._located = locate.view(look, flow, self.ground)
        if view.place is not Place.FORM and self.gate.state is State.OPEN:
            view = self._in_another_tab(flow) or view
        if self._typed and view.readings:
            view = _with_readings(view, self._typed)
        return view

    def _in_another_tab(self, flow: Flow) -> View | None:
        for page in reversed(self._context.pages):
            if page is self.page or page.is_closed():
                continue
            mine, self.page = self.page, page
            view, located = locate.view(self._look(), flow, self.ground)
            if view.place in {Place.FORM, Place.PRIVATE}:
                self._located = located
                return view
            self.page = mine
        return None

    def _look(self) -> Look:
        """One report of `look.js` from its own world; the last one while a dialog is open."""
        self._check()
        if self._dialog is not None or self._under_way is not None:
            return self._last or _nothing(self.page.url)
        report = self._evaluate("filerLook()")
        if report is None:
            return self._last or _nothing(self.page.url)
        address = self.page.url
        self._last = Look.read(address, report, self._statuses.get(address))
        self._pressed = self._pressed or self._last.presses > 0
        return self._last

    def _evaluate(self, expression: str) -> Any:
        """The value of *expression* in filer's own world of the page; None while it changes."""
        reading, self._reading = self._reading, True
        try:
            for _attempt in range(20):
                self._check()
                # A page that is being replaced answers nobody until its server does: then every
                # call into it would hang, and with it the person's "stop".
                if self._dialog is not None or self._under_way is not None:
                    return None
                with self._alive():
                    session = self._sessions.get(self.page)
                    if session is None:
                        self._watch(self.page)
                        session = self._sessions[self.page]
                    try:
                        world = _world(session)
                        answer = session.send(
                            "Runtime.evaluate",
                            {
                                "expression": f"{LOOK}\n;{expression}",
                                "contextId": world,
                                "returnByValue": True,
                            },
                        )
                        if "exceptionDetails" not in answer:
                            return answer["result"].get("value")
                    except PlaywrightError as error:
                        if "closed" in str(error) or "detached" in str(error):
                            raise
                    self.page.wait_for_timeout(50)
            return None
        finally:
            self._reading = reading

    def find(self, wanted: Field, flow: Flow) -> Found | None:
        """The field on the page; see `ports.Form.find`."""
        look = self._look()
        _view, located = locate.view(look, flow, self.ground)
        return locate.find_field(look, wanted, located.group) if located else None

    def fingerprint(self, flow: Flow) -> Fingerprint | None:
        """The form on the page without its values; see `ports.Form.fingerprint`."""
        return prints.fingerprint(self._look(), flow, self.ground)

    # ------------------------------------------------------------------ acting

    def fill(self, found: Found, value: str) -> str:
        """Type *value* into a field and return what the page then holds."""
        if self.gate.state is not State.ARMED:
            raise FilerError("filer tried to type while the gate was open; it does not.")
        self._told.add(value)
        with self._alive():
            target = self.page.locator(found.path).first
            try:
                if found.kind == "select":
                    return self._choose_option(target, found, value)
                target.fill(value, timeout=5000)
                target.blur(timeout=2000)
            except PlaywrightError as error:
                if self.page.is_closed():
                    raise
                return f"\0{type(error).__name__}"
        self._typed[found.path] = found.how
        self._remember_box(found.path)
        return next((c.value for c in self._look().controls if c.path == found.path), "")

    def _choose_option(self, target: Locator, found: Found, value: str) -> str:
        """Choose the option that means *value*; see `ports.Form.fill`.

        A country is known by its two letters, by its name in the page's language, or in English.
        """
        if self.gate.state is not State.ARMED:
            raise FilerError("filer tried to choose while the gate was open; it does not.")
        place = self._evaluate(f"filerOption({json.dumps(found.path)}, {json.dumps(value)})")
        if not isinstance(place, int) or place < 0:
            return ""
        target.select_option(index=place, timeout=5000)
        self._typed[found.path] = found.how
        self._remember_box(found.path)
        again = self._evaluate(f"filerOption({json.dumps(found.path)}, {json.dumps(value)}, true)")
        return value if again == place else ""

    def attach(self, found: Found, path: str) -> Attached:
        """Hand the file at *path* to a field; see `ports.Form.attach`."""
        if self.gate.state is not State.ARMED:
            raise FilerError("filer tried to attach a file while the gate was open; it does not.")
        file = Path(path).expanduser()
        try:
            content = file.read_bytes()
        except OSError as trouble:
            raise FilerError(
                _('The file "%(file)s" cannot be read: %(why)s.')
                % {"file": file, "why": trouble.strerror or trouble},
                _("Nothing was sent."),
            ) from trouble
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        with self._alive(), contextlib.suppress(PlaywrightError):
            # By its bytes and not by its path: so the judge can read the whole send.
            self.page.locator(found.path).first.set_input_files(
                {"name": file.name, "mimeType": kind, "buffer": content}, timeout=5000
            )
            self._typed[found.path] = found.how
            self._remember_box(found.path)
        shown = next((c.value for c in self._look().controls if c.path == found.path), "")
        return Attached(file.name, len(content), hashlib.sha256(content).hexdigest(), shown)

    def note_typed(self, path: str, how: str) -> None:
        """The person typed into the field at *path* themselves."""
        self._typed[path] = how
        self._told.update(c.value for c in self._look().controls if c.path == path and c.value)
        self._remember_box(path)

    def _remember_box(self, path: str) -> None:
        look = self._look()
        for control in look.controls:
            if control.path == path:
                self._typed_boxes.add(look.groups[control.group][0])

    def press(self, step: Press, flow: Flow) -> bool:
        """Press a cookie or wizard button; see `ports.Form.press`."""
        look = self._look()
        button = next(
            (b for b in look.buttons if step.label.names(b.label) and not b.disabled), None
        )
        if button is None:
            return False
        return self._click(button, look, flow)

    def choose(self, step: Choose, flow: Flow) -> bool:
        """Choose the answer of a wizard question and go on; see `ports.Form.choose`."""
        look = self._look()
        answers = locate.answer_controls(look, step)
        if len(answers) != 1:
            return False
        radio = answers[0]
        if not self._click(Button(radio.path, radio.label, (radio.group,)), look, flow):
            return False
        self.pump(0.2)
        if step.then.wordings() and self.press(Press(step.then), flow):
            return True
        # Without a button to go on, the choice itself may have led on.
        return locate.view(self._look(), flow, self.ground)[0].place is not Place.QUESTION

    def _click(self, button: Button, look: Look, flow: Flow) -> bool:
        """Click *button*: the one place in filer that clicks, and what it refuses.

        It refuses a send control, a wording that sends, anything inside a form that holds typed
        values, and everything once the gate is shut.
        """
        located = locate.locate_form(look, flow)
        if self.gate.state is not State.OPEN:
            raise FilerError("filer does not press anything once something was typed.")
        if flow.sending.send.names(button.label):
            raise FilerError(f'filer does not press "{button.label}": that sends. You press it.')
        if located and located.send and located.send.path == button.path:
            raise FilerError("filer does not press the send control of the form. You press it.")
        if any(
            look.groups[g][0] in self._typed_boxes for g in button.groups if g < len(look.groups)
        ):
            raise FilerError("filer does not press anything inside a form that holds typed values.")
        with self._alive():
            try:
                self.page.locator(button.path).first.click(timeout=3000, no_wait_after=True)
            except PlaywrightError:
                if self.page.is_closed():
                    raise
                return False
        return True

    # ------------------------------------------------------------------ the gate's states

    def cut(self) -> None:
        """Close the way out."""
        self.way_out.cut()

    def arm(self) -> None:
        """Shut the gate before anything is typed."""
        self._tried, self._stopped_before = False, self.way_out.stopped_while_shut
        self.gate.arm()
        self.way_out.cut()

    def disarm(self) -> None:
        """Open the gate again, because the form has left the document.

        A page in which something was typed, that tried to send, or whose requests came to the way
        out past the judge, is thrown away first, while the way out is still cut: it could take its
        form away only to have the gate opened. Others are left to lead on, to a login for example.
        """
        shut_out = self.way_out.stopped_while_shut > self._stopped_before
        if self._typed or self._tried or shut_out:
            self._start_afresh()
        self._told.clear()
        self._typed.clear()
        self._typed_boxes.clear()
        self.gate.disarm()
        self.way_out.open()

    def _start_afresh(self) -> None:
        """A new tab in place of all others, without what they stored; the login's cookies stay."""
        origins = {f"{p.scheme}://{p.netloc}" for p in map(urlsplit, self._statuses)}
        with self._alive():
            old = list(self._context.pages)
            self.page = self._context.new_page()
            for page in old:
                _quietly(page.close)
            session = self._context.new_cdp_session(self.page)
            for origin in origins:
                kinds = "local_storage,indexeddb,cache_storage,service_workers,file_systems"
                session.send(
                    "Storage.clearDataForOrigin", {"origin": origin, "storageTypes": kinds}
                )
            for cookie in self._context.cookies():
                text = unquote(cookie.get("value", ""))
                if any(len(value) > 5 and value in text for value in self._told):
                    self._context.clear_cookies(name=cookie.get("name", ""))
            # What the old tabs asked for at closing is refused at the door before it opens.
            self.page.wait_for_timeout(500)
        self._last, self._dialog, self._under_way = None, None, None

    def holds_typed(self) -> bool:
        """Whether what was typed still stands in the document, shown or hidden.

        A page that cannot be asked now counts as one that holds it: the gate stays shut.
        """
        if self._dialog is not None or self._under_way is not None:
            return bool(self._typed)
        held = [self._evaluate(f"filerValue({json.dumps(p)})") for p in self._typed]
        return any(value is None or value for value in held)

    def unlock(self, reviewed: Reviewed) -> bool:
        """Let one send through that carries exactly *reviewed*; False if the page is not at rest.

        Presses from before do not count, so the page must have forgotten them.
        """
        if self._evaluate("filerForget()") is not True:
            return False
        self._pressed = False
        self._alerts.clear()
        self._refusals.clear()
        look = self._look()
        self._baseline, self._born = look.text, look.born
        self._before = frozenset(_mark(c) for c in look.controls)
        self.gate.unlock(reviewed)
        self.way_out.unlock(reviewed.host)
        return True

    def relock(self) -> None:
        """Take the unlocking back, and with it whatever waits for the person's decision."""
        self.decide_unreadable(let=False)
        self.way_out.cut()
        self.gate.arm()

    def unlock_code(self, code: str) -> None:
        """Let one further request through that carries *code*."""
        self._code = None
        self.gate.unlock_code(code)

    def sent(self) -> Sent | None:
        """The send, once it has left."""
        return _sent(self._going)

    def code_sent(self) -> Sent | None:
        """The mailed code, once it has left."""
        return _sent(self._code)

    def refusals(self) -> Sequence[Refusal]:
        """What the gate stopped since this was last asked."""
        taken, self._refusals = self._refusals, []
        return taken

    def refused_requests(self) -> int:
        """How many requests the judge and the way out stopped."""
        return self.gate.refused + self.way_out.stopped_while_shut

    def unreadable(self) -> tuple[str, str] | None:
        """Address and content type of a request that waits for the person's decision."""
        if self._asked is None:
            return None
        _route, request, _verdict = self._asked
        size = len(request.body or b"")
        return locate.shown_address(
            request.url
        ), f"{request.method} {request.content_type} {size} B"

    def decide_unreadable(self, let: bool) -> None:  # noqa: FBT001 - the person's yes or no
        """Let the waiting request go as the one send, or stop it."""
        if self._asked is None:
            return
        (route, request, verdict), self._asked = self._asked, None
        if let and not self.gate.expired():
            self.gate.let_through()
            self._let_go(route, request, Verdict(Ruling.SEND, "the person decided", verdict.names))
        else:
            self.gate.refused += 1
            self._refuse(route, request, Verdict(Ruling.REFUSE, "the person said no"))

    # ------------------------------------------------------------------ after the send

    def pressed(self) -> bool:
        """Whether the person pressed something since the gate was unlocked; asks no page."""
        return self._pressed

    def reaction(self, send: HumanSends, flow: Flow) -> Reaction:
        """What the page shows since the gate was unlocked."""
        look = self._look()
        fresh = "\n".join((look.text, *look.texts, *self._alerts))
        confirmed = _newly(send.confirmed, fresh, self._baseline)
        refused = _newly(send.refused, fresh, self._baseline)
        for reason in flow.unavailable:
            if reason.reason == "throttled":
                refused = refused or _newly(reason.label, fresh, self._baseline)
        return Reaction(
            confirmed=bool(confirmed),
            refused=bool(refused),
            wording=confirmed or refused,
            code_asked=self._find_code(look, flow) is not None,
        )

    def _find_code(self, look: Look, flow: Flow) -> str | None:
        field = next((f for f in flow.code_fields), None)
        texts = [
            c
            for c in look.controls
            if c.kind in {"text", "code"}
            and c.editable
            and not (look.born == self._born and _mark(c) in self._before)
        ]
        if len(texts) != 1 or any(
            c.kind == "textarea" for c in look.controls if c.group == texts[0].group
        ):
            return None
        code = texts[0]
        named = field is not None and (
            field.label.names(code.label) or any(field.label.names(t) for t in code.row)
        )
        words = " ".join((code.label, *code.row, *look.headings, look.groups[code.group][1]))
        spoken = code.kind == "code" or re.search(
            r"(?<!\w)(c[oó]d\w*|kod\w*|kód\w*|κωδικ\w*|код\w*|kood\w*)", words, re.IGNORECASE
        )
        return code.path if named or spoken else None

    def code_typed(self) -> str | None:
        """What stands in the page's code field."""
        look = self._look()
        path = self._find_code(look, self.flow)
        return next((c.value for c in look.controls if c.path == path), None) if path else None

    def question(self) -> str | None:
        """The text of a dialog of the page that waits for the person."""
        return self._dialog.message if self._dialog is not None else None

    def answer_question(self, yes: bool) -> None:  # noqa: FBT001 - the person's yes or no
        """Answer that dialog."""
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            _quietly(dialog.accept if yes else dialog.dismiss)

    # ------------------------------------------------------------------ evidence

    def capture(self, title: str, flow: Flow, wording: str = "") -> Shot:
        """The form's own box, or the box of the answer, as picture, text and values."""
        look = self._look()
        view, located = locate.view(look, flow, self.ground)
        name = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")
        blank = Shot(name, title, view.address, None, None, ())
        if view.place is Place.PRIVATE:
            return _withheld(blank, "private page")
        if self._under_way is not None:
            return _withheld(blank, "the next page had not come")
        try:
            with self._alive(), self._minding_dialogs():
                taken = self._pictured(_places(located), wording)
        except PlaywrightError as error:
            return _withheld(blank, f"{picture.CHANGED} ({type(error).__name__})")
        if taken is None:
            return _withheld(blank, "no box of the form or the answer could be told apart")
        readings = _with_readings(view, self._typed).readings
        readings = tuple(_of_the_form(r, taken.words, flow) for r in readings)
        return Shot(name, title, view.address, taken.png, taken.aria, readings, taken.why)

    def _pictured(self, places: Sequence[str], wording: str) -> picture.Picture | None:
        """The picture of the box of *places* or *wording*, None where there is no such box.

        Taken once more where the page was about to leave and did not.
        """
        for _attempt in range(2):
            lens = picture.Lens(
                self.page,
                self._context.new_cdp_session(self.page),
                _world(self._sessions[self.page]),
            )
            self._lens = lens
            try:
                self._note_secrets(lens)
                box = _box(lens, places, wording)
                return picture.take(lens, box, places, "" if places else wording) if box else None
            except PlaywrightError:
                if not lens.down:
                    raise
            finally:
                self._lens = None
                lens.put_down()
            self.page.wait_for_timeout(200)
            if self._under_way is not None:
                break
            self._evaluate(picture.UNHIDE)
        return picture.Picture(None, None, frozenset(), picture.CHANGED)

    @contextlib.contextmanager
    def _minding_dialogs(self) -> Iterator[None]:
        """Dismiss a dialog that the page opens now: behind it, what is under way would wait."""
        self._reading = True
        try:
            yield
        finally:
            self._reading = False

    def hosts_contacted(self) -> Mapping[str, int]:
        """Hosts the window reached, with the number of connections."""
        return dict(self.way_out.contacted)

    def responses(self) -> Sequence[Mapping[str, object]]:
        """Allow-listed facts of the main documents; `tls` is None where there was none."""
        # Playwright answers about an answer's TLS only once all of it has come.
        return tuple(
            {**facts, "tls": _tls(response) if response.request in self._whole else None}
            for facts, response in self._documents
        )

    def secrets(self) -> Sequence[str]:
        """What must not be found in the evidence: cookies of this session, tokens that pages keep.

        Those of now, and those there were at each capture. What was typed into a password field is
        not among them: filer does not read it, so it cannot look for it; it keeps out of evidence
        because pages with such a field are never captured and no value of one is ever read.
        Plain numbers and words are left out: they stand in links and texts, and are no secrets.
        """
        with self._watched():
            self._note_secrets()
        return tuple(sorted(self._secrets))

    @property
    def secrets_known(self) -> bool:
        """Whether the browser answered when it was last asked for its cookies."""
        return self._secrets_known

    def _note_secrets(self, lens: picture.Lens | None = None) -> None:
        """Remember what is secret now; what pages keep is read through *lens* alone."""
        self._secrets_known = False
        with contextlib.suppress(PlaywrightError, FilerError, WindowClosed):
            cookies = [cookie.get("value", "") for cookie in self._context.cookies()]
            self._secrets |= {value for value in cookies if is_telling(value)}
            self._secrets_known = True
        if lens is not None:
            self._secrets |= set(lens.evaluate("filerStored()") or ()) - self._told

    def browser_version(self) -> str:
        """Name and version of the browser."""
        browser = self._context.browser
        return browser.version if browser else ""

    def close(self) -> None:
        """Cut the way out, then close page, context and browser, in this order (facts/gate.md)."""
        if self._closed:
            return
        self._closed = True
        self._heard.set()
        self.way_out.cut()
        browser = self._context.browser
        with self._watched():
            for page in list(self._context.pages):
                _quietly(page.close)
            _quietly(self._context.close)
            if browser is not None:
                _quietly(browser.close)
        self.way_out.stop()


_NO_BYTES = re.compile(
    rb'filename="[^"\r\n]+"\r\n(?:Content-Type:[^\r\n]*\r\n)?\r\n\r\n--', re.IGNORECASE
)


def _lacks_a_file(request: Request) -> bool:
    """Whether *request* names a file whose bytes Chromium does not show before they leave.

    So it is with a file that the person chose in the window.
    """
    multipart = request.content_type.casefold().startswith("multipart/")
    return multipart and bool(request.body) and bool(_NO_BYTES.search(request.body or b""))


def _request(seen: PlaywrightRequest) -> Request:
    headers = seen.headers
    body = seen.post_data_buffer
    kind = headers.get("content-type", "")
    top = False
    if seen.is_navigation_request():
        try:
            top = seen.frame.parent_frame is None
        except PlaywrightError:
            top = True  # a page that is only just being made
    return Request(
        method=seen.method,
        url=seen.url,
        content_type=kind,
        content_encoding=headers.get("content-encoding", ""),
        headers=tuple(
            (name, value)
            for name, value in headers.items()
            if name not in _OWN_HEADERS and not name.startswith("sec-")
        ),
        body=body,
        unread=body is None and bool(kind) and seen.method not in {"GET", "HEAD"},
        navigation=seen.is_navigation_request(),
        top=top,
    )


def _tls(response: Response) -> Mapping[str, object] | None:
    """Who the site's certificate is for and by whom, and how long it counts, in Unix seconds."""
    try:
        details = response.security_details()
    except PlaywrightError:  # the window is gone
        return None
    if not details:
        return None
    return {
        "protocol": details.get("protocol"),
        "subject": details.get("subjectName"),
        "issuer": details.get("issuer"),
        "from": details.get("validFrom"),
        "to": details.get("validTo"),
    }


def _mark(control: Control) -> tuple[str, str, str]:
    """What tells a control from another that took its place in the document."""
    return control.path, control.kind, control.shown_label


def _sent(going: _Going | None) -> Sent | None:
    if going is None:
        return None
    return Sent(
        address=locate.shown_address(going.request.url),
        method=going.request.method,
        names=going.verdict.names,
        state=going.state,
        status=going.status,
        date=going.date,
        failure=going.failure,
    )


def _newly(label: Label, fresh: str, baseline: str) -> str:
    """The first wording of *label* that is in *fresh* and was not in *baseline* before."""
    for wording in label.wordings():
        one = Label(en=wording)
        if one.within(fresh) and not one.within(baseline):
            return wording
    return ""


def _with_readings(view: View, typed: Mapping[str, str]) -> View:
    readings = tuple(
        Reading(**{**r.__dict__, "filled_by": typed.get(r.path)}) for r in view.readings
    )
    return View(**{**view.__dict__, "readings": readings})


def _world(session: CDPSession) -> int:
    """Filer's own world in the page of *session*: the number of its execution context."""
    frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": _WORLD})
    return int(world["executionContextId"])


def _box(lens: picture.Lens, places: Sequence[str], wording: str) -> str:
    """Where the smallest box is that holds *places*, or the answer with *wording*, or ""."""
    if places:
        box = lens.evaluate(f"filerBox({json.dumps(places)})")
    else:
        box = lens.evaluate(f"filerBoxOf({json.dumps(wording)})") if wording else None
    return str(box or lens.evaluate("filerMain()") or "")


def _places(located: Located | None) -> list[str]:
    """Where the form's own controls are, its send control last."""
    if located is None:
        return []
    return [c.path for c in located.controls] + ([located.send.path] if located.send else [])


def _of_the_form(reading: Reading, words: frozenset[str], flow: Flow) -> Reading:
    """*reading*, without its label where that is neither in the form's own box nor in *flow*.

    A page may name a field after any text it shows, a friend's name as well.
    """
    known = any(field.label.names(reading.label) for field in flow.fields)
    if known or picture.is_own(reading.label, words):
        return reading
    return dataclasses.replace(reading, label="")


def is_telling(value: str) -> bool:
    """Whether a cookie's *value* is more than a number, a size, or a word or two."""
    return (
        len(value) >= 8
        and not re.fullmatch(r"\d+(\.\d+)?(x\d+)?", value)
        and not (len(value) < 24 and re.fullmatch(r"[a-z]+([-_. ][a-z]+)*", value, re.IGNORECASE))
    )


def _withheld(shot: Shot, why: str) -> Shot:
    return Shot(shot.name, shot.title, shot.address, None, None, (), why)


def _nothing(address: str) -> Look:
    return Look(address, "", "", ready=False)


def _quietly(act: Callable[[], object]) -> None:
    """Do *act*; that the page or request is gone meanwhile is no matter."""
    with contextlib.suppress(PlaywrightError):
        act()


def _cannot_launch(error: PlaywrightError, launch: Launch) -> FilerError:
    text = str(error)
    if "XServer" in text or "$DISPLAY" in text or "ozone_platform" in text:
        return NoDisplay(
            "The browser found no display to open a window on.",
            "Run filer on a desktop, or with --headless for practice.",
        )
    line = next((x.strip() for x in text.splitlines() if x.strip()), "")
    return NoBrowser(
        f"The browser {launch.executable} could not be started: {line[:200]}",
        "Run: filer doctor",
    )
