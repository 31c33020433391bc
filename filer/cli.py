"""The command line: builds the parts, prints, exits. The only module that does any of these.

What people read goes to standard error; standard output is for what was asked for, and with
`--json` it is one JSON object in one line. Exit codes are those of design §8.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import functools
import json
import logging
import shutil
import signal
import sys
import textwrap
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TypeVar, cast
from urllib.parse import urlsplit

import click
import platformdirs
import rich.console
import rich.progress
import structlog

import filer
from filer import (
    choices,
    complaining,
    corresponding,
    filing,
    flow,
    guiding,
    handing_on,
    profile,
    settings,
    standing,
    telling,
)
from filer import doctor as doctoring
from filer.browser.display import has_display
from filer.browser.find import find_browser, install_browser
from filer.browser.launching import playwright_running, sweep
from filer.clock import SystemClock
from filer.complaint import authorities, handing_in, letters, whatsapp, writing
from filer.errors import BadValue, FilerError, NoBrowser, NoDisplay, Stopped, WrongUsage
from filer.evidence import export as exporting
from filer.evidence import forget as forgetting
from filer.evidence import keys, meanings, outer, papers, reading, redact, stamps, tokens
from filer.evidence.check import printable
from filer.evidence.mail import MailReading
from filer.evidence.many import verify_many
from filer.evidence.recover import recover
from filer.evidence.sandwich import why_none
from filer.evidence.verify import TELLING, Verification, verify
from filer.filing import Filing, Unfinished
from filer.flow import Flow
from filer.human import reasons
from filer.human import status as cases_in_words
from filer.human.added import lines as added_in_words
from filer.human.added import meaning_in_words, why_unclear
from filer.human.terminal import Terminal
from filer.human.unheard import speak_on
from filer.ports import Answer, Human, Interruptible, MayAsk, Result
from filer.practice.scenarios import DEFAULT, Scenario, all_scenarios, scenario
from filer.practice.site import PracticeSite
from filer.practice.standin import KINDS, OWN_VALUES, StandIn
from filer.profile import Profile
from filer.settings import Settings
from filer.words import _, ngettext

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
_LEVELS = ("debug", "info", "warning", "error")

_F = TypeVar("_F", bound=Callable[..., Any])


def main() -> NoReturn:
    """The `filer` command."""
    speak_on()
    wants_json = "--json" in sys.argv[1:]
    filer.words.called(_called())
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Exit as done:
        code = done.exit_code
    except click.ClickException as error:
        usage = (
            error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "filer"
        )
        hint = _("Help: %(command)s --help") % {"command": usage}
        code = _fail(WrongUsage(error.format_message(), hint), as_json=wants_json)
    except FilerError as error:
        code = _fail(error, as_json=wants_json)
    except (KeyboardInterrupt, click.exceptions.Abort):
        code = _fail(Stopped(_("Stopped. Nothing was sent.")), as_json=wants_json)
    except BrokenPipeError:
        code = 1
    except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a sentence
        traceback.print_exc(file=sys.stderr)
        bug = FilerError(
            _("filer made a mistake: %(what)s.") % {"what": f"{type(error).__name__}: {error}"},
            _("Please report it with the lines above. What was kept lies in your evidence folder."),
        )
        code = _fail(bug, as_json=wants_json)
    sys.exit(code if isinstance(code, int) else 0)


def _called() -> str:
    """How filer was called, as a person can type it again."""
    program = Path(sys.argv[0])
    if program.name == "__main__.py":
        return "python -m filer"
    found = shutil.which("filer")
    if found and Path(found).resolve() == program.resolve():
        return "filer"
    with contextlib.suppress(ValueError):
        return str(program.absolute().relative_to(Path.cwd()))
    return str(program)


def _fail(error: FilerError, *, as_json: bool) -> int:
    click.echo(error.message, err=True)
    if error.hint:
        click.echo(error.hint, err=True)
    if as_json:
        _print_json(
            {"error": error.message, "hint": error.hint, "exit": error.exit_code, "results": []}
        )
    return error.exit_code


def _print_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, default=str))


# --------------------------------------------------------------------------- options


def _common(command: _F) -> _F:
    options = (
        click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output."),
        click.option("--language", metavar="xx", help="The language of the page, and filer's own."),
        click.option(
            "--evidence", type=click.Path(file_okay=False), help="The folder for your evidence."
        ),
    )
    merged: Any = _with_options_before(command)
    for option in options:
        merged = option(merged)
    return cast("_F", merged)


def _with_options_before(command: Callable[..., Any]) -> Callable[..., Any]:
    """*command*, for which `filer --json flows` means the same as `filer flows --json`."""

    @functools.wraps(command)
    def merged(*args: Any, **given: Any) -> Any:
        before = click.get_current_context().find_root().params
        for name in ("as_json", "language", "evidence"):
            given[name] = given.get(name) or before.get(name)
        return command(*args, **given)

    return merged


def _windowed(command: _F) -> _F:
    options = (
        click.option("--email", help="Your e-mail address, as Meta knows it."),
        click.option("--name", help="Your name."),
        click.option("--country", help="Your country, such as nl."),
        click.option("--reason-file", type=click.Path(), help="A text file with your reason."),
        click.option(
            "--headed/--headless", "headed", default=None, help="With a window or without."
        ),
    )
    for option in options:
        command = option(command)
    return command


_in_terminal = click.option("--terminal", is_flag=True, help="Ask here, not in the guide's window.")


def _settings(headed: bool | None = None, **options: str | None) -> Settings:  # noqa: FBT001
    found = settings.read(
        options,
        default_evidence=Path(platformdirs.user_data_dir("filer", appauthor=False)) / "evidence",
        visible=headed,
        choices=Path(platformdirs.user_config_dir("filer", appauthor=False)) / "choices.json",
    )
    _log_to_stderr(found.log_level)
    # Playwright leaves futures behind when its driver is killed; the person needs no traceback.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    filer.words.speak(found.speaks)
    return found


def _log_to_stderr(level: str) -> None:
    """What filer itself does, for whoever looks for a fault: never values of the person."""
    if level not in _LEVELS:
        raise BadValue(
            _('FILER_LOG is "%(level)s"; it should be one of %(all)s.')
            % {"level": level, "all": ", ".join(_LEVELS)}
        )
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


# --------------------------------------------------------------------------- the commands


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(filer.__version__, prog_name="filer")
@click.option("--terminal", is_flag=True, help="Without the guide's window.")
@_common
@click.pass_context
def cli(
    context: click.Context,
    terminal: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    language: str | None,
    evidence: str | None,
) -> None:
    """Object to Meta training AI on your data, and keep evidence of it.

    filer opens Meta's own form in a window, fills in what you told it, and stops. You check, and
    you press Send. Without a command: a guide in a window of its own, or where there is no
    display, your cases and what you can do.
    """
    if context.invoked_subcommand is not None:
        return
    found = _settings(language=language, evidence=evidence)
    _recover(found)
    if has_display() and not terminal and not as_json:
        sys.exit(_guide(found, guiding.Guided.home, as_json=False))
    _overview(found, by_path=evidence is not None, as_json=as_json)


@cli.command()
@_common
def flows(as_json: bool, language: str | None, evidence: str | None) -> None:  # noqa: FBT001
    """The forms filer knows, what each covers, when last checked."""
    found = _settings(language=language, evidence=evidence)
    known = [flow.load(name) for name in flow.names()]
    if as_json:
        _print_json({"results": [_flow_as_data(f, found.speaks) for f in known]})
        return
    click.echo("\n\n".join(telling.summary(f, found.speaks) for f in known))


@cli.command()
@click.argument("name", metavar="FLOW")
@_common
def show(name: str, as_json: bool, language: str | None, evidence: str | None) -> None:  # noqa: FBT001
    """Every step of a form in words; opens nothing."""
    found = _settings(language=language, evidence=evidence)
    if name.casefold() == "whatsapp":
        _say_whatsapp(as_json=as_json)
        return
    wanted = flow.load(name)
    if as_json:
        _print_json({**_flow_as_data(wanted, found.speaks), "data": json.loads(wanted.as_json())})
        return
    click.echo(telling.tell(wanted, found.speaks))


@cli.command()
@click.argument("names", metavar="[FLOW]...", nargs=-1)
@click.option("--scenario", "scenario_name", help="How the practice site behaves; see --list.")
@click.option("--site", help="Another practice site on this machine, http://127.0.0.1:PORT.")
@click.option("--stand-in", "stand_in", type=click.Choice(KINDS), help="Who plays the person.")
@click.option("--list", "listing", is_flag=True, help="The scenarios.")
@_in_terminal
@_windowed
@_common
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
    """The same on a practice site on this machine. Nothing reaches Meta."""
    found = _settings(headed, **options)
    if listing:
        _list_scenarios(as_json=as_json)
        return
    if site and scenario_name:
        raise WrongUsage(
            _("--site and --scenario do not go together."), _("A site has its own way to behave.")
        )
    known = [flow.load(name) for name in names or flow.names()]
    port = _loopback_port(site) if site else None
    wanted = None if site else _scenario(scenario_name or DEFAULT)
    _recover(found)
    with contextlib.ExitStack() as stack:
        if wanted is not None:
            account = found.profile.get("email") or OWN_VALUES["email"]
            place = stack.enter_context(PracticeSite(wanted, found.language, account_email=account))
            port = int(place.url.rpartition(":")[2])
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


@cli.command()
@click.argument("names", metavar="[FLOW]...", nargs=-1)
@_in_terminal
@_windowed
@_common
def file(
    names: tuple[str, ...],
    headed: bool | None,  # noqa: FBT001
    terminal: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    **options: str | None,
) -> None:
    """The real forms, guided. filer fills in; you check, and you press Send."""
    found = _settings(headed, **options)
    known = [flow.load(name) for name in names]
    _recover(found)
    in_guide = _visible(found) and not terminal
    if not known and not in_guide:
        known = _ask_which(found)
    if found.tsa_urls is None and not in_guide:
        _may_ask(found, choices.TIMESTAMPS)
    sys.exit(_file_all(known, found, as_json=as_json, terminal=terminal))


@cli.command()
@click.argument("case", metavar="CASE")
@click.argument("files", metavar="FILE...", nargs=-1, type=click.Path())
@click.option("--note", help="A note of your own, kept with it.")
@click.option(
    "--means",
    type=click.Choice(meanings.KINDS + meanings.SAID),
    help="What it says, if you have read it yourself; or what you did.",
)
@click.option("--on", "day", type=click.DateTime(("%Y-%m-%d",)), help="The day it was: 2026-12-24.")
@click.option("--keys", "keys_file", type=click.Path(), help="A file with keys of mail signatures.")
@_common
def add(
    case: str,
    files: tuple[str, ...],
    note: str | None,
    means: str | None,
    day: dt.datetime | None,
    keys_file: str | None,
    as_json: bool,  # noqa: FBT001
    language: str | None,
    evidence: str | None,
) -> None:
    """Meta's mail (.eml), a letter's scan, a receipt or a note, kept in a case."""
    found = _settings(language=language, evidence=evidence)
    note = (note or "").strip()
    if not files and not note and not means:
        raise WrongUsage(
            _("There is nothing to add."), _("Name a file, or write a note with --note.")
        )
    if day is not None and day.date() > SystemClock().now().astimezone().date():
        raise WrongUsage(_("{day} has not come yet.").format(day=f"{day:%Y-%m-%d}"))
    where = papers.find_case(Path(case), found.evidence)
    sources = [papers.look_at(Path(name)) for name in files]
    known = keys.from_file(Path(keys_file)) if keys_file else []
    add_one = functools.partial(
        papers.add,
        clock=SystemClock(),
        means=means,
        on=day.date() if day else None,
        keys=known,
        resolvers=_may_ask_dns(found),
        ask=functools.partial(_ask_meaning, found),
        stamps=filing.stamping(found, practice=where.practice),
    )
    sys.exit(_add_all(where, sources, note, add_one, as_json=as_json))


def _add_all(
    case: papers.Case,
    sources: Sequence[papers.Source],
    note: str,
    add_one: Callable[..., papers.Added],
    *,
    as_json: bool,
) -> int:
    """Add one after the other; print what came of it; return the exit code."""
    results: list[papers.Added] = []
    code = 0
    left: list[papers.Source | None] = list(sources) or [None]
    try:
        while left:
            results.append(add_one(case, left.pop(0), note))
            click.echo("", err=True)
            _say_added(results[-1])
            if not left and note and not any(result.noted for result in results):
                left.append(None)  # all were there already: the note comes alone
    except FilerError as error:
        if not results:
            raise
        click.echo(str(error), err=True)
        code = error.exit_code
    if as_json:
        _print_json({"results": [result.facts() for result in results]})
    return code or (0 if all(result.sealed for result in results) else 7)


def _say_added(result: papers.Added) -> None:
    for indent, text in added_in_words(result):
        _say_wrapped(text, indent)


def _say_wrapped(text: str, indent: int = 0) -> None:
    """Print *text* for people, wrapped at the width there is; what is moved in hangs together."""
    wrapped = textwrap.wrap(
        text,
        min(shutil.get_terminal_size((96, 24)).columns, 96),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2 if indent else 0),
        break_long_words=False,
        break_on_hyphens=False,
    )
    click.echo("\n".join(wrapped), err=True)


def _may_ask_dns(found: Settings) -> papers.Resolvers:
    """Who may be asked for Meta's mail keys; the person is asked when the first is needed."""

    def resolvers(_names: Sequence[str]) -> Sequence[keys.Resolver]:
        agreed = found.mail_dns if found.mail_dns is not None else may_ask()
        return keys.usual_resolvers(SystemClock(), found.dns_servers) if agreed else ()

    @functools.cache
    def may_ask() -> bool | None:
        said = _may_ask(found, choices.MAIL_KEYS)
        if said is None:
            _say_wrapped(
                _(
                    "The key that this mail is signed with was not looked up, because nobody said "
                    "that filer may. With FILER_MAIL_DNS=yes it is: DNS sees the name of the key "
                    "and your internet address, and nothing of the mail. Then add the mail again."
                )
            )
        return said

    return resolvers


