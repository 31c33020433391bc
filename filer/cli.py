"""The `filer` command: names every command, loads the one that is called, prints errors, exits.

What people read goes to standard error; standard output is for what was asked for, and with
`--json` it is one JSON object in one line. Exit codes are those of design §8.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click

import filer
import filer.words
from filer import settings
from filer.commands import usage
from filer.commands.options import common_options, read_settings
from filer.commands.saying import print_json
from filer.errors import FilerError, Stopped, WrongUsage
from filer.human.unheard import speak_on
from filer.words import _


@dataclass(frozen=True)
class Command:
    """Where a command is: its *module* in `filer.commands`, its *function*, its first sentence."""

    module: str
    function: str
    help: str


COMMANDS: Mapping[str, Command] = {
    "flows": Command(
        "looking", "flows", "The forms filer knows, what each covers, when last checked."
    ),
    "show": Command("looking", "show", "Every step of a form in words; opens nothing."),
    "practice": Command(
        "sessions", "practice", "The same on a practice site on this machine. Nothing reaches Meta."
    ),
    "file": Command(
        "sessions", "file", "The real forms, guided. filer fills in; you check, and you press Send."
    ),
    "replay": Command(
        "replaying",
        "replay_command",
        "The steps of a form again, slowly, in a window from which nothing can be sent.",
    ),
    "check": Command(
        "checking",
        "check_command",
        "Is the form still what the flow expects? Nothing is typed, nothing is sent.",
    ),
    "record": Command(
        "checking",
        "record_command",
        "A form met in the wild, as a practice page and a draft flow. No values, nothing sent.",
    ),
    "verify": Command(
        "verifying",
        "verify_command",
        "Check evidence: numbered checks, each with what was found and what was expected.",
    ),
    "seal": Command(
        "evidence",
        "seal_command",
        "Have timestamp authorities confirm sealed evidence, where that is missing.",
    ),
    "add": Command(
        "evidence",
        "add",
        "Meta's mail (.eml), a letter's scan, a receipt or a note, kept in a case.",
    ),
    "status": Command(
        "cases",
        "status_command",
        "Every case: where it stands, what is due when, and what you can do now.",
    ),
    "complaint": Command(
        "cases",
        "complaint_command",
        "The dossier of a CASE for an authority: a PDF with exhibits, and what its form asks.",
    ),
    "letter": Command(
        "cases", "letter_command", "The objection as a letter, where no form can be reached."
    ),
    "export": Command(
        "evidence",
        "export_command",
        "A copy of a case to hand on, as one .zip; with --redacted without what you choose.",
    ),
    "forget": Command(
        "evidence", "forget_command", "Delete a case, after saying what will be lost."
    ),
    "doctor": Command("looking", "doctor", "Whether filer can run here, and what is missing."),
}
"""Every command, in the order of the help. What one needs is loaded when it is called."""


class _Lazy(click.Group):
    """The group of `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        found = COMMANDS.get(cmd_name)
        if found is None:
            return None
        command = getattr(importlib.import_module(f"filer.commands.{found.module}"), found.function)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, found.help) for name, found in COMMANDS.items()])


@click.group(
    cls=_Lazy, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(filer.__version__, prog_name="filer")
@click.option("--terminal", is_flag=True, help="Without the guide's window.")
@common_options
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
    found = read_settings(language=language, evidence=evidence)
    starting = importlib.import_module("filer.commands.starting")
    starting.end_what_broke_off(found)
    if starting.is_visible(found) and not terminal and not as_json:
        sessions = importlib.import_module("filer.commands.sessions")
        sys.exit(sessions.in_guide(found, sessions.home, as_json=False))
    cases = importlib.import_module("filer.commands.cases")
    cases.say_overview(found, by_path=evidence is not None, as_json=as_json)


def main() -> NoReturn:
    """The `filer` command."""
    speak_on()
    wants_json = "--json" in sys.argv[1:]
    filer.words.called(_called())
    filer.words.speak(settings.spoken(sys.argv[1:]))  # also of what is wrong with the call
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Exit as done:
        code = done.exit_code
    except click.ClickException as error:
        path = (
            error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "filer"
        )
        hint = _("Help: %(command)s --help") % {"command": path}
        code = _fail(WrongUsage(usage.in_words(error), hint), as_json=wants_json)
    except FilerError as error:
        code = _fail(error, as_json=wants_json)
    except (KeyboardInterrupt, click.exceptions.Abort):
        code = _fail(Stopped(_("Stopped. Nothing was sent.")), as_json=wants_json)
        _end_with(code)
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


def _end_with(code: int) -> NoReturn:
    """End at once: Python can take a Ctrl-C for unheard that came while it read a module in."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _called() -> str:
    """How filer was called, as a person can type it again."""
    program = Path(sys.argv[0])
    if program.name == "__main__.py":
        return "python -m filer"
    with contextlib.suppress(ValueError, OSError):  # the folder one is in may be gone
        found = shutil.which("filer")
        if found and Path(found).resolve() == program.resolve():
            return "filer"
        return str(program.absolute().relative_to(Path.cwd()))
    return str(program)


def _fail(error: FilerError, *, as_json: bool) -> int:
    click.echo(error.message, err=True)
    if error.hint:
        click.echo(error.hint, err=True)
    if as_json:
        print_json(
            {"error": error.message, "hint": error.hint, "exit": error.exit_code, "results": []}
        )
    return error.exit_code
