"""`status`, `complaint` and `letter`: where the cases stand, and what is written about them."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

import click
import rich.console
import rich.progress

import filer
from filer import (
    complaining,
    corresponding,
    filing,
    standing,
)
from filer.clock import SystemClock
from filer.commands.asking import ask_value, somebody_types
from filer.commands.looking import say_whatsapp
from filer.commands.options import common_options, default_evidence, read_settings
from filer.commands.saying import print_json, print_results, progress, say_hanging
from filer.commands.starting import end_what_broke_off
from filer.complaint import authorities, directory, handing_in, letters, writing
from filer.errors import BadValue, WrongUsage
from filer.human import reasons
from filer.human import status as cases_in_words
from filer.human.terminal import Terminal
from filer.profile import Profile
from filer.settings import Settings
from filer.words import _, ngettext, pair


@click.command(name="status")
@click.argument("names", metavar="[CASE]...", nargs=-1)
@click.option("--ics", type=click.Path(), metavar="FILE", help="A calendar file with what is due.")
@click.option("--overwrite", is_flag=True, help="Also where another program's file is.")
@common_options
def status_command(
    names: tuple[str, ...],
    ics: str | None,
    overwrite: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    language: str | None,
    evidence: str | None,
) -> None:
    """Every case: where it stands, what is due when, and what you can do now."""
    found = read_settings(language=language, evidence=evidence)
    if found.evidence != default_evidence() and not found.evidence.exists():
        said = _("There is no evidence folder %(path)s.") % {"path": found.evidence}
        hint = _("--evidence or FILER_EVIDENCE names it: is it written right?")
        if evidence is not None:
            raise WrongUsage(said, hint)
        click.echo(f"{said}\n{hint}", err=True)  # a setting may be there before the first case
    end_what_broke_off(found)
    cases = _standing(found, named=names, by_path=evidence is not None, as_json=as_json)
    if ics:
        held = standing.write_calendar(
            Path(ics), [case.status for case in cases], SystemClock().now(), overwrite=overwrite
        )
        _say_calendar(Path(ics), held, practice=all(case.status.practice for case in cases))
    if as_json:
        print_results(case.facts() for case in cases)
        return
    told = [(case.status, case.steps) for case in cases]
    _say_lines(
        cases_in_words.lines(told, full=bool(names), called=cases[0].called if cases else "")
    )


def _standing(
    found: Settings, *, named: Sequence[str] = (), by_path: bool, as_json: bool
) -> list[standing.Standing]:
    """Where the cases stand now; a person sees how far verifying them is."""
    watch = functools.partial(progress, as_json=as_json)
    now = SystemClock().now()
    return standing.all_cases(found, now, named=named, by_path=by_path, watch=watch)


def _say_lines(lines: Iterable[cases_in_words.Line]) -> None:
    """Print *lines* with their styles, and without any where there is no terminal."""
    styles = {"title": "bold", "state": "bold cyan", "wrong": "bold red"}
    console = rich.console.Console(highlight=False, markup=False, emoji=False)
    for line in lines:
        console.print(line.text, style=styles.get(line.style), soft_wrap=True)


def _say_calendar(path: Path, held: int, *, practice: bool) -> None:
    said = ngettext("{path} holds {count} date.", "{path} holds {count} dates.", held)
    click.echo(said.format(path=path, count=held), err=True)
    if practice and held:
        click.echo(_("These are dates of practice, and marked so: nothing is due."), err=True)
    click.echo(
        _(
            "Open it with your calendar. Practice is not in it. Write and open it again after each "
            "change: most calendars then replace the dates they have."
        )
        if not practice
        else _("Practice is in it only as long as there is no real case."),
        err=True,
    )


@click.command(name="complaint")
@click.argument("case", metavar="[CASE]", required=False)
@click.option("--list", "listing", is_flag=True, help="The authorities, and how each is reached.")
@click.option("--to", metavar="AUTHORITY", help="One: a country, a state, a name, or its slug.")
@click.option("--folder", metavar="DIR", help="Where the upload folder goes; else here.")
@click.option("--email", help="Your e-mail address, as Meta knows it.")
@click.option("--name", help="Your name.")
@click.option("--address", help="Your postal address.")
@click.option("--phone", help="Your telephone number.")
@click.option("--country", help="Your country, such as nl.")
@common_options
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
    found = read_settings(None, **options)
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
    handing_in.refuse_no_folder(where)
    end_what_broke_off(found)
    try:
        on = complaining.basis(case, to, found)
    except BadValue as unknown:
        if to or found.profile.get("country"):
            raise
        raise BadValue(
            unknown.message,
            _(
                "Name the authority with --to, such as --to ap; %(command)s complaint --list "
                "prints them all. Or give your country, such as --country nl or FILER_COUNTRY=nl."
            )
            % {"command": filer.words.command()},
        ) from unknown
    person = _complete_complaint(on, complaining.with_what_is_known(on, found.profile), found)
    clock = SystemClock()
    about = complaining.matter(on, person, clock.now())
    for sentence in complaining.before(about):
        say_hanging(sentence, err=True)
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
        say_hanging(sentence, err=True)
    if out.problem is not None:
        click.echo(str(out.problem), err=True)
    if as_json:
        print_json({"results": [out.facts()]})
    sys.exit(0 if out.problem is None else 7)


def _complete_complaint(on: complaining.Basis, person: Profile, found: Settings) -> Profile:
    """The profile with what the complaint needs; missing values are asked for."""
    terminal = Terminal(language=found.speaks)
    for name in complaining.NEEDED:
        if not person.get(name):
            person = person.with_value(name, ask_value(terminal, name, complaining.why(name)))
    for name in complaining.asked(on.authority):
        if not person.get(name) and somebody_types() and not on.practice:
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
        print_json({"source": source, "procedural_regulation": list(rules), "results": results})
        return
    if one is None:
        _say_authorities(country, region)
    else:
        _say_authority(one)
    if one is None or one.in_one_stop_shop:
        click.echo("")
        for sentence in rules:
            say_hanging(sentence)


def _say_authorities(country: str, region: str) -> None:
    own = None
    if country:
        with contextlib.suppress(WrongUsage):  # a German without a state has none yet
            own = authorities.find("", country, region)
    for each in directory.entries():
        say_hanging(pair(each.place, each.authority.name), hanging=4)
        doubt = ", " + _("may be out of date") if each.authority.doubts else ""
        say_hanging(f"--to {each.to}   ({each.reached()}{doubt})", indent=4)
    click.echo("")
    if own is not None:
        say_hanging(_("Yours: %(name)s (%(slug)s).") % {"name": own.name, "slug": own.slug})
    say_hanging(
        _(
            "For Meta complain to the authority of the country, in Germany of the state, where you "
            "live; the Irish one leads. All about one: %(command)s complaint --to nl"
        )
        % {"command": filer.words.command()}
    )
    say_hanging(_("Source: %(source)s. Not checked by us.") % {"source": authorities.source()})


def _say_authority(one: authorities.Authority) -> None:
    say_hanging(f"{one.name}  [{one.slug}]")
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
        say_hanging(f"{word:<10}  {text}", indent=2, hanging=12)
    for doubt in one.doubts:
        say_hanging(_("Doubtful: %(what)s") % {"what": doubt}, indent=2)
    for note in (*one.notes, *authorities.explain(one)):
        say_hanging(note, indent=2)


@click.command(name="letter")
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
@common_options
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
    found = read_settings(None, **options)
    end_what_broke_off(found)
    about = corresponding.matter(kind, subject, found.evidence)
    clock = SystemClock()
    today = clock.now().astimezone().date()
    person = corresponding.with_what_is_known(about, found.profile)
    if said := corresponding.passed_over(about, found.profile):
        say_hanging(said, err=True)
    person = _complete_letter(about, person, found)
    for sentence in corresponding.before(about, person, today):
        say_hanging(sentence, err=True)
    written = writing.write(
        corresponding.letter(about, person, today, corresponding.language_of(found.language)),
        Path(to).expanduser() if to else Path.cwd(),
        about.case,
        flow=about.platform,
        clock=clock,
        stamps=filing.stamping(found, practice=about.practice),
    )
    for sentence in corresponding.afterwards(about, written, person):
        say_hanging(sentence, err=True)
    if about.platform == "whatsapp" and not as_json:
        click.echo("")
        say_whatsapp()
    if written.problem is not None:
        click.echo(str(written.problem), err=True)
    if as_json:
        print_json({"results": [written.facts()]})
    sys.exit(0 if written.problem is None else 7)


def _ask_situation(terminal: Terminal) -> str:
    """The person's own situation, for a letter; empty when they want to give none."""
    say_hanging(reasons.sensitive_warning(), err=True)
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
            value = ask_value(terminal, name, corresponding.why(name))
            person = person.with_value(name, value)
    if about.kind == "objection" and not person.get("reason") and somebody_types():
        person = person.with_value("reason", _ask_situation(terminal))
    elif about.kind == "objection" and (wrong := reasons.unfinished(person.get("reason"))):
        raise BadValue(wrong)
    return person


def say_overview(found: Settings, *, by_path: bool, as_json: bool) -> None:
    """Print the cases at a glance, and the commands to go on with."""
    cases = _standing(found, by_path=by_path, as_json=as_json)
    if as_json:
        print_json({"results": [case.facts() for case in cases]})
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
