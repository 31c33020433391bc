"""`practice` and `file`: the sessions, in the guide or in the terminal."""

from __future__ import annotations

import contextlib
import dataclasses
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from filer import (
    checking,
    choices,
    filing,
    flow,
    profile,
    recording,
)
from filer.browser.find import find_browser
from filer.browser.launching import playwright_running
from filer.commands.asking import (
    ask_accounts,
    ask_once,
    ask_optional,
    ask_value,
    say_first,
    somebody_types,
    why_asked,
)
from filer.commands.options import common_options, read_settings, terminal_option, window_options
from filer.commands.saying import print_json, say_hanging
from filer.commands.starting import be_ready_to_keep, is_visible, some_browser
from filer.errors import BadValue, FilerError, WrongUsage
from filer.filing import Filing, Unfinished
from filer.flow import Flow
from filer.human import reasons
from filer.human.terminal import Terminal
from filer.ports import Human, Interruptible, Result
from filer.practice.recorded import RecordedSite
from filer.practice.scenarios import (
    ANSWERS,
    DEFAULT,
    DETOURS,
    RENDERINGS,
    Scenario,
    all_scenarios,
    scenario,
)
from filer.practice.site import PracticeSite
from filer.practice.standin import KINDS, OWN_VALUES, StandIn, own_value
from filer.profile import OPTIONAL, Profile
from filer.settings import Settings
from filer.words import _

if TYPE_CHECKING:
    from filer.guiding import Guided

EXIT_OF = {
    "confirmed": 0,
    "sent": 6,
    "refused": 6,
    "unknown": 6,
    "stopped": 9,
    "drifted": 5,
    "unavailable": 5,
}


WORST_FIRST = (1, 7, 6, 5, 8, 9)


@click.command()
@click.argument("names", metavar="[FLOW]...", nargs=-1)
@click.option("--scenario", "scenario_name", help="How the practice site behaves; see --list.")
@click.option("--site", help="Another site here, http://127.0.0.1:PORT, or a recorded folder.")
@click.option("--stand-in", "stand_in", type=click.Choice(KINDS), help="Who plays the person.")
@click.option("--list", "listing", is_flag=True, help="The scenarios.")
@terminal_option
@window_options
@common_options
def practice(
    names: tuple[str, ...],
    scenario_name: str | None,
    site: str | None,
    stand_in: str | None,
    listing: bool,  # noqa: FBT001
    headed: bool | None,  # noqa: FBT001
    terminal: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    **options: str | None,
) -> None:
    """The same on a practice site on this machine. Nothing reaches Meta.

    Without a FLOW: facebook and instagram, one after the other; where it can ask in the terminal,
    the forms for the accounts that you name.
    """
    found = read_settings(headed, **options)
    if listing:
        _list_scenarios(as_json=as_json)
        return
    if site and scenario_name:
        raise WrongUsage(
            _("--site and --scenario do not go together."), _("A site has its own way to behave.")
        )
    folder = checking.has_recording(site) if site else None
    drafted = [recording.read_draft(folder)] if folder and not names else None
    asks = not (names or drafted or stand_in or as_json) and somebody_types()
    if asks and not (is_visible(found) and not terminal):
        names = tuple(ask_accounts(found))
    known = drafted or [flow.load(name) for name in names or flow.USUAL]
    port = loopback_port(site) if site and folder is None else None
    wanted = None if site else _scenario(scenario_name or DEFAULT)
    be_ready_to_keep(found)
    with contextlib.ExitStack() as stack:
        if wanted is not None:
            account = found.profile.get("email") or OWN_VALUES["email"]
            place = stack.enter_context(PracticeSite(wanted, found.language, account_email=account))
            port = int(place.url.rpartition(":")[2])
        elif folder is not None:
            copy = stack.enter_context(RecordedSite(folder))
            port = int(copy.url.rpartition(":")[2])
        name = scenario_name or (DEFAULT if wanted else None)
        code = _file_all(
            known,
            found,
            as_json=as_json,
            port=port,
            scenario_name=name,
            stand_in=stand_in,
            terminal=terminal,
        )
    sys.exit(code)


