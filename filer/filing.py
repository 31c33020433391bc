"""One filing from the first file of its bundle to the seal: what `file` and `practice` share."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.metadata
import json
import logging
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

from filer import choices, freshness, session
from filer.browser.find import Browser
from filer.browser.launching import Driver, Launch
from filer.browser.window import Window, opened
from filer.clock import SystemClock
from filer.errors import FilerError, FromTheStart, Stopped, WindowClosed
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.environment import environment
from filer.evidence.outer import stamp_seal
from filer.evidence.reading import case_to_continue
from filer.evidence.stamps import Failed, Stamps, chosen
from filer.flow import Flow
from filer.gate import Gate, Ground
from filer.ports import (
    Accounts,
    Human,
    Interruptible,
    Introduction,
    LookAround,
    Pace,
    Recorder,
    Result,
    Told,
)
from filer.ports import Answer as Said
from filer.practice.standin import StandIn
from filer.profile import Profile
from filer.settings import Settings
from filer.telling import seen_working, tell
from filer.words import _

log = structlog.get_logger()

_KEPT = (
    "outcome",
    "reason",
    "confirmed_by",
    "sent",
    "page_language",
    "refused_requests",
    "human_actions",
)


class Rehearsal(Protocol):
    """What makes a replay of a session; its gate cannot be unlocked."""

    def begin(self, bundle: Bundle) -> None:
        """Keep in *bundle* what is replayed."""

    def watch(self, window: Window, kept: Recorder) -> tuple[Recorder, Pace]:
        """What records and paces one walk in *window*; everything goes on to *kept*."""

    def end(self, bundle: Bundle) -> None:
        """Keep in *bundle* what was compared."""


@dataclass(frozen=True)
class Filing:
    """What one filing needs: of a practice site its *port* and the name of its *scenario*.

    *stamps* asks the timestamp authorities; without it, *unstamped* says why nobody is asked.
    *bounds* is where the window stands: left, top, width and height in pixels. With a *replay* it
    is none: nothing can be sent, and its bundle says so.
    """

    flow: Flow
    profile: Profile
    settings: Settings
    browser: Browser
    visible: bool
    port: int | None = None
    scenario: str | None = None
    stand_in: str | None = None
    stamps: Stamps | None = None
    unstamped: str = "not asked"
    bounds: tuple[int, int, int, int] | None = None
    replay: Rehearsal | None = None

    @property
    def practice(self) -> bool:
        """Whether nothing of this can reach Meta."""
        return self.port is not None

    @property
    def real(self) -> bool:
        """Whether this is the real form, to be sent."""
        return not self.practice and self.replay is None


def stamping(found: Settings, *, practice: bool) -> Callable[[], Stamps | str]:
    """Makes the timestamps of a session, or says why there are none.

    Settings are read now: raises `BadValue` for what is garbled, before a window opens.
    """
    agreed = choices.remembered(found.choices, choices.TIMESTAMPS)

    def make() -> Stamps | str:
        return chosen(
            found.tsa_urls,
            found.tsa_roots,
            found.upstream,
            SystemClock(),
            agreed=agreed,
            practice=practice,
        )

    make()
    return make


def run(
    filing: Filing,
    playwright: Driver,
    human: Human,
    on_window: Callable[[Interruptible | None], None],
) -> Result:
    """File, seal the evidence, and say how it ended.

    *on_window* is told of the window while there is one. Raises `FilerError` where nothing could
    begin; once a bundle has begun it is sealed, whatever happens.
    """
    _log_to_stderr(filing.settings.log_level)
    clock = SystemClock()
    flow = filing.flow
    case = _case(filing, clock)
    bundle = Bundle.begin(
        case,
        "replay" if filing.replay else "filing",
        flow=flow.name,
        practice=filing.practice,
        clock=clock,
        stamps=filing.stamps,
        unstamped=filing.unstamped,
    )
    log.info("bundle begun", path=str(bundle.path))
    walk = _Walked(Result(flow=flow.name, outcome="stopped", reason="stopped by the person"))
    try:
        _walk(filing, playwright, human, bundle, on_window, walk)
        if walk.result.sent is False and walk.window is not None:
            walk.window.close()  # after a No the way out never opens again
        result = _finish(filing, bundle, case, walk, human)
        if result.sent is not False and walk.window is not None and filing.visible:
            _look_around(walk.window, human)
    finally:
        if walk.window is not None:
            walk.window.close()
        on_window(None)
    if walk.problem is not None:
        raise Unfinished(walk.problem, result)
    return result


def _log_to_stderr(level: str) -> None:
    """What filer itself does, for whoever looks for a fault: never values of the person."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _case(filing: Filing, clock: SystemClock) -> Path:
    """The case that the bundle goes to: a refused filing's, else a new one.

    A replay never goes to the case of a filing: it is no evidence about it.
    """
    root, name, email = filing.settings.evidence, filing.flow.name, filing.profile.get("email")
    if filing.replay:
        return new_case(root, f"{name}-replay", filing.practice, clock)
    case = case_to_continue(root, name, filing.practice, email) if email else None
    return case or new_case(root, name, filing.practice, clock)


