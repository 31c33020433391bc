"""The practice site: a loopback server that plays Meta's objection forms and counts what arrives.

One port answers for every host, told apart by the ``Host`` header, so that
``https://www.facebook.com/help/contact/1`` is met as
``http://www.facebook.com.localhost:PORT/help/contact/1``.
What is typed is thrown away with the site: only the arrivals are kept, in memory, to be counted.
Paths, markup and transport follow what is known of the real forms; every wording is our own.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs

from filer.practice.places import (
    ACCOUNT_EMAIL,
    APP_SEND,
    CANARIES,
    FOREIGN_HOST,
    MOBILE_SEND,
    PLATFORMS,
    SEND_PATHS,
    Platform,
)
from filer.practice.scenarios import Scenario
from filer.practice.stage import Stage
from filer.practice.walk import Visit, Walk
from filer.practice.wire import LOOPBACK, Answer, Reply, Request, Wire

__all__ = ["CANARIES", "Arrival", "PracticeSite"]


@dataclass(frozen=True)
class Arrival:
    """A request that could be a send: its host (without ``.localhost``), path, type and body."""

    method: str
    host: str
    path: str
    content_type: str
    body: bytes


class PracticeSite:
    """The practice site of one scenario in one language; a context manager.

    ``port`` 0 takes a free one. ``account_email`` is what a prefilled form shows.
    ``arrivals`` holds every request that could be a send, in order; ``faults`` what went wrong in
    the site itself. Raises ``OSError`` if the port is taken.
    """

    def __init__(
        self,
        scenario: Scenario,
        language: str = "en",
        port: int = 0,
        account_email: str = ACCOUNT_EMAIL,
    ) -> None:
        self.scenario = scenario
        self.arrivals: list[Arrival] = []
        self.honeypot_filled = False
        self._visits: dict[str, Visit] = {}
        self._lock = threading.Lock()
        self._wire = Wire(self._answer, port)
        self.stage = Stage(scenario, language, account_email, self._wire.port)
        self.url = f"http://{LOOPBACK}:{self._wire.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def faults(self) -> list[str]:
        """Mistakes of the site itself, for nothing is printed while it runs."""
        return self._wire.faults

    def start(self) -> None:
        """Begin to answer."""
        self._wire.start()

    def stop(self) -> None:
        """Stop within a second, whatever connections still hang."""
        self._wire.stop()

    def sends(self) -> list[Arrival]:
        """The arrivals at a form's send address: not logins, not codes."""
        with self._lock:
            return [arrival for arrival in self.arrivals if arrival.path in SEND_PATHS]

    # The way of a request through the site.

    def _answer(self, request: Request) -> Answer:
        host = request.host.removesuffix(".localhost")
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            self._note(host, request)
        if request.method == "OPTIONS":
            return Reply(204, headers=(("Allow", "GET, HEAD, POST, OPTIONS"),))
        platform = next((one for one in PLATFORMS if host in (one.form_host, one.login_host)), None)
        if platform is None:
            return self._elsewhere(host)
        visit, fresh = self._visit(request)
        answer = Walk(self.stage, platform, visit, request, host).answer()
        if isinstance(answer, Reply) and fresh:
            return self._with_session(answer, platform, visit)
        return answer

    def _note(self, host: str, request: Request) -> None:
        arrival = Arrival(request.method, host, request.path, request.content_type, request.body)
        with self._lock:
            self.arrivals.append(arrival)
            if arrival.path in SEND_PATHS and _trap_filled(arrival):
                self.honeypot_filled = True

    def _elsewhere(self, host: str) -> Answer:
        if host == FOREIGN_HOST and self.scenario.answer == "foreign-host":
            foreign = Visit("foreign", form="/")
            request = Request("GET", host, "/", {}, "", {}, b"")
            return Walk(self.stage, PLATFORMS[0], foreign, request, host).form_page()
        return self.stage.not_available()

    def _visit(self, request: Request) -> tuple[Visit, bool]:
        """The visit of this browser session, and whether it has just begun."""
        token = request.cookies.get("xs", "").rpartition(".")[2]
        with self._lock:
            known = self._visits.get(token)
            if known is not None:
                return known, False
            visit = Visit(secrets.token_hex(8))
            self._visits[visit.token] = visit
            return visit, True

    def _with_session(self, reply: Reply, platform: Platform, visit: Visit) -> Reply:
        cookie = (
            f"xs={CANARIES['PRACTICE_COOKIE']}.{visit.token}; Path=/; HttpOnly; SameSite=Lax; "
            f"Domain={platform.domain}.localhost"
        )
        return Reply(
            reply.status, reply.body, reply.content_type, (*reply.headers, ("Set-Cookie", cookie))
        )


def _trap_filled(arrival: Arrival) -> bool:
    """Whether a send carries something in the field that people do not see."""
    body = arrival.body.decode("utf-8", "replace")
    if arrival.path == MOBILE_SEND:
        part = body.partition('name="email_confirm"')[2]
        return bool(part.partition("\r\n\r\n")[2].partition("\r\n")[0].strip())
    if arrival.path == APP_SEND:
        variables = parse_qs(body).get("variables", ["{}"])[-1]
        return '"email_confirm":"' in variables and '"email_confirm":""' not in variables
    return bool(parse_qs(body).get("email_confirm"))
