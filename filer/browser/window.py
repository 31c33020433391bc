"""The window with Meta's page in it: `ports.Form` over Playwright and Chromium.

What is seen and done in the page is here; what leaves it is the `Wire`'s. The page is read through
`look.js` in a world of its own, which the page's scripts cannot see or change.

Never sleep on this thread: with a route installed that freezes the person's page.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import mimetypes
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    CDPSession,
    Cookie,
    Dialog,
    Locator,
    Page,
    Playwright,
)
from playwright.sync_api import Error as PlaywrightError

from filer.bodies import same
from filer.browser import locate, picture, prints
from filer.browser.launching import Launch, end_browser, open_browser
from filer.browser.locate import Button, Control, Located, Look
from filer.browser.wire import Wire, quietly
from filer.errors import FilerError, Stopped, WindowClosed
from filer.flow import Choose, Field, Flow, HumanSends, Label, Press
from filer.gate import Gate, Request, Reviewed, State, Verdict
from filer.ports import (
    Attached,
    Fingerprint,
    Found,
    Interruptible,
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
_STILL = 0.15
"""Seconds between two looks that must show the same for a page to rest."""
_MOMENT = 0.05
_SOON = 10.0
"""A browser that was asked to end, and has not answered for so many seconds, hangs."""
_BUSY = 60.0
"""A page that was asked what it shows, and has not answered for so many seconds, hangs. A person
can close its window; where there is none, filer ends it."""

_WORLD = "filer"
_STORES = (
    "local_storage,indexeddb,cache_storage,service_workers,file_systems,shared_storage,"
    "storage_buckets,interest_groups"
)
"""What a page can keep, but for cookies (Chrome DevTools Protocol, Storage.StorageType)."""


class _Opening:
    """What Ctrl-C ends while a window is being opened: it is noted until the window is there."""

    heard = False

    def interrupt(self) -> None:
        self.heard = True


def opened(make: Callable[[], Window], on_window: Callable[[Interruptible | None], None]) -> Window:
    """The window that *make* opens. *on_window* is told whom Ctrl-C is for, before and after.

    A `KeyboardInterrupt` in the middle of Playwright can get lost in it, with what it was for.
    """
    opening = _Opening()
    on_window(opening)
    try:
        window = make()
    except BaseException:
        on_window(None)
        raise
    on_window(window)
    if opening.heard:
        window.interrupt()
    return window


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
        self.wire = Wire(flow, gate, upstream)
        self.wire.on_leaving = self._on_leaving
        self._interrupted = False
        self._heard = threading.Event()
        self._dialog: Dialog | None = None
        self._reading = False
        self._alerts: list[str] = []
        self._typed: dict[str, str] = {}
        self._typed_values: dict[str, str] = {}
        self._lens: picture.Lens | None = None
        self._secrets: set[str] = set()
        self._secrets_known = True
        self._pressed = False
        self._typed_boxes: set[str] = set()
        self._shown: frozenset[str] = frozenset()
        self._at_hand: set[str] = set()
        self._cookies: Sequence[Cookie] = ()
        self._baseline, self._born = "", ""
        self._before: frozenset[tuple[str, str, str]] = frozenset()
        self._masked = False
        self._last: Look | None = None
        self._rested: tuple[float, tuple[object, ...]] = (0.0, ())
        self._located: Located | None = None
        self._sessions: dict[Page, CDPSession] = {}
        self._known_tabs: set[Page] = set()
        self._closed = False
        address = self.wire.way_out.start()
        try:
            self._context = open_browser(playwright, launch, address)
        except BaseException:
            self.wire.way_out.stop()
            raise
        self.wire.connect(self._context)
        self._context.on("page", self._watch)
        self.page = self._context.pages[0] if self._context.pages else self._context.new_page()
        self._watch(self.page)
        for _attempt in range(100):  # where the browser's own word of the tab came first
            if self.page in self._sessions:
                break
            self.page.wait_for_timeout(10)

    def _watch(self, page: Page) -> None:
        if page in self._known_tabs:  # a new tab is told of while others are still being watched
            return
        self._known_tabs.add(page)
        page.on("dialog", self._on_dialog)
        # A page that crashed answers nobody, so whatever waits for it would wait for ever.
        page.on("crash", lambda crashed: quietly(crashed.close))
        with contextlib.suppress(PlaywrightError):
            session = self._context.new_cdp_session(page)
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
            self._sessions[page] = session

    def _on_press(self, call: Mapping[str, object]) -> None:
        if call.get("name") == "filerPressed":
            self.gate.note_press()
            self._pressed = self._pressed or call.get("payload") == "press"

    def _on_leaving(self, page: Page) -> None:
        """The document of *page* is about to go: no picture is being taken of it any more."""
        if self._lens is not None and page is self.page:
            self._lens.put_down()

    def _on_dialog(self, dialog: Dialog) -> None:
        if dialog.type == "alert":
            self._alerts.append(dialog.message)
        if dialog.type in {"alert", "beforeunload"} or self.launch.answers_dialogs:
            quietly(dialog.accept)
        elif self._reading:  # what reads the page waits behind this dialog, and Ctrl-C with it
            quietly(dialog.dismiss)
        else:
            self._dialog = dialog

    # ------------------------------------------------------------------ living

    def pump(self, seconds: float) -> None:
        """Let the page live for *seconds*; see `ports.Form.pump`."""
        self._check()
        self.wire.mind_the_door()
        with self._alive():
            self.page.wait_for_timeout(max(1.0, seconds * 1000))
        self._check()

    def interrupt(self) -> None:
        """The person pressed Ctrl-C: whatever waits ends, at the next moment it can.

        Where the browser answers no more there is no such moment, and it is ended.
        """
        if not self._interrupted:
            self._end_unless(self._heard)
        self._interrupted = True
        if self.gate.state is not State.SPENT:
            self.wire.way_out.cut()

    def _end_unless(self, done: threading.Event, seconds: float = _SOON) -> None:
        """Unless it is *done* in *seconds*, end the browser, and what drives it.

        A page that is busy with itself, or a browser that hangs, lets everybody wait for ever.
        """

        def wait() -> None:
            if not done.wait(seconds):
                end_browser(self.wire.way_out.address)

        threading.Thread(target=wait, name="filer-watch", daemon=True).start()

    @contextlib.contextmanager
    def _watched(self, seconds: float = _SOON) -> Iterator[None]:
        """A stretch at the end of which the browser has answered, or is no more."""
        done = threading.Event()
        self._end_unless(done, seconds)
        try:
            yield
        finally:
            done.set()

    def _patiently(self) -> contextlib.AbstractContextManager[None]:
        """A stretch in which the page is asked something; see `_BUSY`."""
        return contextlib.nullcontext() if self.launch.visible else self._watched(_BUSY)

    def _check(self) -> None:
        self.wire.raise_trouble()
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
        """Wait until two looks in a row show the same, at most *seconds*.

        What rested a moment ago and is the same still is not waited for again.
        """
        until = time.monotonic() + seconds
        before = self._signature()
        rested_at, rested = self._rested
        if before == rested and time.monotonic() - rested_at < _MOMENT:
            return
        while time.monotonic() < until:
            self.pump(_STILL)
            now = self._signature()
            if now == before and self._last is not None and self._last.ready:
                self._rested = time.monotonic(), now
                return
            before = now

    def _signature(self) -> tuple[object, ...]:
        look = self._look()
        return (look.address, look.text, len(look.controls), [c.path for c in look.controls])

    # ------------------------------------------------------------------ reading

    def open(self, address: str) -> str | None:
        """Open *address* of the flow; see `ports.Form.open`."""
        self._check()
        target = self.wire.heading = self.ground.address(address)
        try:
            with self._alive():
                response = self.page.goto(
                    target, wait_until="domcontentloaded", timeout=self.launch.patience * 3000
                )
        except PlaywrightError as error:
            if not self.flow.allows_host(self.ground.host(self.wire.heading)):
                return "foreign host"
            if status := self.wire.statuses.get(self.wire.heading):
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
        if view.readings:
            self._shown = frozenset(reading.path for reading in view.readings)
        if self._typed and view.readings:
            view = self._with_typed(view)
        return dataclasses.replace(view, masked=self._masked)

    def _with_typed(self, view: View) -> View:
        """*view* with who filled what: known by its place, or where that moved, by its value."""
        values = {same(value): how for value, how in self._typed_values.items()}
        readings = tuple(
            dataclasses.replace(r, filled_by=self._typed.get(r.path) or values.get(same(r.value)))
            for r in view.readings
        )
        return dataclasses.replace(view, readings=readings)

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
        if self._cannot_answer():
            return self._last or _nothing(self.page.url)
        report = _readable(self._evaluate("filerLook()"))
        self._masked = report is not None and "masked" in report
        if report is None or self._masked:  # a page that lets nobody look shows nothing
            return (self._last if self._cannot_answer() else None) or _nothing(self.page.url)
        address = self.page.url
        self._last = Look.read(address, report, self.wire.statuses.get(address))
        self._pressed = self._pressed or self._last.presses > 0
        return self._last

    def _cannot_answer(self) -> bool:
        """Whether the page waits: for the person at a dialog, or for what comes in its place."""
        return self._dialog is not None or self.wire.under_way

    def _evaluate(self, expression: str) -> Any:
        """The value of *expression* in filer's own world of the page; None while it changes."""
        reading, self._reading = self._reading, True
        try:
            for _attempt in range(20):
                self._check()
                # A page that is being replaced answers nobody until its server does: then every
                # call into it would hang, and with it the person's "stop".
                if self._cannot_answer():
                    return None
                with self._alive():
                    session = self._sessions.get(self.page)
                    if session is None:  # a tab that has only just come, or is just going
                        self._watch(self.page)
                        self.page.wait_for_timeout(50)
                        continue
                    try:
                        with self._patiently():
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
        self.wire.told.add(value)
        self._at_hand.add(found.path)
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
        self._typed[found.path] = self._typed_values[value] = found.how
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
        self._at_hand.add(found.path)
        with self._alive(), contextlib.suppress(PlaywrightError):
            # By its bytes and not by its path: so the judge can read the whole send.
            self.page.locator(found.path).first.set_input_files(
                {"name": file.name, "mimeType": kind, "buffer": content}, timeout=5000
            )
            self._typed[found.path] = found.how
            self._remember_box(found.path)
        shown = next((c.value for c in self._look().controls if c.path == found.path), "")
        return Attached(file.name, len(content), hashlib.sha256(content).hexdigest(), shown)

    def expect_typing(self) -> None:
        """The person may type into the form from now on; see `ports.Form.expect_typing`."""
        self._at_hand |= self._shown

    def note_typed(self, path: str, how: str) -> None:
        """The person typed into the field at *path* themselves."""
        self._typed[path] = how
        self._at_hand.add(path)
        values = {c.value for c in self._look().controls if c.path == path and c.value}
        self.wire.told.update(values)
        self._typed_values |= dict.fromkeys(values, how)
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

    @property
    def on_send(self) -> Callable[[Request, Verdict], None]:
        """What is called before a send or a code leaves; see `Wire`."""
        return self.wire.on_send

    @on_send.setter
    def on_send(self, told: Callable[[Request, Verdict], None]) -> None:
        def leaves(request: Request, verdict: Verdict) -> None:
            if self._last is not None:  # what is said before anything has left answers nothing
                self._baseline = "\n".join((self._baseline, self._last.text, *self._last.texts))
            told(request, verdict)

        self.wire.on_send = leaves

    def cut(self) -> None:
        """Close the way out."""
        self.wire.way_out.cut()

    def arm(self) -> None:
        """Shut the gate before anything is typed."""
        self.wire.arm()
        with self._alive():
            self._cookies = tuple(self._context.cookies())

    def disarm(self) -> None:
        """Open the gate again, because the form has left the document.

        A page in which something may have been typed, that tried to send, or whose requests came
        to the way out past the judge, is thrown away first, while the way out is still cut: it
        could take its form away only to have the gate opened. Others are left to lead on, to a
        login for example.
        """
        if self._at_hand or self.wire.knocked:
            self._start_afresh()
        self._typed.clear()
        self._typed_values.clear()
        self._at_hand.clear()
        self._typed_boxes.clear()
        self.wire.disarm()

    def _start_afresh(self) -> None:
        """A new tab in place of all others, without what they stored; the login's cookies stay."""
        with self._alive():
            old = list(self._context.pages)
            origins = self.wire.origins() | _origins(old)
            self.page = self._context.new_page()
            for page in old:
                quietly(page.close)
            session = self._context.new_cdp_session(self.page)
            sites = {_site(origin) for origin in origins}
            for origin in origins:
                session.send(
                    "Storage.clearDataForOrigin", {"origin": origin, "storageTypes": _STORES}
                )
                for site in sites:  # what a frame keeps is kept by the page around it
                    key = {"storageKey": f"{origin}/^0{site}", "storageTypes": _STORES}
                    with contextlib.suppress(PlaywrightError):  # not a key, for this browser
                        session.send("Storage.clearDataForStorageKey", key)
            self._restore_cookies()
            # What the old tabs asked for at closing is refused at the door before it opens.
            self.page.wait_for_timeout(500)
        self._last, self._dialog = None, None
        self.wire.forget_under_way()

    def _restore_cookies(self) -> None:
        """Take back what pages wrote into cookies since `arm`.

        A page can write those alone that are not `HttpOnly`, and the site none while the way out
        is cut (RFC 6265 §5.3, step 10).
        """
        before = {_key(cookie): cookie for cookie in self._cookies if not cookie.get("httpOnly")}
        now = {_key(c): c for c in self._context.cookies() if not c.get("httpOnly")}
        for key, cookie in now.items():
            if cookie.get("value") != before.get(key, {}).get("value"):
                name, domain, path, _part = key
                self._context.clear_cookies(name=name, domain=domain, path=path)
        for key, cookie in before.items():
            if cookie.get("value") != now.get(key, {}).get("value"):
                known: Any = cookie  # what Playwright tells of a cookie it also takes
                self._context.add_cookies([known])

    def holds_typed(self) -> bool:
        """Whether what was typed still stands in the document, shown or hidden.

        A page that cannot be asked now counts as one that holds it: the gate stays shut.
        """
        if self._cannot_answer():
            return bool(self._at_hand)
        held = [self._evaluate(f"filerValue({json.dumps(p)})") for p in sorted(self._at_hand)]
        return any(value is None or value for value in held)

    def unlock(self, reviewed: Reviewed) -> bool:
        """Let one send through that carries exactly *reviewed*; False if the page is not at rest.

        Presses from before do not count, so the page must have forgotten them.
        """
        if self._evaluate("filerForget()") is not True:
            return False
        self._pressed = False
        self._alerts.clear()
        look = self._look()
        self._baseline, self._born = look.text, look.born
        self._before = frozenset(_mark(c) for c in look.controls)
        self.wire.unlock(reviewed)
        return True

    def relock(self) -> None:
        """Take the unlocking back; see `ports.Form.relock`."""
        self.wire.relock()

    def unlock_code(self, code: str) -> None:
        """Let one further request through that carries *code*."""
        self.wire.unlock_code(code)

    def sent(self) -> Sent | None:
        """The send, once it has left."""
        return self.wire.sent()

    def code_sent(self) -> Sent | None:
        """The mailed code, once it has left."""
        return self.wire.code_sent()

    def refusals(self) -> Sequence[Refusal]:
        """What the gate stopped since this was last asked."""
        return self.wire.refusals()

    def refused_requests(self) -> int:
        """How many requests the judge and the way out stopped."""
        return self.wire.refused_requests()

    def unreadable(self) -> tuple[str, str] | None:
        """Address and content type of a request that waits for the person's decision."""
        return self.wire.unreadable()

    def decide_unreadable(self, let: bool) -> None:  # noqa: FBT001 - the person's yes or no
        """Let the waiting request go as the one send, or stop it."""
        self.wire.decide_unreadable(let)

    # ------------------------------------------------------------------ after the send

    def pressed(self) -> bool:
        """Whether the person pressed something since the gate was unlocked; asks no page."""
        return self._pressed

    def reaction(self, send: HumanSends, flow: Flow) -> Reaction:
        """What the page shows since the gate was unlocked."""
        page = self.wire.sent_in()
        if page is not None and page in self._sessions and not page.is_closed():
            self.page = page  # a form may open its answer in another tab
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
            quietly(dialog.accept if yes else dialog.dismiss)

    # ------------------------------------------------------------------ evidence

    def capture(self, title: str, flow: Flow, wording: str = "") -> Shot:
        """The form's own box, or the box of the answer, as picture, text and values."""
        look = self._look()
        view, located = locate.view(look, flow, self.ground)
        name = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")
        blank = Shot(name, title, view.address, None, None, ())
        if view.place is Place.PRIVATE:
            return _withheld(blank, "private page")
        if self.wire.under_way:
            return _withheld(blank, "the next page had not come")
        try:
            with self._alive(), self._minding_dialogs():
                taken = self._pictured(_places(located), wording)
        except PlaywrightError as error:
            return _withheld(blank, f"{picture.CHANGED} ({type(error).__name__})")
        if taken is None:
            return _withheld(blank, "no box of the form or the answer could be told apart")
        readings = self._with_typed(view).readings
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
            if self.wire.under_way:
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
        return dict(self.wire.way_out.contacted)

    def responses(self) -> Sequence[Mapping[str, object]]:
        """Allow-listed facts of the main documents; `tls` is None where there was none."""
        return self.wire.responses()

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
            self._secrets |= set(lens.evaluate("filerStored()") or ()) - self.wire.told

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
        self.wire.way_out.cut()
        browser = self._context.browser
        with self._watched():
            for page in list(self._context.pages):
                quietly(page.close)
            quietly(self._context.close)
            if browser is not None:
                quietly(browser.close)
        self.wire.way_out.stop()


