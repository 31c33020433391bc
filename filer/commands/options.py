"""The options that commands share, and the settings that come of them."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import click
import platformdirs

import filer
from filer import (
    settings,
)
from filer.errors import BadValue, WrongUsage
from filer.settings import Settings
from filer.words import _

_LEVELS = ("debug", "info", "warning", "error")


_F = TypeVar("_F", bound=Callable[..., Any])


def common_options(command: _F) -> _F:
    """*command* with the options that every command has."""
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


def headed_options(command: _F) -> _F:
    """*command* with the choice of a window or none; it gets *headed*, None where nothing is said.

    Both at once are wrong usage.
    """

    @functools.wraps(command)
    def chosen(*args: Any, headed: bool, headless: bool, **given: Any) -> Any:
        if headed and headless:
            raise WrongUsage(_("--headed and --headless do not go together."))
        return command(*args, headed=headed or (False if headless else None), **given)

    merged: Any = chosen
    merged = click.option("--headless", is_flag=True, help="Without a window.")(merged)
    return cast("_F", click.option("--headed", is_flag=True, help="With a window.")(merged))


def window_options(command: _F) -> _F:
    """*command* with the options of what opens a window."""
    options = (
        click.option("--email", help="Your e-mail address, as Meta knows it."),
        click.option("--name", help="Your name."),
        click.option("--country", help="Your country, such as nl."),
        click.option("--reason-file", type=click.Path(), help="A text file with your reason."),
    )
    command = headed_options(command)
    for option in options:
        command = option(command)
    return command


terminal_option = click.option(
    "--terminal", is_flag=True, help="Ask here, not in the guide's window."
)


def default_evidence() -> Path:
    """Where evidence goes when nobody says where: it need not be there yet."""
    return Path(platformdirs.user_data_dir("filer", appauthor=False)) / "evidence"


def read_settings(headed: bool | None = None, **options: str | None) -> Settings:  # noqa: FBT001
    """The settings of this run, and what follows from them at once: its language.

    *headed* None means: where there is a display. Raises what `settings.read` raises.
    """
    found = settings.read(
        options,
        default_evidence=default_evidence(),
        visible=headed,
        choices=Path(platformdirs.user_config_dir("filer", appauthor=False)) / "choices.json",
    )
    _refuse_garbled(found.log_level)
    # Playwright leaves futures behind when its driver is killed; the person needs no traceback.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    filer.words.speak(found.speaks)
    if found.unread is not None:
        click.echo(
            _(
                "filer does not read {file}: evidence lies beside it, and whoever gave you that "
                "can have written it. Go to another folder, or use the environment."
            ).format(file=found.unread.absolute()),
            err=True,
        )
    return found


def path_named(name: str, found: Settings) -> Path:
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


def _refuse_garbled(level: str) -> None:
    if level not in _LEVELS:
        raise BadValue(
            _('FILER_LOG is "%(level)s"; it should be one of %(all)s.')
            % {"level": level, "all": ", ".join(_LEVELS)}
        )