def _ask_meaning(found: Settings, read: MailReading) -> str | None:
    """What the person reads in a mail; None when nobody can type."""
    if not sys.stdin or not sys.stdin.isatty():
        return None
    _say_wrapped(
        _("What does this mail say about your objection? %(why)s Please read it yourself.")
        % {"why": why_unclear(read.meaning.why)}
    )
    for number, kind in enumerate(meanings.KINDS, 1):
        click.echo(f"  {number}  {kind}: {meaning_in_words(kind)}", err=True)

    def chosen(text: str) -> str | None:
        typed = text.strip().lower()
        if typed.isdecimal() and 0 < int(typed) <= len(meanings.KINDS):
            return meanings.KINDS[int(typed) - 1]
        return typed if typed in meanings.KINDS else None

    terminal = Terminal(language=found.speaks)
    why = _("Type the number or the word, then press Enter.")
    wrong = _("That is not one of them.")
    try:
        return chosen(
            terminal.ask_value(_("What it says"), why, lambda text: "" if chosen(text) else wrong)
        )
    except BadValue:
        return None


@cli.command(name="status")
@click.argument("names", metavar="[CASE]...", nargs=-1)
@click.option("--ics", type=click.Path(), metavar="FILE", help="A calendar file with what is due.")
@click.option("--overwrite", is_flag=True, help="Also where another program's file is.")
@_common
def status_command(
    names: tuple[str, ...],
    ics: str | None,
    overwrite: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    language: str | None,
    evidence: str | None,
) -> None:
    """Every case: where it stands, what is due when, and what you can do now."""
    found = _settings(language=language, evidence=evidence)
    _recover(found)
    cases = _standing(found, named=names, by_path=evidence is not None, as_json=as_json)
    if ics:
        held = standing.write_calendar(
            Path(ics), [case.status for case in cases], SystemClock().now(), overwrite=overwrite
        )
        _say_calendar(Path(ics), held)
    if as_json:
        _print_json({"results": [case.facts() for case in cases]})
        return
    told = [(case.status, case.steps) for case in cases]
    _say_lines(cases_in_words.lines(told, full=bool(names)))


