"""What leaves the window: every request put before the judge, and the way out behind it.

The browser's only way out is `WayOut`; a route over the whole context also puts every request
before `Gate.judge`. What left, what was stopped, and what waits for the person is known here.

Never evaluate in the page from inside `_on_route`: for a native form post it hangs (facts/gate.md).
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Response, Route
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Request as PlaywrightRequest

from filer import addresses
from filer.browser import locate
from filer.browser.proxy import Door, WayOut
from filer.flow import Flow
from filer.gate import READS, Gate, Request, Reviewed, Ruling, State, Verdict, tells
from filer.ports import Refusal, Sent

_OWN_HEADERS = frozenset(
    "accept-encoding accept-charset user-agent origin cookie host connection content-length "
    "content-type content-encoding upgrade-insecure-requests purpose dnt".split()
)
"""Headers that a page cannot write into; all others are looked at by the judge."""

_NO_BYTES = re.compile(
    rb'filename="[^"\r\n]+"\r\n(?:Content-Type:[^\r\n]*\r\n)?\r\n\r\n--', re.IGNORECASE
)


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


class Wire:
    """The wiring of *gate* and way out around one browser context.

    `on_send` is called before a send or a code leaves; if it raises, nothing leaves, and
    `raise_trouble` raises it again. `on_leaving` is told the page whose document is about to be
    replaced. `told` holds what filer typed, and what the person did as far as filer saw it.
    """

    def __init__(self, flow: Flow, gate: Gate, upstream: Mapping[str, str] | None) -> None:
        self.flow, self.gate, self.ground = flow, gate, gate.ground
        self.way_out = WayOut((*flow.hosts, *flow.assets), self.ground, upstream)
        self.on_send: Callable[[Request, Verdict], None] = lambda _request, _verdict: None
        self.on_leaving: Callable[[Page], None] = lambda _page: None
        self.told: set[str] = set()
        self.heading = ""
        self.statuses: dict[str, int] = {}
        self._context: BrowserContext | None = None
        self._under_way: PlaywrightRequest | None = None
        self._documents: list[tuple[Mapping[str, object], Response]] = []
        self._whole: set[PlaywrightRequest] = set()
        self._going: _Going | None = None
        self._code: _Going | None = None
        self._held: list[Route] = []
        self._asked: tuple[Route, Request, Verdict] | None = None
        self._refusals: list[Refusal] = []
        self._trouble: Exception | None = None
        self._tried = False
        self._stopped_before = 0

    def connect(self, context: BrowserContext) -> None:
        """From now on nothing leaves *context* that was not judged."""
        self._context = context
        context.route("**/*", self._on_route)
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        context.on("requestfailed", self._on_failed)
        context.on("requestfinished", self._on_finished)

    def raise_trouble(self) -> None:
        """Raise what `on_send` raised: the evidence of a send could not be written."""
        if self._trouble is not None:
            trouble, self._trouble = self._trouble, None
            raise trouble

    # ------------------------------------------------------------------ each request

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
            found = self._context.cookies(request.url) if self._context else ()
            cookies = tuple(("cookie", f"{c.get('name')}={c.get('value')}") for c in found)
        return dataclasses.replace(request, headers=request.headers + cookies)

    def _rule(self, route: Route, request: Request, verdict: Verdict) -> None:
        match verdict.ruling:
            case Ruling.PASS:
                if self.gate.state is not State.OPEN:
                    self.way_out.expect(request.method, request.url.partition("#")[0])
                quietly(route.continue_)
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
            self._tried = tells(request, self.told)
        self._refusals.append(
            Refusal(
                request.method,
                self._shown(request.url),
                verdict.why,
                like_a_send=self._is_like_a_send(request),
                differs=verdict.differs,
            )
        )
        # 204 keeps the page and what was typed; for anything else an abort is the honest answer,
        # because a page that gets 204 for a fetch says thank you.
        if request.navigation:
            quietly(lambda: route.fulfill(status=204))
        else:
            quietly(lambda: route.abort("blockedbyclient"))

    def _is_like_a_send(self, request: Request) -> bool:
        """Whether it may be what a press makes a form do; what a page reports of itself is not."""
        writes = request.method not in READS
        if not writes and not request.navigation:
            return False
        known = (writes and request.navigation) or self.gate.is_for_sends(request)
        return known or tells(request, self.told)

    def _let_go(self, route: Route, request: Request, verdict: Verdict) -> None:
        try:
            self.on_send(request, verdict)
        except Exception as trouble:  # noqa: BLE001 - raised again from `raise_trouble`, where it is heard
            # The evidence could not be written: then nothing leaves.
            self.way_out.cut()
            self._trouble = trouble
            quietly(route.abort)
            return
        going = _Going(route.request, verdict)
        if verdict.ruling is Ruling.CODE:
            self._code = going
        else:
            self._going = going
        body = None if _lacks_a_file(request) else request.body
        self.way_out.send(request.method, request.url.partition("#")[0], body)
        quietly(route.continue_)

    # ------------------------------------------------------------------ what became of it

    def _on_request(self, request: PlaywrightRequest) -> None:
        """Note where the window is heading; redirects, which the route does not see, come here."""
        with contextlib.suppress(PlaywrightError):
            if request.is_navigation_request() and request.frame.parent_frame is None:
                self.heading = request.url
                self._under_way = request
                self.on_leaving(request.frame.page)

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
                self.statuses[response.url] = response.status
                if "filer" in response.headers.get("via", ""):
                    self.statuses[response.url] = 0
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
            "address": self._shown(response.url),
            "status": response.status,
            "date": response.headers.get("date"),
            "server": self.way_out.server_addresses.get(host),
            "redirected": response.request.redirected_from is not None,
        }
        self._documents.append((facts, response))

    def mind_the_door(self) -> None:
        """When the send's connection ended without an answer, a repetition may be waiting outside.

        Chromium repeats a POST on a reset connection by itself, unseen by the route
        (facts/gate.md); it waits at the way out and is turned away here.
        """
        going = self._going
        if going is None or going.state != "left" or not self.way_out.send_over:
            return
        now = time.monotonic()
        going.door_closed_at = going.door_closed_at or now
        if now - going.door_closed_at > 1.0 and self.way_out.door is Door.SENDING:
            self.way_out.cut()

    # ------------------------------------------------------------------ navigation

    @property
    def under_way(self) -> bool:
        """Whether a next document was asked for and has not begun to come."""
        return self._under_way is not None

    def forget_under_way(self) -> None:
        """The page that was going somewhere is gone."""
        self._under_way = None

    def origins(self) -> set[str]:
        """Every origin whose document the window held."""
        return {f"{p.scheme}://{p.netloc}" for p in map(urlsplit, self.statuses)}

    def responses(self) -> tuple[Mapping[str, object], ...]:
        """Allow-listed facts of the main documents; `tls` is None where there was none."""
        # Playwright answers about an answer's TLS only once all of it has come.
        return tuple(
            {**facts, "tls": _tls(response) if response.request in self._whole else None}
            for facts, response in self._documents
        )

    # ------------------------------------------------------------------ the gate's states

    def arm(self) -> None:
        """Shut the gate before anything is typed."""
        self._tried, self._stopped_before = False, self.way_out.stopped_while_shut
        self.gate.arm()
        self.way_out.cut()

    @property
    def knocked(self) -> bool:
        """Whether, since `arm`, something tried to leave that tells what was typed or unjudged."""
        return self._tried or self.way_out.stopped_while_shut > self._stopped_before

    def disarm(self) -> None:
        """Open the gate again; what was told is forgotten."""
        self.told.clear()
        self.gate.disarm()
        self.way_out.open()

    def unlock(self, reviewed: Reviewed) -> None:
        """Let one send through that carries exactly *reviewed*."""
        self.gate.unlock(reviewed)
        self.way_out.unlock(reviewed.host)

    def relock(self) -> None:
        """Take the unlocking back, and with it whatever waits for the person's decision."""
        self.way_out.cut()
        self.gate.arm()
        self.decide_unreadable(let=False)

    def unlock_code(self, code: str) -> None:
        """Let one further request through that carries *code*."""
        self._code = None
        self.gate.unlock_code(code)

    def unreadable(self) -> tuple[str, str] | None:
        """Address and content type of a request that waits for the person's decision."""
        if self._asked is None:
            return None
        _route, request, _verdict = self._asked
        size = len(request.body or b"")
        what = f"{request.method} {request.content_type} {size} B"
        return self._shown(request.url), what

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

    # ------------------------------------------------------------------ what is known of it

    def sent(self) -> Sent | None:
        """The send, once it has left."""
        return self._told_of(self._going)

    def sent_in(self) -> Page | None:
        """The tab that the send leads to, where it is more than a request of a page's script."""
        going = self._going
        with contextlib.suppress(PlaywrightError):  # a frame that is gone
            if going and going.request.is_navigation_request():
                frame = going.request.frame
                return frame.page if frame.parent_frame is None else None
        return None

    def code_sent(self) -> Sent | None:
        """The mailed code, once it has left."""
        return self._told_of(self._code)

    def _told_of(self, going: _Going | None) -> Sent | None:
        return _sent(going, self._shown(going.request.url)) if going else None

    def _shown(self, url: str) -> str:
        """What of *url* may be told: nothing of its path where that holds what was typed."""
        address = addresses.bare(url)
        return addresses.without_path(url) if tells(Request("GET", address), self.told) else address

    def refusals(self) -> Sequence[Refusal]:
        """What the gate stopped since this was last asked."""
        taken, self._refusals = self._refusals, []
        return taken

    def refused_requests(self) -> int:
        """How many requests the judge and the way out stopped."""
        return self.gate.refused + self.way_out.stopped_while_shut


def quietly(act: Callable[[], object]) -> None:
    """Do *act*; that the page or request is gone meanwhile is no matter."""
    with contextlib.suppress(PlaywrightError):
        act()


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


def _sent(going: _Going, address: str) -> Sent:
    return Sent(
        address=address,
        method=going.request.method,
        names=going.verdict.names,
        state=going.state,
        status=going.status,
        date=going.date,
        failure=going.failure,
    )
