"""`seal`, `add`, `export` and `forget`: what becomes of the evidence."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from filer import (
    choices,
    filing,
    handing_on,
)
from filer.clock import SystemClock
from filer.commands.asking import NO, YES, ask_once, somebody_types
from filer.commands.options import common_options, path_named, read_settings
from filer.commands.saying import print_json, say_wrapped
from filer.commands.starting import end_what_broke_off, pinned_roots
from filer.errors import BadValue, FilerError, Stopped, WrongUsage
from filer.evidence import export as exporting
from filer.evidence import forget as forgetting
from filer.evidence import keys, meanings, outer, papers, reading, redact, stamps
from filer.evidence.mail import MailReading
from filer.evidence.sandwich import why_none
from filer.evidence.verify import verify
from filer.human.added import beginning, meaning_in_words, why_unclear
from filer.human.added import lines as added_in_words
from filer.human.terminal import Terminal
from filer.settings import Settings
from filer.words import _, pair


@click.command()
@click.argument("case", metavar="CASE")
@click.argument("files", metavar="FILE...", nargs=-1, type=click.Path())
@click.option("--note", help="A note of your own, kept with it.")
@click.option(
    "--means",
    type=click.Choice(meanings.KINDS + meanings.SAID),
    help="What it says, if you have read it yourself; or what you did.",
)
@click.option(
    "--on", "day", type=click.DateTime(("%Y-%m-%d",)), help="The day it was, as 2026-11-24."
)
@click.option("--keys", "keys_file", type=click.Path(), help="A file with keys of mail signatures.")
@common_options
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
    found = read_settings(language=language, evidence=evidence)
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
        print_json({"results": [result.facts() for result in results]})
    return code or (0 if all(result.sealed for result in results) else 7)


def _say_added(result: papers.Added) -> None:
    for indent, text in added_in_words(result):
        say_wrapped(text, indent)


def _may_ask_dns(found: Settings) -> papers.Resolvers:
    """Who may be asked for Meta's mail keys; the person is asked when the first is needed."""

    def resolvers(_names: Sequence[str]) -> Sequence[keys.Resolver]:
        agreed = found.mail_dns if found.mail_dns is not None else said_once()
        return keys.usual_resolvers(SystemClock(), found.dns_servers) if agreed else ()

    @functools.cache
    def said_once() -> bool | None:
        said = ask_once(found, choices.MAIL_KEYS)
        if said is None:
            say_wrapped(
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
    say_wrapped(
        _("What does this mail say about your objection? %(why)s Please read it yourself.")
        % {"why": why_unclear(read.meaning.why)}
    )
    if read.text:
        click.echo(f"\n{beginning(read.text)}\n", err=True)
    for number, kind in enumerate(meanings.KINDS, 1):
        click.echo(pair(f"  {number}  {kind}", meaning_in_words(kind)), err=True)

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


@click.command(name="seal")
@click.argument("bundles", metavar="BUNDLE...", nargs=-1, required=True)
@common_options
def seal_command(
    bundles: tuple[str, ...],
    as_json: bool,  # noqa: FBT001
    language: str | None,
    evidence: str | None,
) -> None:
    """Have timestamp authorities confirm sealed evidence, where that is missing."""
    found = read_settings(language=language, evidence=evidence)
    end_what_broke_off(found)
    named = [each for name in bundles for each in reading.bundles_in(path_named(name, found))]
    if none := next(filter(reading.is_none, named), None):
        raise WrongUsage(
            _("%(path)s is no bundle of filer.") % {"path": none},
            _("Name a bundle, or a case with its bundles."),
        )
    results = [_seal_one(bundle, found) for bundle in named]
    if as_json:
        print_json({"results": results})
    sys.exit(0 if all(result["problem"] is None for result in results) else 7)


def _seal_one(bundle: Path, found: Settings) -> dict[str, Any]:
    """Add the outer seals that *bundle* lacks, and say what came of it."""
    bundle = bundle.resolve()  # its own name tells whether it is practice
    result: dict[str, Any] = {"bundle": str(bundle), "added": [], "problem": None}
    checked = verify(bundle, pinned_roots(found))
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


@click.command(name="export")
@click.argument("case", metavar="CASE")
@click.option("--to", metavar="FILE|FOLDER", help="Where the copy goes; else the current folder.")
@click.option("--redacted", is_flag=True, help="A working copy, without what you choose.")
@click.option("--drop", multiple=True, metavar="PATTERN", help="Files to leave out.")
@click.option("--blacken", multiple=True, metavar="FILE:X,Y,W,H", help="A part of a picture.")
@click.option("--hide", multiple=True, metavar="FIELD,...", help="What was typed into the form.")
@click.option("--overwrite", is_flag=True, help="Also where there is a file already.")
@common_options
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
    found = read_settings(language=language, evidence=evidence)
    end_what_broke_off(found)
    wishes = handing_on.wishes_from(drop, blacken, hide)
    folder = reading.case_named(case, found.evidence)
    job = handing_on.prepare(folder, to, redacted=redacted or bool(wishes), overwrite=overwrite)
    if job.in_the_way:
        _ask_to_overwrite(job.target, found)
        job = dataclasses.replace(job, overwrite=True)
    if job.redacted and not wishes:
        wishes = _ask_what_to_drop(job, found)
    result = handing_on.export(job, wishes, pinned_roots(found))
    for sentence in result.sentences:
        click.echo(sentence, err=True)
    if as_json:
        print_json({"results": [result.facts()]})
    sys.exit(0 if result.ok else 7)


def _ask_to_overwrite(target: Path, found: Settings) -> None:
    """Ask whether the file *target* may be overwritten; raises unless the person says so."""
    if not somebody_types():
        exporting.refuse_existing(target)

    def wrong(typed: str) -> str:
        return "" if typed.strip().casefold() in YES | NO else _("Please type yes or no.")

    why = _("%(file)s is there already. Overwrite it?") % {"file": target}
    typed = Terminal(language=found.speaks).ask_value(_("yes or no"), why, wrong)
    if typed.strip().casefold() not in YES:
        raise Stopped(_("Nothing was exported."))


def _ask_what_to_drop(job: handing_on.Export, found: Settings) -> redact.Wishes:
    """What the person wants out of a working copy, chosen by number where somebody can type."""
    if not somebody_types():
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


@click.command(name="forget")
@click.argument("case", metavar="CASE")
@click.option("--yes", is_flag=True, help="Delete without asking.")
@common_options
def forget_command(
    case: str,
    yes: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    language: str | None,
    evidence: str | None,
) -> None:
    """Delete a case, after saying what will be lost."""
    found = read_settings(language=language, evidence=evidence)
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
        print_json({"results": [{"case": str(lost.case.path), "deleted": True}]})


def _ask_to_forget(name: str, found: Settings) -> None:
    """Ask whether the case *name* may be deleted; raises unless the person says so."""
    if not somebody_types():
        raise WrongUsage(
            _("filer deletes nothing without a yes, and nobody can be asked here."),
            _("Say --yes if you are sure. Nothing was deleted."),
        )
    yes = {word for word in YES if len(word) > 1} | {name.casefold()}

    def wrong(typed: str) -> str:
        said = typed.strip().casefold()
        return "" if said in yes | NO else _("Please type the name of the case, yes, or no.")

    why = _("This cannot be undone. To delete it, type the name of the case, or yes. Else type no.")
    typed = Terminal(language=found.speaks).ask_value(_("your answer"), why, wrong)
    if typed.strip().casefold() not in yes:
        raise Stopped(_("Nothing was deleted."))