def _standing(
    found: Settings, *, named: Sequence[str] = (), by_path: bool, as_json: bool
) -> list[standing.Standing]:
    """Where the cases stand now; a person sees how far verifying them is."""
    with _progress(standing.count_bundles(found, named), as_json=as_json) as step:
        now = SystemClock().now()
        return standing.all_cases(found, now, named=named, by_path=by_path, step=step)


def _say_lines(lines: Iterable[cases_in_words.Line]) -> None:
    """Print *lines* with their styles, and without any where there is no terminal."""
    styles = {"title": "bold", "state": "bold cyan", "wrong": "bold red"}
    console = rich.console.Console(highlight=False, markup=False, emoji=False)
    for line in lines:
        console.print(line.text, style=styles.get(line.style), soft_wrap=True)


def _say_calendar(path: Path, held: int) -> None:
    said = ngettext("{path} holds {count} date.", "{path} holds {count} dates.", held)
    click.echo(said.format(path=path, count=held), err=True)
    click.echo(
        _(
            "Open it with your calendar. Practice is not in it. Write and open it again after each "
            "change: most calendars then replace the dates they have."
        ),
        err=True,
    )


@cli.command(name="complaint")
@click.argument("case", metavar="[CASE]", required=False)
@click.option("--list", "listing", is_flag=True, help="The authorities, and how each is reached.")
@click.option("--to", metavar="AUTHORITY", help="One: a country, a state, a name, or its slug.")
@click.option("--folder", metavar="DIR", help="Where the upload folder goes; else here.")
@click.option("--email", help="Your e-mail address, as Meta knows it.")
@click.option("--name", help="Your name.")
@click.option("--address", help="Your postal address.")
@click.option("--phone", help="Your telephone number.")
@click.option("--country", help="Your country, such as nl.")
@_common
def complaint_command(
    case: str | None,
    listing: bool,  # noqa: FBT001
    to: str | None,
    folder: str | None,
    as_json: bool,  # noqa: FBT001
    **options: str | None,
) -> None:
    """The dossier of a CASE for an authority: a PDF with exhibits, and what its form asks.

    Without a CASE: --list prints the authorities, --to AUTHORITY shows one in full.
    """
    found = _settings(None, **options)
    if case is None:
        _say_who_is_there(found, to, listing=listing, as_json=as_json)
    else:
        if listing:
            raise WrongUsage(_("--list goes without a case."))
        _complain(
            case, to or "", Path(folder).expanduser() if folder else Path.cwd(), found, as_json
        )


