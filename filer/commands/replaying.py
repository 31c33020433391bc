"""`replay`: the steps of a form once more, from a flow or from a bundle; nothing can be sent."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
from pathlib import Path

import click

from filer import filing, flow, replay, words
from filer.browser.find import Browser, find_browser
from filer.browser.launching import Driver, playwright_running
from filer.commands.options import common_options, read_settings, window_options
from filer.commands.sessions import EXIT_OF, complete, ctrl_c, print_filed, warn_of_profile
from filer.commands.starting import be_ready_to_keep, is_visible, some_browser
from filer.errors import WrongUsage
from filer.evidence import layout, reading
from filer.filing import Filing, Unfinished
from filer.flow import Flow
from filer.flow_json import Known
from filer.human import replayed
from filer.human.guide.window import GuideWindow
from filer.human.terminal import Terminal
from filer.ports import REPLAYED, Human, Result
from filer.practice.scenarios import DEFAULT, scenario
from filer.practice.site import PracticeSite
from filer.practice.standin import KINDS, OWN_VALUES, StandIn, own_value
from filer.profile import Profile
from filer.replay import Recording
from filer.replaying import Replay
from filer.settings import Settings
from filer.words import _

_OWN = ("email", "name", "country", "reason_file")


@click.command(name="replay")
@click.argument("what", metavar="FLOW|BUNDLE")
@click.option("--live", is_flag=True, help="On the real form, not on a practice site.")
@click.option(
    "--slow",
    metavar="MS",
    type=click.IntRange(0, 60_000),
    default=800,
    show_default=True,
    help="Milliseconds between two steps.",
)
@click.option("--own-values", is_flag=True, help="With your values, not with made-up ones.")
@click.option("--stand-in", "stand_in", type=click.Choice(KINDS), help="Who plays the person.")
@window_options
@common_options
def replay_command(
    what: str,
    live: bool,  # noqa: FBT001
    slow: int,
    own_values: bool,  # noqa: FBT001
    stand_in: str | None,
    headed: bool | None,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    **options: str | None,
) -> None:
    """The steps of a form again, slowly, in a window from which nothing can be sent.

    Of a bundle: with the flow as it ran then, saying at each step what is the same and what is not.
    """
    if live and stand_in:
        raise WrongUsage(
            _("--live and --stand-in do not go together."),
            _("The stand-in acts on practice pages only."),
        )
    if not own_values and any(options.get(name) for name in _OWN):
        raise WrongUsage(
            _("A replay takes your values only with --own-values."),
            _("Without it, it types made-up ones."),
        )
    found = read_settings(headed, **options)
    known = Known.of(flow.load(name) for name in flow.names())
    recorded = None if what in known.flows else _recording(what, found, known, live=live)
    if recorded is not None and recorded.language:
        found = dataclasses.replace(found, language=recorded.language)
    be_ready_to_keep(found)
    visible = is_visible(found)
    browser = find_browser(found.browser) if found.browser else some_browser()
    voice = Terminal(language=found.speaks)
    wanted = recorded.flow if recorded else known.flows[what]
    person = _person(wanted, found, voice, stand_in, live=live, own=own_values)
    with contextlib.ExitStack() as stack:
        port, name = None, None
        if not live:
            port, name = _site(stack, recorded, found, person)
        else:
            warn_of_profile(found)
        for sentence in replayed.about(recorded) if recorded else ():
            click.echo(sentence, err=True)
        replaying = Replay(
            *(wanted, slow / 1000, voice, words.speak(found.speaks), not live), recorded=recorded
        )
        job = Filing(
            *(wanted, person, found, browser, visible, port, name, stand_in),
            unstamped="replay",
            replay=replaying,
        )
        sys.exit(_replay(job, replaying, as_json=as_json))


def _recording(what: str, found: Settings, known: Known, *, live: bool) -> Recording:
    """The bundle called *what*: its folder, or the newest filing of a case."""
    path = Path(what) if Path(what).exists() else found.evidence / what
    if not path.is_dir():
        raise WrongUsage(
            _('There is no flow and no bundle called "%(what)s".') % {"what": what},
            _("The flows are: %(all)s.") % {"all": ", ".join(known.flows)},
        )
    bundles = reading.bundles_in(path)
    filings = [b for b in bundles if (n := layout.bundle_name(b.name)) and n.kind == "filing"]
    chosen = bundles[0] if len(bundles) == 1 else filings[-1] if filings else None
    if chosen is None or len({bundle.parent for bundle in bundles}) > 1:
        raise WrongUsage(
            _("{path} holds several bundles.").format(path=path), _("Name one of them.")
        )
    return replay.read_recording(chosen, known, live=live)


def _person(
    wanted: Flow,
    found: Settings,
    voice: Terminal,
    stand_in: str | None,
    *,
    live: bool,
    own: bool,
) -> Profile:
    if own:
        return complete([wanted], found, voice, stand_in=stand_in is not None, practice=not live)
    return Profile({name: own_value(name, found.language) for name in wanted.needs()})


def _site(
    stack: contextlib.ExitStack, recorded: Recording | None, found: Settings, person: Profile
) -> tuple[int, str]:
    """A practice site as it was recorded, as far as filer knows that scenario: port and name."""
    name = recorded.scenario if recorded and recorded.scenario else DEFAULT
    try:
        wanted = scenario(name)
    except ValueError:
        click.echo(
            _("filer does not know the practice scenario of this bundle; it takes the usual one."),
            err=True,
        )
        name, wanted = DEFAULT, scenario(DEFAULT)
    account = person.get("email") or OWN_VALUES["email"]
    site = stack.enter_context(PracticeSite(wanted, found.language, account_email=account))
    return int(site.url.rpartition(":")[2]), name


def _replay(job: Filing, replaying: Replay, *, as_json: bool) -> int:
    results: list[Result] = []
    problem = None
    with playwright_running() as playwright, ctrl_c() as on_window, contextlib.ExitStack() as stack:
        if job.visible:
            job = _beside(stack, job, replaying, playwright, job.browser)
        human: Human = replaying.voice
        if job.stand_in is not None and job.port is not None:
            human = StandIn(job.stand_in, job.port, job.settings.patience, replaying.voice)
        try:
            results.append(filing.run(job, playwright, human, on_window))
            code = _code(results[-1], replaying.recorded)
        except Unfinished as unfinished:
            results.append(unfinished.result)
            problem = unfinished.problem
            code = problem.exit_code
    return print_filed(results, [code], problem, as_json=as_json)


def _beside(
    stack: contextlib.ExitStack,
    job: Filing,
    replaying: Replay,
    playwright: Driver,
    browser: Browser,
) -> Filing:
    """*job* with the form's window beside one of our own, in which each step is named."""
    window = GuideWindow(playwright, browser.path, replaying.language)
    stack.callback(window.close)
    replaying.beside = window
    place = window.beside()
    if place is None:
        return job
    return dataclasses.replace(job, bounds=(place.left, place.top, place.width, place.height))


def _code(result: Result, recorded: Recording | None) -> int:
    """0 for a replay shown to its end; 7 where its own bundle or the replayed one is broken."""
    code = 0 if result.reason == REPLAYED else EXIT_OF[result.outcome]
    if not result.sealed or (code == 0 and recorded is not None and recorded.broken):
        return 7
    return code
