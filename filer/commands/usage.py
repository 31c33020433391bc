"""What click says of a wrong command line, in our own sentences, so that they can be translated.

click has its sentences in a catalogue of its own domain, by the environment alone; none is shipped
with it, and `--language` would not count. The pages of `--help` stay in English.
"""

from __future__ import annotations

import re

import click

from filer.words import _, did_you_mean, meant

_TOO_MUCH = re.compile(r"Got unexpected extra arguments? \((.*)\)", re.DOTALL)
_VALUE = re.compile(r"'(.*)' is not ", re.DOTALL)


def in_words(error: click.ClickException) -> str:
    """What is wrong, as a sentence; what is not known here stays as click says it."""
    match error:
        case click.MissingParameter():
            return _("Something is missing: {what}.").format(what=_name(error.param))
        case click.NoSuchOption():
            said = _("There is no option {name}.").format(name=error.option_name)
            return f"{said} {meant(error.possibilities or ())}".rstrip()
        case click.BadOptionUsage():
            return _option(error)
        case click.BadParameter():
            return _parameter(error)
    message = error.format_message()
    if name := getattr(error, "command_name", None):
        none = _("There is no command {name}.").format(name=name)
        return f"{none} {did_you_mean(name, _commands(error))}".rstrip()
    if found := _TOO_MUCH.match(message):
        return _("This is too much: {what}.").format(what=found[1])
    return message


def _name(param: click.Parameter | None) -> str:
    """What a person types for *param*: an option's name, or an argument as the help names it."""
    if isinstance(param, click.Option):
        return param.opts[0]
    return (param.metavar or param.human_readable_name) if param is not None else "?"


def _commands(error: click.ClickException) -> list[str]:
    """The commands there are where *error* was made; click's own list lacks those not loaded."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None or not isinstance(context.command, click.Group):
        return []
    return context.command.list_commands(context)


def _option(error: click.BadOptionUsage) -> str:
    if "does not take a value" in error.message:  # nothing else of it tells them apart
        return _("The option {name} takes no value.").format(name=error.option_name)
    return _("The option {name} needs a value after it.").format(name=error.option_name)


def _parameter(error: click.BadParameter) -> str:
    name = _name(error.param)
    if error.param is not None and isinstance(error.param.type, click.Choice):
        known = ", ".join(str(each) for each in error.param.type.choices)
        value = _VALUE.match(error.message)
        if value is None:
            return _("{name} can be one of: {all}.").format(name=name, all=known)
        return _("{name} cannot be “{value}”. It can be one of: {all}.").format(
            name=name, value=value[1], all=known
        )
    if error.param is not None and isinstance(error.param.type, click.DateTime):
        return _("{name} wants a day: write it as 2026-11-24.").format(name=name)
    return _("{name} cannot be right: {why}").format(name=name, why=error.message)