def _complain(case: str, to: str, where: Path, found: Settings, as_json: bool) -> NoReturn:  # noqa: FBT001
    """Make the complaint about *case* to the authority *to*, and say what to do with it."""
    _recover(found)
    on = complaining.basis(case, to, found)
    person = _complete_complaint(on, complaining.with_what_is_known(on, found.profile), found)
    clock = SystemClock()
    about = complaining.matter(on, person, clock.now())
    for sentence in complaining.before(about):
        _say_hanging(sentence, err=True)
    made = complaining.dossiers(about)
    out = handing_in.write(
        about,
        made,
        complaining.answers(about, made, person),
        where,
        clock=clock,
        stamps=filing.stamping(found, practice=on.practice),
    )
    for sentence in complaining.afterwards(out):
        _say_hanging(sentence, err=True)
    if out.problem is not None:
        click.echo(str(out.problem), err=True)
    if as_json:
        _print_json({"results": [out.facts()]})
    sys.exit(0 if out.problem is None else 7)


def _complete_complaint(on: complaining.Basis, person: Profile, found: Settings) -> Profile:
    """The profile with what the complaint needs; missing values are asked for."""
    terminal = Terminal(language=found.speaks)
    for name in complaining.NEEDED:
        if not person.get(name):
            person = person.with_value(name, _ask_value(terminal, name, complaining.why(name)))
    for name in complaining.ASKED:
        if not person.get(name) and _somebody_types() and not on.practice:
            why = complaining.why(name)
            value = terminal.ask_value(name, why, lambda _text: "", optional=True)
            person = person.with_value(name, value)
    return person


def _say_who_is_there(found: Settings, to: str | None, *, listing: bool, as_json: bool) -> None:
    """The authorities, or one of them in full."""
    country, region = found.profile.get("country"), found.profile.get("region")
    if not listing and to is None:
        raise WrongUsage(
            _("Say what you want: a case, or the authorities."),
            _(
                "CASE --to AUTHORITY makes the complaint; --list prints all authorities; --to "
                "AUTHORITY alone shows one, such as --to ap."
            ),
        )
    one = None if to is None else authorities.find(to, country, region)
    today = SystemClock().now().astimezone().date()
    rules = authorities.procedural_regulation(today)
    if as_json:
        shown = authorities.everyone() if one is None else (one,)
        results = [a.facts() | {"explained": list(authorities.explain(a))} for a in shown]
        source = authorities.source()
        _print_json({"source": source, "procedural_regulation": list(rules), "results": results})
        return
    if one is None:
        _say_authorities(country, region)
    else:
        _say_authority(one)
    if one is None or one.in_one_stop_shop:
        click.echo("")
        for sentence in rules:
            _say_hanging(sentence)


def _say_authorities(country: str, region: str) -> None:
    for one in authorities.everyone():
        mark = "?" if one.doubts else " "
        _say_hanging(f"{' '.join(one.countries)}  {one.slug:<13}{mark} {one.name}", hanging=19)
    click.echo("")
    _say_hanging(
        _(
            "A “?” marks what may be out of date. In full: %(command)s complaint --to SLUG. For "
            "Meta complain to the authority of the country, in Germany of the state, where you "
            "live; the Irish one (iedpc) leads."
        )
        % {"command": filer.words.command()}
    )
    _say_hanging(_("Source: %(source)s. Not checked by us.") % {"source": authorities.source()})
    if country:
        with contextlib.suppress(WrongUsage):  # a German without a state has none yet
            own = authorities.find("", country, region)
            _say_hanging(_("Yours: %(name)s (%(slug)s).") % {"name": own.name, "slug": own.slug})


def _say_authority(one: authorities.Authority) -> None:
    _say_hanging(f"{one.name}  [{one.slug}]")
    missing = _("none in the list")
    for word, text in (
        (_("web form"), one.form or missing),
        (_("e-mail"), one.email or missing),
        (_("post"), ", ".join(one.post.splitlines())),
        (_("telephone"), one.phone or missing),
        (_("site"), one.web or missing),
        (_("language"), one.language or _("not stated")),
        (_("write in"), ", ".join(one.languages)),
    ):
        _say_hanging(f"{word:<10}  {text}", indent=2, hanging=12)
    for doubt in one.doubts:
        _say_hanging(_("Doubtful: %(what)s") % {"what": doubt}, indent=2)
    for note in (*one.notes, *authorities.explain(one)):
        _say_hanging(note, indent=2)


def _say_whatsapp(*, as_json: bool) -> None:
    """What is known about objecting on WhatsApp, each with who says so and how sure that is."""
    known = corresponding.about_whatsapp()
    if as_json:
        said = [each.facts() for _heading, part in known for each in part]
        _print_json({"name": "whatsapp", "flow": None, "results": said})
        return
    for heading, part in known:
        click.echo(heading)
        for each in part:
            sure = whatsapp.sureness(each.sure)
            _say_hanging(f"- {each.sentence} ({each.source}; {sure})", indent=2, hanging=2)
        click.echo("")
    _say_hanging(whatsapp.why_no_form())


def _say_hanging(text: str, *, indent: int = 0, hanging: int = 0, err: bool = False) -> None:
    width = max(40, min(96, shutil.get_terminal_size().columns))
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )
    click.echo("\n".join(lines), err=err)


