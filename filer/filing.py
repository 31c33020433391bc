"""One filing from the first file of its bundle to the seal: what `file` and `practice` share."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.metadata
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
from playwright.sync_api import Playwright

from filer import session
from filer.browser.find import Browser
from filer.browser.window import Launch, Window
from filer.clock import SystemClock
from filer.errors import FilerError, Stopped
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.environment import environment
from filer.evidence.reading import case_to_continue
from filer.flow import Flow
from filer.gate import Gate, Ground
from filer.ports import Answer as Said
from filer.ports import Human, Introduction, Result
from filer.profile import Profile
from filer.settings import Settings
from filer.telling import tell

log = structlog.get_logger()


@dataclass(frozen=True)
class Filing:
    """What one filing needs: of a practice site its *port* and the name of its *scenario*."""

    flow: Flow
    profile: Profile
    settings: Settings
    browser: Browser
    visible: bool
    port: int | None = None
    scenario: str | None = None
    stand_in: bool = False

    @property
    def practice(self) -> bool:
        """Whether nothing of this can reach Meta."""
        return self.port is not None


def run(
    filing: Filing,
    playwright: Playwright,
    human: Human,
    on_window: Callable[[Window | None], None],
) -> Result:
    """File, seal the evidence, and say how it ended.

    *on_window* is told of the window while there is one. Raises `FilerError` where nothing could
    begin; once a bundle has begun it is sealed, whatever happens.
    """
    clock = SystemClock()
    settings, flow = filing.settings, filing.flow
    root = settings.evidence
    email = filing.profile.get("email")
    case = case_to_continue(root, flow.name, filing.practice, email) if email else None
    case = case or new_case(root, flow.name, filing.practice, clock)
    bundle = Bundle.begin(case, "filing", flow=flow.name, practice=filing.practice, clock=clock)
    log.info("bundle begun", path=str(bundle.path))
    result = Result(flow=flow.name, outcome="stopped")
    secrets: tuple[str, ...] = ()
    window: Window | None = None
    problem: FilerError | None = None
    try:
        _keep_what_runs(bundle, filing)
        if _agrees(filing, human):
            window = _open(filing, playwright)
            on_window(window)
            if hasattr(human, "window"):
                human.window = window
            bundle.event("opened", browser=window.browser_version(), visible=filing.visible)
            patience = _patience(filing)
            result = session.run(flow, filing.profile, window, human, bundle, clock, patience)
            secrets = tuple(window.secrets())
            bundle.event(
                "network",
                hosts=dict(window.hosts_contacted()),
                documents=[dict(r) for r in window.responses()],
            )
        else:
            result = dataclasses.replace(result, reason="stopped by the person", human_actions=1)
    except (KeyboardInterrupt, Stopped):
        result = dataclasses.replace(result, reason="stopped by the person")
    except FilerError as error:
        problem = error
        log.warning("session ended by an error", error=str(error))
    finally:
        if window is not None:
            with contextlib.suppress(Exception):
                secrets = secrets or tuple(window.secrets())
            on_window(None)
            window.close()
    if problem is not None:
        result = _after(problem, window, result)
    return _finish(filing, bundle, case, result, secrets, human, problem)


def _agrees(filing: Filing, human: Human) -> bool:
    """What filer does and never does, said before anything opens."""
    moment = Introduction(filing.flow, filing.practice, filing.visible)
    return human.ask(moment, lambda: False) is Said.GO


def _open(filing: Filing, playwright: Playwright) -> Window:
    settings = filing.settings
    ground = Ground(filing.port)
    gate = Gate(filing.flow, ground, lambda: SystemClock().mono_ns() / 1e9)
    launch = Launch(
        executable=str(filing.browser.path),
        visible=filing.visible,
        language=settings.language,
        profile=settings.browser_profile if not filing.practice else None,
        patience=settings.patience,
        answers_dialogs=filing.stand_in,
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
    bundle.put("environment.json", environment(versions))
    flow = filing.flow
    bundle.put(f"flow/{flow.name}.json", flow.as_json().encode())
    bundle.put(f"flow/{flow.name}.txt", tell(flow, "en").encode())
    if filing.practice:
        scenario = {"scenario": filing.scenario, "port": filing.port}
        bundle.put("practice.json", json.dumps(scenario, indent=2).encode() + b"\n")


def _after(problem: FilerError, window: Window | None, result: Result) -> Result:
    """The result of a session that an error ended: what left is known from the window."""
    sent = window.sent() if window is not None else None
    refused = window.refused_requests() if window is not None else 0
    if sent is None:
        return dataclasses.replace(
            result, outcome="stopped", reason=problem.message, refused_requests=refused
        )
    return dataclasses.replace(
        result,
        outcome="sent" if sent.state == "answered" else "unknown",
        sent=True if sent.state == "answered" else None,
        reason=problem.message,
        refused_requests=refused,
    )


def _finish(
    filing: Filing,
    bundle: Bundle,
    case: Path,
    result: Result,
    secrets: tuple[str, ...],
    human: Human,
    problem: FilerError | None,
) -> Result:
    outcome = {
        "outcome": result.outcome,
        "reason": result.reason,
        "confirmed_by": result.confirmed_by,
        "sent": result.sent,
        "page_language": result.page_language,
        "fields": dict(result.fields),
        "refused_requests": result.refused_requests,
        "human_actions": result.human_actions,
    }
    sealed = False
    try:
        bundle.seal(outcome, secrets)
        sealed = True
    except FilerError as error:
        log.warning("the bundle could not be sealed", error=str(error))
        problem = problem or error
        bundle.close()
    result = dataclasses.replace(
        result,
        case=str(case),
        bundle=str(bundle.path),
        sealed=sealed,
        scenario=filing.scenario,
    )
    human.ended(result)
    if problem is not None:
        raise Unfinished(problem, result)
    return result


class Unfinished(Exception):
    """A filing that an error ended; *result* says what is known, *problem* what went wrong."""

    def __init__(self, problem: FilerError, result: Result) -> None:
        super().__init__(str(problem))
        self.problem, self.result = problem, result
