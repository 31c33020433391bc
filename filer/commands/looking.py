"""`flows`, `show` and `doctor`: nothing is opened, nothing is written."""

from __future__ import annotations

import dataclasses
import json
import sys

import click

from filer import (
    corresponding,
    flow,
    freshness,
    telling,
)
from filer import doctor as doctoring
from filer.clock import SystemClock
from filer.commands.options import common_options, read_settings
from filer.commands.saying import print_json, say_hanging
from filer.complaint import whatsapp
from filer.flow import Flow
from filer.settings import Settings
from filer.words import _, pair


@click.command()
@common_options
def flows(as_json: bool, language: str | None, evidence: str | None) -> None:  # noqa: FBT001
    """The forms filer knows, what each covers, when last checked."""
    found = read_settings(language=language, evidence=evidence)
    known = [flow.load(name) for name in flow.names()]
    if as_json:
        print_json({"results": [_flow_as_data(f, found) for f in known]})
        return
    told = [
        "\n".join([telling.summary(f, found.speaks), *telling.wrapped(_seen(f, found), "  ")])
        for f in known
    ]
    click.echo("\n\n".join(told))


@click.command()
@click.argument("name", metavar="FLOW")
@common_options
def show(name: str, as_json: bool, language: str | None, evidence: str | None) -> None:  # noqa: FBT001
    """Every step of a form in words; opens nothing."""
    found = read_settings(language=language, evidence=evidence)
    wanted = flow.load(name.casefold())
    whatsapp_too = wanted.name == "whatsapp"
    if as_json:
        about = {"results": _known_of_whatsapp()} if whatsapp_too else {}
        told = {**_flow_as_data(wanted, found), "data": json.loads(wanted.as_json())}
        print_json({**told, **about})
        return
    if whatsapp_too:
        say_whatsapp()
        click.echo("")
    click.echo(telling.tell(wanted, found.speaks))
    click.echo("\n".join(telling.wrapped(_seen(wanted, found))))


def _known_of_whatsapp() -> list[dict[str, str]]:
    return [each.facts() for _heading, part in corresponding.about_whatsapp() for each in part]


def say_whatsapp() -> None:
    """What is known about objecting on WhatsApp, each with who says so and how sure that is."""
    known = corresponding.about_whatsapp()
    for heading, part in known:
        click.echo(heading)
        for each in part:
            sure = whatsapp.sureness(each.sure)
            say_hanging(f"- {each.sentence} ({each.source}; {sure})", indent=2, hanging=2)
        click.echo("")
    say_hanging(whatsapp.why_no_form())


@click.command()
@common_options
def doctor(as_json: bool, language: str | None, evidence: str | None) -> None:  # noqa: FBT001
    """Whether filer can run here, and what is missing."""
    found = read_settings(language=language, evidence=evidence)
    findings = doctoring.examine(found)
    ok = all(f.ok for f in findings)
    if as_json:
        print_json({"ok": ok, "findings": [dataclasses.asdict(f) for f in findings]})
    else:
        for f in findings:
            mark = _("ok") if f.ok else _("MISSING")
            click.echo(f"{mark:<9} {pair(f.name, f.got)}")
            if f.hint:
                click.echo(f"          {f.hint}")
    sys.exit(0 if ok else 8)


def _seen(wanted: Flow, found: Settings) -> str:
    """When *wanted* was last seen working, and a warning where that is long ago."""
    fresh = freshness.of(wanted, freshness.beside(found.choices))
    return " ".join(telling.seen_working(fresh, SystemClock().today()))


def _flow_as_data(wanted: Flow, found: Settings) -> dict[str, object]:
    language = found.speaks
    fresh = freshness.of(wanted, freshness.beside(found.choices))
    today = SystemClock().today()
    return {
        "name": wanted.name,
        "title": wanted.title.best(language),
        "covers": wanted.covers.best(language),
        "covers_not": wanted.covers_not.best(language),
        "checked": wanted.checked,
        "languages": sorted(wanted.sending.send.texts),
        "addresses": list(wanted.addresses),
        "fields": telling.sureness(wanted),
        "freshness": {**fresh.facts(), "stale": fresh.stale(today)},
    }