@cli.command(name="letter")
@click.argument("subject", metavar="CASE|PLATFORM")
@click.option(
    "--kind",
    type=click.Choice(letters.KINDS),
    default="objection",
    show_default=True,
    help="The objection, a reminder, an authority for a helper, or a parent's declaration.",
)
@click.option("--to", metavar="FOLDER", help="Where the letter goes; else the current folder.")
@click.option("--email", help="Your e-mail address, as Meta knows it.")
@click.option("--name", help="Your name.")
@click.option("--address", help="Your postal address.")
@click.option("--phone", help="Your telephone number.")
@click.option("--country", help="Your country, such as nl.")
@click.option("--reason-file", type=click.Path(), help="A text file with your reason.")
@_common
def letter_command(
    subject: str,
    kind: str,
    to: str | None,
    as_json: bool,  # noqa: FBT001
    **options: str | None,
) -> None:
    """The objection as a letter, where no form can be reached.

    PLATFORM is facebook, instagram, whatsapp or no-account (for people who have none).
    """
    found = _settings(None, **options)
    _recover(found)
    about = corresponding.matter(kind, subject, found.evidence)
    clock = SystemClock()
    today = clock.now().astimezone().date()
    person = corresponding.with_what_is_known(about, found.profile)
    person = _complete_letter(about, person, found)
    written = writing.write(
        corresponding.letter(about, person, today, corresponding.language_of(found.language)),
        Path(to).expanduser() if to else Path.cwd(),
        about.case,
        flow=about.platform,
        clock=clock,
        stamps=filing.stamping(found, practice=about.practice),
    )
    for sentence in corresponding.afterwards(about, written, person, today):
        _say_hanging(sentence, err=True)
    if about.platform == "whatsapp" and not as_json:
        click.echo("")
        _say_whatsapp(as_json=False)
    if written.problem is not None:
        click.echo(str(written.problem), err=True)
    if as_json:
        _print_json({"results": [written.facts()]})
    sys.exit(0 if written.problem is None else 7)


def _ask_situation(terminal: Terminal) -> str:
    """The person's own situation, for a letter; empty when they want to give none."""
    _say_hanging(reasons.sensitive_warning(), err=True)
    why = _(
        "What is your own situation? The law speaks of it (Article 21(1) GDPR), so one or two "
        "sentences make you stronger. Only Enter: the letter goes without."
    )
    return terminal.ask_value("situation", why, lambda _text: "", several_lines=True, optional=True)


def _complete_letter(about: corresponding.Matter, person: Profile, found: Settings) -> Profile:
    """The profile with what the letter needs; missing values are asked for."""
    terminal = Terminal(language=found.speaks)
    for name in corresponding.needs(about):
        if not person.get(name):
            value = _ask_value(terminal, name, corresponding.why(name))
            person = person.with_value(name, value)
    if about.kind == "objection" and not person.get("reason") and _somebody_types():
        person = person.with_value("reason", _ask_situation(terminal))
    elif about.kind == "objection" and (wrong := reasons.unfinished(person.get("reason"))):
        raise BadValue(wrong)
    return person


@cli.command(name="verify")
@click.argument("bundles", metavar="BUNDLE...", nargs=-1, required=True)
@_common
def verify_command(
    bundles: tuple[str, ...],
    as_json: bool,  # noqa: FBT001
    language: str | None,
    evidence: str | None,
) -> None:
    """Check evidence: numbered checks, each with what was found and what was expected."""
    found = _settings(language=language, evidence=evidence)
    named = [bundle for name in bundles for bundle in reading.bundles_in(_there(name, found))]
    results = []
    with _progress(len(named), as_json=as_json) as step:
        for result in verify_many(named, found.tsa_roots, found.speaks):
            results.append(result)
            step()
            if not as_json:
                _say_verification(result, briefly=len(named) > _MANY)
    if as_json:
        _print_json({"results": [_verification_as_data(r) for r in results]})
    elif len(results) > 1:
        good = sum(r.ok for r in results)
        click.echo(
            _("%(good)s of %(all)s bundles are in order.") % {"good": good, "all": len(results)}
        )
        if copies := sum(r.is_copy for r in results):
            click.echo(_("WORKING COPIES, with something taken out: %(n)s.") % {"n": copies})
    sys.exit(0 if all(r.ok for r in results) else 7)


_MANY = 5
"""Of more bundles than these, those in order get one line each, the others what is wrong."""


@contextlib.contextmanager
def _progress(total: int, *, as_json: bool) -> Iterator[Callable[[], None]]:
    """How far it is, on a terminal, where there are many; what is called once for each step."""
    if as_json or total <= _MANY or not sys.stderr.isatty():
        yield lambda: None
        return
    with rich.progress.Progress(console=rich.console.Console(stderr=True), transient=True) as shown:
        task = shown.add_task(_("checking"), total=total)
        yield lambda: shown.advance(task)


@cli.command(name="seal")
@click.argument("bundles", metavar="BUNDLE...", nargs=-1, required=True)
@_common
def seal_command(
    bundles: tuple[str, ...],
    as_json: bool,  # noqa: FBT001
    language: str | None,
    evidence: str | None,
) -> None:
    """Have timestamp authorities confirm sealed evidence, where that is missing."""
    found = _settings(language=language, evidence=evidence)
    _recover(found)
    results = [
        _seal_one(bundle, found)
        for name in bundles
        for bundle in reading.bundles_in(_there(name, found))
    ]
    if as_json:
        _print_json({"results": results})
    sys.exit(0 if all(result["problem"] is None for result in results) else 7)


def _seal_one(bundle: Path, found: Settings) -> dict[str, Any]:
    """Add the outer seals that *bundle* lacks, and say what came of it."""
    bundle = bundle.resolve()  # its own name tells whether it is practice
    result: dict[str, Any] = {"bundle": str(bundle), "added": [], "problem": None}
    checked = verify(bundle, _roots(found))
    if wrong := [check for check in checked.checks if not check.ok and not check.mendable]:
        result["problem"] = _("It is not in order (check %(n)s), so nothing is added.") % {
            "n": wrong[0].number
        }
    else:
        asked = filing.stamping(found, practice=bundle.name.startswith("practice-"))()
        if isinstance(asked, str):
            raise BadValue(
                _("filer may ask no timestamp authority (%(why)s).") % {"why": why_none(asked)},
                _("Name authorities in FILER_TSA_URLS."),
            )
        result["added"], result["problem"] = _add_seals(bundle, asked)
    click.echo(f"{bundle}", err=True)
    for added in result["added"]:
        click.echo("  " + _("confirmed by %(authority)s") % {"authority": added}, err=True)
    if result["problem"]:
        click.echo(f"  {result['problem']}", err=True)
    elif not result["added"]:
        click.echo("  " + _("Nothing was missing."), err=True)
    return result