@click.command()
@click.argument("names", metavar="[FLOW]...", nargs=-1)
@terminal_option
@window_options
@common_options
def file(
    names: tuple[str, ...],
    headed: bool | None,  # noqa: FBT001
    terminal: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    **options: str | None,
) -> None:
    """The real forms, guided. filer fills in; you check, and you press Send."""
    found = read_settings(headed, **options)
    known = [flow.load(name) for name in names]
    be_ready_to_keep(found)
    in_guide = is_visible(found) and not terminal
    if not known and not in_guide:
        known = [flow.load(name) for name in ask_accounts(found)]
    if found.tsa_urls is None and not in_guide:
        ask_once(found, choices.TIMESTAMPS)
    sys.exit(_file_all(known, found, as_json=as_json, terminal=terminal))


def _file_all(
    known: Sequence[Flow],
    found: Settings,
    *,
    as_json: bool,
    port: int | None = None,
    scenario_name: str | None = None,
    stand_in: str | None = None,
    terminal: bool = False,
) -> int:
    """File one flow after the other; print the results; return the exit code."""
    visible = is_visible(found)
    if visible and stand_in is None and not terminal:

        def act(guided: Guided) -> None:
            guided.commanded(known=known, port=port, scenario_name=scenario_name)

        return in_guide(found, act, as_json=as_json)
    stamping = filing.stamping(found, practice=port is not None)
    browser = find_browser(found.browser) if found.browser else some_browser()
    if port is None:
        warn_of_profile(found)
    voice = Terminal(language=found.speaks)
    person = complete(known, found, voice, stand_in=stand_in is not None, practice=port is not None)
    results: list[Result] = []
    codes: list[int] = []
    problem: FilerError | None = None
    with _told(results), playwright_running() as playwright, ctrl_c() as on_window:
        for wanted in known:
            asked = stamping()
            job = Filing(
                *(wanted, person, found, browser, visible, port, scenario_name, stand_in),
                stamps=None if isinstance(asked, str) else asked,
                unstamped=asked if isinstance(asked, str) else "",
            )
            voice = Terminal(language=found.speaks)
            human: Human = voice
            if stand_in is not None and port is not None:
                human = StandIn(stand_in, port, found.patience, voice)
            try:
                result = filing.run(job, playwright, human, on_window)
            except Unfinished as unfinished:
                results.append(unfinished.result)
                codes.append(unfinished.problem.exit_code)
                problem = unfinished.problem
                break
            except FilerError as trouble:  # this one could not begin; those before it stay told
                if not results:
                    raise
                codes.append(trouble.exit_code)
                problem = trouble
                break
            results.append(result)
            codes.append(EXIT_OF[result.outcome] if result.sealed else 7)
            if result.outcome == "stopped" and stand_in is None:
                break
    return print_filed(results, codes, problem, as_json=as_json)


def warn_of_profile(found: Settings) -> None:
    """Say that the browser keeps what a person does in it, where they named a profile."""
    if found.browser_profile:
        from filer import guiding  # noqa: PLC0415 - read in only where it is wanted: it is large

        click.echo(guiding.profile_warning(found), err=True)


def print_filed(
    results: Sequence[Result], codes: Sequence[int], problem: FilerError | None, *, as_json: bool
) -> int:
    """Print what the filings came to; the exit code."""
    code = next((code for code in WORST_FIRST if code in codes), max(codes, default=0))
    told: dict[str, object] = {}
    if problem is not None:
        click.echo(str(problem), err=True)
        told = {"error": problem.message, "hint": problem.hint, "exit": code}
    if as_json:
        print_json({**told, "results": [_result_as_data(r) for r in results]})
    return code


def in_guide(found: Settings, act: Callable[[Guided], None], *, as_json: bool) -> int:
    """Open the guide and *act* in it; print the results; return the exit code."""
    from filer import guiding  # noqa: PLC0415 - read in only where it is wanted: it is large

    filing.stamping(found, practice=False)  # what is garbled is said before a window opens
    browser = find_browser(found.browser) if found.browser else some_browser()
    results: list[Result] = []
    with (
        _told(results),
        playwright_running() as playwright,
        ctrl_c() as on_window,
        guiding.opened(playwright, browser, found) as guide,
    ):
        guided = guiding.Guided(guide, playwright, browser, found, on_window, results)
        act(guided)
    codes = [EXIT_OF[result.outcome] if result.sealed else 7 for result in results]
    problem = guided.problem
    return print_filed(
        results, [*codes, *([problem.exit_code] if problem else [])], problem, as_json=as_json
    )


