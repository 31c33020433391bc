"""What a command needs before it begins: what broke off is ended, a browser is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import filer
from filer import (
    filing,
)
from filer.browser.display import has_display
from filer.browser.find import find_browser, install_browser
from filer.browser.launching import sweep
from filer.clock import SystemClock
from filer.errors import NoBrowser, NoDisplay
from filer.evidence import forget as forgetting
from filer.evidence import outer, stamps, tokens
from filer.evidence.recover import recover
from filer.settings import Settings
from filer.words import _


def pinned_roots(found: Settings) -> tuple[Any, ...]:
    """The root certificates that timestamps must lead to; none where none are named."""
    return tokens.read_roots(found.tsa_roots) if found.tsa_roots else ()


def is_visible(found: Settings) -> bool:
    """Whether windows are opened: as was asked, else where there is a display.

    Raises `NoDisplay` where a window was asked for and there is no display.
    """
    if found.visible and not has_display():
        raise NoDisplay(
            _("You asked for a window, and this machine has no display."),
            _("Run filer on a desktop, under xvfb-run, or with --headless."),
        )
    return has_display() if found.visible is None else found.visible


def some_browser() -> Any:
    """A browser that filer can drive, installed if there is none. Raises `NoBrowser`."""
    try:
        return find_browser(None)
    except NoBrowser:
        click.echo(
            _("There is no browser that filer can drive; it tries to install one."), err=True
        )
        return install_browser(lambda line: click.echo(line, err=True))


def end_what_broke_off(found: Settings) -> None:
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