def _mark(control: Control) -> tuple[str, str, str]:
    """What tells a control from another that took its place in the document."""
    return control.path, control.kind, control.shown_label


def _newly(label: Label, fresh: str, baseline: str) -> str:
    """The first wording of *label* that is in *fresh* and was not in *baseline* before."""
    for wording in label.wordings():
        one = Label(en=wording)
        if one.within(fresh) and not one.within(baseline):
            return wording
    return ""


def _readable(report: Any) -> Any:
    """*report* of the page with what is half a character in it replaced: it cannot be written."""
    match report:
        case str():
            return report.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [_readable(each) for each in report]
        case dict():
            return {name: _readable(each) for name, each in report.items()}
    return report


def _origins(pages: Iterable[Page]) -> set[str]:
    """The origins of the documents that *pages* hold, their frames' too."""
    found: set[str] = set()
    for page in pages:
        with contextlib.suppress(PlaywrightError):
            parts = [urlsplit(frame.url) for frame in page.frames]
            found |= {f"{p.scheme}://{p.netloc}" for p in parts if p.scheme in {"http", "https"}}
    return found


def _site(origin: str) -> str:
    """The site of *origin* as Chromium writes it into a storage key: no port, no subdomain."""
    parts = urlsplit(origin)
    return f"{parts.scheme}://{'.'.join((parts.hostname or '').split('.')[-2:])}"


def _key(cookie: Cookie) -> tuple[str, str, str, str]:
    part = str(cookie.get("partitionKey", ""))
    return cookie.get("name", ""), cookie.get("domain", ""), cookie.get("path", ""), part


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