def _add_seals(bundle: Path, asked: stamps.Stamps) -> tuple[list[str], str | None]:
    there = outer.outer_seals(bundle)
    missing = [authority for authority in asked.authorities if authority.slug not in there]
    added: list[str] = []
    why: list[str] = []
    for authority in missing:
        for came in outer.stamp_seal(bundle, asked.only(authority), patience=20.0):
            if isinstance(came, stamps.Stamped):
                added.append(came.authority)
            else:
                why.append(f"{authority.slug}: {came.why}")
    problem = _("No timestamp came from %(why)s.") % {"why": "; ".join(why)} if why else None
    return added, problem


@cli.command(name="export")
@click.argument("case", metavar="CASE")
@click.option("--to", metavar="FILE|FOLDER", help="Where the copy goes; else the current folder.")
@click.option("--redacted", is_flag=True, help="A working copy, without what you choose.")
@click.option("--drop", multiple=True, metavar="PATTERN", help="Files to leave out.")
@click.option("--blacken", multiple=True, metavar="FILE:X,Y,W,H", help="A part of a picture.")
@click.option("--hide", multiple=True, metavar="FIELD,...", help="What was typed into the form.")
@click.option("--overwrite", is_flag=True, help="Also where there is a file already.")
@_common
def export_command(
    case: str,
    to: str | None,
    redacted: bool,  # noqa: FBT001
    drop: tuple[str, ...],
    blacken: tuple[str, ...],
    hide: tuple[str, ...],
    overwrite: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    language: str | None,
    evidence: str | None,
) -> None:
    """A copy of a case to hand on, as one .zip; with --redacted without what you choose."""
    found = _settings(language=language, evidence=evidence)
    _recover(found)
    wishes = handing_on.wishes_from(drop, blacken, hide)
    folder = reading.case_named(case, found.evidence)
    job = handing_on.prepare(folder, to, redacted=redacted or bool(wishes), overwrite=overwrite)
    if job.in_the_way:
        _ask_to_overwrite(job.target, found)
        job = dataclasses.replace(job, overwrite=True)
    if job.redacted and not wishes:
        wishes = _ask_what_to_drop(job, found)
    result = handing_on.export(job, wishes, _roots(found))
    for sentence in result.sentences:
        click.echo(sentence, err=True)
    if as_json:
        _print_json({"results": [result.facts()]})
    sys.exit(0 if result.ok else 7)


def _ask_to_overwrite(target: Path, found: Settings) -> None:
    """Ask whether the file *target* may be overwritten; raises unless the person says so."""
    if not _somebody_types():
        exporting.refuse_existing(target)
    yes, no = {"yes", "y", "ja", "j"}, {"no", "n", "nee"}

    def wrong(typed: str) -> str:
        return "" if typed.strip().casefold() in yes | no else _("Please type yes or no.")

    why = _("%(file)s is there already. Overwrite it?") % {"file": target}
    typed = Terminal(language=found.speaks).ask_value(_("yes or no"), why, wrong)
    if typed.strip().casefold() not in yes:
        raise Stopped(_("Nothing was exported."))


def _ask_what_to_drop(job: handing_on.Export, found: Settings) -> redact.Wishes:
    """What the person wants out of a working copy, chosen by number where somebody can type."""
    if not _somebody_types():
        raise WrongUsage(
            _("A working copy leaves something out, and you did not say what."),
            handing_on.how_to_choose(job.inside),
        )
    offered = handing_on.choices(job.inside)
    click.echo(_("What can be taken out of the copy:"), err=True)
    for number, (name, shows) in enumerate(offered, start=1):
        click.echo(f"  {number:>3}  {name}  ({shows})", err=True)
    names = ",".join(redact.fields(job.inside))
    if names:
        hint = _("(To hide what was typed into a field, wherever it stands: --hide %(fields)s)")
        click.echo(hint % {"fields": names}, err=True)
    why = _(
        "Your original stays as it is. The start page (README.html) shows pictures and values once "
        "more, so it is taken out too, and REDACTED.txt says what is missing. The log, the lists, "
        "the seals and the timestamps stay: they hold names of files and hashes, no values. "
        "Which numbers are to be taken out? For example: 1 3-5. Ctrl-C stops."
    )

    def wrong(typed: str) -> str:
        if handing_on.numbers(typed, len(offered)) is None:
            return _("Please type numbers from 1 to %(most)s.") % {"most": len(offered)}
        return ""

    typed = Terminal(language=found.speaks).ask_value(_("numbers"), why, wrong)
    chosen = handing_on.numbers(typed, len(offered)) or []
    return redact.Wishes(drop=tuple(offered[number - 1][0] for number in chosen))


def _somebody_types() -> bool:
    return bool(sys.stdin and not sys.stdin.closed and sys.stdin.isatty())


@cli.command(name="forget")
@click.argument("case", metavar="CASE")
@click.option("--yes", is_flag=True, help="Delete without asking.")
@_common
def forget_command(
    case: str,
    yes: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    language: str | None,
    evidence: str | None,
) -> None:
    """Delete a case, after saying what will be lost."""
    found = _settings(language=language, evidence=evidence)
    forgetting.sweep(found.evidence)
    lost = forgetting.loss(case, found.evidence)
    for sentence in lost.sentences():
        click.echo(sentence, err=True)
    if not yes:
        _ask_to_forget(lost.case.path.name, found)
    forgetting.forget(lost.case.path)
    click.echo(_("The case is deleted: %(case)s") % {"case": lost.case.path}, err=True)
    click.echo(
        _(
            "filer cannot reach everything: parts of deleted files can stay on the disk (above all "
            "on an SSD) until it is written over, and copies you exported, sent or backed up are "
            "still there."
        ),
        err=True,
    )
    if as_json:
        _print_json({"results": [{"case": str(lost.case.path), "deleted": True}]})


def _ask_to_forget(name: str, found: Settings) -> None:
    """Ask whether the case *name* may be deleted; raises unless the person says so."""
    if not _somebody_types():
        raise WrongUsage(
            _("filer deletes nothing without a yes, and nobody can be asked here."),
            _("Say --yes if you are sure. Nothing was deleted."),
        )
    yes, no = {"yes", "ja", name.casefold()}, {"no", "n", "nee"}

    def wrong(typed: str) -> str:
        said = typed.strip().casefold()
        return "" if said in yes | no else _("Please type the name of the case, yes, or no.")

    why = _("This cannot be undone. To delete it, type the name of the case, or yes. Else type no.")
    typed = Terminal(language=found.speaks).ask_value(_("your answer"), why, wrong)
    if typed.strip().casefold() not in yes:
        raise Stopped(_("Nothing was deleted."))


