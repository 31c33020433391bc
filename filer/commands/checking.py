"""`check` and `record`: one look at a form, nothing typed, nothing sent."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from filer import checking, drift, flow, freshness, recording, words
from filer.browser.find import find_browser
from filer.browser.launching import playwright_running
from filer.checking import AS_EXPECTED, Checked, Job
from filer.clock import SystemClock
from filer.commands.options import common_options, headed_options, read_settings
from filer.commands.saying import print_json, say_hanging
from filer.commands.sessions import ctrl_c, loopback_port, warn_of_profile
from filer.commands.starting import is_visible, some_browser
from filer.errors import FilerError, WrongUsage
from filer.flow import Flow
from filer.human import endings
from filer.human.shown import inline
from filer.human.terminal import Terminal
from filer.settings import Settings
from filer.words import _

EXIT_OF = {AS_EXPECTED: 0, "drifted": 5, "unavailable": 5, "stopped": 9}


class _NothingToRecord(FilerError):
    """There was no form to record."""

    exit_code = 5


@click.command(name="check")
@click.argument("name", metavar="FLOW")
@click.option("--live", is_flag=True, help="The real form. You may have to log in.")
@click.option("--site", help="A practice site on this machine, http://127.0.0.1:PORT.")
@headed_options
@common_options
def check_command(
    name: str,
    live: bool,  # noqa: FBT001
    site: str | None,
    headed: bool | None,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    language: str | None,
    evidence: str | None,
) -> None:
    """Is the form still what the flow expects? Nothing is typed, nothing is sent.

    What is different is named with file, line, language and the string to add.
    """
    if live == bool(site):
        raise WrongUsage(
            _("check wants either --live or --site URL."),
            _("--live looks at the real form, --site at one on this computer."),
        )
    found = read_settings(headed, language=language, evidence=evidence)
    wanted = flow.load(name)
    looked = _look(wanted, found, loopback_port(site) if site else None)
    if live:
        _note(wanted, looked, found)
    if as_json:
        print_json(looked.facts())
    else:
        for line in _told(looked):
            say_hanging(line, hanging=2)
    sys.exit(EXIT_OF[looked.outcome])


@click.command(name="record")
@click.argument("address", metavar="URL")
@click.option("--to", "where", metavar="DIR", required=True, help="A new folder for it.")
@headed_options
@common_options
def record_command(
    address: str,
    where: str,
    headed: bool | None,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    language: str | None,
    evidence: str | None,
) -> None:
    """A form met in the wild, as a practice page and a draft flow. No values, nothing sent."""
    found = read_settings(headed, language=language, evidence=evidence)
    wanted, port = checking.at(address, tuple(flow.load(name) for name in flow.names()))
    looked = _look(wanted, found, port)
    if looked.seen is None or not looked.seen.parts:
        raise _NothingToRecord(
            _("There was no form to record: {why}.").format(why=_why(looked)),
            _("Nothing was written."),
        )
    day = SystemClock().today().isoformat()
    folder = Path(where).expanduser()
    recording.keep(recording.recorded(looked.seen, wanted, day), folder)
    if as_json:
        print_json({"folder": str(folder), "files": [*recording.FILES], **looked.facts()})
        return
    click.echo(
        _("{folder} holds the form as a practice page and a draft flow.").format(folder=folder)
    )
    say_hanging(_("Look through it before you hand it on: names of fields are in it, no values."))
    click.echo(
        _("Practise with it: {command}").format(
            command=f"{words.command()} practice --site {shlex.quote(str(folder))}"
        )
    )


def _look(wanted: Flow, found: Settings, port: int | None) -> Checked:
    browser = find_browser(found.browser) if found.browser else some_browser()
    if port is None:
        warn_of_profile(found)
    voice = Terminal(language=found.speaks)
    job = Job(wanted, found, browser, is_visible(found), port)
    with playwright_running() as playwright, ctrl_c() as on_window:
        return checking.check(job, playwright, voice, on_window)


def _note(wanted: Flow, looked: Checked, found: Settings) -> None:
    """Keep, on this computer, that the real form was seen, and how."""
    if looked.outcome == "stopped":
        return
    run = freshness.Run(
        SystemClock().today().isoformat(),
        freshness.version(wanted),
        looked.outcome,
        looked.seen.language if looked.seen else "",
    )
    freshness.note(wanted, run, freshness.beside(found.choices))


def _why(looked: Checked) -> str:
    few = endings.reasons_in_few_words()
    return few.get(looked.reason or "no form", looked.reason or "")


def _told(looked: Checked) -> list[str]:
    """What came of it, line by line, differences that matter first."""
    weighty = [inline(each.sentence()) for each in looked.findings if each.weighty]
    notes = [inline(each.sentence()) for each in looked.findings if not each.weighty]
    name = looked.flow
    match looked.outcome:
        case "as expected":
            first = _("{flow}: the form is as expected.").format(flow=name)
        case "drifted" if not looked.reason:
            first = _("{flow}: the form has changed.").format(flow=name)
        case "stopped":
            first = _("{flow}: stopped.").format(flow=name)
        case _:
            first = _("{flow}: there is no form that fits: {why}.").format(
                flow=name, why=inline(_why(looked))
            )
    more = [_("Worth knowing: {what}").format(what=each) for each in notes]
    return [first, *weighty, *(drift.place() if weighty else ()), *more]