@dataclass
class _Walked:
    """What is known of a session, also when it breaks off."""

    result: Result
    window: Window | None = None
    problem: FilerError | None = None
    secrets: tuple[str, ...] = ()


def _walk(
    filing: Filing,
    playwright: Driver,
    human: Human,
    bundle: Bundle,
    on_window: Callable[[Interruptible | None], None],
    walk: _Walked,
) -> None:
    """Open the window and walk the flow; what came of it is in *walk*."""
    try:
        _keep_what_runs(bundle, filing)
        bundle.stamp("start")
        if not _agrees(filing, human):
            walk.result = dataclasses.replace(walk.result, human_actions=1)
            return
        while not _through(filing, playwright, human, bundle, on_window, walk):
            pass  # a replay, to be seen again
        _ask_accounts(filing, human, bundle, walk)
        if filing.replay:
            filing.replay.end(bundle)
    except (KeyboardInterrupt, Stopped):
        walk.result = _after(walk, "stopped by the person")
    except FilerError as error:
        log.warning("session ended by an error", error=str(error))
        walk.problem = error
        walk.result = _after(walk, error.message)
    except Exception as bug:  # noqa: BLE001 - evidence of what was sent is not lost over a bug
        traceback.print_exc()
        walk.problem = FilerError(
            _("filer made a mistake: %(what)s.") % {"what": f"{type(bug).__name__}: {bug}"},
            _("Please report it with the lines above."),
        )
        walk.result = _after(walk, "a fault in filer")
    finally:
        if walk.window is not None:
            with contextlib.suppress(Exception):  # the browser may be gone
                walk.secrets += tuple(walk.window.secrets())
            if not walk.window.secrets_known:
                with contextlib.suppress(FilerError):  # what ended the session is told instead
                    bundle.event("secrets.unknown", why="the browser was gone")


def _through(
    filing: Filing,
    playwright: Driver,
    human: Human,
    bundle: Bundle,
    on_window: Callable[[Interruptible | None], None],
    walk: _Walked,
) -> bool:
    """Walk the flow in a window of its own; False when the person wants to see it again."""
    window = walk.window = opened(lambda: _open(filing, playwright), on_window)
    if isinstance(human, StandIn):
        human.window = window
    bundle.event("opened", browser=window.browser_version(), visible=filing.visible)
    recorder, pace = filing.replay.watch(window, bundle) if filing.replay else (bundle, None)
    args = (filing.flow, filing.profile, window, human, recorder, SystemClock())
    again = False
    try:
        walk.result = session.run(*args, _patience(filing), pace)
    except FromTheStart:
        again = True
    walk.secrets += tuple(window.secrets())
    bundle.event(
        "network",
        hosts=dict(window.hosts_contacted()),
        documents=[dict(r) for r in window.responses()],
    )
    if again:
        bundle.event("replay.again", "person")
        window.close()
    return not again


def _ask_accounts(filing: Filing, human: Human, bundle: Bundle, walk: _Walked) -> None:
    """After a send, ask which accounts are in one Accounts Center with this one, and keep it."""
    platforms = filing.flow.platforms
    if not platforms or walk.result.outcome not in {"confirmed", "sent"}:
        return
    pump = _pump(walk)

    def live() -> bool:
        pump()
        return False

    answer: Said | None = None
    with contextlib.suppress(Stopped, KeyboardInterrupt):  # then nobody has said anything
        answer = human.ask(Accounts(filing.flow.name, platforms, walk.result.outcome), live)
    if answer is not None:
        # "Unclear" is also what is taken where nobody can answer: no person is made to say it.
        who = "tool" if answer is Said.UNCLEAR else "person"
        bundle.event("accounts.told", who, answer=answer.value, platforms=list(platforms))


def _look_around(window: Window, human: Human) -> None:
    """Leave the window to the person until they have read the answer."""

    def closed() -> bool:
        window.pump(0.1)
        return False

    with contextlib.suppress(WindowClosed, Stopped, KeyboardInterrupt):
        human.ask(LookAround(keeps_login=window.launch.profile is not None), closed)


def _agrees(filing: Filing, human: Human) -> bool:
    """What filer does and never does, said before anything opens."""
    replay = filing.replay is not None
    if filing.real:
        fresh = freshness.of(filing.flow, freshness.beside(filing.settings.choices))
        words = " ".join(seen_working(fresh, SystemClock().today()))
        human.tell(Told("seen working", {"words": words}))
    moment = Introduction(filing.flow, filing.practice, filing.visible, replay)
    return human.ask(moment, lambda: False) is Said.GO