def _roots(found: Settings) -> tuple[Any, ...]:
    return tokens.read_roots(found.tsa_roots) if found.tsa_roots else ()


def _there(name: str, found: Settings) -> Path:
    """What *name* means: a path, or a name in the evidence folder. Raises `WrongUsage`."""
    path = Path(name) if Path(name).exists() else found.evidence / name
    if path.is_file() and path.suffix == ".zip":
        raise WrongUsage(
            _("%(path)s is a zip file.") % {"path": name},
            _("Unpack it first, then name the folder that was in it."),
        )
    if not path.exists():
        raise WrongUsage(
            _("There is nothing at %(path)s.") % {"path": name},
            _("Name a bundle, or a case with its bundles."),
        )
    return path


@cli.command()
@_common
def doctor(as_json: bool, language: str | None, evidence: str | None) -> None:  # noqa: FBT001
    """Whether filer can run here, and what is missing."""
    found = _settings(language=language, evidence=evidence)
    findings = doctoring.examine(found)
    ok = all(f.ok for f in findings)
    if as_json:
        _print_json({"ok": ok, "findings": [dataclasses.asdict(f) for f in findings]})
    else:
        for f in findings:
            click.echo(f"{'ok     ' if f.ok else 'MISSING'}  {f.name}: {f.got}")
            if f.hint:
                click.echo(f"         {f.hint}")
    sys.exit(0 if ok else 8)


# --------------------------------------------------------------------------- filing


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
    visible = _visible(found)
    if visible and stand_in is None and not terminal:
        act = functools.partial(
            guiding.Guided.commanded, known=known, port=port, scenario_name=scenario_name
        )
        return _guide(found, act, as_json=as_json)
    stamping = filing.stamping(found, practice=port is not None)
    browser = find_browser(found.browser) if found.browser else _some_browser()
    if found.browser_profile and port is None:
        click.echo(
            _("Warning: FILER_BROWSER_PROFILE keeps your login and history in %(folder)s.")
            % {"folder": found.browser_profile},
            err=True,
        )
    voice = Terminal(language=found.speaks)
    person = _complete(
        known, found, voice, stand_in=stand_in is not None, practice=port is not None
    )
    results: list[Result] = []
    codes: list[int] = []
    problem: FilerError | None = None
    with _told(results), playwright_running() as playwright, _ctrl_c() as on_window:
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
            results.append(result)
            codes.append(EXIT_OF[result.outcome] if result.sealed else 7)
            if result.outcome == "stopped" and stand_in is None:
                break
    return _filed(results, codes, problem, as_json=as_json)


def _filed(
    results: Sequence[Result], codes: Sequence[int], problem: FilerError | None, *, as_json: bool
) -> int:
    """Print what the filings came to; the exit code."""
    if problem is not None:
        click.echo(str(problem), err=True)
    if as_json:
        _print_json({"results": [_result_as_data(r) for r in results]})
    return next((code for code in WORST_FIRST if code in codes), max(codes, default=0))


