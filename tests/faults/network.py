"""The network: cut, slow or deaf at every step, no names, no trust, a dead proxy, a portal."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from filer.practice.places import SEND_PATHS
from filer.practice.scenarios import scenario
from filer.practice.site import PracticeSite
from filer.practice.wire import Answer, Cut, Request, Silence
from tests.end_to_end.command import NOWHERE
from tests.end_to_end.pages import PLAIN, Page, Site, page, unheard_port
from tests.end_to_end.secure_site import SecureSite
from tests.faults.room import NOTHING_LEFT, STEPS, Room, Seen
from tests.faults.table import fault

CUT = "The network, cut"
OTHER = "The network, otherwise"
KNOWN = "It ends by itself, with what is known of the send, and the evidence is whole."
NONE = "It ends by itself with a sentence; nothing was sent."


class FaultySite(PracticeSite):
    """The practice site on a network that can be broken while it serves."""

    def __init__(self, name: str = "desktop+login", *, slow: float = 0.0) -> None:
        super().__init__(scenario(name), "en")
        self._slow = slow
        self._broken: Answer | None = None
        self._then = ""

    def breaks(self, how: str) -> None:
        """From now on nobody listens, every connection is dropped, or nothing is answered."""
        match how:
            case "the site dies":
                self.stop()
            case "connections are dropped":
                self._broken = Cut()
            case "nothing is answered any more":
                self._broken = Silence()

    def breaks_behind_a_send(self, how: str) -> None:
        """The same, as soon as a send has had its answer."""
        self._then = how

    def counted(self) -> int:
        """How many sends have arrived."""
        return len(self.sends())

    def _answer(self, request: Request) -> Answer:
        time.sleep(self._slow)
        answer = self._broken or super()._answer(request)
        if self._then and request.path in SEND_PATHS:
            self.breaks(self._then)
        return answer


def none() -> int:
    """Where there is no site, nothing arrives."""
    return 0


WAYS = ("the site dies", "connections are dropped", "nothing is answered any more")


WHEN = {WAYS[0]: STEPS, WAYS[1]: STEPS[1::3], WAYS[2]: STEPS}


@fault(CUT, "{} after `{}`", KNOWN, [(how, step) for how, steps in WHEN.items() for step in steps])
def cut(room: Room, how: str, step: str) -> Seen:
    """The network breaks at *step*."""
    with FaultySite() as site:
        running = room.practice(site.url)
        room.reached(running, step)
        site.breaks(how)
        return room.ended(running, site.counted)


@fault(
    CUT,
    "{} between the answer to the send and the page that follows it, {}",
    KNOWN,
    [(how, rendering) for how in WAYS[1:] for rendering in ("desktop", "mobile", "app")],
)
def cut_behind(room: Room, how: str, rendering: str) -> Seen:
    """The network breaks when the answer is in and the next page is not."""
    with FaultySite(rendering) as site:
        site.breaks_behind_a_send(how)
        return room.ended(room.practice(site.url), site.counted)


@fault(CUT, "{} from the start", NONE, [(how,) for how in WAYS])
def cut_at_once(room: Room, how: str) -> Seen:
    """The network is broken before filer begins."""
    with FaultySite() as site:
        site.breaks(how)
        return room.ended(room.practice(site.url), site.counted, "unavailable")


@fault(OTHER, "each answer comes {} s late", "It ends as usual, with one send.", [(1,), (4,)])
def slow(room: Room, seconds: int) -> Seen:
    """A slow network."""
    with FaultySite("mobile", slow=seconds) as site:
        running = room.practice(site.url, env={"FILER_PATIENCE": "30"})
        return room.ended(running, site.counted, "confirmed", "stopped")


# --------------------------------------------------------------------------- names and trust

_OFFLINE = """
import os, sys
sys.path.insert(0, sys.argv[1])
from offline import cut_network
told = cut_network()
sys.exit(told) if told else os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


@fault(OTHER, "no name resolves (DNS fails)", NONE)
def no_names(room: Room) -> Seen:
    """The machine has no network but itself, so that no name is found."""
    tools = Path(__file__).parents[2] / "tools"
    arguments = ["-m", "filer", "file", "facebook", "--email", "a@example.org", "--headless"]
    arguments += ["--json", "--language", "en"]
    running = room.filer.start_program(
        [sys.executable, "-c", _OFFLINE, str(tools), *arguments],
        room.surroundings({"HTTP_PROXY": None, "HTTPS_PROXY": None}),
    )
    return room.ended(running, none, "unavailable")


@fault(OTHER, "the site's certificate is not to be trusted (TLS fails)", NONE)
def no_trust(room: Room) -> Seen:
    """Somebody in between has a certificate of their own making."""
    site = SecureSite(room.folder / "site")
    with contextlib.closing(_Stopped(site)):
        running = room.file({"HTTPS_PROXY": site.url, "HTTP_PROXY": site.url})
        return room.ended(running, none, "unavailable")


