"""One look at a form, as `check` and `record` do it: to the form, its fingerprint, and no further.

The session walks as far as the form and shuts the gate there. Nothing is typed, and no evidence is
kept.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from filer import drift, session
from filer.browser.find import Browser
from filer.browser.launching import Driver, Launch
from filer.browser.window import Window, opened
from filer.clock import SystemClock
from filer.drift import Finding
from filer.errors import WrongUsage
from filer.flow import Attach, Fill, Flow, HumanSends, Keep, Open
from filer.gate import Gate, Ground
from filer.ports import (
    Answer,
    Fingerprint,
    Human,
    Interruptible,
    IsThisIt,
    NoFormHere,
    Question,
    Result,
    Shot,
    Told,
)
from filer.ports import HandOver as HandOverTo
from filer.practice.standin import StandIn
from filer.profile import Profile
from filer.settings import Settings
from filer.words import _

AS_EXPECTED = "as expected"


@dataclass(frozen=True)
class Checked:
    """What a look at the form came to.

    *outcome* is "as expected", "drifted", "unavailable" or "stopped"; *reason* says why there is no
    form. *seen* is its fingerprint, also of a form that fits no flow.
    """

    flow: str
    outcome: str
    reason: str | None
    seen: Fingerprint | None
    findings: tuple[Finding, ...]

    def facts(self) -> dict[str, object]:
        """The same as a JSON object."""
        return {
            "flow": self.flow,
            "outcome": self.outcome,
            "reason": self.reason,
            "page_language": self.seen.language if self.seen else "",
            "findings": [each.facts() for each in self.findings],
            "fingerprint": drift.as_data(self.seen) if self.seen else None,
        }


@dataclass(frozen=True)
class Job:
    """What a look needs: on a site of this machine its *port*, else the real form."""

    flow: Flow
    settings: Settings
    browser: Browser
    visible: bool
    port: int | None = None


def check(
    job: Job,
    playwright: Driver,
    voice: Human,
    on_window: Callable[[Interruptible | None], None],
) -> Checked:
    """Open the form of *job*, look at it, and say how it differs from its flow.

    On a site of this machine a stand-in logs in; on the real one *voice* asks the person to.
    *on_window* is told of the window while there is one. Raises `FilerError`.
    """
    settings = job.settings
    gate = Gate(job.flow, Ground(job.port), lambda: SystemClock().mono_ns() / 1e9, lockable=False)
    launch = Launch(
        executable=str(job.browser.path),
        visible=job.visible,
        language=settings.language,
        profile=settings.browser_profile if job.port is None else None,
        patience=settings.patience,
        answers_dialogs=job.port is not None,
    )
    window = opened(
        lambda: Window(playwright, launch, job.flow, gate, settings.upstream), on_window
    )
    try:
        human = _Looker(job.flow, window, _person(job, window, voice))
        reached = _Reached(job.flow, window)
        patience = session.Patience(page=min(5.0, settings.patience))
        args = (job.flow, Profile(), window, human, _Unkept(), SystemClock(), patience, reached)
        result = session.run(*args)
    finally:
        window.close()
        on_window(None)
    return _checked(job.flow, result, reached.seen, human.guess)


def _person(job: Job, window: Window, voice: Human) -> Human:
    if job.port is None:
        return voice
    standin = StandIn("willing", job.port, job.settings.patience, _Silent())
    standin.window = window
    return standin


def _checked(
    flow: Flow, result: Result, seen: Fingerprint | None, guess: Fingerprint | None
) -> Checked:
    known = drift.spots(flow.name)
    if seen is not None:
        findings = drift.compare(flow, seen, known)
        outcome = "drifted" if drift.drifted(findings) else AS_EXPECTED
        return Checked(flow.name, outcome, None, seen, findings)
    reason = result.reason
    findings = drift.compare(flow, guess, known) if guess and reason in _UNKNOWN else ()
    outcome = "drifted" if findings and result.outcome == "unavailable" else result.outcome
    return Checked(flow.name, outcome, reason, guess, findings)


_UNKNOWN = frozenset({"no form", "another form"})
"""Reasons that say nothing of why; then the form that is there instead is told of."""


@dataclass
class _Reached:
    """A `ports.Pace` that ends the walk where the form was reached, and takes its fingerprint."""

    flow: Flow
    window: Window
    seen: Fingerprint | None = None

    def before(self, number: int) -> bool:
        """See `ports.Pace`."""
        arrived = isinstance(self.flow.steps[number], Keep | Fill | Attach | HumanSends)
        if arrived:
            self.seen = self.window.fingerprint(self.flow)
        return not arrived

    def after(self, number: int) -> None:
        """See `ports.Pace`."""


@dataclass
class _Looker:
    """A `ports.Human` that notes what form there was where none fits, and asks for little."""

    flow: Flow
    window: Window
    person: Human
    guess: Fingerprint | None = None

    def tell(self, told: Told) -> None:
        """See `ports.Human`."""
        if told.what in {"opening", "address dead"}:  # of evidence and the gate there is no talk
            self.person.tell(told)

    def ended(self, result: Result) -> None:
        """See `ports.Human`."""

    def ask(self, question: Question, meanwhile: Callable[[], bool]) -> Answer | None:
        """See `ports.Human`: that nothing says what a form is for, is a finding, no question."""
        match question:
            case IsThisIt():
                return Answer.YES
            case NoFormHere():
                self._guess()
                return Answer.END
            case HandOverTo(private=False):
                self._guess()
            case _:
                pass
        return self.person.ask(question, meanwhile)

    def _guess(self) -> None:
        self.guess = self.window.fingerprint(self.flow) or self.guess


class _Silent:
    """The voice of a stand-in of which nobody needs to hear."""

    def tell(self, told: Told) -> None:
        """Say nothing."""

    def ended(self, result: Result) -> None:
        """Say nothing."""

    def ask(self, question: Question, meanwhile: Callable[[], bool]) -> Answer | None:  # noqa: ARG002
        """Nobody is there."""
        raise AssertionError("the stand-in asks nobody")

    def overhear(self, question: Question) -> None:
        """Say nothing."""


@dataclass
class _Unkept:
    """A `ports.Recorder` that keeps nothing: a look is no evidence."""

    salt: str = ""
    lines: int = field(default=0)

    def event(self, name: str, who: str = "tool", **data: object) -> int:  # noqa: ARG002
        """Count it."""
        self.lines += 1
        return self.lines

    def keep(self, shot: Shot) -> None:
        """Keep nothing."""

    def put(self, relative: str, content: bytes) -> object:
        """Keep nothing."""

    def stamp(self, moment: str) -> None:
        """Ask nobody."""

    def stamped(self) -> bool:
        """Nothing is awaited."""
        return True


# --------------------------------------------------------------------------- an address


def at(address: str, flows: tuple[Flow, ...]) -> tuple[Flow, int | None]:
    """The flow to look with at *address*, opening it alone, and the port of a site here.

    Only Meta's hosts over https, or `http://HOST.localhost:PORT/PATH` and
    `http://127.0.0.1:PORT/PATH` on this machine. Raises `WrongUsage` for any other.
    """
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as trouble:
        raise _nowhere(address) from trouble
    if parts.username or parts.password or parts.query or parts.fragment:
        raise _nowhere(address)
    path = parts.path or "/"
    if parts.scheme == "https" and port in {None, 443}:
        here = None
    elif parts.scheme == "http" and port and (host.endswith(".localhost") or host in _HERE):
        here, host = port, _host_for(host.removesuffix(".localhost"), path, flows)
    else:
        raise _nowhere(address)
    wanted = f"https://{host}{path}"
    able = [flow for flow in flows if flow.allows_host(host)]
    if not able:
        raise _nowhere(address)
    named = [flow for flow in able if wanted in flow.addresses]
    near = [flow for flow in able if any(urlsplit(a).hostname == host for a in flow.addresses)]
    base = (named or near or able)[0]
    if any(path.startswith(start) for start in base.private):
        raise WrongUsage(
            _("{address} is a private page; filer records none.").format(address=wanted),
            _("Name the address of the form itself."),
        )
    steps = tuple(Open(wanted) if isinstance(step, Open) else step for step in base.steps)
    return dataclasses.replace(base, steps=steps), here


_HERE = frozenset({"127.0.0.1", "localhost"})


def _host_for(host: str, path: str, flows: tuple[Flow, ...]) -> str:
    """The host of the flow that opens *path*, where the address names none but this machine."""
    if host not in _HERE:
        return host
    addresses = [address for flow in flows for address in flow.addresses]
    fits = [a for a in addresses if urlsplit(a).path == path] or addresses
    return urlsplit(fits[0]).hostname or ""


def _nowhere(address: str) -> WrongUsage:
    return WrongUsage(
        _('filer does not look at "{address}".').format(address=address),
        _("It looks at Meta's own hosts over https, and at sites on this computer."),
    )


def has_recording(site: str) -> Path | None:
    """The folder that *site* names, where it names one and no address."""
    return Path(site) if "://" not in site and Path(site).is_dir() else None