def _guide(found: Settings, act: Callable[[guiding.Guided], None], *, as_json: bool) -> int:
    """Open the guide and *act* in it; print the results; return the exit code."""
    browser = find_browser(found.browser) if found.browser else _some_browser()
    results: list[Result] = []
    with (
        _told(results),
        playwright_running() as playwright,
        _ctrl_c() as on_window,
        guiding.opened(playwright, browser, found) as guide,
    ):
        guided = guiding.Guided(guide, playwright, browser, found, on_window, results)
        act(guided)
    codes = [EXIT_OF[result.outcome] if result.sealed else 7 for result in results]
    problem = guided.problem
    return _filed(
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
def _ctrl_c() -> Iterator[Callable[[Interruptible | None], None]]:
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


def _may_ask(found: Settings, what: str) -> bool | None:
    """What the person said to *what*, asked now if never before; None when nobody can type."""
    said = choices.remembered(found.choices, what)
    if said is not None or found.choices is None or not sys.stdin or not sys.stdin.isatty():
        return said
    answer = Terminal(language=found.speaks).ask(MayAsk(what), lambda: False)
    said = answer is Answer.YES
    try:
        choices.remember(found.choices, what, said)
    except OSError as trouble:
        click.echo(_("Your answer could not be kept: %(why)s.") % {"why": trouble}, err=True)
    return said


def _visible(found: Settings) -> bool:
    if found.visible and not has_display():
        raise NoDisplay(
            _("You asked for a window, and this machine has no display."),
            _("Run filer on a desktop, under xvfb-run, or with --headless."),
        )
    return has_display() if found.visible is None else found.visible


def _some_browser() -> Any:
    try:
        return find_browser(None)
    except NoBrowser:
        click.echo(
            _("There is no browser that filer can drive; it tries to install one."), err=True
        )
        return install_browser(lambda line: click.echo(line, err=True))


def _complete(
    known: Sequence[Flow], found: Settings, terminal: Terminal, *, stand_in: bool, practice: bool
) -> Profile:
    """The profile with what the flows need; missing values are asked for before a window opens."""
    person = found.profile
    for name in dict.fromkeys(need for wanted in known for need in wanted.needs()):
        value = person.get(name)
        if not value and stand_in:
            person = person.with_value(name, OWN_VALUES.get(name, ""))
        elif not value and name == "reason":
            _say_first(practice=practice)
            person = person.with_value(name, _ask_reason(found, terminal))
        elif not value:
            _say_first(practice=practice)
            why = _("The form asks for your e-mail address: the one your account has at Meta.")
            asked = _ask_value(terminal, name, why)
            person = person.with_value(name, asked)
        elif name == "reason":
            if sentence := reasons.unfinished(value):
                raise BadValue(sentence)
            if not stand_in:
                terminal.advise(value)
    return person


@functools.cache
def _say_first(*, practice: bool) -> None:
    """Before the first question: what this is, and that nothing has happened yet."""
    if practice:
        click.echo(_("This is practice. Nothing reaches Meta; made-up values are fine."), err=True)
    else:
        click.echo(_("First, what the form asks. Nothing is opened or sent yet."), err=True)


def _ask_value(terminal: Terminal, name: str, why: str) -> str:
    """The value called *name*, asked for where somebody can type."""
    hint = _("Give it with --%(option)s, or as %(setting)s in your .env file.")
    named = hint % {"option": name, "setting": settings.VALUES[name]}
    if sys.stdin is None or sys.stdin.closed:
        raise BadValue(why, named)
    try:
        check = functools.partial(profile.wrong, name)
        return terminal.ask_value(name, why, check, several_lines=name == "address")
    except BadValue as nobody:
        raise BadValue(nobody.message, named) from nobody


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


def _ask_which(found: Settings) -> list[Flow]:
    names = flow.names()
    terminal = Terminal(language=found.speaks)
    why = _("Which accounts do you have? Type one or several of: %(all)s.") % {
        "all": ", ".join(names)
    }

    def wrong(text: str) -> str:
        unknown = [part for part in text.replace(",", " ").split() if part.lower() not in names]
        if unknown or not text.split():
            return _("Please type names out of: %(all)s.") % {"all": ", ".join(names)}
        return ""

    asked = terminal.ask_value("accounts", why, wrong)
    return [flow.load(name.lower()) for name in asked.replace(",", " ").split()]


def _loopback_port(site: str) -> int:
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
        _print_json({"results": [dataclasses.asdict(s) for s in all_scenarios()]})
        return
    for s in all_scenarios():
        ends = s.expect + (f" ({s.expect_reason})" if s.expect_reason else "")
        click.echo(f"{s.name:<48} {ends}")


def _recover(found: Settings) -> None:
    """Find what a crash left, seal it, and say so; a login left in a temporary folder goes."""
    sweep()
    forgetting.sweep(found.evidence)
    for each in recover(found.evidence, SystemClock()):
        click.echo(each.sentence(), err=True)
        if each.problem is None:
            _stamp_recovered(each.bundle, found)


def _stamp_recovered(bundle: Path, found: Settings) -> None:
    """Have the late seal of a recovered bundle timestamped, where somebody may be asked."""
    asked = filing.stamping(found, practice=bundle.name.startswith("practice-"))()
    if isinstance(asked, str):
        return
    came = outer.stamp_seal(bundle, asked)
    if not any(isinstance(each, stamps.Stamped) for each in came):
        click.echo(
            _("No timestamp authority has confirmed it. You can add that later: %(command)s")
            % {"command": f"{filer.words.command()} seal {bundle}"},
            err=True,
        )


# --------------------------------------------------------------------------- printing


def _overview(found: Settings, *, by_path: bool, as_json: bool) -> None:
    cases = _standing(found, by_path=by_path, as_json=as_json)
    if as_json:
        _print_json({"results": [case.facts() for case in cases]})
        return
    click.echo(_("filer helps you object to Meta training AI on your data."))
    click.echo(_("It fills in the form; you check, and you press Send. It never sends by itself."))
    click.echo("")
    for practice, heading in ((False, _("Your cases")), (True, _("Practice"))):
        mine = [case for case in cases if case.status.practice is practice]
        if mine:
            click.echo(f"{heading}:")
        for case in mine:
            click.echo(f"  {case.status.case.name}")
            click.echo(f"      {cases_in_words.short(case.status)}")
    if not cases:
        click.echo(_("You have no cases yet."))
    click.echo("")
    for command, what in (
        (
            "practice --stand-in willing",
            _("watch it on a practice site; nothing reaches Meta"),
        ),
        ("practice", _("practise yourself")),
        ("file facebook", _("object on Facebook")),
        ("file instagram", _("object on Instagram")),
        ("show facebook", _("read every step first")),
        ("status", _("your cases: what is due, what you can do now")),
        ("doctor", _("is everything there that filer needs?")),
    ):
        click.echo(f"  {filer.words.command()} {command:<30} {what}")


def _flow_as_data(wanted: Flow, language: str) -> dict[str, object]:
    return {
        "name": wanted.name,
        "title": wanted.title.best(language),
        "covers": wanted.covers.best(language),
        "covers_not": wanted.covers_not.best(language),
        "checked": wanted.checked,
        "languages": sorted(wanted.sending.send.texts),
        "addresses": list(wanted.addresses),
    }


def _result_as_data(result: Result) -> dict[str, object]:
    data = dataclasses.asdict(result)
    data.pop("send_host")
    return data


def _verification_as_data(result: Verification) -> dict[str, object]:
    return {
        "bundle": str(result.bundle),
        "ok": result.ok,
        "checks": [check.facts() for check in result.checks],
        "passed_over": list(result.passed_over),
        "redacted": list(result.removed),
    }


def _say_verification(result: Verification, *, briefly: bool) -> None:
    if briefly and result.ok:
        copy = _("WORKING COPY, what is left in it is in order")
        word = copy if result.is_copy else _("in order")
        click.echo(f"{word}  {result.bundle}")
        return
    click.echo(str(result.bundle))
    if result.is_copy:
        click.echo("  " + _("WORKING COPY, not the original. Taken out, so not checked:"))
        for name in result.removed or ("?",):
            click.echo(f"       {printable(name)}")
    if not (result.bundle / "bagit.txt").exists() and not (result.bundle / "data").exists():
        click.echo("  " + _("This is no bundle of filer, so there is nothing to check."))
        return
    for check in result.checks:
        if briefly and check.ok:
            continue
        word = _("BROKEN") if not check.ok else _("n/a") if check.nothing else _("ok")
        click.echo(f"  {check.number:>2} {word:<6} {check.name}")
        if not check.ok or check.number in TELLING:
            _say_indented(_("found"), check.got)
        if not check.ok:
            _say_indented(_("expected"), check.expected)
    for name in result.passed_over:
        click.echo(
            "  " + _("passed over %(name)s, which an operating system left") % {"name": name}
        )
    good = _("In order.")
    if result.is_copy:
        good = _("What is left is in order. This is a WORKING COPY, not the original.")
    click.echo("  " + (good if result.ok else _("NOT in order.")))


def _say_indented(word: str, what: str) -> None:
    width = max(40, min(100, shutil.get_terminal_size().columns))
    indent = " " * 10
    click.echo(
        textwrap.fill(
            f"{word}: {what}", width, initial_indent=indent, subsequent_indent=indent + "  "
        )
    )