@contextlib.contextmanager
def _told(results: Sequence[Result]) -> Iterator[None]:
    """Ctrl-C after a filing has ended, while the browser goes: what it came to is still said."""
    try:
        yield
    except KeyboardInterrupt:
        if not results:
            raise


@contextlib.contextmanager
def ctrl_c() -> Iterator[Callable[[Interruptible | None], None]]:
    """While a window is open, Ctrl-C, a closed terminal and a polite kill are a clean No."""
    state: dict[str, Interruptible | None] = {"window": None}

    def stop(_number: int, _frame: FrameType | None) -> None:
        window = state["window"]
        if window is None:
            raise KeyboardInterrupt
        window.interrupt()

    def on_window(window: Interruptible | None) -> None:
        state["window"] = window

    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield on_window
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def complete(
    known: Sequence[Flow], found: Settings, terminal: Terminal, *, stand_in: bool, practice: bool
) -> Profile:
    """The profile with what the flows need; missing values are asked for before a window opens."""
    person = found.profile
    for name in dict.fromkeys(need for wanted in known for need in wanted.needs()):
        value = person.get(name)
        if not value and stand_in:
            person = person.with_value(name, own_value(name, found.language))
        elif not value and name == "reason":
            say_first(practice=practice)
            person = person.with_value(name, _ask_reason(found, terminal))
        elif not value and name in OPTIONAL:
            person = person.with_value(name, ask_optional(terminal, name, practice=practice))
        elif not value:
            say_first(practice=practice)
            account = any(wanted.platforms for wanted in known)
            why = why_asked(name, account=account)
            asked = ask_value(terminal, name, why, practice=practice)
            person = person.with_value(name, asked)
        elif wrong := profile.wrong(name, value):
            raise BadValue(wrong)
        elif name == "reason":
            if sentence := reasons.unfinished(value):
                raise BadValue(sentence)
            if not stand_in:
                terminal.advise(value)
    return person


def _ask_reason(found: Settings, terminal: Terminal) -> str:
    """The reason, asked for where somebody can type; the form can do without one."""
    if not sys.stdin or not sys.stdin.isatty():
        click.echo(_("You gave no reason. The form can be filed without one."), err=True)
        return ""
    try:
        reason = terminal.ask_reason(found.language, lambda text: reasons.unfinished(text) or "")
    except BadValue:
        reason = ""
    if not reason:
        click.echo(_("You gave no reason. The form can be filed without one."), err=True)
    return reason


def loopback_port(site: str) -> int:
    """The port of the practice site *site*. Raises `WrongUsage` for any other place."""
    try:
        parts = urlsplit(site)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
        parts = urlsplit("")
    loopback = host in {"127.0.0.1", "localhost"} and parts.scheme == "http"
    if not loopback or port is None or parts.path not in {"", "/"} or parts.query:
        raise WrongUsage(
            _('--site takes a practice site on this machine; "%(site)s" is none.') % {"site": site},
            _("It looks like http://127.0.0.1:PORT."),
        )
    return port


def _scenario(name: str) -> Scenario:
    try:
        return scenario(name)
    except ValueError as error:
        raise WrongUsage(str(error), _("filer practice --list prints them all.")) from error


def _list_scenarios(*, as_json: bool) -> None:
    if as_json:
        print_json({"results": [dataclasses.asdict(s) for s in all_scenarios()]})
        return
    said = _(
        "Each name is parts joined by +: the kind of page ({pages}), what it has on the way "
        "({detours}), and what becomes of it ({answers}). Behind it: how it ends if you "
        "go on to the end."
    ).format(pages=", ".join(RENDERINGS), detours=", ".join(DETOURS), answers=", ".join(ANSWERS))
    say_hanging(said, err=True)
    click.echo("", err=True)
    for s in all_scenarios():
        ends = s.expect + (f" ({s.expect_reason})" if s.expect_reason else "")
        click.echo(f"{s.name:<48} {ends}")


def _result_as_data(result: Result) -> dict[str, object]:
    data = dataclasses.asdict(result)
    data.pop("send_host")
    return data


def home(guided: Guided) -> None:
    """What the guide does where no command was given."""
    guided.home()