def _open(filing: Filing, playwright: Driver) -> Window:
    settings = filing.settings
    ground = Ground(filing.port)
    gate = Gate(
        filing.flow,
        ground,
        lambda: SystemClock().mono_ns() / 1e9,
        lockable=filing.replay is None,
        needs_press=True,
    )
    launch = Launch(
        executable=str(filing.browser.path),
        visible=filing.visible,
        language=settings.language,
        profile=settings.browser_profile if not filing.practice else None,
        patience=settings.patience,
        answers_dialogs=filing.stand_in is not None,
        bounds=filing.bounds,
    )
    return Window(playwright, launch, filing.flow, gate, settings.upstream)


def _patience(filing: Filing) -> session.Patience:
    if filing.stand_in:
        seconds = filing.settings.patience
        return session.Patience(answer=seconds, reading=min(4.0, seconds), page=min(5.0, seconds))
    return session.Patience()


def _keep_what_runs(bundle: Bundle, filing: Filing) -> None:
    versions = {
        "browser": f"{filing.browser.name} {filing.browser.version}",
        "playwright": importlib.metadata.version("playwright"),
        "structlog": importlib.metadata.version("structlog"),
    }
    bundle.put("environment.json", environment(versions, bundle.path))
    flow = filing.flow
    bundle.put(f"flow/{flow.name}.json", flow.as_json().encode())
    bundle.put(f"flow/{flow.name}.txt", tell(flow, "en").encode())
    if filing.practice:
        scenario = {
            "scenario": filing.scenario,
            "port": filing.port,
            "stand_in": filing.stand_in,
        }
        bundle.put("practice.json", json.dumps(scenario, indent=2).encode() + b"\n")
    if filing.replay:
        filing.replay.begin(bundle)


def _after(walk: _Walked, reason: str) -> Result:
    """The result of a session that broke off: what left is known from the window."""
    sent = walk.window.sent() if walk.window is not None else None
    refused = walk.window.refused_requests() if walk.window is not None else 0
    if sent is None:
        return dataclasses.replace(
            walk.result, outcome="stopped", reason=reason, refused_requests=refused
        )
    answered = sent.state == "answered"
    return dataclasses.replace(
        walk.result,
        outcome="sent" if answered else "unknown",
        sent=True if answered else None,
        reason=reason,
        refused_requests=refused,
    )


def _finish(filing: Filing, bundle: Bundle, case: Path, walk: _Walked, human: Human) -> Result:
    """Seal the bundle and say how it ended."""
    result, sealed = walk.result, False
    outcome = {name: getattr(result, name) for name in _KEPT} | {"fields": dict(result.fields)}
    try:
        _await_stamps(bundle, walk)
        bundle.seal(outcome, walk.secrets)
        sealed = True
        _stamp_seal(filing, bundle, walk, human)
    except FilerError as error:
        log.warning("the bundle could not be sealed", error=str(error))
        walk.problem = walk.problem or error
        bundle.close()
    result = dataclasses.replace(
        result, case=str(case), bundle=str(bundle.path), sealed=sealed, scenario=filing.scenario
    )
    if filing.real:
        run = freshness.Run(
            SystemClock().today().isoformat(),
            freshness.version(filing.flow),
            result.outcome,
            result.page_language,
        )
        freshness.note(filing.flow, run, freshness.beside(filing.settings.choices))
    human.ended(result)
    return result


_LAST_STAMPS = 3.0
"""How long sealing waits for timestamps of the log that are still awaited, in seconds."""


def _await_stamps(bundle: Bundle, walk: _Walked) -> None:
    until = time.monotonic() + _LAST_STAMPS
    pump = _pump(walk)
    with contextlib.suppress(KeyboardInterrupt):  # no more waiting: what is there is sealed
        while not bundle.stamped() and time.monotonic() < until:
            pump()


def _stamp_seal(filing: Filing, bundle: Bundle, walk: _Walked, human: Human) -> None:
    """Have the seal timestamped; that it could not be is said and changes nothing else."""
    if filing.stamps is None:
        return
    try:
        came = stamp_seal(bundle.path, filing.stamps, _pump(walk))
        why = [each.why for each in came if isinstance(each, Failed)]
        done = len(came) > len(why)
    except (FilerError, ValueError, KeyboardInterrupt) as trouble:  # the seal itself stands
        why, done = [str(trouble) or "stopped"], False
    if not done:
        log.warning("the seal has no timestamp", why=why)
        human.tell(Told("seal not stamped", {"bundle": str(bundle.path), "why": "; ".join(why)}))


def _pump(walk: _Walked) -> Callable[[], None]:
    """Lets a moment pass, in which the window, if there is one, lives on."""

    def pump() -> None:
        if walk.window is not None:
            try:
                walk.window.pump(0.05)
            except WindowClosed:
                pass
            except Stopped as signal:  # the person waits no longer
                raise KeyboardInterrupt from signal
            else:
                return
        time.sleep(0.02)

    return pump


class Unfinished(Exception):
    """A filing that an error ended; *result* says what is known, *problem* what went wrong."""

    def __init__(self, problem: FilerError, result: Result) -> None:
        super().__init__(str(problem))
        self.problem, self.result = problem, result
