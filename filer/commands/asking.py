"""What the terminal asks of a person before a window opens."""

from __future__ import annotations

import functools
import sys

import click

from filer import (
    choices,
    flow,
    profile,
    settings,
)
from filer.errors import BadValue
from filer.human.terminal import Terminal
from filer.ports import Answer, MayAsk
from filer.settings import Settings
from filer.words import _

_OPTIONS = frozenset({"email", "name", "country", "initials", "address", "phone"})
"""The values for which a command has an option of the same name."""


YES = frozenset({"yes", "y", "ja", "j", "oui", "o"})
"""What a person types for yes, in whichever language filer speaks."""

NO = frozenset({"no", "n", "nee", "nein", "non"})
"""And for no."""


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


def ask_value(terminal: Terminal, name: str, why: str, *, practice: bool = False) -> str:
    """The value called *name*, asked for where somebody can type."""
    hint = _("Give it with --%(option)s, or as %(setting)s in your .env file.")
    if name not in _OPTIONS:
        hint = _("Give it as %(setting)s in your .env file.")
    named = hint % {"option": name, "setting": settings.VALUES[name]}
    if practice:
        named += " " + _("Or add --stand-in willing, who practises with made-up values.")
    if sys.stdin is None or sys.stdin.closed:
        raise BadValue(why, named)
    try:
        check = functools.partial(profile.wrong, name)
        return terminal.ask_value(name, why, check, several_lines=name == "address")
    except BadValue as nobody:
        raise BadValue(nobody.message, named) from nobody


ACCOUNTS = {
    "facebook": "facebook",
    "instagram": "instagram",
    "whatsapp": "whatsapp",
    "none": "third-party",
}
"""What a person answers to "which accounts do you have", and the flow for each."""


def ask_accounts(found: Settings) -> list[str]:
    """The names of the flows for the accounts that the person has; a flow's own name will do too.

    Raises `BadValue` when nobody can type.
    """
    known = {**ACCOUNTS, **{name: name for name in flow.names()}}
    all_ = {"all": ", ".join(ACCOUNTS)}

    def parts(text: str) -> list[str]:
        return text.casefold().replace(",", " ").split()

    def wrong(text: str) -> str:
        if not parts(text) or any(part not in known for part in parts(text)):
            return _("Please type names out of: %(all)s.") % all_
        if "none" in parts(text) and len(parts(text)) > 1:
            return _("“none” is for people without any of these accounts: please type it alone.")
        return ""

    why = _("Which accounts do you have? Type one or several of: %(all)s.") % all_
    asked = Terminal(language=found.speaks).ask_value("accounts", why, wrong)
    return list(dict.fromkeys(known[part] for part in parts(asked)))


def why_asked(name: str, *, account: bool) -> str:
    """Why the value called *name* is asked for; *account* where a form is about an account."""
    match name:
        case "email" if account:
            return _("The form asks for your e-mail address: the one your account has at Meta.")
        case "email":
            return _("The form asks for an e-mail address of yours. Meta's answer goes there.")
        case "country":
            return _("The form asks in which country you live. Two letters, such as nl or de.")
        case "first_name":
            return _("The form asks for your first name.")
        case "last_name":
            return _("The form asks for your last name.")
        case "phone":
            return _(
                "The form asks for the telephone number of your WhatsApp account, with the code of "
                "the country, such as +31."
            )
    return _("The form asks for this.")


def ask_optional(terminal: Terminal, name: str, *, practice: bool) -> str:
    """A value that a form can do without, asked for where somebody can type."""
    if not somebody_types():
        return ""
    say_first(practice=practice)
    why = {
        "prompts": _(
            "Has an AI of Meta shown data about you? Then type what you asked it. Only Enter: the "
            "form is filled in without it."
        ),
        "picture": _(
            "Have you got a picture of that answer (png, jpg or webp)? Type the name of the file: "
            "filer adds it to the form, and Meta gets it when you send. Only Enter: without it."
        ),
    }[name]

    def wrong(text: str) -> str:
        return profile.wrong(name, _as_dropped(text))

    several = name == "prompts"
    asked = terminal.ask_value(name, why, wrong, several_lines=several, optional=True)
    return _as_dropped(asked) if name == "picture" else asked


def _as_dropped(text: str) -> str:
    """The name of a file as terminals write it when it is dropped on them: in quotes, escaped."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text.replace("\\ ", " ")
