"""What the terminal asks of a person before a window opens."""

from __future__ import annotations

import functools
import sys

import click

from filer import (
    choices,
    profile,
    settings,
)
from filer.errors import BadValue
from filer.human.terminal import Terminal
from filer.ports import Answer, MayAsk
from filer.settings import Settings
from filer.words import _


def somebody_types() -> bool:
    """Whether a person can type an answer here."""
    return bool(sys.stdin and not sys.stdin.closed and sys.stdin.isatty())


def ask_once(found: Settings, what: str) -> bool | None:
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


@functools.cache
def say_first(*, practice: bool) -> None:
    """Before the first question: what this is, and that nothing has happened yet."""
    if practice:
        click.echo(_("This is practice. Nothing reaches Meta; made-up values are fine."), err=True)
    else:
        click.echo(_("First, what the form asks. Nothing is opened or sent yet."), err=True)


def ask_value(terminal: Terminal, name: str, why: str) -> str:
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
