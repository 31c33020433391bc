"""The commands: each is named once, with its own first sentence, and loaded when it is called."""

from __future__ import annotations

import ast
import subprocess
import sys

import click
import pytest

from filer.cli import COMMANDS, cli
from tests.house.sources import sources


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_says_what_the_command_says(name: str) -> None:
    """The list of commands has the first sentence of each command's own help."""
    command = cli.get_command(click.Context(cli), name)

    assert command is not None
    assert COMMANDS[name].help == " ".join((command.help or "").split("\n\n")[0].split())


def test_every_command_is_named() -> None:
    """A command that is written is one that can be called."""
    written = {
        node.name
        for path, tree in sources().items()
        if path.startswith("filer/commands/")
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any("click.command" in ast.unparse(each) for each in node.decorator_list)
    }

    assert written == {command.function for command in COMMANDS.values()}


def test_the_help_loads_no_browser_and_no_pdf() -> None:
    """Whoever only looks at the help does not wait for what other commands need."""
    code = (
        "import sys, filer.cli\n"
        "print(*sorted({'playwright', 'typst', 'PIL', 'holidays', 'dkim'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "" == done.stdout.strip()