class _Stopped:
    def __init__(self, site: SecureSite) -> None:
        self._site = site

    def close(self) -> None:
        self._site.stop()


# --------------------------------------------------------------------------- a proxy


@contextlib.contextmanager
def proxy(says: bytes | None) -> Iterator[str]:
    """A proxy that answers each connection with *says*, or with nothing and for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    held = []

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = listener.accept()
                held.append(connection)
                if says is not None:
                    connection.recv(4096)
                    connection.sendall(says)
                    connection.close()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()
        for connection in held:
            connection.close()


PROXIES: dict[str, bytes | None] = {
    "never answers": None,
    "cannot find the name": b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
    "wants a password": b"HTTP/1.1 407 Proxy Authentication Required\r\n"
    b'Proxy-Authenticate: Basic realm="office"\r\nContent-Length: 0\r\n\r\n',
    "sends to a login page": b"HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n"
    b"Content-Length: 0\r\n\r\n",
    "speaks nonsense": b"\x05\xff\x00\r\n\r\n",
    "hangs up": b"",
}


@fault(OTHER, "the system's proxy {}", NONE, [(how,) for how in PROXIES])
def bad_proxy(room: Room, how: str) -> Seen:
    """The proxy of the system does not do what it should."""
    with proxy(PROXIES[how]) as url:
        running = room.file({"HTTPS_PROXY": url, "HTTP_PROXY": url})
        return room.ended(running, none, "unavailable")


DEAD: dict[str, dict[str, str | None]] = {
    "`HTTPS_PROXY` at which nobody listens": {"HTTPS_PROXY": NOWHERE},
    "`ALL_PROXY` of another kind, at which nobody listens": {
        "HTTP_PROXY": None,
        "HTTPS_PROXY": None,
        "ALL_PROXY": "socks5://127.0.0.1:9",
    },
    "`HTTPS_PROXY` that is no address": {"HTTPS_PROXY": "http://:port:/"},
    "`HTTPS_PROXY` with a port that is none": {"HTTPS_PROXY": "http://127.0.0.1:99999"},
}


@fault(OTHER, "{}", NONE, [(how,) for how in DEAD])
def dead_proxy(room: Room, how: str) -> Seen:
    """The proxy of the system is set to something dead."""
    return room.ended(room.file(DEAD[how]), none, "unavailable")


@fault(
    OTHER, "practice with {}", "Practice needs no network: it ends as usual.", [(h,) for h in DEAD]
)
def practice_behind_dead_proxy(room: Room, how: str) -> Seen:
    """What the system says of a network is nothing to practice."""
    with FaultySite("mobile") as site:
        running = room.practice(site.url, env=DEAD[how])
        return room.ended(running, site.counted, "confirmed")


# --------------------------------------------------------------------------- a captive portal

_ROOM_NUMBER = """<form method="post" action="/portal"><p><label>Your name <input name="n"></label>
<p><label>Room <input name="p" type="password"></label><p><button>Connect</button></form>"""
_TERMS = """<form method="post" action="/portal"><p><label>Email address
<input type="email" name="m"></label>
<p><label><input type="checkbox" name="c"> I accept the terms</label>
<p><button>Submit</button></form>"""

PORTALS = {
    "asks for a room number": page(_ROOM_NUMBER, title="Hotel network"),
    "asks for an e-mail address": page(_TERMS, title="Welcome to our network"),
    "sends to a host of its own": Page("", 302, {"Location": "http://portal.example/login"}),
    "says to log in first (HTTP 511)": page("<p>Log in first.</p>", status=511),
}


class Portal(Site):
    """Answers each address with one page."""

    def page_for(self, path: str) -> Page:
        """The portal's page."""
        self.asked.append(path)
        return self.form


@fault(OTHER, "a captive portal that {}", "It types nothing there.", [(how,) for how in PORTALS])
def portal(room: Room, how: str) -> Seen:
    """Every address is answered by the portal of a hotel."""
    with Portal(PORTALS[how]) as site:
        seen = room.ended(room.practice(site.url, "absent"), lambda: len(site.sends), *NOTHING_LEFT)
        typed = [name for name in room.events() if name == "typed"]
        return seen.but("it typed into the portal" if typed or site.posts else "")


@fault(
    OTHER,
    "a captive portal that {} comes up before the answer",
    "What the portal says is never taken for Meta's yes.",
    [(how,) for how in PORTALS],
)
def portal_instead_of_the_answer(room: Room, how: str) -> Seen:
    """The send is answered by the portal."""
    with Site(page(PLAIN), PORTALS[how]) as site:
        return room.ended(room.practice(site.url), lambda: len(site.sends), "sent", "unknown")


@fault(OTHER, "nobody listens at the site's port", NONE)
def nobody(room: Room) -> Seen:
    """There is no site."""
    return room.ended(room.practice(f"http://127.0.0.1:{unheard_port()}"), none, "unavailable")
